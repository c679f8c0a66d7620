"""Optical bands in GeoTIFF or JPEG 2000: single Sentinel-2 bands, RGB composites.

Values are used as stored: the detector works on contrast against the local water, so neither scale nor offset of the
reflectance matters (a Sentinel-2 offset of -1000 since baseline 04.00 included). Where near infrared is among the named
bands it alone is used, for water is darkest there. Zero in a single band is valid (dark water of L2A); zero in all bands of a
composite is outside the image.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from darkwake.errors import InputError
from darkwake.imagery.protocol import About, Header, Options, Pixels, Radiometry, Window
from darkwake.imagery.raster import Raster, load_raster

MAX_BANDS = 3
"""Bands of a composite that are searched: the first three (red, green, blue as a rule)."""

BYTE = "uint8"


def reads(header: Header, options: Options) -> bool:
    """JPEG 2000, composites, bands named by Sentinel-2's names, or what is declared optical."""
    if options.kind == "sar" or header.format not in ("tiff", "jp2"):
        return False
    if options.kind == "optical" or header.format == "jp2":
        return True
    return len(header.bands) >= MAX_BANDS or any(band.upper().startswith("B") for band in header.bands)


@dataclass
class OpticalRaster:
    """An optical raster; windows hold the stored values of the bands that are searched."""

    about: About
    raster: Raster
    numbers: tuple[int, ...]

    @property
    def acquisition(self) -> None:
        """Nothing is known of how it was taken."""
        return

    def read(self, window: Window) -> Pixels:
        """Stored values of a window."""
        values, valid = self.raster.read(window, list(self.numbers))
        if len(self.numbers) > 1:
            valid &= (values != 0).any(axis=0)
        return Pixels(values, valid)

    def locate(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Latitude and longitude of pixel coordinates."""
        return self.raster.locate(x, y)

    def axes_m(self, x: float, y: float) -> NDArray[np.float64]:
        """Metres east and north of a pixel's step in x and y."""
        return self.raster.axes_m(x, y)

    def close(self) -> None:
        """Let go of the file."""
        self.raster.close()


def open_optical(header: Header, options: Options) -> OpticalRaster:
    """Open optical bands."""
    radiometry = _radiometry(header, options)
    raster = load_raster(header.path, options.spacing_m)
    try:
        raster.axes_m(header.width / 2, header.height / 2)
    except InputError:
        raster.close()
        raise
    numbers = tuple(range(1, min(len(header.bands), MAX_BANDS) + 1))
    notes = () if options.kind else ("taken for optical by its bands",)
    about = About(
        path=header.path,
        sensor="optical",
        kind="optical",
        width=header.width,
        height=header.height,
        bands=header.bands[: len(numbers)],
        radiometry=radiometry,
        time=options.time,
        notes=notes,
    )
    return OpticalRaster(about, raster, numbers)


def _radiometry(header: Header, options: Options) -> Radiometry:
    if options.radiometry in ("db", "linear"):
        raise InputError(f"optical pixels are not {options.radiometry}", do="leave --radiometry out", source=header.path)
    if options.radiometry is not None:
        return options.radiometry
    return "grey" if header.dtype == BYTE else "dn"
