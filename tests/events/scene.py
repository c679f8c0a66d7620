"""A small sea in which every kind of event happens, as rows that can be shuffled, cut into files, turned and put off.

Places are whole millionths of a degree and times whole seconds, as AIS files have them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from darkwake.geo import cells, destination, wrap_lon
from darkwake.ids import content_id
from darkwake.schema import Places, Positions, Statics
from tests.events.rows import place

Row = dict[str, Any]
START = datetime(2024, 5, 1, 4, 0, tzinfo=UTC)
SEA = (35.0, -45.0)
"""Open sea; 225 degrees farther on is open sea across the 180th meridian."""
EVERY_S = 300.0
LONE, HIDDEN, LEFT, RIGHT, SILENT, SLOW, CALLER, RENAMED, STUCK, COPY = range(311000001, 311000011)
PORT_AT = (0.6, -0.3)


def ways(mmsi: int, north: float, east: float, *legs: tuple[float, float, float], begin_h: float = 0.0) -> list[Row]:
    """A ship that sails legs (hours, course, knots) from so many degrees beside the middle of the sea; at 0 kn she swings."""
    noise = np.random.default_rng(mmsi)
    lat, lon, hours, rows = SEA[0] + north, SEA[1] + east, begin_h, []
    for lasting, course, knots in legs:
        for _ in range(round(lasting * 3600 / EVERY_S)):
            hours += EVERY_S / 3600
            lat, lon = destination(lat, lon, course, knots * 0.514444 * EVERY_S)
            seen = destination(lat, lon, float(noise.uniform(0, 360)), abs(float(noise.normal(0, 6))))
            rows.append({
                "mmsi": mmsi, "time": START + timedelta(seconds=round(hours * 3600)), "lat": round(seen[0], 6),
                "lon": round(seen[1], 6), "sog_kn": round(abs(knots + float(noise.normal(0, 0.05))), 1),
                "cog_deg": round(course % 360, 1), "heading_deg": float(round(course) % 360),
                "nav_status": 0 if knots > 2 else 1,
            })  # fmt: skip
    return rows


def without(rows: list[Row], first_h: float, last_h: float) -> list[Row]:
    """The rows but for a silence."""
    hours = [(row["time"] - START).total_seconds() / 3600 for row in rows]
    return [row for row, hour in zip(rows, hours, strict=True) if not first_h < hour < last_h]


def ships() -> list[Row]:
    """The reports of all ships: two tankers alongside, one alone beside a silence, and what else ships do."""
    beside, apart = 90.0 / 111_195.08, 38.0 / 91_000.0
    stuck = ways(STUCK, -0.5, 0.4, (18, 45, 11))
    crowd = [
        row
        for at in range(6)
        for row in ways(311000100 + at, -0.3 + 0.1 * at, -0.4 + 0.12 * at, (12, 20 * at, 4), (12, 180 + 20 * at, 4))
    ]
    return [
        *ways(LEFT, -0.3, 0.0, (3, 0, 6), (8, 30, 0.4), (6, 40, 8)),
        *ways(RIGHT, -0.3 + beside, apart, (3, 0, 6), (8, 30, 0.4), (6, 300, 8)),
        *ways(LONE, 0.2, 0.55, (3, 0, 8), (9, 10, 0.4), (5, 0, 9)),
        *without(ways(HIDDEN, 0.22, 0.75, (3, 330, 8), (9, 10, 0.4), (6, 30, 9)), 2.0, 13.0),
        *without(ways(SILENT, 0.0, -0.7, (30, 80, 7)), 6.0, 20.5),
        *ways(SLOW, -0.2, -0.2, (2, 90, 9), (9, 120, 1.1), (2, 90, 9)),
        *ways(CALLER, PORT_AT[0], PORT_AT[1] - 0.5, (2.46, 90, 10), (9, 90, 0.0), (3, 90, 10)),
        *ways(RENAMED, -0.6, 0.0, (16, 70, 9)),
        *[
            row | ({word: stuck[80][word] for word in ("lat", "lon")} if 80 <= at <= 120 else {})
            for at, row in enumerate(stuck)
        ],
        *[row | {"mmsi": COPY, "lat": round(row["lat"] + 1.0, 6), "time": row["time"] + timedelta(hours=1)} for row in stuck],
        *crowd,
    ]


def said() -> list[Row]:
    """What the ships say of themselves."""
    size = {"length": 180.0, "width": 30.0}
    tankers = {LEFT: "ANNA", RIGHT: "BERTA", LONE: "CARLA", HIDDEN: "DORA"}
    rows = [
        {"mmsi": mmsi, "name": name, "ship_type": 80, "hours": 1.0, "draught": 9.0} | size for mmsi, name in tankers.items()
    ]
    rows += [row | {"hours": 15.0, "draught": 9.0 + (1 if row["name"] in ("ANNA", "DORA") else -1)} for row in rows]
    for hours, imo, name in ((1.0, 9074729, "EMMA"), (3.0, 9074729, "EMMA"), (8.0, 9470131, "FRIDA"), (9.0, 9470131, "FRIDA")):
        rows.append({"mmsi": RENAMED, "name": name, "imo": imo, "ship_type": 70, "hours": hours} | size)
    return [row | {"time": START + timedelta(hours=row["hours"])} for row in rows]


def turned(rows: Iterable[Row], degrees: float) -> list[Row]:
    """The globe turned."""
    return [row | ({"lon": round(float(wrap_lon(row["lon"] + degrees)), 6)} if "lon" in row else {}) for row in rows]


def put_off(rows: Iterable[Row], hours: float) -> list[Row]:
    """All times later."""
    return [row | {"time": row["time"] + timedelta(hours=hours)} for row in rows]


def ports(degrees: float = 0.0) -> pa.Table:
    """The one port."""
    lon = round(float(wrap_lon(SEA[1] + PORT_AT[1] + degrees)), 6)
    return Places.check(place("port", SEA[0] + PORT_AT[0], lon, 6000.0))


def positions(rows: Iterable[Row]) -> pa.Table:
    """Rows of ``Positions``, one track a ship."""
    kept = {"origin": "simulated", "source_id": "file-scene"}
    return Positions.rows([
        row | kept | {"line": line, "track_id": content_id("track", row["mmsi"]), "cell": _cell(row)}
        for line, row in enumerate(rows, 1)
    ])  # fmt: skip


def _cell(row: Row) -> int:
    return int(cells([row["lat"]], [row["lon"]])[0])


def statics(rows: Iterable[Row]) -> pa.Table:
    """Rows of ``Statics``."""
    words = {"length": "length_m", "width": "beam_m", "draught": "draught_m"}
    kept = {"origin": "simulated", "source_id": "file-said"}
    made = [{words.get(word, word): value for word, value in row.items() if word != "hours"} | kept for row in rows]
    return Statics.rows([row | {"line": line} for line, row in enumerate(made, 1)])


HEAD = ("MMSI", "BaseDateTime", "LAT", "LON", "SOG", "COG", "Heading", "Status")
SAID = {"VesselName": "name", "IMO": "imo", "VesselType": "ship_type", "Length": "length", "Width": "width", "Draft": "draught"}


def write_files(folder: Path, rows: list[Row], *, files: int, of: Callable[[int], int]) -> list[Path]:
    """The reports as CSV files as MarineCadastre has them, each with what its ship said of herself last."""
    messages = sorted(said(), key=lambda row: row["time"])
    lines: list[list[list[Any]]] = [[] for _ in range(files)]
    for at, row in enumerate(rows):
        heard = [message for message in messages if message["mmsi"] == row["mmsi"] and message["time"] <= row["time"]]
        last = [heard[-1].get(word, "") if heard else "" for word in SAID.values()]
        place = [f"{row[word]:.6f}" for word in ("lat", "lon")]
        moving = [row[word] for word in ("sog_kn", "cog_deg", "heading_deg", "nav_status")]
        lines[of(at)].append([row["mmsi"], f"{row['time']:%Y-%m-%dT%H:%M:%S}", *place, *moving, *last])
    paths = []
    for number, part in enumerate(lines):
        path = folder / f"part-{number}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([[*HEAD, *SAID], *part])
        paths.append(path)
    return paths
