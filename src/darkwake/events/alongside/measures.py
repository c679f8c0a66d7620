"""Measures of a contact or of a time near each other: distances, rigidity, motion, what the crews set, silences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from darkwake.events.alongside.held import deck_known, edge_kn, parted
from darkwake.events.alongside.scene import BESIDE_US, Scene, speed_kn
from darkwake.events.alongside.tracks import LINE_US, Flags, Track, median, turn_deg
from darkwake.events.hulls import Floats, Hull, body_frame
from darkwake.events.track import US_PER_HOUR

MET_AGAIN_H = 72.0
"""Two ships that part at sea meet again once in so many hours (assumed; the chance that they never parted in a silence of h
hours is exp(-h / 72))."""
GNSS_SD_M = 7.0
"""Error of an antenna's place, each axis (ITU-R M.1371: better than 10 m)."""


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


def spread(values: Floats) -> float:
    """Standard deviation of what is not odd (1.4826 times the median deviation from the median)."""
    return 1.4826 * median(np.abs(values - median(values))) if len(values) else 0.0


def measured(
    scene: Scene, one: Track, other: Track, hulls: tuple[Hull, Hull], chosen: Flags, ends: tuple[int, int], *, touching: bool
) -> Contact:
    """What two ships did over chosen ticks, from one end to the other."""
    deck = deck_known(scene, chosen)
    east, north = (scene.one.east_m + scene.other.east_m)[chosen] / 2, (scene.one.north_m + scene.other.north_m)[chosen] / 2
    gap, gap_sd = _gap(scene, chosen, hulls)
    still, moored = _shares([_status(track, ends) for track in (one, other)])
    at = np.flatnonzero(chosen)
    before, after = parted(scene, chosen)
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
        heard_hours=len(at) * (float(scene.ticks[1] - scene.ticks[0]) / US_PER_HOUR),
        gap_m=gap,
        gap_sd_m=gap_sd,
        spread_m=_rigidity(scene, chosen, deck=deck),
        shifted_m=_shift(scene, chosen, deck=deck),
        headings=deck,
        swing_deg=_swing(scene, chosen) if deck else None,
        askew_deg=_askew(scene, chosen) if deck else None,
        speed_kn=_median_speed_kn(scene, chosen),
        ranged_m=math.sqrt((spread(east) ** 2 + spread(north) ** 2) / 2),
        apart_m=median(scene.apart_m[chosen]),
        edge_kn=edge_kn(scene, chosen) if touching else None,
        before_m=_apart_at(scene, ends[0] - BESIDE_US),
        after_m=_apart_at(scene, ends[1] + BESIDE_US),
        still=still,
        moored=moored,
        silences=tuple(_silences(scene, chosen)) if touching else (),
    )


def _median_speed_kn(scene: Scene, chosen: Flags) -> float | None:
    speeds = speed_kn(scene)[chosen]
    speeds = speeds[~np.isnan(speeds)]
    return median(speeds) if len(speeds) else None


def _shares(sent: Sequence[Floats]) -> tuple[float, float]:
    """Shares of the statuses sent that are at anchor or moored, and that are moored; nan where none was sent."""
    status = np.concatenate(sent)
    if not len(status):
        return math.nan, math.nan
    return float(np.mean((status == 1) | (status == 5))), float(np.mean(status == 5))


def _gap(scene: Scene, chosen: Flags, hulls: tuple[Hull, Hull]) -> tuple[float, float]:
    """Median hull distance and its error: of sides, of antennas, and of axes that are not known."""
    wide = median(scene.gap_wide_m[chosen])
    gap = median(scene.gap_m[chosen]) + wide / 2
    sides = math.hypot(hulls[0].side_sd_m, hulls[1].side_sd_m)
    return gap, math.sqrt(sides**2 + GNSS_SD_M**2 + wide**2 / 12)


def _rigidity(scene: Scene, chosen: Flags, *, deck: bool) -> float:
    if not deck:
        return spread(scene.apart_m[chosen])
    seen = chosen & scene.turned
    squares = 0.0
    for ship in (scene.one, scene.other):
        axes = body_frame(scene.east_m[seen], scene.north_m[seen], ship.heading_deg[seen])
        squares += sum(spread(axis) ** 2 for axis in axes)
    return math.sqrt(squares / 4)


def _shift(scene: Scene, chosen: Flags, *, deck: bool) -> float:
    seen = np.flatnonzero(chosen & scene.turned) if deck else np.flatnonzero(chosen)
    third = max(1, len(seen) // 3)
    first, last = seen[:third], seen[-third:]
    if not deck:
        return abs(median(scene.apart_m[last]) - median(scene.apart_m[first]))
    squares = 0.0
    for ship in (scene.one, scene.other):
        axes = body_frame(scene.east_m, scene.north_m, ship.heading_deg)
        squares += sum((median(axis[last]) - median(axis[first])) ** 2 for axis in axes)
    return math.sqrt(squares / 2)


def _swing(scene: Scene, chosen: Flags) -> float:
    """Circular standard deviation of the headings, mean of the two ships."""
    seen, total = chosen & scene.turned, 0.0
    for ship in (scene.one, scene.other):
        length = abs(np.mean(np.exp(1j * np.radians(ship.heading_deg[seen]))))
        total += math.degrees(math.sqrt(max(-2.0 * math.log(max(float(length), 1e-12)), 0.0))) / 2
    return total


def _askew(scene: Scene, chosen: Flags) -> float:
    seen = chosen & scene.turned
    angle = np.abs(turn_deg(scene.one.heading_deg[seen] - scene.other.heading_deg[seen]))
    return median(np.minimum(angle, 180.0 - angle))


def _status(track: Track, ends: tuple[int, int]) -> Floats:
    inside = (track.us >= ends[0]) & (track.us <= ends[1]) & ~np.isnan(track.nav_status)
    return track.nav_status[inside]


def _apart_at(scene: Scene, at_us: int) -> float | None:
    """Distance at a time, if both were heard within half an hour of it."""
    at = np.flatnonzero(scene.known & (np.abs(scene.ticks - at_us) <= LINE_US))
    return float(scene.apart_m[at[np.argmin(np.abs(scene.ticks[at] - at_us))]]) if len(at) else None


def _silences(scene: Scene, chosen: Flags) -> list[Silence]:
    """Times of contact in which not both were heard for longer than a line is drawn."""
    at = np.flatnonzero(chosen)
    found = []
    for first, last in pairwise(at.tolist()):
        silent_us = int(scene.ticks[last] - scene.ticks[first])
        if silent_us > LINE_US and not scene.known[first + 1 : last].all():
            held = math.exp(-silent_us / US_PER_HOUR / MET_AGAIN_H)
            found.append(Silence(int(scene.ticks[first]), int(scene.ticks[last]), held))
    return found
