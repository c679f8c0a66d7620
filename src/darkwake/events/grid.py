"""Tracks on a common clock, and pairs of tracks that are near each other at the same tick.

Ticks are whole multiples of the step since 1970, so where a day is cut does not matter. Between two reports a track runs
straight at constant speed; across a silence it has no points.

    reports      x     x  x          x (silence)                x
    ticks     |     |     |     |     |     |     |     |     |     |
    points          o     o     o                                   (the last report itself counts on a tick)

Near pairs are found through a mesh: rows as high as the radius, each cut into columns no narrower than the radius. A
point is laid into its own cell, its possible partner into its own and the eight around it, so a pair meets in one cell
exactly once and nothing is compared with the whole sea. Columns are counted anew in each row: they close around the globe
at the antimeridian. The mesh only proposes; the haversine decides.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import ibis

from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE, distance_mm, fixes, whole, with_next, wrap_e10
from darkwake.geo import EARTH_RADIUS_M

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MARGIN = 1.01
"""Cells are this much larger than the radius, so that rounding and the bend of the meridians never cost a pair."""
_FEWEST_COLUMNS = 100
"""A row with fewer columns lies within about 16 radii of a pole, where columns bend too much; it is one cell."""
SMALLEST_RADIUS_M = 50.0
"""Below this the column arithmetic would not fit whole numbers of 64 bits."""


def on_grid(positions: ir.Table, *, step_us: int, silence_us: int) -> ir.Table:
    """The points of each track at each tick: ``tick`` (times since 1970 in steps), place, source and weakness.

    Straight lines are drawn between reports less than ``silence_us`` apart; a report on a tick is a point by itself.
    """
    heard = fixes(positions).drop("sog_kn", "nav_status", "cell")
    pairs = with_next(heard, "us", "lat_e10", "lon_e10", "rank")
    bridged = pairs.next_us.notnull() & (pairs.next_us - pairs.us < silence_us)
    spans = pairs.mutate(
        first_tick=-((-pairs.us) // step_us),
        # A tick on the next report belongs to that report.
        last_tick=ibis.ifelse(bridged, (pairs.next_us - 1) // step_us, pairs.us // step_us),
    )
    spans = spans.filter(spans.first_tick <= spans.last_tick)
    ticks = spans.mutate(tick=ibis.range(spans.first_tick, spans.last_tick + 1).unnest())
    share = (ticks.tick * step_us - ticks.us).cast("float64") / (ticks.next_us - ticks.us).nullif(0).cast("float64")
    run = share.fill_null(0.0)
    north = (ticks.next_lat_e10 - ticks.lat_e10).fill_null(0)
    east = wrap_e10(ticks.next_lon_e10 - ticks.lon_e10).fill_null(0)
    return ticks.select(
        "track_id",
        "mmsi",
        "source_id",
        "tick",
        lat_e10=ticks.lat_e10 + whole(north.cast("float64") * run),
        lon_e10=wrap_e10(ticks.lon_e10 + whole(east.cast("float64") * run)),
        rank=ibis.ifelse(run > 0, ibis.greatest(ticks["rank"], ticks.next_rank.fill_null(0)), ticks["rank"]),
    )


def near_pairs(points: ir.Table, radius_m: float) -> ir.Table:
    """Pairs of tracks at each tick no farther apart than the radius; the track whose id sorts first is ``track_id``.

    Columns of the second track are named ``other_...``; ``mm`` is the distance.
    """
    height_e10 = round(math.degrees(radius_m * _MARGIN / EARTH_RADIUS_M) * E10_PER_DEGREE)
    placed = points.mutate(mesh_row=(points.lat_e10 + 90 * E10_PER_DEGREE) // height_e10)
    columns = _columns(placed.mesh_row, height_e10)
    first = placed.mutate(mesh_column=_column(placed.lon_e10, columns, 0))
    second = _spread(placed, height_e10)
    second = second.rename(**{f"other_{word}": word for word in points.columns if word != "tick"})
    met = first.join(second, ["tick", "mesh_row", "mesh_column", first.track_id < second.other_track_id])
    met = met.mutate(mm=distance_mm(met.lat_e10, met.lon_e10, met.other_lat_e10, met.other_lon_e10))
    return met.filter(met.mm <= round(radius_m * 1000)).drop("mesh_row", "mesh_column")


def _spread(placed: ir.Table, height_e10: int) -> ir.Table:
    """Each point in its own cell of the mesh and in the eight around it."""
    around = placed.mutate(neighbour=ibis.range(9).unnest())
    around = around.mutate(mesh_row=around.mesh_row + around.neighbour // 3 - 1, step=around.neighbour % 3 - 1)
    columns = _columns(around.mesh_row, height_e10)
    # A row that is one cell would take the point three times.
    around = around.mutate(mesh_column=_column(around.lon_e10, columns, around.step)).filter((columns > 1) | (around.step == 0))
    return around.drop("neighbour", "step")


def _columns(row: ir.IntegerValue, height_e10: int) -> ir.IntegerValue:
    """How many columns a row has: as narrow as the radius allows one row nearer to the pole."""
    middle_deg = (row.cast("float64") + 0.5) * (height_e10 / E10_PER_DEGREE) - 90.0
    poleward_deg = (middle_deg.abs() + 1.5 * height_e10 / E10_PER_DEGREE).clip(upper=90.0)
    count = (poleward_deg.radians().cos() * (CIRCLE_E10 / height_e10)).floor().cast("int64")
    return ibis.ifelse(count < _FEWEST_COLUMNS, 1, count)


def _column(lon_e10: ir.IntegerValue, columns: ir.IntegerValue, step: ir.IntegerValue | int) -> ir.IntegerValue:
    """The column of a longitude, or one beside it, counted around the globe."""
    east = (lon_e10 + CIRCLE_E10 // 2) % CIRCLE_E10
    return (east * columns // CIRCLE_E10 + step + columns) % columns
