from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from darkwake.cli.app import call
from tests.faults.telling import answer
from tests.imagery.catalogue.products import PLACE, write_item, write_product
from tests.imagery.catalogue.servers import catalogue_app, served


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a catalogue with one product, whose addresses are signed."""
    folder = tmp_path_factory.mktemp("catalogue")
    files = folder / "files"
    files.mkdir()
    item = write_item(write_product(folder), files, "files/")
    for asset in item["assets"].values():
        asset["href"] += "?sig=hush"
    with served(catalogue_app([item], files)) as address:
        yield address


def test_from_the_search_to_the_ship(catalogue: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    place = f"{PLACE[0]},{PLACE[1]}"
    where = ("--place", place, "--radius", 20, "--from", "2024-06-15", "--to", "2024-06-15")
    found = answer(capfd, "scenes", "search", catalogue, *where, "--into", tmp_path, "--out", tmp_path / "found.csv")
    assert (len(found["items"]), found["more"], "hush" in str(found)) == (1, False, False)
    assert "hush" not in (tmp_path / "found.csv").read_text()
    fetched = answer(capfd, "scenes", "fetch", found["items"][0]["file"], "--into", tmp_path, "--place", place, "--radius", 2)
    (scene,) = answer(capfd, "detect", fetched["items"][0]["file"])["scenes"]
    (ship,) = [row for row in scene["detections"] if row["score"] > 0.5]
    assert (ship["lat"], ship["lon"]) == pytest.approx(PLACE, abs=0.001)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("search", "https://stac.example", "--from", "2024-06-01", "--to", "2024-06-30"), "a place or a box is needed"),
        (
            ("search", "ftp://stac.example", "--box", "0,0,1,1", "--from", "2024-06-01", "--to", "2024-06-30"),
            "no address on the web",
        ),
        (("search", "https://stac.example", "--box", "0,0,1", "--from", "2024-06-01", "--to", "2024-06-30"), "has 3 numbers"),
        (("search", "https://stac.example", "--place", "a,b", "--from", "2024-06-01", "--to", "2024-06-30"), "is not LAT,LON"),
        (("search", "https://stac.example", "--place", "0,0", "--from", "June", "--to", "2024-06-30"), "'June' is no time"),
        (("search", "https://stac.example", "--place", "0,0", "--from", "2024-06-30", "--to", "2024-06-01"), "a period from"),
        (("fetch", "nowhere.json", "--into", "out"), "nowhere.json: no such file"),
        (("fetch", "nowhere.json", "--into", "out", "--polarisation", "VX"), "no such file"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(
    words: tuple[str, ...], told: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert call(["scenes", *words]) == 2
    error = capfd.readouterr().err
    assert told in error
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert not Path("out").exists()


def test_options_that_contradict_are_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    item = {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": "a",
        "properties": {"datetime": "2024-06-15T00:00:00Z"},
        "assets": {},
    }
    (tmp_path / "a.json").write_text(json.dumps(item))
    fetch = ["scenes", "fetch", str(tmp_path / "a.json"), "--into", str(tmp_path)]
    assert call([*fetch, "--place", "0,0", "--window", "0,0,1,1"]) == 2
    assert call([*fetch, "--polarisation", "VX"]) == 2
    assert call([*fetch, "--place", "95,0"]) == 2
    assert capfd.readouterr().err.count("error: ") == 3
