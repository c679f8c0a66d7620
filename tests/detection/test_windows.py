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
    surprise_of,
    weight,
)


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
