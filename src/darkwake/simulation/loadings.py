"""Simulated ships that load a known cargo, and what a crew types or an image shows of it: an examination for ``cargo``.

Independent of what it examines: a hull here is a set of waterlines ``y = B / 2 * (1 - |x| ** a)`` whose ``a`` falls towards the
keel, and its displacement is their sum; none of the laws in ``cargo.hydrostatics`` is used. Dimensions, fullness and loads
have a scatter of their own, stated below; no ship is a real one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEA_WATER_T_M3 = 1.025
LAYERS = 60
"""Waterlines between keel and summer draught."""
LENGTHS_M = (64.0, 125.0)
"""Tankers of 1,000 to 9,000 t deadweight, the case's own."""
LENGTH_OVER_BEAM, BEAM_OVER_DRAUGHT = (6.2, 0.4), (2.55, 0.25)
"""Mean and standard deviation; the middle of tankers of 50 to 130 m in particulars_ais (data of 2013-14)."""
DEPTH_OVER_DRAUGHT = (1.28, 0.06)
"""Assumed, because load lines leave small tankers about 1.2 m and double hulls are deeper than they need be."""
WATERLINE = 0.97
"""Waterline at the summer draught over the length over all: assumed, because bow and stern reach beyond it."""
FULLNESS, WATERPLANE = (0.72, 0.03), (0.86, 0.02)
"""Block and waterplane coefficient on that waterline; waterplane: over the length over all the quartiles of 682 tankers are
0.832 and 0.877 (tonnes per centimetre, 2014); fullness: see below."""
DEADWEIGHT_OVER_DISPLACEMENT = (0.68, 0.035)
"""Assumed, because with a fullness of 0.72 it gives the deadweights that registers have for tankers of such a length and beam
(OpenSARShip) and such a draught (particulars_ais)."""
FULL, PART, PART_SHARE = (0.86, 0.95), (0.5, 0.86), 0.25
"""Cargo over deadweight of ships that fill up and of those that do not: assumed, because nobody publishes loads by ship."""
LATITUDE_DEG, HOUR_DEG = 42.74, -22.5
"""Vostochny at 10:30 local solar time, when most imaging satellites pass."""
TILT_DEG = 23.44
"""Obliquity of the ecliptic."""
TYPED_SD_M = 0.15
"""A crew's own error: assumed, because the pooled 0.23 m of repeated arrivals holds true differences too."""
DECK_M, BIAS_SD_M, DISTURBED_SD_M = (0.05, 0.12), 0.1, 0.1
"""Deck edge over depth (mean, sd); the method's own bias; trim, list and sea at each look: assumed, as in ``cargo``."""
EDGE_PX = 1 / 3
"""Standard error of either edge of a shadow, pixels: assumed, as in ``cargo``."""
LEAST_ACROSS = 0.3
"""Sine of the angle between sun and axis below which no shadow is read."""


@dataclass(frozen=True)
class TrueShip:
    """A simulated ship."""

    length_m: float
    beam_m: float
    depth_m: float
    draught_m: float
    """Summer draught."""
    dwt_t: float
    lightship_t: float
    waterline: tuple[float, float]
    """``a`` at the summer draught, and the power with which it falls towards the keel."""

    def displacement_t(self, draught_m: float, density_t_m3: float) -> float:
        """The sum of her waterlines up to a draught."""
        at_summer, power = self.waterline
        edges = np.linspace(0.0, draught_m, LAYERS + 1)
        middle = (edges[1:] + edges[:-1]) / 2 / self.draught_m
        box_m3 = WATERLINE * self.length_m * self.beam_m * draught_m
        return density_t_m3 * box_m3 * float(_planes(at_summer, power, middle).mean())

    def draught_at(self, displacement_t: float, density_t_m3: float) -> float:
        """The draught at which she displaces so much, by halving."""
        low, high = 0.0, 2 * self.draught_m
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if self.displacement_t(middle, density_t_m3) < displacement_t else (low, middle)
        return (low + high) / 2


def _planes(at_summer: float, power: float, height: NDArray[np.float64]) -> NDArray[np.float64]:
    """Waterplane coefficients ``a / (a + 1)`` at heights over the summer draught."""
    exponent = at_summer * height**power
    return exponent / (exponent + 1)


def _draw(rng: np.random.Generator, law: tuple[float, float], least: float, most: float) -> float:
    return float(np.clip(rng.normal(*law), least, most))


def ship(rng: np.random.Generator, dimensions_m: tuple[float, float, float] | None = None) -> TrueShip:
    """A ship of the series, or one with the length, beam and summer draught of a real one."""
    if dimensions_m is None:
        length_m = float(np.exp(rng.uniform(*np.log(LENGTHS_M))))
        beam_m = length_m / _draw(rng, LENGTH_OVER_BEAM, 5.3, 7.2)
        draught_m = beam_m / _draw(rng, BEAM_OVER_DRAUGHT, 2.0, 3.2)
    else:
        length_m, beam_m, draught_m = dimensions_m
    fullness, plane = _draw(rng, FULLNESS, 0.66, 0.83), _draw(rng, WATERPLANE, 0.81, 0.93)
    waterline = waterline_of(min(fullness, plane - 0.04), plane)
    hull = TrueShip(length_m, beam_m, 0.0, draught_m, 0.0, 0.0, waterline)
    whole_t = hull.displacement_t(draught_m, SEA_WATER_T_M3)
    dwt_t = whole_t * _draw(rng, DEADWEIGHT_OVER_DISPLACEMENT, 0.6, 0.78)
    depth_m = draught_m * _draw(rng, DEPTH_OVER_DRAUGHT, 1.15, 1.45)
    return TrueShip(length_m, beam_m, depth_m, draught_m, dwt_t, whole_t - dwt_t, waterline)


def waterline_of(fullness: float, plane: float) -> tuple[float, float]:
    """The waterlines that give a block coefficient and a waterplane coefficient at the summer draught."""
    at_summer = plane / (1 - plane)
    heights = (np.arange(LAYERS) + 0.5) / LAYERS
    low, high = 0.0, 5.0
    for _ in range(40):
        power = (low + high) / 2
        low, high = (power, high) if _planes(at_summer, power, heights).mean() > fullness else (low, power)
    return at_summer, (low + high) / 2


@dataclass(frozen=True)
class Loading:
    """One loading with its truth: mean draughts and trims on arrival and departure, metres, and the cargo."""

    ship: TrueShip
    cargo_t: float
    draughts_m: tuple[float, float]
    trims_m: tuple[float, float]


def loading(vessel: TrueShip, rng: np.random.Generator) -> Loading:
    """A ship comes in ballast, takes a cargo, pumps the ballast out, and leaves no deeper than her summer draught."""
    dwt_t = vessel.dwt_t
    stores_t = dwt_t * rng.uniform(0.02, 0.09)
    left_t, kept_t = dwt_t * rng.uniform(0, 0.012), dwt_t * rng.uniform(0, 0.02)
    ballast_t = dwt_t * _draw(rng, (0.35, 0.07), 0.18, 0.52)
    share = rng.uniform(*PART) if rng.random() < PART_SHARE else rng.uniform(*FULL)
    cargo_t = min(dwt_t * float(share), dwt_t - stores_t - kept_t - left_t)
    taken_t = dwt_t * _draw(rng, (0.0, 0.005), -0.015, 0.015)
    density = rng.uniform(1.017, 1.026)
    before_t = vessel.lightship_t + stores_t + ballast_t + left_t
    after_t = vessel.lightship_t + stores_t + taken_t + kept_t + left_t + cargo_t
    draughts_m = (vessel.draught_at(before_t, density), vessel.draught_at(after_t, density))
    trims_m = (vessel.length_m * rng.uniform(0.002, 0.014), vessel.length_m * rng.uniform(0.0, 0.003))
    return Loading(vessel, cargo_t, draughts_m, trims_m)


def read_draughts(truth: Loading, sd_m: float, rng: np.random.Generator) -> tuple[float, float]:
    """Mean draughts as somebody read them at the ship, with this standard error."""
    before_m, after_m = (draught_m + rng.normal(0, sd_m) for draught_m in truth.draughts_m)
    return float(before_m), float(after_m)


def typed_draughts(
    truth: Loading, rng: np.random.Generator, *, not_retyped: float, other_voyage: float, whole: float, half: float
) -> tuple[float, float]:
    """Draughts as the crew typed them into AIS: the deepest, somewhat wrong, rounded; or left as they were.

    Args:
        truth: The loading.
        rng: Generator.
        not_retyped: Share of departures with the draught of the arrival.
        other_voyage: Share of arrivals with the draught of the last laden voyage.
        whole: Share rounded to metres.
        half: Share rounded to half metres.
    """
    step_m = float(rng.choice([1.0, 0.5, 0.1], p=[whole, half, 1 - whole - half]))
    deepest = [draught_m + trim_m / 2 for draught_m, trim_m in zip(truth.draughts_m, truth.trims_m, strict=True)]
    before_m, after_m = (_rounded(value + rng.normal(0, TYPED_SD_M), step_m) for value in deepest)
    if rng.random() < other_voyage:
        before_m = _rounded(truth.ship.draught_m, step_m)
    return before_m, before_m if rng.random() < not_retyped else after_m


def _rounded(value_m: float, step_m: float) -> float:
    return round(round(value_m / step_m) * step_m, 1)


def read_freeboards(truth: Loading, spacing_m: float, rng: np.random.Generator) -> tuple[float, float, float]:
    """Freeboards on arrival and departure as two images show them by the shadow of the side, and their standard error.

    The standard error is what an analyst can know: that of the two edges of the shadow. The deck edge, the bias of the method
    and what trim, list and sea do come on top; the first two are the same in both images.
    """
    # Both images show the ship at one berth, a day or so apart: one height of the sun, one angle to her axis.
    scale = math.tan(sun_elevation_rad(rng.uniform(0, 365))) / rng.uniform(LEAST_ACROSS, 1.0)
    edge_sd_m = EDGE_PX * spacing_m * scale
    shared_m = rng.normal(*DECK_M) + rng.normal(0, BIAS_SD_M)
    seen = (
        truth.ship.depth_m - draught_m + shared_m + rng.normal(0, DISTURBED_SD_M) + rng.normal(0, math.sqrt(2) * edge_sd_m)
        for draught_m in truth.draughts_m
    )
    # Nobody reads a side that is less than a decimetre over the water.
    before_m, after_m = (max(float(height_m), 0.1) for height_m in seen)
    return before_m, after_m, math.sqrt(2) * edge_sd_m


def sun_elevation_rad(day: float, latitude_deg: float = LATITUDE_DEG, hour_deg: float = HOUR_DEG) -> float:
    """Height of the sun on a day of the year at a solar hour (declination as a cosine of the year, good to half a degree).

    >>> round(math.degrees(sun_elevation_rad(172.0))), round(math.degrees(sun_elevation_rad(355.0)))
    (63, 21)
    """
    declination = -math.radians(TILT_DEG) * math.cos(2 * math.pi * (day + 10) / 365)
    latitude, hour = math.radians(latitude_deg), math.radians(hour_deg)
    height = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(declination) * math.cos(hour)
    return math.asin(height)
