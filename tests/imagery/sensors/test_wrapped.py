"""Pictures whose bright pixels wrapped around are told from speckle and filled; all others stay as they are."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from darkwake.imagery import Options, open_product
from darkwake.imagery.protocol import Window
from darkwake.imagery.sensors.wrapped import filled, wrapped

Grey = np.ndarray
WRAPPED = {
    *("0201611139301040015", "02017110638010408", "0201802133701016010", "020170115650701803"),
    "02017102202012015",
}
"""Chips whose hulls a person sees strewn with black."""


def pictures(archive: Path, folder: str = "") -> dict[str, Grey]:
    with zipfile.ZipFile(archive) as packed:
        names = [name for name in packed.namelist() if name.endswith(".jpg") and folder in name]
        return {Path(name).stem: np.asarray(Image.open(io.BytesIO(packed.read(name))).convert("L")) for name in names}


def test_the_wrapped_chips_of_two_radars_are_told_and_clipped_pictures_are_not(shared: Path) -> None:
    chips = pictures(shared / "sar/sarship_chips_sample.zip")
    clipped = pictures(shared / "sar/hrsid_sample.zip", "images") | pictures(shared / "sar/lsssdd_tiles_sample.zip")
    told = {name.rpartition("_")[2] for name, picture in chips.items() if wrapped(picture)}
    assert told == WRAPPED
    assert not any(wrapped(picture) for picture in clipped.values())


@pytest.mark.parametrize("scale", [60.0, 120.0, 200.0, 400.0])
@pytest.mark.parametrize("law", ["amplitude", "power"])
def test_speckle_of_one_look_at_any_level_is_not_wrapped(law: str, scale: float) -> None:
    random = np.random.default_rng(3)
    values = random.rayleigh(scale, (300, 300)) if law == "amplitude" else random.exponential(scale, (300, 300))
    assert not wrapped(np.minimum(values, 255).astype(np.uint8))


@given(arrays.arrays(np.uint8, (12, 9)))
def test_filling_darkens_nothing_and_leaves_what_has_no_bright_neighbours(picture: Grey) -> None:
    mended = filled(picture)
    assert (mended >= picture).all()
    assert (filled(np.minimum(picture, 169)) == np.minimum(picture, 169)).all()


@given(st.integers(1, 7), st.integers(1, 7))
def test_a_hole_in_a_hull_is_filled(y: int, x: int) -> None:
    hull = np.full((9, 9), 240, np.uint8)
    hull[y, x] = 2
    assert (filled(hull) == 240).all()


def test_a_wrapped_picture_is_searched_filled_and_says_so(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    sea = np.minimum(random.rayleigh(12.0, (120, 160)), 255).astype(np.uint8)
    sea[40:60, 30:110] = np.where(random.uniform(size=(20, 80)) < 0.2, 0, 230)
    Image.fromarray(sea).save(tmp_path / "wrapped.png")
    product = open_product(tmp_path / "wrapped.png", Options(kind="sar", spacing_m=5.0))
    assert "wrapped around" in product.about.notes[-1]
    assert product.read(Window(32, 42, 108, 58)).values.min() >= 200
