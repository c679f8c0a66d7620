"""How independent accounts of one quantity are joined in joint worlds: weights of least variance, and Bayes' rule by hand.

A world stays the world it was: none is drawn again or weighed against another, for that would part a visit from the others
that share its unknowns. What was measured and what was expected are both drawn in every world and added with weights, which
gives the mean and the variance of Bayes' rule for normal errors (the ensemble Kalman filter with perturbed observations,
Burgers, van Leeuwen and Evensen 1998) and those of the linear Bayes rule for any others (Hartigan 1969). Knows no ship.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from darkwake.cargo.factor import Numbers

LEAST_SD = 0.01
"""No weight afloat is known better than this, of deadweight: draught surveys, made at the ship, reach 0.5 % of the cargo."""


@dataclass(frozen=True)
class Joined:
    """A quantity in every world, and how much of it was assumed before anything was measured: 0 none, 1 all of it."""

    values: Numbers
    assumed: Numbers

    def where(self, holds: NDArray[np.bool_], other: Joined) -> Joined:
        """This one in the worlds in which something holds, else the other."""
        return Joined(np.where(holds, self.values, other.values), np.where(holds, self.assumed, other.assumed))


def measured(values: Numbers) -> Joined:
    """Nothing of it assumed."""
    return Joined(values, np.zeros_like(values))


def assumed(values: Numbers) -> Joined:
    """All of it assumed."""
    return Joined(values, np.ones_like(values))


def joined(found: Numbers, expected: Numbers, rows: int = 1) -> Joined:
    """What was measured, with what was to be expected.

    >>> joined(np.array([9.0, 11.0]), np.array([14.0, 8.0])).assumed.round(2).tolist()
    [0.25, 0.25]
    """
    weight = least_variance(found, expected, rows)
    return Joined(weight * found + (1 - weight) * expected, 1 - weight)


def least_variance(one: Numbers, other: Numbers, rows: int = 1) -> Numbers:
    """The weight of ``one`` that gives the sum of both the least variance, held between 0 and 1 (Aitken 1935), for each row.

    >>> least_variance(np.array([-1.0, 1.0]), np.array([-2.0, 2.0])).tolist()
    [1.0, 1.0]
    """
    first, second = (values.reshape(rows, -1) - values.reshape(rows, -1).mean(axis=1, keepdims=True) for values in (one, other))
    spread = ((first - second) ** 2).sum(axis=1, keepdims=True)
    gain = (second * (second - first)).sum(axis=1, keepdims=True)
    weight = np.divide(gain, spread, out=np.ones_like(spread), where=spread > 0)
    return _in_every_world(np.clip(weight, 0.0, 1.0), first)


def likelihood(seen: Numbers, expected: Numbers, rows: int = 1) -> Numbers:
    """How well what was seen fits what is expected: the density of ``expected`` at the middle of ``seen``, with its spread.

    Both are shares of deadweight. The worlds of each row (:class:`darkwake.cargo.unknowns.InTurn`) are a distribution for
    themselves.
    """
    one, other = seen.reshape(rows, -1), expected.reshape(rows, -1)
    middle, sd = _middle_and_sd(one)
    fits = np.exp(-0.5 * ((middle - other) / sd) ** 2).mean(axis=1, keepdims=True)
    return _in_every_world(fits / (sd * math.sqrt(2 * math.pi)), one)


def likelihood_of_anything(seen: Numbers, rows: int = 1) -> Numbers:
    """The same where anything up to a full load is expected alike: all but 1, unless what was seen is hardly a load at all.

    >>> likelihood_of_anything(np.array([0.4, 0.5, 0.6])).round(3).tolist()
    [1.0, 1.0, 1.0]
    >>> likelihood_of_anything(np.array([-0.1, 0.0, 0.1])).round(3).tolist()
    [0.5, 0.5, 0.5]
    """
    one = seen.reshape(rows, -1)
    middle, sd = _middle_and_sd(one)
    return _in_every_world(ndtr((1 - middle) / sd) - ndtr(-middle / sd), one)


def _middle_and_sd(by_row: Numbers) -> tuple[Numbers, Numbers]:
    middle: Numbers = np.median(by_row, axis=1, keepdims=True)
    sd: Numbers = np.maximum(by_row.std(axis=1, keepdims=True), LEAST_SD)
    return middle, sd


def _in_every_world(by_row: Numbers, like: Numbers) -> Numbers:
    return np.broadcast_to(by_row, like.shape).ravel()
