"""What a file is, from its first bytes and its metadata; nothing is decoded but a small sample.

The format is taken from the content, never from the ending, and only TIFF, JPEG 2000, PNG and JPEG are opened: GDAL knows
formats that follow paths and addresses written inside a file (VRT, WMS), and those are never given a chance.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from darkwake.errors import InputError
from darkwake.imagery.formats import Format, format_of
from darkwake.imagery.protocol import MAX_SCENE_PX, Header
from darkwake.imagery.raster import open_raster, sample

MAX_PICTURE_PX = 89_478_485
"""Largest plain picture, pixels: Pillow's own limit against decompression bombs (256 MiB of RGB)."""

_BAND_IN_NAME = re.compile(r"(?:^|[_\-.])(B\d{1,2}A?|VV|VH|HH|HV)(?=[_\-.]|$)", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+")


def read_header(path: Path) -> Header:
    """The header of a file, or an InputError naming the file and the remedy."""
    kind = format_of(path)
    if kind in ("safe", "stac"):
        # Size and bands stand in the annotation, which the sensor reads.
        return Header(path, kind, 0, 0, "uint16", True, (), _name_words(path), 0.0, False)
    return _picture_header(path, kind) if kind in ("png", "jpeg") else _raster_header(path, kind)


def open_picture(path: Path) -> Image.Image:
    """A PNG or JPEG, opened but not decoded, within the bound on pixels."""
    try:
        with warnings.catch_warnings():
            # Our own, tighter bound below stands in for Pillow's warning.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(path, formats=["PNG", "JPEG"])
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as fault:
        raise InputError(f"the picture cannot be read: {fault}", do="fetch it again", source=path) from fault
    width, height = picture.size
    if width * height > MAX_PICTURE_PX:
        what = f"the picture declares {width} x {height} pixels, more than {MAX_PICTURE_PX:,}"
        raise InputError(what, do="cut it, or write it as tiled TIFF", source=path)
    return picture


def _picture_header(path: Path, kind: Format) -> Header:
    with open_picture(path) as picture:
        grey = picture.mode in ("1", "L", "LA", "I;16", "I")
        bands = ("grey",) if grey else ("red", "green", "blue")
        (width, height), mode = picture.size, picture.mode
    return Header(path, kind, width, height, mode, False, bands, _name_words(path), 0.0, grey)


def _raster_header(path: Path, kind: Format) -> Header:
    with open_raster(path) as raster:
        width, height = raster.width, raster.height
        if width * height > MAX_SCENE_PX:
            what = f"the file declares {width} x {height} pixels, more than {MAX_SCENE_PX:,}"
            raise InputError(what, do="cut it into parts", source=path)
        colours = [interpretation.name for interpretation in raster.colorinterp]
        texts = [*(raster.descriptions or ()), *raster.tags().values(), *raster.tags(1).values(), *colours]
        words = _name_words(path) | {word for text in texts if text for word in _WORD.findall(text.lower())}
        named = raster.georeferenced
        bands = _bands(path, raster.count, colours, raster.descriptions)
        values = sample(raster)
        negative = float(np.mean(values < 0)) if values.size else 0.0
        return Header(path, kind, width, height, raster.dtype, named, bands, frozenset(words), negative, raster.count == 1)


def _name_words(path: Path) -> frozenset[str]:
    return frozenset(_WORD.findall(path.stem.lower()))


def _bands(path: Path, count: int, colours: list[str], told: tuple[str | None, ...]) -> tuple[str, ...]:
    """Names of the bands that carry an image: from their descriptions, the file's name, the colours, else numbers."""
    numbers = [n for n in range(1, len(colours) + 1) if colours[n - 1] != "alpha"]
    described = [_polarisation(told[n - 1] or "") for n in numbers]
    if any(described):
        return tuple(name or str(n) for name, n in zip(described, numbers, strict=True))
    in_name = _BAND_IN_NAME.findall(path.stem)
    if count == 1:
        return (in_name[-1].upper(),) if in_name else ("1",)
    if {"red", "green", "blue"} <= set(colours):
        return ("red", "green", "blue")
    return tuple(map(str, numbers))


def _polarisation(description: str) -> str:
    """The one polarisation that a band's description names, such as Sigma0_VV_db."""
    named = {word.upper() for word in _WORD.findall(description.lower()) if word in ("vv", "vh", "hh", "hv")}
    return named.pop() if len(named) == 1 else ""
