from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from darkwake.detection.levels import levels
from darkwake.detection.network import Seen, averaged, hull_pixels, propose, ship_network
from darkwake.imagery.protocol import Pixels
from tests.detection.scenes import plant

Values = NDArray[np.float32]
SHIPS = ((100, 120, 30), (300, 260, 75), (180, 400, 140))


def sea(side: int = 512, looks: float = 4.0) -> Values:
    return np.random.default_rng(3).gamma(looks, 0.01 / looks, (side, side)).astype(np.float32)


def sea_with_ships() -> Values:
    values, random = sea(), np.random.default_rng(4)
    for y, x, axis in SHIPS:
        values = plant(values, y=y, x=x, length_px=32, beam_px=7, axis_deg=axis, value=1.0)
    ships = values > 0.5
    values[ships] = random.exponential(1.0, int(ships.sum()))
    return values


def found(values: Values) -> list[tuple[int, int]]:
    seen = ship_network().probabilities(values, 10.0)
    return [(round(float(one.y.mean())), round(float(one.x.mean()))) for one in propose(seen) if one.score > 0.6]


def test_hulls_are_seen_where_ships_lie_and_nowhere_else() -> None:
    places = sorted(found(sea_with_ships()))
    assert len(places) == len(SHIPS)
    for (y, x), (ship_y, ship_x, _) in zip(places, sorted(SHIPS), strict=True):
        assert abs(y - ship_y) <= 3
        assert abs(x - ship_x) <= 3


@pytest.mark.parametrize("looks", [1.0, 4.0, 20.0])
def test_an_even_sea_holds_no_hull_whatever_its_speckle(looks: float) -> None:
    assert found(sea(looks=looks)) == []


def test_gain_does_not_matter() -> None:
    values = sea_with_ships()
    assert found(values) == found(values * np.float32(4.0))


def test_two_runs_give_the_same_bits() -> None:
    once, twice = (ship_network().probabilities(sea_with_ships(), 10.0).hull for _ in range(2))
    assert np.array_equal(once, twice)


def test_tiles_leave_no_seam_that_matters() -> None:
    wide = np.tile(sea_with_ships(), (2, 2))[:900, :700]
    tiled = ship_network().probabilities(wide, 10.0).hull
    shifted = ship_network().probabilities(wide[128:, 64:], 10.0).hull
    # Brightness is relative to what lies around, so only the middle is the same picture twice.
    middle = np.s_[300:600, 250:450]
    assert np.abs(tiled[128:, 64:][middle] - shifted[middle]).max() < 0.05


def test_what_is_not_valid_is_no_ship() -> None:
    values, valid = sea_with_ships(), np.ones((512, 512), np.bool_)
    valid[:, :256] = False
    seen = ship_network().scene(Pixels(values[np.newaxis], valid), 10.0, "linear")
    assert seen.hull[:, :256].max() == 0.0
    assert len(propose(seen)) == 2


def test_two_touching_hulls_are_parted_along_the_edge_between_them() -> None:
    hull, edge = np.zeros((40, 40), np.float32), np.zeros((40, 40), np.float32)
    hull[10:20, 5:35] = 0.9
    edge[14:16, 5:35] = 0.9
    parts = hull_pixels(Seen(hull, edge, hull * 0))
    assert [(int(y.min()), int(y.max())) for y, _ in parts] == [(10, 14), (15, 19)]
    assert sum(len(y) for y, _ in parts) == 300


def test_one_hull_is_one_object_and_no_hull_is_none() -> None:
    hull = np.zeros((40, 40), np.float32)
    assert propose(Seen(hull, hull, hull)) == []
    hull[10:20, 5:35] = 0.9
    assert [len(y) for y, _ in hull_pixels(Seen(hull, hull * 0, hull * 0))] == [300]


def test_levels_are_the_logarithm_over_the_water() -> None:
    amplitude = np.full((96, 96), 2.0, np.float32)
    amplitude[40:44, 40:44] = 20.0
    found_levels = levels(amplitude, np.ones(amplitude.shape, np.bool_), 0.01)
    assert found_levels[0, 0] == 0.0
    assert found_levels[41, 41] == pytest.approx(np.log(10.3 / 1.3), abs=1e-4)


def test_fine_pixels_are_averaged_in_power() -> None:
    amplitude = np.array([[1.0, 3.0], [0.0, 7.0], [5.0, 5.0]], np.float32)
    valid = np.array([[True, True], [True, False], [False, False]])
    mean, known = averaged(amplitude, valid, 2)
    assert mean[0, 0] == pytest.approx(np.sqrt(10 / 3))
    assert known.tolist() == [[True], [False]]


def test_the_runtime_keeps_no_id_of_the_machine_and_no_word_of_its_use(tmp_path: Path) -> None:
    """Its wheels write both into the user's and the temporary folder, and send them, unless the environment forbids it."""
    places = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "TMPDIR")}
    code = "import numpy as np\nfrom darkwake.detection.network import ship_network\n"
    code += "print(ship_network().probabilities(np.ones((64, 64), np.float32), 10.0).hull.shape)"
    ended = subprocess.run([sys.executable, "-c", code], env=os.environ | places, capture_output=True, text=True, check=True)
    assert (ended.stdout, list(tmp_path.rglob("*onnx*")), list(tmp_path.glob(".ses"))) == ("(64, 64)\n", [], [])
