from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from darkwake.detection.components import link


@given(st.sets(st.tuples(st.integers(0, 15), st.integers(0, 15)), min_size=1, max_size=60))
def test_linking_agrees_with_labelling_the_image(places: set[tuple[int, int]]) -> None:
    """The same groups as scipy.ndimage.label with eight neighbours."""
    ordered = sorted(places)
    image = np.zeros((16, 16), np.bool_)
    y, x = (np.array(column) for column in zip(*ordered, strict=True))
    image[y, x] = True
    expected = ndimage.label(image, np.ones((3, 3)))[0][y, x]
    found = link(y, x, 1)
    assert (
        len(set(zip(found.tolist(), expected.tolist(), strict=True))) == len(set(expected.tolist())) == len(set(found.tolist()))
    )


def test_the_right_edge_is_not_next_to_the_left_edge_of_the_row_below() -> None:
    assert len(set(link(np.array([0, 1]), np.array([99, 0]), 1).tolist())) == 2


def test_a_wider_reach_joins_over_gaps() -> None:
    y, x = np.array([0, 0, 0]), np.array([0, 3, 9])
    assert link(y, x, 3).tolist() == [0, 0, 1]
