"""NMEA lines: tag blocks, wrappers, checksums and the fields of an AIS sentence. No bits are decoded here.

Sources: NMEA 0183 version 4.10 (tag blocks, VDM), IEC 61162-450; the USCG's trailing station and time after the checksum;
GateHouse's ``$PGHP`` line before a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from darkwake.ais.times import EARLIEST, LATEST

_Number = TypeVar("_Number", int, NDArray[np.int64])
PARTS_MAX = 9
"""Most parts of a message that one digit can number."""
PAYLOAD_MAX = 1_000
"""Longest payload of one sentence that is believed; NMEA allows 82 characters a line, some loggers glue parts together."""
STATION_MAX = 32
"""Longest name of a station in a tag block; NMEA 0183 allows 15 characters, some write more."""
GROUP_DIGITS = 7
"""Most digits of a group's number that is heeded."""
_GROUPS = 1 << 24
"""More than there are numbers of groups."""
_ARMOUR = bytes(range(48, 88)) + bytes(range(96, 120))
_AIS = re.compile(rb"[!$][A-Z0-9-]{2}VD[MO],")
_TAG_TIME = re.compile(rb"(?:^|,)c:(\d{1,16})(?:,|$)")
_TRAILING_TIME = re.compile(rb",(\d{10})(?:\.\d*)?(?:,|$)")
_TAG_STATION = re.compile(rb"(?:^|,)s:([!-+\--~]{1,%d})(?=,|$)" % STATION_MAX)
_TAG_GROUP = re.compile(rb"(?:^|,)g:(\d)-(\d)-(\d{1,%d})(?=,|$)" % GROUP_DIGITS)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The fields of one AIS sentence whose checksum is right."""

    key: int
    """What the parts of one message share (:func:`key_number`)."""
    parts: int
    part: int
    start: int
    """Where the payload starts and ends in the line."""
    end: int
    fill: int
    time_us: int | None
    """Time that stands behind the sentence, microseconds since 1970."""


class BadSentence(Exception):
    """Why a line is no usable sentence, in a fixed phrase."""


def checksum(body: bytes) -> int:
    """The exclusive or of all bytes.

    >>> f"{checksum(b'AIVDM,1,1,,B,402=481uaUcf;OQ55JS9ITi025Jp,0'):02X}"
    '2B'
    """
    if not body:
        return 0
    half = (1 << (len(body) - 1).bit_length()) * 4
    folded = int.from_bytes(body, "big")
    while half >= 8:
        folded = (folded >> half) ^ (folded & ((1 << half) - 1))
        half //= 2
    return folded & 0xFF


def is_ais(line: bytes) -> bool:
    """Whether a line (without tag block) is an AIS sentence of any talker."""
    return _AIS.match(line) is not None


def parse(line: bytes) -> Sentence:
    """The fields of an AIS sentence.

    Raises:
        BadSentence: the checksum is wrong or missing, or a field cannot be.
    """
    body, star, tail = line.partition(b"*")
    _verify(body, star, tail)
    fields = body.split(b",")
    if len(fields) < 7:
        raise BadSentence("too few fields")
    talker, parts, part, sequence, channel, payload = fields[:6]
    # Where lines were glued together there are more fields; the fill bits stand before the checksum all the same.
    numbers = _numbers(parts, part, fields[-1])
    _check_payload(payload)
    after = _TRAILING_TIME.search(tail, 2) if len(tail) > 10 else None
    time_us = believable(int(after[1])) if after else None
    start = len(b",".join(fields[:5])) + 1
    key = _key(talker[1:3], sequence, channel, numbers[0])
    return Sentence(key, numbers[0], numbers[1], start, start + len(payload), numbers[2], time_us)


def key_number(talker: _Number, sequence: _Number, channel: _Number, parts: _Number) -> _Number:
    """What the parts of one message share, as one number; that of a group, plus one, may be added.

    Args:
        talker: its two characters as one number.
        sequence: its character's code plus one, or 0 for none.
        channel: likewise.
        parts: how many there are.
    """
    return (((talker * 257 + sequence) * 257 + channel) * 10 + parts) * _GROUPS


def _key(talker: bytes, sequence: bytes, channel: bytes, parts: int) -> int:
    if len(sequence) > 1 or len(channel) > 1:
        # No transmitter does this. Such keys need only differ from one another and from the usual ones.
        longest = b"%d,%b,%b,%b" % (parts, talker, sequence, channel)
        return -_GROUPS * (1 + int.from_bytes(blake2b(longest, digest_size=4).digest(), "big"))
    codes = [code[0] + 1 if code else 0 for code in (sequence, channel)]
    return key_number(int.from_bytes(talker, "big"), codes[0], codes[1], parts)


def _verify(body: bytes, star: bytes, tail: bytes) -> None:
    if not star:
        raise BadSentence("no checksum")
    try:
        stated = int(tail[:2], 16)
    except ValueError as fault:
        raise BadSentence("bad checksum") from fault
    if stated != checksum(body[1:]):
        raise BadSentence("bad checksum")


def _numbers(parts: bytes, part: bytes, fill: bytes) -> tuple[int, int, int]:
    try:
        numbers = int(parts), int(part), int(fill)
    except ValueError as fault:
        raise BadSentence("fragment count, number or fill bits are no numbers") from fault
    if not (1 <= numbers[1] <= numbers[0] <= PARTS_MAX and 0 <= numbers[2] <= 5):
        raise BadSentence("fragment count, number or fill bits cannot be")
    return numbers


def _check_payload(payload: bytes) -> None:
    if not payload:
        raise BadSentence("empty payload")
    if payload.translate(None, _ARMOUR):
        raise BadSentence("payload with characters outside the six-bit code")
    if len(payload) > PAYLOAD_MAX:
        raise BadSentence("payload too long")


@dataclass(frozen=True, slots=True)
class Tag:
    """What a tag block says; nothing where its checksum is wrong."""

    time_us: int | None = None
    station: tuple[int, int] | None = None
    """Where the station's name starts and ends in the tag block."""
    group: tuple[int, int, int] | None = None
    """Which sentence of a group the line is, how many the group has, and the group's number."""


def read_tag(tag: bytes) -> Tag:
    """The time ``c:`` (microseconds), station ``s:`` and group ``g:`` of a tag block without its backslashes.

    >>> read_tag(b"c:1565218798*53").time_us, read_tag(b"c:1565218798*54").time_us
    (1565218798000000, None)
    """
    body, star, stated = tag.rpartition(b"*")
    try:
        if star and int(stated, 16) != checksum(body):
            return Tag()
    except ValueError:
        return Tag()
    body = body if star else tag
    time, station, group = (pattern.search(body) for pattern in (_TAG_TIME, _TAG_STATION, _TAG_GROUP))
    return Tag(
        believable(int(time[1])) if time else None,
        station.span(1) if station else None,
        (int(group[1]), int(group[2]), int(group[3])) if group else None,
    )


def believable(stamp: int) -> int | None:
    """A Unix time in seconds or milliseconds as microseconds; None when it is neither.

    >>> believable(1354719387), believable(1354719387500), believable(12415440354)
    (1354719387000000, 1354719387500000, None)
    """
    for factor in (1_000_000, 1_000):
        if EARLIEST.timestamp() * 1e6 <= stamp * factor < LATEST.timestamp() * 1e6:
            return stamp * factor
    return None


def wrapper_time(line: bytes) -> int | None:
    """The time of a ``$PGHP,1,y,m,d,h,min,s,ms,...`` line, microseconds; None when it cannot be read."""
    body, star, tail = line.partition(b"*")
    try:
        _verify(body, star, tail)
        year, month, day, hour, minute, second, milli = (int(part) for part in body.split(b",")[2:9])
        moment = datetime(year, month, day, hour, minute, second, milli * 1000, tzinfo=UTC)
    except (BadSentence, ValueError, OverflowError):
        return None
    return (moment - _EPOCH) // timedelta(microseconds=1) if EARLIEST <= moment < LATEST else None
