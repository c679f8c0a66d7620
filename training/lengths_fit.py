"""A robust line with a penalty, and conformal errors from held-out scenes: all that the model of lengths is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]
Scenes = NDArray[np.str_]

PENALTY = 20.0
"""Weight of the squares of the slopes, in ships: the number after which a slope is half believed, numbers standardised."""
ELBOW = 1.35
"""Errors beyond so many robust deviations count by their size, not its square (Huber 1981: 95 % efficient if all is normal)."""
ROUNDS = 60
CLIP_SD = 4.0
SHARES = (0.05, 0.95)
LEAST_SCALE_M = 1.0


@dataclass(frozen=True)
class Fitted:
    """A line through standardised numbers, clipped at four deviations."""

    mean: Numbers
    scale: Numbers
    slopes: Numbers
    level: float

    def at(self, numbers: Numbers) -> Numbers:
        """Expected values."""
        return self.level + np.clip((numbers - self.mean) / self.scale, -CLIP_SD, CLIP_SD) @ self.slopes


def fit(numbers: Numbers, truth: Numbers, weights: Numbers | None = None) -> Fitted:
    """Huber regression with a ridge, by re-weighted least squares."""
    given = np.ones(len(truth)) if weights is None else weights
    mean, scale = np.average(numbers, axis=0, weights=given), numbers.std(axis=0) + 1e-9
    table = np.column_stack([np.ones(len(truth)), np.clip((numbers - mean) / scale, -CLIP_SD, CLIP_SD)])
    penalty = np.eye(table.shape[1]) * PENALTY
    penalty[0, 0] = 0
    robust = np.ones(len(truth))
    for _ in range(ROUNDS):
        weighted = table * (robust * given)[:, np.newaxis]
        answer = np.linalg.solve(weighted.T @ table + penalty, weighted.T @ truth)
        error = np.abs(truth - table @ answer)
        deviation = max(float(np.median(error)) / 0.6745, 1e-6)
        robust = np.minimum(1.0, ELBOW * deviation / np.maximum(error, 1e-9))
    return Fitted(mean, scale, answer[1:], float(answer[0]))


def held_out(numbers: Numbers, truth: Numbers, scenes: Scenes, weights: Numbers | None = None) -> Numbers:
    """Each ship's value by a line that has not seen her scene."""
    values = np.zeros(len(truth))
    for scene in np.unique(scenes):
        own = scenes == scene
        values[own] = fit(numbers[~own], truth[~own], None if weights is None else weights[~own]).at(numbers[own])
    return values


def balanced(scenes: Scenes, weights: Numbers) -> Numbers:
    """Weights by which a scene of four times the ships counts twice as much: many ships of one sea are not as many seas."""
    names, place = np.unique(scenes, return_inverse=True)
    sums = np.bincount(place, weights)
    return np.asarray(weights * np.sqrt(sums.sum() / len(names) / sums[place]), np.float64)


def errors(values: Numbers, truth: Numbers, scenes: Scenes) -> dict[str, float]:
    """Scale of held-out errors (base + share of the value), and their 5 and 95 % points in it, widened for few scenes."""
    error = np.abs(truth - values)
    table = np.column_stack([np.ones(len(values)), values])
    base, share = np.linalg.lstsq(table, np.minimum(error, np.percentile(error, 95)), rcond=None)[0]
    base, share = max(float(base), LEAST_SCALE_M), max(float(share), 0.0)
    score = np.sort((truth - values) / (base + share * np.maximum(values, 0.0)))
    # The conformal rank: of n + 1 exchangeable scores the new one lies beyond it no oftener than asked (Vovk et al. 2005).
    low, high = np.floor((len(score) + 1) * SHARES[0]), np.ceil((len(score) + 1) * SHARES[1])
    ends = np.clip([low, high], 1, len(score)).astype(int) - 1
    wider = few_scenes(truth - values, scenes)
    return {"base": base, "share": share, "low": float(score[ends[0]]) * wider, "high": float(score[ends[1]]) * wider}


def few_scenes(error: Numbers, scenes: Scenes) -> float:
    """By how much an interval is wider because what scenes differ by is known from few: Student's t in place of the normal law.

    Only that part of the variance is stretched, the mean error of a scene; a scene's ships are many.
    """
    names = np.unique(scenes)
    means = np.array([np.mean(error[scenes == scene]) for scene in names])
    within = float(np.mean([np.var(error[scenes == scene]) for scene in names]))
    between = float(means.var(ddof=1))
    stretch = (stats.t.ppf(SHARES[1], len(names) - 1) / stats.norm.ppf(SHARES[1])) ** 2 * (1 + 1 / len(names))
    return float(np.sqrt((within + stretch * between) / (within + between)))
