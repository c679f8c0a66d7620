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


OUTLYING, OUTLYING_LOG = 5.0, 0.7
"""A cell is no sea when the logarithm of its mean lies five deviations and 3 dB over that of the cells around (assumed)."""


def without_bright_cells(sums: SeaSums, ring: int) -> SeaSums:
    """The sums without cells that are far too bright for sea.

    A long bright object fills its own ring and lifts the deviation until nothing stands out, itself included. Logarithms
    of cell means are hardly moved by it, so they show which cells to leave out of the first estimate.
    """
    filled = sums.count > 0
    logs = np.log(np.maximum(sums.total / np.maximum(sums.count, 1.0), np.finfo(np.float32).tiny))
    kept = filled
    for _ in range(2):
        weight = kept.astype(np.float64)
        count = np.maximum(box_sum(weight, ring), 1.0)
        mean = box_sum(logs * weight, ring) / count
        deviation = np.sqrt(np.maximum(box_sum(logs**2 * weight, ring) / count - mean**2, 0.0))
        kept = filled & (logs <= mean + np.maximum(OUTLYING * deviation, OUTLYING_LOG))
    return SeaSums(*(np.where(kept, part, 0.0) for part in (sums.count, sums.total, sums.squares)))


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
    # Counts are whole; the running sums of the filter leave them a hair off, and that hair would depend on the tile.
    count = np.rint(count)
    known = count >= max(LEAST_SHARE * full, 2.0)
    safe = np.where(known, count, 1.0)
    mean = total / safe
    variance = np.maximum(squares / safe - mean**2, 0.0)
    return Sea(mean, np.sqrt(variance), known)
