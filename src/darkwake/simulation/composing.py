"""A simulated image put together from sea, wakes, coast, structures and ships, with its truth.

image = (level of sea x wakes, land and bars over it) x speckle + posts + echoes + ghosts
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from darkwake.imagery.protocol import Window
from darkwake.simulation.coast import Coast
from darkwake.simulation.echoes import Echo, View, add, echo, ghosts
from darkwake.simulation.fields import Array
from darkwake.simulation.scatterers import KINDS, Vessel
from darkwake.simulation.sea import Sea
from darkwake.simulation.wakes import lay_wake

TYPICAL_LENGTH_M, LENGTH_SPREAD = 130.0, 0.55
SHORTEST_M, LONGEST_M = 20.0, 400.0
"""Lengths of ships are lognormal with this median and spread, cut to these ends (assumed: merchant ships and some craft)."""
SLENDER, SLENDER_SPREAD = 6.3, 0.8
"""Length over beam, mean and standard deviation (assumed; merchant ships lie between 5 and 8)."""
SMALL_M = 45.0
BRIGHTNESS_SPREAD_DB = 3.8
"""Spread of ships of one length: standard deviations of 3.5 to 4.2 dB in classes up to 260 m (OpenSARShip training chips)."""
GHOSTS_BELOW_DB = (22.0, 30.0)


@dataclass(frozen=True)
class Tile:
    """An image in linear power and its truth; echoes lie in the image's own pixels."""

    image: Array
    land: NDArray[np.bool_]
    structures: NDArray[np.bool_]
    echoes: tuple[Echo, ...]

    def hulls(self) -> NDArray[np.int32]:
        """Which ship's hull covers a pixel: her place in ``echoes`` counted from 1, 0 for none."""
        out: NDArray[np.int32] = np.zeros(self.image.shape, dtype=np.int32)
        for number, one in enumerate(self.echoes, 1):
            y, x = np.nonzero(one.hull)
            y, x = y + one.y0, x + one.x0
            inside = (y >= 0) & (x >= 0) & (y < out.shape[0]) & (x < out.shape[1])
            out[y[inside], x[inside]] = number
        return out


def compose(
    window: Window,
    sea: Sea,
    view: View,
    random: np.random.Generator,
    *,
    vessels: Sequence[Vessel] = (),
    coast: Coast | None = None,
    wakes: bool = True,
    ambiguous: bool = True,
) -> Tile:
    """The image of a window; vessels are given in the pixels of the whole scene, echoes given back in those of the window."""
    level = sea.level(window)
    for vessel in vessels:
        if wakes and vessel.speed_kn > 0:
            lay_wake(level, vessel, view, window, sea.seed)
    if coast is not None:
        level = coast.over(level, window)
    image = level * sea.speckle(window)
    if coast is not None:
        coast.add_posts(image, window, view)
    echoes = [_placed(echo(vessel, view, random, smear_m=smear_of(vessel, view, random)), window) for vessel in vessels]
    for one in echoes:
        doubles = ghosts(one, view, below_db=float(random.uniform(*GHOSTS_BELOW_DB))) if ambiguous else []
        for patch in (one, *doubles):
            add(image, patch.intensity, patch.x0, patch.y0)
    nowhere = np.zeros(window.shape, dtype=bool)
    land = nowhere if coast is None else coast.land(window)
    return Tile(image, land, nowhere if coast is None else coast.structures(window) & ~land, tuple(echoes))


def _placed(one: Echo, window: Window) -> Echo:
    return replace(one, x0=one.x0 - window.x0, y0=one.y0 - window.y0, x=one.x - window.x0, y=one.y - window.y0)


def smear_of(vessel: Vessel, view: View, random: np.random.Generator) -> float:
    """Smear along azimuth, metres: a fifth of a resolution at rest from rolling, more under way (assumed)."""
    return float(random.gamma(2.0, 0.1 + 0.03 * vessel.speed_kn)) * view.resolution_m[1]


def any_vessel(x: float, y: float, random: np.random.Generator, *, moving: float = 0.4, smallest_m: float = 20.0) -> Vessel:
    """A ship of random size, type, heading and brightness at a place; a share of them under way."""
    low, high = max(SHORTEST_M, smallest_m), LONGEST_M
    length_m = float(np.clip(TYPICAL_LENGTH_M * np.exp(LENGTH_SPREAD * random.standard_normal()), low, high))
    kind = "small" if length_m < SMALL_M else KINDS[int(random.choice(3, p=[0.3, 0.25, 0.45]))]
    slender = SLENDER + SLENDER_SPREAD * float(random.standard_normal())
    return Vessel(
        *(x, y, length_m, length_m / float(np.clip(slender, 3.5, 8.5)), float(random.uniform(0, 360)), kind),
        speed_kn=float(random.uniform(4, 18)) if random.random() < moving else 0.0,
        brightness_db=float(random.normal(0, BRIGHTNESS_SPREAD_DB)),
        bridge=float(random.choice([0.1, 0.15, 0.3, 0.85], p=[0.6, 0.25, 0.08, 0.07])),
    )
