"""Hulls around antennas: how far apart two ships' sides are, from antenna offsets and headings.

A ship is a rectangle around her antenna (ITU-R M.1371-5, table 52: distances A to bow, B to stern, C to port, D to
starboard). Alongside, antennas of two tankers stand 30 to 200 m apart while the sides are a fender's width apart, so hull
distance tells what antenna distance cannot.

What is not known makes the answer wider, not absent: offsets that were not set put the antenna on the middle line with the
error of a uniform guess; a ship of unknown size is taken for one of her kind of traffic with an error as large as her beam.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

UNKNOWN_LENGTH_M, UNKNOWN_BEAM_M = 150.0, 24.0
"""A ship that never said her size (assumed: about the median of the tankers in the Baltic on 2025-12-11)."""
UNKNOWN_SIZE_SD_M = 20.0
"""Error of half the beam of such a ship, metres (assumed: tankers' beams run from 10 to 60 m)."""
TYPED_SD_M = 1.5
"""Offsets are sent in whole metres and measured by the crew (assumed)."""
BEAM_OF_LENGTH = 0.16
"""Beam over length where only the length is known (median of merchant ships is 0.15 to 0.17)."""


@dataclass(frozen=True)
class Hull:
    """A rectangle around an antenna, metres, and how well her sides are known."""

    to_bow_m: float
    to_stern_m: float
    to_port_m: float
    to_starboard_m: float
    side_sd_m: float
    """Error of the distance from the antenna to a side."""
    end_sd_m: float
    """Error of the distance from the antenna to bow or stern."""

    @property
    def length_m(self) -> float:
        """Length over all."""
        return self.to_bow_m + self.to_stern_m

    @property
    def beam_m(self) -> float:
        """Beam."""
        return self.to_port_m + self.to_starboard_m

    @property
    def reach_m(self) -> float:
        """From the antenna to the farthest corner."""
        return math.hypot(max(self.to_bow_m, self.to_stern_m), max(self.to_port_m, self.to_starboard_m))

    @property
    def narrow_m(self) -> float:
        """From the antenna to the nearest side."""
        return min(self.to_port_m, self.to_starboard_m)


def hull(
    offsets: tuple[float | None, float | None, float | None, float | None] = (None, None, None, None),
    length_m: float | None = None,
    beam_m: float | None = None,
) -> Hull:
    """The hull of a ship from what she said of herself: offsets to bow, stern, port, starboard, else length and beam.

    >>> hull((100, 40, 12, 12)).length_m, round(hull(length_m=100).beam_m), hull(length_m=100, beam_m=20).side_sd_m
    (140, 16, 5.773502691896258)
    """
    bow, stern, port, starboard = offsets
    sides = (port, starboard) if port is not None and starboard is not None and port + starboard > 0 else None
    ends = (bow, stern) if bow is not None and stern is not None and bow + stern > 0 else None
    length = sum(ends) if ends else length_m or None
    beam = sum(sides) if sides else beam_m or (length * BEAM_OF_LENGTH if length else None)
    side_sd = TYPED_SD_M if sides else (beam / math.sqrt(12) if beam and length else UNKNOWN_SIZE_SD_M)
    end_sd = TYPED_SD_M if ends else (length or UNKNOWN_LENGTH_M) / math.sqrt(12)
    length, beam = length or UNKNOWN_LENGTH_M, beam or UNKNOWN_BEAM_M
    bow_m, stern_m = ends or (length / 2, length / 2)
    port_m, starboard_m = sides or (beam / 2, beam / 2)
    return Hull(bow_m, stern_m, port_m, starboard_m, side_sd, end_sd)


def gap_m(east_m: Floats, north_m: Floats, heading_deg: Floats, other_heading_deg: Floats, one: Hull, other: Hull) -> Floats:
    """Distance between two hulls; below zero by how deep they overlap, which offsets and fixes in error make of a contact.

    Args:
        east_m: how far the other's antenna lies east of the one's.
        north_m: how far north.
        heading_deg: true heading of the one.
        other_heading_deg: true heading of the other.
        one: the one's hull.
        other: the other's hull.

    >>> side = hull((100, 100, 15, 15))
    >>> gap_m(np.array([50.0]), np.array([20.0]), np.array([0.0]), np.array([180.0]), side, side).round(6).tolist()
    [20.0]
    """
    there, clear = _corners_to_hull(east_m, north_m, heading_deg, other_heading_deg, one, other)
    back, clear_back = _corners_to_hull(-east_m, -north_m, other_heading_deg, heading_deg, other, one)
    return np.asarray(np.where(np.maximum(clear, clear_back) < 0, np.maximum(clear, clear_back), np.minimum(there, back)))


def _corners_to_hull(
    east: Floats, north: Floats, heading: Floats, other_heading: Floats, one: Hull, other: Hull
) -> tuple[Floats, Floats]:
    """The distance of the other's nearest corner, and how clear of each other the two are along the one's axes.

    Of two rectangles that lie apart a corner of one is nearest; they overlap where they are clear along no axis of either.
    """
    ahead, right = body_frame(east, north, heading)
    turn = np.radians(other_heading - heading)
    corners = [
        (
            ahead + along * np.cos(turn) - aside * np.sin(turn),
            right + along * np.sin(turn) + aside * np.cos(turn),
        )
        for along in (other.to_bow_m, -other.to_stern_m)
        for aside in (other.to_starboard_m, -other.to_port_m)
    ]
    x, y = (np.stack(axis) for axis in zip(*corners, strict=True))
    beyond_x, beyond_y = (
        np.maximum(x - one.to_bow_m, -one.to_stern_m - x),
        np.maximum(y - one.to_starboard_m, -one.to_port_m - y),
    )
    nearest = np.min(np.hypot(np.maximum(beyond_x, 0.0), np.maximum(beyond_y, 0.0)), axis=0)
    clear_x = np.maximum(x.min(axis=0) - one.to_bow_m, -one.to_stern_m - x.max(axis=0))
    clear_y = np.maximum(y.min(axis=0) - one.to_starboard_m, -one.to_port_m - y.max(axis=0))
    return nearest, np.maximum(clear_x, clear_y)


def body_frame(east_m: Floats, north_m: Floats, heading_deg: Floats) -> tuple[Floats, Floats]:
    """The same offset as metres ahead and to starboard of a ship with this heading.

    >>> [round(float(metres[0])) for metres in body_frame(np.array([10.0]), np.array([0.0]), np.array([90.0]))]
    [10, 0]
    """
    angle = np.radians(heading_deg)
    ahead = north_m * np.cos(angle) + east_m * np.sin(angle)
    return np.asarray(ahead), np.asarray(east_m * np.cos(angle) - north_m * np.sin(angle))


def gap_bounds_m(apart_m: Floats, one: Hull, other: Hull) -> tuple[Floats, Floats]:
    """Least and greatest distance between two hulls whose headings are not known."""
    least = np.maximum(apart_m - one.reach_m - other.reach_m, 0.0)
    return np.asarray(least), np.asarray(np.maximum(apart_m - one.narrow_m - other.narrow_m, 0.0))
