"""MMSI: what sort of station an identity belongs to, and which administration issued it.

An MMSI has no check digit, changes with the flag, and can be typed in by anyone: it points at a ship, it does not prove one.

Source: ITU-R M.585-9 (formats); the bundled table of maritime identification digits names its own source in each row.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FORMATS = (
    (re.compile(r"970\d{6}"), "search and rescue transmitter", None),
    (re.compile(r"972\d{6}"), "man overboard device", None),
    (re.compile(r"974\d{6}"), "emergency beacon", None),
    (re.compile(r"111(\d{3})\d{3}"), "search and rescue aircraft", 1),
    (re.compile(r"00(\d{3})\d{4}"), "coast station", 1),
    (re.compile(r"0(\d{3})\d{5}"), "group of ships", 1),
    (re.compile(r"98(\d{3})\d{4}"), "craft of a parent ship", 1),
    (re.compile(r"99(\d{3})\d{4}"), "aid to navigation", 1),
    (re.compile(r"8(\d{3})\d{5}"), "hand-held radio", 1),
    (re.compile(r"([2-7]\d{2})\d{6}"), "ship", 1),
)


@dataclass(frozen=True)
class Administration:
    """Who issues identities with these three digits."""

    mid: int
    country: str
    name: str


@dataclass(frozen=True)
class Identity:
    """What the digits of an MMSI say."""

    kind: str
    administration: Administration | None


def read(mmsi: int) -> Identity:
    """The kind of station and the administration of an MMSI.

    Digits that no format covers are of the kind ``not a valid identity``; an administration is null where the format has
    none or where nobody was given these digits.

    >>> read(445539000).kind, read(445539000).administration.country
    ('ship', 'KP')
    >>> read(2730001).kind, read(123456789).kind
    ('coast station', 'not a valid identity')
    """
    digits = f"{mmsi:09d}"
    for shape, kind, group in _FORMATS:
        if found := shape.fullmatch(digits):
            return Identity(kind, _administrations().get(int(found[group])) if group else None)
    return Identity("not a valid identity", None)


def words(mmsi: int) -> str:
    """The identity as words for a sentence.

    >>> words(445539000)
    "MMSI 445539000 (ship, Democratic People's Republic of Korea)"
    """
    identity = read(mmsi)
    place = f", {identity.administration.name}" if identity.administration else ""
    return f"MMSI {mmsi:09d} ({identity.kind}{place})"


@cache
def _administrations() -> dict[int, Administration]:
    text = files("darkwake").joinpath("bundled/lists/mids.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {int(row["mid"]): Administration(int(row["mid"]), row["country"], row["administration"]) for row in rows}
