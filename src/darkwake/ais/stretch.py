"""A stretch of lines on its way from sentences to whole messages, with every line of it accounted for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.lib.stride_tricks import sliding_window_view

from darkwake.ais.batch import RAW_MAX, Wholes
from darkwake.ais.decoding import Messages
from darkwake.ais.joining import NO_STATION, Joined, Merged, Parts, Waiting, merged
from darkwake.ais.marks import Marks
from darkwake.ais.odd_lines import OddLines, text_of
from darkwake.ais.sentences import STATION_MAX
from darkwake.ais.sixbit import unarmoured
from darkwake.ais.usual import Sentences

TORN_TYPE = 5
"""The type that is kept when its last parts are missing: it alone tells the draught."""
TORN_LEAST_BITS = 70
"""What has to be there of it: MMSI and IMO number."""
_RAW_BYTES = 4 * RAW_MAX
"""What is kept of a line that waits."""
_PADDING = b"0" * 256
"""Behind payloads that were put together, so that a look a little ahead never leaves the text."""


class Stretch:
    """What lines gave, step by step: :meth:`take` the sentences, then :meth:`join` the parts."""

    def __init__(self, marks: Marks, lines_before: int, said: OddLines, waiting: Waiting) -> None:
        self._marks, self._first_line = marks, lines_before + 1
        self._waited = waiting.lines
        self._members: list[list[int]] = []
        self.stations = waiting.stations
        """Names of the stations that heard; those of the parts that waited come first."""
        self.other = said.other
        self.aside = [(self._first_line + line, reason, text_of(marks.line(line))) for line, reason in said.aside]
        self.parts = waiting.parts
        self.messages: Messages
        self.text, self.sixbits = marks.padded, marks.sixbits

    def take(self, sentences: Sentences, times: Wholes) -> None:
        """Messages of one sentence, and parts of others."""
        stations = self._stations(sentences)
        single = sentences.parts == 1
        one, some = sentences.at(single), sentences.at(~single)
        whole = np.zeros(len(one), dtype=bool)
        lines = one.line + self._first_line
        self.messages = Messages(lines, one.start, one.end, one.fill, times[single], stations[single], whole, one.line)
        places = zip(some.start.tolist(), some.end.tolist(), strict=True)
        payloads = [self._marks.text[start:end] for start, end in places]
        lines = some.line + self._first_line
        self.parts = self.parts.then(
            Parts(lines, some.key, some.parts, some.part, some.fill, times[~single], stations[~single], some.line, payloads)
        )

    def _stations(self, sentences: Sentences) -> Wholes:
        """The number of each sentence's station among the names."""
        numbers = np.full(len(sentences), NO_STATION)
        named = np.flatnonzero(sentences.station_end > sentences.station)
        if len(named):
            starts, ends = sentences.station[named], sentences.station_end[named]
            letters = sliding_window_view(self._marks.codes, STATION_MAX)[starts]
            letters[np.arange(STATION_MAX) >= (ends - starts)[:, None]] = 0
            names = pa.array(letters.view(f"S{STATION_MAX}")[:, 0]).cast(pa.string()).dictionary_encode()
            place = {name: number for number, name in enumerate(self.stations)}
            known = [place.setdefault(name, len(place)) for name in names.dictionary.to_pylist()]
            self.stations = list(place)
            numbers[named] = np.array(known)[names.indices.to_numpy()]
        return numbers

    def join(self, joined: Joined) -> None:
        """Messages of several sentences; those that are given up are set aside, or kept as far as they go."""
        torn = []
        for members in joined.given_up:
            if self._worth(members):
                torn.append(members)
            else:
                self._set_aside(members)
        found = [merged(self.parts, members) for members in joined.whole]
        whole = sum(len(one.payloads) for one in found)
        found += [merged(self.parts, np.array([members])) for members in torn]
        if found:
            self._add(found, whole)

    def _add(self, found: Sequence[Merged], whole: int) -> None:
        payloads = [payload for one in found for payload in one.payloads]
        lengths = np.array([len(payload) for payload in payloads], dtype=np.int64)
        ends = len(self.text) + np.cumsum(lengths)
        self._members = [rows for one in found for rows in one.members.tolist()]
        line, fill, time_us, station = (
            np.concatenate([getattr(one, word) for one in found]) for word in ("line", "fill", "time_us", "station")
        )
        number = np.arange(len(payloads))
        added = Messages(line, ends - lengths, ends, fill, time_us, station, number >= whole, -1 - number)
        self.messages = self.messages.then(added)
        self.messages = self.messages.at(np.argsort(self.messages.line, kind="stable"))
        joined = b"".join(payloads) + _PADDING
        self.text += joined
        self.sixbits = np.append(self.sixbits, unarmoured(joined))
        self.other["part of a message"] += sum(one.members.size for one in found) - len(payloads)

    def _worth(self, members: Sequence[int]) -> bool:
        """Whether what came of a message is worth keeping: a type 5 from its first part on."""
        parts = self.parts
        first = min(members, key=lambda row: int(parts.part[row]))
        bits = sum(6 * len(parts.payloads[row]) for row in members) - 5
        from_the_first = sorted(parts.part[members].tolist()) == list(range(1, len(members) + 1))
        return from_the_first and parts.type_of(first) == TORN_TYPE and bits >= TORN_LEAST_BITS

    def _set_aside(self, members: Sequence[int]) -> None:
        parts = self.parts
        first = [row for row in members if parts.part[row] == 1]
        reason = f"part missing of a type {parts.type_of(first[0])}" if first else "part missing: the first"
        self.aside += [(int(parts.line[row]), reason, text_of(self._line(int(parts.source[row])))) for row in members]

    def waiting(self, joined: Joined) -> Waiting:
        """Parts whose others may come in the next stretch."""
        rows = sorted(row for members in joined.waiting for row in members)
        parts = self.parts.at(rows)
        lines = [self._line(source)[:_RAW_BYTES] for source in parts.source.tolist()]
        heard = np.unique(parts.station[parts.station != NO_STATION])
        parts.station = np.where(parts.station == NO_STATION, NO_STATION, np.searchsorted(heard, parts.station))
        parts.source = -1 - np.arange(len(rows))
        return Waiting(parts, lines, [self.stations[number] for number in heard.tolist()])

    def raw(self, message: int) -> bytes:
        """The lines of a message."""
        source = int(self.messages.source[message])
        if source >= 0:
            return self._line(source)
        return b" ".join(self._line(int(self.parts.source[row])) for row in self._members[-1 - source])

    def _line(self, source: int) -> bytes:
        return self._marks.line(source) if source >= 0 else self._waited[-1 - source]
