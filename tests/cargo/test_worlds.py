"""Payloads of visits in joint worlds: what is shared stays shared, and the published totals lie within."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.cargo import CargoRule, loads, payloads
from darkwake.errors import InputError
from darkwake.schema import Payloads, Vessels, Visits
from tests.cargo.rows import FAST, barrels_by_world, ship, visit, visits


def test_the_published_million_lies_within_the_interval_of_43_visits():
    """Open Source Centre, 22 November 2024: 43 visits, more than 1,000,000 bbl; 1,000 to 9,000 dwt, mostly at the low end."""
    found = payloads(visits(43), Vessels.empty(), seed=1, cargo=CargoRule())
    total = np.sum(found["draws"].column("values").to_pylist(), axis=0)
    low, high = np.quantile(total, [0.05, 0.95])
    assert low < 1_000_000 < high
    assert 0.5 < (total < 1_000_000).mean() < 0.9  # the printed figure is above the middle of what the fleet's sizes give
    basis = found["payloads"].column("basis")[0].as_py()
    assert basis.startswith("a ship of an unnamed fleet: 1,000 to 9,000 t deadweight, mostly near 2,943")


def test_the_published_125_000_lies_within_the_interval_of_five_visits():
    """RUSI, 26 March 2024: five tankers, 125,000 bbl."""
    low, high = np.quantile(barrels_by_world(visits(5)).sum(axis=0), [0.05, 0.95])
    assert low < 125_000 < high


def test_the_printed_range_of_a_tanker_is_mostly_inside_that_of_a_visit():
    """Panel of Experts by VOA, 2023: 10,000 to 30,000 bbl a tanker."""
    one = barrels_by_world(visits(1))[0]
    assert 0.6 < ((one > 10_000) & (one < 30_000)).mean() < 0.95


def test_what_all_visits_share_does_not_average_out():
    """The sum of 40 visits is far wider, for its size, than 40 independent visits would make it."""
    table = barrels_by_world(visits(40))
    total = table.sum(axis=0)
    independent = np.sqrt(table.var(axis=1).sum())
    assert total.std() > 2.5 * independent


def test_what_is_a_visits_own_averages_out():
    """With the shared unknowns fixed and one known ship, forty visits are relatively narrower than one."""
    known = Vessels.rows([ship("V05", 3003.0)])
    fixed = {"laden fraction": 0.85, "barrels per tonne, refined product": 7.46, "deadweight on record, relative": 1.0}
    table = barrels_by_world(visits(40, vessel_id="V05", vessel="Rye Song Gang 1"), vessels=known, **fixed)
    total = table.sum(axis=0)
    assert total.std() / total.mean() < 0.25 * table[0].std() / table[0].mean()


def test_one_unknown_ship_that_calls_eight_times_is_one_unknown():
    same = barrels_by_world(visits(8, vessel_id="V16", vessel="Un Hung")).sum(axis=0)
    eight = [visit(f"visit-{n:03}", vessel_id=f"V{n}", vessel=f"ship {n}") for n in range(8)]
    others = barrels_by_world(Visits.rows(eight)).sum(axis=0)
    assert same.std() > 1.5 * others.std()
    assert same.mean() == pytest.approx(others.mean(), rel=0.1)


def test_a_name_without_an_id_is_still_one_ship():
    table = barrels_by_world(visits(2, vessel="Un Hung"), **{"laden fraction, own": 0.0})
    np.testing.assert_allclose(table[0], table[1])


def test_a_deadweight_on_record_is_used_wherever_the_ship_calls():
    found = payloads(visits(2, vessel_id="V05"), Vessels.rows([ship("V05", 3003.0)]), seed=1, cargo=FAST)["payloads"]
    assert found.column("tier").to_pylist() == ["deadweight", "deadweight"]
    assert max(found.column("t_p95").to_pylist()) < 3003


def test_stated_barrels_override_what_the_ship_could_carry():
    found = payloads(visits(1, bbl_stated=25_000.0), Vessels.empty(), seed=1, cargo=FAST)["payloads"].to_pylist()[0]
    assert (found["tier"], found["origin"]) == ("stated", "published")
    assert found["bbl_p05"] < 25_000 < found["bbl_p95"] < 28_000


@given(order=st.permutations(range(6)))
@settings(max_examples=10, deadline=None)
def test_the_order_of_visits_changes_nothing(order):
    rows = [visit(f"visit-{n}", vessel="Un Hung" if n < 2 else "not named") for n in range(6)]
    np.testing.assert_array_equal(barrels_by_world(Visits.rows(rows)), barrels_by_world(Visits.rows([rows[n] for n in order])))


@given(count=st.integers(1, 12))
@settings(max_examples=10, deadline=None)
def test_a_further_visit_leaves_the_others_as_they_are_and_never_lowers_the_total(count):
    fewer, more = barrels_by_world(visits(count)), barrels_by_world(visits(count + 1))
    np.testing.assert_array_equal(more[:-1], fewer)
    assert (more.sum(axis=0) >= fewer.sum(axis=0)).all()


def test_a_seed_gives_the_same_worlds_again_and_another_seed_others():
    assert (barrels_by_world(visits(3), seed=5) == barrels_by_world(visits(3), seed=5)).all()
    assert (barrels_by_world(visits(3), seed=5) != barrels_by_world(visits(3), seed=6)).any()


def test_no_visit_has_no_payload_and_no_zero():
    found = payloads(visits(0), Vessels.empty(), seed=1, cargo=FAST)
    assert (found["payloads"].num_rows, found["draws"].num_rows) == (0, 0)


def test_a_stay_of_which_nobody_says_what_was_done_has_no_payload():
    found = payloads(visits(1, activity="unknown"), Vessels.empty(), seed=1, cargo=FAST)
    assert found["payloads"].num_rows == 0


def test_each_payload_names_its_factors_with_value_interval_and_source():
    row = payloads(visits(1), Vessels.empty(), seed=1, cargo=FAST)["payloads"].to_pylist()[0]
    factors = json.loads(row["factors"])
    assert [f["name"] for f in factors][-1] == "barrels per tonne, refined product"
    assert all(f["lo"] <= f["value"] <= f["hi"] and f["source"] and f["unit"] for f in factors)


def test_each_payload_says_what_would_narrow_it_most():
    row = payloads(visits(1), Vessels.empty(), seed=1, cargo=CargoRule())["payloads"].to_pylist()[0]
    found = json.loads(row["sensitivity"])
    assert found[0].keys() == {"factor", "half_width_removed_bbl", "share", "sharing", "observation"}
    assert (found[0]["factor"], found[0]["sharing"]) == ("deadweight of an unknown tanker", "own")
    assert found[0]["observation"] == "her name, or her length and beam from an image of 3 m pixels or finer"
    assert [item["half_width_removed_bbl"] for item in found] == sorted(
        (i["half_width_removed_bbl"] for i in found), reverse=True
    )


def test_visits_of_one_kind_have_one_sensitivity():
    rows = payloads(visits(43), Vessels.empty(), seed=1, cargo=FAST)["payloads"]
    assert len(set(rows.column("sensitivity").to_pylist())) == 1


def test_a_payload_names_the_chance_that_the_call_moved_cargo():
    row = payloads(visits(1), Vessels.empty(), seed=1, cargo=FAST)["payloads"].to_pylist()[0]
    (factor,) = [factor for factor in json.loads(row["factors"]) if factor["name"] == "chance that a call moved cargo"]
    assert (factor["lo"], factor["value"], factor["hi"]) == (1.0, 1.0, 1.0)
    assert "as stated" in factor["source"]


def test_a_name_that_is_fixed_stands_still_and_leaves_the_others_as_they_are():
    free, still = (loads(visits(3), Vessels.empty(), seed=1, cargo=FAST, fixed=names) for names in ((), ("laden fraction",)))
    names = [name for name in free[0].unknowns if name != "laden fraction"]
    assert free[0].unknowns == still[0].unknowns
    assert (free[0].barrels != still[0].barrels).any()
    (alone,) = loads(visits(1), Vessels.empty(), seed=1, cargo=FAST, fixed=names)
    assert np.ptp(alone.barrels) > 0


def test_simulated_visits_have_simulated_payloads():
    found = payloads(visits(1, origin="simulated"), Vessels.empty(), seed=1, cargo=FAST)["payloads"]
    assert found.column("origin").to_pylist() == ["simulated"]
    assert found.schema.names == list(Payloads.columns)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"product": "gas oli"}, "visits:visit visit-000: no product 'gas oli'"),
        ({"dwt_lo": 9000.0, "dwt_hi": 1000.0}, "no deadweight lies between 9,000 and 1,000 t"),
        ({"dwt_hi": 900_000.0}, "a deadweight of 900,000 t is none"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(changes, words):
    with pytest.raises(InputError, match=words):
        payloads(visits(1, **changes), Vessels.empty(), seed=1, cargo=FAST)
