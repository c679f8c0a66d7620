"""Sheets as one Excel workbook (Office Open XML): whole or not at all, the same rows giving the same bytes.

Text stays text, also where it begins like a formula; numbers are numbers and days are days. Rows are written as they come
and never held together in memory. Nothing in the file leads to another file or to an address that a program opens.
Limits are those that Microsoft states for Excel ("Excel specifications and limits").
"""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from darkwake.errors import UsageError
from darkwake.outputs import whole

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Value = str | float | int | bool | date | datetime | None

MOST_ROWS = 1_048_576
"""Rows of a sheet, the head included."""
MOST_LETTERS = 32_767
"""Letters of a cell."""
FIRST_YEAR = 1900
"""Excel counts days from 1900; an earlier day is written as text."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CUT = " … (cut here; whole in darkwake export --format csv)"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Letters that XML 1.0 cannot carry."""
_FIXED = datetime(1980, 1, 1)  # noqa: DTZ001 - the earliest time that a ZIP archive can note; it has no zone
"""Stands wherever the format wants a time of writing, so that the same rows give the same bytes."""

FORMS: Mapping[str, str] = {
    "text": "@",
    "whole": "#,##0",
    "id": "0",
    "quantity": "[>=100]#,##0;General",
    "share": "0.000",
    "day": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
}
"""How a column's cells are shown."""


@dataclass(frozen=True)
class Head:
    """A column: its words, with the unit; how wide it is, in letters; how its cells are shown."""

    words: str
    width: float = 14.0
    form: str = "text"


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its columns, how many rows there are, and the rows as they come."""

    title: str
    heads: tuple[Head, ...]
    count: int
    rows: Iterable[Sequence[Value]]
    plain: bool = False
    """A sheet of words without a row of heads."""


def write_xlsx(sheets: Sequence[Sheet], path: Path, *, title: str) -> Path:
    """Write sheets as one workbook.

    Raises:
        UsageError: a sheet has more rows than Excel holds; the folder does not exist.
    """
    for sheet in sheets:
        if sheet.count + (not sheet.plain) > MOST_ROWS:
            raise UsageError(
                f"the sheet {sheet.title!r} would have {sheet.count:,} rows, and Excel holds {MOST_ROWS:,}",
                do="export into a folder instead, with --format csv or --format parquet",
                source=path,
            )
    return whole(path, lambda temporary: _write(sheets, temporary, title))


def _write(sheets: Sequence[Sheet], path: Path, title: str) -> None:
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = cleaned(title), "Darkwake"
    book.properties.created = book.properties.modified = _FIXED
    for sheet in sheets:
        _fill(book, sheet)
    with _Timeless(path, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        ExcelWriter(book, archive).write_data()


class _Timeless(ZipFile):
    """An archive whose entries all carry the same time."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        super().writestr(_entry(str(zinfo_or_arcname)), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        with Path(filename).open("rb") as stream, self._opened(str(arcname)) as target:
            shutil.copyfileobj(stream, target)

    def _opened(self, name: str) -> IO[bytes]:
        return self.open(_entry(name), "w", force_zip64=True)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _FIXED.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _fill(book: Workbook, sheet: Sheet) -> None:
    from openpyxl.utils import get_column_letter

    drawn = book.create_sheet(sheet.title)
    for number, head in enumerate(sheet.heads, start=1):
        drawn.column_dimensions[get_column_letter(number)].width = head.width
    if not sheet.plain:
        drawn.freeze_panes = "A2"
        drawn.auto_filter.ref = f"A1:{get_column_letter(len(sheet.heads))}{sheet.count + 1}"
        drawn.append([_cell(drawn, head.words, "text", bold=True) for head in sheet.heads])
    try:
        for row in sheet.rows:
            cells = [
                (value, head.form, sheet.plain and not k) for k, (value, head) in enumerate(zip(row, sheet.heads, strict=True))
            ]
            drawn.append([_cell(drawn, value, form, bold=bold) for value, form, bold in cells])
    finally:
        drawn.close()


def _cell(sheet: WriteOnlyWorksheet, value: Value, form: str, *, bold: bool = False) -> WriteOnlyCell:
    """One cell; what is text never becomes a formula, neither now nor when a person edits it."""
    from openpyxl.cell import WriteOnlyCell

    top, wrapped, strong = _looks()
    shown = stored(value)
    cell = WriteOnlyCell(sheet, shown)
    if isinstance(shown, str):
        cell.data_type = "s"
        if shown.startswith(_FORMULA):
            cell.quotePrefix = True
        cell.alignment = wrapped
    elif shown is not None:
        cell.number_format = "General" if isinstance(shown, bool) else FORMS[form]
        cell.alignment = top
    if bold:
        cell.font = strong
    return cell


@cache
def _looks() -> tuple[Alignment, Alignment, Font]:
    """How numbers, text and heads are set, made once: cells are many."""
    from openpyxl.styles import Alignment, Font

    return Alignment(vertical="top"), Alignment(wrap_text=True, vertical="top"), Font(bold=True)


def stored(value: Value) -> Value:
    """A value as a cell can hold it: times in UTC without a zone, no number that is none, no letter that XML refuses.

    >>> stored(datetime(2024, 3, 7, 9, tzinfo=UTC)), stored(float("nan")), stored(date(1853, 7, 8))
    (datetime.datetime(2024, 3, 7, 9, 0), None, '1853-07-08')
    """
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date) and value.year < FIRST_YEAR:
        return value.isoformat()
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return value


def cleaned(words: str) -> str:
    """Text that a cell can hold; what is too long is cut, and says so."""
    kept = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", words)
    return kept if len(kept) <= MOST_LETTERS else kept[: MOST_LETTERS - len(_CUT)] + _CUT
