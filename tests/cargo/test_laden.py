"""How full a ship was: fractions in print, states seen, hours alongside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.cargo.laden import chance_moved, fraction, likelihood_ratio, most_t, visit_fraction
from darkwake.errors import UsageError

RIGHT = np.array([0.9])


@pytest.mark.parametrize(
    ("states", "ratio"),
    [
        (("ballast", "laden"), 9.0),  # 0.9 x 0.9 against the mean of 0.9 x 0.1 and 0.1 x 0.9
        (("laden", "ballast"), 1 / 9),
        (("ballast", "ballast"), 0.09 / 0.41),  # 0.9 x 0.1 against the mean of 0.81 and 0.01
        (("unknown", "laden"), 1.8),
        ((None, "ballast"), 0.2),
        (("unknown", "unknown"), 1.0),
        ((None, None), 1.0),
    ],
)
def test_what_was_seen_speaks_for_a_load_or_against_it(states, ratio):
    assert likelihood_ratio(*states, "load", RIGHT)[0] == pytest.approx(ratio)


def test_a_reader_who_never_errs_leaves_no_ratio_of_nothing_over_nothing():
    found = [
        likelihood_ratio(before, after, "load", np.ones(1))[0]
        for before in ("laden", "ballast")
        for after in ("laden", "ballast")
    ]
    assert np.isfinite(found).all()
    assert max(found) == found[2] > 1  # in ballast on arrival, laden on departure


def test_a_discharge_is_seen_the_other_way_round():
    assert likelihood_ratio("laden", "ballast", "discharge", RIGHT) == likelihood_ratio("ballast", "laden", "load", RIGHT)


def test_a_reader_who_guesses_tells_nothing():
    assert likelihood_ratio("ballast", "laden", "load", np.array([0.5]))[0] == pytest.approx(1.0)


@given(prior=st.floats(0.01, 0.99), ratio=st.floats(0.01, 100))
def test_evidence_moves_the_chance_by_the_odds(prior, ratio):
    after = chance_moved(np.array([prior]), np.array([ratio]))[0]
    assert after / (1 - after) == pytest.approx(prior / (1 - prior) * ratio, rel=1e-9)


def test_a_source_that_is_believed_outright_is_moved_by_nothing():
    assert chance_moved(np.array([1.0, 0.0]), np.array([1e-6, 1e6])).tolist() == [1.0, 0.0]


def test_a_berth_that_fills_300_m3_an_hour_takes_twelve_hours_for_3000_tonnes_of_gas_oil():
    """3,500 m3 at 600 m3/h take 5.8 h by the note in the table of factors; at half the rate twice as long."""
    hours = np.array([3.0 + 3500 / 300])
    assert most_t(float(hours[0]), np.array([300.0]), np.array([3.0]), np.array([7.461]))[0] == pytest.approx(2950, rel=0.002)


def test_a_ship_that_lay_shorter_than_her_hoses_need_moved_nothing():
    assert most_t(2.0, np.array([300.0]), np.array([3.0]), np.array([7.46])).tolist() == [0.0]


@given(level=st.floats(0.01, 0.99), own=st.floats(-3, 3))
def test_a_fraction_stays_one_and_rises_with_what_is_the_visit_s_own(level, own):
    found = visit_fraction(np.array([level]), np.array([own]))[0]
    assert 0 < found < 1
    assert (found > level) == (own > 0) or found == pytest.approx(level, abs=1e-12)


def test_a_fraction_that_is_given_stays_as_it_is_given():
    assert visit_fraction(np.array([0.0, 0.9, 1.0]), np.zeros(3)).tolist() == [0.0, 0.9, 1.0]


@pytest.mark.parametrize(("text", "found"), [("1/3", 1 / 3), ("90 %", 0.9), ("0.9", 0.9), ("0", 0.0), ("1", 1.0)])
def test_a_fraction_is_read_as_people_write_it(text, found):
    assert fraction(text) == found


@pytest.mark.parametrize("text", ["", "full", "1/0", "-10%", "110 %", "nan"])
def test_what_is_no_fraction_is_refused(text):
    with pytest.raises(UsageError, match="laden fraction"):
        fraction(text)
