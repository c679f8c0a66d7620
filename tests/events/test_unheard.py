"""Transfers that nobody heard whole: a lone stay, and the silent ships that could have been there."""

from __future__ import annotations

import json
from datetime import timedelta

import pyarrow as pa
import pytest

from darkwake.events import find
from darkwake.schema import Statics
from tests.events.rows import EVENING, fixes, sea, still

DEGREE_M = 111_195.08


def statics(types, draughts=()):
    """Types of ships, and their draughts a day before and two days after."""
    said = [
        {"source_id": "s", "line": line, "mmsi": 200_000_000 + int(ship, 36), "ship_type": kind, "origin": "observed"}
        | {"incomplete": False, "length_m": 180.0, "beam_m": 28.0, "time": EVENING - timedelta(days=1)}
        for line, (ship, kind) in enumerate(types.items(), 1)
    ]
    for line, (ship, *metres) in enumerate(draughts):
        for late, draught in zip((-1, 1), metres, strict=True):
            said.append(said[0] | {"line": 50 + 4 * line + late, "mmsi": 200_000_000 + int(ship, 36), "draught_m": draught})
            said[-1] |= {"ship_type": None, "length_m": None, "beam_m": None, "time": EVENING + timedelta(days=late)}
    return Statics.rows([{word: value for word, value in row.items() if word in Statics.columns} for row in said])


def coming(ship, *, silent=None):
    """A ship that comes from the south at 10 kn, lies at 42 N for ten hours and sails on north; silent in between if asked.

    Each ship has her own lane, two miles from the next.
    """
    way, lon = 40 / 60, 133.0 + 0.05 * int(ship, 36)
    rows = [(minute, 42.0 - way + minute * way / 240, lon, 10.0) for minute in range(0, 240, 5)]
    rows += still(range(240, 841, 5), 42.0, lon)
    rows += [(841 + minute, 42.0 + minute * way / 240, lon, 10.0) for minute in range(5, 240, 5)]
    return fixes(ship, [row for row in rows if silent is None or not silent[0] <= row[0] <= silent[1]])


def inferred(found, positions, said):
    rows = find(positions, kinds=["encounter"], statics=said).table.to_pylist()
    return [row for row in rows if json.loads(row["factors"]).get("inferred")]


def test_a_lone_tanker_and_a_silence_around_her_stay_are_an_inferred_transfer(found):
    rows = sea(coming("a"), coming("b", silent=(180, 900)))
    [row] = inferred(found, rows, statics({"a": 80, "b": 80}))
    factors = json.loads(row["factors"])
    assert (row["track_id"], row["other_track_id"], row["origin"]) == ("a", "b", "inferred")
    assert (factors["heard"], factors["class"]) == ("one side", "transfer drifting")
    assert 0.5 < row["probability"] <= 0.95
    assert factors["candidates"][0]["fell_silent_nm_away"] == pytest.approx(10, abs=1.5)


def test_draughts_that_changed_opposite_ways_make_it_likelier_and_another_type_less_likely(found):
    rows = sea(coming("a"), coming("b", silent=(180, 900)))
    plain, changed, fishing = (
        inferred(found, rows, said)[0]["probability"] if inferred(found, rows, said) else 0.0
        for said in (
            statics({"a": 80, "b": 80}),
            statics({"a": 80, "b": 80}, [("a", 9.0, 8.0), ("b", 5.0, 6.5)]),
            statics({"a": 80, "b": 52}),
        )
    )
    assert fishing < plain <= changed


def test_a_ship_too_far_to_be_there_is_no_candidate(found):
    """Sixty miles away an hour before and an hour after: two hours at the place would take 60 kn."""
    far = fixes("b", [*still(range(0, 200, 5), 43.0, 133.0, 5.0), *still(range(800, 900, 5), 43.5, 133.0, 5.0)])
    near = coming("a")
    late = fixes("c", [*still(range(0, 235, 5), 43.0, 133.0, 5.0), *still(range(500, 900, 5), 43.0, 133.0, 5.0)])
    named = [json.loads(row["factors"])["candidates"] for row in inferred(found, sea(near, late), statics({"a": 80, "c": 80}))]
    assert all(not candidates for candidates in named)
    named = [json.loads(row["factors"])["candidates"] for row in inferred(found, sea(near, far), statics({"a": 80, "b": 80}))]
    assert all(one["chance"] < 0.2 for candidates in named for one in candidates)


def test_a_lone_stay_without_any_silence_is_no_transfer(found):
    assert inferred(found, coming("a"), statics({"a": 80})) == []


def test_two_silences_that_could_have_met_are_possible_only_and_counted(found):
    rows = sea(coming("a", silent=(180, 900)), coming("b", silent=(190, 890)))
    [row] = inferred(found, rows, statics({"a": 80, "b": 80}))
    factors = json.loads(row["factors"])
    assert (factors["heard"], factors["possible_only"], factors["pairs_left_out"]) == ("neither side", True, 0)
    assert 0.02 <= row["probability"] <= 0.45


def test_one_silent_ship_is_not_the_partner_of_many(found):
    """Three tankers lie at three places two miles apart: the one silence is shared out among them."""
    apart = [fixes(ship, still(range(0, 841, 5), 42.0 + at / 30, 133.5)) for at, ship in enumerate("acd")]
    rows = pa.concat_tables([sea(*apart), coming("b", silent=(180, 900))])
    rows_found = inferred(found, rows, statics(dict.fromkeys("abcd", 80)))
    shares = [one["chance"] for row in rows_found for one in json.loads(row["factors"])["candidates"]]
    assert sum(shares) <= 1.0


def best(found, positions, said):
    """The greatest chance of a named candidate."""
    rows = inferred(found, positions, said)
    return max((one["chance"] for row in rows for one in json.loads(row["factors"])["candidates"]), default=0.0)


def test_a_ship_that_lay_in_one_place_before_and_after_her_silence_is_hardly_the_partner_of_a_ship_miles_off(found):
    """Two tankers five miles apart, the one heard now and then only; heard again elsewhere she may have been away."""
    said, before, after = statics({"a": 80, "b": 80}), range(0, 230, 5), range(850, 1081, 5)
    lay = fixes("b", still([*before, *after], 42.0 + 5 / 60, 133.5))
    moved = fixes("b", [*still(before, 42.0 + 5 / 60, 133.5), *still(after, 42.0 - 5 / 60, 133.5)])
    assert best(found, sea(coming("a"), lay), said) < 0.2 < 0.5 < best(found, sea(coming("a"), moved), said)


def test_where_ships_fall_silent_day_after_day_a_silence_says_less(found):
    """The same meeting, and eleven other ships that fell silent near by at other times."""
    rows, said = (
        sea(coming("a"), coming("b", silent=(180, 900))),
        statics({"a": 80, "b": 80} | dict.fromkeys("mnopqrstuvw", 80)),
    )
    others = [
        fixes(ship, [(at * 1440, 41.83, 133.55, 10.0), (at * 1440 + 600, 40.0, 134.0, 10.0)])
        for at, ship in enumerate("mnopqrstuvw", 2)
    ]
    alone, usual = best(found, rows, said), best(found, pa.concat_tables([rows, sea(*others)]), said)
    assert 0 < usual / (1 - usual) < alone / (1 - alone) / 1.5


def test_ships_lost_together_and_heard_again_together_were_lost_by_a_receiver(found):
    """Two pairs of tankers two miles apart fall silent for the same hours; beside six others the same says nothing."""
    rows = sea(coming("a", silent=(180, 900)), coming("b", silent=(180, 900)))
    others = sea(*(coming(ship, silent=(180, 900)) for ship in "cdefgh"))
    said = statics(dict.fromkeys("abcdefgh", 80))
    [alone] = inferred(found, rows, said)
    lost = [row["probability"] for row in inferred(found, pa.concat_tables([rows, others]), said)]
    assert max(lost, default=0.0) < alone["probability"] / 3


def test_a_ship_that_was_never_heard_before_may_be_the_partner(found):
    """The second tanker is first heard an hour after the first one sailed, ten miles off."""
    late = fixes("b", [(900 + minute, 42.1 + minute / 600, 133.5, 6.0) for minute in range(0, 240, 5)])
    rows = inferred(found, sea(coming("a"), late), statics({"a": 80, "b": 80}))
    named = [one for row in rows for one in json.loads(row["factors"])["candidates"]]
    assert [(one["name"], one["fell_silent_nm_away"]) for one in named] == [(None, None)]


def passes(ship, lon):
    """A tanker that drifts for twelve hours at sea and is heard once in 95 minutes."""
    return fixes(ship, [(minute, 42.0 + minute / 30_000, lon, 0.4) for minute in range(3, 720, 95)])


def test_two_tankers_side_by_side_whenever_both_are_heard_were_together(found):
    beside, apart = 133.0 + 80 / (DEGREE_M * 0.743), 133.0 + 900 / (DEGREE_M * 0.743)
    [row] = inferred(found, sea(passes("a", 133.0), passes("b", beside)), statics({"a": 80, "b": 80}))
    factors = json.loads(row["factors"])
    assert (row["track_id"], row["other_track_id"], factors["heard"]) == ("a", "b", "both sides, seldom")
    assert factors["median_distance_m"] == pytest.approx(80, abs=3)
    assert row["probability"] > 0.5
    assert inferred(found, sea(passes("a", 133.0), passes("b", apart)), statics({"a": 80, "b": 80})) == []


def test_a_silence_that_a_lone_ship_accounts_for_hides_no_other_meeting(found):
    """The silence of b belongs to the stay of a; the silence of c beside it is left without one."""
    three = sea(coming("a"), coming("b", silent=(180, 900)), coming("c", silent=(180, 840)))
    rows = inferred(found, three, statics(dict.fromkeys("abc", 80)))
    both = [row["probability"] for row in rows if json.loads(row["factors"])["heard"] == "neither side"]
    [alone] = inferred(found, sea(coming("b", silent=(180, 900)), coming("c", silent=(180, 840))), statics({"b": 80, "c": 80}))
    assert max(both, default=0.0) < alone["probability"]
