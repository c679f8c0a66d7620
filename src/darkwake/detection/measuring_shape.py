"""What the shape of an object in a radar chip says, as numbers: extents at several levels, moments, contrast, axis.

The numbers are the same for an object moved, mirrored or turned by a right angle. Profiles run along and across the principal
axis of the object's cells; extents are read where a profile falls through a level, between samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from darkwake.detection.measuring_object import Seen, distance
from darkwake.detection.measuring_window import CELL, Array, Mask

ALONG, ACROSS, SAMPLE = 350.0, 60.0, 5.0
"""Reach and step of the profiles."""
KEEL = 15.0
"""Half width over which the profile along the axis is averaged: a ship of 30 m, about the smear."""
PEAK_DB, SEA_DB, BEAM_DB = (6.0, 9.0, 12.0, 15.0), (3.0, 5.0, 8.0, 12.0), (6.0, 10.0)
"""Levels under the profile's peak, over the sea, and under the peak of the profile across."""
LEAST_DB = 2.0
"""No level is read nearer to the sea."""
BRIDGED = 8
"""Samples (40 m) by which a profile may dip below a level within one hull (assumed)."""
ZONE = 70.0
"""Cells further from the object are not looked at."""

NAMES = (
    *("object", "root_area", "under6", "under9", "under12", "under15", "over3", "over5", "over8", "over12"),
    *("with_arms_under12", "with_arms_over5", "with_arms_over8", "across6", "across10", "peak_db", "along_sd", "across_sd"),
    *("energy_db", "root_energy", "amplitude_along_sd", "power_along_sd", "amplitude_across_sd", "root_area10", "root_area15"),
    "azimuth",
)
"""The numbers, in the order of the coefficients."""


@dataclass(frozen=True)
class Shape:
    """Numbers in the order of ``NAMES``; the axis in degrees clockwise from up, 0 to 180; which end is heavier."""

    numbers: Array
    axis_deg: float
    skew: float
    """Third moment of the echo along the axis: above 0 where a long thin tail points along ``axis_deg``."""

    def __getitem__(self, name: str) -> float:
        """One of the numbers by name."""
        return float(self.numbers[NAMES.index(name)])


def shape_of(seen: Seen) -> Shape:
    """The numbers of an object."""
    places: Array = np.asarray(np.argwhere(seen.object) * CELL, np.float64)
    centre, axis, values = axes_of(seen)
    near = seen.valid & (distance(seen.object) <= ZONE)
    clean, raw = (turned(image, near, centre, axis, (ALONG, ACROSS)) for image in (seen.clean, seen.raw))
    extents = _extents(clean, raw)
    moments, skew = _moments(seen, places, centre, axis)
    level = seen.level_db[seen.object]
    peak_db = float(level.max())
    areas = [np.sqrt(np.sum(level >= peak_db - depth)) * CELL for depth in (10.0, 15.0)]
    length = float(np.ptp(places @ axis)) + CELL
    axis_deg = float(np.degrees(np.arctan2(axis[1], -axis[0])) % 180.0)
    numbers = [length, np.sqrt(len(places)) * CELL, *extents, peak_db, np.sqrt(values[1]), np.sqrt(values[0]), *moments, *areas]
    return Shape(np.array([*numbers, np.cos(2 * np.radians(axis_deg))], np.float64), axis_deg, skew)


def axes_of(seen: Seen) -> tuple[Array, Array, Array]:
    """Middle of an object (metres), unit vector along it (upwards), and variances across and along."""
    places: Array = np.asarray(np.argwhere(seen.object) * CELL, np.float64)
    weights = np.sqrt(np.maximum(seen.level_db[seen.object] - seen.threshold_db, 0.0) + 0.5)
    centre: Array = np.average(places, axis=0, weights=weights)
    spread = np.einsum("n,ni,nj->ij", weights, places - centre, places - centre) / weights.sum()
    values, vectors = np.linalg.eigh(spread + np.eye(2) * CELL**2 / 12)
    axis = vectors[:, 1] if vectors[0, 1] < 0 or (vectors[0, 1] == 0 and vectors[1, 1] > 0) else -vectors[:, 1]
    return centre, axis, values


def turned(image: Array, near: Mask, centre: Array, axis: Array, reach: tuple[float, float]) -> Array:
    """The image along (rows) and across (columns) the axis, as far as the reach."""
    along = np.arange(-reach[0], reach[0] + 1, SAMPLE)[:, np.newaxis]
    across = np.arange(-reach[1], reach[1] + 1, SAMPLE)[np.newaxis]
    rows = (centre[0] + along * axis[0] - across * axis[1]) / CELL
    columns = (centre[1] + along * axis[1] + across * axis[0]) / CELL
    found: Array = ndimage.map_coordinates(np.where(near, image, 0.0), [rows, columns], order=1, mode="constant")
    return found


def _extents(clean: Array, raw: Array) -> list[float]:
    """Extents along and across, in the order of ``NAMES``."""
    keel = np.abs(np.arange(-ACROSS, ACROSS + 1, SAMPLE)) <= KEEL
    along, with_arms = decibel(clean[:, keel].mean(axis=1)), decibel(raw[:, keel].mean(axis=1))
    peak, high = float(along.max()), float(with_arms.max())
    found = [_extent(along, max(peak - depth, LEAST_DB)) for depth in PEAK_DB]
    found += [_extent(along, min(level, peak - 1)) for level in SEA_DB]
    found += [_extent(with_arms, max(high - 12.0, LEAST_DB))]
    found += [_extent(with_arms, min(level, high - 1)) for level in (5.0, 8.0)]
    first, last = _ends(along, max(peak - 12.0, 4.0))
    across = decibel(clean[first : last + 1].mean(axis=0))
    return found + [_extent(across, max(float(across.max()) - depth, LEAST_DB)) for depth in BEAM_DB]


def _ends(profile: Array, level: float) -> tuple[int, int]:
    """First and last sample above a level that hang together with the peak."""
    peak = int(np.argmax(profile))
    above = np.flatnonzero(profile >= level)
    if len(above) == 0 or profile[peak] < level:
        return peak, peak
    breaks = np.flatnonzero(np.diff(above) > BRIDGED)
    place = int(np.searchsorted(above, peak))
    start = int(breaks[breaks < place].max()) + 1 if (breaks < place).any() else 0
    stop = int(breaks[breaks >= place].min()) if (breaks >= place).any() else len(above) - 1
    return int(above[start]), int(above[stop])


def _extent(profile: Array, level: float) -> float:
    """Metres between the places where a profile falls through a level, to parts of a sample."""
    first, last = _ends(profile, level)
    if profile[first] < level:
        return 0.0
    return (last - first + _beyond(profile, first, -1, level) + _beyond(profile, last, 1, level)) * SAMPLE


def _beyond(profile: Array, place: int, step: int, level: float) -> float:
    other = place + step
    if not 0 <= other < len(profile):
        return 0.0
    return float((profile[place] - level) / max(profile[place] - profile[other], 1e-6))


def _moments(seen: Seen, places: Array, centre: Array, axis: Array) -> tuple[list[float], float]:
    """Energy and deviations of amplitude and power along and across, and the skewness along the axis."""
    power = np.maximum(seen.clean[seen.object] - 1.0, 0.0)
    energy, highest = float(power.sum()), max(float(power.max()), 1e-9)
    along = (places - centre) @ axis
    across = (places - centre) @ np.array([-axis[1], axis[0]])
    amplitude = np.sqrt(power)
    sd = _deviation(along, amplitude)
    numbers = [10 * np.log10(energy + 1), np.sqrt(energy / highest) * CELL, sd, _deviation(along, power)]
    offset = along - np.average(along, weights=amplitude + 1e-9)
    skew = float(np.average(offset**3, weights=amplitude + 1e-9) / max(sd, CELL / 4) ** 3)
    return [*map(float, numbers), _deviation(across, amplitude)], skew


def _deviation(places: Array, weights: Array) -> float:
    weights = weights + 1e-9
    mean = np.average(places, weights=weights)
    return float(np.sqrt(np.average((places - mean) ** 2, weights=weights)))


def decibel(power: Array) -> Array:
    """Decibels, no lower than -20."""
    level: Array = 10.0 * np.log10(np.maximum(power, 1e-2))
    return level
