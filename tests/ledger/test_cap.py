"""Caps: their years, amounts and overlaps."""

from __future__ import annotations

from datetime import date

import pytest

from darkwake.errors import InputError
from darkwake.ledger import cap_year, caps_of
from darkwake.schema import Caps
from tests.ledger.rows import cap


@pytest.mark.parametrize(
    ("product", "day", "start", "end"),
    [
        ("refined", "2018-01-01", "2018-01-01", "2018-12-31"),
        ("refined", "2023-12-31", "2023-01-01", "2023-12-31"),
        ("refined", "2024-01-01", "2024-01-01", "2024-12-31"),
        ("refined", "2024-02-29", "2024-01-01", "2024-12-31"),
        ("refined", "2024-12-31", "2024-01-01", "2024-12-31"),
        ("crude", "2017-12-22", "2017-12-22", "2018-12-21"),
        ("crude", "2023-12-21", "2022-12-22", "2023-12-21"),
        ("crude", "2023-12-22", "2023-12-22", "2024-12-21"),
        ("crude", "2024-12-21", "2023-12-22", "2024-12-21"),
        ("crude", "2024-12-22", "2024-12-22", "2025-12-21"),
    ],
)
def test_a_cap_year_begins_on_its_own_day(product, day, start, end):
    """S/RES/2397 (2017): paragraph 5 from 1 January 2018, paragraph 4 from 22 December 2017."""
    found = cap_year(product, date.fromisoformat(day))
    assert found == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("product", "day"), [("refined", date(2017, 12, 31)), ("crude", date(2017, 12, 21)), ("coal", date(2024, 1, 1))]
)
def test_a_day_before_the_first_year_has_no_cap_year(product, day):
    with pytest.raises(InputError):
        cap_year(product, day)


def test_the_crude_cap_in_tonnes_is_the_crude_cap_in_barrels():
    """S/RES/2397 (2017), paragraph 4: 4 million barrels or 525,000 tons."""
    row = cap(
        "crude", product="crude", amount=525_000.0, unit="t", period_start=date(2023, 12, 22), period_end=date(2024, 12, 21)
    )
    assert caps_of(Caps.rows([row]))[0].amount_bbl == pytest.approx(4_000_000)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [cap("a"), cap("b", period_start=date(2024, 12, 31), period_end=date(2025, 12, 30))],
            "a and b overlap from 2024-12-31",
        ),
        ([cap(period_end=date(2023, 12, 31))], "ends before it begins"),
        ([cap(unit="t")], "tonnes of a product without a conversion"),
    ],
)
def test_caps_that_cannot_be_are_refused(rows, words):
    with pytest.raises(InputError, match=words):
        caps_of(Caps.rows(rows))


def test_a_cap_of_ones_own_may_stand_beside_that_of_the_council():
    assert len(caps_of(Caps.rows([cap("a"), cap("b", instrument="own question", amount=100_000.0)]))) == 2
