"""Catalogues of scenes: search by place and period, and read what was found by ranges, not by whole files.

Not a mirror and not a downloader of its own accord: a request is made only when a function here is called, only to the
catalogue that was named and to the addresses of the assets of an item. Sources: STAC 1.0 and STAC API 1.0 (stacspec.org), HTTP
ranges (RFC 9110, section 14).

What an address, a catalogue or a server says is not believed: sizes, counts, redirects and lengths are bounded and checked.
"""

from __future__ import annotations

from darkwake.imagery.catalogue.item import Asset, Item, read_item

__all__ = ["Asset", "Item", "read_item"]
