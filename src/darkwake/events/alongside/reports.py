"""Reports of ships around their meetings, and where each ship was at the ticks of a clock as far as that is known.

Meetings are looked at many at once: an array of a clock has one row a meeting and one column a tick.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from darkwake.events.alongside.medians import Flags
from darkwake.events.columns import Columns
from darkwake.events.hulls import Floats
from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE, METRES_PER_E10, US_PER_MINUTE

Wholes = NDArray[np.int64]

CLOCK_US = 2 * US_PER_MINUTE
"""Least step at which two tracks are held against each other: about the interval of archives."""
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

    @cached_property
    def _lines(self) -> tuple[Wholes, Wholes]:
        """Before each report: how many lines are drawn between two of one ship, and how long they are together."""
        apart_us = np.diff(self.us)
        drawn = (np.diff(self.ship) == 0) & (apart_us <= LINE_US)
        several, long_us = (np.concatenate([[0, 0], np.cumsum(of)]) for of in (drawn, np.where(drawn, apart_us, 0)))
        return several, long_us

    def interval_us(self, among: Looked) -> Floats:
        """The mean time from report to report where lines are drawn between them; infinite where none is."""
        first = np.minimum(among.first + 1, among.past)
        several, long_us = (sums[among.past] - sums[first] for sums in self._lines)
        return np.where(several > 0, long_us / np.maximum(several, 1), np.inf)

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
class Lines:
    """The times between reports, row after row: before the first one, from each to the next, and after the last one.

    Before the first one a line stays at it, and after the last one at that.
    """

    first_us: Wholes
    lasts_us: Wholes
    east_m: Floats
    """Where it begins, metres from the row's point."""
    north_m: Floats
    more_east_m: Floats
    """How far east it goes."""
    more_north_m: Floats
    sent_deg: Floats
    """Heading where it begins; nan where unknown."""
    next_deg: Floats
    """Heading where it ends."""


@dataclass(frozen=True)
class Heard:
    """Ships at the ticks of a clock."""

    lines: Lines
    line: Wholes
    """The line on which each tick falls."""
    since_us: Wholes
    """Since the line began."""
    until_us: Wholes
    """Until it ends."""
    share: Floats
    """How much of the line lies behind her."""
    known: Flags
    """Whether she is known there."""

    @property
    def metres(self) -> tuple[Floats, Floats]:
        """East and north of the row's point."""
        line, way = self.line, self.lines
        return way.east_m[line] + way.more_east_m[line] * self.share, way.north_m[line] + way.more_north_m[line] * self.share

    def heading_deg(self, at: Wholes) -> Floats:
        """Heading between two reports, else that of the nearer one, else nan; at some of the ticks, counted row after row."""
        line, since, until = self.line.ravel()[at], self.since_us.ravel()[at], self.until_us.ravel()[at]
        before = np.where(np.abs(since) <= HEADING_US, self.lines.sent_deg[line], np.nan)
        later = np.where(np.abs(until) <= HEADING_US, self.lines.next_deg[line], np.nan)
        turned = before + turn_deg(later - before) * self.share.ravel()[at]
        return np.asarray(np.where(np.isnan(turned), np.where(np.isnan(before), later, before), turned))


def heard_at(reports: Reports, looked: Looked, clock: Clock, lat_e10: Wholes, lon_e10: Wholes) -> Heard:
    """Where ships were at the ticks of a clock.

    Args:
        reports: the reports.
        looked: those of each meeting's ship, one at least.
        clock: the ticks.
        lat_e10: the point from which metres are reckoned, one a meeting.
        lon_e10: its longitude.
    """
    lines, line = _lines(reports, looked, clock, lat_e10, lon_e10)
    lined = (lines.lasts_us <= LINE_US)[line]
    since = clock.ticks - lines.first_us[line]
    until = lines.lasts_us[line] - since
    share = np.clip((since / np.maximum(lines.lasts_us, 1)[line]).astype(np.float32), 0.0, 1.0)
    # Beside a silence she is where she was heard, not on the line across it.
    np.rint(share, out=share, where=~lined)
    # No report falls between two ticks unseen.
    close = np.maximum(CLOCK_US, clock.step_us[:, None] // 2)
    known = ((since >= 0) & (until >= 0) & lined) | (np.abs(since) <= close) | (np.abs(until) <= close)
    return Heard(lines, line, since, until, share, known & clock.runs)


def _lines(reports: Reports, looked: Looked, clock: Clock, lat_e10: Wholes, lon_e10: Wholes) -> tuple[Lines, Wholes]:
    """The lines of each row, and on which of them each tick falls."""
    lines = looked.several + 1
    past = np.cumsum(lines)
    start, number = past - lines, np.arange(past[-1])

    def of_row(values: NDArray[Any]) -> NDArray[Any]:
        return np.repeat(values, lines)

    def begun(values: NDArray[Any]) -> NDArray[Any]:
        told = np.roll(values, 1)
        told[start] = values[start]
        return told

    # The report at which a line ends; behind the last one it stays there.
    at = number + of_row(looked.first - start)
    at[past - 1] -= 1
    us = reports.us[at]
    # The first tick that is not before the report.
    tick = np.clip(np.ceil((us - of_row(clock.first_us)) / of_row(clock.step_us)), 0, clock.width).astype(np.int64)
    tick[past - 1] = clock.width
    several = np.diff(tick, prepend=0)
    several[start] = tick[start]
    metre_east = METRES_PER_E10 * np.cos(np.radians(lat_e10 / E10_PER_DEGREE))
    east = _short_way((reports.lon_e10[at] - of_row(lon_e10)).astype(np.float64)) * of_row(metre_east)
    north = (reports.lat_e10[at] - of_row(lat_e10)) * METRES_PER_E10
    # At ticks single precision is enough, a centimetre over 100 km, and passes through memory in half the time.
    east, north, sent = (axis.astype(np.float32) for axis in (east, north, reports.sent_deg[at]))
    since, from_east, from_north = (begun(axis) for axis in (us, east, north))
    found = Lines(since, us - since, from_east, from_north, east - from_east, north - from_north, begun(sent), sent)
    return found, np.repeat(number, several).reshape(-1, clock.width)


def _short_way(e10: Floats) -> Floats:
    """A difference of longitudes the short way around."""
    return np.asarray(e10 - CIRCLE_E10 * np.rint(e10 / CIRCLE_E10))


def turn_deg(angle: Floats) -> Floats:
    """An angle brought into -180 to 180."""
    return np.asarray(angle - 360.0 * np.floor((angle + 180.0) / 360.0))
