"""What was measured of a ship stands in her visit: from sources, from pictures, from what her crew typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from darkwake.errors import InputError
from darkwake.fusion import MergeRule, visits
from darkwake.fusion.measured import MEASUREMENTS, STATED, Picture, of_stay, range_each
from darkwake.schema import Detections, Events, Sightings, Statics
from tests.fusion.test_visits import FACTS, bundled, call, made, one, sighting

DAY = datetime(2024, 3, 7, 9, tzinfo=UTC)
OCTOBER = datetime(2024, 10, 3, 1, tzinfo=UTC)


def test_a_claim_s_own_figures_stand_in_its_visit():
    figures = {"draught_in_m": 3.1, "draught_out_m": 5.6, "draught_sd_m": 0.1, "laden_out": "laden", "carriage": "ship"}
    found = made([one("S001", **figures, unit="t", central=2900.0)])
    assert [{word: row[word] for word in figures} | {"t": row["t_stated"]} for row in found] == [figures | {"t": 2900.0}]


@pytest.mark.parametrize(("activity", "way"), [("load", "lighter"), ("discharge", "heavier")])
def test_a_claim_with_draughts_the_wrong_way_round_is_refused(activity, way):
    light, deep = (5.6, 3.1) if activity == "load" else (3.1, 5.6)
    with pytest.raises(InputError, match=f"claims:S001: the ship departs {way} than she arrived .* which is no {activity}"):
        made([one("S001", activity=activity, draught_in_m=light, draught_out_m=deep)])


def test_a_range_for_each_visit_of_a_count_stands_in_the_visits_that_only_the_count_knows():
    rows = [row | ({"each_lo": 10_000.0, "each_hi": 30_000.0} if row["claim_id"] == "A004" else {}) for row in bundled()]
    found = [row for row in made(rows) if row["counted_in"] == "A004" and not row["sightings"]]
    assert {(row["bbl_lo"], row["bbl_hi"]) for row in found} == {(10_000.0, 30_000.0)}
    assert {row["bbl_stated"] for row in found} == {None}


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ({"each_lo": 1.0, "each_hi": 2.0}, (1.0, 2.0)),
        ({"each_lo": 1.0}, (None, None)),
        ({"lo": 1.0, "hi": 2.0, "unit": "bbl"}, (1.0, 2.0)),
        ({"lo": 1.0, "hi": 2.0, "unit": "bbl", "count": 43}, (None, None)),  # of all 43 together
        ({"lo": 1.0, "hi": 2.0, "unit": "t"}, (None, None)),
        ({"lo": 1.0, "unit": "bbl"}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_a_range_has_two_ends_and_is_of_one_visit(claim, found):
    assert range_each(dict.fromkeys(("each_lo", "each_hi", "lo", "central", "hi", "unit", "count")) | claim) == found


def detection(n: int, freeboard_m: float | None) -> dict[str, object]:
    row = {"detection_id": f"detection-{n}", "scene_id": f"scene-{n}", "kind": "ship", "score": 0.9, "freeboard_m": freeboard_m}
    box = {"x0": 0.0, "y0": 0.0, "x1": 9.0, "y1": 9.0, "origin": "observed", "evidence": ["scene-1"]}
    ends = {"freeboard_lo": -0.5, "freeboard_hi": 0.5} if freeboard_m is not None else {}
    return row | box | {word: freeboard_m + step for word, step in ends.items()}


def seen(*looks: tuple[datetime, str, float | None]) -> list[dict[str, object]]:
    """Visits from pictures of one ship: when, state, freeboard."""
    rows = [
        sighting(n, when, mmsi=445_000_001, laden=laden, detection_id=f"detection-{n}")
        for n, (when, laden, _) in enumerate(looks)
    ]
    images = Detections.rows([detection(n, height) for n, (_, _, height) in enumerate(looks)])
    period = (date(2024, 1, 1), date(2024, 12, 31))
    tables = (FACTS["places"], FACTS["vessels"], FACTS["claims"].slice(0, 0), Sightings.rows(rows), Events.empty(), images)
    return visits(*tables, period=period, merging=MergeRule()).to_pylist()


def test_two_pictures_of_a_stay_are_its_arrival_and_its_departure():
    (visit,) = seen((DAY + timedelta(hours=8), "laden", 1.2), (DAY, "ballast", 3.7))
    assert (visit["freeboard_in_m"], visit["freeboard_out_m"]) == (3.7, 1.2)
    assert visit["freeboard_sd_m"] == pytest.approx(0.304, abs=0.001)
    assert (visit["laden_in"], visit["laden_out"]) == ("ballast", "laden")
    assert visit["rule"].endswith("; the first picture stands for the arrival, the last for the departure")


def test_one_picture_tells_neither_arrival_nor_departure():
    (visit,) = seen((DAY, "laden", 1.2))
    assert {visit[word] for word in (*MEASUREMENTS, "laden_in", "laden_out")} == {None}


def test_pictures_a_month_apart_are_two_stays_and_measure_neither():
    assert [row["freeboard_in_m"] for row in seen((DAY, "ballast", 3.7), (DAY + timedelta(days=30), "laden", 1.2))] == [
        None,
        None,
    ]


def test_a_source_s_own_figure_comes_before_a_picture_s():
    pictures = [Picture(DAY, "ballast", 3.7), Picture(DAY + timedelta(hours=5), "laden", 1.2, 0.3)]
    found = of_stay([{"freeboard_in_m": 4.0, "laden_out": "ballast"}], pictures)
    assert found == {"freeboard_in_m": 4.0, "laden_in": "ballast", "laden_out": "ballast"}


def test_of_two_sources_the_figures_of_one_are_not_mixed_with_the_error_of_the_other():
    found = of_stay(
        [{"draught_in_m": 3.0}, {"draught_in_m": 3.2, "draught_out_m": 5.0, "draught_sd_m": 0.1, "t_stated": 1.0}], []
    )
    assert found == {"draught_in_m": 3.0, "t_stated": 1.0}


def typed(mmsi: int, when: datetime, draught_m: float, line: int) -> dict[str, object]:
    return {"source_id": "file-1", "line": line, "mmsi": mmsi, "time": when, "draught_m": draught_m, "origin": "observed"}


def test_draughts_that_a_crew_typed_stand_in_the_visit_of_a_call(duck):
    arrived, left = OCTOBER, OCTOBER + timedelta(hours=9)
    sent = [
        typed(445_000_001, arrived - timedelta(hours=3), 3.2, 1),
        typed(445_000_001, left, 5.4, 2),
        typed(445_000_002, left, 9.9, 3),
    ]
    tables = (
        FACTS["places"],
        FACTS["vessels"],
        FACTS["claims"].slice(0, 0),
        Sightings.empty(),
        Events.rows([call(1, 445_000_001, OCTOBER)]),
    )
    year = (date(2024, 1, 1), date(2024, 12, 31))
    (visit,) = visits(*tables, None, duck.table(Statics.rows(sent)), period=year, merging=MergeRule(), engine=duck).to_pylist()
    assert (visit["draught_in_m"], visit["draught_out_m"], visit["draught_sd_m"]) == (3.2, 5.4, None)


def test_without_anything_measured_the_columns_are_null():
    (visit,) = made([one("S001")])
    assert {visit[word] for word in STATED if word not in ("carriage", "laden_in", "laden_out")} == {None}
