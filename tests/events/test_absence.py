"""A silence within a place: the chance that she stayed, between what is certain and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.events.absence import AbsenceRule, Silent, stayed_chance

RULE = AbsenceRule()
hours = st.floats(4, 2000)


def test_who_cannot_have_left_and_returned_stayed():
    assert stayed_chance(Silent(hours=4.0, lain_h=0.0, out_h=4.0, apart_m=9e4, lay_still=False), RULE) == 1.0


@given(hours, st.floats(0, 300), st.floats(0, 3), st.booleans())
def test_lying_at_the_same_spot_speaks_for_having_stayed(lasting, lain, out, still):
    same, other = (stayed_chance(Silent(lasting, lain, out, apart, True), RULE) for apart in (10.0, 2000.0))
    neither = stayed_chance(Silent(lasting, lain, out, 10.0, False), RULE)
    assert 0 <= other <= neither <= same <= 1


@given(hours, st.floats(1, 500), st.floats(0, 3), st.floats(0, 5000), st.booleans())
def test_a_longer_silence_never_speaks_more_for_having_stayed(lasting, more, out, apart, still):
    short, long = (stayed_chance(Silent(time, 5.0, out, apart, still), RULE) for time in (lasting, lasting + more))
    assert long <= short


def test_the_chance_is_the_weight_of_one_account_among_both():
    """At the medians half of the stays are over and half of the trips are back; nothing is known of the spot."""
    rule = AbsenceRule(usual_stay_h=24.0, usual_trip_h=24.0, left_share=0.25)
    assert stayed_chance(Silent(24.0, 0.0, 0.0, 0.0, False), rule) == 0.75
    assert stayed_chance(Silent(24.0, 0.0, 0.0, 0.0, True), rule) == round(0.75 * 0.7 / (0.75 * 0.7 + 0.25 * 0.1), 6)


@pytest.mark.parametrize("rule", [{"left_share": 0}, {"same_if_left": 1.0}, {"usual_trip_h": 0}, {"same_spot_m": -1}])
def test_a_rule_that_makes_no_sense_is_refused(rule):
    with pytest.raises(ValueError, match="have to"):
        AbsenceRule(**rule)
