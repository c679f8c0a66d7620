"""A load and its discharge are two visits, one voyage and one delivery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from darkwake.fusion import LinkRule, deliveries, voyages
from darkwake.schema import Places, Visits

Row = dict[str, Any]
SPOTS = {
    "load": (42.7333, 133.05, "RU"),
    "land": (41.7667, 129.8167, "KP"),
    "far": (38.7333, 125.4167, "KP"),
    "cn": (30.0, 122.1, "CN"),
}
PLACES = Places.rows(
    [
        {
            "place_id": place,
            "name": place,
            "kind": "port",
            "country": country,
            "lat": lat,
            "lon": lon,
            "extent_m": 6000.0,
            "verified": True,
            "origin": "published",
            "evidence": [],
        }
        for place, (lat, lon, country) in SPOTS.items()
    ]
)


def visit(visit_id: str, place: str, hour: float, **more: object) -> Row:
    """A visit whose arrival is known to the minute, so many hours after the beginning of April 2024."""
    moment = datetime(2024, 4, 1, tzinfo=UTC) + timedelta(hours=hour)
    row = {
        "visit_id": visit_id,
        "place_id": place,
        "vessel": "Yu Son",
        "arrival_lo": moment,
        "arrival_hi": moment,
        "departure_lo": moment,
        "departure_hi": moment,
        "activity": "load" if place == "load" else "discharge",
        "sightings": [visit_id],
        "probability": 1.0,
        "rule": "stated",
        "verified": True,
        "origin": "published",
        "evidence": [f"pub-{visit_id}"],
    }
    return row | more


def linked(*rows: Row) -> list[tuple[str, str, float, str | None]]:
    found = voyages(Visits.rows(list(rows)), PLACES, linking=LinkRule())
    return [(r["from_visit_id"], r["to_visit_id"], r["probability"], r["runner_up"]) for r in found.to_pylist()]


def split(*rows: Row) -> tuple[list[str], dict[str, str]]:
    found = deliveries(Visits.rows(list(rows)), PLACES, linking=LinkRule())
    left_out = {row["visit_id"]: row["reason"] for row in found.left_out.to_pylist()}
    assert found.counted.num_rows + len(left_out) == len(rows)
    return found.counted["visit_id"].to_pylist(), left_out


@pytest.mark.parametrize(("hours", "possible"), [(10.3, False), (10.5, True), (240.0, True), (240.5, False), (-12.0, False)])
def test_a_voyage_takes_the_time_of_the_distance_at_least_and_ten_days_at_most(hours: float, possible: bool) -> None:
    """Vostochny to Chongjin is 155 nautical miles: 10.3 hours at 15 knots, and a little more."""
    assert linked(visit("a", "load", 0), visit("b", "land", hours)) == ([("a", "b", 1.0, None)] if possible else [])


def test_only_one_and_the_same_named_ship_makes_a_voyage() -> None:
    unnamed = visit("b", "land", 48, vessel="not named")
    assert linked(visit("a", "load", 0), visit("b", "land", 48, vessel="Un Hung")) == []
    assert linked(visit("a", "load", 0, vessel="not named"), unnamed) == []
    assert linked(visit("a", "load", 0), visit("b", "land", 48, vessel="M/T YU SON")) == [("a", "b", 1.0, None)]


def test_two_discharges_that_fit_share_the_probability_and_the_second_is_named() -> None:
    found = linked(visit("a", "load", 0), visit("b", "land", 48), visit("c", "far", 120), visit("d", "load", 240))
    assert found == [("a", "b", 0.5, "c")]


def test_a_simulated_visit_is_not_linked_to_a_published_one() -> None:
    assert linked(visit("a", "load", 0), visit("b", "land", 48, origin="simulated")) == []
    both = linked(visit("a", "load", 0, origin="simulated"), visit("b", "land", 48, origin="simulated"))
    assert both == [("a", "b", 1.0, None)]


def test_a_cargo_that_is_loaded_and_discharged_is_one_delivery() -> None:
    counted, left_out = split(visit("a", "load", 0), visit("b", "land", 48))
    assert counted == ["a"]
    assert left_out == {"b": "the cargo may be that of a load counted already (Yu Son, 1 April 2024)"}


def test_an_unnamed_discharge_may_be_the_cargo_of_a_load_that_is_counted() -> None:
    unnamed = visit("b", "land", 48, vessel="not named")
    assert split(visit("a", "load", 0), unnamed)[0] == ["a"]
    assert split(visit("a", "load", -400), unnamed)[0] == ["a", "b"]


def test_a_discharge_of_another_ship_is_another_delivery() -> None:
    assert split(visit("a", "load", 0), visit("b", "land", 48, vessel="Un Hung"))[0] == ["a", "b"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (visit("x", "load", 0, origin="simulated"), "simulated"),
        (visit("x", "land", 0, activity="load"), "loaded in the importing country: what came there came by land"),
        (visit("x", "load", 0, activity="unknown"), "what was done is not known"),
        (visit("x", "far", 0, activity="transfer"), "a transfer at sea, direction not known"),
        (visit("x", "cn", 0), "not discharged in KP"),
    ],
)
def test_each_visit_that_is_no_delivery_says_why(row: Row, reason: str) -> None:
    assert split(row) == ([], {"x": reason})


def test_no_visits_give_no_voyages_and_no_deliveries() -> None:
    assert voyages(Visits.empty(), PLACES, linking=LinkRule()).num_rows == 0
    found = deliveries(Visits.empty(), PLACES, linking=LinkRule())
    assert (found.counted.schema, found.left_out.num_rows) == (Visits.arrow(), 0)
    assert isinstance(found.left_out, pa.Table)


def test_crude_that_was_discharged_is_not_the_cargo_of_a_load_of_refined_products() -> None:
    crude = visit("b", "land", 48, product="crude oil")
    assert split(visit("a", "load", 0, product="gas oil"), crude)[0] == ["a", "b"]
    assert split(visit("a", "load", 0, product="crude"), crude)[0] == ["a"]
    assert split(visit("a", "load", 0, product=None), visit("b", "land", 48, product="diesel"))[0] == ["a"]


def test_a_discharge_that_is_left_out_names_the_load_of_its_own_ship_first() -> None:
    unnamed = visit("u", "load", -20, vessel="not named")
    _, left_out = split(unnamed, visit("a", "load", 0), visit("b", "land", 48))
    assert left_out == {"b": "the cargo may be that of a load counted already (Yu Son, 1 April 2024)"}
