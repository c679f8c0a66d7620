"""What is true of a composed scene: hulls, edges between them, their middles, what is solid, and what nobody could judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

if TYPE_CHECKING:
    from ships_canvas import Mask, Values

HULL, EDGE, SOLID, UNJUDGED = 1, 2, 4, 8
LARGE_PX = 60
RING_PX = 4
SEEN = 0.8
"""A hull is judged where the brighter half of her pixels stands so many deviations over the ring around her (assumed: half of
what a person needs to point at her)."""


@dataclass(frozen=True)
class Scene:
    """Levels as the network sees them, the number of the hull at each pixel, and what is solid or not to be judged."""

    levels: Values
    hulls: NDArray[np.int16]
    solid: Mask
    unjudged: Mask

    def bits(self) -> NDArray[np.uint8]:
        """The truth as bits: 1 hull, 2 edge between hulls, 4 land or structure, 8 not to be judged."""
        truth = HULL * (self.hulls > 0) + EDGE * between(self.hulls) + SOLID * self.solid + UNJUDGED * self.unjudged
        return np.asarray(truth, np.uint8)

    def middles(self) -> Values:
        """How near each pixel of a hull is to her middle: 1 there, falling to the ends; 0 elsewhere."""
        return nearness(self.hulls)


def between(hulls: NDArray[np.int16]) -> Mask:
    """Where two hulls part: pixels within two pixels of both; within one where a hull is small, lest nothing be left of it."""
    large = np.bincount(hulls.ravel()) >= LARGE_PX
    return _near_two(hulls, 3) | _near_two(np.where(large[hulls], hulls, 0).astype(np.int16), 5)


def _near_two(hulls: NDArray[np.int16], size: int) -> Mask:
    highest = np.int16(32767)
    most = ndimage.maximum_filter(hulls, size)
    least = ndimage.minimum_filter(np.where(hulls > 0, hulls, highest), size)
    return np.asarray((least < highest) & (least != most), np.bool_)


def nearness(hulls: NDArray[np.int16]) -> Values:
    """exp(-d2) with d2 the squared distance from the middle of the hull in deviations of her pixels along both axes.

    >>> one = np.zeros((5, 9), np.int16)
    >>> one[2, 2:7] = 1
    >>> nearness(one)[2].astype(float).round(1).tolist()
    [0.0, 0.0, 0.1, 0.6, 1.0, 0.6, 0.1, 0.0, 0.0]
    """
    found = np.zeros(hulls.shape, np.float32)
    for number, box in _boxes(hulls):
        places = np.argwhere(hulls[box] == number).astype(np.float64)
        offsets = places - places.mean(axis=0)
        spread = offsets.T @ offsets / len(places) + np.eye(2) * PIXEL_VARIANCE
        far = np.einsum("ni,ij,nj->n", offsets, np.linalg.inv(spread), offsets)
        rows, columns = places.astype(np.int64).T
        found[box][rows, columns] = np.exp(-far)
    return found


def _boxes(hulls: NDArray[np.int16]) -> list[tuple[int, tuple[slice, ...]]]:
    """Numbers and places of the hulls."""
    return [(number, box) for number, box in enumerate(ndimage.find_objects(hulls), start=1) if box is not None]


PIXEL_VARIANCE = 1.0 / 12.0
"""Of a place within its pixel: a hull one pixel wide has a beam."""


def hidden(levels: Values, hulls: NDArray[np.int16]) -> Mask:
    """Pixels of hulls that do not stand out from what is around them: nobody could say that they are there."""
    found = np.zeros(hulls.shape, np.bool_)
    for number, box in _boxes(hulls):
        wide = tuple(slice(max(side.start - RING_PX, 0), side.stop + RING_PX) for side in box)
        mine = hulls[wide] == number
        ring = ndimage.binary_dilation(mine, iterations=RING_PX) & (hulls[wide] == 0)
        inside, around = np.sort(levels[wide][mine]), levels[wide][ring]
        if len(around) and inside[len(inside) // 2 :].mean() < around.mean() + SEEN * max(around.std(), LEAST_DEVIATION):
            found[wide] |= mine
    return found


LEAST_DEVIATION = 0.2
"""Of levels of speckle-free water (natural logarithms of amplitude)."""
