from __future__ import annotations

import numpy as np
import pytest

from darkwake.detection.passing import MEMBER, At, members_of, passing
from darkwake.detection.windows import COARSE, FINE, Trials, trials_of, weight


def field_of(values: np.ndarray) -> At:
    padded = np.pad(np.atleast_3d(values.T).T, ((0, 0), (10, 10), (10, 10)))
    return lambda y, x: padded[:, y + 10, x + 10]


def one_by_one(y: int, x: int, at: At, tests: Trials, uneven: float) -> set[tuple[int, int]]:
    """The same by its definition: seed by seed, window by window, pixel by pixel."""
    found = set()
    for test in tests.tests:
        (limit,), (cap,) = test.scaled(np.array([uneven]))
        for window in test.family.windows:
            places = [(y + dy, x + dx) for dy, dx in window.tolist()]
            values = at(*np.array(places).T)
            if weight(np.minimum(values, cap)).sum() > limit:
                bright = np.flatnonzero(values.max(axis=0) >= MEMBER).tolist()
                middle = [] if test.family.linear else [4]
                kept = range(bright[0], bright[-1] + 1) if test.family.linear else {*bright, *middle}
                found |= {places[n] for n in kept}
    return found


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("tested", [FINE, COARSE])
def test_many_seeds_at_a_time_give_what_each_gives_by_itself(tested: tuple, channels: int) -> None:
    random = np.random.default_rng(7)
    at = field_of(random.exponential(2.2, (channels, 40, 40)))
    y, x, uneven = random.integers(0, 40, 120), random.integers(0, 40, 120), random.uniform(1.0, 1.5, 120)
    trials = trials_of(tested, 1e-4, {family.name: 1.2 for family in tested}, channels=channels)
    wanted = set().union(*(one_by_one(int(v), int(u), at, trials, w) for v, u, w in zip(y, x, uneven, strict=True)))
    found = set(zip(*(part.tolist() for part in passing(y, x, at, trials, uneven)), strict=True))
    assert found == wanted
    assert len(wanted) > 20


def test_a_ship_too_faint_in_either_of_two_bands_passes_in_both_together() -> None:
    ship, seed = np.ones((2, 40, 40)), np.array([20])
    ship[:, 20, 18:23] = 4.5
    alone = passing(seed, seed, field_of(ship[0]), trials_of(FINE, 1e-7, {}), np.ones(1))
    together = passing(seed, seed, field_of(ship), trials_of(FINE, 1e-7, {}, channels=2), np.ones(1))
    assert not len(alone[0])
    assert set(together[1].tolist()) == set(range(18, 23))


def test_a_spike_alone_does_not_pass_and_a_ship_of_the_same_brightness_does() -> None:
    trials = trials_of(FINE, 1e-7, {})
    spike, ship = np.ones((40, 40)), np.ones((40, 40))
    spike[20, 20], ship[20, 18:23] = 40.0, 8.0
    seeds = [np.array([20]), np.array([20])]
    assert len(passing(*seeds, field_of(spike), trials, np.ones(1))[0]) == 0
    rows, columns = passing(*seeds, field_of(ship), trials, np.ones(1))
    assert set(rows.tolist()) == {20}
    assert set(columns.tolist()) == set(range(18, 23))


def test_correlated_and_uneven_seas_ask_for_more() -> None:
    ship = np.ones((40, 40))
    ship[20, 18:23] = 7.0
    seed = np.array([20])
    alone = trials_of(FINE, 1e-7, {})
    related = trials_of(FINE, 1e-7, {"bar of five": 2.1, "bar of three": 1.8, "square of nine": 4.1})
    assert len(passing(seed, seed, field_of(ship), alone, np.ones(1))[0])
    assert not len(passing(seed, seed, field_of(ship), related, np.ones(1))[0])
    assert not len(passing(seed, seed, field_of(ship), alone, np.full(1, 3.0))[0])


def test_members_of_a_line_hang_together() -> None:
    line = np.array([[0.5, 8.0, 0.2, 9.0, 1.0]]).T >= MEMBER
    assert np.ravel(members_of(line, np.arange(5)[np.newaxis], linear=True)).tolist() == [False, True, True, True, False]


def test_the_middle_of_a_square_belongs_to_it() -> None:
    corners = np.array([[1, 0, 1, 0, 0, 0, 1, 0, 1]]).T > 0
    found = np.ravel(members_of(corners, np.arange(9)[np.newaxis], linear=False))
    assert np.flatnonzero(found).tolist() == [0, 2, 4, 6, 8]
