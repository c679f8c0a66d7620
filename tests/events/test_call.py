"""Stays at places: in by the extent, out by four thirds of it, and only with a stop or a silence inside."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from darkwake.events import CallRule
from darkwake.events.call import _touched
from darkwake.geo import cells, destination
from darkwake.schema import Positions
from tests.events.rows import EVENING, fixes, place, sea, shuffled

PORT = place("port", 42.0, 133.0, 3000.0)
KM = 1 / 111.19508


def at(*rows: tuple[float, float, float | None]):
    """A track north of the port: minutes, kilometres from its middle, speed."""
    return fixes("a", [(minutes, 42.0 + km * KM, 133.0, sog) for minutes, km, sog in rows])


def factors(event):
    return json.loads(event["factors"])


def test_a_call_begins_inside_the_extent_and_ends_before_four_thirds_of_it(found):
    rows = at((0, 9, 10.0), (10, 3.5, 9.0), (20, 2.9, 5.0), (60, 0.1, 0.0), (200, 3.9, 6.0), (210, 4.1, 8.0))
    [call] = found(rows, "call", places=PORT)
    assert (call["start"], call["end"], call["place_id"]) == (
        EVENING + timedelta(minutes=20),
        EVENING + timedelta(minutes=200),
        "port",
    )
    assert factors(call) == {
        "minutes": 180,
        "confidence": 4,
        "entered": True,
        "left": True,
        "slowest_kn": 0.0,
        "longest_silence_minutes": 140,
        "closest_m": 100,
        "positions": 3,
        "not_inside_before_s": 600,
        "not_inside_after_s": 600,
    }


def test_sailing_past_is_no_call(found):
    passing = at((0, 9, 10.0), (10, 2, 10.0), (20, 0, 10.0), (30, -2, 10.0), (40, -9, 10.0))
    assert found(passing, "call", places=PORT) == []
    assert [factors(call)["confidence"] for call in found(passing, "call", CallRule(min_confidence=1), places=PORT)] == [1]


def test_half_a_knot_is_no_stop_and_less_is(found):
    def call(sog):
        return found(at((0, 9, 10.0), (10, 1, sog), (20, 9, 10.0)), "call", places=PORT)

    assert (len(call(0.5)), len(call(0.4))) == (0, 1)


def test_a_silence_of_four_hours_inside_stands_for_a_stop(found):
    def call(minutes):
        return found(at((0, 9, 10.0), (10, 1, 3.0), (10 + minutes, 1.5, 3.0), (20 + minutes, 9, 10.0)), "call", places=PORT)

    assert (len(call(239)), len(call(240))) == (0, 1)


def test_the_ring_between_entry_and_exit_neither_begins_nor_ends_a_call(found):
    assert found(at((0, 9, 10.0), (10, 3.5, 0.0), (20, 9, 10.0)), "call", places=PORT) == []
    inside = at((0, 9, 10.0), (10, 1, 0.0), (20, 3.5, 2.0), (30, 1, 0.0), (40, 9, 10.0))
    assert [factors(call)["positions"] for call in found(inside, "call", places=PORT)] == [3]


def test_leaving_and_coming_back_are_two_calls(found):
    rows = at((0, 9, 10.0), (10, 1, 0.0), (30, 9, 10.0), (60, 1, 0.0), (90, 9, 10.0))
    assert len(found(rows, "call", places=PORT)) == 2


@pytest.mark.parametrize(
    ("rows", "entered", "left", "confidence"),
    [
        ([(0, 1, 0.0), (60, 9, 9.0)], False, True, 3),
        ([(0, 9, 9.0), (60, 1, 0.0)], True, False, 3),
        ([(0, 1, 0.0), (60, 1, 0.0)], False, False, 2),
    ],
)
def test_a_call_cut_by_the_data_says_which_end_was_not_seen(found, rows, entered, left, confidence):
    [call] = found(at(*rows), "call", places=PORT)
    assert (factors(call)["entered"], factors(call)["left"], factors(call)["confidence"]) == (entered, left, confidence)
    assert (call["end"] is None) == (not left)


def test_a_berth_in_a_port_makes_a_row_of_its_own(found):
    both = pa.concat_tables([PORT, place("berth", 42.001, 133.0, 200.0, "berth")])
    calls = found(at((0, 9, 10.0), (30, 2, 5.0), (60, 0.1, 0.0), (90, 2, 5.0), (120, 9, 9.0)), "call", places=both)
    assert sorted((call["place_id"], factors(call)["positions"]) for call in calls) == [("berth", 1), ("port", 3)]


def test_a_place_on_the_180th_meridian_is_found_from_both_sides(found):
    west = fixes("a", [(0, 0.0, 178.0, 9.0), (60, 0.0, 179.999, 0.0), (120, 0.0, -179.999, 0.0), (180, 0.0, -178.0, 9.0)])
    [call] = found(west, "call", places=place("p", 0.0, 180.0, 1000.0))
    assert (factors(call)["positions"], factors(call)["confidence"]) == (2, 4)


def test_the_speed_that_was_not_reported_is_the_one_made_good(found):
    [call] = found(at((0, 9, None), (40, 1, None), (100, 1, None), (140, 9, None)), "call", places=PORT)
    assert factors(call)["slowest_kn"] == 0.0


def test_no_ship_makes_no_call_and_the_order_of_the_rows_changes_nothing(found):
    assert found(Positions.empty(), "call", places=PORT) == []
    rows = sea(at((0, 9, 10.0), (10, 1, 0.0), (30, 9, 10.0)), fixes("b", [(0, 42, 133, 0.0), (5, 42, 133, 0.0)]))
    assert found(shuffled(rows), "call", places=PORT) == found(rows, "call", places=PORT)


@pytest.mark.parametrize(
    ("lat", "lon", "radius_m"), [(42, 133, 3e3), (0.2, 179.9, 5e4), (-88.7, 10, 2e4), (89.99, 0, 5e3), (60, -180, 1e5)]
)
def test_every_position_within_reach_lies_in_a_cell_that_is_looked_at(lat, lon, radius_m):
    touched = set(_touched(lat, lon, radius_m))
    generator = np.random.default_rng(7)
    for course, metres in zip(generator.uniform(0, 360, 300), generator.uniform(0, radius_m, 300), strict=True):
        there_lat, there_lon = destination(lat, lon, float(course), float(metres))
        assert int(cells([there_lat], [there_lon])[0]) in touched


@pytest.mark.parametrize("rule", [{"exit_ratio": 0.9}, {"min_confidence": 5}])
def test_a_rule_that_makes_no_sense_is_refused(rule):
    with pytest.raises(ValueError, match="has to be"):
        CallRule(**rule)
