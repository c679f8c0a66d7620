"""Pictures of detections for a person: a chip of each, and an overview of the scene.

A radar chip shows every polarisation beside the others, each stretched by itself; an optical one is in colour where the
image is. On it: the box in the colour of its kind, ticks along the axis of the hull (an arrow where bow and stern are told
apart), and a bar of round length.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from darkwake.detection.grid import Grid
from darkwake.detection.land import overview
from darkwake.detection.parameters import SearchParameters
from darkwake.imagery import Pixels, Product, Window

CHIP_PX = 176
"""Side of a panel on the sheet; a chip has one for each polarisation."""

BETWEEN_PX = 2
"""Between two panels of a chip."""

AROUND_M, MARGIN = 350.0, 2.2
"""A chip shows at least 350 m around the middle, and 2.2 times the box."""

OVERVIEW_PX = 1500
"""Longest side of the overview."""

COLOURS = {"ship": (0, 158, 115), "pair": (86, 180, 233), "unknown": (230, 159, 0), "structure": (204, 121, 167)}
"""Box colours that colour-blind readers tell apart (Okabe and Ito 2008)."""

LOW, HIGH = 1.0, 99.7
"""Percentiles between which a picture is stretched."""

BELOW, ABOVE = 0.8, 1.6
"""Radar: 8 dB below the middle of a picture is black, and nothing less than 16 dB above it is white."""

BARS_M = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Lengths of the bar; the longest that is no more than two fifths of the chip is drawn."""

INK = (255, 255, 255)

Row = dict[str, object]


def number(row: Row, word: str) -> float:
    """A numeric column of a row."""
    return float(str(row[word]))


def known(row: Row, word: str) -> float | None:
    """A numeric column that may be null or left out."""
    return None if row.get(word) is None else float(str(row[word]))


def chip(product: Product, row: Row) -> Image.Image:
    """A picture around a detection: one square panel for each polarisation, side by side."""
    x, y = (number(row, "x0") + number(row, "x1")) / 2, (number(row, "y0") + number(row, "y1")) / 2
    grid = Grid.of(product, SearchParameters())
    box_px = max(number(row, "x1") - number(row, "x0"), number(row, "y1") - number(row, "y0"))
    half = math.ceil(min(max(grid.px(AROUND_M), MARGIN * box_px / 2, 8.0), 512.0))
    window = Window(int(x) - half, int(y) - half, int(x) + half, int(y) + half)
    seen = window.grown(0, product.about.width, product.about.height)
    shown = pictures(product, product.read(seen))
    joined = Image.new("RGB", (len(shown) * (CHIP_PX + BETWEEN_PX) - BETWEEN_PX, CHIP_PX), "white")
    for n, (band, picture) in enumerate(shown):
        panel = Image.new("RGB", (2 * half, 2 * half), (40, 40, 60))
        panel.paste(picture, (seen.x0 - window.x0, seen.y0 - window.y0))
        large = panel.resize((CHIP_PX, CHIP_PX), Image.Resampling.NEAREST)
        _marked(large, product, row, window, CHIP_PX / (2 * half))
        if len(shown) > 1:
            _text(ImageDraw.Draw(large), (4, 2), band)
        joined.paste(large, (n * (CHIP_PX + BETWEEN_PX), 0))
    return joined


def _marked(panel: Image.Image, product: Product, row: Row, window: Window, scale: float) -> None:
    x, y = (number(row, "x0") + number(row, "x1")) / 2, (number(row, "y0") + number(row, "y1")) / 2
    box(panel, row, scale, (window.x0, window.y0))
    steps = product.axes_m(x, y)
    _ticks(panel, row, steps, ((x - window.x0) * scale, (y - window.y0) * scale), scale)
    _bar(ImageDraw.Draw(panel), float(np.hypot(*steps[0])) / scale)


def _ticks(panel: Image.Image, row: Row, steps_m: NDArray[np.float64], middle: tuple[float, float], scale: float) -> None:
    """Short lines beyond both ends of the hull along its axis; an arrow at the bow where it is known."""
    bow, axis = known(row, "bow_deg"), known(row, "heading_deg")
    bearing = axis if bow is None else bow
    if bearing is None:
        return
    # A step of one metre along the bearing, in pixels: (east, north) = (x, y) @ steps.
    east_north = np.array([math.sin(math.radians(bearing)), math.cos(math.radians(bearing))])
    metre = east_north @ np.linalg.inv(steps_m) * scale
    per_m = float(np.hypot(*metre))
    start_m = (known(row, "length_m") or 0.0) / 2 + 7 / per_m
    draw, colour = ImageDraw.Draw(panel), COLOURS[str(row["kind"])]
    for side in (1, -1):
        inner, outer = (np.array(middle) + side * metre * reach for reach in (start_m, start_m + 14 / per_m))
        draw.line([*inner, *outer], fill=colour, width=2)
        if bow is not None and side == 1:
            across = np.array([-metre[1], metre[0]]) / per_m * 4
            draw.polygon([tuple(outer + metre / per_m * 6), tuple(outer + across), tuple(outer - across)], fill=colour)


def _bar(draw: ImageDraw.ImageDraw, metres_per_px: float) -> None:
    fits = [length for length in BARS_M if length / metres_per_px <= 0.4 * CHIP_PX]
    if not fits:
        return
    left, bottom, width = 6, CHIP_PX - 7, fits[-1] / metres_per_px
    draw.rectangle([left - 1, bottom - 2, left + width + 1, bottom + 2], fill=(0, 0, 0))
    draw.rectangle([left, bottom - 1, left + width, bottom + 1], fill=INK)
    _text(draw, (left, bottom - 16), f"{fits[-1]} m")


def _text(draw: ImageDraw.ImageDraw, place: tuple[float, float], words: str) -> None:
    draw.text(place, words, fill=INK, font=font(11), stroke_width=1, stroke_fill=(0, 0, 0))


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font of Pillow itself, so that pictures do not depend on what a machine has."""
    return ImageFont.load_default(size)


def pictures(product: Product, pixels: Pixels) -> list[tuple[str, Image.Image]]:
    """Pixels as pictures by band: each polarisation by itself, an optical image as one."""
    about = product.about
    if about.kind != "sar":
        return [("", stretched(product, pixels.values, pixels.valid))]
    names = [*about.bands, *("" for _ in range(len(pixels.values) - len(about.bands)))]
    return [
        (name.upper(), stretched(product, band[np.newaxis], pixels.valid))
        for name, band in zip(names, pixels.values, strict=False)
    ]


def stretched(product: Product, values: NDArray[np.float32], valid: NDArray[np.bool_] | None = None) -> Image.Image:
    """Values as a picture: radar power in decibels around the sea, all else between two percentiles of what is valid."""
    shown = np.moveaxis(values, 0, -1).astype(np.float64)
    counted = shown if valid is None or not valid.any() else shown[valid]
    if product.about.kind == "sar" and product.about.radiometry in ("db", "linear", "dn"):
        level = max(float(np.median(counted)), 1e-6)
        low, high = np.log10(level) - BELOW, max(np.log10(max(np.percentile(counted, HIGH), 1e-6)), np.log10(level) + ABOVE)
        shown = np.log10(np.maximum(shown, 1e-9))
    else:
        low, high = np.percentile(counted, [LOW, HIGH])
    grey = (np.clip((shown - low) / max(high - low, 1e-9), 0, 1) * 255).astype(np.uint8)
    if grey.shape[2] not in (1, 3):
        grey = grey[:, :, :1]
    return Image.fromarray(grey.repeat(3, axis=2) if grey.shape[2] == 1 else grey)


def scene_picture(product: Product) -> tuple[Image.Image, float]:
    """The whole scene, reduced, and how many of its pixels one pixel of the scene is."""
    grid = Grid.of(product, SearchParameters())
    reduce_by = max(1, math.ceil(max(grid.width, grid.height) / OVERVIEW_PX))
    means, seen = overview(product, grid, reduce_by)
    enlarge = max(1, round(OVERVIEW_PX / max(means.shape)))
    small = stretched(product, means[np.newaxis], seen)
    resized = small.resize((small.width * enlarge, small.height * enlarge), Image.Resampling.NEAREST)
    return resized, enlarge / reduce_by


def numbered(picture: Image.Image, rows: list[Row], scale: float) -> Image.Image:
    """The overview with a numbered box for each row."""
    drawn = picture.copy()
    draw = ImageDraw.Draw(drawn)
    for position, row in enumerate(rows, start=1):
        box(drawn, row, scale, (0, 0), margin=3)
        place = number(row, "x1") * scale + 5, number(row, "y0") * scale - 14
        colour = COLOURS[str(row["kind"])]
        left, top, right, bottom = draw.textbbox(place, str(position), font=font(12))
        draw.rectangle([left - 2, top - 2, right + 2, bottom + 2], fill=colour)
        draw.text(place, str(position), fill=INK, font=font(12))
    return drawn


def box(picture: Image.Image, row: Row, scale: float, origin: tuple[int, int], margin: int = 2) -> None:
    """Draw the box of a row."""
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
