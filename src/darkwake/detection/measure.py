"""Rough length, beam and axis of an object from its pixels.

The axis is the first principal axis of the pixels on the ground (so pixels need not be square, nor the image point north);
length and beam are the extents along and across it. The pixels' own size, the smear of the sensor and side lobes make an
object longer than its hull: ``EXCESS`` takes the mean excess off.

The interval is rough: one pixel at each end, smear, and a share of the length for hulls whose ends are dark. Its width was
set by hand on the very images on which it was then counted, so what it holds elsewhere is not known. There it held 92 % of
224 AIS-matched Sentinel-1 GRD lengths (OpenSARShip, training scenes) and 83 % of 42 isolated ships in Sentinel-2 (too few:
the interval of optical lengths is too narrow). It does not hold for ships at a berth, rafts, or wakes taken for hulls, and
it is no substitute for a calibrated measurement.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from darkwake.detection.hits import Hits


@dataclass(frozen=True)
class Excess:
    """By how much an object is longer and wider than its hull, and how far the hull may be shorter or longer (90 %).

    The errors are one pixel at each end, ``smear_px`` pixels for smear and dark ends (of 10 m at most: coarser pixels do not
    smear more than they are wide), and a share of the length, added as squares. A hull is more often longer than seen
    than shorter.
    """

    ends_px: float
    width_px: float
    smear_px: float
    shorter: float
    longer: float


EXCESS = {
    "sar": Excess(ends_px=2.0, width_px=2.0, smear_px=4.6, shorter=0.25, longer=0.4),
    "optical": Excess(ends_px=1.0, width_px=1.0, smear_px=4.6, shorter=0.25, longer=0.4),
}


SMEARED_M = 10.0
"""Largest pixel at which the smear was fitted, metres."""


@dataclass(frozen=True)
class Measure:
    """Metres on the ground; the axis in degrees from the second ground axis (north), 0 to 180."""

    length_m: float
    length_lo: float
    length_hi: float
    beam_m: float
    axis_deg: float


def measure(core: Hits, whole: Hits, axes_m: NDArray[np.float64], kind: str, *, largest_m: float) -> Measure:
    """Measure an object.

    Args:
        core: the object's own pixels.
        whole: all linked pixels around it; a hull that is dark beside a bright mast may reach as far, not further.
        axes_m: ground steps of a pixel in x and y (rows) east and north (columns), metres.
        kind: ``sar`` or ``optical``; it chooses the excess.
        largest_m: no ship is longer: what reaches further is a side lobe.
    """
    places = np.stack([core.x, core.y], axis=1) @ axes_m
    along, across = principal_axes(places, axes_m)
    pixel_m = math.sqrt(abs(float(np.linalg.det(axes_m))))
    excess = EXCESS[kind]
    length = _extent(places, along, axes_m) - excess.ends_px * pixel_m
    beam = _extent(places, across, axes_m) - excess.width_px * pixel_m
    length, beam = max(length, pixel_m), max(min(beam, length), pixel_m / 2)
    smear_m = excess.smear_px * min(pixel_m, SMEARED_M)
    shorter = math.hypot(2.0 * pixel_m, smear_m, excess.shorter * length)
    longer = math.hypot(2.0 * pixel_m, smear_m, excess.longer * length)
    furthest = _extent(np.stack([whole.x, whole.y], axis=1) @ axes_m, along, axes_m)
    high = max(length + longer, min(furthest, largest_m))
    axis_deg = math.degrees(math.atan2(along[0], along[1])) % 180.0
    return Measure(length, max(length - shorter, pixel_m / 2), high, beam, axis_deg)


def principal_axes(places: NDArray[np.float64], axes_m: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit vectors along and across; the pixels' own spread is added, so that a single pixel has axes too."""
    centred = places - places.mean(axis=0)
    covariance = centred.T @ centred / len(places) + axes_m.T @ axes_m / 12.0
    _, vectors = np.linalg.eigh(covariance)
    return vectors[:, 1], vectors[:, 0]


def _extent(places: NDArray[np.float64], direction: NDArray[np.float64], axes_m: NDArray[np.float64]) -> float:
    """Extent along a direction, from outer edge to outer edge of the pixels."""
    projected = places @ direction
    return float(np.ptp(projected) + np.abs(axes_m @ direction).sum())
