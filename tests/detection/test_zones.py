from __future__ import annotations

from pathlib import Path

import numpy as np

from darkwake.detection.grid import Grid
from darkwake.detection.land import find_land
from darkwake.detection.parameters import DetectionParameters, SearchParameters
from darkwake.detection.sweep import Scene
from darkwake.detection.zones import interference
from darkwake.imagery import open_product


def sea(rows: int = 300, columns: int = 500) -> np.ndarray:
    return np.random.default_rng(1).normal(-20.0, 0.6, (rows, columns)).astype(np.float32)


def test_bright_lines_across_range_are_interference_where_they_are() -> None:
    level = sea()
    level[120:124, 250:] += 4.0
    found = interference(level, np.ones(level.shape, np.bool_), 40.0)
    assert set(np.flatnonzero(found.any(axis=1))) == {120, 121, 122, 123}
    assert not found[:, :250].any()
    assert found[120:124, 250:].all()


def test_an_even_sea_a_front_and_ships_are_no_interference() -> None:
    level = sea()
    level[150:] += 5.0
    level[40:43, 100:140] += 20.0
    assert not interference(level, np.ones(level.shape, np.bool_), 40.0).any()


def test_land_is_not_taken_for_interference() -> None:
    level, water = sea(), np.ones((300, 500), np.bool_)
    level[100:103] += 10.0
    water[100:103] = False
    assert not interference(level, water, 40.0).any()


def test_a_rest_of_a_few_columns_is_no_piece_of_a_line() -> None:
    level = np.random.default_rng(5).normal(-20.0, 0.3, (400, 270)).astype(np.float32)
    level[200, 250:] += 6.0
    assert not interference(level, np.ones(level.shape, np.bool_), 40.0).any()


def test_a_map_has_no_lines_of_the_radar_so_that_its_breakwater_is_searched(shared: Path) -> None:
    product = open_product(shared / "sar" / "s1_los_angeles_20210105_db_30m.tif")
    grid, parameters = Grid.of(product, SearchParameters()), DetectionParameters()
    land = find_land(product, grid, parameters.land)
    assert land.decibel is not None
    assert interference(land.decibel, ~land.mask, grid.spacing_m)[248:250, 340:660].any()
    assert not Scene.of(product, grid, land, parameters).disturbed.mask.any()
