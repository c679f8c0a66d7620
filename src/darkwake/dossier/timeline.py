"""The visits on one line of time: a known day is a tick, an interval is a bar, a published count is one bar with its number.

Visits that a source counts without naming them are drawn together: thirty-eight unknown days would otherwise look like
thirty-eight known ones. What is simulated stands apart, hatched and under its own heading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row, simulated, without_brackets
from darkwake.dossier.svg import (
    Canvas,
    Scale,
    day_number,
    element,
    line,
    month_ticks,
    picture,
    rect,
    shortened,
    text,
    text_width,
)

NOT_NAMED = "not named"
_ROW = 30.0
_ROW_NARROW = 46.0
_TICK_DAYS = 1.5
"""An arrival known to this many days is drawn as a tick."""


@dataclass(frozen=True)
class Stay:
    """One mark: when a visit may have begun and ended, and how many visits it stands for."""

    low: datetime
    high: datetime
    count: int
    counted: bool

    @property
    def is_tick(self) -> bool:
        """Whether the day is known."""
        return not self.counted and day_number(self.high) - day_number(self.low) <= _TICK_DAYS


@dataclass
class Lane:
    """A line of the picture: one ship at one place."""

    place: str
    ship: str
    simulated: bool
    stays: list[Stay] = field(default_factory=list)


def is_only_counted(row: Row) -> bool:
    """Whether a visit is known only from a published count."""
    return row["vessel"] == NOT_NAMED and row["counted_in"] is not None and not row["sightings"]


def lanes(book: Book) -> list[Lane]:
    """Visits by place and ship: in order of the first arrival, counted ones after named ones, simulated ones last."""
    found: dict[tuple[object, ...], Lane] = {}
    for row in sorted(book.rows("visits"), key=lambda r: (r["arrival_lo"], r["arrival_hi"], r["visit_id"])):
        counted = is_only_counted(row)
        ship = _counted_by(book, row) if counted else row["vessel"]
        key = (simulated(row), row["place_id"], counted, row["counted_in"] if counted else "", ship)
        lane = found.setdefault(key, Lane(book.place(row["place_id"]), ship, simulated(row)))
        _add(lane, row, counted=counted)
    order = {place: k for k, place in enumerate(dict.fromkeys((key[0], key[1]) for key in found))}
    keys = sorted(found, key=lambda key: (key[0], order[key[0], key[1]], key[2]))
    return [found[key] for key in keys]


def _counted_by(book: Book, row: Row) -> str:
    publisher = book.claims.get(row["counted_in"], {}).get("publisher")
    return f"counted by {without_brackets(publisher)}" if publisher else "counted, not named"


def _add(lane: Lane, row: Row, *, counted: bool) -> None:
    if counted and lane.stays:
        before = lane.stays[0]
        low, high = min(before.low, row["arrival_lo"]), max(before.high, row["arrival_hi"])
        lane.stays[0] = Stay(low, high, before.count + 1, counted=True)
    else:
        lane.stays.append(Stay(row["arrival_lo"], row["arrival_hi"], 1, counted))


def timeline(book: Book, period: tuple[date, date], *, narrow: bool, key: str) -> Markup | None:
    """The picture, or nothing where there are no visits."""
    drawn = lanes(book)
    if not drawn:
        return None
    height = _ROW_NARROW if narrow else _ROW
    groups = sum(1 for _ in _headings(drawn))
    canvas = Canvas(358 if narrow else 760, 44 + height * len(drawn) + 30 * groups, 13, narrow)
    scale = _scale(drawn, period, canvas)
    parts = [*_grid(scale, canvas), *_rows(drawn, scale, canvas, key)]
    return picture(canvas, key=key, title="Visits by place and ship", description=description(drawn), children=parts)


def description(drawn: Sequence[Lane]) -> str:
    """The picture in words."""
    parts = []
    for lane in drawn:
        dated = sum(stay.is_tick for stay in lane.stays)
        total = sum(stay.count for stay in lane.stays)
        label = "simulated: " if lane.simulated else ""
        parts.append(f"{label}{lane.ship} at {lane.place}: {words.count(total, 'visit', 'visits')}, {dated} dated to the day")
    return ". ".join(parts) + "."


def _headings(drawn: Sequence[Lane]) -> Iterator[tuple[int, str]]:
    """At which lane a new place begins, and how it is headed."""
    before = None
    for k, lane in enumerate(drawn):
        if (lane.simulated, lane.place) != before:
            before = (lane.simulated, lane.place)
            yield k, f"{lane.place} – simulated, not evidence" if lane.simulated else lane.place


def _scale(drawn: Sequence[Lane], period: tuple[date, date], canvas: Canvas) -> Scale:
    moments = [day_number(m) for lane in drawn for stay in lane.stays for m in (stay.low, stay.high)]
    low = min(*moments, day_number(period[0]))
    high = max(*moments, day_number(period[1]) + 1)
    return Scale(low, high, 10.0 if canvas.narrow else 196.0, canvas.width - 14.0)


def _grid(scale: Scale, canvas: Canvas) -> Iterator[Markup]:
    first, last = date.fromordinal(int(scale.low)), date.fromordinal(int(scale.high))
    for x, label in month_ticks(scale, first, last, 5 if canvas.narrow else 10, canvas):
        yield line(x, 24, x, canvas.height - 6, "grid")
        yield text(label, x + 3, 18, "tick")


def _rows(drawn: Sequence[Lane], scale: Scale, canvas: Canvas, key: str) -> Iterator[Markup]:
    y = 34.0
    headings = dict(_headings(drawn))
    for k, lane in enumerate(drawn):
        if k in headings:
            yield rect(0, y, canvas.width, 24, "place-band")
            yield text(shortened(headings[k], canvas.width - 16, canvas.font), 8, y + 16.5, "heading")
            y += 30
        middle = y + (_ROW_NARROW - 15 if canvas.narrow else _ROW / 2)
        room = canvas.width - 20 if canvas.narrow else scale.start - 18
        yield text(shortened(lane.ship, room, canvas.font), 8, y + 13 if canvas.narrow else middle + 4.5, "lane-label")
        yield line(scale.start, middle, scale.end, middle, "lane")
        for stay in lane.stays:
            yield from _stay(stay, lane, scale, middle, key)
        y += _ROW_NARROW if canvas.narrow else _ROW


def _stay(stay: Stay, lane: Lane, scale: Scale, y: float, key: str) -> Iterator[Markup]:
    x0, x1 = scale(day_number(stay.low)), scale(day_number(stay.high))
    style = "counted" if stay.counted else "range"
    if stay.is_tick:
        middle = (x0 + x1) / 2
        yield rect(middle - 2.5, y - 10, 5, 20, "day simulated" if lane.simulated else "day")
        return
    yield rect(x0, y - 8, max(x1 - x0, 6.0), 16, style)
    if lane.simulated:
        yield element("rect", x=x0, y=y - 8, width=max(x1 - x0, 6.0), height=16.0, fill=f"url(#{key}-hatch)")
    if stay.counted:
        yield from _count(stay, x0, x1, y)


def _count(stay: Stay, x0: float, x1: float, y: float) -> Iterator[Markup]:
    label = f"× {stay.count} in a published total, days not given"
    short = f"× {stay.count}"
    fits = text_width(label, 13) < x1 - x0 - 8
    inside = fits or text_width(short, 13) < x1 - x0 - 8
    yield text(label if fits else short, x0 + 6 if inside else x1 + 5, y + 4.8, "count-label")
