"""The sun's elevation agrees with published values."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.tasking.frames import J2000_JD
from darkwake.tasking.sun import sun_direction_rad, sun_elevation_deg

DEGREE = 0.05
TIMES = st.floats(-10.0, 49.0).map(lambda years: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=365.25 * years))


def test_golden_colorado_2003() -> None:
    """Reda and Andreas (2008), NREL/TP-560-34302, table A5.1: 39.872046 degrees without refraction.

    pvlib's independent implementation of that algorithm gives the same number.
    """
    elevation = sun_elevation_deg([datetime(2003, 10, 17, 19, 30, 30, tzinfo=UTC)], 39.742476, -105.1786)
    assert elevation[0] == pytest.approx(39.872046, abs=DEGREE)


@pytest.mark.parametrize(
    ("jd", "ascension_deg", "declination_deg"),
    [
        (2448908.5, 198.38083, -7.78507),  # Meeus (1998), Astronomical Algorithms, example 25.a: 1992-10-13.0 TD
        (2460847.6125, 90.0, 23.4365),  # June solstice of 2025: 06-21 02:42 UTC; obliquity of date 23.4365
        (2460754.8764, 360.0, 0.0),  # March equinox of 2025: 03-20 09:02 UTC
    ],
)
def test_the_sun_stands_where_the_almanacs_say(jd: float, ascension_deg: float, declination_deg: float) -> None:
    ascension, declination = sun_direction_rad(np.array([jd - J2000_JD]))
    assert (np.degrees(ascension[0]) - ascension_deg + 180) % 360 - 180 == pytest.approx(0, abs=DEGREE)
    assert np.degrees(declination[0]) == pytest.approx(declination_deg, abs=DEGREE)


def test_noon_at_vostochny_agrees_with_the_table_of_shadows(shared: Path) -> None:
    """That table stands for a middle of each month in local solar hours; the equation of time shifts ours by up to 16 min."""
    with (shared / "optical" / "facts" / "sun_shadow_limits.csv").open() as stream:
        table = [row for row in csv.DictReader(stream) if row["site"] == "Vostochny"]
    assert len(table) == 24
    for row in table:
        hours = float(row["local_solar_h"]) - 133.08 / 15
        near = [datetime(2025, int(row["month"]), day, tzinfo=UTC) + timedelta(hours=hours) for day in range(13, 23)]
        close = [time + timedelta(minutes=minutes) for time in near for minutes in range(-17, 18, 2)]
        assert min(abs(sun_elevation_deg(close, 42.74, 133.08) - float(row["sun_elev_deg"]))) < 0.5


@given(TIMES)
def test_at_the_poles_the_elevation_is_the_declination_with_either_sign(time: datetime) -> None:
    north, south = (float(sun_elevation_deg([time], lat, 77.0)[0]) for lat in (90.0, -90.0))
    assert north == pytest.approx(-south, abs=1e-9)
    assert abs(north) <= 23.45


@given(TIMES, st.floats(-180, 180))
def test_on_the_equator_the_sun_stands_nearly_as_high_a_day_later(time: datetime, lon: float) -> None:
    today, tomorrow = sun_elevation_deg([time, time + timedelta(days=1)], 0.0, lon)
    assert abs(today - tomorrow) < 0.6
