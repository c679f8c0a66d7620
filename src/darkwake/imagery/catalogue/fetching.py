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
from darkwake.ids import file_sha256
from darkwake.imagery.catalogue.blocks import Blocks
from darkwake.imagery.catalogue.client import Client
from darkwake.imagery.catalogue.downloading import Download
from darkwake.imagery.catalogue.item import SHA256_MULTIHASH, Item
from darkwake.imagery.catalogue.listing import plain
from darkwake.imagery.catalogue.remote import Remote
from darkwake.imagery.catalogue.roles import Roles, roles_of
from darkwake.imagery.catalogue.windows import Circle, window_around, write_window
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
        window: the pixels of them, or a circle on the ground around which they are; all where None.
        polarisations: those that are; all where empty.
    """

    measurements: bool = True
    window: Window | Circle | None = None
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
    window = _window(item, chosen, roles, files)
    for name in roles.measurements.values() if chosen.measurements else ():
        if window is None:
            files[name] = _whole(item, name, folder, asked, progress)
        else:
            files[name] = _part(item, name, folder, asked, window)
    path = write_text(json.dumps(_document(item, files, window), ensure_ascii=False, indent=1), folder / ITEM_FILE)
    shutil.rmtree(folder / BLOCKS_FOLDER, ignore_errors=True)
    return Fetched(path, files, asked.request_count - requests, asked.received_bytes - began)


def _window(item: Item, wanted: Wanted, roles: Roles, files: dict[str, Path]) -> Window | None:
    """The pixels that are wanted; of a circle those that the annotation of the first polarisation puts there."""
    if not isinstance(wanted.window, Circle):
        return wanted.window
    if not roles.annotations:
        raise InputError("no annotation says where the pixels lie", do="give --window X0,Y0,X1,Y1", source=item.named())
    return window_around(files[next(iter(roles.annotations.values()))], wanted.window)


def _whole(item: Item, name: str, folder: Path, client: Client, progress: Callable[[str, float], None]) -> Path:
    asset, path = item.assets[name], folder / f"{plain(name, item)}{_ending(item, name)}"
    download = Download(_remote(item, name), path, asset.size_bytes, asset.sha256)
    download.run(client, lambda share: progress(name, share))
    return path


def _part(item: Item, name: str, folder: Path, client: Client, window: Window) -> Path:
    path = folder / f"{plain(name, item)}.{window.x0}_{window.y0}_{window.x1}_{window.y1}.tif"
    if not path.is_file():
        write_window(Remote(_remote(item, name), client, Blocks(folder / BLOCKS_FOLDER)), window, path)
    return path


def _remote(item: Item, name: str) -> str:
    """The web address of an asset; refused for an item whose files are here already."""
    where = item.where(name)
    if isinstance(where, Path):
        raise InputError(f"its asset {name} is a file on this machine", do="read the item as it is", source=item.named())
    return where


def _ending(item: Item, name: str) -> str:
    """The ending of an asset's file, by what it is."""
    return ".tif" if "tif" in (item.assets[name].media_type or item.assets[name].href.partition("?")[0]).lower() else ".xml"


def _document(item: Item, files: dict[str, Path], window: Window | None) -> dict[str, Any]:
    """The item with the files that are there as its assets; links and addresses of the catalogue are left out.

    Each file stands there with its hash, so that the hash of the item's file speaks for all of them.
    """
    assets = {}
    for name, path in files.items():
        told = {
            word: item.document["assets"][name][word]
            for word in ("type", "title", "roles")
            if word in item.document["assets"][name]
        }
        hashed = {"file:size": path.stat().st_size, "file:checksum": SHA256_MULTIHASH + file_sha256(path)}
        assets[name] = told | {"href": f"./{path.name}"} | hashed
    properties = dict(item.document["properties"])
    if window is not None:
        properties["darkwake:window_px"] = [window.x0, window.y0, window.x1, window.y1]
    return dict(item.document) | {"properties": properties, "assets": assets, "links": []}
