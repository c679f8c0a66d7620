"""Real tracks of ten tankers off Singapore, and one synthetic scene: counts and meetings that others have counted."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from darkwake.ais import ingest
from darkwake.ais.columns import named_mapping
from darkwake.events import EncounterRule, GapRule, find

TRIPS = {
    "ts_string": {"to": "time", "time_format": "iso"},
    "longitude": "lon",
    "latitude": "lat",
    "speed_over_ground": "sog_kn",
    "source_file": {"to": "mmsi", "pattern": "^(\\d{7})_", "values": {"8514019": 525011114, "9383986": 372343000}},
}
"""The trips by ``ts_string``, the clock of the raw reports; their ``ts`` lies eight hours before it."""
SILENCES_OVER_2_H = {
    357599000: 8,
    353057000: 37,
    563210000: 54,
    477058100: 76,
    538003480: 60,
    235084179: 130,
    564420000: 43,
    563061000: 5,
}
"""MMSI to silences of more than two hours, counted apart from this program (notes of the data set)."""


@pytest.fixture(scope="module")
def singapore(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("singapore") / "store"
    folder = shared / "ais" / "real_singapore_2013_2014"
    ingest([folder / "tankers_raw.zip"], store, columns=named_mapping("singapore-raw"))
    ingest([folder / "two_harbour_tankers_trips.csv.gz"], store, columns=TRIPS)
    return store


@pytest.fixture(scope="module")
def scene(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("scene") / "store"
    ingest([shared / "ais" / "synthetic" / "scene_a.zip"], store, origin="simulated")
    return store


def test_the_silences_of_eight_real_ships_are_those_counted_by_others(singapore):
    gaps = find(singapore, kinds=["gap"], rules=[GapRule(min_hours=2)]).table.to_pylist()
    closed = Counter(gap["mmsi"] for gap in gaps if gap["end"] is not None)
    assert {mmsi: closed[mmsi] for mmsi in SILENCES_OVER_2_H} == SILENCES_OVER_2_H


def test_two_real_neighbours_at_a_quay_are_named_and_no_silence_at_a_home_anchorage_makes_a_transfer(singapore):
    """One of them was moored for days before and after. The ten ships are heard seldom while they lie, year in, year out."""
    rows = find(singapore, kinds=["encounter"]).table.to_pylist()
    assert max(row["probability"] for row in rows) <= 0.1
    [meeting] = [row for row in rows if "inferred" not in json.loads(row["factors"])]
    assert (meeting["mmsi"], meeting["other_mmsi"]) in [(538003480, 525011114), (525011114, 538003480)]
    assert datetime(2014, 5, 21, 2, 10, tzinfo=UTC) <= meeting["start"] <= datetime(2014, 5, 21, 2, 20, tzinfo=UTC)
    assert datetime(2014, 5, 21, 4, 10, tzinfo=UTC) <= meeting["end"] <= datetime(2014, 5, 21, 4, 20, tzinfo=UTC)
    factors = json.loads(meeting["factors"])
    assert 162 < factors["median_distance_m"] < 166
    assert factors["class"] == "berth neighbours"
    assert meeting["probability"] < 0.05


def test_real_passings_are_near_but_no_meetings(singapore):
    near = EncounterRule(radius_m=500, min_minutes=0, run_minutes=0, sides="each")
    passings = find(singapore, kinds=["encounter"], rules=[near]).table.to_pylist()
    days = {frozenset((row["mmsi"], row["other_mmsi"])): row["start"].date().isoformat() for row in passings}
    assert days[frozenset((525011114, 563210000))] == "2014-03-29"
    assert days[frozenset((372343000, 563210000))] == "2014-07-31"


LOOKS_LIKE = {
    "berth neighbours": "berth neighbours",
    "anchorage neighbours about 580 m": "anchorage neighbours",
    "tug alongside a tanker (contact, no oil transfer)": "tug or pilot alongside",
    "pilot boat, under 20 minutes": "tug or pilot alongside",
    "two tankers on parallel courses about 400 m apart, 2.7 kn, whole time": "parallel courses",
}
"""The scene's own words for what is no transfer, and the class that it is to have."""


def test_the_synthetic_transfers_with_both_ships_heard_are_found_in_time(scene, shared):
    """Start and end within a quarter of an hour, and no pair is called a transfer that is none."""
    truth = _truth(shared)["sts"]
    heard = {frozenset((sts["mmsi_mother"], sts["mmsi_daughter"])): sts for sts in truth if sts["silent"] == "none"}
    named = [row for row in find(scene, kinds=["encounter"]).table.to_pylist() if row["probability"] >= 0.5]
    both = {_pair(row): row for row in named if "transfer" in json.loads(row["factors"])["class"]}
    assert heard.keys() <= both.keys()
    assert both.keys() <= {frozenset((sts["mmsi_mother"], sts["mmsi_daughter"])) for sts in truth}
    for pair, sts in heard.items():
        for word in ("start", "end"):
            assert abs(both[pair][word] - datetime.fromisoformat(sts[word])) <= timedelta(minutes=15)
    assert {row["origin"] for row in named} == {"simulated"}


def test_synthetic_transfers_with_a_silent_ship_are_inferred_with_both_names(scene, shared):
    """Three with one silent ship, likely; the one with both silent, as possible only; and no other pair is likely."""
    truth = _truth(shared)["sts"]
    silent = {frozenset((sts["mmsi_mother"], sts["mmsi_daughter"])): sts["silent"] for sts in truth if sts["silent"] != "none"}
    rows = {_pair(row): row for row in find(scene, kinds=["encounter"]).table.to_pylist()}
    inferred = {pair: row for pair, row in rows.items() if json.loads(row["factors"]).get("inferred")}
    assert silent.keys() <= inferred.keys()
    likely = {pair for pair, row in inferred.items() if row["probability"] >= 0.5}
    assert likely == {pair for pair, who in silent.items() if who == "smaller ship"}
    for pair, who in silent.items():
        assert json.loads(inferred[pair]["factors"])["heard"] == {"smaller ship": "one side", "both ships": "neither side"}[who]


def test_every_look_alike_of_the_synthetic_scene_is_classified_by_name(scene, shared):
    meetings = find(scene, kinds=["encounter"]).table.to_pylist()
    for twin in _truth(shared)["not_sts"]:
        start, end = (datetime.fromisoformat(twin[word]) for word in ("start", "end"))
        rows = [row for row in meetings if _pair(row) == frozenset(twin["mmsi"]) and row["start"] < end and row["end"] > start]
        assert [json.loads(row["factors"])["class"] for row in rows] == [LOOKS_LIKE[twin["type"]]]


def _truth(shared: Path):
    return json.loads((shared / "ais" / "synthetic" / "scene_a.truth.json").read_text(encoding="utf-8"))


def _pair(row) -> frozenset[int]:
    return frozenset((row["mmsi"], row["other_mmsi"]))
