"""How far from shore positions are: what silences and slow spells are told with.

The shore is that of :mod:`darkwake.seaways` (cells of 15 seconds of arc that are all land), so islets narrower than about a
cell do not count.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from darkwake.geo import EARTH_RADIUS_M
from darkwake.seaways.water import PER_DEGREE, TILE, TILE_DEG, World, full_and_some
from darkwake.units import METRES_PER_NAUTICAL_MILE

BLOCK = 4
"""Cells of water along a block of one minute of arc; a block with land in it is shore."""
FARTHEST_NM = 100.0
"""Shore is looked for up to this far; what lies farther is said to lie this far."""


def from_shore_nm(lat: float, lon: float) -> float:
    """Distance of one position, at sea or on land, from the nearest shore, nautical miles, at most :data:`FARTHEST_NM`.

    >>> round(from_shore_nm(45.0, -30.0)), round(from_shore_nm(1.37, 103.8))  # the open Atlantic, amid Singapore island
    (100, 4)
    """
    reach_deg = FARTHEST_NM / 60.0
    least = np.inf
    widest = reach_deg / max(np.cos(np.radians(min(abs(lat) + reach_deg, 89.9))), 0.01)
    rows = range(int((max(lat - reach_deg, -90.0) + 90) // TILE_DEG), int((min(lat + reach_deg, 89.99) + 90) // TILE_DEG) + 1)
    first, last = int((lon - widest + 180) // TILE_DEG), int((lon + widest + 180) // TILE_DEG)
    for row in rows:
        for column in range(first, min(last, first + 35) + 1):
            land_lat, land_lon = _shore(row, column % 36)
            near = np.abs(land_lat - lat) <= reach_deg
            least = min(least, _nearest_nm(lat, lon, land_lat[near], land_lon[near]))
    return float(min(least, FARTHEST_NM))


def _nearest_nm(lat: float, lon: float, land_lat: NDArray[np.float64], land_lon: NDArray[np.float64]) -> float:
    if not len(land_lat):
        return float(np.inf)
    north, east = np.radians(land_lat - lat) / 2, np.radians(land_lon - lon) / 2
    chord = np.sin(north) ** 2 + np.cos(np.radians(lat)) * np.cos(np.radians(land_lat)) * np.sin(east) ** 2
    return float(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(chord.min())) / METRES_PER_NAUTICAL_MILE)


@lru_cache(maxsize=64)
def _shore(row: int, column: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles of the blocks of a tile that hold land and touch a block that is not all land."""
    tile = World().tile(row, column)
    if isinstance(tile, bool) and tile:
        return np.empty(0), np.empty(0)
    side = TILE // BLOCK
    land: NDArray[np.bool_] = np.ones((side, side), np.bool_)
    if not isinstance(tile, bool):
        land = ~full_and_some(tile, BLOCK)[0]
    inner = land.copy()
    inner[1:-1, 1:-1] &= land[:-2, 1:-1] & land[2:, 1:-1] & land[1:-1, :-2] & land[1:-1, 2:]
    # The rim of a tile is kept, for its neighbours are not looked at.
    inner[[0, -1], :] = inner[:, [0, -1]] = False
    at, across = np.nonzero(land & ~inner)
    step = BLOCK / PER_DEGREE
    lat, lon = row * TILE_DEG - 90 + (at + 0.5) * step, column * TILE_DEG - 180 + (across + 0.5) * step
    return np.asarray(lat, np.float64), np.asarray(lon, np.float64)
