"""AIS messages from NMEA lines, a block of lines at once: every line accounted for, none can stop the stream.

Lines, tag blocks, sentences, parts and payloads of the usual form are read all together; what is not of that form goes one by
one through :mod:`darkwake.ais.sentences` and pyais, and what is wrong with it becomes a reason in the quarantine. Times come
from the tag block, a wrapper or the end of the line; a message itself carries none (types 4 and 11 excepted), so without them
the caller has to give a date, or positions are set aside.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from darkwake.ais import odd_lines, usual
from darkwake.ais.batch import Batch, Field, Wholes
from darkwake.ais.decoding import CLASS_A, CLASS_B, CLOCKS, MOVES, POSITIONS, SAYS, STATIC, TEXTS, Decoded, decode
from darkwake.ais.joining import PART_LINES, Waiting, join
from darkwake.ais.marks import Marks
from darkwake.ais.odd_lines import OddLines, text_of
from darkwake.ais.stretch import Stretch
from darkwake.ais.times import NO_TIME
from darkwake.ais.usual import Sentences
from darkwake.schema import TIME

NO_DATE = "no date: neither line nor message carries one; give --date"
_FIELDS = {word: Field(word, word) for word in ("time", *MOVES, *SAYS, "ais_class", "station", "incomplete")}
_IS_CLOCK, _IS_POSITION, _IS_STATIC = (np.isin(np.arange(64), [*kinds]) for kinds in (CLOCKS, POSITIONS, STATIC))
_CLASS = np.select([np.isin(np.arange(64), CLASS_A), np.isin(np.arange(64), CLASS_B)], [0, 1], -1)
CLOCK_OFF_MAX_S = 86_400
"""What is farther off is counted as so far: base stations with a clock that was never set."""
_NEVER = np.iinfo(np.int64).max


class Decoder:
    """Decodes the lines of one file in order."""

    def __init__(self, moment: datetime | None = None, *, at_once: bool = True) -> None:
        """With ``at_once`` False every line and message goes the way of the odd ones, to compare."""
        self._moment_us = NO_TIME if moment is None else _micros(moment)
        self._at_once = at_once
        self._waiting = Waiting()
        self._time_before = NO_TIME
        self._last_line = 0
        self.types: Counter[int] = Counter()
        """Whole messages by type, the undecodable included."""

    def decode(self, text: bytes, lines_before: int) -> Batch:
        """The messages that end in these lines."""
        return self._stretch(Marks(text), lines_before, final=False)

    def finish(self) -> Batch:
        """What is left at the end of the file: parts whose others never came."""
        return self._stretch(Marks(b""), self._last_line, final=True)

    def _stretch(self, marks: Marks, lines_before: int, *, final: bool) -> Batch:
        sentences, odd = usual.read(marks) if self._at_once else (usual.NOTHING, np.arange(len(marks.starts)))
        said = odd_lines.read(marks, odd.tolist())
        sentences = sentences.with_others(said.rows)
        found = Stretch(marks, lines_before, said, self._waiting)
        found.take(sentences, self._times(sentences, said))
        self._last_line = lines_before + len(marks.starts)
        joined = join(found.parts, give_up_before=_NEVER if final else self._last_line - PART_LINES)
        found.join(joined)
        waited, self._waiting = len(self._waiting.parts), found.waiting(joined)
        return self._batch(found, rows_in=len(marks.starts) + waited - len(self._waiting.parts))

    def _times(self, sentences: Sentences, said: OddLines) -> Wholes:
        """The time of each sentence: of its tag block, of a line before it, or behind it.

        A time that stands before a sentence holds for that one alone, be it usable or not.
        """
        if self._time_before == NO_TIME and not said.before:
            return np.where(sentences.tag_us != NO_TIME, sentences.tag_us, sentences.behind_us)
        heard = np.union1d(sentences.line, np.array(said.unusable, dtype=np.int64))
        before = np.full(len(heard) + 1, NO_TIME)
        before[0] = self._time_before
        if said.before:
            lines, times = np.array(said.before).T
            # Of several lines before one sentence the last one counts.
            before[np.searchsorted(heard, lines)] = times
        self._time_before = int(before[-1])
        own = np.where(sentences.tag_us != NO_TIME, sentences.tag_us, before[np.searchsorted(heard, sentences.line)])
        return np.where(own != NO_TIME, own, sentences.behind_us)

    def _batch(self, found: Stretch, *, rows_in: int) -> Batch:
        messages = found.messages
        decoded = decode(messages, found.text, found.sixbits, at_once=self._at_once)
        counts = np.bincount(decoded.kind[~messages.torn])
        self.types.update({kind: int(counts[kind]) for kind in np.flatnonzero(counts).tolist()})
        decoded.time_us[(decoded.time_us == NO_TIME) & ~_IS_CLOCK[decoded.kind]] = self._moment_us
        rows = np.flatnonzero(decoded.rows)
        aside = [(int(messages.line[row]), reason, text_of(found.raw(row))) for row, reason in decoded.aside]
        return Batch(
            messages.line[rows],
            _at(_columns(decoded, found), rows),
            _FIELDS,
            lambda i: text_of(found.raw(int(rows[i]))),
            rows_in=rows_in,
            last_line=self._last_line,
            set_aside=sorted(found.aside + aside),
            other=found.other + decoded.other,
            positions=_IS_POSITION[decoded.kind[rows]],
            statics=_IS_STATIC[decoded.kind[rows]],
            clock_off_s=_clock_off_s(messages.time_us, decoded.clock_us),
            no_time=NO_DATE,
        )


def _columns(decoded: Decoded, found: Stretch) -> dict[str, pa.Array]:
    """The columns of all messages, of those too that give no row."""
    station, sender = found.messages.station, _CLASS[decoded.kind]
    columns = {
        "time": pa.array(decoded.time_us, mask=decoded.time_us == NO_TIME).cast(TIME),
        **{word: pa.array(values) for word, values in decoded.numbers.items()},
        **{word: decoded.text(word) for word in TEXTS},
        "ais_class": _named(["A", "B"], sender),
        "incomplete": pa.array(found.messages.torn),
    }
    return columns | ({"station": _named(found.stations, station)} if found.stations else {})


def _clock_off_s(line_us: Wholes, clock_us: Wholes) -> Counter[int]:
    """How far receivers' times lie behind those of the messages themselves, seconds, at most :data:`CLOCK_OFF_MAX_S`."""
    both = (line_us != NO_TIME) & (clock_us != NO_TIME)
    seconds = np.rint((line_us[both] - clock_us[both]) / 1e6).clip(-CLOCK_OFF_MAX_S, CLOCK_OFF_MAX_S)
    return Counter(seconds.astype(np.int64).tolist())


def _named(names: list[str], number: Wholes) -> pa.Array:
    """Names by their numbers, null for a negative one."""
    return pa.DictionaryArray.from_arrays(pa.array(number.astype(np.int32), mask=number < 0), pa.array(names, pa.string()))


def _at(columns: dict[str, pa.Array], rows: Wholes) -> dict[str, pa.Array]:
    if all(len(column) == len(rows) for column in columns.values()):
        return columns
    return {word: column.take(pa.array(rows)) for word, column in columns.items()}


def _micros(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
