from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from darkwake.errors import UsageError
from darkwake.imagery import Options, Window, open_product


def test_a_grey_picture_counts_as_radar_and_a_coloured_one_as_optical(tmp_path: Path) -> None:
    grey = np.random.default_rng(1).integers(0, 200, (64, 64), np.uint8)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    Image.fromarray(np.stack([grey] * 3, axis=2)).save(tmp_path / "equal.jpg")
    Image.fromarray(np.stack([grey, 255 - grey, grey], axis=2)).save(tmp_path / "colour.png")
    told = [open_product(tmp_path / name, Options(spacing_m=3.0)).about for name in ("grey.png", "equal.jpg", "colour.png")]
    assert [about.kind for about in told] == ["sar", "sar", "optical"]
    assert told[0].notes == ("taken for radar because it is grey",)


def test_a_declared_sensor_overrides_the_colour(tmp_path: Path) -> None:
    Image.new("L", (64, 64), 9).save(tmp_path / "grey.png")
    assert open_product(tmp_path / "grey.png", Options(kind="optical", spacing_m=3.0)).about.kind == "optical"


def test_sixteen_bit_grey_keeps_its_contrast(tmp_path: Path) -> None:
    Image.fromarray(np.array([[100, 4000]] * 8, np.uint16)).save(tmp_path / "deep.png")
    pixels = open_product(tmp_path / "deep.png", Options(spacing_m=3.0)).read(Window(0, 0, 2, 1))
    assert pixels.values.tolist() == [[[6.0, 255.0]]]


def test_a_picture_has_no_decibels(tmp_path: Path) -> None:
    Image.new("L", (64, 64), 9).save(tmp_path / "grey.png")
    with pytest.raises(UsageError, match="a picture holds grey values, not db"):
        open_product(tmp_path / "grey.png", Options(radiometry="db", spacing_m=3.0))
