"""Items as rows of a table and as names of files; addresses stand there without what signs them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from darkwake.errors import InputError
from darkwake.geo import wrap_lon
from darkwake.imagery.catalogue.addresses import shown
from darkwake.imagery.catalogue.item import Asset, Item

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")

COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("item_id", "collection")),
        ("time", pa.timestamp("us", "UTC")),
        *((name, pa.string()) for name in ("platform", "passing", "polarisations")),
        *((name, pa.float64()) for name in ("west", "south", "east", "north", "lat", "lon")),
        ("assets", pa.list_(pa.string())),
        ("hrefs", pa.list_(pa.string())),
    ]
)
"""``lat`` and ``lon`` are the middle of the box; ``hrefs`` belong to ``assets``, one by one."""


def plain(text: str, item: Item) -> str:
    """A word of an item as the name of a file; refused where it could be anything else."""
    if not _PLAIN.fullmatch(text):
        raise InputError(f"{text[:60]!r} is no name for a file", do="rename it in the item", source=item.named())
    return text


def described(item: Item) -> dict[str, Any]:
    """An item as one JSON object."""
    assets = {name: _described_asset(asset) for name, asset in item.assets.items()}
    return _common(item) | {"assets": assets}


def table_of(items: Sequence[Item]) -> pa.Table:
    """Items as a table, a row each."""
    rows = [_common(item) | _middle(item) | _lists(item) for item in items]
    return pa.Table.from_pylist(rows, schema=COLUMNS)


def _common(item: Item) -> dict[str, str | float | datetime | None]:
    west, south, east, north = item.footprint or (None, None, None, None)
    return {
        "item_id": item.item_id,
        "collection": item.collection,
        "time": item.time,
        "platform": item.platform,
        "passing": item.passing,
        "polarisations": " ".join(item.polarisations) or None,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }


def _middle(item: Item) -> dict[str, float | None]:
    """The middle of the box, also of one across the antimeridian."""
    if item.footprint is None:
        return {"lat": None, "lon": None}
    west, south, east, north = item.footprint
    return {"lat": (south + north) / 2, "lon": float(wrap_lon(west + (east - west) % 360.0 / 2))}


def _lists(item: Item) -> dict[str, list[str]]:
    return {"assets": list(item.assets), "hrefs": [shown(asset.href) for asset in item.assets.values()]}


def _described_asset(asset: Asset) -> dict[str, str | int | None]:
    return {"href": shown(asset.href), "type": asset.media_type, "bytes": asset.size_bytes}
