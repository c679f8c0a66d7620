"""What a detector hands on: the pixels that stand out, each with the sea around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Hits:
    """Pixels that stand out: place, value, mean and standard deviation of the sea around, and whether they pass by themselves.

    Radar: value, mean and deviation are intensities. Optical: the value is the contrast in deviations, so the mean is 0 and
    the deviation 1. Pixels that are not ``strong`` count only where they are linked to one that is.
    ``bands`` has a bit for each band in which a pixel is strong, the first band the lowest.
    """

    y: Rows
    x: Rows
    value: Values
    mean: Values
    deviation: Values
    strong: NDArray[np.bool_]
    bands: NDArray[np.uint8]

    def __len__(self) -> int:
        """How many pixels."""
        return len(self.y)

    def only(self, chosen: NDArray[np.bool_] | Rows) -> Hits:
        """Some of the pixels."""
        n = chosen
        return Hits(self.y[n], self.x[n], self.value[n], self.mean[n], self.deviation[n], self.strong[n], self.bands[n])

    def moved(self, y0: int, x0: int) -> Hits:
        """The same pixels in coordinates whose origin lies at ``-y0, -x0``."""
        return Hits(self.y + y0, self.x + x0, self.value, self.mean, self.deviation, self.strong, self.bands)

    def names(self, names: Sequence[str]) -> list[str]:
        """In which bands, of those named in their order, some of the pixels are strong.

        >>> one, zero = np.ones(1), np.zeros(1, np.int64)
        >>> Hits(zero, zero, one, one, one, one > 0, np.array([2], np.uint8)).names(["VV", "VH"])
        ['VH']
        """
        bits = int(np.bitwise_or.reduce(self.bands, initial=0))
        return [name for number, name in enumerate(names) if bits >> number & 1]

    @property
    def contrast(self) -> float:
        """The brightest pixel over its sea, in standard deviations."""
        peak = int(self.value.argmax())
        return float((self.value[peak] - self.mean[peak]) / self.deviation[peak])


@dataclass(frozen=True)
class Blob:
    """An object: the pixels of its core, and all linked pixels around that it was cut from."""

    core: Hits
    whole: Hits


def joined(parts: Sequence[Hits]) -> Hits:
    """Several in one; the order of the pixels is by row and column, whatever the order of the parts."""
    if not parts:
        nothing, none = np.zeros(0, np.int64), np.zeros(0)
        return Hits(nothing, nothing, none, none, none, np.zeros(0, np.bool_), np.zeros(0, np.uint8))
    columns = zip(*((p.y, p.x, p.value, p.mean, p.deviation, p.strong, p.bands) for p in parts), strict=True)
    whole = Hits(*(np.concatenate(column) for column in columns))
    return whole.only(np.lexsort((whole.x, whole.y)))


def merged(bands: Sequence[Hits]) -> Hits:
    """Hits of several polarisations of the same pixels as one list, each pixel once.

    One band stays as it is. Several are put on the scale of their own seas, so that value and deviation are means of values
    over the mean of the sea; a band in which a pixel does not stand out counts as sea.
    """
    if len(bands) == 1:
        return bands[0]
    together = joined(bands)
    place = np.stack([together.y, together.x])
    first = np.ones(len(together), np.bool_)
    first[1:] = (np.diff(place, axis=1) != 0).any(axis=0)
    number = np.cumsum(first) - 1
    count, share = int(first.sum()), 1.0 / len(bands)
    over = (together.value / together.mean - 1.0) * share
    variance = (together.deviation / together.mean) ** 2
    value = 1.0 + np.bincount(number, over, count).astype(np.float64)
    spread = np.sqrt(np.bincount(number, variance, count) / np.bincount(number, minlength=count) * share)
    strong, bits = np.zeros(count, np.bool_), np.zeros(count, np.uint8)
    np.logical_or.at(strong, number, together.strong)
    np.bitwise_or.at(bits, number, together.bands)
    return Hits(together.y[first], together.x[first], value, np.ones(count), spread, strong, bits)
