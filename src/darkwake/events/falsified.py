"""Spells in which the positions of one track cannot be what they say, in arrays: frozen, contradicted, in circles.

Pure functions over the reports of one track in order of time; what they find is a pair of indices, first and last report.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from darkwake.geo import EARTH_RADIUS_M
from darkwake.units import METRES_PER_SECOND_PER_KNOT

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

STEADY_S = (20.0, 600.0)
"""Steps that are compared with the speed that was reported: shorter ones are GPS noise and cut seconds, over longer ones a
ship turns (assumed)."""


@dataclass(frozen=True)
class Track:
    """Reports of one track in order of time; a value that was not sent is not a number."""

    seconds: Floats
    lat: Floats
    lon: Floats
    sog_kn: Floats
    cog_deg: Floats

    def __len__(self) -> int:
        return len(self.seconds)

    def part(self, reports: slice) -> Track:
        """Some of its reports."""
        return Track(*(getattr(self, field.name)[reports] for field in fields(self)))

    def plane_m(self) -> tuple[Floats, Floats]:
        """Metres east and north of the first report, each step on a plane of its own."""
        north = np.diff(np.radians(self.lat)) * EARTH_RADIUS_M
        turn = np.mod(np.diff(self.lon) + 180.0, 360.0) - 180.0
        east = np.radians(turn) * EARTH_RADIUS_M * np.cos(np.radians((self.lat[1:] + self.lat[:-1]) / 2))
        return np.append(0.0, np.cumsum(east)), np.append(0.0, np.cumsum(north))


@dataclass(frozen=True)
class Spell:
    """A part of a track, and what was measured over it."""

    first: int
    last: int
    measured: dict[str, float]


def spans(flags: Flags, bridge: int = 0) -> Iterator[tuple[int, int]]:
    """First and last index of each unbroken run of true; up to ``bridge`` false ones between do not end it."""
    at = np.flatnonzero(flags)
    if len(at):
        cuts = np.flatnonzero(np.diff(at) > bridge + 1)
        yield from zip(at[np.append(0, cuts + 1)].tolist(), at[np.append(cuts, len(at) - 1)].tolist(), strict=True)


def frozen(track: Track, *, fast_kn: float, minutes: float, reports: int) -> Iterator[Spell]:
    """Spells at one and the same coordinates while the ship says that she makes way."""
    if len(track) < 2:
        return
    same = (np.diff(track.lat) == 0) & (np.diff(track.lon) == 0)
    for first, before_last in spans(same):
        last = before_last + 1
        here = slice(first, last + 1)
        if last - first + 1 < reports or track.seconds[last] - track.seconds[first] < 60 * minutes:
            continue
        way_nm = _claimed_nm(track, here)
        fast = np.mean(np.nan_to_num(track.sog_kn[here]) >= fast_kn)
        if fast >= 0.8:
            yield Spell(first, last, {"claimed_way_nm": way_nm, "reports": last - first + 1.0})


def _claimed_nm(track: Track, here: slice) -> float:
    return float(np.sum(np.nan_to_num(track.sog_kn[here][:-1]) * np.diff(track.seconds[here])) / 3600.0)


def contradicted(track: Track, *, off_kn: float, off_share: float, off_deg: float, reports: int) -> Iterator[Spell]:
    """Spells in which the way made good differs in speed or in direction from what the ship reports."""
    if len(track) < reports:
        return
    east, north = track.plane_m()
    step_s, step_e, step_n = np.diff(track.seconds), np.diff(east), np.diff(north)
    usable = (step_s >= STEADY_S[0]) & (step_s <= STEADY_S[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        made_kn = np.hypot(step_e, step_n) / step_s / METRES_PER_SECOND_PER_KNOT
    low, high = np.minimum(track.sog_kn[:-1], track.sog_kn[1:]), np.maximum(track.sog_kn[:-1], track.sog_kn[1:])
    too_fast = made_kn - high > off_kn + off_share * high
    too_slow = low - made_kn > off_kn + off_share * low
    course = np.degrees(np.arctan2(step_e, step_n))
    turned = np.abs(np.mod(course - track.cog_deg[:-1] + 180.0, 360.0) - 180.0)
    turned = np.minimum(turned, np.abs(np.mod(course - track.cog_deg[1:] + 180.0, 360.0) - 180.0))
    # A ship that turns sails a shorter way in another direction.
    wrong_way = (turned > off_deg) & (made_kn > off_kn) & (low > off_kn)
    frozen_step = (step_e == 0) & (step_n == 0)
    for first, last_step in spans(usable & (too_fast | too_slow | wrong_way) & ~frozen_step, bridge=1):
        here = slice(first, last_step + 1)
        if last_step - first + 2 >= reports:
            yield Spell(
                first,
                last_step + 1,
                {
                    "reports": last_step - first + 2.0,
                    "median_made_good_kn": float(np.median(made_kn[here])),
                    "median_reported_kn": float(np.nanmedian(track.sog_kn[first : last_step + 2])),
                    "wrong_way_share": float(np.mean(wrong_way[here])),
                },
            )


GNSS_M = 20.0
"""Positions of a circle stray by so much at least (assumed)."""
WINDOW, WINDOW_S = 8, 1200.0
"""Fewest reports, and shortest time, in which a circle is first seen."""
SLOWEST_KN = 1.5
"""What goes round more slowly swings at anchor (assumed)."""


@dataclass(frozen=True)
class Ring:
    """A circle through positions."""

    radius_m: float
    spread_m: float
    """Standard deviation of the distance from the middle."""
    angles: Floats
    """Where each position lies, seen from the middle, radians."""


@dataclass(frozen=True)
class Round:
    """How a track runs a circle."""

    radius_m: float
    rate: float
    """Radians a second."""
    steady: float
    """Length of the mean of unit vectors that turn back at this rate: 1 is a clock."""


FLATTEST = 1e-4
"""Positions whose lesser variance is a smaller share of the greater lie on a line."""


def ring_of(east: Floats, north: Floats) -> Ring | None:
    """The circle of least squares through positions (Kasa 1976); none through a line.

    >>> at = np.arange(0.0, 6.0)
    >>> found = ring_of(50.0 + 700.0 * np.cos(at), 700.0 * np.sin(at))
    >>> round(found.radius_m, 3), round(found.spread_m, 3)
    (700.0, 0.0)
    """
    # Sums over counts: means in the same bits, and most windows are so short that calling for them costs more.
    count = len(east)
    x, y = east - east.sum() / count, north - north.sum() / count
    xx, xy, yy = float(x @ x), float(x @ y), float(y @ y)
    trace, determinant = xx + yy, xx * yy - xy * xy
    greater = (trace + math.sqrt(max(trace * trace - 4.0 * determinant, 0.0))) / 2.0
    if determinant <= FLATTEST * greater * greater:
        return None
    moment = x * x + y * y
    mx, my = float(x @ moment) / 2.0, float(y @ moment) / 2.0
    x, y = x - (mx * yy - my * xy) / determinant, y - (my * xx - mx * xy) / determinant
    radii = np.sqrt(x * x + y * y)
    radius_m = float(radii.sum()) / count
    off_m = radii - radius_m
    return Ring(radius_m, math.sqrt(float((off_m * off_m).sum()) / count), np.arctan2(y, x))


def turning(angles: Floats, seconds: Floats, rate: float | None = None) -> tuple[float, float]:
    """The rate at which angles turn, radians a second, and how steadily; all rates are tried where none is known from a part.

    >>> at = np.arange(0.0, 3600.0, 300.0)
    >>> rate, steady = turning(np.angle(np.exp(1j * at / 120.0)), at)
    >>> round(1.0 / rate), round(steady, 3)
    (120, 1.0)
    """
    since = seconds - seconds[0]
    known = _rate(angles, since) if rate is None else rate
    known += float(np.polyfit(since, np.unwrap(angles - known * since), 1)[0])
    return known, float(np.abs(np.mean(np.exp(1j * (angles - known * since)))))


def _rate(angles: Floats, since: Floats) -> float:
    """The rate at which angles turn most steadily, radians a second.

    No faster than half a round between two reports: faster ones look like slower ones the other way.
    """
    most = np.pi / max(float(np.median(np.diff(since))), 1.0)
    rates = np.linspace(-most, most, 3 + 2 * int(most * since[-1]))
    turned = np.abs(np.mean(np.exp(1j * (angles[None, :] - rates[:, None] * since[None, :])), axis=1))
    return float(rates[int(np.argmax(turned))])


def circles(
    track: Track, *, turns: float, radius_m: tuple[float, float], spread: float, steady: float, gap_s: float
) -> Iterator[Spell]:
    """Spells in which a track goes round and round one place at one distance and one rate, whatever the size."""
    east, north = track.plane_m()
    usable = np.append(np.diff(track.seconds) <= gap_s, False)

    def round_it(first: int, last: int, rate: float | None = None) -> Round | None:
        ring = ring_of(east[first:last], north[first:last])
        if ring is None or not radius_m[0] <= ring.radius_m <= radius_m[1] or ring.spread_m > spread * ring.radius_m + GNSS_M:
            return None
        found = Round(ring.radius_m, *turning(ring.angles, track.seconds[first:last], rate))
        fast = abs(found.rate) * found.radius_m >= SLOWEST_KN * METRES_PER_SECOND_PER_KNOT
        return found if fast and found.steady >= steady else None

    for begin, before_end in spans(usable):
        at, end = begin, before_end + 2
        while at + WINDOW <= end:
            late = int(np.searchsorted(track.seconds, track.seconds[at] + WINDOW_S))
            last = min(max(at + WINDOW, late), end)
            found = round_it(at, last)
            if found is None:
                at += max(2, (last - at) // 4)
                continue
            for step in (64, 16, 4, 1):
                while last + step <= end and (longer := round_it(at, last + step, found.rate)):
                    last, found = last + step, longer
            rounds = abs(found.rate) * (track.seconds[last - 1] - track.seconds[at]) / (2 * np.pi)
            if rounds >= turns:
                measured = {"turns": float(rounds), "radius_m": found.radius_m, "steady": found.steady}
                yield Spell(at, last - 1, measured | {"reports": float(last - at)})
            at = last
