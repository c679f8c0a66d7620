"""A stretch of lines on its way from sentences to whole messages, with every line of it accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.lib.stride_tricks import sliding_window_view

from darkwake.ais.batch import RAW_MAX, Wholes
from darkwake.ais.decoding import Messages
from darkwake.ais.joining import NO_STATION, Joined, Merged, Parts, Waiting, merged, stretches
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
        self._merged: list[Wholes] = []
        self.stations = waiting.stations
        """Names of the stations that heard; those of the parts that waited come first."""
        self.other = said.other
        self.aside = [(self._first_line + line, reason, text_of(marks.line(line))) for line, reason in said.aside]
        self.messages: Messages
        self.text, self.sixbits = marks.padded, marks.sixbits
        """The block, then payloads that are not of it or were put together; messages and parts are places in these."""
        self.parts = waiting.parts
        if waiting.text:
            shift = self._append(waiting.text)
            self.parts = replace(self.parts, start=self.parts.start + shift, end=self.parts.end + shift)

    def _append(self, payloads: bytes) -> int:
        """Put payloads behind the text; returns where they start."""
        start = len(self.text)
        self.text += payloads + _PADDING
        self.sixbits = np.append(self.sixbits, unarmoured(payloads + _PADDING))
        return start

    def take(self, sentences: Sentences, times: Wholes) -> None:
        """Messages of one sentence, and parts of others."""
        stations = self._stations(sentences)
        single = sentences.parts == 1
        one, some = sentences.at(np.flatnonzero(single)), sentences.at(np.flatnonzero(~single))
        whole, lines = np.zeros(len(one), dtype=bool), some.line + self._first_line
        self.messages = Messages(
            one.line + self._first_line, one.start, one.end, one.fill, times[single], stations[single], whole, one.line
        )
        moment, station = times[~single], stations[~single]
        self.parts = self.parts.then(
            Parts(lines, some.key, some.parts, some.part, some.fill, moment, station, some.line, some.start, some.end)
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
        torn: dict[int, list[list[int]]] = {}
        for members in joined.given_up:
            if self._worth(members):
                torn.setdefault(len(members), []).append(members)
            else:
                self._set_aside(members)
        whole = [merged(self.parts, members) for members in joined.whole]
        kept = [merged(self.parts, np.array(members)) for members in torn.values()]
        if whole or kept:
            self._add(whole + kept, sum(len(one.line) for one in whole))

    def _add(self, found: Sequence[Merged], whole: int) -> None:
        rows = np.concatenate([one.members.ravel() for one in found])
        codes = np.frombuffer(self.text, dtype=np.uint8)
        starts, ends = self.parts.start[rows], self.parts.end[rows]
        shift = self._append(codes[stretches(starts, ends)].tobytes())
        ends = shift + np.cumsum(ends - starts)
        starts = np.append(shift, ends[:-1])
        last = np.cumsum(np.concatenate([np.full(len(one.line), one.members.shape[1]) for one in found])) - 1
        first = np.append(0, last[:-1] + 1)
        self._merged = [one.members for one in found]
        line, fill, time_us, station = (
            np.concatenate([getattr(one, word) for one in found]) for word in ("line", "fill", "time_us", "station")
        )
        number = np.arange(len(line))
        added = Messages(line, starts[first], ends[last], fill, time_us, station, number >= whole, -1 - number)
        self.messages = self.messages.then(added)
        self.messages = self.messages.at(np.argsort(self.messages.line, kind="stable"))
        self.other["part of a message"] += len(rows) - len(line)

    def _worth(self, members: Sequence[int]) -> bool:
        """Whether what came of a message is worth keeping: a type 5 from its first part on."""
        part, start, end = (values[members] for values in (self.parts.part, self.parts.start, self.parts.end))
        from_the_first = np.array_equal(np.sort(part), np.arange(1, len(part) + 1))
        bits = 6 * (end - start).sum() - 5
        return bool(from_the_first and self._type(members) == TORN_TYPE and bits >= TORN_LEAST_BITS)

    def _type(self, members: Sequence[int]) -> int | None:
        """The type of a message of which some parts came; None without the first."""
        first = [row for row in members if self.parts.part[row] == 1]
        return int(self.sixbits[self.parts.start[first[0]]]) if first else None

    def _set_aside(self, members: Sequence[int]) -> None:
        kind = self._type(members)
        reason = "part missing: the first" if kind is None else f"part missing of a type {kind}"
        for row in members:
            self.aside.append((int(self.parts.line[row]), reason, text_of(self._line(int(self.parts.source[row])))))

    def waiting(self, joined: Joined) -> Waiting:
        """Parts whose others may come in the next stretch."""
        rows = sorted(row for members in joined.waiting for row in members)
        parts = self.parts.at(rows)
        lines = [self._line(source)[:_RAW_BYTES] for source in parts.source.tolist()]
        heard = np.unique(parts.station[parts.station != NO_STATION])
        parts.station = np.where(parts.station == NO_STATION, NO_STATION, np.searchsorted(heard, parts.station))
        parts.source = -1 - np.arange(len(rows))
        text = b"".join(self.text[start:end] for start, end in zip(parts.start.tolist(), parts.end.tolist(), strict=True))
        ends = np.cumsum(parts.end - parts.start)
        parts.start, parts.end = ends - (parts.end - parts.start), ends
        return Waiting(parts, text, lines, [self.stations[number] for number in heard.tolist()])

    def raw(self, message: int) -> bytes:
        """The lines of a message."""
        source = int(self.messages.source[message])
        if source >= 0:
            return self._line(source)
        number = -1 - source
        for members in self._merged:
            if number < len(members):
                return b" ".join(self._line(int(self.parts.source[row])) for row in members[number])
            number -= len(members)
        return b""

    def _line(self, source: int) -> bytes:
        return self._marks.line(source) if source >= 0 else self._waited[-1 - source]
