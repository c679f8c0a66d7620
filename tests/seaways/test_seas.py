from __future__ import annotations

import math

import numpy as np
import pytest

from darkwake.geo import distance_m
from darkwake.seaways import sea_distance_nm, sea_way, wet, world_seas
from darkwake.seaways.water import World

VOSTOCHNY, CHONGJIN = (42.7333, 133.05), (41.7667, 129.8167)


def test_vostochny_to_chongjin_is_little_longer_than_the_great_circle() -> None:
    straight = float(distance_m(*VOSTOCHNY, *CHONGJIN)) / 1852
    assert straight == pytest.approx(156, abs=1)
    assert straight <= sea_distance_nm(VOSTOCHNY, CHONGJIN) < 1.15 * 156


def test_a_way_around_korea_crosses_no_land_but_islets_on_less_than_a_hundredth_of_it() -> None:
    """Where islands lie thick, short steps between partly wet cells cut their corners: 1.6 of 469 nautical miles."""
    way = sea_way((37.6, 129.6), (37.0, 125.5))
    share = np.linspace(0, 1, 400)[:, None, None]
    lat, lon = np.moveaxis((1 - share) * way[None, :-1] + share * way[None, 1:], -1, 0)
    dry = 1 - wet(World(), lat.ravel(), lon.ravel()).reshape(lat.shape).mean(axis=0)
    length = distance_m(way[:-1, 0], way[:-1, 1], way[1:, 0], way[1:, 1])
    assert (dry * length).sum() / length.sum() < 0.01
    assert way[:, 0].min() < 34.7


def test_a_strait_of_700_metres_is_open() -> None:
    through = sea_distance_nm((40.85, 28.90), (41.35, 29.20))  # Marmara to the Black Sea, by the Bosporus
    assert through == pytest.approx(37, abs=5)


def test_the_antimeridian_is_no_border() -> None:
    a, b = (52.0, 179.0), (52.5, -178.5)
    assert sea_distance_nm(a, b) < 1.1 * float(distance_m(*a, *b)) / 1852


def test_the_caspian_has_no_way_to_the_black_sea() -> None:
    there = world_seas().from_point(41.5, 50.5, np.array([39.5, 43.0]), np.array([51.5, 36.0]), 1_000e3).metres
    assert there[0] / 1852 == pytest.approx(130, abs=5)
    assert there[1] == math.inf
