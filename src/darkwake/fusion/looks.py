"""Looks: what an image shows at one place and time, from the table of detections or from a file of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from darkwake.detection.shift import Geometry
from darkwake.errors import InputError
from darkwake.ids import content_id

SHIPS = ("ship", "pair")
"""Kinds of detections that can be ships."""
NEEDED = ("time", "lat", "lon")
ONE_SCENE = timedelta(seconds=120)
"""The lines of a scene are taken within this time: a slice of Sentinel-1 takes 25 s, a wide one twice as long."""


class Look(NamedTuple):
    """A detection that can be matched: it has a time and a place."""

    detection_id: str
    scene_id: str
    time: datetime
    lat: float
    lon: float
    score: float
    origin: str
    evidence: tuple[str, ...]
    geometry: Geometry | None = None
    """How the radar saw the place; None for other sensors and where the product does not say."""
    length_lo: float | None = None
    length_hi: float | None = None


def looks_of(rows: Iterable[Mapping[str, Any]]) -> list[Look]:
    """The looks among rows of detections: ships that have a time and a place, in order of time and id."""
    found = [
        Look(
            detection_id=row["detection_id"],
            scene_id=row["scene_id"],
            time=row["time"],
            lat=row["lat"],
            lon=row["lon"],
            score=row["score"],
            origin=row["origin"],
            evidence=tuple(row["evidence"]),
            geometry=_geometry(row),
            length_lo=row.get("length_lo"),
            length_hi=row.get("length_hi"),
        )
        for row in rows
        if row["kind"] in SHIPS and None not in (row["time"], row["lat"], row["lon"])
    ]
    return sorted(found, key=lambda look: (look.time, look.scene_id, look.detection_id))


def scenes_of(looks: Iterable[Look]) -> list[list[Look]]:
    """The looks of one scene together, in order of time; rows without a scene's name are split by time."""
    scenes: list[list[Look]] = []
    for look in sorted(looks, key=lambda look: (look.scene_id, look.time, look.detection_id)):
        last = scenes[-1] if scenes else None
        if last and last[0].scene_id == look.scene_id and look.time - last[0].time <= ONE_SCENE:
            last.append(look)
        else:
            scenes.append([look])
    return scenes


def _geometry(row: Mapping[str, Any]) -> Geometry | None:
    flight, look, seconds = (row.get(word) for word in ("flight_deg", "look_deg", "shift_s"))
    return None if flight is None or look is None or seconds is None else Geometry(flight, look, seconds)


def read_looks(path: Path) -> tuple[list[Look], dict[str, int]]:
    """Read detections from a file: what ``darkwake detect --out`` wrote, or any table with ``time``, ``lat``, ``lon``.

    Returns:
        The looks, and how many rows were left out for which reason.

    Raises:
        InputError: the file cannot be read, or a column is missing.
    """
    table = _read(path)
    for word in NEEDED:
        if word not in table.column_names:
            raise InputError(f"no column {word!r}", do=f"detections need {', '.join(NEEDED)}", source=path)
    rows = [_filled(row, number) for number, row in enumerate(table.to_pylist(), 1)]
    left_out = {
        "no time": sum(row["time"] is None for row in rows),
        "no place": sum(row["time"] is not None and None in (row["lat"], row["lon"]) for row in rows),
        "not a ship": sum(row["kind"] not in SHIPS and None not in (row["time"], row["lat"], row["lon"]) for row in rows),
    }
    return looks_of(rows), {reason: count for reason, count in left_out.items() if count}


def _read(path: Path) -> pa.Table:
    if not path.is_file():
        raise InputError("no such file", do="give a file that darkwake detect --out wrote", source=path)
    try:
        if path.suffix == ".parquet":
            table = pq.ParquetFile(path).read()
        elif path.suffix == ".csv":
            table = pyarrow.csv.read_csv(path)
        else:
            import pyogrio

            layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
            _, table = pyogrio.read_arrow(path, layer="detections" if "detections" in layers else layers[0])
    except (pa.ArrowException, OSError, ValueError, RuntimeError) as fault:
        line = str(fault).splitlines()[0]
        raise InputError(f"cannot be read: {line}", do="give .parquet, .csv, .geojson or .gpkg", source=path) from fault
    return table


def _filled(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A row with what a detection needs and a foreign table may lack."""
    time = row["time"]
    if isinstance(time, str):
        try:
            time = datetime.fromisoformat(time)
        except ValueError:
            time = None
    if isinstance(time, datetime) and time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return {
        "detection_id": row.get("detection_id")
        or content_id("detection", str(number), str(time), str(row["lat"]), str(row["lon"])),
        "scene_id": row.get("scene_id") or "scene-not-named",
        "time": time,
        "lat": row["lat"],
        "lon": row["lon"],
        "score": 1.0 if row.get("score") is None else row["score"],
        "kind": row.get("kind") or "ship",
        "origin": row.get("origin") or "observed",
        "evidence": (),
        **{word: row.get(word) for word in ("flight_deg", "look_deg", "shift_s", "length_lo", "length_hi")},
    }
