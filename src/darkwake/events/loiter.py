"""Loitering: a track hardly moves for hours.

    speed     12 12  1  0  1  3  0  1 11 12
    slow             x  x  x     x  x            (a short faster spell does not end it, but counts in the mean)
                     |--------------|

A slow spell is a fact of the data; why is another question. ``named`` says what else explains it: ``at anchor or moored`` and
``fishing`` where the ship says so herself in half of the reports or more (or is a fishing vessel by her type), ``lying still``
where she ends where she began and hardly moves between, as at a berth or an anchor of which she does not tell. The rest is
``drifting or waiting``: of these alone may be asked whether she waited for another ship, and neither the name nor the rule
answers. A crew that forgets to change the status is named wrongly.

Source: Global Fishing Watch, AIS-disabling-high-seas (loitering query; Welch et al. 2022): carriers for at least 4 h at a mean
speed of at most 2 kn, more than 20 nautical miles from shore on average: ``LoiterRule.as_disabling_high_seas``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from darkwake.events.record import decimal, record, sources
from darkwake.events.shore import from_shore_nm
from darkwake.events.track import (
    LAST,
    US_PER_HOUR,
    US_PER_MINUTE,
    along_track,
    by_number,
    degrees,
    distance_mm,
    fixes,
    mean_lat_e10,
    mean_lon_e10,
    sessions,
    speed_mkn,
    told_or_made_mkn,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

AT_ANCHOR, MOORED, FISHING = 1, 5, 7
"""Navigational status (ITU-R M.1371, table 45)."""
FISHING_TYPE = 30
"""Ship type (ITU-R M.1371, table 53)."""
ANCHORED, FISHES, STILL, OPEN = "at anchor or moored", "fishing", "lying still", "drifting or waiting"
"""What explains a slow spell; the last: nothing that is known here."""


@dataclass(frozen=True)
class LoiterRule:
    """When a slow ship loiters."""

    min_hours: float = 4.0
    """Shortest time (Global Fishing Watch: 4 h)."""
    max_kn: float = 2.0
    """Greatest mean speed, and greatest speed of a slow position (Global Fishing Watch: 2 kn)."""
    bridge_minutes: float = 60.0
    """Slow positions at most so far apart are one spell, through silence or a faster move (assumed: the limit within which
    pipe-encounters draws a track on)."""
    holds_minutes: float = 9.0
    """So long the speed that a ship reported counts as hers; over a longer step it is the straight line made good (assumed:
    three times the 3 minutes between reports at anchor, ITU-R M.1371 annex 1, table 1). Straight lines between positions
    seconds apart would turn GPS noise into speed."""
    still_kn: float = 0.5
    """A ship lies still whose mean speed is at most this (anchorages_pipeline: a stop ends at 0.5 kn), and"""
    still_m: float = 1000.0
    """who ends no farther than this from where she began (assumed: a long ship swings through less at anchor)."""
    min_from_shore_nm: float | None = None
    """Only farther from shore than this, the mean place of the slow positions; null: anywhere."""

    def __post_init__(self) -> None:
        """Refuse limits that make no sense.

        Raises:
            ValueError: a limit is not above zero.
        """
        if min(self.min_hours, self.max_kn, self.bridge_minutes, self.holds_minutes) <= 0:
            raise ValueError("min_hours, max_kn, bridge_minutes and holds_minutes have to be above 0")

    @classmethod
    def as_disabling_high_seas(cls) -> LoiterRule:
        """The limits of Global Fishing Watch, for the carriers among the ships: at least 4 h, 2 kn, over 20 nm from shore."""
        return cls(min_hours=4.0, max_kn=2.0, min_from_shore_nm=20.0)

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        far = f", over {self.min_from_shore_nm:g} nm from shore" if self.min_from_shore_nm is not None else ""
        return (
            f"for at least {self.min_hours:g} h at a mean speed of at most {self.max_kn:g} kn, slow positions at most "
            f"{self.bridge_minutes:g} min apart{far}; the probability says that the positions stand so, NOT why; named "
            f"{ANCHORED!r} or {FISHES!r} where she says so herself, {STILL!r} where she hardly moves at all, else {OPEN!r}; no "
            "name says that she met or waited for anybody"
        )


def loitering(positions: ir.Table, statics: ir.Table, engine: Engine, rule: LoiterRule) -> ir.Table:
    """Slow spells of each track as rows of ``Events``.

    ``lat``, ``lon`` are the mean of the slow positions, ``end_lat``, ``end_lon`` the last of them. A speed is the one that
    the ship reported, else the one that its next position implies. The distance from shore stands only where it was asked
    for, and with spells that nothing else explains.
    """
    spells = _spells(positions, rule, engine)
    slow = spells.filter(
        (spells.end_us - spells.start_us >= round(rule.min_hours * US_PER_HOUR))
        & (spells.way_mkn_us <= spells.timed_us * round(rule.max_kn * 1000))
    )
    fishers = _fishers(statics)
    named = _named(slow.left_join(fishers, slow.mmsi == fishers.of_mmsi), rule)
    rows = _with_shore(engine.keep(named), engine, rule)
    factors = {
        "minutes": (rows.end_us - rows.start_us) // US_PER_MINUTE,
        "mean_speed_kn": decimal(rows.mean_mkn, 3),
        "slow_positions": rows.slow_positions,
        "at_anchor_or_moored": rows.still,
        "said_fishing": rows.fishing,
        "from_start_to_end_m": rows.shift_mm // 1000,
        "named": ibis.literal('"') + rows.named + '"',
        "from_shore_nm": decimal(rows.shore_cnm, 2),
    }
    return record(rows, "loiter", rule.words, factors=factors, evidence=sources(rows.first_source, rows.last_source))


def _fishers(statics: ir.Table) -> ir.Table:
    """The MMSIs of which more than half of the messages with a type say that they are fishing vessels."""
    typed = statics.filter(statics.ship_type.notnull())
    counted = typed.group_by(of_mmsi="mmsi").aggregate(said=typed.count(), fishing_type=(typed.ship_type == FISHING_TYPE).sum())
    return counted.filter(counted.fishing_type * 2 > counted.said).select("of_mmsi")


def _named(slow: ir.Table, rule: LoiterRule) -> ir.Table:
    mean_mkn = slow.way_mkn_us // slow.timed_us.nullif(0)
    still = (mean_mkn <= round(rule.still_kn * 1000)) & (slow.shift_mm <= round(rule.still_m * 1000))
    named = ibis.cases(
        (slow.still * 2 >= slow.slow_positions, ANCHORED),
        (slow.of_mmsi.notnull() | (slow.fishing * 2 >= slow.slow_positions), FISHES),
        (still.fill_null(False), STILL),
        else_=OPEN,
    )
    return slow.mutate(mean_mkn=mean_mkn, named=named)


def _with_shore(rows: ir.Table, engine: Engine, rule: LoiterRule) -> ir.Table:
    """Spells with the distance from shore, hundredths of a nautical mile; no engine can say it, and few need it."""
    needed = rows if rule.min_from_shore_nm is not None else rows.filter(rows.named == OPEN)
    few = engine.arrow(needed.select("track_id", "start_us", lat=degrees(needed.lat_e10), lon=degrees(needed.lon_e10)))
    few = few.sort_by([("lat", "ascending"), ("lon", "ascending"), ("track_id", "ascending"), ("start_us", "ascending")])
    places = zip(few["lat"].to_pylist(), few["lon"].to_pylist(), strict=True)
    shore = pa.array([round(from_shore_nm(*place) * 100.0) for place in places], pa.int64())
    far = engine.table(few.select(["track_id", "start_us"]).append_column("shore_cnm", shore))
    told = rows.left_join(far, ["track_id", "start_us"]).drop("track_id_right", "start_us_right")
    return told if rule.min_from_shore_nm is None else told.filter(told.shore_cnm > round(rule.min_from_shore_nm * 100))


def _spells(positions: ir.Table, rule: LoiterRule, engine: Engine) -> ir.Table:
    """One row a spell of slow fixes that may be long enough: ends, way (milliknots times microseconds), time that this took.

    Spells are told by the fixes at which a track becomes slow, which are few; the many are put in order once.
    """
    stepped = engine.keep(_stepped(positions, rule))
    slow = stepped.filter(stepped.slow)
    spans = _spans(_begun(stepped, rule))
    long_enough = spans.shut_us - spans.begins_us >= round(rule.min_hours * US_PER_HOUR)
    spans = spans.filter(long_enough.fill_null(True))
    within = [slow.number >= spans.begins, slow.number < spans.until.fill_null(LAST)]
    return _summed(slow.join(spans, ["track_id", *within]))


def _stepped(positions: ir.Table, rule: LoiterRule) -> ir.Table:
    """The slow fixes, and the first faster one after each run of them, by their number on the track.

    A slow fix after a slow one has the time ``since`` that and the ``way`` from it.
    """
    heard, order = fixes(positions).drop("cell"), along_track()
    fixed = heard.mutate(
        number=ibis.row_number().over(order),
        **{f"before_{word}": heard[word].lag().over(order) for word in ("us", "lat_e10", "lon_e10", "sog_kn")},
        **{f"next_{word}": heard[word].lead().over(order) for word in ("us", "lat_e10", "lon_e10")},
    )
    since, ahead_us = fixed.us - fixed.before_us, fixed.next_us - fixed.us
    made = speed_mkn(distance_mm(fixed.before_lat_e10, fixed.before_lon_e10, fixed.lat_e10, fixed.lon_e10), since)
    ahead = speed_mkn(distance_mm(fixed.lat_e10, fixed.lon_e10, fixed.next_lat_e10, fixed.next_lon_e10), ahead_us)
    speeds = told_or_made_mkn(fixed.sog_kn, ahead), told_or_made_mkn(fixed.before_sog_kn, made)
    slow, was_slow = ((speed <= round(rule.max_kn * 1000)).fill_null(False) for speed in speeds)
    holds = since <= round(rule.holds_minutes * US_PER_MINUTE)
    told = fixed.mutate(
        slow=slow, was_slow=was_slow, since=since, way=(ibis.ifelse(holds, speeds[1], made) * since).fill_null(0)
    )
    gone = (~told.was_slow) | (told.since > round(rule.bridge_minutes * US_PER_MINUTE))
    cut = told.filter(told.slow | told.was_slow).mutate(
        follows=~gone, since=ibis.ifelse(gone, 0, told.since), way=ibis.ifelse(gone, 0, told.way)
    )
    return cut.drop("line", "sog_kn", "before_sog_kn", "next_us", "next_lat_e10", "next_lon_e10")


def _begun(stepped: ir.Table, rule: LoiterRule) -> ir.Table:
    """The slow fixes that follow on no slow one, with the time and the way from the last slow one that they are joined to.

    Across fixes that were not slow, too, the straight line between the slow ones is what was made good.
    """
    turns = stepped.filter(~(stepped.slow & stepped.follows))
    order = by_number()
    last = {}
    for word in ("us", "lat_e10", "lon_e10"):
        # That of the faster fix before it, which follows on the last slow one.
        last[word] = ibis.ifelse(turns.was_slow, turns[f"before_{word}"], turns[f"before_{word}"].lag().over(order))
    told = turns.select(
        "track_id", "number", "slow", "us", "lat_e10", "lon_e10", **{f"last_{word}": value for word, value in last.items()}
    )
    begun = told.filter(told.slow)
    since = begun.us - begun.last_us
    mm = distance_mm(begun.last_lat_e10, begun.last_lon_e10, begun.lat_e10, begun.lon_e10)
    first = (since > round(rule.bridge_minutes * US_PER_MINUTE)).fill_null(True)
    way = (speed_mkn(mm, since) * since).fill_null(0)
    cut = begun.mutate(first=first, joined_us=ibis.ifelse(first, 0, since), joined_way=ibis.ifelse(first, 0, way))
    return sessions(cut, ["track_id"], "number", cut["first"], "spell")


def _spans(begun: ir.Table) -> ir.Table:
    """The numbers at which spells begin, and the next ones begin, with what joins the runs of slow fixes in them."""
    spans = begun.group_by(["track_id", "spell"]).aggregate(
        begins=begun.number.min(),
        begins_us=begun.us.min(),
        gone_us=begun.last_us.min(),
        joined_us=begun.joined_us.sum().cast("int64"),
        joined_way=begun.joined_way.sum().cast("int64"),
    )
    order = ibis.window(group_by="track_id", order_by="begins")
    return spans.mutate(until=spans.begins.lead().over(order), shut_us=spans.gone_us.lead().over(order)).drop(
        "gone_us", "spell"
    )


def _summed(timed: ir.Table) -> ir.Table:
    first = timed.number == timed.begins
    rows = timed.group_by(["track_id", "begins"]).aggregate(
        mmsi=timed.mmsi.min(),
        start_us=timed.us.min(),
        end_us=timed.us.max(),
        way_mkn_us=timed.way.sum().cast("int64") + timed.joined_way.min(),
        timed_us=timed.since.sum().cast("int64") + timed.joined_us.min(),
        slow_positions=timed.count(),
        still=timed.nav_status.isin((AT_ANCHOR, MOORED)).fill_null(False).cast("int64").sum().cast("int64"),
        fishing=(timed.nav_status == FISHING).fill_null(False).cast("int64").sum().cast("int64"),
        lat_e10=mean_lat_e10(timed.lat_e10),
        lon_e10=mean_lon_e10(timed.lon_e10),
        start_lat_e10=timed.lat_e10.max(where=first),
        start_lon_e10=timed.lon_e10.max(where=first),
        end_lat_e10=timed.lat_e10.argmax(timed.number),
        end_lon_e10=timed.lon_e10.argmax(timed.number),
        first_source=timed.source_id.max(where=first),
        last_source=timed.source_id.argmax(timed.number),
        rank=timed["rank"].max(),
    )
    shift = distance_mm(rows.start_lat_e10, rows.start_lon_e10, rows.end_lat_e10, rows.end_lon_e10)
    return rows.mutate(shift_mm=shift)
