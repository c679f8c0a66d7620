"""A simulated watch over one berth: ships that come and go, spells of cloud, looks; and the truth of who was seen.

Everything happens in hours from a start: arrivals by a Poisson process, stays from a gamma distribution, clear and overcast
spells of exponential length one after the other, looks about once a day. Each visit is then held against each look. Nothing in
here knows how the number unseen is estimated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOURS_PER_DAY = 24.0
STAY_SHAPE = 4.0
"""Shape of the gamma distribution of stays: the logarithms of stays then spread by 0.53, as at terminals that were scanned."""


@dataclass(frozen=True)
class Berth:
    """What is true of a berth and of those who look at it."""

    clear_share: float
    days: float = 240.0
    visits_a_day: float = 0.25
    mean_stay_h: float = 30.0
    cloud_half_life_h: float = 15.0
    looks_a_day: float = 1.0
    jitter_h: float = 1.0
    """Looks come this much earlier or later than even distances, at most."""
    blind_days: tuple[float, float] | None = None
    """First and last day of a span in which nobody looked."""


@dataclass(frozen=True)
class Watched:
    """What happened, and what the looks showed."""

    looks_h: NDArray[np.float64]
    clear: NDArray[np.bool_]
    arrivals_h: NDArray[np.float64]
    seen: NDArray[np.bool_]

    @property
    def unseen(self) -> int:
        """The true number of visits that nobody saw."""
        return int((~self.seen).sum())


def watch(berth: Berth, random: np.random.Generator) -> Watched:
    """One world of a berth."""
    span_h = berth.days * HOURS_PER_DAY
    looks_h = _looks(berth, span_h, random)
    clear = _sky(berth, span_h, random, looks_h)
    arrivals_h = np.sort(random.random(random.poisson(berth.visits_a_day * berth.days)) * span_h)
    stays_h = random.gamma(STAY_SHAPE, berth.mean_stay_h / STAY_SHAPE, len(arrivals_h))
    there = (arrivals_h[:, None] <= looks_h) & (looks_h <= (arrivals_h + stays_h)[:, None])
    return Watched(looks_h, clear, arrivals_h, np.asarray((there & clear).any(axis=1)))


def _looks(berth: Berth, span_h: float, random: np.random.Generator) -> NDArray[np.float64]:
    step_h = HOURS_PER_DAY / berth.looks_a_day
    even = np.arange(step_h / 2, span_h, step_h)
    looks = np.clip(even + random.uniform(-berth.jitter_h, berth.jitter_h, len(even)), 0, span_h)
    if berth.blind_days is None:
        return looks
    first, last = (day * HOURS_PER_DAY for day in berth.blind_days)
    return looks[(looks < first) | (looks > last)]


def _sky(berth: Berth, span_h: float, random: np.random.Generator, at_h: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether it was clear at these hours: spells whose lengths make the share and the half-life what they are.

    Clear spells end at a rate a, overcast ones at a rate b: the clear share is b / (a + b) and the correlation exp(-(a + b) t).
    """
    changes = np.log(2) / berth.cloud_half_life_h
    ends = {True: changes * (1 - berth.clear_share), False: changes * berth.clear_share}
    now = bool(random.random() < berth.clear_share)
    first, moment, borders = now, 0.0, []
    while moment < span_h:
        moment += random.exponential(1 / ends[now])
        borders.append(moment)
        now = not now
    odd = np.searchsorted(np.array(borders), at_h) % 2 == 1
    clear: NDArray[np.bool_] = odd != first
    return clear
