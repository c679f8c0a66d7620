"""The map of the system and its run: names hold together, both engines give the same case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from darkwake.errors import TableError
from darkwake.pipeline import STAGES, provided
from darkwake.schema import TABLES
from darkwake.stage import Stage, check_map, code_version, rules, stated
from darkwake.store import Store
from darkwake.work import init, work


def reads_events(events: pa.Table) -> pa.Table:
    return events


def asks_for(*, sead: int) -> pa.Table:
    return pa.table({"sead": [sead]})


@pytest.mark.parametrize(
    ("function", "writes", "message"),
    [
        (reads_events, ("visits",), "no stage before it writes 'events'"),
        (asks_for, ("visits",), "nothing provides 'sead'; did you mean seed"),
        (asks_for, ("vists",), "nothing provides 'sead'"),
    ],
)
def test_a_name_that_nothing_provides_is_an_error_before_anything_runs(
    function: Callable[..., pa.Table], writes: tuple[str, ...], message: str
) -> None:
    with pytest.raises(TableError, match=message):
        check_map([Stage("odd", function, writes)], ["seed", "period"])


def test_every_table_that_a_stage_reads_is_written_by_one_before_it(tmp_path: Path) -> None:
    case = init(tmp_path / "case")
    check_map(STAGES, [*provided(case), "store", "engine"])
    assert set(rules(STAGES, case)) >= {"gap", "encounter", "loiter", "call", "match", "cargo", "ledger", "tasking"}


def test_every_table_of_the_schema_is_written_by_a_stage_or_named_as_not_built() -> None:
    written = {table for stage in STAGES for table in stage.writes}
    assert set(TABLES) - written == {"judgements", "parties"}


def test_the_code_of_a_stage_counts_what_it_imports() -> None:
    assert code_version("darkwake.ledger.accumulate") != code_version("darkwake.ledger.words")


def test_a_file_is_stated_by_its_bytes_not_by_its_place(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.csv").write_text("same")
    assert stated(tmp_path / "a") == stated(tmp_path / "b")
    (tmp_path / "b" / "x.csv").write_text("other")
    assert stated(tmp_path / "a") != stated(tmp_path / "b")


def test_a_spark_cluster_gives_the_same_case_as_one_process_ids_included(tmp_path: Path, spark_master: str) -> None:
    """All tables and the dossier's bytes, from a standalone master and two workers."""
    pages = []
    for engine, master in (("duckdb", None), ("spark", spark_master)):
        folder = tmp_path / engine / "case"
        init(folder, "vostochny-2024")
        pages.append(work(folder, engine=engine, master=master).dossier.read_bytes())
    with Store.open(tmp_path / "duckdb/case/store") as one, Store.open(tmp_path / "spark/case/store") as two:
        assert one.names() == two.names()
        assert {name: one.arrow(name).equals(two.arrow(name)) for name in one.names()} == dict.fromkeys(one.names(), True)
    assert pages[0] == pages[1]
