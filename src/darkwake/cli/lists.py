"""``darkwake lists``: versions of sanctions lists, taken into a store and compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.parquet as pq
import typer

from darkwake.cli.output import emit, note
from darkwake.errors import UsageError
from darkwake.identity import read_lists
from darkwake.identity.lists.reading import Reading
from darkwake.identity.versions import Difference, difference, version_before
from darkwake.store import Append, PartFile, Store

app = typer.Typer(help="Versions of sanctions lists: take them in, compare them.", add_completion=False, rich_markup_mode=None)

_SHOWN = 20
"""Entries of each sort that are printed for a person; ``--json`` has all."""


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of lists, or folders of them.")],
    store: Annotated[Path, typer.Option("--store", metavar="DIR", help="Store to take them into.")],
    version: Annotated[
        str | None, typer.Option("--version", metavar="DATE", help="Date of the list, where it carries none itself.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Take versions of lists into a store, and say what changed against the version before.

    Which list a file is, is told by its content. OFAC's ALT.CSV and ADD.CSV are given together with SDN.CSV.

    Example: darkwake lists import ofac_sdn_2019-01.csv.gz ofac_alt_2019-01.csv.gz --store watch/
    """
    if version and not _is_day(version):
        raise UsageError(f"{version!r} is not a day", do="write it like 2024-03-31", source="--version")
    readings = read_lists(files, version=version).readings
    with Store.open(store, write=True, create=True) as held:
        if "" in held.parts("listings"):
            do = "add the files to sources.lists in its case.toml"
            raise UsageError("this store belongs to a case, whose next run would drop them", do=do, source=store)
        known = held.arrow("listings")
        found = []
        for reading in readings:
            found.append(difference(version_before(known, reading.list, reading.version), reading.listings))
            known = pa.concat_tables([known, reading.listings])
        held.commit([change for reading in readings for change in _appends(held, reading)])
    _answer(found, readings, as_json=as_json)


@app.command("diff")
def diff(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="A version of a list: a file, or a folder of its parts.")],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="Another version of the same list.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Compare two versions of a list: entries added, removed and changed.

    Example: darkwake lists diff un_1718_2018-03-30.csv un_1718_2018-10-16.csv
    """
    old, new = (read_lists([path]).readings for path in (before, after))
    for path, readings in ((before, old), (after, new)):
        if len(readings) != 1:
            raise UsageError(f"holds {len(readings)} lists", do="give one version of one list", source=path)
    _answer([difference(old[0].listings, new[0].listings)], [*old, *new], as_json=as_json)


def _is_day(text: str) -> bool:
    """Whether a text is a day, ISO 8601."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _appends(store: Store, reading: Reading) -> list[Append]:
    part = f"{reading.list}/{reading.version}"
    tables = {"listings": reading.listings, "evidence": reading.evidence, "quarantine": reading.quarantine}
    changes = []
    for name, rows in tables.items():
        path = store.staging() / f"{name}.parquet"
        pq.write_table(rows, path, compression="zstd")
        changes.append(Append(table=name, part=part, files=[PartFile(path)]))
    return changes


def _answer(found: Sequence[Difference], readings: Sequence[Reading], *, as_json: bool) -> None:
    for reading in readings:
        for warning in reading.warnings:
            note(f"warning: {reading.list}: {warning}")
    set_aside = sum(reading.quarantine.num_rows for reading in readings)
    result: dict[str, Any] = {
        "entries": sum(one.entries for one in found),
        "added": sum(len(one.added) for one in found),
        "removed": sum(len(one.removed) for one in found),
        "changed": sum(len(one.changed) for one in found),
        "set_aside": set_aside,
        "lists": [one.as_dict() for one in found],
    }
    emit(result, as_json=as_json, text=lambda: "\n\n".join([*map(_words, found), f"{set_aside} rows set aside"]))


def _words(one: Difference) -> str:
    against = f"against {one.before}" if one.before else "no version before it"
    lines = [f"{one.list} {one.version}: {one.entries} entries, {against}"]
    if one.before is None:
        return lines[0]
    for word, entries in (("added", one.added), ("removed", one.removed), ("changed", one.changed)):
        lines.append(f"  {word}: {len(entries)}")
        for entry in entries[:_SHOWN]:
            columns = f" ({', '.join(entry.columns)})" if entry.columns else ""
            lines.append(f"    {entry.entry_id}  {entry.name}{columns}")
        lines += [f"    and {len(entries) - _SHOWN} more"] if len(entries) > _SHOWN else []
    return "\n".join(lines)
