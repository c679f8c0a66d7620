"""Moving ships are displaced along the flight: by theory, and in real scenes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake import geo
from darkwake.detection.shift import (
    Geometry,
    MotionError,
    allowed_offset,
    appears_at,
    displacement,
    speed_by_wake,
    true_place,
    true_place_by_wake,
)
from tests.detection.opensarship import Marked, marked

bearings = st.floats(0, 360, exclude_max=True)
views = st.builds(lambda flight, s: Geometry(flight, (flight + 90) % 360, s), bearings, st.floats(50, 90))


@pytest.fixture(scope="module")
def sailing(shared: Path) -> list[Marked]:
    """Ships faster than 2 m/s whose report is less than two minutes away."""
    return [ship for ship in marked(shared) if ship.speed_kn * 1852 / 3600 > 2 and abs(ship.age_s) < 120]


@given(st.floats(-80, 80), st.floats(-180, 180), views, st.floats(0, 25), bearings)
def test_the_true_place_is_where_the_ship_was_put(lat: float, lon: float, view: Geometry, kn: float, course: float) -> None:
    back = true_place(*appears_at(lat, lon, view, kn, course), view, kn, course)
    assert float(geo.distance_m(lat, lon, *back)) < 0.5


@given(views, st.floats(0, 25), st.sampled_from([0.0, 180.0]))
def test_a_ship_along_the_flight_is_not_displaced(view: Geometry, kn: float, turn: float) -> None:
    assert displacement(view, kn, view.flight_deg + turn) == pytest.approx(0.0, abs=1e-6)


@given(views, st.floats(1, 25), st.floats(-70, 70))
def test_a_ship_moving_away_appears_against_the_flight_and_her_wake_tells_her_speed(
    view: Geometry, kn: float, off: float
) -> None:
    course = view.look_deg + off
    along_m = displacement(view, kn, course)
    assert along_m < 0 < displacement(view, kn, course + 180)
    assert speed_by_wake(view, along_m, course) == pytest.approx(kn)
    there = appears_at(10.0, 179.999, view, kn, course)
    assert float(geo.distance_m(10.0, 179.999, *true_place_by_wake(*there, view, along_m))) < 0.01


def test_a_wake_along_the_flight_tells_no_speed() -> None:
    assert speed_by_wake(Geometry(350.0, 80.0, 69.0), -20.0, 350.0) is None


@given(views, st.floats(0, 15), bearings)
def test_what_a_ship_of_unknown_speed_may_do_holds_what_one_of_known_speed_does(
    view: Geometry, kn: float, course: float
) -> None:
    free = allowed_offset(view, None, None)
    assert abs(displacement(view, kn, course)) <= free.limit_m
    assert allowed_offset(view, kn, course).sd_m < free.sd_m


def test_the_spread_of_an_unknown_motion_is_that_of_drawn_ones() -> None:
    draw, view = np.random.default_rng(3), Geometry(350.0, 80.0, 69.4)
    still = MotionError(radial_m_s=0.0)
    drawn = [displacement(view, *pair) for pair in zip(draw.uniform(0, 15, 4000), draw.uniform(0, 360, 4000), strict=True)]
    assert allowed_offset(view, None, None, still).sd_m == pytest.approx(np.std(drawn), rel=0.05)
    # Singular: the ellipse of the motion is a line along the flight.
    assert np.linalg.eigvalsh(allowed_offset(view, 9.0, None, still).covariance_m2)[0] == pytest.approx(0.0, abs=1e-6)


def test_the_predicted_displacement_of_real_ships_is_the_seen_one(sailing: list[Marked]) -> None:
    """Its sign too: across five hundred metres the ships lie on the side that theory says."""
    predicted, seen = np.array([(displacement(s.geometry, s.speed_kn, s.course_deg), along_m(s)) for s in sailing]).T
    assert len(sailing) == 69
    assert np.corrcoef(predicted, seen)[0, 1] > 0.9
    assert np.polyfit(predicted, seen, 1)[0] == pytest.approx(0.89, abs=0.03)


def test_real_ships_are_found_within_100_m_of_where_they_are_expected(sailing: list[Marked]) -> None:
    before = [float(np.hypot(*ship.seen_off_m())) for ship in sailing]
    after = []
    for ship in sailing:
        there = appears_at(*ship.reckoned(), ship.geometry, ship.speed_kn, ship.course_deg)
        after.append(float(geo.distance_m(*there, ship.lat, ship.lon)))
    assert np.median(before) > 300
    assert np.median(after) < 100


def along_m(ship: Marked) -> float:
    east, north = ship.seen_off_m()
    flight = np.radians(ship.geometry.flight_deg)
    return float(east * np.sin(flight) + north * np.cos(flight))
