"""Medians over chosen ticks of many rows at once are those of each row's chosen values."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from darkwake.events.alongside.medians import Among, medians, of_some

SHAPE = (6, 9)
VALUES = arrays(np.float64, SHAPE, elements=st.floats(-1e6, 1e6) | st.just(np.nan))
FLAGS = arrays(np.bool_, SHAPE)


def one_by_one(values: np.ndarray, chosen: np.ndarray) -> list[float]:
    """The same by NumPy's own medians."""
    return [float(np.median(row[of])) if of.any() else np.nan for row, of in zip(values, chosen, strict=True)]


@given(VALUES, FLAGS)
def test_medians_of_chosen_values_are_those_of_each_row(values, chosen):
    np.testing.assert_array_equal(medians(values, chosen), one_by_one(values, chosen))


@given(arrays(np.float64, SHAPE, elements=st.floats(-1e6, 1e6)), FLAGS)
def test_spreads_and_thirds_are_those_of_each_row(values, chosen):
    among = Among.of(chosen)
    middle = np.array(one_by_one(values, chosen))
    off = 1.4826 * np.array(one_by_one(np.abs(values - middle[:, None]), chosen))
    np.testing.assert_array_equal(among.spreads(among.tables(values, -values)), [off, off])
    thirds = [np.flatnonzero(row) for row in chosen]
    several = [max(1, len(at) // 3) if len(at) else 0 for at in thirds]
    for third, expected in zip(
        among.thirds(),
        (
            [at[:some] for at, some in zip(thirds, several, strict=True)],
            [at[len(at) - some :] for at, some in zip(thirds, several, strict=True)],
        ),
        strict=True,
    ):
        assert [(third.at[third.row == row] % SHAPE[1]).tolist() for row in range(SHAPE[0])] == [at.tolist() for at in expected]


def test_what_is_reckoned_of_no_row_is_known_of_none():
    nobody = np.zeros(2, np.bool_)
    np.testing.assert_array_equal(of_some(nobody, lambda rows: [rows, rows], np.ones(2)), np.full((2, 2), np.nan))
