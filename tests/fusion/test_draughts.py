"""Draughts typed around a stay: which messages count, and the same on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from darkwake.fusion.draughts import STAY, DraughtRule, typed_draughts
from darkwake.schema import Statics

NOON = datetime(2024, 4, 1, 12, tzinfo=UTC)


def sent(*messages: tuple[int, float | None, float | None]) -> pa.Table:
    """Messages as MMSI, hours after noon (null: no time), draught."""
    rows = []
    for line, (mmsi, hours, draught_m) in enumerate(messages):
        time = None if hours is None else NOON + timedelta(hours=hours)
        rows.append(
            {"source_id": "file", "line": line, "mmsi": mmsi, "time": time, "draught_m": draught_m, "origin": "observed"}
        )
    return Statics.rows(rows)


def stays(*rows: tuple[str, int, float, float | None]) -> pa.Table:
    """Stays as id, MMSI, arrival and departure in hours after noon."""
    found = [
        {
            "visit_id": visit,
            "mmsi": mmsi,
            "arrival": NOON + timedelta(hours=arrival),
            "departure": None if departure is None else NOON + timedelta(hours=departure),
        }
        for visit, mmsi, arrival, departure in rows
    ]
    return pa.Table.from_pylist(found, schema=STAY)


def around(engine, staying: pa.Table, statics: pa.Table) -> dict[str, tuple[float | None, float | None]]:
    rows = engine.arrow(typed_draughts(staying, engine.table(statics), DraughtRule())).to_pylist()
    return {row["visit_id"]: (row["draught_in_m"], row["draught_out_m"]) for row in rows}


def test_the_last_draught_before_arrival_and_the_last_until_shortly_after_departure_count(duck):
    messages = sent((1, -80, 9.0), (1, -30, 3.6), (1, -2, 3.4), (1, 5, 3.4), (1, 26, 5.6), (1, 50, 5.1))
    assert around(duck, stays(("v", 1, 0, 20)), messages) == {"v": (3.4, 5.6)}


def test_what_was_not_given_or_cannot_be_said_is_left_out(duck):
    messages = sent((1, -3, 3.4), (1, -2, 0.0), (1, -1, None), (1, -1, 25.5), (1, None, 7.0))
    assert around(duck, stays(("v", 1, 0, 20)), messages) == {"v": (3.4, None)}


def test_a_ship_that_is_still_there_has_no_draught_on_departure(duck):
    assert around(duck, stays(("v", 1, 0, None)), sent((1, -2, 3.4), (1, 5, 5.0))) == {"v": (3.4, None)}


def test_each_visit_has_the_draughts_of_its_own_ship_and_time(duck):
    messages = sent((1, -2, 3.4), (1, 21, 5.6), (2, -2, 8.0), (1, 200, 5.5), (1, 230, 3.3))
    staying = stays(("first", 1, 0, 20), ("second", 1, 205, 220), ("other", 2, 0, 20), ("unheard", 3, 0, 20))
    assert around(duck, staying, messages) == {"first": (3.4, 5.6), "second": (5.5, 3.3), "other": (8.0, None)}


def test_of_two_draughts_at_one_instant_the_deeper_counts(duck):
    assert around(duck, stays(("v", 1, 0, 20)), sent((1, -2, 3.4), (1, -2, 3.9))) == {"v": (3.9, None)}


@pytest.mark.spark
def test_spark_finds_the_same_draughts(duck, spark_engine):
    messages = sent(*((ship, hour, 3.0 + ((7 * ship + hour) % 30) / 10) for ship in (1, 2, 3) for hour in range(-90, 200, 7)))
    staying = stays(*((f"{ship}-{n}", ship, 40 * n, 40 * n + 12 if n < 4 else None) for ship in (1, 2, 4) for n in range(5)))
    here = around(duck, staying, messages)
    assert len(here) == 10
    assert around(spark_engine, staying, messages) == here
