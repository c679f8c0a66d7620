"""From a canvas to what a radar delivers: coherent imaging with speckle and side lobes, looks, and the stretch of a picture.

The scene is a field of random phases; a window in the spectrum makes the impulse response. A hard window gives correlated
speckle and crosses of side lobes around bright points, as the theory of apertures has it (Cumming and Wong 2005, 2.3), so
neither is painted. Then the looks are averaged and the power is delivered as it is, as amplitude, in decibels, clipped,
rounded to 8 bits, wrapped or squeezed by JPEG.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import fft, ndimage
from ships_canvas import Canvas, Values


def imaged(canvas: Canvas, random: np.random.Generator) -> Values:
    """Power of the canvas with speckle, impulse response and looks."""
    looks = int(random.choice([1, 1, 2, 3, 4]))
    window = spectral_window(canvas.side_px, random)
    amplitude = np.sqrt(canvas.power)
    total = np.zeros(canvas.power.shape, np.float32)
    points = np.concatenate([*canvas.points, np.zeros((0, 3))])
    steady = random.uniform() < 0.7
    phases = random.uniform(0, 2 * np.pi, len(points))
    for _ in range(looks):
        field = amplitude * _noise(random, canvas.side_px)
        if not steady:
            phases = random.uniform(0, 2 * np.pi, len(points))
        place_points(field, points, phases)
        seen = fft.ifft2(fft.fft2(field) * window)
        total += seen.real**2 + seen.imag**2
    floor = 10 ** random.uniform(-4, -0.7)
    return np.asarray(total / looks + floor, np.float32)


def _noise(random: np.random.Generator, side: int) -> NDArray[np.complex64]:
    """Circular Gaussian noise of unit power."""
    parts = random.standard_normal((side, side, 2), np.float32) * np.float32(np.sqrt(0.5))
    return parts.view(np.complex64)[..., 0]


def spectral_window(side: int, random: np.random.Generator) -> Values:
    """The window of the impulse response, of unit energy: bandwidth and taper by axis, turned as a map projection turns it."""
    u, v = np.fft.fftfreq(side)[None], np.fft.fftfreq(side)[:, None]
    turn = random.normal(0, 0.1) if random.uniform() < 0.2 else 0.0
    across, along = u * np.cos(turn) + v * np.sin(turn), v * np.cos(turn) - u * np.sin(turn)
    widths, taper = random.uniform(0.45, 1.0, 2), random.uniform(0.54, 1.0)
    window = np.ones((side, side))
    for frequency, width in zip((across, along), widths, strict=True):
        place = np.clip(np.abs(frequency) / (width / 2), 0, 1)
        window = window * np.where(place < 1, taper + (1 - taper) * np.cos(np.pi * place), 0.0)
    return np.asarray(window / np.sqrt(np.mean(window**2)), np.float32)


def place_points(field: NDArray[np.complex64], points: NDArray[np.float64], phases: NDArray[np.float64]) -> None:
    """Add point echoes between the pixels' middles, by bilinear shares."""
    base = points[:, :2].astype(int)
    share = points[:, :2] - base
    echo = np.sqrt(points[:, 2]) * np.exp(1j * phases)
    for dy, dx in ((0, 0), (0, 1), (1, 0), (1, 1)):
        weight = np.abs(1 - dy - share[:, 0]) * np.abs(1 - dx - share[:, 1])
        np.add.at(field, (base[:, 0] + dy, base[:, 1] + dx), echo * weight)


def delivered(power: Values, random: np.random.Generator) -> Values:
    """What a user gets, on a scale that a detector takes for amplitude: calibrated, or an 8 bit picture of some stretch."""
    kind = random.choice(["float", "amplitude", "decibel", "power"], p=[0.2, 0.5, 0.2, 0.1])
    if kind == "float":
        return np.sqrt(power)
    level = float(np.median(power))
    if kind == "amplitude":
        grey = np.sqrt(power / level) ** random.uniform(0.75, 1.1) * np.exp(random.uniform(np.log(5), np.log(70)))
    elif kind == "power":
        grey = power / level * np.exp(random.uniform(np.log(2), np.log(30)))
    else:
        decibel = 10 * np.log10(power / level)
        low = random.uniform(-15, 6)
        grey = (decibel - low) / random.uniform(20, 45) * 255
    return as_picture(grey, random)


def as_picture(grey: NDArray[np.float32], random: np.random.Generator) -> Values:
    """Rounded to 8 bits and clipped (seldom wrapped), perhaps through JPEG."""
    rounded = np.round(np.maximum(grey + random.choice([0.0, 0.0, random.uniform(-4, 10)]), 0))
    picture = (rounded % 256 if random.uniform() < 0.03 else np.minimum(rounded, 255)).astype(np.uint8)
    if random.uniform() < 0.5:
        stream = io.BytesIO()
        Image.fromarray(picture).save(stream, "JPEG", quality=int(random.integers(50, 98)))
        picture = np.array(Image.open(stream))
    return np.asarray(picture, np.float32)


def blurred(power: Values, random: np.random.Generator) -> Values:
    """Power resampled as products and pictures are: smoothed a little, sometimes."""
    if random.uniform() < 0.35:
        return ndimage.gaussian_filter(power, random.uniform(0.4, 1.0))
    return power
