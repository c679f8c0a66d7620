"""Each visit stands on the best basis that it has, and says which."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from darkwake.cargo import Load, loads, untold
from darkwake.errors import InputError
from darkwake.schema import Vessels, Visits
from tests.cargo.rows import BY_DRAUGHTS, BY_FREEBOARDS, FAST, RANGE, SIZE, STATED, ship, stay, visit

SIZED = Vessels.rows([ship("V05", 3003.0) | SIZE, ship("V06") | SIZE])


def load(vessel_id: str | None = "V05", /, **changes: object) -> Load:
    factors = changes.pop("factors", {})
    table = Visits.rows([visit("visit-1", vessel_id=vessel_id, **changes)])
    return loads(table, SIZED, seed=1, cargo=FAST, factors=factors)[0]


def width(found: Load) -> float:
    low, high = np.quantile(found.barrels, [0.05, 0.95])
    return float(high - low)


@pytest.mark.parametrize(
    ("known", "tier"),
    [
        (BY_DRAUGHTS | BY_FREEBOARDS | STATED, "two draughts"),
        (BY_DRAUGHTS | STATED | {"draught_in_m": None}, "one draught"),
        (BY_FREEBOARDS | STATED | RANGE, "freeboard"),
        (BY_FREEBOARDS | {"draught_in_m": 2.7, "draught_out_m": 5.3}, "freeboard"),  # typed draughts are the weaker
        (STATED | RANGE, "stated"),
        ({"t_stated": 2700.0}, "stated"),
        (RANGE, "stated"),
        ({}, "deadweight"),
    ],
)
def test_the_strongest_basis_is_taken(known, tier):
    assert load(**known).tier == tier


def test_a_ship_of_known_dimensions_is_of_the_class_of_such_ships():
    found = load("V06")
    assert found.tier == "class"
    assert "t deadweight, as ships of 90 by 14 m have x a laden fraction" in found.basis
    assert found.unknowns["deadweight from length and beam"] == "ship"


def test_a_measurement_of_a_ship_of_no_known_size_tells_no_tonnes_and_says_so():
    found = load(None, **BY_FREEBOARDS)
    assert found.tier == "class"
    assert found.basis.endswith("her freeboard is known, but nothing on record tells her size, so it tells no tonnes")


def test_typed_draughts_that_cannot_be_right_tell_nothing():
    found = load(draught_in_m=5.6, draught_out_m=3.3)
    np.testing.assert_array_equal(found.barrels, load().barrels)
    assert "the draughts that her crew typed cannot be right (the ship departs lighter" in found.basis


def test_measured_draughts_that_cannot_be_are_refused_with_the_visit():
    with pytest.raises(InputError, match="visits:visit visit-1: the ship departs lighter than she arrived"):
        load(draught_in_m=5.6, draught_out_m=3.3, draught_sd_m=0.1)


def test_stated_tonnes_are_the_tonnes_stated():
    found = load(t_stated=2700.0)
    assert found.tonnes.tolist() == pytest.approx([2700.0] * FAST.draws, rel=1e-12)
    assert dict(found.unknowns) == {"barrels per tonne, refined product": "shared"}


def test_all_visits_of_a_count_stand_at_one_place_in_the_range():
    table = Visits.rows([visit(f"visit-{n}", **RANGE) for n in range(43)])
    total = np.sum([one.barrels for one in loads(table, SIZED, seed=1, cargo=FAST)], axis=0)
    assert (total.min(), total.max()) == pytest.approx((430_000, 1_290_000), rel=0.01)
    # A fraction (500,000 - 430,000) / 860,000 of the range lies below the cap: the count alone does not show it exceeded.
    assert (total > 500_000).mean() == pytest.approx(0.919, abs=0.02)


@pytest.mark.parametrize("ends", [{"bbl_lo": 3.0, "bbl_hi": 1.0}, {"bbl_lo": 3.0}])
def test_a_range_that_is_none_is_refused(ends):
    with pytest.raises(InputError, match="visits:visit visit-1: a range from 3 to"):
        load(**ends)


def test_what_was_seen_is_said_and_moves_nothing_that_a_source_states():
    seen = load(laden_in="ballast", laden_out="laden")
    np.testing.assert_array_equal(seen.barrels, load().barrels)
    said = "seen in ballast on arrival and laden on departure, 6.5 times likelier if cargo was moved than if none was"
    assert seen.basis.endswith(said)


def test_what_speaks_against_the_source_is_named():
    against = load(laden_in="laden", laden_out="ballast").basis
    assert "6.5 times likelier if no cargo was moved than if some was" in against
    assert "the source's word stands unless the factor 'chance that a call moved cargo' is set below 1" in against


def test_a_case_that_doubts_the_calls_weighs_what_was_seen():
    """At even odds a call that nobody saw moved cargo in half the worlds, one seen to fill in more, the reverse in fewer."""
    doubt = {"factors": {"chance that a call moved cargo": 0.5}}
    shares = [
        (load(laden_in=before, laden_out=after, **doubt).barrels > 0).mean()
        for before, after in (("laden", "ballast"), (None, None), ("ballast", "laden"))
    ]
    assert shares[0] < 0.2 < 0.45 < shares[1] < 0.55 < 0.8 < shares[2]


def test_no_factor_is_named_twice():
    found = load(laden_in="ballast", **BY_DRAUGHTS, factors={"chance that a call moved cargo": 0.5})
    by_size = load(laden_in="ballast", **stay(9.0), factors={"chance that a call moved cargo": 0.5})
    for one in (found, by_size):
        names = [factor.name for factor in one.factors]
        assert len(names) == len(set(names))


def test_hours_alongside_bound_the_load_ever_less():
    medians = [float(np.median(load(**stay(hours)).tonnes)) for hours in (3.0, 9.0, 18.0, 60.0)]
    assert medians == sorted(medians)
    assert medians[0] < 0.2 * medians[-1]


@pytest.mark.parametrize("hours", [None, 24.0 * 90])
def test_a_stay_of_which_only_months_are_known_tells_nothing(hours):
    found = load(**stay(hours))
    np.testing.assert_array_equal(found.barrels, load().barrels)
    assert "alongside" not in found.basis


def test_a_bound_by_hours_is_a_distribution_and_no_cut():
    found = load(**stay(9.0))
    assert "no more than could be moved in at most 9.0 h alongside (which bounds it with a chance of 7" in found.basis
    assert 0.5 * width(load()) < width(found)


def test_each_unknown_is_shared_or_a_ship_s_or_a_visit_s():
    found = load(**BY_FREEBOARDS).unknowns
    assert found["barrels per tonne, refined product"] == found["water density, sea berth"] == "shared"
    assert found["lightship"] == found["deck edge over the depth"] == "ship"
    assert found["freeboard on departure, reading"] == found["stores, fuel and water aboard"] == "visit"


@pytest.mark.parametrize("known", [{}, BY_DRAUGHTS, BY_FREEBOARDS, STATED, RANGE, stay(9.0)])
def test_with_every_unknown_at_its_middle_nothing_is_left_to_know(known):
    table = Visits.rows([visit("visit-1", vessel_id="V05", **known)])
    names = load(**known).unknowns
    (found,) = loads(table, SIZED, seed=1, cargo=FAST, fixed=names)
    assert np.ptp(found.barrels) == pytest.approx(0, abs=1e-6)


def test_goods_by_rail_have_a_payload_only_where_a_source_states_one():
    rows = [
        visit("a", carriage="rail"),
        visit("b", carriage="rail", **STATED),
        visit("c", product="coal"),
        visit("d", activity="unknown"),
    ]
    table = Visits.rows(rows)
    assert untold(table, FAST) == {
        "a": "it went by rail and no source states an amount",
        "c": "coal is no oil",
        "d": "what was done is not known",
    }
    assert [found.visit_id for found in loads(table, SIZED, seed=1, cargo=FAST)] == ["b"]


def test_a_ship_that_cannot_be_is_refused():
    giant = pa.concat_tables([SIZED, Vessels.rows([ship("V07", 2000.0) | {"length_m": 300.0, "beam_m": 48.0}])])
    with pytest.raises(InputError, match="2,000 t does not fit a tanker of 300 m"):
        loads(Visits.rows([visit("visit-1", vessel_id="V07")]), giant, seed=1, cargo=FAST)
