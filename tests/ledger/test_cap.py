"""Caps: their years, amounts and overlaps."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from darkwake.cargo.factors import chosen
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError
from darkwake.ledger import cap_year, caps_of
from darkwake.ledger.cap import cap_years
from darkwake.schema import Caps
from tests.ledger.rows import cap


@pytest.mark.parametrize(
    ("product", "day", "start", "end"),
    [
        ("refined", "2017-10-01", "2017-10-01", "2017-12-31"),
        ("refined", "2017-12-31", "2017-10-01", "2017-12-31"),
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
    """S/RES/2397 (2017): paragraph 5 from 1 January 2018, 4 from 22 December 2017; S/RES/2375, 14: three months before."""
    found = cap_year(product, date.fromisoformat(day))
    assert found == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("product", "day", "words"),
    [
        ("refined", date(2017, 9, 30), "2017-09-30 lies before the cap's first year; it began on 2018-01-01"),
        ("crude", date(2017, 12, 21), "2017-12-21 lies before the cap's first year; it began on 2017-12-22"),
        ("coal", date(2024, 1, 1), "no cap year is known for 'coal'; give period_start and period_end"),
    ],
)
def test_a_day_before_the_first_year_has_no_cap_year(product, day, words):
    with pytest.raises(InputError, match=words):
        cap_year(product, day)


def test_every_year_that_a_period_touches_is_reckoned():
    """From before any cap to 22 December 2024, the first day of a new year for crude."""
    period = (date(2017, 1, 1), date(2024, 12, 22))
    refined, crude = (cap_years(product, period) for product in ("refined", "crude"))
    assert (len(refined), refined[0], refined[-1]) == (
        8,
        (date(2017, 10, 1), date(2017, 12, 31)),
        (date(2024, 1, 1), date(2024, 12, 31)),
    )
    assert (len(crude), crude[-1]) == (8, (date(2024, 12, 22), date(2025, 12, 21)))
    assert cap_years("refined", (date(2016, 1, 1), date(2016, 12, 31))) == []


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
        ([cap(product="other")], "counts barrels of refined products and crude oil alone; a cap on 'other' goods"),
    ],
)
def test_caps_that_cannot_be_are_refused(rows, words):
    with pytest.raises(InputError, match=words):
        caps_of(Caps.rows(rows))


def test_a_cap_of_ones_own_may_stand_beside_that_of_the_council():
    assert len(caps_of(Caps.rows([cap("a"), cap("b", instrument="own question", amount=100_000.0)]))) == 2


CRUDE = {"product": "crude", "period_start": date(2023, 12, 22), "period_end": date(2024, 12, 21)}


def limit(**more: object):
    (found,) = caps_of(Caps.rows([cap("c", **more)]))
    return found, found.limit_bbl(chosen({}), Unknowns(1, 2000, "payloads"))


def test_a_cap_in_two_units_is_exceeded_by_the_one_that_is_reached_first():
    """S/RES/2397, paragraph 4: 525,000 t of a crude with 7.32 barrels a tonne are fewer than 4 million barrels."""
    found, worlds = limit(**CRUDE, amount=4_000_000.0, alt_amount=525_000.0, alt_unit="t")
    factor = chosen({})["barrels per tonne, crude oil"].at(Unknowns(1, 2000, "payloads")("barrels per tonne, crude oil"))
    assert (found.said(), found.amount_bbl) == ("4,000,000 bbl or 525,000 t", 4_000_000.0)
    assert worlds.tolist() == pytest.approx(np.minimum(4_000_000.0, 525_000.0 * factor).tolist(), rel=1e-12)
    assert worlds.min() < 3_900_000


def test_a_cap_in_tonnes_of_refined_products_is_as_wide_as_their_factor():
    found, worlds = limit(amount=60_000.0, unit="t")
    assert (worlds.min() / 60_000, worlds.max() / 60_000) == pytest.approx((7.23, 8.35), rel=0.02)
    assert found.amount_bbl == pytest.approx(60_000 * 7.46)


def test_a_cap_in_barrels_is_the_same_in_every_world():
    assert set(limit()[1].tolist()) == {500_000.0}
