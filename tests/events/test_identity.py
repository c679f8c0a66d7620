"""Identities shared and changed: planted cases, and ships of which it is known."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from darkwake.ais import ingest
from darkwake.ais.columns import named_mapping
from darkwake.engine import Engine
from darkwake.events import IdentityRule, find
from darkwake.events.identity import edits
from darkwake.events.said import imo_holds
from darkwake.ids import content_id
from darkwake.schema import Statics
from tests.events.voyages import START, heard, voyage

SHIP = 311000001
OLD, NEW = 9074729, 9470131
Row = dict[str, Any]


def said(*messages: tuple[float, Row], mmsi: int = SHIP) -> pa.Table:
    """Static messages at (hours, values)."""
    return Statics.rows([
        {"source_id": f"file-{mmsi}", "line": line, "mmsi": mmsi, "time": START + timedelta(hours=hours), "origin": "simulated"}
        | {"incomplete": False} | values
        for line, (hours, values) in enumerate(messages, 1)
    ])  # fmt: skip


def events(duck: Engine, statics: pa.Table, positions: pa.Table | None = None) -> list[Row]:
    """Events of identity, each with its factors read."""
    table = heard(voyage(SHIP, 35.0, -40.0)) if positions is None else positions
    found = find(table, kinds=["identity"], statics=statics, engine=duck).table.to_pylist()
    return [row | {"factors": json.loads(row["factors"])} for row in found]


def test_another_imo_number_and_name_is_one_event_where_the_ship_was(duck: Engine) -> None:
    before, after = {"imo": OLD, "name": "ANNA"}, {"imo": NEW, "name": "BERTHA K"}
    [event] = events(duck, said((1, before), (2, before), (3, after), (4, after)))
    assert (event["start"], event["end"]) == (START + timedelta(hours=2), START + timedelta(hours=3))
    assert (event["track_id"], event["other_track_id"]) == (content_id("track", SHIP, "simulated"), None)
    assert (event["factors"]["imo"], event["factors"]["new_imo"]) == (OLD, NEW)
    assert event["probability"] == pytest.approx(1 - (1 - 0.8) * (1 - 0.3))
    assert event["lat"] == pytest.approx(35.2, abs=0.2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"name": "DUBAI ANGEL"}, {"name": "DUBAI  ANGELS"}),
        ({"imo": OLD}, {"imo": OLD + 1}),
        ({"imo": OLD}, {"imo": None, "name": "ANNA"}),
        ({"length_m": 183.0, "beam_m": 32.0}, {"length_m": 180.0, "beam_m": 32.0}),
        ({"draught_m": 8.0, "destination": "VANCOUVER"}, {"draught_m": 12.0, "destination": "LONG BEACH"}),
    ],
)
def test_typing_faulty_numbers_and_missing_values_are_no_change(duck: Engine, before: Row, after: Row) -> None:
    assert events(duck, said((1, before), (2, after))) == []


def test_a_small_change_that_is_taken_back_is_one_event_and_mostly_a_slip(duck: Engine) -> None:
    fine, faulty = {"callsign": "5LGN9"}, {"callsign": "X0GN9"}
    [event] = events(duck, said((1, fine), (2, faulty), (3, fine)))
    assert (event["factors"]["came_back"], event["probability"]) == (True, pytest.approx(0.02))


def test_one_imo_number_that_moves_to_another_mmsi_is_told_with_both(duck: Engine) -> None:
    other = 538000002
    statics = pa.concat_tables([said((1, {"imo": OLD})), said((5, {"imo": OLD}), mmsi=other)])
    [event] = events(duck, statics)
    assert {event["mmsi"], event["other_mmsi"]} == {SHIP, other}
    assert event["factors"]["maritime_identification_digits"] == [311, 538]
    assert (event["factors"]["at_once"], event["probability"]) == (False, 0.1)
    again = pa.concat_tables([said((1, {"imo": OLD}), (9, {"imo": OLD})), said((5, {"imo": OLD}), mmsi=other)])
    assert [(row["factors"]["at_once"], row["probability"]) for row in events(duck, again)] == [(True, 0.7)]


def test_a_shared_mmsi_is_an_event_with_both_tracks(shared: Path, tmp_path: Path, duck: Engine) -> None:
    """The synthetic scene has one MMSI that two ships share; what the ships say of themselves changes with each turn."""
    ingest([shared / "ais/synthetic/scene_a.zip"], tmp_path / "store", origin="simulated")
    [event] = find(tmp_path / "store", kinds=["identity"], engine=duck).table.to_pylist()
    truth = json.loads((shared / "ais/synthetic/scene_a.truth.json").read_text(encoding="utf-8"))
    assert [event["mmsi"]] == truth["shared_mmsi"] == [event["other_mmsi"]]
    assert content_id("track", event["mmsi"], "simulated") in (event["track_id"], event["other_track_id"])
    assert event["track_id"] < event["other_track_id"]
    assert event["probability"] > 0.99


def test_the_mmsi_of_one_real_ship_on_another_is_found(shared: Path, tmp_path: Path, duck: Engine) -> None:
    """Tankers at Vancouver by what they said: without positions, so without a place. One MMSI stood on two ships."""
    path = shared / "ais/real_vancouver_2024_2026/ships_static_by_visit.csv.gz"
    ingest([path], tmp_path / "store", columns=named_mapping("vancouver-visits"))
    found = find(tmp_path / "store", kinds=["identity"], engine=duck).table.to_pylist()
    assert len(found) == 10
    [likely] = [row for row in found if row["probability"] > 0.5]
    factors = json.loads(likely["factors"])
    assert (factors["imo"], factors["new_imo"], factors["name"]) == (9408310, 9470131, "SEAVOYAGER")
    assert (likely["mmsi"], likely["lat"], likely["lon"]) == (538003439, None, None)


def test_letters_and_check_digits() -> None:
    assert (edits("", "ABC"), edits("KITTEN", "SITTING"), edits("SAME", "SAME")) == (3, 3, 0)
    assert [imo_holds(number) for number in (9074729, 9470131, 9470132, 0, 12345678)] == [True, True, False, False, False]


def test_a_chance_beyond_one_is_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        IdentityRule(imo_chance=1.2)


def test_two_ships_that_one_track_holds_are_told_apart_by_what_they_say_in_turn(duck: Engine) -> None:
    """Their ways allow for one ship; their static messages do not. Once to and fro may be one ship with a borrowed name."""
    one, other = {"imo": OLD, "name": "ANNA"}, {"imo": NEW, "name": "BERTHA K"}
    [event] = events(duck, said((1, one), (2, other), (3, one), (4, other), (5, one)))
    assert (event["factors"]["what"], event["factors"]["said_in_turn"]) == ("shared MMSI", 2)
    assert (event["start"], event["end"]) == (START + timedelta(hours=1), START + timedelta(hours=5))
    [once] = events(duck, said((1, one), (2, other), (3, one)))
    assert once["factors"]["what"] == "changed identity"


def test_two_ships_whose_numbers_differ_by_few_digits_are_no_slips(duck: Engine) -> None:
    """What comes again in the same words is no typing error. A table gives both of one moment: nothing ends before it began."""
    one, other = {"imo": 2000822, "callsign": "SX00082"}, {"imo": 2001242, "callsign": "SX00124"}
    days = [(24.0 * day, values) for day in range(3) for values in (one, other)]
    [event] = events(duck, said(*days).drop(["incomplete"]).append_column("incomplete", pa.nulls(6, pa.bool_())))
    assert (event["factors"]["what"], event["factors"]["said_in_turn"]) == ("shared MMSI", 2)
    assert event["start"] <= event["end"]
    changed = events(duck, said((1, one), (1, other)).drop(["incomplete"]).append_column("incomplete", pa.nulls(2, pa.bool_())))
    assert [row["start"] <= row["end"] for row in changed] == [True]
