"""Both engines give the same rows for the same expression."""

from __future__ import annotations

import os
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darkwake.engine import DuckDB, Engine, open_engine, split_groups
from darkwake.engine.packed import packed, unpacked
from darkwake.engine.pool import Pool
from darkwake.engine.protocol import sorted_groups
from darkwake.engine.spark import Spark
from darkwake.errors import MissingTool, UsageError
from darkwake.geo import distance_m, haversine_m
from darkwake.ids import content_id, id_column

ROWS = pa.table(
    {
        "name": pa.array(["a", "b", None, "é \x1f"], pa.string()),
        "number": pa.array([1, 2, 3, None], pa.int64()),
        "time": pa.array([datetime(2024, 2, 29, 23, 59, 59, 999_999, UTC)] * 4, pa.timestamp("us", "UTC")),
    }
)


def count_rows(group: pa.Table) -> pa.Table:
    """A group function that the workers can import."""
    return group.append_column("rows", pa.array([group.num_rows] * group.num_rows, pa.int64()))


COUNTED = pa.schema([("key", pa.string()), ("n", pa.int64()), ("rows", pa.int64())])


def process_id(group: pa.Table) -> pa.Table:
    """Which process worked on it."""
    return pa.table({"pid": [os.getpid()]})


def die(group: pa.Table) -> pa.Table:
    """What a process does for which there is no memory."""
    os._exit(9)


@pytest.fixture(params=["duck", "spark_engine"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


def test_rows_come_back_as_they_went_in(engine: Engine) -> None:
    back = engine.arrow(engine.table(ROWS)).sort_by([("number", "ascending")])
    assert back.cast(ROWS.schema).equals(ROWS.sort_by([("number", "ascending")]))


def test_ids_in_an_engine_equal_ids_in_python(engine: Engine) -> None:
    table = engine.table(ROWS)
    found = engine.arrow(table.select("name", "number", id=id_column("x", table.name, table.number)))
    assert {r["id"] for r in found.to_pylist()} == {content_id("x", r["name"], r["number"]) for r in ROWS.to_pylist()}


def test_distances_in_an_engine_lie_within_the_stated_error_of_the_ellipsoid(engine: Engine) -> None:
    points = [(42.74, 133.08, 41.77, 129.8), (0.0, 179.9, 0.0, -179.9), (89.0, 10.0, 89.0, -170.0), (10.0, 10.0, 10.0, 10.0)]
    table = engine.table(pa.table({word: [p[k] for p in points] for k, word in enumerate(("a", "b", "c", "d"))}))
    found = engine.arrow(table.mutate(m=haversine_m(table.a, table.b, table.c, table.d)))
    for row in found.to_pylist():
        assert row["m"] == pytest.approx(float(distance_m(row["a"], row["b"], row["c"], row["d"])), rel=0.0056, abs=1e-6)


def test_a_function_over_groups_sees_each_group_whole(engine: Engine) -> None:
    rows = pa.table({"key": ["a", "b", "a", "c", "a"], "n": [1, 2, 3, 4, 5]})
    found = engine.arrow(engine.map_groups(engine.table(rows), "key", count_rows, COUNTED))
    assert sorted((r["key"], r["n"], r["rows"]) for r in found.to_pylist()) == [
        *(("a", 1, 3), ("a", 3, 3), ("a", 5, 3)),
        *(("b", 2, 1), ("c", 4, 1)),
    ]


def test_groups_that_lie_across_batches_of_a_stream_come_whole() -> None:
    keys = pa.array([1, 1, 2, 2, 2, 2, 5, None, None])
    batches = pa.table({"key": keys, "n": range(9)}).to_batches(max_chunksize=2)
    assert [group.to_pydict() for group in sorted_groups(batches, "key")] == [
        {"key": [1, 1], "n": [0, 1]},
        {"key": [2, 2, 2, 2], "n": [2, 3, 4, 5]},
        {"key": [5], "n": [6]},
        {"key": [None, None], "n": [7, 8]},
    ]


def test_parts_are_gathered_into_one_table(engine: Engine) -> None:
    rows = engine.table(ROWS)
    gathered = engine.gather([rows.filter(rows.number == number) for number in (3, 1, 9)])
    assert sorted(engine.arrow(gathered)["number"].to_pylist()) == [1, 3]


def test_what_was_kept_in_a_scope_is_gone_after_it_and_nothing_else(engine: Engine) -> None:
    rows = engine.table(ROWS)
    before = _held(engine)
    with engine.scoped():
        kept = engine.keep(rows.filter(rows.number > 1))
        counted = engine.map_groups(kept.select(key="name", n="number"), "key", count_rows, COUNTED)
        assert engine.arrow(engine.gather([counted, counted.limit(1)])).num_rows == 3
        assert _held(engine) > before
    assert _held(engine) == before
    assert engine.arrow(rows).num_rows == 4


def test_what_is_kept_alone_leaves_nothing_that_it_was_made_of(engine: Engine) -> None:
    before = _held(engine)
    alone = engine.keep_alone(lambda: engine.keep(engine.table(ROWS)).filter(ibis._.number > 1))
    assert len(_held(engine) - before) == 1
    assert sorted(engine.arrow(alone)["number"].to_pylist()) == [2, 3]


def _doubled(engine: Engine, of: ibis.Table, number: int) -> list[int]:
    """A job: keeps, maps and gathers, and gives rows of this process."""
    kept = engine.keep(of.filter(of.number == number))
    counted = engine.map_groups(kept.select(key="name", n="number"), "key", count_rows, COUNTED)
    told: list[int] = engine.arrow(engine.gather([counted, counted]))["n"].to_pylist()
    return told


def test_jobs_side_by_side_see_what_is_there_and_leave_nothing_behind(engine: Engine) -> None:
    given = engine.table(ROWS)
    kept, before = engine.keep(given.filter(given.number > 1)), _held(engine)
    tables = [given, kept, kept, given, kept]
    jobs = [partial(_doubled, of=table, number=at % 3 + 1) for at, table in enumerate(tables)]
    assert engine.side_by_side(jobs) == [[1, 1], [2, 2], [3, 3], [1, 1], [2, 2]]
    assert engine.side_by_side([]) == []
    assert _held(engine) == before


def test_files_are_seen_by_jobs_side_by_side(engine: Engine, tmp_path: Path) -> None:
    pq.write_table(ROWS, tmp_path / "rows.parquet")
    read = engine.parquet([tmp_path / "rows.parquet"], ROWS.schema)
    assert engine.side_by_side([lambda on: on.arrow(read).num_rows] * 3) == [4, 4, 4]


def test_jobs_side_by_side_share_the_cores_and_give_them_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("darkwake.engine.duck.workers", lambda: 5)
    engine = DuckDB()

    def threads(on: Engine) -> int:
        assert isinstance(on, DuckDB)
        (told,) = on._connection.raw_sql("SELECT current_setting('threads')").fetchone()
        return int(told)

    before = threads(engine)
    assert engine.side_by_side([threads] * 3) == [4, 4, 4]  # and each of two lanes works itself
    assert threads(engine) == before
    engine.close()


@pytest.mark.parametrize("cores", [1, 2])
def test_the_fault_of_a_job_ends_all(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    monkeypatch.setattr("darkwake.engine.duck.workers", lambda: cores)
    engine, done = DuckDB(), list[str]()

    def fails(on: Engine) -> None:
        raise UsageError("no such place")

    def for_ever(on: Engine) -> None:
        many = on.table(pa.table({"n": range(1000)}))
        squared = many.cross_join(many.rename(m="n")).cross_join(many.rename(k="n")).cross_join(many.rename(i="n"))
        on.arrow(squared.filter((squared.n * squared.m + squared.k * squared.i) % 7 == 9).count().as_table())
        done.append("for ever")

    with pytest.raises(UsageError, match="no such place"):
        engine.side_by_side([fails, for_ever, for_ever])
    assert done == []
    assert engine.arrow(engine.table(ROWS)).num_rows == 4
    engine.close()


def _held(engine: Engine) -> set[str]:
    """Tables in memory and files in the scratch folder."""
    if isinstance(engine, DuckDB):
        tables = engine._connection.raw_sql("SELECT table_name FROM duckdb_tables()").fetchall()
        return {name for (name,) in tables} | {path.name for path in engine._spill.folder.glob("*.parquet")}
    assert isinstance(engine, Spark)
    return {path.name for path in engine._scratch.folder.iterdir()}


def test_processes_stay_for_the_next_table_and_one_that_dies_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("darkwake.engine.pool.workers", lambda: 2)
    pool, groups = Pool(), [pa.table({"n": [number]}) for number in range(9)]
    first, second = ({row["pid"][0].as_py() for row in pool.applied(process_id, iter(groups))} for _ in range(2))
    assert first | second == first
    assert len(first) <= 2
    assert os.getpid() not in first
    with pytest.raises(BrokenProcessPool):
        list(pool.applied(die, iter(groups)))
    pool.ready(process_id)
    third = {row["pid"][0].as_py() for row in pool.applied(process_id, iter(groups))}
    assert third
    assert not third & first
    with pytest.raises(BrokenProcessPool):
        pool._started().submit(os._exit, 9).result()
    pool.ready(process_id)  # those that waited are gone
    assert list(pool.applied(process_id, iter(groups)))
    pool.close()
    assert not any(Path(f"/proc/{pid}").exists() for pid in first | third)


def test_no_process_starts_for_a_table_without_rows() -> None:
    engine = DuckDB()
    rows = engine.table(pa.table({"key": ["a"], "n": [1]})).filter(ibis._.n > 1)
    assert engine.arrow(engine.map_groups(rows, "key", count_rows, COUNTED)).num_rows == 0
    assert engine._pool._running is None
    engine.close()


def test_tables_of_the_same_columns_have_each_its_own_rows(engine: Engine) -> None:
    one, other = engine.table(ROWS), engine.table(ROWS.slice(1, 1))
    assert [engine.arrow(table).num_rows for table in (one, other)] == [4, 1]


def test_what_is_kept_are_the_rows_that_were_asked_for(engine: Engine) -> None:
    asked = engine.table(ROWS).filter(ibis._.number > 1).select(number="number", one=ibis.literal(1), half=ibis._.number / 2)
    kept = engine.keep(asked)
    rows = engine.arrow(kept.union(kept)).sort_by("number").to_pylist()
    assert rows == [{"number": n, "one": 1, "half": n / 2} for n in (2, 2, 3, 3)]


def test_written_files_hold_the_rows_and_their_types(engine: Engine, tmp_path: Path) -> None:
    paths = engine.write(engine.table(ROWS).filter(ibis._.number > 1), tmp_path / "out")
    back = pa.concat_tables([pq.read_table(path).select(ROWS.column_names).cast(ROWS.schema) for path in paths])
    assert sorted(back.column("number").to_pylist()) == [2, 3]
    assert engine.arrow(engine.parquet(paths, ROWS.schema)).num_rows == 2


def test_a_table_without_files_has_no_rows(engine: Engine) -> None:
    assert engine.arrow(engine.parquet([], ROWS.schema)).num_rows == 0


def test_groups_keep_the_order_of_their_rows() -> None:
    rows = pa.table({"k": ["b", "a", "b", None], "n": [1, 2, 3, 4]})
    assert [group.to_pydict() for group in split_groups(rows, "k")] == [
        {"k": ["a"], "n": [2]},
        {"k": ["b", "b"], "n": [1, 3]},
        {"k": [None], "n": [4]},
    ]


def test_an_unknown_engine_and_a_master_without_spark_are_told() -> None:
    with pytest.raises(UsageError, match="no engine 'duck'; did you mean duckdb"):
        open_engine("duck")
    with pytest.raises(UsageError, match="--master is for --engine spark"):
        open_engine("duckdb", master="local[2]")


def test_a_missing_java_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(MissingTool, match="needs Java 17, and no java was found; install a Java 17 runtime"):
        open_engine("spark")


def test_a_group_travels_to_another_process_without_the_rows_that_it_was_cut_from() -> None:
    whole = pa.table({"ship": pa.array(range(100_000)), "name": pa.array(["SYN TAN"] * 100_000)})
    group = whole.slice(70_000, 50)
    assert unpacked(packed(group)).equals(group)
    assert len(packed(group)) < 5_000
