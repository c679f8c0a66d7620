"""How many ships the best possible test could find at a false-alarm rate: the bound beside ``false_alarms.py --ships``.

    python benchmarks/bounds.py [--rates 1e-6 1e-7 1e-8] [--shapes 1 2 inf] [--samples 20000] [--length 5]

Prints one JSON object a line. No test of a given rate finds more than the likelihood ratio does (Neyman and Pearson 1933), here
the ratio of a square of sea with one ship somewhere in it, in any of her poses, to a square of sea: averaged over places and
poses, for a search does not know them. How often clutter alone passes is counted on fields with ships, each weighed with one
over its ratio, so that a rate of 1e-8 a pixel needs no more draws than another. A test of this kind has to know the law of the
sea and the brightness of the ship beforehand; a real one knows neither. Ships, sea and poses are those of ``false_alarms.py``.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence

import numpy as np
from false_alarms import LOOKS, hull
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]

SIDE_PX, CONTRAST, LOT, POSES = 24, 10.0, 500, 4000
"""Side of the square in which the ship may lie; mean of her echo over that of the sea; fields at once; poses drawn."""
LEVELS = np.linspace(np.log(1e-7), np.log(3e3), 40_001)
MOST = 80.0
"""Logarithms of ratios are cut here, far over what the smallest rate asks."""


def sea_density(level: Floats, shape: float) -> Floats:
    """Logarithm of the density of clutter of mean 1: K law of the looks (Jakeman and Pusey 1976), gamma at infinity.

    >>> levels = np.linspace(1e-6, 60, 600_001)
    >>> [round(float(np.trapezoid(np.exp(sea_density(levels, shape)), levels)), 3) for shape in (2.0, np.inf)]
    [1.0, 1.0]
    """
    if np.isinf(shape):
        return np.asarray(stats.gamma.logpdf(level, LOOKS, scale=1 / LOOKS), np.float64)
    order, root = shape - LOOKS, 2 * np.sqrt(LOOKS * shape * level)
    bessel = np.log(np.maximum(special.kve(order, root), 1e-300)) - root
    powers = (LOOKS + shape) / 2 * np.log(LOOKS * shape) + ((LOOKS + shape) / 2 - 1) * np.log(level)
    return np.asarray(np.log(2) + powers - special.gammaln(LOOKS) - special.gammaln(shape) + bessel, np.float64)


def poses(name: str, length: int, random: np.random.Generator) -> tuple[list[NDArray[np.int64]], Floats]:
    """The sets of pixels that a ship covers, apart from her place, and how often each comes up."""
    if name == "straight":
        found = Counter({_placed(hull(length, angle, None)): 1 for angle in (0.0, np.pi / 2)})
    else:
        drawn = (hull(length, random.uniform(0, np.pi), random) for _ in range(POSES))
        found = Counter(_placed(pixels) for pixels in drawn if len(pixels))
    share = np.array(list(found.values()), np.float64)
    return [np.array(one) for one in found], share / share.sum()


def _placed(pixels: NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
    """Pixels about their own middle."""
    moved = pixels - np.rint(pixels.mean(axis=0)).astype(np.int64)
    return tuple((int(y), int(x)) for y, x in moved)


def ratios(shape: float, name: str, length: int, samples: int, random: np.random.Generator) -> Floats:
    """Likelihood ratios of fields that hold a ship."""
    sets, share = poses(name, length, random)
    ship = stats.gamma.logpdf(np.exp(LEVELS), LOOKS, scale=CONTRAST / LOOKS)
    gain = ship - sea_density(np.exp(LEVELS), shape)
    return np.concatenate([_lot(shape, sets, share, gain, length, random) for _ in range(0, samples, LOT)])


def _lot(
    shape: float, sets: list[NDArray[np.int64]], share: Floats, gain: Floats, edge: int, random: np.random.Generator
) -> Floats:
    side = SIDE_PX + 2 * edge
    fields = random.gamma(LOOKS, 1 / LOOKS, (LOT, side, side))
    if not np.isinf(shape):
        fields *= random.gamma(shape, 1 / shape, fields.shape)
    for field, pose, place in zip(
        fields, random.choice(len(sets), LOT, p=share), random.integers(edge, edge + SIDE_PX, (LOT, 2)), strict=True
    ):
        y, x = (sets[pose] + place).T
        field[y, x] = CONTRAST * random.gamma(LOOKS, 1 / LOOKS, len(y))
    each = np.interp(np.log(fields), LEVELS, gain).astype(np.float32)
    total = np.zeros(LOT)
    for pixels, weight in zip(sets, share, strict=True):
        sums = np.zeros((LOT, SIDE_PX, SIDE_PX), np.float32)
        for dy, dx in pixels + edge:
            sums += each[:, dy : dy + SIDE_PX, dx : dx + SIDE_PX]
        total += weight * np.exp(np.minimum(sums, MOST)).sum(axis=(1, 2), dtype=np.float64)
    return np.asarray(total / SIDE_PX**2, np.float64)


def bounds(found: Floats, rates: Sequence[float]) -> list[float]:
    """Shares of the ships that pass where clutter passes at each rate a pixel, from the ratios of fields with ships.

    >>> bounds(np.array([1e9, 1e9, 1.0, 1.0]), [1e-8])
    [0.5]
    """
    falling = np.sort(found)[::-1]
    clutter = np.cumsum(1 / falling) / len(falling)
    return [round(float(np.searchsorted(clutter, rate * SIDE_PX**2)) / len(falling), 3) for rate in rates]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", type=float, nargs="+", default=[1e-6, 1e-7, 1e-8])
    parser.add_argument("--shapes", type=float, nargs="+", default=[1.0, 2.0, np.inf])
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--length", type=int, default=5)
    asked = parser.parse_args()
    for shape in asked.shapes:
        for name in ("straight", "any"):
            began = time.process_time()
            found = ratios(shape, name, asked.length, asked.samples, np.random.default_rng(0))
            best = dict(zip(map(str, asked.rates), bounds(found, asked.rates), strict=True))
            told = {"shape": shape, "ships": name, "best": best, "samples": len(found)}
            print(json.dumps(told | {"seconds": round(time.process_time() - began)}), flush=True)


if __name__ == "__main__":
    main()
