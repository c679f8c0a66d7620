"""The manifest of a simulated product: what it is, where it lies, which files it has, and that it is simulated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, register_namespace

from darkwake.simulation.safe_geometry import Geometry
from darkwake.simulation.safe_scene import FACILITY, PLATFORM_LETTER, SafeScene
from darkwake.simulation.safe_xml import DATA_TAKE, ORBIT_NUMBER, document, first_line, last_line, stamp

NAMESPACES = {
    "gml": "http://www.opengis.net/gml",
    "xfdu": "urn:ccsds:schema:xfdu:1",
    "safe": "http://www.esa.int/safe/sentinel-1.0",
    "s1": "http://www.esa.int/safe/sentinel-1.0/sentinel-1",
    "s1sarl1": "http://www.esa.int/safe/sentinel-1.0/sentinel-1/sar/level-1",
}
SCHEMAS = {
    "product": "s1Level1ProductSchema",
    "calibration": "s1Level1CalibrationSchema",
    "noise": "s1Level1NoiseSchema",
    "measurement": "s1Level1MeasurementSchema",
}
VERSION = "003.71"
"""The processor's version whose structure is written."""
READ_BYTES = 1 << 20


def manifest(product: Path, scene: SafeScene, geometry: Geometry, files: Mapping[str, str]) -> bytes:
    """The manifest of a folder; ``files`` are its parts (product, calibration, noise or measurement) by their names in it."""
    for prefix, address in NAMESPACES.items():
        register_namespace(prefix, address)
    root = Element(_q("xfdu", "XFDU"), {"version": "esa/safe/sentinel-1.0/sentinel-1/sar/level-1/grd/standard/iwdp"})
    _package(SubElement(root, "informationPackageMap"), files)
    metadata = SubElement(root, "metadataSection")
    _provenance(metadata, scene)
    _platform(metadata, scene)
    _product_information(metadata, scene)
    _period(metadata, scene, geometry)
    _footprint(metadata, scene, geometry)
    data = SubElement(root, "dataObjectSection")
    for name, kind in files.items():
        _object(data, product / name, name, kind)
    return document(root)


def _q(prefix: str, name: str) -> str:
    return f"{{{NAMESPACES[prefix]}}}{name}"


def _id(name: str) -> str:
    return Path(name).stem.replace("-", "")


def _package(parent: Element, files: Mapping[str, str]) -> None:
    title = "Sentinel-1 IW Level-1 GRD Product (simulated)"
    attributes = {"unitType": "SAFE Archive Information Package", "textInfo": title}
    whole = SubElement(parent, _q("xfdu", "contentUnit"), attributes)
    for name, kind in files.items():
        what = "Measurement Data Unit" if kind == "measurement" else "Metadata Unit"
        unit = SubElement(whole, _q("xfdu", "contentUnit"), {"unitType": what, "repID": SCHEMAS[kind]})
        SubElement(unit, "dataObjectPointer", {"dataObjectID": _id(name)})


def _wrapped(
    parent: Element, identity: str, text: str, *, classification: str = "DESCRIPTION", category: str = "DMD"
) -> Element:
    thing = SubElement(parent, "metadataObject", {"ID": identity, "classification": classification, "category": category})
    wrap = SubElement(thing, "metadataWrap", {"mimeType": "text/xml", "vocabularyName": "SAFE", "textInfo": text})
    return SubElement(wrap, "xmlData")


def _provenance(parent: Element, scene: SafeScene) -> None:
    data = _wrapped(parent, "processing", "Processing", classification="PROVENANCE", category="PDI")
    times = {"start": stamp(scene.time), "stop": stamp(scene.time)}
    processing = SubElement(data, _q("safe", "processing"), {"name": "Simulated GRD", **times})
    where = {"country": FACILITY, "name": FACILITY, "organisation": FACILITY, "site": FACILITY}
    facility = SubElement(processing, _q("safe", "facility"), where)
    SubElement(facility, _q("safe", "software"), {"name": "Sentinel-1 IPF (structure of; simulated)", "version": VERSION})


def _platform(parent: Element, scene: SafeScene) -> None:
    platform = SubElement(_wrapped(parent, "platform", "Platform Description"), _q("safe", "platform"))
    SubElement(platform, _q("safe", "nssdcIdentifier")).text = "0000-000A"
    SubElement(platform, _q("safe", "familyName")).text = "SENTINEL-1"
    SubElement(platform, _q("safe", "number")).text = PLATFORM_LETTER
    instrument = SubElement(platform, _q("safe", "instrument"))
    SubElement(instrument, _q("safe", "familyName"), {"abbreviation": "SAR"}).text = "Synthetic Aperture Radar"
    mode = SubElement(SubElement(instrument, _q("safe", "extension")), _q("s1sarl1", "instrumentMode"))
    SubElement(mode, _q("s1sarl1", "mode")).text = "IW"
    SubElement(mode, _q("s1sarl1", "swath")).text = "IW"
    orbit = SubElement(_wrapped(parent, "measurementOrbitReference", "Orbit Reference"), _q("safe", "orbitReference"))
    for end in ("start", "stop"):
        SubElement(orbit, _q("safe", "orbitNumber"), {"type": end}).text = str(ORBIT_NUMBER)
    properties = SubElement(SubElement(orbit, _q("safe", "extension")), _q("s1", "orbitProperties"))
    SubElement(properties, _q("s1", "pass")).text = scene.passing.upper()


def _product_information(parent: Element, scene: SafeScene) -> None:
    data = _wrapped(parent, "generalProductInformation", "General Product Information")
    one = SubElement(data, _q("s1sarl1", "standAloneProductInformation"))
    told = [
        ("instrumentConfigurationID", "0"),
        ("missionDataTakeID", str(DATA_TAKE)),
        *(("transmitterReceiverPolarisation", polarisation) for polarisation in scene.polarisations),
        ("productClass", "S"),
        ("productClassDescription", "SAR Standard L1 Product"),
        ("productComposition", "Individual"),
        ("productType", "GRD"),
        ("productTimelinessCategory", "Fast-24h"),
        ("sliceProductFlag", "false"),
    ]
    for name, text in told:
        SubElement(one, _q("s1sarl1", name)).text = text


def _period(parent: Element, scene: SafeScene, geometry: Geometry) -> None:
    period = SubElement(_wrapped(parent, "acquisitionPeriod", "Acquisition Period"), _q("safe", "acquisitionPeriod"))
    SubElement(period, _q("safe", "startTime")).text = stamp(first_line(scene, geometry))
    SubElement(period, _q("safe", "stopTime")).text = stamp(last_line(scene, geometry))


def _footprint(parent: Element, scene: SafeScene, geometry: Geometry) -> None:
    lat, lon = geometry.locate(
        [0.5, 0.5, scene.samples - 0.5, scene.samples - 0.5], [scene.lines - 0.5, 0.5, 0.5, scene.lines - 0.5]
    )
    frames = SubElement(_wrapped(parent, "measurementFrameSet", "Frame Set"), _q("safe", "frameSet"))
    frame = SubElement(frames, _q("safe", "frame"))
    place = SubElement(frame, _q("safe", "footPrint"), {"srsName": "http://www.opengis.net/gml/srs/epsg.xml#4326"})
    SubElement(place, _q("gml", "coordinates")).text = " ".join(f"{a:.6f},{b:.6f}" for a, b in zip(lat, lon, strict=True))


def _object(parent: Element, path: Path, name: str, kind: str) -> None:
    thing = SubElement(parent, "dataObject", {"ID": _id(name), "repID": SCHEMAS[kind]})
    mime = "application/octet-stream" if kind == "measurement" else "text/xml"
    stream = SubElement(thing, "byteStream", {"mimeType": mime, "size": str(path.stat().st_size)})
    SubElement(stream, "fileLocation", {"locatorType": "URL", "href": f"./{name}"})
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(READ_BYTES):
            digest.update(block)
    SubElement(stream, "checksum", {"checksumName": "MD5"}).text = digest.hexdigest()
