"""A run or an ingest that is killed or interrupted at any moment, and two at once: nothing half-written, nothing lost."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from darkwake.store import Store
from tests.faults.telling import COMMAND, answer, done, same, tables, told, tree

Capture = pytest.CaptureFixture[str]
STAGES = (
    *("facts", "lists", "ais", "images", "tracks", "events", "links", "sightings"),
    *("visits", "voyages", "payloads", "ledger", "opportunities", "plan"),
)


LISTENING = [sys.executable, "-c", f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {COMMAND[-1]}"]
"""The command, deaf to Ctrl-C no longer where the tests were started in the background of a shell."""


@pytest.fixture
def new_case(new_case: Path) -> Path:
    """The bundled case, its silent ships so slow that none reaches a place: a run that is killed need not lay meshes."""
    return slowed(new_case)


@pytest.fixture(scope="module")
def undisturbed(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That case after a run that nothing disturbed; to read only."""
    case = slowed(shutil.copytree(made, tmp_path_factory.mktemp("undisturbed") / "case"))
    done("run", case)
    return case


def slowed(case: Path) -> Path:
    with (case / "case.toml").open("a", encoding="utf-8") as text:
        text.write("\n[parameters.reach]\ngreatest_kn = 0.1\n")
    return case


@contextmanager
def started(*words: object, scratch: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """The command as a process, killed at the latest when the block ends; ``scratch`` is its temporary folder."""
    line, world = [*LISTENING, *(str(word) for word in words)], {"TMPDIR": str(scratch)} if scratch else {}
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | world) as child:
        try:
            yield child
        finally:
            child.kill()


def until_stage(child: subprocess.Popen[str], name: str) -> None:
    """Wait until a run says that a stage begins."""
    assert child.stderr is not None
    for line in child.stderr:
        if line == f"stage {name}\n":
            return
    raise AssertionError(f"stage {name} never began")


def check_whole(store: Path) -> None:
    """Each stage that is on record left all of its tables, and no other file counts."""
    if (store / "store.duckdb").exists():
        with Store.open(store) as held:
            for name in held.names():
                assert held.arrow(name).num_rows == held.count(name)


@pytest.mark.parametrize("seed", range(2))
def test_a_run_killed_again_and_again_is_taken_up_each_time(new_case: Path, undisturbed: Path, seed: int) -> None:
    """Killed a moment after three to five more stages began, until a run gets through: all is as undisturbed."""
    moments, kills = random.Random(seed), 0
    while killed_after(new_case, moments.randint(3, 5), moments.uniform(0, 0.25)):
        kills += 1
        check_whole(new_case / "store")
    done("run", new_case)
    assert kills >= 3
    same(new_case, undisturbed)
    assert not list(new_case.rglob(".staging"))
    done("verify", new_case)


def killed_after(case: Path, stages: int, seconds: float) -> bool:
    """Run a case and kill it some seconds after so many stages began; whether it came to that."""
    with started("run", case) as child:
        assert child.stderr is not None
        begun = [line for line, _ in zip(child.stderr, range(stages), strict=False)]
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
    return len(begun) == stages


@pytest.mark.parametrize("seed", range(2))
def test_an_ingest_killed_in_the_middle_leaves_nothing_or_everything(
    tmp_path: Path, shared: Path, seed: int, ingested: Path
) -> None:
    """Then once more, and the store is that of an undisturbed one."""
    store = tmp_path / "store"
    with started("ais", "ingest", shared / "ais/synthetic/scene_a.zip", "--store", store) as child:
        while not (store / ".staging").exists() and child.poll() is None:
            time.sleep(0.005)
        time.sleep(random.Random(seed).uniform(0, 1.2))
        child.send_signal(signal.SIGKILL)
    if (store / "store.duckdb").exists():
        held = tables(store)
        assert held in ({}, tables(ingested))
    done("ais", "ingest", shared / "ais/synthetic/scene_a.zip", "--store", store)
    assert tables(store) == tables(ingested)
    assert {path.name for path in store.iterdir()} <= {"store.duckdb", "tables", ".lock"}


@pytest.fixture(scope="module")
def ingested(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store into which a scene was taken without disturbance."""
    store = tmp_path_factory.mktemp("ingested") / "store"
    done("ais", "ingest", shared / "ais/synthetic/scene_a.zip", "--store", store)
    return store


def test_a_terminated_run_ends_with_130_and_keeps_the_finished_stages(new_case: Path, undisturbed: Path, scratch: Path) -> None:
    """SIGTERM during the events: one line, no scratch folder left, and the next run goes on from there."""
    with started("run", new_case, scratch=scratch) as child:
        until_stage(child, "events")
        assert list(scratch.glob("*darkwake*")) != []
        child.send_signal(signal.SIGTERM)
        _, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (130, "error: interrupted; nothing half-written was kept\n")
    assert list(scratch.glob("*darkwake*")) == []
    with Store.open(new_case / "store") as store:
        assert [name for name in STAGES if store.stage(name)] == list(STAGES[: STAGES.index("events")])
    assert not (new_case / "store/.staging").exists()
    done("run", new_case)
    same(new_case, undisturbed)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder for a process's temporary files."""
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def test_an_interrupted_ingest_leaves_the_store_as_it_was(tmp_path: Path, new_case: Path, shared: Path) -> None:
    """Ctrl-C while a second file comes in."""
    store = tmp_path / "store"
    done("ais", "ingest", new_case / "simulated/ais.csv", "--store", store)
    before = tree(store)
    with started("ais", "ingest", shared / "ais/synthetic/scene_a.zip", "--store", store) as child:
        while not (store / ".staging").exists() and child.poll() is None:
            time.sleep(0.005)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (130, "error: interrupted; nothing half-written was kept\n")
    assert tree(store) == before


def test_of_two_runs_at_once_the_second_is_told_who_holds_the_case(new_case: Path, undisturbed: Path, capfd: Capture) -> None:
    """One line with the number of the process; the first is not harmed, and readers read while it works."""
    with started("run", new_case) as first:
        until_stage(first, "tracks")
        first.send_signal(signal.SIGSTOP)
        second = subprocess.run([*COMMAND, "run", str(new_case)], capture_output=True, text=True, check=False)
        first.send_signal(signal.SIGCONT)
        until_stage(first, "opportunities")
        read = answer(capfd, "ledger", new_case)
        first.communicate(timeout=120)
    assert second.returncode == 2
    assert f"{new_case}/store: the store is held by process {first.pid} on " in told(second.stderr)
    assert first.returncode == 0
    assert read["caps"]
    same(new_case, undisturbed)


def test_a_reader_of_a_case_in_its_first_stages_is_told_to_wait_for_the_ledger(new_case: Path) -> None:
    """A table that is not there yet is no empty ledger."""
    with started("run", new_case) as first:
        until_stage(first, "images")
        first.send_signal(signal.SIGSTOP)
        reader = subprocess.run([*COMMAND, "ledger", str(new_case)], capture_output=True, text=True, check=False)
        first.send_signal(signal.SIGCONT)
    assert reader.returncode == 2
    assert told(reader.stderr) == f"error: {new_case}: has no ledger yet; run: darkwake run {new_case}"
