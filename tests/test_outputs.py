"""Tables for other programs: whole files, safe cells, geometry where there is a place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pytest

from darkwake.errors import UsageError
from darkwake.outputs import write_table

ROWS = pa.table(
    {
        "name": ["=cmd|' /C calc'!A0", 'Ü, "x"\n<script>', None],
        "lat": pa.array([42.74, None, -10.0]),
        "lon": pa.array([133.08, None, 179.9]),
        "when": pa.array([datetime(2024, 3, 7, 12, 0, tzinfo=UTC)] * 3, pa.timestamp("us", "UTC")),
        "tags": pa.array([["a", "b"], [], None], pa.list_(pa.string())),
    }
)


def test_a_spreadsheet_reads_no_cell_as_a_formula(tmp_path: Path) -> None:
    text = write_table(ROWS, tmp_path / "t.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1] == "'=cmd|' /C calc'!A0,42.74,133.08,2024-03-07T12:00:00Z,a|b"


def test_a_negative_number_stays_a_number(tmp_path: Path) -> None:
    assert write_table(ROWS, tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()[-1].split(",")[1] == "-10.0"


@pytest.mark.parametrize("ending", ["parquet", "gpkg", "geojson"])
def test_geographic_formats_open_with_points_and_without(tmp_path: Path, ending: str) -> None:
    path = write_table(ROWS, tmp_path / f"t.{ending}")
    frame = gpd.read_parquet(path) if ending == "parquet" else gpd.read_file(path)
    assert frame.geometry.notna().tolist() == [True, False, True]
    assert (frame.geometry[2].x, frame.geometry[2].y) == (179.9, -10.0)


def test_geojson_puts_longitude_first(tmp_path: Path) -> None:
    made = json.loads(write_table(ROWS, tmp_path / "t.geojson").read_text(encoding="utf-8"))
    assert made["features"][0]["geometry"] == {"type": "Point", "coordinates": [133.08, 42.74]}


def test_an_unknown_ending_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no format for the ending '.cvs'; did you mean .csv"):
        write_table(ROWS, tmp_path / "t.cvs")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_writer_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")
    with pytest.raises(UnicodeDecodeError):
        write_table(pa.table({"a": pa.array([b"\xed\xa0\x80"], pa.binary()).cast(pa.string(), safe=False)}), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
