"""Meetings: one row a meeting, the same from both sides, through midnight and across the 180th meridian."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from darkwake.events import EncounterRule, find
from darkwake.geo import cells
from darkwake.schema import Positions, Statics
from tests.events.rows import EVENING, fixes, place, sea, shuffled, still

METRE = 1 / 111_195.08
"""A metre of latitude on the mean sphere, degrees."""


PLAIN = EncounterRule(radius_m=500, touch_m=0, silent_join_minutes=0)
"""The peer's limits: nothing shorter than two hours, nothing farther apart, no silence bridged."""


def side_by_side(minutes=range(0, 181, 5), *, metres=100.0, lat=42.0, lon=133.0, start=EVENING):
    """Two ships at rest, one north of the other."""
    north = fixes("b", still(minutes, lat + metres * METRE, lon), start=start)
    return sea(fixes("a", still(minutes, lat, lon), start=start), north)


def test_a_meeting_through_midnight_is_one_row(found):
    [meeting] = found(side_by_side(), "encounter")
    assert (meeting["start"], meeting["end"]) == (EVENING, EVENING + timedelta(hours=3))
    assert (meeting["track_id"], meeting["other_track_id"]) == ("a", "b")
    assert (meeting["mmsi"], meeting["other_mmsi"]) == (200_000_010, 200_000_011)
    assert meeting["evidence"] == ["file-a", "file-b"]
    measured = {"minutes": 180, "ticks_near": 19, "ticks_spanned": 19, "median_speed_kn": 0.0, "strays_m": 0.0, "name": None}
    factors = json.loads(meeting["factors"])
    assert {word: factors[word] for word in measured} == measured
    assert factors["median_distance_m"] == pytest.approx(100, abs=1e-5)


def test_who_is_called_what_does_not_change_the_meeting(found):
    """Names swapped: the same place, times and factors, speeds of the two exchanged."""
    quick = [(minute, 42.0, 133 + 0.00001 * minute, 0.3) for minute in range(0, 181, 5)]
    slow = still(range(0, 181, 5), 42.001, 133)
    [one] = found(sea(fixes("a", quick), fixes("b", slow)), "encounter")
    [other] = found(sea(fixes("b", quick), fixes("a", slow)), "encounter")
    swapped = {"median_speed_kn": "other_median_speed_kn", "other_median_speed_kn": "median_speed_kn"}
    mirrored = {swapped.get(word, word): value for word, value in json.loads(other["factors"]).items()}
    assert mirrored == json.loads(one["factors"])
    assert one["probability"] == other["probability"]
    assert [one[word] for word in ("lat", "lon", "start", "end")] == [other[word] for word in ("lat", "lon", "start", "end")]


def test_exactly_two_hours_is_a_meeting_and_ten_minutes_less_is_none(found):
    assert len(found(side_by_side(range(0, 121, 5)), "encounter", PLAIN)) == 1
    assert found(side_by_side(range(0, 111, 5)), "encounter", PLAIN) == []


def test_beyond_the_radius_is_no_meeting(found):
    assert len(found(side_by_side(metres=499.9), "encounter", PLAIN)) == 1
    assert found(side_by_side(metres=500.1), "encounter", PLAIN) == []


def test_across_the_180th_meridian_the_mean_is_between_the_two(found):
    rows = sea(fixes("a", still(range(0, 181, 5), 42, 179.999)), fixes("b", still(range(0, 181, 5), 42, -179.997)))
    [meeting] = found(rows, "encounter")
    assert (meeting["lat"], meeting["lon"]) == (42.0, -179.999)


@pytest.mark.parametrize("shift_deg", [47.0, 46.9995, -313.0])
def test_turning_the_globe_moves_the_meeting_and_changes_nothing_else(found, shift_deg):
    [here] = found(side_by_side(lon=132.9999), "encounter")
    [there] = found(side_by_side(lon=132.9999 + shift_deg), "encounter")
    assert there["factors"] == here["factors"]
    assert (there["lon"] - here["lon"] - shift_deg) % 360 == pytest.approx(0, abs=1e-9) or there["lon"] < 0


def test_a_ship_between_two_reports_is_drawn_on_a_straight_line(found):
    """One ship passes north at 6 kn, heard every 50 minutes; the other goes along, heard every 5."""
    there = [(minute, 42 + minute * 0.0016, 133.0, 6.0) for minute in range(0, 201, 50)]
    along = [(minute, 42 + minute * 0.0016, 133.001, 6.0) for minute in range(0, 201, 5)]
    [meeting] = found(sea(fixes("a", there), fixes("b", along)), "encounter")
    assert json.loads(meeting["factors"])["ticks_near"] == 21


def test_nothing_is_drawn_across_a_silence_of_an_hour(found):
    assert len(found(side_by_side(range(0, 240, 59)), "encounter", PLAIN)) == 1
    assert found(side_by_side(range(0, 241, 60)), "encounter", PLAIN) == []


def test_two_missed_ticks_do_not_end_a_run_and_the_factors_say_so(found):
    minutes = [*range(0, 60, 10), *range(80, 181, 10)]
    rule = EncounterRule(run_minutes=120, silence_minutes=10)
    [meeting] = found(side_by_side(minutes), "encounter", rule)
    assert [json.loads(meeting["factors"])[word] for word in ("ticks_near", "ticks_spanned")] == [17, 19]


def test_runs_less_than_four_hours_apart_are_one_meeting_and_four_hours_apart_are_two(found):
    def parted(minutes):
        return side_by_side([*range(0, 131, 5), *range(130 + minutes, 261 + minutes, 5)])

    assert len(found(parted(230), "encounter", PLAIN)) == 1
    assert len(found(parted(240), "encounter", PLAIN)) == 2


def test_two_short_touches_make_no_meeting(found):
    """Ships that cross twice within four hours were never together for an hour."""
    assert found(side_by_side([*range(0, 21, 5), *range(160, 181, 5)]), "encounter", PLAIN) == []


def test_equal_times_null_speeds_one_ship_and_no_ship(found):
    doubled = sea(side_by_side(), fixes("a", still(range(0, 181, 5), 42, 133, None), source="file-z"))
    assert len(found(doubled, "encounter")) == 1
    assert found(fixes("a", still(range(0, 181, 5), 42, 133)), "encounter") == []
    assert found(Positions.empty(), "encounter") == []


def test_three_ships_together_are_three_meetings(found):
    rows = sea(side_by_side(), fixes("c", still(range(0, 181, 5), 42.0005, 133.0005)))
    pairs = [(event["track_id"], event["other_track_id"]) for event in found(rows, "encounter")]
    assert sorted(pairs) == [("a", "b"), ("a", "c"), ("b", "c")]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_rows_changes_nothing(found, seed):
    rows = sea(side_by_side(), fixes("c", still(range(0, 181, 7), 42.0005, 133.0005)))
    assert found(shuffled(rows, seed), "encounter") == found(rows, "encounter")


def test_two_ships_that_lie_still_side_by_side_are_no_transfer(found):
    """A hundred metres apart, headings, types and sizes unknown: nothing says that they were made fast."""
    [meeting] = found(side_by_side(), "encounter", places=place("p", 42, 133, 1000))
    assert meeting["probability"] < 0.2
    assert "does NOT say what was handed over" in meeting["rule"]


@pytest.mark.parametrize("rule", [{"radius_m": 10}, {"step_minutes": 0}, {"bridge_minutes": 5}, {"sides": "both"}])
def test_a_rule_that_the_mesh_or_the_clock_cannot_carry_is_refused(rule):
    with pytest.raises(ValueError, match="has to be"):
        EncounterRule(**rule)


PEER = {
    "radius_m": 500,
    "min_minutes": 30,
    "run_minutes": 30,
    "bridge_minutes": 10,
    "join_minutes": 10,
    "silence_minutes": 70,
    "touch_m": 0,
    "sphere_m": 6_371_000,
    "kn_per_m_s": 1.94384,
}
"""The parameters of the peer's own tests: nothing bridged, nothing joined."""
CASES = ["enc_simple", "enc_dateline", "enc_real_2015", "enc_real_2015_merged", "enc_dateline_merged"]


@pytest.mark.parametrize("case_id", CASES)
def test_the_cases_of_pipe_encounters_agree_from_both_of_its_sides(found, shared, case_id):
    """Times equal, distances, speeds and places to a millionth; in the real case its two sides end ten hours apart."""
    case, tracks = _case(shared, case_id)
    merged = {"sides": "merged", "join_minutes": 60 * case["rule"].get("min_hours_between_encounters", 0)}
    rule = EncounterRule(**PEER | (merged if case["kind"] == "encounter_merge" else {"sides": "each"}))
    made = {(row["mmsi"], row["other_mmsi"]): row for row in found(_peer_positions(tracks), "encounter", rule)}
    assert set(made) == {(int(side["vessel_1"]), int(side["vessel_2"])) for side in case["expected"]}
    for side in case["expected"]:
        row = made[int(side["vessel_1"]), int(side["vessel_2"])]
        factors = json.loads(row["factors"])
        assert (row["start"], row["end"]) == (_time(side["start"]), _time(side["end"]))
        assert factors["median_distance_m"] / 1000 == pytest.approx(side["median_distance_km"], abs=1e-6)
        assert factors["median_speed_kn"] == pytest.approx(side["median_speed_knots"], abs=1e-6)
        assert (row["lat"], row["lon"]) == pytest.approx((side["mean_lat"], side["mean_lon"]), abs=1e-6)


def test_the_real_meeting_of_2015_is_one_event_with_its_silences(found, shared):
    """07:40 to 20:10 and longer, where the peer says 10:10 from the one side; the chance that each silence hid no parting."""
    _, tracks = _case(shared, "enc_real_2015")
    [meeting] = found(_peer_positions(tracks), "encounter")
    factors = json.loads(meeting["factors"])
    assert meeting["start"] <= _time("2015-03-19T07:40:00Z")
    assert meeting["end"] >= _time("2015-03-19T20:10:00Z")
    assert factors["class"].startswith("transfer")
    assert 480 < max(silence["minutes"] for silence in factors["silences"]) < 500
    assert all(0.85 < silence["held"] < 1 for silence in factors["silences"])


def test_the_midnight_hole_of_the_peer_is_a_parameter(found):
    """Its days are cut at midnight: two short halves are no meeting there; here they are one."""
    evening = side_by_side(range(50, 191, 5))
    assert len(found(evening, "encounter", EncounterRule(**PEER | {"min_minutes": 120, "run_minutes": 120}))) == 1
    cut = EncounterRule(**PEER | {"min_minutes": 120, "run_minutes": 120, "day_ends_runs": True})
    assert found(evening, "encounter", cut) == []


def test_the_answer_that_differs_by_side_is_one_answer_here(found):
    """One ship falls silent for three hours while the other lies there: from her side the run goes on, from the other's not."""
    lying = fixes("a", still(range(0, 361, 5), 42.0, 133.0))
    shy = fixes("b", still([*range(0, 61, 5), *range(300, 361, 5)], 42.0005, 133.0))
    sided = found(sea(lying, shy), "encounter", EncounterRule(**PEER | {"sides": "each"}))
    spans = {(row["track_id"], (row["end"] - row["start"]) // timedelta(minutes=1)) for row in sided}
    assert spans == {("a", 60), ("b", 360)}
    [meeting] = found(sea(lying, shy), "encounter")
    assert (meeting["end"] - meeting["start"]) == timedelta(minutes=360)
    [silence] = json.loads(meeting["factors"])["silences"]
    assert silence["minutes"] == pytest.approx(240, abs=4)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _case(shared, case_id):
    """A case of the peer and its tracks."""
    path = shared / "ais" / "peer_events" / "encounters_pipe_encounters.json"
    cases = {case["case_id"]: case for case in json.loads(path.read_text(encoding="utf-8"))["cases"]}
    tracks = cases[case_id]["tracks"]
    return cases[case_id], cases[tracks.split()[-1]]["tracks"] if isinstance(tracks, str) else tracks


def _peer_positions(tracks):
    names = dict(zip(sorted(tracks), "ab", strict=True))
    rows = [
        {"track_id": names[ship], "source_id": f"file-{ship}", "line": line, "mmsi": int(ship), "time": _time(time)}
        | {"lat": lat, "lon": lon, "cell": int(cells([lat], [lon])[0]), "origin": "observed"}
        for ship, fixes_of_ship in tracks.items()
        for line, (time, lat, lon, _) in enumerate(fixes_of_ship, 1)
    ]
    return Positions.rows(rows)


@pytest.mark.parametrize(("metres", "two"), [(2.0, False), (45.0, True)])
def test_tracks_in_one_place_are_one_ship_under_two_numbers_and_no_transfer(duck, metres, two):
    """Two tankers 32 m wide cannot lie with their aerials 2 m apart, whatever way they head."""
    size = {"ship_type": 80, "to_bow_m": 150, "to_stern_m": 30, "to_port_m": 16, "to_starboard_m": 16}
    blank = {"source_id": "file-said", "time": EVENING, "origin": "observed", "incomplete": False}
    said = Statics.rows([blank | size | {"line": at, "mmsi": 200_000_010 + at} for at in range(2)])
    swinging = [(minute, 42.0 + 60 * METRE * math.sin(minute / 100), 133.0, 0.1) for minute in range(0, 961, 5)]
    beside = [(minute, lat + metres * METRE, lon, knots) for minute, lat, lon, knots in swinging]
    [meeting] = find(
        sea(fixes("a", swinging), fixes("b", beside)), kinds=["encounter"], statics=said, engine=duck
    ).table.to_pylist()
    factors = json.loads(meeting["factors"])
    assert (factors["chance_of_two_hulls"] > 0.99) is two
    assert (meeting["probability"] > 0.1) is two
    assert (factors["class"] == "one ship or track under two numbers") is not two


@pytest.mark.parametrize(("came_m", "two"), [(0.0, False), (20_000.0, True)])
def test_a_wrong_heading_does_not_make_two_ships_that_came_from_far_apart_one(duck, came_m, two):
    """Tankers 180 m long and 32 m wide, 60 m from one to the other, of which one says that she heads across."""
    size = {"ship_type": 80, "to_bow_m": 150, "to_stern_m": 30, "to_port_m": 16, "to_starboard_m": 16}
    blank = {"source_id": "file-said", "time": EVENING, "origin": "observed", "incomplete": False}
    said = Statics.rows([blank | size | {"line": at, "mmsi": 200_000_010 + at} for at in range(2)])
    east = 133.0 + 60 * METRE / math.cos(math.radians(42))
    drift = [(minute, 42.0 + 0.9 * minute / 3600, 133.0, 0.9) for minute in range(0, 601, 5)]
    early, step = range(-180, 0, 5), came_m * METRE / 180
    one = fixes("a", [(minute, 42.0 + 0.9 * minute / 3600, 133.0, 0.9) for minute in early] + drift)
    came = [(minute, 42.0 + 0.9 * minute / 3600 - step * minute, east, 3.0) for minute in early]
    other = fixes("b", came + [(minute, lat, east, knots) for minute, lat, _, knots in drift])
    turned = [heading(rows, degrees) for rows, degrees in ((one, 0.0), (other, 270.0))]
    [meeting] = find(sea(*turned), kinds=["encounter"], statics=said, engine=duck).table.to_pylist()
    factors = json.loads(meeting["factors"])
    assert factors["hull_distance_m"] < -20
    assert (factors["chance_of_two_hulls"] > 0.8) is two
    assert (meeting["probability"] > 0.5) is two


def heading(rows, degrees):
    """Reports of a ship that always says that she heads so."""
    at = rows.column_names.index("heading_deg")
    return rows.set_column(at, rows.schema.field(at), pa.array([degrees] * rows.num_rows, pa.float64()))
