"""Straight lines over water: whether one position sees another, and how far apart neighbours are.

A line is looked up cell by cell. Most need no look: where all blocks of the rectangle around a line are open water, so is the
line.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from darkwake.geo import EARTH_RADIUS_M, WGS84, distance_m, wrap_lon
from darkwake.seaways.blocks import Blocks, Bools, Floats, Ints
from darkwake.seaways.water import COLUMNS, PER_DEGREE

SAMPLES_PER_CHUNK = 1_000_000
"""Places looked up at once when lines are tested: 60 MB."""
RUNG = 1.25
"""Lines are looked up at counts of places that grow by this factor, those of one count together."""
SHORT_M = 20_000.0
"""Over so short a line a great circle strays from even steps of latitude and longitude by less than 50 m up to 80 degrees."""
STEEP_DEG = 80.0
"""Nearer to the poles no line counts as short."""
CHORD_M = 300_000.0
"""Up to here the arc over a chord through the earth is its geodesic to a millionth (radii differ by 1 %)."""
METRES_PER_CELL = 463.0


def on_sphere(lat: Floats, lon: Floats) -> Floats:
    """Positions as points on the mean sphere, metres."""
    phi, along = np.radians(lat), np.radians(lon)
    points: Floats = EARTH_RADIUS_M * np.stack([np.cos(phi) * np.cos(along), np.cos(phi) * np.sin(along), np.sin(phi)], axis=-1)
    return points


def neighbour_m(lat: Floats, lon: Floats, first: NDArray[np.int32], second: NDArray[np.int32]) -> Floats:
    """Geodesic distances between positions of a list, metres; of near ones from their chords, which costs less."""
    phi, along = np.radians(lat), np.radians(lon)
    across = WGS84.a / np.sqrt(1.0 - WGS84.es * np.sin(phi) ** 2)
    x, y = across * np.cos(phi) * np.cos(along), across * np.cos(phi) * np.sin(along)
    z = across * (1.0 - WGS84.es) * np.sin(phi)
    metres = np.empty(len(first))
    for start in range(0, len(first), SAMPLES_PER_CHUNK):
        one, other = first[start : start + SAMPLES_PER_CHUNK], second[start : start + SAMPLES_PER_CHUNK]
        squared = (x[one] - x[other]) ** 2 + (y[one] - y[other]) ** 2 + (z[one] - z[other]) ** 2
        # Arc over a chord c of a circle of radius R: c (1 + c2 / 24 R2 + ...).
        metres[start : start + len(one)] = np.sqrt(squared) * (1.0 + squared / (24.0 * EARTH_RADIUS_M**2))
    far = np.flatnonzero(metres > CHORD_M)
    metres[far] = distance_m(lat[first[far]], lon[first[far]], lat[second[far]], lon[second[far]])
    return metres


def sees(blocks: Blocks, lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats, step_m: float) -> Bools:
    """Whether the straight line between positions runs over water, looked up at least every ``step_m``."""
    first = np.arange(len(lat_a))
    lat, lon = np.concatenate([lat_a, lat_b]), np.concatenate([lon_a, lon_b])
    return pairs_see(blocks, lat, lon, first, first + len(lat_a), step_m)


def pairs_see(blocks: Blocks, lat: Floats, lon: Floats, first: Ints, second: Ints, step_m: float) -> Bools:
    """The same of pairs of positions of a list."""
    points = on_sphere(lat, lon)
    length = np.sqrt(((points[first] - points[second]) ** 2).sum(axis=1))
    # What is looked up of a line depends on the line alone, not on the others that are asked for.
    rung = np.ceil(np.log(np.ceil(length / step_m) + 1.0) / math.log(RUNG)).astype(np.int64)
    count = np.ceil(RUNG ** np.arange(rung.max(initial=0) + 1)).astype(np.int64)
    clear = _amid_open_blocks(blocks, lat, lon, first, second, np.where(count[rung] * step_m < SHORT_M, 0.0, length))
    left = np.flatnonzero(~clear)
    left = left[np.argsort(rung[left], kind="stable")]
    for lines in np.split(left, np.flatnonzero(np.diff(rung[left])) + 1) if len(left) else []:
        many = int(count[rung[lines[0]]])
        share = np.linspace(0.0, 1.0, many + 1)[1:-1]
        for some in np.array_split(lines, math.ceil(len(lines) * many / SAMPLES_PER_CHUNK)):
            one, other = first[some], second[some]
            short = many * step_m < SHORT_M
            clear[some] = _over_water(blocks, lat[one], lon[one], lat[other], lon[other], share, short=short)
    return clear


def _amid_open_blocks(blocks: Blocks, lat: Floats, lon: Floats, first: Ints, second: Ints, bent_m: Floats) -> Bools:
    """Whether all blocks of the rectangle around each line are open; no for lines near a pole or over the region's edge.

    Args:
        blocks: the blocks.
        lat: positions.
        lon: positions.
        first: position at one end of each line.
        second: position at the other.
        bent_m: length of each line that is a great circle; 0 for those that are even steps of latitude and longitude.
    """
    row, column = (axis // blocks.side for axis in blocks.cells_of(*_cells(lat, lon)))
    steep = np.abs(lat)
    south, north = np.minimum(row[first], row[second]), np.maximum(row[first], row[second]) + 1
    west, east = np.minimum(column[first], column[second]), np.maximum(column[first], column[second]) + 1
    bent = np.flatnonzero(bent_m)
    # A great circle strays from its parallel by this at most, in the middle: l2 tan(lat) / 8 R.
    steepest = np.minimum(np.maximum(steep[first[bent]], steep[second[bent]]), STEEP_DEG)
    aside = bent_m[bent] ** 2 * np.tan(np.radians(steepest)) / (8.0 * EARTH_RADIUS_M)
    wider = np.ceil(aside / (blocks.side * METRES_PER_CELL)).astype(np.int32)
    south[bent] -= wider
    north[bent] += wider
    rows, columns = blocks.state.shape
    inside = (steep < STEEP_DEG)[first] & (steep < STEEP_DEG)[second] & (south >= 0) & (north <= rows) & (east <= columns)
    # The other way round the globe is no way between neighbours.
    inside &= east - west <= COLUMNS // blocks.side // 2
    at = np.flatnonzero(inside)
    south, north, west, east = south[at], north[at], west[at], east[at]
    sums = blocks.closed_sums
    inside[at] = sums[north, east] - sums[south, east] - sums[north, west] + sums[south, west] == 0
    return np.asarray(inside, np.bool_)


def _cells(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Row and column of positions in cells of the globe, with what is beyond the whole cell."""
    return (lat + 90.0) * PER_DEGREE, (lon + 180.0) * PER_DEGREE


def _over_water(
    blocks: Blocks, lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats, share: Floats, *, short: bool
) -> Bools:
    """Whether all places at these shares of the way from a to b are water."""
    if not len(share):
        return np.ones(len(lat_a), np.bool_)
    even = short & (np.maximum(np.abs(lat_a), np.abs(lat_b)) < STEEP_DEG)
    if even.all():
        row, column = _evenly(lat_a, lon_a, lat_b, lon_b, share)
    else:
        row, column = np.empty((2, len(lat_a), len(share)))
        row[even], column[even] = _evenly(lat_a[even], lon_a[even], lat_b[even], lon_b[even], share)
        row[~even], column[~even] = _cells(*_along(lat_a[~even], lon_a[~even], lat_b[~even], lon_b[~even], share))
    return np.asarray(blocks.wet_cells(*blocks.cells_of(row, column)).all(axis=1), np.bool_)


def _evenly(lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Cells at even steps of latitude and longitude."""
    row, column = _cells(lat_a, lon_a)
    up, along = (lat_b - lat_a) * PER_DEGREE, wrap_lon(lon_b - lon_a) * PER_DEGREE
    return row[:, None] + up[:, None] * share, column[:, None] + along[:, None] * share


def _along(lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Positions along great circles."""
    a, b = on_sphere(lat_a, lon_a), on_sphere(lat_b, lon_b)
    x, y, z = (a[:, n, None] * (1 - share) + b[:, n, None] * share for n in range(3))
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
