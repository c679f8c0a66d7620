"""The page of events: a map with a time slider and a list, and for each event what an analyst would paste into a report.

One HTML file, complete in itself: its style and its script are named by their hashes in the page's Content-Security-Policy,
so that nothing else in it can run, whatever a ship calls herself; no address is loaded. Names are escaped by Jinja2
(autoescape) and ``svg.element``; in the JSON of the map ``<``, ``>`` and ``&`` are written as escapes, so no text can end it.
The same events give the same bytes. What was left out for size is counted and said.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
import numpy as np

from darkwake.dossier import events_words as say
from darkwake.dossier import words
from darkwake.dossier.coast import Box, fitted
from darkwake.dossier.events_chart import chart, hulls
from darkwake.dossier.events_land import land
from darkwake.dossier.events_plots import plots
from darkwake.dossier.events_reasons import readings, reasons
from darkwake.dossier.events_shown import MOST_DRAWN, MOST_LISTED, Row, Shown, epoch_us, in_order
from darkwake.dossier.events_together import closest
from darkwake.dossier.events_values import measured, plain_long
from darkwake.dossier.templating import templates
from darkwake.events.track import US_PER_MINUTE
from darkwake.geo import wrap_lon

LAND_CELLS = 1000
"""Cells along the longer side of the map of all events."""
SKETCHED_M = 1000.0
"""Ships farther apart at their closest are not drawn to scale: they would be dots."""
LEAST_MAP_DEG = 0.5


@dataclass(frozen=True)
class Told:
    """What a page says about where its events come from."""

    title: str
    """What was looked at, such as the name of the store."""
    positions: int
    kinds: tuple[str, ...]
    """The kinds that were looked for."""
    version: str = ""


def events_page(
    rows: Sequence[Row],
    told: Told,
    draw: Callable[[Sequence[Row]], Sequence[Shown]],
    names: Mapping[int, str],
    *,
    most_listed: int = MOST_LISTED,
    most_drawn: int = MOST_DRAWN,
) -> str:
    """The page of all events as text.

    Args:
        rows: rows of ``Events`` with ``factors`` as read from JSON.
        told: where they come from.
        draw: reads what stands around some of the rows (:func:`darkwake.dossier.events_shown.shown`).
        names: names of ships by MMSI, for the list.
        most_listed: events on the map and in the list.
        most_drawn: events with tracks and plots.

    >>> page = events_page([], Told("a store", 0, ("gap",)), lambda rows: [], {})
    >>> page.startswith("<!doctype html>"), "No event was found" in page
    (True, True)
    """
    order = in_order(rows)
    listed = sorted(order[:most_listed], key=lambda row: (row["start"], row["event_id"]))
    drawn = draw(order[:most_drawn])
    articles = [article(event, f"e{at}") for at, event in enumerate(drawn)]
    data = _data(listed, {event.row["event_id"]: at for at, event in enumerate(drawn)}, names)
    counts = Counter(row["kind"] for row in rows)
    return _rendered(
        "events.html.j2",
        told=told,
        articles=articles,
        data=_json(data),
        total=len(rows),
        listed=len(listed),
        drawn=len(articles),
        simulated=bool(rows) and all(row["origin"] == "simulated" for row in rows),
        kinds=[(kind, say.kind_words(kind), counts[kind]) for kind in _kinds([*told.kinds, *counts])],
    )


def event_page(event: Shown, told: Told) -> str:
    """The page of one event as text; it prints on one sheet of A4."""
    return _rendered("event.html.j2", told=told, one=article(event, "e0"))


def article(event: Shown, key: str) -> dict[str, Any]:
    """All that a page says and draws of one event."""
    near = closest(event)
    drawn, there = event.thinned
    return {
        "row": event.row,
        "key": key,
        "title": say.title(event.row),
        "ships": say.names(event),
        "kind": say.kind_words(event.row["kind"]),
        "chance": say.full_chance(event.row),
        "sentence": say.sentence(event),
        "facts": say.facts(event),
        "reasons": reasons(event),
        "weighted": bool(event.row["factors"].get("weights")),
        "readings": readings(event.row),
        "measured": measured(event.row["factors"]),
        "may_also_be": plain_long(event.row["factors"].get("may_also_be") or ""),
        "chart": chart(event, f"{key}-chart"),
        "plots": plots(event, f"{key}-plots"),
        "hulls": hulls(near, f"{key}-hulls") if near and near.drawn and near.apart_m <= SKETCHED_M else None,
        "near": near,
        "unsized": near is not None and not near.drawn,
        "near_at": say.clock(near.us) if near else "",
        "drawn": drawn,
        "there": there,
        "evidence": _evidence(event),
        "simulated": event.row["origin"] == "simulated",
        "unsure": any(event.row["factors"].get(f"{word}_uncertain_minutes") for word in ("start", "end")),
    }


def _evidence(event: Shown) -> list[str]:
    """The files, and the lines of the first and last report of each ship within the event."""
    told = []
    for who, way in zip(say.names(event), event.ways, strict=False):
        if not len(way.us):
            continue
        first = int(np.clip(np.searchsorted(way.us, event.start_us), 0, len(way.us) - 1))
        last = int(np.clip(np.searchsorted(way.us, event.until_us, side="right") - 1, 0, len(way.us) - 1))
        lines = [f"{event.titles.get(source, source)} line {line:,}" for source, line in (way.lines[first], way.lines[last])]
        told.append(f"{who}: {lines[0]}" + (f" to {lines[1]}" if lines[0] != lines[1] else ""))
    named = [f"{one} ({event.titles[one]})" if one in event.titles else one for one in event.row["evidence"]]
    return [*told, f"Source ids: {', '.join(named)}"]


def _kinds(kinds: Sequence[str]) -> list[str]:
    known = list(say.KINDS)
    return sorted(set(kinds), key=lambda kind: (known.index(kind) if kind in known else len(known), kind))


def _data(listed: Sequence[Row], drawn: Mapping[str, int], names: Mapping[int, str]) -> dict[str, Any]:
    """What the map's script reads: one short list an event, times in minutes since 1970, and the land."""
    kinds = _kinds([row["kind"] for row in listed])
    placed = [row for row in listed if row["lat"] is not None and row["lon"] is not None]
    box = _box(placed)
    around = _grown(box) if box else None
    ground = land(around, most_cells=LAND_CELLS) if around else None
    return {
        "kinds": kinds,
        "box": _sides(box),
        "ground": _sides(around),
        "cell": round(ground.cell_m) if ground else None,
        "land": [_steps(ring) for ring in ground.rings] if ground else [],
        "events": [_listed(row, kinds, drawn, names) for row in listed],
    }


def _listed(row: Row, kinds: Sequence[str], drawn: Mapping[str, int], names: Mapping[int, str]) -> list[Any]:
    mmsis = [row["mmsi"]] + ([row["other_mmsi"]] if row["other_mmsi"] not in (None, row["mmsi"]) else [])
    told = say.known_names(row)
    ships = [say.ship(mmsi, names.get(mmsi) or told.get(mmsi)) for mmsi in mmsis]
    ends = [None if row[word] is None else round(row[word], 4) for word in ("lat", "lon", "end_lat", "end_lon")]
    return [
        kinds.index(row["kind"]),
        epoch_us(row["start"]) // US_PER_MINUTE,
        None if row["end"] is None else -(-epoch_us(row["end"]) // US_PER_MINUTE),
        *ends,
        round(row["probability"], 4),
        say.title(row),
        say.chance(row),
        ", ".join(ships),
        drawn.get(row["event_id"]),
        row["event_id"],
    ]


def _steps(ring: Sequence[tuple[float, float]]) -> list[int]:
    """A ring as whole ten-thousandths of a degree, each point as its steps from the one before."""
    whole = np.round(np.asarray(ring) * 1e4).astype(np.int64)
    return [int(value) for value in np.diff(whole, axis=0, prepend=0).ravel()]


def _box(placed: Sequence[Row]) -> Box | None:
    """A box around all events, over the antimeridian where that is shorter."""
    if not placed:
        return None
    points = [(row["lat"], row["lon"]) for row in placed]
    points += [(row["end_lat"], row["end_lon"]) for row in placed if row["end_lat"] is not None and row["end_lon"] is not None]
    lon = np.sort(np.unique(wrap_lon([east for _, east in points])))
    gaps = np.diff(np.concatenate([lon, lon[:1] + 360.0]))
    west = float(lon[(int(np.argmax(gaps)) + 1) % len(lon)])
    middle = west + (360.0 - float(gaps.max())) / 2
    turned = [(lat, float(wrap_lon(east - middle))) for lat, east in points]
    found = fitted(turned, None, least_deg=LEAST_MAP_DEG, aspect=(0.5, 1.0))
    return Box(found.west + middle, found.south, found.east + middle, found.north)


def _grown(box: Box) -> Box:
    """A box with as much again beside it, so that a map that is moved or has another shape still has its land."""
    wide, high = (box.east - box.west) / 2, (box.north - box.south) / 2
    middle, half = (box.west + box.east) / 2, min(2 * wide, 180.0)
    return Box(middle - half, max(box.south - high, -84.0), middle + half, min(box.north + high, 84.0))


def _sides(box: Box | None) -> list[float] | None:
    return [round(side, 4) for side in (box.west, box.south, box.east, box.north)] if box else None


def _json(value: Any) -> str:
    """JSON that can stand within a script element: no text in it can end that (``</script``, ``<!--``)."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def _asset(name: str) -> str:
    return (files("darkwake.dossier") / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


@cache
def _environment() -> jinja2.Environment:
    return templates(percent=words.percent)


def _rendered(template: str, **content: Any) -> str:
    style, script = _asset("events.css"), _asset("events.js")
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    page = _environment().get_template(template)
    return page.render(style=style, script=script, policy=policy, **content) + "\n"
