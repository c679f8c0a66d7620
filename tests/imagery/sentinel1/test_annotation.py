from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from darkwake.errors import InputError
from darkwake.imagery.sentinel1.annotation import SwathBounds, read_annotation
from tests.imagery.sentinel1.safes import S1A, S1B, annotation_bytes


def cut(data: bytes, pattern: str, by: str = "") -> bytes:
    """The document with something replaced."""
    return re.sub(pattern, by, data.decode(), count=1, flags=re.DOTALL).encode()


def test_a_real_annotation_says_what_the_image_is(shared: Path) -> None:
    told = read_annotation(annotation_bytes(shared), S1A)
    assert (told.platform, told.mode, told.polarisation, told.passing) == ("S1A", "IW", "VV", "descending")
    assert (told.lines, told.pixels, told.range_spacing_m, told.looks) == (19_497, 25_117, 10.0, 4.4)
    assert (told.grid.lat.shape, len(told.states.seconds), told.noise_removed) == ((11, 21), 17, False)
    assert told.swaths[0] == SwathBounds("IW1", 0, 717, 0, 8535)


def test_an_older_annotation_is_read_alike(shared: Path) -> None:
    told = read_annotation(annotation_bytes(shared, S1B), S1B)
    assert (told.platform, told.lines, told.pixels, told.grid.lat.shape) == ("S1B", 16_685, 25_788, (10, 21))


def test_what_is_not_used_may_be_missing(shared: Path) -> None:
    data = cut(annotation_bytes(shared), "<azimuthFmRateList.*?</azimuthFmRateList>")
    whole = read_annotation(annotation_bytes(shared), S1A)
    np.testing.assert_array_equal(read_annotation(data, S1A).grid.lat, whole.grid.lat)


@pytest.mark.parametrize(
    ("pattern", "by", "told"),
    [
        (r"<orbitList.*?</orbitList>", "", "a.xml:orbitList: 0 state vectors of the orbit"),
        (r"<geolocationGridPoint>.*?</geolocationGridPoint>", "", "a.xml:geolocationGrid: the geolocation grid has 230 points"),
        (r"<numberOfLines>\d+", "<numberOfLines>-3", "a.xml: numberOfLines is -3"),
        (r"<azimuthTimeInterval>[^<]+", "<azimuthTimeInterval>soon", "azimuthTimeInterval: not numbers: 'soon'"),
        (r"<productFirstLineUtcTime>[^<]+", "<productFirstLineUtcTime>noon", "not an instant: 'noon'"),
        (r"<latitude>[^<]+", "<latitude>nan", "numbers are missing or not finite"),
        (r"<productType>GRD", "<productType>SLC", "a.xml: a SLC product; give a GRD product"),
    ],
)
def test_what_is_missing_or_impossible_is_named(shared: Path, pattern: str, by: str, told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        read_annotation(cut(annotation_bytes(shared), pattern, by), "a.xml")
