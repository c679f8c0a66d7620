"""What would settle whether a cap was exceeded: break-even load, and how many visits measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darkwake.ledger.settle import Way, settle, settled, ways

EXACT = Way("weighed", 0.0, 0.0)


def loads(count, low=10_000.0, high=30_000.0):
    """Payloads of so many visits with this 90 % interval."""
    return [{"visit_id": str(n), "bbl_p05": low, "bbl_p95": high} for n in range(count)]


def cause(share, sharing, name="level", told="an image"):
    return {"cause": name, "share": share, "sharing": sharing, "settled_by": told}


def test_the_break_even_load_is_the_cap_over_the_visits():
    found = settle(500_000, (430_000, 860_000, 1_290_000), loads(43), [])
    assert found.break_even_bbl == pytest.approx(11_627.9, abs=0.1)
    assert found.mean_bbl == pytest.approx((10_000, 20_000, 30_000))
    assert "over 11,600 bbl each on average, and it is reckoned at 20,000 bbl (10,000 to 30,000)" in found.words()


def test_without_visits_nothing_is_said():
    assert settle(500_000, (0, 0, 0), [], []) is None


def test_every_visit_measured_without_error_settles_what_does_not_lie_at_the_cap():
    sums = np.array([400_000.0, 600_000.0])
    assert settled(EXACT, 500_000, sums, 20, 20, 5_000) == pytest.approx(1)
    assert settled(EXACT, 500_000, np.array([500_000.0]), 20, 19, 5_000) == pytest.approx(0.05, abs=1e-3)


def test_a_sample_errs_as_one_without_replacement():
    """Cochran (1977): the variance of n times the mean of m of n is n (n - m) s^2 / m; simulated with 40 loads."""
    random = np.random.default_rng(1)
    population = random.normal(20_000, 6_000, 40)
    estimates = 40 * np.array([random.choice(population, 10, replace=False).mean() for _ in range(20_000)])
    spread = population.std(ddof=1)
    assert estimates.std() == pytest.approx(np.sqrt(40 * 30 / 10) * spread, rel=0.03)
    cap = population.sum() - 1.6448536 * estimates.std()
    assert settled(EXACT, cap, np.array([population.sum()]), 40, 10, spread) == pytest.approx(0.5, abs=0.03)


@given(m=st.integers(1, 29), own=st.floats(0, 0.5))
@settings(max_examples=25, deadline=None)
def test_more_visits_measured_never_settle_less(m, own):
    sums, way = np.linspace(300_000, 900_000, 30), Way("w", own, 0.05)
    assert settled(way, 500_000, sums, 30, m + 1, 8_000) >= settled(way, 500_000, sums, 30, m, 8_000) - 1e-12


def test_an_error_that_all_measurements_share_is_not_averaged_away():
    far = settled(Way("w", 0.0, 0.5), 500_000, np.array([700_000.0]), 43, 43, 0.0)
    assert far < 0.2
    assert settled(Way("w", 0.5, 0.0), 500_000, np.array([700_000.0]), 43, 43, 0.0) > 0.9


def test_fewer_visits_have_to_be_measured_where_the_sum_lies_far_from_the_cap():
    near = settle(500_000, (450_000, 650_000, 900_000), loads(30), [])
    far = settle(500_000, (2_000_000, 2_500_000, 3_000_000), loads(30), [])
    assert far.measured[0].visits < (near.measured[0].visits or 31)


def test_where_loads_are_known_only_by_a_range_they_may_lie_anywhere_in_it():
    """One level that all share says nothing of how single loads differ; measuring one visit would else tell all."""
    level = [cause(1.0, "shared")]
    sums = (450_000, 860_000, 1_270_000)
    alike = settle(500_000, sums, loads(43, 10_500, 29_500), level)
    apart = settle(500_000, sums, loads(43, 10_500, 29_500), level, [(10_000, 30_000)])
    assert alike.measured[0].visits is None or alike.measured[0].visits < (apart.measured[0].visits or 44)


def test_the_widest_cause_is_named_with_what_would_tell_it():
    found = settle(1e6, (1e5, 2e5, 3e5), loads(3), [cause(0.2, "own", "small", "x"), cause(0.8, "shared", "wide", "her name")])
    assert found.widest == ("wide", "her name")
    assert found.words().endswith("the widest unknown is wide, told by her name")
    assert found.to_dict()["widest"] == {"cause": "wide", "settled_by": "her name"}


def test_draught_marks_err_less_than_freeboards_and_neither_less_than_a_draught_survey():
    """A draught survey is held to half a percent of the cargo (Energy Institute and insurers' practice)."""
    marks, sides = ways()
    assert 0.005 < marks.own < sides.own < 0.3
    assert all(0.02 < way.shared < 0.2 for way in (marks, sides))
