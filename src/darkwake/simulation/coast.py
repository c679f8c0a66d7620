"""A simulated coast: land with fields and towns behind a fractal shoreline, and what stands in the water and is no ship.

Land, quays, piers, breakwaters and bridges are levels to be multiplied by speckle; cranes, tanks, platforms, buoys and pylons
are echoes to be added. Each has a mask for truth. Levels are assumed so that scenes look like those of a
C-band radar at VV (land about -8 dB, towns -2 dB, quays brighter than fields).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from darkwake.draws import generator
from darkwake.imagery.protocol import Window
from darkwake.simulation.echoes import View, add, rendered
from darkwake.simulation.fields import Array, smooth_field
from darkwake.simulation.sea import decibels, gamma_blocks, gamma_texture

LAND_DB, TOWN_DB, QUAY_DB, MOLE_DB, BRIDGE_DB = -8.5, -1.5, -4.0, -4.0, -2.0
FINEST_PX = 3.0
"""Scale of the smallest bends of a shoreline, pixels."""
HOUSE_M = 18.0
"""Scale of the bright and dark places of a town, metres (assumed)."""
FIELD_M = 350.0
"""Side of the fields into which land is parted, metres (assumed)."""


@dataclass(frozen=True)
class Bar:
    """A long thing in the water: a mole, pier, quay or bridge, from (x0, y0) to (x1, y1), pixels."""

    x0: float
    y0: float
    x1: float
    y1: float
    width_m: float
    level_db: float


@dataclass(frozen=True)
class Post:
    """A thing of a few bright points: a platform, buoy, crane, tank or reflector; ``rcs_m2`` is its radar cross-section."""

    x: float
    y: float
    radius_m: float
    rcs_m2: float
    what: str
    points: int = 12


@dataclass(frozen=True)
class Coast:
    """Land on the right of a line through (x, y) in direction ``along_deg`` (clockwise from up), and what stands before it."""

    seed: int
    x: float
    y: float
    along_deg: float
    spacing_m: float
    bend_m: float = 3000.0
    amplitude_m: float = 800.0
    bars: Sequence[Bar] = field(default=())
    posts: Sequence[Post] = field(default=())

    def inland_m(self, window: Window) -> Array:
        """About how far inland a pixel lies, negative at sea."""
        rows, columns = np.ogrid[window.y0 : window.y1, window.x0 : window.x1]
        angle = np.radians(self.along_deg)
        beyond = ((columns + 0.5 - self.x) * np.cos(angle) + (rows + 0.5 - self.y) * np.sin(angle)) * self.spacing_m
        bend_px = self.bend_m / self.spacing_m
        octaves = max(int(np.log2(bend_px / FINEST_PX)), 0) + 1
        bent = self.amplitude_m * smooth_field(window, bend_px, self.seed, octaves=octaves, fall=0.55)
        inland: Array = (beyond + bent).astype(np.float32)
        return inland

    def near(self, window: Window) -> bool:
        """Whether land can lie in a window: six deviations of the shore's bends from the line."""
        angle = np.radians(self.along_deg)
        x, y = np.array([window.x0, window.x1, window.x0, window.x1]), np.array([window.y0, window.y0, window.y1, window.y1])
        beyond = ((x - self.x) * np.cos(angle) + (y - self.y) * np.sin(angle)) * self.spacing_m
        return bool(beyond.max() + 6 * self.amplitude_m > 0)

    def land(self, window: Window) -> NDArray[np.bool_]:
        """Where land is."""
        inland: NDArray[np.bool_] = self.inland_m(window) > 0
        return inland

    def structures(self, window: Window) -> NDArray[np.bool_]:
        """Where quays, moles, platforms and the like stand."""
        mask = np.zeros(window.shape, dtype=bool)
        for bar in self.bars:
            if _meets(bar, window, self.spacing_m):
                mask |= _on_bar(bar, window, self.spacing_m)
        rows, columns = np.ogrid[window.y0 : window.y1, window.x0 : window.x1]
        for post in self.posts:
            reach = max(post.radius_m / self.spacing_m, 0.71)
            mask |= (columns + 0.5 - post.x) ** 2 + (rows + 0.5 - post.y) ** 2 <= reach**2
        return mask

    def over(self, level: Array, window: Window) -> Array:
        """The level of a sea with land and bars laid over it, before speckle."""
        out = level
        if self.near(window):
            inland = self.inland_m(window)
            out = np.where(inland > 0, self._ground(inland, window), level)
            rim = (inland > 0) & (inland < 1.5 * self.spacing_m)
            out[rim] *= np.float32(2)
        for bar in self.bars:
            on = _on_bar(bar, window, self.spacing_m) if _meets(bar, window, self.spacing_m) else None
            if on is not None:
                out = np.where(on, decibels(bar.level_db) * gamma_blocks(window, 2.0, self.seed, "bars"), out)
        covered: Array = out.astype(np.float32)
        return covered

    def _ground(self, inland: Array, window: Window) -> Array:
        """Fields of differing brightness, hills, and towns of strong single houses."""
        hills = smooth_field(window, 2500 / self.spacing_m, self.seed + 11, octaves=5, fall=0.6)
        level = decibels(LAND_DB + _fields_db(window, self.spacing_m, self.seed) + 1.2 * hills)
        town = smooth_field(window, 2200 / self.spacing_m, self.seed + 29, octaves=4) - np.clip(inland / 8000, 0, 1.5) > 0.6
        if town.any():
            scale_px = max(HOUSE_M / self.spacing_m, 1.0)
            houses = 0.25 + 0.75 * gamma_texture(smooth_field(window, scale_px, self.seed + 5), 0.6)
            houses = decibels(TOWN_DB) * houses
            level = np.where(town, houses, level)
        return level

    def add_posts(self, image: Array, window: Window, view: View) -> None:
        """Add the echoes of posts to an image of the window, in place."""
        for number, post in enumerate(self.posts):
            add_post(image, post, window, view, generator(self.seed, "post", str(number)))


def add_post(image: Array, post: Post, window: Window, view: View, random: np.random.Generator) -> None:
    """Add the echo of one post to an image of a window, in place; nothing where it is out of reach."""
    half = int(np.ceil((post.radius_m + view.reach_m) / view.spacing_m))
    x0, y0 = int(post.x) - half, int(post.y) - half
    if x0 >= window.x1 or y0 >= window.y1 or x0 + 2 * half < window.x0 or y0 + 2 * half < window.y0:
        return
    angle = random.uniform(0, 2 * np.pi, post.points)
    reach = post.radius_m * np.sqrt(random.random(post.points))
    power = random.gamma(0.7, 1.0, post.points) + 0.05
    points = np.column_stack([reach * np.cos(angle), reach * np.sin(angle), power * post.rcs_m2 / power.sum()])
    patch = rendered(points, post.x - x0, post.y - y0, 2 * half + 1, view, 0.0, random)
    patch *= np.float32(post.rcs_m2 / view.spacing_m**2 / max(patch.sum(), 1e-30))
    add(image, patch, x0 - window.x0, y0 - window.y0)


def _meets(bar: Bar, window: Window, spacing_m: float) -> bool:
    """Whether the rectangle about a bar touches a window."""
    half = bar.width_m / spacing_m + 1
    across = min(bar.x0, bar.x1) - half < window.x1 and max(bar.x0, bar.x1) + half > window.x0
    return across and min(bar.y0, bar.y1) - half < window.y1 and max(bar.y0, bar.y1) + half > window.y0


def _on_bar(bar: Bar, window: Window, spacing_m: float) -> NDArray[np.bool_]:
    """Pixels within half the width of a bar, and at least half a pixel."""
    rows, columns = np.ogrid[window.y0 : window.y1, window.x0 : window.x1]
    dx, dy = bar.x1 - bar.x0, bar.y1 - bar.y0
    length = max(float(np.hypot(dx, dy)), 1e-6)
    px, py = columns + 0.5 - bar.x0, rows + 0.5 - bar.y0
    along = np.clip((px * dx + py * dy) / length, 0, length)
    off = np.hypot(px - along * dx / length, py - along * dy / length)
    on: NDArray[np.bool_] = off <= max(bar.width_m / spacing_m / 2, 0.6)
    return on


def _fields_db(window: Window, spacing_m: float, seed: int) -> Array:
    """Parcels on a bent oblique grid, each brighter or darker than land on average."""
    random = generator(seed, "fields")
    table = random.normal(0, 1.6, (64, 64)).astype(np.float32)
    angle = float(random.uniform(0, np.pi))
    rows, columns = np.ogrid[window.y0 : window.y1, window.x0 : window.x1]
    bent = 0.8 * smooth_field(window, 4 * FIELD_M / spacing_m, seed + 7)
    u = (columns * np.cos(angle) + rows * np.sin(angle)) * spacing_m / FIELD_M + bent
    v = (rows * np.cos(angle) - columns * np.sin(angle)) * spacing_m / FIELD_M * 0.6 + bent
    parcels: Array = table[np.floor(v).astype(np.int64) % 64, np.floor(u).astype(np.int64) % 64]
    return parcels
