"""Real scenes are explained by passes, and a scene that no pass explains is refuted."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from darkwake.tasking import ElementSet, Pass, newest, passes

MARGIN = timedelta(seconds=30)
DATATAKE = timedelta(minutes=30)
"""The time in a Sentinel-2 name is the start of the datatake; the tile comes up to 30 min later."""


def scenes(shared: Path, name: str) -> list[dict[str, Any]]:
    return json.loads((shared / "tasking" / "acquisitions" / name).read_text())["features"]


def near(
    every_set: tuple[ElementSet, ...], norad_id: int, place: list[float], start: datetime, stop: datetime
) -> tuple[Pass, ...]:
    sets = newest([e for e in every_set if e.norad_id == norad_id], start)
    lon, lat = place
    return passes(sets, lat=lat, lon=lon, start=start - MARGIN, stop=stop + MARGIN, min_elevation_deg=40.0).rows


def test_all_fifteen_real_sentinel_scenes_are_explained_by_a_pass(every_set, shared: Path) -> None:
    found = []
    for scene in scenes(shared, "sentinel_202509.json"):
        what, start = scene["properties"], datetime.fromisoformat(scene["properties"]["start"])
        stop = datetime.fromisoformat(what["end"]) if what["end"] else start + DATATAKE
        (own,) = near(every_set, what["norad_id"], scene["geometry"]["coordinates"], start, stop)
        found.append(what["platform"])
        if what["platform"].startswith("Sentinel-1"):
            assert start <= own.culmination <= stop
            assert (44 <= own.elevation_deg <= 61, own.look) == (True, what["look_side"])
        else:
            assert timedelta(minutes=5) < own.culmination - start < DATATAKE
            assert own.elevation_deg > 80
    assert len(found) == 15


@pytest.fixture
def fabricated(shared: Path) -> dict[str, dict[str, Any]]:
    return {scene["id"][:25]: scene for scene in scenes(shared, "fabricated_scene_ids.json")}


def test_a_fabricated_scene_of_a_living_satellite_is_refuted_by_geometry(every_set, fabricated) -> None:
    scene = fabricated["S1A_IW_GRDH_1SDV_20250918"]
    start = datetime.fromisoformat("2025-09-18T06:00:00Z")
    own = near(every_set, 39634, scene["geometry"]["coordinates"], start, start + timedelta(seconds=25))
    assert [p for p in own if p.culminates and p.look == "right" and 44 <= p.elevation_deg <= 61] == []


def test_a_fabricated_scene_of_a_dead_satellite_has_no_elements_to_explain_it(every_set, fabricated) -> None:
    """Sentinel-1B (41456) stopped in December 2021 and is not in the catalogue of satellites at work."""
    assert "S1B_IW_GRDH_1SDV_20250918" in fabricated
    assert [e for e in every_set if e.norad_id == 41456] == []


def test_the_other_fabricated_scenes_state_no_place_so_geometry_alone_says_nothing(fabricated) -> None:
    placeless = [name for name, scene in fabricated.items() if scene["geometry"] is None]
    assert len(placeless) == 3
