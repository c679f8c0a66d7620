"""Tables written for other programs: the ending of the path chooses the format; a file appears whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from darkwake.errors import UsageError, nearest

if TYPE_CHECKING:
    import geopandas as gpd

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet read a cell as a formula (OWASP, CSV injection)."""


def whole(path: Path, write: Callable[[Path], None]) -> Path:
    """Write a file under a temporary name beside ``path`` and move it there in one step."""
    _check_place(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _check_place(path: Path) -> None:
    if not path.parent.is_dir():
        raise UsageError(f"the folder {path.parent} does not exist", do="make it first", source=path)
    if path.is_dir():
        raise UsageError("is a folder", do="name a file", source=path)


def write_text(text: str, path: Path) -> Path:
    """Write a text file whole."""

    def write(temporary: Path) -> None:
        temporary.write_text(text, encoding="utf-8")

    return whole(path, write)


def write_table(table: pa.Table, path: Path) -> Path:
    """Write a table in the format that the path's ending names: .csv, .parquet, .geojson or .gpkg.

    Rows with ``lat`` and ``lon`` get a point geometry in the geographic formats; rows without a place keep a null one.

    Raises:
        UsageError: for an ending that is not known.
    """
    check_table_path(path)
    writer = _writers()[path.suffix.lower()]
    return whole(path, lambda temporary: writer(table, temporary))


def check_table_path(path: Path) -> None:
    """Whether a table can be written there, before it is made.

    Raises:
        UsageError: for an ending that is not known, a folder that is not there, or one in the file's place.
    """
    if path.suffix.lower() not in _writers():
        raise UsageError(f"no format for the ending {path.suffix!r}", do=nearest(path.suffix, _writers()), source=path)
    _check_place(path)


def _writers() -> dict[str, Callable[[pa.Table, Path], None]]:
    return {".csv": _csv, ".parquet": _parquet, ".geojson": _geojson, ".gpkg": _gpkg}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = "|".join(str(part) for part in value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return str(value)


def _csv(table: pa.Table, path: Path) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows([_text(value) for value in row.values()] for row in table.to_pylist())
    path.write_text(stream.getvalue(), encoding="utf-8")


def _geojson_value(value: Any) -> Any:
    return _text(value) if isinstance(value, datetime | date) else value


def _geojson(table: pa.Table, path: Path) -> None:
    features = []
    for row in table.to_pylist():
        lat, lon = row.get("lat"), row.get("lon")
        point = None if lat is None or lon is None else {"type": "Point", "coordinates": [lon, lat]}
        properties = {word: _geojson_value(value) for word, value in row.items()}
        features.append({"type": "Feature", "geometry": point, "properties": properties})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding="utf-8")


def frame_of(table: pa.Table) -> gpd.GeoDataFrame:
    """A table as a frame with a point for each row that has ``lat`` and ``lon``."""
    import geopandas as gpd
    import shapely

    flat = table.to_pandas()
    points = shapely.points(flat["lon"].astype(float), flat["lat"].astype(float))
    points[flat["lat"].isna() | flat["lon"].isna()] = None
    return gpd.GeoDataFrame(flat, geometry=points, crs="OGC:CRS84")


def _parquet(table: pa.Table, path: Path) -> None:
    if {"lat", "lon"} <= set(table.column_names):
        frame_of(table).to_parquet(path, index=False, write_covering_bbox=True, schema_version="1.1.0")
    else:
        pq.write_table(table, path, compression="zstd")


def _gpkg(table: pa.Table, path: Path) -> None:
    write_layers({"rows": Layer(frame_of(table))}, path)


@dataclass(frozen=True)
class Layer:
    """A layer of a GeoPackage: rows, the kind of their geometry, and a QGIS style (QML)."""

    frame: gpd.GeoDataFrame
    geometry: str = "Point"
    style: str | None = None


def write_layers(layers: Mapping[str, Layer], path: Path) -> None:
    """Write a new GeoPackage; programs open the first layer first.

    ``path`` is written in place: wrap it in :func:`whole`.
    """
    path.unlink(missing_ok=True)
    for name, layer in layers.items():
        flat = layer.frame.copy()
        for word in flat.columns:
            if flat[word].dtype == object and any(isinstance(v, list) or hasattr(v, "tolist") for v in flat[word]):
                flat[word] = flat[word].map(lambda v: _text(list(v)) if v is not None else None)
        flat = flat.set_crs("EPSG:4326", allow_override=True)
        flat.to_file(path, driver="GPKG", layer=name, geometry_type=layer.geometry)
    styles = {name: layer.style for name, layer in layers.items() if layer.style}
    if styles:
        _add_styles(styles, path)


def _add_styles(styles: Mapping[str, str], path: Path) -> None:
    """The table in which QGIS keeps the styles of a GeoPackage's layers."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(_STYLES)
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles')"
        )
        database.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,"
            " styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '')",
            [(name, name, style) for name, style in styles.items()],
        )


_STYLES = (
    "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), "
    "f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, "
    "styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)"
)
"""As QGIS itself makes it (QgsOgrProvider)."""
