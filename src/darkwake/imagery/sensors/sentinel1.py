"""Sentinel-1 GRD products: a SAFE folder, its manifest, or a zip of it."""

from __future__ import annotations

from darkwake.errors import InputError
from darkwake.imagery.formats import MANIFEST
from darkwake.imagery.protocol import Header, Options, Product
from darkwake.imagery.sentinel1.archive import Archive
from darkwake.imagery.sentinel1.files import Folder, Package, files_of, folder_of
from darkwake.imagery.sentinel1.product import open_files


def reads(header: Header, options: Options) -> bool:
    """A SAFE product, whatever is declared."""
    del options
    return header.format == "safe"


def open_safe(header: Header, options: Options) -> Product:
    """Open a SAFE product."""
    if options.kind == "optical":
        raise InputError("a radar product, declared optical", do="leave --sensor out", source=header.path)
    zipped = header.path.is_file() and header.path.name != MANIFEST
    package: Package = Archive(header.path) if zipped else Folder(folder_of(header.path))
    return open_files(files_of(package), options)
