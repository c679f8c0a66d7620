"""Measures of a contact or of a time near each other: distances, rigidity, motion, what the crews set, silences."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from darkwake.events.alongside.held import edge_kn, enough
from darkwake.events.alongside.medians import Among, Flags, counted, first_of, last_of, means, medians, of_some
from darkwake.events.alongside.reports import LINE_US, Reports, Wholes
from darkwake.events.alongside.scene import BESIDE_US, Meetings, Scene
from darkwake.events.columns import Columns
from darkwake.events.hulls import Floats
from darkwake.events.track import US_PER_HOUR

MET_AGAIN_H = 72.0
"""Two ships that part at sea meet again once in so many hours (assumed; the chance that they never parted in a silence of h
hours is exp(-h / 72))."""
GNSS_SD_M = 7.0
"""Error of an antenna's place, each axis (ITU-R M.1371: better than 10 m)."""
ONE_SHIP = 0.1
"""Odds that two tracks that lie hull to hull are one ship under two numbers, or one track sent twice (assumed)."""
BAD_GEOMETRY = 0.01
"""Chance that a heading or an antenna's place is so wrong that two ships side by side seem to lie in one (assumed)."""
ONE_ANTENNA = 0.9
"""Chance that one ship under two numbers has one antenna, or two as good as in one place (assumed)."""
AGAIN_M = 3000.0
"""Who is sent again is sent so much later that she is mostly no farther behind than this (assumed: ten minutes at 10 kn)."""
FOR_A_WHILE = 0.05
"""Chance that a track is sent under another number for this time alone (assumed)."""


@dataclass(frozen=True)
class Silence:
    """A time inside a contact when not both were heard, and the chance that the contact held."""

    start_us: int
    end_us: int
    held: float


@dataclass(frozen=True)
class Contacts(Columns):
    """What the two ships of each meeting did, one row a meeting or a phase of one. What could not be measured is nan."""

    meeting: Wholes
    """Number of the meeting."""
    from_us: Wholes
    """When the meeting, or the phase of it, began."""
    until_us: Wholes
    lat_e10: Wholes
    """Mean place of the middle between the two."""
    lon_e10: Wholes
    end_lat_e10: Wholes
    end_lon_e10: Wholes
    touching: Flags
    """Whether they lay hull to hull by what is known."""
    start_us: Wholes
    """When the contact began; where they do not touch, when the meeting did."""
    end_us: Wholes
    start_lo_us: Floats
    """Last time before it when they were heard apart."""
    start_hi_us: Wholes
    """First time when they were heard in contact."""
    end_lo_us: Wholes
    """Last time when they were."""
    end_hi_us: Floats
    """First time after it when they were heard apart."""
    heard_hours: Floats
    gap_m: Floats
    """Median distance of the hulls."""
    gap_sd_m: Floats
    two_hulls: Floats
    """The chance that these are two hulls, not one ship, or one track, under two numbers."""
    spread_m: Floats
    """How far the other strays, seen from the deck (robust standard deviation of an axis)."""
    shifted_m: Floats
    """How far the other's place, seen from the deck, moved from the first third of the time to the last: two ships that
    overtake each other slowly stray little at a time."""
    headings: Flags
    """Whether headings were known, so that the deck could be turned."""
    swing_deg: Floats
    """How far the two turned over the ground (circular standard deviation)."""
    askew_deg: Floats
    """Median angle between the two axes, 0 parallel or opposite, 90 crossed."""
    speed_kn: Floats
    """Median speed that the pair made good over half an hour."""
    ranged_m: Floats
    """How far the pair's middle strays over the ground (robust standard deviation of an axis)."""
    apart_m: Floats
    """Median distance of the antennas."""
    edge_kn: Floats
    """How fast they came together or parted, whichever was slower; nan where they did not touch or were not heard then."""
    before_m: Floats
    """Distance of the antennas two hours before."""
    after_m: Floats
    still: Floats
    """Share of reports with the status at anchor or moored."""
    moored: Floats
    """Share of reports with the status moored."""
    silences: NDArray[np.object_]
    """Times of contact in which not both were heard, a tuple of ``Silence`` each."""

    @classmethod
    def none(cls) -> Contacts:
        """No contacts."""
        flags = ("touching", "headings")
        columns: dict[str, Any] = {
            field.name: np.zeros(0, np.bool_ if field.name in flags else np.float64) for field in fields(cls)
        }
        return cls(**columns)

    @property
    def hours(self) -> Floats:
        """From start to end."""
        return (self.end_us - self.start_us) / US_PER_HOUR

    @property
    def unbroken(self) -> Floats:
        """The chance that no silence hid a parting."""
        told = [math.prod(silence.held for silence in silences) if silences else 1.0 for silences in self.silences.tolist()]
        return np.array(told, np.float64)


@dataclass(frozen=True)
class Chosen:
    """The ticks that tell, with what has been reckoned over them."""

    ticks: Flags
    among: Among
    """The same, by their numbers."""
    touching: Flags
    """Whether these are ticks of contact."""
    ends: tuple[Wholes, Wholes]
    """Start and end."""
    apart_m: Floats
    """Median distance of the antennas."""
    parted: tuple[Floats, Floats]
    """When they were last heard apart before, and first after."""
    speed: Floats
    """What the pair made good at each tick of the scene."""


def measured(scene: Scene, reports: Reports, meetings: Meetings, chosen: Chosen) -> Contacts:
    """What two ships did over chosen ticks of each meeting, from one end to the other."""
    ticks, touching, (start, end) = chosen.ticks, chosen.touching, chosen.ends
    among, rows = chosen.among, np.arange(len(ticks))
    seen = ticks & scene.turned
    deck = enough(counted(seen), among.count)
    from_deck = of_some(deck, _from_deck, seen, *scene.decks.places, *scene.decks.ways)
    by_distance = of_some(~deck, _by_distance, ticks, scene.apart_m)
    spread, shifted = np.where(deck, from_deck[:2], by_distance)
    east, north, apart = scene.east_m, scene.north_m, chosen.apart_m
    first, last = first_of(ticks), last_of(ticks)
    lat, lon = scene.place(means(east, ticks), means(north, ticks))
    end_lat, end_lon = scene.place(east[rows, last], north[rows, last])
    least = among.medians(among.table(among.values(scene.gap_m)))
    wide = np.nan_to_num(of_some(counted(ticks & ~scene.turned) > 0, medians, scene.gap_wide_m, ticks))
    still, moored = _shares(reports, meetings, start, end)
    beside_m = _apart_at(scene, start - BESIDE_US), _apart_at(scene, end + BESIDE_US)
    return Contacts(
        meeting=meetings.number,
        from_us=meetings.start_us,
        until_us=meetings.end_us,
        lat_e10=lat,
        lon_e10=lon,
        end_lat_e10=end_lat,
        end_lon_e10=end_lon,
        touching=touching,
        start_us=start,
        end_us=end,
        start_lo_us=chosen.parted[0],
        start_hi_us=scene.ticks[rows, first],
        end_lo_us=scene.ticks[rows, last],
        end_hi_us=chosen.parted[1],
        heard_hours=among.count * (scene.step_us / US_PER_HOUR),
        gap_m=least + wide / 2,
        gap_sd_m=_gap_sd(meetings, wide),
        two_hulls=_two_hulls(meetings, deck, least, apart, np.fmax(*beside_m)),
        spread_m=spread,
        shifted_m=shifted,
        headings=deck,
        swing_deg=from_deck[2],
        askew_deg=from_deck[3],
        speed_kn=_speed_kn(among, chosen.speed),
        ranged_m=_spread_m(among, east, north),
        apart_m=apart,
        edge_kn=of_some(touching, edge_kn, scene.ticks, scene.apart_m, scene.known, ticks, apart),
        before_m=beside_m[0],
        after_m=beside_m[1],
        still=still,
        moored=moored,
        silences=_silences(scene, ticks & touching[:, None]),
    )


def _shares(reports: Reports, meetings: Meetings, start_us: Wholes, end_us: Wholes) -> tuple[Floats, Floats]:
    """Shares of the statuses sent that are at anchor or moored, and that are moored; nan where none was sent."""
    sent, still, moored = np.sum(
        [reports.statuses(reports.looked(ships, start_us, end_us)) for ships in (meetings.one, meetings.other)], axis=0
    )
    known = np.where(sent > 0, sent, np.nan)
    return still / known, moored / known


def _speed_kn(among: Among, speed: Floats) -> Floats:
    """Median speed of the ticks at which it is known."""
    known = Among(among.at[~np.isnan(among.values(speed))], among.shape)
    return known.medians(known.table(known.values(speed)))


def _gap_sd(meetings: Meetings, wide_m: Floats) -> Floats:
    """The error of a distance of hulls: of sides, of antennas, and of axes that are not known."""
    sides = meetings.hulls.side_sd_m**2 + meetings.other_hulls.side_sd_m**2
    return np.sqrt(sides + GNSS_SD_M**2 + wide_m**2 / 12)


def _two_hulls(meetings: Meetings, deck: Flags, gap_m: Floats, apart_m: Floats, beside_m: Floats) -> Floats:
    """The chance that these are two ships, and not one under two numbers or one track sent again.

    By whether two hulls have room beside each other where the antennas were, by how far the antennas were apart, and by how
    far the two were heard from each other before and after.

    Args:
        meetings: the meetings.
        deck: whether headings are known.
        gap_m: median distance of the hulls.
        apart_m: median distance of the antennas.
        beside_m: how far apart they were two hours before or after, whichever is more; nan where neither is known.
    """
    one, other = meetings.hulls, meetings.other_hulls
    narrow = one.narrow_m + other.narrow_m
    room = np.where(deck, gap_m, apart_m - narrow)
    depth = np.where(deck, 2.0 * np.minimum(one.half_beam_m, other.half_beam_m), narrow)
    sd = np.sqrt(one.side_sd_m**2 + other.side_sd_m**2 + GNSS_SD_M**2)
    beside, same = (np.exp(-((off / sd) ** 2) / 2.0) for off in (np.minimum(room, 0.0), np.maximum(room + depth, 0.0)))
    # Two ships' antennas never stand in one place, however wrong headings and sides are.
    one_antenna = np.exp(-((apart_m / (3.0 * GNSS_SD_M)) ** 2) / 2.0)
    beside = (1.0 - BAD_GEOMETRY) * beside + BAD_GEOMETRY * (1.0 - one_antenna)
    same *= ONE_ANTENNA * one_antenna + 1.0 - ONE_ANTENNA
    same *= (1.0 - FOR_A_WHILE) * np.exp(-np.nan_to_num(beside_m) / AGAIN_M) + FOR_A_WHILE
    return np.asarray(beside / (beside + ONE_SHIP * same))


def _from_deck(seen: Flags, *given: Floats) -> list[Floats]:
    """How far the other strays, how far she moved, how far the two swing and how they lie, where headings are known.

    Args:
        seen: the ticks that tell.
        given: where each is on the other's deck, both ships' axes, and the angle between these.
    """
    *places, north, east, other_north, other_east, askew = given
    among = Among.of(seen)
    swing = _swing_deg(north, east, seen) / 2 + _swing_deg(other_north, other_east, seen) / 2
    return [
        _spread_m(among, *places),
        _shift_m(among, *places),
        swing,
        among.medians(among.table(among.values(askew))),
    ]


def _by_distance(seen: Flags, apart_m: Floats) -> list[Floats]:
    """How far the other strays and how far she moved, by distance alone."""
    among = Among.of(seen)
    return [_spread_m(among, apart_m), _shift_m(among, apart_m)]


def _spread_m(among: Among, *axes: Floats) -> Floats:
    """Robust standard deviation of an axis, mean of some (of their squares)."""
    return np.asarray(np.sqrt(np.sum(among.spreads(among.tables(*axes)) ** 2, axis=0) / len(axes)))


def _shift_m(among: Among, *axes: Floats) -> Floats:
    """How far the median of the last third lies from that of the first; places on two decks count by half each."""
    first, last = (third.medians(third.tables(*axes)) for third in among.thirds())
    return np.asarray(np.sqrt(np.sum((last - first) ** 2, axis=0) / max(1, len(axes) // 2)))


def _swing_deg(north: Floats, east: Floats, seen: Flags) -> Floats:
    """Circular standard deviation of a ship's headings, from their cosines and sines."""
    length = np.hypot(means(north, seen), means(east, seen))
    return np.degrees(np.sqrt(np.maximum(-2.0 * np.log(np.maximum(length, 1e-12)), 0.0)))


def _apart_at(scene: Scene, at_us: Wholes) -> Floats:
    """Distance at a time, if both were heard within half an hour of it."""
    off = np.abs(scene.ticks - at_us[:, None])
    near = scene.known & (off <= LINE_US)
    nearest, rows = np.argmin(np.where(near, off, LINE_US + 1), axis=1), np.arange(len(off))
    return np.where(near[rows, nearest], scene.apart_m[rows, nearest], np.nan)


def _silences(scene: Scene, ticks: Flags) -> NDArray[np.object_]:
    """Times of contact in which not both were heard for longer than a line is drawn."""
    found: list[tuple[Silence, ...]] = [()] * len(ticks)
    row, at = np.nonzero(ticks)
    heard = np.cumsum(scene.known, axis=1)
    since, until = scene.ticks[row, at][:-1], scene.ticks[row, at][1:]
    # Between two ticks of contact: how many ticks there are, and at how many of them both were heard.
    between: Wholes = np.diff(at) - 1
    both: Wholes = heard[row[1:], at[1:] - 1] - heard[row[:-1], at[:-1]]
    silent = (np.diff(row) == 0) & (until - since > LINE_US) & (both < between)
    for one in np.flatnonzero(silent).tolist():
        start_us, end_us = int(since[one]), int(until[one])
        held = math.exp(-(end_us - start_us) / US_PER_HOUR / MET_AGAIN_H)
        found[row[one]] += (Silence(start_us, end_us, held),)
    told = np.empty(len(found), dtype=object)
    told[:] = found
    return told
