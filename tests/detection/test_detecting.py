from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine

from darkwake.detection import Detected, DetectionParameters, detect
from darkwake.detection.detecting import together
from darkwake.detection.doubts import code_of
from darkwake.detection.scene import Job, search_file
from darkwake.errors import InputError, UsageError
from darkwake.imagery import Options
from darkwake.schema import Detections, Scenes
from tests.detection.scenes import plant
from tests.imagery.rasters import clutter, write_tiff

FINE = Affine(3.0, 0.0, 400_000.0, 0.0, -3.0, 3_700_000.0)
LOS_ANGELES = "sar/s1_los_angeles_20210105_db_30m.tif"

SHIPS_SEEN = (
    *((321, 240), (573, 406), (373, 355), (518, 279), (459, 225), (507, 319), (542, 229), (654, 418), (319, 324), (363, 315)),
    *((324, 369), (590, 310), (552, 515), (524, 345), (575, 479), (484, 227), (340, 417), (620, 341), (592, 375), (389, 290)),
    *((532, 420), (565, 347), (525, 169), (515, 209), (303, 195), (654, 460), (447, 388), (371, 388), (491, 531), (517, 227)),
    *((593, 509), (510, 448), (637, 377), (546, 376), (618, 417), (553, 205), (346, 235)),
)
"""Pixels (x, y) of the bright ships at anchor or under way in the Los Angeles scene. Which objects are ships was judged by eye
on the picture; their places were read off this detector's boxes, so this guards against loss and doubles and is no truth."""


def with_tile(side_px: int) -> DetectionParameters:
    usual = DetectionParameters()
    return replace(usual, search=replace(usual.search, tile_px=side_px))


def boxes(found: Detected) -> list[tuple[float, ...]]:
    return [tuple(row[side] for side in ("x0", "y0", "x1", "y1")) for row in found.detections.to_pylist()]


def sea_with_ships(folder: Path) -> Path:
    values = clutter(1200, 1200)
    for n, (y, x) in enumerate([(128, 256), (600, 600), (767, 384), (1100, 200), (640, 1030)]):
        values = plant(values, y=y, x=x, length_px=8 + 4 * n, beam_px=3, axis_deg=30 * n, value=2.0)
    return write_tiff(folder / "sea.tif", values)


def test_planted_ships_are_found_once_each_with_length_place_and_heading(tmp_path: Path) -> None:
    found = detect([sea_with_ships(tmp_path)])
    rows = sorted(found.detections.to_pylist(), key=lambda row: row["length_m"])
    assert [row["kind"] for row in rows] == ["ship"] * 5
    for n, row in enumerate(rows):
        assert row["length_lo"] <= 80 + 40 * n <= row["length_hi"]
        assert abs((row["heading_deg"] - 30 * n + 90) % 180 - 90) < 12
    assert found.scenes.schema == Scenes.arrow()
    assert found.detections.schema == Detections.arrow()


def test_the_result_does_not_depend_on_the_size_of_the_tiles(tmp_path: Path) -> None:
    path = sea_with_ships(tmp_path)
    large, small, odd = (detect([path], parameters=with_tile(side)) for side in (4096, 256, 388))
    assert large.detections.equals(small.detections)
    assert large.detections.equals(odd.detections)
    assert large.scenes.equals(small.scenes)


def test_the_tiles_leave_no_trace_in_real_scenes_either(shared: Path) -> None:
    for path in (shared / LOS_ANGELES, shared / "optical/s2ships/busan_B08.jp2"):
        whole, tiled = (detect([path], parameters=with_tile(side)) for side in (4096, 200))
        assert boxes(whole) == boxes(tiled)
        assert whole.scenes.equals(tiled.scenes)


def test_the_anchored_ships_of_los_angeles_are_found_once_each(shared: Path) -> None:
    found = detect([shared / LOS_ANGELES])
    sure = [row for row in found.detections.to_pylist() if row["kind"] != "structure" and row["score"] >= 0.3]
    hits = [sum(r["x0"] - 3 <= x <= r["x1"] + 3 and r["y0"] - 3 <= y <= r["y1"] + 3 for r in sure) for x, y in SHIPS_SEEN]
    assert len(hits) == 37
    assert sum(n == 1 for n in hits) >= 35
    assert 0 not in hits


def test_at_the_operating_point_all_but_two_of_them_are_called_ships_and_none_twice(shared: Path) -> None:
    """The numbers of the judgement were chosen while looking at this scene: a guard, no score."""
    ships = [row for row in detect([shared / LOS_ANGELES]).detections.to_pylist() if row["kind"] == "ship"]
    hits = [sum(r["x0"] - 3 <= x <= r["x1"] + 3 and r["y0"] - 3 <= y <= r["y1"] + 3 for r in ships) for x, y in SHIPS_SEEN]
    assert {row["score"] >= 0.5 for row in ships} == {True}
    assert (hits.count(1) >= 35, max(hits)) == (True, 1)
    assert len(ships) <= 40


def test_a_cross_of_side_lobes_is_one_ship_and_not_its_length(tmp_path: Path) -> None:
    values = clutter(1000, 1000)
    reach = np.arange(1, 61)
    arm = (50.0 * 10 ** (-(16 + reach / 3) / 10)).astype(np.float32)
    for direction in (1, -1):
        values[500, 500 + direction * (5 + reach)] += arm
        values[500 + direction * (1 + reach), 500] += arm
    values = plant(values, y=500, x=500, length_px=12, beam_px=3, axis_deg=90, value=50.0)
    rows = detect([write_tiff(tmp_path / "cross.tif", values)]).detections.to_pylist()
    ships = [row for row in rows if row["kind"] == "ship"]
    assert len(ships) == 1
    assert ships[0]["length_m"] < 150


def test_islands_and_breakwaters_are_structures(tmp_path: Path) -> None:
    values = clutter(1000, 1000)
    values[200:225, 200:228] = 1.0
    values[600:603, 300:360] = 1.0
    rows = detect([write_tiff(tmp_path / "a.tif", values)]).detections.to_pylist()
    assert sorted(row["kind"] for row in rows) == ["structure", "structure"]
    assert all(row["score"] <= 0.1 for row in rows)


def test_what_was_not_searched_is_not_counted(tmp_path: Path) -> None:
    values = clutter(1000, 1000)
    values[:, 500:] = 0.0
    nothing = np.zeros((1000, 1000), np.float32)
    half, none = (detect([write_tiff(tmp_path / f"{n}.tif", v)]) for n, v in enumerate((values, nothing)))
    # Half is without data, and 500 m beside it (12 cells of 4 pixels) are the dark edge of a swath.
    assert half.scenes["searched_px"].to_pylist() == [452_000]
    assert none.scenes["searched_px"].to_pylist() == [0]
    assert none.detections.num_rows == 0


def test_one_sea_in_decibels_linear_power_and_numbers_gives_the_same_boxes(tmp_path: Path) -> None:
    power = plant(clutter(600, 600), y=300, x=300, length_px=15, beam_px=3, axis_deg=45, value=3.0)
    linear = write_tiff(tmp_path / "a.tif", power)
    decibel = write_tiff(tmp_path / "b.tif", 10 * np.log10(power))
    numbers = write_tiff(tmp_path / "c.tif", np.sqrt(power) * 500)
    assert boxes(detect([linear])) == boxes(detect([decibel])) == boxes(detect([numbers]))


def test_the_same_file_twice_is_one_scene_and_ids_do_not_depend_on_its_name(tmp_path: Path) -> None:
    path = sea_with_ships(tmp_path)
    copy = tmp_path / "copy.tif"
    copy.write_bytes(path.read_bytes())
    once, twice = detect([path]), detect([copy, path])
    assert twice.scenes.num_rows == 1
    assert once.detections["detection_id"].equals(twice.detections["detection_id"])


def test_the_declared_time_is_carried_and_has_to_have_a_zone(tmp_path: Path) -> None:
    path = sea_with_ships(tmp_path)
    moment = datetime(2021, 1, 5, 1, 50, tzinfo=UTC)
    found = detect([path], time=moment)
    assert set(found.detections["time"].to_pylist()) == {moment}
    with pytest.raises(UsageError, match="has no time zone"):
        detect([path], time=datetime(2021, 1, 5))  # noqa: DTZ001 - the fault under test


def test_a_platform_in_scenes_of_three_days_is_a_structure_and_a_ship_of_one_day_is_none(tmp_path: Path) -> None:
    found = []
    for day in range(3):
        values = plant(clutter(500, 500, seed=day), y=150, x=150, length_px=9, beam_px=4, axis_deg=30, value=3.0)
        values = plant(values, y=350, x=150 + 90 * day, length_px=15, beam_px=3, axis_deg=30, value=3.0)
        job = Job(
            write_tiff(tmp_path / f"{day}.tif", values),
            Options(time=datetime(2024, 1, 1 + day, tzinfo=UTC)),
            DetectionParameters(),
        )
        found.append(search_file(job))
    rows = [row for row in together(found).detections.to_pylist() if row["score"] > 0.05]
    assert sorted(row["kind"] for row in rows) == ["ship"] * 3 + ["structure"] * 3
    fixed = [row for row in rows if row["kind"] == "structure"]
    assert {row["doubts"][-1] for row in fixed} == {"fixed: stood here on 3 of 3 days"}
    assert max(row["score"] for row in fixed) <= 0.1


def test_noise_in_pictures_without_ships_raises_few_alarms(shared: Path, tmp_path: Path) -> None:
    """Eight Sentinel-1 tiles of open water whose labels hold no ship."""
    with zipfile.ZipFile(shared / "sar/lsssdd_tiles_sample.zip") as archive:
        empty = [name for name in archive.namelist() if name.endswith(tuple(f"01_1_{n}.jpg" for n in range(1, 8)))]
        paths = [Path(archive.extract(name, tmp_path)) for name in empty]
    found = detect(paths, spacing_m=10.0)
    assert found.scenes.num_rows == 7
    assert sum(row["kind"] == "ship" for row in found.detections.to_pylist()) <= 3


def test_a_torn_file_leaves_no_result(tmp_path: Path) -> None:
    path = sea_with_ships(tmp_path)
    torn = tmp_path / "torn.tif"
    torn.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InputError, match=r"torn\.tif"):
        detect([path, torn])


def by_length(found: Detected) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = found.detections.to_pylist()
    return sorted(rows, key=lambda row: -(row["length_m"] or np.inf))


def test_what_may_be_a_boat_is_no_ship_unless_boats_are_asked_for(tmp_path: Path) -> None:
    values = plant(clutter(600, 600), y=300, x=300, length_px=20, beam_px=5, axis_deg=40, value=2.0)
    path = write_tiff(
        tmp_path / "fine.tif", plant(values, y=150, x=420, length_px=4, beam_px=3, axis_deg=0, value=1.0), transform=FINE
    )
    usual = DetectionParameters()
    ship, boat = by_length(detect([path]))
    asked = by_length(detect([path], parameters=replace(usual, shape=replace(usual.shape, shortest_ship_m=0.0))))
    assert (ship["kind"], boat["kind"], [row["kind"] for row in asked]) == ("ship", "unknown", ["ship", "ship"])
    assert any(code_of(said) == "boat" for said in boat["doubts"])
    assert boat["score"] < asked[1]["score"]
