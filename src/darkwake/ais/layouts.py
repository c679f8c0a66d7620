"""Where every field of the messages that make up the traffic stands, and what its bits mean.

Source: Recommendation ITU-R M.1371-5 (2014), annex 8, section 3; the names and units are those of pyais, which is the
reference for every value. Only payloads long enough to hold every field that feeds a row are read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyais.constants import EpfdType, NavAid, ShipType

from darkwake.ais.batch import Floats, Wholes
from darkwake.ais.sixbit import Payloads

AUXILIARY_CRAFT = (980_000_000, 989_999_999)
"""98MIDxxxx: a craft of a parent ship (Recommendation ITU-R M.585-9); its type 24 B holds that ship's MMSI and no size."""
Read = Callable[[Payloads, int, int], Wholes | Floats | pa.Array]
"""Gives the field that stands in so many bits from some bit."""


@dataclass(frozen=True)
class Bits:
    """One field of a message."""

    name: str
    start: int
    width: int
    read: Read

    def of(self, payloads: Payloads) -> Wholes | Floats | pa.Array:
        """The field of every payload."""
        return self.read(payloads, self.start, self.width)


def degrees(payloads: Payloads, start: int, width: int) -> Floats:
    """Ten-thousandths of a minute as degrees, rounded to six places in whole numbers, which no other order of steps equals."""
    return np.asarray(((10 * payloads.signed(start, width) + 3) // 6) / 1e6)


def coarse_degrees(payloads: Payloads, start: int, width: int) -> Floats:
    """Tenths of a minute as degrees (type 27)."""
    return np.asarray(((10_000 * payloads.signed(start, width) + 3) // 6) / 1e6)


def tenths(payloads: Payloads, start: int, width: int) -> Floats:
    """Tenths of a unit."""
    return np.asarray(payloads.whole(start, width) / 10.0)


def turn(payloads: Payloads, start: int, width: int) -> Floats:
    """Rate of turn, degrees a minute; 127 and -127 (faster than 5 degrees in 30 s) and -128 (none) stay codes."""
    raw = payloads.signed(start, width).astype(np.float64)
    return np.where(np.abs(raw) >= 127, raw, np.copysign(np.rint((raw / 4.733) ** 2), raw))


def _coded(codes: type[EpfdType | NavAid | ShipType]) -> Read:
    """A code; one that is reserved is read as the class that it is reserved in, or as none, as pyais does."""
    known = np.array([int(codes.from_value(code) or 0) for code in range(256)])

    def read(payloads: Payloads, start: int, width: int) -> Wholes:
        return np.asarray(known[payloads.whole(start, width)])

    return read


ship_type, epfd, aid_type = _coded(ShipType), _coded(EpfdType), _coded(NavAid)


def text(payloads: Payloads, start: int, width: int) -> pa.Array:
    """Characters of six bits."""
    return payloads.text(start, width // 6)


def _fields(*said: tuple[str, int] | tuple[str, int, Read]) -> tuple[Bits, ...]:
    """Fields one behind the other, after type, repeat and MMSI; one without a name is spare or not read."""
    fields, start = [Bits("repeat", 6, 2, Payloads.whole), Bits("mmsi", 8, 30, Payloads.whole)], 38
    for name, width, *read in said:
        if name:
            fields.append(Bits(name, start, width, read[0] if read else Payloads.whole))
        start += width
    return tuple(fields)


_PLACE = (("accuracy", 1), ("lon", 28, degrees), ("lat", 27, degrees))
_MOVE = (("speed", 10, tenths), *_PLACE, ("course", 12, tenths), ("heading", 9), ("second", 6))
_SIZE = (("to_bow", 9), ("to_stern", 9), ("to_port", 6), ("to_starboard", 6))
_SCHEDULED = _fields(("status", 4), ("turn", 8, turn), *_MOVE, ("maneuver", 2), ("", 3), ("raim", 1), ("radio", 19))
_CLOCK = (("year", 14), ("month", 4), ("day", 5), ("hour", 5), ("minute", 6), ("second", 6))
_STATION = _fields(*_CLOCK, *_PLACE, ("epfd", 4, epfd), ("", 10), ("raim", 1), ("radio", 19))

NAME_ONLY, SIZE_ONLY = 240, 241
"""Parts A and B of type 24, which are two messages with nothing in common but the MMSI."""
LAYOUTS: dict[int, tuple[Bits, ...]] = {
    1: _SCHEDULED,
    2: _SCHEDULED,
    3: _SCHEDULED,
    4: _STATION,
    11: _STATION,
    5: _fields(
        ("ais_version", 2), ("imo", 30), ("callsign", 42, text), ("shipname", 120, text), ("ship_type", 8, ship_type), *_SIZE,
        ("epfd", 4, epfd), ("month", 4), ("day", 5), ("hour", 5), ("minute", 6), ("draught", 8, tenths),
        ("destination", 120, text),
    ),
    9: _fields(
        ("alt", 12), ("speed", 10), *_PLACE, ("course", 12, tenths), ("second", 6), ("reserved_1", 8), ("dte", 1), ("", 3),
        ("assigned", 1), ("raim", 1), ("radio", 20),
    ),
    18: _fields(
        ("reserved_1", 8), *_MOVE, ("reserved_2", 2), ("cs", 1), ("display", 1), ("dsc", 1), ("band", 1), ("msg22", 1),
        ("assigned", 1), ("raim", 1), ("radio", 20),
    ),
    19: _fields(
        ("reserved_1", 8), *_MOVE, ("reserved_2", 4), ("shipname", 120, text), ("ship_type", 8, ship_type), *_SIZE,
        ("epfd", 4, epfd), ("raim", 1),
    ),
    21: _fields(
        ("aid_type", 5, aid_type), ("name", 120, text), *_PLACE, *_SIZE, ("epfd", 4, epfd), ("second", 6), ("off_position", 1),
        ("reserved_1", 8), ("raim", 1), ("virtual_aid", 1), ("assigned", 1),
    ),
    27: _fields(
        ("accuracy", 1), ("raim", 1), ("status", 4), ("lon", 18, coarse_degrees), ("lat", 17, coarse_degrees), ("speed", 6),
        ("course", 9), ("gnss", 1),
    ),
    NAME_ONLY: _fields(("partno", 2), ("shipname", 120, text)),
    SIZE_ONLY: _fields(
        ("partno", 2), ("ship_type", 8), ("vendorid", 18, text), ("model", 4), ("serial", 20), ("callsign", 42, text), *_SIZE
    ),
}  # fmt: skip
"""The fields of each type, by the name that pyais gives them."""
BITS = {kind: max(field.start + field.width for field in fields) for kind, fields in LAYOUTS.items()}
"""Bits that a payload has to hold for every field of its layout."""


def named(kind: int, names: Iterable[str]) -> tuple[Bits, ...]:
    """Those fields of a layout that have one of some names.

    >>> [field.start for field in named(5, ("draught", "imo"))]
    [40, 294]
    """
    wanted = set(names)
    return tuple(field for field in LAYOUTS[kind] if field.name in wanted)
