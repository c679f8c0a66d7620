"""What format a file has, by its first bytes, never by its ending."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from darkwake.errors import InputError

Format = Literal["tiff", "jp2", "png", "jpeg"]

MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
)
"""First bytes of what is read: TIFF and BigTIFF of both byte orders, JPEG 2000 (boxed, bare), PNG, JPEG."""


def format_of(path: Path) -> Format:
    """The format by content."""
    if not path.is_file():
        raise InputError("no such file" if not path.exists() else "not a file", do="give an image file", source=path)
    with path.open("rb") as stream:
        head = stream.read(16)
    if not head:
        raise InputError("the file is empty", do="fetch it again", source=path)
    for magic, name in MAGIC:
        if head.startswith(magic):
            return name
    raise InputError("not an image that is known here", do="give a TIFF, JPEG 2000, PNG or JPEG", source=path)
