"""Compose labelled radar scenes for the training of the ship network.

    python training/ships_scenes.py DATA OUT [SCENES [SEED]]

DATA is the folder with ``opensarship_train_chips.zip`` and the clutter. Each scene has a spacing from 0.7 to 35 m, a sea,
perhaps a harbour or a coast, structures, and ships at anchor, at quays, side by side and under way; a share of the scenes is
real sea with real ship chips in it. OUT receives ``scenes.npy`` (levels as the network sees them, 8 bit), ``truth.npy`` (bits
of ``ships_truth.py``) and ``middles.npy`` (how near a pixel of a hull is to her middle, 8 bit).
How many ships lie in a scene and how near to one another follows the box lists of SSDD (2.2 a picture, at most 29).
"""

from __future__ import annotations

import sys
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from ships_canvas import Canvas, Mask, Values, from_db, polygon, turned
from ships_coasts import tile
from ships_echoes import LONGEST_PX, SHORTEST_PX, Ship, add_ghost, add_ship, add_wake, beam_of, draw_length_m, hull_outline
from ships_harbours import (
    Quay,
    add_breakwater,
    add_coast,
    add_island,
    add_marks,
    add_platform,
    add_rafts,
    add_sea,
)
from ships_pictures import blurred, delivered, imaged
from ships_real import Chip, read_chips, read_clutter
from ships_truth import Scene, hidden

from darkwake.detection.levels import HIGHEST, LOWEST, levels

SIDE_PX, SCENES = 448, 2400
REAL_SHARE, SIMULATOR_SHARE = 0.2, 0.05
"""Shares of the scenes with real sea and real ships, and from the product simulator; the rest is drawn here."""
BOATS_SHARE = 0.35
"""Chance of a stretch of moored boats at the quays of a scene, and of each further one."""
OVER_GROUND_DB = 9.0, 26.0
"""A moored ship is brighter than the ground, or nobody could tell her from it."""
SMALL_PX, FAINTEST_DB, FAINTEST_SMALL_DB = 12.0, 14.0, 16.0
"""Ships that nobody would see are not drawn: the few pixels of a small one have to be brighter."""
VALIDATED = 0.1
"""Share of the scenes, the last ones, that only validate."""


def composed(random: np.random.Generator) -> Scene:
    """A simulated scene."""
    spacing = float(np.exp(random.uniform(np.log(0.7), np.log(30.0))))
    canvas = Canvas.of(SIDE_PX, spacing)
    add_sea(canvas, random)
    quays = add_coast(canvas, random) if random.uniform() < 0.6 else []
    for add, chance in ((add_breakwater, 0.45), (add_island, 0.35), (add_platform, 0.35), (add_marks, 0.4), (add_rafts, 0.06)):
        while random.uniform() < chance:
            add(canvas, random)
    level = random.uniform(17, 36)
    if quays:
        for _ in range(random.integers(0, 14)):
            moor(canvas, quays, level, random)
        while random.uniform() < BOATS_SHARE:
            moor_boats(canvas, quays[random.integers(len(quays))], random)
    anchor(canvas, int(min(random.geometric(0.3), 25)), level, random)
    amplitude = delivered(blurred(imaged(canvas, random), random), random)
    return _seen(amplitude, canvas, np.zeros_like(canvas.solid))


def simulated(random: np.random.Generator) -> Scene:
    """A scene of the product simulator."""
    power, hulls, solid = tile(random, SIDE_PX)
    amplitude = delivered(blurred(power, random), random)
    return _seen(amplitude, Canvas(1.0, power, hulls, solid), np.zeros_like(solid))


def _seen(amplitude: Values, canvas: Canvas, unjudged: Mask) -> Scene:
    floor = 4.0 if float(amplitude.max()) > 100 else 1e-3
    judged = levels(amplitude, np.ones(amplitude.shape, np.bool_), floor)
    return Scene(judged, canvas.hulls, canvas.solid & (canvas.hulls == 0), unjudged | hidden(judged, canvas.hulls))


def drawn(
    canvas: Canvas, level_db: float, random: np.random.Generator, *, longest_px: float = LONGEST_PX
) -> tuple[float, float, float]:
    """Length and beam in pixels and level of a ship that fits; ships of no shape are made longer, giants shorter."""
    length = canvas.px(draw_length_m(random))
    if length < SHORTEST_PX or length > longest_px:
        length = float(np.exp(random.uniform(np.log(SHORTEST_PX), np.log(max(min(longest_px, 80.0), 6.0)))))
    faintest = FAINTEST_DB if length > SMALL_PX else FAINTEST_SMALL_DB
    return length, max(beam_of(random, length), 1.6), float(np.clip(level_db + random.normal(0, 4), faintest, 40))


def anchor(canvas: Canvas, count: int, level_db: float, random: np.random.Generator) -> None:
    """Ships on open water, at anchor on one heading or under way on any."""
    heading = random.uniform(0, 2 * np.pi)
    for _ in range(count):
        length, beam, level = drawn(canvas, level_db, random)
        y, x = random.uniform(0, canvas.side_px, 2)
        angle = heading + random.normal(0, 0.15) if random.uniform() < 0.5 else random.uniform(0, 2 * np.pi)
        ship = Ship(y, x, angle, length, beam, level)
        if random.uniform() < 0.2:
            add_wake(canvas, ship, random)
        if add_ship(canvas, ship, random, gap_px=3) and random.uniform() < 0.12:
            raft(canvas, ship, random)
        if random.uniform() < 0.06 and level > 22:
            add_ghost(canvas, ship, random)


def raft(canvas: Canvas, ship: Ship, random: np.random.Generator) -> None:
    """One to three hulls side by side with a ship."""
    side, offset = random.choice([-1, 1]), 0.0
    for _ in range(random.integers(1, 4)):
        beam = ship.beam_px * random.uniform(0.6, 1.2)
        offset += side * ((ship.beam_px + beam) / 2 + random.uniform(0.5, 2.5))
        shift = turned(np.array([[random.normal(0, 0.12) * ship.length_px, offset]]), ship.angle)[0]
        length = ship.length_px * random.uniform(0.6, 1.15)
        add_ship(canvas, Ship(ship.y + shift[0], ship.x + shift[1], ship.angle, length, beam, ship.level_db), random)


def moor(canvas: Canvas, quays: list[Quay], level_db: float, random: np.random.Generator) -> None:
    """A ship along a quay or with her stern to it."""
    quay = quays[random.integers(len(quays))]
    length, beam, level = drawn(canvas, level_db, random, longest_px=max(1.1 * quay.length_px, 6.0))
    level = max(level, canvas.ground_db + float(random.uniform(*OVER_GROUND_DB)))
    along = (quay.b - quay.a) / quay.length_px
    across = random.uniform() < 0.15
    off = (length if across else beam) / 2 + random.uniform(0.0, 2.5)
    place = quay.a + (quay.b - quay.a) * random.uniform(0.05, 0.95) + quay.outward * off
    axis = quay.outward if across else along * random.choice([-1, 1])
    ship = Ship(place[0], place[1], float(np.arctan2(axis[0], axis[1])) + random.normal(0, 0.03), length, beam, level)
    if add_ship(canvas, ship, random) and random.uniform() < 0.25:
        raft(canvas, ship, random)


def moor_boats(canvas: Canvas, quay: Quay, random: np.random.Generator) -> None:
    """A stretch of a quay where boats of like size lie one behind the other, beside one another, or stern to it."""
    length = float(np.exp(random.uniform(np.log(9.0), np.log(34.0))))
    across = random.uniform() < 0.4
    along = (quay.b - quay.a) / quay.length_px
    axis = quay.outward if across else along
    angle = float(np.arctan2(axis[0], axis[1])) + random.normal(0, 0.1)
    place = random.uniform(0, 0.6) * quay.length_px
    bright = canvas.ground_db + float(random.uniform(*OVER_GROUND_DB))
    while place < quay.length_px:
        beam = max(length / random.uniform(2.2, 4.5), 3.0)
        off = (length if across else beam) / 2 + random.uniform(0.0, 2.5)
        middle = quay.a + along * place + quay.outward * off
        level = float(np.clip(bright + random.normal(0, 3), FAINTEST_SMALL_DB, 40))
        ship = Ship(middle[0], middle[1], angle + random.normal(0, 0.06), length * random.uniform(0.75, 1.3), beam, level)
        if add_ship(canvas, ship, random) and not across and random.uniform() < 0.3:
            raft(canvas, ship, random)
        place += (beam if across else length) * random.uniform(0.95, 1.2) + random.exponential(4.0)
        if random.uniform() < 0.15:
            return


def real(random: np.random.Generator, chips: list[Chip], clutter: list[Values]) -> Scene:
    """Real sea with real ships in it; nan in the clutter is not judged."""
    canvas = Canvas.of(SIDE_PX, 10.0)
    power = cut_clutter(random, clutter)
    unjudged = np.isnan(power)
    level = np.nanpercentile(power, 30)
    power = np.where(unjudged, level, power)
    if random.uniform() < 0.7:
        for _ in range(min(int(random.geometric(0.2)), 16)):
            paste(canvas, power, chips[random.integers(len(chips))], random)
    unjudged &= canvas.hulls == 0
    amplitude = delivered(blurred(power.astype(np.float32), random), random)
    return _seen(amplitude, canvas, unjudged)


def cut_clutter(random: np.random.Generator, clutter: list[Values]) -> Values:
    """A square of a tile that is mostly sea of some level, turned and mirrored; small tiles are mirrored on."""
    while True:
        tile = clutter[random.integers(len(clutter))]
        tile = np.pad(tile, [(0, max(0, SIDE_PX - size)) for size in tile.shape], mode="symmetric")
        y, x = (random.integers(0, size - SIDE_PX + 1) for size in tile.shape)
        cut = tile[y : y + SIDE_PX, x : x + SIDE_PX]
        if np.isnan(cut).mean() < 0.3:
            cut = np.rot90(cut, int(random.integers(4)))
            return np.array(cut[:, ::-1] if random.uniform() < 0.5 else cut)


def paste(canvas: Canvas, power: NDArray[np.float32], chip: Chip, random: np.random.Generator) -> None:
    """Set a chip's echo into the sea at the sea's level there, at another scale, turned and mirrored."""
    scale = float(np.exp(random.normal(0, 0.35)))
    echo = ndimage.zoom(chip.echo, scale, order=1)
    middle, angle = chip.middle * scale, chip.angle
    if random.uniform() < 0.5:
        echo, angle = echo[:, ::-1], np.pi - angle
        middle = np.array([middle[0], echo.shape[1] - middle[1]])
    if random.uniform() < 0.5:
        echo, angle = echo[::-1], -angle
        middle = np.array([echo.shape[0] - middle[0], middle[1]])
    if min(echo.shape) > canvas.side_px - 4:
        return
    top, left = (int(random.integers(0, canvas.side_px - size)) for size in echo.shape)
    ship = Ship(top + middle[0], left + middle[1], angle, chip.length_px * scale, chip.beam_px * scale, 0.0)
    hull = polygon(canvas.side_px, hull_outline(ship))
    if not hull.any() or (canvas.hulls[ndimage.binary_dilation(hull, iterations=3)] > 0).any():
        return
    window = np.s_[top : top + echo.shape[0], left : left + echo.shape[1]]
    power[window] += echo * max(float(np.median(power[window])), from_db(-25)) * random.uniform(0.5, 1.5)
    canvas.hulls[hull] = canvas.hulls.max() + 1


def scene(number: int, seed: int, data: Path | None = None) -> Scene:
    """The scene of a number: the same for the same seed, in whatever order they are made."""
    random = np.random.default_rng([seed, number])
    source = random.uniform()
    if data is not None and source < REAL_SHARE:
        return real(random, *_sources(data))
    return simulated(random) if source < REAL_SHARE + SIMULATOR_SHARE else composed(random)


_READ: dict[Path, tuple[list[Chip], list[Values]]] = {}


def _sources(data: Path) -> tuple[list[Chip], list[Values]]:
    if data not in _READ:
        _READ[data] = read_chips(data), read_clutter(data)
    return _READ[data]


def packed(number: int, seed: int, data: Path | None) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """A scene as it is stored: levels, bits of the truth, nearness to the middle of a hull."""
    one = scene(number, seed, data)
    grey = (one.levels - LOWEST) / (HIGHEST - LOWEST) * 255
    return grey.round().astype(np.uint8), one.bits(), (one.middles() * 255).round().astype(np.uint8)


def main() -> None:
    """Compose and store."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    count, seed = int(sys.argv[3]) if len(sys.argv) > 3 else SCENES, int(sys.argv[4]) if len(sys.argv) > 4 else 11
    out.mkdir(parents=True, exist_ok=True)
    with Pool(2) as pool:
        made = pool.map(partial(packed, seed=seed, data=data), range(count), chunksize=8)
    for name, values in zip(("scenes", "truth", "middles"), zip(*made, strict=True), strict=True):
        np.save(out / f"{name}.npy", np.stack(values))
    np.save(out / "range.npy", np.array([LOWEST, HIGHEST]))


if __name__ == "__main__":
    main()
