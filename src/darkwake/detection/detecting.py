"""The room's public function: images in, tables out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa

from darkwake.detection.parameters import DetectionParameters
from darkwake.detection.search import search_scene
from darkwake.detection.shift import geometries_at
from darkwake.errors import UsageError
from darkwake.ids import content_id, source_id
from darkwake.imagery import Options, content_sha256, open_product, scene_row
from darkwake.imagery.protocol import Kind, Product, Radiometry
from darkwake.schema import Detections, Scenes

Progress = Callable[[Path, float], None]
"""Called with the file and the share of it that is done."""


@dataclass(frozen=True)
class Detected:
    """What :func:`detect` gives.

    Attributes:
        scenes: ``schema.Scenes``, one row a file, in the order given.
        detections: ``schema.Detections``, by scene, then by score.
        seconds: wall time of each scene, in the order of ``scenes``.
        notes: sentences about what was inferred, by scene id.
    """

    scenes: pa.Table
    detections: pa.Table
    seconds: tuple[float, ...]
    notes: dict[str, tuple[str, ...]]


def detect(
    paths: Iterable[Path | str],
    *,
    spacing_m: float | None = None,
    sensor: Kind | None = None,
    radiometry: Radiometry | None = None,
    time: datetime | None = None,
    parameters: DetectionParameters | None = None,
    progress: Progress | None = None,
) -> Detected:
    """Find and roughly measure ships in images.

    Args:
        paths: GeoTIFF or JPEG 2000 (radar or optical), PNG or JPEG.
        spacing_m: metres of a pixel, for images without georeference; it is not used for others.
        sensor: ``sar`` or ``optical`` where the file does not tell.
        radiometry: ``db``, ``linear`` or ``dn`` of radar pixels; inferred and noted where not given.
        time: time of acquisition, aware, where the product does not say.
        parameters: the detector's numbers.
        progress: called now and then.

    Returns:
        Tables of scenes and detections. Boxes are pixels from the upper left corner; lengths metres on the ground with a rough
        90 % interval; the heading is the axis of the hull modulo 180 degrees; the score is not a probability.

    Raises:
        InputError: a file that cannot be read or told; nothing is returned then.

    Example:
        >>> import tempfile, numpy as np
        >>> from PIL import Image
        >>> sea = np.random.default_rng(1).gamma(9.0, 3.0, (200, 200)).clip(0, 255).astype("uint8")
        >>> sea[100:104, 90:110] = 250
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Image.fromarray(sea).save(f"{folder}/sea.png")
        ...     found = detect([f"{folder}/sea.png"], spacing_m=10.0)
        >>> found.detections.select(["x0", "x1", "kind"]).to_pylist()
        [{'x0': 90.0, 'x1': 110.0, 'kind': 'ship'}]
    """
    if time is not None and time.tzinfo is None:
        raise UsageError(f"the time {time.isoformat()} has no time zone", do="give it as UTC, with a Z")
    options = Options(sensor, radiometry, spacing_m, time)
    settled = parameters or DetectionParameters()
    searched: dict[str, Searched] = {}
    for path in map(Path, paths):
        one = search_file(path, options, settled, progress=partial(progress, path) if progress else None)
        # The same bytes under two names are one scene.
        searched.setdefault(one.scene_id, one)
    return Detected(
        Scenes.rows([one.scene for one in searched.values()]),
        Detections.rows([row for one in searched.values() for row in one.detections]),
        tuple(one.seconds for one in searched.values()),
        {one.scene_id: one.notes for one in searched.values()},
    )


@dataclass(frozen=True)
class Searched:
    """What one file gave: rows of tables, sentences, wall time."""

    scene_id: str
    scene: dict[str, object]
    detections: list[dict[str, object]]
    areas: list[dict[str, object]]
    """Rows of ``schema.Searched``."""
    notes: tuple[str, ...]
    seconds: float


def search_file(
    path: Path,
    options: Options,
    parameters: DetectionParameters,
    *,
    origin: str = "observed",
    progress: Callable[[float], None] | None = None,
) -> Searched:
    """Open, search and describe one file."""
    began = perf_counter()
    product = open_product(path, options)
    try:
        found = search_scene(product, parameters, progress)
        sha256 = content_sha256(path)
        scene = scene_row(product, sha256=sha256, searched_px=found.searched_px) | {"origin": origin}
        taken = how_taken(product, found.rows)
    finally:
        product.close()
    scene_id, about = str(scene["scene_id"]), product.about
    shared = {"scene_id": scene_id, "time": about.time, "origin": origin, "evidence": [source_id(sha256)]}
    rows = [
        {"detection_id": _detection_id(sha256, row)} | shared | row | how for row, how in zip(found.rows, taken, strict=True)
    ]
    areas = [{"scene_id": scene_id, "origin": origin} | row for row in found.areas]
    return Searched(scene_id, scene, rows, areas, about.notes, perf_counter() - began)


def how_taken(product: Product, rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """When and from where the radar saw the middle of each box; nothing where the product does not say."""
    acquisition = product.acquisition
    if acquisition is None or not rows:
        return [{} for _ in rows]
    corners = np.array([[float(str(row[side])) for side in ("x0", "y0", "x1", "y1")] for row in rows])
    x, y = (corners[:, 0] + corners[:, 2]) / 2, (corners[:, 1] + corners[:, 3]) / 2
    times = acquisition.time_at(x, y).astype("datetime64[us]").astype(object)
    return [
        {"time": time.replace(tzinfo=UTC), **asdict(geometry)}
        for time, geometry in zip(times, geometries_at(acquisition, x, y), strict=True)
    ]


def _detection_id(sha256: str, row: dict[str, object]) -> str:
    """A detection is its scene and its box."""
    return content_id("detection", sha256, *(int(str(row[side])) for side in ("x0", "y0", "x1", "y1")))
