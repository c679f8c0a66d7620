"""Hulls around antennas, held against polygons of an independent library."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, affinity

from darkwake.events.hulls import Hull, Hulls, gap_bounds_m, gap_m, hull, seen_from_deck, turn

TANKER = hull((150.0, 30.0, 10.0, 18.0))
BARGE = hull((20.0, 60.0, 6.0, 6.0))
DEGREES = st.floats(0, 359)


def _polygon(ship: Hull, east: float, north: float, heading: float) -> Polygon:
    corners = [(-ship.to_port_m, ship.to_bow_m), (ship.to_starboard_m, ship.to_bow_m)]
    corners += [(ship.to_starboard_m, -ship.to_stern_m), (-ship.to_port_m, -ship.to_stern_m)]
    turned = affinity.rotate(Polygon(corners), -heading, origin=(0, 0))
    return affinity.translate(turned, east, north)


def _gap_m(east: float, north: float, headings: tuple[float, float], one: Hull, other: Hull) -> float:
    axes = [(np.cos(np.radians([heading])), np.sin(np.radians([heading]))) for heading in headings]
    there, back = np.array([east, north])[:, None], -np.array([east, north])[:, None]
    decks = seen_from_deck(*there, axes[0]), seen_from_deck(*back, axes[1])
    [gap] = gap_m(*decks, turn(*axes), Hulls.of([one]).boxes, Hulls.of([other]).boxes)
    return float(gap)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(east=st.floats(-400, 400), north=st.floats(-400, 400), heading=DEGREES, other=DEGREES)
def test_the_distance_of_two_hulls_is_that_of_two_polygons(east, north, heading, other):
    ours = _gap_m(east, north, (heading, other), TANKER, BARGE)
    one, two = _polygon(TANKER, 0, 0, heading), _polygon(BARGE, east, north, other)
    if one.intersection(two).area > 1e-6:
        assert ours <= 1e-6
    else:
        assert ours == pytest.approx(one.distance(two), abs=1e-6)
    least, most = gap_bounds_m(np.hypot([east], [north]), Hulls.of([TANKER]), Hulls.of([BARGE]))
    assert least[0] - 1e-9 <= max(ours, 0.0) <= most[0] + 1e-9


def test_antennas_fifty_metres_apart_may_be_hulls_four_metres_apart():
    """Two tankers abreast with the bows the same way, one antenna 40 m farther aft."""
    one, other = hull((140.0, 43.0, 14.5, 14.5)), hull((100.0, 10.0, 8.5, 8.5))
    assert _gap_m(27.0, -40.0, (0.0, 0.0), one, other) == 4.0


def test_what_is_not_known_makes_the_sides_less_sure():
    sides = [hull((90, 20, 9, 9)).side_sd_m, hull(length_m=110, beam_m=18).side_sd_m, hull().side_sd_m]
    assert sides == sorted(sides)
    assert hull((0, 0, 0, 0), 110.0, 18.0) == hull(length_m=110.0, beam_m=18.0)
