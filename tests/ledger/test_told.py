"""Causes, sources and totals in print as a person reads them; in which month the cap was passed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from darkwake.ledger import VISITS, caps_of, ledger_state
from darkwake.ledger.told import Cause, Printed, Without, exceeded_in, in_print
from darkwake.schema import Caps, Causes, Claims, Influence
from tests.cargo.rows import visits
from tests.ledger.rows import cap, report, tables

HAS = {"p05": 200_000.0, "p50": 300_000.0, "p95": 450_000.0}


def total(claim_id="T", end="2024-05-02", **said):
    """A total in print from the beginning of the year."""
    row = report(claim_id, "Ministry", "2024-01-01", end, None, kind="aggregate", place_id="vostochny", bound="at least")
    return row | said


def beside(*claims):
    """The totals beside a ledger of two days."""
    curve = [
        {"day": date(2024, 4, 30), "chance_exceeded": 0.01, **{f"bbl_{word}": value for word, value in HAS.items()}},
        {"day": date(2024, 11, 5), "chance_exceeded": 0.9, "bbl_p05": 4e5, "bbl_p50": 6e5, "bbl_p95": 9e5},
    ]
    limit = caps_of(Caps.rows([cap()]))[0]
    return in_print({VISITS: curve}, Claims.rows(list(claims)), limit, date(2024, 3, 7))


def test_a_cause_is_said_with_its_share_whose_it_is_and_what_would_tell_it():
    words = Cause(VISITS, "laden fraction", 0.17, 57_703.0, "shared", "her freeboard").words()
    assert words == "17 % of the width (+-57,700 bbl): laden fraction, shared by all visits; told by her freeboard"


def test_a_source_left_out_is_said_with_what_is_left():
    some = Without(VISITS, "pub-a", "“Title”", HAS, 0.02, -65_193.0, 40.0)
    said = "without “Title”: 40 visits, 300,000 bbl (200,000 to 450,000), moved by -65,200 bbl, chance 2 %"
    assert (some.words(), some.matters) == (said, True)
    assert Without(VISITS, "pub-a", "“Title”", None, None, -1.0, 0.0).words() == "without “Title”: nothing is left"
    assert not Without(VISITS, "pub-a", "“Title”", HAS, 0.02, 100.0, 40.0).matters


def test_a_lower_bound_above_the_interval_cannot_hold_with_it():
    found = beside(total("low", lo=165_000.0), total("high", lo=500_000.0))
    assert [(one.claim_id, one.fits) for one in found] == [("high", False), ("low", True)]
    assert found[0].words() == (
        "Ministry: at least 500,000 bbl between 1 January and 2 May 2024; the ledger has 300,000 bbl (200,000 to 450,000) "
        "by then, chance of the cap 1 %: they cannot both hold"
    )


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({"bound": "at most", "hi": 150_000.0}, False),
        ({"bound": "at most", "hi": 250_000.0}, True),
        ({"bound": "about", "central": 600_000.0}, False),
        ({"bound": "exact", "lo": 100_000.0, "hi": 210_000.0}, True),
    ],
)
def test_a_total_and_the_interval_hold_together_if_they_have_anything_in_common(said, fits):
    assert [one.fits for one in beside(total(**said))] == [fits]


def test_a_total_that_begins_after_the_first_visit_or_has_another_unit_is_not_set_beside_the_sum():
    assert beside(total(lo=1.0, period_start=date(2024, 3, 8)), total("t", lo=1.0, unit="t"), total("none")) == ()


def test_a_later_part_of_which_more_is_printed_than_the_ledger_has_in_all_is_set_beside_it():
    april = {"period_start": date(2024, 4, 1)}
    found = beside(total("less", lo=440_000.0) | april, total("more", lo=460_000.0) | april)
    assert [(one.claim_id, one.fits) for one in found] == [("more", False)]
    assert beside(total("most", bound="at most", hi=1_000.0) | april) == ()


def test_months_of_exceedance_and_never_add_up_to_one():
    days = [date(2024, 3, 30) + timedelta(days=n) for n in range(4)]
    curve = [{"day": day, "chance_exceeded": chance} for day, chance in zip(days, (0.0, 0.1, 0.1, 0.7), strict=True)]
    assert exceeded_in(curve) == pytest.approx({"2024-03": 0.1, "2024-04": 0.6, "not by 2024-04-02": 0.3})


def test_the_distribution_of_the_day_agrees_with_its_quantiles():
    """The chance that the cap was passed before the month of the median is under one half, with that month over it."""
    mode = ledger_state(tables(visits(43)))[0].headline
    middle = f"{mode.exceeded_on['p50']:%Y-%m}"
    months = {word: chance for word, chance in mode.exceeded_in.items() if not word.startswith("not by")}
    before = sum(chance for month, chance in months.items() if month < middle)
    assert before < 0.5 <= before + months[middle]
    assert sum(mode.exceeded_in.values()) == pytest.approx(1)
    assert mode.exceeded_in["not by 2024-11-05"] == pytest.approx(1 - mode.chance_exceeded)


def test_a_state_has_causes_and_sources_where_the_tables_have_them():
    made = tables(visits(5))
    width = {"cap_id": "refined-2024", "mode": VISITS, "cause": "c", "share": 1.0, "half_width_bbl": 2.0, "sharing": "own"}
    left = {"cap_id": "refined-2024", "mode": VISITS, "evidence_id": "claim-A004", "moved_bbl": -1.0, "visits": 0.0}
    same = {"origin": "inferred", "evidence": []}
    more = {"causes": Causes.rows([width | same]), "influence": Influence.rows([left | {"origin": "inferred"}])}
    state = ledger_state(made | more)[0]
    said = state.to_dict()
    assert [one["cause"] for one in said["causes"]] == ["c"]
    assert [one["words"] for one in said["influence"]] == ["without claim-A004: nothing is left"]
    assert said["settle"]["break_even_bbl"] == 100_000


def test_in_a_notebook_a_state_is_text_and_never_markup():
    states = ledger_state(tables(visits(5), None, cap(title="<script>")))
    page = states._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "What would settle it" in page


def test_printed_amounts_are_said_as_they_are_meant():
    one = Printed("T", "P", VISITS, date(2024, 1, 1), date(2024, 5, 2), None, 5e5, HAS, 0.5)
    assert "P: at most 500,000 bbl between 1 January and 2 May 2024" in one.words()
    assert one.to_dict()["fits"] is True
