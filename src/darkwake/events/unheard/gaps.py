"""The silences behind which the silent side of a transfer may have been."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from darkwake.engine.clock import clock_us
from darkwake.events.berths import unit_points
from darkwake.events.track import US_PER_HOUR, strength
from darkwake.events.unheard.odds import off_nm
from darkwake.geo import EARTH_RADIUS_M

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

NAUTICAL_MILE_M = 1852.0


@dataclass(frozen=True)
class Gap:
    """A silence of a track."""

    track_id: str
    mmsi: int
    start_us: int
    end_us: int
    lat: float
    lon: float
    end_lat: float
    end_lon: float
    source_id: str
    next_source_id: str
    rank: int
    off_nm: tuple[float, float]
    """How far from a meeting she would fall silent and be heard again."""

    @property
    def hours(self) -> float:
        """How long."""
        return (self.end_us - self.start_us) / US_PER_HOUR


def silences(positions: ir.Table, least_hours: float, engine: Engine) -> list[Gap]:
    """Closed silences longer than some hours, in order of track and time."""
    heard = positions.select(
        "track_id",
        "mmsi",
        "source_id",
        "line",
        us=clock_us(positions.time),
        lat="lat",
        lon="lon",
        sog_kn="sog_kn",
        rank=strength(positions.origin),
    )
    order = ibis.window(group_by="track_id", order_by=["us", "source_id", "line"])
    after = {f"next_{word}": heard[word].lead().over(order) for word in ("us", "lat", "lon", "source_id", "rank", "sog_kn")}
    pairs = heard.mutate(**after)
    rows = engine.arrow(pairs.filter(pairs.next_us - pairs.us > round(least_hours * US_PER_HOUR)))
    ordered = rows.sort_by([("track_id", "ascending"), ("us", "ascending"), ("line", "ascending")]).to_pylist()
    return [
        Gap(
            row["track_id"],
            row["mmsi"],
            row["us"],
            row["next_us"],
            row["lat"],
            row["lon"],
            row["next_lat"],
            row["next_lon"],
            row["source_id"],
            row["next_source_id"],
            max(row["rank"], row["next_rank"]),
            (off_nm(row["sog_kn"]), off_nm(row["next_sog_kn"])),
        )
        for row in ordered
    ]


class Gaps:
    """Silences, to be asked which began near a point."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        """Take the silences."""
        self.all = gaps
        self.start_us, self.end_us = (
            np.array([getattr(gap, word) for gap in gaps], np.int64) for word in ("start_us", "end_us")
        )
        self.mmsi = np.array([gap.mmsi for gap in gaps], np.int64)
        self.starts = np.array([(gap.lat, gap.lon) for gap in gaps], np.float64).reshape(-1, 2)
        self.ends = np.array([(gap.end_lat, gap.end_lon) for gap in gaps], np.float64).reshape(-1, 2)
        self._tree = KDTree(unit_points(self.starts[:, 0], self.starts[:, 1])) if gaps else None

    def near(self, lat: float, lon: float, nautical_miles: float) -> NDArray[np.int64]:
        """Numbers of the silences that began within some miles of a point, in order."""
        if self._tree is None:
            return np.zeros(0, np.int64)
        reach = 2.0 * math.sin(min(nautical_miles * NAUTICAL_MILE_M / EARTH_RADIUS_M, math.pi) / 2.0)
        found = self._tree.query_ball_point(unit_points(np.array([lat]), np.array([lon]))[0], reach)
        return np.array(sorted(found), np.int64)
