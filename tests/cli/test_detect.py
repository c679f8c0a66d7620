from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from darkwake.cli import detect
from darkwake.errors import InputError, UsageError
from tests.detection.scenes import plant
from tests.imagery.rasters import clutter, write_tiff

FIELDS = {"x0", "y0", "x1", "y1", "score", "kind", "length_m", "length_lo", "length_hi", "heading_deg", "lat", "lon"}

app = typer.Typer()
app.command()(detect.command)


def run(*words: str | Path) -> str:
    """Standard output of the verb; its errors come through."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


@pytest.fixture
def sea(tmp_path: Path) -> Path:
    values = plant(clutter(400, 400), y=200, x=200, length_px=20, beam_px=3, axis_deg=30, value=2.0)
    return write_tiff(tmp_path / "sea.tif", values)


def test_the_answer_is_one_json_object_with_the_promised_fields(sea: Path) -> None:
    (scene,) = json.loads(run(sea, "--json", "--time", "2024-03-07T01:02:03"))["scenes"]
    assert scene["path"] == str(sea)
    assert scene["time"] == "2024-03-07T01:02:03Z"
    assert scene["searched_px"] == 160_000
    assert scene["detections"][0].keys() >= FIELDS


def test_words_for_a_person_name_kind_length_and_place(sea: Path) -> None:
    words = run(sea)
    assert "1 ship; 16 km2 searched" in words
    assert "note: pixels taken for linear" in words


def test_the_table_holds_the_scene_of_each_detection(sea: Path, tmp_path: Path) -> None:
    run(sea, "--out", tmp_path / "ships.csv")
    (row,) = csv.DictReader((tmp_path / "ships.csv").open())
    assert row.keys() >= FIELDS | {"scene"}
    assert row["scene"] == str(sea)


@pytest.mark.parametrize(("option", "name"), [("--out", "a.docx"), ("--sheet", "a.gif"), ("--chips", ".")])
def test_an_output_that_cannot_be_written_is_refused_before_any_is(sea: Path, tmp_path: Path, option: str, name: str) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UsageError):
        run(sea, "--out", tmp_path / "good.csv", option, tmp_path / name)
    assert sorted(tmp_path.iterdir()) == before


def test_a_torn_image_leaves_no_table(sea: Path, tmp_path: Path) -> None:
    (tmp_path / "torn.tif").write_bytes(sea.read_bytes()[:60_000])
    with pytest.raises(InputError, match=r"torn\.tif"):
        run(sea, tmp_path / "torn.tif", "--out", tmp_path / "ships.csv")
    assert not (tmp_path / "ships.csv").exists()


def test_a_time_that_is_none_is_refused(sea: Path) -> None:
    with pytest.raises(UsageError, match="'yesterday' is no time"):
        run(sea, "--time", "yesterday")
