"""Doubts: what lies around an object and what it looks like, told with a code and changed by stated rules alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from darkwake.detection import detect
from darkwake.detection.doubts import Code, code_of, doubt
from darkwake.detection.hits import Blob, Hits
from darkwake.detection.judging import Judged
from darkwake.detection.measuring import nothing
from darkwake.detection.surroundings import Around, doubts_around, doubts_in, doubts_of_size, doubts_of_two
from darkwake.imagery import open_product
from darkwake.simulation.safe import Truth, write_safe
from darkwake.simulation.safe_scene import SafeScene, ShipAt
from tests.detection.scenes import plant
from tests.imagery.rasters import clutter, write_tiff

Row = dict[str, object]
NOWHERE = Around(np.inf, np.inf, None, None, ghost_zone=False, line=False, touches_land=False)


def judged(score: float | None, length: int = 20, **more: object) -> Judged:
    along, ones = np.arange(length), np.ones(length)
    hits = Hits(0 * along, along, ones, 0 * ones, ones, ones > 0, np.ones(length, np.uint8))
    return Judged(Blob(hits, hits), score, 0.0, **more)  # type: ignore[arg-type]


def codes(row: Row) -> set[str]:
    return {code_of(said) for said in row["doubts"]}  # type: ignore[attr-defined]


def test_a_plain_ship_at_sea_has_no_doubts() -> None:
    assert doubts_around(NOWHERE) + doubts_in(judged(0.9), 0.9, too_large="") == []


@pytest.mark.parametrize(
    ("one", "by_contrast", "said"),
    [
        (judged(0.9, straight=False), 0.9, Code.SHAPE),
        (judged(0.9, length=4), 0.9, Code.SMALL),
        (judged(0.1), 0.9, Code.JUDGES_DISAGREE),
        (judged(0.9, proposed=True), 0.9, Code.JUDGES_DISAGREE),
    ],
)
def test_each_doubt_about_the_object_itself_has_its_code(one: Judged, by_contrast: float, said: Code) -> None:
    assert [code_of(words) for words in doubts_in(one, by_contrast, too_large="")] == [said]


def test_two_hulls_and_a_boat_have_codes_of_their_own() -> None:
    said = doubts_of_two(replace(nothing(""), two_hulls=0.4)) + doubts_of_size(0.7, 15.0)
    assert [code_of(words) for words in said] == [Code.TWO_HULLS, Code.BOAT]


def test_what_lies_around_is_told_with_its_distance_and_the_brighter_object() -> None:
    around = Around(340.0, 0.0, (12, 34), (56, 78), ghost_zone=True, line=True, touches_land=False)
    assert doubts_around(around) == [
        "near_shore: 340 m from land",
        "border: at the edge of the data",
        "side_lobe: in an arm of the far brighter object at x 12 y 34",
        "ghost: where the object at x 56 y 78 throws an azimuth ghost",
        "line: a piece of a line longer than any ship",
    ]


def test_a_ship_near_the_shore_and_one_where_the_data_end_are_told(tmp_path: Path) -> None:
    values = clutter(900, 900)
    values[:, :150] = np.random.default_rng(2).gamma(4.4, 1.0 / 4.4, (900, 150))
    values[:, 840:] = 0.0
    for x in (215, 765, 480):
        values = plant(values, y=450, x=x, length_px=14, beam_px=3, axis_deg=0, value=5.0)
    rows = {
        round((row["x0"] + row["x1"]) / 2): row
        for row in detect([write_tiff(tmp_path / "a.tif", values)]).detections.to_pylist()
    }
    said = [codes(row) for x, row in sorted(rows.items()) if row["kind"] == "ship"]
    assert said == [{"near_shore"}, set(), {"border"}]


@pytest.fixture(scope="module")
def bright(tmp_path_factory: pytest.TempPathFactory) -> tuple[Truth, list[Row]]:
    """A very bright ship whose two azimuth ghosts lie 5 km before and behind (at the rate of pulses of the first swath)."""
    ship = ShipAt(34.0, 129.0, 330, 58, 40.0, brightness_db=12.0)
    scene = SafeScene(34.0, 129.0, lines=1500, samples=420, ships=(ship,), sea_db=-22.0, incidence_deg=33.0)
    truth = write_safe(tmp_path_factory.mktemp("safe"), scene, 3)
    return truth, detect([truth.product]).detections.to_pylist()


def test_ghosts_of_a_bright_ship_are_told_with_her_place_and_are_no_ships(bright: tuple[Truth, list[Row]]) -> None:
    truth, rows = bright
    (ship,) = truth.ships
    away = [abs(float(str(row["y0"])) - ship.seen_y) for row in rows]
    there = [row for row, px in zip(rows, away, strict=True) if px > 400 and float(str(row["contrast"])) > 12]
    assert len(there) >= 2
    assert {row["kind"] for row in there} <= {"unknown", "structure"}
    assert [codes(row) >= {"ghost"} for row in there].count(True) >= 2
    assert [row["kind"] for row in rows].count("ship") == 1


def test_the_bands_in_which_a_ship_stands_out_are_told(bright: tuple[Truth, list[Row]]) -> None:
    truth, rows = bright
    assert open_product(truth.product).about.bands == ("VV", "VH")
    assert [row["bands"] for row in rows if row["kind"] == "ship"] == [["VV", "VH"]]
    assert all(row["bands"] for row in rows)


def test_a_doubt_is_a_code_and_words() -> None:
    assert doubt(Code.BORDER, "at the edge") == "border: at the edge"
