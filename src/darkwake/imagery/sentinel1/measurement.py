"""The image of one polarisation: a TIFF of digital numbers, beside the annotation, in a zip, or on a server."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window as RasterWindow

from darkwake.errors import InputError
from darkwake.imagery.formats import format_of
from darkwake.imagery.protocol import MAX_WINDOW_PX, Window
from darkwake.imagery.raster import GDAL_SETTINGS, MAX_BLOCK_PX, damaged

CACHE_BYTES = 256 << 20
"""Block cache: a measurement is stored in rows as wide as the scene, and two polarisations of 2,000 rows have 206 MB. With
less, a row of tiles would decode every row of the image anew for each tile."""

DIRECT = {"GTIFF_DIRECT_IO": "YES"}
"""An uncompressed local file is read past the block cache: a tile then costs its own pixels and not whole rows."""

DEPTH = "uint16"


@dataclass(frozen=True)
class Served:
    """An image whose bytes a program hands out, such as a cache of ranges from a server.

    Attributes:
        name: by which GDAL asks for it; ``opener`` takes it and gives a file to read (``rasterio.open(name, opener=...)``).
        opener: as rasterio has it.
        fault: what went wrong in handing out, which GDAL would report as a damaged image.
    """

    name: str
    opener: Callable[..., Any]
    fault: Callable[[], InputError | None]


Address = Path | str | Served


@dataclass
class Measurement:
    """An open measurement."""

    path: Path
    dataset: Any
    settings: Mapping[str, str]
    served: Served | None = None

    def read(self, window: Window) -> NDArray[np.uint16]:
        """Digital numbers of a window."""
        rows, columns = window.shape
        if rows * columns > MAX_WINDOW_PX:
            raise InputError(f"a window of {columns} x {rows} pixels is too large", do="take smaller tiles", source=self.path)
        try:
            with rasterio.Env(**_settings(self.settings)):
                read: NDArray[np.uint16] = self.dataset.read(1, window=RasterWindow(window.x0, window.y0, columns, rows))
        except (RasterioError, ValueError, MemoryError) as fault:
            true = self.served.fault() if self.served else None
            raise true or damaged(self.path, fault, f"row {window.y0}, column {window.x0}") from fault
        return read

    def close(self) -> None:
        """Let go of the file."""
        self.dataset.close()


def open_measurement(address: Address, settings: Mapping[str, str]) -> Measurement:
    """Open a local file, a member of a zip (``/vsizip/``), or what a program serves."""
    served = address if isinstance(address, Served) else None
    told = served.name if served else str(address)
    path = Path(told)
    elsewhere = served is not None or told.startswith("/vsizip/")
    if not elsewhere and format_of(path) != "tiff":
        raise InputError("a measurement that is no TIFF", do="fetch the product again", source=path)
    opener = {"opener": served.opener} if served else {}
    direct = {} if elsewhere else DIRECT
    with rasterio.Env(**_settings(settings) | direct), warnings.catch_warnings():
        # A measurement is located by its annotation.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            dataset = rasterio.open(told, driver="GTiff", **opener)
        except (RasterioError, ValueError) as fault:
            raise (served.fault() if served else None) or damaged(path, fault) from fault
    opened = Measurement(path, dataset, settings, served)
    rows, columns = dataset.block_shapes[0]
    if dataset.count != 1 or dataset.dtypes[0] != DEPTH or rows * columns > MAX_BLOCK_PX:
        opened.close()
        what = f"a measurement of {dataset.count} bands of {dataset.dtypes[0]} in blocks of {rows} x {columns} pixels"
        raise InputError(what, do="give the measurement of a GRD product: one band of uint16", source=path)
    if direct and _cut_short(dataset, path):
        opened.close()
        raise InputError("the image is damaged or cut short", do="fetch the product again", source=path)
    return opened


def _cut_short(dataset: rasterio.DatasetReader, path: Path) -> bool:
    """Whether the last block should reach beyond the end of the file: read directly, what is missing would be 0."""
    rows, columns = dataset.block_shapes[0]
    last = f"{(dataset.width - 1) // columns}_{(dataset.height - 1) // rows}"
    start, length = (dataset.get_tag_item(f"{word}_{last}", "TIFF", bidx=1) for word in ("BLOCK_OFFSET", "BLOCK_SIZE"))
    return bool(start and length) and int(start) + int(length) > path.stat().st_size


def _settings(more: Mapping[str, str]) -> dict[str, Any]:
    return GDAL_SETTINGS | {"GDAL_CACHEMAX": CACHE_BYTES} | dict(more)
