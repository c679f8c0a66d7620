"""Hulls around antennas: how far apart two ships' sides are, from antenna offsets and headings.

A ship is a rectangle around her antenna (ITU-R M.1371-5, table 52: distances A to bow, B to stern, C to port, D to
starboard). Alongside, antennas of two tankers stand 30 to 200 m apart while the sides are a fender's width apart, so hull
distance tells what antenna distance cannot.

What is not known makes the answer wider, not absent: offsets that were not set put the antenna on the middle line with the
error of a uniform guess; a ship of unknown size is taken for one of her kind of traffic with an error as large as her beam.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from darkwake.events.columns import Columns

Floats = NDArray[np.floating[Any]]
"""Numbers of double precision; at the ticks of a clock of single precision."""

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


@dataclass(frozen=True)
class Hulls(Columns):
    """Hulls as columns."""

    to_bow_m: Floats
    to_stern_m: Floats
    to_port_m: Floats
    to_starboard_m: Floats
    side_sd_m: Floats
    end_sd_m: Floats

    @classmethod
    def of(cls, hulls: Sequence[Hull]) -> Hulls:
        """From hulls one by one."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.array([getattr(hull, name) for hull in hulls], dtype=np.float64) for name in names})

    @property
    def upright(self) -> Hulls:
        """As columns of one element a row, to be held against arrays with a row each."""
        return Hulls(**{name: value[:, None] for name, value in vars(self).items()})

    @property
    def half_beam_m(self) -> Floats:
        """Half the beam."""
        return (self.to_port_m + self.to_starboard_m) / 2

    @property
    def boxes(self) -> Boxes:
        """The rectangles."""
        ahead, right = (self.to_bow_m - self.to_stern_m) / 2, (self.to_starboard_m - self.to_port_m) / 2
        return Boxes((self.to_bow_m + self.to_stern_m) / 2, self.half_beam_m, ahead, right)

    @property
    def reach_m(self) -> Floats:
        """From the antenna to the farthest corner."""
        return np.hypot(np.maximum(self.to_bow_m, self.to_stern_m), np.maximum(self.to_port_m, self.to_starboard_m))

    @property
    def narrow_m(self) -> Floats:
        """From the antenna to the nearest side."""
        return np.minimum(self.to_port_m, self.to_starboard_m)


@dataclass(frozen=True)
class Boxes(Columns):
    """Rectangles: half their lengths and beams, and how far their middles lie ahead and to starboard of the antenna."""

    half_length_m: Floats
    half_beam_m: Floats
    ahead_m: Floats
    right_m: Floats


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


@dataclass(frozen=True)
class Offsets(Columns):
    """From one antenna to another, as seen from the first one's deck, metres."""

    ahead_m: Floats
    right_m: Floats


Axis = tuple[Floats, Floats]
"""Cosine and sine of a true heading."""


def seen_from_deck(east_m: Floats, north_m: Floats, axis: Axis) -> Offsets:
    """An offset over the ground as seen by a ship with this heading.

    >>> east = seen_from_deck(np.array([10.0]), np.array([0.0]), (np.array([0.0]), np.array([1.0])))
    >>> east.ahead_m.tolist(), east.right_m.tolist()
    ([10.0], [0.0])
    """
    cos, sin = axis
    return Offsets(north_m * cos + east_m * sin, east_m * cos - north_m * sin)


def turn(axis: Axis, other: Axis) -> Axis:
    """Cosine and sine of the angle from one heading to another."""
    return axis[0] * other[0] + axis[1] * other[1], axis[0] * other[1] - axis[1] * other[0]


def gap_m(deck: Offsets, other_deck: Offsets, turned: Axis, one: Boxes, other: Boxes) -> Floats:
    """Distance between two hulls; below zero by how deep they overlap, which offsets and fixes in error make of a contact.

    Args:
        deck: where the other's antenna is, seen from the one's deck.
        other_deck: where the one's is, seen from the other's.
        turned: cosine and sine of the angle from the one's heading to the other's.
        one: the one's hulls, a row an offset.
        other: the other's.

    >>> side, aside = Hulls.of([hull((100, 100, 15, 15))]).boxes, np.array([50.0])
    >>> north, south = (np.ones(1), np.zeros(1)), (-np.ones(1), np.zeros(1))
    >>> decks = seen_from_deck(aside, np.zeros(1), north), seen_from_deck(-aside, np.zeros(1), south)
    >>> gap_m(*decks, turn(north, south), side, side).round(6).tolist()
    [20.0]
    """
    there, clear = _corners_to_hull(deck, turned, one, other)
    back, clear_back = _corners_to_hull(other_deck, (turned[0], -turned[1]), other, one)
    clear = np.maximum(clear, clear_back)
    return np.where(clear < 0, clear, np.sqrt(np.minimum(there, back)))


def _corners_to_hull(deck: Offsets, turned: Axis, one: Boxes, other: Boxes) -> tuple[Floats, Floats]:
    """The squared distance of the other's nearest corner, and how clear of each other the two are along the one's axes.

    Of two rectangles that lie apart a corner of one is nearest; they overlap where they are clear along no axis of either
    (Gottschalk et al. 1996, the separating axes). Both are taken from their middles.

    Args:
        deck: where the other's antenna is, seen from the one's deck.
        turned: cosine and sine of the angle from the one's heading to the other's.
        one: the one's hull.
        other: the other's.
    """
    cos, sin = turned
    x = deck.ahead_m - one.ahead_m + other.ahead_m * cos - other.right_m * sin
    y = deck.right_m - one.right_m + other.ahead_m * sin + other.right_m * cos
    along_x, along_y = other.half_length_m * cos, other.half_length_m * sin
    aside_x, aside_y = other.half_beam_m * sin, other.half_beam_m * cos
    corners = [
        _beyond(end_x + side * aside_x, one.half_length_m) + _beyond(end_y - side * aside_y, one.half_beam_m)
        for end_x, end_y in ((x + along_x, y + along_y), (x - along_x, y - along_y))
        for side in (1.0, -1.0)
    ]
    nearest = np.minimum(np.minimum(corners[0], corners[1]), np.minimum(corners[2], corners[3]))
    clear_x = np.abs(x) - one.half_length_m - np.abs(along_x) - np.abs(aside_x)
    clear_y = np.abs(y) - one.half_beam_m - np.abs(along_y) - np.abs(aside_y)
    return nearest, np.maximum(clear_x, clear_y)


def _beyond(offset: Floats, half: Floats) -> Floats:
    """The square of how far it is beyond the end of a hull, or nothing."""
    beyond = np.abs(offset)
    beyond -= half
    np.maximum(beyond, 0.0, out=beyond)
    return np.multiply(beyond, beyond, out=beyond)


def gap_bounds_m(apart_m: Floats, one: Hulls, other: Hulls) -> tuple[Floats, Floats]:
    """Least and greatest distance between two hulls whose headings are not known."""
    least = np.maximum(apart_m - one.reach_m - other.reach_m, 0.0)
    return least, np.maximum(apart_m - one.narrow_m - other.narrow_m, 0.0)
