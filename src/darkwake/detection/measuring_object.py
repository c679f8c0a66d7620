"""The one object of a radar chip: where it is, how far it reaches, and the sea around it.

All is read from a fixed neighbourhood of the object itself, so that a chip cut wider or narrower, or padded with invalid
pixels, gives the same: the sea is the ring 40 to 110 m from the object, side lobes are taken off by what the point-spread
function of each bright pixel throws along rows and columns, and what is left above the sea and no more than 22 dB under the
peak is the object. It works on a square grid of cells whose side stands for 10 m of a Sentinel-1 IW GRDH image (``CELL``);
finer and coarser images are scaled to it by ``measuring``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from darkwake.detection.measuring_window import (
    CELL,
    DEPTH_DB,
    DEVIATIONS,
    EIGHT,
    HIGHEST_DB,
    LARGEST,
    LOWEST_DB,
    Around,
    Array,
    Grid,
    Mask,
    Pixel,
    around,
    grown_by_one,
    regrown,
)

ARM_DB, ARM_AT, ARM_FROM = -19.0, 35.0, 25.0
"""Side lobes: this far under the peak at this distance, then falling with the square of the distance; nearer is main lobe.
Chosen on the arms of Sentinel-1 chips: the envelope of an impulse response weighted as IW is (Cumming and Wong 2005, 2.6)."""
ARM_CELLS = 30

LINK_DB, LINK_OVER_DB = 10.0, 3.0
"""Pieces up to two cells apart are one object when the fainter is within 10 dB of the brighter and 3 dB over the level."""
LONGEST, WIDEST = 440.0, 80.0
"""Larger is no single ship: the level is raised in steps until it fits."""
SMEARED = 3.0
"""Coarser pixels widen an echo by so many times what they are larger (assumed: one at each side, one for the grid)."""
STEP_DB = 2.0
RING = (40.0, 80.0)
CUT_DB = 12.0
"""An object that is this bright at the edge of the image is cut by it; fainter smear may be."""


@dataclass(frozen=True)
class Seen:
    """An object on the cells of its neighbourhood.

    ``raw`` is power over the sea (geometric mean of the bands), ``clean`` the same without side lobes, ``level_db`` smoothed
    and in decibels; ``raised_db`` is by how much the level had to be raised until the object was no larger than a ship;
    ``arm`` is the share of the peak that side lobes of brighter cells explain; ``cut`` tells that the object runs into
    pixels that are not there; ``ring`` counts the cells of sea, ``absent`` is the share of the neighbourhood that is not there.
    ``origin`` is the first cell, counted from the anchor.
    """

    raw: Array
    clean: Array
    level_db: Array
    valid: Mask
    object: Mask
    peak: tuple[int, int]
    origin: tuple[int, int]
    threshold_db: float
    raised_db: float
    arm: float
    cut: bool
    ring: int
    absent: float
    spread: tuple[float, float]
    """Extents (``spans``) before the level was raised."""


def see(grid: Grid, anchor: Pixel, pixel: float = CELL) -> Seen | None:
    """The object that holds an anchor; None where it does not stand out.

    Args:
        grid: power and its mask.
        anchor: pixel of the grid from which cells are laid (``measuring_window.seed``).
        pixel: side of the pixels that the cells were made from, where it is larger than a cell.
    """
    smear, box = SMEARED * max(pixel - CELL, 0.0), around(grid, anchor)
    for _ in range(LARGEST):
        found = _grown(box, smear)
        wider = None if found is None else regrown(grid, box, found.object)
        if wider is None:
            return found
        box = wider
    return found


def _grown(box: Around, smear: float) -> Seen | None:
    bands, valid, at = box.bands, box.valid, (-box.origin[0], -box.origin[1])
    ring = _ring(box.rough, valid)
    seas = np.maximum(np.median(bands[:, ring], axis=1), 1e-30)
    raw, clean = _combined(bands, seas), _combined(without_arms(bands, seas), seas)
    level = _decibel(ndimage.gaussian_filter(clean, 0.6, mode="constant"))
    low, high = np.percentile(level[ring], [50, 84])
    base = float(np.clip(low + DEVIATIONS * (high - low), LOWEST_DB, HIGHEST_DB))
    shape = _piece(level, valid, at, base, link=False)
    if shape is None:
        return None
    peak = _largest(np.where(shape, level, -np.inf))
    shape, threshold, raised = _shipsize(level, valid, peak, max(base, float(level[peak]) - DEPTH_DB), smear)
    spread = spans(_linked(level, valid, peak, threshold - raised))
    cut = _cut(shape & (level >= level[peak] - CUT_DB), valid)
    arm = _arm_share(bands, seas, peak)
    sea = int(_ring(shape, valid).sum())
    return Seen(raw, clean, level, valid, shape, peak, box.origin, threshold, raised, arm, cut, sea, box.absent, spread)


def _shipsize(level: Array, valid: Mask, peak: tuple[int, int], threshold: float, smear: float) -> tuple[Mask, float, float]:
    """The linked piece around the peak, its level raised until it is no larger than a ship."""
    raised, highest = 0.0, float(level[peak]) - 0.5
    while True:
        shape = _linked(level, valid, peak, min(threshold + raised, highest))
        long, wide = spans(shape)
        if (long <= LONGEST + smear and wide <= WIDEST + smear) or threshold + raised >= highest - 2.5:
            return shape, threshold + raised, raised
        raised += STEP_DB


def _linked(level: Array, valid: Mask, peak: Pixel, threshold: float) -> Mask:
    """The linked piece around the peak, which is at least the peak itself."""
    shape = _piece(level, valid, peak, threshold, link=True)
    if shape is None:
        shape = np.zeros_like(valid)
        shape[peak] = True
    return shape


def _piece(level: Array, valid: Mask, peak: tuple[int, int], threshold: float, *, link: bool) -> Mask | None:
    """Cells above a level that hang together with the peak; None where the peak itself lies below it."""
    labels, count = ndimage.label((level >= threshold) & valid, EIGHT)
    own = labels[peak]
    if own == 0:
        return None
    if not link or count == 1:
        alone: Mask = labels == own
        return alone
    tops = np.asarray(ndimage.maximum(level, labels, np.arange(count + 1)))
    kept = tops >= max(threshold + LINK_OVER_DB, float(tops[own]) - LINK_DB)
    kept[0], kept[own] = False, True
    pieces = kept[labels]
    joined, _ = ndimage.label(grown_by_one(pieces), EIGHT)
    whole: Mask = pieces & (joined == joined[peak])
    return whole


def spans(shape: Mask) -> tuple[float, float]:
    """Extent along the principal axis, and four deviations across it."""
    places = np.argwhere(shape) * CELL
    covariance = np.cov(places.T, bias=True) + np.eye(2) * CELL**2 / 12 if len(places) > 1 else np.eye(2) * CELL**2 / 12
    values, vectors = np.linalg.eigh(covariance)
    return float(np.ptp(places @ vectors[:, 1])) + CELL, 4.0 * float(np.sqrt(values[0]))


def _ring(shape: Mask, valid: Mask) -> Mask:
    """Sea around the object; nearer to it where the image ends too early."""
    away = distance(shape)
    ring: Mask = valid & (away >= RING[0]) & (away <= RING[1])
    if ring.sum() < 40:
        ring = valid & (away >= RING[0] / 2)
    return ring if ring.sum() >= 10 else valid


def distance(shape: Mask) -> Array:
    """Distance of each cell from an object; cells further than the ring have no number, only infinity."""
    rows, columns = np.nonzero(shape)
    wide = int(RING[1] / CELL) + 2
    near = np.s_[max(rows.min() - wide, 0) : rows.max() + wide + 1, max(columns.min() - wide, 0) : columns.max() + wide + 1]
    away = np.full(shape.shape, np.inf)
    away[near] = ndimage.distance_transform_edt(~shape[near]) * CELL
    return away


def _cut(shape: Mask, valid: Mask) -> bool:
    """Whether cells of the object have a neighbour that is not there."""
    absent = np.pad(~valid, 1, constant_values=True)
    return bool((grown_by_one(np.pad(shape, 1)) & absent).any())


def _kernel() -> Array:
    distance = np.abs(np.arange(-ARM_CELLS, ARM_CELLS + 1)) * CELL
    fall = 10 ** (ARM_DB / 10) * (ARM_AT / np.maximum(distance, ARM_AT)) ** 2
    return np.where(distance >= ARM_FROM, fall, 0.0)


_ARM = _kernel()


def _arms(power: Array) -> Array:
    """What the bright cells throw along rows and columns."""
    along: Array = ndimage.correlate1d(power, _ARM, axis=-1, mode="constant")
    along += ndimage.correlate1d(power, _ARM, axis=-2, mode="constant")
    return along


def without_arms(bands: Array, seas: Array) -> Array:
    """Each band less its side lobes, at least 0.3 of its sea (assumed: keeps logarithms tame)."""
    sea = seas[:, np.newaxis, np.newaxis]
    return np.maximum(bands - _arms(np.maximum(bands - sea, 0.0)), 0.3 * sea)


def _arm_share(bands: Array, seas: Array, peak: tuple[int, int]) -> float:
    excess = np.maximum(bands - seas[:, np.newaxis, np.newaxis], 0.0)
    rows, columns = excess[:, :, peak[1]], excess[:, peak[0], :]
    arms = _along(rows, peak[0]) + _along(columns, peak[1])
    return float(np.min(arms / np.maximum(bands[:, peak[0], peak[1]], 1e-30)))


def _along(line: Array, place: int) -> Array:
    start, stop = max(place - ARM_CELLS, 0), min(place + ARM_CELLS + 1, line.shape[1])
    thrown: Array = line[:, start:stop] @ _ARM[start - place + ARM_CELLS : stop - place + ARM_CELLS]
    return thrown


def _combined(bands: Array, seas: Array) -> Array:
    """Geometric mean of the bands, each over its own sea: what stands out in both counts, speckle of one does not."""
    mean: Array = np.exp(np.log(np.maximum(bands / seas[:, np.newaxis, np.newaxis], 0.05)).mean(axis=0))
    return mean


def _decibel(power: Array) -> Array:
    level: Array = 10.0 * np.log10(np.maximum(power, 1e-2))
    return level


def _largest(values: Array) -> tuple[int, int]:
    row, column = np.unravel_index(int(np.argmax(values)), values.shape)
    return int(row), int(column)
