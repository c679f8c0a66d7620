from __future__ import annotations

import numpy as np

from darkwake.detection.contrast import search_optical
from darkwake.detection.grid import Grid
from darkwake.detection.parameters import ContrastParameters
from darkwake.imagery import Pixels
from tests.detection.scenes import plant

GRID = Grid(width=400, height=400, spacing_m=10.0, cell_px=4, guard=6, ring=13)
NO_LAND = np.zeros((100, 100), np.bool_)


def water(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(300.0, 15.0, (400, 400)).astype(np.float32)


def test_a_ship_brighter_than_the_water_in_any_band_is_found() -> None:
    dark, red = water(1), plant(water(2), y=200, x=200, length_px=12, beam_px=3, axis_deg=90, value=900)
    pixels = Pixels(np.stack([dark, red]), np.ones((400, 400), np.bool_))
    hits, searched = search_optical(pixels, NO_LAND, GRID, ContrastParameters())
    assert searched.all()
    strong = hits.only(hits.strong)
    assert set(zip(strong.y.tolist(), strong.x.tolist(), strict=True)) == set(
        zip(*map(list, np.nonzero(red == 900)), strict=True)
    )


def test_a_large_ship_does_not_raise_the_level_of_its_own_water() -> None:
    values = plant(water(), y=200, x=200, length_px=40, beam_px=7, axis_deg=30, value=600)
    pixels = Pixels(values[np.newaxis], np.ones((400, 400), np.bool_))
    hits, _ = search_optical(pixels, NO_LAND, GRID, ContrastParameters())
    assert hits.strong.sum() == (values == 600).sum()


def test_invalid_pixels_and_land_are_not_searched() -> None:
    valid = np.ones((400, 400), np.bool_)
    valid[:, :8] = False
    land = NO_LAND.copy()
    land[:, 90:] = True
    _, searched = search_optical(Pixels(water()[np.newaxis], valid), land, GRID, ContrastParameters())
    assert not searched[:, :8].any()
    assert not searched[:, 360:].any()
    assert searched[:, 8:300].all()
