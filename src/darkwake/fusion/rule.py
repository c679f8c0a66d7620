"""Parameters of the match between images and AIS, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MatchRule:
    """Parameters of the match; the gate is what an honest error budget of position and time asks for."""

    window_min: float = 90.0
    """How far before and after the image a report may lie, minutes."""
    geolocation_m: float = 150.0
    """One standard deviation of image geolocation and antenna place together, metres (scenes of OpenSARShip lie 33 to 234 m
    off the AIS positions of anchored ships)."""
    drift_share: float = 0.3
    """Error of interpolation and dead reckoning as a share of the distance run since the nearest report; assumed, because
    no archive says how ships turn between reports."""
    idle_speed_kn: float = 0.5
    """Drift of a ship at rest or of unknown speed, knots; assumed, of the order of swinging at anchor."""
    azimuth_shift_m_per_kn: float = 36.0
    """Radar: shift along the track for each knot of range speed, metres (R/V at 38 degrees of incidence, Sentinel-1)."""
    silent_ships_per_km2: float = 0.05
    """Ships without AIS expected per square kilometre before looking; with the gate it sets when "unmatched" wins. Assumed,
    because no count of silent ships is known beforehand."""
    gate_sigmas: float = 4.0
    """Pairs farther apart than this many standard deviations are not considered."""
    nearby_km: float = 30.0
    """Within which distance others heard show that AIS could be received."""
    silent_speed_kn: float = 15.0
    """Fastest speed of a silent ship that could have been there, knots."""
