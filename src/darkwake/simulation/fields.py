"""Random fields over pixel coordinates, the same at a place whatever window is asked for, so that tiles join without seams."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from darkwake.draws import generator
from darkwake.imagery.protocol import Window

Array = NDArray[np.float32]

BLOCK_PX = 512
"""Side of the blocks of random numbers from which every window is put together, pixels."""
WIDE_PX = 1024
"""Wider windows are made in parts: a spline's weights are a band, and products of whole matrices waste what lies off it."""
LATTICE = 32
"""Side of the blocks of the lattice under a smooth field, nodes."""
MODES = 48
"""Plane waves in a field of waves: enough for Gaussian values (central limit), few enough for one matrix product."""


def smooth_field(window: Window, scale_px: float, seed: int, *, octaves: int = 1, fall: float = 0.5) -> Array:
    """A Gaussian field of mean 0 and variance 1 that varies over ``scale_px``; windows agree where they overlap, to rounding.

    Each further octave halves the scale and multiplies the size by ``fall``.
    """
    if window.shape[1] > 2 * WIDE_PX:
        cuts = [*range(window.x0, window.x1 - WIDE_PX, WIDE_PX), window.x1]
        parts = [Window(x0, window.y0, x1, window.y1) for x0, x1 in pairwise(cuts)]
        return np.hstack([smooth_field(part, scale_px, seed, octaves=octaves, fall=fall) for part in parts])
    total = np.zeros(window.shape, dtype=np.float32)
    for octave in range(octaves):
        scale = max(scale_px / 2**octave, 1.0)
        y0, down = _spline(window.y0, window.shape[0], scale)
        x0, across = _spline(window.x0, window.shape[1], scale)
        nodes = _nodes(y0, x0, down.shape[1], across.shape[1], seed + octave)
        total += np.float32(fall**octave) * (down @ nodes @ across.T)
    return total / np.float32(np.sqrt(sum(fall ** (2 * octave) for octave in range(octaves))))


def wave_field(
    window: Window, length_px: float, toward_deg: float, spread_deg: float, seed: int, *, band: float = 0.15
) -> Array:
    """Plane waves of about one length and direction (clockwise from up); mean 0, variance 1."""
    random = generator(seed, "waves")
    direction = np.radians(toward_deg + spread_deg * random.standard_normal(MODES))
    number = 2 * np.pi / length_px * np.exp(band * random.standard_normal(MODES))
    phase = random.uniform(0, 2 * np.pi, MODES)
    y, x = np.arange(window.y0, window.y1), np.arange(window.x0, window.x1)
    down = np.exp(1j * (-np.cos(direction) * number)[None, :] * y[:, None] + 1j * phase).astype(np.complex64)
    across = np.exp(1j * (np.sin(direction) * number)[None, :] * x[:, None]).astype(np.complex64)
    field: Array = (down @ across.T).real * np.float32(np.sqrt(2 / MODES))
    return field


def assembled(
    window: Window, draw: Callable[[np.random.Generator], Array], seed: int, name: str, *, side: int = BLOCK_PX
) -> Array:
    """A window put together from square blocks, each drawn by a generator of its own place."""
    out = np.empty(window.shape, dtype=np.float32)
    for row in range(window.y0 // side, (window.y1 - 1) // side + 1):
        for column in range(window.x0 // side, (window.x1 - 1) // side + 1):
            block = draw(generator(seed, name, str(row), str(column)))
            top, left = row * side, column * side
            y0, y1 = max(window.y0, top), min(window.y1, top + side)
            x0, x1 = max(window.x0, left), min(window.x1, left + side)
            piece = block[y0 - top : y1 - top, x0 - left : x1 - left]
            out[y0 - window.y0 : y1 - window.y0, x0 - window.x0 : x1 - window.x0] = piece
    return out


def _nodes(y0: int, x0: int, rows: int, columns: int, seed: int) -> Array:
    """Normal deviates of the lattice nodes from (y0, x0) on, which may be negative."""

    def draw(random: np.random.Generator) -> Array:
        return random.standard_normal((LATTICE, LATTICE), dtype=np.float32)

    return assembled(Window(x0, y0, x0 + columns, y0 + rows), draw, seed, "field", side=LATTICE)


@lru_cache(maxsize=64)
def _spline(start: int, count: int, scale_px: float) -> tuple[int, Array]:
    """First node and the weights (pixels, nodes) of a cubic B-spline, scaled so that unit nodes give unit variance."""
    place = (start + np.arange(count) + 0.5) / scale_px
    node = np.floor(place).astype(np.int64)
    t = place - node
    four = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], axis=1)
    four /= np.sqrt((four**2).sum(1, keepdims=True))
    first = int(node[0]) - 1
    weights = np.zeros((count, int(node[-1]) + 3 - first), dtype=np.float32)
    np.put_along_axis(weights, (node - 1 - first)[:, None] + np.arange(4)[None, :], four.astype(np.float32), axis=1)
    return first, weights
