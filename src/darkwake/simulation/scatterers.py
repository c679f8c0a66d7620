"""The bright points of a ship: where on the hull they sit, how high, and how strong, by length, beam and type.

A point is (along from the middle towards the bow, across towards starboard, up; metres, share of the echo). The layouts follow
what resolved images show: a bright line of corners between sea and the side that faces the radar (double bounce), a block of
superstructure, rows of bays on container ships, a manifold amidships on tankers, cranes and hatches on cargo ships. Shares are
assumed so that chips look like those of Sentinel-1 and of 1 to 3 m sensors; nothing here is a model of one real ship.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["tanker", "container", "cargo", "small"]
KINDS: tuple[Kind, ...] = ("tanker", "container", "cargo", "small")
Points = NDArray[np.float64]
"""Rows of along, across, up (metres) and power (any unit: the sum is set later)."""

SPREAD_DB = 5.0
"""Spread of the power of single points about their share, decibels (assumed: lognormal, heavy above)."""


@dataclass(frozen=True)
class Vessel:
    """A ship on the image: the middle of her hull (x, y; pixels, as in ``imagery.protocol``) and her bow's direction.

    ``heading_deg`` is clockwise from *up in the image*, which is north only where the image is north up. ``brightness_db`` is
    what she exceeds a ship of her length by; ``bridge`` is where the superstructure stands, 0 stern to 1 bow.
    """

    x: float
    y: float
    length_m: float
    beam_m: float
    heading_deg: float
    kind: Kind = "cargo"
    speed_kn: float = 0.0
    brightness_db: float = 0.0
    bridge: float = 0.1


EXCESS_DB = {"HH": 0.0, "VV": 4.9, "VH": -6.1, "HV": -6.1}
"""By how much echoes exceed the formula for HH: medians over the GRDH training chips of OpenSARShip 2.0 (VV 233, VH 109)."""


def radar_cross_section_m2(length_m: float, polarisation: str = "HH") -> float:
    """Typical radar cross-section of a ship: 0.08 L^(7/3) at HH (Vachon et al. 1997, Can. J. Remote Sensing 23, 48).

    >>> round(radar_cross_section_m2(200.0))
    18714
    """
    return float(0.08 * length_m ** (7 / 3) * 10 ** (EXCESS_DB[polarisation] / 10))


def half_beam_m(along_m: NDArray[np.float64], vessel: Vessel) -> NDArray[np.float64]:
    """Half the width of the hull at a place along it: full amidships, pointed at the bow, narrower at the stern."""
    place = along_m / vessel.length_m + 0.5
    bow = np.sqrt(np.clip((1 - place) / 0.15, 0, 1))
    stern = np.clip(0.75 + place / 0.2, 0, 1)
    half: NDArray[np.float64] = vessel.beam_m / 2 * np.minimum(bow, stern) * ((place >= 0) & (place <= 1))
    return half


def scatterers(vessel: Vessel, near_side: float, most: int, random: np.random.Generator, polarisation: str = "VV") -> Points:
    """Points of a vessel. ``near_side`` is the cosine between her starboard and the way to the radar: 1 starboard faces it."""
    parts = [_sides(vessel, near_side, random), _deck(vessel, near_side, random), _ends(vessel, random)]
    points = np.vstack([*parts, LAYOUTS[vessel.kind](vessel, random)])
    points[:, 3] *= 10 ** (SPREAD_DB / 10 * random.standard_normal(len(points)))
    if len(points) > most:
        chosen = random.choice(len(points), most, replace=False)
        points = points[chosen]
    total = radar_cross_section_m2(vessel.length_m, polarisation) * 10 ** (vessel.brightness_db / 10)
    points[:, 3] *= total / points[:, 3].sum()
    return points


def _shared(along: Points, across: Points, up: Points | float, share: float) -> Points:
    """Points that together have this share of the echo."""
    count = max(len(along), 1)
    return np.column_stack([along, across, np.broadcast_to(up, along.shape), np.full(along.shape, share / count)])


def _sides(vessel: Vessel, near_side: float, random: np.random.Generator) -> Points:
    """Corners of hull and sea: the side towards the radar bright, brighter when it is square to it, the far side faint."""
    count = max(int(vessel.length_m / 3), 3)
    along = random.uniform(-0.48, 0.48, count) * vessel.length_m
    half = half_beam_m(along, vessel)
    square = 0.15 + 0.6 * abs(near_side) ** 3
    near = _shared(along, np.sign(near_side) * half, 0.0, square)
    far = _shared(along, -np.sign(near_side) * half, 4.0, 0.06)
    return np.vstack([near, far])


def _deck(vessel: Vessel, near_side: float, random: np.random.Generator) -> Points:
    """Fittings all over the deck, more of the echo on the half towards the radar."""
    count = max(int(vessel.length_m * vessel.beam_m / 12), 6)
    along = random.uniform(-0.47, 0.47, count) * vessel.length_m
    side = random.uniform(-0.95, 0.95, count)
    points = _shared(along, side * half_beam_m(along, vessel), random.uniform(0, 6, count), 0.3)
    points[:, 3] *= 1 + 0.6 * side * near_side
    return points


def _ends(vessel: Vessel, random: np.random.Generator) -> Points:
    """Forecastle and poop."""
    count = max(int(vessel.beam_m / 4), 2)
    bow = _shared(random.uniform(0.4, 0.48, count) * vessel.length_m, random.normal(0, 0.12, count) * vessel.beam_m, 5.0, 0.08)
    stern = _shared(np.full(count, -0.48) * vessel.length_m, random.uniform(-0.35, 0.35, count) * vessel.beam_m, 3.0, 0.08)
    return np.vstack([bow, stern])


def _superstructure(vessel: Vessel, share: float, random: np.random.Generator) -> Points:
    """The bridge house: a wide block, as high as a seventh of the length up to 35 m, with a few very strong corners."""
    count = max(int(vessel.beam_m), 4)
    along = (vessel.bridge - 0.5 + random.normal(0, 0.025, count)) * vessel.length_m
    across = random.uniform(-0.5, 0.5, count) * vessel.beam_m
    block = _shared(along, across, random.uniform(2, min(vessel.length_m / 7, 35.0), count), share)
    strong = random.integers(count, size=max(count // 8, 1))
    block[strong, 3] *= 25
    return block


def _tanker(vessel: Vessel, random: np.random.Generator) -> Points:
    """The manifold across amidships and pipes along the middle line."""
    count = max(int(vessel.length_m / 8), 4)
    pipes = _shared(random.uniform(-0.3, 0.4, count) * vessel.length_m, random.normal(0, 0.03, count) * vessel.beam_m, 3.0, 0.2)
    along = random.normal(0, 0.012, count) * vessel.length_m
    manifold = _shared(along, random.uniform(-0.45, 0.45, count) * vessel.beam_m, 3.0, 0.25)
    return np.vstack([pipes, manifold, _superstructure(vessel, 0.4, random)])


def _container(vessel: Vessel, random: np.random.Generator) -> Points:
    """A comb: lashing bridges and faces of stacks every 14 m (a 40-foot bay and its gap)."""
    bays = np.arange(-0.4, 0.42, max(14.0 / vessel.length_m, 0.04)) * vessel.length_m
    bays = bays[random.random(len(bays)) < 0.8]
    per_bay = max(int(vessel.beam_m / 4), 3)
    along = np.repeat(bays, per_bay) + random.normal(0, 0.6, len(bays) * per_bay)
    across = random.uniform(-0.48, 0.48, len(along)) * vessel.beam_m
    return np.vstack([_shared(along, across, random.uniform(5, 18, len(along)), 0.7), _superstructure(vessel, 0.3, random)])


def _cargo(vessel: Vessel, random: np.random.Generator) -> Points:
    """Hatch coamings with cranes between them."""
    masts = np.linspace(-0.28, 0.36, int(random.integers(3, 6))) * vessel.length_m
    along = np.repeat(masts, 6) + random.normal(0, 0.01 * vessel.length_m, 6 * len(masts))
    cranes = _shared(along, random.normal(0, 0.15, len(along)) * vessel.beam_m, random.uniform(2, 15, len(along)), 0.4)
    return np.vstack([cranes, _superstructure(vessel, 0.35, random)])


def _small(vessel: Vessel, random: np.random.Generator) -> Points:
    """Fishing boats and the like: a wheelhouse and gear."""
    count = 5
    along = random.uniform(-0.4, 0.3, count) * vessel.length_m
    return _shared(along, random.uniform(-0.3, 0.3, count) * vessel.beam_m, random.uniform(1, 5, count), 1.0)


LAYOUTS: dict[Kind, Callable[[Vessel, np.random.Generator], Points]] = {
    "tanker": _tanker,
    "container": _container,
    "cargo": _cargo,
    "small": _small,
}
