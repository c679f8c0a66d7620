"""Detections and ships heard: one to one, within the gate, and unmatched by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake import geo
from darkwake.fusion.expected import Spot
from darkwake.fusion.heard import Heard, heard_at
from darkwake.fusion.match import assign
from darkwake.fusion.rule import MatchRule
from darkwake.fusion.silence import Gap, silence_at
from darkwake.schema import Positions

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
RULE = MatchRule()


def ship(mmsi: int, lat: float, lon: float, sigma_m: float = 150.0) -> Heard:
    return Heard(mmsi, f"t{mmsi}", lat, lon, sigma_m, 1.0, "f", "observed")


def track(*fixes: tuple[int, float, float, float | None, float | None]) -> pa.Table:
    """Rows of one track: minutes from noon, latitude, longitude, speed, course."""
    rows = [
        {"track_id": "t", "source_id": "f", "line": n, "mmsi": 1, "time": NOON + timedelta(minutes=m), "lat": lat, "lon": lon}
        | {"sog_kn": sog, "cog_deg": cog, "cell": 0, "origin": "observed"}
        for n, (m, lat, lon, sog, cog) in enumerate(fixes)
    ]
    return Positions.rows(rows)


def test_two_ships_near_one_detection_give_one_match_and_the_other_is_named() -> None:
    (found,) = assign([Spot(42.70, 133.0)], [ship(1, 42.7005, 133.0), ship(2, 42.702, 133.0)], RULE)
    assert found.ship is not None
    assert found.ship.mmsi == 1
    assert set(found.others) == {2}
    assert found.probability > found.others[2] > 0


def test_the_assignment_is_the_best_for_all_not_the_nearest_for_each() -> None:
    """Both detections are nearest to ship 1; giving it to the first leaves ship 2 for the second."""
    points = [Spot(42.7000, 133.0), Spot(42.7020, 133.0)]
    found = assign(points, [ship(1, 42.7015, 133.0), ship(2, 42.7045, 133.0)], RULE)
    assert [m.ship.mmsi if m.ship else None for m in found] == [1, 2]


def test_a_detection_far_from_every_ship_stays_unmatched() -> None:
    (found,) = assign([Spot(42.9, 133.0)], [ship(1, 42.7, 133.0)], RULE)
    assert (found.ship, found.probability, found.others) == (None, 1.0, {})


def test_without_ships_or_detections_nothing_is_matched() -> None:
    assert assign([], [ship(1, 42.7, 133.0)], RULE) == []
    assert [m.ship for m in assign([Spot(42.7, 133.0)], [], RULE)] == [None]


@settings(max_examples=40)
@given(st.lists(st.floats(0, 0.02), min_size=1, max_size=6), st.lists(st.floats(0, 0.02), max_size=6))
def test_no_ship_is_given_twice_and_probabilities_never_exceed_one(looks: list[float], ships: list[float]) -> None:
    found = assign([Spot(42.7 + d, 133.0) for d in looks], [ship(n, 42.7 + d, 133.0) for n, d in enumerate(ships)], RULE)
    given_ships = [m.ship.mmsi for m in found if m.ship]
    assert len(given_ships) == len(set(given_ships))
    assert all(m.probability + sum(m.others.values()) <= 1 + 1e-9 for m in found)


def test_a_ship_is_brought_to_the_time_of_the_image_between_her_reports() -> None:
    (found,) = heard_at(track((-10, 42.0, 179.95, 10.0, 90.0), (10, 42.0, -179.95, 10.0, 90.0)), NOON, RULE)
    assert float(geo.distance_m(found.lat, found.lon, 42.0, 180.0)) < 5


def test_a_ship_is_reckoned_on_from_her_last_report() -> None:
    (found,) = heard_at(track((-30, 42.0, 133.0, 12.0, 0.0)), NOON, RULE)
    assert found.lat == pytest.approx(42.1, abs=0.001)
    assert found.sigma_m > RULE.drift_share * 6 * 1852


def test_a_report_outside_the_window_is_not_used() -> None:
    assert heard_at(track((-91, 42.0, 133.0, 12.0, 0.0)), NOON, RULE) == []


def test_silence_is_not_judged_where_nobody_was_heard() -> None:
    gap = Gap("e1", 7, NOON - timedelta(hours=5), NOON + timedelta(hours=5), 42.5, 133.0, 42.5, 133.0)
    away = silence_at(42.7, 133.0, NOON, [], [gap], RULE)
    assert "reception there is not shown" in away.words(RULE)
    shown = silence_at(42.7, 133.0, NOON, [ship(3, 42.75, 133.0)], [gap], RULE)
    assert (shown.heard_nearby, shown.candidates) == (1, (7,))


def test_a_ship_too_far_away_to_come_is_no_candidate() -> None:
    gap = Gap("e1", 7, NOON - timedelta(hours=1), None, 40.0, 131.0, None, None)
    assert silence_at(42.7, 133.0, NOON, [], [gap], RULE).candidates == ()
