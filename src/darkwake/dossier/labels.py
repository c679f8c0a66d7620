"""Labels on a map that do not run into each other: each tries eight places around its point, and is left out if none is free.

Greedy, in the order of the calls (Christensen, Marks & Shieber 1995, ACM Trans. Graphics 14, compare better and slower ways):
whoever matters more is placed first. What could not be placed is returned, so that the page can name it in words.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from darkwake.dossier.svg import text_width

LINE_HEIGHT = 1.15
_CANDIDATES = (
    ("start", 8, 0.35),
    ("end", -8, 0.35),
    ("start", 6, -0.6),
    ("start", 6, 1.25),
    ("end", -6, -0.6),
    ("end", -6, 1.25),
)
_MIDDLE = (("middle", 0, -0.8), ("middle", 0, 1.6))


@dataclass(frozen=True)
class Area:
    """A box in the picture: left, top, right, bottom."""

    x0: float
    y0: float
    x1: float
    y1: float

    def meets(self, other: Area) -> bool:
        """Whether two boxes share more than an edge."""
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1

    def inside(self, other: Area) -> bool:
        """Whether this box lies within another."""
        return self.x0 >= other.x0 and self.y0 >= other.y0 and self.x1 <= other.x1 and self.y1 <= other.y1


@dataclass(frozen=True)
class Label:
    """A label that found its place: its lines, the first baseline, and its anchor."""

    lines: tuple[str, ...]
    x: float
    y: float
    anchor: str


@dataclass
class Labeller:
    """The free room of one picture."""

    frame: Area
    font: float
    taken: list[Area] = field(default_factory=list)

    def block(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Keep labels out of a box."""
        self.taken.append(Area(x0, y0, x1, y1))

    def place(self, words: str, x: float, y: float, *, wrap: int = 28) -> Label | None:
        """Find room beside a point; the label then holds it.

        >>> room = Labeller(Area(0, 0, 200, 100), 10.0)
        >>> room.place("Rajin", 50.0, 50.0).anchor, room.place("Rajin", 50.0, 50.0).anchor
        ('start', 'end')
        """
        rows = tuple(textwrap.wrap(words, wrap)) or ("",)
        width = max(text_width(row, self.font) for row in rows)
        height = len(rows) * self.font * LINE_HEIGHT
        for anchor, dx, dy in (*_CANDIDATES, *_MIDDLE):
            label = Label(rows, x + dx, self._baseline(y, dy, len(rows)), anchor)
            left = label.x - {"start": 0.0, "end": width, "middle": width / 2}[anchor]
            area = Area(left, label.y - self.font, left + width, label.y - self.font + height)
            if area.inside(self.frame) and not any(area.meets(other) for other in self.taken):
                self.taken.append(area)
                return label
        return None

    def _baseline(self, y: float, dy: float, rows: int) -> float:
        """First baseline: lines beside the point are centred on it, lines above it end there."""
        extra = (rows - 1) * self.font * LINE_HEIGHT
        return y + dy * self.font - (extra / 2 if dy == 0.35 else extra if dy < 0 else 0.0)
