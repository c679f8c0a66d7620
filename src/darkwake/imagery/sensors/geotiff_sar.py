"""Radar backscatter in a GeoTIFF: dB, linear power, or digital numbers.

What the numbers are is declared or inferred from the values and stated; a declaration that the values contradict is
refused by name, for a threshold on decibels that are taken for power finds nonsense without a word. The first band is
read. Pixels of exactly 0 count as outside the swath in every radiometry: a measured value is never exactly 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from darkwake.errors import InputError
from darkwake.imagery.protocol import About, Header, Options, Pixels, Radiometry, Window
from darkwake.imagery.raster import Raster, load_raster, sample

RADAR_WORDS = frozenset({"sigma0", "sigma", "gamma0", "beta0", "vv", "vh", "hh", "hv", "sar", "radar", "backscatter", "db"})
"""Words in band names, tags or the file's name that mark radar."""

POLARISATIONS = ("VV", "VH", "HH", "HV")

NEGATIVE_SHARE = 0.01
"""Share of negative values from which an image cannot be power; noise removal leaves fewer below 0 (assumed)."""

BRIGHTEST_DB = 60.0
DARKEST_DB = -100.0
"""No pixel of a spaceborne radar lies outside this range of sigma nought (assumed, generous: corner reflectors 40 dB)."""

LARGEST_LINEAR_MEDIAN = 10.0
"""Half the pixels above 10 (+10 dB) is not a calibrated scene: forest and city stay near 1 (assumed)."""

Mode = Literal["db", "linear", "dn"]
MODES: tuple[Mode, ...] = ("db", "linear", "dn")


def reads(header: Header, options: Options) -> bool:
    """A TIFF that is declared radar, or whose words or values say so."""
    if header.format != "tiff" or options.kind == "optical":
        return False
    if options.kind == "sar" or options.radiometry in MODES:
        return True
    if any(band.upper() in POLARISATIONS for band in header.bands) or header.words & RADAR_WORDS:
        return True
    return header.grey and header.dtype.startswith("float")


@dataclass
class SarRaster:
    """A radar raster whose windows are linear power, or squared digital numbers."""

    about: About
    raster: Raster
    mode: Mode

    @property
    def acquisition(self) -> None:
        """Nothing is known of how it was taken."""
        return

    def read(self, window: Window) -> Pixels:
        """Linear power (dn: squared numbers) of a window."""
        stored, declared = self.raster.read(window, [1])
        valid = declared & (stored[0] != 0)
        power = to_power(stored, self.mode)
        return Pixels(np.where(valid, power, np.float32(0)), valid)

    def locate(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Latitude and longitude of pixel coordinates."""
        return self.raster.locate(x, y)

    def axes_m(self, x: float, y: float) -> NDArray[np.float64]:
        """Metres east and north of a pixel's step in x and y."""
        return self.raster.axes_m(x, y)

    def close(self) -> None:
        """Let go of the file."""
        self.raster.close()


def to_power(stored: NDArray[np.float32], mode: Mode) -> NDArray[np.float32]:
    """Linear power of stored values.

    >>> to_power(np.array([-20.0, 0.0], np.float32), "db").round(4).tolist()
    [0.009999999776482582, 1.0]
    """
    if mode == "db":
        bounded = np.clip(stored, DARKEST_DB, BRIGHTEST_DB)
        power: NDArray[np.float32] = np.exp(bounded * np.float32(np.log(10.0) / 10.0))
        return power
    if mode == "dn":
        return stored * stored
    return np.maximum(stored, np.float32(0))


def open_sar(header: Header, options: Options) -> SarRaster:
    """Open a radar GeoTIFF and settle what its numbers are."""
    raster = load_raster(header.path, options.spacing_m)
    try:
        values = sample(raster)
        mode = inferred(values, header) if options.radiometry is None else declared(values, options.radiometry, header)
        raster.axes_m(header.width / 2, header.height / 2)
        platform = next((word.upper() for word in header.words if word in ("s1a", "s1b", "s1c")), None)
    except InputError:
        raster.close()
        raise
    polarisation = next((band for band in header.bands if band in POLARISATIONS), None)
    notes = () if options.radiometry else (f"pixels taken for {mode}, inferred from their values",)
    about = About(
        path=header.path,
        sensor="geotiff-sar",
        kind="sar",
        width=header.width,
        height=header.height,
        bands=header.bands[:1],
        radiometry=mode,
        platform=platform,
        time=options.time,
        polarisation=polarisation,
        notes=notes,
    )
    return SarRaster(about, raster, mode)


def inferred(values: NDArray[np.float32], header: Header) -> Mode:
    """What the numbers are by their values; an image without valid pixels counts as linear and is searched in vain."""
    if values.size == 0:
        return "linear"
    if float(np.mean(values < 0)) > NEGATIVE_SHARE:
        return declared(values, "db", header)
    return "dn" if float(np.median(values)) > LARGEST_LINEAR_MEDIAN else "linear"


def declared(values: NDArray[np.float32], mode: Radiometry, header: Header) -> Mode:
    """The declared radiometry, or an InputError that says what speaks against it."""
    known = next((known for known in MODES if known == mode), None)
    if known is None:
        raise InputError(f"radar pixels are not {mode}", do="say --radiometry db, linear or dn", source=header.path)
    against = contradiction(values, known) if values.size else None
    if against:
        what, better = against
        raise InputError(f"declared {mode}, but {what}", do=f"try --radiometry {better}", source=header.path)
    return known


def contradiction(values: NDArray[np.float32], mode: Mode) -> tuple[str, str] | None:
    """What in the values contradicts a radiometry, and which one fits better; None where nothing does."""
    negative, median = float(np.mean(values < 0)), float(np.median(values))
    if mode == "db":
        if values.max() > BRIGHTEST_DB or values.min() < DARKEST_DB:
            return f"values run from {values.min():.4g} to {values.max():.4g}, beyond any backscatter in dB", "dn or linear"
        return (
            (f"no value is negative and the median is {median:.3g}: sea lies far below 0 dB", "linear")
            if negative == 0
            else None
        )
    if negative > NEGATIVE_SHARE:
        return f"{negative:.0%} of the values are negative, which {'power' if mode == 'linear' else 'a count'} never is", "db"
    if mode == "linear" and median > LARGEST_LINEAR_MEDIAN:
        return f"the median is {median:.4g}, brighter than any calibrated scene", "dn"
    if mode == "dn" and median < LARGEST_LINEAR_MEDIAN / 10:
        return f"the median is {median:.3g}, too small for digital numbers", "linear"
    return None
