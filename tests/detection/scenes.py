"""Planted scenes for the tests of detection."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def plant(
    values: NDArray[np.float32], *, y: float, x: float, length_px: float, beam_px: float, axis_deg: float, value: float
) -> NDArray[np.float32]:
    """A rectangle of one brightness; the axis is clockwise from up."""
    rows, columns = np.mgrid[: values.shape[0], : values.shape[1]]
    angle = np.radians(axis_deg)
    along = (columns + 0.5 - x) * np.sin(angle) - (rows + 0.5 - y) * np.cos(angle)
    across = (columns + 0.5 - x) * np.cos(angle) + (rows + 0.5 - y) * np.sin(angle)
    inside = (np.abs(along) <= length_px / 2) & (np.abs(across) <= beam_px / 2)
    return np.where(inside, np.float32(value), values)
