"""The chart of one event: the ways of its ships around it, silences dotted, and the ships to scale where they came closest."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely
from markupsafe import Markup

from darkwake.dossier.chart_marks import graticule, scale_bar
from darkwake.dossier.coast import Box, Point, Projection, fitted
from darkwake.dossier.events_land import land
from darkwake.dossier.events_shown import Shown, Way, moment
from darkwake.dossier.events_together import SILENT_US, Closest
from darkwake.dossier.svg import Canvas, element, group, line, number, path, picture, rect, text, track
from darkwake.events.hulls import Hull, Hulls
from darkwake.geo import wrap_lon

WIDTH, FONT = 420.0, 12.5
ASPECT = (0.48, 0.62)
LEAST_DEG = 0.02
"""Narrowest chart, degrees of longitude: about 2 km."""
FARTHEST = 3.0
"""The chart shows the event and its surroundings up to so many times the size of the event itself."""
FOOT = 0.16
"""So much of the height is added below for the scale bar, so that it hides nothing."""
THINNED = 0.5
"""Ways are drawn to half a unit of the picture."""
SIDES = ("one", "other")


def chart(event: Shown, key: str) -> Markup | None:
    """The ways around an event; ``None`` where no position is known."""
    ways = [_near(way, event) for way in event.ways]
    points = [point for way in ways for point in way] + _ends(event)
    if not points:
        return None
    box = _box(points)
    projection = Projection(box, WIDTH)
    parts = [
        rect(0, 0, WIDTH, projection.height, "sea"),
        *_land(projection),
        *graticule(projection),
        *(part for way, side in zip(event.ways, SIDES, strict=False) for part in _way(projection, event, way, side)),
        *_marks(projection, event),
    ]
    clip = element("clipPath", element("rect", x=0, y=0, width=WIDTH, height=projection.height), id=f"{key}-clip")
    over = [rect(0.7, 0.7, WIDTH - 1.4, projection.height - 1.4, "neatline"), *scale_bar(projection)]
    canvas = Canvas(WIDTH, projection.height, FONT, narrow=False)
    children = [clip, group(parts, clip_path=f"url(#{key}-clip)"), *over]
    return picture(canvas, key=key, title="Chart of the ways", description=_said(event), children=children)


def _said(event: Shown) -> str:
    drawn, there = event.thinned
    return f"Ways of {len(event.ways)} ship{'s' if len(event.ways) > 1 else ''} around the event, {drawn} of {there} reports."


def _middle(event: Shown) -> float:
    """The longitude around which the chart's longitudes are counted."""
    lon = event.row["lon"]
    starts = [float(way.lon[0]) for way in event.ways if len(way.lon)]
    return float(lon if lon is not None else starts[0])


def _beside(lon: float, middle: float) -> float:
    return middle + float(wrap_lon(lon - middle))


def _turned(way: Way, middle: float) -> np.ndarray:
    """The way's longitudes around the chart's middle."""
    return way.lon + (_beside(float(way.lon[0]), middle) - float(way.lon[0])) if len(way.lon) else way.lon


def _ends(event: Shown) -> list[Point]:
    """Where the event has its own positions."""
    row = event.row
    pairs = [(row["lat"], row["lon"]), (row["end_lat"], row["end_lon"])]
    known = [(lat, lon) for lat, lon in pairs if lat is not None and lon is not None]
    return [(lat, _beside(lon, _middle(event))) for lat, lon in known]


def _near(way: Way, event: Shown) -> list[Point]:
    """The points of a way during the event, and of the time beside it those that are not far off."""
    if not len(way.us):
        return []
    lon = _turned(way, _middle(event))
    during = (way.us >= event.start_us) & (way.us <= event.until_us)
    ends = _ends(event)
    if not during.any() and not ends:
        during[:] = True
    points = list(zip(way.lat.tolist(), lon.tolist(), strict=True))
    kept = [point for point, inside in zip(points, during.tolist(), strict=True) if inside]
    lats, lons = zip(*(kept + ends), strict=True)
    size = max(max(lats) - min(lats), max(lons) - min(lons), LEAST_DEG)
    reach = size * (FARTHEST - 1) / 2
    return kept + [
        (lat, east)
        for lat, east in points
        if min(lats) - reach <= lat <= max(lats) + reach and min(lons) - reach <= east <= max(lons) + reach
    ]


def _box(points: Sequence[Point]) -> Box:
    """A box around points whose longitudes may pass 180."""
    middle = (min(lon for _, lon in points) + max(lon for _, lon in points)) / 2
    found = fitted([(lat, lon - middle) for lat, lon in points], None, least_deg=LEAST_DEG, aspect=ASPECT)
    south = max(found.south - FOOT * (found.north - found.south), -84.0)
    return Box(found.west + middle, south, found.east + middle, found.north)


def _land(projection: Projection) -> Iterator[Markup]:
    found = land(projection.box, most_cells=300)
    if found and found.rings:
        yield element("path", d="".join(track(projection.ring(ring), closed=True) for ring in found.rings), class_="land")


def _way(projection: Projection, event: Shown, way: Way, side: str) -> Iterator[Markup]:
    """A ship's way, thin beside the event and thick during it; silences dotted."""
    if not len(way.us):
        return
    lon = _turned(way, _middle(event))
    points = [projection(lat, east) for lat, east in zip(way.lat.tolist(), lon.tolist(), strict=True)]
    runs: list[list[int]] = [[0]]
    for before, now in pairwise(range(len(points))):
        if way.us[now] - way.us[before] > SILENT_US:
            yield path([points[before], points[now]], f"silent {side}")
            runs.append([])
        runs[-1].append(now)
    yield element("path", d="".join(_thin([points[k] for k in run]) for run in runs if len(run) > 1), class_=f"way {side}")
    within = (way.us >= event.start_us) & (way.us <= event.until_us)
    inside = [[points[k] for k in run if within[k]] for run in runs]
    if event.row["kind"] != "gap" and any(len(run) > 1 for run in inside):
        yield element("path", d="".join(_thin(run) for run in inside if len(run) > 1), class_=f"way during {side}")
    yield element("circle", cx=points[0][0], cy=points[0][1], r=3.5, class_=f"first {side}")
    yield from _arrow(points, side)


def _thin(points: list[Point]) -> str:
    kept = shapely.linestrings(points).simplify(THINNED).coords
    return track(list(kept))


def _arrow(points: list[Point], side: str) -> Iterator[Markup]:
    """An arrow head at the last position, along the last stretch that can be seen."""
    x, y = points[-1]
    back = next(((a, b) for a, b in reversed(points) if math.hypot(x - a, y - b) > 4), None)
    if back is None:
        yield rect(x - 3, y - 3, 6, 6, f"first {side}")
        return
    angle = math.degrees(math.atan2(y - back[1], x - back[0]))
    yield element(
        "path",
        d="M5 0L-6 -4.5L-6 4.5Z",
        class_=f"last {side}",
        transform=f"translate({number(x)} {number(y)}) rotate({number(angle)})",
    )


def _marks(projection: Projection, event: Shown) -> Iterator[Markup]:
    ends = [projection(*end) for end in _ends(event)]
    if event.row["kind"] == "gap":
        for (x, y), us in zip(ends, (event.start_us, event.end_us), strict=False):
            yield element("circle", cx=x, cy=y, r=5.5, class_="gap-end")
            if us is not None:
                aside = 9 if x < WIDTH * 0.7 else -9
                yield text(f"{moment(us):%d %b %H:%M}", x + aside, y + 4, "when", anchor="start" if aside > 0 else "end")
    elif ends:
        x, y = ends[0]
        yield element("path", d=f"M{number(x - 7)} {number(y)}h14M{number(x)} {number(y - 7)}v14", class_="at")


HULLS_WIDTH, HULLS_HEIGHT = 420.0, 190.0
MARGIN = 14.0


def hulls(closest: Closest, key: str) -> Markup:
    """Both ships from above, to scale, north up, where their antennas came closest."""
    outlines = [
        _outline(middle, heading, size)
        for middle, heading, size in zip(closest.middles, closest.heading_deg, closest.sizes, strict=True)
    ]
    corners = np.array([*(point for outline in outlines for point in outline), *closest.middles])
    low, high = corners.min(axis=0), corners.max(axis=0)
    room = np.array([HULLS_WIDTH, HULLS_HEIGHT]) - 2 * MARGIN
    per_m = float((room / np.maximum(high - low, 1.0)).min())
    middle = (low + high) / 2

    def at(point: Point) -> Point:
        return (
            HULLS_WIDTH / 2 + (point[0] - float(middle[0])) * per_m,
            HULLS_HEIGHT / 2 - (point[1] - float(middle[1])) * per_m,
        )

    parts = [rect(0, 0, HULLS_WIDTH, HULLS_HEIGHT, "sea")]
    for outline, side, heading in zip(outlines, SIDES, closest.heading_deg, strict=True):
        if outline:
            style = f"hull unknown {side}" if math.isnan(heading) else f"hull {side}"
            parts.append(path([at(point) for point in outline], style, closed=True))
    centres = [at(point) for point in closest.middles]
    parts.append(line(*centres[0], *centres[1], "apart"))
    parts += [element("circle", cx=x, cy=y, r=2.4, class_="antenna") for x, y in centres]
    parts += [rect(0.7, 0.7, HULLS_WIDTH - 1.4, HULLS_HEIGHT - 1.4, "neatline"), *_metres(per_m)]
    canvas = Canvas(HULLS_WIDTH, HULLS_HEIGHT, FONT, narrow=False)
    return picture(canvas, key=key, title="The ships to scale", description=closest.words, children=parts)


def _outline(middle: Point, heading: float, size: Hull | None) -> list[Point]:
    """A ship's outline, metres east and north; a circle where her heading is not known; nothing where her size is not."""
    if size is None:
        return []
    if math.isnan(heading):
        angles = np.linspace(0, 2 * math.pi, 48, endpoint=False)
        reach_m = float(Hulls.of([size]).reach_m[0])
        return [(middle[0] + reach_m * math.sin(angle), middle[1] + reach_m * math.cos(angle)) for angle in angles]
    shoulder = size.to_bow_m - min(0.9 * size.beam_m, 0.3 * size.length_m)
    centre = (size.to_starboard_m - size.to_port_m) / 2
    ahead = [-size.to_stern_m, shoulder, size.to_bow_m, shoulder, -size.to_stern_m]
    right = [-size.to_port_m, -size.to_port_m, centre, size.to_starboard_m, size.to_starboard_m]
    sine, cosine = math.sin(math.radians(heading)), math.cos(math.radians(heading))
    return [(middle[0] + x * sine + y * cosine, middle[1] + x * cosine - y * sine) for x, y in zip(ahead, right, strict=True)]


def _metres(per_m: float) -> Iterator[Markup]:
    """A bar of a round number of metres."""
    metres = next(m for m in (2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1) if m * per_m <= HULLS_WIDTH * 0.3 or m == 1)
    width = metres * per_m
    y = HULLS_HEIGHT - 12
    yield rect(6, y - 25, max(width, 44) + 14, 32, "bar-ground")
    yield rect(12, y - 4, width, 4, "bar-dark")
    yield text(f"{metres:,} m", 12, y - 9, "degrees")
