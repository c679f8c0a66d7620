"""Small Sentinel-1 products: the real annotation of one, with images of a few hundred pixels."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray

from tests.imagery.rasters import write_tiff

S1A = "S1A_IW_GRDH_1SDV_20221002T205126_20221002T205156_045268_056950_0664.SAFE"
S1B = "S1B_IW_GRDH_1SDV_20210401T052623_20210401T052648_026269_032297_ECC8.SAFE"
STEM = "s1a-iw-grd-{}-20221002t205126-20221002t205156-045268-056950-00{}"
NUMBER = {"vv": 1, "vh": 2}
LINES, PIXELS = 700, 500
"""Crosses the calibration's second vector (line 672)."""


def archive(shared: Path, name: str) -> Path:
    """The real product's zip."""
    return shared / "sar" / "safe_annotation" / f"{name}.zip"


def stem(polarisation: str) -> str:
    """The name that all files of a polarisation share."""
    return STEM.format(polarisation, NUMBER[polarisation])


def annotation_bytes(shared: Path, name: str = S1A) -> bytes:
    """The real annotation of VV."""
    with zipfile.ZipFile(archive(shared, name)) as packed:
        member = next(one for one in packed.namelist() if re.search(r"annotation/s1.-iw-grd-vv", one))
        return packed.read(member)


def table_bytes(shared: Path, kind: str) -> bytes:
    """The real calibration or noise of VV."""
    with zipfile.ZipFile(archive(shared, S1A)) as packed:
        return packed.read(f"{S1A}/annotation/calibration/{kind}-{stem('vv')}.xml")


def write_safe(shared: Path, folder: Path, numbers: dict[str, NDArray[np.uint16]]) -> Path:
    """A SAFE folder of the real S1A annotation, cut to the size of images given by polarisation (``vv``, ``vh``)."""
    with zipfile.ZipFile(archive(shared, S1A)) as packed:
        packed.extractall(folder)
    safe = folder / S1A
    for polarisation, image in numbers.items():
        path = safe / "annotation" / f"{stem(polarisation)}.xml"
        lines, pixels = image.shape
        edit(path, r"<numberOfSamples>\d+<", f"<numberOfSamples>{pixels}<")
        edit(path, r"<numberOfLines>\d+<", f"<numberOfLines>{lines}<")
        (safe / "measurement").mkdir(exist_ok=True)
        write_tiff(safe / "measurement" / f"{stem(polarisation)}.tiff", image, crs=None, transform=rasterio.Affine.identity())
    return safe


def edit(path: Path, pattern: str, by: str) -> None:
    """Replace what a pattern matches in a text file."""
    path.write_text(re.sub(pattern, by, path.read_text(), flags=re.DOTALL))


def zipped(safe: Path, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """The folder as a zip beside it."""
    path = safe.with_name(f"{safe.name}.zip")
    with zipfile.ZipFile(path, "w", method) as packed:
        for file in sorted(safe.rglob("*")):
            packed.write(file, file.relative_to(safe.parent))
    return path


def echoes(seed: int = 1, level: int = 60) -> NDArray[np.uint16]:
    """Digital numbers of an even sea, none of them 0."""
    power = np.random.default_rng(seed).gamma(4.4, level**2 / 4.4, (LINES, PIXELS))
    return np.maximum(np.sqrt(power), 1).astype(np.uint16)


def without(safe: Path, pattern: str) -> Path:
    """The folder without some of its files."""
    for file in safe.glob(pattern):
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    return safe
