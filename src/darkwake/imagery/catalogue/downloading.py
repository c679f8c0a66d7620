"""A remote file whole onto disk: it appears when it is whole, and a download that was cut goes on where it was.

What came stands in ``NAME.part``, and in ``NAME.part.json`` which version of which address it is; with another version the
download begins anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from darkwake.errors import InputError
from darkwake.ids import file_sha256
from darkwake.imagery.catalogue.addresses import shown, without_signature
from darkwake.imagery.catalogue.blocks import Known
from darkwake.imagery.catalogue.client import Client
from darkwake.imagery.catalogue.remote import MAX_FILE_BYTES, MAX_REQUEST_BYTES
from darkwake.outputs import write_text

Progress = Callable[[float], None]
"""Called with the share of a file that is there."""


@dataclass(frozen=True)
class Download:
    """A file that is being fetched: its address, its place, and the size and SHA-256 that the item states."""

    href: str
    path: Path
    stated_bytes: int | None = None
    stated_sha256: str | None = None

    @property
    def part(self) -> Path:
        """What came so far."""
        return self.path.with_name(self.path.name + ".part")

    @property
    def note(self) -> Path:
        """Which version it is of."""
        return self.path.with_name(self.path.name + ".part.json")

    def run(self, client: Client, progress: Progress | None = None) -> int:
        """Fetch what is not there yet; gives the bytes that came. A file that is there is whole, and not asked for."""
        if self.path.is_file():
            return 0
        began = client.received_bytes
        known, at = self._begun() or self._first(client)
        while at < known.total:
            piece = client.part(self.href, at, min(at + MAX_REQUEST_BYTES, known.total))
            if Known(piece.total, piece.version) != known:
                self.part.unlink()
                what = "the file changed at the server while it was fetched, or since that began"
                raise InputError(what, do="run it again: it begins anew", source=shown(self.href))
            at = self._append(piece.content)
            if progress is not None:
                progress(at / known.total)
        if self.stated_sha256 not in (None, file_sha256(self.part)):
            self.part.unlink()
            raise InputError("not the file whose hash the item states", do="fetch it again", source=shown(self.href))
        self.part.replace(self.path)
        self.note.unlink(missing_ok=True)
        return client.received_bytes - began

    def _first(self, client: Client) -> tuple[Known, int]:
        """The first piece, and with it size and version."""
        piece = client.part(self.href, 0, MAX_REQUEST_BYTES)
        known = Known(piece.total, piece.version)
        if self.stated_bytes not in (None, known.total) or known.total > MAX_FILE_BYTES:
            what = f"the server has {known.total:,} bytes, the item states {self.stated_bytes or 0:,}"
            raise InputError(what, do="search again: the item is another one", source=shown(self.href))
        self.part.unlink(missing_ok=True)
        told = {"address": without_signature(self.href), "total": known.total, "version": known.version}
        write_text(json.dumps(told), self.note)
        return known, self._append(piece.content)

    def _append(self, content: bytes) -> int:
        """Put a piece behind what is there; gives the length."""
        with self.part.open("ab") as stream:
            stream.write(content)
            return stream.tell()

    def _begun(self) -> tuple[Known, int] | None:
        """The version and length of what came in an earlier run; None where that cannot be told."""
        try:
            told = json.loads(self.note.read_bytes())
            at = self.part.stat().st_size
            known = Known(int(told["total"]), told["version"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        same = known.version is not None and told.get("address") == without_signature(self.href) and at <= known.total
        return (known, at) if same else None
