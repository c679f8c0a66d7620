"""Tests on windows of a ship's shape: several surprising pixels side by side are a ship where one alone is the sea.

In rough seas one pixel proves nothing: at shape 1 the K law reaches 14 dB once in ten million pixels. So the surprises of the
pixels (``clutter.py``) are summed over bars in eight directions and over a square. A sum of independent surprises is gamma
distributed (Fisher's method); a single spike must not pass for a ship, so each surprise is cut at a cap, and the exact law of
the sum is found by convolution. Where speckle or texture is correlated, n pixels count as n/r (Brown 1975, Biometrics 31),
with r the measured variance of the sums over that of independent pixels (``survey.py``).

The rate that is asked for is the expected number of separate detections per searched pixel. Windows overlap, so each test gets
its share of a rate that was chosen by counting on simulated fields (``benchmarks/false_alarms.py --calibrate``); what was
counted does not depend on the sea, because surprises do not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import signal

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
At = Callable[[Places, Places], Floats]
"""Surprise at rows and columns; 0 where there is no sea."""

SEED = 7.0
"""A window needs one pixel of this surprise (1 in 1,100): only around such pixels are windows summed at all."""

SEED_SHARE = 0.75
"""Where the rate asked for is high, this share of its own surprise is enough for a seed."""

MEMBER = 3.0
"""Pixels of a window that passed belong to what was found from this surprise on (1 in 20)."""

CAP, CAP_SHARE = 9.0, 2.0
"""Surprises are cut at 9, or at twice the mean that a window needs where it counts for few pixels (chosen for the power
against ships of five pixels at 10 dB in clutter of shape 1 to infinity; it varies by a few per cent from 7 to 12)."""

STEP = 0.02
"""Grid of the convolution."""


@dataclass(frozen=True)
class Family:
    """Windows of one shape in all its directions; ``windows`` are offsets (window, pixel, row and column) from the seed.

    ``linear``: pixels lie in a line, and those between two that belong to it belong to it.
    """

    name: str
    pixels: int
    share: float
    linear: bool
    windows: NDArray[np.int64]


def bar(length: int, directions: tuple[tuple[int, int], ...]) -> NDArray[np.int64]:
    """Bars that hold the seed at any of their places; a direction is rows and columns, the larger one 1 or 2 steps."""
    found = []
    for dy, dx in directions:
        longer = max(abs(dy), abs(dx))
        line = [(int(np.floor(k * dy / longer + 0.5)), int(np.floor(k * dx / longer + 0.5))) for k in range(length)]
        found += [[(y - line[j][0], x - line[j][1]) for y, x in line] for j in range(length)]
    return np.array(found, np.int64)


def square(side: int) -> NDArray[np.int64]:
    """Squares that hold the seed at any of their places."""
    places = [(y, x) for y in range(side) for x in range(side)]
    return np.array([[(y - v, x - u) for y, x in places] for v, u in places], np.int64)


FOUR = ((0, 1), (1, 1), (1, 0), (1, -1))
EIGHT = (*FOUR, (1, 2), (2, 1), (2, -1), (1, -2))

FINE = (
    Family("bar of three", 3, 0.15, True, bar(3, FOUR)),
    Family("bar of five", 5, 0.60, True, bar(5, EIGHT)),
    Family("square of nine", 9, 0.25, False, square(3)),
)
"""For pixels of up to 15 m: a ship of 30 m fills three in a line. One pixel alone is no ship: the radar itself is coarser."""

COARSE = (
    Family("pixel", 1, 0.2, True, bar(1, FOUR[:1])),
    Family("bar of two", 2, 0.3, True, bar(2, FOUR)),
    Family("bar of three", 3, 0.3, True, bar(3, FOUR)),
    Family("square of nine", 9, 0.2, False, square(3)),
)
"""For coarser pixels, of which a ship fills one to ten."""

COARSE_FROM_M = 15.0

COUNTED = {
    "fine": ((1e-3, 1.3e-3), (1e-4, 2.05e-4), (1e-5, 3.12e-5), (1e-6, 4.08e-6), (1e-7, 4.82e-7), (1e-8, 5.20e-8)),
    "coarse": ((1e-3, 1.2e-3), (1e-4, 1.50e-4), (1e-5, 1.92e-5), (1e-6, 2.15e-6), (1e-7, 2.38e-7), (1e-8, 1.97e-8)),
}
"""Separate detections a pixel that were counted when the tests of a set were given a rate between them; see the module."""


def families(spacing_m: float) -> tuple[Family, ...]:
    """The windows that are tested at a pixel spacing."""
    return COARSE if spacing_m > COARSE_FROM_M else FINE


def given(rate: float, tested: tuple[Family, ...]) -> float:
    """The rate that the tests have to be given between them, so that ``rate`` is met."""
    given_rates, counted = np.log(np.array(COUNTED["coarse" if tested is COARSE else "fine"][::-1])).T
    wanted = np.log(rate)
    slope = wanted - np.clip(wanted, counted[0], counted[-1])
    return float(np.exp(np.interp(wanted, counted, given_rates) + slope))


def counted(rate: float, tested: tuple[Family, ...]) -> float:
    """What is met when the tests are given a rate between them: the inverse of :func:`given`."""
    given_rates, met = np.log(np.array(COUNTED["coarse" if tested is COARSE else "fine"][::-1])).T
    wanted = np.log(rate)
    slope = wanted - np.clip(wanted, given_rates[0], given_rates[-1])
    return float(np.exp(np.interp(wanted, given_rates, met) + slope))


def cap(count: float, rate: float) -> float:
    """Where surprises are cut in a window that counts for so many independent pixels."""
    return max(CAP, -CAP_SHARE * float(np.log(rate)) / count)


@lru_cache(maxsize=64)
def limit(count: int, rate: float) -> float:
    """The sum of capped surprises of independent pixels that is passed with a chance of ``rate``.

    >>> round(limit(1, 1e-6), 1)  # -ln(1e-6)
    13.8
    """
    steps = round(cap(count, rate) / STEP)
    edges = np.exp(-STEP * np.arange(steps + 1))
    one = np.append(edges[:-1] - edges[1:], edges[-1])
    law = one
    for _ in range(count - 1):
        law = signal.convolve(law, one, method="direct")
    survival = np.cumsum(law[::-1])[::-1]
    # The mass of a bin lies at its middle: half a step for each pixel, less half a step for the sum's own bin.
    reached = int(np.argmax(survival < rate))
    part = np.log(survival[reached - 1] / rate) / np.log(survival[reached - 1] / survival[reached])
    return float(STEP * (reached - 1 + part + (count - 1) / 2.0))


@dataclass(frozen=True)
class Trial:
    """A family with its limits: at ``counts`` independent pixels (1 to all of them) the sum and the cap."""

    family: Family
    inflation: float
    limits: Floats
    caps: Floats

    def scaled(self, unevenness: Floats) -> tuple[Floats, Floats]:
        """Limit and cap at each seed; ``unevenness``: how much more the sea there varies from cell to cell than the scene's."""
        pixels = self.family.pixels
        inflation = np.clip(self.inflation * unevenness, 1.0, pixels)
        worth, counts = pixels / inflation, np.arange(1, pixels + 1)
        return inflation * np.interp(worth, counts, self.limits), inflation * np.interp(worth, counts, self.caps)

    def passed(self, surprises: Floats, windows: Places, unevenness: Floats) -> tuple[Places, Places]:
        """Seed and number of the windows that pass; rows of ``surprises`` are seeds, ``windows`` are columns of it."""
        limits, caps = self.scaled(unevenness)
        capped = np.minimum(surprises, caps[:, np.newaxis])
        hopeful = np.arange(len(capped))
        if windows.shape[1] > 1:
            # The brightest pixels in any of the windows carry no less than the best window; few seeds get beyond this.
            best = np.partition(capped[:, np.unique(windows)], -windows.shape[1], axis=1)[:, -windows.shape[1] :]
            hopeful = np.flatnonzero(best.sum(axis=1) > limits)
        seed, window = np.nonzero(capped[hopeful][:, windows].sum(axis=2) > limits[hopeful, np.newaxis])
        return hopeful[seed], window


@dataclass(frozen=True)
class Trials:
    """All tests of a scene's band, and from which surprise on a pixel is a seed."""

    tests: tuple[Trial, ...]
    seed: float
    reach: int


def trials_of(tested: tuple[Family, ...], rate: float, inflations: dict[str, float]) -> Trials:
    """The tests that together give ``rate`` separate false alarms a pixel."""
    made = []
    for family in tested:
        own = min(given(rate, tested) * family.share, 0.5)
        counts = range(1, family.pixels + 1)
        limits = np.array([limit(count, own) for count in counts])
        caps = np.array([cap(count, own) for count in counts])
        made.append(Trial(family, max(1.0, inflations.get(family.name, 1.0)), limits, caps))
    reach = max(int(np.abs(family.windows).max()) for family in tested)
    return Trials(tuple(made), min(SEED, -SEED_SHARE * float(np.log(rate))), reach)


def passing(y: Places, x: Places, at: At, tests: Trials, unevenness: Floats, stride: int = 1) -> tuple[Places, Places]:
    """Rows and columns of the pixels in windows that pass around the seeds, with repeats.

    ``stride`` spreads the windows where pixels were averaged over as many.
    """
    offsets, numbered = _offsets(tests)
    surprises = at(y[:, np.newaxis] + stride * offsets[:, 0], x[:, np.newaxis] + stride * offsets[:, 1])
    rows, columns = [y[:0]], [x[:0]]
    for test, windows in zip(tests.tests, numbered, strict=True):
        seed, window = test.passed(surprises, windows, unevenness)
        belongs = members(surprises[seed[:, np.newaxis], windows[window]], linear=test.family.linear)
        which, pixel = np.nonzero(belongs)
        places = offsets[windows[window[which], pixel]]
        rows.append(y[seed[which]] + stride * places[:, 0])
        columns.append(x[seed[which]] + stride * places[:, 1])
    return np.concatenate(rows), np.concatenate(columns)


def members(surprises: Floats, *, linear: bool) -> NDArray[np.bool_]:
    """Which pixels of windows that passed belong to what was found; they always hang together."""
    bright = surprises >= MEMBER
    if not linear:
        # The middle of a square touches all others.
        bright[:, surprises.shape[1] // 2] = True
        return np.asarray(bright)
    begun = np.maximum.accumulate(bright, axis=1)
    going_on = np.maximum.accumulate(bright[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(begun & going_on)


def _offsets(tests: Trials) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """All offsets once, and each family's windows as numbers of them."""
    stacked = np.concatenate([test.family.windows.reshape(-1, 2) for test in tests.tests])
    offsets, numbers = np.unique(stacked, axis=0, return_inverse=True)
    parts, begin = [], 0
    for test in tests.tests:
        size = test.family.windows.shape[0] * test.family.pixels
        parts.append(numbers.reshape(-1)[begin : begin + size].reshape(-1, test.family.pixels))
        begin += size
    return offsets, parts
