"""Moving ships and scenes that lie off: real ones of OpenSARShip, and planted ones."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from darkwake import geo
from darkwake.detection.shift import Geometry, appears_at
from darkwake.fusion.expected import Spot, seen_off
from darkwake.fusion.heard import Heard, heard_at
from darkwake.fusion.match import Match, learn_bias, match_scene
from darkwake.fusion.rule import MatchRule
from darkwake.schema import Positions
from tests.detection.opensarship import Marked, marked

RULE = MatchRule()
VIEW = Geometry(350.0, 80.0, 69.4)


@pytest.fixture(scope="module")
def scenes(shared: Path) -> list[list[Marked]]:
    """The ships of each scene whose reports are not twice there."""
    ships = [ship for ship in marked(shared) if abs(ship.age_s) < 600]
    return [list({s.mmsi: s for s in scene}.values()) for _, scene in groupby(ships, key=lambda ship: ship.scene)]


def heard(ships: list[Marked]) -> tuple[list[Spot], list[Heard]]:
    """A scene as the matcher has it: what was seen, and who was heard."""
    moment = ships[0].time
    rows = [
        {"track_id": f"t{n:04d}", "source_id": "f", "line": n, "mmsi": s.mmsi, "time": s.ais_time, "lat": s.ais_lat}
        | {"lon": s.ais_lon, "sog_kn": s.speed_kn, "cog_deg": s.course_deg, "cell": 0, "origin": "observed"}
        for n, s in enumerate(ships)
    ]
    return [Spot(s.lat, s.lon, s.geometry) for s in ships], heard_at(Positions.rows(rows), moment, RULE)


def left_m(spots: list[Spot], ships: list[Heard], n: int) -> float:
    """How far a ship is from where she is expected, by the bias that all others show."""
    others = [k for k in range(len(spots)) if k != n]
    known = [Match(ships[k], 1.0, 0.0, {}) for k in others]
    bias = learn_bias([spots[k] for k in others], known, RULE)
    off = np.array(seen_off(spots[n], ships[n], RULE))
    if bias:
        off -= [float(metres[0]) for metres in bias.at(spots[n].lat, spots[n].lon)[:2]]
    return float(np.hypot(*off))


def test_ships_that_lie_still_show_by_how_far_their_scene_lies_off(scenes: list[list[Marked]]) -> None:
    """Each ship under way is left out; near slow ships tell of her place, far ones do not."""
    alone, corrected = [], []
    for scene in scenes:
        spots, ships = heard(scene)
        for n, ship in enumerate(scene):
            if ship.speed_kn * 1852 / 3600 > 2 and abs(ship.age_s) < 120:
                alone.append(float(np.hypot(*seen_off(spots[n], ships[n], RULE))))
                corrected.append(left_m(spots, ships, n))
    assert np.median(alone) < 100
    assert np.median(corrected) < 85
    assert len(corrected) == 69


def in_traffic(ships: list[Heard], draw: np.random.Generator) -> list[Heard]:
    """The ships, and for each under way two that nobody sees: within 1.2 km, on her course or its reverse."""
    others = []
    for ship in ships:
        if (ship.speed_kn or 0.0) < 2:
            continue
        for n in (0, 1):
            lat, lon = geo.destination(ship.lat, ship.lon, draw.uniform(0, 360), 1200 * np.sqrt(draw.uniform()))
            course = ((ship.course_deg or 0.0) + draw.choice([0.0, 180.0])) % 360
            others.append(replace(ship, mmsi=ship.mmsi * 10 + n, lat=lat, lon=lon, course_deg=course))
    return ships + others


def named(scenes: list[list[Marked]], *, geometry: bool) -> tuple[int, int]:
    """How many ships are given their own name and another's, in dense traffic."""
    draw, right, wrong = np.random.default_rng(1), 0, 0
    for scene in scenes:
        spots, ships = heard(scene)
        seen = spots if geometry else [spot._replace(geometry=None) for spot in spots]
        matches, _ = match_scene(seen, in_traffic(ships, draw), RULE)
        given = [found.ship.mmsi if found.ship else None for found in matches]
        right += sum(name == ship.mmsi for name, ship in zip(given, scene, strict=True))
        wrong += sum(name not in (None, ship.mmsi) for name, ship in zip(given, scene, strict=True))
    return right, wrong


def test_in_dense_traffic_the_geometry_halves_the_wrong_names(scenes: list[list[Marked]]) -> None:
    (right, wrong), (right_without, wrong_without) = (named(scenes, geometry=told) for told in (True, False))
    assert right > right_without
    assert wrong <= wrong_without / 2


def test_a_line_imaged_later_shows_a_ship_farther_on() -> None:
    """At 12 knots, 20 s later: 123 m along her course."""
    ship = Heard(1, "t1", 35.0, 139.0, 150.0, 1.0, "f", "observed", 5.0, 12.0, VIEW.flight_deg)
    there = geo.destination(35.0, 139.0, VIEW.flight_deg, 12.0 * 1852 / 3600 * 20)
    assert np.hypot(*seen_off(Spot(*there, VIEW, later_s=20.0), ship, RULE)) < 0.1
    assert np.hypot(*seen_off(Spot(*there, VIEW), ship, RULE)) == pytest.approx(123.5, abs=0.1)


def planted(east_m: float, north_m: float, number: int = 6) -> tuple[list[Spot], list[Heard]]:
    """Ships at anchor in a scene that lies off, and two that cross: each appears nearer to the other's place."""
    ships = [Heard(n, f"t{n}", 35.0, 139.0 + 0.02 * n, 150.0, 1.0, "f", "observed", 5.0, 0.1, 0.0) for n in range(number)]
    lat, lon = geo.destination(35.0, 139.5, 350.0, 430.0)
    ships += [
        Heard(90, "t90", 35.0, 139.5, 260.0, 1.0, "f", "observed", 5.0, 12.0, 260.0),
        Heard(91, "t91", lat, lon, 260.0, 1.0, "f", "observed", 5.0, 12.0, 80.0),
    ]
    spots = []
    for ship in ships:
        there = appears_at(ship.lat, ship.lon, VIEW, ship.speed_kn or 0.0, ship.course_deg or 0.0)
        eastward = geo.destination(*there, 90.0, east_m)
        spots.append(Spot(*geo.destination(*eastward, 0.0, north_m), VIEW))
    return spots, ships


def test_ships_that_cross_are_not_taken_for_one_another() -> None:
    spots, ships = planted(0.0, 0.0)
    matches, _ = match_scene(spots, ships, RULE)
    assert [found.ship.mmsi if found.ship else None for found in matches] == [ship.mmsi for ship in ships]
    blind, _ = match_scene([spot._replace(geometry=None) for spot in spots], ships, RULE)
    assert [found.ship.mmsi if found.ship else None for found in blind[-2:]] == [91, 90]


def test_the_bias_of_a_scene_is_found_and_said() -> None:
    spots, ships = planted(100.0, -60.0)
    matches, bias = match_scene(spots, ships, RULE)
    assert bias is not None
    east, north, _ = bias.at(35.0, 139.05)
    assert [float(east[0]), float(north[0])] == pytest.approx([100.0, -60.0], abs=5)
    assert (matches[2].left_m or 99.0) < 10 < 100 < (matches[2].distance_m or 0.0)


def test_two_ships_at_anchor_tell_nothing_of_the_scene() -> None:
    assert match_scene(*planted(100.0, -60.0, number=2), RULE)[1] is None


def test_a_measured_length_decides_between_two_ships_that_lie_alike() -> None:
    ships = [
        Heard(n, f"t{n}", 35.0, lon, 150.0, 1.0, "f", "observed", 5.0, 0.0, 0.0, length)
        for n, lon, length in ((1, 139.0, 60.0), (2, 139.001, 290.0))
    ]
    (found,), _ = match_scene([Spot(35.0, 139.0005, VIEW, 250.0, 310.0)], ships, RULE)
    assert (found.ship.mmsi if found.ship else None) == 2
    assert set(found.others) == {1}
