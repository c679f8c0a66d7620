"""The outlook tells a person the window, how old the elements are, and what was set aside."""

from __future__ import annotations

from pathlib import Path

from darkwake.schema import Places
from darkwake.tasking import Days, Outlook, TaskingRule, outlook

BERTH = {"place_id": "b", "name": "Berth", "kind": "berth", "lat": 42.74, "lon": 133.08, "extent_m": 500.0}
PLACES = Places.rows([BERTH | {"verified": False, "origin": "published", "evidence": []}])


def ahead(*files: Path, days: float = 1.0) -> Outlook:
    return outlook(PLACES, elements=files, window=Days(days=days), rule=TaskingRule(budget=3))


def test_the_words_name_the_window_the_age_and_what_a_listing_does_not_mean() -> None:
    text = ahead().text()
    assert text.startswith("2025-09-13 00:33 to 2025-09-14 00:33 UTC, 52 satellites, 1 places: ")
    assert "elements are 0.1 days old at the start of the window (median; 0.0 to 2.5), 1 more at its end" in text
    assert "being listed does not mean that a satellite images then" in text
    assert text.count("12 h or more from every other planned look") == text.count(" degrees high; ") > 0


def test_the_result_holds_the_rows_of_both_tables_and_the_window() -> None:
    result = ahead().result()
    assert {"opportunities", "plan", "window", "remarks"} <= result.keys()
    assert {row["opportunity_id"] for row in result["plan"]} <= {row["opportunity_id"] for row in result["opportunities"]}
    assert result["window"]["start"] == ahead().looked.start


def test_a_satellite_that_sgp4_refuses_is_named(shared: Path) -> None:
    remarks = ahead(shared / "tasking" / "elements" / "eo_active_20250913T18.tle.gz", days=5).remarks()
    assert any(remark.startswith("ASTROCAST-0302 (54369): SGP4 error 6 from 2025-09-16") for remark in remarks)


def test_places_that_are_no_berths_or_ports_leave_nothing_to_plan() -> None:
    depot = Places.rows([BERTH | {"kind": "depot", "verified": False, "origin": "published", "evidence": []}])
    result = outlook(depot, elements=(), window=Days(), rule=TaskingRule())
    assert (result.opportunities.num_rows, result.plan.num_rows) == (0, 0)
    assert "nothing to plan" in result.text()
