from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from darkwake.detection.cfar import search_radar
from darkwake.detection.grid import Grid
from darkwake.detection.parameters import SearchParameters
from darkwake.imagery import Pixels
from tests.imagery.rasters import clutter

GRID = Grid(width=2000, height=2000, spacing_m=10.0, cell_px=4, guard=6, ring=13)
NO_LAND = np.zeros((500, 500), np.bool_)


def pixels(values: np.ndarray) -> Pixels:
    return Pixels(values[np.newaxis], np.ones(values.shape, np.bool_))


@pytest.mark.parametrize("looks", [1.0, 4.4, 20.0])
@pytest.mark.parametrize("rate", [1e-3, 1e-4])
def test_the_stated_false_alarm_rate_holds_on_gamma_clutter(looks: float, rate: float) -> None:
    search = replace(SearchParameters(), false_alarm_rate=rate)
    hits, searched = search_radar(pixels(clutter(2000, 2000, looks=looks)), NO_LAND, GRID, search, "linear")
    measured = hits.strong.sum() / searched.sum()
    assert rate / 3 < measured < rate * 3


def test_the_threshold_follows_the_level_of_the_sea() -> None:
    quiet, loud = (clutter(2000, 2000, level=level) for level in (1e-3, 0.1))
    found = [search_radar(pixels(values), NO_LAND, GRID, SearchParameters(), "linear")[0] for values in (quiet, loud)]
    np.testing.assert_array_equal(found[0].y, found[1].y)


def test_a_bright_neighbour_does_not_hide_a_ship() -> None:
    values = clutter(2000, 2000)
    values[1000:1004, 1000:1010] = 0.4
    alone, _ = search_radar(pixels(values), NO_LAND, GRID, SearchParameters(), "linear")
    values[1000:1008, 1036:1060] = 500.0
    beside, _ = search_radar(pixels(values), NO_LAND, GRID, SearchParameters(), "linear")
    ship = {(y, x) for y in range(1000, 1004) for x in range(1000, 1010)}
    for hits in (alone, beside):
        assert len(ship & set(zip(hits.y[hits.strong].tolist(), hits.x[hits.strong].tolist(), strict=True))) >= 38


def test_land_and_what_has_no_sea_around_it_are_not_searched() -> None:
    land = NO_LAND.copy()
    land[:250] = True
    values = clutter(2000, 2000)
    values[100:110, 100:110] = 50.0
    hits, searched = search_radar(pixels(values), land, GRID, SearchParameters(), "linear")
    assert not searched[:1000].any()
    assert searched[1040:].all()
    assert (hits.y >= 1000).all()
