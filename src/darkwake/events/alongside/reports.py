"""Reports of ships around their meetings, and where each ship was at the ticks of a clock as far as that is known.

Meetings are looked at many at once: an array of a clock has one row a meeting and one column a tick.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from darkwake.events.alongside.medians import Flags
from darkwake.events.columns import Columns
from darkwake.events.hulls import Floats
from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE, METRES_PER_E10, US_PER_MINUTE

Wholes = NDArray[np.int64]

CLOCK_US = 2 * US_PER_MINUTE
"""Step at which two tracks are held against each other: about the interval of archives."""
LINE_US = 30 * US_PER_MINUTE
"""A ship is known between two reports no farther apart (assumed: a drifting ship's line bends by less than a hull then)."""
HEADING_US = 15 * US_PER_MINUTE
"""A heading holds so long (assumed)."""


@dataclass(frozen=True)
class Reports:
    """Reports of some ships: ship after ship by number, each one's in order of time."""

    ship: Wholes
    us: Wholes
    lat_e10: Wholes
    lon_e10: Wholes
    sog_kn: Floats
    cog_deg: Floats
    heading_deg: Floats
    nav_status: Floats

    def looked(self, ship: Wholes, since_us: Wholes, until_us: Wholes) -> Looked:
        """The reports that ships sent from a time to another."""
        return Looked(*(np.searchsorted(self._key, self._keyed(ship, us)) for us in (since_us, until_us + 1)))

    @cached_property
    def _span(self) -> tuple[int, int]:
        first, last = (int(self.us.min()), int(self.us.max())) if len(self.us) else (0, 0)
        return first, last - first + 3

    @cached_property
    def _key(self) -> Wholes:
        return self._keyed(self.ship, self.us)

    def _keyed(self, ship: Wholes, us: Wholes) -> Wholes:
        """Ship and time as one number that orders as they do."""
        first, span = self._span
        return np.asarray(ship * span + np.clip(us - first + 1, 0, span - 1))

    @cached_property
    def sent_deg(self) -> Floats:
        """Heading, else course where she makes way, else nan."""
        return np.where(np.isnan(self.heading_deg) & (self.sog_kn > 1.0), self.cog_deg, self.heading_deg)

    @cached_property
    def _statuses(self) -> tuple[Wholes, ...]:
        """Of the reports before each one: with a status, at anchor or moored, moored."""
        status = self.nav_status
        flags = (~np.isnan(status), (status == 1) | (status == 5), status == 5)
        return tuple(np.concatenate([[0], np.cumsum(flag)]) for flag in flags)

    def statuses(self, among: Looked) -> tuple[Wholes, ...]:
        """Of some reports: how many have a status, are at anchor or moored, are moored."""
        return tuple(np.asarray(sums[among.past] - sums[among.first]) for sums in self._statuses)


@dataclass(frozen=True)
class Looked(Columns):
    """Some reports of a ship in each row: the place of the first one among all, and one past that of the last."""

    first: Wholes
    past: Wholes

    @property
    def several(self) -> Wholes:
        """How many they are."""
        return np.asarray(self.past - self.first)


@dataclass(frozen=True)
class Clock:
    """Ticks of many meetings at once, one row a meeting; behind its last tick a row is filled up."""

    first_us: Wholes
    step_us: Wholes
    count: Wholes
    width: int

    @cached_property
    def ticks(self) -> Wholes:
        """Time of each tick."""
        return np.asarray(self.first_us[:, None] + self.step_us[:, None] * np.arange(self.width))

    @cached_property
    def runs(self) -> Flags:
        """Whether it is a tick of its meeting."""
        return np.asarray(np.arange(self.width) < self.count[:, None])


@dataclass(frozen=True)
class Heard(Columns):
    """Ships at the ticks of a clock: metres from a point, heading (nan where unknown) and its axis, and what is known."""

    east_m: Floats
    north_m: Floats
    heading_deg: Floats
    ahead_north: Floats
    """Cosine of the heading."""
    ahead_east: Floats
    """Sine of the heading."""
    known: Flags

    @property
    def axis(self) -> tuple[Floats, Floats]:
        """Cosine and sine of the heading."""
        return self.ahead_north, self.ahead_east


def heard_at(reports: Reports, looked: Looked, clock: Clock, lat_e10: Wholes, lon_e10: Wholes) -> Heard:
    """Where ships were at the ticks of a clock.

    Args:
        reports: the reports.
        looked: those of each meeting's ship, one at least.
        clock: the ticks.
        lat_e10: the point from which metres are reckoned, one a meeting.
        lon_e10: its longitude.
    """
    first, past = looked.first[:, None], looked.past[:, None]
    passed = first + _passed(reports, looked, clock)
    prior, nxt = np.maximum(passed - 1, first), np.minimum(passed, past - 1)
    since, until = clock.ticks - reports.us[prior], reports.us[nxt] - clock.ticks
    apart = np.maximum(since + until, 1)
    share = np.clip(since / apart, 0.0, 1.0)
    lined = apart <= LINE_US
    # Beside a silence she is where she was heard, not on the line across it.
    share = np.where(lined, share, np.round(share))
    # No report falls between two ticks unseen.
    close = np.maximum(CLOCK_US, clock.step_us[:, None] // 2)
    known = ((since >= 0) & (until >= 0) & lined) | (np.abs(since) <= close) | (np.abs(until) <= close)
    heading = _heading(reports.sent_deg, prior, nxt, share, since, until)
    angle = np.radians(heading)
    return Heard(
        *_metres(reports, prior, nxt, share, lat_e10[:, None], lon_e10[:, None]),
        heading,
        np.cos(angle),
        np.sin(angle),
        known & clock.runs,
    )


def _passed(reports: Reports, looked: Looked, clock: Clock) -> Wholes:
    """How many of a meeting's reports were sent by each tick."""
    several = looked.several
    rows = np.repeat(np.arange(len(several)), several)
    at = np.arange(len(rows)) + np.repeat(looked.first - np.cumsum(several) + several, several)
    # The first tick that is not before a report.
    tick = np.clip(-((clock.first_us[rows] - reports.us[at]) // clock.step_us[rows]), 0, clock.width)
    columns = clock.width + 1
    counts = np.bincount(rows * columns + tick, minlength=len(several) * columns).reshape(-1, columns)
    return np.asarray(counts[:, :-1].cumsum(axis=1))


def _metres(
    reports: Reports, prior: Wholes, nxt: Wholes, share: Floats, lat_e10: Wholes, lon_e10: Wholes
) -> tuple[Floats, Floats]:
    """Metres east and north of a point, on the line between two reports."""
    metre_east = METRES_PER_E10 * np.cos(np.radians(lat_e10 / E10_PER_DEGREE))
    axes = []
    for column, middle, metre in ((reports.lon_e10, lon_e10, metre_east), (reports.lat_e10, lat_e10, METRES_PER_E10)):
        before, after = (_off(column[at] - middle) * metre for at in (prior, nxt))
        axes.append(before + (after - before) * share)
    return axes[0], axes[1]


def _off(e10: Wholes) -> Floats:
    """A difference of longitudes the short way around."""
    return np.asarray(e10 - CIRCLE_E10 * np.rint(e10 / CIRCLE_E10))


def _heading(sent: Floats, prior: Wholes, nxt: Wholes, share: Floats, since: Wholes, until: Wholes) -> Floats:
    """Heading between two reports, else that of the nearer one, else nan."""
    before = np.where(np.abs(since) <= HEADING_US, sent[prior], np.nan)
    later = np.where(np.abs(until) <= HEADING_US, sent[nxt], np.nan)
    turned = before + turn_deg(later - before) * share
    return np.asarray(np.where(np.isnan(turned), np.where(np.isnan(before), later, before), turned))


def turn_deg(angle: Floats) -> Floats:
    """An angle brought into -180 to 180."""
    return angle - 360.0 * np.floor((angle + 180.0) / 360.0)
