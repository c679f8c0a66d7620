"""Pictures of detections for a person: a chip of each, and an overview of the scene."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from darkwake.detection.grid import Grid
from darkwake.detection.land import overview
from darkwake.detection.parameters import SearchParameters
from darkwake.imagery import Product, Window

CHIP_PX = 176
"""Side of a chip on the sheet."""

AROUND_M, MARGIN = 250.0, 2.2
"""A chip shows at least 250 m around the middle, and 2.2 times the box."""

OVERVIEW_PX = 1500
"""Longest side of the overview."""

COLOURS = {"ship": (0, 158, 115), "pair": (86, 180, 233), "unknown": (230, 159, 0), "structure": (204, 121, 167)}
"""Box colours that colour-blind readers tell apart (Okabe and Ito 2008)."""

LOW, HIGH = 1.0, 99.7
"""Percentiles between which a picture is stretched."""

Row = dict[str, object]


def number(row: Row, word: str) -> float:
    """A numeric column of a row."""
    return float(str(row[word]))


def chip(product: Product, row: Row) -> Image.Image:
    """A square picture around a detection, with its box."""
    x, y = (number(row, "x0") + number(row, "x1")) / 2, (number(row, "y0") + number(row, "y1")) / 2
    grid = Grid.of(product, SearchParameters())
    box_px = max(number(row, "x1") - number(row, "x0"), number(row, "y1") - number(row, "y0"))
    half = math.ceil(min(max(grid.px(AROUND_M), MARGIN * box_px / 2, 8.0), 512.0))
    window = Window(int(x) - half, int(y) - half, int(x) + half, int(y) + half)
    seen = window.grown(0, product.about.width, product.about.height)
    picture = Image.new("RGB", (2 * half, 2 * half))
    picture.paste(stretched(product, product.read(seen).values), (seen.x0 - window.x0, seen.y0 - window.y0))
    scale = CHIP_PX / (2 * half)
    large = picture.resize((CHIP_PX, CHIP_PX), Image.Resampling.NEAREST)
    _box(large, row, scale, (window.x0, window.y0))
    return large


def stretched(product: Product, values: NDArray[np.float32]) -> Image.Image:
    """Values as a picture: radar power in decibels, everything between two percentiles."""
    shown = np.moveaxis(values, 0, -1).astype(np.float64)
    if product.about.radiometry in ("db", "linear", "dn"):
        shown = np.log10(np.maximum(shown, 1e-4)) if product.about.kind == "sar" else shown
    low, high = np.percentile(shown, [LOW, HIGH])
    grey = (np.clip((shown - low) / max(high - low, 1e-9), 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(grey.repeat(3, axis=2) if grey.shape[2] == 1 else grey)


def scene_picture(product: Product, rows: list[Row]) -> Image.Image:
    """The whole scene, reduced, with a numbered box for each row."""
    grid = Grid.of(product, SearchParameters())
    reduce_by = max(1, math.ceil(max(grid.width, grid.height) / OVERVIEW_PX))
    means, _ = overview(product, grid, reduce_by)
    enlarge = max(1, round(OVERVIEW_PX / max(means.shape)))
    small = stretched(product, means[np.newaxis])
    picture = small.resize((small.width * enlarge, small.height * enlarge), Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(picture)
    for position, row in enumerate(rows, start=1):
        _box(picture, row, enlarge / reduce_by, (0, 0), margin=3)
        place = number(row, "x1") * enlarge / reduce_by + 5, number(row, "y0") * enlarge / reduce_by - 8
        draw.text(place, str(position), fill=COLOURS[str(row["kind"])], stroke_width=1, stroke_fill="black")
    return picture


def _box(picture: Image.Image, row: Row, scale: float, origin: tuple[int, int], margin: int = 2) -> None:
    x0, y0, x1, y1 = (number(row, side) for side in ("x0", "y0", "x1", "y1"))
    corners = [(x0 - origin[0]) * scale - margin, (y0 - origin[1]) * scale - margin]
    corners += [(x1 - origin[0]) * scale + margin, (y1 - origin[1]) * scale + margin]
    ImageDraw.Draw(picture).rectangle(corners, outline=COLOURS[str(row["kind"])])


def write_chips(product: Product, rows: list[Row], folder: Path) -> list[Path]:
    """One PNG a row, named by its detection's id."""
    paths = []
    for row in rows:
        path = folder / f"{row['detection_id']}.png"
        chip(product, row).save(path)
        paths.append(path)
    return paths
