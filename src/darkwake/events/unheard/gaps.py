"""The silences behind which the silent side of a transfer may have been."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
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

Row = Mapping[str, Any]
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


def silences(positions: ir.Table, least_hours: float, engine: Engine) -> tuple[list[Gap], list[Gap], list[Gap]]:
    """Silences longer than some hours, in order of track and time: with two ends, before first reports, after last ones.

    Those with one end are measured to the edge of the data.
    """
    room_us = round(least_hours * US_PER_HOUR)
    spans = engine.arrow(_spans(positions, room_us)).sort_by([("track_id", "ascending"), ("first_us", "ascending")]).to_pylist()
    if not spans:
        return [], [], []
    begin_us, finish_us = min(span["first_us"] for span in spans), max(span["last_us"] for span in spans)
    heard = [span for span in spans if span["is_first"] and span["first_us"] - begin_us > room_us]
    silent = [span for span in spans if span["next_us"] is not None and span["next_us"] - span["last_us"] > room_us]
    gone = [span for span in spans if span["next_us"] is None and finish_us - span["last_us"] > room_us]
    asked = [(span["track_id"], span["first_us"]) for span in heard]
    asked += [(span["track_id"], span[word]) for span in silent for word in ("last_us", "next_us")]
    asked += [(span["track_id"], span["last_us"]) for span in gone]
    reports = _reports(asked, positions, engine)
    pairs = [(reports[span["track_id"], span["last_us"]][-1], reports[span["track_id"], span["next_us"]][0]) for span in silent]
    before = [_open(reports[span["track_id"], span["first_us"]][0], begin_us, "start") for span in heard]
    after = [_open(reports[span["track_id"], span["last_us"]][-1], finish_us, "end") for span in gone]
    return _closed(pairs), before, after


def _spans(positions: ir.Table, room_us: int) -> ir.Table:
    """Times of each track between silences: the first, the last, and those that one longer than some time may follow.

    Reports are grouped into spans of this length; only the ends of spans are put in order.
    """
    heard = positions.select("track_id", us=clock_us(positions.time))
    spans = heard.group_by("track_id", span=heard.us // room_us).aggregate(first_us=heard.us.min(), last_us=heard.us.max())
    along = ibis.window(group_by="track_id", order_by="span")
    pairs = spans.mutate(next_us=spans.first_us.lead().over(along), is_first=ibis.row_number().over(along) == 0)
    return pairs.filter(pairs.is_first | pairs.next_us.isnull() | (pairs.next_us - pairs.last_us > room_us)).drop("span")


def _reports(asked: Sequence[tuple[str, int]], positions: ir.Table, engine: Engine) -> Mapping[tuple[str, int], list[Row]]:
    """The reports of some tracks at some times; several at one time in order of place."""
    tracks, us = ([one[side] for one in asked] for side in (0, 1))
    times = engine.table(pa.table({"track_id": pa.array(tracks, pa.string()), "us": pa.array(us, pa.int64())}))
    heard = positions.select(
        *("track_id", "mmsi", "source_id", "line", "lat", "lon", "sog_kn"),
        us=clock_us(positions.time),
        rank=strength(positions.origin),
    )
    rows = engine.arrow(heard.semi_join(times, ["track_id", "us"]))
    found: dict[tuple[str, int], list[Row]] = {}
    for row in rows.sort_by([(word, "ascending") for word in ("lat", "lon", "source_id", "line")]).to_pylist():
        found.setdefault((row["track_id"], row["us"]), []).append(row)
    return found


def _closed(pairs: Sequence[tuple[Row, Row]]) -> list[Gap]:
    """Pairs of successive reports as silences."""
    ends = np.array([(one["lat"], one["lon"], other["lat"], other["lon"]) for one, other in pairs], np.float64).reshape(-1, 4)
    moved_nm = (distance_m(*ends.T) / NAUTICAL_MILE_M).tolist()
    back = (sum(nm <= BACK_NM for nm in moved_nm) + 1) / (len(pairs) + 2)
    return [_gap(one, other, nm, back) for (one, other), nm in zip(pairs, moved_nm, strict=True)]


def _open(row: Row, edge_us: int, open_end: str) -> Gap:
    """A silence from the edge of the data to a report, or from a report to the edge."""
    start_us, end_us = (edge_us, row["us"]) if open_end == "start" else (row["us"], edge_us)
    place, off = (row["lat"], row["lon"]), off_nm(row["sog_kn"])
    given = (row["source_id"], row["source_id"], row["rank"])
    return Gap(row["track_id"], row["mmsi"], start_us, end_us, *place, *place, *given, (off, off), False, 0.0, 0.5, open_end)


def _gap(one: Row, other: Row, moved_nm: float, back: float) -> Gap:
    slow = all(row["sog_kn"] is not None and row["sog_kn"] < DRIFTS_KN for row in (one, other))
    ends = (one["us"], other["us"], one["lat"], one["lon"], other["lat"], other["lon"], one["source_id"], other["source_id"])
    off = off_nm(one["sog_kn"]), off_nm(other["sog_kn"])
    lay_through = slow and moved_nm <= SAME_PLACE_NM
    return Gap(one["track_id"], one["mmsi"], *ends, max(one["rank"], other["rank"]), off, lay_through, moved_nm, back)


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

    def near_pairs(self, nautical_miles: float) -> tuple[Wholes, Wholes]:
        """Numbers of two silences that began within some miles of each other, each pair once, in order."""
        if self._tree is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        pairs = self._tree.query_pairs(_chord(nautical_miles), output_type="ndarray")
        ones, others = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].T
        return ones, others

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
