"""Chips cut and padded at random outside what a measurement looked at: she must read the same to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from darkwake.detection import ChipMeasurement

MOST_PAD_PX = 30


def cut(
    chip: NDArray[np.float32], told: ChipMeasurement, hole: float, random: np.random.Generator
) -> tuple[NDArray[np.float32], int, int]:
    """A chip cut at random outside what was looked at and padded at random; and by how much that moves its pixels."""
    first_row, last_row, first_column, last_column = told.looked_at or (0, chip.shape[0], 0, chip.shape[1])
    top, left = (int(random.integers(0, max(first, 0) + 1)) for first in (first_row, first_column))
    bottom, right = (
        int(random.integers(min(last + 1, size), size + 1))
        for last, size in zip((last_row, last_column), chip.shape[:2], strict=True)
    )
    before, after = random.integers(0, MOST_PAD_PX, 2), random.integers(0, MOST_PAD_PX, 2)
    pads = ((before[0], after[0]), (before[1], after[1]), (0, 0))
    return np.pad(chip[top:bottom, left:right], pads, constant_values=hole), int(before[0]) - top, int(before[1]) - left


def numbers_of(told: ChipMeasurement) -> ChipMeasurement:
    """A measurement without the places, which move with the cut."""
    return replace(told, row=None, column=None, looked_at=None)
