"""What the events of a store said before, and what became of events that a person judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from darkwake.errors import InputError, UsageError
from darkwake.schema import Events
from darkwake.store import Store


def history(source: Path | Store, event_ids: Sequence[str] = ()) -> pa.Table:
    """All that events said, one revision after the other: rows of ``Revisions`` in order of event and revision.

    Args:
        source: folder of a store, or an open store.
        event_ids: the events asked for; all when left out.

    Raises:
        InputError: no run has kept events in the store.
        UsageError: no event of that id.
    """
    with _opened(source) as store:
        rows = store.arrow("revisions")
    known = set(rows["event_id"].to_pylist())
    for event_id in event_ids:
        if event_id not in known:
            raise UsageError(f"no event {event_id!r} was ever kept here", do="look it up: darkwake events STORE --history")
    return rows.filter(pc.is_in(rows["event_id"], pa.array(event_ids, pa.string()))) if event_ids else rows


def as_of(source: Path | Store, run: int) -> pa.Table:
    """The events as they stood after a run: rows of ``Events`` in order of their start.

    Args:
        source: folder of a store, or an open store.
        run: number of the run, from 1.

    Raises:
        InputError: no run has kept events in the store.
        UsageError: there is no run of that number.
    """
    with _opened(source) as store:
        rows, runs = store.arrow("revisions"), store.arrow("runs")["run"].to_pylist()
    if run not in runs:
        raise UsageError(f"no run {run}", do=f"the store has runs 1 to {max(runs)}")
    until = rows.filter(pc.less_equal(rows["run"], run))
    last = {row["event_id"]: at for at, row in enumerate(until.select(["event_id"]).to_pylist())}
    stood = until.take(pa.array(sorted(last.values()), pa.int64()))
    standing = stood.filter(pc.not_equal(stood["state"], "withdrawn")).select(list(Events.columns))
    return Events.check(standing.sort_by([("start", "ascending"), ("event_id", "ascending")]))


@contextmanager
def _opened(source: Path | Store) -> Iterator[Store]:
    """A store in which events were kept."""
    if isinstance(source, Path):
        with Store.open(source) as store, _opened(store) as kept:
            yield kept
        return
    if not source.has("runs"):
        do = f"find some first: darkwake events {source.folder}"
        raise InputError("no events were kept here yet", do=do, source=source.folder)
    yield source


@dataclass(frozen=True)
class Judged:
    """A person's judgement on an event that was not taken back, and what became of the event."""

    judgement_id: str
    verdict: str
    event_id: str
    """The event that was judged."""
    now_id: str
    """The event that stands for it now: itself, or the one that it went into."""
    state: str
    """``found``, ``revised``, ``withdrawn`` or ``returned``, as the journal says last of the judged event."""
    words: str


def judged(judgements: pa.Table, revisions: pa.Table) -> list[Judged]:
    """The judgements on events that stand, each with what became of its event; none is ever dropped.

    Args:
        judgements: rows of ``Judgements``; those on other things are left out.
        revisions: rows of ``Revisions``.
    """
    order = revisions.sort_by([("event_id", "ascending"), ("revision", "ascending")])
    last = {row["event_id"]: row for row in order.to_pylist()}
    rows = judgements.to_pylist()
    undone = {row["undoes"] for row in rows}
    standing = [row for row in rows if row["about_id"] in last and row["judgement_id"] not in undone]
    return [_judged(row, last) for row in standing if row["undoes"] is None]


def _judged(row: dict[str, Any], last: dict[str, dict[str, Any]]) -> Judged:
    event = last[row["about_id"]]
    now_id = _heir(event["event_id"], last)
    return Judged(row["judgement_id"], row["verdict"], event["event_id"], now_id, event["state"], _became(event, now_id))


def _heir(event_id: str, last: dict[str, dict[str, Any]]) -> str:
    """The event that an event went into, or that this one went into; itself where it stands."""
    seen = {event_id}
    while (into := last[event_id]["into_id"]) and into in last and into not in seen:
        seen.add(into)
        event_id = into
    return event_id


def _became(event: dict[str, Any], now_id: str) -> str:
    if event["state"] == "withdrawn":
        where = f" {now_id} covers its time now." if now_id != event["event_id"] else ""
        return f"withdrawn in run {event['run']}: {event['why']}.{where}"
    if event["revision"] == 0:
        return "stands as it was found"
    return f"stands; revised {event['revision']} times, last in run {event['run']}: {event['why']}"
