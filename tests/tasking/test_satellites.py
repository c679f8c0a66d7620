"""What satellites carry and how their elements age come from tables with sources."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.tasking.satellites import FRESH_SIGMA_S, ORBITS, UNKNOWN, satellite, sigma_s


@pytest.mark.parametrize("name", ["SENTINEL-1A", "SENTINEL 1C", "Sentinel_1D"])
def test_sentinel_1_is_a_radar_that_looks_right_at_29_to_46_degrees(name: str) -> None:
    known = satellite(name)
    assert (known.sensor, known.look, known.incidence_min_deg, known.incidence_max_deg) == ("sar", "right", 29, 46)


@pytest.mark.parametrize("name", ["YAOGAN-29", "COSMOS 2575", "USA 224", "SOMETHING NEW"])
def test_what_nobody_publishes_is_unknown(name: str) -> None:
    assert satellite(name).sensor == "unknown"


def test_a_longer_name_is_not_taken_for_a_shorter_one() -> None:
    assert (satellite("TERRA").sensor, satellite("TERRASAR-X").sensor) == ("optical", "sar")
    assert satellite("TERRASTAR-1") == UNKNOWN
    assert satellite("HAWKEYE") == UNKNOWN


def test_every_row_of_the_table_names_its_source_and_whether_it_was_read() -> None:
    with (ORBITS / "satellites.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert {row["sensor"] for row in rows} == {"sar", "optical", "rf_ais", "unknown"}
    assert {row["verified"] for row in rows} == {"yes", "no"}
    assert all(row["source"] for row in rows)


@pytest.mark.parametrize(
    ("group", "days", "p90_s"), [("ICEYE", 7, 37), ("Umbra", 14, 359), ("all", 3, 2.1), ("Sentinel-1", 1, 0.01)]
)
def test_nine_of_ten_errors_measured_lie_within_sigma_times_1_645(group: str, days: float, p90_s: float) -> None:
    assert sigma_s(group, timedelta(days=days)) == pytest.approx(((p90_s / 1.6449) ** 2 + FRESH_SIGMA_S**2) ** 0.5)


def test_elements_older_than_what_was_measured_have_no_stated_error() -> None:
    assert sigma_s("all", timedelta(days=14.01)) is None
    assert sigma_s("all", timedelta(days=-14)) == sigma_s("all", timedelta(days=14))


@given(st.floats(0, 14), st.floats(0, 14), st.sampled_from(["ICEYE", "Flock", "all", "Landsat 8/9"]))
def test_older_elements_are_never_trusted_more(one: float, other: float, group: str) -> None:
    young, old = sorted((one, other))
    assert sigma_s(group, timedelta(days=young)) <= sigma_s(group, timedelta(days=old)) + 1e-12
