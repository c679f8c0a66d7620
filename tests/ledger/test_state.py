"""What the ledger says of a cap: the sum, the day, the basis, what is left out, in words."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import pytest

from darkwake.errors import UsageError
from darkwake.ledger import BOTH, REPORTS, SIMULATED, VISITS, finding, ledger_state
from tests.cargo.rows import visits
from tests.ledger.rows import cap, report, tables

CHINA = report("C092", "China", "2024-01-01", "2024-11-30", 280_928)


def test_the_finding_says_barrels_interval_chance_and_day():
    words = finding(ledger_state(tables(visits(43))))
    assert words.startswith("Between 7 March and 5 November 2024, 43 published visits loaded about ")
    assert "the cap of 500,000 bbl was exceeded in 2024 by that alone is" in words
    assert "(almost certain), middle estimate of the day" in words


def test_a_cap_in_tonnes_is_said_in_tonnes():
    """Each world has its own barrels of a tonne, so no one number of barrels is what the chance is of."""
    words = finding(ledger_state(tables(visits(1), None, cap(amount=3_000.0, unit="t"))))
    assert "1 published visit loaded about" in words
    assert "the cap of 3,000 t was exceeded in 2024 by that alone" in words


def test_the_state_of_a_cap_has_the_fields_of_the_command():
    said = ledger_state(tables(visits(43), [CHINA]))[0].to_dict()
    assert {"cap_id", "period", "bbl", "chance_exceeded", "exceeded_on", "visits", "basis", "left_out", "modes"} <= said.keys()
    assert said["bbl"].keys() == {"p05", "p50", "p95"}
    assert said["mode"] == VISITS
    assert sorted(mode["mode"] for mode in said["modes"]) == sorted([VISITS, REPORTS, BOTH])


def test_the_day_of_exceedance_is_in_order_and_null_where_it_is_not_reached():
    on = ledger_state(tables(visits(43)))[0].headline.exceeded_on
    assert date(2024, 3, 7) < on["p05"] < on["p50"] < on["p95"] <= date(2024, 11, 5)
    few = ledger_state(tables(visits(3)))[0].headline
    assert (few.chance_exceeded, few.exceeded_on) == (0.0, {"p05": None, "p50": None, "p95": None, "chance": 0.0})


def test_nothing_known_is_said_as_no_data():
    state = ledger_state(tables())[0]
    assert (state.to_dict()["bbl"], state.to_dict()["chance_exceeded"], state.basis) == (None, None, "no data")
    assert (
        finding([state])
        == "Refined petroleum products, 2024: no data; nothing seen, published or reported falls into the period."
    )


def test_reported_imports_alone_are_not_called_visits():
    words = finding(ledger_state(tables(None, [CHINA])))
    assert words.startswith("Until 30 November 2024 states reported imports of 281,000 barrels as printed; the chance")
    assert "under 1 % (almost no chance)" in words


def test_simulated_visits_are_called_simulated():
    state = ledger_state(tables(visits(3, origin="simulated")))[0]
    assert state.headline.mode == SIMULATED
    assert "3 simulated visits loaded" in finding([state])
    assert state.basis.startswith("3 simulated visits by ships of which only a range of sizes is known; assumed, not measured")


def test_what_is_left_out_is_named():
    made = tables(visits(43), [CHINA, report("C091", "China+Russia", "2024-01-01", "2024-12-04", 168_679)])
    left_out = ledger_state(made)[0].left_out
    said = (
        "China and Russia reported 168,679 bbl between 1 January and 4 December 2024 (published 2024-12-06): 112,249 bbl less"
    )
    assert any(text.startswith(said) for text in left_out)
    assert any("no report by Russia for January 2024 to December 2024" in text for text in left_out)
    assert left_out[-1] == "visits that nobody saw or published are not added; where they are estimated, that stands apart"


def test_a_visit_that_does_not_count_is_named_with_the_cap_of_its_goods_alone():
    crude = cap("crude-2024", product="crude", amount=525_000.0, unit="t", instrument="own")
    here = {"arrival_lo": datetime(2024, 5, 1, tzinfo=UTC), "arrival_hi": datetime(2024, 5, 1, tzinfo=UTC)}
    stays = visits(2, activity="transfer", product="gas oil", **here)
    for state in ledger_state(tables(stays, None, cap(), crude)):
        named = [text for text in state.left_out if text == "2 visits of the case: a transfer at sea, direction not known"]
        assert len(named) == (state.cap.product == "refined")


def test_what_a_published_visit_and_its_day_stand_on_is_said():
    left_out = ledger_state(tables(visits(43), [CHINA]))[0].left_out
    assert any("that its publisher may err is not in the chance" in text for text in left_out)
    assert any("spread evenly over their source's period" in text for text in left_out)
    assert any("count on the last day of their period" in text for text in left_out)


def test_totals_in_print_of_a_year_without_visits_are_named_and_not_lost():
    panel = report("A019", "UN Panel", "2024-01-01", "2024-09-30", 4_400_000, kind="aggregate", bound="about")
    said = ledger_state(tables(None, [CHINA, panel]))[0].left_out
    assert any("UN Panel, about 4,400,000 bbl between 1 January and 30 September 2024" in text for text in said)
    assert not any("UN Panel" in text for text in ledger_state(tables(visits(3), [CHINA, panel]))[0].left_out)


def test_visits_that_were_seen_are_not_called_published_alone():
    seen = finding(ledger_state(tables(visits(43, origin="observed"))))
    assert "43 visits, seen or published, loaded about" in seen


def test_the_basis_names_what_is_assumed_and_for_how_many_visits():
    basis = ledger_state(tables(visits(43)))[0].basis
    assert "assumed, not measured (90 % interval): deadweight of an unknown tanker 1,300 to 6,800 t for 43 visits" in basis
    assert "laden fraction 0.67 to 0.92 of deadweight for 43 visits" in basis


def test_the_cap_of_which_most_is_known_comes_first():
    other = cap("refined-2023", period_start=date(2023, 1, 1), period_end=date(2023, 12, 31))
    states = ledger_state(tables(visits(3), [report("a", "China", "2023-01-01", "2023-01-31", 5)], other, cap()))
    assert [state.cap.cap_id for state in states] == ["refined-2024", "refined-2023"]


def test_an_unknown_cap_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match=r"no cap 'refined-2042'; did you mean refined-2024\?"):
        ledger_state(tables(), "refined-2042")


def test_a_visit_that_is_no_delivery_is_named_in_its_year_alone():
    other = cap("refined-2023", period_start=date(2023, 1, 1), period_end=date(2023, 12, 31))
    states = ledger_state(tables(visits(1, activity="transfer"), None, other, cap()))
    named = {state.cap.cap_id: [text for text in state.left_out if "transfer at sea" in text] for state in states}
    assert named == {"refined-2024": ["1 visit of the case: a transfer at sea, direction not known"], "refined-2023": []}


def test_the_facts_in_print_of_2024_exceed_the_cap_with_the_reported_imports(shared):
    """Committee page as of March 2025: China 280,928 bbl to November, Russia 15,279 in January; 296,207 in all."""
    rows = csv.DictReader((shared / "facts" / "committee_reports.csv").open(encoding="utf-8"))
    reports = [
        report(r["id"], r["supplier"], r["period_start"], r["period_end"], float(r["barrels"]), published=r["as_published_on"])
        for r in rows
        if r["period_start"][:4] == "2024" and r["barrels"]
    ]
    state = ledger_state(tables(visits(43), reports))[0]
    assert {mode.mode: round(mode.bbl["p50"]) for mode in state.modes}[REPORTS] == 296_207
    assert "China and Russia reported 168,679 bbl between 1 January and 4 December 2024" in " ".join(state.left_out)
