"""Lines that are no AIS sentence of the usual form, one at a time: each is a sentence after all, or has a name or a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from darkwake.ais.batch import RAW_MAX
from darkwake.ais.marks import Marks
from darkwake.ais.sentences import BadSentence, Tag, is_ais, parse, read_tag, wrapper_time
from darkwake.ais.times import NO_TIME

NO_TAG = Tag()


@dataclass
class OddLines:
    """What came of them; lines are numbered from 0 in the block."""

    rows: list[tuple[int, ...]] = field(default_factory=list)
    """Sentences, in the order of the fields of :class:`darkwake.ais.usual.Sentences`."""
    unusable: list[int] = field(default_factory=list)
    """AIS sentences with a fault; a time that stands before one is spent on it."""
    before: list[tuple[int, int]] = field(default_factory=list)
    """Lines whose time is that of the next sentence; ``NO_TIME`` where such a line takes away the time before it."""
    aside: list[tuple[int, str]] = field(default_factory=list)
    other: Counter[str] = field(default_factory=Counter)


def read(marks: Marks, lines: Iterable[int]) -> OddLines:
    """What some lines of a block are."""
    found = OddLines()
    for index in lines:
        _line(found, index, int(marks.starts[index]), marks.line(index))
    return found


def _line(found: OddLines, index: int, start: int, raw: bytes) -> None:
    line = raw.strip()
    if not line or line.startswith(b"#"):
        found.other["comment" if line else "blank line"] += 1
        return
    start += len(raw) - len(raw.lstrip())
    tag, tag_start = NO_TAG, start + 1
    if line.startswith(b"\\"):
        block, closed, rest = line[1:].partition(b"\\")
        if not closed:
            found.aside.append((index, "tag block is not closed"))
            return
        tag, line = read_tag(block), rest.strip()
        start = tag_start + len(block) + 1 + len(rest) - len(rest.lstrip())
    if is_ais(line):
        _sentence(found, index, start, line, tag, tag_start)
        return
    if tag.time_us is not None:
        found.before.append((index, tag.time_us))
    _no_ais(found, index, line)


def _sentence(found: OddLines, index: int, start: int, line: bytes, tag: Tag, tag_start: int) -> None:
    try:
        said = parse(line)
    except BadSentence as fault:
        found.aside.append((index, str(fault)))
        found.unusable.append(index)
        return
    grouped = tag.group is not None and said.parts > 1 and tag.group[:2] == (said.part, said.parts)
    key = said.key + (tag.group[2] + 1 if tag.group and grouped else 0)
    times = (NO_TIME if time is None else time for time in (tag.time_us, said.time_us))
    station = (tag_start + place for place in tag.station) if tag.station else (0, 0)
    row = (index, key, said.parts, said.part, start + said.start, start + said.end, said.fill, *times, *station)
    found.rows.append(row)


def _no_ais(found: OddLines, index: int, line: bytes) -> None:
    if not line:
        found.other["tag block alone"] += 1
    elif line.startswith(b"$PGHP,"):
        time_us = wrapper_time(line)
        found.before.append((index, NO_TIME if time_us is None else time_us))
        found.other["wrapper line"] += 1
    elif line.startswith((b"$", b"!")):
        found.other["other sentence"] += 1
    else:
        found.aside.append((index, "no NMEA sentence"))


def text_of(raw: bytes) -> str:
    """A line as the quarantine keeps it."""
    return raw.decode("utf-8", errors="replace").strip()[:RAW_MAX]
