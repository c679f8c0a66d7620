"""How a Sentinel-1 image was taken: the :class:`darkwake.imagery.protocol.Acquisition` of a product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from darkwake.imagery.sentinel1.geolocation import Geolocation, Numbers, bearing_of, degrees_of, up_of


@dataclass(frozen=True)
class GrdAcquisition:
    """Time and geometry of each pixel, at the surface of the sea."""

    geolocation: Geolocation

    @property
    def velocity_m_s(self) -> float:
        """Speed of the satellite at the middle of the image, in a frame that turns with the Earth."""
        middle = self.geolocation.seconds(self.geolocation.annotation.lines / 2)
        return float(np.linalg.norm(self.geolocation.orbit.velocity_m_s(middle)))

    def time_at(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.datetime64]:
        """Zero-Doppler instant (UTC, microseconds)."""
        _, y = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
        micros = np.round(self.geolocation.seconds(y) * 1e6).astype("timedelta64[us]")
        instants: NDArray[np.datetime64] = self.geolocation.annotation.first_line + micros
        return instants

    def incidence_deg(self, x: ArrayLike, y: ArrayLike) -> Numbers:
        """Angle between the line of sight and the vertical of the ellipsoid."""
        sight, lat, lon = self._sight(x, y)
        cosine = -(sight * up_of(lat, lon)).sum(-1) / np.linalg.norm(sight, axis=-1)
        return np.asarray(np.degrees(np.arccos(cosine)), np.float64)

    def slant_range_m(self, x: ArrayLike, y: ArrayLike) -> Numbers:
        """Distance from the satellite."""
        return self.geolocation.slant_range_m(x, y)

    def flight_deg(self, x: ArrayLike, y: ArrayLike) -> Numbers:
        """Bearing of the satellite's velocity, laid down at the pixel: there the beam's print moves in the same direction.

        A row's place in range is drawn anew each second (see :mod:`~darkwake.imagery.sentinel1.geolocation`), so that a
        column of pixels may bend off this bearing by a degree over mountains, and by less than 0.1 at sea.
        """
        x, y = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
        seconds = self.geolocation.seconds(y)
        _, lat, lon = self._sight(x, y)
        return bearing_of(self.geolocation.orbit.velocity_m_s(seconds), lat, lon)

    def look_deg(self, x: ArrayLike, y: ArrayLike) -> Numbers:
        """Bearing of the line of sight, from the satellite to the pixel."""
        sight, lat, lon = self._sight(x, y)
        return bearing_of(sight, lat, lon)

    def _sight(self, x: ArrayLike, y: ArrayLike) -> tuple[Numbers, Numbers, Numbers]:
        x, y = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
        place = self.geolocation.place_m(x, y)
        lat, lon = degrees_of(place)
        return place - self.geolocation.orbit.position_m(self.geolocation.seconds(y)), lat, lon
