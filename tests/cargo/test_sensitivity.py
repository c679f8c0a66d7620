"""What widens a payload most, and what would tell it."""

from __future__ import annotations

import numpy as np
import pytest

from darkwake.cargo import loads, observation, payload
from darkwake.cargo.factors import chosen
from darkwake.cargo.loads import Loading
from darkwake.cargo.sensitivity import NOTHING_KNOWN, half_width, sensitivity
from darkwake.cargo.ships import WHICH_SHIP
from darkwake.cargo.unknowns import Unknowns
from darkwake.schema import Vessels, Visits
from tests.cargo.rows import BY_DRAUGHTS, BY_FREEBOARDS, FAST, RANGE, SIZE, STATED, ship, stay, visit

BASES = [{}, BY_DRAUGHTS, BY_DRAUGHTS | {"draught_sd_m": None}, BY_FREEBOARDS, STATED, {"t_stated": 2700.0}, RANGE, stay(9.0)]


@pytest.mark.parametrize("known", BASES)
@pytest.mark.parametrize("vessel_id", ["V05", "V06", None])
def test_every_unknown_of_every_basis_has_an_observation_that_would_tell_it(known, vessel_id):
    vessels = Vessels.rows([ship("V05", 3003.0) | SIZE, ship("V06") | SIZE])
    table = Visits.rows([visit("visit-1", vessel_id=vessel_id, **known)])
    (found,) = loads(table, vessels, seed=1, cargo=FAST, factors={"chance that a call moved cargo": 0.9})
    silent = {name for name in found.unknowns if observation(name) == NOTHING_KNOWN}
    assert silent <= {WHICH_SHIP}  # never listed: it changes no visit's distribution


def test_an_unknown_that_is_alone_takes_the_whole_half_width():
    wide = np.linspace(0.0, 100.0, 1001)
    (found,) = sensitivity(wide, {"only": "shared"}, lambda _: np.full(1001, 50.0))
    assert (found.half_width_removed_bbl, found.share, found.sharing) == (pytest.approx(45.0), pytest.approx(1.0), "shared")


def test_an_unknown_that_moves_nothing_is_left_out():
    wide = np.linspace(0.0, 100.0, 1001)
    assert sensitivity(wide, {"idle": "visit"}, lambda _: wide) == ()
    assert sensitivity(np.ones(5), {"any": "visit"}, lambda _: np.zeros(5)) == ()


def test_the_half_width_is_that_of_the_middle_ninety_percent():
    assert half_width(np.arange(101.0)) == 45.0


def test_the_first_unknown_to_settle_changes_with_what_is_known():
    by_class = payload(length_m=90, beam_m=14).sensitivity[0]
    by_weight = payload(dwt_t=3000).sensitivity[0]
    assert by_class.observation == "her name, or her length and beam from an image of 3 m pixels or finer"
    assert by_weight.observation.startswith("her freeboard or draught marks on arrival and on departure")
    assert payload(dwt_t=3000, laden=0.9).sensitivity[0].observation.startswith("the product")


@pytest.mark.parametrize("known", [BY_DRAUGHTS, BY_DRAUGHTS | {"draught_sd_m": None}, BY_FREEBOARDS])
def test_unknowns_fixed_all_in_turn_are_those_fixed_one_by_one(known):
    table = Visits.rows([visit("visit-1", vessel_id="V05", **known)])
    loading = Loading.of(table, Vessels.rows([ship("V05", 3003.0) | SIZE]), FAST, chosen({}))
    unknown = Unknowns(1, FAST.draws, "payloads")
    load = loading.one("visit-1", unknown)
    one_by_one = sensitivity(load.barrels, load.unknowns, lambda name: loading.one("visit-1", unknown.fixing([name])).barrels)
    together = loading.widest(load, unknown)
    assert {item.factor: pytest.approx(item.share, abs=1e-9) for item in one_by_one} == {
        item.factor: item.share for item in together
    }
