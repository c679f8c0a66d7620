"""A person's own list of places, from a CSV file, as rows of ``Places``."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pyarrow as pa

from darkwake.errors import InputError, TableError
from darkwake.ids import file_sha256, source_id
from darkwake.schema import Places

NEEDED = ("place_id", "lat", "lon", "extent_m")
OPTIONAL = ("name", "kind", "parent_id", "country", "accuracy", "role")
LARGEST_BYTES = 64 << 20
"""A list of places is small; a larger file is some other file."""


def read_places(path: Path) -> pa.Table:
    """Places from a CSV file with the columns place_id, lat, lon, extent_m, and if it likes name, kind, parent_id, country.

    Other columns are left out. The rows count as published and not verified; their evidence is the file.

    Raises:
        InputError: the file is not there, not CSV, lacks a column, or has a value that cannot be used; it names the line.
    """
    if not path.is_file():
        raise InputError("no such file", do="name a CSV file of places", source=path)
    if path.stat().st_size > LARGEST_BYTES:
        raise InputError(f"larger than {LARGEST_BYTES >> 20} MiB", do="name a CSV file of places", source=path)
    evidence = source_id(file_sha256(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            _check_header(reader.fieldnames or [], path)
            rows = [_place(row, path, reader.line_num) | {"evidence": [evidence]} for row in reader]
    except (UnicodeDecodeError, csv.Error) as fault:
        raise InputError(f"not a CSV file in UTF-8: {fault}", do="save the places as CSV", source=path) from fault
    try:
        return Places.rows(rows)
    except TableError as fault:
        raise InputError(fault.what, do=fault.do or "mend the file", source=path, place=fault.place) from fault


def _check_header(header: object, path: Path) -> None:
    present = set(header) if isinstance(header, list) else set()
    missing = [word for word in NEEDED if word not in present]
    if missing:
        needs = ", ".join(NEEDED)
        raise InputError(f"no column {', '.join(missing)}", do=f"a list of places needs {needs}", source=path, place="line 1")


def _place(row: dict[str, str], path: Path, line: int) -> dict[str, object]:
    place: dict[str, object] = {word: row.get(word) or None for word in OPTIONAL}
    place |= {word: _number(row[word], word, path, line) for word in ("lat", "lon", "extent_m")}
    place_id = (row["place_id"] or "").strip()
    if not place_id:
        raise InputError("place_id is empty", do="name each place", source=path, place=f"line {line}")
    given = {"place_id": place_id, "name": place["name"] or place_id, "kind": place["kind"] or "other"}
    return place | given | {"verified": False, "origin": "published"}


def _number(text: str | None, word: str, path: Path, line: int) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{word} is {text!r}, not a number", do="mend the value", source=path, place=f"line {line}")
    return value
