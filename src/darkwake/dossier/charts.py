"""The ledger curve: barrels with their band against the cap, the chance that it was passed, and on which days.

Three panels share the axis of days. Every line is told by a label at its end, not by its colour; the same numbers stand in
the table under the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.finding import Standing
from darkwake.dossier.svg import (
    Canvas,
    Scale,
    corners,
    day_number,
    line,
    month_ticks,
    path,
    picture,
    rect,
    round_steps,
    text,
    text_width,
)

WIDE = Canvas(width=760, height=560, font=13, narrow=False)
NARROW = Canvas(width=358, height=640, font=13, narrow=True)
_GAP = 62.0
"""Room between two panels, for the lower one's heading."""
_SHARES = (0.5, 0.28, 0.22)
"""How the height is shared by the three panels."""


@dataclass(frozen=True)
class Panel:
    """The area of one panel and its scales."""

    x: Scale
    y: Scale
    heading: str

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.y.end

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y.start


def ledger_curve(one: Standing, canvas: Canvas, key: str) -> Markup:
    """The picture of one cap under one reckoning."""
    title = f"{one.cap['title']}: {one.mode}" + (" (simulated)" if one.simulated else "")
    return picture(
        canvas,
        key=key,
        title=title,
        description=description(one),
        children=[part for part in _panels(one, canvas, key) if part],
    )


def description(one: Standing) -> str:
    """The picture in words."""
    first, last = one.days[0], one.last
    middle = one.passed_by(0.5)
    return (
        f"Cumulative barrels from {words.day(first['day'])} to {words.day(last['day'])}: at the end the median is "
        f"{words.barrels(last['bbl_p50'])}, the 90 % interval {words.significant(last['bbl_p05'])} to "
        f"{words.barrels(last['bbl_p95'])}; the cap is {words.quantity(one.cap.get('amount'), one.unit) or 'not known'}. "
        + (f"The median crosses the cap about {words.day(middle)}. " if middle else "The median does not cross the cap. ")
        + f"The chance that the cap was passed by the last day is {words.percent(one.chance)}."
    )


def _panels(one: Standing, canvas: Canvas, key: str) -> Iterator[Markup]:
    left = 62.0
    right = canvas.width - (152.0 if not canvas.narrow else 12.0)
    first, last = one.days[0]["day"], one.last["day"]
    x = Scale(day_number(first), day_number(last), left, right)
    room = canvas.height - 26.0 - 2 * _GAP - 34.0
    heights = [room * share for share in _SHARES]
    tops = [26.0, 26.0 + heights[0] + _GAP, 26.0 + heights[0] + heights[1] + 2 * _GAP]
    bottoms = [top + height for top, height in zip(tops, heights, strict=True)]
    yield from _barrels(one, x, (bottoms[0], tops[0]), canvas, key)
    yield from _chance(one, x, (bottoms[1], tops[1]), canvas)
    yield from _passing(one, x, (bottoms[2], tops[2]), canvas)


def _frame(panel: Panel, canvas: Canvas, ticks: list[tuple[float, str]], first: date, last: date) -> Iterator[Markup]:
    """Heading, grid, and the labels of both axes."""
    yield text(panel.heading, 4.0 if canvas.narrow else panel.x.start, panel.top - 12, "heading")
    for value, label in ticks:
        y = panel.y(value)
        yield line(panel.x.start, y, panel.x.end, y, "grid")
        yield text(label, panel.x.start - 6, y + 4.5, "tick", anchor="end")
    for x, label in month_ticks(panel.x, first, last, 5 if canvas.narrow else 12, canvas):
        yield line(x, panel.bottom, x, panel.bottom + 5, "axis")
        yield text(label, x, panel.bottom + 19, "tick")
    yield line(panel.x.start, panel.bottom, panel.x.end, panel.bottom, "axis")


def _barrels(one: Standing, x: Scale, y_range: tuple[float, float], canvas: Canvas, key: str) -> Iterator[Markup]:
    cap = one.cap.get("amount") if one.unit == "bbl" else None
    steps = round_steps(max(*(row["bbl_p95"] for row in one.days), (cap or 0.0) * 1.15), 5)
    panel = Panel(x, Scale(0.0, steps[-1], *y_range), "Thousand barrels (bbl) since the period began")
    ticks = [(value, f"{value / 1000:,g}") for value in steps]
    yield from _frame(panel, canvas, ticks, one.days[0]["day"], one.last["day"])
    low, middle, high = ([(x(day_number(r["day"])), panel.y(r[f"bbl_{q}"])) for r in one.days] for q in ("p05", "p50", "p95"))
    yield path([*corners(high), *reversed(corners(low))], "band", closed=True)
    if one.simulated:
        outline = [*corners(high), *reversed(corners(low))]
        yield Markup('<g fill="url(#{}-hatch)">{}</g>').format(key, path(outline, "hatched", closed=True))
    yield path(corners(high), "edge")
    yield path(corners(low), "edge")
    yield path(corners(middle), "median")
    if cap is not None:
        yield line(x.start, panel.y(cap), x.end, panel.y(cap), "cap")
        yield text(f"cap {words.quantity(cap, 'bbl')}", x.start + 6, panel.y(cap) - 7, "cap-label")
    yield from _end_labels(one, panel, canvas)


def _end_labels(one: Standing, panel: Panel, canvas: Canvas) -> Iterator[Markup]:
    """The three lines named at their ends; on a phone inside the panel's upper left corner, where the curve is low."""
    named = [("95 %", "bbl_p95"), ("median", "bbl_p50"), ("5 %", "bbl_p05")]
    if canvas.narrow:
        for k, (name, word) in enumerate(named):
            label = f"{name} {words.barrels(one.last[word])}"
            yield text(label, panel.x.end - 4, panel.bottom - 44 + 17 * k, "end-label", anchor="end")
        return
    y = float("-inf")
    for name, word in named:
        y = max(panel.y(one.last[word]) + 4.5, y + 17)
        yield text(f"{name} {words.barrels(one.last[word])}", panel.x.end + 6, y, "end-label")


def _chance(one: Standing, x: Scale, y_range: tuple[float, float], canvas: Canvas) -> Iterator[Markup]:
    panel = Panel(x, Scale(0.0, 1.0, *y_range), "Chance that the cap was passed by this day (%)")
    yield from _frame(panel, canvas, [(k / 4, f"{25 * k}") for k in range(5)], one.days[0]["day"], one.last["day"])
    points = [(x(day_number(row["day"])), panel.y(row["chance_exceeded"])) for row in one.days]
    yield path(corners(points), "median")
    for share in (0.05, 0.5, 0.95):
        found = one.passed_by(share)
        if found is not None:
            yield from _mark(panel, found, share)
    yield (
        text(words.percent(one.chance), x.end + 6, panel.y(one.chance) + 4.5, "end-label") if not canvas.narrow else Markup("")
    )


def _mark(panel: Panel, found: date, share: float) -> Iterator[Markup]:
    """A dot where the chance reaches a share, and its day; on the side where there is room."""
    x, y = panel.x(day_number(found)), panel.y(share)
    label = f"{found.day} {found:%b}: {share:.0%}".replace("%", " %")
    left_has_room = share < 0.9 and x - text_width(label, 13) - 8 > panel.x.start
    yield Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4" class="dot"/>').format(x, y)
    height = y + (-2.0 if share < 0.9 else 16.0)
    if left_has_room:
        yield text(label, x - 8, height, "mark-label", anchor="end")
    else:
        yield text(label, x + 8, height + 4, "mark-label")


def passing_weeks(one: Standing) -> list[tuple[date, date, float]]:
    """For each calendar week the chance that the cap was passed within it.

    The table holds the chance by the end of each day; its growth over a week is the chance that the day lies in that week.
    """
    weeks, before = [], 0.0
    for _, members in groupby(one.days, key=lambda row: row["day"].isocalendar()[:2]):
        rows = list(members)
        after = rows[-1]["chance_exceeded"]
        weeks.append((rows[0]["day"], rows[-1]["day"], max(after - before, 0.0)))
        before = max(after, before)
    return weeks


def _passing(one: Standing, x: Scale, y_range: tuple[float, float], canvas: Canvas) -> Iterator[Markup]:
    weeks = passing_weeks(one)
    most = max((chance for _, _, chance in weeks), default=0.0)
    steps = round_steps(max(most * 100, 1.0), 3)
    panel = Panel(x, Scale(0.0, steps[-1], *y_range), "Week in which it was passed (% per week)")
    yield from _frame(panel, canvas, [(value, f"{value:g}") for value in steps], one.days[0]["day"], one.last["day"])
    for first, last, chance in weeks:
        if chance > 0:
            start, end = x(day_number(first)), x(day_number(last))
            yield rect(start, panel.y(chance * 100), max(end - start, 1.5), panel.bottom - panel.y(chance * 100), "bar")
    if canvas.narrow:
        yield text(f"not by the end: {words.percent(1 - one.chance)}", x.end, panel.top + 5, "mark-label", anchor="end")
    else:
        for k, label in enumerate(("not by the end:", words.percent(1 - one.chance))):
            yield text(label, x.end + 6, panel.bottom - 20 + 17 * k, "end-label")
