"""A SAFE folder in a zip, read where it lies: nothing is unpacked to disk.

A zip from outside is hostile: the number of members, their names, sizes and ratios are bounded, and only members with the
names of a product are opened.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from darkwake.errors import InputError
from darkwake.imagery.formats import MANIFEST
from darkwake.imagery.sentinel1.files import MAX_FILES, Part, product_names
from darkwake.imagery.sentinel1.xml import MAX_XML_BYTES

MAX_MEMBER_BYTES = 8 << 30
"""Largest member: a stripmap scene in full resolution has 3 GB a polarisation."""

MAX_RATIO = 200
"""Most that an XML may have been packed: annotations shrink by 10 to 15."""

DO = "fetch the product again"


@dataclass(frozen=True)
class Archive:
    """The members below the one ``.SAFE`` folder of a zip."""

    path: Path

    @cached_property
    def members(self) -> dict[str, zipfile.ZipInfo]:
        """Members by their names below the folder."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
            raise InputError(f"the zip is damaged or cut short ({fault})", do=DO, source=self.path) from fault
        if len(entries) > MAX_FILES:
            raise InputError(f"a zip of {len(entries):,} members", do="give the zip of one product", source=self.path)
        roots = {self._root(entry) for entry in entries if entry.filename.endswith(MANIFEST)}
        roots = roots or {self._root(entry) for entry in entries if "/annotation/" in entry.filename}
        if len(roots) != 1:
            what = f"a zip with {len(roots)} Sentinel-1 products" if roots else "a zip without a Sentinel-1 product"
            raise InputError(what, do="give the .SAFE.zip of one product", source=self.path)
        root = roots.pop()
        return {entry.filename.removeprefix(root): entry for entry in entries if self._inside(entry, root)}

    def _root(self, entry: zipfile.ZipInfo) -> str:
        """The folder of the product, with its slash; empty where the members lie at the top."""
        parts = PurePosixPath(entry.filename).parts
        if entry.filename.endswith(MANIFEST):
            return "".join(f"{part}/" for part in parts[:-1])
        return "".join(f"{part}/" for part in parts[: parts.index("annotation")])

    def _inside(self, entry: zipfile.ZipInfo, root: str) -> bool:
        if entry.is_dir() or not entry.filename.startswith(root):
            return False
        parts = PurePosixPath(entry.filename).parts
        if ".." in parts or entry.filename.startswith("/") or "\\" in entry.filename:
            what = f"a member's name leaves its folder: {entry.filename[:80]!r}"
            raise InputError(what, do="do not trust this zip", source=self.path)
        return True

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files of the product."""
        return tuple(sorted(self.members))

    def part(self, name: str) -> Part:
        """The bytes of a small member."""
        entry = self.members[name]
        large = entry.file_size > MAX_XML_BYTES or entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        if large:
            what = f"{name} declares {entry.file_size:,} bytes in {entry.compress_size:,} packed ones"
            raise InputError(what, do="do not trust this zip", source=self.path)
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(entry) as stream:
                return stream.read(MAX_XML_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as fault:
            raise InputError(f"{name} cannot be unpacked ({fault})", do=DO, source=self.path) from fault

    def address(self, name: str) -> Path | str:
        """The address of a measurement in GDAL's file system of zips."""
        entry, whole = self.members[name], str(self.path.resolve())
        if entry.file_size > MAX_MEMBER_BYTES:
            raise InputError(f"{name} declares {entry.file_size:,} bytes", do="do not trust this zip", source=self.path)
        if {"{", "}"} & set(whole) or name not in product_names((name,)):
            raise InputError("a path with braces cannot be read within a zip", do="rename it", source=self.path)
        return f"/vsizip/{{{whole}}}/{entry.filename}"
