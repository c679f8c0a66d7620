"""One hull or two side by side: a chance from the shape of a radar object.

Two ships abreast are as long as one and twice as wide, and where radar parts them, two ridges run along the object. At 10 m
pixels the smear of 20 m makes many single ships as wide, so the chance is a logistic relation (``models/pairs.json``, made and
tried by ``training/pairs_model.py``) over the numbers of her shape, her width before the level was raised, and the ridges. It
was learned on pairs laid together from real chips and on simulated ones, against real and simulated single ships, and is told
for pixels of about 10 m alone: finer images show two hulls to the network, coarser ones to nobody.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy import ndimage

from darkwake.detection.measuring_object import Seen, distance
from darkwake.detection.measuring_shape import NAMES as SHAPE_NAMES
from darkwake.detection.measuring_shape import SAMPLE, Shape, axes_of, decibel, turned
from darkwake.detection.measuring_window import CELL, Array

MODEL = Path(__file__).with_name("models") / "pairs.json"

PRIOR = 0.1
"""Share of pairs among objects of a ship's length for which the chance is told (assumed: an anchorage where cargo changes
ships; elsewhere pairs are rarer, and the chance is too high)."""

SURE = 0.9
"""Chance from which an object is called a pair."""

SHORTEST = 100.0
"""Objects shorter than this at 12 dB under their peak are not judged: both beams together are less than the smear, metres."""

REACH, ZONE = 100.0, 110.0
"""Reach of the profiles across the axis, and of the cells around the object that they hold, metres."""
BODY = 0.45
"""Profiles are taken over the middle nine tenths of the length, half of it on each side."""
RIDGES_DB, RIDGES_OVER_DB, RIDGES = 2.0, 6.0, (20.0, 90.0)
"""Two ridges: a valley of 2 dB between two tops 6 dB over the sea, 20 to 90 m apart."""
WIDE_DB = 8.0
HIGHEST_DB = 25.0
FURTHEST_SD = 4.0

NAMES = (*SHAPE_NAMES, "raised_db", "long", "wide", "two_ridges", "wide_mean", "wide_median", "log_length", "slender")
"""The numbers, in the order of the coefficients."""


@dataclass(frozen=True)
class Relation:
    """A logistic relation over standardised numbers, for pairs as frequent as single ships."""

    mean: Array
    scale: Array
    slopes: Array
    level: float

    def odds(self, numbers: Array) -> Array:
        """Odds of a pair were pairs as frequent as single ships (rows of numbers)."""
        offset = np.clip((numbers - self.mean) / self.scale, -FURTHEST_SD, FURTHEST_SD)
        return np.asarray(np.exp(np.clip(self.level + offset @ self.slopes, -50.0, 50.0)), np.float64)


def chance_of_two(seen: Seen, shape: Shape) -> float | None:
    """How likely an object on cells of 10 m is two hulls side by side; None where it is too short to tell."""
    if shape["under12"] < SHORTEST:
        return None
    return float(chance(relation().odds(numbers_of(seen, shape))))


def chance(odds: Array | float) -> Array:
    """The chance at the prior, from the odds at equal frequency.

    >>> [round(float(chance(odds)), 2) for odds in (1.0, 81.0)]
    [0.1, 0.9]
    """
    weighed = np.asarray(odds, np.float64) * PRIOR / (1.0 - PRIOR)
    return np.asarray(weighed / (1.0 + weighed), np.float64)


def numbers_of(seen: Seen, shape: Shape) -> Array:
    """The numbers of an object, in the order of ``NAMES``."""
    centre, axis, _ = axes_of(seen)
    near = seen.valid & (distance(seen.object) <= ZONE)
    half = BODY * float(np.ptp(np.argwhere(seen.object) * CELL @ axis))
    body = turned(seen.clean, near, centre, axis, (max(half, 2 * SAMPLE), REACH))
    level = decibel(body)
    mean, median = decibel(body.mean(axis=0)), np.median(level, axis=0)
    more = [two_ridges(level), _width(mean), _width(median), np.log(max(shape["under12"], CELL))]
    ratio = shape["across_sd"] / shape["along_sd"]
    return np.array([*shape.numbers, min(seen.raised_db, 14.0), *seen.spread, *more, ratio], np.float64)


def two_ridges(level: Array) -> float:
    """Root of the share of profiles across (rows, decibels) that have two ridges."""
    smooth = ndimage.gaussian_filter1d(np.minimum(level, HIGHEST_DB), 1.0, axis=1)[::2]
    found = [_ridges(row) for row in smooth]
    return float(np.sqrt(np.mean(found))) if found else 0.0


def _ridges(row: Array) -> bool:
    """Whether a profile has a valley between two tops of a ship's height and distance."""
    left, right = np.maximum.accumulate(row), np.maximum.accumulate(row[::-1])[::-1]
    depth = np.minimum(left, right) - row
    valley = int(depth.argmax())
    first, last = int(row[: valley + 1].argmax()), valley + int(row[valley:].argmax())
    apart = (last - first) * SAMPLE
    return bool(depth[valley] >= RIDGES_DB and min(row[first], row[last]) >= RIDGES_OVER_DB and RIDGES[0] <= apart <= RIDGES[1])


def _width(profile: Array) -> float:
    above = np.flatnonzero(profile >= WIDE_DB)
    return float(above[-1] - above[0]) * SAMPLE if len(above) else 0.0


@cache
def relation() -> Relation:
    """The relation of the package."""
    raw = json.loads(MODEL.read_text(encoding="utf-8"))
    if raw["names"] != list(NAMES):
        raise ValueError(f"{MODEL.name} was made for other numbers; run training/pairs_model.py")  # a defect of ours
    mean, scale, slopes = (np.array(raw[name], np.float64) for name in ("mean", "scale", "slopes"))
    return Relation(mean, scale, slopes, float(raw["level"]))
