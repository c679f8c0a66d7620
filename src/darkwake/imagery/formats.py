"""What format a file has, by its first bytes, never by its ending."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from darkwake.errors import InputError

Format = Literal["tiff", "jp2", "png", "jpeg", "safe", "stac"]

MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"PK\x03\x04", "safe"),
    (b"{", "stac"),
)
"""First bytes of what is read: TIFF and BigTIFF of both byte orders, JPEG 2000 (boxed, bare), PNG, JPEG; a zip is read where
it holds a SAFE product, JSON where it is the item of a catalogue."""

MANIFEST = "manifest.safe"


def format_of(path: Path) -> Format:
    """The format by content; a folder with a manifest, and the manifest itself, are a SAFE product."""
    if path.is_dir() and ((path / MANIFEST).is_file() or (path / "annotation").is_dir()):
        return "safe"
    if not path.is_file():
        what = "no such file" if not path.exists() else "neither a file nor a SAFE folder"
        raise InputError(what, do="give an image file", source=path)
    if path.name == MANIFEST:
        return "safe"
    with path.open("rb") as stream:
        head = stream.read(16)
    if not head:
        raise InputError("the file is empty", do="fetch it again", source=path)
    for magic, name in MAGIC:
        if head.startswith(magic):
            return name
    raise InputError(
        "not an image that is known here", do="give a TIFF, JPEG 2000, PNG, JPEG, SAFE product or STAC item", source=path
    )
