"""Where the satellite was: its state vectors joined by cubics that keep place and velocity.

State vectors come every 10 s; the error of the cubic between them is (10 s)^4 / 384 times the fourth derivative of the
orbit, below 1 cm at 7.1e6 m and 1e-3 rad/s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline

from darkwake.imagery.sentinel1.annotation import StateVectors

Vectors = NDArray[np.float64]


@dataclass(frozen=True)
class Orbit:
    """Earth-fixed place and velocity at seconds after the first line."""

    place: CubicHermiteSpline
    pace: CubicHermiteSpline

    @classmethod
    def of(cls, states: StateVectors) -> Orbit:
        """The orbit through state vectors."""
        place = CubicHermiteSpline(states.seconds, states.position_m, states.velocity_m_s)
        return cls(place, place.derivative())

    def position_m(self, seconds: NDArray[np.float64]) -> Vectors:
        """Place, metres, (..., 3)."""
        return np.asarray(self.place(seconds), np.float64)

    def velocity_m_s(self, seconds: NDArray[np.float64]) -> Vectors:
        """Velocity in a frame that turns with the Earth, (..., 3)."""
        return np.asarray(self.pace(seconds), np.float64)
