"""Reported imports: each barrel once, and what is missing stays missing."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.errors import InputError
from darkwake.ledger.reports import reported
from darkwake.schema import Claims
from tests.ledger.rows import report

YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def total(rows: list[dict[str, object]], start: date = YEAR[0], end: date = YEAR[1]) -> float:
    return sum(r.amount for r in reported(Claims.rows(rows), "refined").within(start, end))


def test_a_longer_report_adds_what_it_has_over_those_inside_it():
    rows = [
        report("C090", "China", "2024-01-01", "2024-08-31", 153_400),
        report("C092", "China", "2024-01-01", "2024-11-30", 280_928),
    ]
    counted = reported(Claims.rows(rows), "refined").counted
    assert [(r.claim_id, r.amount, date.fromordinal(r.counted_on)) for r in counted] == [
        ("C090", 153_400, date(2024, 8, 31)),
        ("C092", 127_528, date(2024, 11, 30)),
    ]


def test_a_report_of_two_states_does_not_add_what_each_reported():
    rows = [
        report("a", "China", "2024-01-01", "2024-01-31", 100),
        report("b", "Russia", "2024-01-01", "2024-01-31", 50),
        report("c", "China+Russia", "2024-01-01", "2024-01-31", 150),
    ]
    assert total(rows) == 150


def test_of_two_versions_of_one_report_the_later_counts():
    rows = [
        report("old", "China", "2024-01-01", "2024-02-29", 42_207),
        report("new", "China", "2024-01-01", "2024-02-29", 35_398),
    ]
    rows[0]["published"], rows[1]["published"] = "2023-03-01", "2023-07-13"
    assert total(rows) == 35_398


def test_reports_that_cross_are_not_added():
    rows = [report("a", "China", "2024-01-01", "2024-03-31", 100), report("b", "China", "2024-03-01", "2024-08-31", 900)]
    found = reported(Claims.rows(rows), "refined")
    assert [r.claim_id for r in found.counted] == ["a"]
    said = "China reported 900 bbl between 1 March and 31 August 2024 (published 2024-12-06): overlaps another report"
    assert found.left_out[0].words() == f"{said} without containing it"


def test_tonnes_beside_barrels_of_one_statement_do_not_count():
    rows = [
        report("C056", "China", "2024-01-01", "2024-06-30", 44_219),
        report("C056.t", "China", "2024-01-01", "2024-06-30", 5_308),
    ]
    rows[1] |= {"unit": "t", "part_of": "C056"}
    assert [(r.amount, r.unit) for r in reported(Claims.rows(rows), "refined").counted] == [(44_219, "bbl")]


def test_a_report_never_made_is_missing_and_one_unknown_is_unknown():
    rows = [
        report("C088", "Russia", "2024-01-01", "2024-01-31", 15_279),
        report("C089", "Russia", "2024-02-01", "2024-12-31", None, unit=None, bound="none"),
        report("C092", "China", "2024-01-01", "2024-11-30", 280_928),
    ]
    assert reported(Claims.rows(rows), "refined").missing(*YEAR) == [
        "no report by China for December 2024 stands among the facts: not known, not zero",
        "Russia made no report for February 2024 to December 2024: missing, not zero",
    ]


def test_a_report_of_nothing_is_a_report():
    rows = [report("C070", "Russia", "2024-10-01", "2024-10-31", 0)]
    assert total(rows) == 0
    assert "October" not in " ".join(reported(Claims.rows(rows), "refined").missing(date(2024, 10, 1), date(2024, 10, 31)))


def test_the_months_of_russia_in_2023_give_the_total_in_print(shared):
    """105,841 by the months, 105,845 in print: rounding; 83,152 and 99,300, also in print, are errors and not believed."""
    rows = csv.DictReader((shared / "facts" / "committee_reports.csv").open(encoding="utf-8"))
    kept = [
        report(r["id"], r["supplier"], r["period_start"], r["period_end"], float(r["barrels"]))
        for r in rows
        if r["supplier"] == "Russia" and r["period_start"][:4] == "2023" and r["barrels"] and r["id"] not in ("C074", "C075")
    ]
    assert total(kept, date(2023, 1, 1), date(2023, 12, 31)) == 105_841


@given(amounts=st.lists(st.integers(0, 50_000), min_size=12, max_size=12), extra=st.integers(0, 9))
def test_twelve_months_and_their_year_are_the_year_once(amounts, extra):
    days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    rows = [report(f"m{n:02}", "China", f"2024-{n + 1:02}-01", f"2024-{n + 1:02}-{days[n]}", a) for n, a in enumerate(amounts)]
    rows.append(report("year", "China", "2024-01-01", "2024-12-31", sum(amounts) + extra))
    assert total(rows) == sum(amounts)


def test_a_report_in_another_unit_is_refused():
    with pytest.raises(InputError, match="claims:claim x: a report in 'kg'; give bbl or t"):
        reported(Claims.rows([report("x", "China", "2024-01-01", "2024-01-31", 5, unit="kg")]), "refined")
