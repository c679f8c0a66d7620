"""Scenes at the edges of what can be searched: torn, bare, without sea or ships, at the antimeridian and the pole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from darkwake.cli.app import call
from darkwake.simulation.safe import write_safe
from darkwake.simulation.safe_scene import SafeScene, ShipAt
from tests.detection.scenes import plant
from tests.faults.telling import answer, done, refused
from tests.imagery.rasters import clutter, write_tiff

Capture = pytest.CaptureFixture[str]


def safe(folder: Path, lat: float = 34.0, lon: float = 129.0) -> Path:
    """A simulated product with one ship in its middle."""
    folder.mkdir(exist_ok=True)
    scene = SafeScene(lat, lon, lines=300, samples=300, ships=(ShipAt(lat, lon, 150, 25, 40),))
    return write_safe(folder, scene, 1).product


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product as it should be; to copy."""
    return safe(tmp_path_factory.mktemp("safe"))


@pytest.fixture
def own(product: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return shutil.copytree(product, tmp_path / product.name)


def scene_of(capfd: Capture, *words: object) -> Any:
    (scene,) = answer(capfd, "detect", *words)["scenes"]
    return scene


def test_a_torn_measurement_is_refused_and_leaves_nothing(own: Path, tmp_path: Path, capfd: Capture) -> None:
    image = next((own / "measurement").glob("*vv*.tiff"))
    image.write_bytes(image.read_bytes()[: image.stat().st_size // 2])
    assert ".tiff" in refused(capfd, tmp_path, "detect", own, "--out", tmp_path / "o.gpkg", "--sheet", tmp_path / "s.html")


def test_a_product_without_annotation_is_refused(own: Path, tmp_path: Path, capfd: Capture) -> None:
    for path in (own / "annotation").glob("*.xml"):
        path.unlink()
    assert "annotation" in refused(capfd, tmp_path, "detect", own, "--out", tmp_path / "o.csv")


def test_a_scene_without_data_is_searched_nowhere(tmp_path: Path, capfd: Capture) -> None:
    path = write_tiff(tmp_path / "empty.tif", np.zeros((300, 300), np.float32), nodata=0.0)
    scene = scene_of(capfd, path, "--radiometry", "linear", "--sensor", "sar", "--sheet", tmp_path / "s.html")
    assert (scene["detections"], scene["searched_px"], scene["searched"]["searched_km2"]) == ([], 0, 0.0)


def test_an_empty_sea_is_an_answer_in_every_format(tmp_path: Path, capfd: Capture) -> None:
    path = write_tiff(tmp_path / "sea.tif", clutter(300, 300))
    for name in ("o.gpkg", "o.geojson", "o.parquet", "o.csv"):
        scene = scene_of(capfd, path, "--out", tmp_path / name, "--sheet", tmp_path / "s.png")
        assert scene["detections"] == []
        assert (tmp_path / name).stat().st_size > 0
    assert scene["searched"]["searched_km2"] == pytest.approx(9.0)


@pytest.mark.parametrize(("lat", "lon"), [(-16.5, 179.999), (78.0, 10.0), (-74.0, -179.99)])
def test_a_ship_at_the_antimeridian_or_near_the_pole_is_where_she_is(
    tmp_path: Path, capfd: Capture, lat: float, lon: float
) -> None:
    scene = scene_of(capfd, safe(tmp_path / "safe", lat, lon), "--out", tmp_path / "o.gpkg", "--sheet", tmp_path / "s.html")
    best = scene["detections"][0]
    east = (best["lon"] - lon + 180) % 360 - 180
    assert abs(best["lat"] - lat) * 111_195 < 60
    assert abs(east) * 111_195 * np.cos(np.radians(lat)) < 60
    assert -180 <= best["lon"] <= 180


def test_decibels_taken_for_linear_are_refused_by_name(tmp_path: Path, capfd: Capture) -> None:
    decibels = 10 * np.log10(clutter(300, 300))
    path = write_tiff(tmp_path / "db.tif", decibels.astype(np.float32))
    line = refused(capfd, tmp_path, "detect", path, "--radiometry", "linear", "--sensor", "sar", "--out", tmp_path / "o.csv")
    assert "db.tif" in line


def test_rough_ground_from_edge_to_edge_gives_no_fleet(tmp_path: Path, capfd: Capture) -> None:
    """A scene wholly on land has no sea to compare with; its roughness alone is no ship."""
    ground = clutter(400, 400, level=0.2, seed=2) * (1 + clutter(400, 400, looks=1.0, level=1.0, seed=3))
    scene = scene_of(capfd, write_tiff(tmp_path / "land.tif", ground), "--sheet", tmp_path / "s.png")
    assert sum(row["kind"] == "ship" for row in scene["detections"]) <= 1


def test_the_scenes_answer_in_the_order_given_whoever_is_done_first(tmp_path: Path, capfd: Capture) -> None:
    values = plant(clutter(500, 500), y=100, x=100, length_px=20, beam_px=3, axis_deg=30, value=2.0)
    paths = [write_tiff(tmp_path / "b.tif", values), write_tiff(tmp_path / "a.tif", clutter(200, 200))]
    said = answer(capfd, "detect", *paths, "--jobs", 2)
    assert [scene["path"] for scene in said["scenes"]] == [str(path) for path in paths]


def test_a_case_takes_a_safe_folder_and_its_custody_sees_a_change(product: Path, tmp_path: Path, capfd: Capture) -> None:
    case = tmp_path / "case"
    done("init", case)
    shutil.copytree(product, case / "images" / product.name)
    with (case / "case.toml").open("a", encoding="utf-8") as text:
        text.write('\n[[sources.images]]\nfiles = ["images/*.SAFE"]\norigin = "simulated"\n')
    done("run", case)
    assert call(["verify", str(case)]) == 0
    manifest = case / "images" / product.name / "manifest.safe"
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    capfd.readouterr()
    assert call(["verify", str(case), "--json"]) != 0
    assert json.loads(capfd.readouterr().out)["changed"] == [f"images/{product.name}"]
