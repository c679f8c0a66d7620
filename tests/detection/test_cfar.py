from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from darkwake.detection.cfar import search_radar
from darkwake.detection.components import link
from darkwake.detection.grid import Grid
from darkwake.detection.hits import Hits
from darkwake.detection.parameters import SearchParameters
from darkwake.imagery import Pixels
from tests.imagery.rasters import clutter

GRID = Grid(width=2000, height=2000, spacing_m=10.0, cell_px=4, guard=6, ring=13)
NO_LAND = np.zeros((500, 500), np.bool_)


def pixels(values: np.ndarray) -> Pixels:
    return Pixels(values[np.newaxis], np.ones(values.shape, np.bool_))


def k_clutter(shape: float, looks: float = 4.4, seed: int = 1) -> np.ndarray:
    """Speckle on independent texture; an infinite shape is even sea."""
    rng = np.random.default_rng(seed)
    texture = rng.gamma(shape, 1 / shape, (2000, 2000)) if np.isfinite(shape) else 1.0
    return (rng.gamma(looks, 0.01 / looks, (2000, 2000)) * texture).astype(np.float32)


def planted(bands: int, level: float, seed: int) -> tuple[np.ndarray, list[set[tuple[int, int]]]]:
    """Clutter of shape 1 in some bands with ships of 5 x 1 pixels along the rows, and where they lie."""
    rng = np.random.default_rng(100 + seed)
    values = np.stack([k_clutter(1.0, seed=seed + 10 * band) for band in range(bands)])
    ships = []
    for y in range(80, 2000, 120):
        for x in range(80, 1990, 120):
            values[:, y, x : x + 5] = 0.01 * level * rng.gamma(4.4, 1 / 4.4, (bands, 5))
            ships.append({(y, x + n) for n in range(5)})
    return values, ships


def share_found(values: np.ndarray, ships: list[set[tuple[int, int]]], rate: float) -> float:
    search = replace(SearchParameters(), false_alarm_rate=rate)
    hits, _ = search_radar(Pixels(values, np.ones(values.shape[1:], np.bool_)), NO_LAND, GRID, search, "linear")
    strong = set(zip(hits.y[hits.strong].tolist(), hits.x[hits.strong].tolist(), strict=True))
    return sum(bool(one & strong) for one in ships) / len(ships)


def test_ships_of_50_m_at_10_db_along_the_rows_are_found_in_the_roughest_sea() -> None:
    values, ships = planted(1, 10.0, seed=1)
    assert share_found(values, ships, 1e-6) >= 0.95
    assert share_found(values, ships, 1e-8) >= 0.80


def test_two_polarisations_together_find_ships_that_each_alone_misses() -> None:
    values, ships = planted(2, 10**0.8, seed=1)
    assert share_found(values, ships, 1e-7) > share_found(values[:1], ships, 1e-7) + 0.2


def separate(hits: Hits) -> int:
    """Linked groups of hits with a strong one among them: what becomes one detection each."""
    return len(np.unique(link(hits.y, hits.x, 1)[hits.strong]))


@pytest.mark.parametrize("shape", [1.0, 3.0, np.inf])
def test_the_false_alarm_rate_asked_for_holds_on_k_clutter(shape: float) -> None:
    search = replace(SearchParameters(), false_alarm_rate=1e-5)
    alarms = searched = 0
    for seed in (1, 2):
        hits, where = search_radar(pixels(k_clutter(shape, seed=seed)), NO_LAND, GRID, search, "linear")
        alarms, searched = alarms + separate(hits), searched + int(where.sum())
    assert 0.5e-5 < alarms / searched < 2e-5


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
