"""``darkwake export``: the tables of a case for other programs."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from darkwake.case import Case
from darkwake.cli.output import emit
from darkwake.errors import InputError, UsageError, nearest
from darkwake.outputs import write_table
from darkwake.schema import TABLES
from darkwake.store import Store

FORMATS = ("csv", "parquet", "geojson", "gpkg")
LOCATED = {"geojson", "gpkg"}
"""Formats for tables whose rows have a latitude and a longitude; other tables are left out of them."""


def command(
    folder: Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="A new folder, one file a table.")],
    format_: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help="Format of the files.")] = "csv",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write every table of a case into a new folder; the folder appears whole or not at all.

    Example: darkwake export my-case --out tables --format parquet
    """
    if format_ not in FORMATS:
        raise UsageError(f"no format {format_!r}", do=nearest(format_, FORMATS))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError("is there already", do="name a new folder", source=out)
    case = Case.read(folder)
    if not case.store.is_dir():
        raise InputError("has not been run yet", do=f"run: darkwake run {folder}", source=folder)
    with Store.open(case.store) as store:
        rows = _written(store, out, format_)
    emit({"path": out, "rows": rows}, as_json=as_json, text=lambda: f"{len(rows)} tables, {sum(rows.values()):,} rows in {out}")


def _written(store: Store, out: Path, format_: str) -> dict[str, int]:
    """Write the tables beside the folder, then move them there in one step."""
    if not out.parent.is_dir():
        raise UsageError(f"the folder {out.parent} does not exist", do="make it first", source=out)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    rows = {}
    try:
        for name in store.names():
            if name in TABLES and (format_ not in LOCATED or {"lat", "lon"} <= TABLES[name].columns.keys()):
                table = store.arrow(name)
                write_table(table, made / f"{name}.{format_}")
                rows[name] = table.num_rows
        made.chmod(0o755)
        if out.exists():
            out.rmdir()
        made.replace(out)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return rows
