"""Rows as a format's reader hands them on: our column names, their values still as they stand in the file.

A :class:`Field` says which column of the file feeds which of ours and how its text becomes a value; a :class:`Batch` is a
stretch of a file. Turning values into clean ``reports`` and ``statics`` is the job of ``cleaning``.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Wholes = NDArray[np.int64]

POSITION_NUMBERS = ("mmsi", "lat", "lon", "sog_kn", "cog_deg", "heading_deg", "nav_status")
STATIC_NUMBERS = (
    "imo", "ship_type", "to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m", "length_m", "beam_m", "draught_m",
)  # fmt: skip
STATIC_TEXTS = ("name", "callsign", "destination")
STATICS = (*STATIC_NUMBERS, *STATIC_TEXTS)
TEXTS = ("ais_class", "receiver", "station", *STATIC_TEXTS)
WORDS = ("time", *POSITION_NUMBERS, *STATIC_NUMBERS, *TEXTS)
"""Every column of ours that a file can feed."""

_NUMBER = r"^[+-]?(\d{1,40}\.?\d{0,40}|\.\d{1,40})([eE][+-]?\d{1,2})?$"
_NO_NUMBER = r"^(?i)[+-]?(nan|inf|infinity)$"
"""What programs write for a number that is not there; Arrow reads it as one."""
_FEW = 10_000
RAW_MAX = 500
"""Longest raw text kept in the quarantine, in characters (schema.Quarantine)."""


@dataclass(frozen=True)
class Field:
    """How one column of a file feeds one of ours."""

    column: str
    """The column's name in the file."""
    to: str
    """Our column."""
    scale: float = 1.0
    """What a number is multiplied by."""
    null: tuple[str | float, ...] = ()
    """Values (before scaling) that mean "none"."""
    time_format: str = "iso"
    """``iso``, ``epoch_s``, ``epoch_ms`` or a strptime format; for time only."""
    pattern: str = ""
    """A regular expression whose first group is the value."""
    values: Mapping[str, str | float] = field(default_factory=dict)
    """Words of the file (lower case) and what they mean."""


@dataclass
class Batch:
    """A stretch of a file: every line of it is a row, set aside, or counted under ``other``."""

    lines: Wholes
    """Line in the file of each row."""
    columns: Mapping[str, pa.Array]
    """Our column name to the values as read; a column that the file lacks is absent."""
    fields: Mapping[str, Field]
    raw: Callable[[int], str]
    """The text of row ``i``, for the quarantine."""
    rows_in: int
    """Lines that this batch accounts for."""
    last_line: int
    """Last line of the file that belongs to it."""
    set_aside: list[tuple[int, str, str]] = field(default_factory=list)
    """Line, reason and text of lines that are no rows."""
    other: Counter[str] = field(default_factory=Counter)
    """Lines that are neither, by what they are."""
    positions: Flags | None = None
    """Which rows claim a position; derived from the coordinates where None."""
    statics: Flags | None = None
    """Which rows are static messages, each kept; where None, rows with a static value (changes, where they repeat)."""
    clock_off_s: Counter[int] = field(default_factory=Counter)
    """How far the times of lines lie behind those that base stations say in them, whole seconds; how often each."""
    no_time: str = "time is missing or cannot be read"
    """Reason for a position without a time."""

    def __len__(self) -> int:
        return len(self.lines)

    def moved(self, lines: int) -> Batch:
        """The same rows ``lines`` further down: members of an archive are numbered through."""
        if lines:
            self.lines = self.lines + lines
            self.last_line += lines
            self.set_aside = [(line + lines, reason, raw) for line, reason, raw in self.set_aside]
        return self

    def numbers(self, word: str, at: Wholes | None = None) -> tuple[Floats, Flags]:
        """A numeric column (NaN where it is empty), and where its text could not be read."""
        count = len(self) if at is None else len(at)
        if word not in self.columns:
            return np.full(count, np.nan), np.zeros(count, dtype=bool)
        return as_numbers(self.taken(word, at), self.fields[word])

    def texts(self, word: str, at: Wholes | None = None) -> pa.Array:
        """A text column, null where it is empty."""
        count = len(self) if at is None else len(at)
        if word not in self.columns:
            return pa.nulls(count, pa.string())
        return as_text(self.taken(word, at), self.fields[word])

    def taken(self, word: str, at: Wholes | None) -> pa.Array:
        """The values at some rows (in order); all of them where None or where all are asked for."""
        column = self.columns[word]
        return column if at is None or len(at) == len(self) else column.take(pa.array(at))


def as_text(column: pa.Array, field: Field) -> pa.Array:
    """Values as trimmed text; what the field calls none, and the padding ``@``, is null."""
    if pa.types.is_dictionary(column.type):
        return as_text(column.dictionary, field).take(column.indices)
    text = column.cast(pa.string())
    if field.values and len(text) > _FEW:
        # Columns with a list of words repeat them.
        words = text.dictionary_encode()
        return as_text(words.dictionary, field).take(words.indices)
    if field.pattern:
        text = first_group(text, field.pattern)
    text = pc.utf8_trim(text, characters=" \t\r\n@\x00")
    tokens = pa.array([str(value) for value in field.null] + [""], pa.string())
    text = pc.if_else(pc.is_in(text, tokens), pa.scalar(None, pa.string()), text)
    return translated(text, field, pa.string()) if field.values else text


def as_numbers(column: pa.Array, field: Field) -> tuple[Floats, Flags]:
    """Values as floats (NaN where null), and where a text is there that is no number."""
    unread = np.zeros(len(column), dtype=bool)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)) or field.pattern:
        column, unread = _read_numbers(
            as_text(column, Field(field.column, field.to, null=field.null, pattern=field.pattern)), field
        )
    # Arrow gives NaN for null; without nulls it gives a view of its own buffer, which is only read here.
    values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    for code in field.null:
        if isinstance(code, int | float):
            values = np.where(values == code, np.nan, values)
    if np.isinf(values).any():
        values = np.where(np.isinf(values), np.nan, values)
    return (values * field.scale if field.scale != 1.0 else values), unread


def _read_numbers(text: pa.Array, field: Field) -> tuple[pa.Array, Flags]:
    known = translated(text, field, pa.float64()) if field.values else pa.nulls(len(text), pa.float64())
    is_number = pc.match_substring_regex(text, _NUMBER)
    plain = pc.if_else(is_number, text, pa.scalar(None, pa.string())).cast(pa.float64())
    number = pc.coalesce(known, plain)
    unread = pc.and_(pc.and_(pc.is_valid(text), pc.is_null(number)), pc.invert(pc.match_substring_regex(text, _NO_NUMBER)))
    unread = pc.fill_null(unread, fill_value=False)
    if field.values:
        # A word that is no code ("not defined") is no value; it is not a fault.
        unread = pc.and_not(unread, pc.is_in(pc.utf8_lower(text), pa.array(sorted(field.values), pa.string())))
    return number, unread.to_numpy(zero_copy_only=False)


def first_group(text: pa.Array, pattern: str) -> pa.Array:
    """The first group of a regular expression; null where it does not match."""
    named = re.sub(r"(?<!\\)\((?!\?)", "(?P<value>", pattern, count=1)
    return pc.struct_field(pc.extract_regex(text, named), "value")


def translated(text: pa.Array, field: Field, to: pa.DataType) -> pa.Array:
    """Words replaced by what they mean; for text, unknown words stay; for numbers, they are null."""
    words = pc.utf8_lower(text)
    found = pc.index_in(words, pa.array(list(field.values), pa.string()))
    meanings = [None if isinstance(m, float) and math.isnan(m) else m for m in field.values.values()]
    if pa.types.is_string(to):
        return pc.coalesce(pa.array([str(m) if m is not None else None for m in meanings], to).take(found), text)
    return pa.array([float(m) if m is not None else None for m in meanings], to).take(found)
