"""Accounts of one quantity joined world by world."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.cargo.joining import assumed, joined, least_variance, likelihood, likelihood_of_anything, measured

RNG = np.random.default_rng(1)
ONE, OTHER = RNG.normal(0, 1.0, 20_000), RNG.normal(0, 1.0, 20_000)


def test_two_estimates_are_joined_so_that_the_variance_is_least():
    """Against a search over all weights."""
    rng = np.random.default_rng(1)
    one = rng.normal(0, 2.0, 5000)
    other = 0.5 * one + rng.normal(0, 1.5, 5000)
    weights = np.linspace(0, 1, 1001)
    best = weights[np.argmin([np.var(w * one + (1 - w) * other) for w in weights])]
    assert least_variance(one, other) == pytest.approx(best, abs=0.002)


@given(st.floats(-3, 3), st.floats(0.1, 3), st.floats(0.1, 3))
def test_with_normal_errors_it_is_the_posterior_of_bayes_rule(seen, seen_sd, expected_sd):
    """Precisions add up, and the middle is the mean weighed with them (any textbook)."""
    found = joined(seen + seen_sd * ONE, expected_sd * OTHER)
    precision = 1 / seen_sd**2 + 1 / expected_sd**2
    assert found.values.mean() == pytest.approx(seen / seen_sd**2 / precision, abs=0.15)
    assert found.values.std() == pytest.approx(precision**-0.5, rel=0.04)
    assert found.assumed[0] == pytest.approx(1 / expected_sd**2 / precision, abs=0.03)


def test_what_is_known_exactly_leaves_nothing_to_assume():
    found = joined(np.full(20_000, 2.0), OTHER)
    assert found.values.tolist() == [2.0] * 20_000
    assert not found.assumed.any()


def test_rows_of_worlds_are_joined_each_for_itself():
    both = joined(np.concatenate([ONE, 3 * ONE]), np.concatenate([OTHER, OTHER]), rows=2)
    alone = [joined(ONE, OTHER), joined(3 * ONE, OTHER)]
    np.testing.assert_array_equal(both.values, np.concatenate([one.values for one in alone]))
    np.testing.assert_array_equal(both.assumed, np.concatenate([one.assumed for one in alone]))


def test_a_world_has_the_account_that_holds_in_it():
    found = measured(np.array([1.0, 2.0])).where(np.array([True, False]), assumed(np.array([8.0, 9.0])))
    assert (found.values.tolist(), found.assumed.tolist()) == ([1.0, 9.0], [0.0, 1.0])


def test_anything_alike_is_as_likely_as_draws_of_anything_are():
    """The closed form against the density of a uniform sample; a reading far below nothing is likely under neither."""
    anything = np.random.default_rng(2).random(20_000)
    for middle in (0.5, 0.0, -0.3):
        seen = middle + 0.2 * ONE
        assert likelihood_of_anything(seen)[0] == pytest.approx(likelihood(seen, anything)[0], abs=0.02)
