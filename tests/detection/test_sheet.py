from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from darkwake.detection import Detected, detect
from darkwake.detection.chips import CHIP_PX
from darkwake.detection.sheet import write_all_chips, write_sheet
from darkwake.errors import UsageError
from tests.detection.scenes import plant
from tests.imagery.rasters import clutter, write_tiff


@pytest.fixture
def found(tmp_path: Path) -> Detected:
    values = plant(clutter(400, 400), y=200, x=200, length_px=20, beam_px=3, axis_deg=30, value=2.0)
    values = plant(values, y=4, x=396, length_px=14, beam_px=3, axis_deg=90, value=2.0)
    return detect([write_tiff(tmp_path / "<b>sea.tif", values)])


def test_a_page_holds_a_picture_of_each_detection_and_escapes_names(found: Detected, tmp_path: Path) -> None:
    page = write_sheet(found, tmp_path / "sheet.html").read_text()
    assert page.count("<figure>") == found.detections.num_rows == 2
    assert "&lt;b&gt;sea.tif" in page
    assert "<b>sea" not in page
    assert "src='http" not in page


def test_a_picture_sheet_is_as_large_as_its_chips_need(found: Detected, tmp_path: Path) -> None:
    with Image.open(write_sheet(found, tmp_path / "sheet.png")) as sheet:
        assert sheet.width >= 8 * CHIP_PX
        assert sheet.height > CHIP_PX


def test_chips_are_named_by_their_detections_also_at_the_edge(found: Detected, tmp_path: Path) -> None:
    assert write_all_chips(found, tmp_path / "chips") == 2
    names = sorted(path.stem for path in (tmp_path / "chips").iterdir())
    assert names == sorted(found.detections["detection_id"].to_pylist())


def test_what_cannot_be_written_leaves_nothing(found: Detected, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UsageError, match=r"no contact sheet for the ending '.gif'"):
        write_sheet(found, tmp_path / "sheet.gif")
    with pytest.raises(UsageError, match="the folder for chips is not empty"):
        write_all_chips(found, tmp_path)
    assert sorted(tmp_path.iterdir()) == before
