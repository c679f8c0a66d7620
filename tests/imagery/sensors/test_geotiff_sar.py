from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from darkwake.errors import InputError
from darkwake.imagery import Options, Window, open_product
from darkwake.imagery.protocol import Radiometry
from tests.imagery.rasters import clutter, write_tiff


def test_decibels_and_linear_power_give_the_same_pixels(tmp_path: Path) -> None:
    power = clutter(300, 300)
    linear = open_product(write_tiff(tmp_path / "a.tif", power))
    decibel = open_product(write_tiff(tmp_path / "b.tif", 10 * np.log10(power)))
    window = Window(10, 20, 200, 120)
    assert (linear.about.radiometry, decibel.about.radiometry) == ("linear", "db")
    np.testing.assert_allclose(decibel.read(window).values, linear.read(window).values, rtol=1e-4)


def test_what_was_inferred_is_stated_and_what_was_declared_is_not(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a.tif", clutter(300, 300))
    assert open_product(path).about.notes == ("pixels taken for linear, inferred from their values",)
    assert open_product(path, Options(radiometry="linear")).about.notes == ()


@pytest.mark.parametrize(
    ("factor", "decibel", "wrong", "told"),
    [
        (1.0, True, "linear", "negative, which power never is; try --radiometry db"),
        (1.0, True, "dn", "negative, which a count never is; try --radiometry db"),
        (1.0, False, "db", "no value is negative.*try --radiometry linear"),
        (1.0, False, "dn", "too small for digital numbers; try --radiometry linear"),
        (1e4, False, "linear", "brighter than any calibrated scene; try --radiometry dn"),
        (1e6, False, "db", "beyond any backscatter in dB"),
    ],
)
def test_the_wrong_radiometry_is_refused_by_name(
    tmp_path: Path, factor: float, decibel: bool, wrong: Radiometry, told: str
) -> None:
    power = clutter(300, 300) * np.float32(factor)
    path = write_tiff(tmp_path / "a.tif", 10 * np.log10(power) if decibel else power)
    with pytest.raises(InputError, match=told):
        open_product(path, Options(radiometry=wrong))


def test_two_named_polarisations_are_read_together_and_what_is_none_is_left_out(tmp_path: Path) -> None:
    vh, vv, angle = clutter(300, 300, level=0.004), clutter(300, 300, seed=2), np.full((300, 300), 38, np.float32)
    path = write_tiff(tmp_path / "a.tif", np.stack([vh, vv, angle]), description=("Sigma0_VH", "Sigma0_VV", "angle"))
    product = open_product(path)
    assert (product.about.bands, product.about.polarisation) == (("VV", "VH"), "VV+VH")
    assert product.about.notes[1] == "1 of 3 bands left out, not named as a polarisation: 3"
    np.testing.assert_array_equal(product.read(Window(0, 0, 300, 300)).values, np.stack([vv, vh]))


def test_bands_of_different_radiometry_are_refused(tmp_path: Path) -> None:
    mixed = np.stack([clutter(300, 300), 10 * np.log10(clutter(300, 300))])
    path = write_tiff(tmp_path / "a.tif", mixed, description=("VV", "VH"))
    with pytest.raises(InputError, match="the bands look like linear and db; say --radiometry"):
        open_product(path)


def test_the_second_band_too_contradicts_a_declaration(tmp_path: Path) -> None:
    mixed = np.stack([clutter(300, 300), 10 * np.log10(clutter(300, 300))])
    path = write_tiff(tmp_path / "a.tif", mixed, description=("VV", "VH"))
    with pytest.raises(InputError, match="negative, which power never is; try --radiometry db"):
        open_product(path, Options(radiometry="linear"))


@pytest.mark.parametrize(("filler", "nodata"), [(np.nan, None), (-9999.0, None), (-9999.0, -9999.0), (0.0, None)])
def test_a_border_of_any_filler_is_not_valid(tmp_path: Path, filler: float, nodata: float | None) -> None:
    decibel = 10 * np.log10(clutter(300, 300))
    decibel[:, 200:] = filler
    product = open_product(write_tiff(tmp_path / "a_vv.tif", decibel, nodata=nodata))
    pixels = product.read(Window(0, 0, 300, 300))
    assert product.about.radiometry == "db"
    assert pixels.valid[:, :200].all()
    assert not pixels.valid[:, 200:].any()
    assert (pixels.values[:, :, 200:] == 0).all()


def test_a_corner_of_data_is_enough_to_tell_decibels(tmp_path: Path) -> None:
    decibel = np.full((3000, 3000), np.nan, np.float32)
    decibel[2600:2900, 100:400] = 10 * np.log10(clutter(300, 300))
    assert open_product(write_tiff(tmp_path / "a_vv.tif", decibel)).about.radiometry == "db"


def test_a_scene_without_a_valid_pixel_opens_and_says_so(tmp_path: Path) -> None:
    product = open_product(write_tiff(tmp_path / "a_vv.tif", np.full((300, 300), np.nan, np.float32)))
    assert product.about.notes == ("no valid pixel was met: what the pixels are cannot be told",)
    assert not product.read(Window(0, 0, 300, 300)).valid.any()


def test_one_byte_a_pixel_is_grey_as_stored_and_that_is_said(tmp_path: Path) -> None:
    grey = np.random.default_rng(1).integers(1, 255, (300, 300), dtype=np.uint8)
    product = open_product(write_tiff(tmp_path / "s1_vv.tif", grey))
    assert product.about.radiometry == "grey"
    assert product.about.notes == ("one byte a pixel: taken for a display of the image, whose values are no backscatter",)
    np.testing.assert_array_equal(product.read(Window(0, 0, 300, 300)).values[0], grey)
