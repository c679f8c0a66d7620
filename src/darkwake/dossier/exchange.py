"""The exchange sheet: what two parties gave one another, month by month, each line with its interval and its source.

A line that a wider or a better one holds is shown and not counted. A total over several months that no source splits stays
one span. Nothing is added up here: the goods differ in their units, and medians must not be added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row, real_first
from darkwake.dossier.exchange_chart import NARROW, WIDE, Panel, chart
from darkwake.dossier.tables import Cell, Column, Grid, grid, lines, origin, small

OIL_UNIT = "bbl"
"""Unit of what is drawn upwards: oil; what went the other way hangs downwards."""


@dataclass(frozen=True)
class Exchange:
    """Two parties: their picture for wide and for narrow screens, the lines that count, and those that others hold."""

    heading: str
    pictures: tuple[Markup, ...]
    counted: Grid
    held: Grid


def exchanges(book: Book) -> tuple[Exchange, ...]:
    """A picture and tables for every two parties of the sheet, those first between whom most is counted."""
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in real_first(sorted(book.rows("exchange"), key=_order)):
        pairs.setdefault(_pair(row), []).append(row)
    ordered = sorted(pairs, key=lambda pair: (-sum(row["counted"] for row in pairs[pair]), pair))
    return tuple(_exchange(book, k, pair, pairs[pair]) for k, pair in enumerate(ordered))


def _order(row: Row) -> tuple[object, ...]:
    goods = (row["from_party"], row["to_party"], row["goods"], row["unit"])
    return (*goods, row["period_start"], row["period_end"], row["exchange_id"])


def _pair(row: Row) -> tuple[str, str]:
    first, second = sorted((row["from_party"], row["to_party"]))
    return first, second


def _exchange(book: Book, k: int, pair: tuple[str, str], rows: Sequence[Row]) -> Exchange:
    panels = _panels(rows)
    heading = f"{words.party(pair[0])} and {words.party(pair[1])}"
    canvases = ((WIDE, "wide"), (NARROW, "narrow")) if panels else ()
    pictures = tuple(chart(panels, canvas, f"exchange-{k}-{name}", heading) for canvas, name in canvases)
    counted = _table(book, f"{heading}: lines that count", rows, counted=True)
    held = _table(book, f"{heading}: lines that are not counted, each with the reason", rows, counted=False)
    return Exchange(heading, pictures, counted, held)


def _panels(rows: Sequence[Row]) -> list[Panel]:
    """One panel for each direction and kind of goods; the direction in which oil goes stands above."""
    kinds: dict[tuple[str, str, str, str], list[Row]] = {}
    for row in rows:
        if row["counted"]:
            kinds.setdefault((row["from_party"], row["to_party"], row["goods"], row["unit"]), []).append(row)
    oil = {key[:2] for key in kinds if key[3] == OIL_UNIT}
    first = min(oil or {key[:2] for key in kinds}, default=("", ""))
    return [
        Panel(words.party(key[0]), words.party(key[1]), key[2], key[3], key[:2] == first, tuple(kinds[key]))
        for key in sorted(kinds)
    ]


def _table(book: Book, caption: str, rows: Sequence[Row], *, counted: bool) -> Grid:
    by_id = {row["exchange_id"]: row for row in rows}
    columns = (
        Column("From and to", lambda r: f"{words.party(r['from_party'])} to {words.party(r['to_party'])}"),
        Column("Goods", lambda r: lines((r["goods"], small(f"by {r['carriage']}" if r["carriage"] else "")))),
        Column("Period", lambda r: words.period(r["period_start"], r["period_end"])),
        Column("How much", amount, numeric=True),
        Column("Basis", lambda r: lines((r["basis"], small(_held_in(by_id, r))))),
        Column("Sources", lambda r: lines((origin(r), book.notes(r["evidence"])))),
    )
    shown = [row for row in rows if row["counted"] == counted]
    return grid(caption, columns, shown, fold_from=30 if counted else 1)


def amount(row: Row) -> Cell:
    """The amount with what is known of its interval; an amount without an upper end is said to be a lower bound.

    >>> amount({"lo": 6700.0, "central": 6700.0, "hi": None, "unit": "containers"})
    Markup('at least <b>6,700</b> containers')
    """
    low, middle, high, unit = row["lo"], row["central"], row["hi"], row["unit"]
    if high is None:
        known, bound = (low, "at least ") if low is not None else (middle, "as printed ")
        one = unit.removesuffix("s") if known == 1 else unit
        return Markup("{}<b>{}</b> {}").format(bound, _number(known), one) if known is not None else "amount not known"
    if middle is None:
        return f"{_number(low)} to {_number(high)} {unit}" if low is not None else f"at most {_number(high)} {unit}"
    told = Markup("<b>{}</b> {}").format(_number(middle), unit)
    return told if low is None or low == high else lines((told, small(f"{_number(low)} to {_number(high)}")))


def _held_in(by_id: Mapping[str, Row], row: Row) -> Cell:
    within = by_id.get(row["within_id"] or "")
    return f"held in: {within['goods']}, {words.period(within['period_start'], within['period_end'])}" if within else ""


def _number(value: float) -> str:
    """A number as it was printed; one that was worked out is rounded."""
    return f"{value:,.0f}" if float(value).is_integer() else words.significant(value)
