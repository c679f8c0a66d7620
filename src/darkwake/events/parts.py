"""The circles that make up a place: which is nearest to a point, and where in it a ship could have lain.

Ports have hundreds of berths, and geodesics are dear. Straight lines through the globe leave the few that could be the answer,
and these are measured on the ellipsoid, so the answer is the one that measuring all of them gives.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from darkwake.events.berths import unit_points
from darkwake.events.places import SCALES, Site
from darkwake.geo import EARTH_RADIUS_M, distance_m

Floats = NDArray[np.float64]
Point = tuple[float, float]

SPHERE_ERRS = 0.01
"""The mean sphere errs by at most 0.56 % of a distance (``geo.py``), here with room to spare."""
BOUNDS = (1.0 + SPHERE_ERRS, 1.0 - SPHERE_ERRS)
_NOTHING = 1e-28
"""The square of 64 nm on the unit sphere: what rounding may put between two equal places."""


def sphere_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Distance on the mean sphere; for two points a hundred times as fast as geodesics.

    >>> round(sphere_m(42.74, 133.08, 41.77, 129.80) / 1852)
    157
    """
    lat, other = math.radians(lat_a), math.radians(lat_b)
    half = math.radians(lon_b - lon_a) / 2.0
    square = math.sin((other - lat) / 2.0) ** 2 + math.cos(lat) * math.cos(other) * math.sin(half) ** 2
    return 2.0 * EARTH_RADIUS_M * math.asin(math.sqrt(min(square, 1.0)))


class Parts:
    """The circles of one place."""

    def __init__(self, sites: Sequence[Site]) -> None:
        """Take the circles."""
        self._ids: list[str] = [site.place_id for site in sites]
        self._lat, self._lon, self._extent_m = (
            np.array([getattr(site, word) for site in sites], np.float64) for word in ("lat", "lon", "extent_m")
        )
        self._points = unit_points(self._lat, self._lon)

    @classmethod
    def to_lie_at(cls, sites: Sequence[Site], place_id: str) -> Parts:
        """The berths and terminals among the circles of a place, but for itself."""
        return cls([site for site in sites if site.kind in SCALES[1:] and site.place_id != place_id])

    def nearest(self, points: Sequence[Point]) -> list[str]:
        """For each point the circle whose middle is nearest; of equals the one whose id sorts first."""
        if len(self._ids) == 1:
            return self._ids * len(points)
        ends = unit_points(*np.array(points, np.float64).reshape(-1, 2).T)
        squares = sum(np.square(ends[:, None, axis] - self._points[:, axis]) for axis in range(3))
        near = squares <= squares.min(axis=1, keepdims=True) * BOUNDS[0] ** 4 + _NOTHING
        told = [self._ids[at] for at in np.argmin(squares, axis=1).tolist()]
        for one in np.flatnonzero(near.sum(axis=1) > 1).tolist():
            few = np.flatnonzero(near[one])
            _, told[one] = min(
                (metres, self._ids[at]) for metres, at in zip(self._metres(few, points[one]), few.tolist(), strict=True)
            )
        return told

    def longest_lain(self, ends: tuple[Point, Point], hours: float, metres_an_hour: float) -> tuple[str, float]:
        """Where she could have lain longest between two points, going there and back on the shortest way; id and hours.

        Hours are told to a hundredth; of equals the one whose id sorts last. Nowhere is ``("", 0.0)``.
        """
        if not self._ids:
            return "", 0.0
        far = np.stack([2.0 * np.arcsin(np.minimum(np.sqrt(self._squares(end)) / 2.0, 1.0)) for end in ends]) * EARTH_RADIUS_M
        least, most = (hours - np.sum(np.maximum(far * errs - self._extent_m, 0.0), axis=0) / metres_an_hour for errs in BOUNDS)
        few = np.flatnonzero(most >= least.max() - 0.011)
        ways = zip(*(self._metres(few, end) for end in ends), strict=True)
        lain_h, lain_at = max(
            (round(hours - sum(max(far - extent_m, 0.0) for far in way) / metres_an_hour, 2), self._ids[part])
            for part, extent_m, way in zip(few.tolist(), self._extent_m[few].tolist(), ways, strict=True)
        )
        return (lain_at, lain_h) if lain_h > 0 else ("", 0.0)

    def _squares(self, at: Point) -> Floats:
        """Squares of straight lines from the middles to a point."""
        lat, lon = math.radians(at[0]), math.radians(at[1])
        apart = self._points - (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
        return np.asarray(np.einsum("ij,ij->i", apart, apart))

    def _metres(self, few: NDArray[np.int64], at: Point) -> list[float]:
        metres: list[float] = distance_m(self._lat[few], self._lon[few], *at).tolist()
        return metres
