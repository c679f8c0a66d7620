"""What may not matter does not: the order of rows, how files are cut, midnight, the antimeridian, how many work at once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darkwake.ais import ingest
from darkwake.engine import DuckDB, Engine
from darkwake.events import KINDS, berths, call_lots, encounter, find, meetings
from darkwake.events.judging import spread
from darkwake.geo import wrap_lon
from darkwake.schema import Events, Positions
from tests.events import scene
from tests.events.rows import shuffled

PLACED = ("lat", "lon", "end_lat", "end_lon")
STAMP = re.compile(r"20\d\d-\d\d-\d\dT[\d:]+Z")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def ships() -> list[Row]:
    return scene.ships()


@pytest.fixture(scope="module")
def plain(ships: list[Row], duck: Engine) -> list[Row]:
    """The events of the scene as it is."""
    return _events(scene.positions(ships), duck)


def _events(rows: pa.Table, engine: Engine, *, later_h: float = 0.0, degrees: float = 0.0) -> list[Row]:
    """Events with the scene's static messages and port, brought back to when and where the scene was."""
    statics = scene.statics(scene.put_off(scene.said(), later_h))
    found = find(rows, statics=statics, places=scene.ports(degrees), engine=engine).table.to_pylist()
    return _brought_back(found, later_h, degrees)


def _brought_back(found: list[Row], later_h: float, degrees: float) -> list[Row]:
    late = timedelta(hours=later_h)
    for row in found:
        row.update({word: row[word] and row[word] - late for word in ("start", "end")})
        row.update({word: row[word] and float(wrap_lon(row[word] - degrees)) for word in ("lon", "end_lon")})
        row["factors"] = json.loads(
            STAMP.sub(lambda stamp: f"{datetime.fromisoformat(stamp[0]) - late:%FT%TZ}", row["factors"])
        )
    return sorted(found, key=lambda row: (row["kind"], row["track_id"], row["other_track_id"] or "", row["start"]))


def _changed(found: list[Row], plain: list[Row], *but: str) -> list[tuple[str, str, object, object]]:
    """Kind and column of all that is not the same, and both values."""
    if [row["kind"] for row in found] != [row["kind"] for row in plain]:
        return [("all", "kinds", [row["kind"] for row in found], [row["kind"] for row in plain])]
    pairs = zip(found, plain, strict=True)
    return [(a["kind"], word, a[word], b[word]) for a, b in pairs for word in a if word not in but and a[word] != b[word]]


def test_the_scene_has_every_kind_of_event(plain: list[Row]) -> None:
    assert {row["kind"] for row in plain} == {kind.name for kind in KINDS}
    transfers = [row["factors"].get("heard", "both sides") for row in plain if row["kind"] == "encounter"]
    assert {"both sides", "one side"} <= set(transfers)
    assert {row["factors"]["what"] for row in plain if row["kind"] == "spoofing"} == {"frozen", "copied"}


class Sparing(DuckDB):
    """The same engine, in small pieces."""

    at_once = 200


PIECES = [
    (encounter, "AT_ONCE", 2),
    (meetings, "PAIRS_AT_ONCE", 300),
    (spread, "IN_PROCESS", 1),
    (call_lots, "IN_PROCESS", 1),
    (call_lots, "AT_ONCE", 5),
    (berths, "AT_ONCE", 3),
    (berths, "FIRST_ASKED", 1),
]
"""What is looked at at once, so little that the scene is many pieces of each; other processes judge and call."""


def test_the_order_of_rows_and_how_they_are_cut_change_nothing(
    ships: list[Row], plain: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows shuffled, in 24 files, and worked on in small pieces and little memory."""
    for module, word, little in PIECES:
        assert getattr(module, word) > little
        monkeypatch.setattr(module, word, little)
    rows, engine = shuffled(scene.positions(ships)), Sparing(memory_mib=256)
    paths = [tmp_path / f"{at}.parquet" for at in range(24)]
    for at, path in enumerate(paths):
        pq.write_table(rows.take(np.arange(at, rows.num_rows, 24)), path)
    assert _changed(_events(engine.arrow(engine.parquet(paths, Positions.arrow())), engine), plain) == []
    engine.close()


@pytest.mark.parametrize("hours", [6, 15])
def test_midnight_inside_an_event_changes_nothing(hours: int, ships: list[Row], plain: list[Row], duck: Engine) -> None:
    """The scene begins at four in the morning; these hours put midnight into its meetings, stays, calls and silences."""
    later = _events(scene.positions(scene.put_off(ships, hours)), duck, later_h=hours)
    assert _changed(later, plain, "event_id") == []


@pytest.mark.parametrize("degrees", [225.0])
def test_the_antimeridian_changes_nothing(degrees: float, ships: list[Row], plain: list[Row], duck: Engine) -> None:
    """Reception is counted in cells that a turn by 15 degrees brings onto each other; 225 degrees lay the scene across."""
    turned = _events(scene.positions(scene.turned(ships, degrees)), duck, degrees=degrees)
    assert _changed(turned, plain, "factors", *PLACED) == []
    for one, other in zip(turned, plain, strict=True):
        assert [one[word] for word in PLACED] == pytest.approx([other[word] for word in PLACED], abs=2e-10)
        assert _flat(one["factors"]) == pytest.approx(_flat(other["factors"]), abs=1e-5)


@pytest.mark.parametrize("degrees", [-15.37])
def test_other_turns_change_nothing_but_the_chance_of_a_silence(
    degrees: float, ships: list[Row], plain: list[Row], duck: Engine
) -> None:
    """Cells of reception lie elsewhere then; what they tell of silences is an estimate from other cells."""
    turned = _events(scene.positions(scene.turned(ships, degrees)), duck, degrees=degrees)
    assert _changed(turned, plain, "factors", "probability", *PLACED) == []
    for one, other in zip(turned, plain, strict=True):
        assert one["probability"] == pytest.approx(other["probability"], abs=0.1 if one["kind"] == "gap" else 1e-5)


def _flat(value: object, word: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        return {key: item for name, part in value.items() for key, item in _flat(part, f"{word}.{name}").items()}
    if isinstance(value, list):
        return {key: item for at, part in enumerate(value) for key, item in _flat(part, f"{word}.{at}").items()}
    return {word: value}


def _taken_in(folder: Path, rows: list[Row], files: int, of: Callable[[int], int]) -> list[Row]:
    folder.mkdir()
    paths = scene.write_files(folder, rows, files=files, of=of)
    ingest(paths, folder / "store", origin="simulated")
    return _brought_back(find(folder / "store", places=scene.ports()).table.to_pylist(), 0.0, 0.0)


def test_cut_into_24_files_and_taken_in_they_are_the_same_events(ships: list[Row], tmp_path: Path) -> None:
    """Every ship's reports lie in all files; only where to look them up again is another."""
    ordered = sorted(ships, key=lambda row: (row["time"], row["mmsi"]))
    whole = _taken_in(tmp_path / "one", ordered, 1, lambda at: 0)
    parts = _taken_in(tmp_path / "many", ordered, 24, lambda at: at % 24)
    assert {row["kind"] for row in whole} == {kind.name for kind in KINDS}
    assert _changed(parts, whole, "evidence") == []


ALONE = """
import os, sys
from pathlib import Path
import pyarrow.parquet as pq
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[2])])
from darkwake.events import find
folder = Path(sys.argv[1])
rows, statics, places = (pq.read_table(folder / f"{word}.parquet") for word in ("positions", "statics", "places"))
pq.write_table(find(rows, statics=statics, places=places).table, folder / f"on{sys.argv[2]}.parquet")
"""


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two cores")
def test_on_one_core_and_on_two_they_are_the_same_events(ships: list[Row], plain: list[Row], tmp_path: Path) -> None:
    given = {"positions": scene.positions(ships), "statics": scene.statics(scene.said()), "places": scene.ports()}
    for word, rows in given.items():
        pq.write_table(rows, tmp_path / f"{word}.parquet")
    for cores in ("1", "2"):
        subprocess.run([sys.executable, "-c", ALONE, str(tmp_path), cores], check=True)
        found = Events.check(pq.read_table(tmp_path / f"on{cores}.parquet")).to_pylist()
        assert _changed(_brought_back(found, 0.0, 0.0), plain) == []
