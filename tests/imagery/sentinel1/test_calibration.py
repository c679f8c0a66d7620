from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator

from darkwake.errors import InputError
from darkwake.imagery.protocol import Window
from darkwake.imagery.sentinel1.calibration import read_calibration, sigma_nought
from darkwake.imagery.sentinel1.noise import Noise, read_noise
from darkwake.imagery.sentinel1.tables import Table
from tests.imagery.sentinel1.safes import table_bytes

WINDOWS = [Window(0, 0, 700, 900), Window(8_000, 600, 9_000, 1_500), Window(24_700, 19_000, 25_117, 19_497)]


def direct(table: Table, window: Window) -> NDArray[np.float64]:
    """The table by an independent bilinear interpolation in double precision; end values hold beyond its ends."""
    columns, rows = np.arange(window.x0, window.x1), np.arange(window.y0, window.y1)
    vectors = np.stack([np.interp(columns, pixel, value) for pixel, value in zip(table.pixel, table.value, strict=True)])
    y, x = np.meshgrid(rows.clip(table.line[0], table.line[-1]), columns, indexing="ij")
    return np.asarray(RegularGridInterpolator((table.line, columns), vectors)(np.stack([y, x], axis=-1)))


def direct_noise(noise: Noise, window: Window) -> NDArray[np.float64]:
    """Range vectors times the azimuth vectors of each block, pixel by pixel of a block."""
    floor = direct(noise.ranges, window)
    columns, rows = np.arange(window.x0, window.x1), np.arange(window.y0, window.y1)
    for block in noise.blocks:
        down = (rows >= block.first_line) & (rows <= block.last_line)
        across = (columns >= block.first_pixel) & (columns <= block.last_pixel)
        floor[np.ix_(down, across)] *= np.interp(rows[down], block.line, block.factor)[:, None]
    return floor


@pytest.mark.parametrize("window", WINDOWS)
def test_sigma_nought_is_that_of_the_tables_read_directly(shared: Path, window: Window) -> None:
    calibration = read_calibration(table_bytes(shared, "calibration"), "c.xml")
    noise = read_noise(table_bytes(shared, "noise"), "n.xml")
    numbers = np.random.default_rng(1).integers(0, 400, window.shape, dtype=np.uint16)
    gain = direct(calibration, window) ** 2
    expected = np.maximum(numbers.astype(np.float64) ** 2 - direct_noise(noise, window), 0) / gain
    found = sigma_nought(numbers, window, calibration, noise)
    # Near the floor a small difference of large numbers is left: there 1e-5 of the floor counts.
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * float(np.median(direct_noise(noise, window) / gain)))


@pytest.mark.parametrize("window", WINDOWS)
def test_calibration_alone_is_that_of_the_table_read_directly(shared: Path, window: Window) -> None:
    calibration = read_calibration(table_bytes(shared, "calibration"), "c.xml")
    numbers = np.random.default_rng(1).integers(0, 60_000, window.shape, dtype=np.uint16)
    expected = numbers.astype(np.float64) ** 2 / direct(calibration, window) ** 2
    np.testing.assert_allclose(sigma_nought(numbers, window, calibration, None), expected, rtol=1e-5)


def test_a_calibration_that_changes_from_line_to_line_is_bilinear() -> None:
    rng = np.random.default_rng(2)
    pixel = np.array([0.0, 40.0, 80.0, 99.0])
    table = Table(np.array([-5.0, 20.0, 61.0]), (pixel,) * 3, tuple(rng.uniform(300, 700, 4) for _ in range(3)))
    window = Window(3, 0, 99, 80)
    numbers = rng.integers(0, 60_000, window.shape, dtype=np.uint16)
    expected = numbers.astype(np.float64) ** 2 / direct(table, window) ** 2
    np.testing.assert_allclose(sigma_nought(numbers, window, table, None), expected, rtol=1e-5)


def test_without_tables_the_numbers_are_squared() -> None:
    numbers = np.array([[0, 3, 65_535]], np.uint16)
    assert sigma_nought(numbers, Window(0, 0, 3, 1), None, None).tolist() == [[0.0, 9.0, float(np.float32(65_535) ** 2)]]


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        (b"sigmaNought", b"gammaNought", "calibrationVector: the element sigmaNought is missing"),
        (
            b'<pixel count="629">0 40',
            b'<pixel count="629">40 0',
            "629 values of sigmaNought at 629 pixels, or the pixels are not",
        ),
        (b"6.616091e+02", b"-6.616091e+02", "a calibration value is not positive"),
        (b"calibrationVector>", b"vector>", "there is no vector of sigmaNought"),
    ],
)
def test_a_damaged_calibration_is_refused_by_name(shared: Path, was: bytes, becomes: bytes, told: str) -> None:
    data = table_bytes(shared, "calibration").replace(was, becomes)
    with pytest.raises(InputError, match=f"c.xml.*{told}"):
        read_calibration(data, "c.xml")
