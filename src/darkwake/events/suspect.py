"""Hours of tracks that could hold positions that are frozen, contradicted or run in circles, by one pass over all steps.

Circles are looked for by shape: the way is long against the extent, and as wide as high; over longer times it also sweeps
round its middle. What it is not: a finding. Ships that fish, wait or tow come with them, and are looked at closely.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import ibis

from darkwake.events.spoofing_rule import SpoofingRule
from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE, MM_PER_E10, US_PER_HOUR, along_track, distance_mm, wrap_e10

if TYPE_CHECKING:
    import ibis.expr.types as ir

WINDING = 2.3
"""Way over width of a time that may hold a circle: a straight course makes 1 to 1.4, a round 3.1, heard seldom 2.5."""
NARROW = 0.5
"""And its extent the one way over that the other way: three quarters of a round make 0.85."""
ROUND = 0.6
"""Share of the area that a circle sweeps about its middle from which a longer time may hold one (assumed)."""
SWEPT = ("swept", "north", "east")
PLACED = ("lat_e10", "lon_e10", "east_e10")
BLOCK_H = 6
"""Hours of the longer times that are looked at: at 12 kn a round of ``largest_radius_m`` takes 5.7 h."""


def suspect_hours(heard: ir.Table, rule: SpoofingRule) -> ir.Table:
    """Hours of tracks that could hold a spell: with fewer signs than a spell has in the fuller of the hours that it spans.

    Args:
        heard: fixes with ``sog_kn`` and ``cog_deg``.
        rule: the parameters.
    """
    counted = _counted(heard, rule)
    hours = counted.group_by(["track_id", "hour"]).aggregate(
        stuck=counted.stuck.sum(),
        off=counted.off.sum(),
        way_mm=counted.way_mm.sum(),
        **{word: counted[word].sum() for word in SWEPT},
        **{f"{end}_{word}": getattr(counted[word], end)() for word in PLACED for end in ("min", "max")},
    )
    stuck, off_steps = hours.stuck >= rule.frozen_reports // 3, hours.off >= rule.off_reports // 3
    plain = hours.filter(stuck | off_steps | _winding(hours, rule)).select("track_id", "hour")
    return ibis.union(plain, _winding_blocks(hours, rule), distinct=True)


def _counted(heard: ir.Table, rule: SpoofingRule) -> ir.Table:
    """Each fix with whether its step is stuck or off, how far it leads and what it sweeps."""
    order = along_track()
    before = {word: heard[word].lag().over(order) for word in ("us", "lat_e10", "lon_e10", "sog_kn", "cog_deg")}
    steps = heard.mutate(
        hour=heard.us // US_PER_HOUR,
        step_us=heard.us - before["us"],
        step_mm=distance_mm(before["lat_e10"], before["lon_e10"], heard.lat_e10, heard.lon_e10),
        still=(before["lat_e10"] == heard.lat_e10) & (before["lon_e10"] == heard.lon_e10),
        low=ibis.least(before["sog_kn"], heard.sog_kn),
        high=ibis.greatest(before["sog_kn"], heard.sog_kn),
        **{f"before_{word}": before[word] for word in ("lat_e10", "lon_e10", "cog_deg")},
    )
    made = steps.step_mm.cast("float64") / (steps.step_us.nullif(0).cast("float64") * 0.000514444)
    off = ((made - steps.high).abs() > rule.off_kn) & ((made - steps.low).abs() > rule.off_kn)
    least = math.cos(math.radians(rule.off_deg))
    along = ibis.greatest(*(_along(steps, cog_deg) for cog_deg in (steps.before_cog_deg, steps.cog_deg)))
    # Courses are looked at only where there is way enough: engines reckon the branch that is taken.
    wrong_way = ibis.ifelse((made > rule.off_kn) & (steps.low > rule.off_kn), along < least * steps.step_mm, False)
    steady = steps.step_us.between(20_000_000, 600_000_000)
    return steps.mutate(
        east_e10=(steps.lon_e10 + CIRCLE_E10) % CIRCLE_E10,
        stuck=(steps.still & (steps.high >= rule.fast_kn)).fill_null(False).cast("int64"),
        off=((off | wrong_way) & steady & ~steps.still).fill_null(False).cast("int64"),
        way_mm=ibis.ifelse(steps.step_us <= 600_000_000, steps.step_mm, 0),
        **{word: ibis.ifelse(steps.step_us <= 600_000_000, value, 0.0) for word, value in _swept(before, heard).items()},
    )


def _winding_blocks(hours: ir.Table, rule: SpoofingRule) -> ir.Table:
    """Hours of longer times in which a track goes round: a wide circle takes hours."""
    blocks = hours.group_by("track_id", block=hours.hour // BLOCK_H).aggregate(
        way_mm=hours.way_mm.sum(),
        **{word: hours[word].sum() for word in SWEPT},
        **{f"{end}_{word}": getattr(hours[f"{end}_{word}"], end)() for word in PLACED for end in ("min", "max")},
    )
    # A place in the middle of a circle is swept round by way times half of its radius, one beside a way to and fro by nothing.
    east, north = ((blocks[f"min_{word}"] + blocks[f"max_{word}"]) / 2e10 for word in ("lon_e10", "lat_e10"))
    swept_deg2 = (blocks.swept - east * blocks.north + north * blocks.east).abs() / 2 * north.radians().cos()
    around = swept_deg2 * (MM_PER_E10 * E10_PER_DEGREE) ** 2 > ROUND * blocks.way_mm * _wide(blocks) / 4
    over_antimeridian = blocks.max_lon_e10 - blocks.min_lon_e10 > CIRCLE_E10 // 2
    winding = blocks.filter(_winding(blocks, rule) & (around | over_antimeridian)).mutate(step=ibis.range(BLOCK_H).unnest())
    return winding.select("track_id", hour=winding.block * BLOCK_H + winding.step)


def _swept(before: dict[str, ir.Column], heard: ir.Table) -> dict[str, ir.NumericValue]:
    """Of each step twice the area that it sweeps about 0 N 0 E, and where it leads, in degrees."""
    east, north = (wrap_e10(heard.lon_e10 - before["lon_e10"]) / 1e10, (heard.lat_e10 - before["lat_e10"]) / 1e10)
    swept = before["lon_e10"] / 1e10 * north - before["lat_e10"] / 1e10 * east
    return dict(zip(SWEPT, (swept, north, east), strict=True))


def _winding(times: ir.Table, rule: SpoofingRule) -> ir.BooleanValue:
    """Whether the way of a track in a time is long against its extent, and that much the same both ways, as a circle's is."""
    wide, narrow = _wide(times), _wide(times, ibis.least)
    large = (wide > rule.smallest_radius_m * 1000) & (times.way_mm > 1_000_000)
    return large & (times.way_mm > WINDING * wide) & (narrow > NARROW * wide)


def _wide(times: ir.Table, which: Callable[..., ir.NumericValue] = ibis.greatest) -> ir.NumericValue:
    """The larger extent of what was heard, north or east, millimetres; or the smaller."""
    # Across the antimeridian longitudes from Greenwich span nearly the whole circle, from the antimeridian they do not.
    span_e10 = ibis.least(times.max_lon_e10 - times.min_lon_e10, times.max_east_e10 - times.min_east_e10)
    east = span_e10 * (times.max_lat_e10 / 1e10).radians().cos()
    return which(east, (times.max_lat_e10 - times.min_lat_e10).cast("float64")) * MM_PER_E10


def _along(steps: ir.Table, cog_deg: ir.Column) -> ir.NumericValue:
    """How far a step leads along a course, millimetres."""
    east = wrap_e10(steps.lon_e10 - steps.before_lon_e10).cast("float64") * (steps.lat_e10 / 1e10).radians().cos()
    north = (steps.lat_e10 - steps.before_lat_e10).cast("float64")
    return (north * cog_deg.radians().cos() + east * cog_deg.radians().sin()) * MM_PER_E10
