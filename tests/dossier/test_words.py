"""The fixed words: a scale without gaps, digits that do not claim too much, days that say what is known."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.dossier import words
from darkwake.dossier.book import address, runs
from darkwake.dossier.seen import chances, factors
from darkwake.dossier.svg import corners, element, round_steps


def test_the_scale_has_no_gap_and_no_overlap() -> None:
    assert (words.SCALE[0].low, words.SCALE[-1].high) == (0.0, 1.0)
    assert all(below.high == above.low for below, above in pairwise(words.SCALE))


def test_a_chance_is_said_in_a_whole_sentence() -> None:
    assert words.it_is(0.5) == "there is a roughly even chance (50 %)"


@given(st.floats(0, 1))
def test_no_chance_is_printed_as_certain(chance: float) -> None:
    assert words.percent(chance) not in {"0 %", "100 %"}


@given(st.floats(1, 1e9))
def test_barrels_keep_three_digits(value: float) -> None:
    kept = float(words.significant(value).replace(",", ""))
    assert kept == pytest.approx(value, rel=0.006)
    assert len(words.significant(value).replace(",", "").replace(".", "").strip("0")) <= 3


def test_one_end_of_an_interval_that_is_not_known_is_not_invented() -> None:
    when = datetime(2024, 3, 7, 12, tzinfo=UTC)
    assert words.days(when, None) == "from 7 March 2024"
    assert words.days(None, when) == "until 7 March 2024"
    assert words.days(None, None) == "not known"


@given(st.sets(st.integers(1, 300), min_size=1))
def test_notes_drawn_together_name_each_source_once(numbers: set[int]) -> None:
    assert sorted(n for low, high in runs(numbers) for n in range(low, high + 1)) == sorted(numbers)


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "//host/a", "file:///etc", "http://[", " JAVASCRIPT:x"]
)
def test_only_http_addresses_become_links(href: str) -> None:
    assert address(href) is None


def test_factors_that_are_no_json_stay_as_text() -> None:
    assert (factors("not json"), factors("[1]"), factors(None)) == ("not json", "[1]", "")
    assert chances('{"reception_shown": true, "445000001": 0.25}') == "reception shown: yes; 445000001 (25 %)"


@given(st.text(), st.text())
def test_an_element_escapes_whatever_it_holds(words_: str, value: str) -> None:
    made = element("text", words_, class_=value)
    assert (made.count("<"), made.count(">"), made.count('"')) == (2, 2, 2)


@given(st.floats(1, 1e8), st.integers(2, 8))
def test_round_steps_reach_the_top(high: float, steps: int) -> None:
    found = round_steps(high, steps)
    assert found[0] == 0
    assert found[-1] >= high * (1 - 1e-9)
    assert len(found) <= steps + 2


def test_a_line_keeps_the_points_at_which_it_bends() -> None:
    straight = [(float(k), float(2 * k)) for k in range(100)]
    assert corners([*straight, (100.0, 0.0)]) == [straight[0], straight[-1], (100.0, 0.0)]
