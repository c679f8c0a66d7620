"""Medians, means and counts over chosen ticks of many meetings at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from darkwake.events.hulls import Floats

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


def counted(chosen: Flags) -> Counts:
    """How many are chosen in each row."""
    return np.asarray(np.count_nonzero(chosen, axis=1))


@dataclass(frozen=True)
class Among:
    """Chosen ticks of each row, by their numbers counted row after row."""

    at: Counts
    shape: tuple[int, ...]

    @classmethod
    def of(cls, chosen: Flags) -> Among:
        """The ticks that are chosen."""
        return cls(np.flatnonzero(chosen), chosen.shape)

    @cached_property
    def row(self) -> Counts:
        """The row of each."""
        return self.at // self.shape[1]

    @cached_property
    def count(self) -> Counts:
        """How many there are in each row."""
        return np.bincount(self.row, minlength=self.shape[0])

    @cached_property
    def order(self) -> Counts:
        """How many of its row come before each."""
        return np.arange(len(self.at)) - np.repeat(np.cumsum(self.count) - self.count, self.count)

    @cached_property
    def width(self) -> int:
        """The most of a row; one at least."""
        return max(1, int(self.count.max(initial=0)))

    @cached_property
    def place(self) -> Counts:
        """Where each stands in a table of that width."""
        return self.row * self.width + self.order

    def thirds(self) -> tuple[Among, Among]:
        """The first third of each row's, and the last; one at least."""
        third = np.maximum(1, self.count // 3)
        first, last = self.order < third[self.row], self.order >= (self.count - third)[self.row]
        return Among(self.at[first], self.shape), Among(self.at[last], self.shape)

    def values(self, of: NDArray[Any]) -> NDArray[Any]:
        """What stands at them."""
        return of.ravel()[self.at]

    def table(self, values: Floats) -> Floats:
        """Values of theirs side by side, row by row, and infinity behind the last one of a row."""
        told = np.full((self.shape[0], self.width), np.inf, values.dtype)
        told.ravel()[self.place] = values
        return told

    def tables(self, *of: Floats) -> Floats:
        """What stands at them in one or more arrays, a table each."""
        return np.stack([self.table(self.values(one)) for one in of])

    def medians(self, table: Floats) -> Floats:
        """The median of each row of one or more tables; nan where there is none, or one of them is nan."""
        ordered, (rows, lower, upper) = np.sort(table, axis=-1), self._middle
        told = (ordered[..., rows, lower] + ordered[..., rows, upper]) / 2
        told[np.isnan(ordered[..., -1]) | (self.count == 0)] = np.nan
        return told

    @cached_property
    def _middle(self) -> tuple[Counts, Counts, Counts]:
        """Each row, and where the two in the middle of its ordered values stand."""
        return np.arange(self.shape[0]), np.maximum(self.count - 1, 0) // 2, self.count // 2

    def spreads(self, table: Floats) -> Floats:
        """Standard deviation of what is not odd (1.4826 times the median deviation from the median)."""
        return 1.4826 * self.medians(np.abs(table - self.medians(table)[..., None]))


def medians(values: Floats, chosen: Flags) -> Floats:
    """The median of each row's chosen values; nan where none is chosen or a chosen one is nan.

    >>> medians(np.array([[3.0, 1.0, 2.0], [4.0, 1.0, 9.0]]), np.array([[True, True, True], [True, True, False]])).tolist()
    [2.0, 2.5]
    """
    among = Among.of(chosen)
    return among.medians(among.table(among.values(values)))


def means(values: Floats, chosen: Flags) -> Floats:
    """The mean of each row's chosen values; nan where none is chosen."""
    count = counted(chosen)
    return np.where(count > 0, np.sum(np.where(chosen, values, 0.0), axis=1, dtype=np.float64) / np.maximum(count, 1), np.nan)


def first_of(chosen: Flags) -> Counts:
    """Where the first chosen one of each row stands; rows without any give 0."""
    return np.asarray(np.argmax(chosen, axis=1))


def last_of(chosen: Flags) -> Counts:
    """Where the last chosen one of each row stands; rows without any give the last column."""
    return np.asarray(chosen.shape[1] - 1 - np.argmax(chosen[:, ::-1], axis=1))


def of_some(rows: Flags, reckon: Callable[..., Any], *columns: NDArray[Any]) -> Floats:
    """What is reckoned from some rows of columns, one value a row or several; nan in the other rows.

    >>> of_some(np.array([False, True]), np.add, np.array([1.0, 2.0]), np.array([3.0, 4.0])).tolist()
    [nan, 6.0]
    """
    found = np.asarray(reckon(*(column[rows] for column in columns)))
    told = np.full((*found.shape[:-1], len(rows)), np.nan, found.dtype)
    told[..., rows] = found
    return told
