"""The water of a region in square blocks of cells, and the leaves of a graded mesh over them.

A block is land, open water or mixed. Mixed blocks keep their cells, and each connected piece of water in one is a node of
its own, so that the two sides of a spit stay apart. Open blocks far from land join to leaves of twice, four times ... the
side: a leaf of some side is used where it and its eight neighbours are open water, so that neighbouring leaves differ by at
most one step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from darkwake.geo import EARTH_RADIUS_M, wrap_lon
from darkwake.seaways.water import COLUMNS, PER_DEGREE, ROWS, TILE, Bits, Water, cell_of, full_and_some, strips

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST_LEAF = 128
"""Cells along the side of the largest leaves: 32 minutes of arc, 59 km (the largest power of two that divides the globe's
columns; the wide sea has 100,000 of these)."""
LAND, OPEN, MIXED = 0, 1, 2


@dataclass(frozen=True)
class Region:
    """A cap of the globe: its middle and its radius."""

    lat: float
    lon: float
    radius_m: float

    def spans(self) -> tuple[float, float, float]:
        """South, north, and half the width in degrees of longitude (180 with a pole inside)."""
        reach = min(math.degrees(self.radius_m / EARTH_RADIUS_M) * 1.006, 180.0)
        south, north = self.lat - reach, self.lat + reach
        if south <= -89.0 or north >= 89.0:
            return max(south, -90.0), min(north, 90.0), 180.0
        half = math.degrees(math.asin(min(math.sin(math.radians(reach)) / math.cos(math.radians(self.lat)), 1.0)))
        return south, north, half if reach < 89.0 else 180.0


@dataclass(frozen=True)
class Blocks:
    """The blocks of a region: rows from the south, columns eastwards from ``column0`` (they may run over 180 degrees)."""

    side: int
    """Cells along the side of a block."""
    row0: int
    column0: int
    state: NDArray[np.int8]
    """Land, open or mixed, for each row and column."""
    at: NDArray[np.int32]
    """For mixed blocks their number, else -1."""
    cells: Bools
    """The cells of the mixed blocks."""
    ring: bool
    """Whether the columns go round the globe."""

    @property
    def side_deg(self) -> float:
        """Side of a block, degrees of latitude and longitude."""
        return self.side / PER_DEGREE

    @cached_property
    def number(self) -> NDArray[np.int32]:
        """Of every block in one row: that of its cells where it is mixed, else less than 0."""
        return np.where(self.state == OPEN, np.int32(-2), self.at).ravel()

    @cached_property
    def closed_sums(self) -> NDArray[np.int32]:
        """How many blocks that are not open lie south and west of each corner."""
        sums = np.zeros((self.state.shape[0] + 1, self.state.shape[1] + 1), np.int32)
        sums[1:, 1:] = (self.state != OPEN).cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
        return sums

    def wet(self, lat: Floats, lon: Floats) -> Bools:
        """Whether positions lie in water of this region."""
        return self.wet_cells(*self.cells_of(*cell_of(lat, lon)))

    def cells_of(self, row: NDArray[Any], column: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Rows and columns of the globe, whole or not, as those of cells from the region's corner.

        They are cut to whole ones first, so that which cell a position lies in does not depend on the region.
        """
        row, column = np.floor(row).astype(np.int32), np.floor(column).astype(np.int32)
        return row - np.int32(self.row0 * self.side), (column - np.int32(self.column0 * self.side)) % np.int32(COLUMNS)

    def wet_cells(self, row: NDArray[np.int32], column: NDArray[np.int32]) -> Bools:
        """Whether cells are water, by their row and column from the region's corner; nothing outside the region is."""
        rows, columns = self.state.shape
        # A side is a power of two, and shifting is cheaper than dividing.
        bits, within = self.side.bit_length() - 1, np.int32(self.side - 1)
        inside = (row >= 0) & (row < rows * self.side) & (column < columns * self.side)
        number = self.number[np.where(inside, (row >> bits) * np.int32(columns) + (column >> bits), 0)]
        found = inside & (number == -2)
        mixed = np.flatnonzero(inside & (number >= 0))
        at = number.ravel()[mixed].astype(np.int64) << bits | row.ravel()[mixed] & within
        found.ravel()[mixed] = self.cells.ravel()[at << bits | column.ravel()[mixed] & within]
        return np.asarray(found, np.bool_)


def read_blocks(water: Water, region: Region, side: int) -> Blocks:
    """The blocks of a region, read tile by tile."""
    south, north, half = region.spans()
    leaf = LARGEST_LEAF // side
    row0 = max(int((south + 90.0) * PER_DEGREE) // LARGEST_LEAF, 0) * leaf
    row1 = min(math.ceil((north + 90.0) * PER_DEGREE / LARGEST_LEAF) * leaf, ROWS // side)
    ring = half >= 175.0
    column0 = 0 if ring else math.floor((region.lon - half + 180.0) * PER_DEGREE / LARGEST_LEAF) * leaf
    east = math.ceil((region.lon + half + 180.0) * PER_DEGREE / LARGEST_LEAF) * leaf
    wide = COLUMNS // side if ring else east - column0
    state = np.zeros((row1 - row0, wide), np.int8)
    at = np.full(state.shape, -1, np.int32)
    kept: list[Bits] = []
    count, per_tile = 0, TILE // side
    for tile_row in range(row0 // per_tile, (row1 - 1) // per_tile + 1):
        for tile_column in range(column0 // per_tile, (column0 + wide - 1) // per_tile + 1):
            rows = slice(max(tile_row * per_tile, row0), min((tile_row + 1) * per_tile, row1))
            columns = slice(max(tile_column * per_tile, column0), min((tile_column + 1) * per_tile, column0 + wide))
            into = slice(rows.start - row0, rows.stop - row0), slice(columns.start - column0, columns.stop - column0)
            tile = water.tile(tile_row, tile_column % (COLUMNS // TILE))
            if isinstance(tile, bool):
                state[into] = OPEN if tile else LAND
                continue
            asked = (
                slice(rows.start - tile_row * per_tile, rows.stop - tile_row * per_tile),
                slice(columns.start - tile_column * per_tile, columns.stop - tile_column * per_tile),
            )
            full, some = (found[asked] for found in full_and_some(tile, side))
            state[into] = np.where(full, OPEN, np.where(some, MIXED, LAND))
            mixed = some & ~full
            at[into][mixed] = count + np.arange(mixed.sum())
            squares = strips(tile, side).reshape(per_tile, side, per_tile, -1).swapaxes(1, 2)
            kept.append(squares[asked][mixed])
            count += int(mixed.sum())
    packed = np.concatenate(kept) if kept else np.zeros((0, side, max(side // 8, 1)), np.uint8)
    cells = np.unpackbits(packed, axis=2)[:, :, -side:].view(np.bool_)
    return Blocks(side, row0, column0, state, at, np.ascontiguousarray(cells), ring)


@dataclass(frozen=True)
class Nodes:
    """The nodes of the mesh: leaves of open water, then pieces of water in mixed blocks."""

    lat: Floats
    lon: Floats
    level: NDArray[np.int8]
    """0 for a block, 1 for two blocks wide ..."""
    touching: Ints
    """Pairs of nodes of neighbouring blocks, at least one of them mixed, whose water touches: two columns."""


def lay_nodes(blocks: Blocks) -> Nodes:
    """The nodes of all water of the blocks."""
    of_block = np.full(blocks.state.shape, -1, np.int64)
    lats, lons, levels, count = [], [], [], 0
    for level, leaves in enumerate(leaf_levels(blocks)):
        size = 1 << level
        row, column = np.nonzero(leaves)
        # Leaves lie on one lattice of the globe, whichever the region.
        leaf_row, leaf_column = row + blocks.row0 // size, column + blocks.column0 // size
        shared = leaf_column // _thinning(leaves.shape[0], blocks, size)[row]
        first, member = _runs(row, shared)
        if level == 0:
            of_block[row, column] = member + count
        lats.append(np.minimum((leaf_row[first] + 0.5) * size * blocks.side_deg - 90.0, 90.0))
        lons.append((leaf_column[first] + 0.5) * size * blocks.side_deg - 180.0)
        levels.append(np.full(len(first), level, np.int8))
        count += len(first)
    pieces, piece_lat, piece_lon = _pieces(blocks, count)
    touching = _touching(blocks, of_block, pieces)
    every_level = np.concatenate([*levels, np.zeros(len(piece_lat), np.int8)])
    return Nodes(np.concatenate([*lats, piece_lat]), wrap_lon(np.concatenate([*lons, piece_lon])), every_level, touching)


def leaf_levels(blocks: Blocks) -> list[Bools]:
    """Which leaves of each level there are: level 0 by block, level 1 by squares of two by two blocks, and so on."""
    open_water = blocks.state == OPEN
    leaf = LARGEST_LEAF // blocks.side
    # Beyond the north pole the last leaf is half empty.
    full = np.pad(open_water, ((0, -open_water.shape[0] % leaf), (0, 0)), mode="edge")
    joined = [full]
    for _ in range(1, leaf.bit_length()):
        full = np.asarray(full.reshape(full.shape[0] // 2, 2, full.shape[1] // 2, 2).all(axis=(1, 3)), np.bool_)
        joined.append(_amid_open(full, ring=blocks.ring))
    leaves = [fine & ~np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1) for fine, coarse in pairwise(joined)]
    return [leaves[0][: open_water.shape[0]], *leaves[1:], joined[-1]] if leaves else joined


def _amid_open(full: Bools, *, ring: bool) -> Bools:
    """Which squares are open water with all their neighbours; beyond the region's edge it goes on as at the edge."""
    around = np.pad(np.pad(full, ((1, 1), (0, 0)), mode="edge"), ((0, 0), (1, 1)), mode="wrap" if ring else "edge")
    return np.asarray(ndimage.minimum_filter(around.astype(np.uint8), 3)[1:-1, 1:-1], np.bool_)


def _runs(row: Ints, shared: Ints) -> tuple[Ints, Ints]:
    """The first member of each run of leaves that share a node, and the number of the run of each leaf."""
    starts = np.ones(len(row), np.bool_)
    starts[1:] = (row[1:] != row[:-1]) | (shared[1:] != shared[:-1])
    return np.flatnonzero(starts), np.cumsum(starts) - 1


def _thinning(rows: int, blocks: Blocks, size: int) -> Ints:
    """How many leaves of each row share a node, so that nodes lie about as far apart east to west as north to south."""
    south = (np.arange(rows) + blocks.row0 // size) * size * blocks.side_deg - 90.0
    cosine = np.maximum(np.cos(np.radians(south)), 1 / 256)
    return np.asarray(2 ** np.floor(np.log2(1 / cosine)), np.int64)


def _pieces(blocks: Blocks, first: int) -> tuple[Ints, Floats, Floats]:
    """The node of each cell of the mixed blocks (-1 on land), and where the nodes lie: the cell nearest to the piece's mean."""
    plane = np.zeros((3, 3, 3), np.bool_)
    plane[1] = True
    labels, count = ndimage.label(blocks.cells, structure=plane)
    nodes = np.where(labels > 0, labels + (first - 1), -1).astype(np.int64)
    if not count:
        return nodes, np.zeros(0), np.zeros(0)
    row, column = np.nonzero(blocks.at >= 0)
    order = np.argsort(blocks.at[row, column])
    number, y, x = np.nonzero(labels)
    piece = labels[number, y, x] - 1
    size = np.bincount(piece, minlength=count)
    off = np.hypot(y - (np.bincount(piece, y, count) / size)[piece], x - (np.bincount(piece, x, count) / size)[piece])
    ranked = np.lexsort((off, piece))
    chosen = ranked[np.searchsorted(piece[ranked], np.arange(count))]
    at_row = (row[order][number[chosen]] + blocks.row0) * blocks.side + y[chosen]
    at_column = (column[order][number[chosen]] + blocks.column0) * blocks.side + x[chosen]
    return nodes, (at_row + 0.5) / PER_DEGREE - 90.0, (at_column + 0.5) / PER_DEGREE - 180.0


def _touching(blocks: Blocks, of_block: Ints, pieces: Ints) -> Ints:
    """Pairs of nodes whose water touches, sides or corners, across the border of a mixed block."""
    row, column = np.nonzero(blocks.at >= 0)
    order = np.argsort(blocks.at[row, column])
    row, column = row[order], column[order]
    found = []
    last = blocks.side - 1
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1), (0, -1), (-1, 0), (-1, -1), (-1, 1)):
        near_row, near_column = row + down, column + right
        inside = (near_row >= 0) & (near_row < blocks.state.shape[0])
        if blocks.ring:
            near_column = near_column % blocks.state.shape[1]
        inside &= (near_column >= 0) & (near_column < blocks.state.shape[1])
        here, near_row, near_column = np.flatnonzero(inside), near_row[inside], near_column[inside]
        own = _edge(pieces[here], down, right, last)
        number = blocks.at[near_row, near_column]
        other = np.repeat(of_block[near_row, near_column][:, None], own.shape[1], axis=1)
        other[number >= 0] = _edge(pieces[number[number >= 0]], -down, -right, last)
        found += [_meeting(own, np.roll(other, turn, axis=1), turn) for turn in ((0,) if down and right else (-1, 0, 1))]
    keys = np.sort(np.concatenate(found))
    keys = keys[np.diff(keys, prepend=-1) > 0]
    return np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1)


def _edge(pieces: Ints, down: int, right: int, last: int) -> Ints:
    """The cells of blocks along the side, or at the corner, that faces a neighbour."""
    rows = slice(None) if down == 0 else slice(last, None) if down > 0 else slice(0, 1)
    columns = slice(None) if right == 0 else slice(last, None) if right > 0 else slice(0, 1)
    facing = pieces[:, rows, columns]
    return facing.reshape(len(pieces), facing.shape[1] * facing.shape[2])


def _meeting(own: Ints, other: Ints, turn: int) -> Ints:
    """Pairs of nodes that face each other, both in one number; what was rolled around the end faces nobody."""
    facing = (own >= 0) & (other >= 0)
    if turn:
        facing[:, 0 if turn > 0 else -1] = False
    keys = np.sort(np.minimum(own[facing], other[facing]) * (1 << 32) + np.maximum(own[facing], other[facing]))
    return keys[np.diff(keys, prepend=-1) > 0]
