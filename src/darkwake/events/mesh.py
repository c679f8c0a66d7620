"""A mesh over the globe with cells of several sizes: which circles may hold a point, without asking each of them.

Each circle is laid into the smallest cells of which it touches few, so a berth costs no more rows than a sea, and near a pole,
where cells grow narrow, circles are laid into larger ones. Cells close around the globe at the antimeridian. The mesh only
proposes; the distance decides. Cells are whole numbers from whole numbers, so engines and NumPy name them alike.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE
from darkwake.geo import EARTH_RADIUS_M, cells

if TYPE_CHECKING:
    import ibis.expr.types as ir

Wholes = NDArray[np.int64]
Floats = NDArray[np.float64]

SIZES_E10 = tuple(round(degrees * E10_PER_DEGREE) for degrees in (0.0025, 0.02, 0.2, 2.0, 20.0, 360.0))
"""Sides of the cells; each divides the circle, so that no cell is cut at the antimeridian."""
MOST_CELLS = 64
"""A circle that would touch more cells of a size is laid into the next larger (assumed: few enough to write down for each of
100,000 circles, many enough to follow its outline)."""
_MARGIN = 1.001
"""Circles are laid out this much larger, so that rounding never costs a point."""
_ROW, _SIZE = 10**6, 10**12
"""What a row and a size count in the number of a cell: no size has a million columns or rows."""
_HALF, _QUARTER = CIRCLE_E10 // 2, CIRCLE_E10 // 4


def cell_of(lat_e10: ir.IntegerValue, lon_e10: ir.IntegerValue, size: int) -> ir.IntegerValue:
    """The cell of this size in which a point lies."""
    row = (lat_e10 + _QUARTER) // SIZES_E10[size]
    column = (lon_e10 + _HALF) % CIRCLE_E10 // SIZES_E10[size]
    cell: ir.IntegerValue = row * _ROW + column + size * _SIZE
    return cell


def sizes_of(cells: Wholes) -> list[int]:
    """The sizes that are among some cells."""
    sizes: list[int] = np.unique(cells // _SIZE).tolist()
    return sizes


def cells_of(lat_e10: Wholes, lon_e10: Wholes, radius_mm: Wholes) -> tuple[Wholes, Wholes]:
    """The cells that circles touch, and which circle touches each.

    >>> cell, circle = cells_of(np.array([0]), np.array([0]), np.array([100_000]))
    >>> [int(at) for at in cell % _SIZE], circle.tolist()
    ([35999071999, 35999072000, 36000071999, 36000072000], [0, 0, 0, 0])
    """
    south, north, west, east = _bounds(lat_e10, lon_e10, radius_mm)
    todo, found = np.arange(len(lat_e10)), [(np.empty(0, np.int64), np.empty(0, np.int64))]
    for at, size in enumerate(SIZES_E10):
        rows, columns = north // size - south // size + 1, np.minimum(east // size - west // size + 1, CIRCLE_E10 // size)
        few = rows * columns <= MOST_CELLS
        circle, step = _counted(todo[few[todo]], (rows * columns)[todo[few[todo]]])
        row = south[circle] // size + step // columns[circle]
        column = (west[circle] // size + step % columns[circle]) % (CIRCLE_E10 // size)
        found.append((at * _SIZE + row * _ROW + column, circle))
        todo = todo[~few[todo]]
    return np.concatenate([cell for cell, _ in found]), np.concatenate([circle for _, circle in found])


def _counted(names: Wholes, counts: Wholes) -> tuple[Wholes, Wholes]:
    """Each name so many times, with a number from 0 on.

    >>> [part.tolist() for part in _counted(np.array([7, 9]), np.array([2, 1]))]
    [[7, 7, 9], [0, 1, 0]]
    """
    step = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(names, counts), step


def _bounds(lat_e10: Wholes, lon_e10: Wholes, radius_mm: Wholes) -> tuple[Wholes, Wholes, Wholes, Wholes]:
    """South, north, west and east of circles, counted from the south pole and the antimeridian."""
    reach = np.minimum((radius_mm + 1) / 1000.0 / EARTH_RADIUS_M * _MARGIN, math.pi)
    high = np.ceil(np.degrees(reach) * E10_PER_DEGREE).astype(np.int64)
    # A circle around a pole touches all meridians.
    polar = np.abs(lat_e10) + high >= _QUARTER
    across = np.where(polar, 1.0, np.cos(np.radians(lat_e10 / E10_PER_DEGREE)))
    aside = np.degrees(np.arcsin(np.where(polar, 0.0, np.sin(reach)) / across)) * E10_PER_DEGREE
    wide = np.where(polar, _HALF, np.ceil(aside).astype(np.int64) + 1)
    south, north = (np.clip(lat_e10 + side, -_QUARTER, _QUARTER) + _QUARTER for side in (-high, high))
    return south, north, lon_e10 + _HALF - wide, lon_e10 + _HALF + wide


def storage_cells(lat: Floats, lon: Floats, radius_m: Floats) -> list[int]:
    """The cells of ``Positions`` that circles touch: none is narrower than a degree, so half-degree steps miss none."""
    reach = np.degrees(radius_m / EARTH_RADIUS_M) * 1.01
    south, north = np.maximum(lat - reach, -90.0), np.minimum(lat + reach, 90.0)
    poleward = np.maximum(np.abs(south), np.abs(north))
    aside = np.where(poleward < 89.0, reach / np.cos(np.radians(np.minimum(poleward, 89.0))), 180.0).clip(max=180.0)
    rows, columns = (2 + np.ceil(2 * size).astype(np.int64) for size in (north - south, 2 * aside))
    touched: set[int] = set()
    for shape in set(zip(rows.tolist(), columns.tolist(), strict=True)):
        some = np.flatnonzero((rows == shape[0]) & (columns == shape[1]))
        lats = np.linspace(south[some], north[some], shape[0])[:, None, :]
        lons = np.linspace((lon - aside)[some], (lon + aside)[some], shape[1])[None, :, :]
        touched.update(np.unique(cells(*np.broadcast_arrays(lats, lons))).tolist())
    return sorted(touched)
