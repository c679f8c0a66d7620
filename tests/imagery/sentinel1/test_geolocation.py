from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from darkwake.geo import distance_m
from darkwake.imagery.sentinel1.annotation import Annotation, Grid, RangePolynomials, StateVectors, read_annotation
from darkwake.imagery.sentinel1.geolocation import SPEED_OF_LIGHT_M_S, Geolocation, degrees_of, metres_of, on_ellipsoid
from darkwake.imagery.sentinel1.orbit import Orbit
from tests.imagery.sentinel1.safes import S1A, S1B, annotation_bytes

EARTH_TURNS = 7.292115e-5
"""Radians a second (WGS 84)."""


def thinned(grid: Grid, step: int) -> Grid:
    """Every so-manyth line and pixel of a grid, and the last."""
    rows = sorted({*range(0, len(grid.line), step), len(grid.line) - 1})
    columns = sorted({*range(0, len(grid.pixel), step), len(grid.pixel) - 1})
    parts = (grid.lat, grid.lon, grid.height_m, grid.slant_range_s, grid.incidence_deg)
    return Grid(grid.line[rows], grid.pixel[columns], *(part[np.ix_(rows, columns)] for part in parts))


def centres(grid: Grid) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pixel coordinates of the grid's points."""
    y, x = np.meshgrid(grid.line + 0.5, grid.pixel + 0.5, indexing="ij")
    return x, y


@pytest.mark.parametrize(("product", "within_m"), [(S1A, 0.05), (S1B, 1.0)])
@pytest.mark.parametrize("step", [2, 4])
def test_grid_points_left_out_are_found_again(shared: Path, product: str, within_m: float, step: int) -> None:
    """At sea (S1A) to centimetres, in the Alps (S1B), whose heights differ by kilometres, to a metre."""
    annotation = read_annotation(annotation_bytes(shared, product), product)
    grid = annotation.grid
    found = Geolocation(annotation, thinned(grid, step)).locate(*centres(grid), grid.height_m)
    assert distance_m(*found, grid.lat, grid.lon).max() < within_m


def test_without_polynomials_the_grid_s_own_ranges_serve(shared: Path) -> None:
    annotation = replace(read_annotation(annotation_bytes(shared), S1A), polynomials=None)
    grid = annotation.grid
    kept = replace(annotation, grid=thinned(grid, 2))
    found = Geolocation.of(kept).locate(*centres(grid), grid.height_m)
    assert distance_m(*found, grid.lat, grid.lon).max() < 10


def test_a_place_and_its_pixel_belong_together_beyond_the_image_too(shared: Path) -> None:
    geolocation = Geolocation.of(read_annotation(annotation_bytes(shared), S1A))
    x, y = np.meshgrid(np.linspace(-500, 25_600, 7), np.linspace(-500, 20_000, 7))
    back = geolocation.pixel_of(*geolocation.locate(x, y))
    np.testing.assert_allclose(back, (x, y), atol=1e-4)


def test_a_place_on_the_other_side_of_the_earth_has_no_pixel(shared: Path) -> None:
    geolocation = Geolocation.of(read_annotation(annotation_bytes(shared), S1A))
    assert np.isnan(geolocation.pixel_of([51.0], [3.0])).all()


def test_higher_ground_looks_nearer_by_its_height_over_the_tangent_of_the_incidence(shared: Path) -> None:
    annotation = read_annotation(annotation_bytes(shared), S1A)
    geolocation = Geolocation.of(annotation)
    low, high = geolocation.locate(12_000, 9_000), geolocation.locate(12_000, 9_000, 100.0)
    expected_m = 100 / np.tan(np.radians(annotation.grid.incidence_deg[5, 10]))
    assert float(distance_m(*low, *high)) == pytest.approx(expected_m, rel=0.03)


def scene(middle_deg: float, lon_deg: float, *, left: bool = False) -> Annotation:
    """A scene of an orbit of 98.2 degrees, at an angle along it from the equator; its grid is reckoned point by point."""
    seconds = np.arange(-60, 100, 10.0)
    radius_m, turns = 7_071_000.0, 2 * np.pi / 5924
    angle = np.radians(middle_deg) + turns * (seconds - 15)
    tilt, node = np.radians(98.2), np.radians(lon_deg) - EARTH_TURNS * (seconds - 15)
    flat = np.stack([np.cos(angle), np.sin(angle) * np.cos(tilt), np.sin(angle) * np.sin(tilt)], axis=-1) * radius_m
    turned = np.array(
        [[np.cos(node), -np.sin(node), 0 * node], [np.sin(node), np.cos(node), 0 * node], [0 * node, 0 * node, 1 + 0 * node]]
    )
    place = np.einsum("ijt,tj->ti", turned, flat)
    pace = np.gradient(place, 10.0, axis=0, edge_order=2)
    states = StateVectors(seconds[2:-2], place[2:-2], pace[2:-2])
    line, pixel = np.linspace(0, 19_999, 9), np.linspace(0, 24_999, 11)
    orbit = Orbit.of(states)
    y, x = np.meshgrid(line, pixel, indexing="ij")
    at, range_m = y * 1.5e-3, 800_000 + x * 6.0
    points = on_ellipsoid(orbit.position_m(at), orbit.velocity_m_s(at), range_m, np.zeros(x.shape), -1.0 if left else 1.0)
    lat, lon = degrees_of(points)
    grid = Grid(line, pixel, lat, lon, np.zeros(x.shape), range_m * 2 / SPEED_OF_LIGHT_M_S, np.full(x.shape, 35.0))
    polynomials = RangePolynomials(np.array([-1.0, 31.0]), np.zeros(2), np.array([[800_000.0, 0.6], [800_000.0, 0.6]]))
    first = np.datetime64("2024-01-01T00:00:00", "us")
    return Annotation(
        "made", "S1A", "IW", "VV", "ascending", first, 1.5e-3, 20_000, 25_000, 10.0, grid, states, polynomials, (), False
    )


@pytest.mark.parametrize(("middle_deg", "lon_deg"), [(10.0, 176.5), (10.0, -174.0), (88.0, 20.0), (-88.0, 100.0), (150.0, 0.0)])
@pytest.mark.parametrize("left", [False, True])
def test_places_keep_range_and_doppler_on_the_ellipsoid_anywhere(middle_deg: float, lon_deg: float, left: bool) -> None:
    """The three conditions hold at the antimeridian, near the poles, and for a radar that looks left."""
    geolocation = Geolocation.of(scene(middle_deg, lon_deg, left=left))
    x, y = np.meshgrid(np.linspace(3, 24_990, 13), np.linspace(3, 19_990, 11))
    lat, lon = geolocation.locate(x, y)
    sight = metres_of(lat, lon, 0.0) - geolocation.orbit.position_m(geolocation.seconds(y))
    doppler = (sight * geolocation.orbit.velocity_m_s(geolocation.seconds(y))).sum(-1)
    np.testing.assert_allclose(np.linalg.norm(sight, axis=-1), 800_000 + (x - 0.5) * 6, atol=0.01)
    np.testing.assert_allclose(doppler / 7_500, 0, atol=0.01)
    np.testing.assert_allclose(geolocation.pixel_of(lat, lon), (x, y), atol=1e-4)
    assert geolocation.side == (-1.0 if left else 1.0)


def test_the_scenes_so_made_do_cross_the_antimeridian_and_reach_a_pole() -> None:
    for made in (scene(10.0, 176.5), scene(10.0, -174.0, left=True)):
        assert np.ptp(made.grid.lon) > 180
    assert max(np.abs(scene(88.0, 20.0, left=left).grid.lat).max() for left in (False, True)) > 84
