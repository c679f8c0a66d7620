"""Tables of a Sentinel-1 annotation over lines and pixels, and their values at every pixel of a window.

A table is a list of vectors, each at a line, each with pixels of its own. Between pixels and between lines it is linear
(bilinear where the vectors share their pixels, as those of one product do); beyond its ends the end values hold. For a window
the few vectors that it touches are brought to its columns once, and then rows are mixed from two of them, strip by strip,
in float32: a strip stays in the processor's cache, so that the table costs two passes and no more memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from darkwake.errors import InputError
from darkwake.imagery.protocol import Window
from darkwake.imagery.sentinel1.xml import DO, number, numbers, text

STRIP_PX = 1 << 17
"""Pixels of a strip: three of them in float32 fit the 2 MiB that a core has for itself."""


@dataclass(frozen=True)
class Table:
    """Vectors of values, in the order of their lines."""

    line: NDArray[np.float64]
    pixel: tuple[NDArray[np.float64], ...]
    value: tuple[NDArray[np.float64], ...]

    def over(self, window: Window) -> Mix:
        """The table at the columns of a window, for the rows of the window."""
        first = max(int(np.searchsorted(self.line, window.y0, "right")) - 1, 0)
        last = min(int(np.searchsorted(self.line, window.y1 - 1, "left")), len(self.line) - 1)
        columns = np.arange(window.x0, window.x1)
        vectors = range(first, max(last, first) + 1)
        value = np.stack([np.interp(columns, self.pixel[n], self.value[n]) for n in vectors]).astype(np.float32)
        return Mix(self.line[first : vectors.stop], value, np.diff(value, axis=0))


@dataclass(frozen=True)
class Mix:
    """Vectors at the columns of a window, and the steps from each to the next."""

    line: NDArray[np.float64]
    value: NDArray[np.float32]
    step: NDArray[np.float32]

    def into(self, out: NDArray[np.float32], top: int) -> None:
        """Fill the rows from line ``top`` on; no vector's line may lie within them but on the first (see ``strips``)."""
        if not len(self.step):
            out[:] = self.value[0]
            return
        before = int(np.clip(np.searchsorted(self.line, top, "right") - 1, 0, len(self.step) - 1))
        start, stop = self.line[before], self.line[before + 1]
        share = np.clip((np.arange(top, top + len(out)) - start) / (stop - start), 0.0, 1.0).astype(np.float32)
        np.multiply(share[:, None], self.step[before], out=out)
        out += self.value[before]


def strips(window: Window, mixes: list[Mix]) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) lines of the strips of a window, cut at the lines of the tables."""
    most = max(STRIP_PX // max(window.shape[1], 1), 1)
    lines = np.concatenate([mix.line for mix in mixes]) if mixes else np.zeros(0)
    cuts = {int(line) for line in np.ceil(lines) if window.y0 < line < window.y1} | {window.y0, window.y1}
    edges = sorted(cuts)
    for top, bottom in pairwise(edges):
        for start in range(top, bottom, most):
            yield start, min(start + most, bottom)


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
