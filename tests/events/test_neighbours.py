"""Why two ships lay near each other: what each sign says, and what comes of it in a simulated world whose truth is known."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.events import find
from darkwake.events.alongside import Contacts
from darkwake.events.neighbours import BERTH, CLASSES, HABITS, TRANSFERS, Circumstances, Spread, judged
from darkwake.events.track import US_PER_HOUR
from darkwake.simulation.traffic import world

HOURS = 8
SIDE_BY_SIDE = {
    "meeting": 0, "from_us": 0, "until_us": HOURS * US_PER_HOUR, "lat_e10": 0, "lon_e10": 0, "end_lat_e10": 0, "end_lon_e10": 0,
    "touching": True, "start_us": 0, "end_us": HOURS * US_PER_HOUR, "start_lo_us": 0.0, "start_hi_us": 0,
    "end_lo_us": HOURS * US_PER_HOUR, "end_hi_us": float(HOURS * US_PER_HOUR), "heard_hours": HOURS, "gap_m": 4.0,
    "gap_sd_m": 7.0, "two_hulls": 1.0, "spread_m": 8.0, "shifted_m": 3.0, "headings": True, "swing_deg": 20.0,
    "askew_deg": 1.0, "speed_kn": 0.9,
    "ranged_m": 2000.0, "apart_m": 45.0, "edge_kn": 0.5, "before_m": 9000.0, "after_m": 9000.0, "still": 0.0, "moored": 0.0,
    "silences": (),
}  # fmt: skip
"""Two ships that drift made fast to each other for eight hours."""
TANKERS = {"types": 0, "smaller_m": 150.0, "place": 3, "draughts": -1}
NOTHING_KNOWN = {"types": -1, "smaller_m": math.nan, "place": -1, "draughts": -1}


@dataclass(frozen=True)
class Verdict:
    """What is made of one meeting."""

    likeliest: str
    transfer: float
    chances: dict[str, float]
    weights: dict[str, float]
    """Those that say something."""


def _verdict(known: dict[str, float], **otherwise: object) -> Verdict:
    """What is made of the two, or of two that did otherwise."""
    rows = {word: np.array([value, value]) for word, value in (SIDE_BY_SIDE | otherwise).items() if word != "silences"}
    rows["silences"] = np.array([(), ()], dtype=object)
    told = judged(Contacts(**rows), Circumstances(**{word: np.array([value, value]) for word, value in known.items()}))
    chances, weights = ({word: float(values[1]) for word, values in of.items()} for of in (told.chances, told.weights))
    said = {word: weight for word, weight in weights.items() if not math.isnan(weight)}
    return Verdict(told.likeliest[1], float(told.transfer[1]), chances, said)


def test_two_tankers_that_drift_made_fast_for_hours_are_a_transfer_by_name():
    verdict = _verdict(TANKERS)
    assert (verdict.likeliest, verdict.transfer > 0.95) == ("transfer drifting", True)
    assert sum(verdict.chances.values()) == pytest.approx(1.0)


def test_the_same_two_fixed_to_the_ground_at_a_berth_a_hundred_metres_apart_are_berth_neighbours():
    moored = {"speed_kn": 0.01, "ranged_m": 4.0, "swing_deg": 0.5, "still": 1.0, "moored": 1.0, "touching": False}
    verdict = _verdict(TANKERS | {"place": 0}, gap_m=100.0, **moored)
    assert (verdict.likeliest, verdict.transfer < 0.01) == (BERTH, True)


def test_a_short_contact_whose_ends_nobody_heard_may_have_been_long():
    """Twenty minutes heard, silence before and after: not the twenty minutes of a pilot's boat."""
    end_us = US_PER_HOUR // 3
    short = {"end_us": end_us, "end_lo_us": end_us, "end_hi_us": float(end_us)}
    hidden = short | {"start_lo_us": math.nan, "end_hi_us": math.nan}
    assert _verdict(TANKERS, **short).weights["hours"] < -3 < -1 < _verdict(TANKERS, **hidden).weights["hours"]
    assert _verdict(NOTHING_KNOWN, **short).transfer < _verdict(NOTHING_KNOWN, **hidden).transfer


def test_what_is_not_known_of_a_meeting_says_nothing():
    known = {"swing_deg": 20.0, "askew_deg": 1.0}
    assert set(_verdict(TANKERS).weights) - set(_verdict(TANKERS, **dict.fromkeys(known, math.nan)).weights) == {
        "swing",
        "parallel",
    }
    assert set(_verdict(TANKERS).weights) - set(_verdict(NOTHING_KNOWN).weights) == {"ship types", "size", "place"}


def test_of_the_draughts_after_it_one_less_and_one_more_speaks_loudest():
    said = [_verdict(TANKERS | {"draughts": draughts}).weights["draughts"] for draughts in (0, 1, 2)]
    assert said[0] > said[1] > 0 > said[2]


@given(st.floats(1.0, 500.0), st.floats(0.2, 1.5), st.lists(st.floats(0.01, 5000.0), min_size=1, max_size=6, unique=True))
def test_the_chances_of_all_spans_of_time_add_up_to_one(median, log_sd, cuts):
    habit, ends = Spread(median, log_sd), [1e-3, *sorted(cuts), 1e12]
    total = sum(math.exp(habit.log_chance(low, high)) for low, high in pairwise(ends))
    assert total == pytest.approx(1.0, abs=1e-3)


def test_how_often_the_classes_occur_adds_up_to_one():
    assert set(HABITS) == set(CLASSES)
    assert sum(habit.often for habit in HABITS.values()) == pytest.approx(1.0)


def test_transfers_of_a_simulated_sea_are_found_in_time_where_both_ships_were_heard():
    """Ships at anchor swing and yaw between reports that are minutes apart and not at the same time."""
    sea = world(np.random.default_rng(1006), ships=50, days=3.0, transfers=20, every_s=180.0, listed=0.0)
    rows = find(sea.positions, statics=sea.statics, places=sea.places, kinds=["encounter"]).table.to_pylist()
    named = {(row["track_id"], row["other_track_id"]): row for row in rows if row["probability"] >= 0.2}
    late = {}
    for truth in sea.truth.to_pylist():
        pair = truth["track_id"], truth["other_track_id"]
        if truth["what"] in TRANSFERS and min(_heard(sea.positions, track, truth) for track in pair) > 0.8:
            row = named.get(tuple(sorted(pair)))
            late[pair] = row and max(abs(row[word] - truth[word]) for word in ("start", "end"))
    assert len(late) >= 3
    assert all(wrong is not None and wrong <= timedelta(minutes=15) for wrong in late.values())
    sure = [row for row in rows if row["probability"] >= 0.9 and "inferred" not in json.loads(row["factors"])]
    assert all(sea.pair(row["track_id"], row["other_track_id"], row["start"], row["end"]) in TRANSFERS for row in sure)


def _heard(positions, track, truth) -> float:
    """Share of the ten-minute pieces of a transfer in which a ship was heard."""
    times = positions.filter(np.equal(positions["track_id"].to_numpy(), track))["time"].to_pylist()
    pieces = {(time - truth["start"]) // timedelta(minutes=10) for time in times if truth["start"] <= time < truth["end"]}
    return len(pieces) * 600 / (truth["end"] - truth["start"]).total_seconds()
