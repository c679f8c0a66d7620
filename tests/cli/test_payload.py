"""``darkwake payload``."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from darkwake.cli.payload import command
from darkwake.errors import InputError, UsageError

app = typer.Typer()
app.command()(command)


def answer(*words: str) -> dict[str, object]:
    found = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert found.exit_code == 0
    return json.loads(found.stdout)


def test_the_json_has_tonnes_barrels_basis_and_sensitivity():
    said = answer("--dwt", "3000", "--product", "gas oil")
    assert said["t"].keys() == said["bbl"].keys() == {"p05", "p50", "p95"}
    assert said["basis"].startswith("3,000 t deadweight as given x a laden fraction between 60 and 95 %, most likely 90 %")
    assert said["sensitivity"][0].keys() == {"factor", "half_width_removed_bbl", "share", "sharing", "observation"}


def test_the_arithmetic_in_print_is_reproduced():
    said = answer("--dwt", "3000", "--laden", "0.9", "--bbl-per-t", "7.46")
    assert said["bbl"] == {"p05": 20142.0, "p50": 20142.0, "p95": 20142.0}
    assert round(said["scenarios"]["one third"]) == 7460


def said(*words: str) -> str:
    return CliRunner().invoke(app, list(words), catch_exceptions=False).stdout


@pytest.mark.parametrize(("laden", "bbl"), [("1/3", "506,529"), ("50%", "759,793"), ("0.9", "1,367,628")])
def test_the_complaint_of_2018_is_reproduced_by_hand_with_its_citation(laden, bbl):
    """89 calls, 1,367,628 bbl at 90 % (Washington Examiner) and 759,793 at 50 % (Newtalk); a third is worked out from them."""
    words = said("--dwt", repr(1_367_628 / 0.9 / 7.46), "--laden", laden, "--bbl-per-t", "7.46")
    assert words.startswith(f"{bbl} bbl of gas oil\n")
    assert "plain arithmetic without an interval" in words
    assert "one third:     506,529 bbl   US complaint to the 1718 Committee, July 2018" in words


@pytest.mark.parametrize("laden", ["1/0", "a third", "120%", "-0.1", "nan", "inf"])
def test_a_laden_fraction_that_is_none_is_refused(laden):
    with pytest.raises(UsageError, match="laden fraction"):
        CliRunner().invoke(app, ["--dwt", "3000", f"--laden={laden}"], catch_exceptions=False)


def test_the_words_name_the_sources_of_what_is_not_given():
    assert "laden fraction: Yonhap (Hankyung) on UN Panel of Experts annual report" in said("--dwt", "3000")


def test_the_words_carry_the_interval():
    words = CliRunner().invoke(app, ["--length", "90", "--beam", "14"], catch_exceptions=False).stdout
    assert "bbl (90 % interval" in words
    assert "of the half-width goes if known: deadweight from length and beam" in words


def test_a_ship_of_the_bundled_facts_is_found_by_imo_number():
    assert answer("--imo", "7389704")["basis"].startswith("3,003 t deadweight on record for IMO 7389704")


def test_nonsense_is_a_clean_fault():
    with pytest.raises(InputError, match="does not fit a tanker of 300 m"):
        CliRunner().invoke(app, ["--dwt", "2000", "--length", "300"], catch_exceptions=False)
