"""How simulated ships move: legs of a way, at anchor, moored, adrift, or in the frame of another ship; all at once by NumPy.

A leg says where the middle of the hull is at every moment between its ends, so a ship can be asked for at any time, as often
as her transponder sends. Ships at one anchorage swing together (tide, and wind over days), each with a yaw of her own; a
ship made fast to another has her place on the other's deck. Steps of a way are straight in latitude and longitude and at
most 60 nautical miles long, so a steady speed is steady to about a percent.

What it is not: hydrodynamics. Ships turn on the spot and change speed at once between legs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from darkwake.simulation.traffic_ships import Vessel
from darkwake.units import METRES_PER_NAUTICAL_MILE

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]

WAY, ANCHORED, MOORED, ADRIFT, BESIDE = range(5)
MODES = ("under way", "at anchor", "moored", "adrift", "beside another")
LONGEST_STEP_M = 60 * METRES_PER_NAUTICAL_MILE
TIDE_S, WIND_S = 44_714.0, 133_000.0
"""Period of the principal lunar tide; of the wind's turning (assumed)."""
TIDE_DEG, WIND_DEG, YAW_DEG = 70.0, 25.0, 7.0
"""How far ships at anchor turn with them, and yaw (assumed: swings of 100 to 200 degrees a tide are usual)."""
SCOPE_M = 120.0
"""From the anchor to the bow (assumed: five shackles in 20 m of water)."""
WANDER_M = 12.0
"""How far a ship strays across her way (assumed: autopilots keep a cable's tenth)."""
LATEST_S = 1e8
AXIS_M, E2 = 6_378_137.0, 0.006_694_379_990_14
"""WGS 84: equatorial radius, eccentricity squared."""


class Leg(NamedTuple):
    """One thing a ship does for a while; angles in degrees, times in seconds from the start of the world."""

    ship: int
    begin: float
    end: float
    mode: int
    lat: float
    lon: float
    end_lat: float
    end_lon: float
    turn: float = 0.0
    """Heading of a berth, about which a ship swings or drifts, or against the host's."""
    tide: float = 0.0
    """Phase of the water at an anchorage."""
    phase: float = 0.0
    radius: float = 0.0
    """From the anchor to the middle of the hull, metres."""
    host: int = -1
    ahead: float = 0.0
    right: float = 0.0
    end_ahead: float = 0.0
    end_right: float = 0.0
    """Place of the hull's middle in the host's frame at both ends, metres."""
    place: int = -1
    """Number of the place where she lies; -1 at none."""
    water: int = 0
    """Moored: 1 where open water is to starboard, -1 to port, 0 on either side."""


@dataclass(frozen=True)
class Motion:
    """Where hulls are: their middles, headings, and how they move over the ground."""

    lat: Floats
    lon: Floats
    heading_deg: Floats
    mode: Wholes
    """What she does; beside another, what that one does."""


def metres_per_degree(lat: Floats | float) -> tuple[Floats, Floats]:
    """Metres of a degree north and east on WGS 84 (radii of curvature)."""
    sine = np.sin(np.radians(lat))
    w2 = 1 - E2 * sine * sine
    across = math.radians(1.0) * AXIS_M / np.sqrt(w2)
    return across * (1 - E2) / w2, across * np.cos(np.radians(lat))


class Legs:
    """All legs of all ships as columns, in order of ship and time."""

    def __init__(self, rows: list[Leg]) -> None:
        """Take legs in any order."""
        whole = {"ship", "mode", "host", "place", "water"}
        columns = {word: np.array(values) for word, values in zip(Leg._fields, zip(*rows, strict=True), strict=True)}
        order = np.lexsort([columns["begin"], columns["ship"]])
        kinds = {word: np.int64 if word in whole else np.float64 for word in columns}
        self.of: dict[str, NDArray[Any]] = {word: values[order].astype(kinds[word]) for word, values in columns.items()}
        self._keys: Floats = self.of["ship"] * LATEST_S + self.of["begin"]

    def at(self, ship: Wholes, time_s: Floats) -> Wholes:
        """The leg of each ship at each time; before her first leg another ship's."""
        return np.searchsorted(self._keys, ship * LATEST_S + time_s, side="right") - 1

    def motion(self, ship: Wholes, time_s: Floats) -> Motion:
        """Where ships are at times."""
        return self.on(self.at(ship, time_s), time_s)

    def on(self, leg: Wholes, time_s: Floats) -> Motion:
        """Where ships are at times on legs; beyond the ends of a leg as if it went on."""
        lat, lon, heading = self.alone(leg, time_s)
        mode = self.of["mode"][leg]
        led = np.flatnonzero(mode == BESIDE)
        if len(led):
            mode = mode.copy()
            own, when = leg[led], time_s[led]
            host = self.at(self.of["host"][own], when)
            host_lat, host_lon, host_heading = self.alone(host, when)
            share = self._share(own, when)
            ahead = self.of["ahead"][own] + share * (self.of["end_ahead"][own] - self.of["ahead"][own])
            right = self.of["right"][own] + share * (self.of["end_right"][own] - self.of["right"][own])
            lat[led], lon[led] = moved(host_lat, host_lon, host_heading, ahead, right)
            heading[led] = host_heading + self.of["turn"][own]
            mode[led] = self.of["mode"][host]
        return Motion(lat, lon, heading % 360.0, mode)

    def _share(self, leg: Wholes, time_s: Floats) -> Floats:
        begin, end = self.of["begin"][leg], self.of["end"][leg]
        return np.asarray((time_s - begin) / np.maximum(end - begin, 1e-3))

    def alone(self, leg: Wholes, time_s: Floats) -> tuple[Floats, Floats, Floats]:
        """Places and headings on legs that are in no other ship's frame."""
        of, share = self.of, self._share(leg, time_s)
        lat = of["lat"][leg] + share * (of["end_lat"] - of["lat"])[leg]
        lon = of["lon"][leg] + share * (of["end_lon"] - of["lon"])[leg]
        mode, heading = of["mode"][leg], of["turn"][leg].copy()
        for kind, turned in ((ANCHORED, swung), (ADRIFT, drifted)):
            those = np.flatnonzero(mode == kind)
            on = leg[those]
            heading[those] = turned(time_s[those], of["turn"][on], of["tide"][on], of["phase"][on])
        those = np.flatnonzero(mode == ANCHORED)
        lat[those], lon[those] = moved(lat[those], lon[those], heading[those], -of["radius"][leg[those]], 0.0)
        those = np.flatnonzero(mode == WAY)
        astray = WANDER_M * np.sin(2 * np.pi * time_s[those] / 1500.0 + of["phase"][leg[those]])
        astray *= np.sin(np.pi * np.clip(share[those], 0.0, 1.0))
        lat[those], lon[those] = moved(lat[those], lon[those], heading[those], 0.0, astray)
        return lat, lon, heading


def swung(time_s: Floats, turn: Floats, tide: Floats, phase: Floats) -> Floats:
    """Headings of ships at anchor: the water's and the wind's turning, the same for all there, and the own yaw."""
    together = TIDE_DEG * np.sin(2 * np.pi * time_s / TIDE_S + tide) + WIND_DEG * np.sin(2 * np.pi * time_s / WIND_S + 2 * tide)
    return np.asarray(turn + together + YAW_DEG * np.sin(2 * np.pi * time_s / (700.0 + 60.0 * phase) + phase))


def drifted(time_s: Floats, turn: Floats, tide: Floats, phase: Floats) -> Floats:
    """Headings of ships adrift: they lie across the wind and turn slowly."""
    slow = 18.0 * np.sin(2 * np.pi * time_s / 10_800.0 + tide)
    return np.asarray(turn + slow + 4.0 * np.sin(2 * np.pi * time_s / 640.0 + phase))


def moved(
    lat: Floats, lon: Floats, heading_deg: Floats, ahead_m: Floats | float, right_m: Floats | float
) -> tuple[Floats, Floats]:
    """Places so far ahead and to the right of others that head so."""
    north_m, east_m = metres_per_degree(lat)
    angle = np.radians(heading_deg)
    sine, cosine = np.sin(angle), np.cos(angle)
    return lat + (ahead_m * cosine - right_m * sine) / north_m, lon + (ahead_m * sine + right_m * cosine) / east_m


def way(lat: float, lon: float, to_lat: float, to_lon: float) -> tuple[float, float]:
    """Metres and course of a straight step in latitude and longitude."""
    north_m, east_m = _metres_per_degree((lat + to_lat) / 2)
    north, east = (to_lat - lat) * north_m, (to_lon - lon) * east_m
    return math.hypot(north, east), math.degrees(math.atan2(east, north)) % 360.0


def step(lat: float, lon: float, course_deg: float, metres: float) -> tuple[float, float]:
    """The place so far from another on a course; longitude runs on."""
    north_m, east_m = _metres_per_degree(lat)
    angle = math.radians(course_deg)
    return lat + metres * math.cos(angle) / north_m, lon + metres * math.sin(angle) / east_m


def _metres_per_degree(lat: float) -> tuple[float, float]:
    """As ``metres_per_degree``, for one place."""
    sine = math.sin(math.radians(lat))
    w2 = 1 - E2 * sine * sine
    across = math.radians(AXIS_M / math.sqrt(w2))
    return across * (1 - E2) / w2, across * math.cos(math.radians(lat))


class Log:
    """The log of one ship: what she does, one thing after the other."""

    def __init__(self, vessel: Vessel, time_s: float, lat: float, lon: float) -> None:
        """Begin at a place and time."""
        self.vessel, self.time_s, self.lat, self.lon = vessel, time_s, lat, lon
        self.legs: list[Leg] = []

    def _add(self, mode: int, seconds: float, lat: float, lon: float, **more: float) -> None:
        ends = (self.time_s, self.time_s + seconds)
        more = {"phase": self.vessel.phase} | more
        self.legs.append(Leg(self.vessel.number, *ends, mode, self.lat, self.lon, lat, lon, **more))  # type: ignore[arg-type]
        self.time_s, self.lat, self.lon = ends[1], lat, lon

    def sail(self, lat: float, lon: float, speed_kn: float) -> None:
        """Straight to a place."""
        metres, _ = way(self.lat, self.lon, lat, lon)
        pieces = max(1, math.ceil(metres / LONGEST_STEP_M))
        from_lat, from_lon = self.lat, self.lon
        for share in (number / pieces for number in range(1, pieces + 1)):
            to_lat, to_lon = from_lat + share * (lat - from_lat), from_lon + share * (lon - from_lon)
            metres, course = way(self.lat, self.lon, to_lat, to_lon)
            if metres > 1.0:
                self._add(WAY, metres / (speed_kn * METRES_PER_NAUTICAL_MILE / 3600), to_lat, to_lon, turn=course)

    def anchor(self, lat: float, lon: float, seconds: float, turn: float, tide: float, place: int, speed_kn: float) -> None:
        """Sail to an anchorage, drop the anchor there and swing."""
        radius = SCOPE_M + self.vessel.length_m / 2
        swing = {"turn": turn, "tide": tide, "phase": self.vessel.phase}
        metres, _ = way(self.lat, self.lon, lat, lon)
        arrival = self.time_s + metres / (speed_kn * METRES_PER_NAUTICAL_MILE / 3600)
        self.sail(*_middle(arrival, lat, lon, radius, swing), speed_kn)
        self.lat, self.lon = lat, lon
        self._add(ANCHORED, seconds, lat, lon, radius=radius, place=place, **swing)
        self.lat, self.lon = _middle(self.time_s, lat, lon, radius, swing)

    def moor(self, heading_deg: float, seconds: float, place: int, water: int = 0) -> None:
        """Lie where she is."""
        self._add(MOORED, seconds, self.lat, self.lon, turn=heading_deg, place=place, water=water)

    def drift(self, seconds: float, course_deg: float, speed_kn: float, tide: float) -> None:
        """Be set by wind and current, lying across them."""
        metres = seconds * speed_kn * METRES_PER_NAUTICAL_MILE / 3600
        turn = (course_deg + 90.0) % 360.0
        self._add(ADRIFT, seconds, *step(self.lat, self.lon, course_deg, metres), turn=turn, tide=tide)

    def beside(
        self, host: Log, seconds: float, frm: tuple[float, float], to: tuple[float, float] | None = None, turn: float = 0.0
    ) -> None:
        """Move from one place to another in the frame of another ship (metres ahead and right), whatever that one does."""
        end = to or frm
        self._add(
            BESIDE, seconds, *place_beside(host, self.time_s + seconds, end), turn=turn, host=host.vessel.number,
            ahead=frm[0], right=frm[1], end_ahead=end[0], end_right=end[1],
        )  # fmt: skip


def _middle(time_s: float, lat: float, lon: float, radius: float, swing: dict[str, float]) -> tuple[float, float]:
    heading = swung(np.float64(time_s), **{word: np.float64(value) for word, value in swing.items()})  # type: ignore[arg-type]
    return step(lat, lon, float(heading), -radius)


def place_beside(host: Log, time_s: float, at: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float]:
    """The place so far ahead and right of a ship's middle at a time."""
    leg = next((leg for leg in host.legs if leg.begin <= time_s < leg.end), host.legs[-1])
    lat, lon, heading = Legs([leg]).alone(np.zeros(1, np.int64), np.array([time_s]))
    there = moved(lat, lon, heading, *at)
    return float(there[0][0]), float(there[1][0])
