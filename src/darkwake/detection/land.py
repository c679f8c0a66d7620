"""Land from the image: a large, persistently bright area is land; a coast file may add to it (``coast.py``).

The scene's cell means are split in two classes of brightness (Otsu 1979, IEEE Transactions
on Systems, Man, and Cybernetics 9(1), on the logarithm). If the classes lie well apart, bright areas that survive an
opening and are large enough are land; bright ground within a short reach of them is taken in (quays and piers).

What this misses: ships at a quay and rafts in marinas count as land; land as dark as the sea (wet sand, runways,
ricefields, shadow) is searched as sea; a scene of land alone has one class and is searched; a bright sea beside a very calm
one can be taken for land when the two differ as much as land and sea do. What was left out is seen in ``searched_px``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from darkwake.detection.coast import coast_land
from darkwake.detection.grid import Grid
from darkwake.detection.parameters import LandParameters
from darkwake.imagery.protocol import Product, Window

SIDE_PX = 2048
"""Side of the windows in which the overview is read."""

SAMPLED_FROM_PX, SAMPLED_PX = 8, 4
"""Of cells from 8 pixels on, 4 rows in the middle are read, which a mean of land or sea needs no more than: 48 of the 144
pixels of a cell of a full Sentinel-1 IW scene, a scatter of 0.7 instead of 0.4 dB (4.4 looks, neighbours dependent)."""

ROW_PX = 65_536
"""Width of the windows that hold sampled rows: whole rows of most images, since each window costs a millisecond to calibrate;
the blocks of a row of tiles stay in the readers' caches until the next rows are read."""

FLOORS = {"linear": 1e-3, "db": 1e-3, "dn": 10.0, "grey": 8.0, "reflectance": 0.01}
"""Added to a cell's mean before the logarithm, so that differences below noise (-30 dB, a few grey levels) do not count."""

LEVELS = 256


@dataclass(frozen=True)
class Land:
    """Which cells are land; a cell here is ``cell_px`` pixels wide, a multiple of the grid's.

    ``decibel`` (radar) and ``known``: the level of each cell of the overview, and where it is valid.
    """

    mask: NDArray[np.bool_]
    cell_px: int
    decibel: NDArray[np.float32] | None = None
    known: NDArray[np.bool_] | np.bool_ = np.True_

    def cells(self, window: Window, cell_px: int) -> NDArray[np.bool_]:
        """The land of a window in cells of ``cell_px`` pixels."""
        rows = np.arange(window.y0, window.y1, cell_px) // self.cell_px
        columns = np.arange(window.x0, window.x1, cell_px) // self.cell_px
        return self.mask[np.ix_(rows, columns)]

    def near(self, y: NDArray[np.int64], x: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether pixels lie in a cell that touches land."""
        grown = ndimage.binary_dilation(self.mask, np.ones((3, 3), np.bool_))
        return np.asarray(grown[y // self.cell_px, x // self.cell_px], np.bool_)


def distances_px(
    mask: NDArray[np.bool_], cell_px: int, y: NDArray[np.int64], x: NDArray[np.int64], reach_px: float
) -> NDArray[np.float64]:
    """Pixels from places to the nearest cell of a mask, to the accuracy of its cells; infinite beyond the reach.

    >>> mask = np.zeros((9, 9), bool); mask[:, 0] = True
    >>> distances_px(mask, 10, np.array([45, 45, 45]), np.array([5, 35, 85]), 50.0).tolist()
    [0.0, 30.0, inf]
    """
    reach = max(1, math.ceil(reach_px / cell_px))
    found = np.full(len(y), np.inf)
    for n, (row, column) in enumerate(zip(y // cell_px, x // cell_px, strict=True)):
        top, left = max(row - reach, 0), max(column - reach, 0)
        rows, columns = np.nonzero(mask[top : row + reach + 1, left : column + reach + 1])
        away = np.hypot(rows + top - row, columns + left - column).min(initial=np.inf) * cell_px
        found[n] = away if away <= reach_px else np.inf
    return found


def _ends(window: Window) -> tuple[tuple[int, int], tuple[int, int]]:
    return (window.y0, window.y1), (window.x0, window.x1)


def find_land(product: Product, grid: Grid, parameters: LandParameters) -> Land:
    """The land of a scene, from a pass over its pixels, or over a sample of them where it is large."""
    cell_px = grid.cell_px
    while (grid.width // cell_px + 1) * (grid.height // cell_px + 1) > parameters.largest_cells:
        cell_px += grid.cell_px
    means, known = overview(product, grid, cell_px)
    brightness = np.log(means + np.float32(FLOORS[product.about.radiometry]))
    bright = bright_class(brightness, known, parameters.separation)
    mask = large_areas(bright, cell_px * grid.spacing_m, parameters)
    if parameters.coast:
        mask |= coast_land(product, grid, mask.shape, cell_px, Path(parameters.coast), parameters.coast_accuracy_m)
    decibel = (brightness * np.float32(10.0 / np.log(10.0))) if product.about.kind == "sar" else None
    return Land(mask, cell_px, decibel, known)


def overview(product: Product, grid: Grid, cell_px: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Mean of the valid pixels read of each cell (brightest band), and which cells are valid by at least half."""
    shape = (-(-grid.height // cell_px), -(-grid.width // cell_px))
    sums, counts = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for window in overview_windows(grid, cell_px):
        pixels = product.read(window)
        here = _cells_of(window, cell_px)
        sums[here] = _sums(pixels.values.max(axis=0) * pixels.valid, cell_px)
        counts[here] = _sums(pixels.valid, cell_px)
    known = counts * 2 >= cell_px * rows_read(cell_px)
    np.divide(sums, np.maximum(counts, 1.0, out=counts), out=sums)
    return sums, known


def rows_read(cell_px: int) -> int:
    """Rows of a cell that are read for the overview."""
    return cell_px if cell_px < SAMPLED_FROM_PX else SAMPLED_PX


def overview_windows(grid: Grid, cell_px: int) -> Iterator[Window]:
    """Windows of whole cells, or of the rows in the middle of one row of cells each where these are read alone."""
    sampled = rows_read(cell_px) < cell_px
    high = cell_px if sampled else max(1, SIDE_PX // cell_px) * cell_px
    wide = max(1, (ROW_PX if sampled else SIDE_PX) // cell_px) * cell_px
    for top in range(0, grid.height, high):
        begin, end = _middle_rows(top, cell_px, grid.height) if sampled else (top, min(top + high, grid.height))
        for x in range(0, grid.width, wide):
            yield Window(x, begin, min(x + wide, grid.width), end)


def _middle_rows(top: int, cell_px: int, height: int) -> tuple[int, int]:
    """First and last row (exclusive) in the middle of a row of cells, of which the last may be cut by the edge."""
    rows = min(rows_read(cell_px), height - top)
    begin = min(top + (cell_px - rows) // 2, height - rows)
    return begin, begin + rows


def _cells_of(window: Window, cell_px: int) -> tuple[slice, slice]:
    rows, columns = (slice(low // cell_px, -(-high // cell_px)) for low, high in _ends(window))
    return rows, columns


def _sums(values: NDArray[np.float32] | NDArray[np.bool_], cell_px: int) -> NDArray[np.float64]:
    """Sums over cells; those at the end may be cut."""
    rows, columns = (np.arange(0, size, cell_px) for size in values.shape)
    down = np.add.reduceat(values, rows, axis=0, dtype=np.float32)
    return np.asarray(np.add.reduceat(down, columns, axis=1, dtype=np.float64))


def bright_class(brightness: NDArray[np.float32], known: NDArray[np.bool_], separation: float) -> NDArray[np.bool_]:
    """The brighter of two classes where they lie apart, else nothing."""
    nothing = np.zeros(brightness.shape, np.bool_)
    values = brightness[known]
    if values.size < LEVELS or float(np.ptp(values)) == 0.0:
        return nothing
    threshold = otsu(values)
    dark, bright = values[values <= threshold], values[values > threshold]
    spread = np.sqrt((dark.var() + bright.var()) / 2)
    return known & (brightness > threshold) if bright.mean() - dark.mean() > separation * spread else nothing


def otsu(values: NDArray[np.float32] | NDArray[np.float64]) -> float:
    """The threshold that parts values into two classes with the largest variance between them (Otsu 1979).

    >>> 1.0 < otsu(np.array([0.0, 0.1, 0.9, 5.0, 5.2, 6.0])) < 5.0
    True
    """
    counts, edges = np.histogram(values, LEVELS)
    middles = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(counts)[:-1].astype(np.float64)
    above = below[-1] + counts[-1] - below
    sums = np.cumsum(counts * middles)
    total, sums = sums[-1], sums[:-1]
    between = below * above * (sums / np.maximum(below, 1) - (total - sums) / np.maximum(above, 1)) ** 2
    best = np.flatnonzero(between == between.max())
    # Where no value lies between the classes the maximum is flat: its middle is the fairest cut.
    return float(edges[1:-1][best[len(best) // 2]])


def large_areas(bright: NDArray[np.bool_], cell_m: float, parameters: LandParameters) -> NDArray[np.bool_]:
    """Bright areas that are wide and large, with the bright ground in their reach."""
    width = 2 * max(1, round(parameters.opening_m / cell_m)) + 1
    opened = ndimage.binary_opening(bright, np.ones((width, width), np.bool_))
    labels, count = ndimage.label(opened, np.ones((3, 3), np.int64))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    large = sizes * (cell_m / 1000.0) ** 2 >= parameters.smallest_km2
    large[0] = False
    core = large[labels]
    reach = max(1, round(parameters.reach_m / cell_m))
    grown = ndimage.binary_dilation(core, np.ones((3, 3), np.bool_), iterations=reach, mask=bright) if core.any() else core
    return without_ponds(grown, parameters.smallest_water_km2 / (cell_m / 1000.0) ** 2)


def without_ponds(land: NDArray[np.bool_], least_cells: float) -> NDArray[np.bool_]:
    """Land with the dark patches that it encloses and that are smaller than some number of cells."""
    enclosed = ndimage.binary_fill_holes(land) & ~land
    labels, count = ndimage.label(enclosed)
    small = np.bincount(labels.ravel(), minlength=count + 1) < least_cells
    small[0] = False
    return np.asarray(land | small[labels], np.bool_)
