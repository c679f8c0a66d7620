"""Two ships on one clock, many meetings at once: how far apart antennas and hulls are, tick by tick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from darkwake.events.alongside.medians import Flags
from darkwake.events.alongside.reports import CLOCK_US, Clock, Heard, Looked, Reports, Wholes, heard_at
from darkwake.events.columns import Columns
from darkwake.events.hulls import Floats, Hulls, Offsets, gap_bounds_m, gap_m, seen_from_deck, turn
from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE, METRES_PER_E10, US_PER_HOUR, US_PER_MINUTE
from darkwake.units import METRES_PER_SECOND_PER_KNOT

MOST_STEPS = 3000
"""A meeting of weeks is looked at in so many steps."""
ENOUGH_STEPS, COARSEST_US = 240, 3 * CLOCK_US
"""A coarse clock takes so many steps and more, none so long that ten minutes of contact fall between two ticks."""
FAR_M, FAR_STEPS, FAR_US = 100.0, 120, 5 * CLOCK_US
"""Hulls never seen nearer than this are looked at in so many steps and more, none longer than those that saw them (10 min)."""
BESIDE_US = 2 * US_PER_HOUR
"""So long before and after a meeting is looked at."""
REPORTS_US = BESIDE_US + US_PER_HOUR
"""So long before and after it reports are looked at."""
AT_ONCE = 2**16
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
    one: Heard
    other: Heard
    known: Flags
    """Whether both are known there; never behind the last tick of a row."""
    east_m: Floats
    north_m: Floats
    apart_m: Floats
    deck: Offsets
    """From the one's antenna to the other's, seen from the one's deck."""
    other_deck: Offsets
    """And from the other's to the one's, seen from hers."""
    gap_m: Floats
    gap_wide_m: Floats
    turned: Flags
    """Whether both headings are known."""
    lat_e10: Wholes
    lon_e10: Wholes

    @property
    def axes(self) -> tuple[Floats, ...]:
        """Where each is on the other's deck: ahead and to starboard, twice."""
        return self.deck.ahead_m, self.deck.right_m, self.other_deck.ahead_m, self.other_deck.right_m

    def place(self, east_m: Floats, north_m: Floats) -> tuple[Wholes, Wholes]:
        """The latitudes and longitudes of a point of each scene."""
        shrunk = METRES_PER_E10 * np.cos(np.radians(self.lat_e10 / E10_PER_DEGREE))
        lon_e10 = self.lon_e10 + np.rint(east_m / shrunk).astype(np.int64)
        half = CIRCLE_E10 // 2
        return self.lat_e10 + np.rint(north_m / METRES_PER_E10).astype(np.int64), (lon_e10 + half) % CIRCLE_E10 - half


def scenes(reports: Reports, meetings: Meetings, *, coarse: bool) -> Iterator[tuple[Meetings, Scene]]:
    """Meetings of which both ships were heard, from two hours before to two hours after, as many at once as fit.

    A coarse clock tells all that is asked of two ships that never lay hull to hull, and whether they did.

    Meetings of about the same length stand in one scene. How wide it is follows from each meeting alone, so what is
    reckoned over a row does not depend on its neighbours.
    """
    meetings = meetings.where(_heard(reports, meetings))
    first_us, step_us, count = _clocks(meetings, coarse=coarse)
    widths = np.asarray(WIDTHS)[np.searchsorted(WIDTHS, count)]
    for width in np.unique(widths).tolist():
        rows = np.flatnonzero(widths == width)
        for some in np.array_split(rows, -(-len(rows) * width // AT_ONCE)):
            clock = Clock(first_us[some], step_us[some], count[some], width)
            yield meetings.take(some), _scene(reports, meetings.take(some), clock)


WIDTHS = sorted({size for power in range(6, 12) for size in (2**power, 3 * 2 ** (power - 1))} | {MOST_STEPS + 2})
"""Scenes are so wide: a third of a row stands idle at most, but for the shortest."""


def _heard(reports: Reports, meetings: Meetings) -> Flags:
    return np.logical_and(*(_looked(reports, meetings, ships).several > 0 for ships in (meetings.one, meetings.other)))


def _looked(reports: Reports, meetings: Meetings, ships: Wholes) -> Looked:
    return reports.looked(ships, meetings.start_us - REPORTS_US, meetings.end_us + REPORTS_US)


def _clocks(meetings: Meetings, *, coarse: bool) -> tuple[Wholes, Wholes, Wholes]:
    """First tick, step and number of ticks; ticks are whole multiples of the step since 1970."""
    start_us, end_us = meetings.start_us - BESIDE_US, meetings.end_us + BESIDE_US
    step_us = np.maximum(CLOCK_US, -((start_us - end_us) // MOST_STEPS // CLOCK_US) * CLOCK_US)
    if coarse:
        steps, coarsest_us = np.where(meetings.far, ((FAR_STEPS,), (FAR_US,)), ((ENOUGH_STEPS,), (COARSEST_US,)))
        longer_us = np.minimum((end_us - start_us) // steps, coarsest_us) // CLOCK_US * CLOCK_US
        step_us = np.maximum(step_us, longer_us)
    first = start_us // step_us
    return first * step_us, step_us, end_us // step_us + 1 - first


def _scene(reports: Reports, meetings: Meetings, clock: Clock) -> Scene:
    looked = [_looked(reports, meetings, ships) for ships in (meetings.one, meetings.other)]
    first, second = (heard_at(reports, part, clock, meetings.lat_e10, meetings.lon_e10) for part in looked)
    east, north = second.east_m - first.east_m, second.north_m - first.north_m
    apart = np.sqrt(east**2 + north**2)
    turned = ~np.isnan(first.heading_deg) & ~np.isnan(second.heading_deg)
    hulls = meetings.hulls.upright, meetings.other_hulls.upright
    decks = seen_from_deck(east, north, first.axis), seen_from_deck(-east, -north, second.axis)
    least, most = gap_bounds_m(apart, *hulls)
    return Scene(
        ticks=clock.ticks,
        step_us=clock.step_us,
        count=clock.count,
        heard_from_us=np.maximum(*(reports.us[part.first] for part in looked)),
        heard_until_us=np.minimum(*(reports.us[part.past - 1] for part in looked)),
        one=first,
        other=second,
        known=first.known & second.known,
        east_m=east,
        north_m=north,
        apart_m=apart,
        deck=decks[0],
        other_deck=decks[1],
        gap_m=np.where(turned, gap_m(*decks, turn(first.axis, second.axis), *hulls), least),
        gap_wide_m=np.where(turned, 0.0, most - least),
        turned=turned,
        lat_e10=meetings.lat_e10,
        lon_e10=meetings.lon_e10,
    )


def speed_kn(scene: Scene) -> Floats:
    """Speed that each pair's middle makes good over the half hour around each tick; nan where it was not heard."""
    east, north = (scene.one.east_m + scene.other.east_m) / 2, (scene.one.north_m + scene.other.north_m) / 2
    at = np.arange(scene.ticks.shape[1])
    reach = np.maximum(1, 15 * US_PER_MINUTE // scene.step_us)[:, None]
    ends = np.maximum(at - reach, 0), np.minimum(at + reach, scene.count[:, None] - 1)
    east, north = (_step(axis, ends) for axis in (east, north))
    seconds = np.maximum(_step(scene.ticks, ends) / 1e6, 1.0)
    known = np.logical_and(*(np.take_along_axis(scene.known, end, axis=1) for end in ends))
    return np.where(known, np.sqrt(east**2 + north**2) / seconds / METRES_PER_SECOND_PER_KNOT, np.nan)


def _step(values: NDArray[Any], ends: tuple[Wholes, Wholes]) -> NDArray[Any]:
    """How much a value changes from one tick to another."""
    return np.asarray(np.take_along_axis(values, ends[1], axis=1) - np.take_along_axis(values, ends[0], axis=1))
