from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from darkwake.detection.windows import COARSE, FINE, bar, counted, given, limit, members, passing, trials_of


def field_of(values: np.ndarray):
    padded = np.pad(values, 10)
    return lambda y, x: padded[y + 10, x + 10]


def test_the_limit_of_one_pixel_is_its_own_surprise_and_of_many_is_below_the_gamma_law() -> None:
    assert limit(1, 1e-5) == pytest.approx(-np.log(1e-5), rel=2e-3)
    for count in (3, 5, 9):
        gamma = float(special.gammainccinv(count, 1e-5))
        assert 0.85 * gamma < limit(count, 1e-5) <= gamma * 1.001


def test_the_limit_is_passed_at_its_rate() -> None:
    sums = np.minimum(np.random.default_rng(1).exponential(size=(2_000_000, 5)), 9.0).sum(axis=1)
    assert (sums > limit(5, 1e-4)).mean() == pytest.approx(1e-4, rel=0.25)


def test_bars_hold_the_seed_at_each_of_their_places() -> None:
    windows = bar(5, ((0, 1), (1, 2)))
    assert windows.shape == (10, 5, 2)
    assert ((windows == 0).all(axis=2).sum(axis=1) == 1).all()


@pytest.mark.parametrize("tested", [FINE, COARSE])
@pytest.mark.parametrize("rate", [1e-5, 1e-7, 1e-9])
def test_what_is_given_is_what_is_met(tested: tuple, rate: float) -> None:
    assert counted(given(rate, tested), tested) == pytest.approx(rate, rel=1e-6)


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
    line = np.array([[0.5, 8.0, 0.2, 9.0, 1.0]])
    assert members(line, linear=True).tolist() == [[False, True, True, True, False]]
