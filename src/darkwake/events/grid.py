"""Tracks on a common clock, and pairs of tracks that are near each other at the same tick.

Ticks are whole multiples of the step since 1970, so where a day is cut does not matter. Between two reports a track runs
straight at constant speed; across a silence it has no points.

    reports      x     x  x          x (silence)                x
    ticks     |     |     |     |     |     |     |     |     |     |
    points          o     o     o                                   (the last report itself counts on a tick)

Near pairs are found through a mesh: rows as high as the radius, each cut into columns no narrower than the radius. A
point is laid into its own cell, its possible partner into its own, the one to the east and the three to the north, so a pair
meets in one cell exactly once and nothing is compared with the whole sea. Columns are counted anew in each row: they close
around the globe at the antimeridian. The mesh only proposes; the haversine decides.

Points are near each other at one tick, so ticks may be looked at some at a time (:func:`in_slices`): what is held grows with
the ships at sea, not with the time that the data span, and where the slices are cut changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from darkwake.engine.clock import clock_us
from darkwake.events.track import (
    CIRCLE_E10,
    E10_PER_DEGREE,
    US_PER_HOUR,
    along_track,
    degrees,
    e10,
    fixes,
    whole,
    with_next,
    wrap_e10,
)
from darkwake.geo import EARTH_RADIUS_M, haversine_m

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

_MARGIN = 1.01
"""Cells are this much larger than the radius, so that rounding and the bend of the meridians never cost a pair."""
_FEWEST_COLUMNS = 100
"""A row with fewer columns lies within about 16 radii of a pole, where columns bend too much; it is one cell."""
SMALLEST_RADIUS_M = 50.0
"""Below this the column arithmetic would not fit whole numbers of 64 bits."""
_MOST_COLUMNS = 1_000_000
"""More than any row has with the smallest radius."""


def on_grid(positions: ir.Table, *, step_us: int, silence_us: int) -> ir.Table:
    """The points of each track at each tick: ``tick`` (times since 1970 in steps), place, source and weakness.

    Straight lines are drawn between reports less than ``silence_us`` apart; a report on a tick is a point by itself.
    """
    heard = fixes(positions).drop("sog_kn", "nav_status", "cell")
    ticks = _ticks(with_next(heard, "us", "lat_e10", "lon_e10", "rank"), step_us, silence_us)
    lat_e10, lon_e10 = _between(ticks)
    return ticks.select(
        "track_id",
        "mmsi",
        "source_id",
        "tick",
        lat_e10=lat_e10,
        lon_e10=lon_e10,
        rank=ibis.ifelse(ticks.run > 0, ibis.greatest(ticks["rank"], ticks.next_rank.fill_null(0)), ticks["rank"]),
    )


def _ticks(pairs: ir.Table, step_us: int, silence_us: int) -> ir.Table:
    """One row for each report and each tick from it to the next one, and ``run``, the share of the way that is made then."""
    bridged = pairs.next_us.notnull() & (pairs.next_us - pairs.us < silence_us)
    spans = pairs.mutate(
        first_tick=-((-pairs.us) // step_us),
        # A tick on the next report belongs to that report.
        last_tick=ibis.ifelse(bridged, (pairs.next_us - 1) // step_us, pairs.us // step_us),
    )
    spans = spans.filter(spans.first_tick <= spans.last_tick)
    ticks = spans.mutate(tick=ibis.range(spans.first_tick, spans.last_tick + 1).unnest())
    share = (ticks.tick * step_us - ticks.us).cast("float64") / (ticks.next_us - ticks.us).nullif(0).cast("float64")
    return ticks.mutate(run=share.fill_null(0.0))


def _between(ticks: ir.Table) -> tuple[ir.IntegerValue, ir.IntegerValue]:
    """The place at a tick, on the straight line to the next report."""
    north = (ticks.next_lat_e10 - ticks.lat_e10).fill_null(0)
    east = wrap_e10(ticks.next_lon_e10 - ticks.lon_e10).fill_null(0)
    lat_e10 = ticks.lat_e10 + whole(north.cast("float64") * ticks.run)
    return lat_e10, wrap_e10(ticks.lon_e10 + whole(east.cast("float64") * ticks.run))


DAY_US = 24 * US_PER_HOUR


def resampled(positions: ir.Table, *, step_us: int, silence_us: int, extrapolate: bool = False) -> ir.Table:
    """The points of each track at each tick with ``speed_mkn`` (between two reports in proportion) and ``density_pct``.

    The density of a point is 100 over the time between its two reports in steps, at most 100. With ``extrapolate`` a track
    runs on from its last report, and back from its first, at the speed and course sent there, for less than
    ``silence_us`` and not past the UTC day (pipe-encounters, ``resample``; nothing here looks at such points).
    """
    heard = positions.select(
        "track_id",
        "source_id",
        "line",
        us=clock_us(positions.time),
        lat_e10=e10(positions.lat),
        lon_e10=e10(positions.lon),
        mkn=whole(positions.sog_kn * 1000.0),
        cog_deg="cog_deg",
    )
    ticks = _ticks(with_next(heard, "us", "lat_e10", "lon_e10", "mkn"), step_us, silence_us)
    lat_e10, lon_e10 = _between(ticks)
    made = ticks.select(
        "track_id",
        "tick",
        lat_e10=lat_e10,
        lon_e10=lon_e10,
        speed_mkn=ticks.mkn + whole((ticks.next_mkn - ticks.mkn).fill_null(0).cast("float64") * ticks.run),
        density_pct=_density_pct(ibis.ifelse(ticks.run > 0, ticks.next_us - ticks.us, 0), step_us),
    )
    if not extrapolate:
        return made
    return ibis.union(
        made, _reckoned(heard, step_us, silence_us, onward=True), _reckoned(heard, step_us, silence_us, onward=False)
    )


def _density_pct(apart_us: ir.IntegerValue, step_us: int) -> ir.IntegerValue:
    return whole(100.0 * step_us / ibis.greatest(apart_us, ibis.literal(step_us, "int64")).cast("float64"))


def _reckoned(heard: ir.Table, step_us: int, silence_us: int, *, onward: bool) -> ir.Table:
    """The ticks after each track's last report, or before its first, by dead reckoning; a minute of arc is a nautical mile."""
    order = along_track()
    outer = heard.us.lead().over(order).isnull() if onward else heard.us.lag().over(order).isnull()
    ends = heard.mutate(outer=outer).filter(lambda row: row.outer & row.mkn.notnull() & row.cog_deg.notnull())
    day = ends.us // DAY_US * DAY_US
    if onward:
        first, last = ends.us // step_us + 1, (ibis.least(ends.us + silence_us, day + DAY_US) - 1) // step_us
    else:
        first, last = -((-ibis.greatest(ends.us - silence_us + 1, day)) // step_us), (ends.us - 1) // step_us
    spans = ends.mutate(first_tick=first, last_tick=last).filter(lambda row: row.first_tick <= row.last_tick)
    ticks = spans.mutate(tick=ibis.range(spans.first_tick, spans.last_tick + 1).unnest())
    after_us = ticks.tick * step_us - ticks.us
    arc = ticks.mkn.cast("float64") / 1000.0 * (after_us.cast("float64") / US_PER_HOUR) / 60.0 * E10_PER_DEGREE
    north, east = ticks.cog_deg.radians().cos() * arc, ticks.cog_deg.radians().sin() * arc
    return ticks.select(
        "track_id",
        "tick",
        lat_e10=ticks.lat_e10 + whole(north),
        lon_e10=wrap_e10(ticks.lon_e10 + whole(east / degrees(ticks.lat_e10).radians().cos())),
        speed_mkn="mkn",
        density_pct=_density_pct(after_us.abs(), step_us),
    )


def near_pairs(points: ir.Table, radius_m: float) -> ir.Table:
    """Pairs of ships at each tick no farther apart than the radius; the ship whose number is less is ``ship``.

    Columns of the second ship are named ``other_...``; ``um`` is the distance in micrometres.
    """
    height_e10 = round(math.degrees(radius_m * _MARGIN / EARTH_RADIUS_M) * E10_PER_DEGREE)
    lat = degrees(points.lat_e10)
    # Once a point: it is held against many.
    placed = points.mutate(
        lat=lat,
        lon=degrees(points.lon_e10),
        cos_lat=lat.radians().cos(),
        mesh_row=(points.lat_e10 + 90 * E10_PER_DEGREE) // height_e10,
    )
    placed = placed.mutate(
        columns=_columns(placed.mesh_row, height_e10), columns_north=_columns(placed.mesh_row + 1, height_e10)
    )
    placed = placed.mutate(**{f"column{row}": _column(placed.lon_e10, placed[f"columns{row}"]) for row in ("", "_north")})
    told = [*points.columns, "lat", "lon", "cos_lat"]
    first = placed.select(*told, cell=_cell(placed.mesh_row, placed.column))
    second = _spread(placed).select(*told, "own", "cell").rename({f"other_{word}": word for word in told if word != "tick"})
    own_once = ~second.own | (first.ship < second.other_ship)
    met = first.join(second, ["tick", "cell", own_once, first.ship != second.other_ship])
    met = met.mutate(chord=_chord(met))
    # The longest way that rounds to the radius; its angle is asked of those alone that lie within.
    near = met.filter(met.chord <= math.sin((radius_m * 1e6 + 0.5) / 1e6 / EARTH_RADIUS_M / 2.0) ** 2)
    turned = near.ship > near.other_ship
    two = [(word, f"other_{word}") for word in points.columns if word != "tick"]
    sides = {
        word: ibis.ifelse(turned, near[b], near[a])
        for one, other in two
        for word, a, b in ((one, one, other), (other, other, one))
    }
    return near.select("tick", um=_arc_um(near.chord), **sides)


def _chord(pair: ir.Table) -> ir.FloatingValue:
    """The square of half the straight line between two points of the unit sphere (haversine)."""
    half_lat, half_lon = ((pair[f"other_{word}"] - pair[word]).radians() / 2 for word in ("lat", "lon"))
    chord: ir.FloatingValue = (
        half_lat.sin() * half_lat.sin() + pair.cos_lat * pair.other_cos_lat * half_lon.sin() * half_lon.sin()
    )
    return chord


def _arc_um(chord: ir.FloatingValue) -> ir.IntegerValue:
    return whole(chord.sqrt().atan2((1 - chord).abs().sqrt()) * (2 * EARTH_RADIUS_M) * 1e6)


def numbered(positions: ir.Table, engine: Engine, *, step_us: int, silence_us: int) -> tuple[ir.Table, pa.Table]:
    """The points of :func:`on_grid` under the number of their ``ship`` in order of the tracks' ids, and the tracks by these.

    Numbers are compared and sorted faster than names, and pairs are many. ``number`` counts the points of a ship; ``before``
    is how many ticks ago her last point was (null on the first), and ``step_um`` how far from this one.
    """
    tracks = engine.arrow(positions.group_by("track_id").aggregate(mmsi=positions.mmsi.min())).sort_by("track_id")
    tracks = tracks.append_column("ship", pa.array(range(tracks.num_rows), pa.int64()))
    given = engine.table(tracks.drop_columns("mmsi").rename_columns({"track_id": "of_track"}))
    points = on_grid(positions, step_us=step_us, silence_us=silence_us)
    named = points.join(given, points.track_id == given.of_track).drop("track_id", "of_track", "mmsi")
    along = ibis.window(group_by="ship", order_by="tick")
    before = {word: named[word].lag().over(along) for word in ("tick", "lat_e10", "lon_e10")}
    told = named.mutate(
        number=ibis.row_number().over(along),
        before=named.tick - before["tick"],
        step_um=distance_um(before["lat_e10"], before["lon_e10"], named.lat_e10, named.lon_e10),
    )
    return engine.keep(told), tracks


def in_slices(points: ir.Table, radius_m: float, engine: Engine, told: Callable[[ir.Table], ir.Table]) -> ir.Table:
    """What is ``told`` of :func:`near_pairs`, worked out some ticks at a time, as many as the engine takes at once.

    Args:
        points: what :func:`numbered` gives.
        radius_m: how near is near.
        engine: where the points are.
        told: what of the pairs is wanted.
    """
    cuts = slices(engine.arrow(points.group_by("tick").aggregate(points=points.count())), engine.at_once)
    return engine.gather([told(near_pairs(_within(points, cut, engine), radius_m)) for cut in cuts or [(0, 0)]])


def _within(points: ir.Table, ticks: tuple[int, int], engine: Engine) -> ir.Table:
    """The points of some ticks; these are told by a table, so that the question is of one form and is translated once."""
    cut = engine.table(pa.table({"first_tick": [ticks[0]], "last_tick": [ticks[1]]}))
    joined = points.join(cut, [points.tick >= cut.first_tick, points.tick <= cut.last_tick])
    return joined.drop("first_tick", "last_tick")


def slices(counts: pa.Table, at_once: int) -> list[tuple[int, int]]:
    """First and last tick of slices with so many points each, or of a single tick.

    >>> slices(pa.table({"tick": [7, 5, 6, 9], "points": [4, 3, 3, 9]}), 6)
    [(5, 6), (7, 7), (9, 9)]
    """
    found: list[tuple[int, int]] = []
    held = 0
    for tick, points in sorted(zip(counts["tick"].to_pylist(), counts["points"].to_pylist(), strict=True)):
        held += points
        if found and held <= at_once:
            found[-1] = (found[-1][0], tick)
        else:
            found.append((tick, tick))
            held = points
    return found


def distance_um(
    lat_a_e10: ir.IntegerValue, lon_a_e10: ir.IntegerValue, lat_b_e10: ir.IntegerValue, lon_b_e10: ir.IntegerValue
) -> ir.IntegerValue:
    """Distance on the mean sphere in whole micrometres: two ships are tens of metres apart, told to a millionth."""
    return whole(haversine_m(degrees(lat_a_e10), degrees(lon_a_e10), degrees(lat_b_e10), degrees(lon_b_e10)) * 1e6)


def _spread(placed: ir.Table) -> ir.Table:
    """Each point in its ``own`` cell of the mesh, in the one to the east and in the three to the north."""
    around = placed.mutate(neighbour=ibis.range(5).unnest())
    north = around.neighbour >= 2
    step = ibis.ifelse(north, around.neighbour - 3, around.neighbour)
    column, columns = (ibis.ifelse(north, around[f"{word}_north"], around[word]) for word in ("column", "columns"))
    cell = _cell(around.mesh_row + north.cast("int64"), (column + step + columns) % columns)
    # A row that is one cell would take the point more than once.
    return around.mutate(own=around.neighbour == 0, cell=cell).filter((columns > 1) | (step == 0))


def _cell(row: ir.IntegerValue, column: ir.IntegerValue) -> ir.IntegerValue:
    return row * _MOST_COLUMNS + column


def _columns(row: ir.IntegerValue, height_e10: int) -> ir.IntegerValue:
    """How many columns a row has: as narrow as the radius allows one row nearer to the pole."""
    middle_deg = (row.cast("float64") + 0.5) * (height_e10 / E10_PER_DEGREE) - 90.0
    poleward_deg = (middle_deg.abs() + 1.5 * height_e10 / E10_PER_DEGREE).clip(upper=90.0)
    count = (poleward_deg.radians().cos() * (CIRCLE_E10 / height_e10)).floor().cast("int64")
    return ibis.ifelse(count < _FEWEST_COLUMNS, 1, count)


def _column(lon_e10: ir.IntegerValue, columns: ir.IntegerValue) -> ir.IntegerValue:
    """The column of a longitude, counted around the globe."""
    return (lon_e10 + CIRCLE_E10 // 2) % CIRCLE_E10 * columns // CIRCLE_E10
