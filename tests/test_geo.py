"""Geodesy: known distances, the antimeridian, the poles, cells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake import geo

LAT = st.floats(-90, 90)
LON = st.floats(-180, 179.999999)


def test_the_distance_from_flinders_peak_to_buninyong_is_the_published_one() -> None:
    """Geocentric Datum of Australia technical manual: 54,972.271 m on GRS 80, whose ellipsoid is WGS 84's to 0.1 mm."""
    flinders = (-(37 + 57 / 60 + 3.72030 / 3600), 144 + 25 / 60 + 29.52440 / 3600)
    buninyong = (-(37 + 39 / 60 + 10.15610 / 3600), 143 + 55 / 60 + 35.38390 / 3600)
    assert float(geo.distance_m(*flinders, *buninyong)) == pytest.approx(54_972.271, abs=0.001)


def test_a_step_over_the_antimeridian_is_short() -> None:
    assert float(geo.distance_m(10.0, 179.99, 10.0, -179.99)) == pytest.approx(2_193, abs=2)


@given(LAT, LON, st.floats(0, 360), st.floats(0, 1_000_000))
def test_going_a_distance_arrives_at_that_distance(lat: float, lon: float, course: float, metres: float) -> None:
    there = geo.destination(lat, lon, course, metres)
    assert float(geo.distance_m(lat, lon, *there)) == pytest.approx(metres, abs=1e-3)
    assert -180 <= there[1] < 180


@given(LAT, LON)
def test_every_place_has_a_cell_that_a_turn_around_the_globe_does_not_change(lat: float, lon: float) -> None:
    cell = int(geo.cells([lat], [lon])[0])
    assert 0 <= cell // 1000 < 180
    assert 0 <= cell % 1000 < geo.cell_columns(cell // 1000, 180)


def test_an_unknown_place_has_no_cell() -> None:
    assert geo.cells([np.nan, 10.0], [10.0, np.nan]).tolist() == [-1, -1]


@pytest.mark.parametrize("row", [0, 45, 89, 90, 179])
def test_a_cell_is_never_narrower_than_it_is_high(row: int) -> None:
    poleward = max(abs(-90 + row), abs(-90 + row + 1))
    width = 360 / geo.cell_columns(row, 180) * np.cos(np.radians(poleward))
    assert width >= 1 or geo.cell_columns(row, 180) == 1
