"""What is asked of the lists: an IMO number, an MMSI, a name, or several of these for one ship."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from darkwake.errors import InputError
from darkwake.identity.imo import company_ok, parse, ship_check_digit, ship_ok
from darkwake.identity.lists.sources import decoded, open_source, records

_MMSI = re.compile(r"(?:MMSI[\s:#]*)?([0-9]{9})", re.IGNORECASE)
_IMO_WORD = re.compile(r"IMO[\s:#.\-]*[0-9][\s0-9]*", re.IGNORECASE)
COLUMNS = ("imo", "mmsi", "name")
"""Columns of a file of queries; one of them has to be there, in any letter case."""


@dataclass(frozen=True)
class Query:
    """One ship that is asked about. ``imo`` is searched for only where it passes its check digit; ``note`` says so."""

    text: str
    imo: int | None = None
    mmsi: int | None = None
    names: tuple[str, ...] = ()
    note: str = ""

    @classmethod
    def read(cls, text: str) -> Query:
        """A query from what a person typed: seven digits are an IMO number, nine an MMSI, all else is a name.

        >>> Query.read("IMO 9020534").imo, Query.read("445539000").mmsi, Query.read("SAM JONG 1").names
        (9020534, 445539000, ('SAM JONG 1',))
        >>> Query.read("8405317").note
        'IMO number 8405317 fails its check digit (840531 would end in 1) and was not searched for'
        """
        words = text.strip()
        if (imo := parse(words)) is not None:
            return cls.of(text=words, imo=imo)
        if found := _MMSI.fullmatch(words):
            return cls(words, mmsi=int(found[1]))
        if _IMO_WORD.fullmatch(words):
            return cls(words, note=f"{words} is not seven digits and was not searched for")
        return cls(words, names=(words,) if words else ())

    @classmethod
    def of(cls, *, text: str, imo: int | None = None, mmsi: int | None = None, names: tuple[str, ...] = ()) -> Query:
        """A query from what is known of one ship; a number that fails its check digit is noted and left out."""
        if imo is None or ship_ok(imo):
            return cls(text, imo, mmsi, names)
        return cls(text, None, mmsi, names, _failure(imo))


def _failure(imo: int) -> str:
    if not 1_000_000 <= imo <= 9_999_999:
        return f"IMO number {imo} is not seven digits and was not searched for"
    first = imo // 10
    company = "; it could be a company's number" if company_ok(imo) else ""
    right = ship_check_digit(first)
    return f"IMO number {imo} fails its check digit ({first} would end in {right}) and was not searched for{company}"


def read_queries(path: Path) -> list[Query]:
    """The queries of a file: a CSV with a column imo, mmsi or name (or several of them), else one query a line.

    Raises:
        InputError: for a file that is not text, or that holds no query.
    """
    text = decoded(open_source(path).data, path)
    header = [cell.strip().lower() for cell in text.partition("\n")[0].split(",")]
    if set(header) & set(COLUMNS):
        queries = _from_table(text, path)
    elif path.suffix.lower() == ".csv" and len(header) > 1:
        do = f"the first line has {', '.join(header)}"
        raise InputError("no column imo, mmsi or name", do=do, source=path, place="line 1")
    else:
        queries = [Query.read(line) for line in text.splitlines() if line.strip()]
    if not queries:
        raise InputError("holds no query", do="write one IMO number, MMSI or name a line", source=path)
    return queries


def _from_table(text: str, path: Path) -> list[Query]:
    (_, header), *rows = records(text, path)
    at = {word.strip().lower(): index for index, word in enumerate(header)}
    queries = []
    for line, cells in rows:
        said = {word: cells[at[word]].strip() if word in at and at[word] < len(cells) else "" for word in COLUMNS}
        if any(said.values()):
            queries.append(_from_row(said, path, line))
    return queries


def _from_row(said: dict[str, str], path: Path, line: int) -> Query:
    for word, number in (("imo", parse(said["imo"])), ("mmsi", _MMSI.fullmatch(said["mmsi"]))):
        if said[word] and number is None:
            do = "mend the cell or leave it empty"
            raise InputError(f"{said[word]!r} is no {word.upper()}", do=do, source=path, place=f"line {line}")
    return Query.of(
        text=" ".join(filter(None, said.values())),
        imo=parse(said["imo"]),
        mmsi=int(found[1]) if (found := _MMSI.fullmatch(said["mmsi"])) else None,
        names=(said["name"],) if said["name"] else (),
    )
