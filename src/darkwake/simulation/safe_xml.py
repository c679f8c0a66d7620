"""The annotation, calibration, noise and manifest of a simulated Sentinel-1 product, in the structure of ESA's.

Names and nesting follow the Sentinel-1 Product Specification (S1-RS-MDA-52-7441, issue 3/9); the values are those of the
simulated geometry. Lists that only a processor of raw data could fill (downlink, replicas, antenna patterns) are empty lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from darkwake.simulation.safe_geometry import LIGHT_M_S, SEMI_MAJOR_M, SEMI_MINOR_M, Geometry, Numbers, incidence_of
from darkwake.simulation.safe_scene import MISSION, SafeScene, line_seconds

BETA = 474.0
"""Constant of the calibration tables: sigma nought is (DN / A)^2 with A = 474 / sqrt(sin incidence)."""
NESZ_DB = {"VV": -24.5, "VH": -25.5, "HH": -24.5, "HV": -25.5}
"""Level of thermal noise at the middle of a sub-swath (assumed from noise tables of IW products)."""
SWATHS = ("IW1", "IW2", "IW3")
SWATH_ENDS = (0.0, 0.34, 0.68, 1.0)
"""Where the three sub-swaths of a full scene part, shares of its width (assumed; 8,536 of 25,117 samples for IW1)."""
PRF_HZ = {"IW1": 1717.13, "IW2": 1451.63, "IW3": 1685.82}
BURST_LINES = 1900
"""Lines of a burst in a GRDH image: 2.75 s of 1.47 ms (ESA, Sentinel-1 Product Definition)."""
SCALLOP = 0.08
TABLE_STEP_PX = 40
ORBIT_STEP_S, ORBIT_MARGIN_S = 10.0, 60.0
ORBIT_NUMBER, DATA_TAKE = 999_999, 0xFFFFF


@dataclass(frozen=True)
class Tables:
    """Calibration and noise over the columns of a scene, at every column as a reader interpolates them."""

    pixel: Numbers
    incidence_deg: Numbers
    columns: Numbers

    @classmethod
    def of(cls, scene: SafeScene, geometry: Geometry) -> Tables:
        """The tables; incidence is taken along the middle line."""
        pixel = np.unique([*range(0, scene.samples - 1, TABLE_STEP_PX), scene.samples - 1]).astype(np.float64)
        middle = np.full(pixel.shape, scene.lines / 2)
        return cls(pixel, geometry.incidence_deg(pixel + 0.5, middle), np.arange(scene.samples, dtype=np.float64))

    @property
    def sigma(self) -> Numbers:
        """Amplitude of sigma nought 1 at the tables' columns, as printed."""
        return np.array([float(f"{value:.6e}") for value in BETA / np.sqrt(np.sin(np.radians(self.incidence_deg)))])

    def gain(self) -> Numbers:
        """Amplitude of sigma nought 1 at every column."""
        return np.interp(self.columns, self.pixel, self.sigma)

    def noise_table(self, polarisation: str) -> Numbers:
        """Noise (squared digital numbers) at the tables' columns, as printed: least in the middle of each sub-swath."""
        share = self.pixel / max(self.columns[-1], 1.0)
        within = [(share - a) / (b - a) - 0.5 for a, b in pairwise(SWATH_ENDS)]
        bowl = np.select([share < SWATH_ENDS[1], share < SWATH_ENDS[2]], within[:2], within[2])
        level = 10 ** ((NESZ_DB[polarisation] + 10.0 * bowl**2) / 10) * self.sigma**2
        return np.array([float(f"{value:.6e}") for value in level])

    def noise(self, polarisation: str) -> Numbers:
        """Noise at every column, before the scalloping of the lines."""
        return np.interp(self.columns, self.pixel, self.noise_table(polarisation))


def scallop(lines: Numbers) -> Numbers:
    """How noise swells towards the ends of a burst, at lines."""
    place = np.mod(lines, BURST_LINES) / BURST_LINES - 0.5
    return np.array([float(f"{value:.6e}") for value in 1 + SCALLOP * (2 * place) ** 2])


def scallop_lines(scene: SafeScene) -> Numbers:
    """Lines of the azimuth tables of noise."""
    return np.unique([*range(0, scene.lines - 1, 10), scene.lines - 1]).astype(np.float64)


def swath_bounds(scene: SafeScene) -> list[tuple[str, int, int]]:
    """First and last sample of each sub-swath."""
    ends = [round(share * scene.samples) for share in SWATH_ENDS]
    return [(name, first, last - 1) for name, first, last in zip(SWATHS, ends, ends[1:], strict=False) if last > first]


def stamp(moment: datetime) -> str:
    """An instant as the annotation has it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")


def first_line(scene: SafeScene, geometry: Geometry) -> datetime:
    """When the first line was imaged; ``scene.time`` is that of the middle."""
    return scene.time - timedelta(seconds=round(geometry.middle_s, 6))


def last_line(scene: SafeScene, geometry: Geometry) -> datetime:
    """When the last line was imaged."""
    return first_line(scene, geometry) + timedelta(seconds=(scene.lines - 1) * geometry.line_s)


def document(root: Element) -> bytes:
    """The bytes of a file."""
    indent(root)
    body: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def leaf(parent: Element, name: str, value: object, **attributes: str) -> Element:
    """An element with a value; floats with all their digits, arrays as lists."""
    child = SubElement(parent, name, attributes)
    if isinstance(value, np.ndarray):
        child.set("count", str(len(value)))
        whole = np.issubdtype(value.dtype, np.integer)
        child.text = " ".join(str(v) if whole else f"{v:.6e}" for v in value)
    elif isinstance(value, float):
        child.text = f"{value:.15e}"
    else:
        child.text = str(value).lower() if isinstance(value, bool) else str(value)
    return child


def leaves(parent: Element, **values: object) -> Element:
    """Several elements, in order."""
    for name, value in values.items():
        leaf(parent, name, value)
    return parent


def listed(parent: Element, name: str, count: int) -> Element:
    """A list that says its length."""
    return SubElement(parent, name, {"count": str(count)})


def header(root: Element, scene: SafeScene, geometry: Geometry, polarisation: str) -> None:
    """The data-set header that every file bears."""
    leaves(
        SubElement(root, "adsHeader"),
        missionId=MISSION,
        productType="GRD",
        polarisation=polarisation,
        mode="IW",
        swath="IW",
        startTime=stamp(first_line(scene, geometry)),
        stopTime=stamp(last_line(scene, geometry)),
        absoluteOrbitNumber=ORBIT_NUMBER,
        missionDataTakeId=DATA_TAKE,
        imageNumber=f"{scene.polarisations.index(polarisation) + 1:03d}",
    )


def annotation(scene: SafeScene, geometry: Geometry, polarisation: str, statistics: tuple[float, float]) -> bytes:
    """The product annotation; ``statistics`` are mean and standard deviation of the digital numbers."""
    root = Element("product")
    header(root, scene, geometry, polarisation)
    leaf(SubElement(root, "qualityInformation"), "productQualityIndex", 0.0)
    _general(SubElement(root, "generalAnnotation"), scene, geometry)
    _image(SubElement(root, "imageAnnotation"), scene, geometry, statistics)
    listed(SubElement(root, "dopplerCentroid"), "dcEstimateList", 0)
    listed(SubElement(root, "antennaPattern"), "antennaPatternList", 0)
    timing = leaves(SubElement(root, "swathTiming"), linesPerBurst=0, samplesPerBurst=0)
    listed(timing, "burstList", 0)
    _grid(SubElement(root, "geolocationGrid"), scene, geometry)
    _conversion(SubElement(root, "coordinateConversion"), scene, geometry)
    _merging(SubElement(root, "swathMerging"), scene, geometry)
    return document(root)


def _general(parent: Element, scene: SafeScene, geometry: Geometry) -> None:
    x, y = scene.samples / 2, scene.lines / 2
    lat, lon = geometry.locate([x, x], [y - 50, y + 50])
    east, north = (lon[1] - lon[0] + 180) % 360 - 180, lat[1] - lat[0]
    heading = float(np.degrees(np.arctan2(east * np.cos(np.radians(lat[0])), north)))
    leaves(
        SubElement(parent, "productInformation"),
        **{"pass": scene.passing.capitalize()},
        timelinessCategory="Fast-24h",
        platformHeading=heading,
        projection="Ground Range",
        rangeSamplingRate=64345238.12571429,
        radarFrequency=5405000454.33435,
        azimuthSteeringRate=1.590368784,
    )
    downlink = listed(parent, "downlinkInformationList", len(SWATHS))
    for name in SWATHS:
        start = stamp(first_line(scene, geometry))
        leaves(SubElement(downlink, "downlinkInformation"), swath=name, azimuthTime=start, prf=PRF_HZ[name])
    _orbits(parent, scene, geometry)
    for name in ("attitudeList", "rawDataAnalysisList", "replicaInformationList", "noiseList"):
        listed(parent, name, 0)
    for name in ("terrainHeightList", "azimuthFmRateList"):
        listed(parent, name, 0)


def _orbits(parent: Element, scene: SafeScene, geometry: Geometry) -> None:
    start = first_line(scene, geometry)
    seconds = np.arange(-ORBIT_MARGIN_S, (scene.lines - 1) * geometry.line_s + ORBIT_MARGIN_S + ORBIT_STEP_S, ORBIT_STEP_S)
    place, pace = geometry.states(seconds)
    orbits = listed(parent, "orbitList", len(seconds))
    for after, position, velocity in zip(seconds, place, pace, strict=True):
        orbit = leaves(SubElement(orbits, "orbit"), time=stamp(start + timedelta(seconds=float(after))), frame="Earth Fixed")
        for name, vector in (("position", position), ("velocity", velocity)):
            leaves(SubElement(orbit, name), x=float(vector[0]), y=float(vector[1]), z=float(vector[2]))


def _image(parent: Element, scene: SafeScene, geometry: Geometry, statistics: tuple[float, float]) -> None:
    middle = float(geometry.incidence_deg(scene.samples / 2, scene.lines / 2))
    information = leaves(
        SubElement(parent, "imageInformation"),
        productFirstLineUtcTime=stamp(first_line(scene, geometry)),
        productLastLineUtcTime=stamp(last_line(scene, geometry)),
        ascendingNodeTime=stamp(first_line(scene, geometry) - timedelta(minutes=20)),
        anchorTime=stamp(first_line(scene, geometry)),
        productComposition="Individual",
        sliceNumber=0,
        slantRangeTime=float(geometry.slant_m(0.5)) * 2 / LIGHT_M_S,
        pixelValue="Detected",
        outputPixels="16 bit Unsigned Integer",
        rangePixelSpacing=scene.spacing_m,
        azimuthPixelSpacing=scene.spacing_m,
        azimuthTimeInterval=geometry.line_s,
        azimuthFrequency=1 / geometry.line_s,
        numberOfSamples=scene.samples,
        numberOfLines=scene.lines,
        zeroDopMinusAcqTime=0.0,
        incidenceAngleMidSwath=middle,
    )
    counted = SubElement(information, "imageStatistics")
    for name, value in zip(("outputDataMean", "outputDataStdDev"), statistics, strict=True):
        leaves(SubElement(counted, name), re=value, im=0.0)
    leaves(
        SubElement(parent, "processingInformation"),
        detectionPerformed=True,
        srgrConversionApplied=True,
        thermalNoiseCorrectionPerformed=False,
        referenceRange=800_000.0,
        ellipsoidName="WGS84",
        ellipsoidSemiMajorAxis=SEMI_MAJOR_M,
        ellipsoidSemiMinorAxis=SEMI_MINOR_M,
        orbitSource="Auxiliary",
    )


def grid_axes(scene: SafeScene) -> tuple[Numbers, Numbers]:
    """Lines and pixels of the geolocation grid: 21 columns, and lines about 2,000 apart."""
    rows = max(scene.lines // 2000, 3) + 1
    return np.unique(np.linspace(0, scene.lines - 1, rows).round()), np.unique(np.linspace(0, scene.samples - 1, 21).round())


def _grid(parent: Element, scene: SafeScene, geometry: Geometry) -> None:
    line, pixel = (axis.ravel() for axis in np.meshgrid(*grid_axes(scene), indexing="ij"))
    points = geometry.place_m(pixel + 0.5, line + 0.5)
    lat, lon = geometry.locate(pixel + 0.5, line + 0.5)
    place, _ = geometry.states(line * geometry.line_s)
    incidence = incidence_of(place, points)
    below = np.linalg.norm(place, axis=-1)
    elevation = np.degrees(np.arcsin(np.linalg.norm(points, axis=-1) * np.sin(np.radians(incidence)) / below))
    start, slant = first_line(scene, geometry), geometry.slant_m(pixel + 0.5) * 2 / LIGHT_M_S
    found = listed(parent, "geolocationGridPointList", len(line))
    for k in range(len(line)):
        leaves(
            SubElement(found, "geolocationGridPoint"),
            azimuthTime=stamp(start + timedelta(seconds=float(line[k] * geometry.line_s))),
            slantRangeTime=float(slant[k]),
            line=int(line[k]),
            pixel=int(pixel[k]),
            latitude=float(lat[k]),
            longitude=float(lon[k]),
            height=0.0,
            incidenceAngle=float(incidence[k]),
            elevationAngle=float(elevation[k]),
        )


def _conversion(parent: Element, scene: SafeScene, geometry: Geometry) -> None:
    """One and the same polynomial once a second: the ellipsoid under a minute of flight changes it by less than a metre."""
    ground = np.linspace(0, (scene.samples - 1) * scene.spacing_m, 2001)
    near = float(geometry.slant_of_ground[0])
    slant = geometry.slant_m(ground / scene.spacing_m + 0.5) - near
    scale = max(slant[-1], 1.0)
    inverse = np.polynomial.polynomial.polyfit(slant / scale, ground, 8) / scale ** np.arange(9)
    seconds = np.arange(-1.0, (scene.lines - 1) * geometry.line_s + 2.0)
    found = listed(parent, "coordinateConversionList", len(seconds))
    for after in seconds:
        one = leaves(
            SubElement(found, "coordinateConversion"),
            azimuthTime=stamp(first_line(scene, geometry) + timedelta(seconds=float(after))),
            slantRangeTime=near * 2 / LIGHT_M_S,
            sr0=near,
        )
        _digits(one, "srgrCoefficients", inverse)
        leaf(one, "gr0", 0.0)
        _digits(one, "grsrCoefficients", geometry.slant_of_ground)


def _digits(parent: Element, name: str, values: Numbers) -> None:
    SubElement(parent, name, {"count": str(len(values))}).text = " ".join(f"{value:.15e}" for value in values)


def _merging(parent: Element, scene: SafeScene, geometry: Geometry) -> None:
    bounds = swath_bounds(scene)
    merges = listed(parent, "swathMergeList", len(bounds))
    for name, first, last in bounds:
        merge = leaves(SubElement(merges, "swathMerge"), swath=name)
        leaves(
            SubElement(listed(merge, "swathBoundsList", 1), "swathBounds"),
            azimuthTime=stamp(first_line(scene, geometry)),
            firstAzimuthLine=0,
            firstRangeSample=first,
            lastAzimuthLine=scene.lines - 1,
            lastRangeSample=last,
        )


def _vectors(parent: Element, name: str, scene: SafeScene, geometry: Geometry) -> Iterable[Element]:
    seconds = line_seconds(scene, geometry)
    found = listed(parent, f"{name}List", len(seconds))
    for after in seconds:
        vector = SubElement(found, name)
        leaf(vector, "azimuthTime", stamp(first_line(scene, geometry) + timedelta(seconds=float(after))))
        leaf(vector, "line", round(after / geometry.line_s))
        yield vector


def calibration(scene: SafeScene, geometry: Geometry, polarisation: str) -> bytes:
    """The calibration tables."""
    root, tables = Element("calibration"), Tables.of(scene, geometry)
    header(root, scene, geometry, polarisation)
    leaf(SubElement(root, "calibrationInformation"), "absoluteCalibrationConstant", 1.0)
    tangent = np.tan(np.radians(tables.incidence_deg))
    for vector in _vectors(root, "calibrationVector", scene, geometry):
        leaf(vector, "pixel", tables.pixel.astype(np.int64))
        leaf(vector, "sigmaNought", tables.sigma)
        leaf(vector, "betaNought", np.full(tables.pixel.shape, BETA))
        leaf(vector, "gamma", BETA / np.sqrt(tangent))
        leaf(vector, "dn", np.full(tables.pixel.shape, BETA))
    return document(root)


def noise(scene: SafeScene, geometry: Geometry, polarisation: str) -> bytes:
    """The noise tables, across range and along azimuth."""
    root, tables = Element("noise"), Tables.of(scene, geometry)
    header(root, scene, geometry, polarisation)
    for vector in _vectors(root, "noiseRangeVector", scene, geometry):
        leaf(vector, "pixel", tables.pixel.astype(np.int64))
        leaf(vector, "noiseRangeLut", tables.noise_table(polarisation))
    bounds, lines = swath_bounds(scene), scallop_lines(scene)
    blocks = listed(root, "noiseAzimuthVectorList", len(bounds))
    for name, first, last in bounds:
        vector = leaves(
            SubElement(blocks, "noiseAzimuthVector"),
            swath=name,
            firstAzimuthLine=0,
            firstRangeSample=first,
            lastAzimuthLine=scene.lines - 1,
            lastRangeSample=last,
        )
        leaf(vector, "line", lines.astype(np.int64))
        leaf(vector, "noiseAzimuthLut", scallop(lines))
    return document(root)
