"""Tables of the page: a caption, heads, rows of cells, and what marks a row as simulated or not verified.

Cells are text (escaped when they are drawn) or :class:`markupsafe.Markup` that these functions made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from darkwake.dossier.book import Book, Row, address, simulated

Cell = Markup | str
FOLD_FROM = 12
"""Rows from which a table is folded on the screen; it prints open."""


@dataclass(frozen=True)
class Column:
    """A column: its head, what stands in it, and whether it holds numbers."""

    head: str
    cell: Callable[[Row], Cell]
    numeric: bool = False


@dataclass(frozen=True)
class Line:
    """A row that is ready to be drawn."""

    cells: tuple[Cell, ...]
    simulated: bool
    anchor: str | None = None


@dataclass(frozen=True)
class Grid:
    """A table that is ready to be drawn."""

    caption: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    rest: str = ""
    remark: str = ""
    """What holds for all rows; it stands above them."""
    fold_from: int = FOLD_FROM
    compact: bool = False
    """Narrow columns of numbers: it stays a table on a phone, where others become cards."""
    style: str = ""
    """A class of the style sheet, for tables whose columns stand under one another's."""

    @property
    def classes(self) -> str:
        """The classes of the table."""
        return " ".join(name for name in ("compact" if self.compact else "", self.style) if name)

    @property
    def folded(self) -> bool:
        """Whether it is long enough to be folded on the screen."""
        return len(self.lines) >= self.fold_from and not self.compact


def grid(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    most: int | None = None,
    anchor: Callable[[Row], str] | None = None,
    remark: str = "",
    fold_from: int = FOLD_FROM,
    compact: bool = False,
    style: str = "",
) -> Grid:
    """A table of rows; of more than ``most`` rows the first are shown and the others counted in words."""
    shown = rows if most is None else rows[:most]
    lines = tuple(Line(_cells(columns, row), simulated(row), anchor(row) if anchor else None) for row in shown)
    more = len(rows) - len(shown)
    rest = f"{more:,} further {'row stands' if more == 1 else 'rows stand'} in the case's tables." if more else ""
    return Grid(caption, tuple(columns), lines, rest, remark, fold_from, compact, style)


def _cells(columns: Sequence[Column], row: Row) -> tuple[Cell, ...]:
    """The cells; the first one carries the word "simulated" where the row is."""
    cells = [column.cell(row) for column in columns]
    if simulated(row):
        cells[0] = SIMULATED + " " + cells[0]
    return tuple(cells)


SIMULATED = Markup('<b class="tag simulated">simulated</b>')


def origin(row: Row) -> Markup:
    """Where a row comes from, as a tag that is a word; a simulated row says so in its first cell already."""
    if simulated(row):
        return Markup("")
    return Markup('<span class="tag {0}">{0}</span>').format(row["origin"])


def verified(row: Row) -> Markup:
    """Whether the statement was read in a stored copy; the sign never stands without its words."""
    if simulated(row):
        return Markup("")
    if row.get("verified"):
        return Markup('<span class="tag checked">✓ read in a stored copy</span>')
    return Markup('<span class="tag unchecked">? not read in a stored copy</span>')


def plain(word: str, otherwise: str = "") -> Callable[[Row], Cell]:
    """A column's value as text."""
    return lambda row: otherwise if row.get(word) is None else str(row[word])


def joined(words: Iterable[object], separator: str = ", ") -> str:
    """Known values in one line."""
    return separator.join(str(word) for word in words if word not in (None, ""))


def with_notes(book: Book, cell: Callable[[Row], Cell]) -> Callable[[Row], Cell]:
    """A cell followed by the notes to its sources."""
    return lambda row: Markup("{} {}").format(cell(row), book.notes(row.get("evidence")))


def link(words: str, href: str | None) -> Cell:
    """Words that lead to an address, where it is one that may be followed."""
    target = address(href)
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(target, words) if target else words


def lines(parts: Iterable[Cell]) -> Markup:
    """Several short statements in one cell, one under the other."""
    return Markup("<br>").join(part for part in parts if part)


def unbroken(words: object) -> Markup:
    """Words that stay on one line, such as a date or an id."""
    return Markup('<span class="unbroken">{}</span>').format(words)


def small(words: Cell) -> Markup:
    """Words of less weight."""
    return Markup("<small>{}</small>").format(words) if words else Markup("")
