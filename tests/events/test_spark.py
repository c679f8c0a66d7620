"""The same events on Spark: every column of every kind, ids and factor texts included."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from darkwake.events import KINDS, find
from darkwake.schema import Events, Positions
from tests.events.rows import fixes, place, sea, still

PLACES = pa.concat_tables([place("port", 42.0, 180.0, 5000.0), place("berth", 42.001, 180.0, 400.0, "berth")])


def _restless(track: str, seed: int, sources: int) -> list[pa.Table]:
    """A ship that wanders around the 180th meridian, stops, falls silent, and reports unevenly."""
    generator = np.random.default_rng(seed)
    minutes = np.cumsum(
        generator.choice([0.0, 0.2, 3.0, 9.7, 45.0, 61.0, 800.0], 120, p=[0.05, 0.2, 0.3, 0.3, 0.1, 0.03, 0.02])
    )
    sog = generator.choice([0.0, 0.3, 1.9, 2.0, 7.0], 120).astype(object)
    sog[generator.random(120) < 0.2] = None
    walk = np.cumsum(generator.normal(0, 0.0004, (2, 120)), axis=1)
    rows = list(zip(minutes, 42.0 + walk[0], 180.0 + walk[1], sog, strict=True))
    return [
        fixes(track, rows[at::sources], source=f"file-{at}", origin="simulated" if at else "observed") for at in range(sources)
    ]


@pytest.mark.spark
def test_spark_finds_the_same_events_to_the_last_digit(duck, spark_engine):
    ships = [part for at in range(6) for part in _restless(f"s{at}", at, 1 + at % 3)]
    lying = [fixes(f"q{at}", still(range(at, 400, 7), 42.0 + at / 2000, 180.0, None if at else 0.0)) for at in range(3)]
    rows = sea(*_renumbered(ships), *lying)
    here = find(rows, places=PLACES, engine=duck)
    there = find(rows, places=PLACES, engine=spark_engine)
    assert set(here.counts) == {kind.name for kind in KINDS}
    assert min(here.counts[kind] for kind in ("gap", "encounter", "loiter", "call")) > 0
    assert there.table.to_pylist() == here.table.to_pylist()


@pytest.mark.spark
def test_spark_finds_nothing_in_nothing(spark_engine):
    assert find(sea(), places=PLACES, engine=spark_engine).table == Events.empty()


def _renumbered(parts: list[pa.Table]) -> list[pa.Table]:
    """The ships share files, so their lines have to differ."""
    lines = [pa.array([at * 1000 + line for line in part["line"].to_pylist()]) for at, part in enumerate(parts)]
    return [Positions.check(part.set_column(2, "line", line)) for part, line in zip(parts, lines, strict=True)]
