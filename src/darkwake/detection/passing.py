"""Which windows around seeds pass their tests, and which of their pixels belong to what was found.

A coast, a platform's arms or a large ship give thousands of seeds side by side, with some three hundred windows each. Sums are
therefore made for all seeds at a time, place by place (arrays are laid out place first, seed last): rows that lie together in
memory are added, and nothing is listed by seed, window and pixel. Seeds around which not even the brightest pixels in any order
would do are left out before.

Not here: which pixels are seeds (``cfar.py``), the windows and their limits (``windows.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from darkwake.detection.windows import Family, Trial, Trials, weight

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Marks = NDArray[np.bool_]

At = Callable[[Places, Places], Floats]
"""Surprise at rows and columns (place, seed), by channel first; 0 where there is no sea."""

MEMBER = 3.0
"""Pixels of a window that passed belong to what was found from this surprise on (1 in 20)."""


def passing(y: Places, x: Places, at: At, tests: Trials, unevenness: Floats, stride: int = 1) -> tuple[Places, Places]:
    """Rows and columns of the pixels in windows that pass around the seeds, with repeats.

    ``stride`` spreads the windows where pixels were averaged over as many.
    """
    offsets, numbered = places_of(tuple(test.family for test in tests.tests))
    down, right = stride * offsets.T[:, :, np.newaxis]
    surprises = at(y + down, x + right)
    weights = weight(surprises)
    some = hopeful(weights, tests, unevenness)
    weights, unevenness = weights[:, :, some], unevenness[some]
    bright = surprises[:, :, some].max(axis=0) >= MEMBER
    belongs = np.zeros(bright.shape, np.bool_)
    for test, windows in zip(tests.tests, numbered, strict=True):
        mark(belongs, bright, passed(weights, windows, test, unevenness), windows, linear=test.family.linear)
    place, seed = np.nonzero(belongs)
    return y[some[seed]] + down[place, 0], x[some[seed]] + right[place, 0]


@lru_cache(maxsize=8)
def places_of(tested: tuple[Family, ...]) -> tuple[Places, tuple[Places, ...]]:
    """All offsets once, and each family's windows as numbers of them."""
    offsets, numbers = np.unique(np.concatenate([one.windows.reshape(-1, 2) for one in tested]), axis=0, return_inverse=True)
    ends = np.cumsum([one.windows.shape[0] * one.pixels for one in tested])[:-1]
    parts = np.split(numbers.reshape(-1), ends)
    return offsets, tuple(part.reshape(-1, one.pixels) for part, one in zip(parts, tested, strict=True))


def hopeful(weights: Floats, tests: Trials, unevenness: Floats) -> Places:
    """Seeds around which the brightest pixels, wherever they are, come to what any family asks for."""
    told = [test.scaled(unevenness) for test in tests.tests]
    most = min(max(test.family.pixels for test in tests.tests), weights.shape[1])
    highest = weight(np.max([caps for _, caps in told], axis=0))
    together = np.minimum(weights, highest).sum(axis=0).T
    best = np.sort(np.partition(together, -most, axis=1)[:, -most:], axis=1)[:, ::-1]
    sums = np.cumsum(best, axis=1)
    able = [sums[:, min(test.family.pixels, most) - 1] > limits for test, (limits, _) in zip(tests.tests, told, strict=True)]
    return np.flatnonzero(np.any(able, axis=0))


def passed(weights: Floats, windows: Places, test: Trial, unevenness: Floats) -> Marks:
    """Whether a window (numbers of places) passes at a seed."""
    limits, caps = test.scaled(unevenness)
    together = np.minimum(weights, weight(caps)).sum(axis=0)
    sums = together[windows[:, 0]]
    for place in windows.T[1:]:
        sums += together[place]
    return np.asarray(sums > limits)


def mark(belongs: Marks, bright: Marks, passes: Marks, windows: Places, *, linear: bool) -> None:
    """Mark what belongs to windows (by window and seed) that pass, among the places around each seed."""
    some = np.flatnonzero(passes.any(axis=0))
    if not len(some):
        return
    among, passes = bright[:, some], passes[:, some]
    found = belongs[:, some]
    for place, members in zip(windows.T, members_of(among, windows, linear=linear), strict=True):
        order = np.argsort(place, kind="stable")
        numbers, begins = np.unique(place[order], return_index=True)
        found[numbers] |= np.bitwise_or.reduceat((members & passes)[order], begins, axis=0)
    belongs[:, some] = found


def members_of(bright: Marks, windows: Places, *, linear: bool) -> list[Marks]:
    """Which pixels (in their order along the window; window and seed) belong to what was found; they always hang together."""
    pixels = [bright[place] for place in windows.T]
    if not linear:
        # The middle of a square touches all others.
        pixels[len(pixels) // 2] = np.ones_like(pixels[0])
        return pixels
    begun, going_on = list(pixels), list(pixels)
    for n in range(1, len(pixels)):
        begun[n] = begun[n - 1] | pixels[n]
        going_on[-n - 1] = going_on[-n] | pixels[-n - 1]
    return [here & there for here, there in zip(begun, going_on, strict=True)]
