"""Simulated ships: legs and stays, and the AIS that a ship would send on the way.

A ship moves along great circles at a steady speed and lies still at her stays. Position noise and report intervals follow
ITU-R M.1371-5 (a GNSS error of about 10 m; 3 minutes at anchor), thinned to the one report in some minutes that archives keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from darkwake import geo, units

POSITION_ERROR_M = 10.0
UNDER_WAY_EVERY = timedelta(minutes=5)
AT_REST_EVERY = timedelta(minutes=30)


@dataclass(frozen=True)
class Stay:
    """Lying at a point for a while."""

    lat: float
    lon: float
    hours: float
    what: str = "stay"


@dataclass(frozen=True)
class Leg:
    """Sailing to a point at a speed."""

    lat: float
    lon: float
    speed_kn: float


@dataclass(frozen=True)
class Silence:
    """A span in which the transponder is off."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Ship:
    """A simulated ship: who she says she is, where she starts, what she does, when she is silent."""

    mmsi: int
    name: str
    ship_type: int
    length_m: float
    beam_m: float
    draught_m: float
    heading_deg: float
    start: datetime
    lat: float
    lon: float
    acts: tuple[Stay | Leg, ...]
    silences: tuple[Silence, ...] = ()


@dataclass(frozen=True)
class Fix:
    """Where a ship truly is at a time, and how she moves."""

    time: datetime
    lat: float
    lon: float
    sog_kn: float
    cog_deg: float
    act: str


def fixes(ship: Ship) -> list[Fix]:
    """The ship's true places over time, at the intervals of her reports."""
    found: list[Fix] = []
    time, lat, lon = ship.start, ship.lat, ship.lon
    for act in ship.acts:
        if isinstance(act, Stay):
            end = time + timedelta(hours=act.hours)
            while time < end:
                found.append(Fix(time, act.lat, act.lon, 0.0, ship.heading_deg, act.what))
                time += AT_REST_EVERY
        else:
            course = geo.bearing_deg(lat, lon, act.lat, act.lon)
            speed_ms = act.speed_kn * units.METRES_PER_SECOND_PER_KNOT
            distance_m = float(geo.distance_m(lat, lon, act.lat, act.lon))
            steps = int(distance_m / speed_ms / UNDER_WAY_EVERY.total_seconds())
            for step in range(steps):
                gone_m = speed_ms * UNDER_WAY_EVERY.total_seconds() * step
                at_lat, at_lon = geo.destination(lat, lon, course, gone_m)
                found.append(Fix(time, at_lat, at_lon, act.speed_kn, course, "sailing"))
                time += UNDER_WAY_EVERY
        lat, lon = act.lat, act.lon
    return found


def place_at(ship: Ship, moment: datetime) -> Fix | None:
    """Where the ship truly is at a moment: the last fix before it; ``None`` outside her time."""
    before = [fix for fix in fixes(ship) if fix.time <= moment]
    last = before[-1] if before else None
    return last if last and moment - last.time <= AT_REST_EVERY else None


def heard(ship: Ship, random: np.random.Generator, *, loss: float = 0.1) -> list[Fix]:
    """What is received of a ship: her fixes outside her silences, some lost, each with the error of its position."""
    kept = []
    for fix in fixes(ship):
        silent = any(silence.start <= fix.time < silence.end for silence in ship.silences)
        if silent or random.random() < loss:
            continue
        error: NDArray[np.float64] = random.normal(0.0, POSITION_ERROR_M, 2)
        lat, lon = geo.destination(fix.lat, fix.lon, float(random.uniform(0, 360)), float(np.hypot(*error)))
        kept.append(Fix(fix.time, lat, lon, max(0.0, fix.sog_kn + float(random.normal(0, 0.1))), fix.cog_deg, fix.act))
    return kept
