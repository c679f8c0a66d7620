"""One scene from pixels to detections.

    land  ─►  tiles: hits  ─►  groups  ─►  cores  ─►  measured, named, scored

Memory holds one tile, the map of land and the list of hits; none of them follows the size of the image, but for the hits,
which are bounded by ``MAX_HITS``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from darkwake.detection.cfar import search_radar, smoothed, smoothing_px
from darkwake.detection.components import groups, optical_objects, radar_objects
from darkwake.detection.contrast import search_optical
from darkwake.detection.grid import Grid, Tile, halo_cells, tiles
from darkwake.detection.hits import Blob, Hits, joined
from darkwake.detection.land import Land, find_land
from darkwake.detection.measure import Measure, measure
from darkwake.detection.naming import in_a_line, in_an_arm, kind_of, score
from darkwake.detection.parameters import DetectionParameters
from darkwake.detection.survey import Clutter, survey
from darkwake.errors import InputError
from darkwake.imagery.protocol import Pixels, Product

MAX_HITS = 8_000_000
"""Pixels of one scene that may stand out (300 MiB); more of them means that this is no sea."""

AMPLITUDE_DECIBEL, POWER_DECIBEL = 20.0, 10.0

AXIS_FROM = 1.5
"""Length over beam from which an object has an axis worth naming (assumed)."""

Progress = Callable[[float], None]
"""Called with the share of the scene that is done."""


@dataclass(frozen=True)
class Found:
    """What one scene gave: rows of detections (without ids), and how many pixels were searched."""

    rows: list[dict[str, object]]
    searched_px: int
    areas: list[dict[str, object]]
    """What was searched, area by area: rows of ``schema.Searched`` without scene and origin."""


def search_scene(product: Product, parameters: DetectionParameters, progress: Progress | None = None) -> Found:
    """Search a product for ships."""
    grid = Grid.of(product, parameters.search)
    land = find_land(product, grid, parameters.land)
    clutter = scene_clutter(product, grid, land, parameters)
    hits, searched = search_tiles(product, grid, land, parameters, progress, clutter)
    objects = cut(hits, grid, product, parameters)
    return Found(describe(objects, grid, land, product, parameters), searched, [])


def scene_clutter(product: Product, grid: Grid, land: Land, parameters: DetectionParameters) -> list[Clutter]:
    """What a sample of a radar scene says of its sea; nothing for an optical one."""
    if product.about.kind != "sar":
        return []
    side = smoothing_px(grid, parameters.search)
    return survey(product, grid, land, stride=side, smooth=partial(smoothed, side=side))


def search_tiles(
    product: Product,
    grid: Grid,
    land: Land,
    parameters: DetectionParameters,
    progress: Progress | None,
    clutter: Sequence[Clutter],
) -> tuple[Hits, int]:
    """Hits of all tiles, each pixel searched once, and the number of pixels searched."""
    plan = list(tiles(grid, side_px=parameters.search.tile_px, halo_cells=halo_cells(grid)))
    parts, searched, count = [], 0, 0
    for done, tile in enumerate(plan, start=1):
        hits, pixels = search_tile(product, tile, grid, land, parameters, clutter)
        parts.append(hits)
        searched, count = searched + pixels, count + len(hits)
        if count > MAX_HITS:
            do = "check --radiometry and --sensor"
            raise InputError(f"more than {MAX_HITS:,} pixels stand out: this is no sea", do=do, source=product.about.path)
        if progress:
            progress(done / len(plan))
    return joined(parts), searched


def search_tile(
    product: Product, tile: Tile, grid: Grid, land: Land, parameters: DetectionParameters, clutter: Sequence[Clutter]
) -> tuple[Hits, int]:
    """Hits in the core of a tile, in the scene's coordinates, and how many of its pixels were searched."""
    window, core = tile.window, tile.core
    pixels = product.read(window)
    if not pixels.valid.any():
        return joined([]), 0
    hits, searched = _hits(pixels, land.cells(window, grid.cell_px), grid, product, parameters, clutter)
    hits = hits.moved(window.y0, window.x0)
    inside = (hits.y >= core.y0) & (hits.y < core.y1) & (hits.x >= core.x0) & (hits.x < core.x1)
    top, left = core.y0 - window.y0, core.x0 - window.x0
    rows, columns = core.shape
    return hits.only(inside), int(searched[top : top + rows, left : left + columns].sum())


def _hits(
    pixels: Pixels,
    land: NDArray[np.bool_],
    grid: Grid,
    product: Product,
    parameters: DetectionParameters,
    clutter: Sequence[Clutter],
) -> tuple[Hits, NDArray[np.bool_]]:
    if product.about.kind == "sar":
        return search_radar(pixels, land, grid, parameters.search, product.about.radiometry, clutter)
    return search_optical(pixels, land, grid, parameters.contrast)


def cut(hits: Hits, grid: Grid, product: Product, parameters: DetectionParameters) -> list[Blob]:
    """The objects among the hits."""
    reach = max(1, round(grid.px(parameters.search.link_m)))
    least = least_px(grid, product, parameters)
    objects: list[Blob] = []
    for group in groups(hits, reach, least):
        if product.about.kind == "sar":
            decibel = decibel_of(product)
            objects += radar_objects(group, reach, grid.spacing_m, parameters, decibel=decibel)
        else:
            objects += optical_objects(group, reach, least, parameters.shape)
    return objects


def least_px(grid: Grid, product: Product, parameters: DetectionParameters) -> int:
    """Pixels that an object needs; the radar's tests on windows have seen to it that one alone is enough."""
    area = math.ceil(parameters.search.smallest_m2 / grid.spacing_m**2)
    return area if product.about.kind == "sar" else max(parameters.search.least_px, area)


def decibel_of(product: Product) -> float:
    """10 for intensities; 20 for a grey picture, whose values are amplitudes as a rule."""
    return AMPLITUDE_DECIBEL if product.about.radiometry == "grey" else POWER_DECIBEL


def describe(
    objects: list[Blob], grid: Grid, land: Land, product: Product, parameters: DetectionParameters
) -> list[dict[str, object]]:
    """A row for each object, brightest first."""
    if not objects:
        return []
    cores = [blob.core for blob in objects]
    peaks = [int(pixels.value.argmax()) for pixels in cores]
    y = np.array([pixels.y[peak] for pixels, peak in zip(cores, peaks, strict=True)])
    x = np.array([pixels.x[peak] for pixels, peak in zip(cores, peaks, strict=True)])
    doubtful = land.near(y, x)
    if product.about.kind == "sar":
        levels = decibel_of(product) * np.log10([max(float(pixels.value.max()), 1e-12) for pixels in cores])
        doubtful |= in_an_arm(y, x, levels, parameters, grid.spacing_m)
    lines = in_a_line(cores, parameters, grid.spacing_m)
    rows = [
        _row(blob, product, parameters, line=bool(line), doubtful=bool(doubt))
        for blob, line, doubt in zip(objects, lines, doubtful, strict=True)
    ]
    return sorted(rows, key=lambda row: (-float(str(row["score"])), float(str(row["y0"])), float(str(row["x0"]))))


def _row(blob: Blob, product: Product, parameters: DetectionParameters, *, line: bool, doubtful: bool) -> dict[str, object]:
    pixels = blob.core
    x0, x1, y0, y1 = int(pixels.x.min()), int(pixels.x.max()) + 1, int(pixels.y.min()), int(pixels.y.max()) + 1
    x, y = float(pixels.x.mean()) + 0.5, float(pixels.y.mean()) + 0.5
    axes = product.axes_m(x, y)
    measured = measure(pixels, blob.whole, axes, product.about.kind, largest_m=parameters.search.largest_ship_m)
    kind = kind_of(measured, parameters, line=line, doubtful=doubtful)
    row: dict[str, object] = {
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
        "kind": kind,
        "score": round(score(pixels, measured, kind), 4),
    }
    return row | _sizes(measured) | _place(product, x, y, measured) | {"contrast": round(pixels.contrast, 2)}


def _sizes(measured: Measure) -> dict[str, object]:
    names = ("length_m", "length_lo", "length_hi", "beam_m")
    return {name: round(float(getattr(measured, name)), 1) for name in names}


def _place(product: Product, x: float, y: float, measured: Measure) -> dict[str, object]:
    located = product.locate([x], [y])
    if located is None:
        return {"lat": None, "lon": None, "heading_deg": None}
    axis = round(measured.axis_deg, 1) % 180.0 if measured.length_m >= AXIS_FROM * measured.beam_m else None
    return {"lat": float(located[0][0]), "lon": float(located[1][0]), "heading_deg": axis}
