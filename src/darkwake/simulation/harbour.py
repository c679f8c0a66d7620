"""A harbour on a coast: quays with berths, finger piers, moles, cranes, tanks, platforms off shore, buoys along the fairway."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from darkwake.imagery.protocol import Window
from darkwake.simulation.coast import BRIDGE_DB, MOLE_DB, QUAY_DB, Bar, Coast, Post
from darkwake.simulation.scatterers import Vessel

AFLOAT_M = 30.0
"""A berth needs water this far off the quay, metres."""


@dataclass(frozen=True)
class Berth:
    """Where a ship may lie: a place at the quay's edge (pixels), and the direction away from the quay (clockwise from up)."""

    x: float
    y: float
    off_deg: float


@dataclass(frozen=True)
class Harbour:
    """A coast with structures, and the berths along its quays."""

    coast: Coast
    berths: tuple[Berth, ...]


def moored(vessel: Vessel, berth: Berth, spacing_m: float, *, fender_m: float = 2.0) -> Vessel:
    """A vessel laid along a berth, at rest, her bow either way as before (the nearer of the two)."""
    off = np.radians(berth.off_deg)
    away_px = (vessel.beam_m / 2 + fender_m) / spacing_m
    along = (berth.off_deg + 90) % 360
    turned = along if np.cos(np.radians(vessel.heading_deg - along)) >= 0 else (along + 180) % 360
    x, y = berth.x + away_px * float(np.sin(off)), berth.y - away_px * float(np.cos(off))
    return replace(vessel, x=x, y=y, heading_deg=turned, speed_kn=0.0)


def harbour(coast: Coast, at: tuple[float, float], random: np.random.Generator, *, size_m: float = 1500.0) -> Harbour:
    """A harbour about a place at the water's edge; the coast's line gives its directions."""
    angle = np.radians(coast.along_deg)
    along, out = np.array([np.sin(angle), -np.cos(angle)]), np.array([-np.cos(angle), -np.sin(angle)])
    px = 1 / coast.spacing_m
    origin = np.array(at)
    bars: list[Bar] = []
    posts: list[Post] = []
    berths: list[Berth] = []
    for pier in range(int(random.integers(1, 4))):
        root = origin + along * (pier - 1) * size_m * 0.35 * px
        reach = size_m * random.uniform(0.2, 0.45) * px
        width_m = float(random.choice([12.0, 40.0, 90.0]))
        bars.append(_bar(root - out * 0.1 * size_m * px, root + out * reach, width_m, QUAY_DB))
        sides = along * (width_m / 2 * px)
        middle = root + out * reach * 0.55
        berths += [Berth(*_xy(middle + sign * sides), (coast.along_deg + (0 if sign > 0 else 180)) % 360) for sign in (1, -1)]
        posts += _cranes(root, out * reach, width_m, random)
    quay = _bar(origin - along * size_m * 0.6 * px, origin + along * size_m * 0.6 * px, 60.0, QUAY_DB)
    edge = origin + out * 30 * px
    berths += [Berth(*_xy(edge + along * share * size_m * px), (coast.along_deg - 90) % 360) for share in (-0.5, 0.55)]
    mole_root = origin + along * size_m * 0.8 * px
    knee = mole_root + out * size_m * 0.7 * px
    head = knee - along * size_m * random.uniform(0.6, 1.4) * px
    bars += [quay, _bar(mole_root, knee, 12.0, MOLE_DB), _bar(knee, head, 12.0, MOLE_DB)]
    posts += _tanks(origin - out * size_m * 0.25 * px, px, random) + _buoys(head, out * size_m * 0.25 * px)
    whole = replace(coast, bars=(*coast.bars, *bars), posts=(*coast.posts, *posts))
    return Harbour(whole, tuple(berth for berth in berths if _afloat(berth, whole)))


def _afloat(berth: Berth, coast: Coast) -> bool:
    """Whether there is water off a berth: the shore bends, and may lie before a pier's root."""
    off = np.radians(berth.off_deg)
    x, y = berth.x + AFLOAT_M / coast.spacing_m * np.sin(off), berth.y - AFLOAT_M / coast.spacing_m * np.cos(off)
    here = Window(int(np.floor(x)), int(np.floor(y)), int(np.floor(x)) + 1, int(np.floor(y)) + 1)
    return float(coast.inland_m(here)[0, 0]) < 0


def platforms(coast: Coast, window: Window, count: int, random: np.random.Generator) -> Coast:
    """Oil platforms and artificial islands off shore: as bright as ships, round, and always there."""
    posts = []
    for _ in range(count):
        x, y = random.uniform(window.x0, window.x1), random.uniform(window.y0, window.y1)
        big = random.random() < 0.3
        radius_m = float(random.uniform(80, 150) if big else random.uniform(15, 45))
        posts.append(Post(x, y, radius_m, float(20 * radius_m**1.7), "island" if big else "platform", 60 if big else 15))
    return replace(coast, posts=(*coast.posts, *posts))


def bridge(coast: Coast, start: tuple[float, float], end: tuple[float, float], *, width_m: float = 25.0) -> Coast:
    """A bridge over the water with a bright pylon every 300 m."""
    count = max(int(np.hypot(end[0] - start[0], end[1] - start[1]) * coast.spacing_m / 300), 2)
    places = zip(np.linspace(start[0], end[0], count), np.linspace(start[1], end[1], count), strict=True)
    posts = [Post(float(x), float(y), 8.0, 3000.0, "pylon", 4) for x, y in places]
    return replace(coast, bars=(*coast.bars, Bar(*start, *end, width_m, BRIDGE_DB)), posts=(*coast.posts, *posts))


def _xy(place: np.ndarray) -> tuple[float, float]:
    return float(place[0]), float(place[1])


def _bar(start: np.ndarray, end: np.ndarray, width_m: float, level_db: float) -> Bar:
    return Bar(*_xy(start), *_xy(end), width_m, level_db)


def _cranes(root: np.ndarray, reach: np.ndarray, width_m: float, random: np.random.Generator) -> list[Post]:
    count = int(random.integers(1, 5)) if width_m > 20 else 0
    return [
        Post(*_xy(root + reach * f), 12.0, float(random.lognormal(8.5, 0.7)), "crane", 6) for f in random.uniform(0.2, 1, count)
    ]


def _tanks(middle: np.ndarray, px: float, random: np.random.Generator) -> list[Post]:
    """A tank farm: rows of round tanks, each bright at its rim towards the radar."""
    rows, columns = int(random.integers(2, 4)), int(random.integers(2, 5))
    return [
        Post(*_xy(middle + np.array([column, row]) * 80 * px), 22.0, float(random.lognormal(7.5, 0.5)), "tank", 8)
        for row in range(rows)
        for column in range(columns)
    ]


def _buoys(head: np.ndarray, step: np.ndarray) -> list[Post]:
    return [Post(*_xy(head + step * (number + 1)), 2.0, 60.0, "buoy", 2) for number in range(4)]
