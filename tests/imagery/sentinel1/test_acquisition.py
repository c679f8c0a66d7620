from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from darkwake.imagery.sentinel1.acquisition import GrdAcquisition
from darkwake.imagery.sentinel1.annotation import read_annotation
from darkwake.imagery.sentinel1.geolocation import Geolocation, bearing_of
from tests.imagery.sentinel1.safes import S1A, annotation_bytes


@pytest.fixture(scope="module")
def palau(shared: Path) -> GrdAcquisition:
    """A descending pass over open sea."""
    return GrdAcquisition(Geolocation.of(read_annotation(annotation_bytes(shared), S1A)))


def test_the_first_and_last_line_were_imaged_when_the_annotation_says(palau: GrdAcquisition) -> None:
    times = palau.time_at([0.5, 9000.0], [0.5, 19_496.5])
    assert [str(time) for time in times] == ["2022-10-02T20:51:26.995649", "2022-10-02T20:51:56.012438"]


def test_incidence_is_that_of_the_grid_at_sea(palau: GrdAcquisition) -> None:
    grid = palau.geolocation.annotation.grid
    y, x = np.meshgrid(grid.line + 0.5, grid.pixel + 0.5, indexing="ij")
    np.testing.assert_allclose(palau.incidence_deg(x, y), grid.incidence_deg, atol=0.02)


def test_the_satellite_flies_south_by_west_and_looks_right_to_the_north_west(palau: GrdAcquisition) -> None:
    """The annotation's heading at the satellite is -168.01 degrees; Sentinel-1 looks to the right."""
    flight, look = palau.flight_deg(12_500, 9_700), palau.look_deg(12_500, 9_700)
    assert float(flight) - 360 == pytest.approx(-168.01, abs=0.7)
    assert float(look - flight) == pytest.approx(90, abs=0.1)


def test_flight_and_look_are_the_image_s_own_axes_at_sea(palau: GrdAcquisition) -> None:
    x, y = np.meshgrid(np.linspace(50, 25_000, 6), np.linspace(50, 19_400, 5))
    lat, lon = palau.geolocation.locate(x, y)
    down = palau.geolocation.place_m(x, y + 20) - palau.geolocation.place_m(x, y - 20)
    right = palau.geolocation.place_m(x + 20, y) - palau.geolocation.place_m(x - 20, y)
    np.testing.assert_allclose(bearing_of(down, lat, lon), palau.flight_deg(x, y), atol=0.1)
    np.testing.assert_allclose(bearing_of(right, lat, lon), palau.look_deg(x, y), atol=0.1)


def test_the_platform_moves_at_seven_and_a_half_kilometres_a_second_and_stands_800_to_960_km_off(palau: GrdAcquisition) -> None:
    assert palau.velocity_m_s == pytest.approx(7_590, abs=20)
    assert palau.slant_range_m([0.5, 25_116.5], [0.5, 0.5]).round(-3).tolist() == [799_000, 956_000]
