"""Radar backscatter in a GeoTIFF: dB, linear power, or digital numbers.

What the numbers are is declared or inferred from the values and stated; a declaration that the values contradict is
refused by name, for a threshold on decibels that are taken for power finds nonsense without a word. The bands that are
named as polarisations are read together; without such names the first one is. Pixels of exactly 0 count as outside the swath
in every radiometry: a measured value is never exactly 0. Neither is one below -100 dB: fillers such as -9999 are left out.

One byte a pixel is a display of the image, mostly of its decibels between two bounds that the file does not state: such values
are handed out as they are, as grey, and no backscatter can be had from them.
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

BYTE = "uint8"

Mode = Literal["db", "linear", "dn", "grey"]
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
    numbers: tuple[int, ...] = (1,)

    @property
    def acquisition(self) -> None:
        """Nothing is known of how it was taken."""
        return

    def read(self, window: Window) -> Pixels:
        """Linear power (dn: squared numbers; grey: as stored) of a window, a band for each polarisation."""
        stored, declared = self.raster.read(window, list(self.numbers))
        valid = declared & (stored != 0).any(axis=0) & (stored >= DARKEST_DB).all(axis=0)
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
    if mode == "grey":
        return stored
    return np.maximum(stored, np.float32(0))


def open_sar(header: Header, options: Options) -> SarRaster:
    """Open a radar GeoTIFF and settle what its numbers are."""
    raster = load_raster(header.path, options.spacing_m)
    try:
        numbers = polarised(header)
        samples = [sample(raster, number) for number in numbers]
        mode = settled(samples, header, options)
        raster.axes_m(header.width / 2, header.height / 2)
    except InputError:
        raster.close()
        raise
    bands = tuple(header.bands[number - 1] for number in numbers)
    named = [band for band in bands if band in POLARISATIONS]
    about = About(
        path=header.path,
        sensor="geotiff-sar",
        kind="sar",
        width=header.width,
        height=header.height,
        bands=bands,
        radiometry=mode,
        platform=next((word.upper() for word in header.words if word in ("s1a", "s1b", "s1c", "s1d")), None),
        time=options.time,
        polarisation="+".join(named) or None,
        simulated=raster.tags().get("SIMULATED") == "yes",
        notes=said(header, options, mode, numbers, samples),
    )
    return SarRaster(about, raster, mode, numbers)


def polarised(header: Header) -> tuple[int, ...]:
    """Numbers of the bands that are polarisations, each once; the first band where none is named."""
    places = {band: number for number, band in reversed(list(enumerate(header.bands, start=1)))}
    return tuple(places[name] for name in POLARISATIONS if name in places) or (1,)


def said(
    header: Header, options: Options, mode: Mode, numbers: tuple[int, ...], samples: list[NDArray[np.float32]]
) -> tuple[str, ...]:
    """What was inferred, and what is left out."""
    notes = []
    if mode == "grey":
        notes.append("one byte a pixel: taken for a display of the image, whose values are no backscatter")
    elif not any(values.size for values in samples):
        notes.append("no valid pixel was met: what the pixels are cannot be told")
    elif options.radiometry is None:
        notes.append(f"pixels taken for {mode}, inferred from their values")
    left = [band for number, band in enumerate(header.bands, start=1) if number not in numbers]
    if left:
        notes.append(f"{len(left)} of {len(header.bands)} bands left out, not named as a polarisation: {', '.join(left[:5])}")
    return tuple(notes)


def settled(samples: list[NDArray[np.float32]], header: Header, options: Options) -> Mode:
    """What the numbers of all bands are, declared or inferred; an InputError where the bands differ."""
    if header.dtype == BYTE and options.radiometry in (None, "grey"):
        return "grey"
    bare = [without_filler(values) for values in samples]
    if options.radiometry is not None:
        stated = [declared(values, options.radiometry, header) for values in bare]
        return stated[0]
    modes = [inferred(values, header) for values in bare if values.size] or ["linear"]
    if len(set(modes)) > 1:
        what = f"the bands look like {' and '.join(dict.fromkeys(modes))}"
        raise InputError(what, do="say --radiometry, or write them alike", source=header.path)
    return modes[0]


def without_filler(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The values without a filler: one number far below any backscatter, such as -9999, that no nodata tag declares."""
    low = values < DARKEST_DB
    return values[~low] if len(np.unique(values[low])) == 1 else values


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
