"""Which files a Sentinel-1 product has, by polarisation, and where they lie: a folder, a zip, or a catalogue's addresses.

Files are found by their names in the folders that the product specification gives them (S1-RS-MDA-52-7441, section 3); a
path that stands in the manifest is never followed. The manifest says which version of the processor wrote the product, and
which files it should have: those that are absent are named in ``notes``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol
from xml.etree.ElementTree import Element

from darkwake.errors import InputError
from darkwake.imagery.formats import MANIFEST
from darkwake.imagery.sentinel1.measurement import Address
from darkwake.imagery.sentinel1.xml import MAX_XML_BYTES, parsed

POLARISATIONS = ("VV", "VH", "HH", "HV")
"""In the order of the bands: the polarisation in which ships and sea are brightest first."""

_NAME = r"s1[a-z]-[a-z0-9]{2}-grd[a-z]?-(vv|vh|hh|hv)-[a-z0-9-]{1,120}"
_KINDS = {
    "measurement": re.compile(rf"measurement/{_NAME}\.tiff?", re.IGNORECASE),
    "annotation": re.compile(rf"annotation/{_NAME}\.xml", re.IGNORECASE),
    "calibration": re.compile(rf"annotation/calibration/calibration-{_NAME}\.xml", re.IGNORECASE),
    "noise": re.compile(rf"annotation/calibration/noise-{_NAME}\.xml", re.IGNORECASE),
}

MAX_FILES = 2000
"""Most files of a product; a full one has about thirty."""

MAX_NAMED = 2
"""Most absent files that a note names."""

Part = Path | bytes


@dataclass(frozen=True)
class Sentinel1Files:
    """The files of a product by polarisation (``VV``, ``VH``, ``HH``, ``HV``).

    Args:
        path: what messages name: the folder, the zip, or the name of a catalogue's item.
        measurements: where the images lie: local paths, or what a program serves
            (:class:`~darkwake.imagery.sentinel1.measurement.Served`).
        annotations, calibrations, noises: XML as local paths or as bytes.
        version: version of the processor (IPF), where it is known.
        settings: settings of GDAL for the measurements, such as time limits and headers of a server.
        notes: what is to be said of the product.
    """

    path: Path
    measurements: Mapping[str, Address]
    annotations: Mapping[str, Part]
    calibrations: Mapping[str, Part] = field(default_factory=dict)
    noises: Mapping[str, Part] = field(default_factory=dict)
    version: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Package(Protocol):
    """A product's files by their names below its folder."""

    @property
    def path(self) -> Path:
        """The folder or the archive."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files, with slashes."""
        ...

    def part(self, name: str) -> Part:
        """A small file."""
        ...

    def address(self, name: str) -> Path | str:
        """Where GDAL finds a file."""
        ...


@dataclass(frozen=True)
class Folder:
    """A SAFE folder."""

    path: Path

    @property
    def names(self) -> tuple[str, ...]:
        """Files of the folders of a product."""
        below = ("", "measurement", "annotation", "annotation/calibration", "annotation/rfi", "preview", "preview/icons")
        found = [file for folder in below if (self.path / folder).is_dir() for file in (self.path / folder).iterdir()]
        if len(found) > MAX_FILES:
            raise InputError(f"{len(found)} files", do="give one SAFE folder", source=self.path)
        return tuple(sorted(file.relative_to(self.path).as_posix() for file in found if file.is_file()))

    def part(self, name: str) -> Part:
        """The file's path."""
        return self.path / name

    def address(self, name: str) -> Path | str:
        """The file's path."""
        return self.path / name


def folder_of(path: Path) -> Path:
    """The SAFE folder of a folder or of the manifest in it."""
    return path if path.is_dir() else path.parent


def read_part(part: Part, source: str) -> bytes:
    """The bytes of a small file, bounded."""
    if isinstance(part, bytes):
        return part
    try:
        with part.open("rb") as stream:
            return stream.read(MAX_XML_BYTES + 1)
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", do="check the file", source=source) from fault


def files_of(package: Package) -> Sentinel1Files:
    """The files of a package, and what is absent of those its manifest names."""
    found = {kind: _by_polarisation(package.names, pattern) for kind, pattern in _KINDS.items()}
    version, notes = None, []
    if MANIFEST in package.names:
        version, absent = _manifest(package)
        if absent:
            more = f" and {len(absent) - MAX_NAMED} more" if len(absent) > MAX_NAMED else ""
            notes.append(f"the manifest names files that are absent: {', '.join(absent[:MAX_NAMED])}{more}")
    else:
        notes.append("the manifest is absent: files were found by their names")
    return Sentinel1Files(
        path=package.path,
        measurements={key: package.address(name) for key, name in found["measurement"].items()},
        annotations={key: package.part(name) for key, name in found["annotation"].items()},
        calibrations={key: package.part(name) for key, name in found["calibration"].items()},
        noises={key: package.part(name) for key, name in found["noise"].items()},
        version=version,
        notes=tuple(notes),
    )


def product_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """The files that make the product what it is: manifest, annotation, calibration, noise, measurement."""
    return tuple(name for name in names if name == MANIFEST or any(kind.fullmatch(name) for kind in _KINDS.values()))


def _by_polarisation(names: tuple[str, ...], pattern: re.Pattern[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        match = pattern.fullmatch(name)
        if match:
            found.setdefault(match[1].upper(), name)
    return {key: found[key] for key in POLARISATIONS if key in found}


def processor_version(manifest: Part, source: str) -> str | None:
    """The version of the processor (IPF) that made a product, by its manifest."""
    return _version(parsed(read_part(manifest, source), source))


def _manifest(package: Package) -> tuple[str | None, list[str]]:
    """The processor's version, and the names of files that should be there and are not."""
    source = f"{package.path}/{MANIFEST}"
    root = parsed(read_part(package.part(MANIFEST), source), source)
    hrefs = [element.get("href", "") for element in root.iter("fileLocation")]
    named = {str(PurePosixPath(href)) for href in hrefs if not href.startswith(("./support", "support"))}
    return _version(root), sorted(named - set(package.names) - {"."})


def _version(root: Element) -> str | None:
    software = [element for element in root.iter() if element.tag.endswith("}software")]
    return next((element.get("version") for element in software if "IPF" in element.get("name", "")), None)
