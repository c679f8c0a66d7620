"""Sightings: one look at one ship, from detections and the AIS around them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from darkwake import geo
from darkwake.engine import Engine
from darkwake.fusion.bias import Bias
from darkwake.fusion.expected import Spot
from darkwake.fusion.heard import Heard, heard_at
from darkwake.fusion.lengths import with_lengths
from darkwake.fusion.looks import Look, looks_of, scenes_of
from darkwake.fusion.match import Match, match_scene
from darkwake.fusion.rule import MatchRule
from darkwake.fusion.silence import Gap, Silence, silence_at
from darkwake.ids import content_id
from darkwake.schema import Positions, Sightings, weakest
from darkwake.units import epoch_us


@dataclass(frozen=True)
class Seen:
    """A look with the ship that fits it, or with what is known of the silence."""

    look: Look
    match: Match
    silence: Silence | None
    bias: Bias | None = None
    """By how far the scene lies off, as its slow ships showed."""

    def words(self, rule: MatchRule) -> str:
        """In a sentence: matched how, or why not."""
        ship = self.match.ship
        if self.silence or not ship or self.match.distance_m is None:
            return self.silence.words(rule) if self.silence else "no ship heard fits"
        others = f"; {len(self.match.others)} others within the gate" if self.match.others else ""
        sigma_m = ship.sigma_m if self.match.sigma_m is None else self.match.sigma_m
        return (
            f"{self.match.distance_m:.0f} m from MMSI {ship.mmsi:09d}, heard {ship.minutes_away:.0f} min away"
            f"{self._moved(ship)} (expected error {sigma_m:.0f} m, gate {rule.gate_sigmas:g} of them){others}"
        )

    def _moved(self, ship: Heard) -> str:
        """What was taken off the distance, and what is left of it."""
        taken = []
        if abs(self.match.shift_m) >= 0.5:
            way = "along" if self.match.shift_m > 0 else "against"
            taken.append(f"moved {abs(self.match.shift_m):.0f} m {way} the flight for {ship.speed_kn:.1f} kn")
        if self.bias:
            taken.append(f"scene bias {self.match.bias_m:.0f} m of {self.bias.ships} slow ships taken off")
        return f", {', '.join(taken)}: {self.match.left_m:.0f} m left" if taken else ""


def sightings(
    detections: pa.Table,
    positions: ir.Table,
    events: ir.Table,
    places: pa.Table,
    statics: ir.Table,
    *,
    engine: Engine,
    match: MatchRule,
) -> pa.Table:
    """The sightings that images give: every detected ship with a time and a place, matched or named as unmatched.

    Args:
        detections: rows of :class:`darkwake.schema.Detections`; those without a place or a time cannot be matched.
        positions: :class:`darkwake.schema.Positions`.
        events: :class:`darkwake.schema.Events`; gaps name the silent ships that could have been there.
        places: rows of :class:`darkwake.schema.Places`; the smallest place that holds the detection is named.
        statics: :class:`darkwake.schema.Statics`; the lengths that ships report.
        engine: where the expressions run.
        match: parameters.

    Returns:
        Rows of :class:`darkwake.schema.Sightings`.
    """
    looks = looks_of(detections.to_pylist())
    known = places.to_pylist()
    return Sightings.rows([_row(seen, known, match) for seen in see(looks, positions, events, engine, match, statics)])


def see(
    looks: Sequence[Look],
    positions: ir.Table,
    events: ir.Table,
    engine: Engine,
    rule: MatchRule,
    statics: ir.Table | None = None,
) -> list[Seen]:
    """Match the looks of each scene with the ships heard at its time; name the silence of the rest.

    Where ``statics`` are given, the length that a ship reports speaks for or against her too.
    """
    gaps = _gaps(events, engine) if looks else []
    found: list[Seen] = []
    for scene in scenes_of(looks):
        moment = scene[0].time + (scene[-1].time - scene[0].time) / 2
        heard = heard_at(_around(positions, moment, rule, engine), moment, rule)
        heard = with_lengths(heard, statics, engine)
        matches, bias = match_scene([_spot(look, moment) for look in scene], heard, rule)
        for look, match in zip(scene, matches, strict=True):
            silence = None if match.ship else silence_at(look.lat, look.lon, look.time, heard, gaps, rule)
            found.append(Seen(look, match, silence, bias))
    return sorted(found, key=lambda seen: (seen.look.time, seen.look.scene_id, seen.look.detection_id))


def _spot(look: Look, moment: datetime) -> Spot:
    later_s = (look.time - moment).total_seconds()
    return Spot(look.lat, look.lon, look.geometry, look.length_lo, look.length_hi, later_s)


def _around(positions: ir.Table, moment: datetime, rule: MatchRule, engine: Engine) -> pa.Table:
    # Whole seconds are portable; the exact window is taken afterwards.
    moment_s, reach_s = epoch_us(moment) // 1_000_000, int(rule.window_min * 60) + 1
    time_s = positions.time.epoch_seconds()
    near = positions.filter(time_s >= moment_s - reach_s, time_s <= moment_s + reach_s)
    return engine.arrow(near.select(*Positions.columns)).cast(Positions.arrow())


def _gaps(events: ir.Table, engine: Engine) -> list[Gap]:
    found = engine.arrow(events.filter(events.kind == "gap").select(*Gap._fields))
    return sorted((Gap(**row) for row in found.to_pylist()), key=lambda gap: gap.event_id)


def _row(seen: Seen, places: Sequence[Mapping[str, Any]], rule: MatchRule) -> dict[str, object]:
    look, ship = seen.look, seen.match.ship
    who = {**({ship.mmsi: seen.match.probability} if ship else {}), **seen.match.others}
    return {
        "sighting_id": content_id("sighting", look.detection_id),
        "how": "image",
        "time_lo": look.time,
        "time_hi": look.time,
        "lat": look.lat,
        "lon": look.lon,
        "place_id": place_of(look.lat, look.lon, places),
        "detection_id": look.detection_id,
        "mmsi": ship.mmsi if ship else None,
        "who": json.dumps({str(mmsi): round(share, 4) for mmsi, share in sorted(who.items())}),
        "silence": json.dumps(seen.silence.facts(), sort_keys=True) if seen.silence else None,
        "laden": "unknown",
        "probability": look.score,
        "reason": seen.words(rule),
        "origin": weakest({look.origin, ship.origin if ship else look.origin}),
        "evidence": sorted({*look.evidence, *([ship.source_id] if ship else [])}),
    }


def place_of(lat: float, lon: float, places: Sequence[Mapping[str, Any]]) -> str | None:
    """The id of the smallest place whose extent holds a point."""
    inside = [p for p in places if float(geo.distance_m(lat, lon, p["lat"], p["lon"])) <= p["extent_m"]]
    return min(inside, key=lambda p: (p["extent_m"], p["place_id"]))["place_id"] if inside else None
