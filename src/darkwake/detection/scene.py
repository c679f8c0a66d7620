"""One image file: opened, searched, described as rows of tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path
from time import perf_counter

import numpy as np

from darkwake.detection.abreast import BOX
from darkwake.detection.parameters import DetectionParameters
from darkwake.detection.search import search_scene
from darkwake.detection.shift import geometries_at
from darkwake.ids import content_id, source_id
from darkwake.imagery import Options, content_sha256, open_product, scene_row
from darkwake.imagery.protocol import Product
from darkwake.schema import weakest


@dataclass(frozen=True)
class Job:
    """A file to search, with what is declared about it."""

    path: Path
    options: Options
    parameters: DetectionParameters
    origin: str = "observed"


@dataclass(frozen=True)
class SearchedScene:
    """What one file gave: rows of tables, sentences, wall time."""

    scene: dict[str, object]
    detections: list[dict[str, object]]
    areas: list[dict[str, object]]
    """Rows of ``schema.Searched``."""
    notes: tuple[str, ...]
    seconds: float

    @property
    def scene_id(self) -> str:
        """Id of the scene."""
        return str(self.scene["scene_id"])


def search_file(job: Job, progress: Callable[[float], None] | None = None) -> SearchedScene:
    """Open, search and describe one file.

    Args:
        job: the file.
        progress: called with the share that is done.

    Raises:
        InputError: the file cannot be read or told.
    """
    began = perf_counter()
    product = open_product(job.path, job.options)
    try:
        found = search_scene(product, job.parameters, progress)
        sha256 = content_sha256(job.path)
        told = scene_row(product, sha256=sha256, searched_px=found.searched_px)
        origin = weakest({job.origin, str(told["origin"])})
        scene = told | {"origin": origin}
        taken = how_taken(product, found.rows)
    finally:
        product.close()
    scene_id, about = str(scene["scene_id"]), product.about
    shared = {"scene_id": scene_id, "time": about.time, "origin": origin, "evidence": [source_id(sha256)]}
    rows = [_identified(sha256, row) | shared | row | how for row, how in zip(found.rows, taken, strict=True)]
    areas = [{"scene_id": scene_id, "origin": origin} | row for row in found.areas]
    return SearchedScene(scene, rows, areas, about.notes, perf_counter() - began)


def how_taken(product: Product, rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """When and from where the radar saw the middle of each box; nothing where the product does not say."""
    acquisition = product.acquisition
    if acquisition is None or not rows:
        return [{} for _ in rows]
    corners = np.array([[float(str(row[side])) for side in BOX] for row in rows])
    x, y = (corners[:, 0] + corners[:, 2]) / 2, (corners[:, 1] + corners[:, 3]) / 2
    times = acquisition.time_at(x, y).astype("datetime64[us]").astype(object)
    return [
        {"time": time.replace(tzinfo=UTC), **asdict(geometry)}
        for time, geometry in zip(times, geometries_at(acquisition, x, y), strict=True)
    ]


def _identified(sha256: str, row: dict[str, object]) -> dict[str, object]:
    """A detection is its scene and its box; so is the one alongside."""
    beside = row.pop("beside", None)
    box = [row[side] for side in BOX]
    named: dict[str, object] = {"detection_id": _detection_id(sha256, box)}
    return named | {"pair_id": _detection_id(sha256, beside)} if isinstance(beside, tuple) else named


def _detection_id(sha256: str, box: Sequence[object]) -> str:
    return content_id("detection", sha256, *(int(str(side)) for side in box))
