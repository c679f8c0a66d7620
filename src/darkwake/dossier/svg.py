"""Pictures as SVG text: a few functions that write elements, escape whatever comes from data, and scale axes.

Not a plotting library: the dossier needs three kinds of picture that carry a title, a description, and no script, font or
address, and that come out as the same bytes every time. Colours and strokes stand in ``assets/dossier.css``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from markupsafe import Markup

GLYPH_WIDTH = 0.56
"""Width of a mean Latin letter over the font's size: Liberation Sans, measured over a page of text; wide ones count double."""
WIDE_FROM = 0x1100
"""First code point that is drawn about as wide as it is high (Hangul, Han, Kana)."""


@dataclass(frozen=True)
class Canvas:
    """How large a picture is, and its letters, in units of its view box: one for wide screens, one for phones."""

    width: float
    height: float
    font: float
    narrow: bool


def number(value: float) -> str:
    """A coordinate to a tenth of a unit, without a trailing zero.

    >>> number(12.04), number(3.0), number(-0.01)
    ('12', '3', '0')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(tag: str, *children: Markup | str, **attributes: str | float | None) -> Markup:
    """One element; children that are plain text are escaped, attributes always.

    >>> element("text", "<b>", x=1.25, class_="tick")
    Markup('<text x="1.2" class="tick">&lt;b&gt;</text>')
    """
    words = [
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), number(v) if isinstance(v, float | int) else v)
        for name, v in attributes.items()
        if v is not None
    ]
    if not children:
        return Markup("<{0}{1}/>").format(tag, Markup("").join(words))
    return Markup("<{0}{1}>{2}</{0}>").format(tag, Markup("").join(words), Markup("").join(children))


def group(children: Iterable[Markup], **attributes: str | float | None) -> Markup:
    """Elements that belong together."""
    return element("g", *children, **attributes)


def text(words: str, x: float, y: float, style: str, *, anchor: str | None = None, size: float | None = None) -> Markup:
    """A line of text; ``anchor`` is start, middle or end."""
    return element("text", words, x=x, y=y, class_=style, text_anchor=anchor, font_size=size)


def line(x0: float, y0: float, x1: float, y1: float, style: str) -> Markup:
    """A straight line."""
    return element("line", x1=x0, y1=y0, x2=x1, y2=y1, class_=style)


def rect(x: float, y: float, width: float, height: float, style: str) -> Markup:
    """A box."""
    return element("rect", x=x, y=y, width=width, height=height, class_=style)


def path(points: Sequence[tuple[float, float]], style: str, *, closed: bool = False) -> Markup:
    """A line through points."""
    return element("path", d=track(points, closed=closed), class_=style)


def track(points: Sequence[tuple[float, float]], *, closed: bool = False) -> str:
    """The path data of a line through points.

    >>> track([(0, 0), (1, 2)], closed=True)
    'M0 0L1 2Z'
    """
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + ("Z" if closed else "")


def picture(canvas: Canvas, *, key: str, title: str, description: str, children: Iterable[Markup]) -> Markup:
    """A whole picture with its text alternative and the hatching that marks what is simulated."""
    hatch = element(
        "pattern",
        element("path", d="M0 8L8 0", class_="hatch"),
        id=f"{key}-hatch",
        width=8,
        height=8,
        patternUnits="userSpaceOnUse",
    )
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", description, id=f"{key}-desc"),
        element("defs", hatch),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(canvas.width)} {number(canvas.height)}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        font_size=canvas.font,
        class_="narrow" if canvas.narrow else "wide",
    )


def text_width(words: str, size: float) -> float:
    """About how wide a line of text is drawn.

    >>> text_width("ab", 10.0) < text_width("백양", 10.0)
    True
    """
    return size * sum(1.0 if ord(letter) >= WIDE_FROM else GLYPH_WIDTH for letter in words)


def shortened(words: str, room: float, size: float) -> str:
    """The text cut to the room it has, with an ellipsis.

    >>> shortened("Vostochny oil products berth", 62.0, 10.0)
    'Vostochny…'
    """
    if text_width(words, size) <= room:
        return words
    kept = words
    while kept and text_width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


@dataclass(frozen=True)
class Scale:
    """A straight map from values to positions."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The position of a value."""
        return self.start + (value - self.low) / ((self.high - self.low) or 1.0) * (self.end - self.start)


def round_steps(high: float, steps: int) -> list[float]:
    """Round values from 0 to beyond ``high`` in about so many steps.

    >>> round_steps(1_230_000, 5)
    [0.0, 250000.0, 500000.0, 750000.0, 1000000.0, 1250000.0]
    """
    if high <= 0:
        return [0.0, 1.0]
    rough = high / steps
    power = 10 ** math.floor(math.log10(rough))
    width = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    return [width * k for k in range(math.ceil(high / width) + 1)]


def day_number(moment: date | datetime) -> float:
    """Days since year 1, with the time of day as a fraction."""
    if isinstance(moment, datetime):
        return moment.toordinal() + (moment.hour * 60 + moment.minute) / 1440
    return float(moment.toordinal())


def month_starts(first: date, last: date, most: int) -> list[date]:
    """First days of months within an interval, thinned to at most ``most`` in steps of 1, 2, 3, 6 or 12 months and years.

    >>> month_starts(date(2024, 1, 1), date(2024, 12, 31), 4)
    [datetime.date(2024, 1, 1), datetime.date(2024, 4, 1), datetime.date(2024, 7, 1), datetime.date(2024, 10, 1)]
    """
    months = [date(y, m, 1) for y in range(first.year, last.year + 1) for m in range(1, 13)]
    inside = [start for start in months if first <= start <= last]
    for step in (1, 2, 3, 6, 12, 24, 60, 120):
        kept = [start for start in inside if ((start.year * 12) + start.month - 1) % step == 0]
        if len(kept) <= most:
            return kept
    return inside[:1]


def month_name(start: date, *, with_year: bool) -> str:
    """A tick's label: the month, and the year where it begins or is asked for."""
    return f"{start:%b %Y}" if with_year else f"{start:%b}"


def month_ticks(scale: Scale, first: date, last: date, most: int, canvas: Canvas) -> list[tuple[float, str]]:
    """Positions and labels of months along an axis; a label that would meet the one before or the edge is left out."""
    ticks: list[tuple[float, str]] = []
    free = float("-inf")
    for start in month_starts(first, last, most):
        x = scale(day_number(start))
        label = month_name(start, with_year=not ticks or start.month == 1)
        end = x + text_width(label, canvas.font)
        if x > free and end < canvas.width:
            ticks.append((x, label))
            free = end + 3
        else:
            ticks.append((x, ""))
    return ticks


def corners(values: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points at which a line bends; those on a straight stretch are left out.

    >>> corners([(0, 0), (1, 1), (2, 2), (3, 0)])
    [(0, 0), (2, 2), (3, 0)]
    """
    if len(values) < 3:
        return list(values)
    bends = [
        b
        for (a, b), (_, c) in zip(pairwise(values), pairwise(values[1:]), strict=False)
        if abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) > 1e-9
    ]
    return [values[0], *bends, values[-1]]
