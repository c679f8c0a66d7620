"""Stops: the longest runs of reports within a small box, at any place, in any order; and the cases of MovingPandas."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.events.stop import MM_PER_E10, StopRule, pieces, stops, stops_of
from darkwake.events.track import E10_PER_DEGREE
from darkwake.schema import Positions
from darkwake.units import epoch_us
from tests.events.rows import EVENING, fixes, sea, shuffled

DEGREE_M = MM_PER_E10 * E10_PER_DEGREE / 1000
BEGUN = epoch_us(EVENING)


def _peer_cases(kind: str) -> list[str]:
    path = Path(__file__).resolve().parents[3] / "shared" / "data" / "ais" / "peer_events" / "stops_movingpandas.json"
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"] if path.is_file() else []
    return [case["case_id"] for case in cases if case["kind"] == kind]


def _peer(shared: Path, case_id: str):
    path = shared / "ais" / "peer_events" / "stops_movingpandas.json"
    return next(case for case in json.loads(path.read_text(encoding="utf-8"))["cases"] if case["case_id"] == case_id)


def plane(rows, lat: float = 0.0, lon: float = 0.0):
    """Reports (seconds, metres east, metres north) around a place."""
    wide = DEGREE_M * math.cos(math.radians(lat))
    return fixes("a", [(second / 60, lat + north / DEGREE_M, lon + east / wide, None) for second, east, north in rows])


def found(duck, rows, diagonal_m, min_s, silence_minutes=None):
    rule = StopRule(diagonal_m, min_s / 60, silence_minutes)
    made = duck.arrow(stops(duck.table(rows), duck, rule)).to_pylist()
    return [((row["start_us"] - BEGUN) / 1e6, (row["end_us"] - BEGUN) / 1e6) for row in made]


@pytest.mark.parametrize("case_id", _peer_cases("stop"))
def test_the_stops_of_movingpandas_are_found(duck, shared, case_id):
    case = _peer(shared, case_id)
    rule = StopRule(case["rule"]["max_diameter_m"], case["rule"]["min_duration_s"] / 60, None)
    made = duck.arrow(stops(duck.table(plane(case["tracks"])), duck, rule)).to_pylist()
    times = [((row["start_us"] - BEGUN) / 1e6, (row["end_us"] - BEGUN) / 1e6) for row in made]
    assert times == [(stop["start_s"], stop["end_s"]) for stop in case["expected"]]
    for row, stop in zip(made, case["expected"], strict=True):
        if "point" in stop:
            metres = [row[word] / E10_PER_DEGREE * DEGREE_M for word in ("lon_e10", "lat_e10")]
            assert metres == pytest.approx(stop["point"], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("case_id", _peer_cases("gap_split"))
def test_the_pieces_of_movingpandas_are_found(duck, shared, case_id):
    case = _peer(shared, case_id)
    made = pieces(duck.table(plane(case["tracks"])), case["rule"]["gap_s"] / 60)
    rows = duck.arrow(made.order_by("start_us")).to_pylist()
    times = [{"start_s": (row["start_us"] - BEGUN) / 1e6, "end_s": (row["end_us"] - BEGUN) / 1e6} for row in rows]
    assert times == case["expected"]


@pytest.mark.parametrize(("lat", "lon"), [(0, 0), (42, 133), (-60, 179.99995), (71, -180), (1e-4, 20)])
def test_a_stop_is_the_same_wherever_it_lies(duck, lat, lon):
    rows = [(0, -50, 0), (10, 0, 0), (20, 9, 12), (30, 0, 3), (40, 50, 0), (50, 90, 0)]
    assert found(duck, plane(rows, lat, lon), 15.1, 20) == [(10, 30)]
    assert found(duck, plane(rows, lat, lon), 14.9, 20) == []


def test_the_report_after_a_stop_belongs_to_the_next_one(duck):
    """A search that starts over behind the report that ends a stop loses that report."""
    rows = [(0, 0, 0), (10, 0, 1), (20, 0, 100), (30, 0, 101), (40, 0, 300)]
    assert found(duck, plane(rows), 5, 10) == [(0, 10), (20, 30)]


def test_a_larger_box_does_not_give_a_shorter_stop_because_it_began_sooner(duck):
    """Taking the first run that fits, a box of 30 m would begin on the way in, and end before the ship lies still."""
    rows = [(0, 0, 60), (10, 0, 40), (20, 0, 20), (30, 0, 0), (40, 0, -9), (50, 0, 0), (60, 0, -9), (70, 0, 0)]
    assert found(duck, plane(rows), 10, 20) == [(30, 70)]
    assert found(duck, plane(rows), 30, 20) == [(20, 70)]


steps = st.lists(st.tuples(st.integers(1, 30), st.integers(-40, 40), st.integers(-40, 40)), min_size=1, max_size=25)


def walk(steps_made):
    seconds, east, north = np.cumsum(np.array(steps_made), axis=0).T
    return plane(list(zip(seconds.tolist(), east.tolist(), north.tolist(), strict=True)))


def plain(rows, rule=None):
    """Stops without an engine: the pure function."""
    made = [
        {
            "track_id": row["track_id"],
            "mmsi": row["mmsi"],
            "source_id": row["source_id"],
            "line": row["line"],
            "piece": 0,
            "us": epoch_us(row["time"]),
            "lat_e10": round(row["lat"] * E10_PER_DEGREE),
            "lon_e10": round(row["lon"] * E10_PER_DEGREE),
        }
        for row in rows.to_pylist()
    ]
    return stops_of(pa.Table.from_pylist(made), rule or StopRule(60.0, 0.5, None)).to_pylist()


@settings(max_examples=60, deadline=None)
@given(steps)
def test_no_run_that_fits_is_longer_than_the_longest_stop(steps_made):
    """Against all runs, each looked at by itself."""
    rows = walk(steps_made)
    us = [epoch_us(time) for time in rows["time"].to_pylist()]
    lat, lon = (np.rint(np.array(rows[word].to_pylist()) * E10_PER_DEGREE) for word in ("lat", "lon"))
    longest = 0
    for begin in range(len(us)):
        for end in range(begin + 1, len(us)):
            up, across = np.ptp(lat[begin : end + 1]), np.ptp(lon[begin : end + 1])
            if round(math.hypot(up, across) * MM_PER_E10) < 60_000 and us[end] - us[begin] >= 30e6:
                longest = max(longest, us[end] - us[begin])
    made = plain(rows)
    assert max((row["end_us"] - row["start_us"] for row in made), default=0) == longest
    assert all(after["start_us"] > before["end_us"] for before, after in pairwise(made))


@settings(max_examples=40, deadline=None)
@given(steps, st.integers(20, 200), st.integers(1, 100))
def test_a_larger_box_never_gives_a_shorter_longest_stop(steps_made, metres, more):
    rows = walk(steps_made)
    small, large = (
        max((row["end_us"] - row["start_us"] for row in plain(rows, StopRule(size, 0.1, None))), default=0)
        for size in (metres, metres + more)
    )
    assert small <= large


def test_no_stop_goes_through_a_long_silence(duck):
    rows = [(0, 0, 0), (60, 0, 1), (60 + 301, 0, 1), (60 + 361, 0, 1)]
    assert found(duck, plane(rows), 5, 60, silence_minutes=5) == [(0, 60), (361, 421)]
    assert found(duck, plane(rows), 5, 60) == [(0, 421)]


def test_the_order_of_rows_the_other_ships_and_the_cut_of_days_change_nothing(duck):
    ships = [fixes(name, [(at * 7, 42 + (at // 9) * 0.1, 180.0 + at % 2 * 1e-5, None) for at in range(40)]) for name in "abc"]
    rule = StopRule(100, 30, None)
    rows = duck.arrow(stops(duck.table(shuffled(sea(*ships))), duck, rule)).to_pylist()
    alone = [duck.arrow(stops(duck.table(ship), duck, rule)).to_pylist() for ship in ships]
    assert rows == [row for part in alone for row in part]
    assert {row["end_us"] - row["start_us"] for row in rows} <= {round(8 * 7 * 60e6), round(3 * 7 * 60e6)}
    assert min(rows[0]["lon_e10"], -rows[0]["lon_e10"]) < -179 * E10_PER_DEGREE


def test_nothing_gives_nothing_and_a_rule_without_sense_is_refused(duck):
    assert duck.arrow(stops(duck.table(Positions.empty()), duck, StopRule())).num_rows == 0
    assert found(duck, fixes("a", [(0, 42, 133, 0.0)]), 100, 1) == []
    assert timedelta(minutes=StopRule().min_minutes) == timedelta(hours=2)
    with pytest.raises(ValueError, match="above 0"):
        StopRule(diagonal_m=0)
