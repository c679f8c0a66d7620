"""Pictures whose bright pixels wrapped around: values beyond 255 that were stored without being cut begin at 0 again.

Archives of ship chips hold such pictures: hulls are strewn with black, and what looks for hulls sees none. Where black pixels
lie among the brightest far more often than speckle puts them there, they are filled from their neighbours; nothing else of
the picture is touched.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Grey = NDArray[np.uint8]

BRIGHT, AMONG = 192, 5
"""A pixel lies among the brightest where five of its eight neighbours reach this."""

BLACK, LEAST_PX, WRAPPED_SHARE, OVER_DARK = 32, 100, 0.05, 2.0
"""Of so many pixels among the brightest and more, this share is black in wrapped pictures, and so many times the share of the
next darkest, as wide a span of greys. Speckle cannot do that: black comes a third as often as dark by Rayleigh's law of
amplitudes, 1.2 times as often by the exponential law of powers. In HRSID's pictures it is 0.016 of them at most and comes as
often at most, in the wrapped SAR-Ship chips it is 0.09 to 0.48 and comes 2.7 to 30 times as often."""

FILLED_FROM, FOURTH, ROUNDS = 170, 5, 2
"""A pixel is raised to the fourth brightest of its nine where that reaches the first, twice over.
Chosen while looking at the SAR-Ship chips."""


def wrapped(picture: Grey) -> bool:
    """Whether bright pixels of a grey picture (rows, columns) have wrapped around.

    >>> random = np.random.default_rng(1)
    >>> speckle = np.minimum(random.rayleigh(140.0, (64, 64)), 255.0).astype(np.uint8)
    >>> wrapped(speckle), wrapped(np.where(random.uniform(size=speckle.shape) < 0.2, 3, np.maximum(speckle, 200)))
    (False, True)
    """
    among = picture[_bright_neighbours(picture) >= AMONG]
    black, dark = (int(((among >= low) & (among < low + BLACK)).sum()) for low in (0, BLACK))
    return len(among) >= LEAST_PX and black >= max(WRAPPED_SHARE * len(among), OVER_DARK * dark)


def filled(picture: Grey) -> Grey:
    """The picture with dark pixels among bright ones raised to the level around them.

    >>> hull = np.full((5, 5), 250, np.uint8)
    >>> hull[2, 2] = 3
    >>> int(filled(hull)[2, 2]), int(filled(np.zeros((5, 5), np.uint8)).max())
    (250, 0)
    """
    for _ in range(ROUNDS):
        around = ndimage.rank_filter(picture, FOURTH, size=3)
        picture = np.where(around >= FILLED_FROM, np.maximum(picture, around), picture)
    return picture


def _bright_neighbours(picture: Grey) -> Grey:
    """How many of the eight neighbours of each pixel are bright; beyond the border nothing is."""
    bright = np.pad((picture >= BRIGHT).astype(np.uint8), 1)
    rows = bright[:-2] + bright[1:-1] + bright[2:]
    return np.asarray(rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:] - bright[1:-1, 1:-1], np.uint8)
