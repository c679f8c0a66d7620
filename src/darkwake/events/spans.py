"""Spans: the stretches of tracks within circles, told by the fixes at which a track comes and goes.

    exit       |   x   x   x   x   x   |
    entry          |   x   x   |
               comes ^ enters      ^ goes        one span: its first and last fix, and the first within the entry

A fix is held against the circles that touch its cell of a mesh (``mesh.py``), and none besides. How far it is from the middle
is told by the straight line through the globe, from places as points on the unit sphere: a few products, no angle. Who lies
farther from the edge than her steps are long has not crossed it: of many fixes few are looked at with those beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from darkwake.events.berths import unit_points
from darkwake.events.mesh import SIZES_E10, cell_of, cells_of, sizes_of
from darkwake.events.places import Site
from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE, MM_PER_E10, degrees, whole
from darkwake.geo import EARTH_RADIUS_M

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

AXES = ("x", "y", "z")
MM = EARTH_RADIUS_M * 1000.0
"""Millimetres in the radius of the unit sphere."""
PACES = 3
"""Of so many kinds is the pace of a fix (``stay.py``)."""


def circle_rows(sites: Sequence[Site], exit_ratio: float) -> pa.Table:
    """Sites as circles by their number: middle, and limits as arcs, as straight lines and as squares of these."""
    lat, lon, extent = (np.array([getattr(site, word) for site in sites], np.float64) for word in ("lat", "lon", "extent_m"))
    middle = {"at_lat_e10": _whole(lat * E10_PER_DEGREE), "at_lon_e10": _whole(lon * E10_PER_DEGREE)}
    points = unit_points(*(e10 / E10_PER_DEGREE for e10 in middle.values()))
    limits = {"entry": _whole(extent * 1000), "exit": _whole(extent * exit_ratio * 1000)}
    return pa.table(
        {"circle": pa.array(range(len(sites)), pa.int64())}
        | middle
        | {f"at_{axis}": points[:, at] for at, axis in enumerate(AXES)}
        | {f"{word}_mm": mm for word, mm in limits.items()}
        | {f"{word}_square": _square(mm) for word, mm in limits.items()}
        | {f"{word}_line_mm": np.sqrt(_square(mm)) * MM for word, mm in limits.items()}
    )


def _whole(value: np.ndarray) -> np.ndarray:
    """The nearest whole number, halves away from zero, as engines round."""
    return np.asarray(np.copysign(np.floor(np.abs(value) + 0.5), value).astype(np.int64))


def _square(mm: np.ndarray) -> np.ndarray:
    """The square of the longest straight line whose arc rounds to so many millimetres."""
    arc = (mm + 0.5) / 1000.0 / EARTH_RADIUS_M
    return np.where(arc < np.pi, 4.0 * np.sin(np.minimum(arc, np.pi) / 2.0) ** 2, np.inf)


def mm_of(square: ir.FloatingValue) -> ir.IntegerValue:
    """Whole millimetres of arc over a straight line with this square."""
    quarter = square / 4.0
    return whole(quarter.sqrt().atan2((1.0 - quarter).abs().sqrt()) * (2.0 * EARTH_RADIUS_M * 1000.0))


def on_sphere(lat_e10: ir.IntegerValue, lon_e10: ir.IntegerValue, side: str = "") -> dict[str, ir.FloatingValue]:
    """A place as a point on the unit sphere, in columns ``x``, ``y`` and ``z`` with ``side`` before them."""
    lat, lon = degrees(lat_e10).radians(), degrees(lon_e10).radians()
    return {f"{side}x": lat.cos() * lon.cos(), f"{side}y": lat.cos() * lon.sin(), f"{side}z": lat.sin()}


def square_to(row: ir.Table, side: str = "") -> ir.FloatingValue:
    """The square of the straight line from a place to the circle's middle."""
    apart = [row[f"{side}{axis}"] - row[f"at_{axis}"] for axis in AXES]
    square: ir.FloatingValue = apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2]
    return square


def spans(along: ir.Table, circles: pa.Table, engine: Engine) -> ir.Table:
    """Spans of each track within each circle's exit: ``track_id``, ``circle``, numbers of the ``first`` and ``last`` fix.

    ``enter`` is ``PACES`` times the number of the first fix within the entry plus its ``pace``, null where there is none;
    ``final`` whether the track ends there.

    Args:
        along: fixes numbered along their tracks, with the places before and after and the longer of the steps from and to
            these (``stay.along``).
        circles: what :func:`circle_rows` gives.
        engine: where the fixes are.
    """
    cell, circle = cells_of(*(circles[word].to_numpy() for word in ("at_lat_e10", "at_lon_e10", "exit_mm")))
    lines = ["circle", *(f"at_{axis}" for axis in AXES), "entry_line_mm", "exit_line_mm"]
    index = engine.table(circles.select(lines).take(pa.array(circle)).append_column("cell", pa.array(cell)))
    limits = ["circle", *(f"at_{axis}" for axis in AXES), "entry_square", "exit_square"]
    perhaps = engine.keep(_perhaps(along, index, sizes_of(cell)))
    seen = _crossings(_placed(perhaps.join(along, ["track_id", "number"])).join(engine.table(circles.select(limits)), "circle"))
    order = ibis.window(group_by=["track_id", "circle"], order_by="number", following=0)
    numbered = seen.mutate(span=seen.comes.cast("int64").sum().over(order))
    enter = ibis.ifelse(numbered.enters, numbered.number * PACES + numbered.pace, ibis.null("int64"))
    return numbered.group_by(["track_id", "circle", "span"]).aggregate(
        first=numbered.number.min(),
        last=numbered.number.max(),
        enter=enter.min(),
        final=numbered.ends.cast("int64").max() == 1,
    )


def _perhaps(along: ir.Table, index: ir.Table, sizes: Sequence[int]) -> ir.Table:
    """Fixes that lie within a circle's exit, and so near to it or to its entry that a step could lead over it."""
    laid = along.select(
        "track_id",
        "number",
        # Arcs are longer than lines; a millimetre more for what is rounded.
        step_mm=along.step_e10.fill_null(CIRCLE_E10).cast("float64") * MM_PER_E10 + 1.0,
        cells=ibis.array([cell_of(along.lat_e10, along.lon_e10, size) for size in sizes or range(len(SIZES_E10))]),
        **on_sphere(along.lat_e10, along.lon_e10),
    )
    near = laid.mutate(cell=laid.cells.unnest()).drop("cells").join(index, "cell")
    away = near.mutate(line_mm=square_to(near).sqrt() * MM)
    reach_mm = away.line_mm + away.step_mm
    within = (away.line_mm <= away.exit_line_mm + 1) & (reach_mm > away.exit_line_mm)
    enters = (away.line_mm <= away.entry_line_mm + 1) & (reach_mm > away.entry_line_mm)
    return away.filter(within | enters).select("track_id", "number", "circle")


def _placed(along: ir.Table) -> ir.Table:
    """Each fix, and those before and after, on the unit sphere."""
    points: dict[str, ir.FloatingValue] = {}
    for side in ("", "before_", "next_"):
        points |= on_sphere(along[f"{side}lat_e10"], along[f"{side}lon_e10"], side)
    starts, ends = along.before_lat_e10.isnull(), along.next_lat_e10.isnull()
    return along.select("track_id", "number", "circle", "pace", starts=starts, ends=ends, **points)


def _crossings(perhaps: ir.Table) -> ir.Table:
    """The fixes at which a track comes within the exit, enters the entry, or goes."""
    within = perhaps.filter(square_to(perhaps) <= perhaps.exit_square)
    before, after = square_to(within, "before_"), square_to(within, "next_")
    enters = (square_to(within) <= within.entry_square) & (within.starts | (before > within.entry_square))
    told = within.select(
        "track_id",
        "circle",
        "number",
        "pace",
        "ends",
        comes=within.starts | (before > within.exit_square),
        goes=within.ends | (after > within.exit_square),
        enters=enters,
    )
    return told.filter(told.comes | told.goes | told.enters)
