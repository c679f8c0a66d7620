"""One product searched: the time, the geometry and the true place of what is found."""

from __future__ import annotations

import numpy as np
import pytest

from darkwake import geo
from darkwake.detection import detect
from darkwake.detection.shift import Geometry, displacement, true_place
from darkwake.simulation.safe import ShipTruth, write_safe
from darkwake.simulation.safe_scene import SafeScene, ShipAt

SHIPS = (
    ShipAt(34.0, 129.0, 250, 40, 80.0, speed_kn=12.0),
    ShipAt(34.01, 129.02, 180, 30, 255.0, speed_kn=14.0),
    ShipAt(33.99, 128.98, 120, 20, 350.0, speed_kn=10.0),
)
"""Away from the radar, towards it, along its flight."""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[ShipTruth, dict[str, object]]]:
    """Every ship with the detection nearest to where the image shows her."""
    truth = write_safe(tmp_path_factory.mktemp("safe"), SafeScene(34.0, 129.0, lines=700, samples=700, ships=SHIPS), 3)
    rows = detect([truth.product]).detections.to_pylist()
    found = []
    for ship in truth.ships:
        off = [np.hypot((row["x0"] + row["x1"]) / 2 - ship.seen_x, (row["y0"] + row["y1"]) / 2 - ship.seen_y) for row in rows]
        assert min(off) < 5
        found.append((ship, rows[int(np.argmin(off))]))
    return found


def test_moving_ships_are_put_back_to_their_true_places(seen: list[tuple[ShipTruth, dict[str, object]]]) -> None:
    """The first two appear more than 350 m away; what is left is the place of the bright parts of a hull 250 m long."""
    away, left = [], []
    for ship, row in seen:
        geometry = Geometry(*(float(str(row[word])) for word in ("flight_deg", "look_deg", "shift_s")))
        place = float(str(row["lat"])), float(str(row["lon"]))
        away.append(float(geo.distance_m(*place, ship.lat, ship.lon)))
        there = true_place(*place, geometry, ship.speed_kn, ship.heading_deg)
        left.append(float(geo.distance_m(*there, ship.lat, ship.lon)))
        assert abs(displacement(geometry, ship.speed_kn, ship.heading_deg)) == pytest.approx(away[-1], abs=50)
    assert min(away[:2]) > 350
    assert max(left) < 50


def test_every_line_has_its_own_time(seen: list[tuple[ShipTruth, dict[str, object]]]) -> None:
    in_order = sorted((row for _, row in seen), key=lambda row: float(str(row["y0"])))
    times = [row["time"] for row in in_order]
    assert times == sorted(times, key=str)
    assert len(set(times)) == len(times)
