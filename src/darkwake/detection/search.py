"""One scene from pixels to detections.

    land  ─►  tiles: hits  ─►  groups  ─►  cores  ─►  measured, named, scored

Memory holds one tile, the map of land and the list of hits; none of them follows the size of the image, but for the hits,
which are bounded (``sweep.MAX_HITS``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from darkwake.detection.abreast import lie_abreast
from darkwake.detection.components import groups, optical_objects, radar_objects
from darkwake.detection.grid import Grid
from darkwake.detection.hits import Blob, Hits
from darkwake.detection.judging import OPERATING, Judged, judged, verdict
from darkwake.detection.land import Land, find_land
from darkwake.detection.measure import Measure, measure
from darkwake.detection.measuring import ChipMeasurement
from darkwake.detection.measuring_scene import Place, chip_at, columns_at
from darkwake.detection.naming import kind_of, score
from darkwake.detection.network import ship_network
from darkwake.detection.pairs import SURE as SURE_OF_TWO
from darkwake.detection.parameters import DetectionParameters, SearchParameters
from darkwake.detection.surroundings import Around, doubts_around, doubts_in, doubts_of_size, doubts_of_two, surroundings
from darkwake.detection.sweep import Progress, Scene, sweep
from darkwake.imagery.protocol import Product

AMPLITUDE_DECIBEL, POWER_DECIBEL = 20.0, 10.0

AXIS_FROM = 1.5
"""Length over beam from which an object has an axis worth naming (assumed)."""


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
    scene = Scene.of(product, grid, land, parameters)
    swept = sweep(scene, progress)
    objects = seen(cut(swept.hits, grid, product, parameters), grid, land, product, parameters.search)
    return Found(describe(objects, scene), swept.searched_px, swept.areas.rows(product))


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


def seen(objects: list[Blob], grid: Grid, land: Land, product: Product, search: SearchParameters) -> list[Judged]:
    """The objects as the ship network sees them; in optical images it does not look."""
    if product.about.kind == "sar":
        return judged(product, grid, land, objects, ship_network(), search)
    return [Judged(blob, None, None) for blob in objects]


def decibel_of(product: Product) -> float:
    """10 for intensities; 20 for a grey picture, whose values are amplitudes as a rule."""
    return AMPLITUDE_DECIBEL if product.about.radiometry == "grey" else POWER_DECIBEL


def describe(objects: list[Judged], scene: Scene) -> list[dict[str, object]]:
    """A row for each object, brightest first."""
    if not objects:
        return []
    around = surroundings(objects, scene, decibel_of(scene.product))
    rows = [_row(one, near, scene.product, scene.parameters) for one, near in zip(objects, around, strict=True)]
    lie_abreast([one.blob.core for one in objects], rows, scene.grid.spacing_m)
    return sorted(rows, key=lambda row: (-float(str(row["score"])), float(str(row["y0"])), float(str(row["x0"]))))


def _row(one: Judged, around: Around, product: Product, parameters: DetectionParameters) -> dict[str, object]:
    pixels, radar, near_land = one.blob.core, product.about.kind == "sar", around.touches_land
    x0, x1, y0, y1 = int(pixels.x.min()), int(pixels.x.max()) + 1, int(pixels.y.min()), int(pixels.y.max()) + 1
    x, y = float(pixels.x.mean()) + 0.5, float(pixels.y.mean()) + 0.5
    axes = product.axes_m(x, y)
    measured = measure(pixels, one.blob.whole, axes, product.about.kind, largest_m=parameters.search.largest_ship_m)
    shape = kind_of(measured, parameters, line=around.line, doubtful=near_land or around.doubtful)
    by_contrast = score(pixels, measured, shape)
    wide = shape == "structure" and not around.line and measured.length_lo <= parameters.search.largest_ship_m
    kind, likely = verdict(shape, by_contrast, one, near_land=near_land, arm=around.doubtful, wide=wide)
    if around.ghost_of is not None and kind == "ship":
        # The ghost of a ship has the shape of a ship: the network cannot tell.
        kind, likely = "unknown", min(likely, OPERATING)
    row: dict[str, object] = {"x0": x0, "y0": y0, "x1": x1, "y1": y1, "kind": kind, "score": round(likely, 4)}
    row |= _sizes(measured) | _place(product, x, y, measured) | {"contrast": round(pixels.contrast, 2)}
    words: list[str] = []
    if radar:
        # What passes in no band alone passed in all of them taken together.
        row["bands"] = (
            pixels.names(product.about.bands) or one.blob.whole.names(product.about.bands) or list(product.about.bands)
        )
    if radar and kind != "structure":
        # Structures and optical objects keep the rough extent: the relations were learned on radar ships.
        place = _peak(pixels, measured)
        chip = chip_at(product, place)
        row |= columns_at(product, place, chip)
        if kind == "ship":
            told, words = _ship(chip, likely, parameters)
            row |= told
    row["doubts"] = doubts_around(around) + doubts_in(one, by_contrast, too_large=_too_large(shape, around, wide)) + words
    return row


def _ship(chip: ChipMeasurement, likely: float, parameters: DetectionParameters) -> tuple[dict[str, object], list[str]]:
    """What the measurement makes of a ship, two or too small for one, and the doubts that it adds."""
    if chip.two_hulls is not None and chip.two_hulls >= SURE_OF_TWO:
        return {"kind": "pair"}, doubts_of_two(chip)
    shortest_m = parameters.shape.shortest_ship_m
    large = chip.chance_longer(shortest_m)
    kind = "ship" if likely * large >= OPERATING else "unknown"
    return {"kind": kind, "score": round(likely * large, 4)}, doubts_of_two(chip) + doubts_of_size(large, shortest_m)


def _too_large(shape: str, around: Around, wide: bool) -> str:
    """Words for what is larger than a ship; ``wide``: she may have a glare wider than ships are."""
    if shape != "structure" or around.line:
        return ""
    return "with a glare wider than any ship" if wide else "longer than any ship"


def _peak(pixels: Hits, rough: Measure) -> Place:
    peak = int(pixels.value.argmax())
    return Place(int(pixels.x[peak]), int(pixels.y[peak]), rough.length_hi)


def _sizes(measured: Measure) -> dict[str, object]:
    names = ("length_m", "length_lo", "length_hi", "beam_m")
    return {name: round(float(getattr(measured, name)), 1) for name in names}


def _place(product: Product, x: float, y: float, measured: Measure) -> dict[str, object]:
    located = product.locate([x], [y])
    if located is None:
        return {"lat": None, "lon": None, "heading_deg": None}
    axis = round(measured.axis_deg, 1) % 180.0 if measured.length_m >= AXIS_FROM * measured.beam_m else None
    return {"lat": float(located[0][0]), "lon": float(located[1][0]), "heading_deg": axis}
