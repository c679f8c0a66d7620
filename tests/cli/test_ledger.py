"""``darkwake ledger``, on a store with 43 published visits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from darkwake.cli.ledger import command
from darkwake.errors import CaseError, InputError, UsageError
from darkwake.store import Store, staged_tables
from darkwake.work import LEDGER_TABLES as TABLES
from tests.cargo.rows import visits
from tests.ledger.rows import tables

app = typer.Typer()
app.command()(command)

CASE = '[case]\ntitle = "t"\nquestion = "q"\nperiod = ["2024-01-01", "2024-12-31"]\n'


def run(*words: object) -> str:
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False).stdout


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    (tmp_path / "case.toml").write_text(CASE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def case(bare: Path) -> Path:
    made = tables(visits(43))
    with Store.open(bare / "store", write=True, create=True) as store:
        store.commit(list(staged_tables(store, {name: made[name] for name in TABLES})))
    return bare


def test_the_json_lists_the_caps_with_their_state(case):
    said = json.loads(run(case, "--json"))
    first = said["caps"][0]
    assert {"cap_id", "period", "bbl", "chance_exceeded", "exceeded_on"} <= first.keys()
    assert first["bbl"]["p05"] < 1_000_000 < first["bbl"]["p95"]
    assert said["finding"] == first["finding"]


def test_the_words_are_the_finding_the_basis_and_what_is_left_out(case):
    lines = run(case, "--cap", "refined-2024").splitlines()
    assert lines[0].startswith("refined-2024: Between 7 March and 5 November 2024, 43 published visits")
    assert lines[1:3] == ["  basis:", "    - 43 visits by ships of which only a range of sizes is known"]
    assert "  what would settle it:" in lines
    assert lines[lines.index("  not in it:") :][-1].startswith("    - visits that nobody saw")


def test_a_case_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CaseError, match="nowhere"):
        run(tmp_path / "nowhere")


def test_a_case_that_did_not_run_says_how_to_run_it(bare):
    with pytest.raises(InputError, match="has no ledger yet; run: darkwake run"):
        run(bare)


def test_an_unknown_cap_is_refused(case):
    with pytest.raises(UsageError, match="did you mean refined-2024"):
        run(case, "--cap", "refined-2025")
