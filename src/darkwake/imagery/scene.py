"""The row of ``scenes`` that stands for a product."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from darkwake import geo
from darkwake.ids import content_id, file_sha256, tree_sha256
from darkwake.imagery.formats import MANIFEST, format_of
from darkwake.imagery.protocol import Product, ground_spacing_m
from darkwake.imagery.sentinel1.files import Folder, folder_of, product_names

EDGE_POINTS = 9
"""Points along each edge of the image from which the footprint is taken; edges bend when reprojected."""


def scene_row(product: Product, *, sha256: str, searched_px: int) -> dict[str, object]:
    """The row of ``schema.Scenes`` of a product.

    ``spacing_m`` is the geometric mean of the ground spacing in x and y at the middle of the image.
    """
    about = product.about
    dx_m, dy_m = ground_spacing_m(product, about.width / 2, about.height / 2)
    row: dict[str, object] = {
        "scene_id": scene_id(sha256),
        "platform": about.platform,
        "sensor": about.kind,
        "time": about.time,
        "width_px": about.width,
        "height_px": about.height,
        "spacing_m": float(np.sqrt(dx_m * dy_m)),
        "bands": list(about.bands),
        "radiometry": about.radiometry,
        "polarisation": about.polarisation,
        "looks": about.looks,
        "passing": about.passing,
        "incidence_deg": about.incidence_deg,
        "look": about.look,
        "searched_px": searched_px,
        "href": str(about.path),
        "sha256": sha256,
        "origin": "simulated" if about.simulated else "observed",
    }
    return row | footprint(product)


def content_sha256(path: Path) -> str:
    """The hash of a product's bytes: of the file, or of the files of a SAFE folder that make it what it is."""
    if format_of(path) != "safe" or (path.is_file() and path.name != MANIFEST):
        return file_sha256(path)
    folder = folder_of(path)
    return tree_sha256(folder, product_names(Folder(folder).names))


def scene_id(sha256: str) -> str:
    """The id of the scene whose file has this hash."""
    return content_id("scene", sha256)


def footprint(product: Product) -> dict[str, object]:
    """West, south, east, north; west is greater than east across the antimeridian; nothing where not located."""
    width, height = product.about.width, product.about.height
    along = np.linspace(0.0, 1.0, EDGE_POINTS)
    x = np.concatenate([along * width, along * width, np.zeros(EDGE_POINTS), np.full(EDGE_POINTS, width)])
    y = np.concatenate([np.zeros(EDGE_POINTS), np.full(EDGE_POINTS, height), along * height, along * height])
    located = product.locate(x, y)
    middle = product.locate([width / 2], [height / 2])
    if located is None or middle is None:
        return {}
    lat, lon = located
    # Longitudes as differences from the middle: an image is far narrower than half the globe.
    east_of_middle = geo.wrap_lon(lon - middle[1])
    west, east = geo.wrap_lon(middle[1] + np.array([east_of_middle.min(), east_of_middle.max()]))
    return {"west": float(west), "south": float(lat.min()), "east": float(east), "north": float(lat.max())}
