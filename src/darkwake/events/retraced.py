"""Tracks that sail another's way again, at another time: the same places, and as long from each to the next.

    lines of latitude  --x------x--       a track crosses each line at a place and a time, between two reports
                        /      /
                   ----x------x----       the copy crosses it at that place too, always so much later

Reports of a track and of its copy differ: each is heard at moments of its own, with errors of its own. Where a track crosses
given lines, and when, does not depend on when it was heard.

What it is not: ships in one lane, which keep neither to the same twenty metres nor to the same seconds for hours; ships in
tow, in convoy or alongside, which follow at once (:data:`LATER_S`). Tracks that are shifted over the sea cross other lines:
:mod:`darkwake.events.copied` finds those whose steps are the same to the metre.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.engine import split_groups
from darkwake.events.track import (
    CIRCLE_E10,
    E10_PER_DEGREE,
    US_PER_MINUTE,
    US_PER_SECOND,
    along_track,
    fixes,
    whole,
    wrap_e10,
)
from darkwake.geo import distance_m, wrap_lon

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

LINE_E10 = E10_PER_DEGREE // 50
"""Between two lines: 2.2 km, 6 minutes at 12 kn."""
PLACE_E10 = E10_PER_DEGREE // 500
"""Places on a line are told apart by so much, 220 m: two tracks of the same way seldom fall into two."""
LEG_US = 30 * US_PER_SECOND
"""And times from line to line by so much."""
STEP_US = 10 * US_PER_MINUTE
"""Between reports farther apart it is not known where a line was crossed."""
LEG_MOST_US = 60 * US_PER_MINUTE
"""Lines crossed longer ago say nothing of how fast the ship goes."""
CROWD = 12
"""Where more tracks than this cross one place as fast, it is a fairway in which any two are alike (assumed)."""
SEEN_TWICE = 4
"""So many times two tracks have to be alike before they are looked at closely."""
LAG_S = 20.0
"""Times between two tracks are counted by so much."""
LATER_S = 900.0
"""Who follows sooner is in tow or in convoy (assumed)."""
APART_M, APART_S = 60.0, 12.0
"""A line is crossed alike within this place and time: errors of two fixes, and bends between two reports (assumed)."""
TYPICAL_M, TYPICAL_S = 20.0, 2.5
"""And half of all are within these: two aerials on one place, and two fixes by satellite at some knots (assumed)."""
LEAST_LINES = 12
"""Fewest lines that both cross alike, 27 km (assumed),"""
MANOEUVRES = 1
"""and a bend or a change of speed between them: any two ships may sail one leg at one speed (assumed)."""
BEND_DEG, SPEED_SHARE = 10.0, 0.05
"""A course and a speed that change by more from line to line are altered: noise makes a hundredth of it (assumed)."""
SHARE = 0.6
"""So many of the lines that both were heard to cross: two more were crossed elsewhere within one step, or just missed."""
LEAST_S = 3600.0
"""For so long: an autopilot that follows waypoints can keep to the same way for less (assumed)."""

Floats = NDArray[np.float64]
Row = dict[str, Any]
_KEY = ("by_lat", "up", "line", "place", "line_before", "place_before", "leg")
_ENDS = ("track_id", "mmsi", "us", "lat_e10", "lon_e10", "rank", "source_id")


@dataclass(frozen=True)
class Way:
    """A track by the lines that it crosses, in order of time: which, when and where."""

    lines: NDArray[np.int64]
    seconds: Floats
    lat: Floats
    lon: Floats
    rows: pa.Table

    @classmethod
    def of(cls, rows: pa.Table) -> Way:
        """From rows of :func:`crossings` of one track."""
        rows = rows.sort_by([("at_us", "ascending"), ("line", "ascending")])
        line, by_lat = rows["line"].to_numpy(), rows["by_lat"].to_numpy(zero_copy_only=False)
        on_line = wrap_lon(line * (LINE_E10 / E10_PER_DEGREE))
        across = rows["across_e10"].to_numpy() / E10_PER_DEGREE
        number = line * 4 + by_lat * 2 + rows["up"].to_numpy(zero_copy_only=False)
        lat, lon = np.where(by_lat, on_line, across), np.where(by_lat, across, on_line)
        return cls(number, rows["at_us"].to_numpy() / US_PER_SECOND, lat, lon, rows)

    def manoeuvres(self, at: NDArray[np.intp]) -> int:
        """How often the track altered her course or her speed between some crossings of lines."""
        lat, lon = self.lat[at], self.lon[at]
        knots = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) / np.maximum(np.diff(self.seconds[at]), 1.0)
        course = np.arctan2(wrap_lon(np.diff(lon)) * np.cos(np.radians(lat[1:])), np.diff(lat))
        bend = np.abs(np.mod(np.diff(course) + np.pi, 2 * np.pi) - np.pi) > np.radians(BEND_DEG)
        # Round a bend the way is longer than from line to line: of speeds those of straight legs are compared.
        straight = ~(np.append(bend, False) | np.append(False, bend))
        slower = np.abs(np.diff(np.log(np.maximum(knots[straight], 0.01)))) > SPEED_SHARE
        return sum(int(flags[0]) + int((flags[1:] & ~flags[:-1]).sum()) for flags in (bend, slower) if len(flags))


def retraced(moves: ir.Table, engine: Engine) -> Iterator[Row]:
    """Pairs of tracks of which one sails the other's way again.

    Args:
        moves: what :func:`steps` gives.
        engine: where they are.
    """
    crossed = engine.keep(crossings(moves))
    counted: Counter[tuple[str, str, int]] = Counter()
    for one, other, later_s in _alike(crossed, engine):
        counted[one, other, round(later_s / LAG_S)] += 1
    # A time between two that falls on the edge of what is counted together is counted on both sides of it.
    often = {pair for pair in counted if counted[pair] + counted[*pair[:2], pair[2] + 1] >= SEEN_TWICE}
    ways = _ways({track for pair in often for track in pair[:2]}, crossed, engine)
    told: dict[tuple[str, str], list[Row]] = {}
    for one, other, lag in sorted(often):
        row = _row(ways[one], ways[other], (lag + 0.5) * LAG_S)
        told.setdefault((one, other), []).extend([row] if row else [])
    yield from (max(rows, key=lambda row: float(row["measured"]["sequences"])) for rows in told.values() if rows)


def steps(positions: ir.Table) -> ir.Table:
    """Fixes with the one before each on the track, as ``..._before``, and how far ``north`` and ``east`` of it they lie."""
    heard, order = fixes(positions, ()), along_track()
    before = {f"{word}_before": heard[word].lag().over(order) for word in ("us", "lat_e10", "lon_e10")}
    told = heard.mutate(**before)
    return told.mutate(north=told.lat_e10 - told.lat_e10_before, east=wrap_e10(told.lon_e10 - told.lon_e10_before))


def crosses(moves: ir.Table) -> ir.BooleanValue:
    """Whether a step leads over a line of latitude or of longitude: no crossing is made by another."""
    lines = [(moves[f"{word}_before"], lead) for word, lead in (("lat_e10", moves.north), ("lon_e10", moves.east))]
    return ibis.or_(*(_line(along) != _line(along + lead) for along, lead in lines))


def _line(along_e10: ir.IntegerValue) -> ir.IntegerValue:
    return (along_e10 / LINE_E10).floor().cast("int64")


def crossings(moves: ir.Table) -> ir.Table:
    """Where and when tracks cross lines of latitude, or of longitude where they lead more east or west than north or south."""
    near = moves.filter((moves.us - moves.us_before).between(1, STEP_US))
    by_lat = near.north.abs() >= near.east.abs()
    led = near.mutate(
        by_lat=by_lat,
        along=ibis.ifelse(by_lat, near.lat_e10_before, near.lon_e10_before),
        onward=ibis.ifelse(by_lat, near.north, near.east),
        beside=ibis.ifelse(by_lat, near.lon_e10_before, near.lat_e10_before),
        aside=ibis.ifelse(by_lat, near.east, near.north),
    )
    first, last = _line(led.along), _line(led.along + led.onward)
    over = led.mutate(up=led.onward > 0, at=ibis.ifelse(led.onward > 0, last, first)).filter(first != last)
    share = (over["at"] * LINE_E10 - over.along).cast("float64") / over.onward.cast("float64")
    lines = CIRCLE_E10 // LINE_E10
    return over.select(
        *_ENDS,
        "by_lat",
        "up",
        line=(over["at"] + lines) % lines,
        at_us=over.us_before + whole(share * (over.us - over.us_before)),
        across_e10=wrap_e10(over.beside + whole(share * over.aside)),
    )


def _alike(crossed: ir.Table, engine: Engine) -> Iterator[tuple[str, str, float]]:
    """Two tracks, each time they cross two lines at the same places and take as long between; how much later the second."""
    order = ibis.window(group_by="track_id", order_by=["at_us", "line", "across_e10"])
    placed = crossed.mutate(place=(crossed.across_e10 / PLACE_E10).floor().cast("int64"))
    legs = placed.mutate(
        line_before=placed.line.lag().over(order),
        place_before=placed.place.lag().over(order),
        leg_us=placed.at_us - placed.at_us.lag().over(order),
    )
    legs = legs.filter(legs.leg_us.between(1, LEG_MOST_US)).mutate(leg=lambda row: row.leg_us // LEG_US)
    counted = legs.group_by(_KEY).aggregate(tracks=legs.track_id.nunique())
    some = legs.semi_join(counted.filter(counted.tracks.between(2, CROWD)), _KEY).select(*_KEY, "track_id", "at_us")
    rows = engine.arrow(some).sort_by([(word, "ascending") for word in (*_KEY, "track_id", "at_us")])
    keys = np.stack([rows[word].to_numpy(zero_copy_only=False).astype(np.int64) for word in _KEY])
    seconds, tracks = rows["at_us"].to_numpy() / US_PER_SECOND, rows["track_id"].to_pylist()
    group = np.append(0, np.cumsum((keys[:, 1:] != keys[:, :-1]).any(axis=0))) if len(tracks) else np.zeros(0, np.int64)
    # Rows beside each other, then those two apart, and so on, until no two are of one group.
    for apart in range(1, len(tracks)):
        same = np.flatnonzero(group[apart:] == group[:-apart])
        if not len(same):
            return
        for at in same.tolist():
            later_s = float(seconds[at + apart] - seconds[at])
            if tracks[at] != tracks[at + apart] and abs(later_s) >= LATER_S:
                yield tracks[at], tracks[at + apart], later_s


def _ways(tracks: set[str], crossed: ir.Table, engine: Engine) -> dict[str, Way]:
    if not tracks:
        return {}
    asked = engine.table(pa.table({"track_id": sorted(tracks)}))
    rows = engine.arrow(crossed.semi_join(asked, "track_id")).sort_by("track_id")
    return {str(part["track_id"][0]): Way.of(part) for part in split_groups(rows, "track_id")}


def _row(one: Way, other: Way, later_s: float) -> Row | None:
    """The row of two tracks, if the second crosses the first one's lines so much later all the while."""
    at, to = _same_lines(one, other, later_s)
    if len(at) < LEAST_LINES:
        return None
    later = float(np.median(other.seconds[to] - one.seconds[at]))
    off_s = np.abs(other.seconds[to] - one.seconds[at] - later)
    off_m = distance_m(one.lat[at], one.lon[at], other.lat[to], other.lon[to])
    alike = (off_s <= APART_S) & (off_m <= APART_M)
    at, to, off_s, off_m = at[alike], to[alike], off_s[alike], off_m[alike]
    if len(at) < LEAST_LINES or one.seconds[at[-1]] - one.seconds[at[0]] < LEAST_S:
        return None
    if len(at) < SHARE * _both_heard(one, other, later, int(at[0]), int(at[-1])) or one.manoeuvres(at) < MANOEUVRES:
        return None
    if np.median(off_s) > TYPICAL_S or np.median(off_m) > TYPICAL_M:
        return None
    # The times and places are those of the one who came later: there was nothing to copy before.
    way, which = (other, to) if later > 0 else (one, at)
    first, last = (way.rows.slice(int(index), 1).to_pylist()[0] for index in (which[0], which[-1]))
    measured = {"sequences": float(len(at)), "shifted_m": float(np.median(off_m)), "later_s": later}
    return _told(one, other, first, last) | {"measured": measured}


def _same_lines(one: Way, other: Way, later_s: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Of each crossing of the one that of the same line by the other that lies nearest to so much later, if there is one."""
    order = np.lexsort((other.seconds, other.lines))
    # One number a line and a moment, so that the nearest moment of the same line is found by one search.
    start = min(one.seconds[0] + later_s, other.seconds[0])
    long = max(one.seconds[-1] + later_s, other.seconds[-1]) - start + 4 * LAG_S
    known = other.lines[order] * long + (other.seconds[order] - start)
    asked = one.lines * long + (one.seconds + later_s - start)
    after = np.clip(np.searchsorted(known, asked), 1, len(known) - 1) if len(known) > 1 else np.zeros(len(asked), np.intp)
    nearest = np.where(np.abs(known[after - 1] - asked) <= np.abs(known[after] - asked), after - 1, after)
    found = np.flatnonzero(np.abs(known[nearest] - asked) <= 2 * LAG_S)
    return found, order[nearest[found]]


def _both_heard(one: Way, other: Way, later_s: float, first: int, last: int) -> int:
    """How many lines the one crossed between two crossings while the other was heard to cross any."""
    asked = one.seconds[first : last + 1] + later_s
    after = np.clip(np.searchsorted(other.seconds, asked), 1, len(other.seconds) - 1)
    away = np.minimum(np.abs(other.seconds[after] - asked), np.abs(other.seconds[after - 1] - asked))
    return int((away <= STEP_US / US_PER_SECOND).sum())


def _told(one: Way, other: Way, first: Row, last: Row) -> Row:
    two: Sequence[Row] = [way.rows.slice(0, 1).to_pylist()[0] for way in (one, other)]
    ends = [end for way in (one, other) for end in (way.rows.slice(0, 1), way.rows.slice(way.rows.num_rows - 1, 1))]
    return {
        "mmsi": two[0]["mmsi"],
        "track_id": two[0]["track_id"],
        "other_mmsi": two[1]["mmsi"],
        "other_track_id": two[1]["track_id"],
        "start_us": first["us"],
        "end_us": last["us"],
        "lat_e10": first["lat_e10"],
        "lon_e10": first["lon_e10"],
        "end_lat_e10": last["lat_e10"],
        "end_lon_e10": last["lon_e10"],
        "rank": max(row["rank"] for row in two),
        "evidence": sorted({str(end["source_id"][0]) for end in ends}),
        "what": "copied",
    }
