from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from darkwake.detection.fixed import days_before, fixed_structures, named, stands_there

DAYS = {f"s{n}": datetime(2024, 1, 1, 6, tzinfo=UTC) + timedelta(days=12 * n) for n in range(5)}


def at(scene: int, lat: float | None, lon: float | None) -> dict[str, object]:
    return {"scene_id": f"s{scene}", "lat": lat, "lon": lon}


def platform(days: list[int], lat: float = 56.5, lon: float = 3.2) -> list[dict[str, object]]:
    jitter = np.random.default_rng(1).normal(0.0, 2e-4, (len(days), 2))
    return [at(day, lat + dy, lon + dx) for day, (dy, dx) in zip(days, jitter, strict=True)]


def test_what_is_seen_at_one_place_on_most_days_is_fixed_and_ships_are_not() -> None:
    ships = [at(day, 56.6 + 0.03 * day, 3.0) for day in range(5)] + platform([0, 1], lat=56.9)
    found = fixed_structures(platform([0, 1, 2, 4]) + ships + [at(3, None, None)], DAYS)
    assert [(one.seen, one.looked) for one in found] == [(4, 5)]
    assert abs(found[0].lat - 56.5) < 1e-3


def test_two_days_are_too_few_and_one_day_seen_often_is_one_day() -> None:
    two = {scene: DAYS[scene] for scene in ("s0", "s1")}
    assert fixed_structures(platform([0, 1]), two) == []
    same = {f"s{n}": datetime(2024, 1, 1, n, tzinfo=UTC) for n in range(5)}
    assert fixed_structures(platform([0, 1, 2, 3, 4]), same) == []


def test_a_row_of_ships_that_links_up_is_not_one_structure() -> None:
    chain = [at(n % 5, 56.5 + 0.0009 * n, 3.2) for n in range(15)]
    assert fixed_structures(chain, DAYS) == []


def test_the_antimeridian_is_no_edge() -> None:
    rows = [at(0, -17.0, 179.9998), at(1, -17.0, -179.9998), at(2, -17.0, 180.0), at(3, -17.0, -179.9999)]
    found = fixed_structures(rows, DAYS)
    assert [one.seen for one in found] == [4]
    assert abs(abs(found[0].lon) - 180.0) < 1e-3
    assert stands_there([*rows, at(4, -17.0, 179.9), at(4, None, None)], found).tolist() == [True] * 4 + [False] * 2


def area(scene: int, lat: float, searched_km2: float = 100.0) -> dict[str, object]:
    none = {"land_km2": 0.0, "nodata_km2": 100.0 - searched_km2, "interference_km2": 0.0}
    return {"scene_id": f"s{scene}", "lat": lat, "lon": 3.2, "searched_km2": searched_km2} | none


def test_a_day_that_did_not_search_the_place_does_not_count() -> None:
    areas = [area(day, 56.5) for day in (0, 1, 2)] + [area(3, 56.5, searched_km2=0.0), area(4, 57.5)]
    (one,) = fixed_structures(platform([0, 1, 2]), DAYS, areas=areas)
    assert (one.seen, one.looked) == (3, 3)


def detection(scene: int, lat: float, kind: str = "ship") -> dict[str, object]:
    return at(scene, lat, 3.2) | {"kind": kind, "score": 0.9, "doubts": []}


def test_what_stands_there_always_is_named_a_structure_and_what_lay_there_once_has_a_doubt() -> None:
    platforms = [detection(day, 56.5) for day in range(5)]
    berth = [detection(0, 56.7), detection(4, 56.7)]
    told = named([*platforms, *berth, detection(2, 56.9)], DAYS, [])
    assert {(row["kind"], row["score"], *row["doubts"]) for row in told[:5]} == {
        ("structure", 0.09, "fixed: stood here on 5 of 5 days")
    }
    assert [row["doubts"] for row in told[5:]] == [[], ["stood_before: something lay here on 1 earlier days"], []]
    assert {row["kind"] for row in told[5:]} == {"ship"}


def test_scenes_without_a_time_or_of_one_day_name_nothing() -> None:
    rows = [detection(day, 56.5) for day in range(5)]
    assert named(rows, {}, []) == rows
    assert named(rows[:1], {"s0": DAYS["s0"]}, []) == rows[:1]
    assert days_before(rows[:2], DAYS).tolist() == [0, 1]
