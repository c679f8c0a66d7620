"""The plan takes usable looks, radar first, spread over time, and never more than the budget."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from darkwake.schema import Opportunities
from darkwake.tasking import TaskingRule, plan

START = datetime(2025, 9, 13, tzinfo=UTC)
RULE = TaskingRule()


def chance(name: str, hour: float, **other: Any) -> dict[str, Any]:
    time = START + timedelta(hours=hour)
    row = {"opportunity_id": name, "place_id": "b", "norad_id": 1, "satellite": name, "sensor": "sar", "elevation_deg": 55.0}
    row |= {"rise": time, "culmination": time, "set": time, "cut": None, "azimuth_deg": 0.0, "off_nadir_deg": 30.0}
    row |= {"sun_elevation_deg": 20.0, "element_age_h": 1.0, "sigma_s": 0.2, "usable": True, "reason": "made"}
    return row | {"origin": "inferred", "evidence": ["e"]} | other


def planned(*rows: dict[str, Any], rule: TaskingRule = RULE) -> list[str]:
    return plan(Opportunities.rows(list(rows)), tasking=rule).column("opportunity_id").to_pylist()


def test_radar_comes_before_optics_and_the_better_angle_before_the_worse() -> None:
    optics = chance("optics", 0, sensor="optical", elevation_deg=90.0)
    assert planned(optics, chance("steep", 30, elevation_deg=74.0), chance("good", 60)) == ["good", "steep", "optics"]
    low = chance("low", 30, sensor="optical", elevation_deg=50.0)
    assert planned(low, optics) == ["optics", "low"]


def test_what_is_not_usable_is_not_planned() -> None:
    assert planned(chance("no", 0, usable=False)) == []
    assert plan(Opportunities.empty(), tasking=RULE).num_rows == 0


def test_two_looks_at_one_place_lie_apart_and_neighbours_share_a_pass() -> None:
    assert planned(chance("one", 0), chance("soon", 11.9), chance("later", 12)) == ["one", "later"]
    neighbour = chance("neighbour", 0.01, place_id="c")
    made = plan(Opportunities.rows([chance("one", 0), neighbour]), tasking=RULE).to_pylist()
    assert [row["opportunity_id"] for row in made] == ["one"]
    assert made[0]["why"].endswith("the same pass comes in reach of c")
    assert planned(chance("one", 0), neighbour | {"norad_id": 2}) == ["one", "neighbour"]


def test_the_words_say_light_and_sensor() -> None:
    rows = [chance("NIGHT", 0, sun_elevation_deg=-5.0), chance("DAY", 20, sensor="optical")]
    words = [row["why"] for row in plan(Opportunities.rows(rows), tasking=RULE).to_pylist()]
    assert words[0].startswith("NIGHT in the dark at 2025-09-13 00:00:00 UTC, 55 degrees high; radar, which needs neither")
    assert "a cloud would hide it" in words[1]


@given(
    st.lists(st.tuples(st.floats(0, 100), st.sampled_from("abc"), st.floats(30, 90), st.booleans()), max_size=25),
    st.integers(1, 9),
)
def test_no_plan_breaks_its_budget_or_its_spread(made: list[tuple[float, str, float, bool]], budget: int) -> None:
    rows = [
        chance(f"o{n}", hour, place_id=where, elevation_deg=height, usable=usable, norad_id=n)
        for n, (hour, where, height, usable) in enumerate(made)
    ]
    table: pa.Table = plan(Opportunities.rows(rows), tasking=replace(RULE, budget=budget))
    by_id = {row["opportunity_id"]: row for row in rows}
    chosen = [by_id[name] for name in table.column("opportunity_id").to_pylist()]
    assert table.column("rank").to_pylist() == list(range(1, len(chosen) + 1))
    assert len(chosen) <= budget
    assert (len(chosen) > 0) == any(row["usable"] for row in rows)
    for one, other in combinations(chosen, 2):
        assert one["place_id"] != other["place_id"] or abs(one["culmination"] - other["culmination"]) >= timedelta(hours=12)
