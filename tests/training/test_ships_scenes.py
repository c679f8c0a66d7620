from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from ships_canvas import Canvas
from ships_echoes import Ship, add_ship, box_of
from ships_harbours import add_coast
from ships_pictures import delivered, imaged
from ships_scenes import composed, moor, simulated
from ships_truth import EDGE, HULL, SOLID, Scene, between

SHIP = Ship(120.0, 100.0, 0.5, 60.0, 12.0, 30.0)


def drawn(*ships: Ship, side_px: int = 224) -> Canvas:
    canvas = Canvas.of(side_px, 3.0)
    for ship in ships:
        assert add_ship(canvas, ship, np.random.default_rng(1))
    return canvas


def test_the_bright_pixels_of_a_drawn_ship_lie_in_her_hull() -> None:
    canvas = drawn(SHIP)
    power = imaged(canvas, np.random.default_rng(2))
    bright = power > 100 * np.median(power)
    y, x = np.nonzero(bright)
    x0, y0, x1, y1 = box_of(canvas.hulls > 0)
    assert bright.sum() > 20
    assert np.mean((x >= x0 - 2) & (x < x1 + 2) & (y >= y0 - 2) & (y < y1 + 2)) > 0.95


def test_a_hull_has_the_size_asked_for() -> None:
    y, x = np.nonzero(drawn(SHIP).hulls)
    along = (x - SHIP.x) * np.cos(SHIP.angle) + (y - SHIP.y) * np.sin(SHIP.angle)
    across = (y - SHIP.y) * np.cos(SHIP.angle) - (x - SHIP.x) * np.sin(SHIP.angle)
    assert np.ptp(along) == pytest.approx(SHIP.length_px, abs=2)
    assert np.ptp(across) == pytest.approx(SHIP.beam_px, abs=2)


def test_no_ship_is_drawn_on_land_or_over_another() -> None:
    canvas = drawn(SHIP)
    assert not add_ship(canvas, replace(SHIP, x=SHIP.x + 10), np.random.default_rng(1))
    canvas.solid[:, 150:] = True
    assert not add_ship(canvas, replace(SHIP, x=190.0), np.random.default_rng(1))
    assert canvas.hulls.max() == 1


def test_hulls_side_by_side_have_an_edge_between_them_and_lone_hulls_have_none() -> None:
    apart = SHIP.beam_px + 2.0
    offset = np.array([np.cos(SHIP.angle), -np.sin(SHIP.angle)]) * apart
    pair = drawn(SHIP, replace(SHIP, y=SHIP.y + offset[0], x=SHIP.x + offset[1]))
    edge = between(pair.hulls)
    assert edge.sum() > SHIP.length_px
    assert edge.sum() < 0.5 * (pair.hulls > 0).sum()
    assert not between(drawn(SHIP).hulls).any()


def test_a_moored_ship_touches_her_quay_and_lies_in_the_water() -> None:
    random = np.random.default_rng(5)
    canvas = Canvas.of(224, 3.0)
    quays = add_coast(canvas, random)
    for _ in range(30):
        moor(canvas, quays, 25.0, random)
    ships = canvas.hulls > 0
    assert canvas.hulls.max() >= 2
    assert (ships & canvas.solid).sum() < 0.07 * ships.sum()


@pytest.mark.parametrize("make", [composed, simulated])
def test_a_scene_is_the_same_for_the_same_seed_and_its_truth_is_consistent(make: object) -> None:
    assert callable(make)
    once, twice = (make(np.random.default_rng(8)) for _ in range(2))
    assert isinstance(once, Scene)
    assert np.array_equal(once.levels, twice.levels)
    bits = once.bits()
    assert np.array_equal(bits, twice.bits())
    assert not ((bits & HULL > 0) & (bits & SOLID > 0)).any()
    assert ((bits & EDGE > 0).sum() == 0) or (bits & HULL > 0).any()


def test_pictures_are_eight_bits_and_calibrated_products_are_not_clipped() -> None:
    power = imaged(drawn(SHIP), np.random.default_rng(2))
    kinds = [delivered(power, np.random.default_rng(n)) for n in range(40)]
    pictures = [picture for picture in kinds if np.array_equal(picture, np.round(picture))]
    assert 20 < len(pictures) < 40
    assert all(picture.min() >= 0 for picture in pictures)
    assert all(picture.max() <= 255 for picture in pictures)
