"""Ships heard around the time of an image, each brought to that time.

Between two reports a ship is put on the geodesic between them; before her first or after her last report she is moved by
dead reckoning. The error grows with the distance run since the nearest report and with the time at rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from darkwake import geo, units
from darkwake.fusion.rule import MatchRule


class Fix(NamedTuple):
    """One position report of a track."""

    track_id: str
    time: datetime
    mmsi: int
    lat: float
    lon: float
    sog_kn: float | None
    cog_deg: float | None
    source_id: str
    origin: str


@dataclass(frozen=True)
class Heard:
    """A ship heard around the time of an image, brought to that time."""

    mmsi: int
    track_id: str
    lat: float
    lon: float
    sigma_m: float
    """One standard deviation of her distance from the detection that she made, metres, where the geometry of the image is
    not known."""
    minutes_away: float
    """Time between the image and her nearest report."""
    source_id: str
    origin: str
    reckoned_m: float = 0.0
    """The part of it that stems from bringing her to the time of the image."""
    speed_kn: float | None = None
    """Speed and course over ground in her nearest report."""
    course_deg: float | None = None
    length_m: float | None = None
    """Length that she reports."""


def heard_at(positions: pa.Table, moment: datetime, rule: MatchRule) -> list[Heard]:
    """The ships heard around a moment, each brought to it, in order of their tracks.

    Args:
        positions: rows of :class:`darkwake.schema.Positions`, those of the window at least.
        moment: time of the image, UTC.
        rule: parameters.
    """
    near = within(positions, moment, moment, rule).sort_by([("track_id", "ascending"), ("time", "ascending")])
    fixes = (Fix(**row) for row in near.select(Fix._fields).to_pylist())
    return [_brought_to(list(track), moment, rule) for _, track in groupby(fixes, key=lambda fix: fix.track_id)]


def within(positions: pa.Table, first: datetime, last: datetime, rule: MatchRule) -> pa.Table:
    """The positions from a window before the first to a window after the last of two moments."""
    reach, time = timedelta(minutes=rule.window_min), positions.column("time")
    low, high = pa.scalar(first - reach, time.type), pa.scalar(last + reach, time.type)
    return positions.filter(pc.and_(pc.greater_equal(time, low), pc.less_equal(time, high)))


def _brought_to(fixes: list[Fix], moment: datetime, rule: MatchRule) -> Heard:
    nearest = min(fixes, key=lambda fix: abs(fix.time - moment))
    earlier = [fix for fix in fixes if fix.time <= moment]
    later = [fix for fix in fixes if fix.time > moment]
    place = _between(earlier[-1], later[0], moment) if earlier and later else _reckoned(nearest, moment)
    lat, lon, run_m = place
    seconds = abs((nearest.time - moment).total_seconds())
    idle_m = rule.idle_speed_kn * units.METRES_PER_SECOND_PER_KNOT * seconds
    # The shift is uniform between both directions of travel; half of its largest value stands for its spread.
    shift_m = rule.azimuth_shift_m_per_kn * (nearest.sog_kn or 0.0) / 2
    reckoned_m = math.hypot(rule.drift_share * run_m, idle_m)
    return Heard(
        mmsi=nearest.mmsi,
        track_id=nearest.track_id,
        lat=lat,
        lon=lon,
        sigma_m=math.hypot(rule.geolocation_m, reckoned_m, shift_m),
        minutes_away=seconds / 60,
        source_id=nearest.source_id,
        origin=nearest.origin,
        reckoned_m=reckoned_m,
        speed_kn=nearest.sog_kn,
        course_deg=nearest.cog_deg,
    )


def _between(first: Fix, second: Fix, moment: datetime) -> tuple[float, float, float]:
    share = (moment - first.time) / (second.time - first.time)
    whole_m = float(geo.distance_m(first.lat, first.lon, second.lat, second.lon))
    course = geo.bearing_deg(first.lat, first.lon, second.lat, second.lon)
    # The error of an interpolation is largest in the middle and nothing at its ends.
    return *geo.destination(first.lat, first.lon, course, whole_m * share), 4 * whole_m * share * (1 - share)


def _reckoned(fix: Fix, moment: datetime) -> tuple[float, float, float]:
    if fix.sog_kn is None or fix.cog_deg is None:
        return fix.lat, fix.lon, 0.0
    run_m = fix.sog_kn * units.METRES_PER_SECOND_PER_KNOT * (moment - fix.time).total_seconds()
    return *geo.destination(fix.lat, fix.lon, fix.cog_deg, run_m), abs(run_m)


def near(ships: Iterable[Heard], lat: float, lon: float, metres: float) -> list[Heard]:
    """The ships within a distance of a point."""
    return [ship for ship in ships if float(geo.distance_m(lat, lon, ship.lat, ship.lon)) <= metres]
