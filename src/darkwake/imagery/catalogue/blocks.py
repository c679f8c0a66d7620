"""Blocks of remote files, kept in a folder so that a run that was cut goes on where it was and a second run asks nothing.

A block is a file named by the hash of address (without its signature), version and place; it carries the hash of its bytes, so
that one that was damaged is fetched again, not believed. Files appear whole or not at all (written beside, then renamed). The
folder is bounded: the blocks that were longest not read go first. It may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from darkwake.imagery.catalogue.addresses import without_signature

BLOCK_BYTES = 1 << 17
"""What is fetched and kept at least, bytes (assumed: below it a request costs more than its bytes, above it windows do)."""

LIMIT_BYTES = 8 << 30
"""Largest folder of blocks: four whole dual-polarised IW products (assumed enough)."""

DIGEST_BYTES = 32


@dataclass(frozen=True)
class Known:
    """What is known of a remote file: its size and what names its version (None where the server gives no name)."""

    total: int
    version: str | None


@dataclass
class Blocks:
    """A folder of blocks; several processes may share it."""

    folder: Path
    limit_bytes: int = LIMIT_BYTES
    writable: bool = True
    """Whether the folder takes files; a disk that is full or read-only stops the keeping, not the reading."""
    _held_bytes: int | None = field(default=None, repr=False)

    def known(self, href: str) -> Known | None:
        """What was remembered of a file; None where nothing was, or nothing that can be read."""
        try:
            told = json.loads(self._known_path(href).read_bytes())
            total, version = told["total"], told["version"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Known(total, version) if isinstance(total, int) and isinstance(version, str) else None

    def remember(self, href: str, known: Known) -> None:
        """Keep a file's size and version; a file whose version has no name is not kept, for it could change unnoticed."""
        if known.version is not None:
            self._write(self._known_path(href), json.dumps({"total": known.total, "version": known.version}).encode())

    def forget(self, href: str) -> None:
        """Drop what is known of a file; the blocks of its old version are never asked for again and go when space is short."""
        self._known_path(href).unlink(missing_ok=True)

    def get(self, href: str, known: Known, block: int) -> bytes | None:
        """A block, or None where it is not held whole."""
        path = self._path(href, known, block)
        try:
            held = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        digest, content = held[:DIGEST_BYTES], held[DIGEST_BYTES:]
        return content if hashlib.sha256(content).digest() == digest else None

    def put(self, href: str, known: Known, block: int, content: bytes) -> None:
        """Keep a block, and make room where the folder grew over its limit."""
        if known.version is None:
            return
        self._write(self._path(href, known, block), hashlib.sha256(content).digest() + content)
        if self._held_bytes is None:
            self._held_bytes = sum(size for _, size, _ in self._files())
        else:
            self._held_bytes += len(content) + DIGEST_BYTES
        if self._held_bytes > self.limit_bytes:
            self._make_room()

    def _make_room(self) -> None:
        """Delete the blocks longest not read until a tenth of the limit is free."""
        files = sorted(self._files())
        held = sum(size for _, size, _ in files)
        for _, size, path in files:
            if held <= self.limit_bytes * 0.9:
                break
            path.unlink(missing_ok=True)
            held -= size
        self._held_bytes = held

    def _files(self) -> list[tuple[float, int, Path]]:
        """Time of the last reading, size and path of each file that is held."""
        found = []
        for path in self.folder.glob("*/*"):
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue  # another process made room
            found.append((stat.st_mtime, stat.st_size, path))
        return found

    def _path(self, href: str, known: Known, block: int) -> Path:
        return self._named(
            f"{without_signature(href)}\x1f{known.version}\x1f{known.total}\x1f{BLOCK_BYTES}\x1f{block}", "block"
        )

    def _known_path(self, href: str) -> Path:
        return self._named(without_signature(href), "json")

    def _named(self, text: str, ending: str) -> Path:
        name = hashlib.sha256(text.encode()).hexdigest()
        return self.folder / name[:2] / f"{name[2:34]}.{ending}"

    def _write(self, path: Path, content: bytes) -> None:
        """Write beside, then rename; a process that is killed leaves at most a file that is never read and goes in time."""
        if not self.writable:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, beside = tempfile.mkstemp(dir=path.parent, suffix=".new")
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
            Path(beside).replace(path)
        except OSError:
            self.writable = False
