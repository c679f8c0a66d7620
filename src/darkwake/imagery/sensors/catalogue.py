"""Sentinel-1 GRD products of a catalogue: the item's file names where the measurements are, here or on a server."""

from __future__ import annotations

from darkwake.errors import InputError
from darkwake.imagery.protocol import Header, Options, Product


def reads(header: Header, options: Options) -> bool:
    """The JSON file of an item, whatever is declared."""
    del options
    return header.format == "stac"


def open_from_catalogue(header: Header, options: Options) -> Product:
    """Open the product of an item."""
    from darkwake.imagery.catalogue.opening import open_item

    if options.kind == "optical":
        raise InputError("a radar product, declared optical", do="leave --sensor out", source=header.path)
    return open_item(header.path, options)
