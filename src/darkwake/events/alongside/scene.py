"""Two ships on one clock: how far apart their antennas and their hulls are, tick by tick."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from darkwake.events.alongside.tracks import CLOCK_US, METRE_E10, Flags, Heard, Track, Wholes, heard_at
from darkwake.events.hulls import Floats, Hull, gap_bounds_m, gap_m
from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE, US_PER_HOUR, US_PER_MINUTE
from darkwake.units import METRES_PER_SECOND_PER_KNOT

MOST_STEPS = 3000
"""A meeting of weeks is looked at in so many steps."""
BESIDE_US = 2 * US_PER_HOUR
"""So long before and after a meeting is looked at."""


@dataclass(frozen=True)
class Scene:
    """Both ships at the ticks of one clock."""

    ticks: Wholes
    one: Heard
    other: Heard
    known: Flags
    east_m: Floats
    north_m: Floats
    apart_m: Floats
    gap_m: Floats
    gap_wide_m: Floats
    turned: Flags
    """Whether both headings are known."""
    lat_e10: int
    lon_e10: int

    def place(self, east_m: float, north_m: float) -> tuple[int, int]:
        """The latitude and longitude of a point of the scene."""
        lat_e10 = self.lat_e10 + round(north_m / METRE_E10)
        lon_e10 = self.lon_e10 + round(east_m / (METRE_E10 * math.cos(math.radians(self.lat_e10 / E10_PER_DEGREE))))
        return lat_e10, (lon_e10 + CIRCLE_E10 // 2) % CIRCLE_E10 - CIRCLE_E10 // 2


@dataclass(frozen=True)
class Meeting:
    """Where and when two tracks were near each other, by position alone."""

    start_us: int
    end_us: int
    lat_e10: int
    lon_e10: int
    radius_m: float
    """How near is near."""
    whole: bool = True
    """Whether contact may begin before it or end after it; not where it is a phase of a longer time together."""


def scene_of(one: Track, other: Track, hulls: tuple[Hull, Hull], meeting: Meeting) -> Scene:
    """Both ships from two hours before a meeting to two hours after."""
    start_us, end_us = meeting.start_us, meeting.end_us
    span = end_us - start_us + 2 * BESIDE_US
    step = max(CLOCK_US, -(-span // MOST_STEPS // CLOCK_US) * CLOCK_US)
    ticks = np.arange((start_us - BESIDE_US) // step, (end_us + BESIDE_US) // step + 1, dtype=np.int64) * step
    middle = meeting.lat_e10, meeting.lon_e10
    first, second = heard_at(one, ticks, *middle), heard_at(other, ticks, *middle)
    east, north = second.east_m - first.east_m, second.north_m - first.north_m
    apart = np.hypot(east, north)
    turned = ~np.isnan(first.heading_deg) & ~np.isnan(second.heading_deg)
    least, most = gap_bounds_m(apart, *hulls)
    gap = np.where(turned, gap_m(east, north, first.heading_deg, second.heading_deg, *hulls), least)
    return Scene(
        ticks,
        first,
        second,
        first.known & second.known,
        east,
        north,
        apart,
        gap,
        np.where(turned, 0.0, most - least),
        turned,
        *middle,
    )


def speed_kn(scene: Scene) -> Floats:
    """Speed that the pair's middle makes good over the half hour around each tick; nan where it was not heard."""
    east, north = (scene.one.east_m + scene.other.east_m) / 2, (scene.one.north_m + scene.other.north_m) / 2
    reach = max(1, int(15 * US_PER_MINUTE // (scene.ticks[1] - scene.ticks[0])))
    index = np.arange(len(scene.ticks))
    before, after = np.maximum(index - reach, 0), np.minimum(index + reach, len(index) - 1)
    moved = np.hypot(east[after] - east[before], north[after] - north[before])
    seconds = np.maximum((scene.ticks[after] - scene.ticks[before]) / 1e6, 1.0)
    speed = moved / seconds / METRES_PER_SECOND_PER_KNOT
    return np.where(scene.known[before] & scene.known[after], speed, np.nan)
