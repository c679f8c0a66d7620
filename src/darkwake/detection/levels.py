"""Radar brightness on one scale, whatever the product: the logarithm over the local water.

The network sees neither gain nor unit: each pixel's amplitude is divided by the level of the darker blocks around it, and the
logarithm is taken of that with a little added, so that pixels of value 0 stay finite::

    level = log((amplitude + SOFT * around) / (around * (1 + SOFT)))

``around`` is the 10th percentile of the means of blocks of 16 px within 230 px: in a harbour that is the water, far from the
coast it is the sea; only over wide land it is the land. Training (``training/ships_scenes.py``) uses this same function.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from darkwake.imagery.protocol import Radiometry

Part = tuple[slice, slice]
"""Rows and columns of a window."""

BLOCK_PX = 16
REACH_BLOCKS = 14
"""Half side of the neighbourhood in blocks: wide enough to hold water beside a quay, narrower than most fronts are apart."""

DARK_PERCENTILE = 10.0
"""The water's share of a harbour picture is rarely less (assumed)."""

SOFT = 0.3
LOWEST, HIGHEST = -1.5, 4.5
"""Range of the levels: log(SOFT / (1 + SOFT)) is the level of a pixel of value 0; exp(4.5) is 39 dB over the water."""

FLOORS: dict[Radiometry, float] = {"linear": 0.01, "db": 0.01, "dn": 5.0, "grey": 4.0, "reflectance": 0.01}
"""Least level of the water as amplitude (-40 dB; a few grey levels), below which noise and clipping would be stretched."""


def amplitudes(values: NDArray[np.float32], radiometry: Radiometry) -> NDArray[np.float32]:
    """Amplitude of pixels as a product gives them: grey values as they are, the root of powers."""
    return values if radiometry == "grey" else np.sqrt(np.maximum(values, np.float32(0)))


def levels(
    amplitude: NDArray[np.float32], valid: NDArray[np.bool_], floor: float, part: Part | None = None
) -> NDArray[np.float32]:
    """The levels of a window, or of a part of it; invalid pixels lie at the level of the water.

    >>> still = np.full((64, 64), 7.0, np.float32)
    >>> bool(np.abs(levels(still, np.ones((64, 64), bool), 0.01)).max() < 1e-6)
    True
    """
    part = part or (slice(0, amplitude.shape[0]), slice(0, amplitude.shape[1]))
    around = water_level(amplitude, valid, floor, part)
    soft = np.float32(SOFT)
    found = np.log((amplitude[part] + soft * around) / (around * (1 + soft)))
    return np.where(valid[part], np.clip(found, LOWEST, HIGHEST), 0).astype(np.float32)


def water_level(amplitude: NDArray[np.float32], valid: NDArray[np.bool_], floor: float, part: Part) -> NDArray[np.float32]:
    """Level of the darker surroundings of each pixel of a part of a window."""
    places = [np.arange(side.start, side.stop) for side in part]
    shape = -(-amplitude.shape[0] // BLOCK_PX), -(-amplitude.shape[1] // BLOCK_PX)
    count = _blocks(valid.astype(np.float32), shape)
    known = count * 2 >= count.max()
    if count.max() == 0:
        return np.full((len(places[0]), len(places[1])), floor, np.float32)
    means = _blocks(amplitude if valid.all() else np.where(valid, amplitude, np.float32(0)), shape) / np.maximum(count, 1)
    nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    first = [max(int(side[0]) // BLOCK_PX - 1, 0) for side in places]
    ends = [min(int(side[-1]) // BLOCK_PX + 2, size) for side, size in zip(places, shape, strict=True)]
    dark = _dark(means[tuple(nearest)], (slice(first[0], ends[0]), slice(first[1], ends[1])))
    y, x = (
        np.clip((side + 0.5) / BLOCK_PX - 0.5 - start, 0, size - 1)
        for side, start, size in zip(places, first, dark.shape, strict=True)
    )
    wide = _along(_along(np.maximum(dark, floor).astype(np.float32), y).T, x).T
    return np.asarray(wide, np.float32)


def _blocks(values: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float64]:
    rows, columns = values.shape
    padded = np.pad(values, ((0, shape[0] * BLOCK_PX - rows), (0, shape[1] * BLOCK_PX - columns)))
    sums: NDArray[np.float64] = padded.reshape(shape[0], BLOCK_PX, shape[1], BLOCK_PX).sum(axis=(1, 3), dtype=np.float64)
    return sums


def _dark(means: NDArray[np.float64], wanted: Part) -> NDArray[np.float64]:
    """The dark percentile around the wanted blocks; beyond the window its edge goes on."""
    size = 2 * REACH_BLOCKS + 1
    rank = int(size**2 * DARK_PERCENTILE / 100.0)
    padded = np.pad(means, REACH_BLOCKS, mode="edge")
    rows, columns = wanted
    around = np.lib.stride_tricks.sliding_window_view(padded, (size, size))[rows, columns]
    # Row by row, so that memory holds the surroundings of one row of blocks.
    found = [np.partition(row.reshape(len(row), -1), rank, axis=1)[:, rank] for row in around]
    return np.array(found, np.float64)


def _along(blocks: NDArray[np.float32], places: NDArray[np.float64]) -> NDArray[np.float32]:
    """Values at places between the middles of blocks, straight between them."""
    below = places.astype(np.int64)
    share = (places - below).astype(np.float32)[:, np.newaxis]
    above = np.minimum(below + 1, len(blocks) - 1)
    return blocks[below] * (1 - share) + blocks[above] * share
