"""Where silent ships could have called, from positions: as a table, in words, and the same on both engines."""

from __future__ import annotations

import pyarrow as pa
import pytest

from darkwake.engine import Engine
from darkwake.events import GapRule, ReachRule, ReceptionRule, find, reach, reachable_sets, receptions, said
from darkwake.schema import Reachable, Reception
from tests.events.rows import fixes, place, sea, still

CHONGJIN, VOSTOCHNY, ROTTERDAM = (41.75, 129.85), (42.73, 133.05), (51.95, 4.05)
PLACES = pa.concat_tables(
    [place("chongjin", *CHONGJIN, 3000.0), place("rotterdam", *ROTTERDAM, 3000.0), place("vostochny", *VOSTOCHNY, 3000.0)]
)
NAMES = {"chongjin": "Chongjin", "vostochny": "Vostochny"}
RULES = [GapRule(judge="none"), ReachRule(median_kn=10.0, greatest_kn=13.0)]
SHUTTLE = fixes("s", [*still(range(-120, 1, 30), *CHONGJIN, 9.0), *still(range(2400, 2500, 30), *CHONGJIN, 9.0)])


def test_a_silence_between_two_reports_off_chongjin_leaves_vostochny_open_and_rotterdam_not(duck: Engine) -> None:
    rows = reach(SHUTTLE, places=PLACES, rules=RULES, engine=duck).to_pylist()
    assert [row["place_id"] for row in rows] == ["chongjin", "vostochny"]
    assert said(rows, NAMES).startswith("Vostochny (chance 0.")
    assert rows[1]["alongside_longest_h"] == pytest.approx(40 - 2 * 156 / 13, abs=1.0)


def test_a_ship_that_could_reach_nothing_is_said_to_have_called_nowhere(duck: Engine) -> None:
    rows = reach(SHUTTLE, places=place("r", *ROTTERDAM, 3000.0), rules=RULES, engine=duck).to_pylist()
    assert said(rows, {}) == "none of the listed places"


def test_places_beyond_the_fifth_are_counted_not_named(duck: Engine) -> None:
    many = pa.concat_tables([place(f"p{at}", 41.8, 129.9 + at / 10, 500.0) for at in range(8)])
    rows = reach(SHUTTLE, places=many, rules=RULES, engine=duck).to_pylist()
    assert "and 3 more; none of the listed places" in said(rows, {})


@pytest.mark.spark
def test_spark_gives_the_same_reception_and_the_same_places_within_reach(duck: Engine, spark_engine: Engine) -> None:
    near = [fixes(f"n{at}", still(range(at, 3000, 50 + 7 * at), 42.0 + at / 50, 130.0 + at / 9, at / 3)) for at in range(6)]
    rows = sea(SHUTTLE, *near)
    told = []
    for engine in (duck, spark_engine):
        gaps = find(rows, kinds=["gap"], rules=RULES[:1], engine=engine).table
        none = engine.table(pa.table({"mmsi": pa.array([], pa.int64()), "ship_type": pa.array([], pa.int64())}))
        within = reachable_sets(engine.table(gaps), none, PLACES, engine=engine, reach=ReachRule())
        cells = engine.arrow(receptions(engine.table(rows), engine=engine, reception=ReceptionRule()))
        told.append((Reachable.check(within), Reception.check(cells).sort_by("reception_id")))
    assert told[0][0].num_rows > 1
    assert told[0][1].num_rows > 20
    assert told[0] == told[1]
