from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from darkwake.geo import destination, distance_m
from darkwake.seaways.blocks import Region
from darkwake.seaways.graph import SeaGraph, lookup
from darkwake.seaways.seas import LONGER_SHARE, Mesh, Reached, Seas, sea_distance_nm
from tests.seaways.maps import OCEAN, Drawn

# One mesh for all that is asked of each drawn sea.
SEAS = Seas(OCEAN, (Mesh(900e3, 2_200e3, 12.0, 32),))
WALL = Drawn(land=((5.0, -3.0, 5.2, 3.0),))
WALLED = Seas(WALL, (Mesh(900e3, 2_300e3, 20.0, 4),))
STRAIT = Drawn(land=((4.0, -30.0, 6.0, 30.0),), cut=((4.0, 0.0, 6.0, 1 / 240),))


def metres(graph: SeaGraph, a: tuple[float, float], b: tuple[float, float]) -> float:
    sights = graph.sights(*np.array([a, b]).T)
    return float(lookup(graph.fields(sights), sights)[0, 1])


def reached(seas: Seas, at: tuple[float, float], *others: tuple[float, float]) -> Reached:
    return seas.from_point(*at, np.array([lat for lat, _ in others]), np.array([lon for _, lon in others]), 900e3)


@pytest.mark.parametrize("lat", [0.0, 40.0, 58.0, 75.0, -89.5])
def test_ways_over_open_sea_are_great_circles_to_the_stated_share(lat: float) -> None:
    graph = SeaGraph(Region(lat, 179.9, 900e3), water=OCEAN)
    field = graph.fields(graph.sights(np.array([lat]), np.array([179.9])))[0]
    straight = distance_m(lat, 179.9, graph.nodes.lat, graph.nodes.lon)
    inner = straight < 800e3
    assert np.all(field[inner] >= straight[inner] * (1 - 1e-9))
    assert np.max(field[inner] - straight[inner] * (1 + LONGER_SHARE)) <= LARGEST_LEAF_M


LARGEST_LEAF_M = 128 * 463.0 * 0.05


def test_a_way_round_a_wall_bends_at_its_ends() -> None:
    by_north = float(distance_m(0.5, 3.0, 3.0, 5.0) + distance_m(3.0, 5.0, 3.0, 5.2) + distance_m(3.0, 5.2, 0.5, 7.0)) / 1852
    assert sea_distance_nm((0.5, 3.0), (0.5, 7.0), seas=WALLED) == pytest.approx(by_north, rel=0.01)


def test_a_strait_one_cell_wide_is_open() -> None:
    straight = float(distance_m(0.002, 3.0, 0.002, 7.0)) / 1852
    assert sea_distance_nm((0.002, 3.0), (0.002, 7.0), seas=Seas(STRAIT)) == pytest.approx(straight, rel=0.01)


def test_a_wall_without_a_strait_has_to_be_gone_round() -> None:
    graph = SeaGraph(Region(0.0, 5.0, 500e3), water=Drawn(land=STRAIT.land))
    assert metres(graph, (0.0, 3.0), (0.0, 7.0)) == np.inf


def test_the_two_sides_of_a_spit_a_third_of_a_minute_wide_stay_apart() -> None:
    spit = Drawn(land=((5.0, -1.0, 5.0 + 1 / 240, 1.0),))
    around = float(distance_m(0.0, 4.99, 1.0, 5.0) + distance_m(1.0, 5.0, 0.0, 5.02)) / 1852
    assert sea_distance_nm((0.0, 4.99), (0.0, 5.02), seas=Seas(spit)) == pytest.approx(around, rel=0.02)


def test_no_way_leads_to_a_walled_sea() -> None:
    ring = Drawn(land=((10.0, 10.0, 12.0, 12.0),), cut=((10.5, 10.5, 11.5, 11.5),))
    graph = SeaGraph(Region(11.0, 11.0, 300e3), water=ring)
    assert metres(graph, (11.0, 11.0), (11.0, 9.0)) == np.inf


def test_a_place_on_land_is_joined_to_its_nearest_water() -> None:
    graph = SeaGraph(Region(0.0, 5.0, 300e3), water=WALL)
    inland_and_afloat = graph.sights(np.array([0.0, 0.0]), np.array([5.05, 4.5]))
    assert np.isfinite(inland_and_afloat.metres[0]).sum() == 1
    assert inland_and_afloat.off_water_m == pytest.approx([5_600, 0.0], rel=0.2)


positions = st.tuples(st.sampled_from([-89.9, 0.0, 61.0]), st.floats(-1.0, 1.0)).map(
    lambda at: (at[0] + at[1] / 20, 180 - at[1])
)


@example((0.0, 180.0), 0.0, 74_081.0)
@settings(max_examples=25)
@given(positions, st.floats(0, 360), st.floats(1_000, 700e3))
def test_distances_are_symmetrical_and_no_shorter_than_the_great_circle(
    at: tuple[float, float], course: float, far: float
) -> None:
    other = destination(*at, course, far)
    there = reached(SEAS, at, other)
    back = reached(SEAS, other, at)
    assert there.metres[0] >= there.straight_m[0]
    assert there.metres[0] == pytest.approx(back.metres[0], rel=1e-5)
    assert there.least_m[0] == pytest.approx(far, rel=1e-6)


spots = st.tuples(st.floats(-5.0, 5.0), st.floats(1.0, 9.0)).filter(lambda at: not 4.98 < at[1] < 5.22)


@settings(max_examples=25)
@given(spots, spots, spots)
def test_a_way_by_a_third_point_is_no_shorter_but_for_the_stated_share(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> None:
    from_a = reached(WALLED, a, b, c)
    from_b = reached(WALLED, b, c)
    by_b = from_a.metres[0] + from_b.metres[0]
    assert from_a.metres[1] <= by_b * (1 + LONGER_SHARE) + from_a.excess_m[1]
