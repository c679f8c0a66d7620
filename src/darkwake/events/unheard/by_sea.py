"""How far two places are from each other by sea, for silences and stays: the great circle where it runs over water alone.

Most pairs of places at sea have open water between them, and looking along a line is cheap; only around land is the way over
the mesh of the world's water asked for, and of that the least that the mesh leaves open.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from darkwake.geo import distance_m, wrap_lon
from darkwake.seaways import World, wet, world_seas
from darkwake.seaways.seas import MESHES
from darkwake.units import METRES_PER_NAUTICAL_MILE

LOOK_M = 400.0
"""Water is looked up so often along a line: a little less than a cell of the map."""
FARTHEST_NM = 150.0
"""No way by sea longer than this is asked for; it is taken to be endless (assumed: ten hours, beyond the region compared)."""
_BEYOND_REACH_M = MESHES[0].radius_m - MESHES[0].reach_m
_REACHES_M = [nm * METRES_PER_NAUTICAL_MILE for nm in (FARTHEST_NM / 2, FARTHEST_NM)]
_MESHES = [replace(MESHES[0], reach_m=reach_m, radius_m=reach_m + _BEYOND_REACH_M) for reach_m in _REACHES_M]
"""The finest mesh, laid no wider than is asked for, most questions being short; ways within its reach are the same
(``seas.MESHES``)."""


def sea_nm(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Nautical miles that no way over water undercuts; endless where none leads.

    >>> round(sea_nm(42.5, 133.5, 42.5, 133.9), 1)  # off Nakhodka, open water
    17.8
    >>> sea_nm(52.9, 141.6, 53.5, 143.4) > 100.0  # across the north of Sakhalin, 74 miles as the crow flies
    True
    """
    straight_m = float(distance_m(lat, lon, to_lat, to_lon))
    if _open(lat, lon, to_lat, to_lon, straight_m):
        return straight_m / METRES_PER_NAUTICAL_MILE
    for mesh in _MESHES if straight_m <= _REACHES_M[0] else _MESHES[1:]:
        found = world_seas().from_point(lat, lon, np.array([to_lat]), np.array([to_lon]), mesh.reach_m, mesh=mesh)
        if found.metres[0] <= mesh.reach_m:
            break
    least_m = float(found.least_m[0])
    return least_m / METRES_PER_NAUTICAL_MILE if math.isfinite(least_m) else math.inf


def _open(lat: float, lon: float, to_lat: float, to_lon: float, straight_m: float) -> bool:
    """Whether the line between two places runs over water."""
    share = np.linspace(0.0, 1.0, 3 + int(straight_m / LOOK_M))
    east = (to_lon - lon + 180.0) % 360.0 - 180.0
    return bool(wet(World(), lat + share * (to_lat - lat), wrap_lon(lon + share * east)).all())
