"""What a run does again and what it leaves: nothing without a reason, wherever the folder lies."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.faults.telling import answer, done, refused, same, tree

Capture = pytest.CaptureFixture[str]


def ran(said: Any) -> set[str]:
    return {stage["stage"] for stage in said["stages"] if stage["state"] == "ran"}


def test_a_run_without_change_does_nothing(run_case: Path, capfd: Capture) -> None:
    """All stages are fresh; the tables, the log and the dossier keep their bytes."""
    before = tree(run_case)
    assert ran(answer(capfd, "run", run_case)) == set()
    after = tree(run_case)
    assert {name: after[name] for name in before if name != "store/store.duckdb"} == {
        name: mark for name, mark in before.items() if name != "store/store.duckdb"
    }


def test_a_changed_parameter_runs_what_depends_on_it(run_case: Path, capfd: Capture) -> None:
    """Events and what reads them (the ledger too, which makes visits anew without one source); not the files or the tracks."""
    path = run_case / "case.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("min_hours = 6.0", "min_hours = 60.0"), encoding="utf-8")
    again = ran(answer(capfd, "run", run_case))
    assert "events" in again
    assert not again & {"facts", "lists", "ais", "images", "tracks", "payloads", "unseen", "opportunities", "plan"}


def test_a_changed_question_runs_nothing_but_stands_on_the_dossier(run_case: Path, capfd: Capture) -> None:
    """No stage reads it."""
    path = run_case / "case.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("How much refined oil", "How much oil"), encoding="utf-8")
    assert ran(answer(capfd, "run", run_case)) == set()
    assert "How much oil" in (run_case / "out/dossier.html").read_text(encoding="utf-8")


def test_one_changed_byte_of_the_facts_runs_what_depends_on_them(run_case: Path, capfd: Capture) -> None:
    """A cap that is one barrel higher; verify then knows the new file, and the log holds both."""
    path = run_case / "facts/caps.csv"
    lines = (run_case / "custody.jsonl").read_text(encoding="utf-8").count("\n")
    path.write_text(path.read_text(encoding="utf-8").replace("500000", "500001"), encoding="utf-8")
    again = ran(answer(capfd, "run", run_case))
    assert {"facts", "ledger"} <= again
    assert not again & {"lists", "ais", "images", "tracks"}
    assert answer(capfd, "verify", run_case)["log_lines"] > lines


def test_a_case_that_moved_stays_fresh_and_whole(run_case: Path, tmp_path: Path, capfd: Capture) -> None:
    """The folder is carried elsewhere: no stage runs, the evidence verifies, the dossier keeps its bytes."""
    dossier = (run_case / "out/dossier.html").read_bytes()
    moved = tmp_path / "else where" / "case"
    moved.parent.mkdir()
    shutil.move(run_case, moved)
    assert ran(answer(capfd, "run", moved)) == set()
    said = answer(capfd, "verify", moved)
    assert (said["changed"], said["missing"], said["not_logged"]) == ([], [], [])
    assert (moved / "out/dossier.html").read_bytes() == dossier


def test_a_case_without_its_store_is_run_to_the_same_tables(run_case: Path, undisturbed: Path) -> None:
    """Tables, dossier and log are those of before."""
    log = (run_case / "custody.jsonl").read_bytes()
    shutil.rmtree(run_case / "store")
    shutil.rmtree(run_case / "out")
    done("run", run_case)
    same(run_case, undisturbed)
    assert (run_case / "custody.jsonl").read_bytes() == log


def test_two_new_cases_from_one_template_are_the_same_files(new_case: Path, tmp_path: Path) -> None:
    """The simulated layer is drawn from the seed."""
    done("init", tmp_path / "other", "--template", "vostochny-2024")
    assert tree(tmp_path / "other") == tree(new_case)


def test_positions_older_than_the_reports_are_refused_until_the_case_is_run(
    new_case: Path, tmp_path: Path, capfd: Capture
) -> None:
    """Events of a case never silently leave out reports that were taken in after its last run."""
    done("run", new_case, "--stages", "ais")
    done("run", new_case, "--stages", "tracks")
    row = "273215713,2024-05-01T00:00:00,42.7,133.1"
    (tmp_path / "more.csv").write_text(f"MMSI,BaseDateTime,LAT,LON\n{row}\n")
    done("ais", "ingest", tmp_path / "more.csv", "--store", new_case / "store")
    line = refused(capfd, new_case, "events", new_case / "store", "--kinds", "gap")
    assert "reports were taken in since the case was run" in line
    done("run", new_case, "--stages", "tracks")
    done("events", new_case / "store", "--kinds", "gap")
