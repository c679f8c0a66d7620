"""Where ships are at ticks of a clock, many meetings at once, is what looking at one report after another says.

To a centimetre and a ten-thousandth of a degree, for at ticks numbers are of single precision.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from darkwake.events.alongside.reports import CLOCK_US, HEADING_US, LINE_US, Clock, Reports, heard_at
from darkwake.events.track import METRES_PER_E10, US_PER_MINUTE

ROWS, TICKS = 5, 50


def reports(seed: int) -> Reports:
    """Ships that send at odd times, some of them twice at once, around the antimeridian; half of the headings are not sent."""
    random = np.random.default_rng(seed)
    ship, us = np.repeat(np.arange(ROWS), 30), np.sort(random.integers(-60, 160, (ROWS, 30)) * US_PER_MINUTE, axis=1).ravel()
    heading = np.where(random.random(150) < 0.5, random.uniform(0, 360, 150), np.nan)
    lon = (random.integers(-(10**9), 10**9, 150) + 2 * 1800000000000) % 3600000000000 - 1800000000000
    unsent = np.full(150, np.nan)
    return Reports(ship, us, random.integers(-(10**9), 10**9, 150), lon, unsent, unsent, heading, unsent)


def one_by_one(mine: list[tuple[float, ...]], us: int) -> tuple[float, float, float, bool]:
    """East, north, heading and whether she is known, from time, longitude, latitude and heading of her reports."""
    before, after = [row for row in mine if row[0] <= us], [row for row in mine if row[0] > us]
    prior, later = before[-1] if before else after[0], after[0] if after else before[-1]
    since, until, lasts = us - prior[0], later[0] - us, max(later[0] - prior[0], 1)
    share = min(max(since / lasts, 0.0), 1.0)
    lined = lasts <= LINE_US
    share = share if lined else float(np.rint(share))
    east, north = (METRES_PER_E10 * (prior[at] + (later[at] - prior[at]) * share) for at in (1, 2))
    near = prior[3] if abs(since) <= HEADING_US else math.nan, later[3] if abs(until) <= HEADING_US else math.nan
    turn = (near[1] - near[0] + 180.0) % 360.0 - 180.0
    heading = next((one for one in (near[0] + turn * share, *near) if not math.isnan(one)), math.nan)
    known = (lined and since >= 0 and until >= 0) or min(abs(since), abs(until)) <= CLOCK_US
    return east, north, heading, known


@pytest.mark.parametrize("seed", range(4))
def test_many_ships_at_once_are_where_each_one_is(seed):
    every, count = reports(seed), np.arange(TICKS - ROWS, TICKS)
    first = np.arange(ROWS) * CLOCK_US
    clock = Clock(first, np.full(ROWS, CLOCK_US), count, TICKS)
    looked = every.looked(np.arange(ROWS), np.full(ROWS, -10 * US_PER_MINUTE), np.full(ROWS, 90 * US_PER_MINUTE))
    found = heard_at(every, looked, clock, np.zeros(ROWS, np.int64), np.full(ROWS, 1800000000000))
    heading = found.heading_deg(np.arange(ROWS * TICKS)).reshape(ROWS, TICKS)
    for row in range(ROWS):
        at = slice(looked.first[row], looked.past[row])
        lon = (every.lon_e10[at] % 3600000000000) - 1800000000000
        mine = list(zip(every.us[at].tolist(), lon.tolist(), every.lat_e10[at].tolist(), every.heading_deg[at], strict=True))
        told = np.array([one_by_one(mine, us) for us in clock.ticks[row].tolist()])
        inside = np.arange(TICKS) < count[row]
        np.testing.assert_array_equal(found.known[row], (told[:, 3] > 0) & inside)
        np.testing.assert_allclose([axis[row] for axis in found.metres], told[:, :2].T, atol=0.01)
        np.testing.assert_allclose(heading[row], told[:, 2], atol=1e-4)


def test_the_interval_of_a_ship_is_told_by_the_times_between_her_reports_but_for_silences_and_other_ships():
    every = sent([0, 5, 10, 100, 107, 200], [3, 4])
    looked = every.looked(np.array([0, 0, 0, 1, 1]), minutes(0, 100, 150, 0, 4), minutes(200, 200, 300, 9, 9))
    assert (every.interval_us(looked) / US_PER_MINUTE).tolist() == [17 / 3, 7.0, math.inf, 1.0, math.inf]


def minutes(*some: int) -> np.ndarray:
    """Times."""
    return np.array(some) * US_PER_MINUTE


def sent(*ships: list[int]) -> Reports:
    """Reports of ships at some minutes."""
    ship = np.repeat(np.arange(len(ships)), [len(times) for times in ships])
    zeros, unsent = np.zeros(len(ship), np.int64), np.full(len(ship), np.nan)
    return Reports(ship, minutes(*(one for times in ships for one in times)), zeros, zeros, *[unsent] * 4)
