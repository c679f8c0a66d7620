"""What an object seems to be, and how sure the detector is.

Kinds: ``structure`` is too long or too wide for a ship, or a piece of a line of pieces that is (oil islands, breakwaters,
bridges); ``unknown`` touches land or lies where a bright neighbour throws side lobes or an azimuth ghost; the rest is ``ship``,
buoys, platforms and rocks of a ship's size included.

The score says how strongly the object stands out and how much it looks like a hull: contrast / (contrast + 20), the
contrast in standard deviations of the sea; halved for a single pixel, for ``unknown`` and for a shape too square for its
length; a tenth for a structure. It orders detections. It is not a probability and was not calibrated.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from darkwake.detection.hits import Hits
from darkwake.detection.measure import Measure, principal_axes
from darkwake.detection.parameters import DetectionParameters

HALF_CONTRAST = 20.0
"""Deviations at which the contrast gives one half."""

SQUARE, SQUARE_FROM_M = 0.6, 120.0
"""Hulls of 120 m and more are at least four times as long as wide; 0.6 leaves room for smear (assumed)."""

NEAR_M, LINE_PIECES, LINE_WIDTH = 100.0, 4, 0.25
"""A line: at least four pieces less than 100 m apart, together longer than a ship and a quarter as wide (assumed)."""

PENALTY = {"ship": 1.0, "unknown": 0.5, "structure": 0.1}
DOUBT = 0.5


def kind_of(measured: Measure, parameters: DetectionParameters, *, line: bool, doubtful: bool) -> str:
    """Ship, structure or unknown."""
    too_long = measured.length_lo > parameters.search.largest_ship_m
    too_wide = measured.beam_m > parameters.shape.widest_ship_m
    if too_long or too_wide or line:
        return "structure"
    return "unknown" if doubtful else "ship"


def score(pixels: Hits, measured: Measure, kind: str) -> float:
    """How strongly it stands out and looks like a hull, 0 to 1; see the module."""
    contrast = max(pixels.contrast, 0.0)
    square = measured.length_m >= SQUARE_FROM_M and measured.beam_m > SQUARE * measured.length_m
    doubts = int(len(pixels) == 1) + int(square)
    return contrast / (contrast + HALF_CONTRAST) * PENALTY[kind] * DOUBT**doubts


def in_a_line(objects: list[Hits], parameters: DetectionParameters, pixel_m: float) -> NDArray[np.bool_]:
    """Which objects are pieces of a line longer than any ship: breakwaters and bridges break up in speckle."""
    boxes = np.array([(o.y.min(), o.x.min(), o.y.max(), o.x.max()) for o in objects], np.float64) * pixel_m
    near = NEAR_M + np.zeros((len(objects), 2))
    tree = shapely.STRtree(shapely.box(boxes[:, 1], boxes[:, 0], boxes[:, 3], boxes[:, 2]))
    grown = shapely.box(*(boxes[:, [1, 0]] - near).T, *(boxes[:, [3, 2]] + near).T)
    pairs = tree.query(grown)
    graph = sparse.coo_array((np.ones(pairs.shape[1], np.int8), pairs), shape=(len(objects), len(objects)))
    labels = csgraph.connected_components(graph, directed=False)[1]
    lines = np.zeros(len(objects), np.bool_)
    for label in np.flatnonzero(np.bincount(labels) >= LINE_PIECES):
        members = np.flatnonzero(labels == label)
        lines[members] = _is_line([objects[n] for n in members], parameters.search.largest_ship_m, pixel_m)
    return lines


def _is_line(pieces: list[Hits], largest_m: float, pixel_m: float) -> bool:
    places = np.concatenate([np.stack([piece.x, piece.y], axis=1) for piece in pieces]) * pixel_m
    along, across = principal_axes(places, np.eye(2) * pixel_m)
    length, width = float(np.ptp(places @ along)), float(np.ptp(places @ across))
    return length > largest_m and width < LINE_WIDTH * length


def arms(
    peaks_y: NDArray[np.int64],
    peaks_x: NDArray[np.int64],
    decibels: NDArray[np.float64],
    parameters: DetectionParameters,
    pixel_m: float,
) -> NDArray[np.int64]:
    """The far brighter object of which each may be a side lobe: near it, along the image's rows or columns; -1 for none.

    >>> y, x, level = np.array([0, 2, 30]), np.array([0, 30, 30]), np.array([40.0, 10.0, 10.0])
    >>> arms(y, x, level, DetectionParameters(), 30.0).tolist()
    [-1, 0, -1]
    """
    shape = parameters.shape
    found = np.full(len(peaks_y), -1, np.int64)
    reach_px, slope = shape.arm_reach_m / pixel_m, np.tan(np.radians(shape.arm_deg))
    brightest = float(decibels.max(initial=-np.inf))
    for n in np.flatnonzero(decibels <= brightest - shape.arm_db):
        dy, dx = np.abs(peaks_y - peaks_y[n]), np.abs(peaks_x - peaks_x[n])
        on_axis = np.minimum(dy, dx) <= slope * np.maximum(dy, dx)
        throws = (decibels >= decibels[n] + shape.arm_db) & on_axis & (np.maximum(dy, dx) <= reach_px)
        if throws.any():
            found[n] = int(np.argmax(np.where(throws, decibels, -np.inf)))
    return found
