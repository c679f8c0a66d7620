"""Strict reading of a small table in CSV: every fault names the file, the line, the column and what to do.

This is for tables that a person keeps by hand and that a case stands on, a few thousand rows at most. It is not for bulk
data and it mends nothing: a row that cannot be read stops the reading, for a fact that was dropped in silence is a hole
in a finding. Text stays text, whatever it looks like: formulas and markup are made harmless where they are written out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from darkwake.errors import InputError, nearest
from darkwake.goods import goods_named

MOST_BYTES = 16 << 20
"""Largest table that is read, assumed, because a table kept by hand is a thousand times smaller."""

MOST_CHARACTERS = 20_000
"""Longest cell that is read, assumed, because a restated fact fits into a few sentences."""

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years that a day may lie in, assumed, because a fact outside of them is a slip of the pen, and a calendar ends in 9999."""

_PARTIAL_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True)
class Field:
    """A column of a sheet: how its text is read, whether it may be empty, and whether the header may lack it."""

    read: Callable[[str], Any]
    must: bool = False
    optional: bool = False
    if_empty: str = "fill it in, or take the row out"
    """What to do where a value must stand and none does."""


@dataclass(frozen=True)
class Row:
    """A row with its values (an empty cell is ``None``) and where it stands."""

    file: str
    line: int
    values: dict[str, Any]

    def __getitem__(self, column: str) -> Any:
        """The value of a column."""
        return self.values[column]

    def fault(self, column: str, what: str, do: str = "") -> InputError:
        """An error that points at a cell of this row."""
        return InputError(what, do=do, source=self.file, place=f"line {self.line}, column {column}")


def text(cell: str) -> str:
    """Text as it stands."""
    return cell


def texts(cell: str) -> list[str]:
    """Texts parted by bars."""
    return [part.strip() for part in cell.split("|") if part.strip()]


def day(cell: str) -> date:
    """A day, ISO 8601."""
    wrong = f"{cell!r} is not a date; write it as 2024-03-07"
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        raise ValueError(wrong)
    try:
        found = date.fromisoformat(cell)
    except ValueError as fault:
        raise ValueError(wrong) from fault
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"{cell} does not lie in the years {FIRST_YEAR} to {LAST_YEAR}; mend the year")
    return found


WRITTEN_OUT = {
    "bbl": ("barrel", "barrels", "bbls", "bbl.", "b"),
    "t": ("ton", "tons", "tonne", "tonnes", "mt", "t."),
    "persons": ("people", "soldiers", "troops"),
    "rounds": ("shells",),
    "containers": ("teu", "container"),
}
"""How people write units that the tables know by a sign; named in the refusal, for a ton may be short, long or metric."""


def unit(*signs: str) -> Callable[[str], str]:
    """A reader of one unit out of some; a unit written out is refused with its sign."""
    read_sign = one_of(*signs)

    def read(cell: str) -> str:
        for sign, words in WRITTEN_OUT.items():
            if cell.lower() in words and sign in signs:
                raise ValueError(f"{cell!r} is not known; write {sign}")
        return read_sign(cell)

    return read


def goods(cell: str) -> str:
    """Goods that are known by name (``darkwake.goods``), as printed."""
    try:
        goods_named(cell)
    except InputError as fault:
        raise ValueError(f"{cell!r} is no goods that are known; {fault.do}") from fault
    return cell


def published(cell: str) -> str:
    """A day, a month or a year, ISO 8601, kept as given."""
    if not _PARTIAL_DATE.fullmatch(cell):
        day(cell)
    return cell


def amount(cell: str) -> float:
    """A number that is not negative."""
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", cell):
        raise ValueError(f"{cell!r} is not a number; write digits with a point, no unit and no thousands separator")
    if cell.startswith("-"):
        raise ValueError(f"{cell} is negative; an amount cannot be")
    return float(cell)


def degrees(most: float) -> Callable[[str], float]:
    """A signed number of degrees, not beyond ``most`` either way."""

    def read(cell: str) -> float:
        value = -amount(cell[1:]) if cell.startswith("-") else amount(cell)
        if abs(value) > most:
            raise ValueError(f"{cell} lies beyond {most:g} degrees; check that latitude and longitude are not swapped")
        return value

    return read


def whole(cell: str) -> int:
    """A whole number that is not negative."""
    value = amount(cell)
    if not value.is_integer():
        raise ValueError(f"{cell} is not a whole number; round it or leave the cell empty")
    return int(value)


def flag(cell: str) -> bool:
    """Yes or no."""
    if cell not in ("yes", "no"):
        raise ValueError(f"{cell!r} is neither yes nor no; write one of them")
    return cell == "yes"


def address(cell: str) -> str:
    """A web address; other schemes are refused, for a dossier makes links of them."""
    if not re.fullmatch(r"https?://[^\s<>\"]+", cell):
        raise ValueError(f"{cell!r} is not an address; begin it with https:// or leave the cell empty")
    return cell


def one_of(*words: str) -> Callable[[str], str]:
    """A reader of one word out of some."""

    def read(cell: str) -> str:
        if cell not in words:
            raise ValueError(f"{cell!r} is not known; {nearest(cell, words)}")
        return cell

    return read


def read_sheet(path: Path, fields: dict[str, Field]) -> list[Row]:
    """The rows of a CSV file whose header is ``fields``, in any order; optional columns may be left out.

    Args:
        path: a UTF-8 file with commas and a header.
        fields: what each column holds.

    Returns:
        The rows in the order of the file; blank lines are skipped, empty cells are ``None``.

    Raises:
        InputError: naming file, line and column, for a missing or unknown column, a cell that cannot be read, an empty
            cell where a value must stand, a row with too many or too few cells, or a file that is no such table.
    """
    lines = _lines(path)
    _, header = next(lines, (1, []))
    _check_header(path.name, header, fields)
    return [_row(path.name, line, header, cells, fields) for line, cells in lines if any(cell.strip() for cell in cells)]


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_text_of(path), newline=""), strict=True)
    start = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            raise InputError(f"not a row: {fault}", do="check its quotes", source=path.name, place=f"line {start}") from fault
        if cells is None:
            return
        yield start, cells
        start = reader.line_num + 1


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        content = raw.decode("utf-8-sig")
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", do="check the path", source=path.name) from fault
    except UnicodeDecodeError as fault:
        raise InputError(f"not UTF-8 at byte {fault.start}", do="save it as UTF-8", source=path.name) from fault
    if len(raw) > MOST_BYTES:
        raise InputError(f"larger than {MOST_BYTES >> 20} MiB", do="keep the facts of one case in it", source=path.name)
    if "\x00" in content:
        raise InputError("not a text file: it holds a zero byte", do="export it as CSV", source=path.name)
    return content


def _check_header(file: str, header: list[str], fields: dict[str, Field]) -> None:
    for word in header:
        if word not in fields:
            raise InputError(f"no column {word[:80]!r}", do=nearest(word, fields), source=file, place="line 1")
    for word, field in fields.items():
        if header.count(word) != 1 and not (field.optional and word not in header):
            what = f"column {word!r} is missing" if word not in header else f"column {word!r} stands more than once"
            raise InputError(what, do=f"the columns are {', '.join(fields)}", source=file, place="line 1")


def _row(file: str, line: int, header: list[str], cells: list[str], fields: dict[str, Field]) -> Row:
    if len(cells) != len(header):
        do = "put text that holds a comma into quotes"
        raise InputError(f"{len(cells)} cells under {len(header)} columns", do=do, source=file, place=f"line {line}")
    row = Row(file, line, dict.fromkeys(fields))
    for word, cell in zip(header, cells, strict=True):
        row.values[word] = _value(row, word, cell.strip(), fields[word])
    return row


def _value(row: Row, column: str, cell: str, field: Field) -> Any:
    if not cell:
        if field.must:
            raise row.fault(column, "empty, and it must not be", field.if_empty)
        return None
    if len(cell) > MOST_CHARACTERS:
        raise row.fault(column, f"longer than {MOST_CHARACTERS} characters", "restate it in short")
    try:
        return field.read(cell)
    except ValueError as fault:
        what, _, do = str(fault).partition("; ")
        raise row.fault(column, what, do) from fault
