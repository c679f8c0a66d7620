"""Land for the maps of events, anywhere on earth: outlines of the dry cells of the bundled water, 463 m or coarser.

Good for orientation, not for telling a berth: a cell is water when any part of it is, so a quay may lie a cell off. Maps of a
few kilometres therefore carry no land (``CLOSEST_DEG``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import rasterio.features
import shapely
from rasterio.transform import Affine

from darkwake.dossier.coast import Box, Point
from darkwake.seaways import World, wet
from darkwake.seaways.water import PER_DEGREE

CLOSEST_DEG = 0.12
"""Narrower maps carry no land: a cell would be over a thirtieth of their width."""
MOST_CELLS = 720
"""Cells along the longer side of a map: finer could not be seen."""
SMOOTHED = 0.8
"""Outlines are smoothed by so much of a cell, so that a slanting coast is no staircase (Douglas & Peucker 1973)."""
LEAST_CELLS = 3.0
"""Islands of fewer cells are left out of coarse maps, where they would be dust."""


@dataclass(frozen=True)
class Land:
    """Land of one map."""

    rings: tuple[tuple[Point, ...], ...]
    """Closed rings of longitude and latitude; holes too, to be filled by the even-odd rule. Longitudes as in the box asked."""
    cell_m: float
    """Height of the cells that were looked at."""


def land(box: Box, *, most_cells: int = MOST_CELLS) -> Land | None:
    """Outlines of the land in a box, which may reach beyond 180 degrees; ``None`` where it is too small for this coast.

    >>> singapore = land(Box(103.4, 1.0, 104.4, 1.6))
    >>> len(singapore.rings) > 3, round(singapore.cell_m), land(Box(103.8, 1.2, 103.85, 1.25))
    (True, 463, None)
    """
    width, height = box.east - box.west, box.north - box.south
    if max(width, height) < CLOSEST_DEG:
        return None
    step = max(1, math.ceil(max(width, height) * PER_DEGREE / most_cells)) / PER_DEGREE
    columns, rows = math.ceil(width / step), math.ceil(height / step)
    lat = np.clip(box.north - (np.arange(rows) + 0.5) * step, -90, 90)
    lon = box.west + (np.arange(columns) + 0.5) * step
    # Row by row of tiles, so that only those under one row are unpacked at a time.
    dry = np.concatenate(
        [~wet(World(), *np.meshgrid(part, lon, indexing="ij")) for part in np.array_split(lat, 1 + rows // 64)]
    )
    least = 0.0 if step * PER_DEGREE < 2 else LEAST_CELLS
    return Land(tuple(_rings(dry, Affine(step, 0, box.west, 0, -step, box.north), step, least)), step * 111_195.0)


def _rings(dry: np.ndarray, transform: Affine, step: float, least: float) -> list[tuple[Point, ...]]:
    shapes = rasterio.features.shapes(dry.astype(np.uint8), mask=dry, transform=transform)
    found = [shapely.geometry.shape(shape).simplify(SMOOTHED * step) for shape, _ in shapes]
    kept = [one for one in found if not one.is_empty and one.area >= least * step * step]
    rings = [ring for one in kept for ring in (one.exterior, *one.interiors)]
    return [tuple((round(x, 4), round(y, 4)) for x, y in ring.coords) for ring in rings]
