"""Each visit is counted once, however many claims, sightings and calls speak of it."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake import schema
from darkwake.claims import claims as read_claims
from darkwake.claims import contain
from darkwake.fusion import LinkRule, MergeRule, deliveries, visits
from darkwake.schema import Claims, Events, Sightings, Visits

PERIOD = (date(2024, 1, 1), date(2024, 12, 31))
FACTS = read_claims(facts=Path(schema.__file__).parent / "bundled" / "cases" / "vostochny-2024" / "facts")
Row = dict[str, Any]


def made(claims: list[Row], sightings: pa.Table | None = None, events: pa.Table | None = None) -> list[Row]:
    """The visits of the bundled places and ships with these claims."""
    stated = contain(Claims.rows([row | {"part_of": None} for row in claims]), FACTS["places"])
    seen, called = Sightings.empty() if sightings is None else sightings, Events.empty() if events is None else events
    found = visits(FACTS["places"], FACTS["vessels"], stated, seen, called, period=PERIOD, merging=MergeRule())
    return list(found.to_pylist())


def bundled() -> list[Row]:
    return list(FACTS["claims"].to_pylist())


def one(bundled_id: str, /, **more: object) -> Row:
    return next(row for row in bundled() if row["claim_id"] == bundled_id) | more


def call(n: int, mmsi: int, start: datetime, **more: object) -> Row:
    row = {
        "event_id": f"call-{n}",
        "kind": "call",
        "track_id": f"track-{mmsi}",
        "mmsi": mmsi,
        "start": start,
        "end": start + timedelta(hours=9),
        "lat": 42.73,
        "lon": 133.05,
        "place_id": "vostochny",
        "probability": 0.9,
        "rule": "within 6 km below 1 kn",
        "factors": "{}",
        "revision": 0,
        "origin": "observed",
        "evidence": ["file-1"],
    }
    return row | more


def sighting(n: int, when: datetime, **more: object) -> Row:
    row = {
        "sighting_id": f"sighting-{n}",
        "how": "image",
        "time_lo": when,
        "time_hi": when,
        "place_id": "vostochny",
        "who": "{}",
        "laden": "unknown",
        "probability": 0.8,
        "reason": "no AIS fits",
        "origin": "observed",
        "evidence": ["scene-1"],
    }
    return row | more


def test_forty_three_counted_visits_are_forty_three_in_the_bundled_case() -> None:
    loads = [row for row in made(bundled()) if row["place_id"] == "vostochny"]
    kinds = Counter((row["counted_in"], bool(row["sightings"])) for row in loads)
    assert kinds == {("S002", True): 1, ("S002", False): 4, ("A004", True): 5, ("A004", False): 33}
    unnamed = [row for row in loads if not row["sightings"]]
    assert {(row["dwt_lo"], row["dwt_hi"], row["vessel"]) for row in unnamed} == {(1000.0, 9000.0, "not named")}


def test_a_visit_that_only_a_count_knows_lies_within_the_days_of_that_count() -> None:
    unnamed = [row for row in made(bundled()) if row["counted_in"] == "S002" and not row["sightings"]]
    ends = {(row["arrival_lo"], row["arrival_hi"]) for row in unnamed}
    assert ends == {(datetime(2024, 3, 7, tzinfo=UTC), datetime(2024, 3, 22, 23, 59, 59, 999999, UTC))}
    said = "1 dated or in smaller counts, 4 known by the count alone"
    assert {row["rule"] for row in unnamed} == {f"NRC (translated reprint) counts 5: {said}"}


def test_a_dated_claim_is_one_visit_with_the_days_that_it_allows() -> None:
    (visit,) = made([one("S004")])
    assert (visit["vessel_id"], visit["place_id"], visit["activity"]) == ("yu-son", "vostochny", "load")
    assert visit["arrival_lo"] == datetime(2024, 4, 1, tzinfo=UTC)
    assert visit["arrival_hi"] == datetime(2024, 4, 1, 23, 59, 59, 999999, UTC)
    assert (visit["sightings"], visit["origin"], visit["verified"], visit["counted_in"]) == (["S004"], "published", True, None)


@pytest.mark.parametrize(("day", "stays"), [(1, 1), (2, 1), (3, 2), (30, 2)])
def test_looks_at_most_a_day_apart_are_one_stay(day: int, stays: int) -> None:
    later = date(2024, 4, day)
    assert len(made([one("S004"), one("S004", claim_id="X", period_start=later, period_end=later)])) == stays


def test_a_ship_is_the_same_under_its_id_its_name_and_its_other_name() -> None:
    other_name = one("S005", claim_id="X", vessel_id=None, vessel="M/T EUNHEUNG")
    (visit,) = made([one("S005"), other_name, one("S005", claim_id="Y", vessel_id=None)])
    assert (visit["vessel_id"], visit["sightings"]) == ("un-hung", ["S005", "X", "Y"])


def test_an_interval_of_a_month_joins_one_stay_and_ties_no_two_together() -> None:
    april = one("S006", claim_id="X", period_start=date(2024, 4, 1), period_end=date(2024, 4, 30))
    second = one("S006", claim_id="Y", period_start=date(2024, 4, 25), period_end=date(2024, 4, 25))
    assert [row["sightings"] for row in made([one("S006"), april, second])] == [["S006", "X"], ["Y"]]
    assert [row["sightings"] for row in made([april])] == [["X"]]


def test_a_call_in_ais_joins_a_published_visit_of_the_ship_and_gives_it_its_times() -> None:
    start = datetime(2024, 4, 1, 6, tzinfo=UTC)
    ship = FACTS["vessels"].to_pylist()
    ships = schema.Vessels.rows([row | ({"mmsi": 445000001} if row["vessel_id"] == "yu-son" else {}) for row in ship])
    stated, events = Claims.rows([one("S004", part_of=None)]), Events.rows([call(1, 445000001, start)])
    (visit,) = visits(FACTS["places"], ships, stated, Sightings.empty(), events, period=PERIOD, merging=MergeRule()).to_pylist()
    assert (visit["arrival_lo"], visit["arrival_hi"], visit["departure_lo"]) == (start, start, start + timedelta(hours=9))
    assert (visit["sightings"], visit["activity"], visit["origin"]) == (["S004", "call-1"], "load", "published")


def test_a_call_in_ais_alone_is_seen_but_is_neither_a_load_nor_one_of_the_counted() -> None:
    events = Events.rows([call(1, 273000001, datetime(2024, 5, 1, tzinfo=UTC))])
    rows = made(bundled(), events=events)
    (visit,) = [row for row in rows if row["origin"] == "observed"]
    assert (visit["vessel"], visit["activity"], visit["counted_in"]) == ("MMSI 273000001", "unknown", None)
    assert len(rows) == len(made(bundled())) + 1


def test_two_ships_without_a_name_in_one_image_are_two_visits() -> None:
    moment = datetime(2024, 5, 1, 2, tzinfo=UTC)
    assert len(made([], Sightings.rows([sighting(1, moment), sighting(2, moment)]))) == 2


def test_a_sighting_and_a_call_of_one_transmitter_are_one_visit() -> None:
    start = datetime(2024, 5, 1, tzinfo=UTC)
    seen = Sightings.rows([sighting(1, start + timedelta(hours=2), mmsi=273000001)])
    (visit,) = made([], seen, Events.rows([call(1, 273000001, start)]))
    assert (visit["sightings"], visit["probability"]) == (["call-1", "sighting-1"], 0.9)


def test_what_is_simulated_joins_no_published_visit_and_no_count() -> None:
    start = datetime(2024, 4, 1, 6, tzinfo=UTC)
    seen = Sightings.rows([sighting(1, start, vessel="Yu Son", vessel_id="yu-son", origin="simulated")])
    rows = made(bundled(), seen)
    (visit,) = [row for row in rows if row["origin"] == "simulated"]
    assert (visit["sightings"], visit["counted_in"], visit["dwt_lo"]) == (["sighting-1"], None, None)
    assert [row for row in rows if row["origin"] != "simulated"] == made(bundled())


def test_a_count_that_overlaps_a_larger_one_is_named_and_not_added() -> None:
    late = one("A004", claim_id="late", count=12, period_start=date(2024, 10, 1), period_end=date(2024, 12, 31))
    rows = made([*bundled(), late])
    assert sum(row["place_id"] == "vostochny" for row in rows) == 43
    assert any("not added, for they overlap it: OSC/BBC (12)" in row["rule"] for row in rows)


def test_counts_outside_the_period_of_the_case_make_no_visits() -> None:
    years = {row["arrival_lo"].year for row in made(bundled())}
    assert years == {2024}


def test_more_dated_visits_than_a_count_leave_nothing_to_add() -> None:
    days = [date(2024, 6, 1) + timedelta(days=5 * n) for n in range(6)]
    dated = [one("S004", claim_id=f"d{n}", period_start=day, period_end=day) for n, day in enumerate(days)]
    small = one("A004", count=4)
    rows = made([*dated, small])
    assert [row["counted_in"] for row in rows] == ["A004"] * 6


def counted(rows: list[Row]) -> int:
    """Visits counted towards the cap."""
    return deliveries(Visits.rows(rows), FACTS["places"], linking=LinkRule()).counted.num_rows


@settings(max_examples=15, deadline=None)
@given(
    days=st.lists(st.integers(0, 240), unique=True, max_size=12),
    names=st.sampled_from(["Yu Son", "Un Hung", "Wol Bong San"]),
    again=st.integers(0, 11),
    seed=st.integers(),
)
def test_the_sum_is_43_whatever_is_dated_or_said_twice_in_any_order(days: list[int], names: str, again: int, seed: int) -> None:
    dated = [
        one("S004", claim_id=f"d{n}", vessel=names, vessel_id=None, period_start=day, period_end=day)
        for n, day in enumerate(date(2024, 3, 8) + timedelta(days=n) for n in days)
    ]
    rows = made([*bundled(), *dated])
    assert counted(rows) == 43
    said_again = [*dated[again : again + 2], one("A004"), one("S002"), one("S015")]
    twice = [row | {"claim_id": f"again-{row['claim_id']}"} for row in said_again]
    shuffled = [*bundled(), *dated, *twice]
    random.Random(seed).shuffle(shuffled)
    assert counted(made(shuffled)) == 43
    first = [*bundled(), *dated]
    random.Random(seed).shuffle(first)
    assert made(first) == rows
