"""What was measured around one event over time, in panels above one axis: heard, distance, speed, heading, draught.

Silences are shaded and no line crosses them; start and end stand as upright lines with their uncertainty as a band.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from markupsafe import Markup

from darkwake.dossier.events_chart import SIDES
from darkwake.dossier.events_shown import DRAUGHTS_BESIDE_US, Floats, Shown, Way, Wholes, moment
from darkwake.dossier.events_together import SILENT_US, apart
from darkwake.dossier.svg import Canvas, Scale, element, line, number, path, picture, rect, round_steps, text, text_width
from darkwake.events.track import US_PER_HOUR, US_PER_MINUTE

WIDTH, FONT = 420.0, 12.5
LEFT, RIGHT = 50.0, 10.0
HEAD = 23.0
"""Height of a panel's title."""
BETWEEN = 8.0
LANE = 13.0
AXIS = 34.0
MOVING_KN = 1.0
"""A course over ground stands for the heading of a ship that makes more."""
MENTIONED = 0.05
"""Courses are mentioned where more of the reports than this have no heading."""
_STEPS_US = tuple(
    US_PER_MINUTE * minutes
    for minutes in (5, 10, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400, 43200, 86400, 172800, 525600, 1051200)
)


@dataclass(frozen=True)
class Panel:
    """One panel: its title, its height without that, and what is drawn in it from its top edge down."""

    title: str
    height: float
    draw: tuple[Markup, ...]


@dataclass(frozen=True)
class _Axis:
    """The time axis, and what of the event stands on it."""

    event: Shown
    scale: Scale

    def x(self, us: int) -> float:
        return min(max(self.scale(us), LEFT), WIDTH - RIGHT)


def plots(event: Shown, key: str) -> Markup | None:
    """All panels that have something to show, as one picture; ``None`` where nothing was heard."""
    if not any(len(way.us) for way in event.ways):
        return None
    axis = _Axis(event, Scale(event.span[0], event.span[1], LEFT, WIDTH - RIGHT))
    panels = [panel for panel in (_heard(axis), _apart(axis), _speeds(axis), _headings(axis), _draughts(axis)) if panel]
    top, parts = 0.0, []
    for panel in panels:
        parts.append(text(panel.title, 0, top + 13, "panel-title"))
        parts.append(element("g", *_during(axis, panel), *panel.draw, transform=f"translate(0 {number(top + HEAD)})"))
        top += HEAD + panel.height + BETWEEN
    parts += _time_axis(axis, top - BETWEEN)
    canvas = Canvas(WIDTH, top - BETWEEN + AXIS, FONT, narrow=False)
    titles = ", ".join(panel.title.lower() for panel in panels)
    return picture(canvas, key=key, title="Over time", description=f"Panels: {titles}.", children=parts)


def _during(axis: _Axis, panel: Panel) -> Iterator[Markup]:
    """The ground of a panel: silences shaded, start and end with their uncertainty."""
    yield rect(LEFT, 0, WIDTH - LEFT - RIGHT, panel.height, "panel")
    for way, side in zip(axis.event.ways, SIDES, strict=False):
        for first, last in silences(way, axis.event.span):
            x0, x1 = axis.x(first), axis.x(last)
            yield rect(x0, 0, x1 - x0, panel.height, f"shade {side}")
    ends = [("start", axis.event.start_us), ("end", axis.event.end_us)]
    for word, us in ends:
        if us is None:
            continue
        unsure = axis.event.row["factors"].get(f"{word}_uncertain_minutes")
        if unsure:
            half = unsure * US_PER_MINUTE // 2
            x0, x1 = axis.x(us - half), axis.x(us + half)
            yield rect(x0, 0, max(x1 - x0, 1.0), panel.height, "unsure")
        yield line(axis.x(us), 0, axis.x(us), panel.height, "edge-line")


def silences(way: Way, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Times within a span in which a ship was not heard for longer than half an hour."""
    us = [span[0], *way.us.tolist(), span[1]]
    return [(before, now) for before, now in pairwise(us) if now - before > SILENT_US]


def _heard(axis: _Axis) -> Panel:
    """One lane a ship: drawn where she was heard."""
    parts: list[Markup] = []
    for at, (way, side) in enumerate(zip(axis.event.ways, SIDES, strict=False)):
        y = at * LANE + 3
        quiet = silences(way, axis.event.span)
        edges = [axis.event.span[0], *(us for silence in quiet for us in silence), axis.event.span[1]]
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            if last > first or first in way.us:
                parts.append(rect(axis.x(first) - 0.6, y, max(axis.x(last) - axis.x(first), 0) + 1.2, LANE - 6, f"lane {side}"))
    return Panel("Heard", LANE * len(axis.event.ways) + 1, tuple(parts))


def _apart(axis: _Axis) -> Panel | None:
    """Distance of the antennas, on a logarithmic scale: 40 m alongside and 10 km an hour before are both of interest."""
    found = apart(axis.event)
    if found is None:
        return None
    height = 104.0
    known = np.maximum(found.metres[~np.isnan(found.metres)], 1.0)
    low = math.floor(math.log10(max(float(known.min()), 10.0)))
    high = max(math.log10(float(known.max())) + 0.1, low + 1.0)
    scale = Scale(low, high, height, 0)
    parts = [part for power in range(low, math.floor(high) + 1) for part in _rung(scale(power), _metres(10.0**power))]
    heights = np.log10(np.maximum(found.metres, 10.0**low))
    parts += _lines(axis, found.us, heights, scale, "line-apart", SILENT_US)
    return Panel("Distance between the antennas", height, tuple(parts))


def _metres(value: float) -> str:
    return f"{value:,.0f} m" if value < 1000 else f"{value / 1000:,.0f} km"


def _rung(y: float, label: str) -> Iterator[Markup]:
    yield line(LEFT, y, WIDTH - RIGHT, y, "rung")
    yield text(label, LEFT - 5, y + 4, "tick", anchor="end")


def _lines(axis: _Axis, us: Wholes, values: Floats, scale: Scale, style: str, longest_us: int) -> Iterator[Markup]:
    """A line through the known values, broken where two are farther apart in time."""
    runs: list[list[tuple[float, float]]] = [[]]
    last = None
    for at, value in zip(us.tolist(), values.tolist(), strict=True):
        if math.isnan(value):
            continue
        if last is not None and at - last > longest_us:
            runs.append([])
        runs[-1].append((axis.scale(at), scale(value)))
        last = at
    for run in runs:
        if len(run) > 1:
            yield path(_stepped(run), style)
        elif run:
            yield element("circle", cx=run[0][0], cy=run[0][1], r=1.6, class_=f"dot {style}")


def _stepped(run: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Of points that fall on one unit of the picture the first, the highest, the lowest and the last."""
    columns: dict[int, list[tuple[float, float]]] = {}
    for point in run:
        columns.setdefault(int(point[0]), []).append(point)
    kept = []
    for points in columns.values():
        chosen = {points[0], points[-1], min(points, key=lambda p: p[1]), max(points, key=lambda p: p[1])}
        kept += [point for point in points if point in chosen]
    return kept


def _speeds(axis: _Axis) -> Panel | None:
    known = [way.sog_kn[~np.isnan(way.sog_kn)] for way in axis.event.ways]
    if not any(len(values) for values in known):
        return None
    height = 76.0
    steps = round_steps(max(1.0, *(float(values.max()) for values in known if len(values))), 3)
    scale = Scale(0, steps[-1], height, 0)
    parts = [part for step in steps for part in _rung(scale(step), f"{step:g} kn")]
    for way, side in zip(axis.event.ways, SIDES, strict=False):
        parts += _lines(axis, way.us, way.sog_kn, scale, f"line {side}", SILENT_US)
    return Panel("Speed over ground", height, tuple(parts))


def _headings(axis: _Axis) -> Panel | None:
    """Dots, not lines, for a heading passes from 360 to 0; thin ones where only the course of a moving ship is known."""
    height = 76.0
    scale = Scale(0, 360, height, 0)
    parts: list[Markup] = []
    courses = 0
    for way, side in zip(axis.event.ways, SIDES, strict=False):
        given = ~np.isnan(way.heading_deg)
        course = ~given & ~np.isnan(way.cog_deg) & (np.nan_to_num(way.sog_kn) >= MOVING_KN)
        courses += int(course.sum())
        parts += _dots(axis, way.us[given], way.heading_deg[given], scale, f"spot {side}")
        parts += _dots(axis, way.us[course], way.cog_deg[course], scale, f"spot course {side}")
    if not parts:
        return None
    rungs = [
        part
        for degrees in (0, 90, 180, 270, 360)
        for part in _rung(scale(degrees), f"{degrees}°" if degrees % 180 == 0 else "")
    ]
    told = sum(len(way.us) for way in axis.event.ways)
    title = "Heading" + (" (thin: course, where no heading was sent)" if courses > MENTIONED * told else "")
    return Panel(title, height, (*rungs, *parts))


def _dots(axis: _Axis, us: Wholes, values: Floats, scale: Scale, style: str) -> Iterator[Markup]:
    """Dots as one path of strokes without length; those that would lie on each other once."""
    places = {
        (round(axis.scale(at) * 2) / 2, round(scale(value))) for at, value in zip(us.tolist(), values.tolist(), strict=True)
    }
    if places:
        yield element("path", d="".join(f"M{number(x)} {number(y)}h0" for x, y in sorted(places)), class_=style)


def _draughts(axis: _Axis) -> Panel | None:
    """Draughts as crews typed them in, each until the next; those of days before and after stand at the edges."""
    # Two transmitters of one number cannot be told apart by what they typed in.
    ships = axis.event.ships[: len(set(axis.event.mmsis))]
    near = [_changes(ship.draughts, axis.event.span) for ship in ships]
    values = [draught for said in near for _, draught in said]
    if not values:
        return None
    height = 64.0
    low, high = math.floor(min(values) - 0.3), math.ceil(max(values) + 0.3)
    scale = Scale(low, high, height, 0)
    middle = (low + high) / 2
    parts = [part for step in (low, middle, high) for part in _rung(scale(step), f"{step:g} m")]
    for said, side in zip(near, SIDES, strict=False):
        points = [(axis.x(us), scale(draught)) for us, draught in said]
        if points:
            steps = [point for (x0, y0), (x1, y1) in pairwise(points) for point in ((x0, y0), (x1, y0), (x1, y1))]
            yield_to = (WIDTH - RIGHT, points[-1][1])
            parts.append(path([*(steps or points), yield_to], f"line {side}"))
            parts += [element("circle", cx=x, cy=y, r=2.6, class_=f"dot line {side}") for x, y in points]
    return Panel("Draught, as typed in by the crew", height, tuple(parts))


def _changes(draughts: Sequence[tuple[int, float]], span: tuple[int, int]) -> list[tuple[int, float]]:
    """What was said within days of the event, without what was said again."""
    near = [(us, value) for us, value in draughts if span[0] - DRAUGHTS_BESIDE_US <= us <= span[1] + DRAUGHTS_BESIDE_US]
    return near[:1] + [now for before, now in pairwise(near) if now[1] != before[1]]


def _time_axis(axis: _Axis, y: float) -> Iterator[Markup]:
    first, last = axis.event.span
    step = next((one for one in _STEPS_US if (last - first) / one <= 6), _STEPS_US[-1])
    yield line(LEFT, y, WIDTH - RIGHT, y, "axis")
    free = days_free = float("-inf")
    days: list[object] = []
    for us in range(first // step * step + step, last + 1, step):
        x, time = axis.x(us), moment(us)
        yield line(x, y, x, y + 4, "axis")
        half = text_width("00:00", FONT) / 2
        if step < 24 * US_PER_HOUR and x - half > free and x + half < WIDTH:
            yield text(f"{time:%H:%M}", x, y + 16, "tick", anchor="middle")
            free = x + half + 4
        named = f"{time.day} {time:%b}" + ("" if days else f" {time:%Y}")
        half = text_width(named, FONT) / 2
        if time.date() not in days and x - half > days_free and x + half < WIDTH:
            yield text(named, x, y + (30 if step < 24 * US_PER_HOUR else 16), "tick", anchor="middle")
            days.append(time.date())
            days_free = x + half + 6
