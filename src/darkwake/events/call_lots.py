"""Calls put together from spells, the ships of a lot at a time: here, or in other processes where there are many."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from darkwake.events.call_rows import ROW, rows_of
from darkwake.events.called import AT_ONCE, Known, cut, lots_of
from darkwake.events.stay import SPELL

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

IN_PROCESS = 40_000
"""So many spells are put together in this process, in the second that it takes to start others; more the engine spreads."""


def called(spells: ir.Table, known: Known, engine: Engine) -> ir.Table:
    """The calls that spells make up, as rows of ``ROW``.

    Args:
        spells: rows of ``stay.spells``, kept.
        known: what judging them needs besides.
        engine: where they are.
    """
    count = int(engine.arrow(spells.count().as_table()).column(0)[0].as_py())
    if count <= IN_PROCESS:
        return engine.table(calls_of(engine.arrow(spells), known))
    # A ship's tracks share a lot; which ships do changes no call.
    lot = spells.mutate(lot=spells.mmsi % -(-count // AT_ONCE))
    return engine.map_groups(lot, "lot", partial(calls_of, known=known), ROW)


def calls_of(spells: pa.Table, known: Known) -> pa.Table:
    """The calls of some ships."""
    parts = [ROW.empty_table()]
    for stays in lots_of(spells.sort_by([(word, "ascending") for word in SPELL]), known.rule.gap_minutes):
        known.lying.ask(spell for stay in stays for spell in stay)
        pieces = [call for stay in stays for call in cut(stay, known)]
        made = [call for call in pieces if call.confidence >= known.rule.min_confidence]
        parts.append(pa.Table.from_pylist(list(rows_of(made)), ROW))
    return pa.concat_tables(parts)
