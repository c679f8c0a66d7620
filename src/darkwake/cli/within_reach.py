"""What ``darkwake events --reach`` says: the places that each silent ship could have called at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from darkwake.errors import UsageError
from darkwake.events.find import Found
from darkwake.events.kinds import Known
from darkwake.events.reach import reached, said

TOLD = ("place_id", "probability", "alongside_longest_h", "way_in_nm", "way_out_nm", "speed_needed_kn")


def within_reach(found: Found, known: Known) -> list[dict[str, Any]]:
    """For each silence its ship, its times, and the places that she could have called at, the likeliest first.

    Raises:
        UsageError: there are no places.
    """
    if not known.places.num_rows:
        raise UsageError("--reach needs places, and there are none", do="give --places FILE.csv")
    names = dict(zip(known.places["place_id"].to_pylist(), known.places["name"].to_pylist(), strict=True))
    gaps = {row["event_id"]: row for row in found.table.to_pylist() if row["kind"] == "gap"}
    rows: dict[str, list[dict[str, Any]]] = {event_id: [] for event_id in gaps}
    for row in reached(found.table, known).to_pylist():
        rows[row["event_id"]].append(row)
    return [_gap(gaps[event_id], places, names) for event_id, places in rows.items()]


def _gap(gap: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, Any]:
    ordered = sorted(rows, key=lambda row: (-row["probability"], row["place_id"]))
    return {
        "event_id": gap["event_id"],
        "mmsi": gap["mmsi"],
        "start": gap["start"].isoformat(),
        "end": gap["end"].isoformat() if gap["end"] else None,
        "said": said(rows, names),
        "none_probability": ordered[0]["none_probability"] if ordered else 1.0,
        "places": [{word: row[word] for word in TOLD} for row in ordered],
    }


def reach_words(gaps: Sequence[Mapping[str, Any]]) -> list[str]:
    """The same in lines."""
    lines = []
    for gap in gaps:
        until = f"to {gap['end']}" if gap["end"] else "and not heard since"
        lines.append(f"{gap['mmsi']} silent from {gap['start']} {until} could have called at: {gap['said']}")
    return lines
