"""Positions in the order of their tracks, as whole numbers: what every event stands on.

Inside an event times are microseconds since 1970 and angles are whole multiples of 1e-10 degrees (0.01 mm), so sums,
means and comparisons are exact: they depend neither on the order of the rows nor on the engine. Positions of one track at
one time are ordered by place, so the answer does not depend on how the rows were cut into files either.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import ibis

from darkwake.engine.clock import clock_us
from darkwake.geo import EARTH_RADIUS_M, haversine_m
from darkwake.schema import ORIGINS
from darkwake.units import METRES_PER_SECOND_PER_KNOT

if TYPE_CHECKING:
    import ibis.expr.types as ir

US_PER_SECOND = 1_000_000
US_PER_MINUTE = 60 * US_PER_SECOND
US_PER_HOUR = 60 * US_PER_MINUTE
E10_PER_DEGREE = 10_000_000_000
"""Whole units in a degree: 1e-10 degrees."""
CIRCLE_E10 = 360 * E10_PER_DEGREE
METRES_PER_E10 = math.radians(1.0 / E10_PER_DEGREE) * EARTH_RADIUS_M
"""Metres in the smallest unit of latitude."""
MM_PER_E10 = METRES_PER_E10 * 1000.0


def moment(us: ir.IntegerValue) -> ir.TimestampValue:
    """The time that is so many microseconds after 1970-01-01 UTC."""
    return ibis.timestamp("1970-01-01 00:00:00", timezone="UTC") + us.as_interval("us")


def whole(value: ir.NumericValue) -> ir.IntegerValue:
    """The nearest whole number (halves away from zero); without the rounding engines cast differently."""
    return value.round().cast("int64")


def e10(degrees: ir.NumericValue) -> ir.IntegerValue:
    """Degrees as whole multiples of 1e-10 degrees."""
    return whole(degrees * E10_PER_DEGREE)


def degrees(value_e10: ir.IntegerValue) -> ir.FloatingValue:
    """Degrees from whole multiples of 1e-10 degrees."""
    return value_e10.cast("float64") / float(E10_PER_DEGREE)


def wrap_e10(lon_e10: ir.IntegerValue) -> ir.IntegerValue:
    """A longitude, or a difference of two, brought into -180 (included) to 180 (excluded) degrees."""
    half = CIRCLE_E10 // 2
    return (lon_e10 + (half + CIRCLE_E10)) % CIRCLE_E10 - half


def distance_mm(
    lat_a_e10: ir.IntegerValue, lon_a_e10: ir.IntegerValue, lat_b_e10: ir.IntegerValue, lon_b_e10: ir.IntegerValue
) -> ir.IntegerValue:
    """Distance on the mean sphere in whole millimetres."""
    return whole(haversine_m(degrees(lat_a_e10), degrees(lon_a_e10), degrees(lat_b_e10), degrees(lon_b_e10)) * 1000.0)


def speed_mkn(distance: ir.IntegerValue, duration_us: ir.IntegerValue) -> ir.IntegerValue:
    """Speed in whole milliknots (1/1000 kn) from millimetres and microseconds; null over no time."""
    millimetres_per_second = distance.cast("float64") * float(US_PER_SECOND) / duration_us.nullif(0).cast("float64")
    # 1 mm/s is as many milliknots as 1 m/s is knots.
    return whole(millimetres_per_second / METRES_PER_SECOND_PER_KNOT)


def told_or_made_mkn(sog_kn: ir.FloatingValue, made_mkn: ir.IntegerValue) -> ir.IntegerValue:
    """Speed in whole milliknots: what the ship reported, else what she made."""
    # A case: of that an engine reckons the branch that is taken, while of a value and its stand-in DuckDB reckons both.
    return ibis.ifelse(sog_kn.isnull(), made_mkn, whole(sog_kn * 1000.0))


def mean_lon_e10(lon_e10: ir.IntegerValue) -> ir.IntegerValue:
    """Mean longitude of a group that spans less than half the globe, also across the antimeridian."""
    # Seen from Greenwich a group at 179 E and 179 W spans 358 degrees; seen from the antimeridian it spans 2.
    east = (lon_e10 + CIRCLE_E10) % CIRCLE_E10
    plain = lon_e10.sum().cast("int64") // lon_e10.count()
    shifted = wrap_e10(east.sum().cast("int64") // lon_e10.count())
    return ibis.ifelse(lon_e10.max() - lon_e10.min() < CIRCLE_E10 // 2, plain, shifted)


def mean_lat_e10(lat_e10: ir.IntegerValue) -> ir.IntegerValue:
    """Mean latitude of a group."""
    return lat_e10.sum().cast("int64") // lat_e10.count()


def strength(origin: ir.StringValue) -> ir.IntegerValue:
    """How weak an origin is: its place in ``schema.ORIGINS``, so that the greatest of a group is the weakest."""
    return ibis.cases(*[(origin == word, rank) for rank, word in enumerate(ORIGINS)]).cast("int64")


def origin_of(rank: ir.IntegerValue) -> ir.StringValue:
    """The origin with this place in ``schema.ORIGINS``."""
    return ibis.cases(*[(rank == at, word) for at, word in enumerate(ORIGINS)])


ASKED = ("sog_kn", "nav_status", "cell")
"""What most rules ask of a fix besides its time and place."""


def fixes(positions: ir.Table, asked: tuple[str, ...] = ASKED) -> ir.Table:
    """Positions as whole numbers: ``us``, ``lat_e10``, ``lon_e10``, ``rank`` (of the origin) and what a rule asks for."""
    return positions.select(
        "track_id",
        "mmsi",
        "source_id",
        "line",
        *asked,
        us=clock_us(positions.time),
        lat_e10=e10(positions.lat),
        lon_e10=e10(positions.lon),
        rank=strength(positions.origin),
    )


def along_track() -> ibis.expr.builders.WindowBuilder:
    """The window over a track in order of time; places part what was sent at one time, lines what else is the same.

    A clean track has no two fixes of one time and place (``ais.tracks``). Names of files take longer to sort by than all
    numbers together, so they part nothing: of positions that were not cleaned, those of one time, place and line of two
    files come in no promised order.
    """
    return ibis.window(group_by="track_id", order_by=["us", "lat_e10", "lon_e10", "line"])


LAST = (1 << 63) - 1
"""No fix and no tick has this number."""


def by_number() -> ibis.expr.builders.WindowBuilder:
    """The same window over fixes that have their ``number`` along the track: one column to sort by, not five."""
    return ibis.window(group_by="track_id", order_by="number")


def with_next(rows: ir.Table, *columns: str) -> ir.Table:
    """Each fix with columns of its successor on the track as ``next_<column>``; null on the last one."""
    return rows.mutate(**{f"next_{word}": rows[word].lead().over(along_track()) for word in columns})


def sessions(rows: ir.Table, group_by: list[str], at: str, starts: ir.BooleanValue, name: str) -> ir.Table:
    """Number the sessions of each group along ``at``: ``starts`` is true (or null) where a new one begins."""
    begun = rows.mutate(__begins=starts.fill_null(True).cast("int64"))
    window = ibis.window(group_by=group_by, order_by=at, following=0)
    return begun.mutate(**{name: begun["__begins"].sum().over(window)}).drop("__begins")
