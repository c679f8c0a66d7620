"""The silences behind which the silent side of a transfer may have been."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.spatial import KDTree

from darkwake.engine.clock import clock_us
from darkwake.events.berths import unit_points
from darkwake.events.track import US_PER_HOUR, strength
from darkwake.events.unheard.odds import AROUND_NM, BACK_NM, OUTAGE_H, OUTAGE_NM, REGION_NM, SAME_PLACE_NM, USUAL_NM, off_nm
from darkwake.events.unheard.stays import DRIFTS_KN
from darkwake.geo import EARTH_RADIUS_M, distance_m

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
Flags = NDArray[np.bool_]

Key = tuple[str, int]
"""Track and start of a silence."""

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
    lay_through: bool
    """Whether she hardly moved when she fell silent nor when she was heard again at the same place."""
    moved_nm: float
    """From where she fell silent to where she was heard again."""
    back: float = 0.5
    """Share of the silences of these data that end near where they began."""
    open_end: str | None = None
    """``start``: she was never heard before, ``end``: never again. Both places are then that of the end that is known."""

    @property
    def hours(self) -> float:
        """How long; of a silence with an open end, how long at least."""
        return (self.end_us - self.start_us) / US_PER_HOUR


def silences(positions: ir.Table, least_hours: float, engine: Engine) -> list[Gap]:
    """Closed silences longer than some hours, in order of track and time."""
    pairs = _pairs(positions)
    rows = engine.arrow(pairs.filter(pairs.next_us - pairs.us > round(least_hours * US_PER_HOUR)))
    ordered = rows.sort_by([("track_id", "ascending"), ("us", "ascending")]).to_pylist()
    gaps = [_gap(row) for row in ordered]
    back = (sum(gap.moved_nm <= BACK_NM for gap in gaps) + 1) / (len(gaps) + 2)
    return [replace(gap, back=back) for gap in gaps]


def open_ends(positions: ir.Table, least_hours: float, engine: Engine) -> tuple[list[Gap], list[Gap]]:
    """Silences with one end: before the first report of each track, and after the last one, some hours within the data."""
    pairs = _pairs(positions)
    marked = pairs.mutate(is_last=pairs.next_us.isnull()).drop(*(word for word in pairs.columns if word.startswith("next_")))
    ends = engine.arrow(marked.filter(marked.is_first | marked.is_last))
    if not ends.num_rows:
        return [], []
    begin_us, finish_us = int(pc.min(ends["us"]).as_py()), int(pc.max(ends["us"]).as_py())
    room_us = round(least_hours * US_PER_HOUR)
    rows = ends.sort_by([("track_id", "ascending"), ("us", "ascending")]).to_pylist()
    before = [_open(row, begin_us, "start") for row in rows if row["is_first"] and row["us"] - begin_us > room_us]
    after = [_open(row, finish_us, "end") for row in rows if row["is_last"] and finish_us - row["us"] > room_us]
    return before, after


def _pairs(positions: ir.Table) -> ir.Table:
    """Each report with the next one of its track."""
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
    order = ibis.window(group_by="track_id", order_by=["us", "lat", "lon", "source_id", "line"])
    after = {f"next_{word}": heard[word].lead().over(order) for word in ("us", "lat", "lon", "source_id", "rank", "sog_kn")}
    return heard.mutate(**after, is_first=ibis.row_number().over(order) == 0)


def _open(row: Mapping[str, Any], edge_us: int, open_end: str) -> Gap:
    """A silence from the edge of the data to a report, or from a report to the edge."""
    start_us, end_us = (edge_us, row["us"]) if open_end == "start" else (row["us"], edge_us)
    place, off = (row["lat"], row["lon"]), off_nm(row["sog_kn"])
    given = (row["source_id"], row["source_id"], row["rank"])
    return Gap(row["track_id"], row["mmsi"], start_us, end_us, *place, *place, *given, (off, off), False, 0.0, 0.5, open_end)


def _gap(row: Mapping[str, Any]) -> Gap:
    """A pair of successive reports as a silence."""
    moved_nm = float(distance_m(row["lat"], row["lon"], row["next_lat"], row["next_lon"])) / NAUTICAL_MILE_M
    speeds = row["sog_kn"], row["next_sog_kn"]
    slow = all(speed is not None and speed < DRIFTS_KN for speed in speeds)
    return Gap(
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
        (off_nm(speeds[0]), off_nm(speeds[1])),
        slow and moved_nm <= SAME_PLACE_NM,
        moved_nm,
    )


def key_of(gap: Gap) -> Key:
    """What a silence is known by."""
    return gap.track_id, gap.start_us


class Gaps:
    """Silences, to be asked which began near a point."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        """Take the silences."""
        self.all = gaps
        self.start_us, self.end_us = (
            np.array([getattr(gap, word) for gap in gaps], np.int64) for word in ("start_us", "end_us")
        )
        self.mmsi = np.array([gap.mmsi for gap in gaps], np.int64)
        _, ship, times = np.unique(self.mmsi, return_inverse=True, return_counts=True)
        self.times: Wholes = times[ship]
        """How many silences her ship has, with each silence."""
        self.starts = np.array([(gap.lat, gap.lon) for gap in gaps], np.float64).reshape(-1, 2)
        self.ends = np.array([(gap.end_lat, gap.end_lon) for gap in gaps], np.float64).reshape(-1, 2)
        self._points = unit_points(self.starts[:, 0], self.starts[:, 1])
        self._tree = KDTree(self._points) if gaps else None
        span_us = int(self.end_us.max() - self.start_us.min()) if gaps else 0
        self._span_h = max(span_us / US_PER_HOUR, 1.0)
        reaches = [_chord(nm) for nm in (USUAL_NM, AROUND_NM)]
        self._here, self._around = (
            np.asarray(self._tree.query_ball_point(self._points, reach, return_length=True) if self._tree else [], np.float64)
            for reach in reaches
        )

    def near(self, lat: float, lon: float, nautical_miles: float) -> NDArray[np.int64]:
        """Numbers of the silences that began within some miles of a point, in order."""
        if self._tree is None:
            return np.zeros(0, np.int64)
        found = self._tree.query_ball_point(unit_points(np.array([lat]), np.array([lon]))[0], _chord(nautical_miles))
        return np.array(sorted(found), np.int64)

    def by_chance(self, at: Wholes, but_here: Flags | int = 0, but_around: Flags | int = 0) -> Floats:
        """How many silences an hour would begin in the region if ships fell silent everywhere as often as around these.

        Counted are the other silences of the data around the place where each began. Where few are known the sea around
        speaks: the mean of a rate whose prior is exponential with the mean of that sea.

        Args:
            at: numbers of the silences.
            but_here: whether one of those near by is not to count.
            but_around: the same farther around.
        """
        exposure, exposure_around = (math.pi * nm**2 * self._span_h for nm in (USUAL_NM, AROUND_NM))
        # Each counts itself; that is the one more of the posterior mean.
        rate = (self._here[at] - but_here) / (exposure + exposure_around / (self._around[at] - but_around))
        return np.asarray(rate * math.pi * REGION_NM**2)


def alike(gaps: Sequence[Gap], others: Sequence[Gap]) -> Wholes:
    """With each of some silences, how many of all began and ended near it within minutes: one receiver lost them."""
    if not gaps:
        return np.zeros(0, np.int64)
    own, all_of = (_in_time_and_place(some) for some in (gaps, others))
    found = KDTree(all_of).query_ball_point(own, 1.0, p=math.inf, return_length=True)
    # Each finds itself.
    return np.asarray(found, np.int64) - 1


def _in_time_and_place(gaps: Sequence[Gap]) -> Floats:
    """Ends in units of the minutes, places in units of the miles, within which silences are taken to be of one receiver."""
    lat, lon = (np.array([getattr(gap, word) for gap in gaps], np.float64) for word in ("lat", "lon"))
    ends = np.array([(gap.start_us, gap.end_us) for gap in gaps], np.float64) / (OUTAGE_H * US_PER_HOUR)
    return np.hstack([unit_points(lat, lon) / _chord(OUTAGE_NM), ends])


def _chord(nautical_miles: float) -> float:
    """Length of a great circle as a straight line through the unit sphere."""
    return 2.0 * math.sin(min(nautical_miles * NAUTICAL_MILE_M / EARTH_RADIUS_M, math.pi) / 2.0)
