"""The stage ``events``: every kind of event of a case, in one table."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from darkwake.events.call import CallRule
from darkwake.events.encounter import EncounterRule
from darkwake.events.gap import GapRule
from darkwake.events.kinds import KINDS
from darkwake.events.loiter import LoiterRule


def events(
    positions: ir.Table, places: pa.Table, *, gap: GapRule, encounter: EncounterRule, loiter: LoiterRule, call: CallRule
) -> ir.Table:
    """All events of all kinds as one expression with the columns of ``Events``; nothing runs here.

    Args:
        positions: rows of ``Positions``, on any engine.
        places: rows of ``Places``, in memory.
        gap: parameters of silences.
        encounter: parameters of meetings.
        loiter: parameters of slow spells.
        call: parameters of stays at places.
    """
    rules = {"gap": gap, "encounter": encounter, "loiter": loiter, "call": call}
    return ibis.union(*[kind.expression(positions, places, rules[kind.name]) for kind in KINDS])
