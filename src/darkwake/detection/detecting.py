"""The room's public function: images in, tables out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from darkwake.detection.fixed import named
from darkwake.detection.parameters import DetectionParameters
from darkwake.detection.scene import Job, SearchedScene
from darkwake.detection.several import Progress, search_files
from darkwake.errors import UsageError
from darkwake.imagery import Options
from darkwake.imagery.protocol import Kind, Radiometry
from darkwake.schema import Detections, Scenes, Searched


@dataclass(frozen=True)
class Detected:
    """What :func:`detect` gives.

    Attributes:
        scenes: ``schema.Scenes``, one row a file, in the order given.
        detections: ``schema.Detections``, by scene, then by score.
        seconds: wall time of each scene, in the order of ``scenes``.
        notes: sentences about what was inferred, by scene id.
        searched: ``schema.Searched``: what was searched of each scene, area by area.
    """

    scenes: pa.Table
    detections: pa.Table
    seconds: tuple[float, ...]
    notes: dict[str, tuple[str, ...]]
    searched: pa.Table


def detect(
    paths: Iterable[Path | str],
    *,
    spacing_m: float | None = None,
    sensor: Kind | None = None,
    radiometry: Radiometry | None = None,
    time: datetime | None = None,
    parameters: DetectionParameters | None = None,
    progress: Progress | None = None,
    at_once: int = 1,
) -> Detected:
    """Find and measure ships in images.

    Args:
        paths: Sentinel-1 SAFE folder or zip, GeoTIFF or JPEG 2000 (radar or optical), PNG or JPEG.
        spacing_m: metres of a pixel, for images without georeference; it is not used for others.
        sensor: ``sar`` or ``optical`` where the file does not tell.
        radiometry: ``db``, ``linear`` or ``dn`` of radar pixels; inferred and noted where not given.
        time: time of acquisition, aware, where the product does not say.
        parameters: the detector's numbers.
        progress: called now and then.
        at_once: how many scenes are searched at once, each in a process of its own.

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
        [{'x0': 90.0, 'x1': 109.0, 'kind': 'ship'}]
    """
    if time is not None and time.tzinfo is None:
        raise UsageError(f"the time {time.isoformat()} has no time zone", do="give it as UTC, with a Z")
    options = Options(sensor, radiometry, spacing_m, time)
    settled = parameters or DetectionParameters()
    jobs = [Job(path, options, settled) for path in map(Path, paths)]
    return together(search_files(jobs, at_once=at_once, progress=progress))


def together(found: Iterable[SearchedScene]) -> Detected:
    """Several scenes as tables; the same bytes under two names are one scene.

    What stands at one place in scenes of several days is named so (``fixed.py``).
    """
    scenes: dict[str, SearchedScene] = {}
    for one in found:
        scenes.setdefault(one.scene_id, one)
    areas = [row for one in scenes.values() for row in one.areas]
    times = {scene_id: time for scene_id, one in scenes.items() if isinstance(time := one.scene["time"], datetime)}
    rows = named([row for one in scenes.values() for row in one.detections], times, areas)
    return Detected(
        scenes=Scenes.rows([one.scene for one in scenes.values()]),
        detections=Detections.rows(rows),
        seconds=tuple(one.seconds for one in scenes.values()),
        notes={scene_id: one.notes for scene_id, one in scenes.items()},
        searched=Searched.rows(areas),
    )
