"""What the product annotation of a Sentinel-1 GRD image says, of one polarisation.

Source: Sentinel-1 Product Specification, S1-RS-MDA-52-7441 (L1 product annotation data set). Elements that are not used
(Doppler, azimuth FM rate, replica, interference reports) may be missing or of any generation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from darkwake.errors import InputError
from darkwake.imagery.protocol import MAX_SCENE_PX
from darkwake.imagery.sentinel1.xml import DO, moment, number, numbers, parsed, text

LOOKS = {
    ("IW", "GRDH"): 4.4,
    ("IW", "GRDM"): 81.8,
    ("EW", "GRDH"): 2.8,
    ("EW", "GRDM"): 10.7,
    ("SM", "GRDF"): 3.7,
    ("SM", "GRDH"): 29.7,
    ("SM", "GRDM"): 398.4,
}
"""Equivalent number of looks by mode and class: Sentinel-1 Product Definition, S1-RS-MDA-52-7440, tables of GRD products."""

RESOLUTION_BY_SPACING = {"IW": ((25.0, "GRDH"), (1e9, "GRDM")), "EW": ((32.0, "GRDH"), (1e9, "GRDM"))}
STRIPMAP_BY_SPACING = ((5.0, "GRDF"), (25.0, "GRDH"), (1e9, "GRDM"))
"""Class by the largest pixel spacing, metres: IW 10 and 40, EW 25 and 40, stripmap 3.5, 10 and 40 (same source)."""

LEAST_STATES = 4
"""Fewest state vectors that fix the orbit over a scene."""

Passing = Literal["ascending", "descending"]


@dataclass(frozen=True)
class Grid:
    """The geolocation grid: rows are lines, columns pixels; the middle of a pixel has a whole number."""

    line: NDArray[np.float64]
    pixel: NDArray[np.float64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    height_m: NDArray[np.float64]
    slant_range_s: NDArray[np.float64]
    """Two-way travel time."""
    incidence_deg: NDArray[np.float64]


@dataclass(frozen=True)
class StateVectors:
    """Places (m) and velocities (m/s) of the satellite, Earth-fixed, at seconds after the first line."""

    seconds: NDArray[np.float64]
    position_m: NDArray[np.float64]
    velocity_m_s: NDArray[np.float64]


@dataclass(frozen=True)
class RangePolynomials:
    """Slant range (m) as polynomials of ground range (m) less an origin, each at an instant."""

    seconds: NDArray[np.float64]
    origin_m: NDArray[np.float64]
    coefficients: NDArray[np.float64]


@dataclass(frozen=True)
class SwathBounds:
    """A block of the image that was taken from one sub-swath; the last line and sample are included."""

    swath: str
    first_line: int
    last_line: int
    first_pixel: int
    last_pixel: int


@dataclass(frozen=True)
class Annotation:
    """One polarisation's annotation."""

    source: str
    platform: str
    mode: str
    polarisation: str
    passing: Passing
    first_line: np.datetime64
    line_interval_s: float
    lines: int
    pixels: int
    range_spacing_m: float
    grid: Grid
    states: StateVectors
    polynomials: RangePolynomials | None
    swaths: tuple[SwathBounds, ...]
    noise_removed: bool

    @property
    def looks(self) -> float | None:
        """Equivalent number of looks by the product definition; None for a product it does not list."""
        mode = "SM" if self.mode.startswith("S") else self.mode
        classes = STRIPMAP_BY_SPACING if mode == "SM" else RESOLUTION_BY_SPACING.get(mode, ())
        name = next((name for limit_m, name in classes if self.range_spacing_m <= limit_m), "")
        return LOOKS.get((mode, name))


def read_annotation(data: bytes, source: str) -> Annotation:
    """The annotation of a file's bytes; ``source`` names it in errors."""
    root = parsed(data, source)
    kind = text(root, "adsHeader/productType", source)
    if kind != "GRD":
        raise InputError(f"a {kind} product", do="give a GRD product: only detected images are read", source=source)
    information = _child(root, "imageAnnotation/imageInformation", source)
    first = moment(information, "productFirstLineUtcTime", source)
    return Annotation(
        source=source,
        platform=text(root, "adsHeader/missionId", source).upper(),
        mode=text(root, "adsHeader/mode", source),
        polarisation=text(root, "adsHeader/polarisation", source).upper(),
        passing=_passing(root, source),
        first_line=first,
        line_interval_s=_positive(information, "azimuthTimeInterval", source),
        lines=_size(information, "numberOfLines", source),
        pixels=_size(information, "numberOfSamples", source),
        range_spacing_m=_positive(information, "rangePixelSpacing", source),
        grid=_grid(root, source),
        states=_states(root, first, source),
        polynomials=_polynomials(root, first, source),
        swaths=_swaths(root, source),
        noise_removed=_said(root, "imageAnnotation/processingInformation/thermalNoiseCorrectionPerformed"),
    )


def _child(parent: Element, path: str, source: str) -> Element:
    found = parent.find(path)
    if found is None:
        raise InputError(f"the element {path} is missing", do=DO, source=source)
    return found


def _passing(root: Element, source: str) -> Passing:
    told = text(root, "generalAnnotation/productInformation/pass", source).lower()
    return "ascending" if told.startswith("asc") else "descending"


def _said(root: Element, path: str) -> bool:
    return (root.findtext(path) or "").strip().lower() == "true"


def _positive(parent: Element, path: str, source: str) -> float:
    value = number(parent, path, source)
    if value <= 0:
        raise InputError(f"{path} is {value:g}", do=DO, source=source)
    return value


def _size(parent: Element, path: str, source: str) -> int:
    value = number(parent, path, source)
    if not 1 <= value <= MAX_SCENE_PX or value != int(value):
        raise InputError(f"{path} is {value:g}", do=DO, source=source)
    return int(value)


def _grid(root: Element, source: str) -> Grid:
    points = root.findall("geolocationGrid/geolocationGridPointList/geolocationGridPoint")
    names = ("line", "pixel", "latitude", "longitude", "height", "slantRangeTime", "incidenceAngle")
    rows = np.array([[number(point, name, source) for name in names] for point in points]).reshape(-1, len(names))
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    line, pixel = np.unique(rows[:, 0]), np.unique(rows[:, 1])
    whole = len(rows) == len(line) * len(pixel) and min(len(line), len(pixel)) > 1
    if not whole or not (rows[:, 0].reshape(len(line), -1) == line[:, None]).all():
        what = f"the geolocation grid has {len(rows)} points that are no rectangle"
        raise InputError(what, do=DO, source=source, place="geolocationGrid")
    lat, lon, height, slant, incidence = rows.T[2:].reshape(5, len(line), len(pixel))
    if (np.abs(lat) > 90).any() or (slant <= 0).any():
        raise InputError("the geolocation grid lies beyond the Earth", do=DO, source=source, place="geolocationGrid")
    return Grid(line, pixel, lat, lon, height, slant, incidence)


def _states(root: Element, first: np.datetime64, source: str) -> StateVectors:
    orbits = root.findall("generalAnnotation/orbitList/orbit")
    if len(orbits) < LEAST_STATES:
        raise InputError(f"{len(orbits)} state vectors of the orbit", do=DO, source=source, place="orbitList")
    seconds = np.array([_after(moment(orbit, "time", source), first) for orbit in orbits])
    xyz = [[number(orbit, f"{what}/{axis}", source) for axis in "xyz"] for what in ("position", "velocity") for orbit in orbits]
    position, velocity = np.array(xyz).reshape(2, len(orbits), 3)
    order = np.argsort(seconds, kind="stable")
    if (np.diff(seconds[order]) <= 0).any():
        raise InputError("two state vectors have the same time", do=DO, source=source, place="orbitList")
    return StateVectors(seconds[order], position[order], velocity[order])


def _polynomials(root: Element, first: np.datetime64, source: str) -> RangePolynomials | None:
    found = root.findall("coordinateConversion/coordinateConversionList/coordinateConversion")
    rows = []
    for one in found:
        place = "coordinateConversion/grsrCoefficients"
        coefficients = numbers(text(one, "grsrCoefficients", source), place, source)
        rows.append((_after(moment(one, "azimuthTime", source), first), number(one, "gr0", source), coefficients))
    if not rows:
        return None
    rows.sort(key=lambda row: row[0])
    if len({len(coefficients) for *_, coefficients in rows}) != 1:
        raise InputError("polynomials of several lengths", do=DO, source=source, place="coordinateConversion")
    seconds, origin = np.array([row[:2] for row in rows]).T
    return RangePolynomials(seconds, origin, np.stack([row[2] for row in rows]))


def _after(instant: np.datetime64, first: np.datetime64) -> float:
    return float((instant - first) / np.timedelta64(1, "us")) * 1e-6


def _swaths(root: Element, source: str) -> tuple[SwathBounds, ...]:
    names = ("firstAzimuthLine", "lastAzimuthLine", "firstRangeSample", "lastRangeSample")
    return tuple(
        SwathBounds(text(merge, "swath", source), *(int(number(bounds, name, source)) for name in names))
        for merge in root.findall("swathMerging/swathMergeList/swathMerge")
        for bounds in merge.findall("swathBoundsList/swathBounds")
    )
