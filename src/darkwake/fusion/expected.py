"""Where the ships heard should appear in an image, and how far a detection lies from there in units of the errors.

Three things move a ship in an image from where AIS puts her: her own motion (radar: along the flight, worked out from her
speed and course where the geometry is known), the bias of the scene (taken off where slow ships showed it), and what is
left: dead reckoning, antenna, geolocation. The first error lies along the flight alone, so that the gate is an ellipse.
Where the geometry is not known, the possible displacement widens a round gate instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from darkwake import geo
from darkwake.detection.shift import Geometry, MotionError, along_flight
from darkwake.fusion.bias import Bias
from darkwake.fusion.heard import Heard
from darkwake.fusion.rule import MatchRule
from darkwake.units import METRES_PER_SECOND_PER_KNOT

Numbers = NDArray[np.float64]

NINETY = 1.645
"""Half the width of a 90 % interval in standard deviations of a normal law."""

LENGTHS_M = 400.0
"""Lengths of ships that nothing is known of: alike from nothing to the longest ship afloat (assumed)."""

LEAST_SD_M = 10.0
"""Least standard deviation of a measured length: a pixel of Sentinel-1."""


class Spot(NamedTuple):
    """What of a detection counts for the match."""

    lat: float
    lon: float
    geometry: Geometry | None = None
    length_lo: float | None = None
    length_hi: float | None = None
    later_s: float = 0.0
    """Seconds by which this place was imaged after the moment to which the ships were brought."""


@dataclass(frozen=True)
class Offsets:
    """Every detection (rows) against every ship (columns), metres."""

    distance_m: Numbers
    """From where the ship is reckoned."""
    shift_m: Numbers
    """By how far her motion displaces her along the flight; 0 where not known."""
    bias_m: Numbers
    """By how far the scene lies off there (one column)."""
    left_m: Numbers
    """What is left of the distance without both."""
    sigma_m: Numbers
    """Standard deviation of what is left: the geometric mean of both axes of the ellipse."""
    sigmas: Numbers
    """What is left in standard deviations."""


def offsets(spots: Sequence[Spot], ships: Sequence[Heard], rule: MatchRule, bias: Bias | None = None) -> Offsets:
    """Every detection against every ship; needs at least one of each."""
    lat, lon = (_column(getattr(spot, word) for spot in spots) for word in ("lat", "lon"))
    ship_lat, ship_lon = np.array([(ship.lat, ship.lon) for ship in ships]).T
    east_m, north_m = geo.offset_m(ship_lat, ship_lon, lat, lon)
    east_run, north_run = _runs(spots, ships)
    east_m, north_m = east_m - east_run, north_m - north_run
    east_bias, north_bias, around_m = _bias(lat, lon, bias)
    along, across, shift_m, shift_sd = _turned(east_m - east_bias, north_m - north_bias, spots, ships, rule)
    place_m = _place_sd(spots, ships, around_m, rule)
    along_sd = np.hypot(place_m, shift_sd)
    return Offsets(
        distance_m=np.hypot(east_m, north_m),
        shift_m=shift_m,
        bias_m=np.hypot(east_bias, north_bias),
        left_m=np.hypot(along, across),
        sigma_m=np.sqrt(along_sd * place_m),
        sigmas=np.hypot(along / along_sd, across / place_m),
    )


def seen_off(spot: Spot, ship: Heard, rule: MatchRule) -> tuple[float, float]:
    """How far east and north of her place a ship is seen, without the displacement by her motion."""
    east_m, north_m = geo.offset_m(ship.lat, ship.lon, spot.lat, spot.lon)
    east_run, north_run = _runs([spot], [ship])
    along, across, _, _ = _turned(east_m - east_run, north_m - north_run, [spot], [ship], rule)
    angle = math.radians(spot.geometry.flight_deg if spot.geometry else 0.0)
    east = along * math.sin(angle) + across * math.cos(angle)
    return float(east[0, 0]), float((along * math.cos(angle) - across * math.sin(angle))[0, 0])


def _runs(spots: Sequence[Spot], ships: Sequence[Heard]) -> tuple[Numbers, Numbers]:
    """How far east and north each ship sails between the moment of the scene and that of each detection's line."""
    later_s = _column(spot.later_s for spot in spots)
    # Without a speed or a course she is left where she is; the seconds of a scene are few.
    known = [ship.speed_kn is not None and ship.course_deg is not None for ship in ships]
    speed_kn = np.array([(ship.speed_kn or 0.0) * sails for ship, sails in zip(ships, known, strict=True)])
    course_deg = np.array([ship.course_deg or 0.0 for ship in ships])
    run_m, course = later_s * speed_kn * METRES_PER_SECOND_PER_KNOT, np.radians(course_deg)
    return run_m * np.sin(course), run_m * np.cos(course)


def _column(values: Iterable[float]) -> Numbers:
    return np.array(list(values), np.float64)[:, np.newaxis]


def _bias(lat: Numbers, lon: Numbers, bias: Bias | None) -> tuple[Numbers, Numbers, Numbers | None]:
    if bias is None:
        return np.zeros_like(lat), np.zeros_like(lat), None
    east, north, left = bias.at(lat[:, 0], lon[:, 0])
    return east[:, None], north[:, None], left[:, None]


def _turned(
    east_m: Numbers, north_m: Numbers, spots: Sequence[Spot], ships: Sequence[Heard], rule: MatchRule
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Offsets along and across the flight without the displacement, the displacement, and its standard deviation."""
    unknown = Geometry(0.0, 90.0, 0.0)
    flight, look, seconds = (
        _column(getattr(spot.geometry or unknown, word) for spot in spots) for word in ("flight_deg", "look_deg", "shift_s")
    )
    speed = np.array([np.nan if ship.speed_kn is None else ship.speed_kn for ship in ships])
    course = np.array([np.nan if ship.course_deg is None else ship.course_deg for ship in ships])
    shift_m, shift_sd = along_flight(seconds, look, speed, course, motion_error(rule))
    sine, cosine = np.sin(np.radians(flight)), np.cos(np.radians(flight))
    return east_m * sine + north_m * cosine - shift_m, east_m * cosine - north_m * sine, shift_m, shift_sd


def motion_error(rule: MatchRule) -> MotionError:
    """How far motions may differ from what AIS says, by the rule."""
    return MotionError(rule.speed_error_kn, rule.course_error_deg, rule.radial_error_m_s, rule.silent_speed_kn)


def _place_sd(spots: Sequence[Spot], ships: Sequence[Heard], around_m: Numbers | None, rule: MatchRule) -> Numbers:
    """Standard deviation of all but the motion; of the motion too where the geometry is not known."""
    known = np.array([spot.geometry is not None for spot in spots])[:, None]
    whole = np.array([ship.sigma_m for ship in ships])
    late_m = np.array([(ship.speed_kn or 0.0) * METRES_PER_SECOND_PER_KNOT * rule.report_time_s for ship in ships])
    reckoned = np.hypot(np.hypot(rule.geolocation_m, late_m), [ship.reckoned_m for ship in ships])
    sigma = np.where(known, reckoned, whole)
    if around_m is None:
        return np.asarray(sigma, np.float64)
    # The bias is known better than geolocation at large; the antenna's place was part of that error.
    least = sigma**2 - rule.geolocation_m**2 + rule.antenna_m**2
    return np.sqrt(np.maximum(least, rule.antenna_m**2) + around_m**2)


def length_ratios(spots: Sequence[Spot], ships: Sequence[Heard], rule: MatchRule) -> Numbers:
    """Log-likelihood ratios of the measured length for each ship, against any length; bounded by the rule's weight."""
    low, high = (
        _column(np.nan if getattr(spot, word) is None else getattr(spot, word) for spot in spots)
        for word in ("length_lo", "length_hi")
    )
    said = np.array([np.nan if ship.length_m is None else ship.length_m for ship in ships])
    sd = np.maximum((high - low) / 2 / NINETY, LEAST_SD_M)
    ratio = -0.5 * ((said - (low + high) / 2) / sd) ** 2 - np.log(sd * np.sqrt(2 * np.pi)) + np.log(LENGTHS_M)
    return np.where(np.isnan(ratio), 0.0, np.clip(ratio, -rule.length_weight, rule.length_weight))
