from __future__ import annotations

from pathlib import Path

import numpy as np

from darkwake.detection.grid import Grid
from darkwake.detection.land import find_land, large_areas, overview, overview_windows
from darkwake.detection.parameters import LandParameters, SearchParameters
from darkwake.imagery import open_product
from darkwake.imagery.protocol import Window
from tests.imagery.rasters import clutter, write_tiff


def test_an_even_sea_with_ships_has_no_land(tmp_path: Path) -> None:
    values = clutter(1000, 1000)
    values[500:506, 480:520] = 30.0
    product = open_product(write_tiff(tmp_path / "a.tif", values))
    assert not find_land(product, Grid.of(product, SearchParameters()), LandParameters()).mask.any()


def test_a_large_bright_area_is_land_and_its_edge_is_found_to_a_cell(tmp_path: Path) -> None:
    values = clutter(1000, 1000)
    values[:, 600:] *= 20.0
    product = open_product(write_tiff(tmp_path / "a.tif", values))
    mask = find_land(product, Grid.of(product, SearchParameters()), LandParameters()).mask
    assert mask[:, 151:].all()
    assert not mask[:, :149].any()


def test_a_breakwater_and_an_island_the_size_of_a_platform_are_no_land() -> None:
    bright = np.zeros((200, 200), np.bool_)
    bright[100, :] = True
    bright[20:25, 20:25] = True
    assert not large_areas(bright, 40.0, LandParameters()).any()


def test_the_map_of_land_stays_small_for_a_large_scene(tmp_path: Path) -> None:
    product = open_product(write_tiff(tmp_path / "a.tif", clutter(1000, 1000)))
    grid = Grid.of(product, SearchParameters())
    land = find_land(product, grid, LandParameters(largest_cells=1000))
    assert land.mask.size <= 1100
    assert land.cell_px % grid.cell_px == 0


def test_the_city_of_los_angeles_is_land_and_its_anchorage_is_not(shared: Path) -> None:
    product = open_product(shared / "sar" / "s1_los_angeles_20210105_db_30m.tif")
    mask = find_land(product, Grid.of(product, SearchParameters()), LandParameters()).mask
    assert mask[50:100, 170:230].mean() > 0.95
    assert not mask[280:540, 300:690].any()


def test_large_cells_are_told_from_their_middle_rows_to_the_edge(tmp_path: Path) -> None:
    values = clutter(1003, 997)
    product = open_product(write_tiff(tmp_path / "a.tif", values))
    windows = list(overview_windows(Grid.of(product, SearchParameters()), 12))
    assert len(windows) == 84
    assert windows[0] == Window(0, 4, 997, 8)
    assert windows[-1] == Window(0, 999, 997, 1003)
    sums, known = overview(product, Grid.of(product, SearchParameters()), 12)
    assert known[:, :-1].all()
    assert not known[:, -1].any()
    np.testing.assert_allclose(sums[3, 5], values[40:44, 60:72].mean(), rtol=1e-5)
    np.testing.assert_allclose(sums[-1, -2], values[999:1003, 984:996].mean(), rtol=1e-5)


def test_a_sample_of_the_rows_finds_the_same_coast(tmp_path: Path) -> None:
    values = clutter(1500, 1500)
    values[np.hypot(*np.indices(values.shape)) > 1200.0] *= 20.0
    product = open_product(write_tiff(tmp_path / "a.tif", values))
    grid = Grid.of(product, SearchParameters())
    land = find_land(product, grid, LandParameters(largest_cells=16_000))
    assert land.cell_px == 12
    away = np.hypot(*(np.indices(land.mask.shape) * 12 + 6))
    assert land.mask[away > 1214.0].all()
    assert not land.mask[away < 1186.0].any()
