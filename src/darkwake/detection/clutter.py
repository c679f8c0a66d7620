"""The law of the sea's brightness: how surprising a pixel is, and what speckle and texture make it so.

Intensity is speckle of L looks on a texture of shape ν, each gamma distributed: the K law (Jakeman and Pusey 1976; Oliver and
Quegan 2004, chapter 5). It has two parameters beside the mean, and L and ν enter alike. L belongs to the product; ν follows
from the variance of the ring, so that one table a scene, by relative variance and by deviations over the mean, tells the
*surprise* of a pixel: minus the logarithm of the chance that clutter is as bright. Under the law it is exponential with mean
1 whatever the sea, which is what the tests on windows (``windows.py``) stand on.

Not here: which pixels the statistics are taken from (``sea.py``), which windows are tested (``windows.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import interpolate, special

Floats = NDArray[np.float64]

LEAST_VARIANCE, MOST_VARIANCE = 1e-4, 8.0
"""Range of the relative variance in the table: ten thousand looks; K clutter of one look and shape 1/3."""

ROWS, EXACT_ROWS, COLUMNS = 1024, 64, 384
"""Rows (variance) and columns (brightness) of a table; the exact rows are computed, those between are interpolated."""

DIMMEST, BRIGHTEST = -6.0, 3e4
"""Range of brightness in a table, deviations from the mean."""

MOST = 600.0
"""Largest surprise told: exp(-600)."""

TEXTURE_POINTS = 240


def surprise_gamma(value: Floats, looks: float) -> Floats:
    """Surprise of a value in means where there is no texture."""
    return np.asarray(-np.log(np.maximum(special.gammaincc(looks, looks * np.maximum(value, 0.0)), np.exp(-MOST))))


def surprise_k(value: Floats, looks: float, shape: float) -> Floats:
    """Surprise of a value in means: the gamma law of the speckle, averaged over the texture.

    With one look and shape 1 the survival is 2 sqrt(x) K1(2 sqrt(x)) (Oliver and Quegan 2004, equation 5.18):

    >>> x = np.array([1.0, 25.0])
    >>> np.allclose(surprise_k(x, 1.0, 1.0), -np.log(2 * np.sqrt(x) * special.k1(2 * np.sqrt(x))), atol=1e-4)
    True
    """
    width = 1.0 / np.sqrt(shape)
    low = -min(40.0 / shape, 12.0 * width + 36.0 / shape) if shape < 40 else -12.0 * width
    log_texture = np.linspace(low, 12.0 * width if shape > 40 else np.log(1.0 + 70.0 / shape) + 0.7, TEXTURE_POINTS)
    step = log_texture[1] - log_texture[0]
    texture = np.exp(log_texture)
    weight = np.exp(shape * (np.log(shape) + log_texture - texture) - special.gammaln(shape)) * step
    survival = special.gammaincc(looks, looks * np.maximum(value, 0.0)[:, np.newaxis] / texture) @ weight
    return np.asarray(-np.log(np.clip(survival, np.exp(-MOST), 1.0)))


def looks_and_shape(second: float, third: float) -> tuple[float, float]:
    """Inverse looks and inverse texture shape, the smaller first, from the moments E[x²]/E[x]² and E[x³]/E[x]³ of a K law.

    The moments are (1+a)(1+b) and (1+a)(1+2a)(1+b)(1+2b) with a and b the inverses, which gives their sum and product.

    >>> tuple(round(v, 6) for v in looks_and_shape(1.25 * 2.0, 1.25 * 1.5 * 2.0 * 3.0))
    (0.25, 1.0)
    """
    total = (4.0 * second - 3.0 - third / second) / 2.0
    product = second - 1.0 - total
    if product <= 0.0:
        return 0.0, max(second - 1.0, 0.0)
    root = np.sqrt(max(total**2 / 4.0 - product, 0.0))
    if root == 0.0:
        both = float(np.sqrt(second) - 1.0)
        return both, both
    return float(total / 2.0 - root), float(total / 2.0 + root)


@dataclass(frozen=True)
class Law:
    """Surprises of a scene's clutter; rows by the logarithm of the relative variance, columns by asinh of the deviations."""

    looks: float
    table: Floats

    def row(self, variance: Floats) -> NDArray[np.int64]:
        """The row of a relative variance."""
        low, high = np.log(LEAST_VARIANCE), np.log(MOST_VARIANCE)
        at = (np.log(np.clip(variance, LEAST_VARIANCE, MOST_VARIANCE)) - low) / (high - low) * (ROWS - 1)
        return np.asarray(np.rint(at), np.int64)

    def surprise(self, deviations: Floats, row: NDArray[np.int64]) -> Floats:
        """Surprise of pixels some deviations over the mean."""
        low, high = np.arcsinh(DIMMEST), np.arcsinh(BRIGHTEST)
        at = (np.arcsinh(np.clip(deviations, DIMMEST, BRIGHTEST)) - low) * ((COLUMNS - 1) / (high - low))
        column = np.minimum(at.astype(np.int64), COLUMNS - 2)
        flat, part, first = self.table.ravel(), at - column, row * COLUMNS + column
        below = flat[first]
        return np.asarray(below + part * (flat[first + 1] - below))

    def deviations(self, surprise: float) -> Floats:
        """Deviations over the mean at which pixels of each row are so surprising."""
        y = np.linspace(np.arcsinh(DIMMEST), np.arcsinh(BRIGHTEST), COLUMNS)
        reached = np.argmax(self.table >= surprise, axis=1)
        reached = np.where(self.table[:, -1] < surprise, COLUMNS - 1, np.maximum(reached, 1))
        rows = np.arange(ROWS)
        above, below = self.table[rows, reached], self.table[rows, reached - 1]
        part = np.clip((surprise - below) / np.maximum(above - below, 1e-12), 0.0, 1.0)
        return np.asarray(np.sinh(y[reached - 1] + part * (y[1] - y[0])), np.float64)


def variances() -> Floats:
    """Relative variance of each row."""
    return np.geomspace(LEAST_VARIANCE, MOST_VARIANCE, ROWS)


@lru_cache(maxsize=8)
def law_of(looks: float) -> Law:
    """The table for speckle of some looks. What is smoother than that speckle is taken for speckle of more looks."""
    log_variance = np.log(variances())
    deviations = np.sinh(np.linspace(np.arcsinh(DIMMEST), np.arcsinh(BRIGHTEST), COLUMNS))
    speckle = 1.0 / looks
    table = np.empty((ROWS, COLUMNS))
    smooth = np.exp(log_variance) <= speckle
    for n in np.flatnonzero(smooth):
        variance = np.exp(log_variance[n])
        table[n] = surprise_gamma(1.0 + np.sqrt(variance) * deviations, 1.0 / variance)
    if not smooth.all():
        table[~smooth] = _rough_rows(log_variance[~smooth], deviations, looks)
    return Law(looks, np.maximum.accumulate(table, axis=1))


def _rough_rows(log_variance: Floats, deviations: Floats, looks: float) -> Floats:
    """Rows of K laws; by the inverse of the shape, in whose root the surprise is smooth."""
    inverse = np.maximum((1.0 + np.exp(log_variance)) / (1.0 + 1.0 / looks) - 1.0, 1e-6)
    root = np.sqrt(inverse)
    knots = np.linspace(root[0], root[-1], EXACT_ROWS)
    exact = np.empty((EXACT_ROWS, deviations.size))
    for n, knot in enumerate(knots):
        variance = (1.0 + knot**2) * (1.0 + 1.0 / looks) - 1.0
        value = 1.0 + np.sqrt(variance) * deviations
        exact[n] = surprise_gamma(value, looks) if knot < 0.004 else surprise_k(value, looks, 1.0 / knot**2)
    return np.asarray(interpolate.PchipInterpolator(knots, exact, axis=0)(root))
