"""The maps: where ships were heard, where they fell silent, where they were seen, and the places of the case.

An overview that fits what happened, and enlarged harbours. A simulated track is dashed and says so; a gap is dotted between
two rings, for nobody knows the way between; a place whose position was not verified is a hollow mark with a question mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row, simulated, without_brackets
from darkwake.dossier.chart_marks import graticule, legend, scale_bar
from darkwake.dossier.coast import INSETS, OVERVIEW, Box, Coast, Point, Projection, fitted, piece
from darkwake.dossier.labels import LINE_HEIGHT, Area, Label, Labeller
from darkwake.dossier.movements import Gap, Movements, movements
from darkwake.dossier.svg import Canvas, element, group, path, picture, rect, text, text_width, track

_WIDE, _NARROW, _INSET = 760.0, 358.0, 372.0
_CHART_KINDS = ("port", "terminal", "anchorage", "transfer area", "rail crossing", "depot")
_LABELLED_GAPS = 6


@dataclass(frozen=True)
class Map:
    """The maps of the page and what has to be said of them."""

    overview: tuple[Markup, Markup]
    insets: tuple[Markup, ...]
    legend: Markup
    remarks: tuple[str, ...]


@dataclass
class _Sheet:
    """One map while it is drawn."""

    projection: Projection
    labeller: Labeller
    coast: Coast | None
    key: str
    inset: bool
    enlarged: tuple[Box, ...] = ()
    """Harbours whose marks are drawn on a map of their own."""

    @property
    def box(self) -> Box:
        return self.projection.box


def maps(book: Book) -> Map | None:
    """The overview and the harbours, or nothing where nothing is located."""
    moved = movements(book)
    points = [*moved.points, *_located_places(book)]
    region = piece(OVERVIEW)
    near = [point for point in points if region.box.holds(*point)]
    chosen = near or points
    if not chosen:
        return None
    coast = region if near else None
    insets = [piece(key) for key in INSETS if near and _concerns(piece(key).box, book, moved)]
    overview = [
        _overview(book, moved, coast, _fit(chosen, coast, aspect), insets, width=width, key=f"map-{name}")
        for name, width, aspect in (("wide", _WIDE, (0.7, 1.15)), ("narrow", _NARROW, (1.0, 1.4)))
    ]
    drawn = tuple(_inset(book, moved, inset, letter) for letter, inset in zip("ABCDEF", insets, strict=False))
    remarks = (*_remarks(book, moved, _fit(chosen, coast, (0.7, 1.15)), coast), *_without_room(overview[0][1]))
    return Map((overview[0][0], overview[1][0]), drawn, legend(moved, book), remarks)


def _fit(points: list[Point], coast: Coast | None, aspect: tuple[float, float]) -> Box:
    return fitted(points, coast.box if coast else None, least_deg=2.0, aspect=aspect)


def _located_places(book: Book) -> list[Point]:
    """Positions of the places that visits concern; of all places where there are no visits."""
    visited = {row["place_id"] for row in book.rows("visits")}
    rows = [row for row in book.rows("places") if row["place_id"] in visited] or book.rows("places")
    return [(row["lat"], row["lon"]) for row in rows]


def _concerns(box: Box, book: Book, moved: Movements) -> bool:
    visited = {row["place_id"] for row in book.rows("visits")}
    inside = [row for row in book.rows("places") if box.holds(row["lat"], row["lon"])]
    return any(row["place_id"] in visited for row in inside) or (bool(inside) and any(box.holds(*p) for p in moved.points))


def _remarks(book: Book, moved: Movements, box: Box, coast: Coast | None) -> Iterator[str]:
    outside = sorted({row["name"] for row in book.rows("places") if not box.holds(row["lat"], row["lon"])})
    if coast is None:
        yield "No coastline of this region is stored; the map shows positions alone."
    if not moved.tracks:
        yield "No track of a ship was taken in."
    if moved.gaps_left_out:
        yield f"Of the gaps, the {len(moved.gaps)} longest are drawn; {moved.gaps_left_out} shorter ones stand in the tables."
    if outside:
        yield f"Places outside this map: {'; '.join(outside)}."


def _without_room(names: list[str]) -> Iterator[str]:
    if names:
        yield f"Marked without room for a name on the overview: {'; '.join(sorted(names))}."


def _sheet(projection: Projection, font: float, coast: Coast | None, key: str, *, inset: bool) -> _Sheet:
    frame = Area(2, 2, projection.width - 2, projection.height - 2)
    labeller = Labeller(frame, font)
    labeller.block(0, projection.height - 42, max(projection.width * 0.36, 160), projection.height)
    return _Sheet(projection, labeller, coast, key, inset)


def _overview(
    book: Book, moved: Movements, coast: Coast | None, box: Box, insets: list[Coast], *, width: float, key: str
) -> tuple[Markup, list[str]]:
    sheet = _sheet(Projection(box, width), 13.0, coast, key, inset=False)
    sheet.enlarged = tuple(inset.box for inset in insets)
    frames = [part for letter, inset in zip("ABCDEF", insets, strict=False) for part in _frame(sheet, inset, letter)]
    marks, without = _places(sheet, _chart_places(book, box, insets))
    children = [*_ground(sheet), *frames, *_moves(sheet, moved), *marks, *_gap_labels(sheet, moved), *_names(sheet)]
    title = "Map of the case" if coast is None else f"Map: {coast.title}"
    return _drawn(sheet, children, title, _description(book, moved, box)), without


def _inset(book: Book, moved: Movements, coast: Coast, letter: str) -> Markup:
    sheet = _sheet(Projection(coast.box, _INSET), 12.5, coast, f"inset-{coast.key}", inset=True)
    places = [row for row in _by_weight(book) if coast.box.holds(row["lat"], row["lon"])]
    marks, _ = _places(sheet, places)
    children = [*_ground(sheet), *_moves(sheet, moved), *marks, *_gap_labels(sheet, moved)]
    return _drawn(sheet, children, f"{letter}: {coast.title}", _description(book, moved, coast.box))


def _drawn(sheet: _Sheet, children: list[Markup], title: str, description: str) -> Markup:
    projection = sheet.projection
    frame = element("rect", x=0, y=0, width=projection.width, height=projection.height)
    clip = element("clipPath", frame, id=f"{sheet.key}-clip")
    canvas = Canvas(projection.width, projection.height, sheet.labeller.font, narrow=projection.width == _NARROW)
    body = group(children, clip_path=f"url(#{sheet.key}-clip)")
    over = [rect(0.8, 0.8, projection.width - 1.6, projection.height - 1.6, "neatline"), *scale_bar(projection)]
    return picture(canvas, key=sheet.key, title=title, description=description, children=[clip, body, *over])


def _description(book: Book, moved: Movements, box: Box) -> str:
    names = [row["name"] for row in _by_weight(book) if box.holds(row["lat"], row["lon"])]
    gaps = [gap for gap in moved.gaps if box.holds(*gap.start)]
    label = "simulated " if moved.tracks and all(one.simulated for one in moved.tracks) else ""
    parts = [f"Places: {', '.join(names) or 'none'}"]
    parts.append(f"{words.count(len(moved.tracks), f'{label}track', f'{label}tracks')} in the case")
    parts += [f"gap: {gap.words}" for gap in gaps]
    return ". ".join(parts) + "."


def _ground(sheet: _Sheet) -> Iterator[Markup]:
    """Sea, land, lakes, borders and the graticule."""
    projection = sheet.projection
    yield rect(0, 0, projection.width, projection.height, "sea")
    if sheet.coast:
        for style, rings, closed in (
            ("land", sheet.coast.land, True),
            ("sea lake", sheet.coast.lakes, True),
            ("border", sheet.coast.borders, False),
        ):
            data = "".join(track(projection.ring(ring), closed=closed) for ring in rings)
            if data:
                yield element("path", d=data, class_=style)
    yield from graticule(projection)


def _moves(sheet: _Sheet, moved: Movements) -> Iterator[Markup]:
    """Tracks, gaps, encounters and ships seen in images."""
    projection = sheet.projection
    for one in moved.tracks:
        for leg in one.thinned(0.7 / projection.per_degree):
            yield path([projection(lat, lon) for lat, lon in leg], "track simulated" if one.simulated else "track")
    for gap in moved.gaps:
        yield from _gap(projection, gap)
    for mark in moved.marks:
        if any(box.holds(*mark.at) for box in sheet.enlarged):
            continue
        x, y = projection(*mark.at)
        size = 5.5
        shape = f"M{x:.1f} {y - size:.1f}l{size} {size}l-{size} {size}l-{size} -{size}Z"
        if mark.kind == "encounter":
            shape = f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"
        yield element("path", d=shape, class_=mark.style)
        sheet.labeller.block(x - 6, y - 6, x + 6, y + 6)
        label = sheet.labeller.place("simulated", x, y) if mark.simulated and sheet.box.holds(*mark.at) else None
        if label:
            yield _label(label, sheet.labeller.font, "gap-label")


def _gap(projection: Projection, gap: Gap) -> Iterator[Markup]:
    start = projection(*gap.start)
    ends = [start] if gap.end is None else [start, projection(*gap.end)]
    if len(ends) == 2:
        yield path(ends, gap.style)
    for x, y in ends:
        yield Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4" class="{}-end"/>').format(x, y, gap.style)


def _gap_labels(sheet: _Sheet, moved: Movements) -> Iterator[Markup]:
    inside = [gap for gap in moved.gaps if sheet.box.holds(*gap.start)]
    inside = [gap for gap in inside if gap.end is not None or not any(box.holds(*gap.start) for box in sheet.enlarged)]
    for gap in inside:
        x, y = sheet.projection(*gap.start)
        sheet.labeller.block(x - 5, y - 5, x + 5, y + 5)
    for gap in inside[:_LABELLED_GAPS]:
        near = gap.start if sheet.inset or gap.end is None else gap.middle
        label = sheet.labeller.place(gap.label, *sheet.projection(*near), wrap=24)
        if label:
            yield _label(label, sheet.labeller.font, "gap-label")


def _frame(sheet: _Sheet, inset: Coast, letter: str) -> Iterator[Markup]:
    x0, y0 = sheet.projection(inset.box.north, inset.box.west)
    x1, y1 = sheet.projection(inset.box.south, inset.box.east)
    yield rect(x0, y0, x1 - x0, y1 - y0, "inset-frame")
    width = text_width(letter, 13) + 8
    at_left = x0 - width if x0 > width else x1
    yield rect(at_left, y0, width, 17, "inset-letter-box")
    yield text(letter, at_left + width / 2, y0 + 13, "inset-letter", anchor="middle")
    sheet.labeller.block(at_left, y0, at_left + width, y0 + 17)


def _by_weight(book: Book) -> list[Row]:
    """Places in the order in which they get room for their names."""
    visited = {row["place_id"] for row in book.rows("visits")}
    kinds = {kind: k for k, kind in enumerate(("port", "berth", "terminal", "transfer area", "anchorage", "rail crossing"))}
    return sorted(
        book.rows("places"),
        key=lambda row: (row["place_id"] not in visited, kinds.get(row["kind"], 9), row["name"], row["place_id"]),
    )


def _chart_places(book: Book, box: Box, insets: list[Coast]) -> list[Row]:
    """Places of the overview: those visited and those of the sea; where a harbour is enlarged, one alone stands for it."""
    visited = {row["place_id"] for row in book.rows("visits")}
    kept, taken = [], set()
    for row in sorted(_by_weight(book), key=lambda r: r["kind"] != "port"):
        if not box.holds(row["lat"], row["lon"]) or (row["kind"] not in _CHART_KINDS and row["place_id"] not in visited):
            continue
        inset = next((one.key for one in insets if one.box.holds(row["lat"], row["lon"])), None)
        if inset is None or inset not in taken:
            kept.append(row)
            taken.add(inset)
    return sorted(kept, key=lambda r: r["place_id"] not in visited)


def _places(sheet: _Sheet, rows: list[Row]) -> tuple[list[Markup], list[str]]:
    """Marks and names; the names for which there was no room."""
    located = [(row, *sheet.projection(row["lat"], row["lon"])) for row in rows]
    for _, x, y in located:
        sheet.labeller.block(x - 5, y - 5, x + 5, y + 5)
    marks, without = [], []
    for row, x, y in located:
        if sheet.inset and row["extent_m"]:
            radius = sheet.projection.length(row["extent_m"], row["lat"])
            marks.append(element("circle", cx=x, cy=y, r=radius, class_="extent"))
    for row, x, y in located:
        label = sheet.labeller.place(short_name(row), x, y, wrap=22 if sheet.inset else 26)
        marks.append(rect(x - 4, y - 4, 8, 8, "place" if row["verified"] else "place unverified"))
        if label:
            marks.append(_label(label, sheet.labeller.font, "place-label simulated" if simulated(row) else "place-label"))
        else:
            without.append(row["name"])
    return marks, without


def short_name(row: Row) -> str:
    """A place's name without a code in brackets; a question mark where its position was not verified.

    >>> short_name({"name": "Rajin / Najin (KPNJN)", "verified": False, "origin": "published"})
    'Rajin / Najin (?)'
    """
    name = without_brackets(row["name"])
    label = f"{name} (?)" if not row["verified"] else name
    return f"{label} (simulated)" if simulated(row) else label


def _label(label: Label, font: float, style: str) -> Markup:
    lines = [element("tspan", row, x=label.x, dy=0.0 if k == 0 else font * LINE_HEIGHT) for k, row in enumerate(label.lines)]
    return element("text", *lines, x=label.x, y=label.y, class_=style, text_anchor=label.anchor)


def _names(sheet: _Sheet) -> Iterator[Markup]:
    """Names of seas and lands, where they leave the rest alone."""
    drawn: set[str] = set()
    for name in sheet.coast.labels if sheet.coast else []:
        lat, lon = float(name["lat"]), float(name["lon"])
        x, y = sheet.projection(lat, lon)
        width = text_width(str(name["text"]), 14) * 1.15
        area = Area(x - width / 2, y - 14, x + width / 2, y + 4)
        free = area.inside(sheet.labeller.frame) and not any(area.meets(other) for other in sheet.labeller.taken)
        if free and name["text"] not in drawn:
            drawn.add(str(name["text"]))
            yield text(str(name["text"]), x, y, f"{name['kind']}-name", anchor="middle")
