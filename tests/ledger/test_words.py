"""The scale of likelihood has no gaps and never says certain."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from darkwake.ledger.words import SCALE, likelihood, percent


@given(chance=st.floats(0, 1))
def test_every_chance_has_one_word_and_the_words_rise_with_it(chance):
    step = next(step for step in SCALE if step.words == likelihood(chance))
    assert step.low <= chance
    assert chance < step.high or step is SCALE[-1]


@given(chance=st.floats(0, 1))
def test_no_chance_is_printed_as_certain(chance):
    assert percent(chance) not in ("0 %", "100 %")
