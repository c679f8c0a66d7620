"""Plain voyages with speed and course, to plant false positions in."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from darkwake.geo import cells, destination
from darkwake.ids import content_id
from darkwake.schema import Positions

START = datetime(2024, 5, 1, 22, 0, tzinfo=UTC)
EVERY_S = 60.0
Row = dict[str, Any]


def voyage(mmsi: int, lat: float, lon: float, *, hours: float = 6.0, knots: float = 12.0, course: float = 60.0) -> list[Row]:
    """A ship that sails on, weaving a little, heard every minute with some noise."""
    noise = np.random.default_rng(mmsi)
    rows: list[Row] = []
    for line in range(1, round(hours * 3600 / EVERY_S) + 1):
        wobble = course + 12 * math.sin(line / 37)
        lat, lon = destination(lat, lon, wobble, knots * 0.514444 * EVERY_S)
        seen = destination(lat, lon, float(noise.uniform(0, 360)), abs(float(noise.normal(0, 5))))
        moment = START + timedelta(seconds=EVERY_S * line)
        sog_kn = round(knots + float(noise.normal(0, 0.1)), 1)
        place = {"lat": seen[0], "lon": seen[1]}
        rows.append({"mmsi": mmsi, "time": moment, "sog_kn": sog_kn, "cog_deg": round(wobble % 360, 1)} | place)
    return rows


def heard(*ships: list[Row]) -> pa.Table:
    """Rows of ``Positions``; each ship has one track and one file."""
    made = []
    for rows in ships:
        for line, row in enumerate(rows, 1):
            track = content_id("track", row["mmsi"], "simulated")
            cell = int(cells([row["lat"]], [row["lon"]])[0])
            kept = {"track_id": track, "source_id": f"file-{row['mmsi']}", "line": line, "cell": cell, "origin": "simulated"}
            made.append(row | kept)
    return Positions.rows(made)
