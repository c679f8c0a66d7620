"""Two-line element sets: read, checked, chosen by date.

For the general perturbations elements that CelesTrak and Space-Track pass on: three lines a set (a name and two lines of 69
columns), plain or gzip. A line that cannot be used is set aside with its file, line and reason; a file without one readable
set is an error. It fetches nothing and does not know which satellite carries which sensor (see ``satellites``).

Source: Hoots and Roehrich, Spacetrack Report No. 3 (1980); Vallado, Crawford, Hujsak and Kelso, "Revisiting Spacetrack
Report #3", AIAA 2006-6753, appendix A (the columns and the checksum).
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from sgp4.api import WGS72, Satrec

from darkwake.errors import InputError
from darkwake.ids import file_sha256, source_id
from darkwake.schema import Evidence, Quarantine

LINE_LENGTH = 69
"""Columns of an element line (AIAA 2006-6753, appendix A)."""

MAX_BYTES = 256 * 1024 * 1024
"""Largest unpacked file that is read; the whole public catalogue is about 5 MB. Assumed, against packed bombs."""

MAX_RAW = 500
"""Characters of a bad line that are kept."""

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class ElementSet:
    """One satellite's orbit at one epoch, as published."""

    norad_id: int
    name: str
    epoch: datetime
    line1: str
    line2: str
    source_id: str
    line: int
    """Line of its file on which its second line stands, from 1."""

    def age_h(self, time: datetime) -> float:
        """Hours from the epoch to a time; negative before the epoch."""
        return (time - self.epoch) / timedelta(hours=1)

    def satrec(self) -> Satrec:
        """The SGP4 model of this set, gravity model WGS-72, for which such elements are fitted."""
        return Satrec.twoline2rv(self.line1, self.line2, WGS72)


@dataclass(frozen=True)
class Elements:
    """The sets of some files, and the lines that were set aside (``schema.Quarantine``)."""

    sets: tuple[ElementSet, ...]
    quarantine: pa.Table

    def newest_epoch(self) -> datetime:
        """The latest epoch of all sets."""
        return max(element.epoch for element in self.sets)


def checksum(line: str) -> int:
    """The checksum of an element line: its digits, and one for each minus sign, modulo ten.

    >>> checksum("1 25994U 99068A   25255.93351073  .00000282  00000+0  66817-4 0  9994")
    4
    """
    return sum(int(c) if c.isdigit() else c == "-" for c in line[: LINE_LENGTH - 1]) % 10


def read_elements(paths: Sequence[Path]) -> Elements:
    """Read element sets from files, plain or gzip.

    Args:
        paths: files in the three-line or two-line format; a file may carry several sets of one satellite.

    Returns:
        Every distinct set, ordered by catalogue number and epoch, and the lines that were set aside.

    Raises:
        InputError: a file cannot be read, or holds no readable set.
    """
    sets: dict[tuple[str, str], ElementSet] = {}
    bad: list[dict[str, object]] = []
    for path in paths:
        found, aside = _read_file(path)
        for element in found:
            sets.setdefault((element.line1, element.line2), element)
        bad.extend(aside)
    ordered = sorted(sets.values(), key=lambda e: (e.norad_id, e.epoch, e.line1, e.line2))
    return Elements(tuple(ordered), Quarantine.rows(bad))


def newest(sets: Iterable[ElementSet], at: datetime) -> tuple[ElementSet, ...]:
    """One set a catalogue number: the newest at or before a time, else the nearest after it."""
    best: dict[int, ElementSet] = {}
    for element in sets:
        held = best.get(element.norad_id)
        if held is None or _rank(element, at) >= _rank(held, at):
            best[element.norad_id] = element
    return tuple(best[number] for number in sorted(best))


def evidence(paths: Sequence[Path]) -> pa.Table:
    """The element files as rows of ``schema.Evidence``."""
    rows: dict[str, dict[str, object]] = {}
    for path in paths:
        digest = file_sha256(path)
        rows[source_id(digest)] = {
            "evidence_id": source_id(digest),
            "kind": "elements",
            "title": path.name,
            "publisher": "general perturbations elements of the US Space Force, in the format of CelesTrak",
            "sha256": digest,
            "bytes": path.stat().st_size,
            "origin": "published",
        }
    return Evidence.rows(list(rows.values()))


def _rank(element: ElementSet, at: datetime) -> tuple[bool, float]:
    before = element.epoch <= at
    away = abs((element.epoch - at).total_seconds())
    return before, -away


def _read_file(path: Path) -> tuple[list[ElementSet], list[dict[str, object]]]:
    text = _text(path)
    source = source_id(file_sha256(path))
    sets: list[ElementSet] = []
    bad: list[dict[str, object]] = []
    for number, raw, result in _sets(text.splitlines(), source):
        if isinstance(result, ElementSet):
            sets.append(result)
        else:
            bad.append({"source_id": source, "line": number, "reason": result, "raw": raw[:MAX_RAW]})
    if not sets:
        first = f" (line {bad[0]['line']}: {bad[0]['reason']})" if bad else ""
        remedy = "give two-line element sets, for example CelesTrak's GP data with FORMAT=3le"
        raise InputError(f"no readable element set{first}", do=remedy, source=path)
    return sets, bad


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == _GZIP
            stream.seek(0)
            data = (gzip.GzipFile(fileobj=stream) if packed else stream).read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as fault:
        raise InputError(f"cannot be read: {fault}", do="check the path, or fetch the file again", source=path) from fault
    if len(data) > MAX_BYTES:
        raise InputError(f"unpacks to more than {MAX_BYTES} bytes", do="split it", source=path)
    return data.decode("ascii", errors="replace")


def _sets(lines: list[str], source: str) -> Iterator[tuple[int, str, ElementSet | str]]:
    """Each line that ends a set or cannot be used: its number, its text, and the set or the reason."""
    name = ""
    first: tuple[int, str] | None = None
    for number, padded in enumerate(lines, start=1):
        line = padded.rstrip()
        if not line:
            continue
        if line.startswith("2 ") and first is not None:
            yield from _pair(name, first, (number, line), source)
            name, first = "", None
            continue
        if first is not None:
            yield (*first, "line 1 without its line 2")
            first = None
        if line.startswith("1 "):
            first = (number, line)
        elif line.startswith("2 "):
            yield number, line, "line 2 without its line 1"
        elif not line.startswith("#"):
            name = line.removeprefix("0 ").strip()
    if first is not None:
        yield (*first, "line 1 without its line 2")


def _pair(
    name: str, first: tuple[int, str], second: tuple[int, str], source: str
) -> Iterator[tuple[int, str, ElementSet | str]]:
    faults = [(number, line, _fault(line)) for number, line in (first, second)]
    if any(reason for _, _, reason in faults):
        yield from ((number, line, reason or "its other line was set aside") for number, line, reason in faults)
        return
    line1, line2 = first[1][:LINE_LENGTH], second[1][:LINE_LENGTH]
    if line1[2:7] != line2[2:7]:
        yield (*second, "its catalogue number differs from line 1")
        yield (*first, "its other line was set aside")
        return
    try:
        satrec = Satrec.twoline2rv(line1, line2, WGS72)
        epoch = _epoch(line1)
    except ValueError:
        yield (*first, "a field is not a number")
        return
    # Names are shown to people: a character that is not printable ASCII has no business in one.
    clean = "".join(c if c.isprintable() and c.isascii() else "?" for c in name)[:80] or f"catalogue number {satrec.satnum}"
    yield (*second, ElementSet(int(satrec.satnum), clean, epoch, line1, line2, source, second[0]))


def _fault(line: str) -> str:
    if len(line) < LINE_LENGTH:
        return "shorter than 69 columns"
    if not line[:LINE_LENGTH].isascii():
        return "not ASCII"
    if line[LINE_LENGTH - 1] != str(checksum(line)):
        return "checksum does not fit"
    return ""


def _epoch(line1: str) -> datetime:
    """The epoch in line 1: two digits of the year (57 to 99 are 19xx), then the day of the year from 1."""
    year, day = int(line1[18:20]), float(line1[20:32])
    if not 1 <= day < 367:
        raise ValueError(f"day of the year {day}")
    return datetime(year + (1900 if year >= 57 else 2000), 1, 1, tzinfo=UTC) + timedelta(days=day - 1)
