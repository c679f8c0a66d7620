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


def levels(amplitude: NDArray[np.float32], valid: NDArray[np.bool_], floor: float) -> NDArray[np.float32]:
    """The levels of a window; invalid pixels lie at the level of the water.

    >>> still = np.full((64, 64), 7.0, np.float32)
    >>> bool(np.abs(levels(still, np.ones((64, 64), bool), 0.01)).max() < 1e-6)
    True
    """
    around = water_level(amplitude, valid, floor)
    soft = np.float32(SOFT)
    found = np.log((amplitude + soft * around) / (around * (1 + soft)))
    return np.where(valid, np.clip(found, LOWEST, HIGHEST), 0).astype(np.float32)


def water_level(amplitude: NDArray[np.float32], valid: NDArray[np.bool_], floor: float) -> NDArray[np.float32]:
    """Level of the darker surroundings of each pixel."""
    rows, columns = amplitude.shape
    shape = -(-rows // BLOCK_PX), -(-columns // BLOCK_PX)
    count = _blocks(valid.astype(np.float32), shape)
    total = _blocks(np.where(valid, amplitude, np.float32(0)), shape)
    known = count * 2 >= count.max()
    if not known.any() or count.max() == 0:
        return np.full(amplitude.shape, floor, np.float32)
    means = total / np.maximum(count, 1)
    nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    size = 2 * REACH_BLOCKS + 1
    dark = ndimage.percentile_filter(means[tuple(nearest)], DARK_PERCENTILE, size=size, mode="nearest")
    return _spread(np.maximum(dark, floor).astype(np.float32), rows, columns)


def _blocks(values: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float64]:
    rows, columns = values.shape
    padded = np.pad(values, ((0, shape[0] * BLOCK_PX - rows), (0, shape[1] * BLOCK_PX - columns)))
    sums: NDArray[np.float64] = padded.reshape(shape[0], BLOCK_PX, shape[1], BLOCK_PX).sum(axis=(1, 3), dtype=np.float64)
    return sums


def _spread(blocks: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """Blocks to pixels, straight between the blocks' middles."""
    y = np.clip((np.arange(rows) + 0.5) / BLOCK_PX - 0.5, 0, blocks.shape[0] - 1)
    x = np.clip((np.arange(columns) + 0.5) / BLOCK_PX - 0.5, 0, blocks.shape[1] - 1)
    return _along(_along(blocks, y).T, x).T


def _along(blocks: NDArray[np.float32], places: NDArray[np.float64]) -> NDArray[np.float32]:
    below = places.astype(np.int64)
    share = (places - below).astype(np.float32)[:, np.newaxis]
    above = np.minimum(below + 1, len(blocks) - 1)
    return blocks[below] * (1 - share) + blocks[above] * share
