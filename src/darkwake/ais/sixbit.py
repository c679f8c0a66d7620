"""The six-bit code of AIS payloads over many payloads at once: bits to columns of numbers and texts.

Source: Recommendation ITU-R M.1371-5 (2014), annex 8, table 47 (the six-bit alphabet); NMEA 0183 (VDM, the armour).
Nothing here knows a message type.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from darkwake.ais.batch import Wholes

Codes = NDArray[np.uint8]
NO_ARMOUR = 255
"""What stands for a character that is outside the six-bit code."""
_ARMOUR = bytes(c - 48 if 48 <= c < 88 else c - 56 if 96 <= c < 120 else NO_ARMOUR for c in range(256))


def unarmoured(text: bytes) -> Codes:
    """The six bits of every character, :data:`NO_ARMOUR` for one outside the code.

    >>> unarmoured(b"0Ww`,").tolist()
    [0, 39, 63, 40, 255]
    """
    return np.frombuffer(text.translate(_ARMOUR), dtype=np.uint8)


class Payloads:
    """Some payloads of one message type, each at least so many characters long, as one column a character."""

    def __init__(self, sixbits: Codes, starts: Wholes, characters: int) -> None:
        # The rows are copied whole, which is several times as fast as one index for every character.
        self._columns = np.ascontiguousarray(sliding_window_view(sixbits, characters)[starts].T)
        self._wide = self._columns.astype(np.int64)

    def whole(self, start: int, width: int) -> Wholes:
        """The unsigned number that stands in ``width`` bits from bit ``start``; at most 57 bits."""
        first, end = start // 6, -(-(start + width) // 6)
        value = self._wide[first]
        for column in range(first + 1, end):
            value = (value << 6) | self._wide[column]
        return np.asarray((value >> (6 * end - start - width)) & ((1 << width) - 1))

    def signed(self, start: int, width: int) -> Wholes:
        """The same in two's complement."""
        sign = 1 << (width - 1)
        return np.asarray((self.whole(start, width) ^ sign) - sign)

    def text(self, start: int, characters: int) -> pa.Array:
        """Text without its padding: ``@`` at the end, then spaces at both ends."""
        first, shift = divmod(start, 6)
        codes = self._columns[first : first + characters]
        if shift:
            behind = self._columns[first + 1 : first + 1 + characters]
            codes = np.asarray(((codes << np.uint8(shift)) | (behind >> np.uint8(6 - shift))) & np.uint8(63))
        letters = np.ascontiguousarray(np.where(codes < 32, codes + np.uint8(64), codes).T)
        return pc.ascii_trim(pc.ascii_rtrim(texts_of(letters), characters="@"), characters=" ")


def texts_of(letters: Codes) -> pa.Array:
    """The rows of a matrix of ASCII codes as texts, all of the same length.

    >>> texts_of(np.frombuffer(b"abcd", dtype=np.uint8).reshape(2, 2)).to_pylist()
    ['ab', 'cd']
    """
    rows, length = letters.shape
    offsets = np.arange(0, rows * length + 1, max(length, 1), dtype=np.int32)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(letters.tobytes()))
