"""``darkwake screen``: which listings speak of a ship."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from darkwake.cli.output import emit, note
from darkwake.errors import InputError, UsageError
from darkwake.identity import Hit, Query, Screened, bundled, read_lists, read_queries, screen
from darkwake.identity.lists import Collection
from darkwake.identity.screening import together

_FILE_ENDINGS = (".csv", ".txt", ".gz")
_LINE_CHARACTERS = 600
"""Longest piece of a listing's line that is printed for a person; ``--json`` has it whole."""


def command(
    queries: Annotated[list[str], typer.Argument(metavar="QUERY or FILE", help="IMO number, MMSI, name, or a file of them.")],
    lists: Annotated[
        Path | None, typer.Option("--lists", metavar="DIR", help="Folder of lists; without it the bundled UN 1718 list.")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="What was listed on this day (2024-03-31).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Search sanctions lists for ships, by IMO number, MMSI or exact name.

    A file holds one query a line, or is a CSV with a column imo, mmsi or name. No hit is no proof: the answer names the
    lists and versions that were searched.

    Example: darkwake screen 9020534 "SAM JONG 1" --lists lists/ --on 2018-06-30
    """
    day = _day(on)
    asked = _asked(queries)
    collection = _collection(lists)
    for path, why in collection.not_lists:
        note(f"not searched: {path.name}: {why}")
    for reading in collection.readings:
        for warning in reading.warnings:
            note(f"warning: {reading.list}: {warning}")
    answer = screen(asked, together(collection.readings), on=day)
    result = answer.as_dict() | {"on": day, "not_lists": [path.name for path, _ in collection.not_lists]}
    emit(result, as_json=as_json, text=lambda: _words(answer, day))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise UsageError(f"{text!r} is not a day", do="write it like 2024-03-31", source="--on") from fault


def _asked(texts: list[str]) -> list[Query]:
    asked = []
    for text in texts:
        if not text.strip():
            raise UsageError("an empty query", do="give an IMO number, an MMSI, a name or a file of them")
        if _is_file(text):
            asked += read_queries(Path(text))
        elif Path(text).suffix.lower() in _FILE_ENDINGS:
            raise InputError("is not a file", do="check the path; a name without such an ending is searched for", source=text)
        else:
            asked.append(Query.read(text))
    return asked


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # longer than a file's name can be
        return False


def _collection(lists: Path | None) -> Collection:
    if lists is None or lists.is_file():
        return read_lists([lists or bundled()])
    if not lists.is_dir():
        raise UsageError("is not a folder", do="give the folder in which the lists lie", source=lists)
    collection = read_lists([lists], strict=False)
    if not collection.readings:
        raise InputError("holds no list that is known", do="give the folder in which the lists lie", source=lists)
    return collection


def _words(answer: Screened, day: date | None) -> str:
    parts = [_hit_words(hit) for hit in answer.hits]
    if not answer.hits:
        parts.append("No listing found. That proves nothing beyond the lists named below.")
    if answer.not_hits:
        parts.append("The same name or MMSI, but another ship:")
        parts += [_hit_words(hit) for hit in answer.not_hits]
    when = f" as of {day}" if day else ""
    searched = [f"  {s.list}, version {s.version}: {s.entries} entries, {s.vessels} vessels" for s in answer.searched]
    parts.append("\n".join([f"Searched{when}:", *searched]))
    if answer.notes:
        parts.append("\n".join(["Mind:", *(f"  {words}" for words in answer.notes)]))
    parts.append("A listing is information, not proof; names are compared exactly, not by likeness.")
    return "\n\n".join(parts)


def _hit_words(hit: Hit) -> str:
    imo = f"IMO {hit.imo}" if hit.imo else "no IMO number"
    lines = [
        f"{hit.query}: {hit.vessel} ({hit.kind}, {imo}), score {hit.score}",
        f"  {hit.list}, version {hit.version}, line {hit.line}, listed on {hit.listed_on or 'a date that it does not give'}",
        f"  measures: {'; '.join(hit.measures) or 'not stated by the list'}",
        f"  because: {'; '.join(hit.reasons)}",
    ]
    line = textwrap.shorten(hit.text, _LINE_CHARACTERS, placeholder=" ...")
    lines += textwrap.wrap(line, 118, initial_indent="  line: ", subsequent_indent="    ")
    return "\n".join(_printable(line) for line in lines)


def _printable(text: str) -> str:
    """Text from a list without characters that would steer a terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)
