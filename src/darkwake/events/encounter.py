"""Encounter: two ships near each other for hours, and what that was: a transfer, or one of its look-alikes by name.

    positions ─► meetings (by position alone, on the engine) ─► reports around them ─► contact (hulls, rigidity, motion)
    statics   ─► hulls, types, draughts ──────────────────────────────────────────┐        │
    positions ─► berths and anchorages where others lay ─► circumstances ─────────┴─► class and chance ─► events

One row a meeting, for both ships: ``track_id`` is the track whose id sorts first. ``probability`` is the chance that the two
were made fast to hand over cargo; ``class`` in the factors names what it most likely was. What is no transfer by class has a
low probability and stays in the table, so that nobody has to wonder whether it was seen. Start and end are those of the
contact of the hulls where there was one, else of the meeting.

What it is not: proof. The weights are assumed (:mod:`darkwake.events.neighbours`) and named with each event.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from darkwake.engine import split_groups
from darkwake.engine.clock import clock_us
from darkwake.events.alone import LONGEST_STAY_H, ROWS, Stay, lone_row, lone_stays, partners, possible, possible_row, silences
from darkwake.events.alongside import BESIDE_US, Contact, Meeting, Track, contact, phases
from darkwake.events.berths import Berths, Where, stays
from darkwake.events.hulls import Hull
from darkwake.events.meetings import EncounterRule, meetings
from darkwake.events.neighbours import Circumstances, Verdict, judged
from darkwake.events.record import decimal, record, sources
from darkwake.events.ships import Ship, draught_change, ships_of, types_of
from darkwake.events.track import E10_PER_DEGREE, US_PER_HOUR, US_PER_MINUTE, e10
from darkwake.geo import cells
from darkwake.schema import NUMBER, TEXT, WHOLE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

__all__ = ["EncounterRule", "encounters"]

IN_PROCESS = 300
"""So many meetings are judged in this process; more are spread by the engine."""
BUCKETS = 64
"""Meetings are spread in so many lots, by place."""
LOTS = pa.schema(
    [
        pa.field("bucket", WHOLE),
        pa.field("ship", WHOLE),
        pa.field("us", WHOLE),
        pa.field("lat_e10", WHOLE),
        pa.field("lon_e10", WHOLE),
        pa.field("sog_kn", NUMBER),
        pa.field("cog_deg", NUMBER),
        pa.field("heading_deg", NUMBER),
        pa.field("nav_status", WHOLE),
        pa.field("task", TEXT),
    ]
)
"""Reports of the ships of a lot of meetings, and among them the meetings themselves (``task``, a JSON object)."""
JUDGED = pa.schema(
    [
        pa.field("meeting", WHOLE),
        pa.field("start_us", WHOLE),
        pa.field("end_us", WHOLE),
        pa.field("lat_e10", WHOLE),
        pa.field("lon_e10", WHOLE),
        pa.field("end_lat_e10", WHOLE),
        pa.field("end_lon_e10", WHOLE),
        pa.field("probability", NUMBER),
        pa.field("factors", TEXT),
    ]
)
"""What was made of a meeting."""


def encounters(positions: ir.Table, statics: ir.Table, places: pa.Table, engine: Engine, rule: EncounterRule) -> ir.Table:
    """Meetings of two tracks, one row a meeting, as rows of ``Events``.

    ``lat``, ``lon`` are the mean of the middles between the two over the ticks at which they were near, ``end_lat``,
    ``end_lon`` the middle at the last of these.

    Args:
        positions: rows of ``Positions``.
        statics: rows of ``Statics``: sizes, types, draughts.
        places: rows of ``Places``; few enough for memory.
        engine: where the expressions run.
        rule: the parameters.
    """
    found = meetings(positions, rule)
    if not rule.judged:
        return _plain(found, rule)
    met = engine.arrow(found).sort_by([("start_us", "ascending"), ("track_id", "ascending"), ("other_track_id", "ascending")])
    berths = Berths(engine.arrow(stays(positions)), places)
    heard = _judged(met, positions, statics, berths, engine, rule).select(ROWS.names).cast(ROWS)
    rows = engine.table(pa.concat_tables([heard, _unheard(heard, positions, statics, berths, engine, rule)]))
    evidence = sources(rows.first_source, rows.last_source, rows.other_first_source, rows.other_last_source)
    return record(rows, "encounter", rule.words, factors=rows.factors, evidence=evidence)


def _unheard(
    heard: pa.Table, positions: ir.Table, statics: ir.Table, berths: Berths, engine: Engine, rule: EncounterRule
) -> pa.Table:
    """Transfers with one side or both sides silent, inferred from stays and silences that no heard transfer explains."""
    gaps = [gap for gap in silences(positions, rule.silent_hours, engine) if gap.hours <= LONGEST_STAY_H]
    lone = _unexplained(lone_stays(positions, berths, engine), heard)
    ships = ships_of(statics, {gap.mmsi for gap in gaps} | {stay.mmsi for stay in lone}, engine)
    found = partners(lone, gaps, ships)
    rows = [lone_row(stay, chance, named, ships) for stay, chance, named in found if chance >= rule.inferred_at_least]
    pairs, left_out = possible(gaps, ships, rule.possible_pairs)
    rows += [possible_row(pair, left_out, ships) for pair in pairs]
    return pa.Table.from_pylist(_not_heard(rows, heard), ROWS)


def _not_heard(rows: Sequence[dict[str, Any]], heard: pa.Table) -> list[dict[str, Any]]:
    """Without pairs that were heard near each other at that time: their silences are in that meeting already."""
    known: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in heard.select(["track_id", "other_track_id", "start_us", "end_us"]).to_pylist():
        known.setdefault((row["track_id"], row["other_track_id"]), []).append((row["start_us"], row["end_us"]))
    return [
        row
        for row in rows
        if not any(
            start - BESIDE_US <= row["end_us"] and end + BESIDE_US >= row["start_us"]
            for start, end in known.get((row["track_id"], row["other_track_id"]), ())
        )
    ]


def _unexplained(lone: Sequence[Stay], heard: pa.Table) -> list[Stay]:
    """The stays that are not, for half of their time, a heard transfer of the same ship."""
    known: dict[str, list[tuple[int, int]]] = {}
    for row in heard.select(["track_id", "other_track_id", "start_us", "end_us", "probability"]).to_pylist():
        if row["probability"] >= 0.5:
            for word in ("track_id", "other_track_id"):
                known.setdefault(row[word], []).append((row["start_us"], row["end_us"]))
    return [
        stay
        for stay in lone
        if all(
            min(end, stay.end_us) - max(start, stay.start_us) < (stay.end_us - stay.start_us) / 2
            for start, end in known.get(stay.track_id, ())
        )
    ]


def _plain(rows: ir.Table, rule: EncounterRule) -> ir.Table:
    """Meetings as they were found, unjudged."""
    factors = {
        "minutes": rows.minutes,
        "ticks_near": rows.ticks_near,
        "ticks_spanned": rows.ticks_spanned,
        "median_distance_m": decimal(rows.median_um, 6),
        "closest_m": decimal(rows.closest_um, 6),
        "median_speed_kn": decimal(rows.median_nkn, 9),
        "other_median_speed_kn": decimal(rows.other_median_nkn, 9),
    }
    evidence = sources(rows.first_source, rows.last_source, rows.other_first_source, rows.other_last_source)
    return record(rows, "encounter", rule.words, factors=factors, evidence=evidence)


def _judged(
    met: pa.Table, positions: ir.Table, statics: ir.Table, berths: Berths, engine: Engine, rule: EncounterRule
) -> pa.Table:
    """The meetings with start, end, probability and factors as judged; passings are left out."""
    rows = met.to_pylist()
    tracks = sorted({row[word] for row in rows for word in ("track_id", "other_track_id")})
    number = {track: at for at, track in enumerate(tracks)}
    ships = ships_of(statics, {row[word] for row in rows for word in ("mmsi", "other_mmsi")}, engine)
    tasks = [_task(at, row, number, ships, berths, rule) for at, row in enumerate(rows)]
    lots = _lots(tasks, tracks, positions, engine)
    if len(tasks) <= IN_PROCESS:
        parts = [judge(lot) for lot in split_groups(engine.arrow(lots), "bucket")]
        verdicts = pa.concat_tables([JUDGED.empty_table(), *parts])
    else:
        verdicts = engine.arrow(engine.map_groups(lots, "bucket", judge, JUDGED))
    verdicts = verdicts.sort_by([("meeting", "ascending"), ("start_us", "ascending")])
    words = verdicts.column_names[1:]
    kept = met.drop_columns([word for word in words if word in met.column_names]).take(verdicts["meeting"])
    for word in words:
        kept = kept.append_column(word, verdicts[word])
    return kept


@dataclass(frozen=True)
class Task:
    """A meeting to be judged, with all that is known besides the two tracks; it travels as JSON."""

    meeting: int
    bucket: int
    ships: tuple[int, int]
    start_us: int
    end_us: int
    lat_e10: int
    lon_e10: int
    radius_m: float
    hulls: tuple[Hull, Hull]
    circumstances: Circumstances
    said: Mapping[str, Any]
    """What goes into the factors as it is."""


def _task(
    at: int, row: Mapping[str, Any], number: Mapping[str, int], ships: Mapping[int, Ship], berths: Berths, rule: EncounterRule
) -> Task:
    lat, lon = row["lat_e10"] / E10_PER_DEGREE, row["lon_e10"] / E10_PER_DEGREE
    two = [ships.get(row[word], Ship()) for word in ("mmsi", "other_mmsi")]
    where = berths.at(lat, lon, (row["track_id"], row["other_track_id"]))
    changes = [draught_change(ship, row["start_us"], row["end_us"]) for ship in two]
    lengths = [ship.length_m for ship in two]
    known = Circumstances(
        types=types_of(two[0], two[1]),
        smaller_m=min(length for length in lengths if length) if any(lengths) and all(lengths) else None,
        where=where.kind,
        draughts=_draughts(changes),
    )
    said = {
        "minutes": row["minutes"],
        "ticks_near": row["ticks_near"],
        "ticks_spanned": row["ticks_spanned"],
        "median_distance_m": row["median_um"] / 1e6,
        "closest_m": row["closest_um"] / 1e6,
        "median_speed_kn": None if row["median_nkn"] is None else row["median_nkn"] / 1e9,
        "other_median_speed_kn": None if row["other_median_nkn"] is None else row["other_median_nkn"] / 1e9,
        "name": two[0].name,
        "other_name": two[1].name,
        "draughts_m": [list(change) if change else None for change in changes],
        "place": _place(where),
    }
    bucket = int(cells([lat], [lon], degrees=0.05)[0]) % BUCKETS
    ends = (row["start_us"], row["end_us"])
    pair = (number[row["track_id"]], number[row["other_track_id"]])
    return Task(at, bucket, pair, *ends, row["lat_e10"], row["lon_e10"], rule.radius_m, (two[0].hull, two[1].hull), known, said)


def _place(where: Where) -> dict[str, Any]:
    words = ("berth", "anchorage", "transfer area", "none known")
    told = {"kind": words[where.kind], "other_ships_fixed": where.fixed_ships, "other_ships_still": where.still_ships}
    return told | ({"place_id": where.place_id} if where.place_id else {})


CHANGED_M = 0.3
"""A draught that differs by less was retyped, not changed (assumed; 0.3 m is 600 to 1500 t of a tanker of 110 to 180 m)."""


def _draughts(changes: Sequence[tuple[float, float] | None]) -> int | None:
    """0 the one less and the other more, 1 only one changed, 2 none changed; ``None`` where no draught is known after."""
    known = [after - before for before, after in (change for change in changes if change)]
    moved = [step for step in known if abs(step) >= CHANGED_M]
    if len(moved) == 2:
        return 0 if moved[0] * moved[1] < 0 else 1
    if moved:
        return 1
    return 2 if known else None


def _lots(tasks: Sequence[Task], tracks: Sequence[str], positions: ir.Table, engine: Engine) -> ir.Table:
    """Reports of the ships around their meetings and the meetings, in lots."""
    windows: dict[tuple[int, int], tuple[int, int]] = {}
    for task in tasks:
        for ship in task.ships:
            first, last = windows.get((task.bucket, ship), (task.start_us, task.end_us))
            windows[task.bucket, ship] = min(first, task.start_us), max(last, task.end_us)
    rows = [
        (bucket, ship, tracks[ship], first - BESIDE_US - US_PER_HOUR, last + BESIDE_US + US_PER_HOUR)
        for (bucket, ship), (first, last) in sorted(windows.items())
    ]
    names = {"bucket": WHOLE, "ship": WHOLE, "of_track": TEXT, "from_us": WHOLE, "until_us": WHOLE}
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    asked = engine.table(
        pa.table({word: pa.array(column, kind) for (word, kind), column in zip(names.items(), columns, strict=True)})
    )
    us = clock_us(positions.time)
    heard = positions.select(
        "track_id",
        "sog_kn",
        "cog_deg",
        "heading_deg",
        "nav_status",
        us=us,
        lat_e10=e10(positions.lat),
        lon_e10=e10(positions.lon),
    )
    near = heard.join(asked, [heard.track_id == asked.of_track, heard.us >= asked.from_us, heard.us <= asked.until_us])
    reports = near.mutate(task=ibis.null("string")).select(*LOTS.names)
    blank = {word: [None] * len(tasks) for word in LOTS.names}
    given = blank | {"bucket": [task.bucket for task in tasks], "task": [_as_json(task) for task in tasks]}
    written = engine.table(pa.table({field.name: pa.array(given[field.name], field.type) for field in LOTS}))
    types = {field.name: reports.schema()[field.name].copy(nullable=True) for field in LOTS}
    return ibis.union(
        *[table.select(**{word: table[word].cast(kind) for word, kind in types.items()}) for table in (reports, written)]
    )


def _as_json(task: Task) -> str:
    hulls = [
        [one.to_bow_m, one.to_stern_m, one.to_port_m, one.to_starboard_m, one.side_sd_m, one.end_sd_m] for one in task.hulls
    ]
    return json.dumps(vars(task) | {"hulls": hulls, "circumstances": vars(task.circumstances)})


def _from_json(text: str) -> Task:
    given = json.loads(text)
    hulls = tuple(Hull(*sides) for sides in given.pop("hulls"))
    known = Circumstances(**given.pop("circumstances"))
    return Task(**given | {"hulls": hulls, "circumstances": known})


def judge(lot: pa.Table) -> pa.Table:
    """Judge the meetings of a lot from the reports in it: rows of ``LOTS`` to rows of ``JUDGED``."""
    texts = lot["task"].drop_null().to_pylist()
    tracks = _tracks(lot.filter(lot["task"].is_null()))
    rows = [row for task in sorted(map(_from_json, texts), key=lambda task: task.meeting) for row in _verdicts(task, tracks)]
    return pa.Table.from_pylist(rows, JUDGED)


def _tracks(reports: pa.Table) -> dict[int, Track]:
    """The reports of each ship in order of time; of one time in an order that does not depend on how they came."""
    ordered = reports.sort_by([(word, "ascending") for word in ("ship", "us", "lat_e10", "lon_e10", "heading_deg", "sog_kn")])
    wholes = {word: ordered[word].to_numpy() for word in ("ship", "us", "lat_e10", "lon_e10")}
    floats = {
        word: ordered[word].cast(NUMBER).to_numpy().astype(np.float64)
        for word in ("sog_kn", "cog_deg", "heading_deg", "nav_status")
    }
    ships, firsts = np.unique(wholes["ship"], return_index=True)
    ends = [*firsts[1:], len(wholes["ship"])]
    found = {}
    for ship, first, last in zip(ships.tolist(), firsts, ends, strict=True):
        cut = slice(int(first), int(last))
        found[ship] = Track(
            *(wholes[word][cut] for word in ("us", "lat_e10", "lon_e10")), *(column[cut] for column in floats.values())
        )
    return found


def _during(track: Track, task: Task) -> Track:
    """The part of a track that a meeting needs."""
    reach = BESIDE_US + US_PER_HOUR
    first, last = np.searchsorted(track.us, [task.start_us - reach, task.end_us + reach + 1])
    return Track(**{word: column[first:last] for word, column in vars(track).items()})


def _verdicts(task: Task, tracks: Mapping[int, Track]) -> list[dict[str, Any]]:
    """What was made of a meeting: one row, or one for each of its phases."""
    two = [tracks.get(ship) for ship in task.ships]
    if two[0] is None or two[1] is None:
        return []
    one, other = (_during(track, task) for track in two if track)
    meeting = Meeting(task.start_us, task.end_us, task.lat_e10, task.lon_e10, task.radius_m)
    seen = [(part, contact(one, other, task.hulls, part)) for part in phases(one, other, task.hulls, meeting)]
    return [_verdict(task, part, what) for part, what in seen if what]


def _verdict(task: Task, part: Meeting, seen: Contact) -> dict[str, Any]:
    verdict = judged(seen, task.circumstances)
    factors = {"class": verdict.likeliest, **task.said, **_measures(seen), **_reasons(verdict)}
    return {
        "meeting": task.meeting,
        "start_us": seen.start_us if seen.touching else part.start_us,
        "end_us": seen.end_us if seen.touching else part.end_us,
        **{word: getattr(seen, word) for word in ("lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")},
        "probability": round(verdict.transfer * seen.unbroken, 6),
        "factors": json.dumps(factors),
    }


def _measures(seen: Contact) -> dict[str, Any]:
    """What was measured, rounded to what it is worth."""
    ends = {"start": (seen.start_lo_us, seen.start_hi_us), "end": (seen.end_lo_us, seen.end_hi_us)}
    unsure = {
        f"{word}_uncertain_minutes": None if None in pair else ((pair[1] or 0) - (pair[0] or 0)) // US_PER_MINUTE
        for word, pair in ends.items()
    }
    return {
        "hulls_touch": seen.touching,
        "hull_distance_m": _rounded(seen.gap_m),
        "hull_distance_sd_m": _rounded(seen.gap_sd_m),
        "strays_m": _rounded(seen.spread_m),
        "shifted_m": _rounded(seen.shifted_m),
        "headings_known": seen.headings,
        "swing_deg": _rounded(seen.swing_deg),
        "askew_deg": _rounded(seen.askew_deg),
        "speed_made_good_kn": _rounded(seen.speed_kn, 3),
        "ranged_m": _rounded(seen.ranged_m),
        "heard_hours": _rounded(seen.heard_hours),
        "came_or_left_at_kn": _rounded(seen.edge_kn, 2),
        "apart_2h_before_m": _rounded(seen.before_m, 0),
        "apart_2h_after_m": _rounded(seen.after_m, 0),
        **unsure,
        "silences": [
            {"minutes": (one.end_us - one.start_us) // US_PER_MINUTE, "held": round(one.held, 3)} for one in seen.silences
        ],
    }


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None or math.isnan(value) else round(value, digits) + 0.0


def _reasons(verdict: Verdict) -> dict[str, Any]:
    """The chance of each class that is not out of the question, and what each factor said."""
    chances = {name: round(chance, 4) for name, chance in verdict.chances.items() if chance >= 0.0005}
    return {"chances": chances, "weights": {word: round(weight, 2) + 0.0 for word, weight in verdict.weights.items()}}
