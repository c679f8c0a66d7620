"""The room's public function: images in, tables out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

import pyarrow as pa

from darkwake.detection.parameters import DetectionParameters
from darkwake.detection.search import Found, search_scene
from darkwake.ids import content_id, file_sha256, source_id
from darkwake.imagery import Options, Product, open_product, scene_row
from darkwake.imagery.protocol import Kind, Radiometry
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
    options = Options(sensor, radiometry, spacing_m, time)
    settled = parameters or DetectionParameters()
    scenes, detections, seconds, notes = [], [], [], {}
    for path in map(Path, dict.fromkeys(map(str, paths))):
        began = perf_counter()
        scene, rows, said = _one(path, options, settled, progress)
        scenes.append(scene)
        detections += rows
        notes[str(scene["scene_id"])] = said
        seconds.append(perf_counter() - began)
    return Detected(Scenes.rows(scenes), Detections.rows(detections), tuple(seconds), notes)


def _one(
    path: Path, options: Options, parameters: DetectionParameters, progress: Progress | None
) -> tuple[dict[str, object], list[dict[str, object]], tuple[str, ...]]:
    product = open_product(path, options)
    try:
        found = search_scene(product, parameters, (lambda share: progress(path, share)) if progress else None)
        sha256 = file_sha256(path)
        scene = scene_row(product, sha256=sha256, searched_px=found.searched_px)
        return scene, _rows(found, scene, product, sha256), product.about.notes
    finally:
        product.close()


def _rows(found: Found, scene: dict[str, object], product: Product, sha256: str) -> list[dict[str, object]]:
    """Rows with their ids: a detection is its scene and its box."""
    shared = {"scene_id": scene["scene_id"], "time": product.about.time, "origin": "observed", "evidence": [source_id(sha256)]}
    rows = []
    for row in found.rows:
        box = [int(str(row[side])) for side in ("x0", "y0", "x1", "y1")]
        rows.append({"detection_id": content_id("detection", sha256, *box)} | shared | row)
    return rows
