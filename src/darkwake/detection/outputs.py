"""Detections as files for maps: points and boxes with a style, and what was searched beside them.

A GeoPackage holds three layers, ``detections`` (points), ``boxes`` (outlines of the pixel boxes on the ground) and ``searched``
(areas of each scene with what was searched of them), and a style for each in the table ``layer_styles``, which QGIS reads.
GeoJSON, GeoParquet and CSV hold the points; beside a GeoJSON lies its style (``.qml``), which QGIS finds by its name.

What lies on the antimeridian keeps together: outlines run past 180 degrees there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from darkwake import geo
from darkwake.detection.detecting import Detected
from darkwake.detection.styles import qml
from darkwake.imagery import Options, Product, open_product
from darkwake.outputs import Layer, frame_of, whole, write_layers, write_table, write_text

SIDES = ("x0", "y0", "x1", "y1")


def write_detections(detected: Detected, path: Path, options: Options | None = None) -> Path:
    """Write detections with the file that each was found in; the ending chooses the format.

    Args:
        detected: what was found.
        path: .parquet, .geojson, .gpkg or .csv.
        options: with which the scenes were opened; their outlines are asked of them.

    Raises:
        UsageError: for another ending.
    """
    table = with_scene(detected.detections, detected)
    if path.suffix.lower() == ".gpkg":
        layers = map_layers(detected, options or Options())
        return whole(path, lambda temporary: write_layers(layers, temporary))
    write_table(table, path)
    if path.suffix.lower() == ".geojson":
        write_text(qml("detections"), path.with_suffix(".qml"))
    return path


def with_scene(table: pa.Table, detected: Detected) -> pa.Table:
    """Rows with the file of their scene."""
    names = {scene["scene_id"]: scene["href"] for scene in detected.scenes.to_pylist()}
    scenes = [names[scene_id] for scene_id in table.column("scene_id").to_pylist()]
    return table.append_column("scene", pa.array(scenes, pa.string()))


def map_layers(detected: Detected, options: Options) -> dict[str, Layer]:
    """The layers of a GeoPackage."""
    detections, searched = (with_scene(table, detected) for table in (detected.detections, detected.searched))
    points = frame_of(detections)
    boxes, areas = (frame_of(table) for table in (detections, searched))
    boxes.geometry = _outlines(detections, detected, options)
    areas.geometry = _outlines(searched, detected, options)
    return {
        "detections": Layer(points, "Point", qml("detections")),
        "boxes": Layer(boxes, "Polygon", qml("boxes")),
        "searched": Layer(areas, "Polygon", qml("searched")),
    }


def _outlines(table: pa.Table, detected: Detected, options: Options) -> NDArray[np.object_]:
    """The outline of each row's pixels on the ground; None where its scene is not located."""
    rows = table.select(["scene_id", *SIDES]).to_pandas()
    outlines = np.full(len(rows), None, dtype=object)
    for scene, product in _products(detected, options):
        mine = np.flatnonzero(rows.scene_id == scene["scene_id"])
        x0, y0, x1, y1 = rows.iloc[mine][list(SIDES)].to_numpy(np.float64).T
        outlines[mine] = outlines_of(product, np.stack([x0, x1, x1, x0], axis=1), np.stack([y0, y0, y1, y1], axis=1))
    return outlines


def outlines_of(product: Product, x: NDArray[np.float64], y: NDArray[np.float64]) -> list[shapely.Polygon | None]:
    """Polygons whose corners are pixels (rows of corners); their longitudes keep together over the antimeridian."""
    located = product.locate(x.ravel(), y.ravel()) if x.size else None
    if located is None:
        return [None] * len(x)
    lat, lon = (degrees.reshape(x.shape) for degrees in located)
    lon = lon[:, :1] + geo.wrap_lon(lon - lon[:, :1])
    return [shapely.Polygon(corners) for corners in np.stack([lon, lat], axis=2)]


def _products(detected: Detected, options: Options) -> Iterator[tuple[Mapping[str, Any], Product]]:
    for scene in detected.scenes.to_pylist():
        product = open_product(Path(scene["href"]), options)
        try:
            yield scene, product
        finally:
            product.close()
