"""The formats that are known, one file each. A new format is a new file here and one row of :data:`FORMATS`.

A format looks at the first bytes of a member and says whether they are its own; then it reads the member as batches.
A new layout of a table (CSV or Parquet) is a new file here too and one row of ``tables.LAYOUTS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from darkwake.ais.formats import nmea, parquet, tables
from darkwake.ais.reading import Reading, Settings
from darkwake.ais.sources import Member
from darkwake.errors import InputError


@dataclass(frozen=True)
class Format:
    """One way in which AIS is written down."""

    name: str
    recognises: Callable[[bytes, Settings], bool]
    """Whether the first bytes of a member are of this format."""
    read: Callable[[Member, Settings], Reading]


FORMATS: tuple[Format, ...] = (
    Format("Parquet", parquet.recognises, parquet.read),
    Format("NMEA", nmea.recognises, nmea.read),
    Format("CSV", tables.recognises, tables.read),
)
"""Every format, in the order in which they are asked."""


def recognised(member: Member, settings: Settings) -> Reading | None:
    """The member as the first format that knows it reads it; None when none does."""
    for known in FORMATS:
        if known.recognises(member.head, settings):
            return known.read(member, settings)
    return None


def unknown(member: Member) -> InputError:
    """The error for a member that no format knows."""
    what = "binary data in no known AIS format" if b"\x00" in member.head else "text in no known AIS format"
    do = "known: MarineCadastre and Danish CSV, NMEA (AIVDM), Parquet; or give a mapping with --columns"
    return InputError(what, do=do, source=member.path, place=member.name)
