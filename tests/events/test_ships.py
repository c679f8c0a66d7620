"""What ships said of themselves, many at once, is what each one's messages say one by one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby

import numpy as np
import pytest

from darkwake.engine import DuckDB
from darkwake.events.ships import Draughts, Ship, draught_change, ships_of, types_of
from darkwake.events.track import US_PER_HOUR
from darkwake.schema import Statics

START = datetime(2024, 5, 1, tzinfo=UTC)
WORDS = ("name", "ship_type", "to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m", "length_m", "beam_m")


def messages(count: int, seed: int) -> list[dict]:
    """Messages of eight ships that now and then say something else, or nothing."""
    random = np.random.default_rng(seed)
    rows = []
    for line in range(count):
        row = {"source_id": "s", "line": line, "mmsi": int(random.integers(1, 9)), "origin": "observed"}
        row["time"] = START + timedelta(hours=int(random.integers(0, 300))) if random.random() < 0.95 else None
        said = {"name": str(random.choice(["ÅSA", "Zoë", "A", "B"])), "ship_type": int(random.choice([31, 70, 80, 89]))}
        said |= {word: float(random.integers(0, 4) * 10) for word in (*WORDS[2:], "draught_m")}
        rows.append(row | {word: value if random.random() < 0.7 else None for word, value in said.items()})
    return rows


def usual(rows: list[dict], word: str) -> object:
    """What was said most often, one after the other counted once; of equals the smallest."""
    counts = Counter(value for value, _ in groupby(row[word] for row in rows if row[word] is not None))
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


@pytest.fixture(scope="module")
def fleet() -> tuple[list[dict], dict[int, Ship]]:
    rows, engine = messages(400, 2), DuckDB()
    told = ships_of(engine.table(Statics.rows(rows)), range(2, 12), engine)
    engine.close()
    return rows, told


def test_a_ship_is_what_she_said_most_often(fleet):
    rows, told = fleet
    assert sorted(told) == list(range(2, 9))
    for mmsi, ship in told.items():
        mine = [row for row in rows if row["mmsi"] == mmsi]
        mine.sort(key=lambda row: (row["time"] is None, row["time"] or START, row["line"]))
        assert (ship.name, ship.ship_type) == (usual(mine, "name"), usual(mine, "ship_type"))
        assert ship.length_m == (usual(mine, "length_m") or None)
        sent = [(row["time"], row["draught_m"]) for row in mine if row["time"] and row["draught_m"]]
        assert ship.draughts == tuple(sorted((int(time.timestamp() * 1e6), draught) for time, draught in sent))


def test_changes_of_draught_of_many_meetings_are_those_of_each(fleet):
    ships, random = [Ship(), *fleet[1].values()], np.random.default_rng(1)
    first = int(START.timestamp() * 1e6)
    one, start = random.integers(0, len(ships), 500), first + random.integers(-300, 400, 500) * US_PER_HOUR
    end = start + random.integers(0, 50, 500) * US_PER_HOUR
    told = np.column_stack(Draughts.of(ships).changes(one, start, end)).tolist()
    expected = [draught_change(ships[at], *ends) for at, *ends in zip(one.tolist(), start.tolist(), end.tolist(), strict=True)]
    assert [None if np.isnan(row[0]) else tuple(row) for row in told] == expected
    assert 50 < sum(change is not None for change in expected) < 450


def test_of_ships_that_said_nothing_no_draught_is_known():
    before, after = Draughts.of([Ship()]).changes(np.array([0]), np.array([0]), np.array([9]))
    assert np.isnan([*before, *after]).all()


def test_pairs_of_ships_are_of_the_kind_of_their_types():
    ships = [Ship(ship_type=kind) for kind in (80, 70, 31, None)]
    one, other = np.array([0, 0, 1, 2, 2, 3, 0]), np.array([0, 1, 1, 3, 0, 1, 3])
    assert types_of(ships, one, other).tolist() == [0, 1, 3, 2, 2, -1, -1]
