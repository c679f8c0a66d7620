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

import ibis
import pyarrow as pa

from darkwake.events.berths import Berths, stays
from darkwake.events.grid import slices
from darkwake.events.judging import judged
from darkwake.events.meetings import EncounterRule, meetings
from darkwake.events.record import decimal, record, sources
from darkwake.events.track import US_PER_HOUR
from darkwake.events.unheard import ROWS, inferred

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

__all__ = ["EncounterRule", "encounters", "meetings_judged"]

AT_ONCE = 200_000
"""So many meetings are judged at once, with all that is told of them."""
ORDER = ("start_us", "track_id", "other_track_id")


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
    if not rule.judged:
        return _plain(meetings(positions, rule, engine), rule)
    found = engine.keep_alone(lambda: meetings(positions, rule, engine))
    berths = Berths(engine.arrow(stays(positions)), places)
    heard = meetings_judged(found, positions, statics, berths, engine, rule)
    rows = ibis.union(heard, engine.table(inferred(heard, positions, statics, berths, engine, rule)))
    evidence = sources(rows.first_source, rows.last_source, rows.other_first_source, rows.other_last_source)
    return record(rows, "encounter", rule.words, factors=rows.factors, evidence=evidence)


def meetings_judged(
    found: ir.Table, positions: ir.Table, statics: ir.Table, berths: Berths, engine: Engine, rule: EncounterRule
) -> ir.Table:
    """Meetings as they are judged, rows of ``ROWS``: those that begin within some hours at a time, so that memory lasts."""
    hour = found.start_us // US_PER_HOUR
    counts = engine.arrow(found.group_by(tick=hour).aggregate(points=found.count()))
    parts = []
    for first, last in slices(counts, AT_ONCE) or [(0, 0)]:
        with engine.scoped():
            met = engine.arrow(found.filter(hour.between(first, last))).sort_by([(word, "ascending") for word in ORDER])
            made = judged(met, positions, statics, berths, engine, rule).select(ROWS.names).cast(ROWS)
        parts.append(engine.table(made))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


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
