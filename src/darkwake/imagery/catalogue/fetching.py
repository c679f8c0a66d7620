"""The files of an item onto disk: its metadata, and its measurements whole or a window of them.

What is fetched lies in a folder named after the item, with ``item.json``, whose assets are the files beside it, so that the
folder is read without a network.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from darkwake.errors import InputError
from darkwake.imagery.catalogue.blocks import Blocks
from darkwake.imagery.catalogue.client import Client
from darkwake.imagery.catalogue.downloading import Download
from darkwake.imagery.catalogue.item import Item
from darkwake.imagery.catalogue.listing import plain
from darkwake.imagery.catalogue.remote import Remote
from darkwake.imagery.catalogue.roles import roles_of
from darkwake.imagery.catalogue.windows import write_window
from darkwake.imagery.protocol import Window
from darkwake.outputs import write_text

ITEM_FILE = "item.json"
BLOCKS_FOLDER = ".blocks"
"""Where a window's blocks are kept until the item is whole, so that a fetch that was cut goes on."""


def _unheard(name: str, share: float) -> None:
    """Progress that nobody listens to."""
    del name, share


@dataclass(frozen=True)
class Fetched:
    """What :func:`fetch` made: the item's file, the files beside it by asset, requests made and bytes that came."""

    item: Path
    files: dict[str, Path]
    requests: int
    received_bytes: int


@dataclass(frozen=True)
class Wanted:
    """What of an item is fetched besides its metadata.

    Attributes:
        measurements: whether measurements are.
        window: the pixels of them; all where None.
        polarisations: those that are; all where empty.
    """

    measurements: bool = True
    window: Window | None = None
    polarisations: tuple[str, ...] = ()


def fetch(
    item: Item,
    into: Path,
    wanted: Wanted | None = None,
    *,
    client: Client | None = None,
    progress: Callable[[str, float], None] = _unheard,
) -> Fetched:
    """Fetch an item into a folder of its own below ``into``; files that are there are not asked for again.

    Args:
        item: from a search, or from :func:`darkwake.imagery.catalogue.read_item`.
        into: made if it is not there.
        wanted: what of it; all measurements whole where not given.
        client: asks the server; tests give their own patience.
        progress: called with an asset's name and the share of it that is there.

    Raises:
        InputError: an address that is refused, a server that does not answer, a file that changed. What came is kept.
    """
    asked, chosen = client or Client(), wanted or Wanted()
    roles = roles_of(item, chosen.polarisations)
    folder = into / plain(item.item_id, item)
    folder.mkdir(parents=True, exist_ok=True)
    began, requests = asked.received_bytes, asked.request_count
    files = {}
    for name in roles.metadata():
        files[name] = _whole(item, name, folder, asked, progress)
    for name in roles.measurements.values() if chosen.measurements else ():
        if chosen.window is None:
            files[name] = _whole(item, name, folder, asked, progress)
        else:
            files[name] = _part(item, name, folder, asked, chosen.window)
    path = write_text(json.dumps(_document(item, files, chosen.window), ensure_ascii=False, indent=1), folder / ITEM_FILE)
    shutil.rmtree(folder / BLOCKS_FOLDER, ignore_errors=True)
    return Fetched(path, files, asked.request_count - requests, asked.received_bytes - began)


def _whole(item: Item, name: str, folder: Path, client: Client, progress: Callable[[str, float], None]) -> Path:
    where = item.where(name)
    if isinstance(where, Path):
        return where
    path = folder / f"{plain(name, item)}{_ending(item, name)}"
    Download(where, path, item.assets[name].size_bytes).run(client, lambda share: progress(name, share))
    return path


def _part(item: Item, name: str, folder: Path, client: Client, window: Window) -> Path:
    where = item.where(name)
    if isinstance(where, Path):
        raise InputError(f"the measurement {name} is on this machine", do="read it as it is", source=item.named())
    path = folder / f"{plain(name, item)}.{window.x0}_{window.y0}_{window.x1}_{window.y1}.tif"
    if not path.is_file():
        write_window(Remote(where, client, Blocks(folder / BLOCKS_FOLDER)), window, path)
    return path


def _ending(item: Item, name: str) -> str:
    """The ending of an asset's file, by what it is."""
    return ".tif" if "tif" in (item.assets[name].media_type or item.assets[name].href.partition("?")[0]).lower() else ".xml"


def _document(item: Item, files: dict[str, Path], window: Window | None) -> dict[str, Any]:
    """The item with the files that are there as its assets; links and addresses of the catalogue are left out."""
    assets = {}
    for name, path in files.items():
        told = {
            word: item.document["assets"][name][word]
            for word in ("type", "title", "roles")
            if word in item.document["assets"][name]
        }
        assets[name] = told | {"href": f"./{path.name}", "file:size": path.stat().st_size}
    properties = dict(item.document["properties"])
    if window is not None:
        properties["darkwake:window_px"] = [window.x0, window.y0, window.x1, window.y1]
    return dict(item.document) | {"properties": properties, "assets": assets, "links": []}
