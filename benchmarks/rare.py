"""Counting what clutter does once in a hundred million pixels without drawing so many: importance sampling.

In some places of a field of clutter, a window's pixels are drawn brighter than clutter is: with the density e^-s (1 + s/2)^t of
their surprises s, which is clutter tilted by the weight that the tests sum. What is counted at such a place is divided by
the likelihood ratio of what was drawn, summed over all windows and places at which it could have been; its mean is the mean
over clutter, whatever is counted (Siegmund 1976, Annals of Statistics 4; Naiman and Priebe 2001, Journal of Computational and
Graphical Statistics 10, for scan statistics).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from darkwake.detection.windows import Family, limit, weight

Floats = NDArray[np.float64]

REGION, MARGIN, REACH = 16, 14, 4
"""What is counted lies in a square of so many pixels, each by its brightest; a patch is that square with a margin. Windows
begin so far beyond the square that whatever is counted may have been drawn."""

PATCH, PLACES = REGION + 2 * MARGIN, REGION + 2 * REACH

SURPRISES = np.linspace(0.0, 80.0, 16_001)


@dataclass(frozen=True)
class Tilt:
    """Windows of one family in some channels, drawn so often, tilted so that they just pass at a rate."""

    channels: tuple[int, ...]
    windows: NDArray[np.int64]
    often: float
    tilt: float
    scale: float
    chances: Floats

    @classmethod
    def of(cls, family: Family, rate: float, channels: tuple[int, ...]) -> Tilt:
        """The windows of a family."""
        windows, pixels = family.windows[:: family.pixels], family.pixels * len(channels)
        wanted = limit(pixels, min(rate * family.share, 0.5)) / pixels
        middle = (SURPRISES[1:] + SURPRISES[:-1]) / 2
        weights, clutter = weight(middle), -np.diff(np.exp(-SURPRISES))

        def mean(tilt: float) -> float:
            density = clutter * np.exp(tilt * weights)
            return float((density * weights).sum() / density.sum())

        tilts = np.linspace(0.0, 30.0, 301)
        tilt = float(np.interp(wanted, [mean(one) for one in tilts], tilts))
        density = clutter * np.exp(tilt * weights)
        chances = np.concatenate([[0.0], np.cumsum(density) / density.sum()])
        return cls(channels, windows, family.share * len(windows), tilt, float(np.log(density.sum())), chances)


def tilts(families: tuple[Family, ...], rate: float, together: list[tuple[int, ...]]) -> list[Tilt]:
    return [Tilt.of(family, rate, channels) for channels in together for family in families]


def draw(patch: Floats, made: list[Tilt], random: np.random.Generator) -> Floats:
    """Give the pixels of a window somewhere in a patch (channel, row, column) other surprises."""
    often = np.array([one.often for one in made])
    one = made[random.choice(len(made), p=often / often.sum())]
    pixels = one.windows[random.integers(len(one.windows))] + MARGIN - REACH + random.integers(PLACES, size=2)
    for channel in one.channels:
        patch[channel, pixels[:, 0], pixels[:, 1]] = np.interp(random.random(len(pixels)), one.chances, SURPRISES)
    return patch


def likelihoods(made: list[Tilt], surprises: Floats) -> Floats:
    """Likelihood ratio of patches (patch, channel, row, column): drawn as here, over clutter alone."""
    weights, often = weight(surprises).astype(np.float32), sum(one.often for one in made)
    total = np.zeros(len(weights))
    for one in made:
        together, chance = weights[:, one.channels].sum(axis=1), one.often / often / len(one.windows)
        for window in one.windows:
            sums = np.zeros((len(weights), PLACES, PLACES), np.float32)
            for dy, dx in window + MARGIN - REACH:
                sums += together[:, dy : dy + PLACES, dx : dx + PLACES]
            exponents = np.exp(np.float32(one.tilt) * sums - np.float32(one.scale * len(window) * len(one.channels)))
            total += chance * exponents.sum(axis=(1, 2), dtype=np.float64)
    return total / PLACES**2


def rate_of(counts: Floats, likelihood: Floats) -> tuple[float, float, float]:
    """Expected count a pixel of clutter, with the ends of a 90 % interval (normal, from the scatter of the draws)."""
    each = counts / likelihood / REGION**2
    error = 1.645 * float(each.std(ddof=1)) / np.sqrt(len(each))
    mean = float(each.mean())
    return mean, mean - error, mean + error
