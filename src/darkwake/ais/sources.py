"""Opening AIS files: plain, gzip, zstd, or zip with several members; told apart by their first bytes, never by name.

Files come from strangers. Members of an archive are read as streams and their names are never used as paths; what comes
out is bounded by a ratio to what went in; a torn or corrupt archive is an :class:`InputError` that names file and place.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import pyarrow as pa

from darkwake.errors import InputError

HEAD_BYTES = 1 << 16
"""How much of a member is looked at to tell its format."""
RATIO_MAX = 250
"""Largest ratio of unpacked to packed bytes; assumed, because AIS text packs 3 to 30 times, and repetition 100 times."""
RATIO_FLOOR_BYTES = 64 << 20
"""Up to this size the ratio is not looked at."""
MEMBERS_MAX = 10_000
"""Largest number of members of an archive; assumed, because a year of hourly files has 8,784."""
_ZIP, _ZIP_EMPTY, _GZIP, _ZSTD = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_MEND = "fetch the file again or unpack it by hand"


class ByteStream(Protocol):
    """What readers need of a stream."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes; none at the end."""
        ...


@dataclass(frozen=True)
class Member:
    """One text (or Parquet) inside a file: the file itself, or a member of an archive."""

    path: Path
    name: str
    """Name inside the archive, for messages only; empty for a file that is not an archive."""
    head: bytes
    stream: ByteStream
    """The member's bytes from the start, the head included."""
    packed_position: Callable[[], int]
    """How many bytes of the file have been read."""

    def place(self, place: str) -> str:
        """A place inside the member, for messages."""
        return f"{self.name} {place}".strip() if self.name else place


class Bounded:
    """A stream that ends with one clear error when it is torn, corrupt, or unpacks to far more than it should."""

    def __init__(self, stream: ByteStream, path: Path, name: str, packed_position: Callable[[], int]) -> None:
        self._stream, self._path, self._name, self._packed = stream, path, name, packed_position
        self._given = 0

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes; none at the end."""
        try:
            block = self._stream.read(size)
        except EOFError as fault:
            raise self._error("the data end too early", _MEND) from fault
        except (zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, OSError) as fault:
            raise self._error(f"the data are corrupt ({str(fault)[:80]})", _MEND) from fault
        self._given += len(block)
        if self._given > max(RATIO_FLOOR_BYTES, RATIO_MAX * max(self._packed(), 1)):
            raise self._error(f"unpacks to more than {RATIO_MAX} times its size", "unpack it by hand if you trust it")
        return bytes(block)

    def _error(self, what: str, do: str) -> InputError:
        place = f"{self._name} byte {self._given}".strip()
        return InputError(what, do=do, source=self._path, place=place)


class _Replayed:
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self._head, self._stream = head, stream

    def read(self, size: int, /) -> bytes:
        if self._head:
            block, self._head = self._head[:size], self._head[size:]
            return block
        return self._stream.read(size)


def _read_head(stream: ByteStream) -> bytes:
    blocks = []
    left = HEAD_BYTES
    while left and (block := stream.read(left)):
        blocks.append(block)
        left -= len(block)
    return b"".join(blocks)


def _member(path: Path, name: str, stream: ByteStream, position: Callable[[], int]) -> Member:
    bounded = Bounded(stream, path, name, position)
    head = _read_head(bounded)
    return Member(path, name, head, _Replayed(head, bounded), position)


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedReader]:
    try:
        raw = path.open("rb")
    except OSError as fault:
        raise InputError(f"cannot be opened ({fault.strerror})", do="mend the path", source=path) from fault
    with raw:
        yield raw


def members(path: Path) -> Iterator[Member]:
    """The members of a file in the order of the archive; read each before asking for the next.

    Raises:
        InputError: the file cannot be opened, is empty, torn, corrupt, or not an archive that can be read.
    """
    if path.is_dir():
        raise InputError("is a folder", do="name the files in it", source=path)
    with _opened(path) as raw:
        magic = raw.read(4)
        raw.seek(0)
        if not magic:
            raise InputError("the file is empty", do="leave it out or fetch it again", source=path)
        if magic in (_ZIP, _ZIP_EMPTY):
            yield from _zip_members(path, raw)
        elif magic[:2] == _GZIP:
            yield _member(path, "", gzip.GzipFile(fileobj=raw), raw.tell)
        elif magic == _ZSTD:
            yield _member(path, "", pa.CompressedInputStream(pa.PythonFile(raw), "zstd"), raw.tell)
        else:
            yield _member(path, "", raw, raw.tell)


def _zip_members(path: Path, raw: io.BufferedReader) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(raw)
    except (zipfile.BadZipFile, OSError, ValueError) as fault:
        raise InputError("the zip archive is torn: it has no directory at its end", do=_MEND, source=path) from fault
    with archive:
        listed = [info for info in archive.infolist() if not info.is_dir() and info.file_size]
        if not listed:
            raise InputError("the zip archive holds no data", do="leave it out", source=path)
        if len(listed) > MEMBERS_MAX:
            raise InputError(f"{len(listed)} members", do=f"unpack it; at most {MEMBERS_MAX} are read", source=path)
        for info in listed:
            with _zip_stream(archive, info, path) as stream:
                yield _member(path, info.filename, stream, raw.tell)


def _zip_stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> IO[bytes]:
    if info.file_size > max(RATIO_FLOOR_BYTES, RATIO_MAX * max(info.compress_size, 1)):
        what = f"unpacks to more than {RATIO_MAX} times its size"
        raise InputError(what, do="unpack it by hand if you trust it", source=path, place=info.filename)
    try:
        return archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as fault:
        what = f"the member cannot be unpacked ({str(fault)[:80]})"
        raise InputError(what, do=_MEND, source=path, place=info.filename) from fault
