from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from darkwake.detection import DetectionParameters
from darkwake.detection.grid import Grid
from darkwake.detection.search import search_scene
from darkwake.detection.searched import Areas, needed, ship_level
from darkwake.imagery import Options, open_product
from darkwake.imagery.protocol import Window
from tests.imagery.rasters import clutter, write_tiff


def areas_of(path: Path, **changed: object) -> list[dict[str, object]]:
    product = open_product(path, Options(**changed))  # type: ignore[arg-type]
    return search_scene(product, DetectionParameters()).areas


def test_every_pixel_of_a_scene_is_in_the_account_once(tmp_path: Path) -> None:
    values = clutter(2100, 2100)
    values[:, 1900:] = 0.0
    values[:800, :700] *= 40.0
    rows = areas_of(write_tiff(tmp_path / "a.tif", values))
    assert len(rows) == 4
    parts = ("searched_km2", "land_km2", "nodata_km2", "interference_km2")
    assert sum(float(str(row[part])) for row in rows for part in parts) == pytest.approx(441.0, rel=2e-3)
    assert float(str(rows[0]["land_km2"])) == pytest.approx(56.0, abs=1.5)
    assert float(str(rows[1]["nodata_km2"])) == pytest.approx(10.48 * 2.5, rel=0.06)


def test_a_rough_sea_hides_longer_ships_than_a_calm_one(tmp_path: Path) -> None:
    calm, rough = (write_tiff(tmp_path / f"{n}.tif", clutter(1000, 1000, level=level)) for n, level in enumerate((0.01, 0.3)))
    smallest = [float(str(areas_of(path)[0]["smallest_m"])) for path in (calm, rough)]
    assert smallest[0] < smallest[1]


def test_no_ship_is_told_where_nothing_was_searched_or_nothing_is_calibrated(tmp_path: Path) -> None:
    nothing = write_tiff(tmp_path / "a.tif", np.zeros((600, 600), np.float32))
    numbers = write_tiff(tmp_path / "b.tif", np.sqrt(clutter(600, 600)) * 500)
    assert areas_of(nothing)[0]["smallest_m"] is None
    assert areas_of(numbers, radiometry="dn")[0]["smallest_m"] is None


def test_the_account_does_not_depend_on_the_cut() -> None:
    grid = Grid(400, 300, 100.0, 4, 6, 13)
    whole, parts = Areas(grid), Areas(grid)
    cells = np.random.default_rng(1).random((75, 100))
    whole.add(Window(0, 0, 400, 300), "searched", cells)
    for y0 in range(0, 300, 60):
        parts.add(Window(0, y0, 400, y0 + 60), "searched", cells[y0 // 4 : y0 // 4 + 15])
    assert whole.shape == (3, 4)
    np.testing.assert_allclose(whole.sums["searched"], parts.sums["searched"])


def test_what_a_limit_needs_is_met_with_the_chance_asked_for() -> None:
    echoes = np.random.default_rng(1).gamma(22.0, float(needed(np.array([0.5]), 22.0)[0]) / 22.0, 200_000)
    assert (echoes > 0.5).mean() == pytest.approx(0.9, abs=0.005)


def test_longer_ships_are_brighter() -> None:
    levels = ship_level(np.arange(10.0, 400.0, 10.0), 35.0, 10.0, 5)
    assert (np.diff(levels) > 0).all()
