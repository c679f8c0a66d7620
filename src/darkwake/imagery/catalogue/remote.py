"""A remote file that is read like one on disk: seek and read, by ranges, through a cache of blocks.

GDAL reads it through ``rasterio.open(path, opener=...)``. GDAL swallows what goes wrong in a reader and reports a damaged
image; the true fault is kept in :attr:`Remote.fault`, and :meth:`Remote.told` gives it to whoever opened the image.
"""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from darkwake.errors import InputError
from darkwake.imagery.catalogue.addresses import shown
from darkwake.imagery.catalogue.blocks import BLOCK_BYTES, Blocks, Known
from darkwake.imagery.catalogue.client import Client, Part

MAX_REQUEST_BYTES = 4 << 20
"""Largest range of one request."""

MAX_FILE_BYTES = 64 << 30
"""Largest remote file; beyond it a stated size is taken for a lie. A GRD measurement has 0.4 to 1.7 GB."""

MEMORY_BLOCKS = 64
"""Blocks kept in memory: 8 MiB."""

READ_ON_AFTER = 4
"""Requests that follow one another without a gap before more than asked for is read: a search of a whole scene does that, a
window seldom does."""


@dataclass
class Remote:
    """A remote file of one version; a change in the middle is refused."""

    href: str
    client: Client
    blocks: Blocks | None = None
    fault: InputError | None = None
    interrupted: bool = False
    _known: Known | None = field(default=None, repr=False)
    _memory: OrderedDict[int, bytes] = field(default_factory=OrderedDict, repr=False)
    _next_block: int = field(default=-1, repr=False)
    _in_a_row: int = field(default=0, repr=False)

    @property
    def known(self) -> Known:
        """Size and version, from the cache or, the first time, from the server."""
        if self._known is None:
            self._known = self.blocks.known(self.href) if self.blocks else None
        if self._known is None:
            self._fetch(0, 1)
        if self._known is None:
            raise InputError("the server gives no size", do="download the file whole", source=shown(self.href))
        return self._known

    def told(self) -> InputError | None:
        """What went wrong in reading, if anything did; an interruption by the user goes on from here."""
        if self.interrupted:
            raise KeyboardInterrupt
        return self.fault

    def read(self, start: int, stop: int) -> bytes:
        """Bytes from ``start`` to ``stop``, fewer at the file's end."""
        stop = min(stop, self.known.total)
        if start >= stop:
            return b""
        first, last = start // BLOCK_BYTES, (stop - 1) // BLOCK_BYTES
        found = {block: content for block in range(first, last + 1) if (content := self._held(block)) is not None}
        for run_first, run_stop in _runs([block for block in range(first, last + 1) if block not in found]):
            found |= self._fetch(run_first, self._far(run_first, run_stop))
        joined = b"".join(found[block] for block in range(first, last + 1))
        return joined[start - first * BLOCK_BYTES : stop - first * BLOCK_BYTES]

    def _held(self, block: int) -> bytes | None:
        """A block from memory or from the folder, if it is there and of the right length."""
        content = self._memory.get(block)
        if content is None and self.blocks is not None:
            content = self.blocks.get(self.href, self.known, block)
        if content is None or len(content) != self._length(block):
            return None
        self._keep(block, content)
        return content

    def _length(self, block: int) -> int:
        return min(BLOCK_BYTES, self.known.total - block * BLOCK_BYTES)

    def _far(self, first: int, stop: int) -> int:
        """Where a request ends: beyond what is needed once several have followed one another, doubling."""
        self._in_a_row = self._in_a_row + 1 if first == self._next_block else 0
        ahead = 2 ** min(self._in_a_row - READ_ON_AFTER, 5) if self._in_a_row >= READ_ON_AFTER else 0
        self._next_block = min(stop + ahead, -(-self.known.total // BLOCK_BYTES))
        return self._next_block

    def _fetch(self, first: int, stop: int) -> dict[int, bytes]:
        """Blocks from the server; a fault that was met is met again, without asking."""
        if (fault := self.told()) is not None:
            raise fault
        try:
            return self._fetched(first, stop)
        except InputError as fault:
            self.fault = fault
            raise

    def _fetched(self, first: int, stop: int) -> dict[int, bytes]:
        """Blocks from the server, kept in memory and in the folder."""
        found = {}
        step = MAX_REQUEST_BYTES // BLOCK_BYTES
        for begin in range(first, stop, step):
            end = min(begin + step, stop)
            part = self.client.part(self.href, begin * BLOCK_BYTES, end * BLOCK_BYTES)
            self._same(part)
            for block in range(begin, end):
                content = part.content[(block - begin) * BLOCK_BYTES : (block - begin + 1) * BLOCK_BYTES]
                found[block] = content
                self._keep(block, content)
                if self.blocks is not None:
                    self.blocks.put(self.href, self.known, block, content)
        return found

    def _same(self, part: Part) -> None:
        """Take the size and version of the first part; refuse a part of another version."""
        told = Known(part.total, part.version)
        if self._known is None:
            if not 0 < told.total <= MAX_FILE_BYTES:
                raise InputError(f"a file of {told.total:,} bytes", do="check the address", source=shown(self.href))
            self._known = told
            if self.blocks is not None:
                self.blocks.remember(self.href, told)
        elif told != self._known:
            if self.blocks is not None:
                self.blocks.forget(self.href)
            what = "the file changed at the server while it was read, or since parts of it were kept"
            raise InputError(what, do="run it again: what was kept of the old one is dropped", source=shown(self.href))

    def _keep(self, block: int, content: bytes) -> None:
        self._memory[block] = content
        self._memory.move_to_end(block)
        if len(self._memory) > MEMORY_BLOCKS:
            self._memory.popitem(last=False)


def _runs(blocks: list[int]) -> list[tuple[int, int]]:
    """Stretches of neighbours: first, and one past the last.

    >>> _runs([1, 2, 3, 7])
    [(1, 4), (7, 8)]
    """
    found: list[tuple[int, int]] = []
    for block in blocks:
        if found and found[-1][1] == block:
            found[-1] = (found[-1][0], block + 1)
        else:
            found.append((block, block + 1))
    return found


class RemoteFile(io.RawIOBase):
    """A place in a remote file; many may read the same :class:`Remote`."""

    def __init__(self, remote: Remote) -> None:
        super().__init__()
        self._remote = remote
        self._at = 0

    def readable(self) -> bool:
        """It is read, never written."""
        return True

    def seekable(self) -> bool:
        """Any place can be read."""
        return True

    def tell(self) -> int:
        """The place."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; only the end needs to know the size."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence)
        self._at = max((self._remote.known.total if base is None else base) + offset, 0)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Bytes from the place on, all of those asked for unless the file ends."""
        stop = self._remote.known.total if size is None or size < 0 else self._at + size
        content = self._remote.read(self._at, stop)
        self._at += len(content)
        return content


class _ForGdal(RemoteFile):
    """A file whose faults end the reading early, for an exception has no way through GDAL; :meth:`Remote.told` has them."""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; to the start where the size cannot be had."""
        try:
            return super().seek(offset, whence)
        except InputError:
            return 0
        except KeyboardInterrupt:
            self._remote.interrupted = True
            return 0

    def read(self, size: int = -1) -> bytes:
        """Bytes from the place on; none where they cannot be had, which GDAL reports as damage."""
        try:
            return super().read(size)
        except InputError:
            return b""
        except KeyboardInterrupt:
            self._remote.interrupted = True
            return b""


def opener_of(remote: Remote, name: str) -> Callable[..., RemoteFile]:
    """What ``rasterio.open(name, opener=...)`` takes; other names, which GDAL tries beside it, are not there."""

    def opened(path: str, mode: str = "rb", **_: object) -> RemoteFile:
        # rasterio asks for a file named "test" to learn whether this is an opener.
        if path not in (name, "test") or "w" in mode:
            raise FileNotFoundError(path)
        return _ForGdal(remote)

    return opened
