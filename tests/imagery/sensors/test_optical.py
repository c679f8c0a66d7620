from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from darkwake.errors import InputError
from darkwake.imagery import Options, Window, open_product
from tests.imagery.rasters import write_tiff


def test_zero_is_dark_water_in_one_band_and_no_image_in_all_bands(tmp_path: Path) -> None:
    band = np.full((300, 300), 200, np.uint16)
    band[0, 0] = 0
    single = open_product(write_tiff(tmp_path / "a_B08.tif", band)).read(Window(0, 0, 2, 1))
    composite = open_product(write_tiff(tmp_path / "b.tif", np.stack([band] * 3))).read(Window(0, 0, 2, 1))
    assert single.valid.tolist() == [[True, True]]
    assert composite.valid.tolist() == [[False, True]]


def test_an_alpha_band_masks_and_is_not_searched(shared: Path) -> None:
    product = open_product(shared / "optical" / "planet_scenes" / "rapideye_sfbay.tif")
    assert product.about.bands == ("red", "green", "blue")
    assert product.read(Window(0, 0, 64, 64)).values.shape == (3, 64, 64)


def test_optical_pixels_are_never_decibels(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a_B08.tif", np.full((300, 300), 200, np.uint16))
    with pytest.raises(InputError, match="optical pixels are not linear"):
        open_product(path, Options(kind="optical", radiometry="linear"))
