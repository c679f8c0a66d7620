"""Gap: a track falls silent for longer than a threshold, and is heard again or is not.

    reports   x  x x          x x  x
    gap            |----------|

What it is not: a finding that the crew switched the transponder off. There is no model of reception yet, so the rule says
that a silence this long stands in the data and nothing about why; a ship that left the receivers' reach looks the same.

Source: Global Fishing Watch, pipe-gaps (commit 9d9426e): the time between two reports strictly longer than the threshold,
open gaps kept, positions in the 12 h before counted. Welch et al. (2022, Science Advances 8, eabq2109) take 12 h as well
and add conditions on reception and distance from shore that are not tested here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import ibis

from darkwake.events.record import decimal, flag, record, sources
from darkwake.events.track import (
    US_PER_HOUR,
    US_PER_MINUTE,
    clock_us,
    e10,
    moment,
    speed_mkn,
    strength,
    whole,
)
from darkwake.geo import haversine_m
from darkwake.units import epoch_us

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class GapRule:
    """When a silence counts."""

    min_hours: float = 12.0
    """A silence is strictly longer than this (pipe-gaps' default, and Welch et al. 2022)."""
    before_hours: float = 12.0
    """Positions are counted over so many hours before the silence (pipe-gaps)."""
    heard_until: datetime | None = None
    """Until when the receivers were listening; null: until the last position of any track."""

    def __post_init__(self) -> None:
        """Refuse hours that make no sense.

        Raises:
            ValueError: an hour is not above zero, or ``heard_until`` has no time zone.
        """
        if self.min_hours <= 0 or self.before_hours <= 0:
            raise ValueError("min_hours and before_hours have to be above 0")
        if self.heard_until is not None and self.heard_until.tzinfo is None:
            raise ValueError(f"heard_until {self.heard_until.isoformat()} has no time zone; write it with Z")

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"no position of the track for strictly longer than {self.min_hours:g} h; the probability says that a silence this "
            "long stands in the data, NOT that it was chosen (reception is not modelled)"
        )


def gaps(positions: ir.Table, rule: GapRule) -> ir.Table:
    """Silences of each track, closed and still open at the end of the data, as rows of ``Events``.

    ``lat``, ``lon`` are where the track was last heard, ``end_lat``, ``end_lon`` where it was heard again. A gap that is
    still open has no end; its ``minutes`` then run to the end of the data.
    """
    rows = _with_count_before(_measured(_silences(positions, rule)), positions, rule)
    factors = {
        "minutes": rows.silence_us // US_PER_MINUTE,
        "open": flag(rows.end_us.isnull()),
        "distance_m": rows.mm // 1000,
        "implied_speed_kn": decimal(speed_mkn(rows.mm, rows.silence_us), 3),
        f"positions_{rule.before_hours:g}h_before": rows.heard_before,
    }
    evidence = sources(rows.source_id, rows.next_source_id.fill_null(rows.source_id))
    return record(rows, "gap", rule.words, factors=factors, evidence=evidence)


def _silences(positions: ir.Table, rule: GapRule) -> ir.Table:
    """The positions that a silence follows, with their successor and the end of the data.

    Nothing else is worked out before this filter: of a million positions a few hundred pass it.
    """
    heard = positions.select("track_id", "mmsi", "source_id", "line", "time", "lat", "lon", "origin")
    order = ibis.window(group_by="track_id", order_by=["time", "source_id", "line"])
    after = {f"next_{word}": heard[word].lead().over(order) for word in ("time", "lat", "lon", "source_id", "origin")}
    pairs = heard.mutate(**after)
    longest = ibis.interval(microseconds=round(rule.min_hours * US_PER_HOUR))
    # The few tracks' ends meet one row, so neither engine gathers all positions in one place.
    ends = heard.aggregate(heard_until=heard.time.max())
    if rule.heard_until is not None:
        ends = ends.mutate(heard_until=moment(ibis.literal(epoch_us(rule.heard_until), "int64")))
    silent = pairs.filter(pairs.next_time.isnull() | (pairs.next_time > pairs.time + longest)).cross_join(ends)
    return silent.filter(silent.next_time.notnull() | (silent.heard_until > silent.time + longest))


def _measured(silent: ir.Table) -> ir.Table:
    """The silences as whole numbers: their ends, the way between these and the time that it took."""
    start_us, end_us = clock_us(silent.time), clock_us(silent.next_time)
    return silent.select(
        "track_id",
        "mmsi",
        "source_id",
        "next_source_id",
        "time",
        start_us=start_us,
        end_us=end_us,
        silence_us=end_us.fill_null(clock_us(silent.heard_until)) - start_us,
        lat_e10=e10(silent.lat),
        lon_e10=e10(silent.lon),
        end_lat_e10=e10(silent.next_lat),
        end_lon_e10=e10(silent.next_lon),
        mm=whole(haversine_m(silent.lat, silent.lon, silent.next_lat, silent.next_lon) * 1000.0),
        rank=ibis.greatest(strength(silent.origin), strength(silent.next_origin).fill_null(0)),
    )


def _with_count_before(silent: ir.Table, positions: ir.Table, rule: GapRule) -> ir.Table:
    """The silences with ``heard_before``: positions of the track in the hours up to and including the last one.

    A join of the few silences costs a third of a window over all positions.
    """
    since = moment(silent.start_us - round(rule.before_hours * US_PER_HOUR))
    spans = silent.select("track_id", until="time", since=since)
    heard = positions.select(heard_track="track_id", heard_at="time")
    near = spans.join(
        heard, [spans.track_id == heard.heard_track, heard.heard_at <= spans.until, heard.heard_at >= spans.since]
    )
    counted = near.group_by(counted_track=near.track_id, counted_until=near.until).aggregate(heard_before=near.count())
    return silent.join(counted, [silent.track_id == counted.counted_track, silent.time == counted.counted_until])
