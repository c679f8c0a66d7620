"""Two ships on one clock, many meetings at once: how far apart antennas and hulls are, tick by tick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from darkwake.events.alongside.decks import Decks, decks
from darkwake.events.alongside.medians import Flags
from darkwake.events.alongside.reports import CLOCK_US, Clock, Looked, Reports, Wholes, heard_at
from darkwake.events.columns import Columns
from darkwake.events.hulls import Floats, Hulls, gap_bounds_m
from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE, METRES_PER_E10, US_PER_HOUR, US_PER_MINUTE
from darkwake.units import METRES_PER_SECOND_PER_KNOT

MOST_STEPS = 3000
"""A meeting of weeks is looked at in so many steps."""
ENOUGH_STEPS, COARSEST_US = 240, 3 * CLOCK_US
"""A coarse clock takes so many steps and more, none so long that ten minutes of contact fall between two ticks."""
SHORT_STEPS = 6
"""A short meeting is looked at in so many steps and more, however seldom the ships are heard: three of them tell."""
FAR_M, FAR_STEPS, FAR_US = 100.0, 120, 5 * CLOCK_US
"""Hulls never seen nearer than this are looked at in so many steps and more, none longer than those that saw them (10 min)."""
BESIDE_US = 2 * US_PER_HOUR
"""So long before and after a meeting is looked at."""
REPORTS_US = BESIDE_US + US_PER_HOUR
"""So long before and after it reports are looked at."""
TOUCH_M = 60.0
"""Hulls no farther apart may be in contact (assumed: fenders of 5 m, and three times the 15 m error of two antennas)."""
COARSE, FINE, FINEST = "coarse", "fine", "finest"
"""Clocks: for who lay apart, for who may have touched, and for who did so shortly."""
AT_ONCE = 2**17
"""So many ticks are looked at at once: some arrays of them fit a processor's cache."""


@dataclass(frozen=True)
class Meetings(Columns):
    """Where and when two tracks were near each other, by position alone; one row a meeting."""

    number: Wholes
    one: Wholes
    """Number of the first ship."""
    other: Wholes
    start_us: Wholes
    end_us: Wholes
    lat_e10: Wholes
    lon_e10: Wholes
    radius_m: Floats
    """How near is near."""
    closest_m: Floats
    """Between the antennas, on the clock that found the meeting."""
    hulls: Hulls
    """Of the first ships."""
    other_hulls: Hulls
    whole: Flags
    """Whether contact may begin before it or end after it; not where it is a phase of a longer time together."""

    @property
    def far(self) -> Flags:
        """Whether the hulls stayed well apart, whatever way they lay."""
        return self.closest_m > self.hulls.reach_m + self.other_hulls.reach_m + FAR_M


@dataclass(frozen=True)
class Scene(Columns):
    """Both ships of some meetings at the ticks of their clocks: one row a meeting, one column a tick."""

    ticks: Wholes
    step_us: Wholes
    count: Wholes
    """How many ticks each row has."""
    heard_from_us: Wholes
    """When both had been heard, by the reports that are looked at."""
    heard_until_us: Wholes
    """Until when both were heard."""
    known: Flags
    """Whether both are known there; never behind the last tick of a row."""
    near: Flags
    """Whether they are known to be near each other; in a phase of a longer time together, within it."""
    east_m: Floats
    """From the row's point to the middle between the two."""
    north_m: Floats
    apart_m: Floats
    """Between the antennas."""
    decks: Decks
    """From deck to deck, where they are near or hulls may touch."""
    gap_m: Floats
    """Between the hulls, the least there can be where the headings do not tell."""
    gap_wide_m: Floats
    """How much more it may be."""
    lat_e10: Wholes
    lon_e10: Wholes

    @property
    def turned(self) -> Flags:
        """Whether both headings are known, and looked at."""
        return self.decks.turned

    def place(self, east_m: Floats, north_m: Floats) -> tuple[Wholes, Wholes]:
        """The latitudes and longitudes of a point of each scene."""
        shrunk = METRES_PER_E10 * np.cos(np.radians(self.lat_e10 / E10_PER_DEGREE))
        lon_e10 = self.lon_e10 + np.rint(east_m / shrunk).astype(np.int64)
        half = CIRCLE_E10 // 2
        return self.lat_e10 + np.rint(north_m / METRES_PER_E10).astype(np.int64), (lon_e10 + half) % CIRCLE_E10 - half


def scenes(reports: Reports, meetings: Meetings, clock: str) -> Iterator[tuple[Meetings, Scene]]:
    """Meetings of which both ships were heard, from two hours before to two hours after, as many at once as fit.

    A coarse clock tells all that is asked of two ships that never lay hull to hull, and whether they did.

    Meetings of about the same length stand in one scene. How wide it is follows from each meeting alone, so what is
    reckoned over a row does not depend on its neighbours.
    """
    meetings = meetings.where(_heard(reports, meetings))
    finest = _least_us(meetings) if clock == FINEST else finest_us(reports, meetings)
    first_us, step_us, count = _clocks(meetings, finest, coarse=clock == COARSE)
    widths = np.asarray(WIDTHS)[np.searchsorted(WIDTHS, count)]
    for width in np.unique(widths).tolist():
        rows = np.flatnonzero(widths == width)
        for some in np.array_split(rows, -(-len(rows) * width // AT_ONCE)):
            asked = meetings.take(some)
            yield asked, _scene(reports, asked, Clock(first_us[some], step_us[some], count[some], width))


WIDTHS = sorted({size for power in range(6, 12) for size in (2**power, 3 * 2 ** (power - 1))} | {MOST_STEPS + 2})
"""Scenes are so wide: a third of a row stands idle at most, but for the shortest."""


def _heard(reports: Reports, meetings: Meetings) -> Flags:
    return np.logical_and(*(_looked(reports, meetings, ships).several > 0 for ships in (meetings.one, meetings.other)))


def _looked(reports: Reports, meetings: Meetings, ships: Wholes) -> Looked:
    return reports.looked(ships, meetings.start_us - REPORTS_US, meetings.end_us + REPORTS_US)


def finest_us(reports: Reports, meetings: Meetings) -> Wholes:
    """The clock on which reports tell what they can: about a tick for each report of the ship that is heard more often."""
    intervals_us = [reports.interval_us(_looked(reports, meetings, ships)) for ships in (meetings.one, meetings.other)]
    met_us = meetings.end_us - meetings.start_us
    seldom_us = np.minimum(np.minimum(*intervals_us), met_us / SHORT_STEPS)
    often_us = np.clip(seldom_us, CLOCK_US, COARSEST_US).astype(np.int64) // CLOCK_US * CLOCK_US
    return np.asarray(np.maximum(often_us, _least_us(meetings)))


def _least_us(meetings: Meetings) -> Wholes:
    """The least step by which a meeting is looked at in no more than ``MOST_STEPS``."""
    long_us = meetings.end_us - meetings.start_us + 2 * BESIDE_US
    return np.asarray(np.maximum(CLOCK_US, -(-long_us // MOST_STEPS // CLOCK_US) * CLOCK_US))


def _clocks(meetings: Meetings, step_us: Wholes, *, coarse: bool) -> tuple[Wholes, Wholes, Wholes]:
    """First tick, step and number of ticks; ticks are whole multiples of the step since 1970."""
    start_us, end_us = meetings.start_us - BESIDE_US, meetings.end_us + BESIDE_US
    if coarse:
        steps, coarsest_us = np.where(meetings.far, ((FAR_STEPS,), (FAR_US,)), ((ENOUGH_STEPS,), (COARSEST_US,)))
        longer_us = np.minimum((end_us - start_us) // steps, coarsest_us) // CLOCK_US * CLOCK_US
        step_us = np.maximum(step_us, longer_us)
    first = start_us // step_us
    return first * step_us, step_us, end_us // step_us + 1 - first


def _scene(reports: Reports, meetings: Meetings, clock: Clock) -> Scene:
    looked = [_looked(reports, meetings, ships) for ships in (meetings.one, meetings.other)]
    one, other = (heard_at(reports, part, clock, meetings.lat_e10, meetings.lon_e10) for part in looked)
    (east, north), (other_east, other_north) = one.metres, other.metres
    off_east, off_north = other_east - east, other_north - north
    apart, known = np.sqrt(off_east**2 + off_north**2), one.known & other.known
    near = known & (apart <= meetings.radius_m[:, None])
    near &= meetings.whole[:, None] | within(clock.ticks, meetings)
    least, most = gap_bounds_m(apart, *(hulls.upright.single() for hulls in (meetings.hulls, meetings.other_hulls)))
    # Farther from each other, and not near by the rule, it is enough to know that hulls do not touch.
    asked = near | (known & (least <= 2 * TOUCH_M))
    seen = decks((one, other), off_east, off_north, (meetings.hulls, meetings.other_hulls), asked)
    return Scene(
        ticks=clock.ticks,
        step_us=clock.step_us,
        count=clock.count,
        heard_from_us=np.maximum(*(reports.us[part.first] for part in looked)),
        heard_until_us=np.minimum(*(reports.us[part.past - 1] for part in looked)),
        known=known,
        near=near,
        east_m=(east + other_east) / 2,
        north_m=(north + other_north) / 2,
        apart_m=apart,
        decks=seen,
        gap_m=np.where(seen.turned, seen.gap_m, least),
        gap_wide_m=np.where(seen.turned, 0.0, most - least),
        lat_e10=meetings.lat_e10,
        lon_e10=meetings.lon_e10,
    )


def within(ticks: Wholes, meetings: Meetings) -> Flags:
    """The ticks of each meeting itself."""
    return np.asarray((ticks >= meetings.start_us[:, None]) & (ticks <= meetings.end_us[:, None]))


def speed_kn(scene: Scene) -> Floats:
    """Speed that each pair's middle makes good over the half hour around each tick; nan where it was not heard, or not near."""
    at, width = np.flatnonzero(scene.near), scene.near.shape[1]
    row = at // width
    column = at - row * width
    reach, step_us = np.maximum(1, 15 * US_PER_MINUTE // scene.step_us), scene.step_us[row]
    since = at - np.minimum(reach[row], column)
    until = at + np.minimum(reach[row], scene.count[row] - 1 - column)
    east, north = (axis.ravel()[until] - axis.ravel()[since] for axis in (scene.east_m, scene.north_m))
    known = scene.known.ravel()[since] & scene.known.ravel()[until]
    seconds = np.maximum((until - since) * step_us / 1e6, 1.0)
    speed = np.full(scene.near.shape, np.nan, np.float32)
    speed.ravel()[at] = np.where(known, np.sqrt(east**2 + north**2) / seconds / METRES_PER_SECOND_PER_KNOT, np.nan)
    return speed
