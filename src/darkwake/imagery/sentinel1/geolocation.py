"""Where a pixel of a Sentinel-1 GRD image lies, and which pixel shows a place.

        satellite P ──── V (flight)          A pixel's line gives the zero-Doppler instant t, its ground range the slant
           ╲                                 range R. The point lies in the plane through P(t) across V(t), at the
            ╲ R    plane across V            distance R from P(t), on the ellipsoid raised by a height:
             ╲                                   X = P + R (cos a · down + sin a · side),   a by Newton's method.
    ══════════X══════ ellipsoid + height

All of it is reckoned in Earth-fixed Cartesian metres, so that neither the antimeridian nor a pole is special. What is left
between the points so found and the annotation's own grid (some metres: the grid's instants hold a delay of the echo that
grows with range) is interpolated between the grid's points and added.

Ships float at the surface of the sea. ``locate`` therefore takes a height of 0 over the ellipsoid, as the processor does at
sea, and never the terrain's height: interpolated heights of a mountainous coast would move a ship at the quay by hundreds
of metres. The geoid lies up to 100 m off the ellipsoid; each metre moves a point by 1 / tan(incidence), 0.9 to 1.8 m,
towards the satellite where the sea stands higher. That shift is nearly constant over a scene.

The slant range follows from the ground range by polynomials that come every second. The annotation's grid agrees with the
polynomial nearest in time to the micrometre; between them they are interpolated, hung at the times of the grid's lines,
because a step every second would tear the coast (steps of 35 m occur over mountains).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from scipy.interpolate import RectBivariateSpline, RegularGridInterpolator

from darkwake.imagery.sentinel1.annotation import Annotation, Grid
from darkwake.imagery.sentinel1.orbit import Orbit, Vectors

SPEED_OF_LIGHT_M_S = 299_792_458.0
"""Exact, SI."""

SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
"""WGS 84 (NGA.STND.0036)."""

SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING)

NEWTON_STEPS = 6
"""Steps of Newton's method; from a sphere's angle the fourth changes less than a micrometre."""

INVERSE_STEPS = 8
"""Steps of Gauss and Newton from the middle of the image; five reach a millimetre at its corners."""

HALF_STEP_PX = 0.5

_TO_DEGREES = Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
_TO_METRES = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Geolocation:
    """Places of pixels; x and y have (0, 0) at the upper left corner of the first pixel."""

    annotation: Annotation
    grid: Grid
    """The points that correct the model; a test leaves some out."""

    @classmethod
    def of(cls, annotation: Annotation) -> Geolocation:
        """The geolocation of a product."""
        return cls(annotation, annotation.grid)

    @cached_property
    def orbit(self) -> Orbit:
        """The satellite's orbit."""
        return Orbit.of(self.annotation.states)

    def seconds(self, y: ArrayLike) -> Numbers:
        """Zero-Doppler time, seconds after the first line."""
        return (np.asarray(y, np.float64) - HALF_STEP_PX) * self.annotation.line_interval_s

    def slant_range_m(self, x: ArrayLike, y: ArrayLike) -> Numbers:
        """Distance from the satellite."""
        x, y = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
        polynomials = self.annotation.polynomials
        if polynomials is None:
            return np.asarray(self._grid_range.ev(y - HALF_STEP_PX, x - HALF_STEP_PX), np.float64)
        ground = (x - HALF_STEP_PX) * self.annotation.range_spacing_m
        at = np.interp(self.seconds(y), polynomials.seconds + self._hung_s, np.arange(len(polynomials.seconds)))
        before = np.minimum(np.floor(at).astype(np.int64), max(len(polynomials.seconds) - 2, 0))
        after = np.minimum(before + 1, len(polynomials.seconds) - 1)
        share = at - before
        return (1 - share) * self._polynomial(before, ground) + share * self._polynomial(after, ground)

    def _polynomial(self, index: NDArray[np.int64], ground_m: Numbers) -> Numbers:
        polynomials = self.annotation.polynomials
        if polynomials is None:
            return np.full(ground_m.shape, np.nan)
        offset = ground_m - polynomials.origin_m[index]
        value = np.zeros(ground_m.shape)
        for power in reversed(range(polynomials.coefficients.shape[1])):
            value = value * offset + polynomials.coefficients[index, power]
        return value

    @cached_property
    def _hung_s(self) -> float:
        """Seconds from a polynomial's own time to that of the grid's lines which agree with it; less than half a step."""
        polynomials = self.annotation.polynomials
        if polynomials is None or len(polynomials.seconds) < 2:
            return 0.0
        at = self.grid.line * self.annotation.line_interval_s
        nearest = np.abs(at[:, None] - polynomials.seconds[None]).argmin(axis=1)
        range_m = self._polynomial(
            np.repeat(nearest, len(self.grid.pixel)),
            np.tile(self.grid.pixel * self.annotation.range_spacing_m, len(at)),
        )
        told = self.grid.slant_range_s.ravel() * SPEED_OF_LIGHT_M_S / 2
        agree = (np.abs(range_m - told) < 0.01).reshape(len(at), -1).all(axis=1)
        return float(np.median((at - polynomials.seconds[nearest])[agree])) if agree.any() else 0.0

    @cached_property
    def _grid_range(self) -> RectBivariateSpline:
        grid = self.grid
        degree = [min(3, len(axis) - 1) for axis in (grid.line, grid.pixel)]
        metres = grid.slant_range_s * SPEED_OF_LIGHT_M_S / 2
        return RectBivariateSpline(grid.line, grid.pixel, metres, kx=degree[0], ky=degree[1])

    @cached_property
    def side(self) -> float:
        """1 where the radar looks to the right of its flight, -1 to the left: by the grid's middle point."""
        row, column = len(self.grid.line) // 2, len(self.grid.pixel) // 2
        seconds = np.array(self.grid.line[row] * self.annotation.line_interval_s)
        place, pace = self.orbit.position_m(seconds), self.orbit.velocity_m_s(seconds)
        target = metres_of(self.grid.lat[row, column], self.grid.lon[row, column], self.grid.height_m[row, column])
        return 1.0 if float(np.dot(target - place, np.cross(pace, place))) > 0 else -1.0

    def _modelled(self, x: Numbers, y: Numbers, height_m: Numbers) -> Vectors:
        seconds = self.seconds(y)
        place, pace = self.orbit.position_m(seconds), self.orbit.velocity_m_s(seconds)
        return on_ellipsoid(place, pace, self.slant_range_m(x, y), height_m, self.side)

    @cached_property
    def _correction(self) -> RegularGridInterpolator:
        grid = self.grid
        y, x = np.meshgrid(grid.line + HALF_STEP_PX, grid.pixel + HALF_STEP_PX, indexing="ij")
        left = metres_of(grid.lat, grid.lon, grid.height_m) - self._modelled(x, y, grid.height_m)
        return RegularGridInterpolator((grid.line, grid.pixel), left, method="linear")

    def place_m(self, x: ArrayLike, y: ArrayLike, height_m: ArrayLike = 0.0) -> Vectors:
        """Earth-fixed metres (..., 3) of pixels at a height over the ellipsoid."""
        x, y, height = np.broadcast_arrays(*(np.asarray(given, np.float64) for given in (x, y, height_m)))
        grid = self.grid
        line = np.clip(y - HALF_STEP_PX, grid.line[0], grid.line[-1])
        pixel = np.clip(x - HALF_STEP_PX, grid.pixel[0], grid.pixel[-1])
        left = self._correction(np.stack([line, pixel], axis=-1)).reshape(*x.shape, 3)
        corrected: Vectors = self._modelled(x, y, height) + left
        return corrected

    def locate(self, x: ArrayLike, y: ArrayLike, height_m: ArrayLike = 0.0) -> tuple[Numbers, Numbers]:
        """Latitude and longitude of pixels at a height over the ellipsoid; 0 for what floats."""
        return degrees_of(self.place_m(x, y, height_m))

    def pixel_of(self, lat: ArrayLike, lon: ArrayLike, height_m: ArrayLike = 0.0) -> tuple[Numbers, Numbers]:
        """Pixel coordinates x and y at which a place is shown; beyond the image's edges where it lies outside, NaN far off."""
        lat, lon, height = np.broadcast_arrays(*(np.asarray(given, np.float64) for given in (lat, lon, height_m)))
        target = metres_of(lat, lon, height)
        shape = self.annotation
        x, y = np.full(lat.shape, shape.pixels / 2.0), np.full(lat.shape, shape.lines / 2.0)
        for _ in range(INVERSE_STEPS):
            # The image is nearly a plane: Gauss-Newton on the two tangents, kept within a scene's size of the image.
            here = self.place_m(x, y, height)
            along_x = self.place_m(x + 1, y, height) - here
            along_y = self.place_m(x, y + 1, height) - here
            step_x, step_y = _in_tangents(target - here, along_x, along_y)
            x = np.clip(x + step_x, -shape.pixels, 2 * shape.pixels)
            y = np.clip(y + step_y, -shape.lines, 2 * shape.lines)
        near = np.linalg.norm(target - self.place_m(x, y, height), axis=-1) < 1.0
        return np.where(near, x, np.nan), np.where(near, y, np.nan)


def _in_tangents(left: Vectors, along_x: Vectors, along_y: Vectors) -> tuple[Numbers, Numbers]:
    """Least-squares steps along two tangents that come nearest to what is left."""
    xx, yy, xy = ((along_x * along_x).sum(-1), (along_y * along_y).sum(-1), (along_x * along_y).sum(-1))
    in_x, in_y = (left * along_x).sum(-1), (left * along_y).sum(-1)
    whole = xx * yy - xy * xy
    return np.asarray((in_x * yy - in_y * xy) / whole), np.asarray((in_y * xx - in_x * xy) / whole)


def on_ellipsoid(place: Vectors, pace: Vectors, range_m: Numbers, height_m: Numbers, side: float) -> Vectors:
    """The point at a distance from the satellite, across its flight, at a height over the ellipsoid."""
    ahead = pace / np.linalg.norm(pace, axis=-1, keepdims=True)
    down = -(place - (place * ahead).sum(-1, keepdims=True) * ahead)
    down /= np.linalg.norm(down, axis=-1, keepdims=True)
    across = side * np.cross(ahead, -down)
    axes = np.stack([SEMI_MAJOR_M + height_m, SEMI_MAJOR_M + height_m, SEMI_MINOR_M + height_m], axis=-1)
    angle = _sphere_angle(place, range_m, height_m)
    for _ in range(NEWTON_STEPS):
        sine, cosine = np.sin(angle)[..., None], np.cos(angle)[..., None]
        point = (place + range_m[..., None] * (cosine * down + sine * across)) / axes
        turned = range_m[..., None] * (cosine * across - sine * down) / axes
        angle = angle - ((point * point).sum(-1) - 1) / (2 * (point * turned).sum(-1))
    sine, cosine = np.sin(angle)[..., None], np.cos(angle)[..., None]
    found: Vectors = place + range_m[..., None] * (cosine * down + sine * across)
    return found


def _sphere_angle(place: Vectors, range_m: Numbers, height_m: Numbers) -> Numbers:
    """Angle from the nadir by the law of cosines on a sphere of the semi-major axis."""
    radius, distance = SEMI_MAJOR_M + height_m, np.linalg.norm(place, axis=-1)
    cosine = (distance**2 + range_m**2 - radius**2) / (2 * distance * range_m)
    return np.asarray(np.arccos(np.clip(cosine, -1.0, 1.0)), np.float64)


def metres_of(lat: ArrayLike, lon: ArrayLike, height_m: ArrayLike) -> Vectors:
    """Earth-fixed metres of places."""
    lon, lat, height = np.broadcast_arrays(*(np.asarray(given, np.float64) for given in (lon, lat, height_m)))
    metres: Vectors = np.stack(_TO_METRES.transform(lon, lat, height), axis=-1)
    return metres


def degrees_of(place_m: Vectors) -> tuple[Numbers, Numbers]:
    """Latitude and longitude of Earth-fixed metres."""
    lon, lat, _ = _TO_DEGREES.transform(place_m[..., 0], place_m[..., 1], place_m[..., 2])
    return np.asarray(lat, np.float64), np.asarray(lon, np.float64)


def up_of(lat: Numbers, lon: Numbers) -> Vectors:
    """The vertical of the ellipsoid."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)


def bearing_of(vector: Vectors, lat: Numbers, lon: Numbers) -> Numbers:
    """Bearing of an Earth-fixed vector at a place, degrees from north, 0 to 360."""
    phi, lam = np.radians(lat), np.radians(lon)
    east = -np.sin(lam) * vector[..., 0] + np.cos(lam) * vector[..., 1]
    level = np.cos(lam) * vector[..., 0] + np.sin(lam) * vector[..., 1]
    north = np.cos(phi) * vector[..., 2] - np.sin(phi) * level
    return np.asarray(np.degrees(np.arctan2(east, north)) % 360.0, np.float64)
