"""The chance that a visit was seen, from when one could have looked: looks, cloud that lasts, and hours alongside.

A visit that arrives at any time of a watched span alike is seen if a look that serves falls into its stay. Between two such
looks that lie ``g`` hours apart, of the arrivals those of the last ``min(stay, g)`` hours are seen: the chance is the sum of
these over the span, an identity that holds for any spacing of looks. Looks that nobody made leave a wide ``g`` and so lower
it. Cloud is a process of two states in which overcast and clear spells last; its correlation from look to look halves every
``half_life_h`` hours. Every world has its own sky, so visits that came in one spell share its luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from darkwake.cargo.factors import Factor, Numbers
from darkwake.errors import InputError
from darkwake.units import SECONDS_PER_HOUR

Flags = NDArray[np.bool_]

HOURS_PER_DAY = 24.0
STAY_NODES = 9
"""Stays by which the spread from visit to visit is averaged: the middles of as many equal parts of its distribution."""
MOST_CELLS = 1 << 19
"""Looks times worlds that are reckoned with at once, for memory."""
EVEN = 0.5
"""Added to both counts of a share that is estimated from a count (the prior of Jeffreys, 1946)."""


@dataclass(frozen=True)
class Look:
    """A moment at which somebody looked at a place.

    ``clear`` is the chance that the look could show a ship there: 1 for radar or a clear picture, 0 for one under cloud,
    between them by the share of cloud in the picture, ``None`` where nothing is known of the sky.
    """

    time: datetime
    clear: float | None = None

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise InputError(f"the look at {self.time.isoformat()} has no time zone", do="give UTC")
        if self.clear is not None and not 0 <= self.clear <= 1:
            raise InputError(f"a look that is clear with a chance of {self.clear}", do="give a chance between 0 and 1")


@dataclass(frozen=True)
class Sky:
    """What is not known of the looking, world by world: the clear share, how long cloud lasts, how many ships are noticed."""

    clear_share: Numbers
    half_life_h: Numbers
    noticed: Numbers

    def of(self, some: slice) -> Sky:
        """The same of some worlds."""
        return Sky(self.clear_share[some], self.half_life_h[some], self.noticed[some])


def regular(start: datetime, end: datetime, per_day: float) -> tuple[Look, ...]:
    """Looks at even distances, of whose skies nothing is known.

    >>> from datetime import UTC
    >>> day = datetime(2024, 3, 7, tzinfo=UTC)
    >>> [look.time.hour for look in regular(day, day + timedelta(days=1), 2.0)]
    [6, 18]
    """
    if not 0 < per_day <= HOURS_PER_DAY:
        raise InputError(f"{per_day:g} looks a day", do="give more than 0 and at most 24")
    step = timedelta(hours=HOURS_PER_DAY / per_day)
    return tuple(Look(start + (n + 0.5) * step) for n in range(int((end - start) / step + 0.5)))


def spread_h(typical: Numbers, own: Factor) -> Numbers:
    """Hours alongside (worlds x nodes): the typical stay times how one visit differs from it."""
    found: Numbers = typical[:, None] * own.at(_middles())[None, :]
    return found


def timed_h(stays_h: Sequence[float], worlds: int) -> Numbers:
    """Hours alongside (worlds x nodes) of visits that were timed, the same in every world.

    Raises:
        InputError: a stay that is negative or no number.
    """
    timed = np.asarray(stays_h, dtype=np.float64)
    if not np.isfinite(timed).all() or timed.min() < 0:
        raise InputError("a stay that is negative or no number of hours", do="give hours alongside, 0 or more")
    return np.tile(np.quantile(timed, _middles()), (worlds, 1))


def _middles() -> Numbers:
    return (np.arange(STAY_NODES) + 0.5) / STAY_NODES


def chance_seen(
    looks: Sequence[Look], start: datetime, end: datetime, hours: Numbers, sky: Sky, random: np.random.Generator
) -> Numbers:
    """The chance in each world that a visit which arrives between two moments is seen.

    Args:
        looks: the looks; those outside the span are not used.
        start: first moment of the span.
        end: last moment.
        hours: hours alongside, worlds x stays that are alike likely.
        sky: what is not known of the looking, world by world.
        random: draws the sky of each world.
    """
    span_h = (end - start).total_seconds() / SECONDS_PER_HOUR
    if span_h <= 0:
        raise InputError(f"the span ends at {end.isoformat()}, before it begins", do="mend start and end")
    inside = sorted((look for look in looks if start <= look.time <= end), key=lambda look: look.time)
    if not inside:
        return np.zeros(len(hours))
    at_h = np.array([(look.time - start).total_seconds() / SECONDS_PER_HOUR for look in inside])
    told = np.array([np.nan if look.clear is None else look.clear for look in inside])
    at_once = max(1, MOST_CELLS // len(inside))
    blocks = [slice(first, first + at_once) for first in range(0, len(hours), at_once)]
    seen_h = np.concatenate([_seen_h(at_h, told, hours[some], sky.of(some), random) for some in blocks])
    chance: Numbers = np.clip(seen_h / span_h, 0.0, 1.0)
    return chance


def _seen_h(at_h: Numbers, told: Numbers, hours: Numbers, sky: Sky, random: np.random.Generator) -> Numbers:
    """Hours of arrival from which a look that serves is reached, in each world, mean over the stays."""
    shape = len(at_h), len(hours)
    clear = random.random(shape) < told[:, None]
    if np.isnan(told).any():
        clear = np.where(np.isnan(told)[:, None], _overhead(at_h, sky, random), clear)
    serves = clear & (random.random(shape) < sky.noticed)
    last_h = np.maximum.accumulate(np.where(serves, at_h[:, None], 0.0), axis=0)
    before_h = np.concatenate([np.zeros((1, shape[1])), last_h[:-1]])
    gaps_h = np.where(serves, at_h[:, None] - before_h, 0.0)
    reached = [np.minimum(gaps_h, hours[:, node]).sum(axis=0) for node in range(hours.shape[1])]
    return np.asarray(np.mean(reached, axis=0), dtype=np.float64)


def _overhead(at_h: Numbers, sky: Sky, random: np.random.Generator) -> Flags:
    """Whether it is clear at each look (looks x worlds): as at the look before, with the chance that nothing changed it.

    Else it is drawn anew: two states, a clear share that stays the same, a correlation that halves every ``half_life_h``.
    """
    shape = len(at_h), len(sky.clear_share)
    kept = random.random(shape) < 2.0 ** (-np.diff(at_h, prepend=-np.inf)[:, None] / sky.half_life_h)
    since = np.maximum.accumulate(np.where(kept, 0, np.arange(shape[0])[:, None]), axis=0)
    drawn = random.random(shape) < sky.clear_share
    return np.asarray(np.take_along_axis(drawn, since, axis=0))


def share_from_looks(looks: Sequence[Look], half_life_h: Numbers, uniform: Numbers) -> Numbers:
    """The clear share at these cumulative probabilities, from looks of which it is known how clear they were.

    The looks count for fewer where cloud outlasts the time between them: n looks, each correlated with the next by r, tell
    the mean as well as n (1 - r) / (1 + r) that are independent (Bayley and Hammersley, 1946, for a first-order process).

    Raises:
        InputError: no look tells how clear it was.
    """
    told = sorted((look for look in looks if look.clear is not None), key=lambda look: look.time)
    if not told:
        raise InputError("no look says how clear it was", do="state the clear share")
    clear = sum(look.clear for look in told if look.clear is not None)
    steps_h = [(after.time - before.time).total_seconds() / SECONDS_PER_HOUR for before, after in pairwise(told)]
    alike = 2.0 ** (-float(np.median(steps_h) if steps_h else np.inf) / half_life_h)
    worth = np.maximum((1 - alike) / (1 + alike), 1 / len(told))
    return np.asarray(betaincinv(clear * worth + EVEN, (len(told) - clear) * worth + EVEN, uniform))
