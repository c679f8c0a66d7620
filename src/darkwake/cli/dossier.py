"""``darkwake dossier``: the page of a case, made again from its tables."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from darkwake.case import Case
from darkwake.cli.output import emit
from darkwake.custody import root_hash
from darkwake.dossier import TABLES_READ, Header, dossier
from darkwake.errors import InputError, UsageError
from darkwake.ledger import LinkRule, finding, ledger_state
from darkwake.outputs import write_text
from darkwake.schema import TABLES
from darkwake.store import Store

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
        page = page_of(case, {name: store.arrow(name) for name in TABLES_READ})
    emit({"path": write_text(page, out)}, as_json=as_json, text=f"dossier {out}")


def page_of(case: Case, tables: Mapping[str, pa.Table]) -> str:
    """The page of a case from its tables; it names no folder of this machine, so that it is the same everywhere.

    Args:
        case: the case.
        tables: the tables that ``darkwake.dossier.TABLES_READ`` names; any may be missing.
    """
    whole = {name: TABLES[name].empty() for name in TABLES_READ} | dict(tables)
    states = ledger_state(whole, None, LinkRule(**case.parameters.get("linking", {})))
    first = states[0] if states else None
    header = Header(
        title=case.about.title,
        question=case.about.question,
        period=case.about.period,
        finding=finding(states),
        seed=case.about.seed,
        root_hash=root_hash(whole["evidence"].to_pylist()),
        version=version("darkwake"),
        rebuild="darkwake run CASE",
        cap_id=first.cap.cap_id if first else None,
        mode=first.headline.mode if first and first.headline else None,
        basis=(first.basis,) if first and first.basis else (),
        left_out=first.left_out if first else (),
    )
    return dossier(whole, header)
