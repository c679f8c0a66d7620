"""Lots hold their meetings as they were given, and each report that is asked for once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from darkwake.engine import DuckDB
from darkwake.events.alongside import REPORTS_US, Meetings
from darkwake.events.hulls import Hulls, hull
from darkwake.events.judging.lots import LEAST, MOST, Asked, lots
from darkwake.events.neighbours import Circumstances
from darkwake.events.track import US_PER_HOUR
from darkwake.schema import Positions

TRACKS = pa.array([f"t{at}" for at in range(40)])


def asked(count: int, seed: int) -> Asked:
    """Meetings anywhere, at any time of ten days, of forty ships."""
    random = np.random.default_rng(seed)
    one = random.integers(0, 39, count)
    start = random.integers(0, 240, count) * US_PER_HOUR
    meetings = Meetings(
        np.arange(count), one, one + 1, start, start + random.integers(1, 30, count) * US_PER_HOUR,
        random.integers(-80, 80, count) * 10**10, random.integers(-180, 180, count) * 10**10,
        np.full(count, 500.0), random.random(count), Hulls.of([hull()] * count), Hulls.of([hull((1, 2, 3, 4))] * count),
        np.ones(count, np.bool_),
    )  # fmt: skip
    known = Circumstances(*(random.integers(-1, 3, count) for _ in range(4)))
    return Asked(meetings, Circumstances(known.types, known.smaller_m + 0.5, known.place, known.draughts))


@pytest.fixture(scope="module")
def reports() -> pa.Table:
    """A report of each ship each hour."""
    rows = [
        {"track_id": track, "source_id": "s", "line": hour, "mmsi": 1, "time": hour * US_PER_HOUR, "lat": 0.0, "lon": 0.0}
        | {"cell": 0, "origin": "observed"}
        for track in TRACKS.to_pylist()
        for hour in range(-5, 280)
    ]
    return pa.Table.from_pylist(rows, Positions.arrow())


@pytest.mark.parametrize("count", [0, 1, 700, 2 * LEAST + 1])
def test_a_lot_holds_its_meetings_and_every_report_around_them_once(count, reports):
    engine, given = DuckDB(), asked(count, 7)
    rows = engine.arrow(lots(given, TRACKS, engine.table(reports), engine))
    engine.close()
    table, seen = given.table(), []
    for lot in set(rows["bucket"].to_pylist()):
        inside = rows.filter(pa.array(rows["bucket"].to_numpy() == lot))
        [written] = inside["asked"].drop_null().to_pylist()
        mine = Asked.read(written).meetings
        seen += mine.number.tolist()
        assert Asked.read(written).table().equals(table.take(pa.array(mine.number)))
        spans = zip(np.r_[mine.one, mine.other], np.tile(mine.start_us, 2), np.tile(mine.end_us, 2), strict=True)
        around = {
            (ship, hour * US_PER_HOUR)
            for ship, start, end in spans
            for hour in range(-5, 280)
            if start - REPORTS_US <= hour * US_PER_HOUR <= end + REPORTS_US
        }
        found = [(row["ship"], row["us"]) for row in inside.to_pylist() if row["asked"] is None]
        assert (len(found), set(found)) == (len(around), around)
    assert sorted(seen) == list(range(count))


def test_many_meetings_make_lots_of_no_more_than_so_many(reports):
    engine, given = DuckDB(), asked(16 * MOST + 5, 3)
    rows = engine.arrow(lots(given, TRACKS, engine.table(reports.slice(0, 0)), engine))
    engine.close()
    sizes = [len(Asked.read(written).meetings.number) for written in rows["asked"].to_pylist()]
    assert (sum(sizes), max(sizes) <= MOST, max(sizes) - min(sizes) <= 1) == (16 * MOST + 5, True, True)
