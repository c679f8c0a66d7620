from __future__ import annotations

import numpy as np
import pytest

from darkwake.detection.windows import (
    COARSE,
    FINE,
    bar,
    counted,
    given,
    hulls,
    limit,
    members,
    passing,
    surprise_of,
    trials_of,
    weight,
)


def field_of(values: np.ndarray):
    padded = np.pad(np.atleast_3d(values.T).T, ((0, 0), (10, 10), (10, 10)))
    return lambda y, x: padded[:, y + 10, x + 10]


def test_the_limit_of_one_pixel_is_its_own_surprise() -> None:
    assert surprise_of(np.array(limit(1, 1e-5))) == pytest.approx(-np.log(1e-5), rel=0.01)


def test_the_limit_is_passed_at_its_rate() -> None:
    surprises = np.random.default_rng(1).exponential(size=(2_000_000, 5))
    assert (weight(np.minimum(surprises, 12.0)).sum(axis=1) > limit(5, 1e-4)).mean() == pytest.approx(1e-4, rel=0.25)


def test_turned_hulls_lie_alike_in_every_direction_and_hold_the_seed_at_each_place() -> None:
    for size, found in hulls(5, 0.004).items():
        sets = {frozenset(map(tuple, (window - window.min(axis=0)).tolist())) for window in found}
        turned = {frozenset((x, max(y for y, _ in one) - y) for y, x in one) for one in sets}
        assert turned == sets
        assert ((found == 0).all(axis=2).sum(axis=1) == 1).all()
        assert found.shape == (size * len(sets), size, 2)
        assert np.abs(np.diff(found, axis=1)).max() == 1


def test_bars_hold_the_seed_at_each_of_their_places() -> None:
    windows = bar(5, ((0, 1), (1, 2)))
    assert windows.shape == (10, 5, 2)
    assert ((windows == 0).all(axis=2).sum(axis=1) == 1).all()


@pytest.mark.parametrize("tested", [FINE, COARSE])
@pytest.mark.parametrize("rate", [1e-5, 1e-7, 1e-9])
@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_given_is_what_is_met(tested: tuple, rate: float, channels: int) -> None:
    assert counted(given(rate, tested, channels), tested, channels) == pytest.approx(rate, rel=1e-6)


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
    line = np.array([[0.5, 8.0, 0.2, 9.0, 1.0]])
    assert members(line, linear=True).tolist() == [[False, True, True, True, False]]
