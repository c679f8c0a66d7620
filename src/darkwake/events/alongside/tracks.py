"""One ship around a meeting: her reports, and where she was at the ticks of a clock as far as that is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from darkwake.events.hulls import Floats
from darkwake.events.track import CIRCLE_E10, E10_PER_DEGREE, US_PER_MINUTE
from darkwake.geo import EARTH_RADIUS_M

Wholes = NDArray[np.int64]
Flags = NDArray[np.bool_]

CLOCK_US = 2 * US_PER_MINUTE
"""Step at which two tracks are held against each other: about the interval of archives."""
LINE_US = 30 * US_PER_MINUTE
"""A ship is known between two reports no farther apart (assumed: a drifting ship's line bends by less than a hull then)."""
HEADING_US = 15 * US_PER_MINUTE
"""A heading holds so long (assumed)."""
METRE_E10 = math.radians(1.0 / E10_PER_DEGREE) * EARTH_RADIUS_M
"""Metres in the smallest unit of latitude."""


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


def median(values: Floats) -> float:
    """``numpy.median`` of a few numbers, bit for bit, without its checks: a meeting asks for thirty.

    >>> [median(np.array(some)) for some in ([3.0, 1.0, 2.0], [4.0, 1.0], [1.0, np.nan])]
    [2.0, 2.5, nan]
    """
    if not len(values):
        return math.nan
    ordered = np.sort(values)
    half = len(ordered) // 2
    return float(ordered[-1] if np.isnan(ordered[-1]) else (ordered[(len(ordered) - 1) // 2] + ordered[half]) / 2)
