"""A block of lines as bytes in an array: where lines, commas, checksums and tag blocks lie, for all lines at once.

Nothing is judged here but whether a line has the usual form; what has not goes to :mod:`darkwake.ais.sentences`, one line at
a time, so that both ways give the same.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from darkwake.ais.batch import Flags, Wholes
from darkwake.ais.sixbit import NO_ARMOUR, Codes, unarmoured
from darkwake.ais.times import EARLIEST, LATEST, NO_TIME

_COMMA, _STAR, _BACKSLASH, _LINE_END, _RETURN = b",*\\\n\r"
_SPACE, _DELETE = 0x20, 0x7F
_PADDING = b"\n" * 256
"""Behind the block, so that a look a little ahead never leaves it; longer than a payload of any type with a layout."""
_HEX = np.full(256, -1, dtype=np.int64)
_HEX[[*b"0123456789"]] = range(10)
_HEX[[*b"ABCDEF"]] = _HEX[[*b"abcdef"]] = range(10, 16)
_BLANK = np.isin(np.arange(256), [*b" \t\r\n\x0b\x0c"])
_EARLIEST_S, _LATEST_S = round(EARLIEST.timestamp()), round(LATEST.timestamp())


class Marks:
    """A block of lines and where its marks are; every place is an index into the block."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.padded = text + _PADDING
        self.codes: Codes = np.frombuffer(self.padded, dtype=np.uint8)
        self.sixbits = unarmoured(self.padded)
        # What is outside the six-bit code is little, and all marks are among it.
        self._strangers = np.flatnonzero(self.sixbits == NO_ARMOUR)
        self._kinds = self.codes[self._strangers]
        ends = self._strangers[self._kinds == _LINE_END]
        ends = ends[: np.searchsorted(ends, len(text))]
        if text and not text.endswith(b"\n"):
            ends = np.append(ends, len(text))
        self.ends = ends
        """Behind the last byte of every line."""
        self.starts = np.append(0, ends[:-1] + 1) if len(ends) else ends
        self.commas = self._places(_COMMA)
        self.stars = self._places(_STAR)
        self.backslashes = self._places(_BACKSLASH)
        # The exclusive or of a stretch is that of all up to its end with that of all up to its start.
        self._folded = np.bitwise_xor.accumulate(self.codes)

    def _places(self, code: int) -> Wholes:
        """Where a mark stands; then, eight times, a place behind the block."""
        return np.append(self._strangers[self._kinds == code], np.full(8, len(self.codes) - 1))

    @cached_property
    def _unprinted(self) -> Wholes:
        return np.asarray(np.cumsum((self.codes <= _SPACE) | (self.codes >= _DELETE), dtype=np.uint16))

    def line(self, index: int) -> bytes:
        """A line without its end."""
        return self.text[self.starts[index] : self.ends[index]]

    def trimmed(self) -> tuple[Wholes, Flags]:
        """The end of every line without a return, and whether no other blank stands before it."""
        ends = self.ends - (self.codes[self.ends - 1] == _RETURN)
        return ends, ~_BLANK[self.codes[ends - 1]]

    def folded(self, starts: Wholes, ends: Wholes) -> Codes:
        """The checksum of the characters of stretches; none may start at the block's first byte."""
        return np.asarray(self._folded[ends - 1] ^ self._folded[starts - 1])

    def stated(self, at: Wholes) -> Wholes:
        """The number that two hexadecimal digits give; negative where one of them is none."""
        high, low = _HEX[self.codes[at]], _HEX[self.codes[at + 1]]
        return np.where((high < 0) | (low < 0), -1, 16 * high + low)

    def all_six_bit(self, starts: Wholes, ends: Wholes) -> Flags:
        """Whether stretches hold characters of the six-bit code alone and end at one outside it."""
        return np.asarray(self._strangers[np.searchsorted(self._strangers, starts)] == ends)

    def printable(self, starts: Wholes, ends: Wholes) -> Flags:
        """Whether stretches of fewer than 65,536 characters hold printed ASCII characters alone, no blank."""
        return np.asarray(self._unprinted[ends - 1] == self._unprinted[starts - 1])

    def digits(self, at: Wholes, count: int) -> Wholes:
        """The number that so many decimal digits give; negative where one of them is none."""
        value, good = np.zeros(len(at), dtype=np.int64), np.ones(len(at), dtype=bool)
        for place in range(count):
            digit = self.codes[at + place].astype(np.int64) - 48
            good &= (digit >= 0) & (digit <= 9)
            value = 10 * value + digit
        return np.where(good, value, -1)


def stamps_us(stamps: Wholes) -> Wholes:
    """Unix times in seconds or milliseconds as microseconds, :data:`NO_TIME` where they are neither.

    >>> stamps_us(np.array([1354719387, 1354719387500, 12415440354])).tolist() == [1354719387000000, 1354719387500000, NO_TIME]
    True
    """
    times = np.full(len(stamps), NO_TIME)
    for a_second in (1, 1_000):
        good = (stamps >= _EARLIEST_S * a_second) & (stamps < _LATEST_S * a_second)
        times[good] = stamps[good] * (1_000_000 // a_second)
    return times
