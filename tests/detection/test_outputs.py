"""Detections as maps: layers, styles, outlines on the ground."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyogrio
import pytest
from defusedxml import ElementTree

from darkwake.detection import Detected, detect
from darkwake.detection.chips import COLOURS
from darkwake.detection.outputs import outlines_of, write_detections
from darkwake.detection.styles import GEOMETRY, qml
from darkwake.fusion.looks import read_looks
from darkwake.imagery import open_product
from tests.detection.scenes import plant
from tests.imagery.rasters import clutter, from_origin, write_tiff


@pytest.fixture
def found(tmp_path: Path) -> Detected:
    values = plant(clutter(400, 400), y=200, x=200, length_px=20, beam_px=3, axis_deg=30, value=2.0)
    return detect([write_tiff(tmp_path / "sea.tif", values)])


def styles(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as database:
        return dict(database.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1"))


def test_a_geopackage_holds_points_boxes_and_what_was_searched_each_with_its_style(found: Detected, tmp_path: Path) -> None:
    path = write_detections(found, tmp_path / "ships.gpkg")
    layers = {str(name): str(kind) for name, kind in pyogrio.list_layers(path) if kind}
    assert layers == {"detections": "Point", "boxes": "Polygon", "searched": "Polygon"}
    assert styles(path) == {layer: qml(layer) for layer in layers}
    (point,), (box,) = (gpd.read_file(path, layer=layer).geometry for layer in ("detections", "boxes"))
    assert box.contains(point)


def test_a_box_on_the_ground_is_as_large_as_its_pixels(found: Detected, tmp_path: Path) -> None:
    boxes = gpd.read_file(write_detections(found, tmp_path / "ships.gpkg"), layer="boxes")
    (row,) = found.detections.to_pylist()
    expected_m2 = (row["x1"] - row["x0"]) * (row["y1"] - row["y0"]) * 100
    assert boxes.to_crs("EPSG:32611").area[0] == pytest.approx(expected_m2, rel=1e-3)


def test_the_match_reads_the_detections_of_a_geopackage(found: Detected, tmp_path: Path) -> None:
    looks, left_out = read_looks(write_detections(found, tmp_path / "ships.gpkg"))
    assert (looks, left_out) == ([], {"no time": 1})


def test_doubts_are_kept_in_every_format(found: Detected, tmp_path: Path) -> None:
    said = ["near_shore: 340 m from land", "small: too few pixels for a shape"]
    place = found.detections.schema.get_field_index("doubts")
    doubtful = found.detections.set_column(place, found.detections.schema.field(place), pa.array([said]))
    told = replace(found, detections=doubtful)
    files = [write_detections(told, tmp_path / f"ships.{ending}") for ending in ("geojson", "parquet", "gpkg", "csv")]
    assert json.loads(files[0].read_text(encoding="utf-8"))["features"][0]["properties"]["doubts"] == said
    assert gpd.read_parquet(files[1]).doubts[0].tolist() == said
    assert gpd.read_file(files[2], layer="detections").doubts[0] == "|".join(said)
    assert "|".join(said) in files[3].read_text(encoding="utf-8")


def test_a_geojson_has_its_style_beside_it(found: Detected, tmp_path: Path) -> None:
    write_detections(found, tmp_path / "ships.geojson")
    assert (tmp_path / "ships.qml").read_text(encoding="utf-8") == qml("detections")


@pytest.mark.parametrize("layer", GEOMETRY)
def test_a_style_is_well_formed_and_every_kind_has_its_colour(layer: str) -> None:
    root: Any = ElementTree.fromstring(qml(layer), forbid_dtd=False)
    assert root.find("layerGeometryType").text == str(GEOMETRY[layer])
    symbols = {symbol.get("name"): symbol for symbol in root.iter("symbol")}
    for category in root.iter("category"):
        colours = [option.get("value") for option in symbols[category.get("symbol")].iter("Option")]
        assert any(str(value).startswith(",".join(map(str, COLOURS[category.get("value")]))) for value in colours)
    assert {category.get("value") for category in root.iter("category")} in (set(), set(COLOURS))


def test_outlines_keep_together_over_the_antimeridian(tmp_path: Path) -> None:
    here = from_origin(179.99, 10.0, 1e-4, 1e-4)
    product = open_product(write_tiff(tmp_path / "sea.tif", clutter(200, 200), crs="EPSG:4326", transform=here))
    (outline,) = outlines_of(product, np.array([[50.0, 150, 150, 50]]), np.array([[50.0, 50, 150, 150]]))
    assert outline is not None
    assert outline.bounds == pytest.approx((179.995, 9.985, 180.005, 9.995), abs=1e-6)
