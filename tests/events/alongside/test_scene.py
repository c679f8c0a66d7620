"""The clock on which two ships are held against each other is as fine as their reports, and no finer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from darkwake.events.alongside.contact import contacts
from darkwake.events.alongside.reports import Reports
from darkwake.events.alongside.scene import Meetings, finest_us
from darkwake.events.hulls import Hull, Hulls
from darkwake.events.track import METRES_PER_E10, US_PER_MINUTE

HOUR_US = 60 * US_PER_MINUTE
BEGINS_US, ENDS_US = 10 * HOUR_US, 18 * HOUR_US
HULLS = Hulls.of([Hull(100.0, 80.0, 15.0, 15.0, 1.5, 5.0)])


def pair(one_minutes: float, other_minutes: float) -> tuple[Reports, Meetings]:
    """Two ships that lie 35 m apart for eight hours and sail there and away, heard every so many minutes."""
    rows = [(ship, us) for ship, every in enumerate((one_minutes, other_minutes)) for us in times(every)]
    ship, us = np.array(rows, np.int64).T
    away_m = np.maximum(np.maximum(BEGINS_US - us, us - ENDS_US), 0) / 1e6 * 3.0
    east_m = np.where(ship == 1, 35.0 + away_m, 0.0)
    heading, unsent = np.full(len(us), 0.0), np.full(len(us), np.nan)
    lon = np.rint(east_m / METRES_PER_E10).astype(np.int64)
    reports = Reports(ship, us, np.zeros(len(us), np.int64), lon, unsent, unsent, heading, unsent)
    one = np.zeros(1, np.int64)
    met = np.array([BEGINS_US]), np.array([ENDS_US])
    near = np.array([1000.0]), np.array([35.0])
    return reports, Meetings(one, one, one + 1, *met, one, one, *near, HULLS, HULLS, np.ones(1, np.bool_))


def times(every_minutes: float) -> list[int]:
    """From three hours before to three hours after."""
    step = round(every_minutes * US_PER_MINUTE)
    return list(range(BEGINS_US - 3 * HOUR_US + step // 3, ENDS_US + 3 * HOUR_US, step))


@pytest.mark.parametrize(("one", "other", "step"), [(1, 1, 2), (3, 30, 2), (5, 5, 4), (9, 5, 4), (9, 7, 6), (25, 20, 6)])
def test_the_clock_is_as_fine_as_the_ship_is_heard_that_is_heard_more_often(one, other, step):
    for reports, meetings in (pair(one, other), pair(other, one)):
        assert finest_us(reports, meetings).tolist() == [step * US_PER_MINUTE]


@pytest.mark.parametrize("every", [1, 5, 7, 13])
def test_beginning_and_end_are_told_to_a_step_and_what_lies_between_reports(every):
    [start], [end] = (getattr(contacts(*pair(every, every)), word) for word in ("start_us", "end_us"))
    for told, true in ((start, BEGINS_US), (end, ENDS_US)):
        assert abs(told - true) <= (every + 6) * US_PER_MINUTE


@pytest.mark.parametrize("every", [5, 7, 10])
def test_a_short_contact_in_a_long_meeting_is_seen_however_seldom_the_ships_are_heard(every):
    reports, meetings = pair(every, every)
    off_us = np.maximum(np.maximum(BEGINS_US + 4 * HOUR_US - reports.us, reports.us - BEGINS_US - 4.4 * HOUR_US), 0)
    east_m = np.where(reports.ship == 1, 35.0 + np.minimum(off_us / 1e6, 600.0), 0.0)
    brief = replace(reports, lon_e10=np.rint(east_m / METRES_PER_E10).astype(np.int64))
    assert contacts(brief, meetings).touching.tolist() == [True]
