"""Transfers that were not heard whole: stays and silences that no heard meeting explains, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from darkwake.events.alongside import BESIDE_US
from darkwake.events.meetings import EncounterRule
from darkwake.events.ships import Ship, ships_of
from darkwake.events.unheard.both_silent import possible
from darkwake.events.unheard.gaps import Gap, Key, key_of, silences
from darkwake.events.unheard.one_silent import partners
from darkwake.events.unheard.rows import ROWS, lone_row, possible_row, seldom_row
from darkwake.events.unheard.seldom import Together, together
from darkwake.events.unheard.stays import LONGEST_STAY_H, Stay, lone_stays

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine
    from darkwake.events.berths import Berths

BOTH_ENDS = ("track_id", "other_track_id", "start_us", "end_us")


@dataclass(frozen=True)
class Unheard:
    """What no heard meeting explains."""

    lone: Sequence[Stay]
    """Stays of ships that lay by nobody who was heard."""
    together: Sequence[Together]
    """Pairs of stays side by side, seldom heard."""
    silences: tuple[Sequence[Gap], Sequence[Gap], Sequence[Gap]]
    """Silences with two ends, those before a first report, those after a last one."""
    ships: Mapping[int, Ship]
    """What the ships of these said of themselves."""


def inferred(
    heard: ir.Table, positions: ir.Table, statics: ir.Table, berths: Berths, engine: Engine, rule: EncounterRule
) -> pa.Table:
    """Inferred transfers as rows of ``ROWS``.

    Args:
        heard: judged meetings, rows of ``ROWS``.
        positions: rows of ``Positions``.
        statics: rows of ``Statics``.
        berths: where ships lay still.
        engine: where the expressions run.
        rule: the parameters.
    """
    found = unheard_of(heard, positions, statics, berths, engine, rule)
    ships = found.ships
    rows = [seldom_row(pair, ships) for pair in found.together]
    halves = partners(found.lone, found.silences, ships)
    rows += [lone_row(stay, chance, named, ships) for stay, chance, named in halves if chance >= rule.inferred_at_least]
    spoken_for: dict[Key, float] = {}
    for one in (one for _, _, named in halves for one in named):
        spoken_for[key_of(one.gap)] = min(spoken_for.get(key_of(one.gap), 0.0) + one.chance, 1.0)
    pairs, left_out = possible(found.silences[0], ships, rule.possible_pairs, spoken_for)
    rows += [possible_row(pair, left_out, ships) for pair in pairs]
    return pa.Table.from_pylist(_not_heard(rows, heard, engine), ROWS)


def unheard_of(
    heard: ir.Table, positions: ir.Table, statics: ir.Table, berths: Berths, engine: Engine, rule: EncounterRule
) -> Unheard:
    """The stays and silences that no heard meeting explains; arguments as for :func:`inferred`."""
    closed, before, after = silences(positions, rule.silent_hours, engine)
    gaps = ([gap for gap in closed if gap.hours <= LONGEST_STAY_H], before, after)
    lone = _unexplained(lone_stays(positions, berths, engine), heard, engine)
    ships = ships_of(statics, {gap.mmsi for of_kind in gaps for gap in of_kind} | {stay.mmsi for stay in lone}, engine)
    # Who has no silence bridged sees nobody together through it either.
    side_by_side = together(lone, positions, ships, engine) if rule.silent_join_minutes else []
    explained = {id(stay) for pair in side_by_side for stay in (pair.one, pair.other)}
    return Unheard([stay for stay in lone if id(stay) not in explained], side_by_side, gaps, ships)


def _not_heard(rows: Sequence[dict[str, Any]], heard: ir.Table, engine: Engine) -> list[dict[str, Any]]:
    """Without pairs that were heard near each other at that time: their silences are in that meeting already."""
    known: dict[tuple[str, str], list[tuple[int, int]]] = {}
    asked = engine.table(pa.table({"track_id": pa.array(sorted({row["track_id"] for row in rows}), pa.string())}))
    for row in engine.arrow(heard.semi_join(asked, "track_id").select(*BOTH_ENDS)).to_pylist():
        known.setdefault((row["track_id"], row["other_track_id"]), []).append((row["start_us"], row["end_us"]))
    return [
        row
        for row in rows
        if not any(
            start - BESIDE_US <= row["end_us"] and end + BESIDE_US >= row["start_us"]
            for start, end in known.get((row["track_id"], row["other_track_id"]), ())
        )
    ]


def _unexplained(lone: Sequence[Stay], heard: ir.Table, engine: Engine) -> list[Stay]:
    """The stays in which the same ship was at no heard transfer."""
    known: dict[str, list[tuple[int, int]]] = {}
    for row in engine.arrow(heard.filter(heard.probability >= 0.5).select(*BOTH_ENDS)).to_pylist():
        for word in ("track_id", "other_track_id"):
            known.setdefault(row[word], []).append((row["start_us"], row["end_us"]))
    return [
        stay
        for stay in lone
        if not any(start < stay.end_us and stay.start_us < end for start, end in known.get(stay.track_id, ()))
    ]
