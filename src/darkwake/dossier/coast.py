"""The coastline that ships with the package, and the projection in which it is drawn.

The pieces were cut from GSHHG by ``scripts/cut_coastline.py`` (see ``assets/NOTICE``). They are good for orientation: GSHHG
lies some hundred metres off in harbours, so neither a berth nor a ship alongside can be told from it. The projection is
Mercator's: courses are straight lines, as on a sea chart; the scale holds at the middle latitude, which the bar names.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from darkwake.geo import EARTH_RADIUS_M

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A part of the earth in degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies inside."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east

    def within(self, outer: Box) -> Box:
        """The part of this box inside another."""
        return Box(
            max(self.west, outer.west), max(self.south, outer.south), min(self.east, outer.east), min(self.north, outer.north)
        )


@dataclass(frozen=True)
class Coast:
    """One piece: rings as longitude and latitude."""

    key: str
    title: str
    box: Box
    source: str
    land: list[list[Point]]
    lakes: list[list[Point]]
    borders: list[list[Point]]
    labels: list[dict[str, str | float]]


OVERVIEW = "overview"
INSETS = ("nakhodka", "chongjin", "rajin")


@cache
def piece(key: str) -> Coast:
    """A piece of coastline by its key.

    >>> piece("overview").box.holds(42.73, 133.05), len(piece("nakhodka").land) > 0
    (True, True)
    """
    found = json.loads((files("darkwake.dossier") / "assets" / f"coast_{key}.json").read_text(encoding="utf-8"))
    return Coast(**found | {"box": Box(*found["box"])})


def northing(lat: float) -> float:
    """Mercator's northing in degrees of longitude.

    >>> round(northing(45.0), 4)
    50.499
    """
    return math.degrees(math.asinh(math.tan(math.radians(lat))))


@dataclass(frozen=True)
class Projection:
    """From positions to the picture: ``box`` fills the width."""

    box: Box
    width: float

    @property
    def per_degree(self) -> float:
        """Picture units in a degree of longitude."""
        return self.width / (self.box.east - self.box.west)

    @property
    def height(self) -> float:
        """Height of the picture."""
        return (northing(self.box.north) - northing(self.box.south)) * self.per_degree

    def __call__(self, lat: float, lon: float) -> Point:
        """Where a position stands in the picture."""
        return (lon - self.box.west) * self.per_degree, (northing(self.box.north) - northing(lat)) * self.per_degree

    def ring(self, ring: Sequence[Point]) -> list[Point]:
        """A line of longitudes and latitudes in the picture."""
        return [self(lat, lon) for lon, lat in ring]

    @property
    def middle_lat(self) -> float:
        """Latitude at which the scale bar holds."""
        return (self.box.north + self.box.south) / 2

    def length(self, metres: float, lat: float | None = None) -> float:
        """How long a distance is drawn at a latitude, by default the middle one."""
        at = self.middle_lat if lat is None else lat
        degrees = math.degrees(metres / EARTH_RADIUS_M) / math.cos(math.radians(at))
        return degrees * self.per_degree


def fitted(points: Sequence[Point], outer: Box | None, *, least_deg: float, aspect: tuple[float, float]) -> Box:
    """A box around points (latitude, longitude) with a margin, inside ``outer``.

    It is not narrower than ``least_deg``, and its height over its width lies within ``aspect`` as far as ``outer`` allows.
    """
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    west, east = _widened(min(lons), max(lons), 1.16, least_deg)
    south, north = _widened(min(lats), max(lats), 1.16, least_deg * 0.8)
    stretch = 1 / math.cos(math.radians((south + north) / 2))
    shape = (north - south) * stretch / (east - west)
    if shape < aspect[0]:
        south, north = _widened(south, north, aspect[0] / shape, 0.0)
    if shape > aspect[1]:
        west, east = _widened(west, east, shape / aspect[1], 0.0)
    box = Box(max(west, -180.0), max(south, -84.0), min(east, 180.0), min(north, 84.0))
    return box.within(outer) if outer else box


def _widened(low: float, high: float, factor: float, least: float) -> Point:
    half = max((high - low) * factor, least) / 2
    middle = (low + high) / 2
    return middle - half, middle + half
