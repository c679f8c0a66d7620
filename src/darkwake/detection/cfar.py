"""Radar: a cell-averaging detector with a constant false-alarm rate under the gamma law.

Sea clutter in intensity is gamma distributed where the sea is even, and heavier in the tail where it is not. Mean and
standard deviation of the ring fix a gamma law of shape (mean/deviation)²; its quantile at the asked rate is the threshold.
Texture lowers the shape and so raises the threshold, as the K law does. Rings, guards and the re-estimation without what
stood out: ``sea.py``. The rate is stated for calibrated intensities; in a grey picture, whose scale is unknown, it is not.

Source: Crisp 2004, The state of the art in ship detection in SAR imagery, DSTO-RR-0272, sections 5.2 and 5.3.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, special

from darkwake.detection.grid import Grid, cell_sums, whole_cells
from darkwake.detection.hits import Hits
from darkwake.detection.parameters import SearchParameters
from darkwake.detection.sea import Sea, SeaSums, around, without_bright_cells
from darkwake.imagery.protocol import Pixels

FLOORS = {"linear": 1e-5, "db": 1e-5, "dn": 1.0, "grey": 6.0, "reflectance": 1e-4}
"""Least standard deviation of the sea (-50 dB; a few grey levels): nothing quieter is measured, rounding and clipping are."""

LOWEST_SHAPE, HIGHEST_SHAPE = 0.05, 1e4
"""Range of the gamma shape in the table of thresholds: below, no sea; above, no speckle."""

TABLE_POINTS = 512


@lru_cache(maxsize=8)
def gamma_table(rate: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Logarithm of the gamma shape, and the threshold in means at that shape for a false-alarm rate."""
    log_shape = np.linspace(np.log(LOWEST_SHAPE), np.log(HIGHEST_SHAPE), TABLE_POINTS)
    shape = np.exp(log_shape)
    return log_shape, special.gammainccinv(shape, rate) / shape


def thresholds(sea: Sea, rate: float, floor: float) -> NDArray[np.float64]:
    """The value above which a pixel stands out, for each cell; infinite where the sea is not known.

    >>> sea = Sea(np.array([[2.0]]), np.array([[2.0]]), np.array([[True]]))  # shape 1: the exponential law
    >>> round(float(thresholds(sea, 1e-6, 0.0)[0, 0]), 1)  # -2 ln(1e-6)
    27.6
    """
    deviation = np.maximum(sea.deviation, max(floor, np.finfo(np.float64).tiny))
    mean = np.maximum(sea.mean, floor)
    log_shape, factor = gamma_table(rate)
    shape = np.clip((mean / deviation) ** 2, LOWEST_SHAPE, HIGHEST_SHAPE)
    limit = mean * np.interp(np.log(shape), log_shape, factor)
    return np.where(sea.known, limit, np.inf)


def smoothing_px(grid: Grid, search: SearchParameters) -> int:
    """Side of the averaging square in pixels, odd; 1 where the pixels are coarse enough."""
    return max(1, round((grid.px(search.smoothing_m) - 1) / 2) * 2 + 1)


def smoothed(values: NDArray[np.float32], valid: NDArray[np.bool_], side: int) -> NDArray[np.float32]:
    """Mean over the valid pixels of a square."""
    if side == 1:
        return values
    total = ndimage.uniform_filter(values, side, mode="constant")
    share = ndimage.uniform_filter(valid.astype(np.float32), side, mode="constant")
    return np.where(valid, total / np.maximum(share, np.float32(1e-6)), np.float32(0))


def search_radar(
    pixels: Pixels, land: NDArray[np.bool_], grid: Grid, search: SearchParameters, radiometry: str
) -> tuple[Hits, NDArray[np.bool_]]:
    """Hits of a window (places relative to it) and which pixels were searched.

    Args:
        pixels: one band of intensities, from a whole cell on.
        land: land by cell of the window.
        grid: the scene's cut.
        search: the parameters.
        radiometry: what the pixels are; it fixes the floor of the deviation.
    """
    cell, floor = grid.cell_px, FLOORS[radiometry]
    values = whole_cells(smoothed(pixels.values[0], pixels.valid, smoothing_px(grid, search)), cell)
    sea_px = whole_cells(pixels.valid, cell) & ~spread(land, cell)
    values = np.where(sea_px, values, np.float32(0))
    sums = SeaSums(cell_sums(sea_px, cell), cell_sums(values, cell), cell_sums(np.square(values), cell))
    kept, flat = without_bright_cells(sums, grid.ring), np.zeros(0, np.int64)
    for step in range(search.re_estimates + 1):
        sea = around(kept, guard=grid.guard, ring=grid.ring, cell_px=cell)
        flat = above(values, thresholds(sea, search.false_alarm_rate, floor), cell)
        if step < search.re_estimates:
            kept = sums.without(cell_of(flat, values.shape, cell), values.ravel()[flat].astype(np.float64))
    grown = above(values, thresholds(sea, max(search.growth_rate, search.false_alarm_rate), floor), cell)
    return _hits(values, grown, np.isin(grown, flat, assume_unique=True), sea, cell, floor), sea_px & spread(sea.known, cell)


def _hits(
    values: NDArray[np.float32], flat: NDArray[np.int64], strong: NDArray[np.bool_], sea: Sea, cell_px: int, floor: float
) -> Hits:
    rows, columns = np.divmod(flat, values.shape[1])
    at = rows // cell_px, columns // cell_px
    found = values[rows, columns].astype(np.float64)
    return Hits(rows, columns, found, sea.mean[at], np.maximum(sea.deviation[at], floor), strong)


def spread(cells: NDArray[np.bool_], cell_px: int) -> NDArray[np.bool_]:
    """Cells as pixels."""
    return cells.repeat(cell_px, axis=0).repeat(cell_px, axis=1) if cell_px > 1 else cells


def above(values: NDArray[np.float32], limits: NDArray[np.float64], cell_px: int) -> NDArray[np.int64]:
    """Flat indices of the pixels above the limit of their cell."""
    rows, columns = limits.shape
    blocks = values.reshape(rows, cell_px, columns, cell_px)
    passed: NDArray[np.bool_] = blocks > limits.astype(np.float32)[:, np.newaxis, :, np.newaxis]
    return np.flatnonzero(passed)


def cell_of(flat: NDArray[np.int64], shape: tuple[int, ...], cell_px: int) -> NDArray[np.int64]:
    """Flat index of the cell of each pixel."""
    rows, columns = flat // shape[1], flat % shape[1]
    return (rows // cell_px) * (shape[1] // cell_px) + columns // cell_px
