"""Texts of columns are what ``json`` writes of their values one by one."""

from __future__ import annotations

import json
import math

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from darkwake.events.judging.texts import flags, members, numbers, objects, rounded, strings, wholes

NUMBERS = st.one_of(st.floats(allow_infinity=False), st.floats(-1e-3, 1e-3), st.integers(-(10**17), 10**17).map(float))


@given(st.lists(NUMBERS, max_size=20))
@example([0.0, -0.0, 1e-4, 9.9e-5, 1e15, 1e16, 5e-324, -12.0, math.nan])
def test_numbers_are_written_as_json_writes_them(values):
    expected = [None if math.isnan(value) else json.dumps(value) for value in values]
    assert numbers(np.array(values, np.float64)).to_pylist() == expected


def test_rounding_leaves_no_negative_nought():
    assert rounded(np.array([-0.04, 2.25, math.nan])).to_pylist() == ["0.0", "2.2", None]


def test_columns_make_objects_with_what_is_not_known_as_null_or_left_out():
    at, known = np.array([1, -1]), np.array([True, False])
    columns = {
        'a "word"': strings(["x", 'Göteborg "II"', None], at),
        "n": wholes(np.array([7, 8]), known),
        "yes": flags(known),
    }
    whole = [{'a "word"': 'Göteborg "II"', "n": 7, "yes": True}, {'a "word"': None, "n": None, "yes": False}]
    assert objects(columns).to_pylist() == [json.dumps(row) for row in whole]
    assert objects(columns, known_only=True).to_pylist() == [json.dumps(whole[0]), '{"yes": false}']
    assert members(columns).to_pylist() == [json.dumps(row)[1:-1] for row in whole]
