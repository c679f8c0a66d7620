"""``darkwake dossier``: the page of a case, made again from its tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from darkwake.case import Case
from darkwake.cli.output import emit
from darkwake.errors import InputError, UsageError
from darkwake.store import Store
from darkwake.work import BULK, cap_states, write_dossier

ENDINGS = {".html", ".htm"}


def command(
    folder: Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE.html", help="Where the page goes.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write the dossier of a case: one HTML file, complete in itself, the same bytes from the same tables.

    Example: darkwake dossier my-case --out my-case.html
    """
    if out.suffix.lower() not in ENDINGS:
        raise UsageError(
            f"the dossier is a page, not {out.suffix or 'a file without an ending'}", do="name it .html", source=out
        )
    case = Case.read(folder)
    if not case.store.is_dir():
        raise InputError("has not been run yet", do=f"run: darkwake run {folder}", source=folder)
    with Store.open(case.store) as store:
        tables = {name: store.arrow(name) for name in store.names() if name not in BULK}
    path = write_dossier(case, tables, cap_states(case, tables), out)
    emit({"path": path}, as_json=as_json, text=f"dossier {path}")
