"""A way sailed again under another number is found, however it was heard; ships in one lane, in tow and on one leg are not."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from darkwake.engine import Engine
from darkwake.events import find
from darkwake.geo import destination, distance_m, wrap_lon
from tests.events.rows import shuffled
from tests.events.voyages import START, Row, heard

FIRST, SECOND = 311000001, 311000002
LATER = timedelta(hours=5)
SLOWING = ((0, 12.0), (5, 9.0), (12, 14.0), (20, 6.0), (26, 12.0))
"""Speeds from a nautical mile on."""
STEADY = ((0, 12.0),)
BENDS, STRAIGHT = (60.0, 100.0, 20.0, 80.0), (60.0, 60.0, 60.0, 60.0)


def sailed(
    mmsi: int,
    *,
    knots: tuple[tuple[int, float], ...] = SLOWING,
    every_s: float = 60.0,
    later: timedelta = timedelta(),
    aside_m: float = 0.0,
    courses: tuple[float, ...] = BENDS,
) -> list[Row]:
    """A ship that sails four legs of ten miles; heard at moments of her own, with errors of her own."""
    random, miles = np.random.default_rng(mmsi), np.arange(0, 40, 0.01)
    speeds = np.interp(
        miles, [mile - 0.5 + end for mile, _ in knots for end in (0, 1)], [knot for _, knot in knots for _ in (0, 1)]
    )
    at_s = np.cumsum(0.01 / speeds * 3600)
    moments = np.arange(random.uniform(0, every_s), at_s[-1], every_s) + random.uniform(0, 0.2 * every_s)
    rows: list[Row] = []
    for moment in moments:
        way, corner, course = float(np.interp(moment, at_s, miles)), (35.0, -40.0), courses[0]
        for leg in range(1 + int(way // 10)):
            course = courses[leg]
            corner = destination(*corner, course, min(way - 10 * leg, 10) * 1852)
        lat, lon = destination(*destination(*corner, course + 90, aside_m), random.uniform(0, 360), abs(random.normal(0, 5)))
        time = START + timedelta(seconds=round(float(moment))) + later
        speed = round(float(np.interp(moment, at_s, speeds)), 1)
        rows.append({"mmsi": mmsi, "time": time, "sog_kn": speed, "cog_deg": course, "lat": lat, "lon": lon})
    return rows


def said(duck: Engine, *ships: list[Row]) -> list[Row]:
    """Events of spoofing, their factors read."""
    rows = find(heard(*ships), kinds=["spoofing"], engine=duck).table.to_pylist()
    return [row | {"factors": json.loads(row["factors"])} for row in rows]


@pytest.mark.parametrize("every_s", [30.0, 180.0, 300.0])
def test_a_way_sailed_again_later_is_a_copy_however_it_was_heard(every_s: float, duck: Engine) -> None:
    [event] = said(duck, sailed(FIRST), copy := sailed(SECOND, every_s=every_s, later=LATER))
    assert {event["mmsi"], event["other_mmsi"]} == {FIRST, SECOND}
    assert event["factors"]["what"] == "copied"
    assert abs(event["factors"]["later_s"]) == pytest.approx(LATER.total_seconds(), abs=10.0)
    assert event["factors"]["shifted_m"] < 20.0
    # The spell is that of the later one.
    assert copy[0]["time"] <= event["start"] <= copy[0]["time"] + timedelta(minutes=30)
    assert copy[-1]["time"] - timedelta(minutes=30) <= event["end"] <= copy[-1]["time"]


@pytest.mark.parametrize(
    "other",
    [
        {"later": LATER, "aside_m": 150.0},
        {"later": LATER, "knots": tuple((mile, knots * 1.02) for mile, knots in SLOWING)},
        {"later": timedelta(minutes=2)},
    ],
    ids=["beside in the lane", "faster by two in a hundred", "in tow"],
)
def test_another_ship_on_the_same_way_is_no_copy(other: Row, duck: Engine) -> None:
    assert said(duck, sailed(FIRST), sailed(SECOND, **other)) == []


def test_two_ships_that_sail_one_leg_at_one_speed_are_not_accused(duck: Engine) -> None:
    first, second = (
        sailed(mmsi, knots=STEADY, courses=STRAIGHT, later=later) for mmsi, later in ((FIRST, timedelta()), (SECOND, LATER))
    )
    assert said(duck, first, second) == []
    bends = [sailed(mmsi, knots=STEADY, later=later) for mmsi, later in ((FIRST, timedelta()), (SECOND, LATER))]
    assert [event["factors"]["what"] for event in said(duck, *bends)] == ["copied"]


def test_neither_the_meridian_nor_the_order_of_rows_hides_a_copy(duck: Engine) -> None:
    table = heard(sailed(FIRST), sailed(SECOND, later=LATER))
    [event] = find(table, kinds=["spoofing"], engine=duck).table.to_pylist()
    assert find(shuffled(table), kinds=["spoofing"], engine=duck).table.to_pylist() == [event]
    at = table.column_names.index("lon")
    over = table.set_column(at, table.schema.field(at), pa.array(wrap_lon(table["lon"].to_numpy() - 139.9)))
    [moved] = find(over, kinds=["spoofing"], engine=duck).table.to_pylist()
    assert (moved["mmsi"], moved["other_mmsi"]) == (event["mmsi"], event["other_mmsi"])
    assert float(distance_m(moved["lat"], moved["lon"] + 139.9, event["lat"], event["lon"])) < 5000.0


@pytest.mark.spark
def test_spark_finds_the_same_copy(duck: Engine, spark_engine: Engine) -> None:
    table = heard(sailed(FIRST), sailed(SECOND, later=LATER))
    here, there = (find(table, kinds=["spoofing"], engine=engine).table for engine in (duck, spark_engine))
    assert here.num_rows == 1
    assert there == here
