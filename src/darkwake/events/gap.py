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
from darkwake.events.track import US_PER_HOUR, US_PER_MINUTE, distance_mm, fixes, just_before, speed_mkn, with_next
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
    found = _silences(positions, rule)
    closed = found.next_us.notnull()
    us = ibis.ifelse(closed, found.next_us, found.heard_until_us) - found.us
    metres = distance_mm(found.lat_e10, found.lon_e10, found.next_lat_e10, found.next_lon_e10)
    rows = found.select(
        "track_id",
        "mmsi",
        "lat_e10",
        "lon_e10",
        "heard_before",
        start_us=found.us,
        end_us=found.next_us,
        end_lat_e10=found.next_lat_e10,
        end_lon_e10=found.next_lon_e10,
        rank=ibis.greatest(found["rank"], found.next_rank.fill_null(0)),
        first_source=found.source_id,
        last_source=found.next_source_id.fill_null(found.source_id),
        minutes=us // US_PER_MINUTE,
        metres=metres // 1000,
        mkn=speed_mkn(metres, us),
        open=~closed,
    )
    factors = {
        "minutes": rows.minutes,
        "open": flag(rows.open),
        "distance_m": rows.metres,
        "implied_speed_kn": decimal(rows.mkn, 3),
        f"positions_{rule.before_hours:g}h_before": rows.heard_before,
    }
    return record(rows, "gap", rule.words, factors=factors, evidence=sources(rows.first_source, rows.last_source))


def _silences(positions: ir.Table, rule: GapRule) -> ir.Table:
    """The fixes that a silence follows, with their successor and the end of the data."""
    heard = fixes(positions).drop("sog_kn", "nav_status", "cell")
    heard = heard.mutate(heard_before=heard.count().over(just_before(round(rule.before_hours * US_PER_HOUR))))
    pairs = with_next(heard, "us", "lat_e10", "lon_e10", "rank", "source_id")
    longest = round(rule.min_hours * US_PER_HOUR)
    # The few tracks' ends meet one row, so neither engine gathers all positions in one place.
    ends = heard.aggregate(heard_until_us=heard.us.max())
    if rule.heard_until is not None:
        ends = ends.mutate(heard_until_us=ibis.literal(epoch_us(rule.heard_until), "int64"))
    candidates = pairs.filter(pairs.next_us.isnull() | (pairs.next_us - pairs.us > longest)).cross_join(ends)
    return candidates.filter(candidates.next_us.notnull() | (candidates.heard_until_us - candidates.us > longest))
