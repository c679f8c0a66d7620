"""The same events on Spark: every column of every kind, ids and factor texts included."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from darkwake.events import KINDS, find
from darkwake.schema import Events, Positions
from tests.events.rows import fixes, place, sea, still
from tests.events.test_identity import NEW, OLD, said
from tests.events.test_spoofing import PLANTED
from tests.events.voyages import heard, voyage

TWICE, RENAMED = 311000070, 311000006
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
def test_spark_finds_the_same_events_of_every_kind_to_the_last_digit(duck, spark_engine):
    """Restless ships and ships side by side, every false position, an MMSI of two ships, a new name and number."""
    rows = sea(*_renumbered([*_ships(), *_lying(), heard(*[rows for ships in PLANTED.values() for rows in ships]), *_shared()]))
    statics = said((1, {"imo": OLD, "name": "ANNA"}), (3, {"imo": NEW, "name": "BERTHA K"}), mmsi=RENAMED)
    here, there = (find(rows, places=PLACES, statics=statics, engine=engine) for engine in (duck, spark_engine))
    assert [kind for kind in (one.name for one in KINDS) if not here.counts[kind]] == []
    faults = [json.loads(row["factors"])["what"] for row in here.table.to_pylist() if row["kind"] == "spoofing"]
    assert sorted(faults) == sorted(PLANTED)
    assert there.table == here.table


def _ships() -> list[pa.Table]:
    return [part for at in range(6) for part in _restless(f"s{at}", at, 1 + at % 3)]


def _lying() -> list[pa.Table]:
    """Three ships in a row that lie for hours."""
    return [fixes(f"q{at}", still(range(at, 400, 7), 42.0 + at / 2000, 180.0, None if at else 0.0)) for at in range(3)]


def _shared() -> list[pa.Table]:
    """Two ships that send one MMSI at once."""
    first, second = (heard(voyage(TWICE, lat, lon)) for lat, lon in ((35.0, -40.0), (10.0, -20.0)))
    return [first, second.set_column(0, "track_id", pa.array(["track-second"] * second.num_rows))]


@pytest.mark.spark
def test_spark_finds_nothing_in_nothing(spark_engine):
    assert find(sea(), places=PLACES, engine=spark_engine).table == Events.empty()


def _renumbered(parts: list[pa.Table]) -> list[pa.Table]:
    """The ships share files, so their lines have to differ."""
    lines = [pa.array([at * 10_000 + line for line in part["line"].to_pylist()]) for at, part in enumerate(parts)]
    return [Positions.check(part.set_column(2, "line", line)) for part, line in zip(parts, lines, strict=True)]
