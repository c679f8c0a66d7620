"""Which circle of a place is nearest, and where a ship could have lain: the answers of measuring every one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.events.parts import Parts, sphere_m
from darkwake.events.places import Site
from darkwake.geo import distance_m, wrap_lon

MIDDLES = ((42.0, 133.0), (0.0, 180.0), (89.99, 10.0), (-60.0, -179.99))


def quays(middle: tuple[float, float], spread_deg: float, seed: int, count: int = 40) -> list[Site]:
    """Berths around a place, two of them at one spot."""
    generator = np.random.default_rng(seed)
    lat = np.clip(middle[0] + generator.normal(0, spread_deg, count), -90, 90)
    lon = wrap_lon(middle[1] + generator.normal(0, spread_deg, count))
    lat[1], lon[1] = lat[0], lon[0]
    extents = generator.choice([50.0, 150.0, 3_000.0], count)
    rows = zip(lat.tolist(), lon.tolist(), extents.tolist(), strict=True)
    return [Site(f"q{at:02}", "berth", y, x, extent, None) for at, (y, x, extent) in enumerate(rows)]


def far_m(site: Site, at: tuple[float, float]) -> float:
    return float(distance_m(site.lat, site.lon, *at))


@given(st.sampled_from(MIDDLES), st.sampled_from([0.0, 1e-6, 0.01, 0.2, 20.0]), st.integers(0, 10_000))
def test_the_nearest_circle_is_that_of_measuring_all(middle, spread_deg, seed):
    sites = quays(middle, spread_deg, seed)
    points = [middle, (sites[0].lat, sites[0].lon), (middle[0] - 0.03, middle[1]), (-middle[0], 12.0)]
    expected = [min((far_m(site, at), site.place_id) for site in sites)[1] for at in points]
    assert Parts(sites).nearest(points) == expected


@given(st.sampled_from(MIDDLES), st.sampled_from([0.0, 0.01, 0.2, 2.0]), st.floats(0.01, 60), st.integers(0, 10_000))
def test_where_she_could_have_lain_longest_is_that_of_measuring_all(middle, spread_deg, hours, seed):
    sites, ends, fast = quays(middle, spread_deg, seed), (middle, (middle[0] - 0.1, middle[1])), 30_000.0
    ways = {site: sum(max(far_m(site, end) - site.extent_m, 0.0) for end in ends) for site in sites}
    lain_h, lain_at = max((round(hours - ways[site] / fast, 2), site.place_id) for site in sites)
    assert Parts(sites).longest_lain(ends, hours, fast) == ((lain_at, lain_h) if lain_h > 0 else ("", 0.0))


def test_only_berths_and_terminals_of_a_place_are_lain_at_and_not_itself():
    kinds = {"port": "port", "roads": "anchorage", "quay": "terminal", "pier": "berth"}
    sites = [Site(name, kind, 42.0, 133.0, 100.0, None) for name, kind in kinds.items()]
    there = ((42.0, 133.0), (42.0, 133.0))
    lain = {name: Parts.to_lie_at(sites, name).longest_lain(there, 5.0, 1.0)[0] for name in kinds}
    assert lain == {"port": "quay", "roads": "quay", "quay": "pier", "pier": "quay"}
    assert Parts([]).longest_lain(there, 5.0, 1.0) == ("", 0.0)


def test_the_sphere_errs_by_less_than_is_allowed_for():
    generator = np.random.default_rng(3)
    lat, lon = generator.uniform(-90, 90, (2, 500)), generator.uniform(-180, 180, (2, 500))
    lat[1, :250], lon[1, :250] = lat[0, :250] + generator.normal(0, 1e-3, 250), lon[0, :250]
    exact = distance_m(lat[0], lon[0], lat[1], lon[1])
    rough = [sphere_m(*ends) for ends in zip(lat[0], lon[0], lat[1], lon[1], strict=True)]
    assert rough == pytest.approx(exact.tolist(), rel=0.006)
    assert sphere_m(0.0, 0.0, 0.0, 180.0) == pytest.approx(math.pi * 6_371_008.8)
