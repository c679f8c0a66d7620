"""Tables of a Sentinel-1 annotation over lines and pixels, and their values at every pixel of a window.

A table is a list of vectors, each at a line, each with pixels of its own. Between pixels and between lines it is linear
(bilinear where the vectors share their pixels, as those of one product do); beyond its ends the end values hold. For a window
the few vectors that it touches are brought to its columns once, and then rows are mixed from two of them, strip by strip,
in float32: a strip stays in the processor's cache, so that the table costs one pass over it and no more memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from darkwake.errors import InputError
from darkwake.imagery.protocol import Window
from darkwake.imagery.sentinel1.xml import DO, number, numbers, text

STRIP_PX = 1 << 17
"""Pixels of a strip: three arrays of them in float32 fit the 2 MiB that a core of today has for itself."""


@dataclass(frozen=True)
class Table:
    """Vectors of values, in the order of their lines."""

    line: NDArray[np.float64]
    pixel: tuple[NDArray[np.float64], ...]
    value: tuple[NDArray[np.float64], ...]

    def over(self, window: Window) -> Mix:
        """The table at the columns of a window, for the rows of the window."""
        first = max(int(np.searchsorted(self.line, window.y0, "right")) - 1, 0)
        last = max(min(int(np.searchsorted(self.line, window.y1 - 1, "left")), len(self.line) - 1), first)
        columns, rows = np.arange(window.x0, window.x1), np.arange(window.y0, window.y1)
        vectors = range(first, last + 1)
        value = np.stack([np.interp(columns, self.pixel[n], self.value[n]) for n in vectors]).astype(np.float32)
        at = np.interp(rows, self.line[first : last + 1], np.arange(len(vectors)))
        return Mix(at, value)


@dataclass(frozen=True)
class Mix:
    """Vectors at the columns of a window, and for each of its rows where between two of them it lies."""

    at: NDArray[np.float64]
    value: NDArray[np.float32]

    @property
    def even(self) -> NDArray[np.float32] | None:
        """The one row that all rows are, where the table does not change from line to line; calibrations seldom do."""
        return self.value[0] if (self.value == self.value[0]).all() else None

    def into(self, out: NDArray[np.float32], row: int) -> None:
        """Fill rows, the first of which is ``row`` of the window."""
        at = self.at[row : row + len(out)]
        first, last = int(np.floor(at[0])), int(np.ceil(at[-1]))
        shares = np.maximum(1 - np.abs(at[:, None] - np.arange(first, last + 1)), 0).astype(np.float32)
        # A product of matrices is one pass over the strip, where scaling and adding are two.
        np.matmul(shares, self.value[first : last + 1], out=out)


def strips(shape: tuple[int, int]) -> Iterator[slice]:
    """The rows of a window in strips."""
    most = max(STRIP_PX // max(shape[1], 1), 1)
    for top in range(0, shape[0], most):
        yield slice(top, min(top + most, shape[0]))


def read_table(vectors: list[Element], name: str, source: str) -> Table:
    """The table ``name`` of a list of vectors that have ``line``, ``pixel`` and the values."""
    rows = {}
    for vector in vectors:
        pixel, value = (_vector(vector, which, source) for which in ("pixel", name))
        if len(pixel) != len(value) or (np.diff(pixel) <= 0).any():
            what = f"{len(value)} values of {name} at {len(pixel)} pixels, or the pixels are not in order"
            raise InputError(what, do=DO, source=source, place=vector.tag)
        rows[number(vector, "line", source)] = (pixel, value)
    if not rows:
        raise InputError(f"there is no vector of {name}", do=DO, source=source)
    line = np.array(sorted(rows))
    return Table(line, tuple(rows[at][0] for at in line), tuple(rows[at][1] for at in line))


def _vector(vector: Element, name: str, source: str) -> NDArray[np.float64]:
    return numbers(text(vector, name, source), f"{vector.tag}/{name}", source)
