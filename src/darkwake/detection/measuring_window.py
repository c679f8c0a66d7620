"""The part of an image that a measurement may look at: cells about the object's own brightest place, and no others.

The anchor is a pixel that stands out over its surroundings; cells are laid from it, so the image's corner does not matter. The
box starts as a square about the anchor and grows by what has been seen in it, until the object and a margin of sea lie within.
All that is measured is computed from the cells of that box alone: an image cut elsewhere, that still holds the box, gives the
same numbers to the last bit. What the image lacks of the box is told (``Around.absent``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Pixel = tuple[int, int]

CELL = 10.0
"""Side of a cell: metres of a Sentinel-1 IW GRDH image."""
START, MARGIN, LARGEST = 10, 8, 55
"""Cells: half side of the first box; sea beyond an object; half side of the largest box, which holds the longest ship (458 m)
seen from one end, and sea beyond."""
CLIMB = 2
"""Cells looked at around a place for a brighter one."""
HELD = 0.3
"""Least share of a cell that must be there."""

BRIGHT_ENOUGH_DB, MIDDLE_DB, MIDDLE_AT, MIDDLE_MOST_DB = 15.0, 7.0, 150.0, 11.0
"""Of two objects brighter than 15 dB over the sea the one nearer the middle is meant; distance counts 7 dB at 150 m, at most 11
(assumed: a faint ship far from the middle still wins over speckle in the middle)."""
DEPTH_DB = 22.0
"""What lies deeper under the peak is no longer told from side lobes."""
LOWEST_DB, HIGHEST_DB, DEVIATIONS = 4.0, 9.0, 3.0
"""Level over the sea from which cells count: three times the upper half-width of the sea's own scatter, within limits."""

EIGHT = np.ones((3, 3), np.bool_)


@dataclass(frozen=True)
class Grid:
    """Power (bands, rows, columns; 0 where invalid) with its mask, and cells of ``stride`` pixels (row, column).

    A stride of 1 copies pixels.
    """

    power: Array
    valid: Mask
    stride: tuple[float, float]


@dataclass(frozen=True)
class Around:
    """The cells of a box: ``origin`` is the first one, counted from the anchor; ``absent`` the share that is not there."""

    bands: Array
    valid: Mask
    origin: Pixel
    anchor: Pixel
    rough: Mask

    @property
    def absent(self) -> float:
        """Share of the cells that the image lacks."""
        return 1.0 - float(np.mean(self.valid))


def brightness(grid: Grid) -> Array:
    """Geometric mean of the bands, summed over three cells each way, for the choice of the anchor."""
    mean = np.asarray(grid.power[0] if len(grid.power) == 1 else np.prod(grid.power, axis=0) ** (1.0 / len(grid.power)))
    for axis, stride in enumerate(grid.stride):
        # A plain correlation, not a running sum: its rounding would depend on where the image starts.
        mean = ndimage.correlate1d(mean, np.ones(2 * max(1, round(stride)) + 1), axis=axis, mode="constant")
    return mean


def seed(bright: Array, grid: Grid, middle: tuple[float, float]) -> Pixel:
    """The pixel nearest the middle that stands out, climbed to its top."""
    rows, columns = np.ogrid[: bright.shape[0], : bright.shape[1]]
    distance = np.hypot((rows - middle[0]) / grid.stride[0], (columns - middle[1]) / grid.stride[1]) * CELL
    sea = max(float(np.median(bright[grid.valid])), 1e-30)
    level = np.minimum(_decibel(bright / sea), BRIGHT_ENOUGH_DB) - np.minimum(
        MIDDLE_MOST_DB, MIDDLE_DB * (distance / MIDDLE_AT) ** 2
    )
    return climbed(bright, grid.stride, _largest(np.where(grid.valid, level, -np.inf)))


def climbed(bright: Array, stride: tuple[float, float], place: Pixel) -> Pixel:
    """Uphill to a top that nothing within two cells exceeds: from the flank of an echo onto it."""
    reach = [max(1, round(CLIMB * size)) for size in stride]
    while True:
        top, left = max(place[0] - reach[0], 0), max(place[1] - reach[1], 0)
        near = bright[top : place[0] + reach[0] + 1, left : place[1] + reach[1] + 1]
        row, column = _largest(near)
        if near[row, column] <= bright[place]:
            return place
        place = (top + row, left + column)


def around(grid: Grid, anchor: Pixel) -> Around:
    """The box about an anchor, grown until it holds what hangs together with the anchor, and sea."""
    box = (-START, -START, START, START)
    while True:
        bands, valid = cells(grid, anchor, box)
        rough = _rough(bands, valid, (-box[0], -box[1]))
        wider = widened(box, rough)
        if wider == box:
            return Around(bands, valid, (box[0], box[1]), anchor, rough)
        box = wider


def regrown(grid: Grid, seen: Around, shape: Mask) -> Around | None:
    """A larger box, where a shape comes nearer than the margin to the end of this one."""
    box = (*seen.origin, seen.origin[0] + shape.shape[0] - 1, seen.origin[1] + shape.shape[1] - 1)
    wider = widened(box, shape)
    if wider == box:
        return None
    bands, valid = cells(grid, seen.anchor, wider)
    return Around(bands, valid, (wider[0], wider[1]), seen.anchor, _rough(bands, valid, (-wider[0], -wider[1])))


def widened(box: tuple[int, int, int, int], shape: Mask) -> tuple[int, int, int, int]:
    """The box that holds a shape and the margin too, up to the largest."""
    rows, columns = np.flatnonzero(shape.any(axis=1)), np.flatnonzero(shape.any(axis=0))
    first, last = (box[0] + int(rows[0]), box[1] + int(columns[0])), (box[0] + int(rows[-1]), box[1] + int(columns[-1]))
    low = [max(min(box[n], first[n] - MARGIN), -LARGEST) for n in (0, 1)]
    high = [min(max(box[n + 2], last[n] + MARGIN), LARGEST) for n in (0, 1)]
    return low[0], low[1], high[0], high[1]


def cells(grid: Grid, anchor: Pixel, box: tuple[int, int, int, int]) -> tuple[Array, Mask]:
    """Means over the cells of a box, first to last, the one at (0, 0) centred on the anchor; and which are there."""
    if grid.stride == (1.0, 1.0):
        return _copied(grid, [anchor[n % 2] + box[n] for n in range(4)])
    rows, columns = (_taps(grid.stride[n], anchor[n], box[n], box[n + 2]) for n in (0, 1))
    share = _gathered(grid.valid.astype(np.float64)[np.newaxis], rows, columns)[0]
    valid = share > HELD
    return np.where(valid, _gathered(grid.power, rows, columns) / np.maximum(share, HELD), 0.0), valid


def _copied(grid: Grid, box: list[int]) -> tuple[Array, Mask]:
    """Pixels of a box, first to last; zero and invalid where the image has none."""
    top, left, bottom, right = box
    valid = np.zeros((bottom + 1 - top, right + 1 - left), np.bool_)
    bands = np.zeros((len(grid.power), *valid.shape))
    height, width = grid.valid.shape
    there = np.s_[max(top, 0) : max(bottom + 1, 0), max(left, 0) : max(right + 1, 0)]
    here = np.s_[max(-top, 0) : min(height, bottom + 1) - top, max(-left, 0) : min(width, right + 1) - left]
    valid[here], bands[(slice(None), *here)] = grid.valid[there], grid.power[(slice(None), *there)]
    return bands, valid


def _taps(stride: float, anchor: int, first: int, last: int) -> tuple[NDArray[np.int64], Array]:
    """For each cell the pixels that make it (cells, taps), and their weights: means over a cell, read between pixels."""
    at = np.arange(first, last + 1) * stride
    side = max(1, round(stride))
    start = at - (side - 1) / 2
    whole = np.floor(start)
    between = (start - whole)[:, np.newaxis]
    weights = np.ones((len(at), side + 1)) / side
    weights[:, :1], weights[:, -1:] = (1.0 - between) / side, between / side
    return anchor + whole[:, np.newaxis].astype(np.int64) + np.arange(side + 1), weights


def _gathered(bands: Array, rows: tuple[NDArray[np.int64], Array], columns: tuple[NDArray[np.int64], Array]) -> Array:
    """Weighted sums in a fixed order, whatever the image's size; pixels beyond it count nothing."""
    height, width = bands.shape[1:]
    held = bands
    for axis, size, (places, given) in ((1, height, rows), (2, width, columns)):
        weights = np.where((places >= 0) & (places < size), given, 0.0)
        parts = (
            np.take(held, places[:, tap], axis=axis, mode="clip")
            * (weights[:, tap, np.newaxis] if axis == 1 else weights[:, tap])
            for tap in range(places.shape[1])
        )
        held = sum(parts, np.zeros(1))
    return held


def _rough(bands: Array, valid: Mask, at: Pixel) -> Mask:
    """What hangs together with the anchor, over cells' gaps of one, before side lobes are taken off."""
    mean = bands[0] if len(bands) == 1 else np.prod(bands, axis=0) ** (1.0 / len(bands))
    smooth = ndimage.gaussian_filter(mean, 0.6, mode="constant", radius=2)
    own = smooth[valid] if valid.any() else np.ones(1)
    low, middle, high = _decibel(np.percentile(own, [40, 50, 84]) / max(float(smooth[at]), 1e-30))
    base = low + np.clip(middle - low + DEVIATIONS * (high - middle), LOWEST_DB, HIGHEST_DB)
    level = _decibel(smooth / max(float(smooth[at]), 1e-30))
    over = (level >= max(float(base), -DEPTH_DB)) & valid
    over[at] = True
    labels, _ = ndimage.label(grown_by_one(over), EIGHT)
    piece: Mask = over & (labels == labels[at])
    return piece


def grown_by_one(shape: Mask) -> Mask:
    """A mask and the eight neighbours of its cells."""
    wide = shape.copy()
    wide[1:] |= shape[:-1]
    wide[:-1] |= shape[1:]
    grown = wide.copy()
    grown[:, 1:] |= wide[:, :-1]
    grown[:, :-1] |= wide[:, 1:]
    return grown


def _decibel(power: Array) -> Array:
    level: Array = 10.0 * np.log10(np.maximum(power, 1e-6))
    return level


def _largest(values: Array) -> Pixel:
    row, column = np.unravel_index(int(np.argmax(values)), values.shape)
    return int(row), int(column)
