"""The sea around a pixel: sums over a ring of cells, in float64.

The ring is the square of ``Grid.ring`` cells around a cell without the square of ``Grid.guard`` cells. Pixels that were found
to stand out are taken out of the sums and the ring is summed again, so that a neighbour does not raise the threshold.
float64 matters: sums of squares of a calm sea lose their digits in float32.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

LEAST_SHARE = 0.1
"""A pixel is searched where at least this share of its ring is sea (assumed): fewer pixels give no threshold worth the name."""


@dataclass
class SeaSums:
    """Sums over the sea pixels of each cell: how many, of the values, of their squares."""

    count: NDArray[np.float64]
    total: NDArray[np.float64]
    squares: NDArray[np.float64]

    def without(self, cells: NDArray[np.int64], values: NDArray[np.float64]) -> SeaSums:
        """The sums with some pixels taken out; ``cells`` are flat indices."""
        size, shape = self.count.size, self.count.shape
        taken = [np.bincount(cells, weights, size).reshape(shape) for weights in (np.ones(len(cells)), values, values**2)]
        return SeaSums(self.count - taken[0], self.total - taken[1], self.squares - taken[2])


@dataclass(frozen=True)
class Sea:
    """Mean and standard deviation of the sea around each cell, and where there is enough of it to say."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    known: NDArray[np.bool_]


def box_sum(values: NDArray[np.float64], half: int) -> NDArray[np.float64]:
    """Sums over a square of 2 half + 1 cells; nothing lies beyond the edge."""
    side = 2 * half + 1
    summed: NDArray[np.float64] = ndimage.uniform_filter(values, side, mode="constant") * side**2
    return summed


def around(sums: SeaSums, *, guard: int, ring: int, cell_px: int) -> Sea:
    """Statistics of the ring around each cell."""
    count, total, squares = (box_sum(part, ring) - box_sum(part, guard) for part in (sums.count, sums.total, sums.squares))
    full = ((2 * ring + 1) ** 2 - (2 * guard + 1) ** 2) * cell_px**2
    known = count >= max(LEAST_SHARE * full, 2.0)
    safe = np.where(known, count, 1.0)
    mean = total / safe
    variance = np.maximum(squares / safe - mean**2, 0.0)
    return Sea(mean, np.sqrt(variance), known)
