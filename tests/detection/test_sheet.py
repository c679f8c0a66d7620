from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from darkwake.detection import Detected, detect
from darkwake.detection.chips import BETWEEN_PX, CHIP_PX, COLOURS, chip
from darkwake.detection.page import as_page
from darkwake.detection.sheet import caption, scene_pages, write_all_chips, write_sheet
from darkwake.errors import UsageError
from darkwake.imagery import Options, open_product
from darkwake.simulation.safe import write_safe
from darkwake.simulation.safe_scene import SafeScene, ShipAt
from tests.detection.scenes import plant
from tests.imagery.rasters import clutter, write_tiff


@pytest.fixture
def found(tmp_path: Path) -> Detected:
    values = plant(clutter(400, 400), y=200, x=200, length_px=20, beam_px=3, axis_deg=30, value=2.0)
    values = plant(values, y=4, x=396, length_px=14, beam_px=3, axis_deg=90, value=2.0)
    return detect([write_tiff(tmp_path / "<b>sea.tif", values)])


def test_a_page_holds_a_picture_of_each_detection_and_escapes_names(found: Detected, tmp_path: Path) -> None:
    page = write_sheet(found, tmp_path / "sheet.html").read_text()
    assert page.count("<figure ") == found.detections.num_rows == 2
    assert "&lt;b&gt;sea.tif" in page
    assert "<b>sea" not in page
    assert "src='http" not in page


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Detected:
    """A ship in VV and VH."""
    scene = SafeScene(34.0, 129.0, lines=300, samples=300, ships=(ShipAt(34.0, 129.0, 150, 25, 40),))
    return detect([write_safe(tmp_path_factory.mktemp("safe"), scene, 1).product])


def test_both_polarisations_lie_beside_each_other(both: Detected) -> None:
    (page,) = scene_pages(both, Options())
    assert {picture.size for picture in page.chips} == {(2 * CHIP_PX + BETWEEN_PX, CHIP_PX)}


def test_a_page_of_300_chips_stays_below_10_mb(both: Detected) -> None:
    (page,) = scene_pages(both, Options())
    many = replace(page, rows=page.rows[:1] * 300, chips=page.chips[:1] * 300)
    assert len(as_page([many])) < 10_000_000


def test_a_number_on_the_scene_leads_to_its_chip_and_back(found: Detected) -> None:
    page = as_page(list(scene_pages(found, Options())))
    marks = re.findall(r"<a id=(m1-\d+) href=#(d1-\d+)", page)
    assert marks == [("m1-1", "d1-1"), ("m1-2", "d1-2")]
    assert re.findall(r"<figure id=(d1-\d+) .*?<a href=#(m1-\d+)>", page) == [("d1-1", "m1-1"), ("d1-2", "m1-2")]


def test_a_caption_tells_doubts_heading_and_why_there_is_no_length() -> None:
    row = {
        "kind": "ship",
        "score": 0.4,
        "length_m": None,
        "unmeasured": "two hulls touch",
        "doubts": ["side lobe", "at the quay"],
    }
    said = caption(3, row | {"bow_deg": 200.0, "lat": 1.0, "lon": -2.0})
    assert said == [
        "3 ship 0.40",
        "length not measurable: two hulls touch",
        "bow 200°",
        "1.0000 -2.0000",
        "doubt: side lobe; at the quay",
    ]


def test_a_tick_points_along_the_hull_whatever_the_image_is_turned(found: Detected) -> None:
    """North is up in this image: a hull that lies at 90 degrees has its ticks left and right of it."""
    product = open_product(Path(found.scenes["href"][0].as_py()))
    row = found.detections.to_pylist()[0] | {"heading_deg": 90.0, "x0": 195.0, "x1": 205.0, "y0": 195.0, "y1": 205.0}
    picture = np.asarray(chip(product, row)).astype(int)
    green = np.abs(picture - np.array(COLOURS["ship"])).sum(axis=2) < 30
    rows, columns = np.nonzero(green)
    assert np.ptp(columns) > np.ptp(rows) + 20


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
