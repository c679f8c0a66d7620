"""A simulated radar image of a case: open sea with the ships of a scenario, as a georeferenced GeoTIFF in dB.

Sea of one mean level with a little texture and the speckle of a Sentinel-1 IW GRDH image; ships with their superstructures and
side lobes, seen from an ascending pass. Ships under way stand where they truly are: the file says nothing of an orbit by which
their azimuth shift could be undone. Whole products with one are written by ``safe.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import rasterio
from pyproj import Transformer
from rasterio.transform import from_origin

from darkwake.imagery.protocol import Window
from darkwake.simulation.composing import compose
from darkwake.simulation.echoes import View
from darkwake.simulation.scatterers import Vessel
from darkwake.simulation.sea import GRDH_RESOLUTION_PX, Sea, gusts
from darkwake.simulation.ships import Ship, place_at

SEA_DB, TEXTURE = -22.0, 20.0
SPACING_M = 10.0
SIZE_PX = 900
CRS = "EPSG:32653"
"""UTM zone 53 north, 132 to 138 degrees east."""
VIEW = View(spacing_m=SPACING_M, look_deg=80.0, flight_deg=350.0, reach_m=600.0)


def write_scene(
    path: Path, centre: tuple[float, float], moment: datetime, ships: Sequence[Ship], random: np.random.Generator
) -> list[str]:
    """Write the image of a moment; the names of the ships that truly lie in it are given back."""
    to_utm = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    east, north = to_utm.transform(centre[1], centre[0])
    left, top = east - SIZE_PX / 2 * SPACING_M, north + SIZE_PX / 2 * SPACING_M
    seed = int(random.integers(2**31))
    seen, vessels = [], []
    for ship in ships:
        fix = place_at(ship, moment)
        if fix is None:
            continue
        x, y = to_utm.transform(fix.lon, fix.lat)
        vessel = _vessel(ship, (x - left) / SPACING_M, (top - y) / SPACING_M)
        if 0 <= vessel.x < SIZE_PX and 0 <= vessel.y < SIZE_PX:
            vessels.append(vessel)
            seen.append(ship.name)
    sea = Sea(seed, SEA_DB, TEXTURE, resolution_px=GRDH_RESOLUTION_PX, modulations=(gusts(300.0, seed, depth_db=0.4),))
    tile = compose(Window(0, 0, SIZE_PX, SIZE_PX), sea, VIEW, random, vessels=vessels)
    decibels = (10 * np.log10(tile.image)).astype(np.float32)
    profile = {"driver": "GTiff", "width": SIZE_PX, "height": SIZE_PX, "count": 1, "dtype": "float32", "crs": CRS}
    transform = from_origin(left, top, SPACING_M, SPACING_M)
    with rasterio.open(path, "w", **profile, transform=transform, compress="deflate", predictor=3) as image:
        image.write(decibels, 1)
        image.update_tags(SIMULATED="yes", ACQUISITION_TIME=moment.isoformat(), RADIOMETRY="db")
    return seen


def _vessel(ship: Ship, x: float, y: float) -> Vessel:
    """The ship at a pixel, as bright as ships of her length are; ship types 80 to 89 are tankers (ITU-R M.1371-5, table 53)."""
    tanker = ship.ship_type // 10 == 8
    return Vessel(x, y, ship.length_m, ship.beam_m, ship.heading_deg, "tanker" if tanker else "cargo")
