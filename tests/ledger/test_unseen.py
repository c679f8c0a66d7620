"""The stage of the unseen: on what a row stands, which barrels it has, and that nothing adds it up."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest

from darkwake.cargo import payloads
from darkwake.engine import Engine, open_engine
from darkwake.errors import InputError
from darkwake.ledger import VISITS, WatchRule, unseen
from darkwake.pipeline import STAGES
from darkwake.schema import Claims, Draws, Positions, Scenes, Sightings, Vessels, Visits
from tests.cargo.rows import FAST, LAST, places, visit, visits
from tests.ledger.rows import report, tables

ENGINE = open_engine("duckdb")
PERIOD = date(2024, 1, 1), date(2024, 12, 31)


def count(visits_counted: int = 43) -> dict[str, object]:
    """The published total that the visits of the tests are counted in."""
    return report("A004", "OSC", "2024-03-07", "2024-11-05", None, kind="aggregate", count=visits_counted, place_id="vostochny")


def scene(number: int, **changes: object) -> dict[str, object]:
    """A radar picture of Vostochny, one a day."""
    row: dict[str, object] = {
        "scene_id": f"scene-{number}",
        "sensor": "sar",
        "time": datetime(2024, 1, 1, 9, tzinfo=UTC) + timedelta(days=number),
        "west": 132.0,
        "south": 42.0,
        "east": 134.0,
        "north": 43.0,
        "width_px": 10,
        "height_px": 10,
        "spacing_m": 10.0,
        "bands": ["VV"],
        "radiometry": "db",
        "searched_px": 100,
        "href": "a.tif",
        "sha256": "0" * 64,
        "origin": "observed",
    }
    return row | changes


def estimated(
    stays: pa.Table,
    *,
    claims: list[dict[str, object]] | None = None,
    scenes: list[dict[str, object]] | None = None,
    shown: tuple[str, ...] = (),
    watching: WatchRule | None = None,
    heard: pa.Table | None = None,
    engine: Engine | None = None,
    **factors: object,
) -> list[dict[str, object]]:
    """The rows of the stage."""
    sightings = [
        {"sighting_id": one, "how": "image", "time_lo": LAST, "time_hi": LAST, "who": "{}", "laden": "unknown"}
        | {"probability": 1.0, "reason": "seen", "origin": "observed", "evidence": []}
        for one in shown
    ]
    made = payloads(stays, Vessels.empty(), seed=1, cargo=FAST)
    found = unseen(
        stays,
        Sightings.rows(sightings),
        Scenes.rows(scenes or []),
        Claims.rows([count()] if claims is None else claims),
        made["payloads"],
        made["draws"],
        places(),
        ibis.memtable(heard or Positions.empty()),
        engine=engine or ENGINE,
        seed=1,
        period=PERIOD,
        watching=watching or WatchRule(),
        cargo=FAST,
        factors=factors,
    )
    return found.to_pylist()


def test_a_published_count_says_that_its_looks_are_not_in_the_case_and_assumed() -> None:
    (row,) = estimated(visits(43))
    assert (row["place_id"], row["seen"], row["looks"]) == ("vostochny", 43, 0)
    assert (row["period_start"], row["period_end"]) == (date(2024, 3, 7), date(2024, 11, 5))
    assert "OSC (43); the looks behind them are not in the case, those reckoned with are assumed" in row["basis"]
    assert row["origin"] == "inferred"
    assert 0 < row["unseen_p05"] < 43 < row["unseen_p95"]
    names = [factor["name"] for factor in json.loads(row["factors"])]
    assert {"clear share of looks", "half-life of cloud", "hours alongside", "looks a day"} < set(names)
    assert names[-2:] == ["visits nobody saw, under a flat prior", "visits nobody saw, under a prior of 1/rate"]


def test_no_ledger_sum_knows_of_the_unseen() -> None:
    """No stage reads the table, and the ledger of 43 visits counts 43 however many nobody saw."""
    few, many = (estimated(visits(43), **{"clear share of looks": share})[0] for share in (0.9, 0.1))
    assert many["unseen_p50"] > 4 * few["unseen_p50"]
    assert [stage.name for stage in STAGES if "unseen" in stage.reads()] == []
    ledger = tables(visits(43))["ledger"]
    assert set(ledger["mode"].to_pylist()) == {VISITS}
    assert ledger["visits"].to_pylist()[-1] == 43


def test_the_unseen_carried_what_the_seen_carried_in_the_same_worlds() -> None:
    """All visits share one error: worlds with large ships have large unseen cargoes, so the spread does not average out."""
    stays = visits(43)
    row = estimated(stays, **{"clear share of looks": 0.5, "hours alongside": 24, "half-life of cloud": 0.1})[0]
    made = payloads(stays, Vessels.empty(), seed=1, cargo=FAST)
    per_visit = np.mean(np.stack([one.values.to_numpy() for one in made["draws"]["values"]]), axis=0)
    assert row["bbl_p50"] == pytest.approx(row["unseen_p50"] * np.median(per_visit), rel=0.05)
    shared = np.quantile(per_visit, 0.95) / np.quantile(per_visit, 0.05)
    assert row["bbl_p95"] / row["bbl_p05"] > shared


def test_visits_without_payload_have_no_barrels_and_not_zero() -> None:
    (row,) = estimated(visits(43, activity="unknown"))
    assert (row["bbl_p05"], row["bbl_p50"], row["bbl_p95"]) == (None, None, None)


def test_a_few_ships_told_of_together_are_no_count_and_not_watched_is_no_row() -> None:
    told = {**count(2), "kind": "visit"}
    assert estimated(visits(2), claims=[told]) == []
    assert estimated(visits(2, counted_in=None)) == []


def test_what_is_simulated_is_neither_seen_nor_a_look() -> None:
    assert estimated(visits(5, origin="simulated")) == []
    pictures = [scene(n, origin="simulated") for n in range(366)]
    (row,) = estimated(visits(43), scenes=pictures)
    assert row["looks"] == 0


def test_daily_radar_that_the_case_holds_leaves_little_unseen() -> None:
    stays = Visits.rows([visit(f"v{n}", counted_in=None, sightings=[f"s{n}"]) for n in range(9)])
    pictures = [scene(n) for n in range(366)]
    (row,) = estimated(stays, scenes=pictures, shown=("s0", "s1", "s2"))
    assert (row["seen"], row["looks"]) == (3, 366)
    assert (row["period_start"], row["period_end"]) == PERIOD
    assert row["chance_p50"] > 0.7
    assert "3 visits by pictures that the case holds" in row["basis"]
    assert row["evidence"][:2] == ["claim-A004", "scene-0"]


@pytest.mark.parametrize(
    "changes",
    [{"spacing_m": 60.0}, {"west": 100.0, "east": 110.0}, {"time": None}, {"west": None}, {"sensor": "optical", "cloud": 1.0}],
)
def test_pictures_that_could_not_show_a_ship_there_are_no_looks(changes: dict[str, object]) -> None:
    stays = Visits.rows([visit("v0", counted_in=None, sightings=["s0"])])
    assert estimated(stays, scenes=[scene(n, **changes) for n in range(20)], shown=("s0",)) == []


def test_cloud_in_the_pictures_raises_what_they_missed() -> None:
    stays = Visits.rows([visit(f"v{n}", counted_in=None, sightings=[f"s{n}"]) for n in range(9)])
    shown = tuple(f"s{n}" for n in range(9))
    medians = [
        estimated(stays, scenes=[scene(n, sensor="optical", cloud=cloud) for n in range(366)], shown=shown)[0]["unseen_p50"]
        for cloud in (0.0, 0.5, 0.8)
    ]
    assert medians[0] < medians[1] < medians[2]


def test_a_declaration_of_looks_replaces_what_is_assumed_and_names_the_days_without_any() -> None:
    """Looks that stop for 42 days."""
    said = {"place": "vostochny", "looks_a_day": 2, "clear_share": [0.6, 0.7, 0.8], "hours_alongside": 48, "source": "the desk"}
    stopped = [{**said, "end": date(2024, 6, 1)}, {**said, "start": date(2024, 7, 14)}]
    (whole,) = estimated(visits(43), watching=WatchRule(declared=(said,)))
    (broken,) = estimated(visits(43), watching=WatchRule(declared=tuple(stopped)))
    assert "declared (the desk)" in whole["basis"]
    assert "no look between 1 June and 14 July 2024 (42 days)" in broken["basis"]
    assert broken["unseen_p50"] > whole["unseen_p50"] + 5
    shares = {factor["name"]: factor for factor in json.loads(whole["factors"])}
    assert shares["clear share of looks"]["source"] == "the desk (set in case.toml)"
    assert "looks a day" not in shares


def test_a_declared_watch_without_a_count_is_a_row_of_its_own() -> None:
    said = {"place": "chongjin", "start": date(2024, 5, 1), "end": date(2024, 5, 31), "looks_a_day": 1, "source": "the desk"}
    (row,) = estimated(visits(3, place_id="chongjin", counted_in=None), claims=[], watching=WatchRule(declared=(said,)))
    assert (row["place_id"], row["seen"]) == ("chongjin", 0)
    assert (row["period_start"], row["period_end"]) == (date(2024, 5, 1), date(2024, 5, 31))


def positions(days: int, **changes: object) -> pa.Table:
    """A ship heard at Vostochny once a day, from 7 March on."""
    row: dict[str, object] = {"track_id": "t", "source_id": "s", "mmsi": 273000001, "lat": 42.70, "lon": 133.10, "cell": 1}
    moments = [datetime(2024, 3, 7, 12, tzinfo=UTC) + timedelta(days=n) for n in range(days)]
    return Positions.rows([{**row, "line": n, "time": time, "origin": "observed", **changes} for n, time in enumerate(moments)])


@pytest.mark.parametrize("engine", ["duck", "spark_engine"])
def test_reception_near_the_place_is_told_and_shows_only_ships_that_transmit(
    engine: str, request: pytest.FixtureRequest
) -> None:
    where: Engine = request.getfixturevalue(engine)
    said = WatchRule(declared=({"source": "the desk", "transmits": [0.4, 0.5, 0.6]},))
    (silent,) = estimated(visits(43), heard=positions(122), engine=where)
    (sending,) = estimated(visits(43), heard=positions(122), engine=where, watching=said)
    assert "AIS near the place was received on 122 of 244 days" in silent["basis"]
    assert silent["chance_p50"] == estimated(visits(43))[0]["chance_p50"]
    assert sending["chance_p50"] > silent["chance_p50"] + 0.05


@pytest.mark.parametrize("changes", [{"lat": 41.0}, {"lon": -133.1}, {"origin": "simulated"}])
def test_positions_elsewhere_or_simulated_show_no_reception(changes: dict[str, object]) -> None:
    (row,) = estimated(visits(43), heard=positions(30, **changes))
    assert "AIS near the place was received on 0 of 244 days" in row["basis"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("daily", "declares no looks"),
        ({"source": "x", "look": 1}, "no key 'look'"),
        ({"looks_a_day": 1}, "no source"),
        ({"source": "x", "looks_a_day": 0}, "looks a day"),
        ({"source": "x", "clear_share": 1.4}, "clear_share"),
        ({"source": "x", "start": "2024"}, "no days"),
        ({"source": "x", "start": date(2024, 2, 1), "end": date(2024, 1, 1)}, "before they begin"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(said: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WatchRule(declared=(said,))


def test_a_declaration_for_a_place_that_the_case_has_not_is_refused() -> None:
    rule = WatchRule(declared=({"place": "vostochni", "source": "x"},))
    with pytest.raises(InputError, match="did you mean vostochny"):
        estimated(visits(3), watching=rule)


def test_draws_of_another_number_are_refused() -> None:
    stays = visits(3)
    made = payloads(stays, Vessels.empty(), seed=1, cargo=FAST)
    short = [{**row, "values": row["values"][:10]} for row in made["draws"].to_pylist()]
    given = (stays, Sightings.empty(), Scenes.empty(), Claims.rows([count()]), made["payloads"], Draws.rows(short), places())
    with pytest.raises(InputError, match="10 draws of payloads for 1000 worlds"):
        unseen(*given, ibis.memtable(Positions.empty()), engine=ENGINE, seed=1, period=PERIOD, watching=WatchRule(), cargo=FAST)
