"""Payloads to the values of rows: the traffic all at once by type, the rest one by one with pyais, every one accounted for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from pyais.bit_vector import bit_vector
from pyais.exceptions import AISBaseException
from pyais.messages import MSG_CLASS

from darkwake.ais.batch import Flags, Floats, Wholes
from darkwake.ais.layouts import AUXILIARY_CRAFT, BITS, NAME_ONLY, SIZE_ONLY, named
from darkwake.ais.sixbit import Codes, Payloads
from darkwake.ais.times import NO_TIME

POSITIONS = frozenset({1, 2, 3, 4, 9, 11, 18, 19, 21, 27})
STATIC = frozenset({5, 19, 24})
LEAST_BITS = {1: 168, 2: 168, 3: 168, 4: 168, 5: 420, 9: 168, 11: 168, 18: 168, 19: 306, 21: 272, 24: 160, 27: 96}
"""Shortest payload of each type that is read. Type 5 has 424 bits, of which many senders leave out the last four (spare)."""
_LEAST = np.zeros(64, dtype=np.int64)
_LEAST[[*LEAST_BITS]] = [*LEAST_BITS.values()]
CLOCKS = (4, 11)
"""Types that carry a date and a time of their own."""
CLASS_A, CLASS_B = (1, 2, 3), (18, 19)
MOVES = {
    "mmsi": "mmsi", "lat": "lat", "lon": "lon", "sog_kn": "speed", "cog_deg": "course", "heading_deg": "heading",
    "nav_status": "status",
}  # fmt: skip
"""Our columns of a position and the fields that feed them."""
SAYS = {
    "name": "shipname", "callsign": "callsign", "destination": "destination", "imo": "imo", "ship_type": "ship_type",
    "to_bow_m": "to_bow", "to_stern_m": "to_stern", "to_port_m": "to_port", "to_starboard_m": "to_starboard",
    "draught_m": "draught",
}  # fmt: skip
"""Our columns of a static message."""
TEXTS = ("name", "callsign", "destination")
_WORDS = {theirs: ours for ours, theirs in (MOVES | SAYS).items()}
_SPEED_NONE_27 = 63
_TYPES = 28
_PART = 38
"""Where type 24 says which part it is, in two bits."""


@dataclass
class Messages:
    """Whole messages; places are indexes into one text."""

    line: Wholes
    """The last line of each, counted through the file."""
    start: Wholes
    """Where the payload starts and ends."""
    end: Wholes
    fill: Wholes
    time_us: Wholes
    station: Wholes
    """Number of the station's name; -1 without."""
    torn: Flags
    """Whether parts behind those that came are missing; only messages of type 5."""
    source: Wholes
    """Where its lines are: the line in the block, or -1, -2, ... for one of several lines."""

    def at(self, order: Wholes) -> Messages:
        """The same in another order."""
        return Messages(*(values[order] for values in vars(self).values()))

    def then(self, others: Messages) -> Messages:
        """These and others behind them."""
        return Messages(*map(np.append, vars(self).values(), vars(others).values()))


@dataclass
class Decoded:
    """The values of messages, one element a message, and what became of those that give no row."""

    kind: Wholes
    numbers: dict[str, Floats]
    texts: dict[str, list[tuple[Wholes, pa.Array]]]
    """The rows that have a text, and their texts."""
    time_us: Wholes
    rows: Flags
    """Which messages give a row."""
    clock_us: Wholes
    """The date and time that a message itself carries (types 4 and 11); :data:`NO_TIME` for all others."""
    aside: list[tuple[int, str]] = field(default_factory=list)
    """Messages set aside, and why."""
    other: Counter[str] = field(default_factory=Counter)

    def text(self, word: str) -> pa.Array:
        """A text column."""
        pieces = self.texts[word]
        place = np.full(len(self.kind), -1)
        for behind, (rows, _) in enumerate(pieces):
            place[rows] = np.arange(len(rows)) + sum(len(text) for _, text in pieces[:behind])
        if not pieces:
            return pa.nulls(len(place), pa.string())
        return pa.concat_arrays([text for _, text in pieces]).take(pa.array(place, mask=place < 0))


def decode(messages: Messages, text: bytes, sixbits: Codes, *, at_once: bool = True) -> Decoded:
    """The values of messages; with ``at_once`` False every one by pyais, to compare."""
    kind = sixbits[messages.start].astype(np.int64)
    numbers = {word: np.full(len(kind), np.nan) for word in (*MOVES, *SAYS) if word not in TEXTS}
    found = Decoded(
        kind, numbers, {word: [] for word in TEXTS}, messages.time_us.copy(), _LEAST[kind] > 0, np.full(len(kind), NO_TIME)
    )
    bits = 6 * (messages.end - messages.start) - messages.fill
    _sort_out(found, bits, messages.torn)
    left = found.rows.copy()
    if at_once:
        layout = np.where(found.rows & ~messages.torn, _layouts(messages, sixbits, kind, bits), 0)
        for one in np.unique(layout[layout > 0]).tolist():
            rows = np.flatnonzero(layout == one)
            _together(found, rows, one, Payloads(sixbits, messages.start[rows], -(-BITS[one] // 6)))
        left &= layout == 0
    for row in np.flatnonzero(left).tolist():
        payload = text[messages.start[row] : messages.end[row]]
        _alone(found, row, bit_vector(payload, int(messages.fill[row])), torn=bool(messages.torn[row]))
    return found


def _sort_out(found: Decoded, bits: Wholes, torn: Flags) -> None:
    """Name the messages whose type gives no row, and set those aside that are too short."""
    kinds = Counter(found.kind[~found.rows].tolist())
    found.other.update({f"message type {kind}": count for kind, count in kinds.items() if 1 <= kind < _TYPES})
    strange = np.flatnonzero((found.kind == 0) | (found.kind >= _TYPES))
    found.aside += [(row, "message type that does not exist") for row in strange.tolist()]
    short = found.rows & ~torn & (bits < _LEAST[found.kind])
    found.rows &= ~short
    found.aside += [(row, f"payload too short for type {found.kind[row]}") for row in np.flatnonzero(short).tolist()]


def _layouts(messages: Messages, sixbits: Codes, kind: Wholes, bits: Wholes) -> Wholes:
    """The layout by which each message can be read with others; 0 for none."""
    layout = kind.copy()
    rows = np.flatnonzero(kind == 24)
    if len(rows):
        payloads = Payloads(sixbits, messages.start[rows], -(-BITS[NAME_ONLY] // 6))
        part, mmsi = payloads.whole(_PART, 2), payloads.whole(8, 30)
        craft = (mmsi >= AUXILIARY_CRAFT[0]) & (mmsi <= AUXILIARY_CRAFT[1])
        layout[rows] = np.where(part == 0, NAME_ONLY, np.where((part == 1) & ~craft, SIZE_ONLY, 0))
    needed = np.full(256, np.iinfo(np.int64).max)
    needed[[*BITS]] = [*BITS.values()]
    return np.where(bits >= needed[layout], layout, 0)


def _together(found: Decoded, rows: Wholes, layout: int, payloads: Payloads) -> None:
    """The values of messages of one layout."""
    wanted = {**MOVES, **SAYS} if layout in STATIC or layout in (NAME_ONLY, SIZE_ONLY) else MOVES
    for bits in named(layout, wanted.values()):
        word, values = _WORDS[bits.name], bits.of(payloads)
        if word in TEXTS:
            found.texts[word].append((rows, values))
        else:
            found.numbers[word][rows] = values
    if layout == 27:
        _drop_speed_none(found.numbers["sog_kn"], rows)
    if layout in CLOCKS:
        words = ("year", "month", "day", "hour", "minute", "second")
        clock = [np.asarray(bits.of(payloads), dtype=np.int64) for bits in named(layout, words)]
        found.clock_us[rows] = clock_us(*clock)
        found.time_us[rows] = np.where(found.time_us[rows] == NO_TIME, found.clock_us[rows], found.time_us[rows])


def _drop_speed_none(speed: Floats, rows: Wholes) -> None:
    speed[rows] = np.where(speed[rows] == _SPEED_NONE_27, np.nan, speed[rows])


def clock_us(year: Wholes, month: Wholes, day: Wholes, hour: Wholes, minute: Wholes, second: Wholes) -> Wholes:
    """Dates and times as microseconds, :data:`NO_TIME` where there is no such day or time.

    >>> leap, none = clock_us(*np.array([[2024, 2, 29, 0, 0, 1], [2023, 2, 29, 0, 0, 1]]).T).tolist()
    >>> leap, none == NO_TIME
    (1709164801000000, True)
    """
    good = (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 60)
    months = np.where(good, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first, after = (value.astype("datetime64[D]").astype(np.int64) for value in (months, months + 1))
    good &= (day >= 1) & (day <= after - first)
    seconds = (first + day - 1) * 86_400 + hour * 3_600 + minute * 60 + second
    return np.where(good, seconds * 1_000_000, NO_TIME)


def _alone(found: Decoded, row: int, bits: Any, *, torn: bool) -> None:
    """The values of one message, by pyais."""
    kind = int(found.kind[row])
    try:
        message = MSG_CLASS[kind].from_vector(bits)
        values = _values(kind, message, bits=len(bits) if torn else None)
    except (AISBaseException, ValueError, TypeError, ArithmeticError, LookupError):
        found.rows[row] = False
        found.aside.append((row, f"type {kind} cannot be decoded"))
        return
    for word, value in values.items():
        if word in TEXTS:
            found.texts[word].append((np.array([row]), pa.array([value], pa.string())))
        else:
            found.numbers[word][row] = np.nan if value is None else float(value)
    if kind == 27:
        _drop_speed_none(found.numbers["sog_kn"], np.array([row]))
    if kind in CLOCKS:
        clock = (message.year, message.month, message.day, message.hour, message.minute, message.second)
        found.clock_us[row] = clock_us(*(np.array([part]) for part in clock))[0]
        if found.time_us[row] == NO_TIME:
            found.time_us[row] = found.clock_us[row]


def _values(kind: int, message: Any, *, bits: int | None) -> dict[str, Any]:
    """Our columns of a message; of one that is torn off after some bits, the fields that lie whole before its end."""
    wanted = {**MOVES, **SAYS} if kind in STATIC else MOVES
    if bits is not None:
        there = {said.name for said in named(kind, wanted.values()) if said.start + said.width <= bits}
        wanted = {ours: theirs for ours, theirs in wanted.items() if theirs in there}
    return {ours: getattr(message, theirs) for ours, theirs in wanted.items() if hasattr(message, theirs)}
