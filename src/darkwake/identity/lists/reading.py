"""What it takes to be a list: a format says how to tell it and how to read it, and every row is accounted for.

A list is one file in this folder that ends in a :class:`ListFormat`, and one row in ``FORMATS``. Its reader gets a
:class:`Source` and returns a :class:`Draft`; dates, counts, ids, the table and the accounts are made here.

Rows in + entries that share a row = entries + rows that joined another row's entry + rows set aside with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from darkwake.errors import InputError, nearest
from darkwake.identity.imo import parse, ship_ok
from darkwake.identity.lists.sources import Source, date_in_name, iso_date, records
from darkwake.schema import Evidence, Listings, Quarantine

RAW_CHARACTERS = 500
"""Longest piece of a row that quarantine keeps (schema.Quarantine)."""


@dataclass(frozen=True)
class Entry:
    """One entry of a list, in the list's own words."""

    entry_id: str
    kind: str
    names: tuple[str, ...]
    line: int
    text: str
    measures: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    imo: int | None = None
    mmsi: int | None = None
    listed_on: str | None = None
    flag: str | None = None
    dwt_t: float | None = None


@dataclass(frozen=True)
class SetAside:
    """A row that could not be used, and why."""

    line: int
    reason: str
    raw: str
    source_id: str = ""


@dataclass
class Draft:
    """What a reader found in a file (and in the files that belong to it).

    ``joined`` rows added to the entry of another row; ``shared`` entries came from a row that holds another entry too.
    """

    rows: int
    entries: list[Entry]
    joined: int = 0
    shared: int = 0
    set_aside: list[SetAside] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stated_version: str | None = None
    derived_version: str | None = None


@dataclass(frozen=True)
class ListFormat:
    """A list: what it is, how to tell it from others by its first bytes, how to read it, how much to expect.

    ``least`` entries have to be there, else the file is cut or its layout changed; more than ``most`` gets a warning that
    the number is out of date. ``companions`` are files that belong to the list and mean nothing alone.
    """

    list: str
    title: str
    publisher: str
    licence: str
    recognise: Callable[[str], bool]
    read: Callable[[Source, Mapping[str, Source]], Draft]
    least: int
    most: int
    companions: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """One version of one list, read: tables of ``schema.py``, and the account of the rows."""

    list: str
    version: str
    title: str
    listings: pa.Table
    evidence: pa.Table
    quarantine: pa.Table
    rows: int
    joined: int
    shared: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One record of a CSV file by column name."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell without surrounding blanks; empty where the file has no such column."""
        return self.cells.get(column, "").strip()


@dataclass(frozen=True)
class Sheet:
    """The records of a CSV file, with what was odd about them."""

    rows: list[Row]
    set_aside: list[SetAside]
    warnings: list[str]

    def __len__(self) -> int:
        """How many records there were, those set aside included."""
        return len(self.rows) + len(self.set_aside)


def sheet(source: Source, columns: Sequence[str], *, optional: Sequence[str] = (), header: bool = True, skip: int = 0) -> Sheet:
    """The records of a CSV file whose columns are known.

    Without ``header`` the columns come in the order given. ``skip`` records stand before the header.

    Raises:
        InputError: where a column is missing, naming it; a column that is not known is warned of.
    """
    lines = list(records(source.text, source.path))[skip:]
    named = list(columns) if not header else [cell.strip() for cell in lines[0][1]] if lines else []
    place = f"line {lines[0][0]}" if lines else "line 1"
    for column in columns:
        if column not in named:
            do = f"the header has {', '.join(named) or 'nothing'}; fetch the list as published"
            raise InputError(f"no column {column}", do=do, source=source.path, place=place)
    unknown = [word for word in named if word not in columns and word not in optional]
    warnings = [f"{source.path.name}: column {word!r} is not known and was not read" for word in unknown]
    good, odd = [], []
    for line, cells in lines[1:] if header else lines:
        if len(cells) == len(named):
            good.append(Row(line, dict(zip(named, cells, strict=True))))
        else:
            odd.append(set_aside(source, line, f"it has {len(cells)} cells where {len(named)} are expected", ",".join(cells)))
    return Sheet(good, odd, warnings)


def set_aside(source: Source, line: int, reason: str, raw: str) -> SetAside:
    """A row set aside, its text cut to what quarantine keeps."""
    return SetAside(line, reason, raw[:RAW_CHARACTERS], source.id)


def own_text(cells: Mapping[str, str]) -> str:
    """An entry's own text: each cell that is not empty, after its column's name.

    >>> own_text({"name": "SAM JONG 1", "aliases": "", "imo": "8405311"})
    'name: SAM JONG 1; imo: 8405311'
    """
    return "; ".join(f"{column}: {' '.join(cell.split())}" for column, cell in cells.items() if cell.strip())


def day_in(row: Row, column: str, warnings: list[str]) -> str | None:
    """The date in a cell; what is there but is no date is warned of, and stays in the entry's text."""
    day = iso_date(row[column])
    if row[column] and day is None:
        warnings.append(f"line {row.line}: {column} {row[column]!r} is no date and was left out")
    return day


def imo_in(row: Row, column: str, warnings: list[str]) -> int | None:
    """The IMO number in a cell; what is there but is none is warned of, and stays in the entry's text."""
    imo = parse(row[column])
    if row[column] and imo is None:
        warnings.append(f"line {row.line}: {column} {row[column]!r} is no IMO number and was left out")
    return imo


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names without blanks around them, without repetition, in order."""
    return tuple(dict.fromkeys(tidy for name in names if (tidy := " ".join(name.split()))))


def has_columns(head: str, columns: Sequence[str], *, line: int = 0) -> bool:
    """Whether a line of the head is a header with more than half of these columns: a list that lost one is still told."""
    lines = head.lstrip("\ufeff").splitlines()
    named = {cell.strip().strip('"') for cell in lines[line].split(",")} if len(lines) > line else set()
    return 2 * len(named & set(columns)) > len(columns)


def finish(form: ListFormat, source: Source, draft: Draft, *, companions: Sequence[Source] = (), given: str | None) -> Reading:
    """Date, count and table a draft.

    Raises:
        InputError: where no date of the list is known, two disagree, or fewer entries than expected are there.
    """
    version = _version(source, draft, given)
    _check_count(form, source, draft)
    entries, unusable = _usable(source, draft.entries)
    aside = [*draft.set_aside, *unusable]
    account = f"{draft.rows} rows: {len(entries)} entries, {draft.joined} joined to them, {len(aside)} set aside"
    return Reading(
        list=form.list,
        version=version,
        title=form.title,
        listings=Listings.rows([_listing(form.list, version, source.id, entry) for entry in entries]),
        evidence=Evidence.rows([_evidence(form, version, file, account) for file in (source, *companions)]),
        quarantine=Quarantine.rows(
            [{"source_id": s.source_id or source.id, "line": s.line, "reason": s.reason, "raw": s.raw} for s in aside]
        ),
        rows=draft.rows,
        joined=draft.joined,
        shared=draft.shared,
        warnings=(*draft.warnings, *_surplus(form, source, draft), *_ill_formed(entries)),
    )


def _version(source: Source, draft: Draft, given: str | None) -> str:
    if draft.stated_version and given and draft.stated_version != given:
        do = "leave --version out"
        raise InputError(f"says it is of {draft.stated_version}, not {given}", do=do, source=source.path)
    version = draft.stated_version or given or date_in_name(source.path) or draft.derived_version
    if version is None:
        do = f"name it like {source.path.stem}_2026-01-31{source.path.suffix}, or give --version"
        raise InputError("neither its content nor its name carries the date of the list", do=do, source=source.path)
    return version


def _check_count(form: ListFormat, source: Source, draft: Draft) -> None:
    if len(draft.entries) < form.least:
        what = f"{len(draft.entries)} entries where {form.list} has at least {form.least}"
        raise InputError(what, do="the file is cut or its layout has changed: fetch the whole list", source=source.path)


def _surplus(form: ListFormat, source: Source, draft: Draft) -> list[str]:
    if len(draft.entries) <= form.most:
        return []
    return [f"{source.path.name}: {len(draft.entries)} entries where at most {form.most} were expected"]


def _ill_formed(entries: list[Entry]) -> list[str]:
    return [
        f"line {entry.line}: the IMO number {entry.imo} of {entry.names[0]} fails its check digit and is not searched for"
        for entry in entries
        if entry.imo is not None and not ship_ok(entry.imo)
    ]


def _usable(source: Source, entries: list[Entry]) -> tuple[list[Entry], list[SetAside]]:
    first: dict[str, Entry] = {}
    unusable = []
    for entry in entries:
        if not entry.names:
            unusable.append(set_aside(source, entry.line, "it has no name", entry.text))
        elif first.setdefault(entry.entry_id, entry) is not entry:
            unusable.append(set_aside(source, entry.line, "its entry id stands on an earlier line", entry.text))
    return list(first.values()), unusable


def _listing(list_: str, version: str, source_id: str, entry: Entry) -> dict[str, object]:
    return {
        "list": list_,
        "version": version,
        "entry_id": entry.entry_id,
        "kind": entry.kind,
        "imo": entry.imo,
        "imo_ok": None if entry.imo is None else ship_ok(entry.imo),
        "mmsi": entry.mmsi,
        "name": entry.names[0],
        "names": list(entry.names),
        "measures": list(entry.measures),
        "programmes": list(entry.programmes),
        "listed_on": entry.listed_on,
        "flag": entry.flag,
        "dwt_t": entry.dwt_t,
        "text": entry.text,
        "source_id": source_id,
        "line": entry.line,
        "origin": "published",
    }


def _evidence(form: ListFormat, version: str, source: Source, account: str) -> dict[str, object]:
    return {
        "evidence_id": source.id,
        "kind": "list",
        "title": f"{form.title} ({source.path.name})",
        "publisher": form.publisher,
        "published": version,
        "where_in_it": account,
        "href": source.path.name,
        "sha256": source.sha256,
        "bytes": source.size,
        "licence": form.licence,
        "origin": "published",
    }


def unknown_word(word: str, known: Mapping[str, object], source: Source, line: int) -> str:
    """A warning for a word that the list has not used before: kept as printed, and said."""
    return f"{source.path.name}:line {line}: {word!r} is not known and was kept as printed; {nearest(word, known)}"
