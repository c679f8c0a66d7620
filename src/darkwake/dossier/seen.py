"""What instruments saw, and what to look at next."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from markupsafe import Markup

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row, real_first, simulated
from darkwake.dossier.tables import Column, Grid, grid, joined, lines, origin, small, unbroken

MOST_EVENTS = 15
MOST_SIGHTINGS = 60
MOST_OPPORTUNITIES = 30
KINDS = {
    "gap": "Gaps: AIS silent where it had been heard",
    "encounter": "Encounters: two transmitters side by side",
    "loiter": "Loitering",
    "call": "Calls at places",
    "identity": "Identities shared or changed",
    "spoofing": "Positions that cannot be true",
}


@dataclass(frozen=True)
class Seen:
    """Tables of events and sightings with their counts."""

    events: tuple[Grid, ...]
    counts: Grid
    sightings: Grid
    scenes: Grid
    detections: int


def seen(book: Book) -> Seen:
    """Events, images and sightings."""
    events = tuple(_events(book, kind) for kind in KINDS if any(r["kind"] == kind for r in book.rows("events")))
    return Seen(events, _counts(book), _sightings(book), _scenes(book), book.count("detections"))


def _counts(book: Book) -> Grid:
    counted = Counter((row["kind"], row["origin"]) for row in book.rows("events"))
    rows = [{"kind": kind, "origin": made, "count": n} for (kind, made), n in sorted(counted.items())]
    columns = (
        Column("Event", lambda r: r["kind"]),
        Column("From", lambda r: r["origin"]),
        Column("Count", lambda r: f"{r['count']:,}", numeric=True),
    )
    return grid("Events by kind and origin", columns, rows)


def _events(book: Book, kind: str) -> Grid:
    rows = real_first(sorted((r for r in book.rows("events") if r["kind"] == kind), key=lambda r: (r["start"], r["event_id"])))
    rules = {row["rule"] for row in rows}
    shared = f"Rule: {rows[0]['rule']}." if len(rules) == 1 and len(rows) > 1 else ""
    columns = (
        Column("MMSI", lambda r: joined((r["mmsi"], r["other_mmsi"]), " and ")),
        Column("From", lambda r: unbroken(words.clock(r["start"]).removesuffix(" UTC"))),
        Column("To (UTC)", lambda r: unbroken(words.clock(r["end"]).removesuffix(" UTC")) if r["end"] else "open at the end"),
        Column("How long", lambda r: words.duration(r["end"] - r["start"]) if r["end"] else "not known", numeric=True),
        Column("Where", lambda r: _where(book, r)),
        Column("Chance", lambda r: words.percent(r["probability"]), numeric=True),
        Column(
            "Factors" if shared else "Rule and factors",
            lambda r: lines(("" if shared else r["rule"], small(factors(r["factors"])))),
        ),
        Column("Sources", lambda r: lines((origin(r), book.notes(r["evidence"])))),
    )
    return grid(KINDS[kind], columns, rows, most=MOST_EVENTS, remark=shared)


def _where(book: Book, row: Row) -> str:
    if row["place_id"] is not None:
        return book.place(row["place_id"])
    start, end = words.position(row["lat"], row["lon"]), words.position(row["end_lat"], row["end_lon"])
    return start if end in ("not located", start) else f"{start} to {end}"


def factors(text: str | None) -> str:
    """A JSON object of named factors as words; text that is no JSON stays as it is.

    >>> factors('{"hours": 61.25, "class": "A"}')
    'hours: 61.25; class: A'
    """
    try:
        found = json.loads(text or "{}")
    except json.JSONDecodeError:
        return text or ""
    if not isinstance(found, Mapping):
        return text or ""
    return "; ".join(f"{name.replace('_', ' ')}: {value_words(value)}" for name, value in found.items())


def value_words(value: object) -> str:
    """A factor's value as a person reads it."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value_words(one) for one in value) or "none"
    if isinstance(value, float):
        return words.significant(value) if abs(value) >= 1000 else f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def chances(text: str | None) -> str:
    """Probabilities over ships, or reasons of a silence, as words.

    >>> chances('{"Yu Son": 0.8, "outside AIS coverage": "not ruled out"}')
    'Yu Son (80 %); outside AIS coverage: not ruled out'
    """
    try:
        found = json.loads(text or "{}")
    except json.JSONDecodeError:
        return text or ""
    if not isinstance(found, Mapping):
        return value_words(found)
    parts = [
        f"{name} ({words.percent(value)})"
        if isinstance(value, float) and 0 <= value <= 1
        else f"{name.replace('_', ' ')}: {value_words(value)}"
        for name, value in found.items()
    ]
    return "; ".join(parts)


def _sightings(book: Book) -> Grid:
    columns = (
        Column("Seen by", lambda r: {"image": "image", "ais": "AIS", "claim": "publication"}[r["how"]]),
        Column("When", lambda r: words.days(r["time_lo"], r["time_hi"])),
        Column("Where", lambda r: book.place(r["place_id"]) if r["place_id"] else words.position(r["lat"], r["lon"])),
        Column("Who", lambda r: lines((r["vessel"] or book.vessel(r["vessel_id"]), small(_who(book, r))))),
        Column("Laden", lambda r: r["laden"]),
        Column("Chance", lambda r: words.percent(r["probability"]), numeric=True),
        Column("Matched, or why not", lambda r: lines((r["reason"], small(_silence(book, r))))),
        Column("Sources", lambda r: lines((origin(r), book.notes(r["evidence"])))),
    )
    order = {"image": 0, "ais": 1, "claim": 2}
    ordered = sorted(book.rows("sightings"), key=lambda r: (order[r["how"]], r["time_lo"], r["sighting_id"]))
    return grid("Sightings: one look at one ship", columns, real_first(ordered), most=MOST_SIGHTINGS)


def _who(book: Book, row: Row) -> str:
    known = {vessel_id: r["name"] for vessel_id, r in book.vessels.items()}
    said = chances(row["who"])
    for vessel_id in sorted(known, key=len, reverse=True):
        said = said.replace(vessel_id, known[vessel_id])
    return joined((f"MMSI {row['mmsi']}" if row["mmsi"] else "", said), "; ")


def _silence(book: Book, row: Row) -> str:
    said = chances(row["silence"])
    for event in book.rows("events"):
        said = said.replace(event["event_id"], f"MMSI {event['mmsi']} silent from {words.clock(event['start'])}")
    return f"Why no AIS: {said}" if said else ""


def _scenes(book: Book) -> Grid:
    found = Counter(row["scene_id"] for row in book.rows("detections"))
    columns = (
        Column("Image", lambda r: lines((joined((r["platform"], r["sensor"])), small(PurePath(r["href"]).name)))),
        Column("Taken", lambda r: words.clock(r["time"]) if r["time"] else "the product does not say"),
        Column("Pixel", lambda r: f"{words.significant(r['spacing_m'])} m", numeric=True),
        Column("Size", lambda r: f"{r['width_px']:,} × {r['height_px']:,} px", numeric=True),
        Column("Searched", lambda r: f"{100 * r['searched_px'] / max(r['width_px'] * r['height_px'], 1):.0f} %", numeric=True),
        Column("Detections", lambda r: f"{found[r['scene_id']]:,}", numeric=True),
        Column("SHA-256", lambda r: lines((origin(r), Markup("<code>{}</code>").format(r["sha256"][:16])))),
    )
    ordered = sorted(book.rows("scenes"), key=lambda r: (str(r["time"] or ""), r["scene_id"]))
    return grid("Images that were searched", columns, real_first(ordered))


def next_looks(book: Book) -> tuple[Grid, Grid]:
    """The plan, and the opportunities by time."""
    passes = {row["opportunity_id"]: row for row in book.rows("opportunities")}
    ranked = [passes.get(row["opportunity_id"], {}) | row for row in sorted(book.rows("plan"), key=lambda r: r["rank"])]
    plan = (
        Column("Rank", lambda r: str(r["rank"]), numeric=True),
        Column("Place", lambda r: book.place(r["place_id"])),
        Column("When", lambda r: words.clock(r.get("culmination"))),
        Column("Satellite", lambda r: joined((r.get("satellite") or r["opportunity_id"], r.get("sensor")))),
        Column("Why this look", lambda r: r["why"]),
    )
    looks = (
        Column("Place", lambda r: book.place(r["place_id"])),
        Column("Highest", lambda r: words.clock(r["culmination"])),
        Column("Satellite", lambda r: joined((r["satellite"], r["sensor"]))),
        Column("Elevation", lambda r: f"{r['elevation_deg']:.0f}°", numeric=True),
        Column("Sun", lambda r: f"{r['sun_elevation_deg']:.0f}°", numeric=True),
        Column("Usable", lambda r: lines(("yes" if r["usable"] else "no", small(r["reason"])))),
        Column("Window", lambda r: f"cut at its {r['cut']}" if r["cut"] else "whole"),
    )
    ordered = sorted(passes.values(), key=lambda r: (not r["usable"], r["culmination"], r["opportunity_id"]))
    ordered = [row for row in ordered if not simulated(row)] + [row for row in ordered if simulated(row)]
    first = grid("The plan, in order", plan, ranked, most=MOST_OPPORTUNITIES, remark=_window(ordered))
    return first, grid("Passes, the usable first", looks, ordered, most=MOST_OPPORTUNITIES)


def _window(passes: list[Row]) -> str:
    """Between which days the passes lie, which need not be days of the case."""
    if not passes:
        return ""
    first, last = min(r["culmination"] for r in passes), max(r["culmination"] for r in passes)
    return (
        f"Passes of {words.days(first.date(), last.date())}, for which the plan was asked; they are not days of the visits "
        "above, and other days need orbital elements of their own time."
    )
