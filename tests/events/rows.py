"""Small tables of positions for the cases of this room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from darkwake.geo import cells, wrap_lon
from darkwake.schema import Places, Positions

EVENING = datetime(2024, 5, 1, 22, 0, tzinfo=UTC)
"""Two hours before midnight, so that every case that lasts longer crosses it."""
Fix = tuple[float, float, float, float | None]
"""Minutes from the start, latitude, longitude, speed in knots or None."""


def fixes(
    track: str, rows: Iterable[Fix], *, start: datetime = EVENING, source: str = "", origin: str = "observed"
) -> pa.Table:
    """Positions of one track; its file is named after it, its lines count from 1."""
    made = [
        {
            "track_id": track,
            "source_id": source or f"file-{track}",
            "line": line,
            "mmsi": 200_000_000 + int(track, 36),
            "time": start + timedelta(minutes=minutes),
            "lat": lat,
            "lon": float(wrap_lon(lon)),
            "sog_kn": sog,
            "cell": int(cells([lat], [lon])[0]),
            "origin": origin,
        }
        for line, (minutes, lat, lon, sog) in enumerate(rows, 1)
    ]
    return Positions.rows(made)


def still(minutes: Iterable[float], lat: float, lon: float, sog: float | None = 0.0) -> list[Fix]:
    """Fixes at one place."""
    return [(minute, lat, lon, sog) for minute in minutes]


def sea(*tracks: pa.Table) -> pa.Table:
    """Several tracks as one table."""
    return pa.concat_tables([Positions.empty(), *tracks])


def shuffled(rows: pa.Table, seed: int = 1) -> pa.Table:
    """The same rows in another order."""
    return rows.take(np.random.default_rng(seed).permutation(rows.num_rows))


def place(place_id: str, lat: float, lon: float, extent_m: float, kind: str = "port") -> pa.Table:
    """One place."""
    row = {"place_id": place_id, "name": place_id, "kind": kind, "lat": lat, "lon": lon, "extent_m": extent_m}
    return Places.rows([row | {"verified": False, "origin": "published", "evidence": ["file-places"]}])
