"""A simulated radar image: gamma-distributed sea clutter with bright hulls, as a georeferenced GeoTIFF in dB.

Sea of one mean level with the speckle of a Sentinel-1 IW GRDH image (equivalent number of looks 4.4, ESA Sentinel-1
Product Specification). Hulls are rectangles of the ship's length and beam. No land, swell, sidelobes or wakes: enough to
exercise the way from pixels to matches, not to measure a detector.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.transform import from_origin

from darkwake.simulation.ships import Ship, place_at

LOOKS = 4.4
SEA_DB, HULL_DB = -22.0, -3.0
SPACING_M = 10.0
SIZE_PX = 900
CRS = "EPSG:32653"
"""UTM zone 53 north, 132 to 138 degrees east."""


def _hull(shape: tuple[int, int], row: float, column: float, ship: Ship) -> NDArray[np.bool_]:
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float64)
    east_m, north_m = (columns - column) * SPACING_M, (row - rows) * SPACING_M
    angle = np.radians(ship.heading_deg)
    along = east_m * np.sin(angle) + north_m * np.cos(angle)
    across = east_m * np.cos(angle) - north_m * np.sin(angle)
    inside: NDArray[np.bool_] = (np.abs(along) <= ship.length_m / 2) & (np.abs(across) <= max(ship.beam_m, SPACING_M) / 2)
    return inside


def write_scene(
    path: Path, centre: tuple[float, float], moment: datetime, ships: Sequence[Ship], random: np.random.Generator
) -> list[str]:
    """Write the image of a moment; the names of the ships that truly lie in it are given back."""
    to_utm = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    east, north = to_utm.transform(centre[1], centre[0])
    left, top = east - SIZE_PX / 2 * SPACING_M, north + SIZE_PX / 2 * SPACING_M
    level = np.full((SIZE_PX, SIZE_PX), 10 ** (SEA_DB / 10))
    seen = []
    for ship in ships:
        fix = place_at(ship, moment)
        if fix is None:
            continue
        x, y = to_utm.transform(fix.lon, fix.lat)
        hull = _hull(level.shape, (top - y) / SPACING_M, (x - left) / SPACING_M, ship)
        if hull.any():
            level[hull] = 10 ** (HULL_DB / 10)
            seen.append(ship.name)
    intensity = level * random.gamma(LOOKS, 1 / LOOKS, level.shape)
    decibels = (10 * np.log10(intensity)).astype(np.float32)
    profile = {"driver": "GTiff", "width": SIZE_PX, "height": SIZE_PX, "count": 1, "dtype": "float32", "crs": CRS}
    transform = from_origin(left, top, SPACING_M, SPACING_M)
    with rasterio.open(path, "w", **profile, transform=transform, compress="deflate", predictor=3) as image:
        image.write(decibels, 1)
        image.update_tags(SIMULATED="yes", ACQUISITION_TIME=moment.isoformat(), RADIOMETRY="db")
    return seen
