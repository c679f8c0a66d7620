"""Why a sum's interval is as wide as it is: shares that add up, known answers, and what cannot matter."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.cargo import chosen
from darkwake.cargo.factors import LADEN
from darkwake.cargo.loads import Loading
from darkwake.cargo.unknowns import Unknowns
from darkwake.ledger import BOTH, VISITS, LinkRule, caps_of
from darkwake.ledger.causes import causes, grouped, shapley
from darkwake.ledger.counted import counted
from darkwake.ledger.model import Model, Redrawn
from darkwake.ledger.parts import DAY, HAPPENED, PER_TONNE
from darkwake.ledger.reports import reported
from darkwake.schema import Vessels, Visits
from tests.cargo.rows import FAST, visit, visits
from tests.ledger.rows import report, tables


def model_of(made, worlds=400, **factors):
    caps, stays = caps_of(made["caps"]), counted(made["visits"], made["places"], LinkRule())
    loading = Loading.of(made["visits"], Vessels.empty(), FAST, chosen(factors))
    return Model(
        1, worlds, tuple(caps), stays.real, loading, {cap.product: reported(made["claims"], cap.product) for cap in caps}
    )


def causes_of(made, mode=VISITS, **factors):
    found = causes(model_of(made, **factors), made["ledger"].to_pylist()).to_pylist()
    return {row["cause"]: row for row in found if row["mode"] == mode}


def test_of_a_sum_of_independent_parts_each_has_the_share_of_its_own_variance():
    """The closed form of an additive model: the variance of the part over that of the sum, whatever the order."""
    parts = {"a": 1.0, "b": 4.0, "c": 9.0, "d": 2.0, "e": 4.0}
    found = shapley(parts, lambda names: sum(parts[name] for name in names), 1)
    assert found == pytest.approx({name: value / 20 for name, value in parts.items()})


def test_of_a_product_of_two_both_have_half_of_what_they_make_together():
    """Y = X1 X2 of mean 0: nothing alone (Var E[Y|X] = 0), all together; Owen (2014) gives each one half."""
    assert shapley(["x1", "x2"], lambda names: float(len(names) == 2), 1) == {"x1": 0.5, "x2": 0.5}


@given(table=st.lists(st.floats(0, 10), min_size=8, max_size=8))
@settings(max_examples=25, deadline=None)
def test_effects_are_those_of_the_definition(table):
    """Averages over all orders of three names, worked out here by hand; they add up to what all do together."""
    value = {frozenset(c for n, c in enumerate("abc") if bits >> n & 1): table[bits] for bits in range(8)}
    value[frozenset()], value[frozenset("abc")] = 0.0, 11.0
    by_hand = dict.fromkeys("abc", 0.0)
    for order in permutations("abc"):
        for n, name in enumerate(order):
            by_hand[name] += (value[frozenset(order[: n + 1])] - value[frozenset(order[:n])]) / 6 / 11
    found = shapley("abc", value.__getitem__, 1)
    assert found == pytest.approx(by_hand)
    assert math.fsum(found.values()) == pytest.approx(1)


def test_the_half_widths_of_the_causes_add_up_to_that_of_the_sum():
    made = tables(visits(20), [report("a", "China", "2024-01-01", "2024-06-30", 10_000, unit="t")])
    for mode in (VISITS, BOTH):
        found = causes_of(made, mode)
        end = max((row for row in made["ledger"].to_pylist() if row["mode"] == mode), key=lambda row: row["day"])
        assert math.fsum(row["share"] for row in found.values()) == pytest.approx(1)
        half_width = (end["bbl_p95"] - end["bbl_p05"]) / 2
        assert math.fsum(row["half_width_bbl"] for row in found.values()) == pytest.approx(half_width)
    assert PER_TONNE in causes_of(made, BOTH)


def test_what_all_visits_share_outweighs_what_each_has_to_itself_the_more_the_more_visits():
    few, many = (causes_of(tables(visits(n)))["laden fraction"]["share"] for n in (1, 60))
    own = causes_of(tables(visits(60)))["laden fraction, own"]["share"]
    assert many > 2 * few
    assert own < 0.02


def test_every_cause_says_whether_it_is_shared_and_what_would_tell_it():
    found = causes_of(tables(visits(20, probability=0.7)))
    assert (found["laden fraction"]["sharing"], found["laden fraction, own"]["sharing"]) == ("shared", "own")
    assert "freeboard" in found["laden fraction"]["settled_by"]
    assert found[HAPPENED]["settled_by"].startswith("a second look")
    assert all(row["settled_by"] for row in found.values())


def test_a_day_that_cannot_leave_the_year_is_no_cause_and_one_that_can_is():
    edge = {"arrival_lo": visit("x")["arrival_lo"], "arrival_hi": visit("x")["arrival_hi"].replace(year=2025)}
    assert DAY not in causes_of(tables(visits(5)))
    assert DAY in causes_of(tables(visits(5, **edge)))


def test_an_unknown_that_the_case_sets_is_no_cause():
    made = tables(visits(5))
    assert LADEN in causes_of(made)
    assert LADEN not in causes_of(made, **{LADEN: 0.9})


def test_small_unknowns_are_put_together_and_one_that_is_alone_keeps_its_name():
    sharing = {"wide": True, "a": True, "b": True, "own": False}
    assert grouped({"wide": 97.0, "a": 0.5, "b": 0.5, "own": 0.5}, sharing) == {
        "wide": {"wide"},
        "smaller unknowns that all visits share": {"a", "b"},
        "own": {"own"},
    }


def test_a_sum_that_is_certain_has_no_causes():
    made = tables(None, [report("a", "China", "2024-01-01", "2024-06-30", 9_000)])
    assert causes(model_of(made), made["ledger"].to_pylist()).num_rows == 0


@given(order=st.permutations(range(4)))
@settings(max_examples=4, deadline=None)
def test_the_order_of_rows_changes_nothing(order):
    rows = [visit(f"visit-{n}", probability=0.5 + n / 10) for n in range(4)]
    one, other = tables(Visits.rows(rows)), tables(Visits.rows([rows[n] for n in order]))
    assert causes(model_of(one), one["ledger"].to_pylist()).equals(causes(model_of(other), other["ledger"].to_pylist()))


def test_the_model_draws_the_first_worlds_of_the_ledger():
    """Its median is that of the stored draws but for the number of worlds; with all worlds it is the same."""
    made = tables(visits(10))
    end = max(made["ledger"].to_pylist(), key=lambda row: row["day"])
    total = model_of(made, FAST.draws).totals()["refined-2024", VISITS]
    assert np.quantile(total, (0.05, 0.5, 0.95)) == pytest.approx([end["bbl_p05"], end["bbl_p50"], end["bbl_p95"]])


def test_fixing_holds_in_what_is_drawn_again_too():
    again = Redrawn(Unknowns(1, 5, "one"), Unknowns(1, 5, "two"), ["a"]).fixing(["a", "b"])
    assert [again(name).tolist() for name in ("a", "b")] == [[0.5] * 5] * 2
