"""Real tracks of ten tankers off Singapore, and one synthetic scene: counts and meetings that others have counted."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
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


def test_two_real_neighbours_at_a_quay_meet_the_rule_and_nothing_else_does(singapore):
    """One of them was moored for days before and after: the rule alone cannot tell, which is why its words say so."""
    [meeting] = find(singapore, kinds=["encounter"]).table.to_pylist()
    assert (meeting["mmsi"], meeting["other_mmsi"]) in [(538003480, 525011114), (525011114, 538003480)]
    assert meeting["start"] == datetime(2014, 5, 21, 2, 20, tzinfo=UTC)
    assert meeting["end"] == datetime(2014, 5, 21, 4, 20, tzinfo=UTC)
    assert 162 < json.loads(meeting["factors"])["median_distance_m"] < 166
    assert "neighbours at a berth" in meeting["rule"]


def test_real_passings_are_near_but_no_meetings(singapore):
    near = EncounterRule(min_minutes=0, run_minutes=0)
    passings = find(singapore, kinds=["encounter"], rules=[near]).table.to_pylist()
    days = {frozenset((row["mmsi"], row["other_mmsi"])): row["start"].date().isoformat() for row in passings}
    assert days[frozenset((525011114, 563210000))] == "2014-03-29"
    assert days[frozenset((372343000, 563210000))] == "2014-07-31"


def test_of_eight_synthetic_transfers_the_rule_finds_the_four_with_both_ships_heard(scene, shared):
    """And 14 wrong pairs: what the rule of 500 m for 2 h is known to give on this scene."""
    truth = json.loads((shared / "ais" / "synthetic" / "scene_a.truth.json").read_text(encoding="utf-8"))["sts"]
    heard = {frozenset((sts["mmsi_mother"], sts["mmsi_daughter"])) for sts in truth if sts["silent"] == "none"}
    transfers = {frozenset((sts["mmsi_mother"], sts["mmsi_daughter"])) for sts in truth}
    meetings = find(scene, kinds=["encounter"]).table.to_pylist()
    pairs = {frozenset((row["mmsi"], row["other_mmsi"])) for row in meetings}
    assert pairs & transfers == heard
    assert len(pairs - transfers) == 14
    assert {row["origin"] for row in meetings} == {"simulated"}
