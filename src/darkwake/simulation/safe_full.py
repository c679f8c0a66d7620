"""A full-size IW GRDH product for benchmarks: sea with wind, swell, slicks and a front, a coast, hundreds of ships."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from darkwake.draws import generator
from darkwake.imagery.protocol import Window
from darkwake.simulation.coast import Coast
from darkwake.simulation.composing import any_vessel
from darkwake.simulation.harbour import harbour, platforms
from darkwake.simulation.safe import Truth, write_safe
from darkwake.simulation.safe_scene import SafeScene, ShipAt
from darkwake.simulation.sea import Modulation, coarser, filaments, front, gusts, range_trend, slicks, swell

LINES, SAMPLES = 16_700, 25_000
PLACE = 46.2, -7.5
"""Bay of Biscay: open sea, so that no real coast contradicts the simulated one."""
BANK_PX = 2048
STEP_PX = 4
"""What changes over hundreds of metres is told for squares of so many pixels."""
SHORE_SHARE = 0.88
"""The coast runs down the image at this share of its width."""
ROOM_PX = 60
CROWD, CROWDED_PX = 25, 900


def write_full_scene(
    folder: Path,
    seed: int,
    *,
    ships: int = 400,
    lines: int = LINES,
    samples: int = SAMPLES,
    bank_px: int = BANK_PX,
    threads: int = 2,
) -> Truth:
    """Write the product (VV and VH) and its truth; smaller ones of the same make for tests of it.

    Speckle is cut from one field block by block (:class:`~darkwake.simulation.sea.Sea`), and the sea has no texture: both
    for speed. The false-alarm rate of K clutter is not to be measured on this product.
    """
    random = generator(seed, "full scene")
    coast = Coast(seed, SHORE_SHARE * samples, lines / 2, 0.0, 10.0, bend_m=lines * 2.0, amplitude_m=samples * 0.2)
    coast = harbour(coast, _at_shore(coast, lines, samples), random, size_m=2000.0).coast
    coast = platforms(coast, Window(0, 0, samples // 2, lines), 20, random)
    modulations = (
        range_trend(samples),
        swell(18.0, 70.0, seed + 2, depth=0.12),
        coarser(_slow(lines / STEP_PX, samples / STEP_PX, seed), STEP_PX),
    )
    scene = SafeScene(
        *PLACE,
        lines=lines,
        samples=samples,
        sea_shape=float("inf"),
        modulations=modulations,
        coast=coast,
        border_px=samples // 250,
        bank_px=bank_px,
    )
    return write_safe(folder, _peopled(scene, ships, random), seed, threads=threads)


def _slow(lines: float, samples: float, seed: int) -> Modulation:
    """Gusts, slicks, filaments and a front, in pixels of ``STEP_PX``."""
    parts = (
        gusts(900.0 / STEP_PX, seed + 1, depth_db=1.2),
        slicks(700.0 / STEP_PX, seed + 3, share=0.04),
        filaments(500.0 / STEP_PX, seed + 5),
        front(0.3 * samples, 0.5 * lines, 20.0, seed + 4, step_db=3.0, bend_px=400.0 / STEP_PX, width_px=15.0 / STEP_PX),
    )
    return lambda window: np.prod([part(window) for part in parts], axis=0)


def _at_shore(coast: Coast, lines: int, samples: int) -> tuple[float, float]:
    """The first place of land on the middle line."""
    y = lines // 2
    inland = coast.inland_m(Window(0, y, samples, y + 1))[0]
    return float(np.argmax(inland > 0)), float(y)


def _peopled(scene: SafeScene, count: int, random: np.random.Generator) -> SafeScene:
    """The scene with ships at sea: some scattered, every second one of some anchorages where many lie near one another."""
    geometry, coast = scene.geometry, scene.coast
    middles = random.uniform(0.15, 0.75, (max(count // (2 * CROWD), 1), 2)) * [scene.samples, scene.lines]
    taken: list[tuple[float, float]] = []
    ships: list[ShipAt] = []
    while len(ships) < count:
        crowded = len(ships) % 2 == 0
        x, y = random.uniform(0.02, 0.98, 2) * [scene.samples, scene.lines]
        if crowded:
            x, y = middles[random.integers(len(middles))] + random.normal(0, CROWDED_PX / 3, 2)
        if not _free(x, y, scene, coast, taken):
            continue
        taken.append((x, y))
        one = any_vessel(x, y, random, moving=0.0 if crowded else 0.6)
        lat, lon = (float(value) for value in geometry.locate(x, y))
        ships.append(
            ShipAt(
                *(lat, lon, one.length_m, one.beam_m, one.heading_deg, one.kind),
                speed_kn=one.speed_kn,
                brightness_db=one.brightness_db,
                bridge=one.bridge,
            )
        )
    return replace(scene, ships=tuple(ships))


def _free(x: float, y: float, scene: SafeScene, coast: Coast | None, taken: list[tuple[float, float]]) -> bool:
    """Whether a place lies in the image, off the coast, and clear of other ships."""
    inside = ROOM_PX + scene.border_px < x < scene.samples - ROOM_PX - scene.border_px and ROOM_PX < y < scene.lines - ROOM_PX
    if not inside or any(np.hypot(x - a, y - b) < ROOM_PX for a, b in taken):
        return False
    here = Window(int(x), int(y), int(x) + 1, int(y) + 1)
    return coast is None or float(coast.inland_m(here)[0, 0]) < -ROOM_PX * scene.spacing_m
