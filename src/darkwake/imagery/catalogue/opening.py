"""The product of an item: its annotation is read whole, its measurements by ranges where they are looked at.

What came is kept in a folder beside the item's file (``.NAME.blocks``), so that a second run, or one that was cut, asks only
for what is not there. The folder may be deleted at any time; where it cannot be written, nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from darkwake.errors import InputError
from darkwake.imagery.catalogue.addresses import shown
from darkwake.imagery.catalogue.blocks import Blocks
from darkwake.imagery.catalogue.client import Client
from darkwake.imagery.catalogue.item import Item, read_item
from darkwake.imagery.catalogue.remote import Remote, opener_of
from darkwake.imagery.catalogue.roles import Roles, roles_of
from darkwake.imagery.protocol import Options
from darkwake.imagery.sentinel1 import Sentinel1Files, Sentinel1Product, Served, open_files
from darkwake.imagery.sentinel1.xml import MAX_XML_BYTES

READ_BY_RANGES = (
    "measurements were read from a server by ranges: the scene's hash is that of the item's file, not of its pixels"
)


@dataclass(frozen=True)
class Sources:
    """Where the files of an item come from: its folder, or a server with what was kept of it."""

    item: Item
    client: Client
    blocks: Blocks | None

    def part(self, name: str) -> Path | bytes:
        """A small file: its path, or its bytes."""
        where = self.item.where(name)
        if isinstance(where, Path):
            return where
        remote = Remote(where, self.client, self.blocks)
        if remote.known.total > MAX_XML_BYTES:
            what = f"{remote.known.total:,} bytes of XML, more than {MAX_XML_BYTES:,}"
            raise InputError(what, do="search again: the item may have moved", source=shown(where))
        return remote.read(0, remote.known.total)

    def measurement(self, name: str) -> Path | Served:
        """An image: its path, or what reads it by ranges."""
        where = self.item.where(name)
        if isinstance(where, Path):
            return where
        remote, title = Remote(where, self.client, self.blocks), f"{name}.tif"
        return Served(title, opener_of(remote, title), remote.told)

    def files(self, path: Path, roles: Roles) -> Sentinel1Files:
        """The files of the product; metadata are fetched, measurements are not."""
        measurements = {key: self.measurement(name) for key, name in roles.measurements.items()}
        remote = any(isinstance(one, Served) for one in measurements.values())
        return Sentinel1Files(
            path=path,
            measurements=measurements,
            annotations={key: self.part(name) for key, name in roles.annotations.items()},
            calibrations={key: self.part(name) for key, name in roles.calibrations.items()},
            noises={key: self.part(name) for key, name in roles.noises.items()},
            notes=(READ_BY_RANGES,) if remote else (),
        )


def open_item(
    path: Path, options: Options | None = None, *, client: Client | None = None, blocks: Blocks | None = None
) -> Sentinel1Product:
    """Open the product of an item's file.

    Args:
        path: the JSON of one item of a Sentinel-1 GRD collection.
        options: what is declared about it.
        client: asks the server; tests give their own patience.
        blocks: where what came is kept; beside the item's file if not given.

    Raises:
        InputError: an item, an address or a server that cannot be used; the line names it and the remedy.
    """
    item = read_item(path)
    sources = Sources(item, client or Client(), blocks or Blocks(path.with_name(f".{path.stem}.blocks")))
    return open_files(sources.files(path, roles_of(item)), options)
