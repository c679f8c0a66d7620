"""What the simulation writes is what is read: two programs of the same geometry, each by its own way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from darkwake.geo import distance_m
from darkwake.imagery import Window, open_product, scene_row
from darkwake.simulation.safe import write_safe
from darkwake.simulation.safe_geometry import Passing
from darkwake.simulation.safe_scene import SafeScene, ShipAt

PLACES: list[tuple[float, float, Passing]] = [
    (34.0, 129.0, "ascending"),
    (-16.5, 179.999, "descending"),
    (78.0, 10.0, "ascending"),
    (-74.0, -179.99, "descending"),
]


@pytest.mark.parametrize(("lat", "lon", "passing"), PLACES)
def test_a_written_product_is_read_where_it_was_written(tmp_path: Path, lat: float, lon: float, passing: Passing) -> None:
    scene = SafeScene(lat, lon, passing=passing, lines=300, samples=260, ships=(ShipAt(lat, lon, 150, 25, 40),))
    truth = write_safe(tmp_path, scene, 1)
    product, written = open_product(truth.product), scene.geometry
    x, y = np.meshgrid(np.linspace(0, 260, 9), np.linspace(0, 300, 7))
    located, taken = product.locate(x, y), product.acquisition
    assert located is not None
    assert taken is not None
    assert distance_m(*located, *written.locate(x, y)).max() < 1.0
    np.testing.assert_allclose(taken.incidence_deg(x, y), written.incidence_deg(x, y), atol=1e-3)
    np.testing.assert_allclose(taken.slant_range_m(x, y), written.slant_m(x), atol=0.1)
    assert (product.about.platform, product.about.passing, product.about.look) == ("S1Z", passing, "right")


def test_across_the_antimeridian_the_footprint_s_west_is_greater_than_its_east(tmp_path: Path) -> None:
    truth = write_safe(tmp_path, SafeScene(-16.5, 179.999, lines=300, samples=260), 1)
    row = scene_row(open_product(truth.product), sha256="ab" * 32, searched_px=0)
    assert row["west"] == pytest.approx(179.98, abs=0.01)
    assert row["east"] == pytest.approx(-179.98, abs=0.01)
    assert row["south"] == pytest.approx(-16.515, abs=0.005)


def test_the_sea_comes_back_at_its_level_and_the_ship_where_she_lies(tmp_path: Path) -> None:
    scene = SafeScene(
        34.0, 129.0, lines=300, samples=260, sea_db=-18.0, sea_shape=np.inf, ships=(ShipAt(34.0, 129.0, 150, 25, 40),)
    )
    truth = write_safe(tmp_path, scene, 1)
    product = open_product(truth.product)
    values = product.read(Window(0, 0, 260, 300)).values
    vv, vh = 10 * np.log10(values[:, :100].mean(axis=(1, 2)))
    assert vv == pytest.approx(-18.0, abs=0.15)
    # VH lies near the noise: what noise removal would leave below 0 is set to 0, which lifts the mean.
    assert -26.0 < vh < -25.5
    y, x = np.unravel_index(values[0].argmax(), values[0].shape)
    left, top, right, bottom = truth.ships[0].box
    assert left - 2 <= x <= right + 2
    assert top - 2 <= y <= bottom + 2
