"""Boxes of longitude and latitude around places, and their parts on either side of the antimeridian."""

from __future__ import annotations

import math

from darkwake.errors import UsageError
from darkwake.geo import WGS84, destination, wrap_lon

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; west is greater than east across the antimeridian."""

MAX_RADIUS_KM = 2000.0
"""Largest radius of a search (assumed): beyond it a box around a circle holds far more than the circle."""


def around(lat: float, lon: float, radius_km: float) -> Box:
    """The box around a circle; all longitudes where the circle holds a pole.

    >>> [round(side, 2) for side in around(0.0, 179.5, 111.32)]
    [178.5, -1.01, -179.5, 1.01]
    >>> around(89.9, 20.0, 50.0)[::2]
    (-180.0, 180.0)
    """
    if not (-90 <= lat <= 90 and math.isfinite(lon)):
        raise UsageError(f"{lat}, {lon} is no place", do="give latitude, longitude in degrees", source="--place")
    if not 0 < radius_km <= MAX_RADIUS_KM:
        do = f"give more than 0 and at most {MAX_RADIUS_KM:.0f} km"
        raise UsageError(f"a radius of {radius_km} km", do=do, source="--radius")
    metres = radius_km * 1000.0
    north, south = _latitude(lat, lon, metres, 0.0), _latitude(lat, lon, metres, 180.0)
    if 90.0 in (north, -south):
        return -180.0, south, 180.0, north
    half = _half_width_deg(lat, metres)
    return float(wrap_lon(lon - half)), south, float(wrap_lon(lon + half)), north


def _latitude(lat: float, lon: float, metres: float, course_deg: float) -> float:
    """The latitude reached due north or south, at most a pole."""
    pole = 90.0 if course_deg == 0.0 else -90.0
    _, _, to_pole = WGS84.inv(lon, lat, lon, pole)
    return pole if to_pole <= metres else destination(lat, lon, course_deg, metres)[0]


def _half_width_deg(lat: float, metres: float) -> float:
    """Longitude from the middle of a circle to where a meridian touches it, on the sphere of the polar radius of curvature.

    sin(half) = sin(radius) / cos(latitude) (spherical trigonometry); the ellipsoid's smallest radius keeps it outside.
    """
    angle = metres / WGS84.b
    return math.degrees(math.asin(min(math.sin(angle) / math.cos(math.radians(lat)), 1.0)))


def parts(box: Box) -> list[Box]:
    """A box as one or two that do not cross the antimeridian.

    >>> parts((170.0, -5.0, -170.0, 5.0))
    [(170.0, -5.0, 180.0, 5.0), (-180.0, -5.0, -170.0, 5.0)]
    """
    west, south, east, north = box
    if not all(map(math.isfinite, box)) or not -90 <= south <= north <= 90 or not (-180 <= west <= 180 and -180 <= east <= 180):
        raise UsageError(f"{box} is no box", do="give west, south, east, north in degrees", source="--box")
    return [box] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]
