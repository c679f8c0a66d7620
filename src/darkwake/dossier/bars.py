"""Small bars in the cells of a table, beside the number that they show; they say nothing that the number does not."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from darkwake.dossier.svg import element

_HEIGHT = 12.0
_ROOM = 100.0
"""Width of a whole bar, in units of its view box."""


def bar(share: float, style: str) -> Markup:
    """A bar as long as a share, from 0 to 1, of the cell.

    >>> '<rect x="0" y="1" width="50" height="10" class="shared"/>' in bar(0.5, "shared")
    True
    """
    width = min(max(share, 0.0), 1.0) * _ROOM
    return _drawn([element("rect", x=0.0, y=1.0, width=width, height=_HEIGHT - 2, class_=style)], _HEIGHT)


def seen_and_unseen(seen: float, low: float, middle: float, high: float, most: float) -> Markup:
    """What was seen, and under it the interval of what nobody saw, on one scale but apart from one another."""
    scale = _ROOM / (most or 1.0)
    parts = [
        element("rect", x=0.0, y=1.0, width=seen * scale, height=9.0, class_="bar"),
        element("rect", x=low * scale, y=14.0, width=max((high - low) * scale, 0.6), height=9.0, class_="unseen-span"),
        element("rect", x=max(middle * scale - 0.5, 0.0), y=12.5, width=1.0, height=12.0, class_="unseen-middle"),
    ]
    return _drawn(parts, 26.0)


def _drawn(parts: Iterable[Markup], height: float) -> Markup:
    return element("svg", *parts, viewBox=f"0 0 {_ROOM:.0f} {height:.0f}", class_="cell-bar", aria_hidden="true")
