"""NMEA lines: tag blocks, wrappers, checksums and the fields of an AIS sentence. No bits are decoded here.

Sources: NMEA 0183 version 4.10 (tag blocks, VDM), IEC 61162-450; the USCG's trailing station and time after the checksum;
GateHouse's ``$PGHP`` line before a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from darkwake.ais.times import EARLIEST, LATEST

PARTS_MAX = 9
"""Most parts of a message that one digit can number."""
PAYLOAD_MAX = 1_000
"""Longest payload of one sentence that is believed; NMEA allows 82 characters a line, some loggers glue parts together."""
_ARMOUR = bytes(range(48, 88)) + bytes(range(96, 120))
_AIS = re.compile(rb"[!$][A-Z0-9-]{2}VD[MO],")
_TAG_TIME = re.compile(rb"(?:^|,)c:(\d{1,16})(?:,|$)")
_TRAILING_TIME = re.compile(rb",(\d{10})(?:\.\d*)?(?:,|$)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The fields of one AIS sentence whose checksum is right."""

    key: tuple[bytes, bytes, bytes, int]
    """What the parts of one message share: talker, sequence, channel, number of parts."""
    parts: int
    part: int
    payload: bytes
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
    talker, parts, part, sequence, channel, payload, fill = fields[:7]
    numbers = _numbers(parts, part, fill)
    _check_payload(payload)
    after = _TRAILING_TIME.search(tail, 2) if len(tail) > 10 else None
    time_us = believable(int(after[1])) if after else None
    return Sentence((talker[1:3], sequence, channel, numbers[0]), numbers[0], numbers[1], payload, numbers[2], time_us)


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


def tag_time(tag: bytes) -> int | None:
    """The time ``c:`` of a tag block (without its backslashes), microseconds; None without one or with a bad checksum.

    >>> tag_time(b"c:1565218798*53")
    1565218798000000
    """
    body, star, stated = tag.rpartition(b"*")
    try:
        if star and int(stated, 16) != checksum(body):
            return None
    except ValueError:
        return None
    found = _TAG_TIME.search(body if star else tag)
    return believable(int(found[1])) if found else None


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
    except (BadSentence, ValueError):
        return None
    return (moment - _EPOCH) // timedelta(microseconds=1) if EARLIEST <= moment < LATEST else None
