"""Moving ships in radar images appear where they are not: by how much, and back to the true place.

A radar places an echo along its flight by the Doppler shift, and takes it for that of something at rest. A ship that moves
away from the radar at v m/s along the ground lowers the Doppler shift and appears displaced against the flight by

    R v sin(incidence) / V,        R slant range, V speed of the platform in a frame that turns with the Earth

(Raney 1971, IEEE Trans. Aerosp. Electron. Syst. 7(3); Vachon et al. 1997, equation 1): 27 to 46 m for each knot in
Sentinel-1. A ship that sails along the flight is not displaced; a wake does not move and stays at its place. All that is
needed of the geometry at a place are three numbers, which detections carry: the bearing of the flight, the bearing of the
look, and ``shift_s`` = R sin(incidence) / V.

Not covered: the smear of a ship that turns or rolls, and the far smaller change of her place across the flight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from darkwake import geo
from darkwake.units import METRES_PER_SECOND_PER_KNOT

if TYPE_CHECKING:
    from darkwake.imagery.protocol import Acquisition

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Geometry:
    """How the radar sees a place: bearings in degrees from north, and seconds of displacement for each m/s away."""

    flight_deg: float
    look_deg: float
    shift_s: float


@dataclass(frozen=True)
class MotionError:
    """How far the motion of a ship may differ from what AIS says of it, standard deviations.

    Attributes:
        speed_kn: of the speed over ground. Assumed: AIS rounds to 0.1 kn, but the report is some minutes old.
        course_deg: of the course over ground; assumed, for the same reason.
        radial_m_s: movement towards or away from the radar that no report holds, waves above all. Speeds of ships from two
            radar images at once differ from AIS by 0.3 to 0.6 m/s (Vachon and Dragosevic 2009).
        fastest_kn: speed up to which a ship of unknown speed may sail (assumed: tankers and bulkers sail slower).
    """

    speed_kn: float = 0.5
    course_deg: float = 6.0
    radial_m_s: float = 0.4
    fastest_kn: float = 15.0


@dataclass(frozen=True)
class Allowed:
    """Where a ship appears relative to her true place: metres along the flight, with the error, and no further than a limit.

    Across the flight the motion displaces nothing, so that the ellipse of the motion is a line along ``flight_deg``.
    """

    along_m: float
    sd_m: float
    limit_m: float
    flight_deg: float

    @property
    def covariance_m2(self) -> Numbers:
        """The covariance, east and north."""
        direction = _unit(self.flight_deg)
        return np.asarray(self.sd_m**2 * np.outer(direction, direction), np.float64)


def shift_s(slant_range_m: ArrayLike, incidence_deg: ArrayLike, velocity_m_s: ArrayLike) -> Numbers:
    """Seconds of displacement for each m/s of ground speed away from the radar.

    >>> knot = METRES_PER_SECOND_PER_KNOT  # Sentinel-1, near, middle and far range
    >>> (shift_s([788e3, 855e3, 950e3], [30.0, 38.0, 46.0], 7590.0) * knot).round(1).tolist()
    [26.7, 35.7, 46.3]
    """
    sine = np.sin(np.radians(np.asarray(incidence_deg, np.float64)))
    return np.asarray(np.asarray(slant_range_m, np.float64) * sine / np.asarray(velocity_m_s, np.float64), np.float64)


def geometries_at(acquisition: Acquisition, x: ArrayLike, y: ArrayLike) -> list[Geometry]:
    """How the radar sees some pixels."""
    seconds = shift_s(acquisition.slant_range_m(x, y), acquisition.incidence_deg(x, y), acquisition.velocity_m_s)
    bearings = np.mod(acquisition.flight_deg(x, y), 360.0), np.mod(acquisition.look_deg(x, y), 360.0)
    return [Geometry(*(float(number) for number in numbers)) for numbers in zip(*bearings, seconds, strict=True)]


def away_m_s(speed_kn: ArrayLike, course_deg: ArrayLike, look_deg: ArrayLike) -> Numbers:
    """Ground speed away from the radar, metres a second.

    >>> away_m_s(10.0, [80.0, 170.0, 260.0], 80.0).round(3).tolist()
    [5.144, 0.0, -5.144]
    """
    angle = np.radians(np.asarray(course_deg, np.float64) - np.asarray(look_deg, np.float64))
    return np.asarray(np.asarray(speed_kn, np.float64) * METRES_PER_SECOND_PER_KNOT * np.cos(angle), np.float64)


def displacement(geometry: Geometry, speed_kn: float, course_deg: float) -> float:
    """Metres along the flight by which a ship of a speed and course appears displaced; negative is against the flight.

    >>> north_bound = Geometry(flight_deg=350.0, look_deg=80.0, shift_s=69.4)
    >>> round(displacement(north_bound, 12.0, 80.0)), round(displacement(north_bound, 12.0, 350.0))
    (-428, 0)
    """
    return -geometry.shift_s * float(away_m_s(speed_kn, course_deg, geometry.look_deg))


def allowed_offset(
    geometry: Geometry, speed_kn: float | None, course_deg: float | None, error: MotionError | None = None
) -> Allowed:
    """Where a ship may appear, by what AIS says of her motion.

    Speed and course known: the displacement, with their errors. Course unknown: any course is as likely, so that the mean is
    nothing and the standard deviation the largest displacement over root 2. Speed unknown too: any speed up to the fastest.

    >>> view = Geometry(350.0, 80.0, 69.4)
    >>> known, unknown = allowed_offset(view, 12.0, 80.0), allowed_offset(view, None, None)
    >>> round(known.along_m), round(known.sd_m), round(unknown.along_m), round(unknown.sd_m), round(unknown.limit_m)
    (-428, 33, 0, 220, 619)
    """
    settled = error or MotionError()
    speed, course = (math.nan if number is None else number for number in (speed_kn, course_deg))
    along_m, sd_m = (float(metres) for metres in along_flight(geometry.shift_s, geometry.look_deg, speed, course, settled))
    fastest_m_s = (settled.fastest_kn if speed_kn is None else speed_kn) * METRES_PER_SECOND_PER_KNOT
    waves_m = 3.0 * geometry.shift_s * settled.radial_m_s
    known = speed_kn is not None and course_deg is not None
    limit_m = abs(along_m) + 3.0 * sd_m if known else geometry.shift_s * fastest_m_s + waves_m
    return Allowed(along_m, sd_m, limit_m, geometry.flight_deg)


def along_flight(
    shift_s: ArrayLike, look_deg: ArrayLike, speed_kn: ArrayLike, course_deg: ArrayLike, error: MotionError
) -> tuple[Numbers, Numbers]:
    """Displacements along the flight and their standard deviations, metres; NaN speeds and courses are unknown ones.

    The mean square of v cos(angle) over all courses is v^2 / 2; over all speeds up to the fastest v, v^2 / 6.
    """
    seconds, speed, course = (np.asarray(given, np.float64) for given in (shift_s, speed_kn, course_deg))
    angle = np.radians(course - np.asarray(look_deg, np.float64))
    full_m = seconds * speed * METRES_PER_SECOND_PER_KNOT
    by_speed_m = seconds * error.speed_kn * METRES_PER_SECOND_PER_KNOT * np.cos(angle)
    by_course_m = full_m * np.sin(angle) * math.radians(error.course_deg)
    known = np.hypot(by_speed_m, by_course_m)
    any_speed_m = seconds * error.fastest_kn * METRES_PER_SECOND_PER_KNOT / math.sqrt(6.0)
    spread_m = np.where(np.isnan(speed), any_speed_m, np.where(np.isnan(angle), full_m / math.sqrt(2.0), known))
    along_m = np.where(np.isnan(speed) | np.isnan(angle), 0.0, -full_m * np.cos(angle))
    return along_m, np.hypot(spread_m, seconds * error.radial_m_s)


def appears_at(lat: float, lon: float, geometry: Geometry, speed_kn: float, course_deg: float) -> tuple[float, float]:
    """Latitude and longitude at which a ship appears that is truly at a place."""
    return geo.destination(lat, lon, geometry.flight_deg, displacement(geometry, speed_kn, course_deg))


def true_place(lat: float, lon: float, geometry: Geometry, speed_kn: float, course_deg: float) -> tuple[float, float]:
    """Latitude and longitude at which a detected ship truly was, from her speed and course.

    >>> view = Geometry(350.0, 80.0, 69.4)
    >>> there = true_place(*appears_at(35.0, 139.0, view, 12.0, 80.0), view, 12.0, 80.0)
    >>> [round(degrees, 6) for degrees in there]
    [35.0, 139.0]
    """
    # The flight's bearing at the detection stands for that at the true place: 0.5 m apart at 80 degrees of latitude.
    return geo.destination(lat, lon, geometry.flight_deg, -displacement(geometry, speed_kn, course_deg))


def true_place_by_wake(lat: float, lon: float, geometry: Geometry, along_m: float) -> tuple[float, float]:
    """Latitude and longitude at which a detected ship truly was, from how far along the flight she lies off her wake."""
    return geo.destination(lat, lon, geometry.flight_deg, -along_m)


def speed_by_wake(geometry: Geometry, along_m: float, course_deg: float) -> float | None:
    """Speed in knots of a ship that lies so far along the flight off her wake; None where her course shows too little of it.

    Within 15 degrees of the flight an error of 5 degrees in the course changes the speed by a third and more.

    >>> round(speed_by_wake(Geometry(350.0, 80.0, 69.4), -428.0, 80.0), 1)
    12.0
    """
    share = math.cos(math.radians(course_deg - geometry.look_deg))
    if abs(share) < math.sin(math.radians(15.0)):
        return None
    return -along_m / (geometry.shift_s * share * METRES_PER_SECOND_PER_KNOT)


def _unit(bearing_deg: float) -> Numbers:
    angle = math.radians(bearing_deg)
    return np.array([math.sin(angle), math.cos(angle)])
