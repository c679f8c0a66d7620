"""False positions planted in plain voyages: each is found as what it is, and the plain voyages give nothing."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from darkwake.ais import ingest
from darkwake.ais.columns import named_mapping
from darkwake.engine import Engine
from darkwake.events import SpoofingRule, find
from darkwake.geo import destination
from tests.events.rows import shuffled
from tests.events.voyages import EVERY_S, Row, heard, voyage

SEA = (35.0, -40.0)
MOSCOW = (55.75, 37.62)


def frozen(rows: list[Row], first: int = 100, last: int = 160) -> list[Row]:
    """The same coordinates for an hour, speed and course going on."""
    held = {word: rows[first][word] for word in ("lat", "lon")}
    return [row | held if first <= at <= last else row for at, row in enumerate(rows)]


def contradicted(rows: list[Row]) -> list[Row]:
    """Ten knots reported less than are made."""
    return [row | {"sog_kn": max(row["sog_kn"] - 10.0, 0.0)} for row in rows]


def circling(rows: list[Row], radius_m: float = 1500.0) -> list[Row]:
    """Round one place, with speed and course to match."""
    made = []
    for at, row in enumerate(rows):
        angle = at * 12.0 * 0.514444 * EVERY_S / radius_m
        lat, lon = destination(*SEA, math.degrees(angle), radius_m)
        made.append(row | {"lat": lat, "lon": lon, "cog_deg": round((math.degrees(angle) + 90) % 360, 1)})
    return made


def elsewhere(rows: list[Row]) -> list[Row]:
    """The reported speed is made, on another course than is reported."""
    return [row | {"cog_deg": (row["cog_deg"] + 110.0) % 360.0} for row in rows]


def copied(rows: list[Row], north: float, minutes: float) -> list[Row]:
    """The same way under another number, elsewhere and at another time."""
    return [
        row | {"mmsi": 311000001, "lat": row["lat"] + north, "time": row["time"] + timedelta(minutes=minutes)} for row in rows
    ]


def ashore(mmsi: int = 311000002) -> list[Row]:
    """A ship that is heard in a city without a sea for three hours."""
    return voyage(mmsi, *MOSCOW, hours=3, knots=0.3)


PLAIN = [voyage(311000010 + at, 30.0 + 2 * at, -45.0 + at, course=40.0 * at, knots=6.0 + 2 * at) for at in range(8)]
PLANTED = {
    "frozen": [frozen(voyage(311000003, *SEA))],
    "contradicted": [contradicted(voyage(311000004, *SEA))],
    "circle": [circling(voyage(311000005, *SEA))],
    "land": [ashore()],
    "copied": [voyage(311000006, *SEA), copied(voyage(311000006, *SEA), 1.5, 45.0)],
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_fault_is_found_as_what_it_is(what: str, duck: Engine) -> None:
    rows = find(heard(*PLAIN, *PLANTED[what]), kinds=["spoofing"], engine=duck).table.to_pylist()
    assert [json.loads(row["factors"])["what"] for row in rows] == [what]
    [row] = rows
    assert {row["mmsi"], row["other_mmsi"]} - {None} == {rows[0]["mmsi"] for rows in PLANTED[what]}
    assert 0.2 < row["probability"] < 0.95


def test_a_track_that_sails_another_course_than_it_reports_is_contradicted(duck: Engine) -> None:
    rows = find(heard(*PLAIN, elsewhere(voyage(311000007, *SEA))), kinds=["spoofing"], engine=duck).table.to_pylist()
    assert [(row["mmsi"], json.loads(row["factors"])["what"]) for row in rows] == [(311000007, "contradicted")]


def test_a_wide_circle_over_the_antimeridian_is_found(duck: Engine) -> None:
    rows = [row | {"lon": (row["lon"] - SEA[1]) % 360 - 180} for row in circling(voyage(311000005, *SEA, hours=12.0), 6000.0)]
    [event] = find(heard(rows), kinds=["spoofing"], engine=duck).table.to_pylist()
    assert json.loads(event["factors"])["what"] == "circle"


def test_two_signs_of_one_spell_are_one_event(duck: Engine) -> None:
    """A ship whose log reads ten knots less than she makes, on land for a part of her way."""
    rows = contradicted(voyage(311000002, *MOSCOW, hours=3.0, knots=14.0))
    for row in rows[:40]:
        row["lat"] -= 20.0
        row["lon"] -= 77.0
    [event] = find(heard(*PLAIN, rows), kinds=["spoofing"], engine=duck).table.to_pylist()
    factors = json.loads(event["factors"])
    assert (factors["what"], factors["also"]) == ("contradicted", ["land"])


@pytest.mark.parametrize("every", [1, 5])
@pytest.mark.parametrize("radius_m", [250.0, 900.0, 4000.0, 15_000.0])
def test_a_circle_of_any_size_is_found_by_its_shape_not_by_its_size(radius_m: float, every: int, duck: Engine) -> None:
    """Heard each minute or every five: as far apart as half a round and more."""
    rows = circling(voyage(311000005, *SEA, hours=12.0 if radius_m < 5000 else 16.0), radius_m)[::every]
    [event] = find(heard(*PLAIN, rows), kinds=["spoofing"], engine=duck).table.to_pylist()
    factors = json.loads(event["factors"])
    assert (factors["what"], event["mmsi"]) == ("circle", 311000005)
    assert factors["radius_m"] == pytest.approx(radius_m, rel=0.05)


def test_a_ship_that_swings_at_her_anchor_runs_no_circle(duck: Engine) -> None:
    """To and fro over 140 degrees in a tide, 220 m from the anchor."""
    rows = voyage(311000008, *SEA, hours=30.0, knots=0.1)
    for at, row in enumerate(rows):
        row["lat"], row["lon"] = destination(*SEA, 70.0 * math.sin(at * EVERY_S / 7116.0), 220.0)
    assert find(heard(*PLAIN, rows), kinds=["spoofing"], engine=duck).counts == {"spoofing": 0}


def test_plain_voyages_and_ships_at_anchor_give_nothing(duck: Engine) -> None:
    anchored = [voyage(311000030 + at, 36.0, -40.0 + at, knots=0.0, hours=12) for at in range(3)]
    assert find(heard(*PLAIN, *anchored), kinds=["spoofing"], engine=duck).counts == {"spoofing": 0}


def test_the_spell_has_the_ends_that_were_planted(duck: Engine) -> None:
    rows = frozen(voyage(311000003, *SEA))
    [event] = find(heard(rows), kinds=["spoofing"], engine=duck).table.to_pylist()
    assert (event["start"], event["end"]) == (rows[100]["time"], rows[160]["time"])
    assert json.loads(event["factors"])["claimed_way_nm"] == pytest.approx(12.0, abs=0.3)


def test_ships_with_the_same_fault_at_once_are_told_of_together(duck: Engine) -> None:
    """As a jammer makes them: five ships frozen in the same hour, and one a thousand miles away."""
    jammed = [frozen(voyage(311000040 + at, 35.0 + at / 10, -40.0)) for at in range(5)]
    far = frozen(voyage(311000050, 10.0, -40.0))
    rows = find(heard(*jammed, far), kinds=["spoofing"], engine=duck).table.to_pylist()
    others = {row["mmsi"]: json.loads(row["factors"])["other_ships_at_once"] for row in rows}
    assert others == {311000040 + at: 4 for at in range(5)} | {311000050: 0}
    assert all(("jamming" in row["factors"]) == (row["mmsi"] != 311000050) for row in rows)


def test_where_many_ships_are_heard_on_land_there_is_water(duck: Engine) -> None:
    river = [ashore(311000060 + at) for at in range(4)]
    assert find(heard(*river), kinds=["spoofing"], engine=duck).counts == {"spoofing": 0}


def test_neither_the_order_of_rows_nor_midnight_changes_an_event(duck: Engine) -> None:
    planted = [rows for ships in PLANTED.values() for rows in ships]
    table = heard(*planted)
    events = find(table, kinds=["spoofing"], engine=duck).table
    assert find(shuffled(table), kinds=["spoofing"], engine=duck).table == events
    later = heard(*[[row | {"time": row["time"] + timedelta(minutes=77)} for row in rows] for rows in planted])
    moved = find(later, kinds=["spoofing"], engine=duck).table.to_pylist()
    shift = timedelta(minutes=77)
    found = [(row["mmsi"], row["start"] + shift, row["end"] + shift, row["factors"]) for row in events.to_pylist()]
    assert sorted(found) == sorted((row["mmsi"], row["start"], row["end"], row["factors"]) for row in moved)


def test_real_tankers_of_18_months_have_no_false_positions(shared: Path, tmp_path: Path, duck: Engine) -> None:
    """Ten ships that nobody suspects: what is found here is a false alarm."""
    folder = shared / "ais" / "real_singapore_2013_2014"
    ingest([folder / "tankers_raw.zip"], tmp_path / "store", columns=named_mapping("singapore-raw"))
    assert find(tmp_path / "store", kinds=["spoofing", "identity"], engine=duck).counts == {"spoofing": 0, "identity": 0}


def test_a_rule_without_limits_is_refused() -> None:
    with pytest.raises(ValueError, match="every limit has to be above 0"):
        SpoofingRule(turns=0)
    assert np.isfinite(SpoofingRule().at_once_km)
