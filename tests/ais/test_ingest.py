"""Files into a store: all or none, the same bytes once, whatever happens to the process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from darkwake.ais import ingest
from darkwake.ais.columns import named_mapping
from darkwake.engine import open_engine
from darkwake.errors import DarkwakeError, InputError, UsageError
from darkwake.schema import TABLES
from darkwake.store import Store
from tests.ais.reading import SHIP, changed, marine


def versions(store: Path) -> dict[str, str]:
    """What the store holds, by the hash of each table's files; every table keeps its schema."""
    with Store.open(store) as opened:
        for name in opened.names():
            TABLES[name].check(opened.arrow(name))
        return {name: opened.version(name) for name in opened.names()}


def test_several_files_at_once_add_up(shared: Path, tmp_path: Path) -> None:
    files = [
        shared / "ais/synthetic/scene_a.zip",
        *sorted((shared / "ais/nmea").glob("*.nm*.gz")),
        shared / "ais/aisdk_sample.csv",
    ]
    summary = ingest(files, tmp_path / "store").summary()
    assert [Path(file["path"]) for file in summary["files"]] == files
    for part in ("rows_in", "positions", "statics", "both"):
        assert summary[part] == sum(file[part] for file in summary["files"])
    aside, other = sum(summary["quarantined"].values()), sum(summary["other"].values())
    assert summary["rows_in"] == summary["positions"] + summary["statics"] - summary["both"] + aside + other
    with Store.open(tmp_path / "store") as store:
        held = {name: store.count(name) for name in store.names()}
    assert held == {"evidence": 11, "reports": summary["positions"], "statics": summary["statics"], "quarantine": aside}


def test_the_same_bytes_again_change_nothing(shared: Path, tmp_path: Path) -> None:
    path, store = shared / "ais/nmea/denmark_20100611_stream.nmea.gz", tmp_path / "store"
    ingest([path], store)
    before = versions(store)
    (tmp_path / "copy.gz").write_bytes(path.read_bytes())
    done = ingest([path, tmp_path / "copy.gz"], store)
    assert {name: version for name, version in versions(store).items() if name != "evidence"} == {
        name: version for name, version in before.items() if name != "evidence"
    }
    assert done.summary()["files"][0]["notes"] == [f"{tmp_path / 'copy.gz'} has the same bytes and was not taken in twice"]


def test_the_number_of_threads_and_the_store_make_no_difference(tmp_path: Path) -> None:
    path = marine(
        tmp_path,
        *(
            changed(MMSI=str(200_000_000 + i % 97), LAT=str(i % 90), BaseDateTime=f"2024-05-{1 + i % 3:02}T00:00:00")
            for i in range(40_000)
        ),
    )
    made = []
    for name in ("one", "two"):
        ingest([path], tmp_path / name)
        made.append(versions(tmp_path / name))
    assert made[0] == made[1]


def test_positions_lie_in_folders_by_day_and_in_order_of_cell_ship_and_time(shared: Path, tmp_path: Path) -> None:
    ingest([shared / "ais/synthetic/scene_a.zip"], tmp_path / "store")
    with Store.open(tmp_path / "store") as store:
        assert [path.parent.name for path in store.files("reports")] == ["day=2024-05-01", "day=2024-05-02", "day=2024-05-03"]
        engine = open_engine()
        rows = engine.arrow(
            engine.parquet(store.files("reports")[:1], TABLES["reports"].arrow()).select("cell", "mmsi", "time", "line")
        )
        engine.close()
    keys = [tuple(row.values()) for row in rows.to_pylist()]
    assert keys == sorted(keys)


def test_one_bad_file_keeps_all_of_the_command_out_of_the_store(shared: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    ingest([marine(tmp_path, SHIP)], store)
    before = versions(store)
    (tmp_path / "torn.zip").write_bytes((shared / "ais/synthetic/scene_a.zip").read_bytes()[:50_000])
    with pytest.raises(InputError, match=r"torn\.zip: the zip archive is torn"):
        ingest([shared / "ais/synthetic/scene_a.zip", tmp_path / "torn.zip"], store)
    assert versions(store) == before
    assert not list((store / ".staging").rglob("*")) if (store / ".staging").exists() else True


def test_files_of_another_origin_say_so_in_every_row(tmp_path: Path) -> None:
    ingest([marine(tmp_path, SHIP)], tmp_path / "store", origin="simulated")
    with Store.open(tmp_path / "store") as store:
        origins = {name: set(store.arrow(name).column("origin").to_pylist()) for name in ("reports", "statics", "evidence")}
    assert origins == {name: {"simulated"} for name in origins}


def test_the_evidence_row_names_the_bytes_and_no_clock(shared: Path, tmp_path: Path) -> None:
    path = shared / "ais/real_singapore_2013_2014/tankers_raw.zip"
    ingest([path], tmp_path / "store", columns=named_mapping("singapore-raw"))
    with Store.open(tmp_path / "store") as store:
        (row,) = store.arrow("evidence").to_pylist()
        assert store.parts("reports") == {row["evidence_id"]}
    assert (row["kind"], row["title"], row["bytes"], row["retrieved"]) == ("file", "tankers_raw.zip", path.stat().st_size, None)


@pytest.mark.parametrize(("files", "origin", "words"), [([], "observed", "no AIS file"), ([Path("a")], "guessed", "no origin")])
def test_a_request_that_makes_no_sense_is_refused(tmp_path: Path, files: list[Path], origin: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        ingest(files, tmp_path / "store", origin=origin)


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT])
def test_a_process_killed_on_the_way_leaves_the_store_as_it_was(shared: Path, tmp_path: Path, kill: signal.Signals) -> None:
    """Killed as soon as something lies in the staging folder; whatever it was doing, the store holds all or nothing of it."""
    store, scene = tmp_path / "store", shared / "ais/synthetic/scene_a.zip"
    ingest([marine(tmp_path, SHIP)], store)
    before = versions(store)
    # A job in the background of a shell without a terminal starts with the interrupt ignored.
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from pathlib import Path; "
    code += f"from darkwake.ais import ingest; ingest([Path({str(scene)!r})], Path({str(store)!r}))"
    child = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    while child.poll() is None and not list((store / ".staging").glob("*/file-*")):
        time.sleep(0.002)
    child.send_signal(kill)
    assert child.wait() != 0
    assert versions(store) == before
    ingest([scene], store)
    assert versions(store).keys() >= before.keys()


def test_a_store_in_use_is_named(tmp_path: Path) -> None:
    with (
        Store.open(tmp_path / "store", write=True, create=True),
        pytest.raises(DarkwakeError, match=f"by process {os.getpid()}"),
    ):
        ingest([marine(tmp_path, SHIP)], tmp_path / "store")


def test_the_command_prints_one_json_object(tmp_path: Path) -> None:
    """As a program, on two files, so that its own workers are started too."""
    files = [marine(tmp_path, SHIP, name="a.csv"), marine(tmp_path, changed(MMSI="x"), name="b.csv")]
    code = "from darkwake.cli.ais import app; app()"
    done = subprocess.run(
        [sys.executable, "-c", code, "ingest", *map(str, files), "--store", str(tmp_path / "store"), "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert (answer["rows_in"], answer["positions"], sum(answer["quarantined"].values())) == (2, 1, 1)
    assert {"files", "seconds", "peak_mib"} <= answer.keys()
    assert done.stderr == ""
