"""Coasts, quays, piers, breakwaters, bridges, islands, platforms, buoys and what stands on land, drawn on a canvas.

Sizes are metres where people build (quays, piers, yards), and fractal where nature does. Everything here is *solid*: bright,
and no ship. A quay is handed on as a line with the water on one side, along which ships are moored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from ships_canvas import Canvas, Mask, Places, fractal_field, from_db, line, polygon, smooth_field, turned


@dataclass(frozen=True)
class Quay:
    """A straight edge from a to b (y, x) and the unit vector to the water."""

    a: Places
    b: Places
    outward: Places

    @property
    def length_px(self) -> float:
        """From end to end."""
        return float(np.hypot(*(self.b - self.a)))


def add_sea(canvas: Canvas, random: np.random.Generator) -> None:
    """Wind texture, streaks, swell, fronts and slicks."""
    side = canvas.side_px
    level_db = random.uniform(0, 2.0) * smooth_field(random, side, random.uniform(20, 200))
    if random.uniform() < 0.3:
        level_db += random.uniform(0.3, 2.0) * fractal_field(random, side, random.uniform(1.0, 1.8))
    if random.uniform() < 0.3:
        y, x = np.mgrid[:side, :side]
        angle, wave = random.uniform(0, np.pi), max(6.0, canvas.px(random.uniform(60, 300)))
        level_db += random.uniform(0.3, 2.0) * np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / wave)
    if random.uniform() < 0.3:
        edge = fractal_field(random, side, 2.0) + random.normal(0, 0.5)
        step = ndimage.gaussian_filter((edge > 0).astype(np.float32), random.uniform(0.7, 6))
        level_db += random.uniform(-9, 6) * step
    canvas.power *= np.power(10, level_db / 10).astype(np.float32)
    if random.uniform() < 0.15:
        add_swath_edge(canvas, random)


def add_swath_edge(canvas: Canvas, random: np.random.Generator) -> None:
    """Nothing beyond a straight line: the end of the swath, or of the picture."""
    y, x = np.mgrid[: canvas.side_px, : canvas.side_px]
    angle = random.choice([0, 0.5, 1, 1.5]) * np.pi + random.normal(0, 0.15)
    beyond = (x - canvas.side_px / 2) * np.cos(angle) + (y - canvas.side_px / 2) * np.sin(angle)
    canvas.power[beyond > random.uniform(0.1, 0.45) * canvas.side_px] = 1e-4


def add_coast(canvas: Canvas, random: np.random.Generator) -> list[Quay]:
    """Land on one side, or on two with a channel between; its quays."""
    side, angle = canvas.side_px, random.uniform(0, 2 * np.pi)
    y, x = np.mgrid[:side, :side] - side / 2
    seaward = y * np.cos(angle) - x * np.sin(angle)
    rough = fractal_field(random, side, random.uniform(1.4, 2.4)) * random.choice([0, 0, 4, 10, 25, 60])
    offset = random.uniform(-0.35, 0.45) * side
    land = seaward + rough < -offset
    blocks, quays = _blocks(canvas, random, angle, -offset)
    land |= blocks
    if random.uniform() < 0.35:  # the other bank
        width = max(canvas.px(random.uniform(80, 600)), 25)
        land |= seaward + fractal_field(random, side, 1.9) * random.uniform(0, 20) > -offset + width
    _fill_land(canvas, land, random)
    return [quay for quay in [*quays, *_shores(canvas, land, random)] if quay.length_px > 6]


def _shores(canvas: Canvas, land: Mask, random: np.random.Generator) -> list[Quay]:
    """Short straight pieces along the shore as it is, natural or built, with the side on which the water lies."""
    depth = ndimage.gaussian_filter(land.astype(np.float32), 3.0)
    edge = np.argwhere(land & ~ndimage.binary_erosion(land, border_value=1))
    found = []
    for y, x in edge[random.integers(0, len(edge), 12)] if len(edge) else []:
        if min(y, x) < 8 or max(y, x) > canvas.side_px - 9:
            continue
        outward = -np.array([depth[y + 1, x] - depth[y - 1, x], depth[y, x + 1] - depth[y, x - 1]], np.float64)
        if (steep := float(np.hypot(*outward))) > 0:
            along = np.array([-outward[1], outward[0]]) / steep * float(np.clip(canvas.px(60), 8, 60))
            found.append(Quay(np.array([y, x]) - along, np.array([y, x]) + along, outward / steep))
    return found


def _blocks(canvas: Canvas, random: np.random.Generator, angle: float, shore: float) -> tuple[Mask, list[Quay]]:
    """Rectangles that stand out from the shore: terminals, piers and jetties, with their edges as quays."""
    side = canvas.side_px
    found, quays = np.zeros((side, side), np.bool_), []
    middle = np.array([side / 2, side / 2])
    along = -0.6 * side
    while along < 0.6 * side:
        wide = canvas.px(random.choice([random.uniform(8, 30), random.uniform(60, 500)]))
        deep = canvas.px(random.uniform(20, 400)) * (random.uniform() < 0.7)
        wide, deep = float(np.clip(wide, 2, 250)), float(np.clip(deep, 0, 160))
        skew = random.normal(0, 0.03)
        corners = np.array([[0, -80], [0, deep], [wide, deep], [wide, -80]]) + np.array([along, shore])
        placed = turned(corners, angle + skew) + middle
        found |= polygon(side, placed)
        out_along, out_sea = turned(np.array([[1.0, 0.0], [0.0, 1.0]]), angle + skew)
        quays.append(Quay(placed[1], placed[2], out_sea))
        if deep > 8:
            quays += [Quay(placed[0] * 0.5 + placed[1] * 0.5, placed[1], -out_along)]
            quays += [Quay(placed[2], placed[2] * 0.5 + placed[3] * 0.5, out_along)]
        along += wide + float(np.clip(canvas.px(random.uniform(0, 400)), 0, 300))
    return found, quays


def _fill_land(canvas: Canvas, land: Mask, random: np.random.Generator) -> None:
    """Ground of moderate brightness in fields, with roads, ponds, buildings, yards and edges."""
    side, level_db = canvas.side_px, random.uniform(1, 16)
    ground = level_db + random.uniform(0, 2) * fractal_field(random, side, random.uniform(0.8, 1.8))
    fields = smooth_field(random, side, random.uniform(15, 80))
    ground += random.uniform(0, 4) * np.round(fields)
    if random.uniform() < 0.5:
        ground = np.where(smooth_field(random, side, random.uniform(20, 80)) > random.uniform(1.2, 2.2), -2.0, ground)
    for _ in range(random.integers(0, 12)):
        way = bent(random, random.uniform(0, side, 2), side * random.uniform(0.2, 1.5))
        ground[line(side, way, canvas.px(random.uniform(6, 25)))] += random.choice([-8.0, -5.0, 4.0])
    if random.uniform() < 0.3:  # creeks and basins, as dark as the sea
        for _ in range(random.integers(1, 8)):
            way = bent(random, random.uniform(0, side, 2), side * random.uniform(0.1, 1.0))
            ground[line(side, way, random.uniform(2, 25))] = random.normal(-1, 1)
    canvas.power[land] = np.power(10, ground[land] / 10)
    canvas.solid |= land
    canvas.ground_db = level_db
    _shore_edge(canvas, land, level_db, random)
    if random.uniform() < 0.8:
        _buildings(canvas, land, level_db, random)


def _shore_edge(canvas: Canvas, land: Mask, level_db: float, random: np.random.Generator) -> None:
    edge = land & ~ndimage.binary_erosion(land, iterations=int(random.integers(1, 3)))
    patchy = smooth_field(random, canvas.side_px, random.uniform(5, 40)) > random.uniform(-1, 2)
    canvas.power[edge & patchy] *= from_db(random.uniform(-3, 9))
    chosen = np.argwhere(edge & patchy)
    if len(chosen) and random.uniform() < 0.7:  # bollards, cranes, wharf houses
        count = int(len(chosen) * random.uniform(0.01, 0.15))
        places = chosen[random.integers(0, len(chosen), count)] + random.normal(0, 1, (count, 2))
        canvas.add_points(places, random.exponential(from_db(level_db + random.uniform(5, 18)), count))
    if len(chosen) and random.uniform() < 0.4:
        for _ in range(random.integers(1, 10)):
            _lump(canvas, chosen[random.integers(len(chosen))].astype(np.float64), land, level_db, random)


def _lump(canvas: Canvas, place: Places, land: Mask, level_db: float, random: np.random.Generator) -> None:
    """A heap of bright points at the water's edge: sheds, gear, wrecked corners of a quay; of no hull's shape."""
    size, count = float(random.uniform(1.5, 12.0)), int(random.integers(3, 60))
    stretch = turned(random.normal(0, 0.5, (count, 2)) * [size, size * random.uniform(0.3, 1.0)], random.uniform(0, np.pi))
    places = place + stretch
    rows = np.clip(places.round().astype(int), 0, canvas.side_px - 1)
    places = places[land[rows[:, 0], rows[:, 1]]]
    canvas.add_points(places, random.exponential(from_db(level_db + random.uniform(3, 16)), len(places)))


def _buildings(canvas: Canvas, land: Mask, level_db: float, random: np.random.Generator) -> None:
    """Blocks of houses, yards of containers, tanks, sheds: points in clusters, in rows, on circles, along lines."""
    inside = np.argwhere(land)
    if not len(inside):
        return
    brightest = random.uniform(8, 24)
    for _ in range(random.integers(2, 40)):
        middle = inside[random.integers(len(inside))]
        places = _cluster(canvas, random) + middle
        rows = np.clip(places.round().astype(int), 0, canvas.side_px - 1)
        places = places[land[rows[:, 0], rows[:, 1]]]
        bright = from_db(level_db + random.uniform(3, brightest))
        canvas.add_points(places, random.exponential(bright, len(places)))


def _cluster(canvas: Canvas, random: np.random.Generator) -> Places:
    angle, kind = random.uniform(0, np.pi), random.choice(["houses", "yard", "shed", "tank", "alone"])
    wide, high = np.clip(canvas.px(1) * random.uniform(20, 250, 2), 2, 120)
    if kind == "houses":
        return turned(random.normal(0, 0.5, (int(wide * high * random.uniform(0.01, 0.15)) + 2, 2)) * [wide, high], angle)
    if kind == "yard":
        step = max(2.0, canvas.px(random.uniform(6, 30)))
        u, v = np.meshgrid(np.arange(0, wide, step), np.arange(0, high, max(2.0, step * random.uniform(0.5, 2))))
        return turned(np.column_stack([u.ravel(), v.ravel()]) + random.normal(0, 0.3, (u.size, 2)), angle)
    if kind == "shed":
        count = int(wide * random.uniform(0.2, 1)) + 2
        return turned(np.column_stack([np.linspace(0, wide, count), random.normal(0, 0.4, count)]), angle)
    if kind == "tank":
        turn = random.uniform(0, 2 * np.pi, 12)
        return np.column_stack([np.sin(turn), np.cos(turn)]) * (min(float(wide), 12.0) / 2)
    return np.zeros((1, 2))


def bent(random: np.random.Generator, start: Places, reach_px: float) -> Places:
    """A way of some length from a place: straight, with a knee or two, or winding."""
    pieces = int(random.choice([1, 2, 3, 24]))
    bend = 0.5 if pieces < 10 else random.uniform(0.03, 0.2)
    angle, path = random.uniform(0, 2 * np.pi), [start]
    drift = random.normal(0, bend / 3) if pieces > 10 else 0.0
    for _ in range(pieces):
        path.append(path[-1] + reach_px / pieces * np.array([np.sin(angle), np.cos(angle)]))
        angle += random.normal(drift, bend)
    return np.array(path)


def add_breakwater(canvas: Canvas, random: np.random.Generator) -> None:
    """A thin bright line, straight or bent, perhaps broken; a bridge is one that spans the picture."""
    side = canvas.side_px
    reach = float(np.clip(canvas.px(random.uniform(100, 2500)), 15, 2 * side))
    width = float(np.clip(canvas.px(random.uniform(5, 40)), 1, 14))
    stone = line(side, bent(random, random.uniform(0, side, 2), reach), width)
    if random.uniform() < 0.4:
        stone &= smooth_field(random, side, random.uniform(4, 20)) > random.uniform(-1.5, 0.5)
    level = random.uniform(3, 18)
    canvas.power[stone] = np.maximum(canvas.power[stone], from_db(level))
    canvas.solid |= stone
    chosen = np.argwhere(stone).astype(np.float64)
    count = int(len(chosen) * random.uniform(0, 0.1))
    if count:
        canvas.add_points(chosen[random.integers(0, len(chosen), count)], random.exponential(from_db(level + 6), count))


def add_island(canvas: Canvas, random: np.random.Generator) -> None:
    """A rock, a sandbank or a built island: round or ragged, bright inside or on its rim."""
    side, middle = canvas.side_px, random.uniform(0, canvas.side_px, 2)
    y, x = np.mgrid[:side, :side]
    radius = float(np.clip(canvas.px(random.uniform(15, 250)), 3, 70))
    stretch, angle = random.uniform(1, 2.2) if random.uniform() < 0.7 else random.uniform(2, 6), random.uniform(0, np.pi)
    v, u = y - middle[0], x - middle[1]
    along, across = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
    ragged = random.uniform(0, 0.5) * smooth_field(random, side, radius)
    inside = np.hypot(along / stretch, across) < radius * (1 + ragged)
    level = random.uniform(2, 16)
    canvas.power[inside] = from_db(level)
    canvas.solid |= inside
    rim = np.argwhere(inside & ~ndimage.binary_erosion(inside, iterations=2)).astype(np.float64)
    if len(rim):
        count = int(len(rim) * random.uniform(0.05, 0.5))
        canvas.add_points(
            rim[random.integers(0, len(rim), count)], random.exponential(from_db(level + random.uniform(0, 14)), count)
        )


def add_platform(canvas: Canvas, random: np.random.Generator) -> None:
    """A platform, about as wide as long, with bright points all over; sometimes bridged to a second one."""
    side_px = float(np.clip(canvas.px(random.uniform(20, 110)), 2, 45))
    middle, angle = random.uniform(0, canvas.side_px, 2), random.uniform(0, np.pi)
    aspect = random.uniform(0.75, 1.33)
    corners = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]]) / 2 * [side_px * aspect, side_px]
    body = polygon(canvas.side_px, turned(corners, angle) + middle)
    level = random.uniform(8, 32)
    canvas.power[body] = np.maximum(canvas.power[body], from_db(level - random.uniform(3, 12)))
    canvas.solid |= body
    count = int(side_px**2 * random.uniform(0.05, 0.3)) + 2
    places = turned(random.uniform(-0.5, 0.5, (count, 2)) * [side_px * aspect, side_px], angle) + middle
    canvas.add_points(places, random.exponential(from_db(level), count))


def add_marks(canvas: Canvas, random: np.random.Generator) -> None:
    """Buoys and boats too small to have a shape, or a field of wind turbines: single points."""
    count = int(random.integers(1, 8))
    places = random.uniform(0, canvas.side_px, (count, 2))
    if random.uniform() < 0.25:
        step = max(8.0, canvas.px(random.uniform(400, 900)))
        u, v = np.meshgrid(np.arange(5) * step, np.arange(4) * step)
        places = turned(np.column_stack([u.ravel(), v.ravel()]), random.uniform(0, np.pi)) + random.uniform(
            0, canvas.side_px, 2
        )
    canvas.add_points(places, np.array([from_db(v) for v in random.uniform(8, 26, len(places))]))
    _mark_solid(canvas, places)


def add_rafts(canvas: Canvas, random: np.random.Generator) -> None:
    """Fish farms and oyster rafts: faint rectangles in rows."""
    step = np.clip(canvas.px(1) * random.uniform(15, 80, 2), 4, 40)
    u, v = np.meshgrid(np.arange(random.integers(2, 6)) * step[0], np.arange(random.integers(2, 8)) * step[1])
    angle, start = random.uniform(0, np.pi), random.uniform(0, canvas.side_px, 2)
    level = from_db(random.uniform(3, 12))
    for place in np.column_stack([u.ravel(), v.ravel()]):
        size = step * random.uniform(0.4, 0.7, 2)
        corners = place + np.array([[0, 0], [0, size[1]], [size[0], size[1]], [size[0], 0]])
        raft = polygon(canvas.side_px, turned(corners, angle) + start)
        canvas.power[raft] = np.maximum(canvas.power[raft], level)
        canvas.solid |= raft


def _mark_solid(canvas: Canvas, places: NDArray[np.float64]) -> None:
    rows = places.round().astype(int)
    inside = ((rows >= 0) & (rows < canvas.side_px)).all(axis=1)
    canvas.solid[rows[inside, 0], rows[inside, 1]] = True
