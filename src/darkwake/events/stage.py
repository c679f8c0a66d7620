"""The stage ``events``: every kind of event of a case, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from darkwake.events.call import CallRule
from darkwake.events.encounter import EncounterRule
from darkwake.events.gap import GapRule
from darkwake.events.identity import IdentityRule
from darkwake.events.kinds import KINDS, Known
from darkwake.events.loiter import LoiterRule
from darkwake.events.spoofing import SpoofingRule

if TYPE_CHECKING:
    from darkwake.engine import Engine


def events(
    positions: ir.Table,
    statics: ir.Table,
    places: pa.Table,
    *,
    engine: Engine,
    gap: GapRule,
    encounter: EncounterRule,
    loiter: LoiterRule,
    call: CallRule,
    identity: IdentityRule,
    spoofing: SpoofingRule,
) -> ir.Table:
    """All events of all kinds as one expression with the columns of ``Events``.

    Args:
        positions: rows of ``Positions``, on any engine.
        statics: rows of ``Statics``, on the same engine.
        places: rows of ``Places``, in memory.
        engine: where the expressions run.
        gap: parameters of silences.
        encounter: parameters of meetings.
        loiter: parameters of slow spells.
        call: parameters of stays at places.
        identity: parameters of shared and changed identities.
        spoofing: parameters of false positions.
    """
    rules = {"gap": gap, "encounter": encounter, "loiter": loiter, "call": call, "identity": identity, "spoofing": spoofing}
    known = Known(positions, statics, places, engine)
    return ibis.union(*[kind.expression(known, rules[kind.name]) for kind in KINDS])
