"""Files of lists as they are found: gzip or not, text or XML, with hostile ones among them.

A list is read whole, for none is large; what would unpack to more than ``MAX_BYTES`` is refused before it is unpacked. The
hash is that of the stored bytes.
"""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from darkwake.errors import InputError
from darkwake.ids import file_sha256, source_id

MAX_BYTES = 256 * 1024 * 1024
"""Largest list that is read, unpacked: assumed, because the largest in print (the SDN list as XML) is under 64 MiB."""

HEAD_BYTES = 64 * 1024
"""As much as is looked at to tell which list a file is."""

_GZIP = b"\x1f\x8b"
_CTRL_Z = "\x1a"
_DATE_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:-?(0[1-9]|1[0-2]))(?:-?(0[1-9]|[12]\d|3[01]))?(?!\d)")


@dataclass(frozen=True)
class Source:
    """One file of a list: where it lies, its hash and its unpacked bytes."""

    path: Path
    sha256: str
    size: int
    data: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The evidence id of the file."""
        return source_id(self.sha256)

    @cached_property
    def text(self) -> str:
        """The file as text; a closing Ctrl-Z, as OFAC publishes it, is taken away."""
        return decoded(self.data, self.path).rstrip().removesuffix(_CTRL_Z)


def open_source(path: Path, *, most_bytes: int = MAX_BYTES) -> Source:
    """Read a file of a list, unpacking gzip.

    Raises:
        InputError: where the file cannot be read, is cut short, or unpacks to too much.
    """
    try:
        stored = path.read_bytes() if path.stat().st_size <= most_bytes else None
        sha256 = file_sha256(path)
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", do="check the path", source=path) from fault
    if stored is None:
        raise InputError(f"is larger than {most_bytes >> 20} MiB", do="give the list itself", source=path)
    return Source(path, sha256, len(stored), _unpacked(stored, path, most_bytes) if stored.startswith(_GZIP) else stored)


def _unpacked(stored: bytes, path: Path, most_bytes: int) -> bytes:
    reader = zlib.decompressobj(wbits=31)
    try:
        data = reader.decompress(stored, most_bytes)
    except zlib.error as fault:
        raise InputError(f"damaged gzip: {fault}", do="fetch the list again", source=path) from fault
    if reader.unconsumed_tail:
        raise InputError(f"unpacks to more than {most_bytes >> 20} MiB", do="give the list itself", source=path)
    if not reader.eof:
        place = f"byte {len(data)} unpacked"
        raise InputError("the gzip ends too early", do="fetch the list again", source=path, place=place)
    return data


def head_of(path: Path) -> bytes:
    """The first bytes of a file, unpacked as far as a damaged gzip allows; empty where it cannot be read."""
    try:
        with path.open("rb") as stream:
            stored = stream.read(HEAD_BYTES)
        return zlib.decompressobj(wbits=31).decompress(stored, HEAD_BYTES) if stored.startswith(_GZIP) else stored
    except (OSError, zlib.error):
        return b""


def decoded(data: bytes, path: Path) -> str:
    """Bytes as UTF-8 text, or an error that says where they are not."""
    if (zero := data.find(b"\0")) >= 0:
        raise InputError("is a binary file, not text", do="give the list as published", source=path, place=f"byte {zero}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        place = f"byte {fault.start}"
        raise InputError("is not UTF-8 text", do="save it as UTF-8", source=path, place=place) from fault


def records(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV text, each with the line on which it begins; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as fault:
        place = f"line {begins}"
        raise InputError(f"not readable as CSV: {fault}", do="fetch the list again", source=path, place=place) from fault


def date_in_name(path: Path) -> str | None:
    """The date that a file's name carries, else that of its folder's name.

    >>> date_in_name(Path("ofac_sdn_2019-01.csv.gz")), date_in_name(Path("2026-01-31/SDN.CSV"))
    ('2019-01', '2026-01-31')
    >>> date_in_name(Path("un_1718_vessels.csv"))
    """
    for name in (path.name, path.parent.name):
        if found := _DATE_IN_NAME.search(name):
            return "-".join(part for part in found.groups() if part)
    return None


def iso_date(text: str) -> str | None:
    """A date as ISO 8601 from ``2018-10-16``, ``2001-03-08-05:00`` or ``16/10/2018``; ``00`` for an unknown part cuts it.

    >>> iso_date("16/10/2018"), iso_date("00/00/1980"), iso_date("2001-03-08-05:00"), iso_date("soon")
    ('2018-10-16', '1980', '2001-03-08', None)
    """
    if found := re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text.strip()):
        day, month, year = found.groups()
    elif found := re.match(r"(\d{4})-(\d{2})-(\d{2})", text.strip()):
        year, month, day = found.groups()
    else:
        return None
    if "00" in (day, month):
        return year if month == "00" else f"{year}-{month}"
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
