"""Run a command line and hold what it tells against the promise: one line, exit code 2, nothing half-written."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from darkwake.cli.app import call
from darkwake.store import Store

COMMAND = [sys.executable, "-c", "from darkwake.cli.app import main; main()"]
"""The command as a process of its own."""


def done(*words: object) -> None:
    """Run a command line that has to succeed."""
    code = call([str(word) for word in words])
    assert code == 0, f"{words} ended with {code}"


def answer(capfd: pytest.CaptureFixture[str], *words: object) -> Any:
    """What a command line that has to succeed says as JSON."""
    capfd.readouterr()
    done(*words, "--json")
    return json.loads(capfd.readouterr().out)


def tree(folder: Path) -> dict[str, str]:
    """Every file and folder below a folder, with the hash of its bytes; the empty lock file says nothing."""
    paths = [path for path in sorted(folder.rglob("*")) if path.name != ".lock"]
    return {path.relative_to(folder).as_posix(): _mark(path) for path in paths}


def _mark(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"


def told(err: str) -> str:
    """The one line of an error, told after nothing but the names of stages."""
    lines = [line for line in err.splitlines() if not line.startswith("stage ")]
    assert len(lines) == 1, err
    assert lines[0].startswith("error: "), err
    assert "; " in lines[0], f"no remedy: {err}"
    return lines[0]


def refused(capfd: pytest.CaptureFixture[str], work: Path, *words: object) -> str:
    """Run a command line that has to be refused: exit code 2, one line, nothing changed below ``work``. Gives the line."""
    before = tree(work)
    capfd.readouterr()
    code = call([str(word) for word in words])
    err = capfd.readouterr().err
    assert code == 2, err
    line = told(err)
    assert tree(work) == before
    return line


def tables(store: Path) -> dict[str, Any]:
    """Every table of a store."""
    with Store.open(store) as held:
        return {name: held.arrow(name) for name in held.names()}


def same(case: Path, other: Path) -> None:
    """Two cases hold equal tables and the same bytes of the dossier."""
    assert tables(case / "store") == tables(other / "store")
    dossiers = [(folder / "out" / "dossier.html").read_bytes() for folder in (case, other)]
    assert dossiers[0] == dossiers[1]
