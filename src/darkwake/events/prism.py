r"""A silence as a space-time prism: where a ship could have been between being last heard and being heard again.

For each place: for how long, and how the length of the silence speaks for a call there.

    place  |        .--------.            longest alongside: between the earliest arrival
           |       /          \\           and the latest departure at the greatest speed
    start  |______/            \\______   end
           +---------------------------> time

Source: Hägerstrand (1970, Papers of the Regional Science Association 24); here the speed is bounded, the plane is the sea,
and distances are ways over water. What it does not say: that she was there. A place that could be reached is a place that
cannot be excluded, no more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from darkwake.units import METRES_PER_NAUTICAL_MILE

Floats = NDArray[np.float64]

US_PER_HOUR = 3_600_000_000
STEPS = 240
"""Speeds at which the laws are summed up, evenly spread on the logarithm (more changes no probability by 0.002)."""


@dataclass(frozen=True)
class SpeedLaw:
    """Mean speed of a ship over the ways of a silence: lognormal, cut off at the greatest speed, knots."""

    median_kn: float
    sigma: float
    """Standard deviation of the logarithm."""
    greatest_kn: float

    def __post_init__(self) -> None:
        """Refuse speeds that make no sense.

        Raises:
            ValueError: a speed or spread is not above zero, or the median lies beyond the greatest speed.
        """
        if not 0 < self.median_kn <= self.greatest_kn or self.sigma <= 0:
            raise ValueError("speeds and their spread have to be above 0, the median at most the greatest speed")

    def grid(self) -> tuple[Floats, Floats]:
        """Speeds up to the greatest, and the weight of each; the weights add up to 1."""
        slowest = self.median_kn * math.exp(-5.0 * self.sigma)
        logs = np.linspace(math.log(slowest), math.log(self.greatest_kn), STEPS)
        weights = np.exp(-0.5 * ((logs - math.log(self.median_kn)) / self.sigma) ** 2)
        weights[[0, -1]] /= 2
        return np.exp(logs), weights / weights.sum()


@dataclass(frozen=True)
class TimeLaw:
    """A length of time: lognormal, hours."""

    median_h: float
    sigma: float

    def __post_init__(self) -> None:
        """Refuse times that make no sense.

        Raises:
            ValueError: the median or the spread is not above zero.
        """
        if self.median_h <= 0 or self.sigma <= 0:
            raise ValueError("a time and its spread have to be above 0")

    def density(self, hours: Floats) -> Floats:
        """Density per hour; 0 for no time and less."""
        some = np.maximum(hours, 1e-9)
        z = (np.log(some) - math.log(self.median_h)) / self.sigma
        return np.where(hours > 0, np.exp(-0.5 * z**2) / (some * self.sigma * math.sqrt(2 * math.pi)), 0.0)


@dataclass(frozen=True)
class Silence:
    """What is known of a ship over a time in which nobody heard her."""

    key: str
    """Id of the gap event, or of any other window in which she was not seen."""
    start_us: int
    """When she was last heard, microseconds since 1970 UTC."""
    lat: float
    lon: float
    until_us: int
    """When she was heard again; for an open silence until when the receivers listened."""
    end: tuple[float, float] | None
    """Latitude and longitude where she was heard again; nothing while the silence is open."""
    speed: SpeedLaw

    @property
    def hours(self) -> float:
        """Length of the silence."""
        return (self.until_us - self.start_us) / US_PER_HOUR

    @property
    def reach_m(self) -> float:
        """The farthest way that she could have sailed."""
        return self.hours * self.speed.greatest_kn * METRES_PER_NAUTICAL_MILE

    def times_us(self, there_m: Floats, back_m: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Earliest arrival and latest departure at the greatest speed, microseconds; beyond reach the first is the later."""
        us_per_m = US_PER_HOUR / (self.speed.greatest_kn * METRES_PER_NAUTICAL_MILE)
        far = 4.0 * (self.until_us - self.start_us) + US_PER_HOUR
        arrive = self.start_us + np.minimum(there_m * us_per_m, far)
        depart = self.until_us - np.minimum(back_m * us_per_m, far)
        return np.ceil(arrive).astype(np.int64), np.floor(depart).astype(np.int64)


def call_density(silence: Silence, way_nm: Floats, stay: TimeLaw) -> Floats:
    """For each place, how likely a call there makes a silence of this length, per hour.

    The way there and back at one mean speed, and a stay: the densities of all splits of the time are added up. 0 where the
    way cannot be sailed in the time at the greatest speed.

    >>> law = SpeedLaw(12.0, 0.2, 18.0)
    >>> day = Silence("gap", 0, 42.7, 133.1, 72 * US_PER_HOUR, (42.7, 133.1), law)
    >>> call_density(day, np.array([320.0, 1300.0]), TimeLaw(24.0, 0.8)).round(4).tolist()
    [0.0086, 0.0]
    """
    speeds, weights = silence.speed.grid()
    stays = silence.hours - np.asarray(way_nm)[:, None] / speeds[None, :]
    return np.asarray(stay.density(stays) @ weights)


def straight_density(silence: Silence, way_nm: float, idle: TimeLaw, idle_share: float) -> float:
    """How likely a silence of this length is without any call: she sails straight on, or lies or drifts on the way, per hour.

    Args:
        silence: the silence.
        way_nm: way by sea between its ends.
        idle: how long ships lie or drift, where they do.
        idle_share: share of silences in which they do.
    """
    speeds, weights = silence.speed.grid()
    idle_part = float(idle.density(silence.hours - way_nm / speeds) @ weights)
    needed = way_nm / silence.hours
    law = silence.speed
    z = (math.log(max(needed, 1e-9)) - math.log(law.median_kn)) / law.sigma
    # The density of way / speed at the length of the silence; none beyond the greatest speed.
    sailing = math.exp(-0.5 * z**2) / (law.sigma * math.sqrt(2 * math.pi) * silence.hours) if needed <= law.greatest_kn else 0.0
    return (1 - idle_share) * sailing + idle_share * idle_part


def arrived_share(silence: Silence, there_nm: Floats) -> Floats:
    """For an open silence the chance that a ship bound for each place has got there by now."""
    speeds, weights = silence.speed.grid()
    return np.asarray((np.asarray(there_nm)[:, None] <= speeds[None, :] * silence.hours) @ weights)
