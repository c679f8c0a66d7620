"""Training scenes from the product simulator (``darkwake.simulation``): its sea, wakes, coasts, harbours and ship echoes.

A second way of drawing the same things: what only one generator does, the network cannot lean on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ships_canvas import Mask, Values

from darkwake.imagery.protocol import Window
from darkwake.simulation.coast import Coast
from darkwake.simulation.composing import any_vessel, compose
from darkwake.simulation.echoes import View, alongside
from darkwake.simulation.harbour import Harbour, harbour, moored, platforms
from darkwake.simulation.scatterers import Vessel
from darkwake.simulation.sea import Modulation, Sea, front, gusts, slicks, swell, wind_streaks

SIDE_LOBES_PX = 60
"""How far side lobes are drawn, pixels."""


def tile(random: np.random.Generator, side_px: int) -> tuple[Values, NDArray[np.int16], Mask]:
    """Power, numbered hulls and solid ground of one simulated window."""
    spacing = float(np.exp(random.uniform(np.log(2.5), np.log(25.0))))
    window = Window(0, 0, side_px, side_px)
    view = _view(spacing, random)
    seed = int(random.integers(2**31))
    coast, port = _coast(spacing, side_px, seed, random)
    if random.uniform() < 0.3:
        coast = platforms(coast, window, int(random.integers(1, 4)), random)
    vessels = [_anywhere(side_px, 5 * spacing, random) for _ in range(random.geometric(0.25))]
    vessels += [
        alongside(one, any_vessel(0, 0, random, smallest_m=5 * spacing), view) for one in vessels if random.uniform() < 0.12
    ]
    if port is not None:
        vessels += _berthed(port, spacing, random)
    land = coast.land(window) | coast.structures(window)
    afloat = [one for one in vessels if not _ashore(one, land)]
    made = compose(window, _sea(view, seed, side_px, random), view, random, vessels=afloat, coast=coast)
    return made.image.astype(np.float32), made.hulls().astype(np.int16), made.land | made.structures


def _anywhere(side_px: int, smallest_m: float, random: np.random.Generator) -> Vessel:
    x, y = random.uniform(0, side_px, 2)
    return any_vessel(float(x), float(y), random, smallest_m=smallest_m)


def _view(spacing: float, random: np.random.Generator) -> View:
    resolution = tuple(float(v) for v in spacing * random.uniform(1.1, 2.2, 2))
    look = float(random.choice([90.0, 270.0, 0.0, 180.0]))
    return View(
        spacing_m=spacing,
        resolution_m=(resolution[0], resolution[1]),
        look_deg=look,
        flight_deg=(look + 90.0) % 360,
        looks=int(random.integers(1, 5)),
        reach_m=SIDE_LOBES_PX * spacing,
        polarisation=str(random.choice(["VV", "HH", "VH"])),
    )


def _coast(spacing: float, side_px: int, seed: int, random: np.random.Generator) -> tuple[Coast, Harbour | None]:
    """A coast somewhere in the window or far outside it; a harbour at its middle, sometimes."""
    seen = random.uniform() < 0.7
    middle = random.uniform(0.2, 0.8, 2) * side_px if seen else np.array([-40.0, -40.0]) * side_px
    amplitude = float(random.uniform(0.2, 20) * spacing)
    along = float(random.uniform(0, 360)) if seen else 135.0
    coast = Coast(seed, float(middle[0]), float(middle[1]), along, spacing, float(random.uniform(50, 300) * spacing), amplitude)
    if not seen or random.uniform() < 0.3:
        return coast, None
    size_m = float(np.clip(random.uniform(400, 3000), 60 * spacing, 350 * spacing))
    port = harbour(coast, (float(middle[0]), float(middle[1])), random, size_m=size_m)
    return port.coast, port


def _berthed(port: Harbour, spacing: float, random: np.random.Generator) -> list[Vessel]:
    """A ship at most berths, close to the quay or on her fenders."""
    found = []
    for berth in port.berths:
        ship = any_vessel(berth.x, berth.y, random, moving=0.0, smallest_m=5 * spacing)
        if random.uniform() < 0.7:
            found.append(moored(ship, berth, spacing, fender_m=float(random.uniform(0, 8))))
    return found


def _ashore(vessel: Vessel, land: Mask) -> bool:
    side = land.shape[0]
    x, y = (int(np.clip(value, 0, side - 1)) for value in (vessel.x, vessel.y))
    return bool(land[y, x])


def _sea(view: View, seed: int, side_px: int, random: np.random.Generator) -> Sea:
    along = float(random.uniform(0, 360))
    middle = random.uniform(0, side_px, 2)
    choices: list[Modulation] = [
        swell(float(random.uniform(6, 25)), along, seed),
        wind_streaks(float(random.uniform(10, 60)), along, seed),
        gusts(float(random.uniform(40, 200)), seed),
        slicks(float(random.uniform(40, 200)), seed, share=float(random.uniform(0.05, 0.5))),
        front(float(middle[0]), float(middle[1]), along, seed, step_db=float(random.uniform(2, 10))),
    ]
    chosen = tuple(one for one in choices if random.uniform() < 0.3)
    shape = float(random.choice([np.inf, np.exp(random.uniform(np.log(1.0), np.log(30.0)))]))
    resolution = view.resolution_m[0] / view.spacing_m, view.resolution_m[1] / view.spacing_m
    level_db = float(random.uniform(-26, -9))
    return Sea(
        seed,
        level_db,
        shape,
        looks=float(view.looks),
        texture_px=float(random.choice([0, 3, 10])),
        resolution_px=resolution,
        modulations=chosen,
    )
