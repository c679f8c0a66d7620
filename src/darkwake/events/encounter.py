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

from typing import TYPE_CHECKING

import pyarrow as pa

from darkwake.events.berths import Berths, stays
from darkwake.events.judging import judged
from darkwake.events.meetings import EncounterRule, meetings
from darkwake.events.record import decimal, record, sources
from darkwake.events.unheard import ROWS, inferred

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

__all__ = ["EncounterRule", "encounters"]


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
    found = meetings(positions, rule, engine)
    if not rule.judged:
        return _plain(found, rule)
    met = engine.arrow(found).sort_by([("start_us", "ascending"), ("track_id", "ascending"), ("other_track_id", "ascending")])
    berths = Berths(engine.arrow(stays(positions)), places)
    heard = judged(met, positions, statics, berths, engine, rule).select(ROWS.names).cast(ROWS)
    rows = engine.table(pa.concat_tables([heard, inferred(heard, positions, statics, berths, engine, rule)]))
    evidence = sources(rows.first_source, rows.last_source, rows.other_first_source, rows.other_last_source)
    return record(rows, "encounter", rule.words, factors=rows.factors, evidence=evidence)


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
