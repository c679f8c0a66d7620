"""Evidence that has not changed: a chained log of what was taken in, and a manifest whose root stands on the dossier.

``custody.jsonl`` is append-only: each line holds the hash of the line before, so that a line cannot be altered, taken out
or put in without all later hashes changing (a reader who kept one root hash sees it). The manifest's root is one hash
over the sorted list of evidence; it is the same on every machine that holds the same files. Nothing here reads a clock:
the caller says when.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from darkwake.errors import StoreDamaged
from darkwake.ids import file_sha256

START = "0" * 64
LOG = "custody.jsonl"


@dataclass(frozen=True)
class Verified:
    """What re-hashing the evidence showed."""

    checked: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    not_stored: int
    log_lines: int
    not_logged: tuple[str, ...] = ()
    """Stored evidence of which the log says nothing: the log was cut or taken away, or a run ended before it wrote it."""


def line_hash(before: str, entry: Mapping[str, Any]) -> str:
    """The hash of a log line: of the hash before it and its entry in canonical JSON.

    >>> line_hash(START, {"a": 1}) == line_hash(START, {"a": 1}) != line_hash("1" * 64, {"a": 1})
    True
    """
    text = before + json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_log(path: Path) -> list[dict[str, Any]]:
    """The entries of a custody log, in order.

    A last line without its line end was cut off by a crash while it was appended: it is left out, and the next append
    writes over it.

    Raises:
        StoreDamaged: a line whose hash does not follow from the line before.
    """
    if not path.is_file():
        return []
    entries: list[dict[str, Any]] = []
    before = START
    for number, text in enumerate(_text(path).split("\n")[:-1], 1):
        try:
            line = json.loads(text)
            entry, said = line["entry"], line["hash"]
        except (ValueError, KeyError, TypeError) as fault:
            raise StoreDamaged("not a custody line", do="restore the log from a copy", source=path, place=number) from fault
        before = line_hash(before, entry)
        if said != before:
            raise StoreDamaged("the chain of hashes is broken", do="restore the log from a copy", source=path, place=number)
        entries.append(entry)
    return entries


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        place = f"byte {fault.start}"
        raise StoreDamaged("not a custody log", do="restore the log from a copy", source=path, place=place) from fault


def append_log(path: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Append entries, each chained to the one before."""
    before = START
    for old in read_log(path):
        before = line_hash(before, old)
    whole = _text(path) if path.is_file() else ""
    keep = whole[: whole.rfind("\n") + 1]
    lines = []
    for entry in entries:
        before = line_hash(before, entry)
        lines.append(json.dumps({"entry": entry, "hash": before}, ensure_ascii=False, sort_keys=True) + "\n")
    if keep != whole:
        path.write_text(keep, encoding="utf-8")
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(lines)


def root_hash(evidence: Iterable[Mapping[str, Any]]) -> str:
    """One hash over all evidence: id and SHA-256 (or what was cited, for a publication that is not stored)."""
    lines = sorted(f"{row['evidence_id']} {row['sha256'] or row['href'] or row['title']}" for row in evidence)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


BUNDLED = "bundled:"
"""Start of an ``href`` that names a file of the package itself."""
_PACKAGE = Path(__file__).parent / "bundled"


def portable_href(path: Path, root: Path) -> str:
    """How evidence names a file: relative to the case's folder or to the package where it lies there, else in full.

    >>> portable_href(Path("case/facts/a.csv"), Path("case"))
    'facts/a.csv'
    """
    whole = path.resolve()
    if whole.is_relative_to(root.resolve()):
        return whole.relative_to(root.resolve()).as_posix()
    if whole.is_relative_to(_PACKAGE):
        return BUNDLED + whole.relative_to(_PACKAGE).as_posix()
    return whole.as_posix()


def locate(href: str, root: Path) -> Path:
    """The file that :func:`portable_href` named."""
    return _PACKAGE / href.removeprefix(BUNDLED) if href.startswith(BUNDLED) else root / href


def verify(
    evidence: Iterable[Mapping[str, Any]], folder: Path, log: Path, hash_of: Callable[[Path], str] = file_sha256
) -> Verified:
    """Hash every stored file of the evidence again and say what changed or is missing.

    ``href`` of each row is what :func:`portable_href` gave for the case's folder; ``hash_of`` is how products that are folders
    are hashed too.
    """
    changed, missing, not_logged = [], [], []
    entries = read_log(log)
    logged = {(entry.get("evidence_id"), entry.get("sha256")) for entry in entries}
    checked = not_stored = 0
    for row in evidence:
        if not row["sha256"]:
            not_stored += 1
            continue
        checked += 1
        path = locate(str(row["href"]), folder)
        if not path.exists():
            missing.append(str(row["href"]))
        elif hash_of(path) != row["sha256"]:
            changed.append(str(row["href"]))
        if (row["evidence_id"], row["sha256"]) not in logged:
            not_logged.append(str(row["href"]))
    return Verified(checked, tuple(changed), tuple(missing), not_stored, len(entries), tuple(not_logged))
