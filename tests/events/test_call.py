"""Stays at places: in by the extent, out by four thirds of it, and only with a stop or a silence inside."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.ais import ingest
from darkwake.ais.columns import named_mapping
from darkwake.events import CallRule, find
from darkwake.geo import wrap_lon
from darkwake.schema import Positions, Statics
from tests.events.rows import EVENING, fixes, place, sea, shuffled, still

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
    told = factors(call)
    assert told == {
        "scale": "port",
        "within": None,
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
        "first_part": "port",
        "last_part": "port",
        "stops": 1,
        "states": [
            {"state": "approach", "from": "2024-05-01T22:20:00Z", "to": "2024-05-01T22:20:00Z"},
            {"state": "stopped", "from": "2024-05-01T23:00:00Z", "to": "2024-05-01T23:00:00Z"},
            {"state": "leaving", "from": "2024-05-02T01:20:00Z", "to": "2024-05-02T01:20:00Z"},
            {"state": "departed", "from": "2024-05-02T01:20:00Z", "to": "2024-05-02T01:30:00Z"},
        ],
        "silences": [],
        "silence_before": None,
        "silence_after": None,
        "draught_arrival_m": None,
        "draught_arrival_age_h": None,
        "draught_departure_m": None,
        "draught_departure_age_h": None,
        "draught_change_m": None,
        "draught": "no draught heard",
    }
    assert call["probability"] == 1.0


def test_sailing_past_is_no_call(found):
    passing = at((0, 9, 10.0), (10, 2, 10.0), (20, 0, 10.0), (30, -2, 10.0), (40, -9, 10.0))
    assert found(passing, "call", places=PORT) == []
    assert [factors(call)["confidence"] for call in found(passing, "call", CallRule(min_confidence=1), places=PORT)] == [1]


def test_a_stop_begins_at_a_fifth_of_a_knot_and_lasts_until_half_a_knot(found):
    def stops(*speeds):
        rows = [(0, 9, 10.0), *((10 * at, 1, sog) for at, sog in enumerate(speeds, 1)), (100, 9, 10.0)]
        return [factors(call)["stops"] for call in found(at(*rows), "call", places=PORT)]

    assert (stops(0.3), stops(0.2)) == ([], [1])
    assert (stops(0.1, 0.4, 0.1), stops(0.1, 0.5, 0.1)) == ([1], [2])


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


NESTED = [
    place("port", 42.0, 133.0, 3000.0),
    place("terminal", 42.0, 133.06, 800.0, "terminal"),
    place("berth", 42.0, 133.07, 150.0, "berth"),
]
"""A terminal that reaches beyond the port's circle, and a berth in it wholly outside."""
NESTED = pa.concat_tables(
    [
        NESTED[0],
        *(
            row.set_column(3, "parent_id", pa.array([above]))
            for row, above in zip(NESTED[1:], ["port", "terminal"], strict=True)
        ),
    ]
)


def test_who_lies_at_a_berth_is_at_the_terminal_and_in_the_port_that_it_is_part_of(found):
    way = [
        (0, 42.0, 132.9, 9.0),
        (60, 42.0, 133.0, 6.0),
        (90, 42.0, 133.07, 0.0),
        (300, 42.0, 133.07, 0.0),
        (330, 42, 133.2, 9),
    ]
    calls = {factors(call)["scale"]: call for call in found(fixes("a", way), "call", places=NESTED)}
    assert {scale: (factors(call)["minutes"], factors(call)["positions"]) for scale, call in calls.items()} == {
        "port": (240, 3),
        "terminal": (210, 2),
        "berth": (210, 2),
    }
    within = {scale: factors(call)["within"] for scale, call in calls.items()}
    assert within == {"port": None, "terminal": calls["port"]["event_id"], "berth": calls["terminal"]["event_id"]}
    assert [state["state"] for state in factors(calls["port"])["states"]] == ["approach", "alongside", "departed"]
    assert (factors(calls["port"])["first_part"], factors(calls["port"])["last_part"]) == ("port", "berth")


def quay(track: str, north_m: float, east_m: float):
    """A ship that lay made fast for a day: her heading never changes."""
    lat, lon = 42.0 + north_m / 111_195, 133.0 + east_m / 82_634
    rows = fixes(track, still(range(0, 1440, 30), lat, lon))
    return rows.set_column(rows.column_names.index("heading_deg"), "heading_deg", pa.array([75.0] * rows.num_rows))


def test_a_berth_that_no_list_names_is_learned_from_the_ships_that_lay_there(found):
    way = [(0, 42.0, 132.9, 9.0), (60, 42.0, 132.98, 6.0), *still(range(90, 900, 30), 42.0, 133.0), (960, 42.0, 133.2, 9.0)]
    calls = found(sea(quay("q", 300, 0), quay("r", 0, 300), fixes("a", way)), "call", places=PORT)
    port, berth = (
        next(row for row in calls if row["mmsi"] == 200_000_010 and row["place_id"] == place) for place in ("port", None)
    )
    told = factors(berth)
    assert (told["scale"], told["learned"], told["ships_fixed_here"], told["within"]) == ("berth", True, 2, port["event_id"])
    assert (berth["start"], berth["end"]) == (EVENING + timedelta(minutes=90), EVENING + timedelta(minutes=870))
    assert factors(port)["states"][1] == {
        "state": "alongside",
        "from": "2024-05-01T23:30:00Z",
        "to": "2024-05-02T12:30:00Z",
        "by": "2 other ships lay fixed here",
    }


def test_a_ship_is_anchored_or_alongside_by_her_own_status_where_nothing_else_says(found):
    def states(status):
        rows = at((0, 9, 10.0), (10, 1, 0.0), (200, 1, 0.0), (220, 9, 10.0))
        said = rows.set_column(rows.column_names.index("nav_status"), "nav_status", pa.array([status] * 4))
        [call] = found(said, "call", places=PORT)
        return factors(call)["states"][0]["state"], factors(call)["states"][0].get("by")

    assert [states(status) for status in (1, 5, 0)] == [
        ("anchored", "her status"),
        ("alongside", "her status"),
        ("stopped", None),
    ]


def test_a_night_of_silence_at_the_berth_is_one_call_and_a_month_of_it_two(found):
    def calls(hours):
        back = 60 + hours * 60
        return found(at((0, 9, 10.0), (10, 1, 0.0), (60, 1, 0.0), (back, 1, 0.0), (back + 60, 9, 10.0)), "call", places=PORT)

    [night] = calls(8)
    [silence] = factors(night)["silences"]
    assert night["probability"] == silence["stayed"] > 0.98
    assert (silence["from"], silence["to"], silence["apart_m"]) == ("2024-05-01T23:00:00Z", "2024-05-02T07:00:00Z", 0)
    before, after = calls(720)
    assert before["probability"] == after["probability"] > 0.9
    assert (before["end"], factors(before)["left"], factors(before)["confidence"]) == (EVENING + timedelta(hours=1), False, 3)
    assert (after["start"], factors(after)["entered"]) == (EVENING + timedelta(hours=721), False)
    assert factors(before)["silence_after"] == factors(after)["silence_before"] is not None


def test_who_sails_past_before_and_after_a_month_of_silence_made_no_call(found):
    """The silence more likely hides a way out and back, and no stop was heard on either side of it."""
    past = at((0, 9, 10.0), (10, 2, 10.0), (43_210, 2, 10.0), (43_220, 9, 10.0))
    assert found(past, "call", places=PORT) == []
    [visit] = found(past, "call", CallRule.as_anchorages_pipeline(), places=PORT)
    assert factors(visit)["confidence"] == 4


def test_a_ship_that_shifts_from_berth_to_berth_makes_one_call_at_the_port_and_one_at_each_berth(found):
    berths = pa.concat_tables([PORT, place("east", 42.0, 133.02, 150.0, "berth"), place("west", 42.0, 132.98, 150.0, "berth")])
    way = [(0, 42.0, 133.2, 9.0), (60, 42.0, 133.03, 5.0), *still((90, 300, 500), 42.0, 133.02), (520, 42.0, 133.0, 4.0)]
    way += [*still((540, 700, 900), 42.0, 132.98), (960, 42.0, 132.8, 9.0)]
    calls = {call["place_id"]: call for call in found(fixes("a", way), "call", places=berths)}
    assert [state["state"] for state in factors(calls["port"])["states"]] == [
        *("approach", "alongside", "shifting", "alongside", "departed")
    ]
    assert [factors(calls[berth])["minutes"] for berth in ("east", "west")] == [410, 360]
    assert {factors(calls[berth])["within"] for berth in ("east", "west")} == {calls["port"]["event_id"]}


def test_every_call_says_how_seldom_a_draught_is_retyped(found):
    [call] = found(at((0, 9, 10.0), (10, 1, 0.0), (60, 1, 0.0), (100, 9, 10.0)), "call", places=PORT)
    assert "22 of 786" in call["rule"]


def test_a_silence_too_short_to_leave_in_gives_no_doubt(found):
    wide = place("bay", 42.0, 133.0, 150_000.0)
    rows = fixes("a", [(-60, 44.0, 133.0, 9.0), (0, 42.0, 133.0, 0.0), (400, 42.0, 133.0, 0.0)])
    [call] = found(rows, "call", places=wide)
    assert call["probability"] == 1.0
    assert factors(call)["silences"][0]["least_hours_to_leave_and_return"] > 400 / 60


def test_a_ship_silent_at_the_anchorage_could_have_lain_at_a_berth_meanwhile(found):
    rows = at((0, 9, 10.0), (10, 2, 0.0), (610, 2, 0.0), (640, 9, 10.0))
    both = pa.concat_tables([PORT, place("quay", 41.99, 133.0, 200.0, "berth")])
    [silence] = factors(found(rows, "call", places=both)[0])["silences"]
    assert silence["could_lie_at"] == "quay"
    assert 9.5 < silence["could_lie_h"] < 10.0


def statics(*said):
    """Messages of the ship (minutes, draught)."""
    rows = [
        {
            "source_id": "s",
            "line": line,
            "mmsi": 200_000_010,
            "time": EVENING + timedelta(minutes=minutes),
            "draught_m": draught,
        }
        | {"origin": "observed"}
        for line, (minutes, draught) in enumerate(said, 1)
    ]
    return Statics.rows(rows)


def test_a_call_tells_the_draughts_typed_before_and_after_with_their_age(duck):
    rows = at((0, 9, 10.0), (60, 1, 0.0), (660, 1, 0.0), (700, 9, 10.0))
    said = statics((-540, 8.5), (0, 8.5), (630, 8.5), (780, 12.8), (1000, 12.8))
    [call] = find(rows, kinds=["call"], places=PORT, statics=said, engine=duck).table.to_pylist()
    told = {word: value for word, value in factors(call).items() if word.startswith("draught")}
    assert told == {
        "draught_arrival_m": 8.5,
        "draught_arrival_age_h": 10.0,
        "draught_departure_m": 12.8,
        "draught_departure_age_h": -2.0,
        "draught_change_m": 4.3,
        "draught": "retyped, deeper: a sign of loading",
    }


def test_a_real_tanker_that_lay_moored_for_days_off_singapore_is_alongside(shared, tmp_path):
    """IMO 9417464, moored from 2014-05-21 to 05-23 at 1.2916 N 103.7245 E (notes of the data set); here by her status alone."""
    with ZipFile(shared / "ais" / "real_singapore_2013_2014" / "tankers_raw.zip") as packed:
        [name] = [name for name in packed.namelist() if "9417464" in name]
        ingest([Path(packed.extract(name, tmp_path))], tmp_path / "store", columns=named_mapping("singapore-raw"))
    calls = find(tmp_path / "store", kinds=["call"], places=place("singapore", 1.25, 103.75, 25_000.0)).table.to_pylist()
    [call] = [
        row
        for row in calls
        if row["start"] <= datetime(2014, 5, 21, tzinfo=UTC) and row["end"] >= datetime(2014, 5, 23, tzinfo=UTC)
    ]
    longest = max(
        factors(call)["states"], key=lambda state: datetime.fromisoformat(state["to"]) - datetime.fromisoformat(state["from"])
    )
    assert (longest["state"], longest["by"]) == ("alongside", "her status")
    assert (longest["from"][:10], longest["to"][:10]) == ("2014-05-20", "2014-05-23")
    assert 0.9 < call["probability"] < 1.0


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 1440), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 46.9999, 47.0, 180.0]))
def test_midnight_the_order_of_rows_and_the_antimeridian_change_no_call(minutes, seed, east):
    def told(shift, degrees_east, mix):
        way = [(0, 42.0, 132.9, 9.0), (60, 42.0, 133.0, 6.0), *still((90, 300, 700), 42.0, 133.07), (760, 42, 133.2, 9)]
        rows = fixes("a", [(m + shift, lat, lon + degrees_east, sog) for m, lat, lon, sog in way])
        moved = [float(wrap_lon(lon + degrees_east)) for lon in NESTED["lon"].to_pylist()]
        there = NESTED.set_column(NESTED.column_names.index("lon"), "lon", pa.array(moved))
        calls = find(shuffled(rows, mix) if mix else rows, kinds=["call"], places=there).table.to_pylist()
        quiet = ("states", "silences", "within")
        back = timedelta(minutes=shift)
        return [
            [call["place_id"], call["start"] - back, call["end"] - back, call["probability"]]
            + [value for word, value in factors(call).items() if word not in quiet]
            for call in sorted(calls, key=lambda one: one["place_id"])
        ]

    assert told(minutes, east, seed) == told(0, 0.0, 0)


@pytest.mark.parametrize(
    "rule", [{"exit_ratio": 0.9}, {"min_confidence": 5}, {"stop_kn": 0.6}, {"ends": "some time"}, {"split_below": 2}]
)
def test_a_rule_that_makes_no_sense_is_refused(rule):
    with pytest.raises(ValueError, match="has to be"):
        CallRule(**rule)
