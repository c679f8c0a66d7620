"""A window of a remote measurement as a file of its own: the whole image's frame, filled where the window is.

The file has the width, height and georeference of the whole, so that pixel coordinates and the annotation stay true; what was
not fetched is 0, which Sentinel-1 products have where there is no image. GDAL stores such blocks as nothing at all.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from darkwake.errors import InputError, UsageError
from darkwake.imagery.catalogue.addresses import shown
from darkwake.imagery.catalogue.remote import Remote, opener_of
from darkwake.imagery.protocol import MAX_SCENE_PX, MAX_WINDOW_PX, Window
from darkwake.outputs import whole

REMOTE_SETTINGS = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "CPL_DEBUG": "OFF"}
"""No look for files beside the remote one: each would be a request, or the whole file read as something else."""

NAME = "remote.tif"


@dataclass(frozen=True)
class Circle:
    """A place and the distance around it that is wanted."""

    lat: float
    lon: float
    radius_km: float


def window_around(annotation: Path, circle: Circle) -> Window:
    """The square of pixels around a circle, cut at the image's edges; refused where the circle lies outside.

    GRD pixels are as long as they are wide (Sentinel-1 Product Specification, 10 x 10 m for IW).
    """
    from darkwake.imagery.sentinel1.annotation import read_annotation
    from darkwake.imagery.sentinel1.files import read_part
    from darkwake.imagery.sentinel1.geolocation import Geolocation

    told = read_annotation(read_part(annotation, str(annotation)), str(annotation))
    x, y = (float(value) for value in Geolocation.of(told).pixel_of(circle.lat, circle.lon))
    reach = circle.radius_km * 1000.0 / told.range_spacing_m
    if not (-reach < x < told.pixels + reach and -reach < y < told.lines + reach):
        what = f"{circle.lat}, {circle.lon} is more than {circle.radius_km} km outside the scene"
        raise InputError(what, do="search again with this place", source=annotation)
    x0, y0 = max(math.floor(x - reach), 0), max(math.floor(y - reach), 0)
    return Window(x0, y0, min(math.ceil(x + reach), told.pixels), min(math.ceil(y + reach), told.lines))


def write_window(remote: Remote, window: Window, path: Path) -> None:
    """Write the blocks that a window touches into a TIFF of the whole image's size."""
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    with rasterio.Env(**REMOTE_SETTINGS), warnings.catch_warnings():
        # A measurement in radar geometry has ground control points and no transform.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with rasterio.open(NAME, opener=opener_of(remote, NAME), driver="GTiff") as image:
                stretches = _stretches(image, window, remote.href)
                whole(path, lambda beside: _write(image, stretches, beside))
        except (RasterioError, ValueError) as fault:
            raise remote.told() or InputError(
                "no TIFF that can be read", do="fetch it whole", source=shown(remote.href)
            ) from fault


def _stretches(image: Any, window: Window, href: str) -> list[Window]:
    """The window, grown to whole blocks, cut into stretches of block rows that fit into memory."""
    rows, columns = image.block_shapes[0]
    if image.width * image.height > MAX_SCENE_PX or rows * columns > MAX_WINDOW_PX:
        raise InputError("an image, or a block of it, too large", do="check the address", source=shown(href))
    if not (0 <= window.x0 < window.x1 <= image.width and 0 <= window.y0 < window.y1 <= image.height):
        do = f"give X0,Y0,X1,Y1 within 0,0,{image.width},{image.height}"
        raise UsageError("the window is not within the image", do=do, source="--window")
    x0, x1 = window.x0 // columns * columns, min(-(-window.x1 // columns) * columns, image.width)
    step = max(MAX_WINDOW_PX // 4 // ((x1 - x0) * rows), 1) * rows
    first, last = window.y0 // rows * rows, min(-(-window.y1 // rows) * rows, image.height)
    return [Window(x0, y, x1, min(y + step, last)) for y in range(first, last, step)]


def _write(image: Any, stretches: list[Window], path: Path) -> None:
    import rasterio
    from rasterio.windows import Window as RasterWindow

    rows, columns = image.block_shapes[0]
    layout = {"tiled": True, "blockxsize": columns, "blockysize": rows, "compress": "deflate", "sparse_ok": True}
    frame = {"width": image.width, "height": image.height, "count": image.count, "dtype": image.dtypes[0]}
    points, system = image.gcps
    with rasterio.open(path, "w", driver="GTiff", bigtiff="IF_SAFER", nodata=image.nodata, **frame, **layout) as out:
        if points:
            out.gcps = (points, system)
        elif image.crs is not None:
            out.crs, out.transform = image.crs, image.transform
        out.update_tags(**image.tags())
        for part in stretches:
            place = RasterWindow(part.x0, part.y0, part.x1 - part.x0, part.y1 - part.y0)
            out.write(image.read(window=place), window=place)
