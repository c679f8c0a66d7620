"""From SGP4's frame to a place on the Earth: rotation, station, elevation and its rate.

SGP4 gives positions in TEME (true equator, mean equinox of date). One rotation about the pole by Greenwich mean sidereal
time brings them into an Earth-fixed frame; polar motion (at most 0.6 arc seconds, under 20 m) is left out and UT1 is taken
as UTC. By definition they differ by less than 0.9 s, in which the Earth turns 13.5 arc seconds, 0.42 km at the equator:
about what a fresh element set itself misses by (``satellites.FRESH_SIGMA_S``). Against skyfield, which applies UT1 and the
same formula, elevations at the same instant differ by at most 0.005 degrees (in September 2025); the tests hold this.

::

            up (ellipsoid's normal)
             |     . satellite
             |   /  rho = r - place
             | / elevation
    ---------+------------- horizon

Source: Vallado, Crawford, Hujsak and Kelso, AIAA 2006-6753, appendix C (TEME, GMST 1982); WGS 84 (NIMA TR 8350.2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SECONDS_PER_DAY = 86_400.0
J2000_JD = 2_451_545.0
"""Julian date of the epoch J2000."""

EARTH_TURN_RAD_S = 7.292115146706979e-5
"""Rotation of the Earth against TEME, rad/s (AIAA 2006-6753, appendix C)."""

WGS84_A_KM = 6378.137
"""Equatorial radius of WGS 84, km."""

WGS84_F = 1 / 298.257223563
"""Flattening of WGS 84."""

VERTICAL_DEVIATION_DEG = 0.1925
"""Largest angle between the ellipsoid's normal and the direction from the Earth's centre (at 45 degrees of latitude)."""


@dataclass(frozen=True)
class Station:
    """A place in the Earth-fixed frame (km) with its directions east, north and up (unit vectors)."""

    place_km: Floats
    east: Floats
    north: Floats
    up: Floats


@dataclass(frozen=True)
class Sight:
    """A satellite as seen from a station, at each of n times. Vectors are (3, n), Earth-fixed, km and km/s."""

    position_km: Floats
    velocity_km_s: Floats
    rho_km: Floats
    up_km: Floats
    range_km: Floats

    def sine(self) -> Floats:
        """Sine of the elevation."""
        return self.up_km / self.range_km

    def over(self, mask_deg: float) -> Floats:
        """Smooth function that is positive where the satellite stands above a mask, km."""
        return self.up_km - math.sin(math.radians(mask_deg)) * self.range_km

    def climb(self, station: Station) -> Floats:
        """Smooth function with the sign of the elevation's rate.

        d(sin el)/dt is ``(up' |rho|^2 - up rho.rho') / |rho|^3``. The numerator is a polynomial in position and velocity:
        it stays smooth where the elevation itself has its sharp peak, near the zenith.
        """
        up_rate = station.up @ self.velocity_km_s
        along = np.einsum("ij,ij->j", self.rho_km, self.velocity_km_s)
        return np.asarray(up_rate * self.range_km**2 - self.up_km * along, dtype=np.float64)


def gmst_rad(jd: float, fraction: Floats) -> Floats:
    """Greenwich mean sidereal time 1982, radians, for a Julian date and fractions of days (UT1, here UTC).

    >>> float(np.degrees(gmst_rad(2446895.5, np.array([0.0])))[0])  # 1987-04-10, Meeus, example 12.a: 197.693195
    197.69319...
    """
    centuries = (jd - J2000_JD + fraction) / 36_525.0
    seconds = 67_310.54841 + (8_640_184.812866 + (0.093104 - 6.2e-6 * centuries) * centuries) * centuries
    turns = jd % 1.0 + fraction + seconds / SECONDS_PER_DAY
    return np.asarray(2 * np.pi * (turns % 1.0), dtype=np.float64)


def to_earth(position: Floats, velocity: Floats, gmst: Floats) -> tuple[Floats, Floats]:
    """TEME positions and velocities, each (n, 3), in the Earth-fixed frame, each (3, n)."""
    cos, sin = np.cos(gmst), np.sin(gmst)
    x = cos * position[:, 0] + sin * position[:, 1]
    y = cos * position[:, 1] - sin * position[:, 0]
    vx = cos * velocity[:, 0] + sin * velocity[:, 1] + EARTH_TURN_RAD_S * y
    vy = cos * velocity[:, 1] - sin * velocity[:, 0] - EARTH_TURN_RAD_S * x
    return np.stack((x, y, position[:, 2])), np.stack((vx, vy, velocity[:, 2]))


def station(lat: float, lon: float, height_m: float = 0.0) -> Station:
    """A place on WGS 84, latitude and longitude in degrees, height over the ellipsoid in metres.

    >>> station(0.0, 90.0).place_km.round(3).tolist()
    [0.0, 6378.137, 0.0]
    """
    phi, lam = math.radians(lat), math.radians(lon)
    eccentricity2 = WGS84_F * (2 - WGS84_F)
    normal_km = WGS84_A_KM / math.sqrt(1 - eccentricity2 * math.sin(phi) ** 2)
    height_km = height_m / 1000.0
    up = np.array([math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)])
    scale = np.array([normal_km + height_km, normal_km + height_km, normal_km * (1 - eccentricity2) + height_km])
    east = np.array([-math.sin(lam), math.cos(lam), 0.0])
    return Station(place_km=up * scale, east=east, north=np.cross(up, east), up=up)


def sight(at: Station, position: Floats, velocity: Floats) -> Sight:
    """Satellites at Earth-fixed positions and velocities, each (3, n), seen from a station."""
    rho = position - at.place_km[:, None]
    return Sight(position, velocity, rho, at.up @ rho, np.sqrt(np.einsum("ij,ij->j", rho, rho)))


def azimuth_deg(at: Station, seen: Sight) -> Floats:
    """Azimuth of the satellite from north over east, 0 to 360 degrees."""
    degrees = np.degrees(np.arctan2(at.east @ seen.rho_km, at.north @ seen.rho_km))
    return np.asarray(degrees % 360.0, dtype=np.float64)


def off_nadir_deg(seen: Sight) -> Floats:
    """Angle at the satellite between the Earth's centre and the place, degrees."""
    across = np.einsum("ij,ij->j", seen.position_km, seen.rho_km)
    radius = np.sqrt(np.einsum("ij,ij->j", seen.position_km, seen.position_km))
    return np.asarray(np.degrees(np.arccos(np.clip(across / (radius * seen.range_km), -1.0, 1.0))), dtype=np.float64)


def is_right(seen: Sight) -> NDArray[np.bool_]:
    """Whether the place lies to the right of the satellite's way over the ground."""
    right = np.cross(seen.velocity_km_s, seen.position_km, axis=0)
    return np.asarray(np.einsum("ij,ij->j", right, seen.rho_km) < 0, dtype=np.bool_)
