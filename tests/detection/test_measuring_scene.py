from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from darkwake.detection.measuring_scene import Place, bearing, measure_detections
from darkwake.imagery import open_product
from darkwake.simulation.echoes import View, add, echo
from darkwake.simulation.scatterers import Vessel

NORTH_UP = np.array([[10.0, 0.0], [0.0, -10.0]])


def scene(folder: Path) -> Path:
    """A georeferenced image of one ship of 200 m on an axis of 30 degrees; she stands at (150, 120)."""
    image = np.random.default_rng(1).gamma(4.4, 0.02 / 4.4, (300, 300)).astype(np.float32)
    shown = echo(Vessel(150.0, 120.0, 200.0, 32.0, 30.0, "tanker"), View(reach_m=400.0), np.random.default_rng(2))
    add(image, shown.intensity, shown.x0, shown.y0)
    path = folder / "one.tif"
    profile = {"driver": "GTiff", "width": 300, "height": 300, "count": 1, "dtype": "float32", "crs": "EPSG:32653"}
    with rasterio.open(path, "w", **profile, transform=from_origin(5e5, 4e6, 10.0, 10.0)) as file:
        file.write(image, 1)
        file.update_tags(RADIOMETRY="linear")
    return path


def test_a_detection_is_measured_from_the_pixels_around_it(tmp_path: Path) -> None:
    product = open_product(scene(tmp_path))
    (row,) = measure_detections(product, [Place(150, 120, 250.0)])
    product.close()
    assert row["unmeasured"] is None
    assert row["length_lo"] <= 200.0 <= row["length_hi"]
    assert row["beam_lo"] <= 32.0 <= row["beam_hi"]
    assert row["heading_deg"] == pytest.approx(30.0, abs=10.0)


def test_a_place_on_the_empty_sea_says_that_nothing_is_there(tmp_path: Path) -> None:
    product = open_product(scene(tmp_path))
    (row,) = measure_detections(product, [Place(30, 270, 50.0)])
    product.close()
    assert row["unmeasured"] is not None or row["length_m"] < 60.0
    assert (row["unmeasured"] is None) == (row["length_m"] is not None)


def test_an_axis_is_turned_with_the_image() -> None:
    east_up = np.array([[0.0, -10.0], [-10.0, 0.0]])
    assert bearing(30.0, NORTH_UP) == 30.0
    assert bearing(30.0, east_up) == 120.0
    assert bearing(30.0, NORTH_UP * [[2.0], [1.0]]) == 30.0
