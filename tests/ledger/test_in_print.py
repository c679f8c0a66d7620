"""Every figure in print comes out: each test carries its citation, and the results are read from the tables of facts."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from darkwake.ledger.in_print import CHECKS, Check, Finding, InPrint, figures_in_print
from darkwake.ledger.in_print_counts import FLEETS, barrels
from darkwake.ledger.in_print_reckoned import day_of
from darkwake.ledger.in_print_statements import Statement, statements

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


@cache
def made() -> InPrint:
    """All checks, made once."""
    return figures_in_print()


def cited(check: Check) -> str:
    said = statements()[check.of[0]]
    return f"{check.id} {said.said_by} {said.source}"


def of(check_id: str, found: InPrint | None = None) -> Finding:
    return next(one for one in (found or made()).findings if one.id == check_id)


def altered(**changes: object) -> InPrint:
    """All checks again with some statements altered; a key is the statement's id and the field."""
    facts: dict[str, Statement] = dict(statements())
    for key, value in changes.items():
        one, _, field = key.partition("_")
        facts[one] = replace(facts[one], **{field: value})
    return figures_in_print(facts)


@pytest.fixture(scope="module")
def recorded(shared: Path) -> dict[str, dict[str, str]]:
    """The checks as their compiler wrote them down."""
    text = (shared / "facts" / "checks.csv").read_text(encoding="utf-8")
    return {row["id"]: row for row in csv.DictReader(text.splitlines())}


def test_every_row_of_the_checks_is_checked(recorded):
    assert set(recorded) <= {check.id for check in CHECKS}


@pytest.mark.parametrize("check", [check for check in CHECKS if check.id.startswith("Q")], ids=cited)
def test_a_recorded_result_comes_out_to_its_last_digit(check: Check, recorded: dict[str, dict[str, str]]) -> None:
    """Distances may be of a sphere, which differs from the ellipsoid by at most 0.56 %."""
    result = re.sub(r"\([^)]*\)", "", recorded[check.id]["result"])
    numbers = [text.replace(",", "") for text in NUMBER.findall(result)]
    found = of(check.id).reckoned
    assert found.verdict != "not reproduced"
    assert len(found.values) >= len(numbers)
    for value, text in zip(found.values, numbers, strict=False):
        unit = 10.0 ** -len(text.partition(".")[2])
        assert abs(value - float(text)) <= 0.5001 * unit + found.tolerance * value


@pytest.mark.parametrize("check", [check for check in CHECKS if not check.id.startswith("Q")], ids=cited)
def test_a_published_estimate_or_formula_is_met(check: Check) -> None:
    """Estimates lie inside the 90 % interval of the payload model; nothing in the model is fitted to them."""
    assert of(check.id).reckoned.verdict in ("inside", "equal", "rejected")


@pytest.mark.parametrize(
    ("check_id", "printed"),
    [("Q17", "56,000 t printed"), ("Q20", "83,152 printed"), ("Q32", "no way by sea is shorter"), ("G04", "is upside down")],
    ids=["56,000 t, Korrespondent 2024-11-22", "83,152 bbl, RFA 2024-01-30", "79 nmi, searoute 1.6", "calcActualDisp, US EPA"],
)
def test_an_error_in_print_is_rejected_with_its_reason(check_id: str, printed: str) -> None:
    found = of(check_id).reckoned
    assert found.verdict == "rejected"
    assert printed in found.why


def test_the_verdicts_of_all_are_as_they_should_be():
    assert made().reproduced
    assert [one.id for one in made().findings if one.reckoned.verdict == "explained"] == [
        "Q10",
        "Q21",
        "Q22",
        "Q24",
        "Q27",
        "Q31",
    ]
    assert {one.id for one in made().findings if one.reckoned.verdict == "rejected"} == {"Q17", "Q20", "Q32", "G04"}


@pytest.mark.parametrize(
    ("change", "check_id"),
    [
        ({"A012_central": 760_793.0}, "Q01"),
        ({"C074_central": 83_153.0}, "Q20"),
        ({"C065_central": 2_693.0}, "Q19"),
        ({"W03_given": {"t": 134_048.0}}, "Q17"),
        ({"D32_given": {"nmi": 160.0}}, "Q32"),
        ({"G04_central": 73_157.8}, "G04"),
        ({"M17_given": {"t": 75_000.0, "rounds": 1_600_000.0}}, "Q25"),
    ],
)
def test_a_statement_that_is_altered_no_longer_comes_out(change: dict[str, object], check_id: str) -> None:
    found = altered(**change)
    assert of(check_id, found).reckoned.verdict == "not reproduced"
    assert not found.reproduced
    assert found.to_dict()["ok"] is False


def test_an_estimate_that_the_model_cannot_carry_is_called_outside():
    assert of("A019", altered(A019_central=9_000_000.0)).reckoned.verdict == "outside"
    assert of("A004", altered(A004_lo=2_000_000.0)).reckoned.verdict == "outside"


def test_a_statement_without_its_number_is_named():
    with pytest.raises(Exception, match=r"published\.csv:A012: no central; mend the row"):
        altered(A012_central=None)
    with pytest.raises(Exception, match="a statement without a period has no days"):
        day_of(None)


@pytest.mark.parametrize("fleet", FLEETS)
def test_twice_the_deliveries_carry_about_twice_the_barrels(fleet: str) -> None:
    one, two = (float(np.median(barrels(count, fleet))) for count in (40, 80))
    assert two / one == pytest.approx(2, rel=0.05)


def test_barrels_follow_the_laden_fraction_world_by_world():
    third, full = barrels(20, "2018", "one third"), barrels(20, "2018", "full")
    assert np.allclose(3 * third, full)


def test_the_recorded_distances_are_those_of_a_sphere(recorded):
    """An independent great circle (haversine, 6,371 km) gives the kilometres that were written down."""

    def kilometres(one: str, other: str) -> float:
        a, b = statements()[one].given, statements()[other].given
        lat_a, lat_b = math.radians(a["lat"]), math.radians(b["lat"])
        chord = math.sin((lat_b - lat_a) / 2) ** 2
        chord += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b["lon"] - a["lon"]) / 2) ** 2
        return 2 * 6371 * math.asin(math.sqrt(chord))

    pairs = {"Q28": ("P01", "P17"), "Q29": ("P14", "P01"), "Q30": ("P14", "P09")}
    found = {check: str(round(kilometres(*ends))) for check, ends in pairs.items()}
    assert found == {check: recorded[check]["result"].split()[0] for check in pairs}


TABLES = {
    "A": ("aggregates", {"lo": "volume_low", "central": "volume_central", "hi": "volume_high", "count": "count_value"}),
    "C": ("committee_reports", {"central": "barrels", "t": "tonnes"}),
    "M": ("munitions", {"count": "trips", "containers": "containers", "rounds": "rounds", "t": "tonnes"}),
    "K": ("caps", {"central": "limit_value", "t": "alt_value"}),
    "P": ("places", {"lat": "lat", "lon": "lon"}),
    "V": ("vessels", {"dwt_t": "dwt_t"}),
}


@pytest.mark.parametrize("letter", TABLES)
def test_the_bundled_statements_are_those_of_the_tables_of_facts(letter: str, shared: Path) -> None:
    table, columns = TABLES[letter]
    text = (shared / "facts" / f"{table}.csv").read_text(encoding="utf-8")
    rows = {row["id"]: row for row in csv.DictReader(text.splitlines())}
    mine = {one.id: one for one in statements().values() if one.id.startswith(letter)}
    assert mine
    for one in mine.values():
        row = rows[one.id]
        said = {word: getattr(one, word, None) if hasattr(one, word) else one.given.get(word) for word in columns}
        if one.id != "A008":  # its range is of deadweights and stands in `given`
            assert said == {word: float(row[column]) if row[column] else None for word, column in columns.items()}, one.id
        assert (one.url, one.verified) == (row["source_url"], row["verified"] == "yes")


def test_a_statement_cannot_be_changed():
    assert isinstance(statements(), MappingProxyType)
    assert isinstance(statements()["W03"].given, MappingProxyType)


def test_each_figure_names_every_source_that_it_stands_on_and_what_nobody_read():
    """250 containers a trip are 16,000 in 64 trips, which nobody read in a stored copy (Reuters, 15 April 2025)."""
    found = of("Q26")
    assert "unverified: Reuters/OSC, 15 April 2025" in found.words()
    assert [one["id"] for one in found.to_dict()["sources"]] == ["M22", "M24", "M06"]
    assert "UPI (on NHK / UN Panel of Experts)" in of("Q07").words()
    for finding in made().findings:
        assert all(one.source in finding.words() for one in finding.sources), finding.id
