"""Gap: a track falls silent for longer than a threshold, and is heard again or is not; and how likely that was chosen.

    reports   x  x x          x x  x
    gap            |----------|

The silence is a fact of the data. Whether the crew chose it is judged by one of three rules (``judge``):

- ``reception``: how often ships that transmit fall silent like this at her last place (``silence.py``), against how often crews
  switch off. The probability is the chance that the silence was chosen, and never a finding that it was.
- ``welch``: Welch et al. (2022, Science Advances 8, eabq2109): at least 12 h, over 50 nautical miles from shore, reception of
  over 10 positions a day at the place, at least 14 satellite positions in the 12 h before. 1 where all hold, else 0, with the
  conditions that failed.
- ``none``: the silence alone, probability 1 (Global Fishing Watch, pipe-gaps, commit 9d9426e: the time between two reports
  strictly longer than the threshold, positions in the 12 h before counted by receiver).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import ibis

from darkwake.engine.clock import clock_us
from darkwake.events.reception import ReceptionRule
from darkwake.events.record import decimal, flag, record, sources
from darkwake.events.silence import SilenceRule, judged
from darkwake.events.track import (
    US_PER_HOUR,
    US_PER_MINUTE,
    e10,
    moment,
    speed_mkn,
    strength,
    whole,
)
from darkwake.events.welch import WelchRule, tested
from darkwake.geo import haversine_m
from darkwake.units import epoch_us

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

JUDGES = ("reception", "welch", "none")
RECEIVERS = ("terrestrial", "satellite", "dynamic")


@dataclass(frozen=True)
class GapRule:
    """When a silence counts, and by what it is judged."""

    min_hours: float = 12.0
    """A silence is strictly longer than this (pipe-gaps' default, and Welch et al. 2022)."""
    before_hours: float = 12.0
    """Positions are counted over so many hours before the silence (pipe-gaps)."""
    heard_until: datetime | None = None
    """Until when the receivers were listening; null: until the last position of any track."""
    told_until: datetime | None = None
    """What was known by then is not told again: silences that had ended, and open ones that were longer than the threshold and
    are open still; null: everything is told."""
    open_too: bool = True
    """Whether silences that are still open at the end of the data are told."""
    judge: str = "reception"
    """By what the silence is judged: ``reception``, ``welch`` or ``none``."""
    reception: ReceptionRule = field(default_factory=ReceptionRule)
    """How reception is estimated."""
    silence: SilenceRule = field(default_factory=SilenceRule)
    """How the chance that it was chosen is worked out."""
    welch: WelchRule = field(default_factory=WelchRule)
    """The conditions of Welch et al. (2022)."""

    def __post_init__(self) -> None:
        """Refuse hours that make no sense.

        Raises:
            ValueError: an hour is not above zero, a time has no zone, or nobody judges by that name.
        """
        if self.min_hours <= 0 or self.before_hours <= 0:
            raise ValueError("min_hours and before_hours have to be above 0")
        for word in ("heard_until", "told_until"):
            time = getattr(self, word)
            if time is not None and time.tzinfo is None:
                raise ValueError(f"{word} {time.isoformat()} has no time zone; write it with Z")
        if self.judge not in JUDGES:
            raise ValueError(f"judge has to be one of {', '.join(JUDGES)}")

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        silence = f"no position of the track for strictly longer than {self.min_hours:g} h; "
        if self.judge == "reception":
            return silence + self.silence.words
        if self.judge == "welch":
            return silence + self.welch.words
        return silence + (
            "the probability says that a silence this long stands in the data, NOT that it was chosen (reception is not judged)"
        )


def gaps(positions: ir.Table, engine: Engine, rule: GapRule) -> ir.Table:
    """Silences of each track, closed and still open at the end of the data, as rows of ``Events``.

    ``lat``, ``lon`` are where the track was last heard, ``end_lat``, ``end_lon`` where it was heard again. A gap that is
    still open has no end; its ``minutes`` then run to the end of the data.
    """
    rows = _with_count_before(_measured(_silences(positions, engine, rule)), positions, rule)
    hours = f"{rule.before_hours:g}h_before"
    factors = {
        "minutes": rows.silence_us // US_PER_MINUTE,
        "open": flag(rows.end_us.isnull()),
        "distance_m": rows.mm // 1000,
        "implied_speed_kn": decimal(speed_mkn(rows.mm, rows.silence_us), 3),
        f"positions_{hours}": rows.heard_before,
        **{f"{word}_positions_{hours}": rows[f"{word}_before"] for word in RECEIVERS},
    }
    if rule.judge == "none":
        rows = rows.mutate(probability=ibis.literal(1.0))
    else:
        names = {word: f"factor_{word}" for word in factors}
        rows = rows.mutate(**{names[word]: value for word, value in factors.items()})
        found = (judged if rule.judge == "reception" else tested)(rows, positions, engine, rule)
        rows = found.rows
        factors = {word: rows[name] for word, name in names.items()} | dict(found.factors)
    evidence = sources(rows.source_id, rows.next_source_id.fill_null(rows.source_id))
    return record(rows, "gap", rule.words, factors=factors, evidence=evidence)


def _silences(positions: ir.Table, engine: Engine, rule: GapRule) -> ir.Table:
    """The positions that a silence follows, with their successor and the end of the data.

    Reports are grouped into spans as long as the threshold. A longer silence begins with the last report of a span and ends
    with the first of another, so only the ends of spans are put in order: of a million positions a few thousand. What else is
    asked of a position is fetched for the few that a silence follows.
    """
    longest = round(rule.min_hours * US_PER_HOUR)
    heard = positions.select("track_id", us=clock_us(positions.time))
    spans = heard.group_by("track_id", span=heard.us // longest).aggregate(first_us=heard.us.min(), start_us=heard.us.max())
    along = ibis.window(group_by="track_id", order_by="span")
    pairs = engine.keep(spans.mutate(end_us=spans.first_us.lead().over(along)))
    # The few tracks' ends meet one row, so neither engine gathers all positions in one place.
    ends = pairs.aggregate(until_us=pairs.start_us.max())
    if rule.heard_until is not None:
        ends = ends.mutate(until_us=ibis.literal(epoch_us(rule.heard_until), "int64"))
    silent = pairs.filter(pairs.end_us.isnull() | (pairs.end_us > pairs.start_us + longest)).cross_join(ends)
    open_too = ibis.literal(rule.open_too) & (silent.until_us > silent.start_us + longest)
    silent = silent.filter(silent.end_us.notnull() | open_too)
    if rule.told_until is not None:
        told = epoch_us(rule.told_until)
        silent = silent.filter(
            (silent.end_us > told) | (silent.end_us.isnull() & (silent.start_us + longest >= told)),
        )
    return _with_reports(engine.keep(silent.drop("span", "first_us")), positions)


def _with_reports(silent: ir.Table, positions: ir.Table) -> ir.Table:
    """The silences with the last report before each and the first after it; of several at one time by place."""
    marks = ibis.union(
        silent.select("track_id", time=moment(silent.start_us)),
        silent.filter(silent.end_us.notnull()).select("track_id", time=moment(silent.end_us)),
        distinct=True,
    )
    told = positions.select("track_id", "mmsi", "source_id", "line", "time", "lat", "lon", "origin")
    there = told.semi_join(marks, ["track_id", "time"])
    at_once = {"group_by": ["track_id", "time"]}
    here = there.mutate(
        us=clock_us(there.time),
        place=ibis.row_number().over(ibis.window(**at_once, order_by=["lat", "lon", "source_id", "line"])),
        places=there.count().over(ibis.window(**at_once)),
    )
    last, first = here.filter(here.place == here.places - 1), here.filter(here.place == 0)
    first = first.select("track_id", end_us="us", **{f"next_{word}": first[word] for word in _OF_NEXT})
    last = last.select("track_id", "mmsi", "source_id", "time", "lat", "lon", "origin", start_us="us")
    return (
        silent.join(last, ["track_id", "start_us"])
        .left_join(first, ["track_id", "end_us"])
        .drop("track_id_right", "end_us_right")
    )


_OF_NEXT = ("lat", "lon", "source_id", "origin")
"""What is asked of the report after a silence."""


def _measured(silent: ir.Table) -> ir.Table:
    """The silences as whole numbers: their ends, the way between these and the time that it took."""
    until_us = silent.end_us.fill_null(silent.until_us)
    return silent.select(
        "track_id",
        "mmsi",
        "source_id",
        "next_source_id",
        "time",
        "start_us",
        "end_us",
        until_us=until_us,
        silence_us=until_us - silent.start_us,
        lat_e10=e10(silent.lat),
        lon_e10=e10(silent.lon),
        end_lat_e10=e10(silent.next_lat),
        end_lon_e10=e10(silent.next_lon),
        mm=whole(haversine_m(silent.lat, silent.lon, silent.next_lat, silent.next_lon) * 1000.0),
        rank=ibis.greatest(strength(silent.origin), strength(silent.next_origin).fill_null(0)),
    )


def _with_count_before(silent: ir.Table, positions: ir.Table, rule: GapRule) -> ir.Table:
    """The silences with the positions of the track in the hours up to and including the last one, in all and by receiver.

    A join of the few silences costs a third of a window over all positions.
    """
    since = moment(silent.start_us - round(rule.before_hours * US_PER_HOUR))
    spans = silent.select("track_id", until="time", since=since)
    heard = positions.select("receiver", heard_track="track_id", heard_at="time")
    near = spans.join(
        heard, [spans.track_id == heard.heard_track, heard.heard_at <= spans.until, heard.heard_at >= spans.since]
    )
    by_whom = {f"{word}_before": (near.receiver == word).sum().fill_null(0) for word in RECEIVERS}
    counted = near.group_by(counted_track=near.track_id, counted_until=near.until).aggregate(
        heard_before=near.count(), **by_whom
    )
    return silent.join(counted, [silent.track_id == counted.counted_track, silent.time == counted.counted_until])
