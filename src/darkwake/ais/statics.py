"""What ships say of themselves: name, numbers, size, draught, destination.

Messages (NMEA types 5, 19, 24) and rows without a position are all kept. Position rows of a CSV repeat the last message
over and over; from them a row of ``statics`` is kept when it differs from the one before of the same MMSI in the file.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darkwake.ais.batch import STATIC_NUMBERS, STATIC_TEXTS, STATICS, Batch, Flags, Floats, Wholes
from darkwake.ais.quantities import nullable, quantity
from darkwake.ais.times import NO_TIME
from darkwake.schema import FLAG, TIME, WHOLE

EMPTY = "static row without a value"
_WHOLE = ("imo", "ship_type")
_SEPARATOR = "\x1f"


@dataclass
class Said:
    """Static rows of a batch; the first of each MMSI is still to be compared with the batches before."""

    rows: pa.Table
    alone: Flags
    """Rows that gave no position."""
    opens: list[tuple[int, int, str]]
    """Place in ``rows``, MMSI and values of the first row of each MMSI; empty for messages, which are all kept."""
    closes: list[tuple[int, str]]
    """MMSI and values of the last row of each."""
    other: Counter[str]
    """Rows that gave nothing."""


@dataclass
class Kept:
    """Static rows that stay."""

    rows: pa.Table
    both: int
    """How many of them came with a position."""


class Memory:
    """What every ship of a file last said; batches have to come in order. About 200 bytes a ship."""

    def __init__(self) -> None:
        self._last: dict[int, str] = {}

    def settle(self, said: Said) -> Kept:
        """Drop what a ship had said already in the batches before."""
        keep = np.ones(said.rows.num_rows, dtype=bool)
        for row, mmsi, values in said.opens:
            keep[row] = self._last.get(mmsi) != values
        self._last.update(said.closes)
        return Kept(said.rows.filter(pa.array(keep)), int((~said.alone & keep).sum()))


def any_static(batch: Batch) -> Flags:
    """Rows of a table in which at least one static column is filled."""
    filled = np.zeros(len(batch), dtype=bool)
    for word in STATICS:
        if word in batch.columns:
            filled |= batch.columns[word].is_valid().to_numpy(zero_copy_only=False)
    return filled


def said_by(batch: Batch, mmsi: Wholes, time: Wholes, *, rows: Wholes, alone: Flags) -> Said:
    """The static rows among ``rows``; ``alone`` tells which rows of the batch give no position."""
    messages = batch.statics is not None
    if messages or not len(rows):
        return Said(_table(batch, mmsi, time, rows), alone[rows], [], [], Counter())
    values = _values(batch, rows)
    new, opening, closing = _changes(mmsi[rows], values)
    new |= alone[rows]
    table = _table(batch, mmsi, time, rows[new])
    filled = _filled(table)
    place = np.full(len(rows), -1)
    place[np.flatnonzero(new)[filled]] = np.arange(int(filled.sum()))
    opening = opening[(place[opening] >= 0) & ~alone[rows[opening]]]
    opens = [(int(place[i]), int(mmsi[rows[i]]), values[i].as_py()) for i in opening]
    closes = [(int(mmsi[rows[i]]), values[i].as_py()) for i in closing]
    still_alone = alone[rows[new]]
    empty = Counter({EMPTY: int((still_alone & ~filled).sum())})
    return Said(table.filter(pa.array(filled)), still_alone[filled], opens, closes, empty)


def _values(batch: Batch, rows: Wholes) -> pa.Array:
    """The static values of each row as one text, to compare."""
    texts = [batch.taken(word, rows).cast(pa.string()) for word in STATICS if word in batch.columns]
    return pc.binary_join_element_wise(*texts, _SEPARATOR, null_handling="replace", null_replacement="")


def _changes(mmsi: Wholes, values: pa.Array) -> tuple[Flags, Wholes, Wholes]:
    """Rows where a ship says something new; the first row of each ship; the last row of each ship."""
    codes = values.dictionary_encode().indices.to_numpy()
    order = np.argsort(mmsi, kind="stable")
    ship, code = mmsi[order], codes[order]
    first = np.append(True, ship[1:] != ship[:-1])
    new = first | np.append(True, code[1:] != code[:-1])
    last = np.append(first[1:], True)
    says_new = np.zeros(len(mmsi), dtype=bool)
    says_new[order[new]] = True
    return says_new, order[first], order[last]


def _table(batch: Batch, mmsi: Wholes, time: Wholes, rows: Wholes) -> pa.Table:
    """The rows in the columns of ``Statics`` but for source and origin."""
    numbers = {word: quantity(word, batch.numbers(word, rows)[0]) for word in STATIC_NUMBERS}
    _antenna(numbers)
    columns: dict[str, pa.Array] = {
        "line": pa.array(batch.lines[rows]),
        "mmsi": pa.array(mmsi[rows]),
        "time": pa.array(time[rows], mask=time[rows] == NO_TIME).cast(TIME),
    }
    for word, values in numbers.items():
        columns[word] = nullable(values).cast(WHOLE, safe=False) if word in _WHOLE else nullable(values)
    for word in STATIC_TEXTS:
        columns[word] = batch.texts(word, rows)
    columns["incomplete"] = batch.taken("incomplete", rows) if "incomplete" in batch.columns else pa.nulls(len(rows), FLAG)
    return pa.table(columns)


def _antenna(numbers: dict[str, Floats]) -> None:
    """Length and beam from the distances of the antenna, where the file does not give them.

    M.1371-5 annex 8 section 3.3: all four 0 = not available; bow and port alone 0 = the antenna's place is not known,
    stern and starboard are then length and beam.
    """
    bow, stern = numbers["to_bow_m"], numbers["to_stern_m"]
    port, starboard = numbers["to_port_m"], numbers["to_starboard_m"]
    for word, near, far in (("length_m", bow, stern), ("beam_m", port, starboard)):
        given = np.isfinite(numbers[word])
        total = quantity(word, near + far)
        numbers[word] = np.where(given, numbers[word], total)
    nowhere = (bow == 0) & (port == 0)
    for near, far in ((bow, stern), (port, starboard)):
        unknown = nowhere | ((near == 0) & (far == 0))
        near[unknown] = far[unknown] = np.nan


def _filled(table: pa.Table) -> Flags:
    """Rows with at least one static value left after cleaning."""
    filled = np.zeros(table.num_rows, dtype=bool)
    for word in STATICS:
        filled |= table.column(word).is_valid().to_numpy(zero_copy_only=False)
    return filled
