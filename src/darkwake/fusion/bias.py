"""By how far a scene lies off: learned from ships that hardly move, taken off for all others.

Scenes lie tens to hundreds of metres off the AIS positions of anchored ships, alike over tens of kilometres (OpenSARShip: 33
to 234 m). The bias is a smooth field of two components, east and north: a Gaussian process with mean nothing, the standard
deviation of geolocation and a length scale (kriging; Rasmussen and Williams 2006, chapter 2). So a ship alone says little,
three alike say nearly all, and far from all ships the bias is unknown again. Slow ships that disagree with the rest, such
as those matched wrongly, are given a larger error and weigh less (Huber's weights, taken again twice).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from darkwake import geo

Numbers = NDArray[np.float64]

ROUNDS, HUBER = 3, 2.0
"""How often the weights are taken again; residuals beyond so many standard deviations lose weight (Huber 1981: 1.5 to 2)."""


@dataclass(frozen=True)
class Bias:
    """A field of offsets, learned at some places."""

    lat: Numbers
    lon: Numbers
    weights: Numbers
    """Of the kernel at each place, for east and north."""
    spread: Numbers
    """Inverse covariance of what was learned."""
    prior_m: float
    reach_m: float

    @property
    def ships(self) -> int:
        """How many ships it was learned from."""
        return len(self.lat)

    def at(self, lat: ArrayLike, lon: ArrayLike) -> tuple[Numbers, Numbers, Numbers]:
        """East and north offsets of what is seen from where it is, and their common standard deviation, metres."""
        kernel = self.prior_m**2 * _alike(np.atleast_1d(lat), np.atleast_1d(lon), self.lat, self.lon, self.reach_m)
        mean = kernel @ self.weights
        explained = np.einsum("ij,jk,ik->i", kernel, self.spread, kernel)
        return mean[:, 0], mean[:, 1], np.sqrt(np.maximum(self.prior_m**2 - explained, 0.0))


def learn(
    places: Sequence[tuple[float, float]], offsets_m: ArrayLike, errors_m: ArrayLike, *, prior_m: float, reach_m: float
) -> Bias:
    """The bias that ships show: where they are, by how much (east, north) they are seen elsewhere, and how sure that is.

    >>> here = [(35.0, 139.0 + n / 100) for n in range(4)]
    >>> bias = learn(here, [[120.0, -30.0]] * 4, [40.0] * 4, prior_m=150.0, reach_m=20_000.0)
    >>> [round(float(metres[0])) for metres in bias.at(35.0, 139.02)]
    [118, -30, 20]
    >>> [round(float(metres[0])) for metres in bias.at(38.0, 139.02)]
    [0, 0, 150]
    """
    lat, lon = np.asarray(places, np.float64).T
    offsets, errors = np.asarray(offsets_m, np.float64), np.asarray(errors_m, np.float64)
    prior = prior_m**2 * _alike(lat, lon, lat, lon, reach_m)
    widened = errors.copy()
    for _ in range(ROUNDS):
        weights = np.linalg.solve(prior + np.diag(widened**2), offsets)
        residuals = np.hypot(*(offsets - prior @ weights).T)
        widened = errors * np.sqrt(np.maximum(1.0, residuals / (HUBER * errors)))
    spread = np.linalg.inv(prior + np.diag(widened**2))
    return Bias(lat, lon, np.asarray(spread @ offsets, np.float64), np.asarray(spread, np.float64), prior_m, reach_m)


def _alike(lat_a: Numbers, lon_a: Numbers, lat_b: Numbers, lon_b: Numbers, reach_m: float) -> Numbers:
    """How alike the bias is at two places: 1 at the same, falling like a bell."""
    distance_m = geo.distance_m(np.asarray(lat_a)[:, None], np.asarray(lon_a)[:, None], lat_b, lon_b)
    return np.asarray(np.exp(-0.5 * (distance_m / reach_m) ** 2), np.float64)
