"""Optical: what is brighter than the local water.

Each cell has a median and a mean deviation from it; the ring of cells around (``sea.py``) gives the water's level and
its spread: the spread within cells and between them. Cells whose own median stands out (a large ship, unmasked ground)
are taken out and the ring is taken again. A pixel stands out when it lies some deviations and some share of the level above.

What this misses: ships darker than the water, ships at a quay (they are part of the land, ``land.py``), and all that a
cloud or sun glint covers; clouds, whitecaps and wakes are found as ships.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from darkwake.detection.cfar import spread
from darkwake.detection.grid import Grid, cell_sums, whole_cells
from darkwake.detection.hits import Hits
from darkwake.detection.parameters import ContrastParameters
from darkwake.detection.sea import LEAST_SHARE, box_sum
from darkwake.imagery.protocol import Pixels

NORMAL_FROM_MEAN_ABSOLUTE = 1.2533
"""Standard deviation over mean absolute deviation of a normal law, sqrt(pi/2)."""

OUTLYING = 3.0
"""Deviations from which a whole cell is no water."""


def search_optical(
    pixels: Pixels, land: NDArray[np.bool_], grid: Grid, parameters: ContrastParameters
) -> tuple[Hits, NDArray[np.bool_]]:
    """Hits of a window (places relative to it) and which pixels were searched; the strongest band counts."""
    water = whole_cells(pixels.valid, grid.cell_px) & ~spread(land, grid.cell_px)
    contrast = np.zeros(water.shape, np.float32)
    searched = np.zeros(water.shape, np.bool_)
    for band in pixels.values:
        values = whole_cells(band, grid.cell_px)
        band_contrast, known = band_contrasts(values, water, grid, parameters)
        contrast = np.maximum(contrast, band_contrast)
        searched |= water & known
    y, x = np.nonzero(searched & (contrast > parameters.growth_deviations))
    found = contrast[y, x].astype(np.float64)
    strong = found > parameters.deviations
    return Hits(y, x, found, np.zeros(len(y)), np.ones(len(y)), strong, strong.astype(np.uint8)), searched


def band_contrasts(
    values: NDArray[np.float32], water: NDArray[np.bool_], grid: Grid, parameters: ContrastParameters
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Contrast of each pixel in deviations over the water (0 where below the least share), and where water is known."""
    median, spread_px, usable = cell_levels(values, water, grid.cell_px)
    level, deviation, known = water_around(median, spread_px, usable, grid, parameters.quantum)
    rows, columns = level.shape
    blocks = values.reshape(rows, grid.cell_px, columns, grid.cell_px)
    wide_level = level.astype(np.float32)[:, np.newaxis, :, np.newaxis]
    wide_deviation = deviation.astype(np.float32)[:, np.newaxis, :, np.newaxis]
    over = blocks - wide_level
    contrast = np.where(over > parameters.share * np.abs(wide_level), over / wide_deviation, np.float32(0))
    return contrast.reshape(values.shape), spread(known, grid.cell_px)


def cell_levels(
    values: NDArray[np.float32], water: NDArray[np.bool_], cell_px: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Median and mean absolute deviation of each cell, and which cells are water throughout."""
    rows, columns = values.shape[0] // cell_px, values.shape[1] // cell_px
    by_cell = values.reshape(rows, cell_px, columns, cell_px).swapaxes(1, 2).reshape(rows, columns, -1)
    usable = cell_sums(water, cell_px) == cell_px**2
    median = np.median(by_cell, axis=2)
    absolute = np.abs(by_cell - median[..., np.newaxis]).mean(axis=2, dtype=np.float64)
    return median.astype(np.float64), absolute.astype(np.float64), usable


def water_around(
    median: NDArray[np.float64], absolute: NDArray[np.float64], usable: NDArray[np.bool_], grid: Grid, quantum: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Level and deviation of the water in the ring around each cell, and where there is enough of it."""
    cells_in_ring = (2 * grid.ring + 1) ** 2 - (2 * grid.guard + 1) ** 2
    inside = (absolute * NORMAL_FROM_MEAN_ABSOLUTE) ** 2

    def ring(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(box_sum(weights, grid.ring) - box_sum(weights, grid.guard), np.float64)

    kept = usable
    for _ in range(2):
        weight = kept.astype(np.float64)
        count = np.maximum(ring(weight), 1.0)
        level = ring(median * weight) / count
        between = np.maximum(ring(median**2 * weight) / count - level**2, 0.0)
        deviation = np.sqrt(between + np.maximum(ring(inside * weight) / count, 0.0) + quantum**2)
        kept = usable & (np.abs(median - level) < OUTLYING * deviation)
    return level, deviation, np.rint(count) >= LEAST_SHARE * cells_in_ring
