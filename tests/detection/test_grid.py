"""Cells of a scene: sums over them, whatever the kind of the pixels."""

from __future__ import annotations

import numpy as np
import pytest

from darkwake.detection.grid import cell_sums


@pytest.mark.parametrize("cell_px", [1, 2, 4, 15, 16, 20])
def test_pixels_that_are_true_are_counted_as_ones_are_summed(cell_px: int) -> None:
    held = np.random.default_rng(cell_px).random((3 * cell_px, 5 * cell_px)) < 0.6
    held[:cell_px, :cell_px] = True
    np.testing.assert_array_equal(cell_sums(held, cell_px), cell_sums(held.astype(np.float32), cell_px))
    assert cell_sums(held, cell_px)[0, 0] == cell_px**2
