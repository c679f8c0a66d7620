"""``darkwake plan``: one JSON object or words; a case that has not been run says what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from darkwake.cli.plan import command
from darkwake.errors import DarkwakeError
from darkwake.schema import Places
from darkwake.store import Store

CASE = '[case]\ntitle = "t"\nquestion = "q"\nperiod = [2025-09-01, 2025-09-30]\n[plan]\ndays = 2.0\n'
BERTH = {"place_id": "b", "name": "Berth", "kind": "berth", "lat": 42.74, "lon": 133.08, "extent_m": 500.0}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case that has been run: it has places."""
    (tmp_path / "case.toml").write_text(CASE)
    with Store.open(tmp_path / "store", create=True) as store:
        rows = Places.rows([BERTH | {"verified": False, "origin": "published", "evidence": []}])
        store.commit([store.staged("places", rows)])
    return tmp_path


def call(*arguments: object) -> str:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(command)
    done = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_json_is_one_object_with_opportunities_and_plan(case: Path) -> None:
    answer = json.loads(call(case, "--json", "--days", 1, "--budget", 2))
    assert len(answer["plan"]) == 2
    assert {"opportunity_id", "usable", "reason", "sigma_s", "cut"} <= answer["opportunities"][0].keys()
    assert answer["window"] == {"start": "2025-09-13T00:33:21.307392Z", "stop": "2025-09-14T00:33:21.307392Z"}


def test_words_say_the_window_that_the_case_asks_for(case: Path) -> None:
    assert call(case).startswith("2025-09-13 00:33 to 2025-09-15 00:33 UTC, 52 satellites, 1 places")
    assert call(case, "--from", "2025-09-14", "--days", 1).startswith("2025-09-14 00:00 to 2025-09-15 00:00 UTC")


def test_given_elements_replace_those_that_ship(case: Path, shared: Path) -> None:
    elements = shared / "tasking" / "elements" / "earth_resources_20260414.tle.gz"
    assert json.loads(call(case, "--elements", elements, "--days", 1, "--json"))["satellites"] == 162


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "tomorrow"], "--from 'tomorrow' is not a time; write it as"),
        (["--elements", "no.tle"], "no.tle: cannot be read"),
        (["--days", "90"], "a window of 90 days; give more than 0"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(case: Path, arguments: list[str], words: str) -> None:
    with pytest.raises(DarkwakeError) as fault:
        call(case, *arguments)
    assert fault.value.line().startswith(words)


def test_a_case_that_has_not_been_run_is_told_to_run_first(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(CASE)
    with pytest.raises(DarkwakeError, match="has not been run yet, so it has no places; run it first: darkwake run"):
        call(tmp_path)


def test_a_rule_in_the_case_is_kept(case: Path) -> None:
    with (case / "case.toml").open("a") as stream:
        stream.write("[parameters.tasking]\nbudget = 1\nmin_elevation_deg = 60\n")
    answer = json.loads(call(case, "--json"))
    assert len(answer["plan"]) == 1
    assert min(row["elevation_deg"] for row in answer["opportunities"]) >= 60
