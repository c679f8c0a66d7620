"""What every map carries: graticule, scale bar, north arrow; and the legend under the maps."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from darkwake.dossier.book import Book
from darkwake.dossier.coast import Projection
from darkwake.dossier.movements import Movements
from darkwake.dossier.svg import element, line, rect, text

_STEPS_DEG = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
_BARS_M = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000)


def graticule(projection: Projection) -> Iterator[Markup]:
    """Meridians and parallels with their degrees at the left and upper edges."""
    box = projection.box
    room = 5 if projection.width > 500 else 3
    step = next((s for s in _STEPS_DEG if (box.east - box.west) / s <= room), _STEPS_DEG[-1])
    for k in range(int(box.west // step) + 1, int(box.east // step) + 1):
        x, _ = projection(box.south, k * step)
        yield line(x, 0, x, projection.height, "graticule")
        if 30 < x < projection.width - 44:
            yield text(_degrees((k * step + 180) % 360 - 180, "E", "W", step), x + 3, 13, "degrees")
    for k in range(int(box.south // step) + 1, int(box.north // step) + 1):
        _, y = projection(k * step, box.west)
        yield line(0, y, projection.width, y, "graticule")
        if 24 < y < projection.height - 46:
            yield text(_degrees(k * step, "N", "S", step), 4, y - 4, "degrees")


def _degrees(value: float, positive: str, negative: str, step: float) -> str:
    digits = 0 if step >= 1 else 1 if step >= 0.1 else 2
    return f"{abs(value):.{digits}f}° {positive if value >= 0 else negative}"


def scale_bar(projection: Projection) -> Iterator[Markup]:
    """A bar of a round length, true at the latitude that it names, and an arrow to the north."""
    room = projection.width * 0.30
    metres = next((m for m in reversed(_BARS_M) if projection.length(m) <= room), _BARS_M[0])
    width = projection.length(metres)
    y = projection.height - 12
    room_for_words = max(width, 112.0)
    yield rect(5, y - 27, room_for_words + 36, 34, "bar-ground")
    yield rect(12, y - 4, width, 5, "bar-dark")
    yield rect(12, y - 4, width / 2, 5, "bar-light")
    latitude = _degrees(projection.middle_lat, "N", "S", 1.0)
    yield text(f"{metres} m" if metres < 1000 else f"{metres // 1000:,} km at {latitude}", 12, y - 9, "degrees")
    yield from _north(room_for_words + 26, y - 24)


def _north(x: float, y: float) -> Iterator[Markup]:
    """North is up everywhere in this projection."""
    yield element("path", d=f"M{x:.1f} {y:.1f}l6 15l-6 -4l-6 4Z", class_="north")
    yield text("N", x, y + 27, "north-letter", anchor="middle")


_DIAMOND, _CROSS, _SQUARE = "M12 2l6 6l-6 6l-6 -6Z", "M8 4l8 8m0 -8l-8 8", "M8 4h8v8h-8Z"
_MARKS = {
    ("encounter", True): (_CROSS, "encounter of two transmitters"),
    ("seen", True): (_DIAMOND, "seen in an image, AIS fits"),
    ("seen", False): (_DIAMOND, "seen in an image, no AIS fits"),
}


def legend(moved: Movements, book: Book) -> Markup:
    """What the signs mean; only those that are drawn."""
    items = [Markup("<li>{} {}</li>").format(sample, meaning) for sample, meaning in _entries(moved, book)]
    return Markup('<ul class="legend">{}</ul>').format(Markup("").join(items))


def _entries(moved: Movements, book: Book) -> Iterator[tuple[Markup, str]]:
    for made_up in (False, True):
        label = "simulated, not evidence: " if made_up else ""
        if any(one.simulated == made_up for one in moved.tracks):
            yield (
                _sample("M1 8H23", "track simulated" if made_up else "track"),
                f"{label}{'track' if made_up else 'track heard on AIS'}",
            )
        gaps = [gap for gap in moved.gaps if gap.simulated == made_up]
        if gaps:
            single = "; a single ring: silent to the end of the data" if any(gap.end is None for gap in gaps) else ""
            yield _gap_sample(gaps[0].style), f"{label}gap, AIS silent between two rings; the way between is not known{single}"
        for (kind, matched), (shape, meaning) in _MARKS.items():
            marks = [one for one in moved.marks if (one.kind, one.matched, one.simulated) == (kind, matched, made_up)]
            if marks:
                yield _sample(shape, marks[0].style), label + meaning
    verified = {row["verified"] for row in book.rows("places")}
    if True in verified:
        yield _sample(_SQUARE, "place"), "place, position read in a source"
    if False in verified:
        yield _sample(_SQUARE, "place unverified"), "place marked (?): position not verified"


def _sample(data: str, style: str) -> Markup:
    return _drawn(element("path", d=data, class_=style))


def _gap_sample(style: str) -> Markup:
    ring = Markup('<circle cx="{}" cy="8" r="3.5" class="{}-end"/>')
    return _drawn(element("path", d="M4 8H20", class_=style), ring.format(4, style), ring.format(20, style))


def _drawn(*parts: Markup) -> Markup:
    return element("svg", *parts, viewBox="0 0 24 16", width=24.0, height=16.0, aria_hidden="true")
