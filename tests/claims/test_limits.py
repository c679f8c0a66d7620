"""Limits of the facts and of the case: two units, periods, what was replaced, and what cannot be reckoned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from darkwake.case import Case, OwnCap
from darkwake.claims import claims
from darkwake.errors import CaseError, InputError

Change = Callable[..., Path]
Tables = dict[str, pa.Table]


def by_id(tables: Tables, table: str, key: str) -> dict[str, dict[str, object]]:
    return {str(row[key]): row for row in tables[table].to_pylist()}


def test_the_crude_cap_stands_in_both_units_and_its_years_meet_without_a_gap(facts: Tables) -> None:
    crude = sorted((row for row in facts["caps"].to_pylist() if row["product"] == "crude"), key=lambda row: row["period_start"])
    said = {(row["amount"], row["unit"], row["alt_amount"], row["alt_unit"]) for row in crude}
    assert said == {(4_000_000.0, "bbl", 525_000.0, "t")}
    starts = [row["period_start"].toordinal() for row in crude]
    assert starts[1:] == [row["period_end"].toordinal() + 1 for row in crude[:-1]]
    assert (crude[0]["period_start"], crude[-1]["period_end"]) == (date(2017, 12, 22), date(2025, 12, 21))


def test_a_limit_that_was_replaced_before_it_began_is_stated_and_is_no_cap(facts: Tables) -> None:
    never = by_id(facts, "claims", "claim_id")["unscr-2375-refined-2018"]
    assert "unscr-2375-refined-2018" not in by_id(facts, "caps", "cap_id")
    assert (never["kind"], never["central"], never["unit"]) == ("other", 2_000_000.0, "bbl")
    assert str(never["what"]).startswith("limit replaced before it began, by unscr-2397-refined-2018: ")


def test_the_three_months_before_the_resolution_have_a_cap_of_their_own(facts: Tables) -> None:
    cap = by_id(facts, "caps", "cap_id")["unscr-2375-refined-2017"]
    assert (cap["amount"], cap["period_start"], cap["period_end"]) == (500_000.0, date(2017, 10, 1), date(2017, 12, 31))
    assert cap["verified"] is False


@pytest.mark.parametrize(
    ("row", "cells", "message"),
    [
        (
            "unscr-2397-refined-2024",
            {"year_starts": "", "period_start": "2023-12-31", "period_end": "2024-12-30"},
            "column period_start: overlaps 'unscr-2397-refined-2023' (line 9) from 2023-12-31; end the one before the other",
        ),
        ("unscr-2397-crude-2024", {"alt_unit": ""}, "an amount in a second unit needs amount and unit; fill in both"),
        ("unscr-2397-crude-2024", {"alt_unit": "bbl"}, "an amount in a second unit needs amount and unit; fill in both"),
        ("unscr-2397-crude-2024", {"unit": "barrels"}, "column unit: 'barrels' is not known; write bbl"),
        ("unscr-2397-crude-2024", {"product": "other"}, "the ledger counts barrels of refined products and crude oil alone"),
        ("unscr-2375-refined-2018", {"replaced_by": "unscr-2397"}, "'unscr-2397' is no other cap of the table; name the cap"),
        ("unscr-2375-refined-2017", {"period_end": "2017-09-30"}, "2017-09-30 lies before 2017-10-01; swap the two days"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(change: Change, row: str, cells: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        claims(facts=change("caps", row, **cells))
    assert message in caught.value.line()


OWN = {"product": "refined", "amount": 300_000.0, "unit": "bbl", "period": (date(2024, 1, 1), date(2024, 6, 30)), "who": "us"}


def test_a_limit_of_ones_own_stands_beside_those_of_the_facts(folder: Path) -> None:
    tables = claims(facts=folder, own_caps=(OwnCap(**OWN),))
    (own,) = [row for row in tables["caps"].to_pylist() if row["set_by"] == "us"]
    words = ("title", "product", "amount", "unit", "period_end", "instrument", "evidence")
    said = "us: 300,000 bbl, 2024-01-01 to 2024-06-30"
    assert [own[word] for word in words] == [said, "refined", 300_000.0, "bbl", date(2024, 6, 30), "us", []]


def test_a_case_without_facts_has_its_own_limits() -> None:
    assert claims(facts=None, own_caps=(OwnCap(**OWN),))["caps"].num_rows == 1


def test_a_limit_of_ones_own_in_the_name_of_an_instrument_may_not_overlap_it(folder: Path) -> None:
    cap = OwnCap(**OWN | {"who": "UN Security Council resolution 2397 (2017), paragraph 5"})
    with pytest.raises(CaseError, match="overlaps 'unscr-2397-refined-2024' of the facts from 2024-01-01"):
        claims(facts=folder, own_caps=(cap,))


SAID = """
[[caps]]
product = "refined"
amount = 300000
unit = "bbl"
period = [2024-01-01, 2024-06-30]
who = "us"
"""


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (SAID + SAID, "two caps by 'us' on 'refined' overlap from 2024-01-01: end one before the other"),
        (SAID.replace("refined", "kerosine"), "no product 'kerosine'; did you mean kerosene"),
        (SAID.replace("refined", "diesel"), "a cap on 'diesel' alone cannot be reckoned; write refined"),
        (
            SAID.replace("refined", "containers"),
            "counts barrels of refined products and crude oil, not other goods ('containers')",
        ),
        (SAID.replace('"bbl"', '"barrels"'), "a cap in 'barrels' cannot be reckoned; known: bbl, t"),
        (SAID.replace("300000", "-3"), "caps.0.amount (line 8): Input should be greater than 0"),
        (SAID.replace("amount", "ammount"), "unknown key 'ammount'; did you mean amount?"),
        (SAID.replace("06-30]", "06-31]"), "not TOML"),
        (SAID.replace("2024-06-30", "2023-06-30"), "the period ends (2023-06-30) before it begins (2024-01-01)"),
    ],
)
def test_a_limit_of_ones_own_that_cannot_be_reckoned_is_refused(tmp_path: Path, said: str, message: str) -> None:
    head = '[case]\ntitle = "t"\nquestion = "q"\nperiod = [2024-01-01, 2024-12-31]\n'
    (tmp_path / "case.toml").write_text(head + said, encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        Case.read(tmp_path)
    assert message in caught.value.line()
