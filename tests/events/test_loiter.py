"""Slow spells: long enough, slow on average, not ended by a short faster move."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from darkwake.events import LoiterRule
from darkwake.events.find import find
from darkwake.geo import EARTH_RADIUS_M
from darkwake.schema import Positions, Statics
from darkwake.units import METRES_PER_SECOND_PER_KNOT
from tests.events.rows import EVENING, fixes, sea, shuffled, still

FOUR_HOURS = range(0, 241, 5)


def factors(event):
    return json.loads(event["factors"])


def test_exactly_four_hours_count_and_a_minute_less_does_not(found):
    assert len(found(fixes("a", still(FOUR_HOURS, 42, 133)), "loiter")) == 1
    assert found(fixes("a", still([*range(0, 231, 10), 239], 42, 133)), "loiter") == []


def test_a_spell_says_how_long_how_slow_and_whether_the_ship_said_that_it_lay_still(found):
    rows = fixes("a", [(minute, 42.0, 133.0, 1.0 if minute < 120 else 0.0) for minute in FOUR_HOURS])
    [spell] = found(rows, "loiter")
    assert factors(spell) == {
        "minutes": 240,
        "mean_speed_kn": 0.5,
        "slow_positions": 49,
        "at_anchor_or_moored": 0,
        "said_fishing": 0,
        "from_start_to_end_m": 0,
        "named": "lying still",
        "from_shore_nm": None,
    }
    assert (spell["start"], spell["lat"], spell["lon"]) == (EVENING, 42.0, 133.0)
    assert "NOT why" in spell["rule"]


def test_two_knots_are_slow_and_a_tenth_more_is_not(found):
    def at(sog):
        return found(fixes("a", [(minute, 42 + minute * sog / 3600, 133.0, sog) for minute in FOUR_HOURS]), "loiter")

    assert [factors(spell)["mean_speed_kn"] for spell in at(2.0)] == [2.0]
    assert at(2.1) == []


def test_without_a_reported_speed_the_way_to_the_next_position_tells(found):
    drifting = fixes("a", [(minute, 42 + minute / 3600, 133.0, None) for minute in FOUR_HOURS])
    sailing = fixes("b", [(minute, 42 + minute / 360, 133.0, None) for minute in FOUR_HOURS])
    [spell] = found(sea(drifting, fixes("a", [(245, 42 + 245 / 3600, 133.0, 1.0)], source="file-z"), sailing), "loiter")
    assert (spell["track_id"], factors(spell)["mean_speed_kn"]) == ("a", pytest.approx(1.0, abs=0.002))


def test_a_reported_speed_does_not_hold_over_a_long_step(found):
    """A ship that says 0 kn every half hour and is two miles farther each time does not lie still."""
    towed = fixes("a", [(minute, 42 + minute / 1800, 133.0, 0.0) for minute in range(0, 301, 30)])
    assert [factors(spell)["mean_speed_kn"] for spell in found(towed, "loiter", LoiterRule(max_kn=3))] == [2.001]
    assert found(towed, "loiter") == []


def test_a_short_faster_move_does_not_end_a_spell_but_counts_in_its_mean(found):
    still_before, still_after = still(range(0, 131, 10), 42, 133), still(range(150, 281, 10), 42.05, 133)
    [spell] = found(fixes("a", [*still_before, (140, 42.025, 133, 9.0), *still_after]), "loiter")
    assert factors(spell)["slow_positions"] == 28
    assert factors(spell)["mean_speed_kn"] == pytest.approx(0.05 * 60.04 / (280 / 60), abs=0.01)


def test_noise_between_positions_seconds_apart_is_no_speed(found):
    """20 m to and fro every 10 s would be 4 kn."""
    swing = [(at / 6, 42 + 0.00018 * (at % 2), 133.0, 0.1) for at in range(6 * 241)]
    assert [factors(spell)["mean_speed_kn"] for spell in found(fixes("a", swing), "loiter")] == [0.1]


def test_a_move_too_fast_on_average_is_no_spell(found):
    hop = [*still(range(0, 131, 10), 42, 133), *still(range(150, 281, 10), 42.3, 133)]
    assert found(fixes("a", hop), "loiter") == []


def test_a_silence_longer_than_the_bridge_ends_a_spell(found):
    rows = fixes("a", still([*range(0, 181, 10), *range(241, 421, 10)], 42, 133))
    assert found(rows, "loiter") == []
    assert len(found(rows, "loiter", LoiterRule(bridge_minutes=61))) == 1


def test_a_spell_on_the_180th_meridian_has_its_mean_there(found):
    swing = [(minute, 0.0, 180 + (0.002 if minute % 20 else -0.002), 0.2) for minute in range(0, 251, 10)]
    [spell] = found(fixes("a", swing), "loiter")
    assert abs(spell["lon"]) == pytest.approx(180, abs=1e-6)


def slow(status=None, step=1 / 3600, at=(42.0, 133.0)):
    """Five hours of drifting north at a knot (or by another step of latitude a minute), with a navigational status."""
    rows = fixes("a", [(minute, at[0] + minute * step, at[1], 3600 * step) for minute in range(0, 301, 5)])
    column = pa.array([status] * rows.num_rows, pa.int64())
    return rows.set_column(rows.column_names.index("nav_status"), rows.schema.field("nav_status"), column)


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (slow(), "drifting or waiting"),
        (slow(status=1), "at anchor or moored"),
        (slow(status=7), "fishing"),
        (slow(step=1e-6), "lying still"),
    ],
)
def test_a_spell_is_named_by_what_explains_it(found, rows, named):
    assert [factors(spell)["named"] for spell in found(rows, "loiter")] == [named]


def test_a_fishing_vessel_by_her_type_is_named_so(duck):
    rows = slow()
    said = {"source_id": "s", "line": 1, "mmsi": rows["mmsi"][0].as_py(), "origin": "observed"}
    types = [30, 30, 80]
    statics = Statics.rows([said | {"line": line, "ship_type": ship_type} for line, ship_type in enumerate(types, 1)])
    [spell] = find(rows, kinds=["loiter"], statics=statics, engine=duck).table.to_pylist()
    assert factors(spell)["named"] == "fishing"


def test_the_rule_for_the_high_seas_asks_for_twenty_miles_from_shore(found):
    """42 N 133 E lies 40 nm off the coast of Primorye; 42.7 N 133.05 E is in Nakhodka Bay."""
    rule = LoiterRule.as_disabling_high_seas()
    [spell] = found(slow(), "loiter", rule)
    assert factors(spell)["from_shore_nm"] > 20
    assert found(slow(at=(42.68, 133.05)), "loiter", rule) == []
    assert len(found(slow(at=(42.68, 133.05)), "loiter")) == 1


def test_no_positions_give_no_spell_and_equal_times_do_no_harm(found):
    assert found(Positions.empty(), "loiter") == []
    twice = sea(fixes("a", still(FOUR_HOURS, 42, 133)), fixes("a", still(FOUR_HOURS, 42, 133, None), source="file-z"))
    assert len(found(twice, "loiter")) == 1


def test_the_order_of_the_rows_changes_nothing(found):
    rows = sea(fixes("a", still(FOUR_HOURS, 42, 133)), fixes("b", still(range(0, 500, 7), 43, 133, 1.3)))
    assert found(shuffled(rows), "loiter") == found(rows, "loiter")


def test_a_rule_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        LoiterRule(min_hours=0)


def fix_by_fix(rows, rule):
    """Slow spells in plain Python: first minute, minutes, slow fixes, mean speed in knots."""

    def knots(one, other):
        metres = abs(other[1] - one[1]) * math.pi / 180 * EARTH_RADIUS_M
        return metres / ((other[0] - one[0]) * 60) / METRES_PER_SECOND_PER_KNOT

    speeds = [sog if sog is not None else knots(row, after) for (*row, sog), after in pairwise(rows)]
    slow = [(at, row, kn) for at, (row, kn) in enumerate(zip(rows, [*speeds, rows[-1][3]], strict=True)) if kn is not None]
    slow = [(at, row, kn) for at, row, kn in slow if kn <= rule.max_kn]
    spells = []
    for before, (at, row, _) in zip([None, *slow], slow, strict=False):
        since = row[0] - before[1][0] if before else math.inf
        if since > rule.bridge_minutes:
            spells.append([row[0], row[0], 0, 0.0])
        else:
            holds = before[0] == at - 1 and since <= rule.holds_minutes
            spells[-1][3] += since * (before[2] if holds else knots(before[1], row))
        spells[-1][1] = row[0]
        spells[-1][2] += 1
    told = [(begin, end - begin, count, way / (end - begin)) for begin, end, count, way in spells if end > begin]
    return [spell for spell in told if spell[1] >= 60 * rule.min_hours and spell[3] <= rule.max_kn]


@pytest.mark.parametrize("seed", range(8))
def test_spells_told_by_where_they_begin_are_those_told_fix_by_fix(found, seed):
    draw = np.random.default_rng(seed)
    minutes = np.cumsum(draw.choice([1, 5, 8, 20, 59, 61, 150], 400, p=[0.3, 0.3, 0.1, 0.14, 0.1, 0.03, 0.03])).tolist()
    lat = (42 + np.cumsum(draw.choice([0.0, 1e-5, 0.01], 400, p=[0.8, 0.19, 0.01]))).tolist()
    sog = [
        None if kn < 0 else kn for kn in draw.choice([0.0, 0.8, 1.9, 9.0, -1.0], 400, p=[0.4, 0.3, 0.15, 0.1, 0.05]).tolist()
    ]
    rows = [(minute, at, 133.0, kn) for minute, at, kn in zip(minutes, lat, sog, strict=True)]
    spells = found(shuffled(fixes("a", rows)), "loiter")
    expected = fix_by_fix(rows, LoiterRule())
    assert len(expected) > 3
    for spell, (begin, lasts, count, mean_kn) in zip(spells, expected, strict=True):
        told = factors(spell)
        assert spell["start"] == EVENING + timedelta(minutes=begin)
        assert (told["minutes"], told["slow_positions"]) == (lasts, count)
        assert told["mean_speed_kn"] == pytest.approx(mean_kn, abs=0.002)
