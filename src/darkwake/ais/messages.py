"""AIS messages from NMEA lines: parts put together, payloads decoded by pyais, every line accounted for.

No line can stop the stream: whatever is wrong with it becomes a reason in the quarantine. Times come from the tag block, a
wrapper or the end of the line; a message itself carries none (types 4 and 11 excepted), so without them the caller has to
give a date, or positions are set aside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from pyais.bit_vector import bit_vector
from pyais.exceptions import AISBaseException
from pyais.messages import MSG_CLASS

from darkwake.ais.batch import RAW_MAX, Batch, Field
from darkwake.ais.sentences import BadSentence, Sentence, is_ais, parse, tag_time, wrapper_time
from darkwake.schema import TIME

NO_DATE = "no date: neither line nor message carries one; give --date"
POSITIONS = frozenset({1, 2, 3, 4, 9, 11, 18, 19, 21, 27})
STATIC = frozenset({5, 19, 24})
LEAST_BITS = {1: 168, 2: 168, 3: 168, 4: 168, 5: 420, 9: 168, 11: 168, 18: 168, 19: 306, 21: 272, 24: 160, 27: 96}
"""Shortest payload of each type that is read. Type 5 has 424 bits, of which many senders leave out the last four (spare)."""
PART_LINES = 500
"""After how many lines a message whose parts have not all come is given up; assumed: some seconds of a busy station."""
_CLASS = {1: "A", 2: "A", 3: "A", 18: "B", 19: "B"}
_TEXTS = ("ais_class", "name", "callsign", "destination")
_MOVES = ("mmsi", "lat", "lon", "sog_kn", "cog_deg", "heading_deg", "nav_status", "ais_class")
_SAYS = {
    "name": "shipname", "callsign": "callsign", "destination": "destination", "imo": "imo", "ship_type": "ship_type",
    "to_bow_m": "to_bow", "to_stern_m": "to_stern", "to_port_m": "to_port", "to_starboard_m": "to_starboard",
    "draught_m": "draught",
}  # fmt: skip
_WORDS = ("line", "time", *_MOVES, *_SAYS, "position", "static")
_FIELDS = {word: Field(word, word) for word in _WORDS}
_SPEED_NONE_27 = 63
_NOTHING = (None,) * len(_SAYS)


@dataclass
class _Pending:
    """The parts of a message that have come."""

    first_line: int
    time_us: int | None
    parts: dict[int, tuple[int, Sentence, bytes]] = field(default_factory=dict)


@dataclass
class _Found:
    """What the lines of a stretch gave."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    raws: list[bytes] = field(default_factory=list)
    aside: list[tuple[int, str, str]] = field(default_factory=list)
    other: Counter[str] = field(default_factory=Counter)


class Decoder:
    """Decodes the lines of one file in order."""

    def __init__(self, moment: datetime | None = None) -> None:
        self._moment_us = None if moment is None else _micros(moment)
        self._pending: dict[tuple[bytes, bytes, bytes, int], _Pending] = {}
        self._time_before: int | None = None
        self._found = _Found()
        self._last_line = 0
        self.types: Counter[int] = Counter()
        """Messages by type, the undecodable included."""

    def decode(self, text: bytes, lines_before: int) -> Batch:
        """The messages that end in these lines."""
        lines = text.split(b"\n")
        if not lines[-1]:
            lines.pop()
        # Lines that wait for their other parts count when the message is whole or given up.
        waiting = self._waiting()
        for number, line in enumerate(lines, lines_before + 1):
            self._line(number, line)
        self._last_line = lines_before + len(lines)
        self._give_up_before(self._last_line - PART_LINES)
        return self._batch(rows_in=len(lines) + waiting - self._waiting())

    def finish(self) -> Batch:
        """What is left at the end of the file: parts whose others never came."""
        waiting = self._waiting()
        for key in list(self._pending):
            self._give_up(key)
        return self._batch(rows_in=waiting)

    def _waiting(self) -> int:
        return sum(len(pending.parts) for pending in self._pending.values())

    def _line(self, number: int, raw: bytes) -> None:
        line = raw.strip()
        if not line or line.startswith(b"#"):
            self._found.other["comment" if line else "blank line"] += 1
            return
        if line.startswith(b"\\"):
            tag, closed, line = line[1:].partition(b"\\")
            if not closed:
                self._aside(number, "tag block is not closed", raw)
                return
            self._time_before = tag_time(tag) or self._time_before
            line = line.strip()
        if is_ais(line):
            self._sentence(number, line, raw)
        else:
            self._no_ais(number, line, raw)

    def _no_ais(self, number: int, line: bytes, raw: bytes) -> None:
        if not line:
            self._found.other["tag block alone"] += 1
        elif line.startswith(b"$PGHP,"):
            self._time_before = wrapper_time(line)
            self._found.other["wrapper line"] += 1
        elif line.startswith((b"$", b"!")):
            self._found.other["other sentence"] += 1
        else:
            self._aside(number, "no NMEA sentence", raw)

    def _aside(self, number: int, reason: str, raw: bytes) -> None:
        self._found.aside.append((number, reason, raw.decode("utf-8", errors="replace").strip()[:RAW_MAX]))

    def _sentence(self, number: int, line: bytes, raw: bytes) -> None:
        # A time stands before one sentence and holds for that one alone.
        before, self._time_before = self._time_before, None
        try:
            sentence = parse(line)
        except BadSentence as fault:
            self._aside(number, str(fault), raw)
            return
        time_us = before if before is not None else sentence.time_us
        if sentence.parts == 1:
            self._message(number, sentence.payload, sentence.fill, time_us, raw)
        else:
            self._part(number, sentence, time_us, raw)

    def _part(self, number: int, sentence: Sentence, time_us: int | None, raw: bytes) -> None:
        pending = self._pending.get(sentence.key)
        if pending and (sentence.part in pending.parts or number - pending.first_line > PART_LINES):
            self._give_up(sentence.key)
            pending = None
        if not pending:
            pending = self._pending[sentence.key] = _Pending(number, time_us)
        pending.parts[sentence.part] = (number, sentence, raw)
        pending.time_us = pending.time_us if pending.time_us is not None else time_us
        if len(pending.parts) == sentence.parts:
            del self._pending[sentence.key]
            self._found.other["part of a message"] += sentence.parts - 1
            ordered = [pending.parts[part] for part in sorted(pending.parts)]
            payload = b"".join(part.payload for _, part, _ in ordered)
            self._message(number, payload, ordered[-1][1].fill, pending.time_us, b" ".join(part for _, _, part in ordered))

    def _give_up(self, key: tuple[bytes, bytes, bytes, int]) -> None:
        pending = self._pending.pop(key)
        first = pending.parts.get(1)
        reason = f"part missing of a type {_type(first[1].payload)}" if first else "part missing: the first"
        for number, _, raw in pending.parts.values():
            self._aside(number, reason, raw)

    def _give_up_before(self, line: int) -> None:
        for key in [key for key, pending in self._pending.items() if pending.first_line < line]:
            self._give_up(key)

    def _message(self, number: int, payload: bytes, fill: int, time_us: int | None, raw: bytes) -> None:
        kind = _type(payload)
        self.types[kind] += 1
        if kind not in POSITIONS and kind not in STATIC:
            if 1 <= kind <= 27:
                self._found.other[f"message type {kind}"] += 1
            else:
                self._aside(number, "message type that does not exist", raw)
        elif len(payload) * 6 - fill < LEAST_BITS[kind]:
            self._aside(number, f"payload too short for type {kind}", raw)
        else:
            self._decoded(number, kind, bit_vector(payload, fill), time_us, raw)

    def _decoded(self, number: int, kind: int, bits: Any, time_us: int | None, raw: bytes) -> None:
        try:
            message = MSG_CLASS[kind].from_vector(bits)
            moves, says = _moves(kind, message), _says(message) if kind in STATIC else _NOTHING
        except (AISBaseException, ValueError, TypeError, ArithmeticError, LookupError):
            self._aside(number, f"type {kind} cannot be decoded", raw)
            return
        if time_us is None:
            time_us = _own_time(message) if kind in (4, 11) else self._moment_us
        self._found.rows.append((number, time_us, *moves, *says, kind in POSITIONS, kind in STATIC))
        self._found.raws.append(raw)

    def _batch(self, *, rows_in: int) -> Batch:
        found, self._found = self._found, _Found()
        values = dict(zip(_WORDS, zip(*found.rows, strict=True), strict=True)) if found.rows else dict.fromkeys(_WORDS, ())
        columns = {word: _column(word, values[word]) for word in (*_MOVES, *_SAYS)}
        columns["time"] = pa.array(values["time"], pa.int64()).cast(TIME)
        return Batch(
            np.array(values["line"], dtype=np.int64),
            columns,
            _FIELDS,
            lambda i: found.raws[i].decode("utf-8", errors="replace").strip()[:RAW_MAX],
            rows_in=rows_in,
            last_line=self._last_line,
            set_aside=found.aside,
            other=found.other,
            positions=np.array(values["position"], dtype=bool),
            statics=np.array(values["static"], dtype=bool),
            no_time=NO_DATE,
        )


def _column(word: str, values: tuple[Any, ...]) -> pa.Array:
    return pa.array(values, pa.string() if word in _TEXTS else pa.float64())


def _type(payload: bytes) -> int:
    code = payload[0] - 48
    return code - 8 if code > 40 else code


def _moves(kind: int, message: Any) -> tuple[Any, ...]:
    """The values of ``_MOVES``; None where the type has no such field."""
    speed = getattr(message, "speed", None)
    if kind == 27 and speed == _SPEED_NONE_27:
        speed = None
    return (
        int(message.mmsi),
        getattr(message, "lat", None),
        getattr(message, "lon", None),
        speed,
        getattr(message, "course", None),
        getattr(message, "heading", None),
        getattr(message, "status", None),
        _CLASS.get(kind),
    )


def _says(message: Any) -> tuple[Any, ...]:
    return tuple(getattr(message, theirs, None) for theirs in _SAYS.values())


def _own_time(message: Any) -> int | None:
    parts = (message.year, message.month, message.day, message.hour, message.minute, message.second)
    try:
        return _micros(datetime(*parts, tzinfo=UTC))
    except ValueError:
        return None


def _micros(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
