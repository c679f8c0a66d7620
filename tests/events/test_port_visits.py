"""Global Fishing Watch's port visits and changes of state, by parameters of our own definition of a call."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from darkwake.events import CallRule
from tests.events.rows import EVENING, fixes, place

SPEEDS_KN = {"PORT_ENTRY": 8.0, "PORT_STOP_BEGIN": 0.1, "PORT_STOP_END": 0.9, "PORT_EXIT": 8.0}
"""Speeds of positions that make these events; the cases have the events alone."""


def _path() -> Path:
    return Path(__file__).resolve().parents[3] / "shared" / "data" / "ais" / "peer_events" / "port_visits_anchorages.json"


def _told(*words: str):
    told = json.loads(_path().read_text(encoding="utf-8")) if _path().is_file() else {}
    return [case["case_id"] for case in told.get("cases", [])] if words == ("cases",) else list(told.get("state_changes", {}))


def _rule(given) -> CallRule:
    """The definition with the parameters of a case."""
    shape = {"exit_ratio": given["anchorage_exit_km"] / given["anchorage_entry_km"], "gap_minutes": given["port_gap_minutes"]}
    speeds = {"stop_kn": given["stopped_begin_knots"], "moving_kn": given["stopped_end_knots"]}
    return CallRule(**shape, **speeds, min_confidence=1, ends="first outside", split_below=0.0)


def _port(events, entry_km: float) -> pa.Table:
    """A port whose parts are the anchorages of a case."""
    points = {event[2]: (event[3], event[4]) for event in events}
    first = next(iter(points.values()))
    parts = [place(name, *at, entry_km * 1000, "anchorage") for name, at in sorted(points.items())]
    parts = [part.set_column(3, "parent_id", pa.array(["port"])) for part in parts]
    return pa.concat_tables([place("port", *first, entry_km * 1000), *parts])


def _positions(events) -> pa.Table:
    rows = sorted(events)
    start = datetime.fromisoformat(rows[0][0])
    made = [
        ((datetime.fromisoformat(row[0]) - start) / timedelta(minutes=1), row[5], row[6], SPEEDS_KN[row[1]]) for row in rows
    ]
    # An entry is a change: the report before was outside.
    before = [(-10.0, rows[0][5] + 1.0, rows[0][6], 8.0)] if rows[0][1] == "PORT_ENTRY" else []
    return fixes("a", [*before, *made], start=start)


@pytest.mark.parametrize("case_id", _told("cases"))
def test_a_port_visit_of_global_fishing_watch_is_a_call(found, shared, case_id):
    case = next(case for case in json.loads(_path().read_text(encoding="utf-8"))["cases"] if case["case_id"] == case_id)
    port = _port(case["tracks"], case["rule"]["anchorage_entry_km"])
    at = {row["place_id"]: (row["lat"], row["lon"]) for row in port.to_pylist()}
    calls = [
        call
        for call in found(_positions(case["tracks"]), "call", _rule(case["rule"]), places=port)
        if call["place_id"] == "port"
    ]
    assert len(calls) == len(case["expected"])
    for call, visit in zip(calls, case["expected"], strict=True):
        told = json.loads(call["factors"])
        assert (call["start"], call["end"]) == tuple(datetime.fromisoformat(visit[word]) for word in ("start", "end"))
        assert (told["first_part"], told["last_part"]) == (visit["start_anchorage"], visit["end_anchorage"])
        assert at[told["first_part"]] + at[told["last_part"]] == tuple(
            visit[word] for word in ("start_lat", "start_lon", "end_lat", "end_lon")
        )
        assert (call["end"] - call["start"]) / timedelta(hours=1) == pytest.approx(visit["duration_h"], rel=1e-6)
        assert told["confidence"] == visit["confidence"]
        assert told["entered"] + told["left"] + 2 * told["stops"] == visit["n_events"]


WHERE = {"AT_SEA": (9.0, 8.0), "IN_PORT": (1.0, 8.0), "STOPPED": (1.0, 0.0)}
"""Kilometres from the port's middle, and knots."""
PORT = place("port", 42.0, 133.0, 3000.0)
BEGINS, ENDS = "PORT_STOP_BEGIN", "PORT_STOP_END"


def _changes(calls, first: datetime, last: datetime) -> list[str]:
    """The changes of state that calls tell; what holds at the first or the last report of a track has not changed there."""
    events = []
    for call in calls:
        told = json.loads(call["factors"])
        events += [(call["start"], 0, "PORT_ENTRY")] if told["entered"] else []
        events += [(call["end"], 3, "PORT_EXIT")] if told["left"] else []
        for state in told["states"]:
            if state["state"] in ("stopped", "anchored", "alongside"):
                begin, end = (datetime.fromisoformat(state[word]) for word in ("from", "to"))
                events += [(begin, 1, BEGINS)] if begin > first else []
                events += [(end + timedelta(seconds=1), 2, ENDS)] if end < last else []
    return [word for _, _, word in sorted(events)]


@pytest.mark.parametrize("change", _told("state_changes"))
def test_the_changes_of_state_of_global_fishing_watch_can_be_read_off(found, shared, change):
    expected = json.loads(_path().read_text(encoding="utf-8"))["state_changes"][change]
    ways = [[word] for word in WHERE] if change == "(first report)" else [change.split(">")]
    for way in ways:
        km_kn = [WHERE[word] for word in way]
        rows = fixes("a", [(10 * at, 42.0 + km / 111.195, 133.0, sog) for at, (km, sog) in enumerate(km_kn)])
        calls = found(rows, "call", CallRule.as_anchorages_pipeline(), places=PORT)
        assert _changes(calls, EVENING, EVENING + timedelta(minutes=10 * (len(way) - 1))) == expected
