"""Simulated worlds looked at by the rules for encounters: what each factor said, what was concluded, and what was true.

    world (seed, kind) ─► meetings ─► contacts, circumstances ─► log-likelihoods [classes, factors], true class
                      └─► events ───► rows with their probability, whether they are true, what was missed

A kind of world says how its AIS comes: how often, with or without statics and headings, with how many places known.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from darkwake.engine import DuckDB, split_groups
from darkwake.events.alongside import Contacts
from darkwake.events.berths import Berths, stays
from darkwake.events.encounter import EncounterRule, encounters
from darkwake.events.judging.spread import lots_of
from darkwake.events.judging.verdicts import contacts
from darkwake.events.meetings import meetings
from darkwake.events.neighbours import ANCHORAGE, BERTH, TRANSFERS, Circumstances
from darkwake.simulation.traffic import World, world
from darkwake.simulation.traffic_meetings import SILENT
from darkwake.units import EPOCH

EITHER = {"none": (BERTH, ANCHORAGE)}
"""One lies moored and one at anchor: neighbours of either kind."""


ALL = 1000
"""So many pairs of silences are looked at, not the few that are reported."""


@dataclass(frozen=True)
class Kind:
    """How the AIS of a world comes."""

    every_s: float = 60.0
    listed: float = 0.7
    with_statics: bool = True
    with_headings: bool = True
    ships: int = 50
    days: float = 3.0
    transfers: int = 20
    silent: Mapping[str, float] = field(default_factory=lambda: SILENT)


KINDS = (
    Kind(), Kind(every_s=120.0, listed=0.3), Kind(every_s=300.0), Kind(with_headings=False), Kind(with_statics=False),
    Kind(every_s=30.0, ships=30, transfers=15), Kind(every_s=180.0, listed=0.0), Kind(ships=80, days=4.0, transfers=24),
)  # fmt: skip


def drawn(seed: int) -> Kind:
    """A kind of world whose circumstances are drawn by its seed: few transfers or many, crowded or not, heard well or not."""
    random = np.random.default_rng(777_000 + seed)
    silent = random.dirichlet([5.0, 2.5, 1.5, 2.0])
    return Kind(
        every_s=float(random.choice([30, 60, 60, 120, 180, 300, 600])), listed=float(random.choice([0.0, 0.3, 0.7, 1.0])),
        with_statics=bool(random.random() < 0.88), with_headings=bool(random.random() < 0.85),
        ships=int(random.integers(25, 110)), days=float(random.uniform(2.0, 4.5)),
        transfers=int(random.choice([2, 4, 8, 12, 20, 30])), silent=dict(zip(SILENT, silent.tolist(), strict=True)),
    )  # fmt: skip


@dataclass
class Looked:
    """What was made of a world, and what was true."""

    seen: list[tuple[Contacts, Circumstances]] = field(default_factory=list)
    """What the two ships of each meeting did, lot by lot."""
    true: list[str] = field(default_factory=list)
    """And what it was."""
    rows: list[dict[str, Any]] = field(default_factory=list)
    """Rows of the events: who was heard, probability, class, true class, whether true, minutes by which the ends are wrong."""
    transfers: list[dict[str, Any]] = field(default_factory=list)
    """The true transfers, as rows of the truth."""


def made(seed: int, kind: Kind) -> World:
    """A world of a seed, with what its kind leaves out left out."""
    whole = world(
        np.random.default_rng(seed),
        ships=kind.ships, days=kind.days, every_s=kind.every_s, transfers=kind.transfers, listed=kind.listed,
        silent=kind.silent,
    )  # fmt: skip
    positions, statics = whole.positions, whole.statics
    if not kind.with_headings:
        at = positions.column_names.index("heading_deg")
        positions = positions.set_column(at, positions.schema.field(at), pa.nulls(positions.num_rows, pa.float64()))
    if not kind.with_statics:
        statics = statics.slice(0, 0)
    return World(positions, statics, whole.places, whole.truth, whole.legs, whole.ships)


def looked_at(scene: World) -> Looked:
    """A world as the rules see it."""
    rule, engine = EncounterRule(inferred_at_least=0.0, possible_pairs=ALL), DuckDB()
    positions, statics = engine.table(scene.positions), engine.table(scene.statics)
    looked = Looked()
    order = [("start_us", "ascending"), ("track_id", "ascending"), ("other_track_id", "ascending")]
    met = engine.arrow(meetings(positions, rule, engine)).sort_by(order)
    asked = lots_of(met, positions, statics, Berths(engine.arrow(stays(positions)), scene.places), engine, rule)
    names = list(zip(met["track_id"].to_pylist(), met["other_track_id"].to_pylist(), strict=True))
    for lot in split_groups(engine.arrow(asked), "bucket"):
        known, seen = contacts(lot)
        looked.seen.append((seen, known))
        two = (names[at] for at in seen.meeting.tolist())
        spans = zip(two, seen.from_us.tolist(), seen.until_us.tolist(), strict=True)
        looked.true += [scene.pair(one, other, _time(start_us), _time(end_us)) for (one, other), start_us, end_us in spans]
    events = engine.arrow(encounters(positions, statics, scene.places, engine, rule)).to_pylist()
    engine.close()
    truths, heard = [row for row in scene.truth.to_pylist() if row["what"] in TRANSFERS], _heard(scene.positions)
    types = dict(zip(scene.statics["mmsi"].to_pylist(), scene.statics["ship_type"].to_pylist(), strict=True))
    looked.rows = [_row(row, scene, truths, heard) | {"tankers": _tankers(row, types)} for row in events]
    looked.transfers = [
        truth | {"heard": [_share_heard(heard.get(truth[word]), truth) for word in ("track_id", "other_track_id")]}
        for truth in truths
    ]
    return looked


HEARD_S = 600.0
"""A transfer is cut into such pieces; a ship was heard for the share of them with a report."""


def _heard(positions: pa.Table) -> dict[str, np.ndarray]:
    """Seconds of each track's reports, in order."""
    rows = positions.select(["track_id", "time"]).sort_by([("track_id", "ascending"), ("time", "ascending")])
    seconds = rows["time"].cast(pa.int64()).to_numpy() / 1e6
    names, firsts = np.unique(np.array(rows["track_id"].to_pylist()), return_index=True)
    return dict(zip(names.tolist(), np.split(seconds, firsts[1:]), strict=True))


def _share_heard(seconds: np.ndarray | None, truth: dict[str, Any]) -> float:
    start, end = float(truth["start"].timestamp()), float(truth["end"].timestamp())
    if seconds is None:
        return 0.0
    inside = seconds[(seconds >= start) & (seconds < end)]
    slots = math.ceil((end - start) / HEARD_S)
    return len(np.unique((inside - start) // HEARD_S)) / max(1, slots)


def _time(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)


def _row(
    event: dict[str, Any], scene: World, truths: list[dict[str, Any]], heard_of: Mapping[str, np.ndarray]
) -> dict[str, Any]:
    factors = json.loads(event["factors"])
    at = [number for number, truth in enumerate(truths) if _is(truth, event, heard_of)]
    given = {"heard": factors.get("heard", "both sides"), "class": factors["class"], "probability": event["probability"]}
    given |= {"is_true": bool(at), "of": at, "true": None, "wrong_minutes": None}
    if given["heard"] == "both sides":
        given["true"] = scene.pair(event["track_id"], event["other_track_id"], event["start"], event["end"])
    if at:
        ends = [abs((event[word] - truths[at[0]][word]).total_seconds()) / 60 for word in ("start", "end")]
        given["wrong_minutes"] = max(ends)
    return given


def _tankers(event: dict[str, Any], types: dict[int, int | None]) -> bool:
    """Whether the ships that a row names said that they are tankers."""
    return all(80 <= (types.get(mmsi) or 0) <= 89 for mmsi in (event["mmsi"], event["other_mmsi"]) if mmsi)


def _is(truth: dict[str, Any], event: dict[str, Any], heard: Mapping[str, np.ndarray]) -> bool:
    """Whether an event is a transfer: the same two ships at the same time, or one of them, where the other was seldom heard."""
    two = {truth["track_id"], truth["other_track_id"]}
    named = {event["track_id"], event["other_track_id"]} - {None}
    if not (truth["start"] < event["end"] and event["start"] < truth["end"]) or not named <= two:
        return False
    return len(named) == 2 or all(_share_heard(heard.get(track), truth) < SELDOM for track in two - named)


SELDOM = 0.5
"""Who was heard in fewer of the ten-minute pieces of a transfer was silent to those who listened, whatever the reason."""


def worlds(seeds: range, *, any_kind: bool = False) -> Iterator[Looked]:
    """The worlds of some seeds, of all kinds in turn; or each of a kind of its own."""
    for seed in seeds:
        yield looked_at(made(seed, drawn(seed) if any_kind else KINDS[seed % len(KINDS)]))
