from __future__ import annotations

import numpy as np

from darkwake.detection.zones import interference


def sea(rows: int = 300, columns: int = 500) -> np.ndarray:
    return np.random.default_rng(1).normal(-20.0, 0.6, (rows, columns)).astype(np.float32)


def test_bright_lines_across_range_are_interference_where_they_are() -> None:
    level = sea()
    level[120:124, 250:] += 4.0
    found = interference(level, np.ones(level.shape, np.bool_), 40.0)
    assert set(np.flatnonzero(found.any(axis=1))) == {120, 121, 122, 123}
    assert not found[:, :250].any()
    assert found[120:124, 250:].all()


def test_an_even_sea_a_front_and_ships_are_no_interference() -> None:
    level = sea()
    level[150:] += 5.0
    level[40:43, 100:140] += 20.0
    assert not interference(level, np.ones(level.shape, np.bool_), 40.0).any()


def test_land_is_not_taken_for_interference() -> None:
    level, water = sea(), np.ones((300, 500), np.bool_)
    level[100:103] += 10.0
    water[100:103] = False
    assert not interference(level, water, 40.0).any()
