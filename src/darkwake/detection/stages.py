"""The room's stage: the images that a case names, searched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar, get_args

import pyarrow as pa

from darkwake.detection.detecting import together
from darkwake.detection.parameters import (
    ContrastParameters,
    DetectionParameters,
    LandParameters,
    SearchParameters,
    ShapeParameters,
)
from darkwake.detection.scene import Job
from darkwake.detection.several import search_on, size
from darkwake.engine import Engine
from darkwake.errors import UsageError, nearest
from darkwake.ids import source_id
from darkwake.imagery import Options
from darkwake.imagery.protocol import Kind, Radiometry
from darkwake.schema import Evidence

KINDS: dict[str, Kind] = {word: word for word in get_args(Kind)}
RADIOMETRIES: dict[str, Radiometry] = {word: word for word in get_args(Radiometry)}


class Declared(Protocol):
    """What a case declares about some image files (``[[sources.images]]``)."""

    @property
    def origin(self) -> str: ...  # noqa: D102 - as in case.toml
    @property
    def sensor(self) -> str | None: ...  # noqa: D102
    @property
    def spacing_m(self) -> float | None: ...  # noqa: D102
    @property
    def radiometry(self) -> str | None: ...  # noqa: D102
    @property
    def time(self) -> datetime | None: ...  # noqa: D102


def detections(
    *,
    images: Sequence[tuple[Sequence[Path], Declared]],
    detection_search: SearchParameters,
    detection_contrast: ContrastParameters,
    detection_land: LandParameters,
    detection_shape: ShapeParameters,
    engine: Engine,
) -> dict[str, pa.Table]:
    """Scenes, detections, what was searched, and evidence of the images that a case names; the same bytes count once.

    Several images are searched at once: over the cores, or over Spark's executors, by the engine.
    """
    parameters = DetectionParameters(detection_search, detection_contrast, detection_land, detection_shape)
    jobs = [Job(path, options_of(declared), parameters, declared.origin) for files, declared in images for path in files]
    found = together(search_on(engine, jobs))
    return {
        "scenes": found.scenes,
        "detections": found.detections,
        "searched": found.searched,
        "evidence": Evidence.rows([evidence_row(scene) for scene in found.scenes.to_pylist()]),
    }


def options_of(declared: Declared) -> Options:
    """The declarations of a case as options of a product; a time without a zone is UTC."""
    time = declared.time.replace(tzinfo=UTC) if declared.time and declared.time.tzinfo is None else declared.time
    kind = _known(declared.sensor, KINDS, "sensor")
    return Options(kind, _known(declared.radiometry, RADIOMETRIES, "radiometry"), declared.spacing_m, time)


Word = TypeVar("Word", Kind, Radiometry)


def _known(word: str | None, known: dict[str, Word], what: str) -> Word | None:
    if word is not None and word not in known:
        raise UsageError(f"no {what} {word!r}", do=nearest(word, known), source="case.toml", place="sources.images")
    return None if word is None else known[word]


def evidence_row(scene: dict[str, object]) -> dict[str, object]:
    """The evidence that a scene's file is."""
    sha256, path = str(scene["sha256"]), Path(str(scene["href"]))
    return {
        "evidence_id": source_id(sha256),
        "kind": "scene",
        "title": path.name,
        "sha256": sha256,
        "bytes": size(path),
        "origin": scene["origin"],
    }
