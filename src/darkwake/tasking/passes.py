r"""Passes: when which satellite stands above a place, complete, with the ends that the window cuts off.

How none is lost. The elevation of a satellite is sampled a fixed number of times in each turn about the Earth. Between two
samples a smooth function that has the sign of the elevation's rate (``Sight.climb``) tells every maximum, however short
the pass under it; maxima out of reach are dropped by a bound that cannot drop a pass (``_within_reach``); the others are
found exactly. Between samples and maxima, put in order, the elevation is monotonic, so each change of sign of ``Sight.over``
is one rise or one set, which a bracketing root finder gives to a millisecond.

::

    elevation      max (found)
       |          /\
    ---+---------/--\------- mask
       |        /    \
       +---o---------------o--- samples: both below, the rate changes sign

Not for visibility behind mountains, nor for refraction: elevations are geometric. Source: the way is our own; the root
finder is scipy's (Chandrupatla 1997); positions are SGP4's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import elementwise

from darkwake.errors import InputError
from darkwake.tasking.elements import ElementSet
from darkwake.tasking.frames import (
    VERTICAL_DEVIATION_DEG,
    Floats,
    Sight,
    Station,
    azimuth_deg,
    is_right,
    off_nadir_deg,
    sight,
    station,
)
from darkwake.tasking.orbits import Fault, Orbits, Whole

SAMPLES_PER_TURN = 16
"""Samples in one turn at the angular rate of perigee. Over a turn the elevation has one maximum and one minimum half a turn
apart, so any number above four separates them; sixteen keeps the reach bound sharp. The tests compare with dense scans."""

LONGEST_STEP_S = 600.0
"""Longest step between samples, for high orbits, whose elevation also follows the Earth's turn (24 h). Assumed."""

TIME_TOLERANCE_S = 1e-3
"""To how many seconds rises, culminations and sets are found; SGP4 itself is good to about 0.1 s."""

BATCH = 128
"""Satellites that are worked on at once; with ``MAX_SAMPLES`` it bounds the memory."""

MAX_SAMPLES = 2_000_000
"""Samples held at once; a batch with more is halved (assumed: about 100 MiB)."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Pass:
    """One pass of a satellite above a mask. ``cut`` says which end is the window's and not the satellite's."""

    element: ElementSet
    rise: datetime
    culmination: datetime
    set: datetime
    cut: str | None
    elevation_deg: float
    azimuth_deg: float
    off_nadir_deg: float
    look: str

    @property
    def culminates(self) -> bool:
        """Whether the highest point lies inside the window and is not an end that the window cuts off."""
        return (self.rise < self.culmination or self.cut not in {"start", "both"}) and (
            self.culmination < self.set or self.cut not in {"end", "both"}
        )


@dataclass(frozen=True)
class Passes:
    """The passes found, the satellites that SGP4 refused, and how many states were computed."""

    rows: tuple[Pass, ...]
    faults: tuple[Fault, ...]
    states: int


@dataclass(frozen=True)
class _Knots:
    """Samples and extrema of a batch, ordered by satellite and time; ``over`` is positive above the mask."""

    satellite: Whole
    seconds: Floats
    over: Floats
    sine: Floats

    def join(self, other: _Knots) -> _Knots:
        """Both, in order."""
        satellite = np.concatenate((self.satellite, other.satellite))
        seconds = np.concatenate((self.seconds, other.seconds))
        order = np.lexsort((seconds, satellite))
        over, sine = np.concatenate((self.over, other.over)), np.concatenate((self.sine, other.sine))
        return _Knots(satellite[order], seconds[order], over[order], sine[order])


@dataclass(frozen=True)
class _Brackets:
    """Two samples between which the elevation of a satellite has an extremum."""

    satellite: Whole
    low_s: Floats
    high_s: Floats


@dataclass(frozen=True)
class _Spans:
    """Time spans above the mask, with their highest knot."""

    satellite: Whole
    rise_s: Floats
    top_s: Floats
    set_s: Floats
    cut_start: Flags
    cut_end: Flags


def passes(
    sets: Sequence[ElementSet],
    *,
    lat: float,
    lon: float,
    start: datetime,
    stop: datetime,
    height_m: float = 0.0,
    min_elevation_deg: float = 30.0,
) -> Passes:
    """All passes of satellites above a mask over a place, in a window.

    Args:
        sets: element sets, one a satellite (``elements.newest``).
        lat: latitude of the place, degrees north, WGS 84.
        lon: longitude, degrees east.
        start: start of the window.
        stop: end of the window.
        height_m: height of the place over the ellipsoid, metres.
        min_elevation_deg: the mask, 0 to below 90 degrees.

    Returns:
        Passes ordered by rise, culmination, catalogue number. A pass that the window cuts has the window's edge as its
        rise or set and says so in ``cut``; its highest point is the highest inside the window.

    Raises:
        InputError: the window is empty or without a time zone, or the mask or place is out of bounds.

    >>> from datetime import UTC, timedelta
    >>> day = datetime(2025, 9, 13, tzinfo=UTC)
    >>> found = passes([], lat=42.74, lon=133.08, start=day, stop=day + timedelta(days=1))
    >>> (found.rows, found.faults, found.states)
    ((), (), 0)
    """
    _check(lat, lon, start, stop, min_elevation_deg)
    orbits = Orbits(sets, start, (stop - start).total_seconds())
    at = station(lat, lon, height_m)
    rows: list[Pass] = []
    faults: list[Fault] = []
    for batch in _batches(orbits):
        found, refused = _batch(orbits, batch, at, min_elevation_deg)
        rows.extend(found)
        faults.extend(refused)
    rows.sort(key=lambda p: (p.rise, p.culmination, p.element.norad_id))
    return Passes(tuple(rows), tuple(faults), orbits.states)


def _check(lat: float, lon: float, start: datetime, stop: datetime, mask_deg: float) -> None:
    if start.tzinfo is None or stop.tzinfo is None:
        raise InputError("the window has no time zone", do="give UTC times")
    if not start < stop:
        raise InputError(f"the window from {start} to {stop} is empty", do="let it end after it starts")
    if not 0 <= mask_deg < 90:
        raise InputError(f"least elevation {mask_deg} degrees", do="give 0 to below 90")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise InputError(f"latitude {lat}, longitude {lon}", do="give degrees north, -90 to 90, and east, -180 to 180")


def _step_s(orbits: Orbits, satellite: int) -> float:
    return min(LONGEST_STEP_S, 2 * math.pi / (SAMPLES_PER_TURN * orbits.top_rate_rad_s(satellite)))


def _batches(orbits: Orbits) -> Iterator[list[int]]:
    """Satellites in batches whose samples fit into the bound."""
    batch: list[int] = []
    samples = 0.0
    for satellite in range(len(orbits.sets)):
        own = 1.0 if orbits.fault(satellite) else orbits.length_s / _step_s(orbits, satellite)
        if batch and (len(batch) == BATCH or samples + own > MAX_SAMPLES):
            yield batch
            batch, samples = [], 0.0
        batch.append(satellite)
        samples += own
    if batch:
        yield batch


def _batch(orbits: Orbits, batch: list[int], at: Station, mask_deg: float) -> tuple[list[Pass], list[Fault]]:
    knots: list[_Knots] = []
    brackets: list[_Brackets] = []
    faults: list[Fault] = []
    for satellite in batch:
        refused = orbits.fault(satellite)
        if refused is None:
            own, extrema, refused = _scan(orbits, satellite, at, mask_deg)
            knots.append(own)
            brackets.append(extrema)
        faults.extend([refused] if refused else [])
    if not knots:
        return [], faults
    samples = _Knots(*(np.concatenate([getattr(k, word) for k in knots]) for word in _Knots.__dataclass_fields__))
    gaps = _Brackets(*(np.concatenate([getattr(b, word) for b in brackets]) for word in _Brackets.__dataclass_fields__))
    spans = _spans(orbits, samples.join(_extrema(orbits, gaps, at, mask_deg)), at, mask_deg)
    return list(_rows(orbits, spans, at)), faults


def _scan(orbits: Orbits, satellite: int, at: Station, mask_deg: float) -> tuple[_Knots, _Brackets, Fault | None]:
    """Samples of one satellite over the window, where an extremum that matters lies between two, and a fault if any.

    SGP4 stops at a fault (a decay): what lies before it is kept, and a pass under way then is cut there.
    """
    steps = max(1, math.ceil(orbits.length_s / _step_s(orbits, satellite)))
    seconds = np.linspace(0.0, orbits.length_s, steps + 1)
    position, velocity, fault = orbits.track(satellite, seconds)
    step_s, seconds = seconds[1], seconds[: position.shape[1]]
    seen = sight(at, position, velocity)
    over, rising = seen.over(mask_deg), seen.climb(at) > 0
    top = (
        rising[:-1]
        & ~rising[1:]
        & _within_reach(seen, at, orbits.top_rate_rad_s(satellite) * step_s, _reach_rad(orbits, satellite, at, mask_deg))
    )
    # Two samples above the mask may hide a dip below it (high orbits).
    dip = ~rising[:-1] & rising[1:] & (over[:-1] >= 0) & (over[1:] >= 0)
    found = np.flatnonzero(top | dip)
    own = np.full(len(seconds), satellite, dtype=np.int64)
    return _Knots(own, seconds, over, seen.sine()), _Brackets(own[found], seconds[found], seconds[found + 1]), fault


def _reach_rad(orbits: Orbits, satellite: int, at: Station, mask_deg: float) -> float:
    """Largest central angle at which a satellite can stand above the mask, radians.

    At the distance r from the Earth's centre it stands above elevation e within acos(R cos e / r) - e of the place.
    """
    place = float(np.linalg.norm(at.place_km))
    lowest = math.radians(max(0.0, mask_deg - VERTICAL_DEVIATION_DEG))
    reach = math.acos(min(1.0, place * math.cos(lowest) / orbits.top_radius_km(satellite))) - lowest
    return reach + math.radians(VERTICAL_DEVIATION_DEG)


def _within_reach(seen: Sight, at: Station, swing_rad: float, reach_rad: float) -> Flags:
    """Whether the satellite can come within reach of the place between two samples, between which it turns by a swing.

    With central angles a and b at the samples, the angle between them is never below (a + b - swing) / 2 (triangle
    inequality).
    """
    place = float(np.linalg.norm(at.place_km))
    radius = np.sqrt(np.einsum("ij,ij->j", seen.position_km, seen.position_km))
    angle = np.arccos(np.clip(at.place_km @ seen.position_km / (radius * place), -1.0, 1.0))
    return np.asarray(angle[:-1] + angle[1:] - swing_rad <= 2 * reach_rad, dtype=np.bool_)


def _extrema(orbits: Orbits, gaps: _Brackets, at: Station, mask_deg: float) -> _Knots:
    def climb(seconds: Floats, satellite: Whole) -> Floats:
        return sight(at, *orbits.at(satellite, seconds)).climb(at)

    seconds = _roots(climb, gaps.satellite, gaps.low_s, gaps.high_s)
    seen = sight(at, *orbits.at(gaps.satellite, seconds))
    return _Knots(gaps.satellite, seconds, seen.over(mask_deg), seen.sine())


def _roots(function: Callable[[Floats, Whole], Floats], satellite: Whole, low: Floats, high: Floats) -> Floats:
    """Roots of ``function(seconds, satellite)``, one in each bracket."""
    if not len(low):
        return np.empty(0)
    found = elementwise.find_root(function, (low, high), args=(satellite,), tolerances={"xatol": TIME_TOLERANCE_S / 2})
    # A sample that lies exactly on the root leaves no change of sign: then it is the root itself.
    return np.where(found.success, found.x, high)


def _spans(orbits: Orbits, knots: _Knots, at: Station, mask_deg: float) -> _Spans:
    def over(seconds: Floats, satellite: Whole) -> Floats:
        return sight(at, *orbits.at(satellite, seconds)).over(mask_deg)

    above = knots.over >= 0
    same = knots.satellite[:-1] == knots.satellite[1:]
    first = np.flatnonzero(above & ~np.concatenate(([False], above[:-1] & same)))
    last = np.flatnonzero(above & ~np.concatenate((above[1:] & same, [False])))
    if not len(first):
        nothing = np.empty(0)
        return _Spans(np.empty(0, np.int64), nothing, nothing, nothing, np.empty(0, bool), np.empty(0, bool))
    satellite = knots.satellite[first]
    cut_start, cut_end = np.concatenate(([True], ~same))[first], np.concatenate((~same, [True]))[last]
    rise, fall = knots.seconds[first].copy(), knots.seconds[last].copy()
    free, until = ~cut_start, ~cut_end
    crossing = _roots(
        over,
        np.concatenate((satellite[free], satellite[until])),
        np.concatenate((knots.seconds[first[free] - 1], knots.seconds[last[until]])),
        np.concatenate((knots.seconds[first[free]], knots.seconds[last[until] + 1])),
    )
    rise[free], fall[until] = np.split(crossing, [int(free.sum())])
    highest = [a + int(np.argmax(knots.sine[a : b + 1])) for a, b in zip(first, last, strict=True)]
    return _Spans(satellite, rise, knots.seconds[highest], fall, cut_start, cut_end)


def _rows(orbits: Orbits, spans: _Spans, at: Station) -> Iterator[Pass]:
    seen = sight(at, *orbits.at(spans.satellite, spans.top_s))
    elevation = np.degrees(np.arcsin(np.clip(seen.sine(), -1.0, 1.0)))
    columns = zip(
        spans.satellite.tolist(),
        zip(*(orbits.times(s) for s in (spans.rise_s, spans.top_s, spans.set_s)), strict=True),
        zip(spans.cut_start.tolist(), spans.cut_end.tolist(), strict=True),
        zip(elevation.tolist(), azimuth_deg(at, seen).tolist(), off_nadir_deg(seen).tolist(), strict=True),
        is_right(seen).tolist(),
        strict=True,
    )
    for satellite, (rise, top, fall), ends, angles, right in columns:
        yield Pass(orbits.sets[satellite], rise, top, fall, CUTS[ends], *angles, look="right" if right else "left")


CUTS: dict[tuple[bool, bool], str | None] = {
    (False, False): None,
    (True, False): "start",
    (False, True): "end",
    (True, True): "both",
}
"""Which ends the window cuts off, as a word."""
