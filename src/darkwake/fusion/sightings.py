"""Sightings: one look at one ship, from detections and the AIS around them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from darkwake import geo
from darkwake.engine import Engine
from darkwake.fusion.heard import Heard, heard_at
from darkwake.fusion.match import Match, assign
from darkwake.fusion.rule import MatchRule
from darkwake.fusion.silence import Gap, silence_at
from darkwake.ids import content_id
from darkwake.schema import Positions, Sightings, weakest
from darkwake.units import epoch_us


def sightings(
    detections: pa.Table,
    positions: ir.Table,
    events: ir.Table,
    places: pa.Table,
    *,
    engine: Engine,
    match: MatchRule,
) -> pa.Table:
    """The sightings that images give: every detection of a ship with a time and a place, matched or named as unmatched.

    Args:
        detections: rows of :class:`darkwake.schema.Detections`; those without a place or a time cannot be matched and are
            kept as sightings that say so, where they have a time.
        positions: :class:`darkwake.schema.Positions`.
        events: :class:`darkwake.schema.Events`; gaps name the silent ships that could have been there.
        places: rows of :class:`darkwake.schema.Places`; the smallest place that holds the detection is named.
        engine: where the expressions run.
        match: parameters.

    Returns:
        Rows of :class:`darkwake.schema.Sightings`.
    """
    ships = [row for row in detections.to_pylist() if row["kind"] in ("ship", "pair") and row["time"] is not None]
    gaps = _gaps(events, engine) if ships else []
    rows = []
    for moment in sorted({row["time"] for row in ships}):
        heard = heard_at(_around(positions, moment, match, engine), moment, match)
        looks = [row for row in ships if row["time"] == moment]
        for scene in sorted({row["scene_id"] for row in looks}):
            rows += _scene([row for row in looks if row["scene_id"] == scene], heard, gaps, places.to_pylist(), match)
    return Sightings.rows(rows)


def _around(positions: ir.Table, moment: datetime, rule: MatchRule, engine: Engine) -> pa.Table:
    reach_us = int(rule.window_min * 60e6)
    time_us = positions.time.epoch_seconds() * 1_000_000
    near = positions.filter(time_us >= epoch_us(moment) - reach_us - 1_000_000, time_us <= epoch_us(moment) + reach_us)
    return engine.arrow(near.select(*Positions.columns)).cast(Positions.arrow())


def _gaps(events: ir.Table, engine: Engine) -> list[Gap]:
    found = engine.arrow(events.filter(events.kind == "gap").select(*Gap._fields))
    return sorted((Gap(**row) for row in found.to_pylist()), key=lambda gap: gap.event_id)


def _scene(
    looks: Sequence[Mapping[str, Any]],
    heard: Sequence[Heard],
    gaps: Sequence[Gap],
    places: Sequence[Mapping[str, Any]],
    rule: MatchRule,
) -> list[dict[str, object]]:
    located = [look for look in looks if look["lat"] is not None]
    matches = assign([(look["lat"], look["lon"]) for look in located], heard, rule)
    return [_sighting(look, found, heard, gaps, places, rule) for look, found in zip(located, matches, strict=True)]


def _sighting(
    look: Mapping[str, Any],
    found: Match,
    heard: Sequence[Heard],
    gaps: Sequence[Gap],
    places: Sequence[Mapping[str, Any]],
    rule: MatchRule,
) -> dict[str, object]:
    ship, time = found.ship, look["time"]
    silence = None if ship else silence_at(look["lat"], look["lon"], time, heard, gaps, rule)
    who = {**({ship.mmsi: found.probability} if ship else {}), **found.others}
    return {
        "sighting_id": content_id("sighting", look["detection_id"]),
        "how": "image",
        "time_lo": time,
        "time_hi": time,
        "lat": look["lat"],
        "lon": look["lon"],
        "place_id": place_of(look["lat"], look["lon"], places),
        "detection_id": look["detection_id"],
        "mmsi": ship.mmsi if ship else None,
        "who": json.dumps({str(mmsi): round(share, 4) for mmsi, share in sorted(who.items())}),
        "silence": json.dumps(silence.facts(), sort_keys=True) if silence else None,
        "laden": "unknown",
        "probability": look["score"],
        "reason": _words(found, rule) if ship else silence.words(rule) if silence else "",
        "origin": weakest({look["origin"], ship.origin if ship else look["origin"]}),
        "evidence": sorted({*look["evidence"], *([ship.source_id] if ship else [])}),
    }


def _words(found: Match, rule: MatchRule) -> str:
    if not found.ship or found.distance_m is None:
        return "no ship heard fits"
    others = f"; {len(found.others)} others within the gate" if found.others else ""
    return (
        f"{found.distance_m:.0f} m from MMSI {found.ship.mmsi:09d}, heard {found.ship.minutes_away:.0f} min away "
        f"(expected error {found.ship.sigma_m:.0f} m, gate {rule.gate_sigmas:g} of them){others}"
    )


def place_of(lat: float, lon: float, places: Sequence[Mapping[str, Any]]) -> str | None:
    """The id of the smallest place whose extent holds a point."""
    inside = [p for p in places if float(geo.distance_m(lat, lon, p["lat"], p["lon"])) <= p["extent_m"]]
    return min(inside, key=lambda p: (p["extent_m"], p["place_id"]))["place_id"] if inside else None
