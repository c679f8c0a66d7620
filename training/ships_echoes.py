"""Ships as radar sees them, drawn on a canvas: hull, bright superstructure, edges, wakes, smear and ghosts.

A hull is a pointed rectangle; its echo is a faint body and some dozens of bright points. What bright points do not cover is
hull nevertheless: the truth is the outline and never the brightness, so side lobes are not part of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from ships_canvas import Canvas, Mask, Places, from_db, line, polygon, turned

SHORTEST_PX, LONGEST_PX = 4.0, 170.0
"""Hulls drawn, pixels: shorter ones cannot be told from points, longer ones are found at a coarser scale."""

TOUCH = 0.06
"""Share of a hull that may lie over solid ground: at a quay the outlines meet."""


@dataclass(frozen=True)
class Ship:
    """Where a hull lies: middle (y, x), axis from x towards y in radians, length, beam (pixels), level over the sea (dB)."""

    y: float
    x: float
    angle: float
    length_px: float
    beam_px: float
    level_db: float


def hull_outline(ship: Ship) -> Places:
    """Corners (y, x): square stern, pointed bow."""
    half, beam = ship.length_px / 2, ship.beam_px / 2
    offsets = np.array([[-half, -beam * 0.8], [-half * 0.9, -beam], [half * 0.65, -beam], [half, 0.0], [half * 0.65, beam]])
    offsets = np.vstack([offsets, [[-half * 0.9, beam], [-half, beam * 0.8]]])
    return np.asarray(turned(offsets, ship.angle) + np.array([ship.y, ship.x]), np.float64)


def draw_length_m(random: np.random.Generator) -> float:
    """Length of a ship: boats and coasters to the largest, by a wide lognormal law around 90 m."""
    return float(np.clip(np.exp(random.normal(np.log(90.0), 0.75)), 12.0, 400.0))


def beam_of(random: np.random.Generator, length: float) -> float:
    """Beam: lengths of small craft are 3 to 4 beams, of large ones 5.5 to 7.5."""
    return length / float(random.uniform(3.6, 7.4))


def add_ship(canvas: Canvas, ship: Ship, random: np.random.Generator, *, gap_px: int = 0) -> bool:
    """Draw a ship unless she would lie on the ground, over another one or wholly outside; whether she was drawn."""
    hull = polygon(canvas.side_px, hull_outline(ship))
    size = int(hull.sum())
    reach = ndimage.binary_dilation(hull, iterations=gap_px) if gap_px else hull
    if size < 3 or (hull & canvas.solid).sum() > TOUCH * size or (canvas.hulls[reach] > 0).any():
        return False
    canvas.hulls[hull] = canvas.hulls.max() + 1
    body_db = ship.level_db - random.uniform(4.0, 16.0)
    ground = float(canvas.power[hull].mean())
    canvas.power[hull] = np.maximum(canvas.power[hull], from_db(body_db) + 0.3 * ground)
    _points(canvas, ship, random)
    return True


def _points(canvas: Canvas, ship: Ship, random: np.random.Generator) -> None:
    area = ship.length_px * max(ship.beam_px, 1.0)
    count = 4 + int(area * random.uniform(0.1, 0.5))
    along = random.uniform(-0.48, 0.48, count)
    across = random.uniform(-0.42, 0.42, count)
    level = ship.level_db + random.normal(0.0, random.uniform(2.0, 6.0), count)
    pattern = random.uniform()
    if pattern < 0.45:  # the superstructure, at the stern as a rule
        house = random.choice([-0.38, -0.38, 0.38, 0.0]) + 0.05 * random.standard_normal()
        level += random.uniform(3, 12) * np.exp(-(((along - house) / 0.08) ** 2))
        chosen = random.uniform(size=count) < random.uniform(0.1, 0.5)
        along[chosen] = house + random.normal(0, 0.05, int(chosen.sum()))
    elif pattern < 0.6:  # both ends bright
        chosen = random.uniform(size=count) < 0.6
        along[chosen] = random.choice([-0.42, 0.42], int(chosen.sum())) + random.normal(0, 0.03, int(chosen.sum()))
    if random.uniform() < 0.4:  # the side that faces the radar
        chosen = random.uniform(size=count) < random.uniform(0.3, 0.8)
        across[chosen] = random.choice([-0.45, 0.45]) + random.normal(0, 0.04, int(chosen.sum()))
    if random.uniform() < 0.2:  # hatches and rows of containers
        step = random.uniform(0.05, 0.15)
        along = np.round(along / step) * step
    offsets = np.column_stack([np.clip(along, -0.5, 0.5) * ship.length_px, np.clip(across, -0.5, 0.5) * ship.beam_px])
    places = turned(offsets, ship.angle) + np.array([ship.y, ship.x])
    if random.uniform() < 0.15:  # smeared along the flight by her own motion
        places[:, 0] += random.normal(0.0, random.uniform(0.5, 0.06 * ship.length_px + 1.0), count)
    canvas.add_points(places, np.array([from_db(value) for value in level]))


def add_wake(canvas: Canvas, ship: Ship, random: np.random.Generator) -> None:
    """A dark or bright turbulent wake and perhaps the arms of a Kelvin wake, displaced along the flight (rows)."""
    start = turned(np.array([[-ship.length_px / 2, 0.0]]), ship.angle)[0] + np.array([ship.y, ship.x])
    start[0] += random.normal(0, 0.5 * ship.length_px)
    reach = ship.length_px * random.uniform(2, 10)
    for spread in (0.0, *((-0.34, 0.34) if random.uniform() < 0.4 else ())):
        path = turned(np.array([[0.0, 0.0], [-reach, spread * reach]]), ship.angle) + start
        width = max(1.0, ship.beam_px * random.uniform(0.3, 1.2))
        trace = ndimage.gaussian_filter(line(canvas.side_px, path, width).astype(np.float32), 1.5)
        change = random.uniform(-6, 5) if spread == 0 else random.uniform(0, 6)
        water = ~canvas.solid & (canvas.hulls == 0)
        canvas.power = np.where(water, canvas.power * (1 + (from_db(change) - 1) * trace), canvas.power).astype(np.float32)


def add_ghost(canvas: Canvas, ship: Ship, random: np.random.Generator) -> None:
    """An azimuth ambiguity: a faint smeared copy of a ship, which is none."""
    shift = random.choice([-1, 1]) * random.uniform(60, 300)
    y = ship.y + shift
    count = int(ship.length_px * ship.beam_px * 0.2) + 3
    offsets = random.uniform(-0.45, 0.45, (count, 2)) * [ship.length_px, ship.beam_px]
    places = turned(offsets, ship.angle) + np.array([y, ship.x])
    places[:, 0] += random.normal(0, 2 + 0.15 * ship.length_px, count)
    canvas.add_points(places, random.exponential(from_db(ship.level_db - random.uniform(16, 26)), count))


def box_of(hull: Mask) -> tuple[int, int, int, int]:
    """x0, y0, x1, y1 of a hull's pixels, the ends exclusive."""
    y, x = np.nonzero(hull)
    return int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1
