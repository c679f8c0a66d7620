"""The cumulative sum: bands, days, modes, and what is not counted."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.errors import InputError
from darkwake.ledger import BOTH, REPORTS, SIMULATED, VISITS, LedgerRule, LinkRule, ledger
from darkwake.schema import Draws, Ledger, Visits
from tests.cargo.rows import FAST, visit, visits
from tests.ledger.rows import cap, curve, report, tables


def on(day: date) -> dict[str, object]:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return {"arrival_lo": moment, "arrival_hi": moment.replace(hour=23)}


def test_the_43_published_visits_exceed_the_cap_almost_certainly_but_not_certainly():
    rows = curve(tables(visits(43)), VISITS)
    assert rows[-1]["day"] == date(2024, 11, 5)
    assert rows[-1]["bbl_p05"] < 1_000_000 < rows[-1]["bbl_p95"]
    assert 0.95 < rows[-1]["chance_exceeded"] < 1
    assert rows[-1]["visits"] == 43


def test_with_10_000_to_30_000_barrels_a_ship_the_count_alone_does_not_prove_it():
    """The Panel's range for a tanker, as a prior on one shared level: 43 visits are 430,000 to 1,290,000 bbl."""
    made = tables(visits(43))
    level = np.linspace(10_000, 30_000, 1000)
    refs = made["draws"].column("draws_ref").to_pylist()
    flat = Draws.rows([{"draws_ref": ref, "unit": "bbl", "values": level} for ref in refs])
    inputs = {word: made[word] for word in ("visits", "payloads", "claims", "caps", "places", "vessels")}
    rule = LedgerRule(assumptions=False)
    found = ledger(**inputs, draws=flat, seed=1, ledger=rule, linking=LinkRule(), cargo=FAST).to_pylist()
    assert 0.8 < found[-1]["chance_exceeded"] < 1
    assert found[-1]["bbl_p05"] < 500_000


def test_a_curve_never_falls_and_its_quantiles_are_in_order():
    rows = curve(tables(visits(10), [report("a", "China", "2024-01-01", "2024-06-30", 9_000)]), BOTH)
    for word in ("bbl_p05", "bbl_p50", "bbl_p95", "chance_exceeded", "visits"):
        assert np.diff([row[word] for row in rows]).min() >= -1e-9
    assert all(row["bbl_p05"] <= row["bbl_p50"] <= row["bbl_p95"] for row in rows)


def test_the_day_of_a_visit_is_drawn_from_its_interval():
    """Halfway through the interval about half of the visits have come."""
    rows = curve(tables(visits(43)), VISITS)
    halfway = next(row for row in rows if row["day"] == date(2024, 7, 6))
    assert halfway["visits"] == pytest.approx(43 / 2, rel=0.05)


def test_no_data_is_no_rows_and_not_zero_barrels():
    assert tables()["ledger"].num_rows == 0
    assert {row["mode"] for row in tables(visits(1))["ledger"].to_pylist()} == {VISITS}


def test_simulated_visits_are_summed_apart():
    made = tables(Visits.rows([visit("real"), visit("made-up", origin="simulated")]))
    alone = tables(Visits.rows([visit("real")]))
    assert curve(made, VISITS) == curve(alone, VISITS)
    assert {row["origin"] for row in curve(made, SIMULATED)} == {"simulated"}


def test_reported_imports_count_on_the_last_day_of_their_period():
    rows = curve(tables(None, [report("a", "China", "2024-02-01", "2024-02-29", 600_000)]), REPORTS)
    assert [(row["day"], row["bbl_p50"], row["chance_exceeded"]) for row in rows[-2:]] == [
        (date(2024, 2, 28), 0.0, 0.0),
        (date(2024, 2, 29), 600_000.0, 1.0),
    ]


def test_both_is_the_sum_of_visits_and_reports():
    reports = [report("a", "China", "2024-01-01", "2024-11-30", 280_928)]
    made = tables(visits(10), reports)
    assert curve(made, BOTH)[-1]["bbl_p50"] == pytest.approx(curve(made, VISITS)[-1]["bbl_p50"] + 280_928)


def test_reported_tonnes_have_the_interval_of_their_factor():
    last = curve(tables(None, [report("a", "China", "2024-01-01", "2024-06-30", 10_000, unit="t")]), REPORTS)[-1]
    assert 75_000 < last["bbl_p05"] < last["bbl_p50"] < last["bbl_p95"] < 83_300
    assert last["origin"] == "inferred"


@pytest.mark.parametrize(("day", "inside"), [("2023-12-21", 0), ("2023-12-22", 1), ("2024-12-21", 1), ("2024-12-22", 0)])
def test_a_visit_on_the_edge_counts_in_one_crude_year(day, inside):
    crude = cap("crude", product="crude", amount=4e6, period_start=date(2023, 12, 22), period_end=date(2024, 12, 21))
    made = tables(visits(1, product="crude", **on(date.fromisoformat(day))), None, crude)
    assert bool(made["ledger"].num_rows) == bool(inside)


def test_a_visit_that_half_happened_counts_half():
    sure, half = tables(visits(20)), tables(visits(20, probability=0.5))
    assert curve(half, VISITS)[-1]["visits"] == pytest.approx(curve(sure, VISITS)[-1]["visits"] / 2, rel=0.05)


def test_crude_does_not_count_towards_the_cap_on_refined_products():
    assert tables(visits(1, product="crude"))["ledger"].num_rows == 0


def test_a_cargo_that_is_loaded_and_discharged_counts_once():
    load = visit("load", vessel="Un Hung", counted_in=None, **on(date(2024, 4, 3)))
    end = visit("end", vessel="Un Hung", counted_in=None, place_id="chongjin", activity="discharge", **on(date(2024, 4, 5)))
    assert curve(tables(Visits.rows([load, end])), VISITS) == curve(tables(Visits.rows([load])), VISITS)


@given(order=st.permutations(range(5)))
@settings(max_examples=5, deadline=None)
def test_the_order_of_rows_changes_nothing(order):
    rows = [visit(f"visit-{n}") for n in range(5)]
    assert tables(Visits.rows([rows[n] for n in order]))["ledger"].equals(tables(Visits.rows(rows))["ledger"])


@given(count=st.integers(1, 8))
@settings(max_examples=5, deadline=None)
def test_a_further_visit_never_lowers_any_quantile(count):
    fewer, more = (curve(tables(visits(n)), VISITS) for n in (count, count + 1))
    lower = {row["day"]: row for row in fewer}
    assert all(row["bbl_p05"] >= lower[row["day"]]["bbl_p05"] - 1e-6 for row in more if row["day"] in lower)


def test_payloads_without_their_draws_are_refused():
    made = tables(visits(1))
    inputs = {word: made[word] for word in ("visits", "payloads", "claims", "caps", "places", "vessels")}
    with pytest.raises(InputError, match="its draws are missing"):
        ledger(**inputs, draws=Draws.empty(), seed=1, ledger=LedgerRule(), linking=LinkRule(), cargo=FAST)


def test_the_table_keeps_the_promise_of_the_schema():
    assert Ledger.check(tables(visits(2))["ledger"]).num_rows > 0
