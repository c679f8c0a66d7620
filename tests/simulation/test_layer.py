"""The simulated layer: the same for the same seed, silent where it says so, never a real ship."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely

import darkwake
from darkwake.simulation import scenario, write_layer
from darkwake.simulation.ships import fixes

BUNDLED = Path(darkwake.__file__).parent / "bundled"


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("layer")
    write_layer(folder, 7)
    return folder


def test_the_same_seed_gives_the_same_world(layer: Path, tmp_path: Path) -> None:
    write_layer(tmp_path, 7)
    assert (tmp_path / "ais.csv").read_bytes() == (layer / "ais.csv").read_bytes()
    with rasterio.open(tmp_path / "radar-1.tif") as one, rasterio.open(layer / "radar-1.tif") as two:
        assert np.array_equal(one.read(1), two.read(1))


def test_no_report_is_sent_in_a_silence(layer: Path) -> None:
    truth = json.loads((layer / "truth.json").read_text())["ships"]
    spans = {s["mmsi"]: [[datetime.fromisoformat(t) for t in span] for span in s["silences"]] for s in truth.values()}
    with (layer / "ais.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            time = datetime.fromisoformat(row["BaseDateTime"]).replace(tzinfo=UTC)
            assert not any(start <= time < end for start, end in spans[int(row["MMSI"])])


def test_no_simulated_ship_can_be_taken_for_a_real_one() -> None:
    """Their MMSI begin with a maritime identification digit that no administration has."""
    with (BUNDLED / "lists" / "mids.csv").open(encoding="utf-8") as stream:
        given = {row["mid"] for row in csv.DictReader(stream)}
    assert len(given) > 280
    assert not {str(ship.mmsi)[:3] for ship in scenario.SHIPS} & given
    assert all(ship.name.startswith("SIMULATED") for ship in scenario.SHIPS)


def test_ships_do_not_jump() -> None:
    for ship in scenario.SHIPS:
        found = fixes(ship)
        assert [fix.time for fix in found] == sorted({fix.time for fix in found})


def test_a_silent_tanker_lies_in_the_first_image_and_not_in_the_second(layer: Path) -> None:
    truth = json.loads((layer / "truth.json").read_text())
    assert "SIMULATED TANKER 1" in truth["radar-1.tif"]
    assert truth["radar-2.tif"] == ["SIMULATED CARGO 2"]


def test_every_ship_stays_at_sea() -> None:
    """Held against the coastline of the dossier's overview; its accuracy in harbours is some hundred metres."""
    coast = json.loads((Path(darkwake.__file__).parent / "dossier" / "assets" / "coast_nakhodka.json").read_text())
    land = shapely.union_all([shapely.Polygon(ring) for ring in coast["land"]])
    west, south, east, north = coast["box"]
    for ship in scenario.SHIPS:
        near = [fix for fix in fixes(ship) if west < fix.lon < east and south < fix.lat < north]
        assert not any(land.contains(shapely.Point(fix.lon, fix.lat)) for fix in near), ship.name
