"""Small rasters for the tests of images."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import Affine, from_origin

UTM_11N = "EPSG:32611"
HERE = from_origin(380_000.0, 3_730_000.0, 10.0, 10.0)


def write_tiff(
    path: Path,
    values: NDArray[np.generic],
    *,
    crs: str | None = UTM_11N,
    transform: Affine = HERE,
    nodata: float | None = None,
    description: str | tuple[str, ...] | None = None,
) -> Path:
    """A tiled GeoTIFF; values are (rows, columns) or (bands, rows, columns)."""
    bands = values[np.newaxis] if values.ndim == 2 else values
    count, height, width = bands.shape
    shape = {"width": width, "height": height, "count": count, "dtype": bands.dtype.name}
    layout = {"tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        out = rasterio.open(path, "w", driver="GTiff", crs=crs, transform=transform, nodata=nodata, **shape, **layout)
    with out:
        out.write(bands)
        for band, name in enumerate((description,) if isinstance(description, str) else description or (), start=1):
            out.set_band_description(band, name)
    return path


def clutter(rows: int, columns: int, *, looks: float = 4.4, level: float = 0.02, seed: int = 1) -> NDArray[np.float32]:
    """Gamma clutter: an even sea seen with so many looks."""
    values = np.random.default_rng(seed).gamma(looks, level / looks, (rows, columns))
    return values.astype(np.float32)
