"""The parts of messages of several sentences put together, whatever stands between them.

Parts belong together that share a key and do not lie too far apart; of each key one message at a time can wait. Messages of
two parts, nearly all there are, are paired all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from darkwake.ais.batch import Wholes
from darkwake.ais.times import NO_TIME

NO_STATION = -1
"""What stands for no station in its column of numbers."""

PART_LINES = 500
"""After how many lines a message whose parts have not all come is given up; assumed: some seconds of a busy station."""


@dataclass
class Parts:
    """Parts of messages in the order of their lines: those that waited, then those of a block."""

    line: Wholes
    key: Wholes
    parts: Wholes
    part: Wholes
    fill: Wholes
    time_us: Wholes
    station: Wholes
    source: Wholes
    """Where the line is: its place in the block, or -1, -2, ... for the first, second, ... of those that waited."""
    start: Wholes
    """Where the payload starts and ends in the text that the parts are of."""
    end: Wholes

    def __len__(self) -> int:
        return len(self.line)

    def at(self, rows: Sequence[int]) -> Parts:
        """Some of them."""
        return Parts(*(values[rows] for values in vars(self).values()))

    def then(self, others: Parts) -> Parts:
        """These and those behind them."""
        return Parts(*map(np.append, vars(self).values(), vars(others).values()))


NO_PARTS = Parts(*np.empty((10, 0), dtype=np.int64))


@dataclass
class Waiting:
    """Parts that wait for others, with what they need of the block that they came in."""

    parts: Parts = field(default_factory=lambda: NO_PARTS)
    """Their payloads are places in :attr:`text`."""
    text: bytes = b""
    lines: list[bytes] = field(default_factory=list)
    stations: list[str] = field(default_factory=list)


@dataclass
class Joined:
    """Places in the list of parts, those of one message in the order in which they came."""

    whole: list[Wholes] = field(default_factory=list)
    """Messages of which every part came: for each number of parts a table with one line a message."""
    given_up: list[list[int]] = field(default_factory=list)
    waiting: list[list[int]] = field(default_factory=list)
    """Messages whose other parts may still come."""


def join(parts: Parts, *, give_up_before: int) -> Joined:
    """Which parts make a message; nothing waits that began before some line."""
    joined = Joined()
    _pairs(joined, np.flatnonzero(parts.parts == 2), parts)
    _many(joined, np.flatnonzero(parts.parts != 2), parts)
    late = [parts.line[members[0]] < give_up_before for members in joined.waiting]
    joined.given_up += [members for members, is_late in zip(joined.waiting, late, strict=True) if is_late]
    joined.waiting = [members for members, is_late in zip(joined.waiting, late, strict=True) if not is_late]
    return joined


def _pairs(joined: Joined, rows: Wholes, parts: Parts) -> None:
    """Messages of two parts.

    Within a key, a part opens a message when it repeats the one before or comes too late for it; from there on every second
    part closes the message that the one before it opened.
    """
    rows = rows[np.argsort(parts.key[rows], kind="stable")]
    if not len(rows):
        return
    keys, number, at = parts.key[rows], parts.part[rows], parts.line[rows]
    afresh = np.append(True, (keys[1:] != keys[:-1]) | (number[1:] == number[:-1]) | (at[1:] - at[:-1] > PART_LINES))
    place = np.arange(len(rows))
    since = place - np.maximum.accumulate(np.where(afresh, place, 0))
    closes = since % 2 == 1
    joined.whole.append(np.column_stack([rows[np.flatnonzero(closes) - 1], rows[closes]]))
    alone = np.flatnonzero(~closes & ~np.append(closes[1:], False))
    last = np.append(keys[1:] != keys[:-1], True)[alone]
    joined.given_up += rows[alone[~last]][:, None].tolist()
    joined.waiting += rows[alone[last]][:, None].tolist()


def _many(joined: Joined, rows: Wholes, parts: Parts) -> None:
    waiting: dict[int, list[int]] = {}
    for row in rows.tolist():
        key, line, part = int(parts.key[row]), parts.line[row], parts.part[row]
        members = waiting.get(key, [])
        if members and (part in parts.part[members] or line - parts.line[members[0]] > PART_LINES):
            joined.given_up.append(members)
            members = []
        waiting[key] = [*members, row]
        if len(waiting[key]) == parts.parts[row]:
            joined.whole.append(np.array([waiting.pop(key)]))
    joined.waiting += waiting.values()


@dataclass
class Merged:
    """Messages put together from parts, one element a message."""

    members: Wholes
    """Their parts, in the order of the parts."""
    line: Wholes
    """The line of the part that came last."""
    fill: Wholes
    time_us: Wholes
    """Time and station of the part that came first of those that have one."""
    station: Wholes


def merged(parts: Parts, members: Wholes) -> Merged:
    """Messages of one number of parts; a table with one line a message and its parts in the order in which they came."""
    order = np.argsort(parts.part[members], axis=1, kind="stable")
    ordered = np.take_along_axis(members, order, axis=1)
    return Merged(
        ordered,
        parts.line[members[:, -1]],
        parts.fill[ordered[:, -1]],
        _first(parts.time_us[members], NO_TIME),
        _first(parts.station[members], NO_STATION),
    )


def _first(values: Wholes, nothing: int) -> Wholes:
    return np.asarray(values[np.arange(len(values)), np.argmax(values != nothing, axis=1)])


def stretches(starts: Wholes, ends: Wholes) -> Wholes:
    """Every place of some stretches, one stretch behind the other.

    >>> stretches(np.array([7, 2]), np.array([9, 5])).tolist()
    [7, 8, 2, 3, 4]
    """
    lengths = ends - starts
    behind = np.cumsum(lengths)
    return np.asarray(np.repeat(starts - behind + lengths, lengths) + np.arange(lengths.sum()))
