"""Georeferenced rasters read in windows through GDAL: what GeoTIFF radar and optical bands have in common.

GDAL reads lazily and reports damage as late as it can; every such report becomes one InputError here. Sidecar files and
other formats are switched off: only the named file is read.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from pyproj.exceptions import CRSError, ProjError
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window as RasterWindow

from darkwake.errors import InputError
from darkwake.geo import WGS84, wrap_lon
from darkwake.imagery.formats import format_of
from darkwake.imagery.protocol import MAX_WINDOW_PX, Window

GDAL_SETTINGS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_CACHEMAX": 128 << 20,
    "CPL_DEBUG": "OFF",
}
"""No look at neighbouring files, no .aux.xml, 128 MiB of block cache: rasterio takes bytes here, where GDAL takes megabytes."""

DRIVERS = {"tiff": "GTiff", "jp2": "JP2OpenJPEG"}

MAX_BLOCK_PX = 128_000_000
"""Largest block (strip or tile) of a file, pixels: a whole block has to be decoded for any pixel in it. An untiled
Sentinel-2 band of 10,980 x 10,980 pixels fits; beyond it memory would depend on the image's size."""

SAMPLE_PX = 256
SAMPLES = 9
"""Radiometry is inferred from nine windows of 256 pixels on a 3 x 3 grid over the image."""

FINE_SAMPLE_PX = 64
FINE_SAMPLES = 256
"""Where those hold nothing but borders, as in a scene of which a corner was cut out: 256 windows of 64 pixels."""

FALLBACK_STEP_PX = 1.0


@dataclass
class Raster:
    """An open raster; everything that GDAL may throw is translated."""

    path: Path
    dataset: Any
    spacing_m: float | None = None
    _to_degrees: Transformer | None = field(default=None, repr=False)

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.dataset.width)

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.dataset.height)

    @property
    def count(self) -> int:
        """Bands that carry an image; an alpha band does not."""
        return sum(colour != ColorInterp.alpha for colour in self.dataset.colorinterp)

    @property
    def dtype(self) -> str:
        """Type of the first band."""
        return str(self.dataset.dtypes[0])

    @property
    def colorinterp(self) -> tuple[ColorInterp, ...]:
        """Meaning of each band by colour."""
        return tuple(self.dataset.colorinterp)

    @property
    def descriptions(self) -> tuple[str | None, ...]:
        """Names of the bands."""
        return tuple(self.dataset.descriptions)

    @property
    def georeferenced(self) -> bool:
        """Whether the file carries a reference system and a place in it."""
        return self.dataset.crs is not None and not self.dataset.transform.is_identity

    def tags(self, band: int = 0) -> dict[str, str]:
        """Metadata of the file (0) or of a band."""
        return dict(self.dataset.tags(band))

    def read(self, window: Window, bands: list[int]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Values as float32 (bands, rows, columns) and validity by nodata, alpha and finiteness."""
        rows, columns = window.shape
        if rows * columns > MAX_WINDOW_PX:
            raise InputError(f"a window of {columns} x {rows} pixels is too large", do="take smaller tiles", source=self.path)
        place = RasterWindow(window.x0, window.y0, columns, rows)
        try:
            with rasterio.Env(**GDAL_SETTINGS):
                values = self.dataset.read(bands, window=place, out_dtype="float32")
                valid = self._declared_valid(values, place)
        except (RasterioError, ValueError, MemoryError) as fault:
            raise damaged(self.path, fault, f"row {window.y0}, column {window.x0}") from fault
        finite = np.isfinite(values).all(axis=0)
        return np.where(finite, values, np.float32(0)), valid & finite

    def _declared_valid(self, values: NDArray[np.float32], place: RasterWindow) -> NDArray[np.bool_]:
        nodata = self.dataset.nodata
        valid = np.ones(values.shape[1:], np.bool_)
        if nodata is not None and not np.isnan(nodata):
            valid &= (values != np.float32(nodata)).any(axis=0)
        for band, colour in enumerate(self.dataset.colorinterp, start=1):
            if colour == ColorInterp.alpha:
                valid &= self.dataset.read(band, window=place) > 0
        return valid

    def locate(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Latitude and longitude of pixel coordinates; None without georeference."""
        if not self.georeferenced:
            return None
        east, north = self.dataset.transform @ (np.asarray(x, np.float64), np.asarray(y, np.float64))
        lon, lat = self._transformer().transform(east, north)
        return np.asarray(lat, np.float64), wrap_lon(lon)

    def axes_m(self, x: float, y: float) -> NDArray[np.float64]:
        """Metres east and north of a step of one pixel in x (first row) and in y (second row)."""
        if not self.georeferenced:
            spacing = self._spacing()
            return np.array([[spacing, 0.0], [0.0, -spacing]])
        half = FALLBACK_STEP_PX / 2
        located = self.locate([x - half, x + half, x, x], [y, y, y - half, y + half])
        lat, lon = located if located is not None else (np.zeros(4), np.zeros(4))
        if not (np.isfinite(lat).all() and np.isfinite(lon).all()):
            raise InputError("the georeference gives no place on Earth", do="check its coordinate system", source=self.path)
        course, _, metres = WGS84.inv(lon[::2], lat[::2], lon[1::2], lat[1::2])
        angle = np.radians(course)
        return np.stack([np.asarray(metres) * np.sin(angle), np.asarray(metres) * np.cos(angle)], axis=1)

    def _spacing(self) -> float:
        if self.spacing_m is None:
            raise InputError("the image carries no georeference", do="give its pixel with --spacing METRES", source=self.path)
        return self.spacing_m

    def _transformer(self) -> Transformer:
        if self._to_degrees is None:
            try:
                self._to_degrees = Transformer.from_crs(self.dataset.crs.to_wkt(), "EPSG:4326", always_xy=True)
            except (CRSError, ProjError) as fault:
                raise InputError(f"unknown coordinate system: {fault}", do="assign an EPSG code", source=self.path) from fault
        return self._to_degrees

    def close(self) -> None:
        """Let go of the file."""
        self.dataset.close()


def damaged(path: Path, fault: BaseException, place: str = "") -> InputError:
    """The one error for a file that GDAL cannot decode."""
    said = str(fault.__cause__ or fault).splitlines()
    told = said[0].replace(str(path), path.name) if said else type(fault).__name__
    what = f"the image is damaged or cut short ({told})"
    return InputError(what, do="fetch it again", source=path, place=place)


def load_raster(path: Path, spacing_m: float | None = None) -> Raster:
    """Open a TIFF or JPEG 2000; the caller closes it."""
    kind = format_of(path)
    if kind not in DRIVERS:
        raise InputError(f"{kind.upper()} is not a raster format here", do="give a TIFF or JPEG 2000", source=path)
    with rasterio.Env(**GDAL_SETTINGS), warnings.catch_warnings():
        # A raster without georeference is an ordinary case here, told in our own words.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            dataset = rasterio.open(path, driver=DRIVERS[kind])
        except (RasterioError, ValueError) as fault:
            raise damaged(path, fault) from fault
    raster = Raster(path, dataset, spacing_m)
    block = max(rows * columns for rows, columns in dataset.block_shapes)
    if block > MAX_BLOCK_PX:
        raster.close()
        what = f"the image is stored in blocks of {block:,} pixels, which cannot be read in windows"
        raise InputError(what, do="rewrite it tiled: gdal_translate -co TILED=YES", source=path)
    return raster


@contextmanager
def open_raster(path: Path) -> Iterator[Raster]:
    """A raster that is closed at the end of the block."""
    raster = load_raster(path)
    try:
        yield raster
    finally:
        raster.close()


def sample(raster: Raster, band: int = 1) -> NDArray[np.float32]:
    """Valid values of a band in nine windows over the image, exact zeros left out; in 256 small ones where those hold none."""
    found = _sampled(raster, band, SAMPLES, SAMPLE_PX)
    return found if found.size else _sampled(raster, band, FINE_SAMPLES, FINE_SAMPLE_PX)


def _sampled(raster: Raster, band: int, count: int, side_px: int) -> NDArray[np.float32]:
    found = []
    along = math.isqrt(count)
    for step_y in range(1, 2 * along, 2):
        for step_x in range(1, 2 * along, 2):
            x0 = max(raster.width * step_x // (2 * along) - side_px // 2, 0)
            y0 = max(raster.height * step_y // (2 * along) - side_px // 2, 0)
            window = Window(x0, y0, min(x0 + side_px, raster.width), min(y0 + side_px, raster.height))
            values, valid = raster.read(window, [band])
            found.append(values[0][valid & (values[0] != 0)])
    return np.concatenate(found)
