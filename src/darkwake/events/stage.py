"""The stage ``events``: every kind of event of a case, in one table, under the ids that they had before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis.expr.types as ir
import pyarrow as pa

from darkwake.events.call import CallRule
from darkwake.events.encounter import EncounterRule
from darkwake.events.gap import GapRule
from darkwake.events.identity import IdentityRule
from darkwake.events.kinds import KINDS, Known, files_of
from darkwake.events.loiter import LoiterRule
from darkwake.events.reasons import Inputs
from darkwake.events.revisions import revise
from darkwake.events.spoofing_rule import SpoofingRule
from darkwake.schema import Events
from darkwake.store import Append, PartFile, Replace, Store

if TYPE_CHECKING:
    from darkwake.engine import Engine


def events(
    positions: ir.Table,
    statics: ir.Table,
    places: pa.Table,
    *,
    engine: Engine,
    store: Store,
    gap: GapRule,
    encounter: EncounterRule,
    loiter: LoiterRule,
    call: CallRule,
    identity: IdentityRule,
    spoofing: SpoofingRule,
) -> list[Append | Replace]:
    """All events of all kinds, and what the journal of their revisions is told.

    Args:
        positions: rows of ``Positions``, on any engine.
        statics: rows of ``Statics``, on the same engine.
        places: rows of ``Places``, in memory.
        engine: where the expressions run.
        store: the case's store, open for writing; its journal says what was found before.
        gap: parameters of silences.
        encounter: parameters of meetings.
        loiter: parameters of slow spells.
        call: parameters of stays at places.
        identity: parameters of shared and changed identities.
        spoofing: parameters of false positions.
    """
    rules = {"gap": gap, "encounter": encounter, "loiter": loiter, "call": call, "identity": identity, "spoofing": spoofing}
    known = Known(positions, statics, places, engine)
    # Written once: it is held against the journal in several ways.
    kinds = KINDS if known.anything() else ()
    found = engine.parquet(files_of(kinds, known, rules, store.staging), Events.arrow())
    inputs = Inputs.of_store(store, places, rules)
    revised = revise(found, positions, store, engine, inputs, list(rules))
    files = [PartFile(path) for path in engine.write(revised.events, store.staging())]
    return [Replace("events", files), *revised.changes(store, engine)]
