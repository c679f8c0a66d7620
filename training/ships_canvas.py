"""A sheet on which a radar scene is composed before it is imaged: mean power, point echoes, and the truth of what lies where.

Powers are relative to the open sea, whose mean is 1. Nothing here is speckled yet; ``ships_pictures.py`` images the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import fft, ndimage

Mask = NDArray[np.bool_]
Values = NDArray[np.float32]
Places = NDArray[np.float64]


@dataclass
class Canvas:
    """Mean power, point echoes (rows of y, x, power), hulls (0 none), what is solid but no ship, the ground."""

    spacing_m: float
    power: Values
    hulls: NDArray[np.int16]
    solid: Mask
    points: list[Places] = field(default_factory=list)
    ground_db: float = 0.0

    @classmethod
    def of(cls, side_px: int, spacing_m: float) -> Canvas:
        """An even sea."""
        shape = side_px, side_px
        return cls(spacing_m, np.ones(shape, np.float32), np.zeros(shape, np.int16), np.zeros(shape, np.bool_))

    @property
    def side_px(self) -> int:
        """Rows, and columns."""
        return int(self.power.shape[0])

    def px(self, metres: float) -> float:
        """Metres in pixels."""
        return metres / self.spacing_m

    def add_points(self, places: Places, power: NDArray[np.float64]) -> None:
        """Point echoes at places (y, x); those outside are left out."""
        rows = np.column_stack([places, power])
        inside = ((rows[:, :2] >= 0) & (rows[:, :2] < self.side_px - 1)).all(axis=1)
        self.points.append(rows[inside])


def from_db(decibel: float) -> float:
    """Power of a level.

    >>> round(from_db(3.0), 3)
    1.995
    """
    return float(10.0 ** (decibel / 10.0))


def polygon(side_px: int, corners: Places) -> Mask:
    """Pixels of a polygon with corners (y, x)."""
    picture = Image.new("1", (side_px, side_px))
    ImageDraw.Draw(picture).polygon([(float(x), float(y)) for y, x in corners], fill=1)
    return np.array(picture, np.bool_)


def line(side_px: int, path: Places, width_px: float) -> Mask:
    """Pixels of a line through places (y, x)."""
    picture = Image.new("1", (side_px, side_px))
    ImageDraw.Draw(picture).line([(float(x), float(y)) for y, x in path], fill=1, width=max(1, round(width_px)))
    return np.array(picture, np.bool_)


def turned(offsets: Places, angle: float) -> Places:
    """Offsets (along, across) as (y, x) for an axis at an angle from the x axis towards y."""
    along, across = offsets[:, 0], offsets[:, 1]
    return np.column_stack([along * np.sin(angle) + across * np.cos(angle), along * np.cos(angle) - across * np.sin(angle)])


def smooth_field(random: np.random.Generator, side_px: int, scale_px: float) -> Values:
    """A Gaussian field of unit deviation that changes over about ``scale_px`` pixels."""
    step = max(1, int(scale_px / 2))
    coarse = ndimage.gaussian_filter(random.standard_normal((side_px // step + 5,) * 2), scale_px / step / 2)
    wide = ndimage.zoom(coarse / coarse.std(), step, order=1)[:side_px, :side_px]
    return np.asarray(wide, np.float32)


def fractal_field(random: np.random.Generator, side_px: int, slope: float) -> Values:
    """A field of unit deviation whose spectrum falls with a power of the frequency."""
    frequency = np.hypot(np.fft.fftfreq(side_px)[:, None], np.fft.rfftfreq(side_px)[None])
    frequency[0, 0] = np.inf
    weight = (frequency**-slope).astype(np.float32)
    spectrum = fft.rfft2(random.standard_normal((side_px, side_px), np.float32)) * weight
    values = fft.irfft2(spectrum, (side_px, side_px))
    return np.asarray(values / values.std(), np.float32)
