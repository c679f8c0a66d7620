"""The events of a store through the runs: what is found now, held against what was found before.

The store keeps a journal, ``revisions``, to which each run appends what changed: events found first, revised, withdrawn,
found again, with the words of each, why, and the files whose new reports did it. It is never rewritten. An event that says
the same as before has no new row (that it stands on another copy of the same report is not told). What stands now is the
last revision of each event that is not withdrawn.

Comparing is left to the engine; only ids, ships, times and places of events that changed come into this process, where
:mod:`darkwake.events.following` says which is which.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from darkwake.engine.clock import clock_us
from darkwake.events.following import Spell, Step, follow
from darkwake.events.reasons import FIRST_TIME, Inputs, Reason, reasons
from darkwake.schema import TEXT, TEXTS, WHOLE, Events, Revisions, Runs
from darkwake.store import Append, PartFile, Replace

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine
    from darkwake.store import Store

SAID = [word for word in Events.columns if word not in ("event_id", "revision", "evidence")]
"""What an event says. Which copy of a report it stands on is not of it."""
SPELL = ["event_id", "kind", "track_id", "other_track_id", "mmsi", "other_mmsi", "place_id", "start", "end", "lat", "lon"]
SAYING_WHAT = ("identity", "spoofing")
"""Kinds whose factors name what it was."""
_STEPS = pa.schema(
    [
        *(pa.field(word, TEXT) for word in ("step_id", "state", "why", "parent_id", "into_id", "now_id", "last_id")),
        pa.field("step", WHOLE),
        pa.field("because", TEXTS),
    ]
)


@dataclass(frozen=True)
class Revised:
    """Events as they stand now, and what the journal is to be told."""

    events: ir.Table
    """Rows of ``Events``: ids follow those of before."""
    told: ir.Table | None
    """New rows of ``Revisions``; null where nothing changed."""
    run: dict[str, Any] | None
    """The row of ``Runs``; null where nothing changed and nothing new was there."""

    def changes(self, store: Store, engine: Engine) -> list[Append | Replace]:
        """The journal's new part, written to the store's staging folder."""
        if self.run is None:
            return []
        part = f"run {self.run['run']}"
        made = [Append("runs", part, store.staged("runs", Runs.rows([self.run])).files, lasting=True)]
        if self.told is not None:
            files = [PartFile(path) for path in engine.write(self.told, store.staging())]
            made.append(Append("revisions", part, files, lasting=True))
        return list(made)


def revise(
    found: ir.Table,
    positions: ir.Table,
    store: Store,
    engine: Engine,
    inputs: Inputs,
    kinds: Sequence[str],
) -> Revised:
    """Hold events found now against those that the store's journal has.

    Args:
        found: rows of ``Events`` with the ids that their content gives, and revision 0; asked for more than once.
        positions: the positions in which they were found.
        store: the store.
        engine: where the expressions run.
        inputs: what the search stood on.
        kinds: the kinds that were looked for; events of others are left alone.
    """
    runs = store.arrow("runs").to_pylist()
    before = max((row for row in runs if set(kinds) <= set(row["kinds"])), key=_number, default=None)
    stood_on = Inputs.of_run(before) if before else None
    if runs:
        journal = store.table(engine, "revisions")
        last = latest(journal)
        same = engine.keep(_unchanged(found, last))
        plan = _plan(found, journal, same, engine, kinds)
        steps = engine.table(_rows(plan, reasons(plan, positions, engine, inputs, stood_on)))
        ids = same.union(steps.filter(steps.now_id.notnull()).select("now_id", "step_id", "step"))
        counts = Counter(step.state for step in plan)
    else:
        last = engine.table(Revisions.empty())
        steps = _first(found)
        ids = steps.select("now_id", "step_id", "step")
        counts = Counter(found=int(engine.arrow(found.aggregate(rows=found.count()))["rows"][0].as_py()))
    events = _named(found, ids)
    if not counts.total() and inputs == stood_on:
        return Revised(events, None, None)
    number = max(map(_number, runs), default=0) + 1
    told = _told(found, last, steps, number) if counts.total() else None
    return Revised(events, told, _run(number, kinds, counts, inputs, runs))


def _number(run: dict[str, Any]) -> int:
    return int(run["run"])


def latest(journal: ir.Table) -> ir.Table:
    """The last revision of each event, withdrawn ones too."""
    last = journal.group_by(last_id="event_id").aggregate(last_revision=journal.revision.max())
    met = journal.join(last, [("event_id", "last_id"), ("revision", "last_revision")])
    return met.select(*Revisions.columns)


def _unchanged(found: ir.Table, last: ir.Table) -> ir.Table:
    """Events that say what they said before: the id now found, the event's own, and its revision."""
    standing = last.filter(last.state != "withdrawn").rename({f"was_{word}": word for word in [*SAID, "event_id", "revision"]})
    standing = standing.select("found_id", "was_event_id", "was_revision", *(f"was_{word}" for word in SAID))
    met = found.join(standing, [("event_id", "found_id")])
    alike = reduce(and_, (met[word].identical_to(met[f"was_{word}"]) for word in SAID))
    return met.filter(alike).select(now_id="event_id", step_id="was_event_id", step="was_revision")


def _plan(found: ir.Table, journal: ir.Table, same: ir.Table, engine: Engine, kinds: Sequence[str]) -> list[Step]:
    """What becomes of the events that changed, came or went."""
    new = _spells(found.anti_join(same, [("event_id", "now_id")]).mutate(found_id="event_id"), engine)
    last = latest(journal.filter(journal.kind.isin(list(kinds))))
    standing, gone = last.filter(last.state != "withdrawn"), last.filter(last.state == "withdrawn")
    old = _spells(standing.anti_join(same, [("event_id", "step_id")]), engine)
    if not new:
        return follow(old, [], [])
    ids = engine.table(pa.table({"found_id": pa.array([spell.found_id for spell in new], TEXT)}))
    taken = engine.arrow(journal.semi_join(ids, "found_id").select("event_id"))["event_id"].to_pylist()
    ships = engine.table(pa.table({"mmsi": pa.array(sorted({spell.mmsi for spell in new}), WHOLE)}))
    return follow(old, _spells(gone.semi_join(ships, "mmsi"), engine), new, frozenset(taken))


def _spells(rows: ir.Table, engine: Engine) -> list[Spell]:
    asked = rows.end.isnull() | rows.kind.isin(SAYING_WHAT)
    slim = rows.select(
        *(word for word in SPELL if word not in ("start", "end")),
        "found_id",
        "revision",
        start_us=clock_us(rows.start),
        end_us=clock_us(rows.end),
        factors=ibis.ifelse(asked, rows.factors, ibis.null("string")),
    )
    return [_spell(row) for row in engine.arrow(slim).sort_by("event_id").to_pylist()]


def _spell(row: dict[str, Any]) -> Spell:
    factors = json.loads(row.pop("factors") or "{}")
    end_us = row.pop("end_us")
    if end_us is None:
        end_us = row["start_us"] + 60_000_000 * int(factors.get("minutes") or 0)
    return Spell(what=factors.get("what"), end_us=end_us, **row)


def _first(found: ir.Table) -> ir.Table:
    """The steps of a first run, in which everything is new."""
    none = ibis.null("string")
    return found.select(
        step_id="event_id",
        state=ibis.literal("found"),
        why=ibis.literal(FIRST_TIME),
        parent_id=none,
        into_id=none,
        now_id="event_id",
        last_id=none,
        step=ibis.literal(0),
        because=ibis.literal([], type="array<string>"),
    )


def _rows(plan: Sequence[Step], why: Sequence[Reason]) -> pa.Table:
    rows = [
        {
            "step_id": step.event_id,
            "state": step.state,
            "why": reason.words,
            "because": list(reason.sources),
            "parent_id": step.parent_id,
            "into_id": step.into_id,
            "now_id": step.now.found_id if step.now else None,
            "last_id": step.before.event_id if step.before else None,
            "step": step.revision,
        }
        for step, reason in zip(plan, why, strict=True)
    ]
    return pa.Table.from_pylist(rows, _STEPS)


def _named(found: ir.Table, ids: ir.Table) -> ir.Table:
    """Events with the ids that they keep, and how often each was revised."""
    met = found.drop("revision").join(ids, [("event_id", "now_id")])
    return met.mutate(event_id="step_id", revision=met.step.cast("int64")).select(*Events.columns)


def _told(found: ir.Table, last: ir.Table, steps: ir.Table, number: int) -> ir.Table:
    """The journal's rows of a run: what events say now; of withdrawn ones, what they said last."""
    before = last.select(was_id="event_id", was_found_id="found_id", was_evidence="evidence", **{f"was_{w}": w for w in SAID})
    now = found.select(now_found_id="event_id", now_evidence="evidence", **{f"now_{word}": word for word in SAID})
    met = steps.left_join(now, [("now_id", "now_found_id")]).left_join(before, [("last_id", "was_id")])
    goes = met.state == "withdrawn"
    says = {word: ibis.ifelse(goes, met[f"was_{word}"], met[f"now_{word}"]) for word in ("found_id", *SAID, "evidence")}
    given = says | {
        "event_id": met.step_id,
        "revision": met.step,
        "run": ibis.literal(number),
        "changed": ibis.ifelse(met.state == "revised", _changed(met), ibis.null("string")),
        **{word: met[word] for word in ("state", "why", "because", "parent_id", "into_id")},
    }
    types = {word: kind.copy(nullable=True) for word, kind in Revisions.ibis().items()}
    return met.select(**{word: given[word].cast(types[word]) for word in types})


def _changed(met: ir.Table) -> ir.StringValue:
    """The columns that say something else, with commas between."""
    text = ibis.literal("")
    for word in SAID:
        text = text + ibis.ifelse(met[f"was_{word}"].identical_to(met[f"now_{word}"]), "", f", {word}")
    return text.substr(2)


def _run(
    number: int, kinds: Sequence[str], counts: Mapping[str, int], inputs: Inputs, runs: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    before = set(max(runs, key=_number)["sources"]) if runs else set()
    return {
        "run": number,
        "kinds": sorted(kinds),
        **{state: counts.get(state, 0) for state in ("found", "revised", "withdrawn", "returned")},
        "added": sorted(set(inputs.sources) - before),
        "removed": sorted(before - set(inputs.sources)),
        "sources": sorted(inputs.sources),
        "inputs": inputs.text,
    }
