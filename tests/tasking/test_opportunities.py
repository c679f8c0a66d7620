"""Opportunities say who could look, when, and what speaks against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from darkwake.errors import InputError
from darkwake.schema import Opportunities, Places
from darkwake.tasking import Days, TaskingRule, opportunities
from darkwake.tasking.elements import evidence
from darkwake.tasking.satellites import BUNDLED_ELEMENTS

WINDOW = Days(days=2)
RULE = TaskingRule()


def place(
    place_id: str, kind: str = "berth", lat: float = 42.74, lon: float = 133.08, origin: str = "published"
) -> dict[str, Any]:
    shape = {"place_id": place_id, "name": place_id, "kind": kind, "lat": lat, "lon": lon, "extent_m": 500.0}
    return shape | {"verified": False, "origin": origin, "evidence": [f"fact-{place_id}"]}


def looks(*places: dict[str, Any], rule: TaskingRule = RULE, window: Days = WINDOW) -> list[dict[str, Any]]:
    made = opportunities(Places.rows(list(places)), elements=(), window=window, tasking=rule)
    return Opportunities.check(made["opportunities"]).to_pylist()


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return looks(place("berth"))


def test_sentinel_1_is_usable_only_on_its_right_between_29_and_46_degrees_of_incidence() -> None:
    own = [r for r in looks(place("berth"), window=Days(days=7)) if r["satellite"].startswith("SENTINEL-1")]
    usable = [r for r in own if r["usable"]]
    assert 0 < len(usable) < len(own)
    assert all(44 <= r["elevation_deg"] <= 61 and "on a side it looks to" in r["reason"] for r in usable)
    assert {"it looks to the right, the place lies on its left"} & {r["reason"] for r in own}


def test_optics_need_the_sun_and_radar_does_not(rows) -> None:
    dark = [r for r in rows if r["sun_elevation_deg"] < 0]
    assert {r["sensor"] for r in dark if r["usable"]} == {"sar"}
    assert all("too dark" in r["reason"] for r in dark if r["sensor"] == "optical")
    assert min(r["sun_elevation_deg"] for r in rows if r["usable"] and r["sensor"] == "optical") >= RULE.sun_elevation_deg


def test_what_only_listens_is_listed_but_sees_no_ships(rows) -> None:
    listening = [r for r in rows if r["sensor"] == "rf_ais"]
    assert listening
    assert not any(r["usable"] for r in listening)


def test_limits_that_nobody_published_are_said_to_be_assumed(rows) -> None:
    assert {"(limits assumed)" in r["reason"] for r in rows if r["usable"] and r["satellite"].startswith("UMBRA")} == {True}
    assert all("cloud is not known" in r["reason"] for r in rows if r["usable"] and r["sensor"] == "optical")


def test_every_row_has_age_error_and_evidence(rows) -> None:
    (source,) = evidence([BUNDLED_ELEMENTS]).column("evidence_id").to_pylist()
    assert {tuple(r["evidence"]) for r in rows} == {("fact-berth", source)}
    assert all(r["sigma_s"] > 0.1 and -1 < r["element_age_h"] < 24 * 6 for r in rows)
    assert {r["origin"] for r in rows} == {"inferred"}


def test_a_simulated_place_makes_simulated_opportunities() -> None:
    assert {r["origin"] for r in looks(place("berth", origin="simulated"))} == {"simulated"}


def test_berths_come_first_and_ports_only_where_there_is_no_berth() -> None:
    port, berth, town = place("port", "port"), place("berth"), place("town", "town")
    assert {r["place_id"] for r in looks(port, berth, town)} == {"berth"}
    assert {r["place_id"] for r in looks(port, town)} == {"port"}
    assert looks(town) == []
    assert {r["place_id"] for r in looks(port, berth, rule=replace(RULE, kinds=("port", "berth")))} == {"port", "berth"}


def test_the_window_starts_at_the_newest_epoch_of_the_elements_unless_it_is_given(rows) -> None:
    start = datetime(2025, 9, 13, 0, 33, tzinfo=UTC)
    assert start < rows[0]["rise"] < start + timedelta(hours=3)
    given = looks(place("berth"), window=Days(datetime(2025, 9, 15, tzinfo=UTC), 1.0))
    assert {r["culmination"].date().isoformat() for r in given} == {"2025-09-15"}


def test_a_pass_cut_by_the_window_says_so(rows) -> None:
    one = next(r for r in rows if r["usable"])
    middle = one["rise"] + (one["culmination"] - one["rise"]) / 2
    cut = [r for r in looks(place("berth"), window=Days(middle, 1.0)) if r["cut"] == "start"]
    assert one["norad_id"] in {r["norad_id"] for r in cut}
    assert all(r["reason"].endswith("it begins before the window") and r["rise"] == middle for r in cut)


def test_ids_are_the_same_for_the_same_pass_in_a_longer_window(rows) -> None:
    longer = {r["opportunity_id"] for r in looks(place("berth"), window=Days(days=3))}
    assert {r["opportunity_id"] for r in rows if r["cut"] is None} <= longer


def test_what_cannot_be_read_or_moved_goes_to_quarantine_with_its_line(shared: Path, tmp_path: Path) -> None:
    bad = tmp_path / "some.tle"
    text = BUNDLED_ELEMENTS.read_text().splitlines()
    text[1] = text[1].replace("2025", "2026").replace("0", "1", 1)
    bad.write_text("\n".join(text))
    catalogue = shared / "tasking" / "elements" / "eo_active_20250913T18.tle.gz"
    made = opportunities(Places.rows([place("b")]), elements=(bad, catalogue), window=Days(days=5), tasking=RULE)
    reasons = [row["reason"] for row in made["quarantine"].to_pylist()]
    assert reasons[:2] == ["checksum does not fit", "its other line was set aside"]
    assert reasons[2].startswith("SGP4 error 6 from 2025-09-16")
    assert made["evidence"].num_rows == 2


@pytest.mark.parametrize(
    ("window", "words"),
    [(Days(days=0), "a window of 0 days"), (Days(days=61), "at most 60 days"), (Days(datetime(2025, 9, 14)), "no time zone")],  # noqa: DTZ001
)
def test_an_impossible_window_is_refused(window: Days, words: str) -> None:
    with pytest.raises(InputError, match=words):
        looks(place("berth"), window=window)


@pytest.mark.parametrize("change", [{"kinds": ("depot",)}, {"min_elevation_deg": 90.0}, {"budget": 0}])
def test_a_rule_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(change)).removesuffix("s")):
        replace(RULE, **change)
