"""From a case's folder of published facts to the tables ``places``, ``vessels``, ``claims``, ``caps``, ``evidence``.

A fact is restated in one row with its source: who published it, the title, the date, where in it, the address, and
whether the statement was read in a stored copy (``verified``). What was not read in a stored copy keeps that mark all the
way. An empty cell is unknown and never 0. "More than" goes to the lower end with the bound ``at least``; nothing is put
into the middle for it.

The files are ``places.csv``, ``vessels.csv``, ``sightings.csv``, ``aggregates.csv``, ``munitions.csv``,
``reported_imports.csv``, ``caps.csv`` and ``contradictions.csv``; a case needs only those that it has facts for.
``factors.csv`` may lie beside them and is read elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from darkwake.claims import layouts
from darkwake.claims.consistency import find_contradictions
from darkwake.claims.containment import contain
from darkwake.claims.limits import cap_row, in_force, own_rows, replaced, replaced_claim
from darkwake.claims.rows import UNVERIFIED, aggregate_rows, check_vessel, cited, report_rows, sighting_rows
from darkwake.claims.sheets import Row, read_sheet
from darkwake.errors import InputError, nearest
from darkwake.ids import content_id, file_sha256, source_id
from darkwake.schema import Caps, Claims, Contradictions, Evidence, Places, Vessels

if TYPE_CHECKING:
    from darkwake.case import OwnCap


def claims(*, facts: Path | None, own_caps: tuple[OwnCap, ...] = ()) -> dict[str, pa.Table]:
    """Read the published facts of a case.

    Args:
        facts: folder with the tables that the module names; none where a case has no facts.
        own_caps: limits that the case itself sets.

    Returns:
        The tables ``places``, ``vessels``, ``claims``, ``contradictions`` (those in print and those that the rules of
        :mod:`darkwake.claims.consistency` find), ``caps`` and ``evidence`` (each publication and each file once).

    Raises:
        InputError: naming file, line and column of the first fact that cannot be used.

    Example:
        >>> from pathlib import Path
        >>> from darkwake import schema
        >>> tables = claims(facts=Path(schema.__file__).parent / "bundled" / "cases" / "vostochny-2024" / "facts")
        >>> sorted(tables)
        ['caps', 'claims', 'contradictions', 'evidence', 'places', 'vessels']
    """
    folder = _Folder(facts)
    places = Places.rows(_places(folder))
    vessels = Vessels.rows([_vessel(folder, row) for row in folder.sheet("vessels")])
    known = {"place_id": set(places["place_id"].to_pylist()), "vessel_id": set(vessels["vessel_id"].to_pylist())}
    limits = folder.sheet("caps")
    caps = [cap_row(row, folder.cite(row)) for row in in_force(limits)]
    never = [_replaced(folder, row) for row in replaced(limits)]
    stated = contain(Claims.rows(_claims(folder, known) + never), places)
    printed = [_contradiction(folder, row) for row in folder.sheet("contradictions")]
    return {
        "places": places,
        "vessels": vessels,
        "claims": stated,
        "contradictions": Contradictions.rows(printed + find_contradictions(stated, places)),
        "caps": Caps.rows(caps + own_rows(own_caps, caps)),
        "evidence": Evidence.rows(folder.evidence_rows()),
    }


@dataclass
class _Folder:
    """The folder that is read, and the sources met on the way."""

    path: Path | None
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path is None:
            return
        if not self.path.is_dir():
            raise InputError("no such folder", do="name the folder of the case's published facts", source=self.path)
        for file in sorted(self.path.glob("*.csv")):
            if file.stem not in layouts.SHEETS and file.stem != "factors":
                raise InputError("no table of this name is known", do=nearest(file.stem, layouts.SHEETS), source=file.name)

    def sheet(self, name: str) -> list[Row]:
        """The rows of one table, none where the case does not have it; ids stand once."""
        path = self.path / f"{name}.csv" if self.path else None
        if path is None or not path.is_file():
            return []
        rows = read_sheet(path, layouts.SHEETS[name])
        _check_ids(rows)
        digest = file_sha256(path)
        self._cite(source_id(digest), _file_evidence(path, digest))
        return [Row(row.file, row.line, row.values | {"file_id": source_id(digest)}) for row in rows]

    def cite(self, row: Row) -> list[str]:
        """The evidence ids of a row: its publication and its file."""
        evidence = _publication(row)
        return [self._cite(str(evidence["evidence_id"]), evidence), row["file_id"]]

    def _cite(self, evidence_id: str, evidence: dict[str, Any]) -> str:
        self.sources[evidence_id] = evidence
        return evidence_id

    def evidence_rows(self) -> list[dict[str, object]]:
        """Every source met, in the order of their ids."""
        return [self.sources[evidence_id] for evidence_id in sorted(self.sources)]


def _check_ids(rows: list[Row]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row["id"] in first:
            raise row.fault("id", f"{row['id']!r} stands in line {first[row['id']]} already", "give each row its own id")
        first[row["id"]] = row.line


def _file_evidence(path: Path, digest: str) -> dict[str, Any]:
    return {
        "evidence_id": source_id(digest),
        "kind": "table",
        "title": path.name,
        "href": path.name,
        "sha256": digest,
        "bytes": path.stat().st_size,
        "origin": "published",
    }


def _publication(row: Row) -> dict[str, Any]:
    parts = [row[word] for word in ("source_publisher", "source_title", "source_date", "source_where", "source_url")]
    return {
        "evidence_id": content_id("pub", *parts, "yes" if row["verified"] else "no"),
        "kind": "publication",
        "title": row["source_title"] or row["source_where"] or UNVERIFIED,
        "publisher": row["source_publisher"],
        "published": row["source_date"],
        "where_in_it": row["source_where"],
        "href": row["source_url"],
        "licence": row.values.get("licence"),
        "verified": row["verified"],
        "origin": "published",
    }


def _claims(folder: _Folder, known: dict[str, set[str]]) -> list[dict[str, object]]:
    builders: list[tuple[str, Callable[[Row], Iterable[dict[str, object]]]]] = [
        ("sightings", sighting_rows),
        ("aggregates", aggregate_rows),
        ("munitions", aggregate_rows),
        ("reported_imports", report_rows),
    ]
    made: list[dict[str, object]] = []
    first: dict[object, str] = {}
    for sheet, build in builders:
        for row in folder.sheet(sheet):
            _check_known(row, known)
            for claim in build(row):
                where = first.setdefault(claim["claim_id"], f"{row.file} line {row.line}")
                if where != f"{row.file} line {row.line}":
                    raise row.fault("id", f"{claim['claim_id']!r} stands in {where} already", "give each row its own id")
                made.append(claim | {"evidence": folder.cite(row)})
    return made


def _check_known(row: Row, known: dict[str, set[str]]) -> None:
    for column, ids in known.items():
        value = row.values.get(column)
        if value is not None and value not in ids:
            file = "places.csv" if column == "place_id" else "vessels.csv"
            raise row.fault(column, f"{value!r} does not stand in {file}", nearest(value, ids) if ids else f"add it to {file}")


def _places(folder: _Folder) -> list[dict[str, object]]:
    rows = folder.sheet("places")
    known = {row["id"] for row in rows}
    for row in rows:
        if row["parent_id"] is not None and row["parent_id"] not in known:
            raise row.fault("parent_id", f"{row['parent_id']!r} does not stand in places.csv", nearest(row["parent_id"], known))
    return [_place(folder, row) for row in rows]


def _place(folder: _Folder, row: Row) -> dict[str, object]:
    same = ("name", "kind", "parent_id", "country", "lat", "lon", "extent_m", "accuracy", "role", "verified")
    fixed = {"place_id": row["id"], "origin": "published", "evidence": folder.cite(row)}
    return fixed | {word: row[word] for word in same}


def _vessel(folder: _Folder, row: Row) -> dict[str, object]:
    check_vessel(row)
    record = ("imo", "imo_verified", "type", "flag", "built", "role", "verified", "note")
    hull = ("dwt_t", "gt", "length_m", "beam_m", "depth_m", "draught_m", "lightship_t", "tpc_t_per_cm")
    same = (*record, *hull)
    fixed = {
        "vessel_id": row["id"],
        "name": row["name"],
        "names": [row["name"], *(row["aliases"] or [])],
        "origin": "published",
        "evidence": folder.cite(row),
    }
    return fixed | {word: row[word] for word in same}


def _replaced(folder: _Folder, row: Row) -> dict[str, object]:
    where = cited(row, row["source_publisher"] or UNVERIFIED, row["source_date"])
    return replaced_claim(row, where | {"evidence": folder.cite(row)})


def _contradiction(folder: _Folder, row: Row) -> dict[str, object]:
    same = ("subject", "statement_a", "statement_b", "kind", "handling", "verified")
    fixed = {"contradiction_id": row["id"], "origin": "published", "evidence": folder.cite(row)}
    return fixed | {word: row[word] for word in same}
