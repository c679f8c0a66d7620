"""Tiles and cells: how a scene is cut so that each pixel is searched once and the cut leaves no trace.

A scene is laid out in square cells (about 40 m). Statistics of the sea are sums over cells, so a ring of thousands of
pixels costs a few additions. Tiles are whole numbers of cells and are read with a halo as wide as all rings together::

    +-------------------+
    |   halo            |   read
    |   +-----------+   |
    |   |   core    |   |   searched: cores tile the scene without overlap
    |   +-----------+   |
    +-------------------+
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from darkwake.detection.parameters import SearchParameters
from darkwake.imagery.protocol import Product, Window, ground_spacing_m

Scalar = TypeVar("Scalar", np.float32, np.bool_)


@dataclass(frozen=True)
class Grid:
    """The cut of one scene; ``guard`` and ``ring`` are half sides in cells, the middle cell not counted."""

    width: int
    height: int
    spacing_m: float
    cell_px: int
    guard: int
    ring: int

    @classmethod
    def of(cls, product: Product, search: SearchParameters) -> Grid:
        """The cut of a product."""
        about = product.about
        spacing = math.sqrt(math.prod(ground_spacing_m(product, about.width / 2, about.height / 2)))
        cell_px = max(1, round(search.cell_m / spacing))
        cell_m = cell_px * spacing
        guard = max(1, round(search.guard_m / cell_m))
        return cls(about.width, about.height, spacing, cell_px, guard, max(guard + 4, round(search.ring_m / cell_m)))

    def px(self, metres: float) -> float:
        """Metres in pixels."""
        return metres / self.spacing_m


STEP_CELLS = 8
"""Tiles begin at whole multiples of so many cells, so that blocks of cells (``sea.py``) lie alike in all of them."""

BEYOND_RING_CELLS = 16
"""How far the blocks reach whose medians tell which cells of the ring are sea."""


def halo_cells(grid: Grid) -> int:
    """Cells around a core on which its result depends."""
    return -(-(grid.ring + BEYOND_RING_CELLS + 2) // STEP_CELLS) * STEP_CELLS


@dataclass(frozen=True)
class Tile:
    """A core to be searched, and the window that has to be read for it; both begin at whole cells."""

    core: Window
    window: Window


def tiles(grid: Grid, *, side_px: int, halo_cells: int) -> Iterator[Tile]:
    """Tiles whose cores cover the scene without overlap, row by row."""
    whole = STEP_CELLS * grid.cell_px
    step = max(1, side_px // whole) * whole
    halo = halo_cells * grid.cell_px
    for y0 in range(0, grid.height, step):
        for x0 in range(0, grid.width, step):
            core = Window(x0, y0, min(x0 + step, grid.width), min(y0 + step, grid.height))
            yield Tile(core, core.grown(halo, grid.width, grid.height))


def whole_cells(values: NDArray[Scalar], cell_px: int) -> NDArray[Scalar]:
    """Rows and columns padded with zeros to whole cells."""
    rows, columns = values.shape[-2:]
    more = [(0, 0)] * (values.ndim - 2) + [(0, -rows % cell_px), (0, -columns % cell_px)]
    return values if more[-1] == more[-2] == (0, 0) else np.pad(values, more)


def cell_sums(values: NDArray[np.float32] | NDArray[np.bool_], cell_px: int) -> NDArray[np.float64]:
    """Sums over cells, in float64; rows and columns have to be whole cells.

    >>> cell_sums(np.ones((4, 6), np.float32), 2).tolist()
    [[4.0, 4.0, 4.0], [4.0, 4.0, 4.0]]
    """
    rows, columns = values.shape
    if values.dtype == np.bool_ and cell_px**2 <= MOST_COUNTED:
        return _counts(values.view(np.uint8), cell_px).astype(np.float64)
    bands = values.reshape(rows // cell_px, cell_px, columns).sum(axis=1, dtype=np.float64)
    sums: NDArray[np.float64] = bands.reshape(rows // cell_px, columns // cell_px, cell_px).sum(axis=2)
    return sums


MOST_COUNTED = 255
"""Pixels of a cell up to which a byte counts them."""


def _counts(values: NDArray[np.uint8], cell_px: int) -> NDArray[np.uint8]:
    """Sums over cells by whole rows and columns, which run through memory as it lies."""
    down = values.reshape(-1, cell_px, values.shape[1])
    rows = sum((down[:, n] for n in range(1, cell_px)), down[:, 0])
    return np.asarray(sum((rows[:, n::cell_px] for n in range(1, cell_px)), rows[:, ::cell_px]), np.uint8)
