"""Spells in which the positions of one track cannot be what they say, in arrays: frozen, contradicted, in circles.

Pure functions over the reports of one track in order of time; what they find is a pair of indices, first and last report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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


def circles(track: Track, *, turns: float, radius_m: tuple[float, float], spread: float, gap_s: float) -> Iterator[Spell]:
    """Spells in which a track goes round and round one place at one distance."""
    if len(track) < 8:
        return
    east, north = track.plane_m()
    moved = np.hypot(np.diff(east), np.diff(north)) > 20.0
    near = np.diff(track.seconds) <= gap_s
    course = np.arctan2(np.diff(east), np.diff(north))
    bend = np.mod(np.diff(course) + np.pi, 2 * np.pi) - np.pi
    going = moved[1:] & moved[:-1] & near[1:] & near[:-1] & (np.abs(bend) < 2.0)
    for side in (1.0, -1.0):
        for first, last in spans(going & (bend * side > np.radians(1.0)), bridge=2):
            here = slice(first, last + 3)
            round_turns = abs(float(np.sum(bend[first : last + 1]))) / (2 * np.pi)
            if round_turns < turns:
                continue
            radii = np.hypot(east[here] - np.mean(east[here]), north[here] - np.mean(north[here]))
            radius = float(np.mean(radii))
            if radius_m[0] <= radius <= radius_m[1] and float(np.std(radii)) <= spread * radius:
                yield Spell(first, last + 2, {"turns": round_turns, "radius_m": radius, "reports": last - first + 3.0})
