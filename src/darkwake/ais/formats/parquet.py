"""Parquet and GeoParquet with the columns of a known layout; the position may be a point geometry (WKB)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from darkwake.ais.batch import RAW_MAX, Batch, Field
from darkwake.ais.formats.tables import LAYOUTS, best_layout
from darkwake.ais.reading import Reading, Settings
from darkwake.ais.sources import Member
from darkwake.errors import InputError

MAGIC = b"PAR1"
ROWS = 65_536
_GEOMETRY = ("geometry", "geom", "wkb_geometry")


def recognises(head: bytes, settings: Settings) -> bool:  # noqa: ARG001
    """Whether these are the first bytes of a Parquet file."""
    return head.startswith(MAGIC)


def read(member: Member, settings: Settings) -> Reading:
    """The file as batches; the line of a row is its number in the file, from 1."""
    if member.name:
        what = "a Parquet file inside an archive"
        raise InputError(what, do="unpack it: Parquet is packed already", source=member.path, place=member.name)
    file = _opened(member.path)
    header = list(file.schema_arrow.names)
    points = next((name for name in _GEOMETRY if name in header), None)
    named = [*header, *(("LAT", "LON", "latitude", "longitude") if points else ())]
    known = (settings.mapping, ()) if settings.mapping else best_layout(named)
    layout = (known or LAYOUTS[0])[0]
    fields = layout.check(named, source=member.path, place="schema")
    return Reading(f"{layout.name} Parquet", _batches(file, member.path, fields, points), layout.position_age)


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as fault:
        what = f"the Parquet file is torn or corrupt ({str(fault).splitlines()[0][:120]})"
        raise InputError(what, do="fetch it again", source=path, place="footer") from fault


def _batches(
    file: pq.ParquetFile, path: Path, fields: Mapping[str, Field], points: str | None
) -> Iterator[Callable[[], Batch]]:
    columns = sorted(
        {field.column for field in fields.values()} & set(file.schema_arrow.names) | ({points} if points else set())
    )
    before = 0
    rows = file.iter_batches(ROWS, columns=columns)
    while True:
        try:
            batch = next(rows, None)
        except (pa.ArrowInvalid, OSError) as fault:
            what = f"the Parquet file is corrupt ({str(fault).splitlines()[0][:120]})"
            raise InputError(what, do="fetch it again", source=path, place=f"after row {before}") from fault
        if batch is None:
            return
        yield partial(_batch, batch, before, fields, points)
        before += batch.num_rows


def _batch(rows: pa.RecordBatch, before: int, fields: Mapping[str, Field], points: str | None) -> Batch:
    columns: dict[str, Any] = {
        word: rows.column(field.column) for word, field in fields.items() if field.column in rows.schema.names
    }
    if points and not {"lat", "lon"} <= columns.keys():
        columns["lon"], columns["lat"] = _coordinates(rows.column(points))
    lines = np.arange(before + 1, before + rows.num_rows + 1)
    return Batch(lines, columns, fields, partial(_raw, rows), rows_in=rows.num_rows, last_line=before + rows.num_rows)


def _coordinates(geometry: pa.Array) -> tuple[pa.Array, pa.Array]:
    import shapely

    points = shapely.from_wkb(geometry.to_numpy(zero_copy_only=False), on_invalid="ignore")
    is_point = shapely.get_type_id(points) == 0
    points = np.where(is_point, points, None)
    return pa.array(shapely.get_x(points), from_pandas=True), pa.array(shapely.get_y(points), from_pandas=True)


def _raw(rows: pa.RecordBatch, index: int) -> str:
    return str(rows.slice(index, 1).to_pylist()[0])[:RAW_MAX]
