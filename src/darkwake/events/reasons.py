"""Why an event says something else than before: the new reports of its ships, and what else a search stood on."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from darkwake.engine.clock import clock_us
from darkwake.ids import DIGITS
from darkwake.schema import TEXT, WHOLE
from darkwake.stage import code_version, stated

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine
    from darkwake.events.following import Step
    from darkwake.store import Store

OTHER = {"places": "the places", "rules": "the rules' parameters", "code": "the program"}
"""What else may change an event, by its name in ``Runs.inputs``."""
FIRST_TIME = "found when events of its kind were first looked for"
SEARCH = "darkwake.events.kinds"
"""The module whose code, with all that it imports, finds events."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Inputs:
    """What a search for events stood on."""

    sources: tuple[str, ...]
    """Ids of the files of AIS, sorted."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Hash of each of ``OTHER``."""
    titles: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Names of files, where known."""

    @classmethod
    def of_store(cls, store: Store, places: pa.Table, rules: Mapping[str, Any]) -> Inputs:
        """What a search stands on that looks in all of a store's AIS.

        Args:
            store: the store.
            places: rows of ``Places``.
            rules: the parameters by the name of each kind.
        """
        rows = sorted(json.dumps(row, sort_keys=True, default=str) for row in places.to_pylist())
        said = {"places": rows, "rules": stated(rules)}
        hashes = {
            word: hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16] for word, value in said.items()
        }
        titles = {row["evidence_id"]: row["title"] for row in store.arrow("evidence").to_pylist()}
        parts = store.parts("reports") | store.parts("statics")
        return cls(tuple(sorted(parts)), hashes | {"code": code_version(SEARCH)}, titles)

    @classmethod
    def of_run(cls, row: Mapping[str, Any]) -> Inputs:
        """What a run on record stood on: a row of ``Runs``."""
        return cls(tuple(sorted(row["sources"])), json.loads(row["inputs"]))

    @property
    def text(self) -> str:
        """The hashes as JSON text."""
        return json.dumps(dict(self.hashes), sort_keys=True)

    def named(self, source: str) -> str:
        """A file by its name and id."""
        return f"{self.titles[source]} ({source})" if source in self.titles else source


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


@dataclass(frozen=True)
class Reason:
    """Why an event came, went or changed."""

    words: str
    sources: tuple[str, ...]
    """Files whose new reports of its ships fall into its time."""


@dataclass(frozen=True)
class _New:
    """New reports of an event's ships in its time, from one file."""

    source: str
    reports: int
    first_us: int
    last_us: int


def reasons(plan: Sequence[Step], positions: ir.Table, engine: Engine, now: Inputs, before: Inputs | None) -> list[Reason]:
    """Why each step was taken, in their order; ``before`` is null where no run has looked for these kinds."""
    if before is None:
        return [Reason(FIRST_TIME, ())] * len(plan)
    added = sorted(set(now.sources) - set(before.sources))
    new = _new_reports(plan, positions, engine, added) if added and plan else {}
    else_ = _otherwise(now, before)
    return [_reason(new[step.event_id], now) if step.event_id in new else Reason(else_, ()) for step in plan]


def _reason(new: Sequence[_New], inputs: Inputs) -> Reason:
    parts = [
        f"{one.reports} new {'report' if one.reports == 1 else 'reports'} between {_moment(one.first_us)} and"
        f" {_moment(one.last_us)} from {inputs.named(one.source)}"
        for one in new
    ]
    return Reason("; ".join(parts), tuple(one.source for one in new))


def _otherwise(now: Inputs, before: Inputs) -> str:
    """What else changed since the run before, in words."""
    changed = [words for name, words in OTHER.items() if now.hashes.get(name) != before.hashes.get(name)]
    if set(before.sources) - set(now.sources):
        changed.insert(0, "files that were taken out")
    if set(now.sources) - set(before.sources):
        changed.insert(0, "new reports of other ships or times, or what ships say of themselves")
    return f"no new report of its ships in its time; what changed: {'; '.join(changed) or 'nothing that is on record'}"


def _moment(us: int) -> str:
    return (EPOCH + timedelta(microseconds=us)).strftime("%Y-%m-%d %H:%M:%S UTC")


def _new_reports(plan: Sequence[Step], positions: ir.Table, engine: Engine, added: Sequence[str]) -> dict[str, list[_New]]:
    """For each step the new reports of its ships in the time that it covers, before and now."""
    spans = engine.table(pa.Table.from_pylist([row for step in plan for row in _spans(step)], _SPANS))
    files = engine.table(pa.table({"source_id": pa.array(added, TEXT)}))
    fresh = positions.semi_join(files, "source_id").select("mmsi", "source_id", us=clock_us(positions.time))
    met = spans.join(fresh, [spans.ship == fresh.mmsi, fresh.us >= spans.since_us, fresh.us <= spans.until_us])
    counted = met.group_by(["step_id", "source_id"]).aggregate(reports=met.count(), first_us=met.us.min(), last_us=met.us.max())
    found: dict[str, list[_New]] = defaultdict(list)
    for row in engine.arrow(counted).sort_by([("first_us", "ascending"), ("source_id", "ascending")]).to_pylist():
        found[row["step_id"]].append(_New(row["source_id"], row["reports"], row["first_us"], row["last_us"]))
    return found


_SPANS = pa.schema([("step_id", TEXT), ("ship", WHOLE), ("since_us", WHOLE), ("until_us", WHOLE)])


def _spans(step: Step) -> list[dict[str, Any]]:
    sides = [spell for spell in (step.before, step.now) if spell]
    ships = {mmsi for spell in sides for mmsi in (spell.mmsi, spell.other_mmsi) if mmsi is not None}
    since, until = min(spell.start_us for spell in sides), max(spell.end_us for spell in sides)
    return [{"step_id": step.event_id, "ship": ship, "since_us": since, "until_us": until} for ship in sorted(ships)]
