"""A scene tile by tile: hits, and the account of what was searched.

Tiles are read one after another and searched on a few threads (NumPy lets go of the interpreter); a few of them are in
memory at a time. What is found depends neither on the size of the tiles nor on the number of threads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from darkwake.detection.cfar import Seen, search_window, smoothed, smoothing_px
from darkwake.detection.contrast import search_optical
from darkwake.detection.grid import Grid, Tile, cell_sums, halo_cells, tiles, whole_cells
from darkwake.detection.hits import Hits, joined
from darkwake.detection.land import Land
from darkwake.detection.parameters import DetectionParameters
from darkwake.detection.searched import Areas, tells_size
from darkwake.detection.survey import Clutter, survey
from darkwake.detection.zones import ghosts, interference
from darkwake.errors import InputError
from darkwake.imagery.protocol import Pixels, Product, Window

MAX_HITS = 8_000_000
"""Pixels of one scene that may stand out (300 MiB); more of them means that this is no sea."""

Progress = Callable[[float], None]
"""Called with the share of the scene that is done."""

Cells = NDArray[np.bool_]


@dataclass(frozen=True)
class Scene:
    """A product with what is known of it before the search: land, disturbed sea, places of ghosts, clutter."""

    product: Product
    grid: Grid
    land: Land
    disturbed: Land
    ghosts: Land
    clutter: Sequence[Clutter]
    parameters: DetectionParameters

    @classmethod
    def of(cls, product: Product, grid: Grid, land: Land, parameters: DetectionParameters) -> Scene:
        """A scene made ready; for an optical one there is nothing but land."""
        nothing = replace(land, mask=np.zeros_like(land.mask))
        if product.about.kind != "sar" or land.decibel is None or product.about.radiometry == "grey":
            return cls(product, grid, land, nothing, nothing, clutter_of_scene(product, grid, land, parameters), parameters)
        sea = land.known & ~land.mask
        level = float(np.median(land.decibel[sea])) if sea.any() else np.inf
        # Lines of a map are no lines of the radar: there a breakwater along a row would pass for a transmitter.
        streaks = product.acquisition is not None
        disturbed = replace(land, mask=interference(land.decibel, sea, land.cell_px * grid.spacing_m)) if streaks else nothing
        zone = replace(land, mask=ghosts(product, land.decibel, level, grid, land.cell_px))
        return cls(product, grid, land, disturbed, zone, clutter_of_scene(product, grid, land, parameters), parameters)


def clutter_of_scene(product: Product, grid: Grid, land: Land, parameters: DetectionParameters) -> list[Clutter]:
    """What a sample of a radar scene says of its sea; nothing for an optical one."""
    if product.about.kind != "sar":
        return []
    side = smoothing_px(grid, parameters.search)
    return survey(product, grid, land, stride=side, smooth=partial(smoothed, side=side))


@dataclass(frozen=True)
class Swept:
    """Hits of a scene, each pixel searched once, how many pixels were searched, and the account of its areas."""

    hits: Hits
    searched_px: int
    areas: Areas


def sweep(scene: Scene, progress: Progress | None = None) -> Swept:
    """Search all tiles."""
    plan = list(tiles(scene.grid, side_px=scene.parameters.search.tile_px, halo_cells=halo_cells(scene.grid)))
    parts: list[Hits] = []
    searched = count = 0
    areas = Areas(scene.grid)
    for done, (tile, pixels, seen) in enumerate(in_order(scene, plan), start=1):
        hits, account = inside(tile, pixels, seen, scene, areas)
        parts.append(hits)
        searched, count = searched + account, count + len(hits)
        if count > MAX_HITS:
            do = "check --radiometry and --sensor"
            raise InputError(f"more than {MAX_HITS:,} pixels stand out: this is no sea", do=do, source=scene.product.about.path)
        if progress:
            progress(done / len(plan))
    return Swept(joined(parts), searched, areas)


def in_order(scene: Scene, plan: Sequence[Tile]) -> Iterator[tuple[Tile, NDArray[np.bool_], Seen]]:
    """Tiles with what is valid of them and what was seen, in their order; files are read on this thread alone."""
    threads = max(1, scene.parameters.search.threads)
    waiting: deque[tuple[Tile, NDArray[np.bool_], Future[Seen]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for tile in plan:
            pixels = scene.product.read(tile.window)
            waiting.append((tile, pixels.valid, pool.submit(look, scene, pixels, tile.window)))
            if len(waiting) > threads:
                first, valid, future = waiting.popleft()
                yield first, valid, future.result()
        for first, valid, future in waiting:
            yield first, valid, future.result()


def look(scene: Scene, pixels: Pixels, window: Window) -> Seen:
    """Search a window by the rules of its kind."""
    cell_px, parameters = scene.grid.cell_px, scene.parameters
    if not pixels.valid.any():
        return Seen(joined([]), np.zeros_like(whole_cells(pixels.valid, cell_px)), [])
    left_out = scene.land.cells(window, cell_px) | scene.disturbed.cells(window, cell_px)
    if scene.product.about.kind == "sar":
        radiometry = scene.product.about.radiometry
        return search_window(pixels, left_out, scene.grid, parameters.search, radiometry, scene.clutter, weigh=True)
    hits, searched = search_optical(pixels, left_out, scene.grid, parameters.contrast)
    return Seen(hits, searched, [])


def inside(tile: Tile, valid: NDArray[np.bool_], seen: Seen, scene: Scene, areas: Areas) -> tuple[Hits, int]:
    """Hits in the core of a tile, in the scene's coordinates, and how many of its pixels were searched; areas are added up."""
    window, core = tile.window, tile.core
    hits = seen.hits.moved(window.y0, window.x0)
    within = (hits.y >= core.y0) & (hits.y < core.y1) & (hits.x >= core.x0) & (hits.x < core.x1)
    rows, columns = (slice(low - begin, high - begin) for low, high, begin in _spans(tile))
    searched = seen.searched[rows, columns]
    account(tile, valid[rows, columns], searched, scene, areas)
    cells = _cells(tile, scene.grid.cell_px)
    for band, needs in zip(scene.product.about.bands, seen.needs, strict=False):
        known = cell_sums(whole_cells(searched, scene.grid.cell_px), scene.grid.cell_px) > 0
        for need in needs if tells_size(scene.product, band) else []:
            areas.add_need(core, band, replace(need, value=np.where(known, need.value[cells], np.inf), sea=need.sea[cells]))
    return hits.only(within), int(searched.sum())


def account(tile: Tile, valid: NDArray[np.bool_], searched: NDArray[np.bool_], scene: Scene, areas: Areas) -> None:
    """Add a core to the account: every pixel is land, disturbed, without data or searched."""
    cell_px = scene.grid.cell_px
    whole, found = (cell_sums(whole_cells(part, cell_px), cell_px) for part in (np.ones_like(valid), searched))
    told = cell_sums(whole_cells(valid, cell_px), cell_px)
    land, disturbed, zone = (part.cells(tile.core, cell_px) for part in (scene.land, scene.disturbed, scene.ghosts))
    areas.add(tile.core, "searched", found)
    areas.add(tile.core, "land", np.where(land, told, 0.0))
    areas.add(tile.core, "interference", np.where(disturbed & ~land, told, 0.0))
    areas.add(tile.core, "nodata", np.where(land | disturbed, whole - told, whole - found))
    areas.add(tile.core, "ambiguity", np.where(zone, found, 0.0))


def _spans(tile: Tile) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    window, core = tile.window, tile.core
    return (core.y0, core.y1, window.y0), (core.x0, core.x1, window.x0)


def _cells(tile: Tile, cell_px: int) -> tuple[slice, slice]:
    rows, columns = (slice((low - begin) // cell_px, -((begin - high) // cell_px)) for low, high, begin in _spans(tile))
    return rows, columns
