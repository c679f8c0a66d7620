"""Tests on windows of a ship's shape: several surprising pixels side by side are a ship where one alone is the sea.

In rough seas one pixel proves nothing: at shape 1 the K law reaches 14 dB once in ten million pixels. So the surprises of the
pixels (``clutter.py``) are weighed and the weights summed over the pixels that a hull of 50 m by 10 m covers as it lies and
turns, over shorter bars and over a square. The best weight of a pixel is the logarithm of its likelihood as a ship over that as
clutter; log(1 + surprise/2), cut at a cap lest a spike pass for a ship, finds within half a per cent as many ships of 10 dB in
clutter of shape 1 as that logarithm does, 3 % more than the plain sum (Fisher's), and needs no shape. The law of a sum of
weights is found by convolution. Where speckle or texture is correlated, n pixels count as n/r (Brown 1975, Biometrics 31), with
r the measured variance of the sums over that of independent pixels (``survey.py``). Two polarisations are tested each alone and
together, as windows of twice as many pixels.

The rate that is asked for is the expected number of separate detections per searched pixel. Windows overlap, so each test gets
its share of a rate that was chosen by counting on simulated fields (``benchmarks/false_alarms.py --calibrate``); what was
counted does not depend on the sea, because surprises do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
SEED = 7.0
"""A window needs one pixel of this surprise (1 in 1,100): only around such pixels are windows summed at all."""

LEAST_SEED, SEED_LEVEL = 5.0, 6.5
"""In rough seas a ship of 10 dB has no such pixel; there 6.5 means of the sea are a seed (its brightest pixel of five is darker
once in a thousand times), but nothing of less than this surprise (1 in 150)."""

PAIR = 2
"""Polarisations that are tested together; where there are more, or one, each is tested alone."""

SEED_TOGETHER = 9.0
"""Of the seeds of two bands, windows of both are summed around those whose surprises come to this: all of a ship that shows in
both, and few others."""

SEED_SHARE = 0.75
"""Where the rate asked for is high, this share of its own surprise is enough for a seed."""

HALF = 2.0
"""Weight of a surprise: log(1 + surprise/2); from 1 to 4 the share of ships found changes by less than 2 %."""

CAP, CAP_SHARE = 12.0, 2.0
"""Surprises are cut at 12, or at twice the mean that a window needs where it counts for few pixels (chosen for the power
against ships of five pixels at 10 dB in clutter of shape 1 to infinity; it varies by a few per cent from 9 on)."""

STEP = 0.01
"""Grid of the convolution, in weights."""


@dataclass(frozen=True, eq=False)
class Family:
    """Windows of one shape in all its directions; ``windows`` are offsets (window, pixel, row and column) from the seed.

    ``share``: of the rate given, the chance of each window. ``linear``: pixels lie in a line, and those between two that
    belong to it belong to it. ``straight``: the ship that it asks for is told by its length alone.
    """

    name: str
    pixels: int
    share: float
    linear: bool
    windows: NDArray[np.int64]
    straight: bool = True


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


def hulls(length: int, least_share: float) -> dict[int, NDArray[np.int64]]:
    """Turned hulls of one pixel's width, by how many pixels they cover, in windows that hold the seed at any of their places.

    A pixel is covered where its middle is. Hulls lie at any angle and place on the grid; sets of pixels are left out that come
    up less often than ``least_share``, the straight bars, and what covers hardly half its length. Pixels are in order along it.
    """
    turn = (np.arange(TURNS) + 0.5) / TURNS * np.pi
    shift = (np.arange(SHIFTS) + 0.5) / SHIFTS - 0.5
    angle, dy, dx = (part.reshape(-1, 1, 1) for part in np.meshgrid(turn, shift, shift, indexing="ij"))
    y, x = np.mgrid[-length : length + 1, -length : length + 1]
    along = (y + dy) * np.sin(angle) + (x + dx) * np.cos(angle)
    across = (y + dy) * np.cos(angle) - (x + dx) * np.sin(angle)
    covered = (np.abs(along) < length / 2) & (np.abs(across) < 0.5)
    found: dict[bytes, list[int]] = {}
    for number, pixels in enumerate(covered):
        places = np.argwhere(pixels)
        found.setdefault((places - places.min(axis=0)).tobytes(), []).append(number)
    common = [numbers[0] for numbers in found.values() if len(numbers) >= least_share * len(covered)]
    sizes: dict[int, list[NDArray[np.int64]]] = {}
    for number in common:
        places = np.argwhere(covered[number])
        if np.ptp(places, axis=0).all():
            line = places[np.argsort(along[number][covered[number]], kind="stable")]
            sizes.setdefault(len(line), []).append(line - line[:, np.newaxis])
    return {size: np.concatenate(windows) for size, windows in sorted(sizes.items()) if size > length // 2 + 1}


TURNS, SHIFTS, LEAST_SHARE = 64, 8, 0.004
"""Angles and places of turned hulls that are tried; the sets of pixels that come up once in 250 times are three in four."""

FOUR = ((0, 1), (1, 1), (1, 0), (1, -1))
TWO = FOUR[::2]
NUMBERS = {4: "four", 5: "five", 6: "six", 7: "seven"}

FINE = (
    Family("bar of three", 3, 0.1, True, bar(3, FOUR)),
    Family("bar of five", 5, 1.0, True, bar(5, TWO)),
    *(Family(f"hull of {NUMBERS[n]}", n, 0.035, True, found, straight=False) for n, found in hulls(5, LEAST_SHARE).items()),
    Family("square of nine", 9, 0.1, False, square(3)),
)
"""For pixels of up to 15 m: a ship of 30 m fills three in a line. One pixel alone is no ship: the radar itself is coarser.
A turned hull covers any of sixty sets of pixels; the best test gives each a chance like the share of ships that cover it, a
seventh of a straight bar's, whose own is four times that again: 4 % of the straight ships for 2 % of the others at 1e-7."""

COARSE = (
    Family("pixel", 1, 0.2, True, bar(1, FOUR[:1])),
    Family("bar of two", 2, 0.3, True, bar(2, FOUR)),
    Family("bar of three", 3, 0.3, True, bar(3, FOUR)),
    Family("square of nine", 9, 0.2, False, square(3)),
)
"""For coarser pixels, of which a ship fills one to ten."""

COARSE_FROM_M = 15.0

GIVEN = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)
COUNTED = {
    ("fine", 1): (1.69e-3, 2.11e-4, 2.94e-5, 3.62e-6, 4.15e-7, 4.52e-8, 4.42e-9),
    ("fine", 2): (4.48e-4, 9.98e-5, 1.74e-5, 2.50e-6, 2.99e-7, 3.48e-8, 3.71e-9),
    ("coarse", 1): (1.36e-3, 1.92e-4, 2.28e-5, 2.46e-6, 2.60e-7, 2.65e-8, 2.71e-9),
    ("coarse", 2): (5.59e-4, 1.28e-4, 1.94e-5, 2.30e-6, 2.65e-7, 2.82e-8, 2.87e-9),
}
"""Separate detections a pixel that were counted when the tests of a set were given each rate of ``GIVEN``; see the module."""


def families(spacing_m: float) -> tuple[Family, ...]:
    """The windows that are tested at a pixel spacing."""
    return COARSE if spacing_m > COARSE_FROM_M else FINE


def tests_of(bands: int) -> int:
    """Among how many tests the rate is shared: each band alone, and two together.

    >>> [tests_of(bands) for bands in (1, 2, 4)]
    [1, 3, 4]
    """
    return bands + 1 if bands == PAIR else bands


def given(rate: float, tested: tuple[Family, ...], channels: int = 1) -> float:
    """The rate that the tests have to be given between them, so that ``rate`` is met."""
    given_rates, met = _counted(tested, channels)
    return _between(rate, met, given_rates)


def counted(rate: float, tested: tuple[Family, ...], channels: int = 1) -> float:
    """What is met when the tests are given a rate between them: the inverse of :func:`given`."""
    given_rates, met = _counted(tested, channels)
    return _between(rate, given_rates, met)


def _counted(tested: tuple[Family, ...], channels: int) -> tuple[Floats, Floats]:
    name = "coarse" if tested is COARSE else "fine"
    return np.log(GIVEN[::-1]), np.log(COUNTED[name, channels][::-1])


def _between(rate: float, known: Floats, wanted: Floats) -> float:
    """Straight lines between the counted rates in logarithms, and proportion beyond them."""
    at = np.log(rate)
    return float(np.exp(np.interp(at, known, wanted) + at - np.clip(at, known[0], known[-1])))


def weight(surprises: Floats) -> Floats:
    """What a pixel counts in a sum; see the module."""
    return np.asarray(np.log1p(surprises / HALF))


def surprise_of(weights: Floats) -> Floats:
    """The inverse of :func:`weight`."""
    return np.asarray(HALF * np.expm1(weights))


def cap(count: int, rate: float) -> float:
    """Where surprises are cut in a window that counts for so many independent pixels."""
    return max(CAP, -CAP_SHARE * float(np.log(rate)) / count)


@lru_cache(maxsize=256)
def limit(count: int, rate: float) -> float:
    """The sum of weights of independent pixels that is passed with a chance of ``rate``.

    >>> round(float(surprise_of(np.array(limit(1, 1e-6)))), 1)  # -ln(1e-6)
    13.8
    """
    steps = round(float(weight(np.array(cap(count, rate)))) / STEP)
    edges = np.exp(-surprise_of(STEP * np.arange(steps + 1, dtype=np.float64)))
    one = np.append(edges[:-1] - edges[1:], edges[-1])
    size = count * steps + 1
    law = np.fft.irfft(np.fft.rfft(one, 2 * size) ** count, 2 * size)[:size]
    survival = np.cumsum(law[::-1])[::-1]
    # The mass of a bin lies at its middle: half a step for each pixel, less half a step for the sum's own bin.
    reached = int(np.argmax(survival < rate))
    part = np.log(survival[reached - 1] / rate) / np.log(survival[reached - 1] / max(survival[reached], rate * 1e-9))
    return float(STEP * (reached - 1 + part + (count - 1) / 2.0))


@dataclass(frozen=True)
class Trial:
    """A family with its limits: at ``counts`` independent pixels (1 to all of them) the sum of weights and the cap."""

    family: Family
    channels: int
    inflation: float
    limits: Floats
    caps: Floats

    def scaled(self, unevenness: Floats) -> tuple[Floats, Floats]:
        """Limit and cap at each seed; ``unevenness``: how much more the sea there varies from cell to cell than the scene's."""
        pixels = self.family.pixels * self.channels
        inflation = np.clip(self.inflation * unevenness, 1.0, pixels)
        worth, counts = pixels / inflation, np.arange(1, pixels + 1)
        return inflation * np.interp(worth, counts, self.limits), inflation * np.interp(worth, counts, self.caps)


@dataclass(frozen=True)
class Trials:
    """All tests of a scene's band, or of its bands together, and from which surprise on a pixel is a seed."""

    tests: tuple[Trial, ...]
    seed: float
    reach: int


def trials_of(tested: tuple[Family, ...], rate: float, inflations: dict[str, float], *, channels: int = 1) -> Trials:
    """The tests that together give ``rate`` separate false alarms a pixel."""
    made = []
    for family in tested:
        own = min(given(rate, tested, channels) * family.share, 0.5)
        counts = range(1, family.pixels * channels + 1)
        limits = np.array([limit(count, own) for count in counts])
        caps = np.array([cap(count, own) for count in counts])
        made.append(Trial(family, channels, max(1.0, inflations.get(family.name, 1.0)), limits, caps))
    reach = max(int(np.abs(family.windows).max()) for family in tested)
    return Trials(tuple(made), min(SEED, -SEED_SHARE * float(np.log(rate))), reach)
