"""Radar detections of a scene, measured like chips: a window is read around each and the same relations are applied.

It turns axes in pixels into bearings from north. Optical detections and structures keep the rough extents of ``measure``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from darkwake.detection.measuring import ChipMeasurement, measured_power
from darkwake.imagery.protocol import Product, Window, ground_spacing_m

AROUND_M = 200.0
"""Sea that is read beyond an object's rough extent, metres at Sentinel-1's resolution: the ring of sea and side lobes."""
LEAST_SCALE = 0.3
"""Finer images need no more than this share of it: their cells are 3 m, not 10."""
MOST_PX = 1024
"""No window is wider: a finer image of a larger object says that it is no ship."""

COLUMNS = ("length_m", "length_lo", "length_hi", "beam_m", "beam_lo", "beam_hi")


@dataclass(frozen=True)
class Place:
    """Where a detection's brightest pixel lies (its column and row) and how large the object is at most, metres."""

    x: int
    y: int
    reach_m: float


def measure_detections(product: Product, places: Sequence[Place]) -> list[dict[str, object]]:
    """For each place of a radar product the columns of ``schema.Detections`` that say length, beam and heading."""
    return [measure_place(product, place) for place in places]


def measure_place(product: Product, place: Place) -> dict[str, object]:
    """Length, beam and heading of one detection, or why they cannot be measured."""
    return columns_at(product, place, chip_at(product, place))


def chip_at(product: Product, place: Place) -> ChipMeasurement:
    """One detection measured in a window read around it."""
    across_m, down_m = ground_spacing_m(product, place.x + 0.5, place.y + 0.5)
    spacing = math.sqrt(across_m * down_m)
    around_m = place.reach_m + AROUND_M * max(LEAST_SCALE, min(spacing / 10.0, 1.0))
    about = product.about
    half = min(math.ceil(max(around_m / spacing, AROUND_M / 10.0)), MOST_PX // 2)
    window = Window(place.x, place.y, place.x + 1, place.y + 1).grown(half, about.width, about.height)
    pixels = product.read(window)
    power = np.where(pixels.valid, pixels.values.astype(np.float64), 0.0)
    # Grey values of a picture are amplitudes as a rule.
    stretched = about.radiometry == "grey"
    power = power**2 if stretched else np.maximum(power, 0.0)
    middle = (float(place.y - window.y0), float(place.x - window.x0))
    return measured_power(power, pixels.valid, (down_m, across_m), middle, stretched=stretched)


def columns_at(product: Product, place: Place, told: ChipMeasurement) -> dict[str, object]:
    """A measurement at a place as columns."""
    return columns(told, product.axes_m(place.x + 0.5, place.y + 0.5), georeferenced=product.locate([0.5], [0.5]) is not None)


def columns(told: ChipMeasurement, axes_m: NDArray[np.float64], *, georeferenced: bool) -> dict[str, object]:
    """A measurement as columns; headings are None where the image has no north."""
    row: dict[str, object] = {name: getattr(told, name) for name in COLUMNS}
    heading = None if told.heading_deg is None or not georeferenced else round(bearing(told.heading_deg, axes_m), 1) % 180.0
    within = None if heading is None or told.heading_within_deg is None else round(told.heading_within_deg, 1)
    return row | {"heading_deg": heading, "heading_within_deg": within, "bow_deg": None, "unmeasured": told.unmeasured}


def bearing(heading_deg: float, axes_m: NDArray[np.float64]) -> float:
    """Degrees from north (modulo 180) of an axis given clockwise from the image's up, over square ground.

    >>> bearing(30.0, np.array([[10.0, 0.0], [0.0, -10.0]]))  # north up
    30.0
    >>> bearing(30.0, np.array([[-10.0, 0.0], [0.0, 10.0]]))  # south up: an axis has two ends
    30.0
    """
    right, down = (step / max(float(np.hypot(*step)), 1e-9) for step in axes_m)
    angle = math.radians(heading_deg)
    east, north = math.sin(angle) * right - math.cos(angle) * down
    return round(math.degrees(math.atan2(east, north)) % 180.0, 6)
