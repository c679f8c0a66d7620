"""What a case sets of a kind of ship by name, and what its hulls become."""

from __future__ import annotations

import numpy as np
import pytest

from darkwake.cargo import payload
from darkwake.cargo.factors import chosen
from darkwake.cargo.hull import Hull, Known, hull
from darkwake.cargo.hull_levels import levels
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError

SMALL = Known(length_m=85.0, beam_m=14.0)
LIGHT, BLOCK = "lightship, level of all tankers", "block coefficient, level of all tankers"


def drawn(factors: dict[str, object], known: Known = SMALL, owner: str = "ship") -> Hull:
    return hull(known, Unknowns(1, 4000, "levels"), owner, chosen(factors))


def test_a_case_that_says_nothing_leaves_every_hull_as_it_is():
    plain = hull(SMALL, Unknowns(1, 4000, "levels"), "ship")
    assert (plain.lightship_t == drawn({}).lightship_t).all()
    assert {factor.central for factor in levels().values()} == {1.0}


@pytest.mark.parametrize("kind", ["tanker", "general cargo ship", "container ship"])
def test_ships_of_a_kind_are_as_much_heavier_as_the_case_says_and_others_are_not(kind):
    known, name = Known(kind, length_m=120.0, beam_m=19.0), f"lightship, level of all {kind}s"
    usual, heavier = (float(np.median(drawn(factors, known).lightship_t)) for factors in ({}, {name: 1.2}))
    assert heavier / usual == pytest.approx(1.2, rel=0.01)
    other = Known("tanker" if kind != "tanker" else "container ship", length_m=120.0, beam_m=19.0)
    assert (drawn({name: 1.2}, other).lightship_t == drawn({}, other).lightship_t).all()


def test_a_level_that_is_fixed_is_no_unknown_and_one_that_is_open_is_shared_by_all_ships():
    unknown = Unknowns(1, 4000, "levels")
    one, other = (np.log(hull(SMALL, unknown, owner, chosen({LIGHT: 1.0})).lightship_t) for owner in ("a", "b"))
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(0, abs=0.06)
    assert LIGHT not in unknown.asked
    wide = chosen({LIGHT: [0.6, 1.0, 1.4]})
    one, other = (np.log(hull(SMALL, unknown, owner, wide).lightship_t) for owner in ("a", "b"))
    assert np.corrcoef(one, other)[0, 1] > 0.6
    assert unknown.asked[LIGHT] is True


def test_the_weights_still_close_and_what_is_known_still_stands():
    known = Known(length_m=85.0, beam_m=14.0, dwt_t=3000.0, draught_m=5.4)
    ship = drawn({LIGHT: 1.2, BLOCK: [0.95, 1.0, 1.1]}, known)
    water_t = 1.025 * 0.97 * ship.length_m * ship.beam_m * ship.draught_m * ship.cb
    assert ship.dwt_t + ship.lightship_t == pytest.approx(water_t, rel=1e-12)
    assert (set(ship.dwt_t.tolist()), set(ship.draught_m.tolist())) == ({3000.0}, {5.4})


def test_a_payload_from_a_draught_is_less_where_the_case_says_that_ships_are_heavier():
    known = {"length_m": 85.0, "beam_m": 14.0, "draught_out_m": 5.2, "draught_sd_m": 0.05, "draws": 500}
    usual, heavier = payload(**known), payload(**known, factors={LIGHT: 1.3})
    assert heavier.t.p50 < 0.95 * usual.t.p50


@pytest.mark.parametrize(
    ("factors", "reason"),
    [({LIGHT: 0}, "cannot be"), ({"lightship, level of all tanker": 1.1}, "did you mean lightship, level of all tankers")],
)
def test_a_level_that_cannot_be_is_refused_with_the_reason(factors, reason):
    with pytest.raises(InputError, match=reason):
        drawn(factors)
