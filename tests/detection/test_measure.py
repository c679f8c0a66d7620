from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.detection.hits import Hits
from darkwake.detection.measure import measure
from tests.detection.scenes import plant

TEN_METRES = np.array([[10.0, 0.0], [0.0, -10.0]])


def hull(length_px: float, beam_px: float, axis_deg: float) -> Hits:
    image = plant(
        np.zeros((200, 200), np.float32), y=100, x=100, length_px=length_px, beam_px=beam_px, axis_deg=axis_deg, value=1
    )
    y, x = np.nonzero(image)
    ones = np.ones(len(y))
    return Hits(y, x, ones, ones * 0, ones, np.ones(len(y), np.bool_), np.ones(len(y), np.uint8))


@given(st.floats(6, 40), st.floats(0, 179.9))
def test_a_clean_hull_lies_within_its_interval(length_px: float, axis_deg: float) -> None:
    pixels = hull(length_px, 3.0, axis_deg)
    measured = measure(pixels, pixels, TEN_METRES, "sar", largest_m=400.0)
    assert measured.length_lo <= length_px * 10 <= measured.length_hi
    away = abs((measured.axis_deg - axis_deg + 90) % 180 - 90)
    assert away < 12 or length_px < 12


def test_pixels_that_are_not_square_on_the_ground_are_measured_on_the_ground() -> None:
    pixels = hull(20.0, 4.0, 90.0)
    half_width = np.array([[5.0, 0.0], [0.0, -10.0]])
    square = measure(pixels, pixels, TEN_METRES, "optical", largest_m=400.0)
    narrow = measure(pixels, pixels, half_width, "optical", largest_m=400.0)
    assert square.length_m == pytest.approx(190.0)
    assert narrow.length_m == pytest.approx(100.0 - np.sqrt(50.0))


def test_a_hull_dark_beside_its_mast_may_be_as_long_as_all_that_stood_out() -> None:
    mast, whole = hull(3.0, 3.0, 0.0), hull(30.0, 3.0, 0.0)
    assert measure(mast, whole, TEN_METRES, "sar", largest_m=400.0).length_hi >= 300.0
    assert measure(mast, mast, TEN_METRES, "sar", largest_m=400.0).length_hi < 120.0


def test_a_single_pixel_has_a_length_and_an_interval() -> None:
    pixel = hull(1.0, 1.0, 0.0)
    measured = measure(pixel, pixel, TEN_METRES, "optical", largest_m=400.0)
    assert 0 < measured.length_lo < measured.length_m < measured.length_hi
