"""The rule of Welch et al. (2022): all conditions hold, or those that fail are named."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from darkwake.events import GapRule
from darkwake.events.shore import from_shore_nm
from darkwake.events.welch import WelchRule
from darkwake.schema import Positions
from tests.events.rows import fixes

FAR = (30.0, -40.0)
NEAR = (43.2, 131.8)


def judged(found, place, receiver, hours=13.0, each=20.0):
    """The verdict and the factors of a silence of a ship that was heard every ``each`` minutes for a day before and after."""
    before = int(1440 / each)
    minutes = [*(at * each for at in range(before)), *(1440 + hours * 60 + at * each for at in range(before))]
    rows = fixes("a", [(minute, *place, 3.0) for minute in minutes])
    column = pa.array([receiver] * rows.num_rows, pa.string())
    rows = Positions.check(rows.set_column(rows.column_names.index("receiver"), "receiver", column))
    [gap] = found(rows, "gap", GapRule(judge="welch"))
    return gap["probability"], json.loads(gap["factors"])


def test_a_silence_far_out_where_satellites_hear_well_meets_all_conditions(found):
    verdict, factors = judged(found, FAR, "satellite")
    assert (verdict, factors["failed"], factors["untested"]) == (1.0, [], [])
    assert factors["received_per_day"] == pytest.approx(72, rel=0.05)
    assert factors["satellite_positions_12h_before"] == 37


@pytest.mark.parametrize(
    ("place", "receiver", "each", "failed", "untested"),
    [
        (NEAR, "satellite", 20.0, ["near shore"], []),
        (FAR, "satellite", 180.0, ["poor reception", "few satellite positions before"], []),
        (FAR, None, 20.0, [], ["no position says that a satellite heard it"]),
        (FAR, "terrestrial", 20.0, [], ["no position says that a satellite heard it"]),
    ],
)
def test_the_rule_names_the_conditions_that_fail_or_cannot_be_tested(found, place, receiver, each, failed, untested):
    verdict, factors = judged(found, place, receiver, each=each)
    assert (verdict, factors["failed"], factors["untested"]) == (0.0, failed, untested)


def test_the_limits_are_parameters(found):
    rule = GapRule(min_hours=6, judge="welch", welch=WelchRule(silent_hours=12))
    [gap] = found(fixes("a", [(0, *FAR, 3.0), (480, *FAR, 3.0)]), "gap", rule)
    assert "silence too short" in json.loads(gap["factors"])["failed"]


@pytest.mark.parametrize(
    ("lat", "lon", "low", "high"),
    [
        (42.74, 133.08, 0, 2),  # Vostochny
        (0.0, -30.0, 100, 100),  # the Atlantic
        (50.0, -28.0, 100, 100),
        (0.0, 179.9, 100, 100),
        (-16.8, -179.9, 0, 10),  # Taveuni, Fiji, on the antimeridian
        (51.0, 1.45, 6, 13),  # the Strait of Dover, about 9 nautical miles from either side
    ],
)
def test_the_distance_from_shore_is_about_what_a_chart_says(lat, lon, low, high):
    assert low <= from_shore_nm(lat, lon) <= high
