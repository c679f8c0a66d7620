"""From found events to the file of their page: reads names, files and tracks, and writes the page whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path

from darkwake.dossier.events_page import Told, event_page, events_page
from darkwake.dossier.events_shown import Row, Shown, names_of, shown
from darkwake.errors import UsageError
from darkwake.events.find import Found
from darkwake.events.kinds import Known
from darkwake.events.reach import could_have_called
from darkwake.outputs import write_text
from darkwake.schema import Events
from darkwake.store import Store

NEAREST = 3
"""Ids that are named where one is not found."""


def write_page(found: Found, known: Known, out: Path, *, store: Path, event: str | None = None) -> Path:
    """Write the page of all events, or of one.

    Args:
        found: the events.
        known: what they were found in.
        out: where the page goes.
        store: the folder of the store; its name is the title.
        event: id of the one event to show.

    Raises:
        UsageError: no event has this id.
    """
    told = Told(store.resolve().name, found.positions, found.kinds, version("darkwake"))
    titles = _titles(store)

    def draw(rows: Sequence[Row]) -> list[Shown]:
        return shown(_with_places_within_reach(rows, known), known, titles=titles)

    rows = [row | {"factors": json.loads(row["factors"])} for row in found.table.to_pylist()]
    if event is not None:
        return write_text(event_page(draw([_one(rows, event)])[0], told), out)
    mmsis = {row[word] for row in rows for word in ("mmsi", "other_mmsi") if row[word] is not None}
    return write_text(events_page(rows, told, draw, names_of(mmsis, known)), out)


def _one(rows: Sequence[Row], event: str) -> Row:
    for row in rows:
        if row["event_id"] == event:
            return row
    near = get_close_matches(event, [row["event_id"] for row in rows], n=NEAREST, cutoff=0.0)
    do = f"nearest: {', '.join(near)}" if near else "no event was found at all"
    raise UsageError(f"no event has the id {event!r}", do=do)


def _with_places_within_reach(rows: Sequence[Row], known: Known) -> list[Row]:
    """Silences with the places that their ships could have called at among their factors, where places are known."""
    gaps = [row for row in rows if row["kind"] == "gap"]
    if not gaps or not known.places.num_rows:
        return list(rows)
    called = could_have_called(Events.rows([dict(row) | {"factors": json.dumps(row["factors"])} for row in gaps]), known)
    return [
        row | {"factors": row["factors"] | {"could_have_called_at": called[row["event_id"]]}} if row["kind"] == "gap" else row
        for row in rows
    ]


def _titles(store: Path) -> dict[str, str]:
    """Names of the files in the store by their evidence ids."""
    with Store.open(store) as opened:
        rows = opened.arrow("evidence").to_pylist() if opened.has("evidence") else []
    return {row["evidence_id"]: row["title"] for row in rows}
