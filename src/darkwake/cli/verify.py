"""``darkwake verify``: has the evidence of a case changed?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from darkwake.case import Case
from darkwake.cli.output import emit
from darkwake.custody import LOG, Verified, root_hash, verify
from darkwake.errors import InputError
from darkwake.ids import file_sha256
from darkwake.imagery import content_sha256
from darkwake.store import Store


def command(
    folder: Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Hash all stored evidence again and say what changed; check the chain of the custody log.

    Exit code 0 when nothing changed, else 2.

    Example: darkwake verify my-case
    """
    case = Case.read(folder)
    with Store.open(case.store) as store:
        evidence = store.arrow("evidence").to_pylist()
    found = verify(evidence, case.folder, case.folder / LOG, _hash_of)
    result = {
        "checked": found.checked,
        "changed": found.changed,
        "missing": found.missing,
        "cited_only": found.not_stored,
        "log_lines": found.log_lines,
        "not_logged": found.not_logged,
        "root_hash": root_hash(evidence),
    }
    emit(result, as_json=as_json, text=lambda: _words(found, result["root_hash"]))
    if found.changed or found.missing:
        names = ", ".join((*found.changed, *found.missing))
        raise InputError(f"the evidence is not what was taken in: {names}", do="restore the files", source=folder)
    if found.not_logged:
        what, do = (
            f"says nothing of {', '.join(found.not_logged)}",
            f"restore the log, or take it in with: darkwake run {folder}",
        )
        raise InputError(what, do=do, source=case.folder / LOG)


def _words(found: Verified, root: object) -> str:
    lines = [
        f"{found.checked} files hashed again, {len(found.changed)} changed, {len(found.missing)} missing",
        f"{found.not_stored} publications are cited, not stored",
        f"custody log: {found.log_lines} lines, chain unbroken",
        f"root hash {root}",
    ]
    return "\n".join(lines)


def _hash_of(path: Path) -> str:
    """The hash of a file, or of a product that is a folder; nothing where the folder is no product any more."""
    if path.is_file():
        return file_sha256(path)
    try:
        return content_sha256(path)
    except InputError:
        return ""
