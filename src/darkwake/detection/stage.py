"""The step of a case that looks for ships in its images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from darkwake.detection.detecting import detect
from darkwake.detection.parameters import DetectionParameters
from darkwake.ids import source_id
from darkwake.schema import Detections, Evidence, Scenes


class Said(Protocol):
    """What a case says of some images."""

    @property
    def origin(self) -> str:
        """``observed`` or ``simulated``."""
        ...

    @property
    def sensor(self) -> Any:
        """``sar`` or ``optical`` where the file does not tell."""
        ...

    @property
    def spacing_m(self) -> float | None:
        """Metres of a pixel, for images without georeference."""
        ...

    @property
    def radiometry(self) -> Any:
        """What the pixels of a radar image are."""
        ...

    @property
    def time(self) -> datetime | None:
        """Time of acquisition where the product does not say."""
        ...


def detections(*, images: Sequence[tuple[Sequence[Path], Said]], detection: DetectionParameters) -> dict[str, pa.Table]:
    """Look for ships in the images of a case.

    Args:
        images: groups of files, each with what the case says of them.
        detection: the detector's numbers.

    Returns:
        ``scenes``, ``detections`` and their ``evidence``; of simulated images all rows are simulated.

    Raises:
        InputError: an image cannot be read.
    """
    scenes: list[Mapping[str, Any]] = []
    found: list[Mapping[str, Any]] = []
    for paths, said in images:
        time = said.time.replace(tzinfo=UTC) if said.time and said.time.tzinfo is None else said.time
        seen = detect(
            paths, spacing_m=said.spacing_m, sensor=said.sensor, radiometry=said.radiometry, time=time, parameters=detection
        )
        scenes += [row | {"origin": said.origin} for row in seen.scenes.to_pylist()]
        found += [row | {"origin": said.origin} for row in seen.detections.to_pylist()]
    return {
        "scenes": Scenes.rows([dict(row) for row in scenes]),
        "detections": Detections.rows([dict(row) for row in found]),
        "evidence": Evidence.rows([_evidence(row) for row in scenes]),
    }


def _evidence(scene: Mapping[str, Any]) -> dict[str, object]:
    return {
        "evidence_id": source_id(scene["sha256"]),
        "kind": "scene",
        "title": Path(scene["href"]).name,
        "href": scene["href"],
        "sha256": scene["sha256"],
        "origin": scene["origin"],
    }
