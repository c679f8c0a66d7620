"""Transfers with one side or both sides silent: stays and silences that no heard meeting explains, put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from darkwake.events.alongside import BESIDE_US
from darkwake.events.meetings import EncounterRule
from darkwake.events.ships import ships_of
from darkwake.events.unheard.both_silent import possible
from darkwake.events.unheard.gaps import silences
from darkwake.events.unheard.one_silent import partners
from darkwake.events.unheard.rows import ROWS, lone_row, possible_row
from darkwake.events.unheard.stays import LONGEST_STAY_H, Stay, lone_stays

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine
    from darkwake.events.berths import Berths


def inferred(
    heard: pa.Table, positions: ir.Table, statics: ir.Table, berths: Berths, engine: Engine, rule: EncounterRule
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
