"""The geometry of a simulated Sentinel-1 image: a circular orbit, and range and Doppler on the ellipsoid.

Lines are zero-Doppler times, columns ground range from the near edge. The orbit is Keplerian and circular over a turning Earth
(no oblateness, no drag): over the minute of a scene that bends it by metres, and the state vectors written are those used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from scipy.optimize import least_squares

from darkwake.errors import InputError

Numbers = NDArray[np.float64]
Passing = Literal["ascending", "descending"]

SEMI_MAJOR_M, SEMI_MINOR_M = 6_378_137.0, 6_356_752.314245
GRAVITY_M3_S2, EARTH_RAD_S = 3.986004418e14, 7.292115e-5
"""WGS 84 (NGA.STND.0036)."""
ORBIT_M, INCLINATION_DEG = 7_071_000.0, 98.18
"""Sentinel-1: mean semi-major axis and inclination (ESA, Sentinel-1 orbit)."""
RATE_RAD_S = float(np.sqrt(GRAVITY_M3_S2 / ORBIT_M**3))
LIGHT_M_S = 299_792_458.0
TERMS = 9
"""Terms of the polynomials between slant and ground range, as in ESA's annotation."""
MOST_MISS_M = 10.0

_TO_METRES = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
_TO_DEGREES = Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)


def metres_of(lat: ArrayLike, lon: ArrayLike) -> Numbers:
    """Earth-fixed metres (..., 3) of places on the ellipsoid."""
    lat, lon = np.broadcast_arrays(np.asarray(lat, np.float64), np.asarray(lon, np.float64))
    return np.stack(_TO_METRES.transform(lon, lat, np.zeros(lat.shape)), axis=-1)


def degrees_of(place_m: Numbers) -> tuple[Numbers, Numbers]:
    """Latitude and longitude of Earth-fixed metres."""
    lon, lat, _ = _TO_DEGREES.transform(place_m[..., 0], place_m[..., 1], place_m[..., 2])
    return np.asarray(lat, np.float64), np.asarray(lon, np.float64)


@dataclass(frozen=True)
class Orbit:
    """A circular orbit by its argument of latitude and the longitude of its node at time 0, radians."""

    argument: float
    node: float

    def position_m(self, seconds: ArrayLike) -> Numbers:
        """Earth-fixed position (..., 3)."""
        u = self.argument + RATE_RAD_S * np.asarray(seconds, np.float64)
        node = self.node - EARTH_RAD_S * np.asarray(seconds, np.float64)
        i = np.radians(INCLINATION_DEG)
        x, y = np.cos(u), np.sin(u) * np.cos(i)
        turned = (x * np.cos(node) - y * np.sin(node), x * np.sin(node) + y * np.cos(node), np.sin(u) * np.sin(i))
        return ORBIT_M * np.stack(turned, axis=-1)

    def velocity_m_s(self, seconds: ArrayLike) -> Numbers:
        """Earth-fixed velocity (..., 3), the derivative of the position."""
        u = self.argument + RATE_RAD_S * np.asarray(seconds, np.float64)
        node = self.node - EARTH_RAD_S * np.asarray(seconds, np.float64)
        i = np.radians(INCLINATION_DEG)
        x, y = np.cos(u), np.sin(u) * np.cos(i)
        dx, dy = -RATE_RAD_S * np.sin(u), RATE_RAD_S * np.cos(u) * np.cos(i)
        vx = dx * np.cos(node) - dy * np.sin(node) + EARTH_RAD_S * (x * np.sin(node) + y * np.cos(node))
        vy = dx * np.sin(node) + dy * np.cos(node) - EARTH_RAD_S * (x * np.cos(node) - y * np.sin(node))
        return ORBIT_M * np.stack((vx, vy, RATE_RAD_S * np.cos(u) * np.sin(i)), axis=-1)


def orbit_over(lat: float, lon: float, passing: Passing, incidence_deg: float) -> Orbit:
    """The orbit that sees a place abeam to its right at time 0 under an incidence angle."""
    target = metres_of(lat, lon)

    def misses(unknown: Numbers) -> Numbers:
        orbit = Orbit(float(unknown[0]), float(unknown[1]))
        place, pace = orbit.position_m(0.0), orbit.velocity_m_s(0.0)
        away = target - place
        side = float(np.dot(away, np.cross(pace, place))) / (np.linalg.norm(pace) * np.linalg.norm(place))
        seen = float(incidence_of(place, target)) * np.sign(side)
        return np.array([float(np.dot(away, pace)) / 7.6e3, (seen - incidence_deg) * 15e3])

    best = min(
        (least_squares(misses, guess, xtol=1e-15, ftol=1e-15) for guess in _guesses(lat, lon, passing)), key=lambda f: f.cost
    )
    if best.cost > MOST_MISS_M**2:
        raise InputError(f"no orbit sees {lat:.2f}, {lon:.2f} on its right", do="choose a place between 80 S and 80 N")
    return Orbit(float(best.x[0]), float(best.x[1]))


def _guesses(lat: float, lon: float, passing: str) -> list[Numbers]:
    """Arguments of latitude near the place's, and nodes that bring the track to its left."""
    i, found = np.radians(INCLINATION_DEG), []
    for off in (0.0, 0.05, -0.05):
        u = np.arcsin(np.clip(np.sin(np.radians(lat)) / np.sin(i), -0.999, 0.999)) + off
        u = u if passing == "ascending" else np.pi - u
        east = np.arctan2(np.sin(u) * np.cos(i), np.cos(u))
        aside = np.radians(5.0) / max(np.cos(np.radians(lat)), 0.1) * (-1 if passing == "ascending" else 1)
        found.append(np.array([u, np.radians(lon) - east + aside]))
    return found


def incidence_of(satellite: Numbers, target: Numbers) -> Numbers:
    """Angle between the line of sight and the ellipsoid's normal, degrees."""
    away = satellite - target
    normal = target / np.array([SEMI_MAJOR_M**2, SEMI_MAJOR_M**2, SEMI_MINOR_M**2])
    cosine = (away * normal).sum(-1) / np.linalg.norm(away, axis=-1) / np.linalg.norm(normal, axis=-1)
    angle: Numbers = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return angle


def on_ellipsoid(place: Numbers, pace: Numbers, range_m: ArrayLike) -> Numbers:
    """The point of the ellipsoid abeam to a satellite's right at a slant range: Newton's method on the angle from down."""
    ahead = pace / np.linalg.norm(pace, axis=-1, keepdims=True)
    down = -place + (place * ahead).sum(-1, keepdims=True) * ahead
    down /= np.linalg.norm(down, axis=-1, keepdims=True)
    right = np.cross(ahead, -down)
    distance = np.asarray(range_m, np.float64)[..., None]
    scale = 1 / np.array([SEMI_MAJOR_M, SEMI_MAJOR_M, SEMI_MINOR_M]) ** 2
    radius = np.linalg.norm(place, axis=-1)
    cosine = (radius**2 + distance[..., 0] ** 2 - 6_371_000.0**2) / (2 * radius * distance[..., 0])
    angle = np.arccos(np.clip(cosine, -1, 1))[..., None]
    for _ in range(8):
        point = place + distance * (np.cos(angle) * down + np.sin(angle) * right)
        slope = distance * (np.cos(angle) * right - np.sin(angle) * down)
        angle = angle - ((point**2 * scale).sum(-1) - 1)[..., None] / (2 * (point * slope * scale).sum(-1))[..., None]
    return np.asarray(place + distance * (np.cos(angle) * down + np.sin(angle) * right))


@dataclass(frozen=True)
class Geometry:
    """Pixels of an image of ``lines`` and ``samples``; seconds count from the first line; (x, y) as in ``imagery.protocol``."""

    orbit: Orbit
    lines: int
    samples: int
    spacing_m: float
    middle_range_m: float
    middle_s: float
    line_s: float

    @classmethod
    def over(
        cls, at: tuple[float, float], passing: Passing, incidence_deg: float, size: tuple[int, int], spacing_m: float
    ) -> Geometry:
        """The image of (lines, samples) whose middle is a place (latitude, longitude)."""
        orbit = orbit_over(*at, passing, incidence_deg)
        target = metres_of(*at)
        tick = 0.01
        reach = float(np.linalg.norm(target - orbit.position_m(0.0)))
        ahead = on_ellipsoid(orbit.position_m(tick), orbit.velocity_m_s(tick), reach)
        line_s = spacing_m / (float(np.linalg.norm(ahead - target)) / tick)
        return cls(orbit, *size, spacing_m, reach, (size[0] - 1) / 2 * line_s, line_s)

    def states(self, seconds: ArrayLike) -> tuple[Numbers, Numbers]:
        """Position and velocity at seconds after the first line."""
        at = np.asarray(seconds, np.float64) - self.middle_s
        return self.orbit.position_m(at), self.orbit.velocity_m_s(at)

    @cached_property
    def slant_of_ground(self) -> Numbers:
        """Coefficients of slant range (m) over ground range from the first sample's middle (m), lowest first."""
        ground, slant = self._ranges
        scale = ground[-1] if ground[-1] > 0 else 1.0
        inside = np.polynomial.polynomial.polyfit(ground / scale, slant, TERMS - 1)
        return inside / scale ** np.arange(TERMS)

    @cached_property
    def _ranges(self) -> tuple[Numbers, Numbers]:
        """Ground and slant ranges across the middle line: ground range is the way along the ellipsoid."""
        half = self.samples * self.spacing_m
        slant = self.middle_range_m + np.linspace(-0.45, 0.45, 4001) * max(half, 5_000.0)
        slant = slant[slant > ORBIT_M - SEMI_MINOR_M + 20_000.0]
        place, pace = self.states(np.full(slant.shape, self.middle_s))
        points = on_ellipsoid(place, pace, slant)
        ground = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
        ground -= np.interp(self.middle_range_m, slant, ground) - (self.samples - 1) / 2 * self.spacing_m
        keep = (ground >= -100.0) & (ground <= self.samples * self.spacing_m + 100.0)
        return ground[keep], slant[keep]

    def slant_m(self, x: ArrayLike) -> Numbers:
        """Slant range of columns."""
        ground = (np.asarray(x, np.float64) - 0.5) * self.spacing_m
        return np.asarray(np.polynomial.polynomial.polyval(ground, self.slant_of_ground))

    def place_m(self, x: ArrayLike, y: ArrayLike) -> Numbers:
        """Earth-fixed metres of pixel coordinates."""
        x, y = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
        place, pace = self.states((y - 0.5) * self.line_s)
        return on_ellipsoid(place, pace, self.slant_m(x))

    def locate(self, x: ArrayLike, y: ArrayLike) -> tuple[Numbers, Numbers]:
        """Latitude and longitude of pixel coordinates."""
        return degrees_of(self.place_m(x, y))

    def pixel_of(self, lat: ArrayLike, lon: ArrayLike) -> tuple[Numbers, Numbers]:
        """Pixel coordinates of places: the time at which the line of sight is square to the flight, and its length."""
        target = metres_of(lat, lon)
        seconds = np.full(target.shape[:-1], self.middle_s)
        for _ in range(8):
            place, pace = self.states(seconds)
            # d/dt of (target - place) . pace is about -|pace|^2 (1 - R / orbit): take the difference over a short time.
            later, later_pace = self.states(seconds + 0.01)
            miss = ((target - place) * pace).sum(-1)
            slope = (((target - later) * later_pace).sum(-1) - miss) / 0.01
            seconds = seconds - miss / slope
        place, _ = self.states(seconds)
        slant = np.linalg.norm(target - place, axis=-1)
        x = np.full(slant.shape, self.samples / 2)
        for _ in range(8):
            x = x - (self.slant_m(x) - slant) / (self.slant_m(x + 0.5) - self.slant_m(x - 0.5))
        return x, seconds / self.line_s + 0.5

    def incidence_deg(self, x: ArrayLike, y: ArrayLike) -> Numbers:
        """Incidence angle at pixel coordinates."""
        place, _ = self.states((np.asarray(y, np.float64) - 0.5) * self.line_s)
        return incidence_of(place, self.place_m(x, y))
