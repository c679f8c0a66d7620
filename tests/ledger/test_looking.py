"""The chance that a visit was seen: looks, cloud that lasts, hours alongside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkwake.errors import InputError
from darkwake.ledger.looking import Look, Sky, chance_seen, regular, share_from_looks

START = datetime(2024, 3, 7, tzinfo=UTC)
END = START + timedelta(days=240)
WORLDS = 2000


def sky(clear_share: float = 0.5, half_life_h: float = 0.01, noticed: float = 1.0, worlds: int = WORLDS) -> Sky:
    return Sky(*(np.full(worlds, value) for value in (clear_share, half_life_h, noticed)))


def chance(looks: tuple[Look, ...], hours: float, above: Sky) -> np.ndarray:
    stays = np.full((len(above.clear_share), 1), hours)
    return chance_seen(looks, START, END, stays, above, np.random.default_rng(1))


@pytest.mark.parametrize(("days", "share"), [(1, 0.3), (1, 0.5), (2, 0.5), (3, 0.5), (3, 0.8)])
def test_daily_looks_under_skies_that_change_daily_see_as_many_as_the_textbook_says(days: int, share: float) -> None:
    """1 - (1 - p) ** D for stays of whole days, each look clear by itself."""
    found = chance(regular(START, END, 1.0), 24.0 * days, sky(share)).mean()
    assert found == pytest.approx(1 - (1 - share) ** days, abs=0.008)


def test_a_stay_shorter_than_the_time_between_looks_is_mostly_missed_by_clear_ones_too() -> None:
    assert chance(regular(START, END, 1.0), 6.0, sky(1.0)).mean() == pytest.approx(6 / 24)


def test_overcast_that_lasts_hides_more_of_long_stays_and_makes_luck_differ_between_worlds() -> None:
    looks = regular(START, END, 1.0)
    quick, lasting = chance(looks, 72.0, sky()), chance(looks, 72.0, sky(half_life_h=48.0))
    assert lasting.mean() < quick.mean() - 0.1
    assert chance(looks, 24.0, sky(half_life_h=48.0)).std() > 1.5 * chance(looks, 24.0, sky()).std()


def test_radar_sees_through_cloud_and_a_look_under_full_cloud_shows_nothing() -> None:
    clear = tuple(Look(look.time, 1.0) for look in regular(START, END, 1.0))
    hidden = tuple(Look(look.time, 0.0) for look in clear)
    assert chance(clear, 24.0, sky(0.01)).min() > 0.99
    assert chance(hidden, 24.0, sky(1.0)).max() == 0


def test_days_without_looks_lower_the_chance_by_their_share() -> None:
    stop = START + timedelta(days=100)
    looks = tuple(look for look in regular(START, END, 1.0) if not stop <= look.time < stop + timedelta(days=42))
    assert chance(looks, 24.0, sky(1.0)).mean() == pytest.approx(1 - 42 / 240, abs=0.005)


@given(st.lists(st.floats(0, 239), min_size=1, max_size=30), st.floats(1, 200))
def test_the_sum_over_gaps_is_the_share_of_arrival_times_from_which_a_look_is_reached(days: list[float], hours: float) -> None:
    """Against a grid of arrivals, each asked for a look in its stay."""
    looks = tuple(Look(START + timedelta(days=day), 1.0) for day in days)
    arrivals = (np.arange(24_000) + 0.5) / 100
    reached = (arrivals[:, None] <= np.array(days)) & (np.array(days) <= arrivals[:, None] + hours / 24)
    found = chance(looks, hours, sky(worlds=1))[0]
    assert found == pytest.approx(reached.any(axis=1).mean(), abs=len(days) * 1e-4)


def test_a_clear_share_is_read_from_looks_less_surely_where_cloud_outlasts_the_time_between_them() -> None:
    looks = tuple(Look(START + timedelta(days=n), float(n % 5 < 2)) for n in range(200))
    uniform = np.array([0.05, 0.5, 0.95])
    narrow = share_from_looks(looks, np.full(3, 0.1), uniform)
    wide = share_from_looks(looks, np.full(3, 48.0), uniform)
    assert narrow[1] == pytest.approx(0.4, abs=0.01)
    assert wide[2] - wide[0] > 1.5 * (narrow[2] - narrow[0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Look(START.replace(tzinfo=None)), "no time zone"),
        (lambda: Look(START, 1.5), "clear with a chance of 1.5"),
        (lambda: regular(START, END, 0.0), "looks a day"),
        (lambda: chance_seen((), END, START, np.ones((1, 1)), sky(worlds=1), np.random.default_rng(1)), "before it begins"),
        (lambda: share_from_looks((Look(START),), np.ones(1), np.ones(1)), "how clear"),
    ],
)
def test_looks_that_cannot_be_are_refused(make, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()
