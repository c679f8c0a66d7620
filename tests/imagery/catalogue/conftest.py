"""A catalogue on loopback with twelve scenes in May 2024 and a cloud-optimised measurement, and patience that does not wait."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning

from darkwake.imagery.catalogue.client import Client, Patience
from tests.imagery.catalogue.servers import Count, catalogue_app, served

SIDE_PX = 2560


@dataclass
class Served:
    """A running catalogue: where it is, what it counted, and the pixels of its measurement."""

    address: str
    count: Count
    folder: Path
    pixels: NDArray[np.uint16]

    @property
    def measurement(self) -> str:
        """The address of the measurement."""
        return f"{self.address}files/vv.tif"


@dataclass
class Waits:
    """A patience that notes its pauses instead of making them."""

    pauses: list[float] = field(default_factory=list)

    def client(self, **given: Any) -> Client:
        """A client with this patience."""
        return Client(Patience(**({"wait": self.pauses.append, "connect_s": 2.0, "silence_s": 2.0} | given)))


@pytest.fixture
def waits() -> Waits:
    """Pauses that are noted, not made."""
    return Waits()


@pytest.fixture(scope="package")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A STAC API with twelve scenes: eleven at the antimeridian, one at Vostochny."""
    folder = tmp_path_factory.mktemp("files")
    pixels = np.random.default_rng(1).gamma(4.4, 60.0, (SIDE_PX, SIDE_PX)).astype(np.uint16)
    write_cog(folder / "vv.tif", pixels)
    (folder / "vv.xml").write_text("<product/>")
    app = catalogue_app([item(number) for number in range(12)], folder)
    with served(app) as address:
        yield Served(address, app, folder, pixels)


def item(number: int) -> dict[str, Any]:
    """A scene: number 11 at Vostochny, the others now west, now east of the antimeridian."""
    west = 132.0 if number == 11 else 178.0 if number % 2 else -179.9
    south = 42.0 if number == 11 else -1.0
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": f"S1A_IW_GRDH_{number:02}",
        "collection": "sentinel-1-grd",
        "bbox": [west, south, west + 1.8, south + 2.0],
        "geometry": None,
        "links": [],
        "properties": {
            "datetime": f"2024-05-{number + 1:02}T09:00:00Z",
            "platform": "SENTINEL-1A",
            "sat:orbit_state": "descending",
            "sar:polarizations": ["VH", "VV"],
        },
        "assets": {
            "vv": {"href": "files/vv.tif?sig=hush", "type": "image/tiff; application=geotiff; profile=cloud-optimized"},
            "schema-product-vv": {"href": "files/vv.xml?sig=hush", "type": "application/xml"},
        },
    }


def write_cog(path: Path, pixels: NDArray[np.uint16]) -> None:
    """A cloud-optimised GeoTIFF of tiles of 256 pixels with overviews, in radar geometry (no georeference)."""
    shape = {"width": pixels.shape[1], "height": pixels.shape[0], "count": 1, "dtype": "uint16"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", driver="COG", compress="deflate", level=1, blocksize=256, **shape) as out:
            out.write(pixels, 1)
