"""``darkwake published``."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from darkwake.cli.published import command, tell
from darkwake.ledger.in_print import figures_in_print
from darkwake.ledger.in_print_statements import statements

app = typer.Typer()
app.command()(command)


def test_the_json_has_every_figure_with_its_source_verdict_and_reason():
    done = CliRunner().invoke(app, ["--json"], catch_exceptions=False)
    said = json.loads(done.stdout)
    assert (done.exit_code, said["ok"]) == (0, True)
    assert sum(said["counts"].values()) == len(said["checks"]) >= 32
    words = {"id", "what", "said_by", "published", "printed", "computed", "unit", "intervals", "verdict", "why", "verified"}
    assert all(words | {"sources"} == one.keys() and one["why"] and one["sources"] for one in said["checks"])


def test_the_words_count_the_verdicts_in_the_last_line():
    lines = CliRunner().invoke(app, [], catch_exceptions=False).stdout.splitlines()
    assert lines[0].startswith("Q01  equal           2018 complaint: 90 % to 50 %")
    assert lines[-1].startswith("47 figures in print: ")
    assert "4 rejected" in lines[-1]


def test_it_ends_with_one_where_a_figure_does_not_come_out(capsys):
    facts = dict(statements())
    facts["C062"] = replace(facts["C062"], central=10_766.0)
    with pytest.raises(typer.Exit) as end:
        tell(figures_in_print(facts), as_json=True)
    said = json.loads(capsys.readouterr().out)
    failed = [one["id"] for one in said["checks"] if one["verdict"] == "not reproduced"]
    assert (end.value.exit_code, said["ok"], failed) == (1, False, ["Q19", "Q20"])
