"""The store: changes whole or not at all, one writer, nothing lost, nothing left behind."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darkwake.errors import InputError, StoreBusy, StoreDamaged
from darkwake.schema import Quarantine, Tracks
from darkwake.store import Append, PartFile, Replace, StageRecord, Store


def rows(source: str, count: int) -> pa.Table:
    return Quarantine.rows([{"source_id": source, "line": n, "reason": "odd", "raw": "é"} for n in range(1, count + 1)])


def part(store: Store, table: pa.Table, folder: str = "") -> PartFile:
    path = store.staging() / "p.parquet"
    pq.write_table(table, path)
    return PartFile(path, folder)


def test_a_replaced_table_reads_back_as_it_was_written(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        store.commit(
            [store.staged("quarantine", rows("a", 3))], StageRecord("s", "f", 0.5, {"reports": "v"}, (("evidence", "a"),))
        )
    with Store.open(tmp_path) as store:
        assert store.arrow("quarantine").equals(rows("a", 3))
        assert store.stage("s") == StageRecord("s", "f", 0.5, {"reports": "v"}, (("evidence", "a"),))
        assert store.names() == ["quarantine"]


def test_appending_the_same_part_again_replaces_it(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        for count in (2, 5, 5):
            store.commit([Append("quarantine", "a", [part(store, rows("a", count), "day=2024-05-01")])])
        store.commit([Append("quarantine", "b", [part(store, rows("b", 1))])])
        assert store.count("quarantine") == 6
        assert store.parts("quarantine") == {"a", "b"}
        assert store.arrow("quarantine").num_rows == 6


def test_the_version_of_a_table_follows_its_content(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        versions = []
        for count in (1, 2, 1):
            store.commit([store.staged("quarantine", rows("a", count))])
            versions.append(store.version("quarantine"))
    assert versions[0] == versions[2] != versions[1]
    assert store.version("tracks") == ""


def test_a_table_that_breaks_the_schema_is_never_staged(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        with pytest.raises(InputError, match="quarantine: column 'reason' is missing"):
            store.staged("quarantine", rows("a", 1).drop_columns(["reason"]))
        assert store.names() == []


def test_a_second_writer_is_told_who_holds_the_store(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True), pytest.raises(StoreBusy, match=r"held by process \d+ on "):
        Store.open(tmp_path, write=True)
    with Store.open(tmp_path, create=True):
        pass


def test_a_reader_needs_no_lock_while_another_writes(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as writer:
        writer.commit([writer.staged("quarantine", rows("a", 2))])
        with Store.open(tmp_path) as reader:
            writer.commit([writer.staged("quarantine", rows("a", 9))])
            assert reader.arrow("quarantine").num_rows == 2
        with Store.open(tmp_path) as reader:
            assert reader.arrow("quarantine").num_rows == 9


def test_a_reader_may_not_write(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        store.commit([])
    with Store.open(tmp_path) as store, pytest.raises(InputError, match="opened for reading only"):
        store.commit([])


def test_no_store_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no store here; take data in first"):
        Store.open(tmp_path / "nowhere")


def test_a_missing_file_and_a_torn_catalogue_are_damage(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        store.commit([store.staged("quarantine", rows("a", 2))])
        held = store.files("quarantine")[0]
    held.rename(held.with_suffix(".away"))
    with pytest.raises(StoreDamaged, match="is missing"):
        Store.open(tmp_path)
    (tmp_path / "store.duckdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreDamaged, match="cannot be read"):
        Store.open(tmp_path)


def test_a_folder_name_cannot_lead_out_of_the_store(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s", create=True) as store, pytest.raises(StoreDamaged, match="leaves the store"):
        store.commit([Replace("quarantine", [part(store, rows("a", 1), "../../out")])])


def test_what_a_writer_left_behind_is_swept_by_the_next(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        store.commit([store.staged("quarantine", rows("a", 2))])
        store.commit([store.staged("quarantine", rows("a", 3))])
    (tmp_path / ".staging" / "x").mkdir(parents=True)
    stray = tmp_path / "tables" / "tracks" / "stray.parquet"
    stray.parent.mkdir(parents=True)
    pq.write_table(Tracks.empty(), stray)
    with Store.open(tmp_path, write=True) as store:
        on_disk = set((tmp_path / "tables").rglob("*.parquet"))
        assert on_disk == set(store.files("quarantine"))
        assert not (tmp_path / ".staging").exists()


WRITER = """
import sys
from pathlib import Path
from tests.test_store import rows
from darkwake.schema import Tracks
from darkwake.store import StageRecord, Store
with Store.open(Path(sys.argv[1]), create=True) as store:
    print("open", flush=True)
    for n in range(1, 100_000):
        store.commit([store.staged("quarantine", rows("a", n)), store.staged("tracks", Tracks.empty())],
                     StageRecord("count", str(n), 0.0))
"""


@pytest.mark.parametrize("seed", range(5))
def test_a_killed_writer_leaves_one_of_the_states_that_it_committed(tmp_path: Path, seed: int) -> None:
    """SIGKILL at a random moment: rows and stage record agree, and the next writer can go on."""
    root = Path(__file__).resolve().parents[1]
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "s")], cwd=root, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(random.Random(seed).uniform(0.05, 0.6))
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    if not (tmp_path / "s" / "store.duckdb").exists():
        pytest.skip("killed before the first commit")
    with Store.open(tmp_path / "s") as store:
        record = store.stage("count")
        assert store.arrow("quarantine").num_rows == (int(record.fingerprint) if record else 0)
    with Store.open(tmp_path / "s", write=True) as store:
        store.commit([store.staged("quarantine", rows("b", 7))])
        assert store.arrow("quarantine").num_rows == 7


def test_the_catalogue_is_an_ordinary_duckdb_file(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        store.commit([store.staged("quarantine", rows("a", 4))])
    with duckdb.connect(str(tmp_path / "store.duckdb"), read_only=True) as catalogue:
        assert catalogue.execute("SELECT table_name, row_count FROM files WHERE NOT replaced").fetchall() == [("quarantine", 4)]
