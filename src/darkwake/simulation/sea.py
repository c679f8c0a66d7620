"""Simulated sea clutter as intensity: a mean level that swell, wind, slicks, fronts and rain change, texture, and speckle.

    seen = level * texture * speckle        (mean of texture and speckle 1; everything float32, linear power)

The compound K distribution: gamma texture of shape nu times gamma speckle of L looks (Jakeman & Pusey 1976, IEEE Trans.
Antennas Propag. 24, 806; Ward, Tough & Watts 2013, Sea Clutter, 2nd ed., ch. 4; Oliver & Quegan 2004, ch. 5). A correlated
texture is a Gaussian field whose values are mapped to the gamma quantiles (memoryless transform: Tough & Ward 1999, J. Phys. D
32, 3075).
Everything in a :class:`Sea` depends on the seed and the place alone: any two windows agree pixel by pixel where they overlap.

It is no model of the sea's physics: depths and scales of the modulations are chosen to look like Sentinel-1 images.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.ndimage import convolve1d

from darkwake.imagery.protocol import Window
from darkwake.simulation.fields import BLOCK_PX, Array, assembled, smooth_field, wave_field

GRDH_LOOKS = 4.4
"""Equivalent number of looks of an IW GRDH image (ESA, Sentinel-1 Product Specification S1-RS-MDA-52-7441)."""

GRDH_RESOLUTION_PX = 1.83, 1.83
"""Width of the point-spread function of an IW GRDH image that gives the speckle its correlation: 0.66 between neighbours and
0.18 two pixels apart, medians of the open sea in four scenes of OpenSARShip 2.0 (training part, VV)."""
BANK_SEED = 0
"""One bank serves all seas; the seed says where it is cut."""

Modulation = Callable[[Window], Array]
"""A factor on the mean level, pixel by pixel, about 1."""


def k_clutter(
    shape: tuple[int, int], nu: float, looks: float, random: np.random.Generator, *, correlation_px: float = 0.0
) -> Array:
    """K-distributed intensity of mean 1; ``nu`` infinite is a sea without texture, 0 ``correlation_px`` an uncorrelated one."""
    spotted = random.standard_gamma(looks, shape, dtype=np.float32) / np.float32(looks)
    if np.isinf(nu):
        return spotted
    if correlation_px <= 0:
        return spotted * (random.standard_gamma(nu, shape, dtype=np.float32) / np.float32(nu))
    window = Window(0, 0, shape[1], shape[0])
    return spotted * gamma_texture(smooth_field(window, correlation_px, int(random.integers(2**31))), nu)


def gamma_texture(field: Array, nu: float) -> Array:
    """Gamma texture of shape ``nu`` and mean 1 of a Gaussian field of unit variance."""
    normal = np.linspace(-6.0, 6.0, 4001)
    # The upper tail through the survival function: 1 - cdf loses its digits beyond six deviations.
    low, high = special.gammaincinv(nu, special.ndtr(normal)), special.gammainccinv(nu, special.ndtr(-normal))
    values = np.where(normal < 0, low, high) / nu
    return np.interp(field, normal, values).astype(np.float32)


def k_moment(nu: float, looks: float) -> float:
    """Variance over squared mean of K-distributed intensity: (1 + 1/nu)(1 + 1/L) - 1 (Oliver & Quegan 2004, eq. 5.41).

    >>> round(k_moment(2.0, 4.0), 3)
    0.875
    """
    return float((1 + 1 / nu) * (1 + 1 / looks) - 1)


def swell(length_px: float, toward_deg: float, seed: int, *, depth: float = 0.2) -> Modulation:
    """Swell: a narrow band of waves that modulates the level by ``depth`` (standard deviation, share of the mean)."""
    return lambda w: np.maximum(1 + np.float32(depth) * wave_field(w, length_px, toward_deg, 8.0, seed), np.float32(0.1))


def wind_streaks(apart_px: float, along_deg: float, seed: int, *, depth_db: float = 0.8) -> Modulation:
    """Wind streaks: rolls ``apart_px`` from one another that run along the wind."""
    return lambda window: decibels(depth_db * wave_field(window, apart_px, along_deg + 90.0, 6.0, seed, band=0.4))


def gusts(scale_px: float, seed: int, *, depth_db: float = 1.5) -> Modulation:
    """A wind that differs from place to place over several scales."""
    return lambda window: decibels(depth_db * smooth_field(window, scale_px, seed, octaves=4))


def slicks(scale_px: float, seed: int, *, share: float = 0.15, depth_db: float = 8.0) -> Modulation:
    """Dark patches and threads (films, calms) over a share of the sea, with ragged edges."""
    limit, width = float(special.ndtri(1 - share)), 0.12

    def factor(window: Window) -> Array:
        field = smooth_field(window, scale_px, seed, octaves=5, fall=0.6)
        return decibels(-depth_db * special.expit((field - limit) / width))

    return factor


def filaments(scale_px: float, seed: int, *, width: float = 0.06, depth_db: float = 6.0) -> Modulation:
    """Dark threads: films drawn out along the lines where a field changes its sign, more in some parts than in others."""

    def factor(window: Window) -> Array:
        field = smooth_field(window, scale_px, seed, octaves=4, fall=0.45)
        share = special.expit(3 * smooth_field(window, 3 * scale_px, seed + 50, octaves=2))
        return decibels(-depth_db * share * np.exp(-((field / width) ** 2)))

    return factor


def front(
    x: float, y: float, along_deg: float, seed: int, *, step_db: float = 6.0, bend_px: float = 400.0, width_px: float = 15.0
) -> Modulation:
    """A line through (x, y), bent over ``bend_px``, beyond whose right side the sea is brighter by ``step_db``."""
    east, south = np.cos(np.radians(along_deg)), np.sin(np.radians(along_deg))

    def factor(window: Window) -> Array:
        rows, columns = np.ogrid[window.y0 : window.y1, window.x0 : window.x1]
        beyond = (columns - x) * east + (rows - y) * south
        beyond = beyond + 0.25 * bend_px * smooth_field(window, bend_px, seed, octaves=4)
        return decibels(step_db * (special.expit(beyond / width_px) - 0.5))

    return factor


def range_trend(width_px: int, *, near_db: float = 4.0, far_db: float = -4.0, flip: bool = False) -> Modulation:
    """The sea grows darker with incidence: decibels at the first and the last column of the scene."""
    ends = (far_db, near_db) if flip else (near_db, far_db)
    return lambda window: np.broadcast_to(
        decibels(np.interp(np.arange(window.x0, window.x1), [0, width_px], ends))[None, :], window.shape
    )


def rain_cells(places: NDArray[np.float64], radius_px: float, seed: int, *, rise_db: float = 5.0) -> Modulation:
    """Rain cells at (x, y): a bright ring where the downdraught spreads, darker within where drops damp the ripples."""

    def factor(window: Window) -> Array:
        rows, columns = np.ogrid[window.y0 : window.y1, window.x0 : window.x1]
        ragged = 0.25 * smooth_field(window, radius_px / 2, seed, octaves=3)
        total = np.zeros(window.shape)
        for x, y in places:
            r = np.hypot(columns - x, rows - y) / radius_px + ragged
            total += rise_db * np.exp(-(((r - 1) / 0.35) ** 2)) - 0.6 * rise_db * np.exp(-((r / 0.5) ** 2))
        return decibels(total)

    return factor


def coarser(modulation: Modulation, step_px: int) -> Modulation:
    """A modulation told in squares of so many pixels, each of which becomes a block: for slow ones in large scenes.

    >>> ramp = lambda window: np.arange(window.x0, window.x1, dtype=np.float32)[None, :]
    >>> coarser(ramp, 4)(Window(3, 0, 9, 1)).tolist()
    [[0.0, 1.0, 1.0, 1.0, 1.0, 2.0]]
    """

    def factor(window: Window) -> Array:
        x0, y0 = window.x0 // step_px, window.y0 // step_px
        few = modulation(Window(x0, y0, -(-window.x1 // step_px), -(-window.y1 // step_px)))
        top, left = window.y0 - y0 * step_px, window.x0 - x0 * step_px
        rows, columns = window.shape
        return few.repeat(step_px, axis=0).repeat(step_px, axis=1)[top : top + rows, left : left + columns]

    return factor


def decibels(values: NDArray[np.floating] | float) -> Array:
    """Power of decibels.

    >>> round(float(decibels(10.0)), 5)
    10.0
    """
    power: Array = np.exp(np.asarray(values, dtype=np.float32) * np.float32(np.log(10) / 10))
    return power


@dataclass(frozen=True)
class Sea:
    """A sea to be seen window by window.

    ``resolution_px`` (along x, along y) 0 means speckle without correlation; ``texture_px`` 0 a texture without it. With a
    ``bank_px`` correlated speckle is not drawn anew but cut block by block, at random places, from one field of that side:
    fifty times as fast, with the same statistics but for the joints of blocks, and for whole scenes only.
    """

    seed: int
    level_db: float = -20.0
    shape: float = float("inf")
    looks: float = GRDH_LOOKS
    texture_px: float = 0.0
    resolution_px: tuple[float, float] = (0.0, 0.0)
    modulations: tuple[Modulation, ...] = ()
    bank_px: int = 0

    def level(self, window: Window) -> Array:
        """Mean intensity, with modulations and texture, before speckle."""
        out = np.full(window.shape, decibels(self.level_db), dtype=np.float32)
        for modulation in self.modulations:
            out *= modulation(window)
        out *= self.texture(window)
        return out

    def texture(self, window: Window) -> Array:
        """The gamma texture of the window, mean 1."""
        if np.isinf(self.shape):
            return np.ones(window.shape, dtype=np.float32)
        if self.texture_px > 0:
            return gamma_texture(smooth_field(window, self.texture_px, self.seed + 1), self.shape)
        return gamma_blocks(window, self.shape, self.seed, "texture")

    def speckle(self, window: Window) -> Array:
        """The speckle of the window, mean 1."""
        if max(self.resolution_px) <= 1:
            return gamma_blocks(window, self.looks, self.seed, "speckle")
        if self.bank_px:
            return _from_bank(window, _bank(self.looks, self.resolution_px, self.bank_px), self.seed)
        return correlated_speckle(window, self.looks, self.resolution_px, self.seed)

    def seen(self, window: Window) -> Array:
        """Clutter as an image shows it."""
        seen: Array = self.level(window) * self.speckle(window)
        return seen


def gamma_blocks(window: Window, shape: float, seed: int, name: str) -> Array:
    """Uncorrelated gamma values of mean 1, the same at a place whatever the window."""
    return assembled(
        window,
        lambda random: random.standard_gamma(shape, (BLOCK_PX, BLOCK_PX), dtype=np.float32) / np.float32(shape),
        seed,
        name,
    )


def correlated_speckle(window: Window, looks: float, resolution_px: tuple[float, float], seed: int) -> Array:
    """Speckle as wide as the resolution: looks of complex noise passed through the point-spread function, mean 1.

    A fraction of a look is one look of less weight, so that (sum w)^2 / sum w^2 equals ``looks``.
    """
    kernels = [_kernel(resolution) for resolution in resolution_px]
    margin = max(len(kernel) // 2 for kernel in kernels)
    wide = Window(window.x0 - margin, window.y0 - margin, window.x1 + margin, window.y1 + margin)
    total = np.zeros(window.shape, dtype=np.float32)
    weights = look_weights(looks)
    for number, weight in enumerate(weights):
        for part in ("re", "im"):
            noise = assembled(wide, _normal, seed, f"{part}{number}")
            noise = convolve1d(convolve1d(noise, kernels[0], axis=1), kernels[1], axis=0)
            cut = noise[margin : margin + window.shape[0], margin : margin + window.shape[1]]
            total += np.float32(weight / 2) * cut**2
    total /= np.float32(sum(weights))
    return total


@lru_cache(maxsize=2)
def _bank(looks: float, resolution_px: tuple[float, float], side_px: int) -> Array:
    return correlated_speckle(Window(0, 0, side_px, side_px), looks, resolution_px, BANK_SEED)


def _from_bank(window: Window, bank: Array, seed: int) -> Array:
    def draw(random: np.random.Generator) -> Array:
        y, x = random.integers(0, bank.shape[0] - BLOCK_PX, 2)
        cut = bank[y : y + BLOCK_PX, x : x + BLOCK_PX]
        return cut[:: random.choice([-1, 1]), :: random.choice([-1, 1])]

    return assembled(window, draw, seed, "bank")


def _normal(random: np.random.Generator) -> NDArray[np.float32]:
    return random.standard_normal((BLOCK_PX, BLOCK_PX), dtype=np.float32)


def _kernel(resolution_px: float) -> NDArray[np.float32]:
    """The point-spread function in amplitude, a Gaussian of this half-power width in intensity; its squares sum to 1."""
    if resolution_px <= 0:
        return np.ones(1, dtype=np.float32)
    sigma = resolution_px / (2 * np.sqrt(np.log(2)))
    reach = int(np.ceil(3 * sigma))
    values = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    kernel: Array = (values / np.sqrt((values**2).sum())).astype(np.float32)
    return kernel


def look_weights(looks: float) -> list[float]:
    """Weights of looks whose effective number is ``looks``.

    >>> weights = look_weights(4.4)
    >>> len(weights), round(sum(weights) ** 2 / sum(w * w for w in weights), 6)
    (5, 4.4)
    """
    whole = max(int(looks), 1)
    rest = looks - whole
    if rest <= 0:
        return [1.0] * whole
    # (n + w)^2 = L (n + w^2), the smaller root
    root = (whole - np.sqrt(whole**2 - (looks - 1) * whole * rest)) / (looks - 1)
    return [1.0] * whole + [float(root)]
