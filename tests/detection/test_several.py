"""Several scenes at once: the same answer in the same order, wherever they are searched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from darkwake.detection import DetectionParameters
from darkwake.detection.scene import Job, SearchedScene
from darkwake.detection.several import search_files, search_on
from darkwake.engine import Engine
from darkwake.errors import InputError
from darkwake.imagery import Options
from tests.detection.scenes import plant
from tests.imagery.rasters import clutter, write_tiff


@pytest.fixture
def jobs(tmp_path: Path) -> list[Job]:
    """Three seas; the first is the largest and so the last to be done."""
    made = []
    for n, side in enumerate((600, 200, 300)):
        values = plant(clutter(side, side), y=100, x=100 + 10 * n, length_px=20, beam_px=3, axis_deg=30, value=2.0)
        made.append(Job(write_tiff(tmp_path / f"{n}.tif", values), Options(), DetectionParameters()))
    return made


def rows(found: list[SearchedScene]) -> list[tuple[object, ...]]:
    """Everything but the times; columns that a row leaves out are null in a table."""
    return [
        (one.scene["href"], one.notes, [{word: value for word, value in row.items() if value is not None} for row in part])
        for one in found
        for part in ([one.scene], one.detections, one.areas)
    ]


def test_processes_give_what_one_gives_in_the_order_given(jobs: list[Job]) -> None:
    told: list[tuple[Path, float]] = []
    found = search_files(jobs, at_once=2, progress=lambda path, share: told.append((path, share)))
    assert rows(found) == rows(search_files(jobs))
    assert [Path(str(one.scene["href"])) for one in found] == [job.path for job in jobs]
    assert {(job.path, 1.0) for job in jobs} <= set(told)


def test_a_fault_in_one_scene_is_named_and_stops_the_others(jobs: list[Job], tmp_path: Path) -> None:
    torn = tmp_path / "torn.tif"
    torn.write_bytes(jobs[0].path.read_bytes()[:50_000])
    with pytest.raises(InputError, match=r"torn\.tif"):
        search_files([jobs[0], replace(jobs[0], path=torn), jobs[1]], at_once=2)


@pytest.mark.parametrize("name", ["duck", "spark_engine"])
def test_an_engine_gives_what_one_process_gives(name: str, jobs: list[Job], request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(name)
    assert rows(search_on(engine, jobs, here_bytes=0)) == rows(search_files(jobs))


def test_a_fault_on_an_engine_comes_back_as_a_line(jobs: list[Job], duck: Engine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.tif: .*no such file"):
        search_on(duck, [jobs[1], replace(jobs[1], path=tmp_path / "gone.tif")], here_bytes=0)
