"""Factors: values from the bundled table, distributions that keep their bounds, and overrides."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from darkwake.cargo import catalogue
from darkwake.cargo.factors import ASSUMED, DEADWEIGHT, DEADWEIGHT_LEVEL, chosen, published
from darkwake.errors import InputError

EVEN = np.linspace(0.0005, 0.9995, 1000)


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_a_factor_stays_in_its_bounds_and_rises(name):
    factor = catalogue()[name]
    values = factor.at(EVEN)
    assert (np.diff(values) >= 0).all()
    assert factor.low <= values.min() <= values.max() <= factor.high
    assert (values.min() < values.max()) == (factor.low < factor.high)
    assert factor.low <= factor.central <= factor.high


def test_every_factor_has_a_source_and_a_sentence():
    assert [f.name for f in catalogue().values() if not f.source or not f.sentence] == []


def test_what_is_not_printed_as_a_distribution_says_that_it_is_assumed():
    silent = [f.name for f in ASSUMED if "assumed, because" not in f.source]
    assert silent == [DEADWEIGHT_LEVEL]  # a standard error, worked out from the prior on the ships


def test_the_prior_on_unnamed_ships_is_that_of_the_printed_deadweights(shared):
    """Product tankers of the flag with a printed deadweight in the published range of 1,000 to 9,000 t, one row a hull."""
    rows = list(csv.DictReader((shared / "facts" / "vessels.csv").open(encoding="utf-8")))
    hulls = {
        (row["imo"] or row["name"]): float(row["dwt_t"])
        for row in rows
        if row["type"] == "product tanker" and "KP" in row["flag"] and row["dwt_t"]
    }
    logs = np.log([dwt_t for dwt_t in hulls.values() if 1000 <= dwt_t <= 9000])
    prior, level = catalogue()[DEADWEIGHT], catalogue()[DEADWEIGHT_LEVEL]
    assert (len(logs), round(float(np.exp(logs.mean())))) == (6, prior.central)
    assert (round(logs.std(ddof=1), 3), round(logs.std(ddof=1) / 6**0.5, 3)) == (prior.spread, level.spread)


@pytest.mark.parametrize("name", ["laden fraction", "deadweight of an unknown tanker", "laden fraction, own"])
def test_draws_agree_with_scipy(name):
    factor = catalogue()[name]
    if factor.shape == "triangular":
        width = factor.high - factor.low
        law = stats.triang((factor.central - factor.low) / width, factor.low, width)
        expected = law.ppf(EVEN)
    else:
        low, mean, high = (np.log([factor.low, factor.central, factor.high]) if factor.shape == "lognormal"
                           else (factor.low, factor.central, factor.high))  # fmt: skip
        law = stats.truncnorm((low - mean) / factor.spread, (high - mean) / factor.spread, mean, factor.spread)
        expected = np.exp(law.ppf(EVEN)) if factor.shape == "lognormal" else law.ppf(EVEN)
    np.testing.assert_allclose(factor.at(EVEN), expected, rtol=1e-9)


def test_the_table_says_of_every_factor_whether_it_was_read():
    assert {row["verified"] for row in published().values()} <= {"yes", "no"}


def test_a_case_can_fix_a_factor_or_give_it_three_values():
    fixed = chosen({"laden fraction": 0.9})["laden fraction"]
    three = chosen({"laden fraction": {"low": 0.5, "central": 0.6, "high": 0.7, "source": "harbour log"}})["laden fraction"]
    assert fixed.at(np.array([0.1, 0.9])).tolist() == [0.9, 0.9]
    assert (three.low, three.central, three.high, three.source) == (0.5, 0.6, 0.7, "harbour log (set in case.toml)")


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"laden fractoin": 0.9}, "did you mean laden fraction"),
        ({"laden fraction": [0.9, 0.5, 0.7]}, "does not lie between"),
        ({"laden fraction": "full"}, "is no factor"),
        ({"laden fraction": {"low": 0.1}}, "is no factor"),
        ({"laden fraction": {"lo": 0.1}}, "no key 'lo'"),
        ({"laden fraction": float("nan")}, "is no factor"),
    ],
)
def test_an_override_that_cannot_be_is_refused(overrides, words):
    with pytest.raises(InputError, match=words):
        chosen(overrides)


@given(u=st.floats(0, 1))
def test_the_ends_of_the_probability_are_the_ends_of_the_factor(u):
    for factor in catalogue().values():
        assert factor.low <= float(factor.at(np.array([u]))[0]) <= factor.high
