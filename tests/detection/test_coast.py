from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from darkwake.detection import DetectionParameters
from darkwake.detection.grid import Grid
from darkwake.detection.land import distances_px, find_land
from darkwake.detection.parameters import LandParameters
from darkwake.errors import InputError
from darkwake.imagery import Product, open_product
from tests.imagery.rasters import clutter, write_tiff


def scene(folder: Path) -> tuple[Product, Grid]:
    product = open_product(write_tiff(folder / "a.tif", clutter(600, 600)))
    return product, Grid.of(product, DetectionParameters().search)


def western_half(product: Product, folder: Path, name: str) -> Path:
    places = product.locate([-50.0, 300.0, 300.0, -50.0], [-50.0, -50.0, 650.0, 650.0])
    assert places is not None
    frame = geopandas.GeoDataFrame(geometry=[shapely.Polygon(list(zip(places[1], places[0], strict=True)))], crs=4326)
    frame.to_file(folder / name)
    return folder / name


@pytest.mark.parametrize("name", ["coast.geojson", "coast.gpkg", "coast.shp"])
def test_a_coast_file_makes_land_up_to_its_accuracy(tmp_path: Path, name: str) -> None:
    product, grid = scene(tmp_path)
    path = western_half(product, tmp_path, name)
    for accuracy_m, edge in ((0.0, 75), (400.0, 85)):
        mask = find_land(product, grid, LandParameters(coast=str(path), coast_accuracy_m=accuracy_m)).mask
        assert mask[:, : edge - 2].all()
        assert not mask[:, edge + 2 :].any()


def test_water_near_the_shore_is_told(tmp_path: Path) -> None:
    product, grid = scene(tmp_path)
    path = western_half(product, tmp_path, "coast.geojson")
    land = find_land(product, grid, LandParameters(coast=str(path), coast_accuracy_m=0.0))
    x = np.arange(0, 600, 4)
    away = distances_px(land.mask, land.cell_px, np.full(len(x), 300), x, grid.px(500.0))
    assert abs(int(np.flatnonzero(np.isfinite(away)).max()) - (75 + 12)) <= 2
    assert away[100 - 20] == pytest.approx(4 * (80 - 75), abs=8)


def test_a_file_that_is_no_coast_is_an_error_that_names_it(tmp_path: Path) -> None:
    product, grid = scene(tmp_path)
    broken = tmp_path / "broken.geojson"
    broken.write_text("{")
    with pytest.raises(InputError, match=r"broken\.geojson"):
        find_land(product, grid, LandParameters(coast=str(broken)))
