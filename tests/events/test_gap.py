"""Silences: strictly longer than the threshold, closed or open, whatever the order of the rows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from darkwake.events import GapRule
from darkwake.geo import cells
from darkwake.ids import content_id
from darkwake.schema import Positions
from darkwake.units import epoch_us
from tests.events.rows import EVENING, fixes, sea, shuffled, still

HALF_DAY = 12 * 60
MICROSECOND = 1 / 60e6


FACT = GapRule(judge="none")
"""The silence alone."""


def factors(event):
    return json.loads(event["factors"])


def test_a_silence_of_exactly_the_threshold_is_no_gap(found):
    assert found(fixes("a", [(0, 42, 133, 0.0), (HALF_DAY, 42, 133, 0.0)]), "gap", FACT) == []


def test_a_silence_one_microsecond_longer_than_the_threshold_is_a_gap(found):
    [gap] = found(fixes("a", [(0, 42, 133, 0.0), (HALF_DAY + MICROSECOND, 42, 133, 0.0)]), "gap", FACT)
    assert gap["end"] - gap["start"] == timedelta(hours=12, microseconds=1)


def test_a_gap_says_when_where_and_how_far(found):
    rows = fixes("a", [(-780, 42, 133, 9.0), (-30, 42, 133, 9.0), (0, 42, 133, 9.0), (13 * 60, 43, 133, 9.0)])
    gap = found(rows, "gap", FACT)[-1]
    assert gap == {
        "rule": FACT.words,
        "event_id": content_id("event", "gap", "a", epoch_us(EVENING)),
        "kind": "gap",
        "track_id": "a",
        "other_track_id": None,
        "mmsi": 200_000_010,
        "other_mmsi": None,
        "start": EVENING,
        "end": EVENING + timedelta(hours=13),
        "lat": 42.0,
        "lon": 133.0,
        "end_lat": 43.0,
        "end_lon": 133.0,
        "place_id": None,
        "probability": 1.0,
        "factors": '{"minutes": 780, "open": false, "distance_m": 111195, "implied_speed_kn": 4.619, '
        '"positions_12h_before": 2, "terrestrial_positions_12h_before": 0, "satellite_positions_12h_before": 0, '
        '"dynamic_positions_12h_before": 0}',
        "revision": 0,
        "origin": "observed",
        "evidence": ["file-a"],
    }


@pytest.mark.parametrize("judge", ["reception", "welch", "none"])
def test_every_rule_says_in_words_that_a_silence_is_no_finding_of_intent(found, judge):
    [gap] = found(fixes("a", [(0, 42, 133, 0.0), (800, 42, 133, 0.0)]), "gap", GapRule(judge=judge))
    assert "NOT" in gap["rule"] or "is no chance" in gap["rule"]
    assert "longer than 12 h" in gap["rule"]


def test_a_track_that_stays_silent_while_others_are_heard_has_an_open_gap(found):
    [gap] = found(
        sea(fixes("a", [(0, 42, 133, 0.0)]), fixes("b", [(0, 50, 1, 0.0), (700, 50, 1, 0.0), (721, 50, 1, 0.0)])), "gap", FACT
    )
    assert (gap["track_id"], gap["start"], gap["end"], gap["end_lat"]) == ("a", EVENING, None, None)
    assert factors(gap) == {
        "minutes": 721,
        "open": True,
        "distance_m": None,
        "implied_speed_kn": None,
        "positions_12h_before": 1,
        "terrestrial_positions_12h_before": 0,
        "satellite_positions_12h_before": 0,
        "dynamic_positions_12h_before": 0,
    }


def test_the_open_gap_is_strict_too(found):
    assert found(sea(fixes("a", [(0, 42, 133, 0.0)]), fixes("b", [(600, 50, 1, 0.0), (720, 50, 1, 0.0)])), "gap", FACT) == []


def test_receivers_known_to_have_listened_longer_open_a_gap_of_the_last_ship(found):
    rule = GapRule(heard_until=EVENING + timedelta(hours=13), judge="none")
    assert [gap["end"] for gap in found(fixes("a", [(0, 42, 133, 0.0)]), "gap", rule)] == [None]
    assert found(fixes("a", [(0, 42, 133, 0.0)]), "gap", FACT) == []


def test_two_reports_at_one_time_make_no_second_gap(found):
    gaps = found(fixes("a", [(0, 42, 133, 0.0), (0, 42, 133, 0.0), (900, 42, 133, 0.0), (900, 42, 133, 0.0)]), "gap", FACT)
    assert [factors(gap)["positions_12h_before"] for gap in gaps] == [2]


def test_silences_of_two_ships_are_not_mixed(found):
    rows = sea(fixes("a", [(0, 42, 133, 0.0), (700, 42, 133, 0.0)]), fixes("b", [(700, 42, 133, 0.0), (1400, 42, 133, 0.0)]))
    assert found(rows, "gap", FACT) == []


def test_no_positions_give_no_gap(found):
    assert found(Positions.empty(), "gap", FACT) == []


def test_a_gap_across_the_180th_meridian_is_short(found):
    [gap] = found(fixes("a", [(0, 0, 179.9, 9.0), (800, 0, -179.9, 9.0)]), "gap", FACT)
    assert factors(gap)["distance_m"] == pytest.approx(22_239, abs=1)


def test_a_gap_is_as_weak_as_the_weaker_of_its_ends_and_names_both_files(found):
    heard = fixes("a", [(0, 42, 133, 0.0)], source="file-9")
    made = fixes("a", [(800, 42, 133, 0.0)], source="file-1", origin="simulated")
    [gap] = found(sea(heard, made), "gap", FACT)
    assert (gap["origin"], gap["evidence"]) == ("simulated", ["file-1", "file-9"])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_the_rows_changes_nothing(found, seed):
    rows = sea(*[fixes(name, [(at * 800 * (1 + at % 2), 42, 133, None) for at in range(6)]) for name in "abc"])
    assert found(shuffled(rows, seed), "gap", FACT) == found(rows, "gap", FACT)


@pytest.mark.parametrize(
    "rule", [{"min_hours": 0}, {"before_hours": -1}, {"heard_until": EVENING.replace(tzinfo=None)}, {"judge": "me"}]
)
def test_a_rule_that_makes_no_sense_is_refused(rule):
    with pytest.raises(ValueError, match=r"above 0|no time zone|one of"):
        GapRule(**rule)


def _peer_cases() -> list[str]:
    path = Path(__file__).resolve().parents[3] / "shared" / "data" / "ais" / "peer_events" / "gaps_pipe_gaps.json"
    return [case["case_id"] for case in json.loads(path.read_text(encoding="utf-8"))["cases"]] if path.is_file() else []


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _peer_positions(case):
    before = [[gap["off_time"], gap["ssvid"], 65.4, None, None] for gap in case.get("open_gaps_before") or []]
    rows = [
        {"track_id": mmsi, "source_id": "file-a", "line": line, "mmsi": int(mmsi), "time": _time(time), "lat": lat}
        | {"lon": lon or 0.0, "cell": int(cells([lat], [lon or 0.0])[0]), "origin": "observed"}
        | {"receiver": heard_by if heard_by in ("terrestrial", "satellite", "dynamic") else None}
        for line, (time, mmsi, lat, lon, heard_by) in enumerate(before + case["tracks"], 1)
    ]
    return Positions.rows(rows)


def _peer_rule(case, last: datetime) -> GapRule:
    """The peer's parameters as ours: it listens to the end of a day, tells open gaps when asked, tells each once."""
    rule = case["rule"]
    period = [_time(f"{day}T00:00:00Z") for day in rule.get("date_range") or []]
    midnight = datetime.combine(last + timedelta(days=1), datetime.min.time(), UTC)
    return GapRule(
        min_hours=rule["threshold_hours"],
        heard_until=max(period[1] if period else midnight, last),
        told_until=period[0] if period else None,
        open_too=bool(rule.get("eval_last")) or "open" in case["case_id"],
        judge="none",
    )


PEER_COUNTS = {
    "positions_hours_before": "positions_12h_before",
    "positions_hours_before_ter": "terrestrial_positions_12h_before",
    "positions_hours_before_sat": "satellite_positions_12h_before",
    "positions_hours_before_dyn": "dynamic_positions_12h_before",
}


@pytest.mark.parametrize("case_id", _peer_cases())
def test_the_cases_of_pipe_gaps_hold(found, shared, case_id):
    """Number, times and positions before by receiver as in the peer's own tests."""
    cases = json.loads((shared / "ais/peer_events/gaps_pipe_gaps.json").read_text(encoding="utf-8"))["cases"]
    [case] = [case for case in cases if case["case_id"] == case_id]
    positions = _peer_positions(case)
    gaps = found(positions, "gap", _peer_rule(case, max(positions["time"].to_pylist())))
    assert len(gaps) == case["expected"]["count"]
    for gap, wanted in zip(gaps, case["expected"].get("gaps") or [], strict=False):
        counts = {word: factors(gap)[ours] for word, ours in PEER_COUNTS.items() if word in wanted}
        assert counts == {word: wanted[word] for word in counts}
        ends = {"start": gap["start"], "end": gap["end"]}
        assert all(time == _time(wanted[word]) for word, time in ends.items() if word in wanted)
        if "duration_h" in wanted:
            assert factors(gap)["minutes"] == wanted["duration_h"] * 60
    for start, end in (case["expected"].get("start_to_end") or {}).items():
        assert (_time(start), end and _time(end)) in [(gap["start"], gap["end"]) for gap in gaps]


@pytest.mark.parametrize("hour", [17, 19, 23])
def test_where_midnight_falls_does_not_hide_an_open_gap(found, hour):
    """A peer that looks a day at a time loses the ship that falls silent within the threshold of midnight and never returns."""
    start = datetime(2024, 5, 1, hour, tzinfo=UTC)
    rows = sea(fixes("a", [(0, 42, 133, 0.0)], start=start), fixes("b", still(range(0, 900, 30), 50, 1), start=start))
    assert [gap["end"] for gap in found(rows, "gap", GapRule(min_hours=6, judge="none"))] == [None]


def test_an_open_gap_that_was_told_is_told_again_once_it_has_ended(found):
    rows = fixes("a", [(0, 42, 133, 0.0), (1500, 42, 133, 0.0)])
    told = [EVENING + timedelta(hours=hours) for hours in (11, 13, 26)]
    rules = [GapRule(heard_until=EVENING + timedelta(hours=30), told_until=until, judge="none") for until in told]
    assert [len(found(rows, "gap", rule)) for rule in rules] == [1, 1, 0]
    assert [len(found(rows.slice(0, 1), "gap", rule)) for rule in rules] == [1, 0, 0]
