from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from rasterio.transform import from_origin

from darkwake.errors import InputError
from darkwake.geo import distance_m
from darkwake.imagery import Options, Window, open_product, scene_row
from darkwake.imagery.protocol import ground_spacing_m
from tests.imagery.rasters import clutter, write_tiff


def test_a_web_mercator_pixel_shrinks_with_the_cosine_of_latitude(tmp_path: Path) -> None:
    at_60_north = from_origin(1_113_194.9, 8_399_737.9, 10.0, 10.0)
    product = open_product(write_tiff(tmp_path / "a.tif", clutter(300, 300), crs="EPSG:3857", transform=at_60_north))
    assert ground_spacing_m(product, 0.0, 0.0) == pytest.approx((5.01, 5.01), abs=0.02)


def test_a_pixel_in_degrees_has_its_own_spacing_in_x_and_y(tmp_path: Path) -> None:
    at_60_north = from_origin(10.0, 60.0, 0.001, 0.001)
    product = open_product(write_tiff(tmp_path / "a.tif", clutter(300, 300), crs="EPSG:4326", transform=at_60_north))
    assert ground_spacing_m(product, 0.0, 0.0) == pytest.approx((55.8, 111.4), abs=0.1)


def test_ground_spacing_agrees_with_the_published_one_of_eight_ports(shared: Path) -> None:
    folder = shared / "optical" / "s2ships"
    for row in csv.DictReader((folder / "scenes.csv").open()):
        product = open_product(folder / f"{row['port']}_B08.jp2")
        spacing = scene_row(product, sha256="", searched_px=0)["spacing_m"]
        assert spacing == pytest.approx(float(row["ground_px_m"]), rel=0.006), row["port"]


def test_places_and_footprint_cross_the_antimeridian(tmp_path: Path) -> None:
    fiji = from_origin(800_000.0, 8_000_000.0, 100.0, 100.0)
    product = open_product(write_tiff(tmp_path / "a.tif", clutter(600, 600), crs="EPSG:32760", transform=fiji))
    located = product.locate([0.0, 600.0], [0.0, 0.0])
    assert located is not None
    (lat_a, lat_b), (lon_a, lon_b) = located
    assert lon_a > 179 > -179 > lon_b
    assert distance_m(lat_a, lon_a, lat_b, lon_b) == pytest.approx(60_000, rel=0.003)
    row = scene_row(product, sha256="", searched_px=0)
    assert isinstance(row["west"], float)
    assert isinstance(row["east"], float)
    assert row["west"] > 179 > -179 > row["east"]


def test_nodata_not_a_number_and_zero_are_not_valid(tmp_path: Path) -> None:
    values = clutter(300, 300)
    values[0, :3] = (-9999.0, np.nan, 0.0)
    product = open_product(write_tiff(tmp_path / "a.tif", values, nodata=-9999.0))
    pixels = product.read(Window(0, 0, 4, 1))
    assert pixels.valid.tolist() == [[False, False, False, True]]
    assert pixels.values[0, 0, :3].tolist() == [0.0, 0.0, 0.0]


def test_the_swath_edge_of_a_real_scene_is_masked(shared: Path) -> None:
    product = open_product(shared / "sar" / "s1_los_angeles_20210105_db_30m.tif")
    pixels = product.read(Window(0, 0, 756, 550))
    assert int((~pixels.valid).sum()) == 10_454


def test_a_raster_without_georeference_takes_the_given_spacing(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a.tif", clutter(300, 300), crs=None, transform=from_origin(0, 0, 1, 1))
    with pytest.raises(InputError, match=r"no georeference; give its pixel with --spacing"):
        open_product(path)
    product = open_product(path, Options(spacing_m=12.0))
    assert ground_spacing_m(product, 5, 5) == (12.0, 12.0)
    assert product.locate([1.0], [1.0]) is None


def test_a_window_that_would_fill_memory_is_refused(tmp_path: Path) -> None:
    product = open_product(write_tiff(tmp_path / "a.tif", clutter(300, 300)))
    with pytest.raises(InputError, match="is too large"):
        product.read(Window(0, 0, 100_000, 100_000))
