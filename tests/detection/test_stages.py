from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from darkwake.detection import detections
from darkwake.detection.parameters import ContrastParameters, LandParameters, SearchParameters, ShapeParameters
from darkwake.engine import Engine
from darkwake.errors import UsageError
from tests.detection.scenes import plant
from tests.imagery.rasters import clutter, write_tiff

RULES = {
    "detection_search": SearchParameters(),
    "detection_contrast": ContrastParameters(),
    "detection_land": LandParameters(),
    "detection_shape": ShapeParameters(),
}


@dataclass(frozen=True)
class Declared:
    """What a case may say of images."""

    origin: str = "simulated"
    sensor: str | None = None
    spacing_m: float | None = None
    radiometry: str | None = None
    time: datetime | None = datetime(2024, 3, 7, 1, 2, tzinfo=UTC)


def test_the_stage_carries_origin_time_and_evidence(tmp_path: Path, duck: Engine) -> None:
    values = plant(clutter(400, 400), y=200, x=200, length_px=20, beam_px=3, axis_deg=30, value=2.0)
    path = write_tiff(tmp_path / "sea.tif", values)
    tables = detections(images=(((path, path), Declared()),), engine=duck, **RULES)
    (row,) = tables["detections"].to_pylist()
    assert (row["origin"], row["time"]) == ("simulated", datetime(2024, 3, 7, 1, 2, tzinfo=UTC))
    assert row["evidence"] == tables["evidence"]["evidence_id"].to_pylist()
    assert tables["scenes"]["scene_id"].to_pylist() == [row["scene_id"]]


def test_a_word_in_the_case_that_is_no_sensor_is_named(duck: Engine) -> None:
    with pytest.raises(UsageError, match=r"no sensor 'radar'; known: optical, sar"):
        detections(images=(((Path("a.tif"),), Declared(sensor="radar")),), engine=duck, **RULES)


def test_a_case_without_images_has_empty_tables(duck: Engine) -> None:
    tables = detections(images=(), engine=duck, **RULES)
    assert {name: table.num_rows for name, table in tables.items()} == dict.fromkeys(
        ("scenes", "detections", "searched", "evidence"), 0
    )
