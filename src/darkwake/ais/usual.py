"""AIS sentences of the usual form, for all lines of a block at once; every other line is named as odd.

The usual form: a tag block or none, ``!AIVDM`` of any talker, six commas, one digit each for parts, part and fill bits, at
most one character each for sequence and channel, a payload of the six-bit code, a checksum that is right, then nothing or
values behind commas of which one may be a Unix time. What of a line is not so is for :mod:`darkwake.ais.sentences` to say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from darkwake.ais import tags
from darkwake.ais.batch import Flags, Wholes
from darkwake.ais.marks import Marks, stamps_us
from darkwake.ais.sentences import PARTS_MAX, PAYLOAD_MAX, key_number
from darkwake.ais.times import NO_TIME

_TALKER = np.isin(np.arange(256), [*b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"])
_STAMP_DIGITS = 10
_WITH_TIME = 10
"""A checksum and what stands behind it hold a time only if they are longer than this."""


@dataclass
class Sentences:
    """Fields of sentences, one element a sentence; places are indexes into the block."""

    line: Wholes
    """The line in the block, from 0."""
    key: Wholes
    """What the parts of one message share (:func:`darkwake.ais.sentences.key_number`)."""
    parts: Wholes
    part: Wholes
    start: Wholes
    """Where the payload starts and ends."""
    end: Wholes
    fill: Wholes
    tag_us: Wholes
    """Time of the tag block, and time behind the sentence; :data:`NO_TIME` without."""
    behind_us: Wholes
    station: Wholes
    """Where the station's name starts and ends."""
    station_end: Wholes

    def __len__(self) -> int:
        return len(self.line)

    def at(self, which: Wholes | Flags) -> Sentences:
        """Some of them."""
        return Sentences(*(values[which] for values in vars(self).values()))

    def with_others(self, rows: list[tuple[int, ...]]) -> Sentences:
        """These and others, in the order of lines."""
        if not rows:
            return self
        columns = np.array(rows, dtype=np.int64).T
        both = Sentences(*map(np.append, vars(self).values(), columns))
        return both.at(np.argsort(both.line, kind="stable"))


NOTHING = Sentences(*np.empty((11, 0), dtype=np.int64))


def read(marks: Marks) -> tuple[Sentences, Wholes]:
    """The sentences of the usual form, and the lines (from 0) that have another."""
    starts, tagged, closes = _sentence_starts(marks)
    ends, good = marks.trimmed()
    good &= ~tagged | (closes >= 0)
    stars = marks.stars[np.searchsorted(marks.stars, starts)]
    first = np.searchsorted(marks.commas, starts)
    commas = [marks.commas[first + number] for number in range(7)]
    good &= _is_form(marks, starts, commas, stars, ends)
    lines = np.flatnonzero(good)
    found, usual = _fields(marks, lines, starts[lines], [comma[lines] for comma in commas], stars[lines], ends[lines])
    blocks = np.flatnonzero(good & tagged)
    of_line = tags.read(marks, blocks, closes[blocks])
    _add_tags(found, of_line)
    usual &= of_line.usual[lines]
    odd = np.ones(len(marks.starts), dtype=bool)
    odd[lines[usual]] = False
    return (found if usual.all() else found.at(np.flatnonzero(usual))), np.flatnonzero(odd)


def _sentence_starts(marks: Marks) -> tuple[Wholes, Flags, Wholes]:
    """Where each line's sentence starts, whether a tag block stands before it, and where that closes; -1 if nowhere."""
    starts = marks.starts.copy()
    tagged = marks.codes[starts] == ord("\\")
    closes = np.full(len(starts), -1)
    own = starts[tagged]
    close = marks.backslashes[np.searchsorted(marks.backslashes, own) + 1]
    closes[tagged] = np.where(close < marks.ends[tagged], close, -1)
    starts[tagged] = np.where(closes[tagged] >= 0, close + 1, own)
    return starts, tagged, closes


def _is_form(marks: Marks, starts: Wholes, commas: list[Wholes], stars: Wholes, ends: Wholes) -> Flags:
    """Whether commas and star stand where they do in the usual form, and the sentence's name is one of AIS."""
    codes, payload = marks.codes, commas[5] - commas[4] - 1
    good = (commas[0] - starts == 6) & (commas[1] - commas[0] == 2) & (commas[2] - commas[1] == 2)
    good &= (commas[3] - commas[2] <= 2) & (commas[4] - commas[3] <= 2) & (payload >= 1) & (payload <= PAYLOAD_MAX)
    good &= (stars - commas[5] == 2) & (commas[6] > stars) & (stars + 3 <= ends)
    good &= (codes[starts] == ord("!")) | (codes[starts] == ord("$"))
    good &= _TALKER[codes[starts + 1]] & _TALKER[codes[starts + 2]] & (codes[starts + 3] == ord("V"))
    good &= (codes[starts + 4] == ord("D")) & ((codes[starts + 5] == ord("M")) | (codes[starts + 5] == ord("O")))
    return np.asarray(good)


def _fields(
    marks: Marks, lines: Wholes, starts: Wholes, commas: list[Wholes], stars: Wholes, ends: Wholes
) -> tuple[Sentences, Flags]:
    """The fields of lines that have the form, and whether their values are usual too."""
    codes = marks.codes
    parts, part, fill = (codes[comma + 1].astype(np.int64) - 48 for comma in (commas[0], commas[1], commas[5]))
    usual = (part >= 1) & (part <= parts) & (parts <= PARTS_MAX) & (fill >= 0) & (fill <= 5)
    usual &= marks.all_six_bit(commas[4] + 1, commas[5]) & (marks.folded(starts + 1, stars) == marks.stated(stars + 1))
    talker = codes[starts + 1].astype(np.int64) << 8 | codes[starts + 2]
    sequence, channel = (np.where(commas[i + 1] - commas[i] == 2, codes[commas[i] + 1].astype(np.int64) + 1, 0) for i in (2, 3))
    behind, readable = _times_behind(marks, stars, ends)
    nowhere = np.zeros(len(lines), dtype=np.int64)
    found = Sentences(
        lines, key_number(talker, sequence, channel, parts), parts, part, commas[4] + 1, commas[5], fill,
        np.full(len(lines), NO_TIME), behind, nowhere, nowhere,
    )  # fmt: skip
    return found, usual & readable


def _times_behind(marks: Marks, stars: Wholes, ends: Wholes) -> tuple[Wholes, Flags]:
    """The first value behind the checksum that is a Unix time of ten digits; and whether all could be read here."""
    times, readable = np.full(len(stars), NO_TIME), np.ones(len(stars), dtype=bool)
    lines = np.flatnonzero(ends - stars - 1 > _WITH_TIME)
    if not len(lines):
        return times, readable
    first, last = np.searchsorted(marks.commas, stars[lines] + 3), np.searchsorted(marks.commas, ends[lines])
    owner = np.repeat(lines, last - first)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
    commas = marks.commas[np.repeat(first, last - first) + place]
    stamps, after = marks.digits(commas + 1, _STAMP_DIGITS), commas + 1 + _STAMP_DIGITS
    inside = (stamps >= 0) & (after <= ends[owner])
    # A fraction may follow; such lines are few.
    readable[owner[inside & (marks.codes[after] == ord(".")) & (after < ends[owner])]] = False
    full = inside & ((after == ends[owner]) | (marks.codes[after] == ord(",")))
    owner, which = np.unique(owner[full], return_index=True)
    times[owner] = stamps_us(stamps[full][which])
    return times, readable


def _add_tags(found: Sentences, said: tags.Tags) -> None:
    lines = found.line
    found.tag_us, found.station, found.station_end = said.time_us[lines], said.station[lines], said.station_end[lines]
    grouped = (said.part[lines] == found.part) & (said.parts[lines] == found.parts) & (found.parts > 1)
    found.key = found.key + np.where(grouped, said.group[lines] + 1, 0)
