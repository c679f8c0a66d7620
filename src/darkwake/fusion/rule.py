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
    """Radar whose geometry is not known: shift along the track for each knot of range speed, metres (R/V at 38 degrees of
    incidence, Sentinel-1). Where detections carry ``shift_s`` the shift itself is worked out and taken off."""
    speed_error_kn: float = 0.5
    """Error of the speed over ground at the time of the image, knots; see ``detection.shift.MotionError``."""
    course_error_deg: float = 6.0
    """Error of the course over ground at the time of the image, degrees."""
    radial_error_m_s: float = 0.4
    """Movement towards the radar that no report holds, waves above all, metres a second."""
    report_time_s: float = 15.0
    """Error of the time of a report, seconds: archives stamp the reception, some to the minute. Where the geometry is known;
    moving ships of OpenSARShip lie up to half a minute's run from where their reports put them."""
    antenna_m: float = 40.0
    """How far the antenna may lie from the middle of the ship, metres: from amidships to the bridge of a 130 m ship."""
    slow_kn: float = 1.0
    """Ships up to this speed show by how far a scene lies off: at anchor, moored, drifting."""
    bias_ships: int = 3
    """So many slow ships at least."""
    bias_reach_km: float = 20.0
    """Over which distance the bias of a scene stays alike: ships farther away say less of it. In OpenSARShip a bias within
    15 to 30 km explains places better than one for a whole scene; chosen on those scenes."""
    length_weight: float = 1.5
    """The most by which the length of a detection may raise or lower the log-likelihood of a ship."""
    silent_ships_per_km2: float = 0.05
    """Ships without AIS expected per square kilometre before looking; with the gate it sets when "unmatched" wins. Assumed,
    because no count of silent ships is known beforehand."""
    gate_sigmas: float = 4.0
    """Pairs farther apart than this many standard deviations are not considered."""
    nearby_km: float = 30.0
    """Within which distance others heard show that AIS could be received."""
    silent_speed_kn: float = 15.0
    """Fastest speed of a silent ship that could have been there, knots."""
