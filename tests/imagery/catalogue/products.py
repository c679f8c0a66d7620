"""A small simulated product, and the same one as an item of a catalogue: annotation as it is, measurements as COG."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import rasterio.shutil
from rasterio.errors import NotGeoreferencedWarning

from darkwake.simulation.safe import write_safe
from darkwake.simulation.safe_scene import SafeScene, ShipAt

PLACE = (42.6, 133.2)
SIDE_PX = 640
ASSETS = {
    "schema-product": "annotation/*-{}-*.xml",
    "schema-calibration": "annotation/calibration/calibration-*-{}-*.xml",
    "schema-noise": "annotation/calibration/noise-*-{}-*.xml",
}


def write_product(folder: Path) -> Path:
    """A SAFE folder of 6.4 x 6.4 km of sea with one ship in its middle."""
    ship = ShipAt(*PLACE, length_m=230.0, beam_m=32.0, heading_deg=30.0)
    scene = SafeScene(*PLACE, lines=SIDE_PX, samples=SIDE_PX, ships=[ship])
    return write_safe(folder, scene, 1).product


def write_item(product: Path, folder: Path, base: str) -> dict[str, Any]:
    """The files of a product as a catalogue serves them, and the item, whose hrefs begin with ``base``."""
    assets = {}
    for channel in ("vv", "vh"):
        (source,) = product.glob(f"measurement/*-{channel}-*.tiff")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            rasterio.shutil.copy(
                source, folder / f"iw-{channel}.tiff", driver="COG", compress="deflate", level=1, blocksize=256
            )
        assets[channel] = {"href": f"{base}iw-{channel}.tiff", "type": "image/tiff; application=geotiff"}
        for name, pattern in ASSETS.items():
            (part,) = product.glob(pattern.format(channel))
            shutil.copy(part, folder / f"{name}-{channel}.xml")
            assets[f"{name}-{channel}"] = {"href": f"{base}{name}-{channel}.xml", "type": "application/xml"}
    shutil.copy(product / "manifest.safe", folder)
    assets["safe-manifest"] = {"href": f"{base}manifest.safe", "type": "application/xml"}
    lat, lon = PLACE
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": product.stem,
        "collection": "sentinel-1-grd",
        "bbox": [lon - 0.1, lat - 0.07, lon + 0.1, lat + 0.07],
        "geometry": None,
        "links": [],
        "properties": {"datetime": "2024-06-15T06:12:30Z", "platform": "SENTINEL-1Z", "sat:orbit_state": "ascending"},
        "assets": assets,
    }


def save(item: dict[str, Any], path: Path) -> Path:
    """The item as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(item))
    return path
