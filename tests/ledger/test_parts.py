"""What adds up: days, happening, and what visits and reports share."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from darkwake.cargo import chosen
from darkwake.cargo.loads import SCOPE
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError
from darkwake.ledger import REPORTS, VISITS, caps_of
from darkwake.ledger.parts import Load, days, happens, report_parts, visit_parts
from darkwake.ledger.reports import reported
from darkwake.schema import Caps, Claims
from tests.cargo.rows import visit, visits
from tests.ledger.rows import cap, curve, report, tables

ONE = Unknowns(1, 4000, SCOPE)


def test_each_day_of_the_interval_is_as_likely_as_the_next():
    week = visit("v", arrival_lo=datetime(2024, 4, 1, tzinfo=UTC), arrival_hi=datetime(2024, 4, 7, tzinfo=UTC))
    found = days(week, ONE) - datetime(2024, 4, 1, tzinfo=UTC).toordinal()
    assert np.bincount(found).tolist() == pytest.approx([4000 / 7] * 7, rel=0.15)


def test_an_arrival_that_ends_before_it_begins_is_refused():
    backwards = visit("v", arrival_lo=datetime(2024, 4, 7, tzinfo=UTC), arrival_hi=datetime(2024, 4, 1, tzinfo=UTC))
    with pytest.raises(InputError, match="the arrival ends before it begins; mend arrival_lo, arrival_hi"):
        days(backwards, ONE)


def test_a_visit_happens_in_as_many_worlds_as_its_probability_says():
    assert happens(visit("v", probability=0.3), ONE).mean() == pytest.approx(0.3, abs=0.02)
    assert happens(visit("v"), ONE).all()


def test_in_a_world_in_which_a_visit_did_not_happen_it_brought_nothing():
    load = Load(np.full(4000, 10_000.0), "refined", "inferred")
    (part,) = visit_parts([visit("v", probability=0.5)], {"v": load}, ONE)
    assert set(zip(part.visits.tolist(), part.bbl.tolist(), strict=True)) == {(0.0, 0.0), (1.0, 10_000.0)}


def test_a_visit_without_a_payload_adds_nothing():
    assert list(visit_parts([visit("v")], {}, ONE)) == []


def test_reported_tonnes_and_a_visit_of_the_same_goods_share_the_factor():
    """Both are tonnes times one number a world, so the sum is as wide as the two together and not as their root of squares."""
    factors = chosen({})
    claims = Claims.rows([report(name, name, "2024-01-01", "2024-06-30", 1000.0, unit="t") for name in ("China", "Russia")])
    limit = caps_of(Caps.rows([cap()]))[0]
    one, other = report_parts(reported(claims, "refined"), limit, factors, ONE)
    assert np.array_equal(one.bbl, other.bbl)
    assert np.std(one.bbl) > 0


def test_reported_tonnes_of_crude_are_crude_and_no_basket_of_products():
    """5,000 t of crude are 36,600 barrels by the UN yearbook (7.32); the Committee's basket would make 41,650 of them."""
    claims = Claims.rows([report("a", "Russia", "2024-01-01", "2024-06-30", 5000.0, unit="t", product="crude")])
    limit = caps_of(Caps.rows([cap(product="crude", amount=525_000.0, unit="t")]))[0]
    (part,) = report_parts(reported(claims, "crude"), limit, chosen({}), ONE)
    assert 5000 * 7.3 < part.bbl.min() <= part.bbl.max() < 5000 * 7.7


def test_visits_and_reports_are_told_apart():
    made = tables(visits(2), [report("a", "China", "2024-01-01", "2024-06-30", 9_000)])
    assert (curve(made, VISITS)[-1]["visits"], curve(made, REPORTS)[-1]["visits"]) == (2, 0)
