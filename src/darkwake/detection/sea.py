"""The sea around a pixel: mean and variance of a ring of cells.

The ring is the square of ``Grid.ring`` cells around a cell without the square of ``Grid.guard`` cells. Cells far brighter than
the sea around (ships, platforms) are left out. Sums over cells are kept as whole numbers of a small part of the scene's level,
so that running sums are exact: what is found cannot depend on where a tile begins, and a glaring ship leaves no rounding in
the sums of the calm beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
Number = TypeVar("Number", np.float64, np.int64)

LEAST_SHARE = 0.1
"""A pixel is searched where at least this share of its ring is sea (assumed): fewer pixels give no threshold worth the name."""

QUANTA = float(2**20)
"""Sums are whole numbers of this part of the scene's level: -60 dB."""

BRIGHTEST_SUM = 1e6
"""Largest sum of a cell, levels; larger ones are no sea, and their running sums would not fit 63 bits."""

PAIR = 2
"""Rings are summed over squares of 2 x 2 cells: the sea does not change within 80 m, and a quarter of the sums is left."""

BLOCK = 8
"""Cells of a side of the blocks whose levels are compared; tiles begin at whole blocks (``grid.STEP_CELLS``)."""

AROUND = 3
"""Blocks of a side of the square of which the median is taken: 960 m at cells of 40 m."""

OUTLYING, OUTLYING_LOG = 5.0, 0.5
"""A cell is no sea when the log of its mean lies five deviations and 2 dB over the median of the blocks around (assumed)."""

OUTSIDE = 1e9


@dataclass
class SeaSums:
    """Sums over the sea pixels of each cell: how many, of the values, of their squares."""

    count: Floats
    total: Floats
    squares: Floats

    def only(self, kept: NDArray[np.bool_]) -> SeaSums:
        """The sums of some cells; the others are empty."""
        return SeaSums(*(np.where(kept, part, 0.0) for part in (self.count, self.total, self.squares)))


@dataclass(frozen=True)
class Sea:
    """The sea around each cell: mean and standard deviation of its pixels, how its cells differ, where it is known.

    ``between``: variance of the means of cells over what independent pixels would give.
    """

    mean: Floats
    deviation: Floats
    between: Floats
    known: NDArray[np.bool_]


def sea_cells(sums: SeaSums, floor: float) -> NDArray[np.bool_]:
    """Cells that are not far brighter than the sea around; differences below ``floor`` do not count.

    A long bright object fills its own ring and lifts mean and deviation until nothing stands out, itself included. Medians of
    the logarithms over blocks of cells are hardly moved by it.
    """
    filled = sums.count > 0
    means = sums.total / np.maximum(sums.count, 1.0) + max(floor, float(np.finfo(np.float32).tiny))
    logs = np.log(means.astype(np.float32)).astype(np.float64)
    parts = filled.astype(np.float64), logs * filled, np.square(logs) * filled
    count, total, squares = (squares_of(part, BLOCK) for part in parts)
    known = count > 0
    safe = np.maximum(count, 1.0)
    level = _median_around(total / safe, known)
    deviation = _median_around(np.sqrt(np.maximum(squares / safe - (total / safe) ** 2, 0.0)), known)
    limit = level + np.maximum(OUTLYING * deviation, OUTLYING_LOG)
    rows, columns = filled.shape
    return np.asarray(filled & (logs <= limit.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)[:rows, :columns]))


def squares_of(values: Floats, side: int) -> Floats:
    """Sums over squares of cells; the last ones may reach beyond the edge."""
    rows, columns = values.shape
    padded = np.pad(values, ((0, -rows % side), (0, -columns % side))) if rows % side or columns % side else values
    down: Floats = np.add.reduce(padded.reshape(-1, side, padded.shape[1]), axis=1)
    across = down[:, ::side].copy()
    for n in range(1, side):
        across += down[:, n::side]
    return across


def _median_around(values: Floats, known: NDArray[np.bool_]) -> Floats:
    """Medians over the known blocks around: the unknown ones are put below and above by turns, which moves no median."""
    turns = np.indices(values.shape).sum(axis=0) % 2 == 0
    filled = np.where(known, values, np.where(turns, OUTSIDE, -OUTSIDE))
    padded = np.pad(filled, AROUND // 2, mode="reflect" if min(values.shape) > AROUND // 2 else "edge")
    half = AROUND // 2
    return np.asarray(ndimage.median_filter(padded, AROUND)[half:-half, half:-half])


def box_sum(values: NDArray[Number], half: int) -> NDArray[Number]:
    """Sums over a square of 2 half + 1 cells of the last two axes; nothing lies beyond the edge.

    >>> box_sum(np.ones((3, 3), np.int64), 1).tolist()
    [[4, 6, 4], [6, 9, 6], [4, 6, 4]]
    """
    for axis in (-2, -1):
        values = _running(values, half, axis)
    return values


def _running(values: NDArray[Number], half: int, axis: int) -> NDArray[Number]:
    size = values.shape[axis]
    sums: NDArray[Number] = np.cumsum(values, axis=axis, dtype=values.dtype)
    # Whole slices: fancy indexing would cost more than the sums.
    sums, inner = np.moveaxis(sums, axis, 0), max(size - half, 0)
    summed = np.empty_like(sums)
    summed[:inner] = sums[half:]
    summed[inner:] = sums[-1]
    if size > half + 1:
        summed[half + 1 :] -= sums[: size - half - 1]
    return np.moveaxis(summed, 0, axis)


def ring_sum(values: Wholes, guard: int, ring: int) -> Floats:
    """Sums over the ring around each cell."""
    return (box_sum(values, ring) - box_sum(values, guard)).astype(np.float64)


def around(sums: SeaSums, *, guard: int, ring: int, cell_px: int, level: float) -> Sea:
    """Statistics of the ring around each cell (half sides in cells); ``level`` is the scale of the scene's values."""
    rows, columns = sums.count.shape
    within = np.square(sums.total) / np.maximum(sums.count, 1.0)
    quanta = 1.0, QUANTA / level, QUANTA / level**2, QUANTA / level**2
    parts = zip((sums.count, sums.total, sums.squares, within), quanta, strict=True)
    whole = np.stack([_whole(squares_of(part, PAIR), quantum) for part, quantum in parts])
    guard, ring = guard // PAIR, ring // PAIR
    count, total, squares, between = ring_sum(whole, guard, ring)
    full = ((2 * ring + 1) ** 2 - (2 * guard + 1) ** 2) * (PAIR * cell_px) ** 2
    known = count >= max(LEAST_SHARE * full, 2.0)
    safe = np.where(known, count, 1.0)
    mean = total / safe / QUANTA
    variance = np.maximum(squares / safe / QUANTA - mean**2, 0.0)
    uneven = np.maximum(between / safe / QUANTA - mean**2, 0.0) * cell_px**2 / np.maximum(variance, np.finfo(np.float64).tiny)
    mean, deviation, uneven, known = (
        part.repeat(PAIR, axis=0).repeat(PAIR, axis=1)[:rows, :columns] for part in (mean, np.sqrt(variance), uneven, known)
    )
    return Sea(mean * level, deviation * level, uneven, known)


def _whole(sums: Floats, quantum: float) -> Wholes:
    return np.rint(np.minimum(sums * quantum, BRIGHTEST_SUM * QUANTA)).astype(np.int64)
