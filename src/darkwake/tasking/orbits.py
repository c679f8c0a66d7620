"""Satellites in motion: SGP4 for many satellites at times of their own, Earth-fixed, in seconds from a window's start.

Not for precise orbits. What SGP4 refuses (a decayed orbit, an impossible eccentricity) is kept as a :class:`Fault` for that
satellite and never hidden. Source: the package sgp4 (Rhodes), which wraps the code of AIAA 2006-6753.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sgp4.api import SGP4_ERRORS, Satrec

from darkwake.tasking.elements import ElementSet
from darkwake.tasking.frames import EARTH_TURN_RAD_S, SECONDS_PER_DAY, Floats, gmst_rad, to_earth
from darkwake.units import EPOCH

UNIX_EPOCH_JD = 2_440_587.5
"""Julian date of 1970-01-01 00:00 UTC."""

SECONDS_PER_MINUTE = 60.0

SLACK = 1.01
"""Factor on the bounds below for what the mean elements leave out (short-period, drag and lunar terms; 70 km in a low
orbit). Assumed: the tests find the bounds kept with it on every set of the catalogue that was tried."""

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Fault:
    """A satellite that SGP4 refuses within the window, and why."""

    norad_id: int
    name: str
    code: int
    since: datetime

    def text(self) -> str:
        """The fault in words."""
        meaning = SGP4_ERRORS.get(self.code, "not a number")
        return f"{self.name} ({self.norad_id}): SGP4 error {self.code} from {self.since:%Y-%m-%d %H:%M} UTC: {meaning}"


class Orbits:
    """The satellites of some element sets in a window that starts at ``start`` and lasts ``length_s`` seconds."""

    def __init__(self, sets: Sequence[ElementSet], start: datetime, length_s: float) -> None:
        self.sets = tuple(sets)
        self.start = start
        self.length_s = length_s
        self.states = 0
        self._models: list[Satrec] = [element.satrec() for element in sets]
        midnight = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self._jd = UNIX_EPOCH_JD + (midnight - EPOCH).days
        self._fraction = (start - midnight) / timedelta(days=1)

    def times(self, seconds: Floats) -> list[datetime]:
        """Seconds from the start as times."""
        return [self.start + timedelta(seconds=float(s)) for s in seconds]

    def fault(self, satellite: int) -> Fault | None:
        """The fault that SGP4 finds already in the elements of a satellite."""
        code = int(self._models[satellite].error)
        return self._fault(satellite, code, 0.0) if code else None

    def top_rate_rad_s(self, satellite: int) -> float:
        """Bound of the angular rate about the Earth's centre in the Earth-fixed frame: the rate at perigee."""
        model = self._models[satellite]
        e = model.ecco
        perigee = model.no_kozai / SECONDS_PER_MINUTE * (1 + e) ** 2 / (1 - e * e) ** 1.5
        return float(SLACK * (perigee + EARTH_TURN_RAD_S))

    def top_radius_km(self, satellite: int) -> float:
        """Bound of the distance from the Earth's centre: the apogee."""
        model = self._models[satellite]
        axis = (model.mu / (model.no_kozai / SECONDS_PER_MINUTE) ** 2) ** (1 / 3)
        return float(SLACK * axis * (1 + model.ecco))

    def track(self, satellite: int, seconds: Floats) -> tuple[Floats, Floats, Fault | None]:
        """Positions and velocities (3, n) of one satellite; with a fault, only the states before it."""
        fraction = self._fraction + seconds / SECONDS_PER_DAY
        code, position, velocity = self._models[satellite].sgp4_array(np.full(len(fraction), self._jd), fraction)
        self.states += len(fraction)
        failed = np.flatnonzero((code != 0) | ~np.isfinite(position).all(axis=1))
        fault = self._fault(satellite, int(code[failed[0]]), float(seconds[failed[0]])) if len(failed) else None
        good = slice(0, int(failed[0]) if len(failed) else None)
        return (*to_earth(position[good], velocity[good], gmst_rad(self._jd, fraction[good])), fault)

    def at(self, satellite: Whole, seconds: Floats) -> tuple[Floats, Floats]:
        """Positions and velocities (3, n) of satellite ``satellite[k]`` at ``seconds[k]``."""
        fraction = self._fraction + np.asarray(seconds, dtype=np.float64) / SECONDS_PER_DAY
        position, velocity = np.empty((len(fraction), 3)), np.empty((len(fraction), 3))
        order = np.argsort(satellite, kind="stable")
        for one in np.split(order, np.flatnonzero(np.diff(satellite[order])) + 1) if len(order) else ():
            model = self._models[int(satellite[one[0]])]
            _, position[one], velocity[one] = model.sgp4_array(np.full(len(one), self._jd), fraction[one])
        self.states += len(fraction)
        return to_earth(position, velocity, gmst_rad(self._jd, fraction))

    def _fault(self, satellite: int, code: int, seconds: float) -> Fault:
        element = self.sets[satellite]
        return Fault(element.norad_id, element.name, code, self.start + timedelta(seconds=seconds))
