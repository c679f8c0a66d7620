"""Simulated coasts and harbours: land, structures and berths lie where the truth says."""

from __future__ import annotations

import numpy as np
import pytest

from darkwake.imagery.protocol import Window
from darkwake.simulation.coast import Bar, Coast, Post
from darkwake.simulation.composing import any_vessel, compose
from darkwake.simulation.echoes import View
from darkwake.simulation.harbour import Berth, Harbour, bridge, harbour, moored, platforms
from darkwake.simulation.scatterers import Vessel
from darkwake.simulation.sea import Sea

WINDOW = Window(0, 0, 500, 400)


@pytest.fixture(scope="module")
def port() -> Harbour:
    coast = Coast(4, 350.0, 200.0, 0.0, 10.0, bend_m=2000.0, amplitude_m=200.0)
    shore = float(coast.land(WINDOW)[200].argmax())
    return harbour(coast, (shore, 200.0), np.random.default_rng(2), size_m=1200.0)


def test_land_lies_beyond_its_line_and_bends_about_it() -> None:
    land = Coast(1, 250.0, 200.0, 0.0, 10.0, bend_m=1500.0, amplitude_m=150.0).land(WINDOW)
    shore = land.argmax(axis=1)
    assert not land[:, :150].any()
    assert land[:, 350:].all()
    assert 3 < float(shore.std()) < 40


def test_a_coast_is_the_same_through_every_window(port: Harbour) -> None:
    part = Window(200, 100, 450, 390)
    assert np.array_equal(port.coast.land(WINDOW)[100:390, 200:450], port.coast.land(part))
    assert np.array_equal(port.coast.structures(WINDOW)[100:390, 200:450], port.coast.structures(part))


def test_land_is_brighter_than_the_sea_and_moles_than_both(port: Harbour) -> None:
    tile = compose(WINDOW, Sea(3), View(), np.random.default_rng(1), coast=port.coast)
    sea, land, built = (tile.image[mask].mean() for mask in (~tile.land & ~tile.structures, tile.land, tile.structures))
    assert sea < land / 3
    assert land < built


def test_no_land_is_looked_for_where_none_can_be() -> None:
    coast = Coast(1, 250.0, 200.0, 0.0, 10.0, amplitude_m=100.0)
    assert not coast.near(Window(0, 0, 100, 400))
    assert coast.near(Window(200, 0, 260, 400))


def test_berths_lie_at_the_edge_of_a_structure(port: Harbour) -> None:
    built = port.coast.structures(WINDOW) | port.coast.land(WINDOW)
    assert len(port.berths) >= 2
    for berth in port.berths:
        near = built[int(berth.y) - 4 : int(berth.y) + 5, int(berth.x) - 4 : int(berth.x) + 5]
        assert near.any()
        assert not near.all()


def test_a_moored_ship_lies_beside_her_berth_and_along_it() -> None:
    ship = moored(Vessel(0, 0, 150.0, 20.0, 200.0, speed_kn=12.0), Berth(100.0, 100.0, 90.0), 10.0, fender_m=2.0)
    assert (ship.x, ship.y, ship.heading_deg, ship.speed_kn) == pytest.approx((101.2, 100.0, 180.0, 0.0))


def test_a_bridge_spans_its_ends_with_pylons() -> None:
    coast = bridge(Coast(1, 5000.0, 0.0, 0.0, 10.0), (50.0, 100.0), (350.0, 100.0))
    assert coast.structures(WINDOW)[100, 50:350].all()
    assert len([post for post in coast.posts if post.what == "pylon"]) == 10


def test_a_platform_is_as_bright_as_a_ship_and_is_truth_as_a_structure() -> None:
    coast = platforms(Coast(1, 5000.0, 0.0, 0.0, 10.0), WINDOW, 3, np.random.default_rng(3))
    tile = compose(WINDOW, Sea(3), View(), np.random.default_rng(1), coast=coast)
    for post in coast.posts:
        y, x = int(post.y), int(post.x)
        assert tile.structures[y, x]
        assert tile.image[max(y - 8, 0) : y + 9, max(x - 8, 0) : x + 9].max() > 30 * np.median(tile.image)


def test_posts_and_bars_far_away_leave_a_window_as_it_was() -> None:
    coast = Coast(1, 9000.0, 0.0, 0.0, 10.0, amplitude_m=10.0)
    built = Coast(
        *(1, 9000.0, 0.0, 0.0, 10.0),
        amplitude_m=10.0,
        bars=[Bar(5000, 0, 6000, 0, 20.0, -3.0)],
        posts=[Post(4000.0, 90.0, 20.0, 1e4, "platform")],
    )
    one, two = (compose(WINDOW, Sea(3), View(), np.random.default_rng(1), coast=which).image for which in (coast, built))
    assert np.array_equal(one, two)


def test_ships_are_of_plausible_proportions() -> None:
    random = np.random.default_rng(8)
    fleet = [any_vessel(0, 0, random) for _ in range(300)]
    slender = np.array([ship.length_m / ship.beam_m for ship in fleet])
    assert 5.5 < float(np.median(slender)) < 7.0
    assert {ship.kind for ship in fleet} == {"tanker", "container", "cargo", "small"}
    assert all(20 <= ship.length_m <= 400 for ship in fleet)
