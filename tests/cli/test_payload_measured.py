"""``darkwake payload`` with draughts, freeboards, hours alongside and the water's density."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from darkwake.cli.payload import command
from darkwake.errors import DarkwakeError

app = typer.Typer()
app.command()(command)
SHIP = ("--dwt", "3000", "--length", "90", "--beam", "14")


def answer(*words: str) -> dict[str, object]:
    found = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert found.exit_code == 0
    return json.loads(found.stdout)


def width(said: dict[str, object]) -> float:
    return said["bbl"]["p95"] - said["bbl"]["p05"]


def test_two_draughts_tell_more_than_the_deadweight():
    measured = answer(*SHIP, "--draught-in", "2.7", "--draught-out", "5.4", "--draught-sd", "0.05")
    assert measured["tier"] == "two draughts"
    assert measured["basis"].startswith("draughts of 2.7 m on arrival and 5.4 m on departure, +-0.05 m")
    assert 1500 < measured["t"]["p05"] < measured["t"]["p95"] < 3000


def test_a_draught_without_an_error_is_one_that_a_crew_typed():
    assert "typed into AIS" in answer(*SHIP, "--draught-in", "2.7", "--draught-out", "5.4")["basis"]


def test_a_sharper_freeboard_gives_a_narrower_answer_and_a_poor_one_stands_on_the_deadweight():
    both = ("--freeboard-in", "3.4", "--freeboard-out", "1.8")
    fine, coarse = (answer(*SHIP, *both, "--freeboard-sd", sd) for sd in ("0.2", "1.0"))
    assert (fine["tier"], coarse["tier"]) == ("freeboard", "deadweight")
    assert width(fine) < width(coarse)


def test_thinner_water_carries_less_at_the_same_draught():
    looks = (*SHIP, "--draught-in", "3.3", "--draught-out", "5.0", "--draught-sd", "0.02")
    sea, river = (answer(*looks, "--density", density)["t"]["p50"] for density in ("1.025", "1.0"))
    assert 0.95 < river / sea < 0.99


def test_the_water_of_a_place_stands_in_for_its_density():
    looks = (*SHIP, "--draught-in", "2.7", "--draught-out", "5.0", "--draught-sd", "0.02")
    assert answer(*looks, "--place", "nampo")["t"]["p50"] < answer(*looks, "--place", "vostochny")["t"]["p50"]


def test_a_discharge_is_a_load_the_other_way_round():
    load = answer(*SHIP, "--draught-in", "2.7", "--draught-out", "5.0", "--draught-sd", "0.1")
    discharge = answer(*SHIP, "--draught-in", "5.0", "--draught-out", "2.7", "--draught-sd", "0.1", "--activity", "discharge")
    assert discharge["t"]["p50"] == pytest.approx(load["t"]["p50"], rel=0.02)


def test_a_ship_that_lay_a_few_hours_alongside_cannot_have_loaded_full():
    short, long = answer("--dwt", "3000", "--hours", "6"), answer("--dwt", "3000", "--hours", "2000")
    assert short["t"]["p50"] < 0.6 * long["t"]["p50"]
    assert short["sensitivity"][0]["factor"] == "loading rate of the berth"
    assert long["bbl"] == answer("--dwt", "3000")["bbl"]


def test_each_unknown_says_who_has_it_and_what_would_tell_it():
    for said in answer(*SHIP, "--draught-in", "2.7", "--draught-out", "5.4")["sensitivity"]:
        assert said["sharing"] in ("shared", "own")
        assert said["observation"] not in ("", "no observation in use here")


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("--draught-in", "-2", "--draught-out", "5"), "a draught has to be above 0 m, not -2"),
        (("--draught-in", "5.5", "--draught-out", "3"), "the ship departs lighter than she arrived"),
        (("--draught-in", "3", "--draught-out", "15"), "deeper than the hull"),
        (("--freeboard-in", "30", "--freeboard-out", "2", "--freeboard-sd", "0.1"), "leaves nothing of the depth"),
        (("--freeboard-in", "1", "--freeboard-out", "3", "--freeboard-sd", "0.1"), "the ship departs lighter"),
        (("--kind", "submarine"), "no kind of ship 'submarine'"),
        (("--activity", "lading"), "no activity 'lading'"),
        (("--place", "vostochni"), "did you mean vostochny"),
        (("--draught-in", "3", "--freeboard-out", "2"), "draughts and freeboards are given"),
        (("--draught-in", "3", "--laden", "0.9"), "a laden fraction is given beside what was measured"),
        (("--draught-sd", "0.1"), "a standard error is given of nothing"),
        (("--density", "1.5"), "a density of water of 1.5 is none"),
        (("--place", "nampo", "--density", "1.01"), "a place and a density are given"),
        (("--hours", "-1"), "a time alongside, in hours, of -1 is none"),
        (("--depth", "nan"), "a depth in metres of nan is none"),
        (("--product", "dieesel"), "did you mean diesel"),
    ],
)
def test_nonsense_is_refused_with_a_reason(words, refusal):
    with pytest.raises(DarkwakeError, match=refusal):
        CliRunner().invoke(app, [*SHIP, *words], catch_exceptions=False)


def test_what_was_measured_of_a_ship_of_no_known_size_is_refused():
    with pytest.raises(DarkwakeError, match="nothing tells the ship's deadweight"):
        CliRunner().invoke(app, ["--draught-in", "3", "--draught-out", "5"], catch_exceptions=False)
