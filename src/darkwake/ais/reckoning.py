"""How well one report follows another: distances, dead reckoning, and what it says against them.

A report that says speed and course is reckoned on with these; one that does not, with the way from the ship's report before.
What it is not: a filter. Nothing is smoothed, and no position changes.
"""

from __future__ import annotations

import math

from darkwake.geo import EARTH_RADIUS_M
from darkwake.units import METRES_PER_SECOND_PER_KNOT

CALM_M = 100.0
"""Deviation from dead reckoning that says nothing: GPS errors, antennas, whole seconds (assumed)."""
DRIFT_M_S = 1.0
"""Deviation that grows with the time since the last report: a change of speed by 2 kn (assumed)."""
UNTOLD_M_S = 25.0 * METRES_PER_SECOND_PER_KNOT
"""Speed of a ship that does not say hers (pipe-segment: max_speed 25)."""
HELD_S = 600.0
"""So long a latitude or a longitude that two reports share tells of a faulty bit in the other one (assumed)."""
RECKONED_S = 3600.0
"""So long a ship is thought to keep her speed and course; after that any place within reach is as likely (assumed)."""

Vector = tuple[float, float, float]


class Fix:
    """A report as far as it counts here: its time, its place (also as a unit vector), and how it moves."""

    __slots__ = ("at", "lat", "lon", "motion", "us")

    def __init__(self, us: int, lat: float, lon: float, sog_kn: float | None, cog_deg: float | None) -> None:
        north, east = math.radians(lat), math.radians(lon)
        self.us, self.lat, self.lon = us, lat, lon
        self.at: Vector = (math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north))
        self.motion = _told(north, east, sog_kn, cog_deg) if sog_kn is not None and cog_deg is not None else None
        """Earth radii a second, as a vector; null where neither told nor inferred."""

    def infer_motion(self, before: Fix) -> None:
        """Take the way from an earlier report for the motion of one that does not say hers."""
        seconds = (self.us - before.us) / 1e6
        if self.motion is None and 0 < seconds <= RECKONED_S and distance_m(before, self) <= UNTOLD_M_S * seconds:
            way = (here - there for here, there in zip(self.at, before.at, strict=True))
            self.motion = _vector(*(part / seconds for part in way))


def _vector(x: float, y: float, z: float) -> Vector:
    return (x, y, z)


def _told(north: float, east: float, sog_kn: float, cog_deg: float) -> Vector:
    course, speed = math.radians(cog_deg), sog_kn * METRES_PER_SECOND_PER_KNOT / EARTH_RADIUS_M
    up, aside = speed * math.cos(course), speed * math.sin(course)
    return (
        -up * math.sin(north) * math.cos(east) - aside * math.sin(east),
        -up * math.sin(north) * math.sin(east) + aside * math.cos(east),
        up * math.cos(north),
    )


def distance_m(one: Fix, other: Fix) -> float:
    """Distance on the mean sphere."""
    return _apart_m(one.at, other.at)


def _apart_m(one: Vector, other: Vector) -> float:
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.dist(one, other) / 2))


def room_m(seconds: float) -> float:
    """The deviation that says nothing after so long a time."""
    return CALM_M + DRIFT_M_S * seconds


def deviation(last: Fix, fix: Fix) -> float:
    """How far a report lies from where a ship would be, in units of what says nothing; she may also have stopped."""
    seconds = (fix.us - last.us) / 1e6
    metres = _apart_m(last.at, fix.at)
    if last.motion is not None:
        metres = min(metres, _apart_m(reckoned(last, seconds), fix.at))
    return metres / room_m(seconds)


def rests(last: Fix, fix: Fix) -> bool:
    """Whether a ship hardly moved between two reports near in time."""
    seconds = (fix.us - last.us) / 1e6
    return seconds <= HELD_S and distance_m(last, fix) <= room_m(seconds)


def surprise(last: Fix, fix: Fix) -> float:
    """How little a report is expected of a ship (natural logarithm): near where she would be, or sometimes anywhere."""
    return 2 * math.log(room_m((fix.us - last.us) / 1e6)) + 2 * math.log(1 + deviation(last, fix) ** 2)


def reckoned(last: Fix, seconds: float) -> Vector:
    """Where a ship is that keeps speed and course for at most :data:`RECKONED_S`."""
    if last.motion is None:
        return last.at
    held = min(seconds, RECKONED_S)
    x, y, z = (here + held * part for here, part in zip(last.at, last.motion, strict=True))
    norm = math.sqrt(x * x + y * y + z * z)
    return (x / norm, y / norm, z / norm)


def aligned(one: Fix, other: Fix) -> bool:
    """Whether two reports near in time differ in latitude alone or in longitude alone: a faulty bit changes one of them."""
    seconds = abs(other.us - one.us) / 1e6
    if seconds > HELD_S:
        return False
    x, y, z = reckoned(one, seconds)
    lat, lon = math.degrees(math.asin(max(-1.0, min(1.0, z)))), math.degrees(math.atan2(y, x))
    aside = abs((other.lon - lon + 180.0) % 360.0 - 180.0) * math.hypot(x, y)
    return math.radians(min(aside, abs(other.lat - lat))) * EARTH_RADIUS_M <= room_m(seconds)
