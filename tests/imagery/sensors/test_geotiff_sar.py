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
