"""Where there is water: the world in cells of 15 seconds of arc (463 m north to south), from GSHHG.

A cell is water when any part of it is water. So a strait or a harbour mouth of any width stays open, a strip of land
narrower than about a cell (a mole, the neck of a spit) does not close a way, and a way over these cells is rather too short
than too long. Depth, ice, locks, bridges and borders are not known here. Lakes from 5,000 km2 count as water.

Source: ``scripts/rasterise_water.py`` and ``assets/NOTICE`` (LGPL-3.0-or-later).
"""

from __future__ import annotations

import io
import zipfile
from functools import cache, lru_cache
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

PER_DEGREE = 240
"""Cells in a degree."""
TILE_DEG = 10
TILE = TILE_DEG * PER_DEGREE
"""Cells along the side of a tile."""
ROWS, COLUMNS = 180 * PER_DEGREE, 360 * PER_DEGREE
TILES_KEPT = 64
"""Tiles kept in memory, 0.7 MB each."""
Bits = NDArray[np.uint8]
"""Cells from west to east, eight in a byte, the westernmost in its highest bit; set where there is water."""


class Water(Protocol):
    """What the mesh asks of a map of water."""

    def tile(self, row: int, column: int) -> Bits | bool:
        """Tile of ``TILE`` x ``TILE`` cells, southernmost row first; a single truth value where all cells are alike.

        Args:
            row: tile from the south pole, 0 to 17.
            column: tile from 180 W, 0 to 35.
        """
        ...


class World:
    """The world's water, as shipped with the package."""

    def tile(self, row: int, column: int) -> Bits | bool:
        """See :class:`Water`.

        >>> World().tile(9, 3), World().tile(12, 17) is World().tile(12, 17)
        (True, True)
        """
        return _world_tile(row, column)


def wet(water: Water, lat: ArrayLike, lon: ArrayLike) -> NDArray[np.bool_]:
    """Whether positions lie on water cells.

    >>> wet(World(), [42.60, 43.20, 0.0, 41.5], [132.95, 133.5, -179.999, 50.5]).tolist()  # bay, land, ocean, Caspian
    [True, False, True, True]
    """
    row, column = cell_of(lat, lon)
    found = np.zeros(row.shape, np.bool_)
    for key in np.unique(row // TILE * 36 + column // TILE):
        here = row // TILE * 36 + column // TILE == key
        tile = water.tile(int(key) // 36, int(key) % 36)
        found[here] = tile if isinstance(tile, bool) else _bit(tile, row[here] % TILE, column[here] % TILE)
    return found


def _bit(tile: Bits, row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(tile[row, column >> 3] >> (7 - (column & 7)) & 1, np.bool_)


def full_and_some(tile: Bits, side: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each square of 4, 8, 16 or 32 cells a side of a tile: whether all, and whether any of it is water."""
    words = strips(tile, side).view(f"u{max(side // 8, 1)}").reshape(TILE // side, side, TILE // side)
    every, some = np.bitwise_and.reduce(words, axis=1), np.bitwise_or.reduce(words, axis=1)
    return np.asarray(every == (1 << side) - 1, np.bool_), np.asarray(some != 0, np.bool_)


def strips(tile: Bits, side: int) -> Bits:
    """A tile with a whole number of bytes to a square: as it is, but four cells stand in the lower half of a byte each."""
    return tile if side >= 8 else np.stack([tile >> 4, tile & 0x0F], axis=2).reshape(TILE, TILE // 4)


def cell_of(lat: ArrayLike, lon: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row from the south pole and column from 180 W of the cell of each position."""
    row = np.floor((np.asarray(lat, np.float64) + 90.0) * PER_DEGREE).astype(np.int64)
    column = np.floor((np.asarray(lon, np.float64) + 180.0) * PER_DEGREE).astype(np.int64)
    return np.clip(row, 0, ROWS - 1), column % COLUMNS


@cache
def _archive() -> tuple[zipfile.ZipFile, frozenset[str], frozenset[str]]:
    """The archive as it is packed, a few megabytes in memory; the names of its tiles, and of those that are all land."""
    content = (files("darkwake.seaways") / "assets" / "water_15s.zip").read_bytes()
    archive = zipfile.ZipFile(io.BytesIO(content))
    return archive, frozenset(archive.namelist()), frozenset(archive.read("dry").decode().split())


@lru_cache(maxsize=TILES_KEPT)
def _world_tile(row: int, column: int) -> Bits | bool:
    archive, mixed, dry = _archive()
    name = f"{row * TILE_DEG - 90:+03d}{column * TILE_DEG - 180:+04d}"
    if name not in mixed:
        return name not in dry
    # Each row says where it differs from the one north of it; words of four bytes are joined faster than bytes.
    differing = np.frombuffer(archive.read(name), np.uint32).reshape(TILE, TILE // 32)
    return np.ascontiguousarray(np.bitwise_xor.accumulate(differing, axis=0)[::-1]).view(np.uint8)
