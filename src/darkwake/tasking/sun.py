"""Where the sun stands, in closed form: good to 0.02 degrees between 1950 and 2050, without files.

Not for sunrise to the second: refraction (0.5 degrees at the horizon, under 0.1 above 10 degrees) and the sun's parallax
(0.0024 degrees) are left out. Source: Astronomical Almanac, section C, "Low precision formulas for the Sun's coordinates";
Michalsky (1988), Solar Energy 40(3), 227-235.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from darkwake.tasking.frames import J2000_JD, Floats, gmst_rad
from darkwake.units import EPOCH

_UNIX_EPOCH_JD = 2_440_587.5


def sun_elevation_deg(times: Sequence[datetime], lat: float, lon: float) -> Floats:
    """Elevation of the sun's centre over the horizon, degrees, without refraction.

    Args:
        times: times with a time zone.
        lat: latitude, degrees north.
        lon: longitude, degrees east.

    >>> noon = datetime(2025, 6, 21, 12, 2, tzinfo=UTC)
    >>> round(float(sun_elevation_deg([noon], 0.0, 0.0)[0]), 1)
    66.6
    """
    midnights = [time.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) for time in times]
    whole = np.array([(midnight - EPOCH).days + _UNIX_EPOCH_JD for midnight in midnights])
    part = np.array([(time - midnight) / timedelta(days=1) for time, midnight in zip(times, midnights, strict=True)])
    ascension, declination = sun_direction_rad(whole - J2000_JD + part)
    sidereal = np.array([gmst_rad(jd, np.array([fraction]))[0] for jd, fraction in zip(whole, part, strict=True)])
    hour_angle = sidereal + np.radians(lon) - ascension
    latitude = np.radians(lat)
    sine = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    return np.asarray(np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0))), dtype=np.float64)


def sun_direction_rad(days: Floats) -> tuple[Floats, Floats]:
    """Right ascension and declination of the sun, radians, for days since J2000.

    >>> ascension, declination = sun_direction_rad(np.array([2448908.5 - 2451545.0]))  # Meeus, example 25.a
    >>> [round(float(np.degrees(x)[0]) % 360, 2) for x in (ascension, -declination)]
    [198.38, 7.78]
    """
    anomaly = np.radians(357.528 + 0.9856003 * days)
    mean_longitude = 280.460 + 0.9856474 * days
    longitude = np.radians(mean_longitude + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    obliquity = np.radians(23.439 - 0.0000004 * days)
    ascension = np.arctan2(np.cos(obliquity) * np.sin(longitude), np.cos(longitude))
    return ascension, np.arcsin(np.sin(obliquity) * np.sin(longitude))
