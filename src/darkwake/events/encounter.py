"""Encounter: two tracks stay close to each other for hours.

    ticks     |   |   |   |   |   |   |   |   |   |   |
    near          x   x   x   x       x   x   x             (one tick missed: the run goes on)
                  |---------------------------|

What it is not: a transfer. Berth neighbours, ships at one anchorage, tugs, pilots and bunker barges stay close for hours
too, and are not told apart here; two ships of which one is silent have no encounter.

Source: Global Fishing Watch, pipe-encounters (commit df93ee4): positions every 10 minutes, straight lines across less than
1 h, pairs within 0.5 km, runs of at least 60 min, runs of one pair less than 4 h apart joined, the whole at least 2 h.
There a pair is judged twice, from each side on that ship's own clock, ends with each missed tick and at midnight. Here
both ships share one clock that runs on through midnight, the pair is judged once, and a run may miss ticks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from darkwake.events.grid import SMALLEST_RADIUS_M, near_pairs, on_grid
from darkwake.events.record import decimal, record, sources
from darkwake.events.track import (
    US_PER_MINUTE,
    distance_mm,
    mean_lat_e10,
    mean_lon_e10,
    sessions,
    speed_mkn,
    whole,
    wrap_e10,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

PAIR = ["track_id", "other_track_id"]


@dataclass(frozen=True)
class EncounterRule:
    """When two tracks meet."""

    radius_m: float = 500.0
    """Farthest apart (pipe-encounters: 0.5 km)."""
    min_minutes: float = 120.0
    """Shortest encounter, first to last tick (pipe-encounters: 120 min after joining)."""
    run_minutes: float = 60.0
    """Shortest run that counts (pipe-encounters: raw encounters of 60 min)."""
    bridge_minutes: float = 30.0
    """Ticks of one run are at most so far apart: two may be missed (assumed, because class A reports are lost in bursts of
    some minutes; pipe-encounters ends a run at each missed tick, which is 10 here)."""
    join_minutes: float = 240.0
    """Runs less than this apart are one encounter (pipe-encounters: 4 h)."""
    step_minutes: int = 10
    """The clock (pipe-encounters: 10 min)."""
    silence_minutes: float = 60.0
    """No straight line across a silence this long (pipe-encounters: 1 h)."""

    def __post_init__(self) -> None:
        """Refuse what the mesh or the clock cannot carry.

        Raises:
            ValueError: a radius below 50 m, a step below a minute, or a bridge shorter than a step.
        """
        if self.radius_m < SMALLEST_RADIUS_M:
            raise ValueError(f"radius_m has to be at least {SMALLEST_RADIUS_M:g}")
        if self.step_minutes < 1:
            raise ValueError("step_minutes has to be at least 1")
        if self.bridge_minutes < self.step_minutes:
            raise ValueError("bridge_minutes has to be at least step_minutes")

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"two tracks within {self.radius_m:g} m for at least {self.min_minutes:g} min on a {self.step_minutes}-minute "
            f"clock, in runs of at least {self.run_minutes:g} min with ticks at most {self.bridge_minutes:g} min apart, runs "
            f"less than {self.join_minutes:g} min apart joined, no line across silences of {self.silence_minutes:g} min; the "
            "probability says that the positions stand so, NOT that anything was handed over (neighbours at a berth or an "
            "anchorage meet the rule too)"
        )


def encounters(positions: ir.Table, rule: EncounterRule) -> ir.Table:
    """Meetings of two tracks, one row a meeting, as rows of ``Events``.

    The track whose id sorts first is ``track_id``. ``lat``, ``lon`` are the mean of the middles between the two over the
    ticks at which they were near, ``end_lat``, ``end_lon`` the middle at the last of these.
    """
    step_us = rule.step_minutes * US_PER_MINUTE
    points = on_grid(positions, step_us=step_us, silence_us=round(rule.silence_minutes * US_PER_MINUTE))
    met = _met(_moved(near_pairs(points, rule.radius_m), step_us), rule)
    rows = _summed(met, step_us).filter(lambda row: row.minutes >= rule.min_minutes)
    factors = {
        "minutes": rows.minutes,
        "ticks_near": rows.ticks_near,
        "ticks_spanned": rows.ticks_spanned,
        "median_distance_m": decimal(rows.median_mm, 3),
        "closest_m": decimal(rows.closest_mm, 3),
        "median_speed_kn": decimal(rows.median_mkn, 3),
        "other_median_speed_kn": decimal(rows.other_median_mkn, 3),
    }
    evidence = sources(rows.first_source, rows.last_source, rows.other_first_source, rows.other_last_source)
    return record(rows, "encounter", rule.words, factors=factors, evidence=evidence)


def _moved(near: ir.Table, step_us: int) -> ir.Table:
    """Near pairs with the middle between the two, the ticks since the last one, and the speed of each over one tick."""
    along = ibis.window(group_by=PAIR, order_by="tick")
    since = near.tick - near.tick.lag().over(along)
    mm = distance_mm(near.lat_e10.lag().over(along), near.lon_e10.lag().over(along), near.lat_e10, near.lon_e10)
    other_mm = distance_mm(
        near.other_lat_e10.lag().over(along), near.other_lon_e10.lag().over(along), near.other_lat_e10, near.other_lon_e10
    )
    step = ibis.literal(step_us, "int64")
    return near.mutate(
        since=since,
        middle_lat_e10=(near.lat_e10 + near.other_lat_e10) // 2,
        middle_lon_e10=wrap_e10(near.lon_e10 + wrap_e10(near.other_lon_e10 - near.lon_e10) // 2),
        mkn=ibis.ifelse(since == 1, speed_mkn(mm, step), ibis.null("int64")),
        other_mkn=ibis.ifelse(since == 1, speed_mkn(other_mm, step), ibis.null("int64")),
    )


def _met(near: ir.Table, rule: EncounterRule) -> ir.Table:
    """The near pairs of runs that are long enough, with the ``meeting`` that they are part of."""
    runs = sessions(near, PAIR, "tick", near.since * rule.step_minutes > rule.bridge_minutes, "run")
    one_run = ibis.window(group_by=[*PAIR, "run"])
    span = (runs.tick.max().over(one_run) - runs.tick.min().over(one_run)) * rule.step_minutes
    long_runs = runs.mutate(span=span).filter(lambda row: row.span >= rule.run_minutes)
    along = ibis.window(group_by=PAIR, order_by="tick")
    apart = (long_runs.tick - long_runs.tick.lag().over(along)) * rule.step_minutes
    starts = (long_runs.run != long_runs.run.lag().over(along)) & (apart >= rule.join_minutes)
    return sessions(long_runs, PAIR, "tick", starts, "meeting")


def _summed(met: ir.Table, step_us: int) -> ir.Table:
    """One row a meeting."""
    rows = met.group_by([*PAIR, "meeting"]).aggregate(
        mmsi=met.mmsi.min(),
        other_mmsi=met.other_mmsi.min(),
        first_tick=met.tick.min(),
        last_tick=met.tick.max(),
        ticks_near=met.count(),
        lat_e10=mean_lat_e10(met.middle_lat_e10),
        lon_e10=mean_lon_e10(met.middle_lon_e10),
        end_lat_e10=met.middle_lat_e10.argmax(met.tick),
        end_lon_e10=met.middle_lon_e10.argmax(met.tick),
        median_mm=whole(met.mm.median()),
        closest_mm=met.mm.min(),
        median_mkn=whole(met.mkn.median()),
        other_median_mkn=whole(met.other_mkn.median()),
        first_source=met.source_id.argmin(met.tick),
        last_source=met.source_id.argmax(met.tick),
        other_first_source=met.other_source_id.argmin(met.tick),
        other_last_source=met.other_source_id.argmax(met.tick),
        rank=ibis.greatest(met["rank"].max(), met.other_rank.max()),
    )
    spanned = rows.last_tick - rows.first_tick
    return rows.mutate(
        start_us=rows.first_tick * step_us,
        end_us=rows.last_tick * step_us,
        ticks_spanned=spanned + 1,
        minutes=spanned * step_us // US_PER_MINUTE,
    )
