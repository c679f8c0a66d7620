"""Length and beam from the shape of a radar object, each with a 90 % interval: linear relations learned on AIS-matched ships.

The coefficients (``models/lengths.json``, card ``models/lengths.md``) are made by ``training/lengths_model.py``: a robust
line through the numbers of ``measuring_shape``, one for each pixel size. The interval is conformal: errors of ships whose
*scene* was held out, over a scale that grows with the length (Vovk et al. 2005; Barber et al. 2023 on shift), so it carries
the change from scene to scene as far as five scenes show it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from darkwake.detection.measuring_shape import NAMES, Shape
from darkwake.detection.measuring_window import Array

MODEL = Path(__file__).with_name("models") / "lengths.json"
SHORTEST_M, LONGEST_M = 10.0, 460.0
"""Answers lie between half a resolution cell and the longest ship there was (Seawise Giant, 458 m), as do their intervals."""
NARROWEST_M, WIDEST_M = 3.0, 75.0
FURTHEST_SD = 4.0
"""Numbers further from those of the training ships are taken to lie there: no line is drawn beyond."""


@dataclass(frozen=True)
class Line:
    """A robust line and the conformal errors beside it, metres."""

    mean: Array
    scale: Array
    slopes: Array
    level: float
    base: float
    share: float
    low: float
    high: float

    def at(self, numbers: Array) -> float:
        """The expected value."""
        offset = np.clip((numbers - self.mean) / self.scale, -FURTHEST_SD, FURTHEST_SD)
        return float(self.level + offset @ self.slopes)

    def interval(self, value: float, widened: float) -> tuple[float, float]:
        """The 90 % interval about a value."""
        spread = (self.base + self.share * value) * widened
        return value + self.low * spread, value + self.high * spread


@dataclass(frozen=True)
class Size:
    """A size and its 90 % interval, metres."""

    value: float
    low: float
    high: float


def size_of(shape: Shape, spacing: float, factor: float, widened: float) -> tuple[Size, Size]:
    """Length and beam.

    Args:
        shape: the object's numbers, in metres of Sentinel-1 IW GRDH images.
        spacing: pixel in such metres; the nearest model is taken.
        factor: true metres in one of those.
        widened: by how much the interval is wider, where the image is not of that kind.
    """
    lines = model()
    nearest = min(lines, key=lambda known: abs(known - spacing))
    length, beam = lines[nearest]
    long = _bounded(length, shape.numbers, factor, widened, (SHORTEST_M, LONGEST_M))
    numbers = np.append(shape.numbers, long.value / factor)
    return long, _bounded(beam, numbers, factor, widened, (NARROWEST_M, min(WIDEST_M, long.value)))


def _bounded(line: Line, numbers: Array, factor: float, widened: float, bounds: tuple[float, float]) -> Size:
    # The smallest length grows no smaller than a tenth of what is usual for finer images than those it was learned on.
    least, most = bounds[0] * min(factor, 1.0), bounds[1]
    value = float(np.clip(line.at(numbers), least / factor, most / factor))
    low, high = line.interval(value, widened)
    return Size(value * factor, max(low * factor, least / 2), max(min(high * factor, most), value * factor))


@cache
def model() -> dict[float, tuple[Line, Line]]:
    """The lines for length and beam by pixel size."""
    raw = json.loads(MODEL.read_text(encoding="utf-8"))
    if raw["names"] != list(NAMES):
        raise ValueError(
            f"{MODEL.name} was made for other numbers; run training/lengths_model.py"
        )  # a defect of ours, not of input
    return {float(size): (_line(entry["length"]), _line(entry["beam"])) for size, entry in raw["pixels"].items()}


def _line(entry: dict[str, list[float] | float]) -> Line:
    arrays = [np.array(entry[name], np.float64) for name in ("mean", "scale", "slopes")]
    numbers = [float(np.asarray(entry[name])) for name in ("level", "base", "share", "low", "high")]
    return Line(arrays[0], arrays[1], arrays[2], *numbers)
