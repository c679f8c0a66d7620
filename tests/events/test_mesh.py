"""Cells of several sizes: no point within a circle is missed, wherever on the globe, and no circle touches many cells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.events.mesh import MOST_CELLS, SIZES_E10, cell_of, cells_of, sizes_of, storage_cells
from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE
from darkwake.geo import EARTH_RADIUS_M, cells, destination

EDGES = [degrees * E10_PER_DEGREE for degrees in (-90, -89.9975, -60, 0, 0.0025, 0.02, 59.98, 89, 90)]
lats = st.one_of(st.sampled_from([round(edge) for edge in EDGES]), st.integers(-90 * E10_PER_DEGREE, 90 * E10_PER_DEGREE))
lons = st.one_of(
    st.sampled_from([-CIRCLE_E10 // 2, CIRCLE_E10 // 2, 0, 25_000_000, 1_799_999_999_999]),
    st.integers(-CIRCLE_E10 // 2, CIRCLE_E10 // 2 - 1),
)
radii_m = st.one_of(st.sampled_from([0.0, 150.0, 4_400.0, 20_000.0]), st.floats(0, 7.3).map(lambda power: 10.0**power))


def within(lat_e10: int, lon_e10: int, radius_m: float, count: int = 200) -> list[tuple[int, int]]:
    """Points of the mean sphere within a circle, on its edge most of all, in 1e-10 degrees."""
    generator = np.random.default_rng(1)
    bearing = np.append(generator.uniform(0, 2 * np.pi, count), [0.0, np.pi / 2, np.pi, 3 * np.pi / 2])
    arc = np.minimum(radius_m / EARTH_RADIUS_M, np.pi) * generator.choice([1.0, 0.999, 0.5, 0.1, 0.0], count + 4)
    lat, lon = np.radians(lat_e10 / E10_PER_DEGREE), np.radians(lon_e10 / E10_PER_DEGREE)
    there = np.arcsin(np.clip(np.sin(lat) * np.cos(arc) + np.cos(lat) * np.sin(arc) * np.cos(bearing), -1, 1))
    across = lon + np.arctan2(np.sin(bearing) * np.sin(arc) * np.cos(lat), np.cos(arc) - np.sin(lat) * np.sin(there))
    points = np.rint(np.degrees(np.stack([there, across])) * E10_PER_DEGREE).astype(np.int64)
    east = (points[1] + CIRCLE_E10 // 2) % CIRCLE_E10 - CIRCLE_E10 // 2
    return list(zip(points[0].tolist(), east.tolist(), strict=True))


@given(lats, lons, radii_m)
def test_every_point_within_a_circle_lies_in_a_cell_that_it_touches(lat_e10, lon_e10, radius_m):
    radius_mm = round(radius_m * 1000)
    cell, _ = cells_of(np.array([lat_e10]), np.array([lon_e10]), np.array([radius_mm]))
    [size] = sizes_of(cell)
    missed = [point for point in within(lat_e10, lon_e10, radius_m) if cell_of(*point, size) not in set(cell.tolist())]
    assert (missed, len(cell) <= MOST_CELLS, len(set(cell.tolist()))) == ([], True, len(cell))


def test_circles_of_all_sizes_are_laid_out_together_as_each_by_itself():
    generator = np.random.default_rng(2)
    lat = generator.integers(-90 * E10_PER_DEGREE, 90 * E10_PER_DEGREE, 300)
    lon = generator.integers(-CIRCLE_E10 // 2, CIRCLE_E10 // 2, 300)
    radius_mm = (10 ** generator.uniform(2, 10, 300)).astype(np.int64)
    cell, circle = cells_of(lat, lon, radius_mm)
    alone = [cells_of(*(side[at : at + 1] for side in (lat, lon, radius_mm)))[0].tolist() for at in range(300)]
    assert [sorted(cell[circle == at].tolist()) for at in range(300)] == [sorted(cells) for cells in alone]
    assert sizes_of(cell) == list(range(len(SIZES_E10)))


def test_no_circles_touch_no_cells():
    none = np.empty(0, np.int64)
    assert [part.tolist() for part in cells_of(none, none, none)] == [[], []]
    assert storage_cells(none.astype(float), none.astype(float), none.astype(float)) == []


@pytest.mark.parametrize(
    ("lat", "lon", "radius_m"), [(42, 133, 3e3), (0.2, 179.9, 5e4), (-88.7, 10, 2e4), (89.99, 0, 5e3), (60, -180, 1e5)]
)
def test_every_position_within_reach_lies_in_a_storage_cell_that_is_looked_at(lat, lon, radius_m):
    looked_at = set(storage_cells(*(np.array([value], float) for value in (lat, lon, radius_m))))
    generator = np.random.default_rng(7)
    for course, metres in zip(generator.uniform(0, 360, 300), generator.uniform(0, radius_m, 300), strict=True):
        there_lat, there_lon = destination(lat, lon, float(course), float(metres))
        assert int(cells([there_lat], [there_lon])[0]) in looked_at
