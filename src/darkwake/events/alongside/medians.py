"""Medians and counts over chosen ticks of many meetings at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from darkwake.events.hulls import Floats

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


def counted(chosen: Flags) -> Counts:
    """How many are chosen in each row."""
    return np.asarray(np.count_nonzero(chosen, axis=1))


def medians(values: Floats, chosen: Flags) -> Floats:
    """The median of each row's chosen values; nan where none is chosen or a chosen one is nan.

    >>> medians(np.array([[3.0, 1.0, 2.0], [4.0, 1.0, 9.0]]), np.array([[True, True, True], [True, True, False]])).tolist()
    [2.0, 2.5]
    """
    count = counted(chosen)
    # Behind infinity stands what is nan, so the chosen values of a row without any stand first.
    ordered = np.sort(np.where(chosen, values, np.inf), axis=1)
    rows = np.arange(len(ordered))
    lower, upper = ordered[rows, np.maximum(count - 1, 0) // 2], ordered[rows, np.minimum(count // 2, ordered.shape[1] - 1)]
    return np.where((count == 0) | np.isnan(ordered[:, -1]), np.nan, (lower + upper) / 2)


def spreads(values: Floats, chosen: Flags) -> Floats:
    """Standard deviation of what is not odd in each row (1.4826 times the median deviation from the median)."""
    return 1.4826 * medians(np.abs(values - medians(values, chosen)[:, None]), chosen)


def means(values: Floats, chosen: Flags) -> Floats:
    """The mean of each row's chosen values; nan where none is chosen."""
    count = counted(chosen)
    return np.where(count > 0, np.sum(np.where(chosen, values, 0.0), axis=1) / np.maximum(count, 1), np.nan)


def first_of(chosen: Flags) -> Counts:
    """Where the first chosen one of each row stands; rows without any give 0."""
    return np.asarray(np.argmax(chosen, axis=1))


def last_of(chosen: Flags) -> Counts:
    """Where the last chosen one of each row stands; rows without any give the last column."""
    return np.asarray(chosen.shape[1] - 1 - np.argmax(chosen[:, ::-1], axis=1))
