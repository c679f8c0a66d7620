"""A scene of a catalogue (a STAC item), as far as this program needs it, and reading one from a file.

Not a validator of STAC: what is not needed is not looked at. What is needed and cannot be is refused by name.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from darkwake.errors import InputError
from darkwake.imagery.catalogue.addresses import resolved

MAX_ITEM_BYTES = 4_000_000
"""Largest file of an item; a Sentinel-1 item has some 20 kB."""

MAX_ASSETS = 500
MAX_TEXT = 400
"""Most assets of an item, and the longest of its words; beyond them the item is taken for a hostile one."""

SHA256_MULTIHASH = "1220"
"""What a multihash of SHA-256 begins with: the code of the function and the length, 32 bytes (multiformats.io)."""

_SHA256 = re.compile(rf"{SHA256_MULTIHASH}([0-9a-fA-F]{{64}})")

POLARISATIONS = ("VV", "VH", "HH", "HV")


@dataclass(frozen=True)
class Asset:
    """A file of an item: its name there, where it is, what it is; its size and SHA-256 where the item states them."""

    name: str
    href: str
    media_type: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Item:
    """A scene of a catalogue.

    Attributes:
        item_id: the catalogue's name of it.
        collection: the collection that it is in.
        time: acquisition (its middle, or the start where only that is stated).
        footprint: west, south, east, north in degrees; west is greater than east across the antimeridian.
        assets: its files by name.
        platform: satellite, as stated.
        passing: ``ascending`` or ``descending``.
        polarisations: as stated, in the order VV, VH, HH, HV.
        document: the whole item as it came, for writing it again.
        folder: where its file lies, for assets with relative paths.
        address: its own address in the catalogue.
    """

    item_id: str
    collection: str | None
    time: datetime
    footprint: tuple[float, float, float, float] | None
    assets: Mapping[str, Asset]
    platform: str | None = None
    passing: Literal["ascending", "descending"] | None = None
    polarisations: tuple[str, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    folder: Path | None = None
    address: str | None = None

    def where(self, name: str) -> str | Path:
        """The web address of an asset, or its file below the item's folder; refused where it is neither."""
        if name not in self.assets:
            raise InputError(f"the item has no asset {name}", do=f"it has: {', '.join(self.assets)}"[:300], source=self.named())
        return resolved(self.assets[name].href, self.folder, self.address, source=self.named())

    def absolute(self) -> dict[str, Any]:
        """The item's document with whole addresses, so that it can be read from anywhere; what is refused stays as it is."""
        assets = {name: dict(told) for name, told in self.document.get("assets", {}).items()}
        for name, told in assets.items():
            try:
                told["href"] = str(self.where(name))
            except InputError:
                continue  # an address that nobody may follow is refused when it is wanted
        return dict(self.document) | {"assets": assets}

    def named(self) -> str:
        """The item in a message."""
        return self.item_id


def read_item(path: Path) -> Item:
    """The item in a file (STAC JSON, one feature); its relative assets lie below the file's folder."""
    if not path.is_file():
        raise InputError("no such file", do="give the JSON file of an item", source=path)
    if path.stat().st_size > MAX_ITEM_BYTES:
        raise InputError(f"an item of more than {MAX_ITEM_BYTES // 1_000_000} MB", do="give one item a file", source=path)
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as fault:
        raise InputError("not JSON", do="give the JSON file of an item", source=path) from fault
    return item_of(document, source=path, folder=path.parent)


def item_of(document: object, *, source: str | Path, folder: Path | None = None, address: str | None = None) -> Item:
    """The item of a JSON document; an InputError naming what is missing or cannot be."""
    if not isinstance(document, Mapping) or document.get("type") != "Feature" or "stac_version" not in document:
        raise InputError("not a STAC item", do="give the JSON of one item (a Feature with stac_version)", source=source)
    properties = document.get("properties")
    if not isinstance(properties, Mapping):
        raise InputError("an item without properties", do="fetch it again", source=source)
    return Item(
        item_id=_word(document.get("id"), "id", source),
        collection=_perhaps_word(document.get("collection"), "collection", source),
        time=_time(properties, source),
        footprint=_footprint(document.get("bbox"), source),
        assets=_assets(document.get("assets"), source),
        platform=_perhaps_word(properties.get("platform"), "platform", source),
        passing=_passing(properties.get("sat:orbit_state")),
        polarisations=_polarisations(properties.get("sar:polarizations")),
        document=document,
        folder=folder,
        address=address,
    )


def _word(value: object, what: str, source: str | Path) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT or not value.isprintable():
        raise InputError(f"an item whose {what} is no plain text", do="fetch it again", source=source)
    return value


def _perhaps_word(value: object, what: str, source: str | Path) -> str | None:
    return None if value is None else _word(value, what, source)


def _time(properties: Mapping[str, Any], source: str | Path) -> datetime:
    stated = properties.get("datetime") or properties.get("start_datetime")
    try:
        time = datetime.fromisoformat(str(stated))
    except ValueError as fault:
        raise InputError("an item without a time", do="fetch it again", source=source) from fault
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _footprint(bbox: object, source: str | Path) -> tuple[float, float, float, float] | None:
    """The box of an item; of a box with heights the heights are left out (RFC 7946, section 5)."""
    if bbox is None:
        return None
    numbers = [value for value in bbox if isinstance(value, int | float)] if isinstance(bbox, list) else []
    flat = [numbers[0], numbers[1], numbers[3], numbers[4]] if len(numbers) == 6 else numbers
    if len(flat) != 4 or not all(map(math.isfinite, flat)) or not -90 <= flat[1] <= flat[3] <= 90:
        raise InputError("an item whose bbox is no box on Earth", do="fetch it again", source=source)
    west, south, east, north = map(float, flat)
    return west, south, east, north


def _assets(assets: object, source: str | Path) -> dict[str, Asset]:
    if not isinstance(assets, Mapping) or len(assets) > MAX_ASSETS:
        raise InputError(f"an item without assets, or with more than {MAX_ASSETS}", do="fetch it again", source=source)
    return {name: _asset(_word(name, "asset", source), told, source) for name, told in assets.items()}


def _asset(name: str, told: object, source: str | Path) -> Asset:
    href = told.get("href") if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or not isinstance(href, str) or not href:
        raise InputError(f"its asset {name} has no href", do="fetch it again", source=source)
    size = told.get("file:size")
    media_type = told.get("type")
    stated = size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None
    return Asset(name, href, media_type if isinstance(media_type, str) else None, stated, _sha256(told.get("file:checksum")))


def _sha256(checksum: object) -> str | None:
    """The SHA-256 of a multihash (STAC file extension); None for another kind."""
    match = _SHA256.fullmatch(checksum) if isinstance(checksum, str) else None
    return match[1].lower() if match else None


def _passing(value: object) -> Literal["ascending", "descending"] | None:
    if value == "ascending":
        return "ascending"
    return "descending" if value == "descending" else None


def _polarisations(value: object) -> tuple[str, ...]:
    stated = {str(one).upper() for one in value} if isinstance(value, list) else set()
    return tuple(one for one in POLARISATIONS if one in stated)
