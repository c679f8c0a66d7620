"""Two silences whose reachable sets meet: where both ships could have been at one time, and for how long at most.

It names a meeting as possible, never as found: in a busy sea most silences of some length meet. What makes one worth a look
(both slow down, both draughts change, nobody else was near) is not asked here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from darkwake.events.prism import US_PER_HOUR, Floats, Silence
from darkwake.geo import distance_m
from darkwake.seaways import Seas, world_seas
from darkwake.seaways.seas import LONGER_SHARE, excess_m

SPOT_DEG = 0.25
"""Spots of a possible meeting are given once in a square of this side."""
SPOTS_GIVEN = 200
"""At most so many, the longest first; the rest is counted."""


@dataclass(frozen=True)
class Spot:
    """A place where both could have been together, at the earliest, at the latest."""

    lat: float
    lon: float
    from_us: int
    until_us: int

    @property
    def hours(self) -> float:
        """Longest time together here."""
        return (self.until_us - self.from_us) / US_PER_HOUR


@dataclass(frozen=True)
class Meeting:
    """Where two silent ships could have met."""

    a: str
    b: str
    longest: Spot
    """Where they could have lain together longest."""
    from_us: int
    """Earliest time anywhere, and latest."""
    until_us: int
    spots: tuple[Spot, ...]
    """Where they could, the longest first, one in a square of ``SPOT_DEG``."""
    squares: int
    """How many such squares there are in all."""


def could_meet(a: Silence, b: Silence) -> bool:
    """Whether times and great circles leave a meeting open: quick, and never wrong when it says no.

    >>> from darkwake.events.prism import SpeedLaw
    >>> law = SpeedLaw(10.0, 0.2, 15.0)
    >>> near = Silence("a", 0, 41.0, 131.0, 20 * US_PER_HOUR, (42.0, 132.0), law)
    >>> far = Silence("b", 0, 1.0, 104.0, 20 * US_PER_HOUR, None, law)
    >>> could_meet(near, near), could_meet(near, far)
    (True, False)
    """
    together_us = min(a.until_us, b.until_us) - max(a.start_us, b.start_us)
    if together_us <= 0:
        return False
    return all(_bridges(one, other) for one, other in ((a, b), (b, a)))


def _bridges(one: Silence, other: Silence) -> bool:
    """Whether one ship's start can be carried to the other's end and start, changing ships at the meeting."""
    fastest = max(one.speed.greatest_kn, other.speed.greatest_kn) * (1852.0 / US_PER_HOUR)
    apart = float(distance_m(one.lat, one.lon, other.lat, other.lon))
    latest = min(one.until_us, other.until_us)
    if apart > fastest * ((latest - one.start_us) + (latest - other.start_us)):
        return False
    if other.end is None:
        return True
    return float(distance_m(one.lat, one.lon, *other.end)) <= fastest * max(other.until_us - one.start_us, 0)


def meeting_possible(a: Silence, b: Silence, *, least_minutes: float = 60.0, seas: Seas | None = None) -> Meeting | None:
    """Where and when two silent ships could have been together for at least so long; nothing where they could not.

    The answer is the same from both sides but for the names. Distances are taken as short as the mesh leaves open, so what it
    excludes is excluded.

    Args:
        a: one silence.
        b: the other.
        least_minutes: shortest time together.
        seas: where distances come from; the world's seas when left out.
    """
    if not could_meet(a, b):
        return None
    first, second = sorted((a, b), key=lambda gap: (gap.start_us, gap.lat, gap.lon, gap.key))
    seas = seas or world_seas()
    reach_m = max(first.reach_m, second.reach_m) + float(distance_m(first.lat, first.lon, second.lat, second.lon))
    centre = first.lat, first.lon
    graph = seas.covering(*centre, reach_m)
    (come_a, go_a), (come_b, go_b) = (_times(gap, seas, centre, reach_m) for gap in (first, second))
    begin, finish = np.maximum(come_a, come_b), np.minimum(go_a, go_b)
    there = np.flatnonzero(finish - begin >= max(least_minutes, 1e-6) * 60e6)
    if not len(there):
        return None
    spots, squares = _spots(graph.nodes.lat[there], graph.nodes.lon[there], begin[there], finish[there])
    return Meeting(a.key, b.key, spots[0], int(begin[there].min()), int(finish[there].max()), spots, squares)


def _times(
    gap: Silence, seas: Seas, centre: tuple[float, float], reach_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Earliest arrival and latest departure of a ship at each node of the mesh."""
    there = _least(seas, centre, (gap.lat, gap.lon), reach_m)
    back = _least(seas, centre, gap.end, reach_m) if gap.end else np.zeros(len(there))
    return gap.times_us(there, back)


def _least(seas: Seas, centre: tuple[float, float], at: tuple[float, float], reach_m: float) -> Floats:
    field, sight, graph = seas.field_over(centre, at, reach_m)
    straight = distance_m(*at, graph.nodes.lat, graph.nodes.lon)
    least = (field - excess_m(sight)[0] - sight.off_water_m[0]) / (1 + LONGER_SHARE)
    return np.asarray(np.maximum(least, straight), np.float64)


def _spots(lat: Floats, lon: Floats, begin: NDArray[np.int64], finish: NDArray[np.int64]) -> tuple[tuple[Spot, ...], int]:
    """The longest stay of each square, the longest first."""
    hours = finish - begin
    square = np.floor(lat / SPOT_DEG).astype(np.int64) * 10_000 + np.floor((lon + 180.0) / SPOT_DEG).astype(np.int64)
    order = np.lexsort((lon, lat, -hours))
    _, first = np.unique(square[order], return_index=True)
    chosen = order[np.sort(first)]
    spots = tuple(Spot(float(lat[i]), float(lon[i]), int(begin[i]), int(finish[i])) for i in chosen[:SPOTS_GIVEN])
    return spots, len(chosen)
