"""Stop: a track stays within a small box for a while, whatever speed it reports; a building block, no event of its own.

    reports   x    x   x x  x     x     x
                      |----| box under the limit, long enough

Of all runs of reports that fit the box the longest is a stop, then the longest of what is left, so a larger box never gives
a shorter longest stop. The box lies north-south and east-west and is measured in metres where it lies, so the answer is the
same at every place and depends on no projection. What it is not: the ship's own word (that is her reported speed), nor a call.

Source: the definition of MovingPandas (TrajectoryStopDetector, commit 1594568: diameter strictly under a limit, for at least
a duration); its search takes the first run that fits, and drops the report after a stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE, MM_PER_E10, US_PER_MINUTE, along_track, fixes, sessions

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

Wholes = NDArray[np.int64]

STOPS = pa.schema(
    {
        "track_id": pa.string(),
        "mmsi": pa.int64(),
        "start_us": pa.int64(),
        "end_us": pa.int64(),
        "lat_e10": pa.int64(),
        "lon_e10": pa.int64(),
        "reports": pa.int64(),
        "diagonal_mm": pa.int64(),
    }
)
"""Stops: their ends, their mean place, and the diagonal of their box."""
BUCKETS = 64
"""Tracks are spread in so many lots."""
AT_ONCE = 100_000
"""So many reports are looked at together: a few hundred bytes each."""
IN_MEMORY = 200_000
"""So many reports are looked at in this process; more are spread by the engine."""


@dataclass(frozen=True)
class StopRule:
    """When a track stops. MovingPandas' own rule: its diameter and duration, ``longest_silence_minutes`` null."""

    diagonal_m: float = 500.0
    """The box's diagonal is strictly less than this (anchorages_pipeline: stationary within 0.5 km)."""
    min_minutes: float = 120.0
    """From the first report in the box to the last, at least this long (assumed: the shortest stay that matters here)."""
    longest_silence_minutes: float | None = 240.0
    """No stop goes through a longer silence (anchorages_pipeline: port gap of 240 min); null: through any."""

    def __post_init__(self) -> None:
        """Refuse limits that make no sense.

        Raises:
            ValueError: a limit is not above zero.
        """
        if min(self.diagonal_m, self.min_minutes, self.longest_silence_minutes or 1.0) <= 0:
            raise ValueError("diagonal_m, min_minutes and longest_silence_minutes have to be above 0")


def in_pieces(positions: ir.Table, longest_silence_minutes: float | None) -> ir.Table:
    """Fixes with the number of their piece on the track; a new piece begins after a longer silence."""
    heard = fixes(positions)
    if longest_silence_minutes is None:
        return heard.mutate(piece=0)
    order = along_track()
    since = heard.us - heard.us.lag().over(order)
    ordered = heard.mutate(since=since, number=ibis.row_number().over(order))
    breaks = ordered.since > round(longest_silence_minutes * US_PER_MINUTE)
    return sessions(ordered, ["track_id"], "number", breaks, "piece").drop("since", "number")


def pieces(positions: ir.Table, longest_silence_minutes: float) -> ir.Table:
    """Stretches of each track without a longer silence: ``track_id``, ``start_us``, ``end_us``, ``reports`` (two or more)."""
    cut = in_pieces(positions, longest_silence_minutes)
    whole = cut.group_by(["track_id", "piece"]).aggregate(start_us=cut.us.min(), end_us=cut.us.max(), reports=cut.count())
    return whole.filter(whole.reports > 1).drop("piece")


def stops(positions: ir.Table, engine: Engine, rule: StopRule) -> ir.Table:
    """The stops of each track, rows of ``STOPS``.

    Args:
        positions: rows of ``Positions``.
        engine: where they are.
        rule: the parameters.
    """
    cut = in_pieces(positions, rule.longest_silence_minutes)
    slim = cut.select("track_id", "mmsi", "source_id", "line", "piece", "us", "lat_e10", "lon_e10", bucket=cut.mmsi % BUCKETS)
    find = partial(stops_of, rule=rule)
    few = engine.arrow(slim.limit(IN_MEMORY + 1))
    return engine.table(find(few)) if few.num_rows <= IN_MEMORY else engine.map_groups(slim, "bucket", find, STOPS)


def stops_of(rows: pa.Table, rule: StopRule) -> pa.Table:
    """The stops in fixes of whole tracks: a pure function of the rows, whatever their order."""
    order = [(word, "ascending") for word in ("track_id", "us", "source_id", "line")]
    fixed = rows.sort_by(order)
    found = [_in_lot(fixed.slice(first, last - first), rule) for first, last in _lots(fixed)]
    return pa.concat_tables([STOPS.empty_table(), *found])


def _lots(fixed: pa.Table) -> list[tuple[int, int]]:
    """Rows cut into lots of whole tracks."""
    track = fixed["track_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    borders = [*(np.flatnonzero(track[1:] != track[:-1]) + 1).tolist(), len(track)]
    lots, first, before = [], 0, 0
    for border in borders if len(track) else []:
        if border - first > AT_ONCE and before > first:
            lots.append((first, before))
            first = before
        before = border
    return [*lots, (first, len(track))] if len(track) else []


def _in_lot(fixed: pa.Table, rule: StopRule) -> pa.Table:
    track = fixed["track_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    us, lat, piece = (fixed[word].to_numpy() for word in ("us", "lat_e10", "piece"))
    lon = _unwrapped(fixed["lon_e10"].to_numpy())
    ends = np.append(np.flatnonzero((track[1:] != track[:-1]) | (piece[1:] != piece[:-1])), len(us) - 1)
    number = np.searchsorted(ends, np.arange(len(us)))
    last, under = ends[number], round(rule.diagonal_m * 1000)
    least = round(rule.min_minutes * US_PER_MINUTE)
    reach = farthest(lat, lon, last, under, _may_stop(us, lat, lon, number, last, under, least))
    longer = np.append(True, (reach[1:] > reach[:-1]) | (last[1:] != last[:-1]))
    first = np.flatnonzero(longer & (us[reach] - us >= least))
    runs = np.split(first, np.flatnonzero(np.diff(last[first])) + 1) if len(first) else []
    spans = [span for run in runs for span in longest_first(run, reach[run], us, least)]
    return _rows(fixed, us, lat, lon, spans)


def _may_stop(
    us: Wholes, lat: Wholes, lon: Wholes, number: Wholes, last: Wholes, under_mm: int, least_us: int
) -> NDArray[np.bool_]:
    """Where a stop may begin: the piece is long enough, and the first report so much later lies near enough.

    A report at which none may begin has a run too short to be a stop, so where its run ends makes no other's longer.
    """
    # Times within a piece count from the day on which all begin, so one search serves all pieces.
    longest = int(us.max() - us.min()) + least_us + 1
    clock = number * longest + (us - us.min())
    then = np.searchsorted(clock, clock + least_us)
    at = np.minimum(then, last)
    pairs = (pick(one, one[at]) for pick, one in zip(_PICKS, (lat, lat, lon, lon), strict=True))
    return np.asarray((then <= last) & (diagonal_mm(*pairs) < under_mm))


def _rows(fixed: pa.Table, us: Wholes, lat: Wholes, lon: Wholes, spans: list[tuple[int, int]]) -> pa.Table:
    begins, ends = (np.array([span[side] for span in spans], np.int64) for side in (0, 1))
    half = CIRCLE_E10 // 2
    middles, boxes = [], []
    for begin, end in spans:
        there, across = lat[begin : end + 1], lon[begin : end + 1]
        east = (int(across[0]) + int((across - across[0]).sum()) // len(across) + half) % CIRCLE_E10 - half
        middles.append((int(there.sum()) // len(there), east))
        boxes.append((there.min(), there.max(), across.min(), across.max()))
    corners = np.array(boxes, np.int64).reshape(-1, 4).T
    who = {word: fixed[word].take(pa.array(begins)) for word in ("track_id", "mmsi")}
    mean = {word: [middle[side] for middle in middles] for side, word in enumerate(("lat_e10", "lon_e10"))}
    times = {"start_us": us[begins], "end_us": us[ends]}
    return pa.table(who | times | mean | {"reports": ends - begins + 1, "diagonal_mm": diagonal_mm(*corners)}, STOPS)


def _unwrapped(lon_e10: Wholes) -> Wholes:
    """Longitudes that run on across the antimeridian: their differences are the short way round."""
    half = CIRCLE_E10 // 2
    steps = (np.diff(lon_e10) + half) % CIRCLE_E10 - half
    return np.asarray(np.cumsum(np.append(lon_e10[:1], steps)))


def diagonal_mm(south: Wholes, north: Wholes, west: Wholes, east: Wholes) -> Wholes:
    """Diagonals of boxes in whole millimetres; never shorter for a larger box.

    A box is as wide as its side nearest the equator.
    """
    nearest = np.where((south < 0) & (north > 0), 0, np.minimum(np.abs(south), np.abs(north)))
    width = (east - west) * np.cos(np.radians(nearest / E10_PER_DEGREE))
    return np.asarray(np.rint(np.hypot(north - south, width) * MM_PER_E10).astype(np.int64))


def farthest(lat: Wholes, lon: Wholes, last: Wholes, under_mm: int, asked: NDArray[np.bool_] | None = None) -> Wholes:
    """For each report the last one such that all from it to that one fit a box with a diagonal under the limit.

    Boxes of 1, 2, 4, ... reports are known beforehand; each search takes them from the largest down, for all reports at once.

    Args:
        lat: latitudes, 1e-10 degrees.
        lon: longitudes that run on across the antimeridian.
        last: the last report of each one's piece.
        under_mm: the limit.
        asked: for which it is asked; the others are given themselves.
    """
    here = np.arange(len(lat))
    levels = int(np.max(last - here, initial=0)).bit_length()
    boxes = _boxes(lat, lon, levels)
    reach = here.copy()
    box = (lat.copy(), lat.copy(), lon.copy(), lon.copy())
    todo = here if asked is None else here[asked]
    for level in reversed(range(levels)):
        some = todo[reach[todo] + (1 << level) <= last[todo]]
        at = reach[some] + 1
        with_it = tuple(pick(one[some], two[at]) for pick, one, two in zip(_PICKS, box, boxes[level], strict=True))
        fits = diagonal_mm(*with_it) < under_mm
        for one, new in zip(box, with_it, strict=True):
            one[some[fits]] = new[fits]
        reach[some[fits]] += 1 << level
    return reach


_PICKS = (np.minimum, np.maximum, np.minimum, np.maximum)
"""How the south, north, west and east of two boxes make those of both."""


def _boxes(lat: Wholes, lon: Wholes, levels: int) -> list[tuple[Wholes, ...]]:
    """South, north, west and east of the 1, 2, 4, ... reports from each one on; the last ones have fewer, and are not asked."""
    boxes: list[tuple[Wholes, ...]] = [(lat, lat, lon, lon)]
    for level in range(1, levels):
        half = 1 << (level - 1)
        boxes.append(tuple(pick(one[:-half], one[half:]) for pick, one in zip(_PICKS, boxes[-1], strict=True)))
    return boxes


def longest_first(first: Wholes, last: Wholes, us: Wholes, least_us: int) -> list[tuple[int, int]]:
    """Of runs that overlap the longest, then the longest of what it leaves, and so on; of equals the earliest.

    >>> longest_first(np.array([0, 2]), np.array([3, 6]), np.arange(7), 2)
    [(2, 6)]
    """
    found: list[tuple[int, int]] = []
    todo = [(0, len(first), 0, len(us) - 1)]
    while todo:
        low, high, after, before = todo.pop()
        begins, ends = np.maximum(first[low:high], after), np.minimum(last[low:high], before)
        lasting = np.where(ends > begins, us[np.maximum(ends, begins)] - us[begins], -1) if low < high else np.array([-1])
        best = int(np.argmax(lasting))
        if lasting[best] < least_us:
            continue
        begin, end = int(begins[best]), int(ends[best])
        found.append((begin, end))
        todo.append((low, int(np.searchsorted(first, begin)), after, begin - 1))
        todo.append((int(np.searchsorted(last, end, side="right")), high, end + 1, before))
    return sorted(found)
