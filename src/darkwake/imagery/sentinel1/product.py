"""A Sentinel-1 GRD product as one image of all its polarisations: calibrated, located, timed.

What is absent is said and gone round where that is honest: without a calibration the image holds digital numbers, without
noise vectors the noise stays in it, a polarisation without measurement is left out. Without any measurement, or without
the annotation of one, there is nothing to search, and the error names the file.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from darkwake.errors import InputError
from darkwake.imagery.protocol import About, Options, Pixels, Window
from darkwake.imagery.sentinel1.acquisition import GrdAcquisition
from darkwake.imagery.sentinel1.annotation import Annotation, read_annotation
from darkwake.imagery.sentinel1.border import has_border, inside
from darkwake.imagery.sentinel1.calibration import read_calibration, sigma_nought
from darkwake.imagery.sentinel1.files import POLARISATIONS, Part, Sentinel1Files, read_part
from darkwake.imagery.sentinel1.geolocation import Geolocation, bearing_of, degrees_of
from darkwake.imagery.sentinel1.measurement import Measurement, open_measurement
from darkwake.imagery.sentinel1.noise import Noise, read_noise
from darkwake.imagery.sentinel1.tables import Table

CO_POLARISED = ("VV", "HH")
"""In which the sea stands out from a border; in the others a calm sea is as dark."""

SIMULATED = "S1Z"
"""The mission of products that were made up: no satellite has it (``simulation.safe_scene``)."""

Read = TypeVar("Read", Annotation, Table, Noise)


@dataclass(frozen=True)
class Band:
    """One polarisation: its numbers, and how they become sigma nought."""

    polarisation: str
    measurement: Measurement
    annotation: Annotation
    calibration: Table | None
    noise: Noise | None


@dataclass
class Sentinel1Product:
    """An open product."""

    about: About
    bands: tuple[Band, ...]
    geolocation: Geolocation
    bordered: bool = False
    """Whether the edges hold what is no echo, as older products' do."""

    @property
    def acquisition(self) -> GrdAcquisition:
        """Time, incidence and look of each pixel."""
        return GrdAcquisition(self.geolocation)

    def read(self, window: Window) -> Pixels:
        """Linear sigma nought (squared digital numbers without calibration) of a window, a band for each polarisation."""
        values = np.empty((len(self.bands), *window.shape), np.float32)
        seen: NDArray[np.uint16] | None = None
        for band, out in zip(self.bands, values, strict=True):
            numbers = band.measurement.read(window)
            sigma_nought(numbers, window, band.calibration, band.noise, out)
            # Outside the swath every polarisation is 0; over calm sea one of them may be by chance.
            seen = numbers if seen is None else np.bitwise_or(seen, numbers, out=seen)
        valid = np.zeros(window.shape, np.bool_) if seen is None else seen > 0
        if self.bordered:
            valid &= inside(window, self.about.width, self._first_band)
            values *= valid
        return Pixels(values, valid)

    def _first_band(self, window: Window) -> NDArray[np.float32]:
        band = self.bands[0]
        return sigma_nought(band.measurement.read(window), window, band.calibration, band.noise)

    def locate(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Latitude and longitude of pixels at the surface of the sea."""
        return self.geolocation.locate(x, y)

    def pixel_of(self, lat: ArrayLike, lon: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Pixel coordinates of places at the surface of the sea; NaN far outside."""
        return self.geolocation.pixel_of(lat, lon)

    def axes_m(self, x: float, y: float) -> NDArray[np.float64]:
        """Metres east and north of a step of one pixel in x (first row) and in y (second row)."""
        half = 0.5
        place = self.geolocation.place_m([x - half, x + half, x, x, x], [y, y, y - half, y + half, y])
        lat, lon = degrees_of(place[4])
        steps = np.stack([place[1] - place[0], place[3] - place[2]])
        angle = np.radians(bearing_of(steps, lat, lon))
        metres = np.linalg.norm(steps, axis=-1)
        return np.stack([metres * np.sin(angle), metres * np.cos(angle)], axis=1)

    def close(self) -> None:
        """Let go of the files."""
        for band in self.bands:
            band.measurement.close()


def open_files(files: Sentinel1Files, options: Options | None = None) -> Sentinel1Product:
    """Open the files of a product, from a folder, a zip or a catalogue."""
    wanted = options or Options()
    if wanted.radiometry not in (None, "linear", "dn"):
        what = f"Sentinel-1 pixels are not {wanted.radiometry}: their own tables say what they are"
        raise InputError(what, do="leave --radiometry out", source=files.path)
    known = [key for key in POLARISATIONS if key in files.measurements and key in files.annotations]
    if not known:
        raise InputError(_nothing(files), do="fetch the product whole", source=files.path)
    notes = [*files.notes, *_left_out(files, known)]
    annotations = {key: _read(files, files.annotations[key], f"annotation of {key}", read_annotation) for key in known}
    linear = wanted.radiometry != "dn" and not (bare := [key for key in known if key not in files.calibrations])
    if wanted.radiometry != "dn" and not linear:
        notes.append(f"no calibration of {' and '.join(bare)}: pixels are squared digital numbers, not sigma nought")
    bordered = has_border(files.version) and linear and known[0] in CO_POLARISED
    if bordered:
        notes.append(f"made by processor version {files.version}, which leaves a border: its pixels are left out")
    with ExitStack() as opened:
        bands = tuple(_band(files, key, annotations[key], opened, calibrated=linear, notes=notes) for key in known)
        geolocation = Geolocation.of(annotations[known[0]])
        about = _about(files, bands, geolocation, linear=linear, notes=tuple(notes))
        opened.pop_all()
    return Sentinel1Product(about, bands, geolocation, bordered)


def _nothing(files: Sentinel1Files) -> str:
    if files.measurements:
        return f"the annotation of {' and '.join(files.measurements)} is absent"
    named = " and ".join(files.annotations) or "any polarisation"
    return f"the measurement of {named} is absent: there is no image to search"


def _left_out(files: Sentinel1Files, known: list[str]) -> list[str]:
    """Which polarisations lack their image or its annotation."""
    half = [key for key in POLARISATIONS if (key in files.annotations) != (key in files.measurements)]
    lacks = {key: "annotation" if key in files.measurements else "measurement" for key in half if key not in known}
    return [f"{key} has no {what} and is left out" for key, what in lacks.items()]


def _read(files: Sentinel1Files, part: Part, what: str, reader: Callable[[bytes, str], Read]) -> Read:
    source = f"{files.path}: {what}" if isinstance(part, bytes) else str(part)
    return reader(read_part(part, source), source)


def _band(
    files: Sentinel1Files, key: str, annotation: Annotation, opened: ExitStack, *, calibrated: bool, notes: list[str]
) -> Band:
    calibration = _read(files, files.calibrations[key], f"calibration of {key}", read_calibration) if calibrated else None
    noise = None
    if annotation.noise_removed:
        notes.append(f"thermal noise of {key} was removed by the processor")
    elif key in files.noises:
        noise = _read(files, files.noises[key], f"noise of {key}", read_noise)
    else:
        notes.append(f"no noise vectors of {key}: thermal noise stays in the image")
    measurement = open_measurement(files.measurements[key], files.settings)
    opened.callback(measurement.close)
    found, told = (measurement.dataset.width, measurement.dataset.height), (annotation.pixels, annotation.lines)
    if found != told:
        what = f"the measurement has {found[0]} x {found[1]} pixels, its annotation says {told[0]} x {told[1]}"
        raise InputError(what, do="fetch the product again", source=measurement.path)
    return Band(key, measurement, annotation, calibration, noise)


def _about(
    files: Sentinel1Files, bands: tuple[Band, ...], geolocation: Geolocation, *, linear: bool, notes: tuple[str, ...]
) -> About:
    first = geolocation.annotation
    sizes = {(band.annotation.pixels, band.annotation.lines, band.annotation.first_line) for band in bands}
    if len(sizes) != 1:
        what = f"{' and '.join(band.polarisation for band in bands)} differ in size or time"
        raise InputError(what, do="fetch the product again", source=files.path)
    acquisition = GrdAcquisition(geolocation)
    x, y = first.pixels / 2, first.lines / 2
    return About(
        path=files.path,
        sensor="sentinel1",
        kind="sar",
        width=first.pixels,
        height=first.lines,
        bands=tuple(band.polarisation for band in bands),
        radiometry="linear" if linear else "dn",
        platform=first.platform,
        time=_utc(acquisition.time_at(x, y)),
        polarisation="+".join(band.polarisation for band in bands),
        looks=first.looks,
        passing=first.passing,
        incidence_deg=float(acquisition.incidence_deg(x, y)),
        look="right" if geolocation.side > 0 else "left",
        simulated=first.platform == SIMULATED,
        notes=notes,
    )


def _utc(instant: NDArray[np.datetime64]) -> datetime:
    told: datetime = instant.astype("datetime64[us]").item()
    return told.replace(tzinfo=UTC)
