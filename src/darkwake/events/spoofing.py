"""Spoofing: positions that cannot be where the ship was.

    frozen         the same coordinates for half an hour while the ship says that she makes way
    contradicted   the way made good is not the speed and course that she reports
    circle         round and round one place at one distance
    land           on dry land, away from water and from where other ships are heard
    copied         the same steps as another track, at another place or another time, or the same way at another time

Hours of tracks that could hold one are found by one pass over all steps on the engine; only these are looked at closely.

What it is not: a finding that the crew did it. GPS jamming moves many ships at once, so ships with the same fault near in
time and place are counted and weigh against the crew; a frozen receiver, a clock, a faulty log, test equipment, barges on
rivers, fishing in circles explain others. The probability is that the positions are false, whoever made them so.

Source: Global Fishing Watch and SkyTruth on false AIS tracks (Bergman 2021, "Systematic data analysis reveals false vessel
tracks"); circles off Shanghai (Harris 2019, MIT Technology Review, on C4ADS). The limits are ours and marked as assumed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from darkwake.events.ashore import ashore
from darkwake.events.copied import copied
from darkwake.events.falsified import Spell, Track, circles, contradicted, frozen
from darkwake.events.record import record
from darkwake.events.spoofing_rule import SpoofingRule
from darkwake.events.suspect import suspect_hours
from darkwake.events.track import US_PER_HOUR, fixes
from darkwake.geo import EARTH_RADIUS_M
from darkwake.schema import TEXTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

CHANCES = {"frozen": 0.9, "contradicted": 0.6, "circle": 0.5, "land": 0.3, "copied": 0.8}
"""Chance that positions of a kind are false before other ships are looked at (assumed: in this order a stuck relay of
messages, a faulty log or clock, turning ships, unknown inland water, one file taken in with two clocks stand against it)."""
SHARES = {"frozen": "claimed_way_nm", "circle": "turns", "contradicted": "reports", "land": "reports", "copied": "sequences"}
"""What makes a finding of a kind stronger, and"""
HALVES = {"frozen": 1.0, "circle": 2.0, "contradicted": 10.0, "land": 5.0, "copied": 10.0}
"""the amount of it that gives half of the chance (assumed)."""
OTHER_CAUSES = {
    "frozen": "a receiver that hangs, a relay that repeats an old message",
    "contradicted": "a faulty log or clock, positions that were interpolated",
    "circle": "a sea trial, fishing, a pilot boat, a ship that turns while she waits",
    "land": "a river, lake or dock that the coast does not show, equipment on test ashore",
    "copied": "one recording taken in twice with two clocks, ships in tow, ferries that keep one timetable by autopilot",
}

_ROW = pa.schema(
    [(word, pa.int64()) for word in ("mmsi", "other_mmsi", "start_us", "end_us", "rank")]
    + [(word, pa.int64()) for word in ("lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")]
    + [("track_id", pa.string()), ("other_track_id", pa.string()), ("probability", pa.float64()), ("factors", pa.string())]
    + [("evidence", TEXTS)]
)
Row = dict[str, Any]


def falsehoods(positions: ir.Table, engine: Engine, rule: SpoofingRule) -> ir.Table:
    """Spells of false positions as rows of ``Events``.

    Args:
        positions: rows of ``Positions``.
        engine: where they are.
        rule: the parameters.
    """
    found = [
        *_spells(positions, engine, rule),
        *_on_land(positions, engine, rule),
        *copied(positions, engine, rule.copied_steps),
    ]
    found.sort(key=lambda row: (row["start_us"], row["track_id"], row["end_us"]))
    rows = []
    for what in CHANCES:
        alike = [row for row in found if row["what"] == what]
        rows += [_weighed(row, others) for row, others in zip(alike, _others_at_once(alike, rule), strict=True)]
    table = engine.table(pa.Table.from_pylist(_one_each(rows), _ROW))
    return record(table, "spoofing", rule.words, factors=table.factors, evidence=table.evidence)


def _one_each(rows: Sequence[Row]) -> list[Row]:
    """Of findings of one track that share a time the likeliest, which names the others: they are one spell.

    A circle goes first: whoever hears it seldom finds that it contradicts the reported speed and course, and knows why.
    Another track's copy stands for itself, for it names that track.
    """
    kept: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (_what(row) != "circle", -row["probability"], row["start_us"])):
        spells = kept.setdefault(row["track_id"], [])
        within = [at for at, spell in enumerate(spells) if _is_part(row, spell)]
        if within:
            factors = json.loads(spells[within[0]]["factors"])
            factors["also"] = [*factors.get("also", []), _what(row)]
            spells[within[0]] |= {"factors": json.dumps(factors)}
        else:
            spells.append(dict(row))
    return [row for spells in kept.values() for row in spells]


def _is_part(row: Row, spell: Row) -> bool:
    """Whether a finding of the same track begins with another spell, or lies in it for the half of its time and more."""
    if "copied" in (_what(row), _what(spell)):
        return False
    shared_us = min(row["end_us"], spell["end_us"]) - max(row["start_us"], spell["start_us"])
    return bool(row["start_us"] == spell["start_us"] or 2 * shared_us >= max(row["end_us"] - row["start_us"], 1))


def _what(row: Row) -> str:
    return str(json.loads(row["factors"])["what"])


def _weighed(row: Row, at_once: int) -> Row:
    """A finding with its probability and its factors in words."""
    what, amount = row["what"], row["measured"][SHARES[row["what"]]]
    factors = {"what": what} | {word: round(value, 3) for word, value in row["measured"].items()}
    factors |= {"chance_of_kind": CHANCES[what], "strength": round(amount / (amount + HALVES[what]), 4)}
    factors |= {"other_ships_at_once": at_once, "may_also_be": OTHER_CAUSES[what] + (", jamming" if at_once else "")}
    kept = {word: value for word, value in row.items() if word not in ("what", "measured")}
    probability = round(CHANCES[what] * amount / (amount + HALVES[what]), 4)
    return kept | {"probability": probability, "factors": json.dumps(factors)}


def _others_at_once(rows: Sequence[Row], rule: SpoofingRule) -> list[int]:
    """How many other ships had the same fault near in time and place, for each finding of one kind, in order of start.

    Only findings that overlap in time are compared, so a month costs what its fullest hours cost.
    """
    if not rows:
        return []
    room_us = round(rule.at_once_hours * US_PER_HOUR)
    start, end = (np.array([row[word] for row in rows], np.int64) for word in ("start_us", "end_us"))
    # No finding before this one ends later than so.
    latest = np.maximum.accumulate(end)
    where = _on_sphere(*(np.array([row[word] for row in rows], np.float64) / 1e10 for word in ("lat_e10", "lon_e10")))
    chord = 2 * np.sin(min(rule.at_once_km * 1000 / EARTH_RADIUS_M, np.pi) / 2)
    ship = {track: at for at, track in enumerate(dict.fromkeys(row["track_id"] for row in rows))}
    ships = np.array([ship[row["track_id"]] for row in rows])
    counts = []
    for at, row in enumerate(rows):
        near = slice(int(np.searchsorted(latest, start[at] - room_us)), int(np.searchsorted(start, end[at] + room_us, "right")))
        off = where[:, near] - where[:, at, None]
        together = (end[near] >= start[at] - room_us) & (off[0] * off[0] + off[1] * off[1] + off[2] * off[2] <= chord * chord)
        own = {ship[row["track_id"]], ship.get(row["other_track_id"], -1)}
        counts.append(len(set(ships[near][together].tolist()) - own))
    return counts


def _on_sphere(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Positions as points of the unit sphere: chords are cheaper to compare than arcs."""
    north, east = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


# --- Frozen, contradicted, in circles ---------------------------------------------------------------------------------


def _spells(positions: ir.Table, engine: Engine, rule: SpoofingRule) -> Iterator[Row]:
    heard = fixes(positions, ("sog_kn", "cog_deg"))
    # Kept, so that the many are read once for their steps, and what is looked at once more.
    close = engine.keep(suspect_hours(heard, rule))
    rows = engine.arrow(heard.mutate(hour=heard.us // US_PER_HOUR).semi_join(_around(close), ["track_id", "hour"]).drop("hour"))
    looks: dict[str, Callable[[Track], Iterator[Spell]]] = {
        "frozen": lambda track: frozen(track, fast_kn=rule.fast_kn, minutes=rule.frozen_minutes, reports=rule.frozen_reports),
        "contradicted": lambda track: contradicted(
            track, off_kn=rule.off_kn, off_share=rule.off_share, off_deg=rule.off_deg, reports=rule.off_reports
        ),
        "circle": lambda track: circles(
            track,
            turns=rule.turns,
            radius_m=(rule.smallest_radius_m, rule.largest_radius_m),
            spread=rule.spread,
            steady=rule.steady_turn,
            gap_s=900.0,
        ),
    }
    rows = _in_order(rows)
    heard_of = _track(rows)
    for piece in _pieces(rows):
        track = heard_of.part(piece)
        for what, look in looks.items():
            for spell in look(track):
                yield _spell_row(rows, piece.start + spell.first, piece.start + spell.last, what, spell.measured)


def _around(hours: ir.Table) -> ir.Table:
    """The hours and those beside them."""
    spread = hours.mutate(step=ibis.range(3).unnest())
    return spread.select("track_id", hour=spread.hour + spread.step - 1).distinct()


def _in_order(rows: pa.Table) -> pa.Table:
    """Reports track by track, each one's in order of time."""
    keys = ("track_id", "us", "lat_e10", "lon_e10", "source_id", "line")
    return rows.sort_by([(word, "ascending") for word in keys])


def _pieces(rows: pa.Table) -> Iterator[slice]:
    """The reports of each track, cut where an hour between was not asked for."""
    if not rows.num_rows:
        return
    track = rows["track_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    us = rows["us"].to_numpy()
    cuts = np.flatnonzero((track[1:] != track[:-1]) | (np.diff(us) > 2 * US_PER_HOUR)) + 1
    for first, last in zip([0, *cuts.tolist()], [*cuts.tolist(), rows.num_rows], strict=True):
        yield slice(first, last)


def _track(rows: pa.Table) -> Track:
    lat, lon = (rows[word].to_numpy() / 1e10 for word in ("lat_e10", "lon_e10"))
    sog, cog = (rows[word].to_numpy().astype(np.float64) for word in ("sog_kn", "cog_deg"))
    return Track(rows["us"].to_numpy() / 1e6, lat, lon, sog, cog)


def _spell_row(rows: pa.Table, first: int, last: int, what: str, measured: dict[str, float]) -> Row:
    one, other = rows.slice(first, 1).to_pylist()[0], rows.slice(last, 1).to_pylist()[0]
    return {
        "mmsi": one["mmsi"],
        "track_id": one["track_id"],
        "other_mmsi": None,
        "other_track_id": None,
        "start_us": one["us"],
        "end_us": other["us"],
        "lat_e10": one["lat_e10"],
        "lon_e10": one["lon_e10"],
        "end_lat_e10": other["lat_e10"],
        "end_lon_e10": other["lon_e10"],
        "rank": max(one["rank"], other["rank"]),
        "evidence": sorted({one["source_id"], other["source_id"]}),
        "what": what,
        "measured": {"minutes": (other["us"] - one["us"]) / 6e7} | measured,
    }


def _on_land(positions: ir.Table, engine: Engine, rule: SpoofingRule) -> Iterator[Row]:
    dry = ashore(positions, engine, rule)
    if not dry.num_rows:
        return
    rows = _in_order(dry)
    us = rows["us"].to_numpy()
    for piece in _pieces(rows):
        reports = piece.stop - piece.start
        if reports >= rule.land_reports and us[piece.stop - 1] - us[piece.start] >= rule.land_minutes * 6e7:
            yield _spell_row(rows, piece.start, piece.stop - 1, "land", {"reports": float(reports)})
