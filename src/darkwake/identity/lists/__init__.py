"""Lists: what publishers list, as dated versions in one table.

To add a list, write one file here that ends in a ``ListFormat`` and add one row to ``FORMATS``. Which list a file is, is
told by its content, never by its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from darkwake.errors import InputError
from darkwake.identity.lists import eu, ofac, uk, uk_conlist, un_1718, un_consolidated
from darkwake.identity.lists.reading import ListFormat, Reading, finish
from darkwake.identity.lists.sources import Source, date_in_name, head_of, open_source

FORMATS: tuple[ListFormat, ...] = (
    un_1718.FORMAT,
    un_consolidated.FORMAT,
    ofac.FORMAT,
    ofac.EXTRACT,
    eu.FORMAT,
    uk.SHIPS,
    uk.REGIME,
    uk_conlist.FORMAT,
)
"""Every list that can be read, one row each."""


@dataclass(frozen=True)
class Recognised:
    """What a file is: the list, and the part of it (empty for the list itself)."""

    form: ListFormat
    part: str


@dataclass(frozen=True)
class Collection:
    """The lists that were read from some files, and the files that are none."""

    readings: tuple[Reading, ...]
    not_lists: tuple[tuple[Path, str], ...]


def recognise(path: Path) -> Recognised | None:
    """Which list a file is, by its first bytes; None where it is none that is known."""
    head = head_of(path).decode("utf-8", errors="replace")
    for form in FORMATS:
        if form.recognise(head):
            return Recognised(form, "")
        for part, test in form.companions.items():
            if test(head):
                return Recognised(form, part)
    return None


def read_lists(paths: Iterable[Path], *, version: str | None = None, strict: bool = True) -> Collection:
    """Read files of lists; a folder stands for the files in it.

    ``version`` dates lists that carry no date. A companion file (OFAC's ALT.CSV, ADD.CSV) joins the list of its date.
    ``strict`` refuses a file that is no list; otherwise it is named in ``not_lists``. A list that is damaged is always
    refused, for a search over what is left of it would look complete.

    Raises:
        InputError: for a file that is missing, damaged, cut short, undated, or (``strict``) not a list that is known.
    """
    known: list[tuple[Path, Recognised]] = []
    strange: list[tuple[Path, str]] = []
    for path in _files(paths):
        if found := recognise(path):
            known.append((path, found))
        elif strict:
            open_source(path)
            names = ", ".join(form.list for form in FORMATS)
            raise InputError("is not a list that is known", do=f"known by content: {names}", source=path)
        else:
            strange.append((path, "not a list that is known"))
    readings, alone = _read(known, version)
    if strict and alone:
        raise InputError("belongs to a list of the same date that was not given", do="give that too", source=alone[0])
    strange += [(path, "belongs to a list of the same date that is not here") for path in alone]
    return Collection(readings, tuple(strange))


def bundled() -> Path:
    """The UN 1718 designated vessels, which ship with Darkwake."""
    return Path(str(files("darkwake").joinpath("bundled/lists/un_1718.csv")))


def _files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
    return list(dict.fromkeys(found))


def _read(known: list[tuple[Path, Recognised]], version: str | None) -> tuple[tuple[Reading, ...], list[Path]]:
    parts = [(path, found) for path, found in known if found.part]
    readings: dict[tuple[str, str], Reading] = {}
    used: set[Path] = set()
    for path, found in known:
        if found.part:
            continue
        beside = {f.part: p for p, f in parts if f.form is found.form and date_in_name(p) == date_in_name(path)}
        used |= set(beside.values())
        reading = _one(path, found.form, beside, version)
        if readings.setdefault((reading.list, reading.version), reading) is not reading:
            what = f"is {reading.list} of {reading.version}, which another file is too"
            raise InputError(what, do="give one of them", source=path)
    return tuple(readings.values()), [path for path, _ in parts if path not in used]


def _one(path: Path, form: ListFormat, beside: dict[str, Path], version: str | None) -> Reading:
    source = open_source(path)
    companions: dict[str, Source] = {part: open_source(other) for part, other in beside.items()}
    draft = form.read(source, companions)
    return finish(form, source, draft, companions=tuple(companions.values()), given=version)
