"""One named unknown: a small distribution with a unit, a source and a sentence. Knows no ship, no product and no cap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from darkwake.errors import InputError

Shape = Literal["point", "uniform", "triangular", "normal", "lognormal"]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Factor:
    """One named unknown: its distribution between ``low`` and ``high``, its unit, its source and what to tell a reader.

    ``central`` is the mode of a triangle, the middle of a uniform and the median (before it is cut off) of the normal shapes;
    ``spread`` is their standard deviation, of the logarithm for "lognormal".
    """

    name: str
    shape: Shape
    low: float
    central: float
    high: float
    unit: str
    source: str
    verified: bool
    sentence: str
    spread: float = 0.0

    def __post_init__(self) -> None:
        if not self.low <= self.central <= self.high:
            what = f"{self.name}: {self.central} {self.unit} does not lie between {self.low} and {self.high}"
            raise InputError(what, do="give low, central and high in order", place=f"[factors] {self.name!r}")

    def at(self, u: Numbers) -> Numbers:
        """The values at these cumulative probabilities (the inverse distribution function).

        >>> Factor("f", "triangular", 0.0, 1.0, 2.0, "1", "", True, "").at(np.array([0.0, 0.5, 1.0])).tolist()
        [0.0, 1.0, 2.0]
        """
        if self.shape == "point" or self.low == self.high:
            return np.full(np.shape(u), self.central)
        if self.shape == "uniform":
            return self.low + u * (self.high - self.low)
        if self.shape == "triangular":
            return triangular(u, self.low, self.central, self.high)
        if self.shape == "normal":
            return cut_normal(u, self.central, self.spread, self.low, self.high)
        return cut_lognormal(u, self.central, self.spread, self.low, self.high)

    def row(self) -> dict[str, object]:
        """The factor as the dossier shows it: median, 90 % interval, unit, source."""
        p05, p50, p95 = (float(value) for value in self.at(np.array([0.05, 0.5, 0.95])))
        interval = {"value": p50, "lo": p05, "hi": p95, "unit": self.unit}
        return {"name": self.name, **interval, "source": self.source, "verified": self.verified, "sentence": self.sentence}


def triangular(u: Numbers, low: float, mode: float, high: float) -> Numbers:
    """The inverse distribution function of the triangular distribution."""
    width, left = high - low, mode - low
    rising = low + np.sqrt(u * width * left)
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u * width < left, rising, falling)


def cut_normal(u: Numbers, mean: float | Numbers, sd: float, low: float, high: float) -> Numbers:
    """The inverse distribution function of a normal distribution cut off at ``low`` and ``high``."""
    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    cut: Numbers = np.clip(mean + sd * ndtri(below + u * (above - below)), low, high)
    return cut


def cut_lognormal(u: Numbers, median: float | Numbers, log_sd: float, low: float, high: float) -> Numbers:
    """The same of a lognormal distribution with this median (before the cut)."""
    values = np.exp(cut_normal(u, np.log(median), log_sd, float(np.log(low)), float(np.log(high))))
    cut: Numbers = np.clip(values, low, high)
    return cut
