"""Loitering: a track hardly moves for hours.

    speed     12 12  1  0  1  3  0  1 11 12
    slow             x  x  x     x  x            (a short faster spell does not end it, but counts in the mean)
                     |--------------|

What it is not: waiting for another ship. A ship at anchor, alongside or drifting with a broken engine loiters by this
rule; berths, anchorages and the distance from shore are not known here. ``at_anchor_or_moored`` counts the reports in which
the ship itself said so.

Source: Global Fishing Watch, AIS-disabling-high-seas (loitering query; Welch et al. 2022): at least 4 h at a mean speed of
at most 2 kn; there also more than 20 nautical miles from shore on average, which is left out here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from darkwake.events.record import decimal, record, sources
from darkwake.events.track import (
    US_PER_HOUR,
    US_PER_MINUTE,
    along_track,
    distance_mm,
    fixes,
    mean_lat_e10,
    mean_lon_e10,
    sessions,
    speed_mkn,
    whole,
    with_next,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

AT_ANCHOR, MOORED = 1, 5
"""Navigational status (ITU-R M.1371, table 45)."""


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

    def __post_init__(self) -> None:
        """Refuse limits that make no sense.

        Raises:
            ValueError: a limit is not above zero.
        """
        if min(self.min_hours, self.max_kn, self.bridge_minutes, self.holds_minutes) <= 0:
            raise ValueError("min_hours, max_kn, bridge_minutes and holds_minutes have to be above 0")

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"for at least {self.min_hours:g} h at a mean speed of at most {self.max_kn:g} kn, slow positions at most "
            f"{self.bridge_minutes:g} min apart; the probability says that the positions stand so, NOT why (anchorages, berths "
            "and drifting are not told apart)"
        )


def loitering(positions: ir.Table, rule: LoiterRule) -> ir.Table:
    """Slow spells of each track as rows of ``Events``.

    ``lat``, ``lon`` are the mean of the slow positions, ``end_lat``, ``end_lon`` the last of them. A speed is the one that
    the ship reported, else the one that its next position implies.
    """
    spells = _spells(_slow(positions, rule), rule)
    rows = spells.filter(
        (spells.end_us - spells.start_us >= round(rule.min_hours * US_PER_HOUR))
        & (spells.way_mkn_us <= spells.timed_us * round(rule.max_kn * 1000))
    )
    factors = {
        "minutes": (rows.end_us - rows.start_us) // US_PER_MINUTE,
        "mean_speed_kn": decimal(rows.way_mkn_us // rows.timed_us.nullif(0), 3),
        "slow_positions": rows.slow_positions,
        "at_anchor_or_moored": rows.still,
        "from_start_to_end_m": rows.shift_mm // 1000,
    }
    return record(rows, "loiter", rule.words, factors=factors, evidence=sources(rows.first_source, rows.last_source))


def _slow(positions: ir.Table, rule: LoiterRule) -> ir.Table:
    """The slow fixes, each with its number on the track and its speed in milliknots."""
    heard = fixes(positions).drop("cell")
    pairs = with_next(heard, "us", "lat_e10", "lon_e10").mutate(number=ibis.row_number().over(along_track()))
    mm = distance_mm(pairs.lat_e10, pairs.lon_e10, pairs.next_lat_e10, pairs.next_lon_e10)
    speed = whole(pairs.sog_kn * 1000.0).fill_null(speed_mkn(mm, pairs.next_us - pairs.us))
    return pairs.mutate(mkn=speed).filter(lambda row: row.mkn <= round(rule.max_kn * 1000))


def _spells(slow: ir.Table, rule: LoiterRule) -> ir.Table:
    """One row a spell of slow fixes: its ends, its way (milliknots times microseconds) and the time that this took."""
    since = slow.us - slow.us.lag().over(along_track())
    mm = distance_mm(slow.lat_e10.lag().over(along_track()), slow.lon_e10.lag().over(along_track()), slow.lat_e10, slow.lon_e10)
    followed = slow.number - slow.number.lag().over(along_track()) == 1
    holds = followed & (since <= round(rule.holds_minutes * US_PER_MINUTE))
    # Across fixes that were not slow, too, the straight line between the slow ones is what was made good.
    made = ibis.ifelse(holds, slow.mkn.lag().over(along_track()), speed_mkn(mm, since))
    numbered = sessions(
        slow.mutate(since=since, made=made), ["track_id"], "number", since > round(rule.bridge_minutes * US_PER_MINUTE), "spell"
    )
    first = numbered.number == numbered.number.min().over(ibis.window(group_by=["track_id", "spell"]))
    timed = numbered.mutate(
        since=ibis.ifelse(first, 0, numbered.since), way=ibis.ifelse(first, 0, (numbered.made * numbered.since).fill_null(0))
    )
    return _summed(timed)


def _summed(timed: ir.Table) -> ir.Table:
    rows = timed.group_by(["track_id", "spell"]).aggregate(
        mmsi=timed.mmsi.min(),
        start_us=timed.us.min(),
        end_us=timed.us.max(),
        way_mkn_us=timed.way.sum().cast("int64"),
        timed_us=timed.since.sum().cast("int64"),
        slow_positions=timed.count(),
        still=timed.nav_status.isin((AT_ANCHOR, MOORED)).fill_null(False).cast("int64").sum().cast("int64"),
        lat_e10=mean_lat_e10(timed.lat_e10),
        lon_e10=mean_lon_e10(timed.lon_e10),
        start_lat_e10=timed.lat_e10.argmin(timed.number),
        start_lon_e10=timed.lon_e10.argmin(timed.number),
        end_lat_e10=timed.lat_e10.argmax(timed.number),
        end_lon_e10=timed.lon_e10.argmax(timed.number),
        first_source=timed.source_id.argmin(timed.number),
        last_source=timed.source_id.argmax(timed.number),
        rank=timed["rank"].max(),
    )
    shift = distance_mm(rows.start_lat_e10, rows.start_lon_e10, rows.end_lat_e10, rows.end_lon_e10)
    return rows.mutate(shift_mm=shift)
