"""Land from a coast file: polygons of land with a stated accuracy, which is the margin.

A GeoJSON, GeoPackage or Shapefile of land polygons. The coast may lie as far from its line as its accuracy says, so that much
sea is counted as land; what the image shows as land (``land.py``) is added. A file without polygons, or none near the scene,
leaves the image alone to tell.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio.features
import rasterio.transform
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from darkwake.detection.grid import Grid
from darkwake.errors import InputError
from darkwake.imagery.protocol import Product

COARSE = 64
"""Places are computed at every 64th cell and interpolated between: a scene bends by far less than a cell over so many."""

METRES_PER_DEGREE = 111_195.0
MAX_CELLS = 64_000_000
"""Largest grid of degrees that polygons are drawn on."""


def coast_land(
    product: Product, grid: Grid, shape: tuple[int, int], cell_px: int, path: Path, accuracy_m: float
) -> NDArray[np.bool_]:
    """Which cells of an overview are land or within the accuracy of the coast of it."""
    lat, lon = cell_places(product, shape, cell_px, path)
    west = float(lon.min())
    box = west, float(lat.min()), float(lon.max()), float(lat.max())
    polygons = read_land(path, box)
    if not len(polygons):
        return np.zeros(shape, np.bool_)
    cell_m = cell_px * grid.spacing_m
    step = cell_m / METRES_PER_DEGREE
    across = step / max(float(np.cos(np.radians(lat).max())), 0.05)
    high, wide = int((box[3] - box[1]) / step) + 3, int((box[2] - box[0]) / across) + 3
    if high * wide > MAX_CELLS:
        raise InputError("the scene is too large for a coast file", do="leave the coast out", source=path)
    transform = rasterio.transform.from_origin(west - across, box[3] + step, across, step)
    drawn = rasterio.features.rasterize(polygons, (high, wide), transform=transform, all_touched=True, dtype="uint8")
    row, column = ((box[3] + step - lat) / step).astype(np.int64), ((lon - west + across) / across).astype(np.int64)
    land = drawn[np.clip(row, 0, high - 1), np.clip(column, 0, wide - 1)].astype(np.bool_)
    margin = accuracy_m / cell_m
    return np.asarray(ndimage.distance_transform_edt(~land) <= margin) if land.any() and margin > 0 else land


def cell_places(
    product: Product, shape: tuple[int, int], cell_px: int, path: Path
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitude and longitude of the middles of all cells; longitudes run on over the antimeridian."""
    rows, columns = (np.unique(np.append(np.arange(0, size, COARSE), size - 1)) for size in shape)
    y, x = np.meshgrid((rows + 0.5) * cell_px, (columns + 0.5) * cell_px, indexing="ij")
    located = product.locate(x.ravel(), y.ravel())
    if located is None:
        raise InputError("a picture without georeference cannot be laid on a coast", do="leave the coast out", source=path)
    lat, lon = (np.asarray(part, np.float64).reshape(y.shape) for part in located)
    lon = np.unwrap(np.unwrap(lon, axis=1, period=360.0), axis=0, period=360.0)
    return _between(lat, rows, columns, shape), _between(lon, rows, columns, shape)


def _between(
    values: NDArray[np.float64], rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    down = np.stack([np.interp(np.arange(shape[0]), rows, values[:, n]) for n in range(len(columns))], axis=1)
    return np.stack([np.interp(np.arange(shape[1]), columns, line) for line in down])


def read_land(path: Path, box: tuple[float, float, float, float]) -> NDArray[np.object_]:
    """Polygons of a file near a box of degrees (which may run over the antimeridian), in degrees."""
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        frame = pyogrio.read_dataframe(path)
    except DataSourceError as fault:
        raise InputError("not a file of polygons", do="give a GeoJSON, GeoPackage or Shapefile of land", source=path) from fault
    if frame.crs is None:
        raise InputError("the coast has no coordinate system", do="assign an EPSG code", source=path)
    shapes = np.asarray(frame.geometry.to_crs(4326).values, object)
    around = np.concatenate(
        [shapely.transform(shapes, lambda at, by=turn: np.add(at, [by, 0.0])) for turn in (-360.0, 0.0, 360.0)]
    )
    kept = np.isin(shapely.get_type_id(around), (3, 6)) & shapely.intersects(around, shapely.box(*box))
    return np.asarray(around[kept], object)
