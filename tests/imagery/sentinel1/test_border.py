from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from darkwake.imagery import Window, open_product
from tests.imagery.sentinel1.safes import LINES, PIXELS, echoes, edit, write_safe


@pytest.fixture(scope="module")
def bordered(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An image with slanting borders of small numbers on both sides, 20 to 60 pixels wide."""
    image, random = echoes(), np.random.default_rng(3)
    for line in range(LINES):
        width = 20 + line * 40 // LINES
        image[line, :width] = random.integers(0, 12, width)
        image[line, -width:] = random.integers(0, 12, width)
    return write_safe(shared, tmp_path_factory.mktemp("border"), {"vv": image})


def test_the_border_of_an_older_product_is_not_valid(bordered: Path) -> None:
    edit(bordered / "manifest.safe", 'version="003.52"', 'version="002.84"')
    product = open_product(bordered)
    pixels = product.read(Window(0, 0, PIXELS, LINES))
    width = 20 + np.arange(LINES) * 40 // LINES
    left, right = pixels.valid.argmax(axis=1), pixels.valid[:, ::-1].argmax(axis=1)
    # The stretch that tells sea from border begins at most its own length before the sea.
    for found in (left, right):
        assert (found >= width - 16).all()
        assert (found <= width + 1).all()
    assert not pixels.values[:, ~pixels.valid].any()
    assert "made by processor version 002.84, which leaves a border: its pixels are left out" in product.about.notes


@pytest.mark.parametrize("window", [Window(0, 100, 30, 200), Window(10, 0, 480, 90), Window(460, 300, PIXELS, 400)])
def test_a_window_has_the_border_that_the_whole_has_there(bordered: Path, window: Window) -> None:
    edit(bordered / "manifest.safe", 'version="003.52"', 'version="002.84"')
    product = open_product(bordered)
    whole = product.read(Window(0, 0, PIXELS, LINES)).valid
    np.testing.assert_array_equal(product.read(window).valid, whole[window.y0 : window.y1, window.x0 : window.x1])


def test_a_newer_product_is_believed(shared: Path, tmp_path: Path) -> None:
    image = echoes()
    image[:, :30] = 1
    assert open_product(write_safe(shared, tmp_path, {"vv": image})).read(Window(0, 0, PIXELS, LINES)).valid.all()
