"""The picture of an exchange: one direction above the axis of months, the other hanging below it.

A month with its own amount is a bar with the interval as a line over it; a lower bound is a bar without an end. A total over
several months is an outlined span with its amount in words: its height says nothing, for no source splits it. Each kind of
goods has its own scale; the same numbers stand in the table under the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.book import Row, simulated
from darkwake.dossier.svg import (
    Canvas,
    Scale,
    day_number,
    element,
    line,
    month_ticks,
    picture,
    rect,
    round_steps,
    shortened,
    text,
    text_width,
)

WIDE = Canvas(width=760, height=0, font=13, narrow=False)
NARROW = Canvas(width=358, height=0, font=13, narrow=True)
"""The heights follow from what is drawn."""
_BARS = 84.0
"""Height of a panel's bars."""
_SPAN = 22.0
"""Height of a row with one span."""
_HEAD = 34.0
_BAND = 32.0
"""Height of the band that names a direction."""
_AXIS = 34.0
"""Height of the band that carries the months."""
_NARROWEST = 5.0
"""Width of a bar of a few days."""
_BEYOND = 1.12
"""How far a scale reaches beyond the largest amount, so that an open end is seen."""


@dataclass(frozen=True)
class Panel:
    """One kind of goods in one direction; ``up`` where it stands above the months."""

    giver: str
    taker: str
    goods: str
    unit: str
    up: bool
    rows: tuple[Row, ...]

    @property
    def way(self) -> str:
        """From whom to whom."""
        return f"{self.giver} to {self.taker}"

    @property
    def heading(self) -> str:
        """What it shows."""
        made = " (simulated, not evidence)" if any(simulated(row) for row in self.rows) else ""
        unit = "" if self.unit == self.goods else f" ({self.unit})"
        return f"{self.goods[0].upper()}{self.goods[1:]}{unit}{made}"

    @property
    def months(self) -> tuple[Row, ...]:
        """Rows that lie within one month and have an amount."""
        return tuple(row for row in self.rows if _one_month(row) and _known(row) is not None)

    @property
    def spans(self) -> tuple[Row, ...]:
        """Rows over several months, and those whose amount is not known."""
        return tuple(row for row in self.rows if row not in self.months)

    @property
    def height(self) -> float:
        """How high it is drawn."""
        return _HEAD + (_BARS + 8 if self.months else 0.0) + _SPAN * len(self.spans) + 8


def _one_month(row: Row) -> bool:
    first, last = row["period_start"], row["period_end"]
    return bool((first.year, first.month) == (last.year, last.month))


def _known(row: Row) -> float | None:
    """The amount that a bar shows: the middle, else the lower end, else the upper."""
    return next((float(row[word]) for word in ("central", "lo", "hi") if row[word] is not None), None)


def chart(panels: Sequence[Panel], canvas: Canvas, key: str, title: str) -> Markup:
    """The picture of both directions; none where nothing counts."""
    if not panels:
        return Markup("")
    above, below = [one for one in panels if one.up], [one for one in panels if not one.up]
    height = sum(one.height for one in panels) + _AXIS + _BAND * ((1 if above else 0) + (1 if below else 0))
    sized = Canvas(canvas.width, height, canvas.font, canvas.narrow)
    rows = [row for one in panels for row in one.rows]
    first, last = min(row["period_start"] for row in rows).replace(day=1), max(row["period_end"] for row in rows)
    x = Scale(day_number(first), day_number(last) + 1, 70.0 if canvas.narrow else 82.0, canvas.width - 12.0)
    parts: list[Markup] = []
    y = 0.0
    for part, axis in ((above, True), (below, False)):
        if part:
            parts += _direction(part[0].way, y, sized)
            y += _BAND
        for one in part:
            parts += _panel(one, x, y, sized)
            y += one.height
        if axis:
            parts += _months(x, (first, last), y, sized)
            y += _AXIS
    return picture(sized, key=key, title=title, description=description(panels), children=parts)


def description(panels: Sequence[Panel]) -> str:
    """The picture in words."""
    return " ".join(f"{one.way}: {one.heading}: {'; '.join(_said(row) for row in one.rows)}." for one in panels)


def _said(row: Row) -> str:
    return f"{words.period(row['period_start'], row['period_end'])} {_amount(row)}"


def _amount(row: Row) -> str:
    known = _known(row)
    if known is None:
        return "amount not known"
    bound = "at least " if row["hi"] is None and row["lo"] is not None else ""
    ends = row["central"] is None and row["lo"] is not None and row["hi"] is not None
    shown = f"{words.significant(row['lo'])} to {words.significant(row['hi'])}" if ends else words.significant(known)
    return f"{bound}{shown} {row['unit']}"


def _months(x: Scale, days: tuple[date, date], y: float, canvas: Canvas) -> Iterator[Markup]:
    yield line(x.start, y + 4, x.end, y + 4, "axis")
    for at, label in month_ticks(x, *days, 5 if canvas.narrow else 12, canvas):
        yield line(at, y + 4, at, y + 9, "axis")
        yield text(label, at + 3, y + 21, "tick")


def _direction(way: str, y: float, canvas: Canvas) -> Iterator[Markup]:
    yield rect(0, y + 2, canvas.width, 24, "place-band")
    yield text(shortened(way, canvas.width - 16, canvas.font), 8, y + 18.5, "heading")


def _panel(one: Panel, x: Scale, y: float, canvas: Canvas) -> Iterator[Markup]:
    """Heading, then bars that stand on the months' side, then spans on the far side."""
    yield text(shortened(one.heading, canvas.width - 8, canvas.font), 4.0, y + 16, "heading")
    top = y + _HEAD
    spans = _SPAN * len(one.spans)
    if one.months:
        bars = top + spans if one.up else top
        yield from _bars(one, x, bars)
    start = top if one.up or not one.months else top + _BARS + 8
    for k, row in enumerate(one.spans):
        yield from _span(row, x, start + _SPAN * k, canvas)


def _bars(one: Panel, x: Scale, top: float) -> Iterator[Markup]:
    most = max(max(row[word] for word in ("lo", "central", "hi") if row[word] is not None) for row in one.months)
    steps = [value for value in round_steps(most * _BEYOND, 3) if most >= 3 or value.is_integer()]
    base, far = (top + _BARS, top) if one.up else (top, top + _BARS)
    scale = Scale(0.0, steps[-1], base, far)
    for value in steps:
        yield line(x.start, scale(value), x.end, scale(value), "grid" if value else "axis")
        yield text(short(value), x.start - 6, scale(value) + 4.5, "tick", anchor="end")
    for row in one.months:
        yield from _month(row, x, scale)


def short(value: float) -> str:
    """A tick's number.

    >>> short(4_000_000.0), short(150_000.0), short(50.0)
    ('4 million', '150,000', '50')
    """
    return f"{value / 1e6:g} million" if value >= 1e6 else f"{value:,g}"


def _month(row: Row, x: Scale, scale: Scale) -> Iterator[Markup]:
    x0, x1 = x(day_number(row["period_start"])) + 1.0, x(day_number(row["period_end"]) + 1) - 1.0
    amount = _known(row) or 0.0
    open_end = row["hi"] is None and row["lo"] is not None
    style = "given simulated" if simulated(row) else "given open" if open_end else "given"
    yield _box(x0, max(x1 - x0, _NARROWEST), scale.start, scale(amount), style)
    middle = (x0 + x1) / 2
    if open_end:
        yield from _arrow(middle, scale(amount), -1.0 if scale.end < scale.start else 1.0)
    elif row["lo"] is not None and row["hi"] is not None and row["lo"] < row["hi"]:
        yield line(middle, scale(row["lo"]), middle, scale(row["hi"]), "whisker")
        for end in (row["lo"], row["hi"]):
            yield line(middle - 4, scale(end), middle + 4, scale(end), "whisker")


def _box(x: float, width: float, base: float, end: float, style: str) -> Markup:
    return rect(x, min(base, end), width, abs(end - base), style)


def _arrow(x: float, y: float, way: float) -> Iterator[Markup]:
    """The open end of a lower bound: it may be more."""
    yield element(
        "path", d=f"M{x:.1f} {y:.1f}v{10 * way:.1f}m-4 {-5 * way:.1f}l4 {5 * way:.1f}l4 {-5 * way:.1f}", class_="whisker"
    )


def _span(row: Row, x: Scale, y: float, canvas: Canvas) -> Iterator[Markup]:
    """A total over several months: an outline as long as its days, its amount in words, open where it is a lower bound."""
    x0, x1 = x(day_number(row["period_start"])), x(day_number(row["period_end"]) + 1)
    yield rect(x0, y + 2, max(x1 - x0, 4.0), _SPAN - 5, "span simulated" if simulated(row) else "span")
    label = f"{_amount(row)} in all" if _known(row) is not None else "amount not known"
    room = text_width(label, canvas.font) + 10
    if room < x1 - x0:
        yield text(label, x0 + 6, y + 15.5, "count-label")
    elif x1 + room < canvas.width:
        yield text(label, x1 + 6, y + 15.5, "mark-label")
    else:
        yield text(label, x0 - 6 if x0 > room else 6.0, y + 15.5, "mark-label", anchor="end" if x0 > room else None)
