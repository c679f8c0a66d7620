"""Opening a product: which sensor reads a file is decided by content and metadata, or declared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from darkwake.errors import InputError
from darkwake.imagery.header import read_header
from darkwake.imagery.protocol import Options, Product
from darkwake.imagery.sensors import SENSORS


def open_product(path: Path, options: Options | None = None) -> Product:
    """Open an image with the first sensor of the registry that reads it.

    Args:
        path: a TIFF, JPEG 2000, PNG or JPEG; a Sentinel-1 SAFE folder, its manifest or its zip.
        options: what is declared about it; the rest is found out and stated in ``about.notes``.

    Raises:
        InputError: the file is missing, damaged, too large, or cannot be told; the line names file and remedy.
    """
    wanted = options or Options()
    if wanted.spacing_m is not None and not 0.05 <= wanted.spacing_m <= 1000:
        raise InputError(f"a pixel of {wanted.spacing_m} m", do="give --spacing between 0.05 and 1000 m", source=path)
    header = read_header(path)
    for sensor in SENSORS:
        if sensor.reads(header, wanted):
            return sensor.open(header, replace(wanted))
    raise InputError("cannot tell radar from optical", do="say --sensor sar or --sensor optical", source=path)
