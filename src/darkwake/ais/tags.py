r"""The tag blocks of many lines at once: time of reception, station, group.

Source: NMEA 0183 version 4.10, section 7 (``\c:1565218798,s:r3669946,g:1-2-1234*hh\``). A tag block of another form than
the usual one is named as odd and read by :mod:`darkwake.ais.sentences`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from darkwake.ais.batch import Flags, Wholes
from darkwake.ais.marks import Marks, stamps_us
from darkwake.ais.sentences import GROUP_DIGITS, STATION_MAX
from darkwake.ais.times import NO_TIME

_COLON, _DASH = b":-"
_SECONDS_DIGITS, _MILLIS_DIGITS = 10, 13


@dataclass
class Tags:
    """What tag blocks say, one element a block; nothing where the checksum is wrong."""

    usual: Flags
    """Whether the block has the usual form; where not, nothing else here counts."""
    time_us: Wholes
    part: Wholes
    """Which sentence of its group the line is, how many the group has, and the group's number; -1 without group."""
    parts: Wholes
    group: Wholes
    station: Wholes
    """Where the station's name starts and ends; equal where none is named."""
    station_end: Wholes

    @classmethod
    def blank(cls, count: int) -> Tags:
        """Blocks that say nothing."""
        nothing = (np.full(count, -1) for _ in range(3))
        return cls(np.ones(count, dtype=bool), np.full(count, NO_TIME), *nothing, *np.zeros((2, count), dtype=np.int64))


@dataclass
class _Fields:
    """The fields of tag blocks with one letter."""

    line: Wholes
    at: Wholes
    """Where the value starts and ends."""
    end: Wholes

    def where(self, which: Flags) -> _Fields:
        """Some of them."""
        return _Fields(self.line[which], self.at[which], self.end[which])


def read(marks: Marks, lines: Wholes, closes: Wholes) -> Tags:
    """What the tag blocks at the starts of some lines say, one element for each line of the block of lines."""
    tags = Tags.blank(len(marks.starts))
    if not len(lines):
        return tags
    starts, stars = marks.starts[lines] + 1, closes - 3
    stated = marks.stated(stars + 1)
    usual = (stars > starts) & (marks.codes[stars] == ord("*")) & (stated >= 0)
    tags.usual[lines] = usual
    lines, starts, stars = lines[usual], starts[usual], stars[usual]
    right = marks.folded(starts, stars) == stated[usual]
    fields = _all_fields(marks, lines[right], starts[right], stars[right])
    letters = np.where(marks.codes[fields.at + 1] == _COLON, marks.codes[fields.at], 0)
    for letter, take in ((ord("c"), _times), (ord("s"), _stations), (ord("g"), _groups)):
        chosen = fields.where(letters == letter)
        if len(chosen.line):
            chosen.at += 2
            tags.usual[np.bincount(chosen.line, minlength=len(tags.usual)) > 1] = False
            take(marks, chosen, tags)
    return tags


def _all_fields(marks: Marks, lines: Wholes, starts: Wholes, stars: Wholes) -> _Fields:
    """Every field of tag blocks: the first starts a block, each other one stands behind a comma."""
    first = np.searchsorted(marks.commas, starts)
    count = np.searchsorted(marks.commas, stars) - first
    owner = np.repeat(np.arange(len(starts)), count + 1)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(count + 1) - count - 1, count + 1)
    comma = first[owner] + place
    at = np.where(place == 0, starts[owner], marks.commas[comma - 1] + 1)
    return _Fields(lines[owner], at, np.where(place == count[owner], stars[owner], marks.commas[comma]))


def _times(marks: Marks, fields: _Fields, tags: Tags) -> None:
    lengths = fields.end - fields.at
    tags.usual[fields.line[(lengths != _SECONDS_DIGITS) & (lengths != _MILLIS_DIGITS)]] = False
    for digits in (_SECONDS_DIGITS, _MILLIS_DIGITS):
        fits = fields.where(lengths == digits)
        tags.time_us[fits.line] = stamps_us(marks.digits(fits.at, digits))


def _stations(marks: Marks, fields: _Fields, tags: Tags) -> None:
    named = (fields.end > fields.at) & (fields.end - fields.at <= STATION_MAX) & marks.printable(fields.at, fields.end)
    tags.usual[fields.line[~named]] = False
    fields = fields.where(named)
    tags.station[fields.line], tags.station_end[fields.line] = fields.at, fields.end


def _groups(marks: Marks, fields: _Fields, tags: Tags) -> None:
    lengths = fields.end - fields.at - 4
    dashed = (marks.codes[fields.at + 1] == _DASH) & (marks.codes[fields.at + 3] == _DASH)
    usual = dashed & (lengths >= 1) & (lengths <= GROUP_DIGITS)
    tags.usual[fields.line[~usual]] = False
    for digits in np.unique(lengths[usual]).tolist():
        fits = fields.where(usual & (lengths == digits))
        part, parts, group = marks.digits(fits.at, 1), marks.digits(fits.at + 2, 1), marks.digits(fits.at + 4, digits)
        tags.usual[fits.line[(part < 0) | (parts < 0) | (group < 0)]] = False
        tags.part[fits.line], tags.parts[fits.line], tags.group[fits.line] = part, parts, group
