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
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

CELL = 10.0
"""Side of a cell: metres of a Sentinel-1 IW GRDH image."""
REACHES = (300.0, 550.0)
"""Half sides of the neighbourhood: the second holds the longest ship (458 m) seen from one end, and the ring of sea beyond; the
first, with a quarter of the cells, is enough for nearly all."""

ARM_DB, ARM_AT, ARM_FROM = -19.0, 35.0, 25.0
"""Side lobes: this far under the peak at this distance, then falling with the square of the distance; nearer is main lobe.
Chosen on the arms of Sentinel-1 chips: the envelope of an impulse response weighted as IW is (Cumming and Wong 2005, 2.6)."""
ARM_CELLS = 30

BRIGHT_ENOUGH_DB, MIDDLE_DB, MIDDLE_AT, MIDDLE_MOST_DB = 15.0, 7.0, 150.0, 11.0
"""Of two objects brighter than 15 dB over the sea the one nearer the middle is meant; distance counts 7 dB at 150 m, at most 11
(assumed: a faint ship far from the middle still wins over speckle in the middle)."""

DEPTH_DB = 22.0
"""What lies deeper under the peak is no longer told from side lobes."""
LOWEST_DB, HIGHEST_DB, DEVIATIONS = 4.0, 9.0, 3.0
"""Level over the sea from which cells count: three times the upper half-width of the ring's own scatter, within limits."""
LINK_DB, LINK_OVER_DB = 10.0, 3.0
"""Pieces up to two cells apart are one object when the fainter is within 10 dB of the brighter and 3 dB over the level."""
LONGEST, WIDEST = 440.0, 80.0
"""Larger is no single ship: the level is raised in steps until it fits."""
SMEARED = 3.0
"""Coarser pixels widen an echo by so many times what they are larger (assumed: one at each side, one for the grid)."""
STEP_DB = 2.0
RING = (40.0, 110.0)
CUT_DB = 12.0
"""An object that is this bright at the edge of the image is cut by it; fainter smear may be."""

_EIGHT = np.ones((3, 3), np.bool_)


@dataclass(frozen=True)
class Seen:
    """An object on the cells of its neighbourhood.

    ``raw`` is power over the sea (geometric mean of the bands), ``clean`` the same without side lobes, ``level_db`` smoothed
    and in decibels; ``raised_db`` is by how much the level had to be raised until the object was no larger than a ship;
    ``arm`` is the share of the peak that side lobes of brighter cells explain; ``cut`` tells that the object runs into
    pixels that are not there; ``ring`` counts the cells of sea.
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


def see(bands: Array, valid: Mask, middle: tuple[float, float], pixel: float = CELL) -> Seen | None:
    """The object nearest the middle that stands out; None where nothing does.

    Args:
        bands: power (bands, rows, columns) on square cells, 0 where invalid.
        valid: which cells are valid.
        middle: row and column near which the object is sought.
        pixel: side of the pixels that the cells were made from, where it is larger than a cell.
    """
    if not valid.any():
        return None
    seas = np.array([max(float(np.median(band[valid])), 1e-30) for band in bands])
    seed = _seed(_combined(bands, seas), valid, middle)
    found = None
    for reach in REACHES:
        found, fits = _within(bands, valid, seed, round(reach / CELL), SMEARED * max(pixel - CELL, 0.0))
        if fits:
            break
    return found


def _within(bands: Array, valid: Mask, seed: tuple[int, int], half: int, smear: float) -> tuple[Seen | None, bool]:
    """The object in a neighbourhood of its seed, and whether that holds it and its ring."""
    top, left = max(seed[0] - half, 0), max(seed[1] - half, 0)
    near = np.s_[top : seed[0] + half + 1, left : seed[1] + half + 1]
    inner = (seed[0] - top, seed[1] - left)
    found = _grown(bands[(slice(None), *near)], valid[near], inner, (top, left), smear)
    if found is None:
        return None, True
    furthest = np.abs(np.argwhere(found.object) - inner).max()
    return found, bool(furthest * CELL + RING[1] <= half * CELL)


def _seed(power: Array, valid: Mask, middle: tuple[float, float]) -> tuple[int, int]:
    rows, columns = np.ogrid[: power.shape[0], : power.shape[1]]
    distance = np.hypot(rows - middle[0], columns - middle[1]) * CELL
    smooth = ndimage.uniform_filter(np.where(valid, power, 0.0), 3, mode="constant")
    level = np.minimum(_decibel(smooth), BRIGHT_ENOUGH_DB)
    level -= np.minimum(MIDDLE_MOST_DB, MIDDLE_DB * (distance / MIDDLE_AT) ** 2)
    return _climbed(smooth, _largest(np.where(valid, level, -np.inf)))


def _climbed(power: Array, place: tuple[int, int]) -> tuple[int, int]:
    """Uphill to the nearest top: from the flank of an echo onto it."""
    while True:
        top, left = max(place[0] - 1, 0), max(place[1] - 1, 0)
        row, column = _largest(power[top : place[0] + 2, left : place[1] + 2])
        if (top + row, left + column) == place:
            return place
        place = (top + row, left + column)


def _grown(bands: Array, valid: Mask, seed: tuple[int, int], origin: tuple[int, int], smear: float) -> Seen | None:
    rows, columns = np.ogrid[: valid.shape[0], : valid.shape[1]]
    ring = valid & (np.hypot(rows - seed[0], columns - seed[1]) * CELL <= 150.0)
    percentile, peak, found = 40.0, seed, None
    for _ in range(2):
        seas = np.maximum(np.percentile(bands[:, ring], percentile, axis=1), 1e-30)
        raw, clean = _combined(bands, seas), _combined(without_arms(bands, seas), seas)
        level = _decibel(ndimage.gaussian_filter(clean, 0.6, mode="constant"))
        low, high = np.percentile(level[ring], [50, 84])
        base = float(np.clip(low + DEVIATIONS * (high - low), LOWEST_DB, HIGHEST_DB))
        shape = _piece(level, valid, peak, base, link=False)
        if shape is None:
            return None
        peak = _largest(np.where(shape, level, -np.inf))
        shape, threshold, raised = _shipsize(level, valid, peak, max(base, float(level[peak]) - DEPTH_DB), smear)
        ring = _ring(shape, valid)
        cut = _cut(shape & (level >= level[peak] - CUT_DB), valid)
        arm = _arm_share(bands, seas, peak)
        found = Seen(raw, clean, level, valid, shape, peak, origin, threshold, raised, arm, cut, int(ring.sum()))
        percentile = 50.0
    return found


def _shipsize(level: Array, valid: Mask, peak: tuple[int, int], threshold: float, smear: float) -> tuple[Mask, float, float]:
    """The linked piece around the peak, its level raised until it is no larger than a ship."""
    raised, highest = 0.0, float(level[peak]) - 0.5
    while True:
        shape = _piece(level, valid, peak, min(threshold + raised, highest), link=True)
        if shape is None:
            shape = np.zeros_like(valid)
            shape[peak] = True
        long, wide = spans(shape)
        if (long <= LONGEST + smear and wide <= WIDEST + smear) or threshold + raised >= highest - 2.5:
            return shape, threshold + raised, raised
        raised += STEP_DB


def _piece(level: Array, valid: Mask, peak: tuple[int, int], threshold: float, *, link: bool) -> Mask | None:
    """Cells above a level that hang together with the peak; None where the peak itself lies below it."""
    labels, count = ndimage.label((level >= threshold) & valid, _EIGHT)
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
    joined, _ = ndimage.label(ndimage.binary_dilation(pieces, _EIGHT), _EIGHT)
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
    return bool((ndimage.binary_dilation(np.pad(shape, 1), _EIGHT) & absent).any())


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
