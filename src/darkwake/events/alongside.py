"""What two tracks did near each other: whether they lay hull to hull, how rigidly, how they moved, when it began and ended.

Two hulls made fast keep their places to each other within metres while both swing, drift or sail; seen from the one's
deck the other stands still. Two ships that are near for other reasons do not, unless both are fixed to the ground.

    heard      x xx x x  x x          x x x x     x x
    touching           --------      ---------            hulls within TOUCH_M of each other
    held               --------      ---------            and the other where she mostly is, seen from the deck
    contact            |---------------------|            through silences, with a chance that they never parted
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from darkwake.events.hulls import Floats, Hull, body_frame, gap_bounds_m, gap_m
from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE, US_PER_HOUR, US_PER_MINUTE
from darkwake.geo import EARTH_RADIUS_M
from darkwake.units import METRES_PER_SECOND_PER_KNOT

Wholes = NDArray[np.int64]
Flags = NDArray[np.bool_]

CLOCK_US = 2 * US_PER_MINUTE
"""Step at which two tracks are held against each other: about the interval of archives."""
MOST_STEPS = 3000
"""A meeting of weeks is looked at in so many steps."""
LINE_US = 30 * US_PER_MINUTE
"""A ship is known between two reports no farther apart (assumed: a drifting ship's line bends by less than a hull then)."""
HEADING_US = 15 * US_PER_MINUTE
"""A heading holds so long (assumed)."""
BESIDE_US = 2 * US_PER_HOUR
"""So long before and after a meeting is looked at."""
TOUCH_M = 60.0
"""Hulls no farther apart may be in contact (assumed: fenders of 5 m, and three times the 15 m error of two antennas)."""
HELD_M = 30.0
"""Seen from the one's deck the other keeps her place this well (three times the error of two GNSS fixes of 7 m each)."""
MOST_HELD_M = 50.0
"""The same where headings or places are poor: up to two and a half times what she mostly strays, and no more."""
SLIP_US = 10 * US_PER_MINUTE
"""Contact outlasts so long a time out of place: single bad fixes, headings of the wrong minute (assumed)."""
HIDDEN_US = 90 * US_PER_MINUTE
"""Where a silence up to this hides a beginning or an end, it is put into the middle (a satellite's time between two passes);
behind a longer one it is when they were first or last heard in contact."""
SAILS_KN = 1.5
"""Faster over half an hour is sailing, not lying or drifting (assumed)."""
PHASE_US = 2 * US_PER_HOUR
"""A phase of lying or of sailing lasts so long (assumed: the shortest meeting that is reported)."""
SILENT_CONTACT_US = 24 * US_PER_HOUR
"""Contact is bridged across at most so long a silence."""
MET_AGAIN_H = 72.0
"""Two ships that part at sea meet again once in so many hours (assumed; the chance that they never parted in a silence of h
hours is exp(-h / 72))."""
METRE_E10 = math.radians(1.0 / E10_PER_DEGREE) * EARTH_RADIUS_M
"""Metres in the smallest unit of latitude."""
GNSS_SD_M = 7.0
"""Error of an antenna's place, each axis (ITU-R M.1371: better than 10 m)."""


@dataclass(frozen=True)
class Track:
    """The reports of one ship around a meeting, in order of time."""

    us: Wholes
    lat_e10: Wholes
    lon_e10: Wholes
    sog_kn: Floats
    cog_deg: Floats
    heading_deg: Floats
    nav_status: Floats


@dataclass(frozen=True)
class Heard:
    """A track at the ticks of a clock: metres from a point, heading (nan where unknown), and whether it is known there."""

    east_m: Floats
    north_m: Floats
    heading_deg: Floats
    known: Flags


@dataclass(frozen=True)
class Silence:
    """A time inside a contact when not both were heard, and the chance that the contact held."""

    start_us: int
    end_us: int
    held: float


@dataclass(frozen=True)
class Contact:
    """What two ships did. Measures are null where they could not be taken."""

    lat_e10: int
    """Mean place of the middle between the two."""
    lon_e10: int
    end_lat_e10: int
    end_lon_e10: int
    touching: bool
    """Whether they lay hull to hull by what is known."""
    start_us: int
    end_us: int
    start_lo_us: int | None
    """Last time before it when they were heard apart."""
    start_hi_us: int
    """First time when they were heard in contact."""
    end_lo_us: int
    """Last time when they were."""
    end_hi_us: int | None
    """First time after it when they were heard apart."""
    heard_hours: float
    gap_m: float
    """Median distance of the hulls."""
    gap_sd_m: float
    spread_m: float
    """How far the other strays, seen from the deck (robust standard deviation of an axis)."""
    shifted_m: float
    """How far the other's place, seen from the deck, moved from the first third of the time to the last: two ships that
    overtake each other slowly stray little at a time."""
    headings: bool
    """Whether headings were known, so that the deck could be turned."""
    swing_deg: float | None
    """How far the two turned over the ground (circular standard deviation)."""
    askew_deg: float | None
    """Median angle between the two axes, 0 parallel or opposite, 90 crossed."""
    speed_kn: float | None
    """Median speed that the pair made good over half an hour."""
    ranged_m: float
    """How far the pair's middle strays over the ground (robust standard deviation of an axis)."""
    apart_m: float
    """Median distance of the antennas."""
    edge_kn: float | None
    """How fast they came together or parted, whichever was slower; null where they did not touch or were not heard then."""
    before_m: float | None
    """Distance of the antennas two hours before."""
    after_m: float | None
    still: float
    """Share of reports with the status at anchor or moored."""
    moored: float
    """Share of reports with the status moored."""
    silences: tuple[Silence, ...] = field(default=())

    @property
    def hours(self) -> float:
        """From start to end."""
        return (self.end_us - self.start_us) / US_PER_HOUR

    @property
    def unbroken(self) -> float:
        """The chance that no silence hid a parting."""
        return math.prod(silence.held for silence in self.silences)


def heard_at(track: Track, ticks: Wholes, lat_e10: int, lon_e10: int) -> Heard:
    """A track at the ticks of a clock."""
    after = np.searchsorted(track.us, ticks, side="right")
    prior, nxt = np.maximum(after - 1, 0), np.minimum(after, len(track.us) - 1)
    apart = np.maximum(track.us[nxt] - track.us[prior], 1)
    share = np.clip((ticks - track.us[prior]) / apart, 0.0, 1.0)
    # Beside a silence she is where she was heard, not on the line across it.
    share = np.where(apart > LINE_US, np.round(share), share)
    since, until = ticks - track.us[prior], track.us[nxt] - ticks
    known = (since >= 0) & (until >= 0) & (apart <= LINE_US) | (np.abs(since) <= CLOCK_US) | (np.abs(until) <= CLOCK_US)
    half = CIRCLE_E10 // 2
    east_e10 = (track.lon_e10 - lon_e10 + half) % CIRCLE_E10 - half
    north = (track.lat_e10 - lat_e10) * METRE_E10
    east = east_e10 * (METRE_E10 * math.cos(math.radians(lat_e10 / E10_PER_DEGREE)))
    return Heard(
        east[prior] + (east[nxt] - east[prior]) * share,
        north[prior] + (north[nxt] - north[prior]) * share,
        _heading(track, prior, nxt, share, since, until),
        known,
    )


def _heading(track: Track, prior: Wholes, nxt: Wholes, share: Floats, since: Wholes, until: Wholes) -> Floats:
    """Heading between two reports, else course where she makes way, else nan."""
    sent = np.where(np.isnan(track.heading_deg) & (track.sog_kn > 1.0), track.cog_deg, track.heading_deg)
    before = np.where(np.abs(since) <= HEADING_US, sent[prior], np.nan)
    later = np.where(np.abs(until) <= HEADING_US, sent[nxt], np.nan)
    turned = before + turn_deg(later - before) * share
    return np.asarray(np.where(np.isnan(turned), np.where(np.isnan(before), later, before), turned))


def turn_deg(angle: Floats) -> Floats:
    """An angle brought into -180 to 180."""
    return np.asarray((angle + 180.0) % 360.0 - 180.0)


def spread(values: Floats) -> float:
    """Standard deviation of what is not odd (1.4826 times the median deviation from the median)."""
    return float(1.4826 * np.median(np.abs(values - np.median(values)))) if len(values) else 0.0


@dataclass(frozen=True)
class _Scene:
    """Both ships at the ticks of one clock."""

    ticks: Wholes
    one: Heard
    other: Heard
    known: Flags
    east_m: Floats
    north_m: Floats
    apart_m: Floats
    gap_m: Floats
    gap_wide_m: Floats
    turned: Flags
    """Whether both headings are known."""
    lat_e10: int
    lon_e10: int

    def place(self, east_m: float, north_m: float) -> tuple[int, int]:
        """The latitude and longitude of a point of the scene."""
        lat_e10 = self.lat_e10 + round(north_m / METRE_E10)
        lon_e10 = self.lon_e10 + round(east_m / (METRE_E10 * math.cos(math.radians(self.lat_e10 / E10_PER_DEGREE))))
        return lat_e10, (lon_e10 + CIRCLE_E10 // 2) % CIRCLE_E10 - CIRCLE_E10 // 2


@dataclass(frozen=True)
class Meeting:
    """Where and when two tracks were near each other, by position alone."""

    start_us: int
    end_us: int
    lat_e10: int
    lon_e10: int
    radius_m: float
    """How near is near."""
    whole: bool = True
    """Whether contact may begin before it or end after it; not where it is a phase of a longer time together."""


def phases(one: Track, other: Track, hulls: tuple[Hull, Hull], meeting: Meeting) -> list[Meeting]:
    """The meeting cut where two ships that lay still near each other sail on near each other, or the reverse.

    Each phase lasts ``PHASE_US`` at least; a contact that holds through keeps the meeting whole.
    """
    if not len(one.us) or not len(other.us):
        return [meeting]
    scene = _scene(one, other, hulls, meeting)
    near = scene.known & (scene.apart_m <= meeting.radius_m)
    inside = np.flatnonzero(near & (scene.ticks >= meeting.start_us) & (scene.ticks <= meeting.end_us))
    speed = _speed_kn(scene)[inside]
    sails = speed[~np.isnan(speed)] > SAILS_KN
    inside = inside[~np.isnan(speed)]
    if not sails.any() or sails.all():
        return [meeting]
    edges = np.flatnonzero(np.diff(sails)) + 1
    parts = [part for part in np.split(inside, edges) if scene.ticks[part[-1]] - scene.ticks[part[0]] >= PHASE_US]
    # Short changes between two phases of one kind part nothing.
    merged: list[NDArray[np.int64]] = []
    for part in parts:
        if merged and sails[np.searchsorted(inside, merged[-1][-1])] == sails[np.searchsorted(inside, part[0])]:
            merged[-1] = np.r_[merged[-1], part]
        else:
            merged.append(part)
    held = _held(scene, near & (scene.gap_m <= TOUCH_M))
    if len(merged) < 2 or (held is not None and _spans(merged, held)):
        return [meeting]
    cut = [(int(scene.ticks[part[0]]), int(scene.ticks[part[-1]])) for part in merged]
    return [replace(meeting, start_us=start, end_us=end, whole=False) for start, end in cut]


def _spans(parts: list[NDArray[np.int64]], held: Flags) -> bool:
    """Whether a contact holds through most of two phases."""
    return sum(int(np.count_nonzero(held[part]) * 2 >= len(part)) for part in parts) > 1


def contact(one: Track, other: Track, hulls: tuple[Hull, Hull], meeting: Meeting) -> Contact | None:
    """What two ships did in a meeting; ``None`` where they were not heard together for three ticks of the clock.

    The same whichever ship comes first.

    Args:
        one: reports of the first ship, from two hours before to two hours after.
        other: reports of the second.
        hulls: their hulls.
        meeting: when and where they met.
    """
    if not len(one.us) or not len(other.us):
        return None
    start_us, end_us = meeting.start_us, meeting.end_us
    scene = _scene(one, other, hulls, meeting)
    near = scene.known & (scene.apart_m <= meeting.radius_m)
    if not meeting.whole:
        near &= (scene.ticks >= start_us) & (scene.ticks <= end_us)
    if np.count_nonzero(near) < 3:
        return None
    held = _held(scene, near & (scene.gap_m <= TOUCH_M))
    if held is None:
        chosen = _steadier(scene, near & (scene.ticks >= start_us) & (scene.ticks <= end_us))
        if np.count_nonzero(chosen) < 3:
            chosen = near
        return _measured(scene, one, other, hulls, chosen, (start_us, end_us), touching=False)
    start, end = _ends(scene, held)
    heard = max(int(one.us[0]), int(other.us[0])), min(int(one.us[-1]), int(other.us[-1]))
    return _measured(scene, one, other, hulls, held, (max(start, heard[0]), min(end, heard[1])), touching=True)


def _ends(scene: _Scene, held: Flags) -> tuple[int, int]:
    """When the contact began and ended; where a short silence hides it, its middle, which errs by half of it at most."""
    at = np.flatnonzero(held)
    start, end = int(scene.ticks[at[0]]), int(scene.ticks[at[-1]])
    before, after = _parted(scene, held)
    if before is not None and SLIP_US < start - before <= HIDDEN_US:
        start -= (start - before) // 2
    if after is not None and SLIP_US < after - end <= HIDDEN_US:
        end += (after - end) // 2
    return start, end


def _parted(scene: _Scene, held: Flags) -> tuple[int | None, int | None]:
    """The last time before a contact, and the first after it, when the two were heard well apart."""
    at = np.flatnonzero(held)
    off = np.abs(scene.apart_m - np.median(scene.apart_m[held])) > 2 * HELD_M
    apart = np.flatnonzero(scene.known & ~held & (off | (scene.gap_m > TOUCH_M)))
    before, after = apart[apart < at[0]], apart[apart > at[-1]]
    return (
        int(scene.ticks[before[-1]]) if len(before) else None,
        int(scene.ticks[after[0]]) if len(after) else None,
    )


def _edge_kn(scene: _Scene, held: Flags) -> float | None:
    """How fast the two came together or parted, whichever was slower, over the half hour beyond the contact."""
    at, speeds = np.flatnonzero(held), []
    usual = float(np.median(scene.apart_m[held]))
    for edge, sign in ((at[0], -1), (at[-1], 1)):
        beyond = np.flatnonzero(scene.known & (np.abs(scene.ticks - scene.ticks[edge] - sign * LINE_US) <= SLIP_US))
        if len(beyond):
            hours = float(np.mean(np.abs(scene.ticks[beyond] - scene.ticks[edge]))) / US_PER_HOUR
            metres = abs(float(np.median(scene.apart_m[beyond])) - usual)
            speeds.append(metres / (hours * 3600.0) / METRES_PER_SECOND_PER_KNOT)
    return min(speeds) if speeds else None


def _scene(one: Track, other: Track, hulls: tuple[Hull, Hull], meeting: Meeting) -> _Scene:
    start_us, end_us = meeting.start_us, meeting.end_us
    span = end_us - start_us + 2 * BESIDE_US
    step = max(CLOCK_US, -(-span // MOST_STEPS // CLOCK_US) * CLOCK_US)
    ticks = np.arange((start_us - BESIDE_US) // step, (end_us + BESIDE_US) // step + 1, dtype=np.int64) * step
    middle = meeting.lat_e10, meeting.lon_e10
    first, second = heard_at(one, ticks, *middle), heard_at(other, ticks, *middle)
    east, north = second.east_m - first.east_m, second.north_m - first.north_m
    apart = np.hypot(east, north)
    turned = ~np.isnan(first.heading_deg) & ~np.isnan(second.heading_deg)
    least, most = gap_bounds_m(apart, *hulls)
    gap = np.where(turned, gap_m(east, north, first.heading_deg, second.heading_deg, *hulls), least)
    return _Scene(
        ticks,
        first,
        second,
        first.known & second.known,
        east,
        north,
        apart,
        gap,
        np.where(turned, 0.0, most - least),
        turned,
        *middle,
    )


def _held(scene: _Scene, touching: Flags) -> Flags | None:
    """The ticks of the longest time that the two kept their places hull to hull; ``None`` where it is under ten minutes."""
    if np.count_nonzero(touching) < 3:
        return None
    strays = _strays(scene, touching)
    held = touching & (strays <= min(max(HELD_M, 2.5 * float(np.median(strays[touching]))), MOST_HELD_M))
    runs = _runs(scene, held)
    if not runs:
        return None
    first, last = max(runs, key=lambda run: (np.count_nonzero(held[run[0] : run[1] + 1]), -run[0]))
    if scene.ticks[last] - scene.ticks[first] < SLIP_US:
        return None
    inside = np.zeros(len(held), dtype=bool)
    inside[first : last + 1] = True
    return np.asarray(held & inside)


def _strays(scene: _Scene, chosen: Flags) -> Floats:
    """How far the other is from where she mostly is: seen from both decks in turn, or by distance alone."""
    if not _deck(scene, chosen):
        return np.asarray(np.abs(scene.apart_m - np.median(scene.apart_m[chosen])))
    strays = np.zeros(len(chosen))
    for ship in (scene.one, scene.other):
        ahead, right = body_frame(scene.east_m, scene.north_m, ship.heading_deg)
        seen = chosen & scene.turned
        strays += np.hypot(ahead - np.median(ahead[seen]), right - np.median(right[seen])) / 2
    return np.where(np.isnan(strays), np.abs(scene.apart_m - np.median(scene.apart_m[chosen])), strays)


def _deck(scene: _Scene, chosen: Flags) -> bool:
    """Whether headings are known well enough to look from the deck."""
    return bool(np.count_nonzero(chosen & scene.turned) >= max(3, 0.5 * np.count_nonzero(chosen)))


def _runs(scene: _Scene, held: Flags) -> list[tuple[int, int]]:
    """Times of contact as first and last index: across bad fixes and silences, not across a time heard apart."""
    at = np.flatnonzero(held)
    if not len(at):
        return []
    # Time heard out of place before each tick; the clock runs evenly.
    step = int(scene.ticks[1] - scene.ticks[0])
    out = np.cumsum((scene.known & ~held) * step)
    parted = (np.diff(out[at]) > SLIP_US) | (np.diff(scene.ticks[at]) > SILENT_CONTACT_US)
    firsts, lasts = at[np.r_[True, parted]], at[np.r_[parted, True]]
    return [(int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)]


def _steadier(scene: _Scene, near: Flags) -> Flags:
    """Of ships that lay still near each other and sailed near each other, what they did longer."""
    speed = _speed_kn(scene)
    still = near & (speed < 0.5)
    return still if np.count_nonzero(still) * 2 >= np.count_nonzero(near) else np.asarray(near & ~still)


def _speed_kn(scene: _Scene) -> Floats:
    """Speed that the pair's middle makes good over the half hour around each tick; nan where it was not heard."""
    east, north = (scene.one.east_m + scene.other.east_m) / 2, (scene.one.north_m + scene.other.north_m) / 2
    reach = max(1, int(15 * US_PER_MINUTE // (scene.ticks[1] - scene.ticks[0])))
    index = np.arange(len(scene.ticks))
    before, after = np.maximum(index - reach, 0), np.minimum(index + reach, len(index) - 1)
    moved = np.hypot(east[after] - east[before], north[after] - north[before])
    seconds = np.maximum((scene.ticks[after] - scene.ticks[before]) / 1e6, 1.0)
    speed = moved / seconds / METRES_PER_SECOND_PER_KNOT
    return np.where(scene.known[before] & scene.known[after], speed, np.nan)


def _measured(
    scene: _Scene, one: Track, other: Track, hulls: tuple[Hull, Hull], chosen: Flags, ends: tuple[int, int], *, touching: bool
) -> Contact:
    deck = _deck(scene, chosen)
    step_h = float(scene.ticks[1] - scene.ticks[0]) / US_PER_HOUR
    speeds = _speed_kn(scene)[chosen]
    speeds = speeds[~np.isnan(speeds)]
    east, north = (scene.one.east_m + scene.other.east_m)[chosen] / 2, (scene.one.north_m + scene.other.north_m)[chosen] / 2
    gap, gap_sd = _gap(scene, chosen, hulls)
    status = np.concatenate([_status(track, ends) for track in (one, other)])
    at = np.flatnonzero(chosen)
    before, after = _parted(scene, chosen)
    return Contact(
        *scene.place(float(np.mean(east)), float(np.mean(north))),
        *scene.place(float(east[-1]), float(north[-1])),
        touching=touching,
        start_us=ends[0],
        end_us=ends[1],
        start_lo_us=before,
        start_hi_us=int(scene.ticks[at[0]]),
        end_lo_us=int(scene.ticks[at[-1]]),
        end_hi_us=after,
        heard_hours=np.count_nonzero(chosen) * step_h,
        gap_m=gap,
        gap_sd_m=gap_sd,
        spread_m=_rigidity(scene, chosen, deck=deck),
        shifted_m=_shift(scene, chosen, deck=deck),
        headings=deck,
        swing_deg=_swing(scene, chosen) if deck else None,
        askew_deg=_askew(scene, chosen) if deck else None,
        speed_kn=float(np.median(speeds)) if len(speeds) else None,
        ranged_m=math.sqrt((spread(east) ** 2 + spread(north) ** 2) / 2),
        apart_m=float(np.median(scene.apart_m[chosen])),
        edge_kn=_edge_kn(scene, chosen) if touching else None,
        before_m=_apart_at(scene, ends[0] - BESIDE_US),
        after_m=_apart_at(scene, ends[1] + BESIDE_US),
        still=float(np.mean((status == 1) | (status == 5))) if len(status) else math.nan,
        moored=float(np.mean(status == 5)) if len(status) else math.nan,
        silences=tuple(_silences(scene, chosen)) if touching else (),
    )


def _gap(scene: _Scene, chosen: Flags, hulls: tuple[Hull, Hull]) -> tuple[float, float]:
    """Median hull distance and its error: of sides, of antennas, and of axes that are not known."""
    wide = float(np.median(scene.gap_wide_m[chosen]))
    gap = float(np.median(scene.gap_m[chosen])) + wide / 2
    sides = math.hypot(hulls[0].side_sd_m, hulls[1].side_sd_m)
    return gap, math.sqrt(sides**2 + GNSS_SD_M**2 + wide**2 / 12)


def _rigidity(scene: _Scene, chosen: Flags, *, deck: bool) -> float:
    if not deck:
        return spread(scene.apart_m[chosen])
    seen = chosen & scene.turned
    squares = 0.0
    for ship in (scene.one, scene.other):
        axes = body_frame(scene.east_m[seen], scene.north_m[seen], ship.heading_deg[seen])
        squares += sum(spread(axis) ** 2 for axis in axes)
    return math.sqrt(squares / 4)


def _shift(scene: _Scene, chosen: Flags, *, deck: bool) -> float:
    seen = np.flatnonzero(chosen & scene.turned) if deck else np.flatnonzero(chosen)
    third = max(1, len(seen) // 3)
    first, last = seen[:third], seen[-third:]
    if not deck:
        return float(abs(np.median(scene.apart_m[last]) - np.median(scene.apart_m[first])))
    squares = 0.0
    for ship in (scene.one, scene.other):
        axes = body_frame(scene.east_m, scene.north_m, ship.heading_deg)
        squares += sum(float(np.median(axis[last]) - np.median(axis[first])) ** 2 for axis in axes)
    return math.sqrt(squares / 2)


def _swing(scene: _Scene, chosen: Flags) -> float:
    """Circular standard deviation of the headings, mean of the two ships."""
    seen, total = chosen & scene.turned, 0.0
    for ship in (scene.one, scene.other):
        length = abs(np.mean(np.exp(1j * np.radians(ship.heading_deg[seen]))))
        total += math.degrees(math.sqrt(max(-2.0 * math.log(max(float(length), 1e-12)), 0.0))) / 2
    return total


def _askew(scene: _Scene, chosen: Flags) -> float:
    seen = chosen & scene.turned
    angle = np.abs(turn_deg(scene.one.heading_deg[seen] - scene.other.heading_deg[seen]))
    return float(np.median(np.minimum(angle, 180.0 - angle)))


def _status(track: Track, ends: tuple[int, int]) -> Floats:
    inside = (track.us >= ends[0]) & (track.us <= ends[1]) & ~np.isnan(track.nav_status)
    return track.nav_status[inside]


def _apart_at(scene: _Scene, at_us: int) -> float | None:
    """Distance at a time, if both were heard within half an hour of it."""
    at = np.flatnonzero(scene.known & (np.abs(scene.ticks - at_us) <= LINE_US))
    return float(scene.apart_m[at[np.argmin(np.abs(scene.ticks[at] - at_us))]]) if len(at) else None


def _silences(scene: _Scene, chosen: Flags) -> list[Silence]:
    """Times of contact in which not both were heard for longer than a line is drawn."""
    at = np.flatnonzero(chosen)
    found = []
    for first, last in pairwise(at.tolist()):
        silent_us = int(scene.ticks[last] - scene.ticks[first])
        if silent_us > LINE_US and not scene.known[first + 1 : last].all():
            held = math.exp(-silent_us / US_PER_HOUR / MET_AGAIN_H)
            found.append(Silence(int(scene.ticks[first]), int(scene.ticks[last]), held))
    return found
