from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.errors import UsageError
from darkwake.geo import WGS84
from darkwake.imagery.catalogue.boxes import around, parts


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0.1, 2000.0))
def test_the_box_around_a_place_holds_the_whole_circle(lat: float, lon: float, radius_km: float) -> None:
    course = np.arange(0.0, 360.0, 1.0)
    east, north, _ = WGS84.fwd(np.full(360, lon), np.full(360, lat), course, np.full(360, radius_km * 999.999))
    boxes = parts(around(lat, lon, radius_km))
    held = [(w - 1e-9 <= east) & (east <= e + 1e-9) & (s - 1e-9 <= north) & (north <= n + 1e-9) for w, s, e, n in boxes]
    assert np.any(held, axis=0).all()


def test_a_box_across_the_antimeridian_is_two() -> None:
    assert parts(around(0.0, 180.0, 111.0))[0][2] == 180.0
    assert len(parts(around(-75.0, 179.9, 100.0))) == 2
    assert len(parts(around(42.74, 133.08, 50.0))) == 1


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ((91.0, 0.0, 10.0), "is no place"),
        ((0.0, float("nan"), 10.0), "is no place"),
        ((0.0, 0.0, 0.0), "a radius of 0.0 km"),
        ((0.0, 0.0, 5000.0), "a radius of 5000.0 km"),
    ],
)
def test_a_place_or_a_radius_that_cannot_be_is_refused(place: tuple[float, float, float], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        around(*place)


@pytest.mark.parametrize("box", [(0.0, 10.0, 1.0, -10.0), (0.0, 0.0, 190.0, 1.0), (0.0, float("inf"), 1.0, 2.0)])
def test_a_box_that_is_none_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(UsageError, match="is no box"):
        parts(box)
