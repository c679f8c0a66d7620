"""Places: a person's own list from a CSV file, and how places lie in each other, as calls need it."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.errors import InputError, TableError
from darkwake.geo import distance_m
from darkwake.ids import file_sha256, source_id
from darkwake.schema import Places

NEEDED = ("place_id", "lat", "lon", "extent_m")
OPTIONAL = ("name", "kind", "parent_id", "country", "accuracy", "role")
SCALES = ("port", "terminal", "berth")
"""The three scales of places, each within the one before."""
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


@dataclass(frozen=True)
class Site:
    """A place with what it is part of."""

    place_id: str
    kind: str
    lat: float
    lon: float
    extent_m: float
    parent_id: str | None
    """The listed place that it is part of."""

    @property
    def scale(self) -> int:
        """0 a port, or any other kind; 1 a terminal; 2 a berth."""
        return SCALES.index(self.kind) if self.kind in SCALES else 0


def nested(places: pa.Table) -> dict[str, Site]:
    """Places by their id, each with its parent.

    The parent is the one that the list names; where it names none, the smallest place of a larger scale within whose extent
    it lies. A parent that is not listed, or that would be part of its own part, is none.
    """
    rows = places.select(["place_id", "kind", "lat", "lon", "extent_m", "parent_id"]).sort_by("place_id").to_pylist()
    sites = {row["place_id"]: Site(**row) for row in rows}
    larger = [site for site in sites.values() if site.kind in SCALES[:2]]
    lat, lon, extent = (np.array([getattr(site, word) for site in larger]) for word in ("lat", "lon", "extent_m"))
    parents = {
        place_id: site.parent_id if site.parent_id in sites else _around(site, larger, lat, lon, extent)
        for place_id, site in sites.items()
    }
    return {
        place_id: Site(
            place_id, site.kind, site.lat, site.lon, site.extent_m, above[0] if (above := _above(place_id, parents)) else None
        )
        for place_id, site in sites.items()
    }


def _around(
    site: Site, larger: list[Site], lat: NDArray[np.float64], lon: NDArray[np.float64], extent: NDArray[np.float64]
) -> str | None:
    """The smallest place of a larger scale around a terminal or berth."""
    if site.kind not in SCALES[1:] or not larger:
        return None
    inside = np.flatnonzero(distance_m(lat, lon, site.lat, site.lon) <= extent)
    around = [larger[at] for at in inside if larger[at].scale < site.scale]
    return min(around, key=lambda one: (one.extent_m, one.place_id)).place_id if around else None


def _above(place_id: str, parents: Mapping[str, str | None]) -> list[str]:
    """What a place is part of, from the inside out; nothing where the list goes round in a circle."""
    chain: list[str] = []
    above = parents.get(place_id)
    while above is not None:
        if above == place_id or above in chain:
            return []
        chain.append(above)
        above = parents.get(above)
    return chain


def circles(sites: Mapping[str, Site]) -> list[tuple[str, Site]]:
    """Each place with its own circle and those of all its parts: who lies at a berth is in the port, wherever the berth is."""
    parents = {place_id: site.parent_id for place_id, site in sites.items()}
    return [(whole, site) for place_id, site in sites.items() for whole in (place_id, *_above(place_id, parents))]
