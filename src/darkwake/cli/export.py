"""``darkwake export``: the tables of a case for other programs, or one workbook for a spreadsheet program.

The ending of ``--out`` decides: a file that ends in .xlsx is a workbook, anything else a folder with one file a table.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from darkwake.case import Case
from darkwake.cli.output import emit
from darkwake.dossier import write_spreadsheet
from darkwake.errors import InputError, UsageError, nearest
from darkwake.outputs import write_table
from darkwake.schema import TABLES
from darkwake.store import Store
from darkwake.work import BULK, cap_states, header

FORMATS = ("csv", "parquet", "geojson", "gpkg")
WORKBOOK = ".xlsx"
LOCATED = {"geojson", "gpkg"}
"""Formats for tables whose rows have a latitude and a longitude; other tables are left out of them."""


def command(
    folder: Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR|FILE.xlsx", help="A new folder, one file a table; or one workbook.")
    ],
    format_: Annotated[
        str | None,
        typer.Option("--format", metavar="|".join(FORMATS), help="Format of the files in a folder; csv if not said."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write every table of a case into a new folder, or the ledger, visits, causes and sources as one workbook.

    The folder or the file appears whole or not at all.

    Example: darkwake export my-case --out my-case.xlsx

    Example: darkwake export my-case --out tables --format parquet
    """
    workbook = out.suffix.lower() == WORKBOOK
    _check(out, format_, workbook=workbook)
    case = Case.read(folder)
    if not case.store.is_dir():
        raise InputError("has not been run yet", do=f"run: darkwake run {folder}", source=folder)
    with Store.open(case.store) as store:
        rows = _workbook(case, store, out) if workbook else _written(store, out, format_ or FORMATS[0])
    kind = "sheets" if workbook else "tables"
    emit({"path": out, "rows": rows}, as_json=as_json, text=lambda: f"{len(rows)} {kind}, {sum(rows.values()):,} rows in {out}")


def _check(out: Path, format_: str | None, *, workbook: bool) -> None:
    """What is asked for can be written, before anything is read."""
    if format_ is not None and format_ not in FORMATS:
        raise UsageError(f"no format {format_!r}", do=nearest(format_, FORMATS))
    if workbook and format_ is not None:
        raise UsageError("a workbook takes no --format", do="name a folder for one file a table", source=out)
    if not workbook and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError("is there already", do="name a new folder", source=out)


def _workbook(case: Case, store: Store, out: Path) -> dict[str, int]:
    tables = {name: store.arrow(name) for name in store.names() if name not in BULK}
    return write_spreadsheet(tables, header(case, tables, cap_states(case, tables)), out)


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
