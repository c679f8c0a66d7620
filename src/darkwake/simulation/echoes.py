"""A ship's echo as a patch of intensity, with the truth of her hull: to be added to clutter that already has its speckle.

Points are summed as complex amplitudes through the point-spread function, look by look, so that a hull has its own bright and
dark places (no speckle is due on top). The function is that of generalised Hamming weighting in range and in azimuth: its arms
fall as 1/distance in amplitude and make the crosses of strong echoes (Cumming & Wong 2005, ch. 2).
A moving ship stands where her Doppler shift puts her, -R v_r / V along the flight (Raney 1971, IEEE Trans. AES 7, 499), and is
smeared along azimuth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, map_coordinates

from darkwake.simulation.fields import Array
from darkwake.simulation.scatterers import Vessel, half_beam_m, scatterers
from darkwake.units import METRES_PER_SECOND_PER_KNOT

HAMMING = 0.75
"""Coefficient of the spectral weighting; Sentinel-1 IW uses 0.70 to 0.75 (product annotation, windowCoefficient)."""
POINTS_PER_CELL, FEWEST_POINTS, MOST_POINTS = 6, 80, 1500
"""How many points make an echo: some for each resolution cell of the hull, so that their sum is Gaussian (assumed)."""
CORE_RESOLUTIONS = 8.0
"""Beyond the hull by this many resolutions only the arms of the side lobes are drawn; what lies between them is 60 dB down."""
WAVELENGTH_M = 0.0555
"""Sentinel-1: 5.405 GHz."""


@dataclass(frozen=True)
class View:
    """How the radar sees a scene; bearings clockwise from up in the image.

    Defaults are a Sentinel-1 IW GRDH image whose columns run away from the radar and whose lines run along the flight;
    ``resolution_m`` (range, azimuth) is what the correlation of its speckle says (``sea.GRDH_RESOLUTION_PX``).
    """

    spacing_m: float = 10.0
    resolution_m: tuple[float, float] = (18.3, 18.3)
    look_deg: float = 90.0
    flight_deg: float = 180.0
    incidence_deg: float = 38.0
    range_m: float = 880e3
    velocity_m_s: float = 7_100.0
    looks: int = 4
    reach_m: float = 1_500.0
    polarisation: str = "VV"


@dataclass(frozen=True)
class Echo:
    """A patch of intensity whose first pixel is (x0, y0) of the image, and the truth of the ship in it.

    ``hull`` is the outline where the image shows it (shifted when she moves); (x, y) its middle, ``vessel`` the true place.
    """

    vessel: Vessel
    x0: int
    y0: int
    intensity: Array
    hull: NDArray[np.bool_]
    x: float
    y: float

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x0, y0, x1, y1 of the hull in the image; x1 and y1 exclusive."""
        rows, columns = np.nonzero(self.hull)
        return (
            self.x0 + int(columns.min()),
            self.y0 + int(rows.min()),
            self.x0 + int(columns.max()) + 1,
            self.y0 + int(rows.max()) + 1,
        )


def echo(vessel: Vessel, view: View, random: np.random.Generator, *, smear_m: float = 0.0) -> Echo:
    """The echo of a vessel; its pixels times their area sum to her radar cross-section, side lobes beyond ``reach_m`` cut."""
    shift_px = azimuth_shift_m(vessel, view) / view.spacing_m
    x = vessel.x + shift_px * np.sin(np.radians(view.flight_deg))
    y = vessel.y - shift_px * np.cos(np.radians(view.flight_deg))
    half = int(np.ceil((vessel.length_m / 2 + view.reach_m) / view.spacing_m))
    x0, y0 = int(np.floor(x)) - half, int(np.floor(y)) - half
    side = 2 * half + 1
    points = _in_radar_axes(vessel, view, random)
    patch = rendered(points, x - x0, y - y0, side, view, smear_m, random)
    patch *= np.float32(points[:, 2].sum() / view.spacing_m**2 / max(patch.sum(), 1e-30))
    return Echo(vessel, x0, y0, patch, _hull(vessel, x - x0, y - y0, side, view.spacing_m), x, y)


def add(image: Array, patch: Array, x0: int, y0: int) -> None:
    """Add a patch to an image in place, cut at the edges."""
    rows, columns = image.shape
    top, left = max(y0, 0), max(x0, 0)
    bottom, right = min(y0 + patch.shape[0], rows), min(x0 + patch.shape[1], columns)
    if top < bottom and left < right:
        image[top:bottom, left:right] += patch[top - y0 : bottom - y0, left - x0 : right - x0]


def azimuth_shift_m(vessel: Vessel, view: View) -> float:
    """How far along the flight a moving ship stands from her true place: -R v_r / V, v_r away from the radar in slant range.

    >>> view = View(look_deg=90.0, incidence_deg=30.0, range_m=800e3, velocity_m_s=8000.0)
    >>> round(azimuth_shift_m(Vessel(0, 0, 100, 20, 90.0, speed_kn=10 / METRES_PER_SECOND_PER_KNOT), view), 6)
    -500.0
    """
    away = vessel.speed_kn * METRES_PER_SECOND_PER_KNOT * np.cos(np.radians(vessel.heading_deg - view.look_deg))
    return float(-view.range_m * away * np.sin(np.radians(view.incidence_deg)) / view.velocity_m_s)


def ghost_offset_m(view: View, prf_hz: float = 1717.0) -> float:
    """Distance along azimuth of the first ambiguity: R lambda PRF / (2 V) (Raney & Princz 1987, IEEE Trans. GRS 25).

    >>> round(ghost_offset_m(View(range_m=850e3, velocity_m_s=7100.0)) / 1000, 1)
    5.7
    """
    return view.range_m * WAVELENGTH_M * prf_hz / (2 * view.velocity_m_s)


def ghosts(of: Echo, view: View, *, below_db: float = 26.0, prf_hz: float = 1717.0, blur_m: float = 60.0) -> list[Echo]:
    """The two azimuth ambiguities of an echo: fainter, blurred along azimuth; their hull is empty, for no ship is there."""
    along = np.radians(view.flight_deg)
    faint = _blurred(of.intensity, view, blur_m / view.spacing_m) * np.float32(10 ** (-below_db / 10))
    found = []
    for sign in (-1, 1):
        offset = sign * ghost_offset_m(view, prf_hz) / view.spacing_m
        dx, dy = offset * np.sin(along), -offset * np.cos(along)
        place = (of.x0 + round(dx), of.y0 + round(dy))
        found.append(Echo(of.vessel, *place, faint, np.zeros_like(of.hull), of.x + dx, of.y + dy))
    return found


def alongside(vessel: Vessel, other: Vessel, view: View, *, gap_m: float = 3.0, along_m: float = 0.0) -> Vessel:
    """The other vessel laid to starboard of the first, as in a transfer from ship to ship."""
    angle = np.radians(vessel.heading_deg)
    aside = (vessel.beam_m + other.beam_m) / 2 + gap_m
    dx = (aside * np.cos(angle) + along_m * np.sin(angle)) / view.spacing_m
    dy = (aside * np.sin(angle) - along_m * np.cos(angle)) / view.spacing_m
    return Vessel(
        *(vessel.x + float(dx), vessel.y + float(dy), other.length_m, other.beam_m, vessel.heading_deg, other.kind),
        speed_kn=vessel.speed_kn,
        brightness_db=other.brightness_db,
        bridge=other.bridge,
    )


def _in_radar_axes(vessel: Vessel, view: View, random: np.random.Generator) -> NDArray[np.float64]:
    """Rows of ground range from the middle, azimuth to the right of the look (metres), and power.

    A point at height h is laid over towards the radar by h / tan(incidence).
    """
    angle = np.radians(vessel.heading_deg - view.look_deg)
    near_side = float(np.sin(angle))
    cells = vessel.length_m * vessel.beam_m / (view.resolution_m[0] * view.resolution_m[1])
    most = int(np.clip(POINTS_PER_CELL * cells, FEWEST_POINTS, MOST_POINTS))
    points = scatterers(vessel, near_side, most, random, view.polarisation)
    along, across, up, power = points.T
    away = along * np.cos(angle) - across * np.sin(angle) - up / np.tan(np.radians(view.incidence_deg))
    aside = along * np.sin(angle) + across * np.cos(angle)
    return np.column_stack([away, aside, power])


def rendered(
    points: NDArray[np.float64], x: float, y: float, side: int, view: View, smear_m: float, random: np.random.Generator
) -> Array:
    """Intensity of points about (x, y) of a square patch, made on axes of range and azimuth and turned into the image."""
    turned = view.look_deg % 90 != 0
    reach = int(np.ceil(side * (0.75 if turned else 0.5))) + 1
    grid = np.arange(-reach, reach + 1) * view.spacing_m
    look = np.radians(view.look_deg)
    east, south = np.sin(look), -np.cos(look)
    # Pixel middles: the patch is shifted by the part of a pixel by which its middle lies off the grid.
    shift_x, shift_y = (x - 0.5 - side // 2) * view.spacing_m, (y - 0.5 - side // 2) * view.spacing_m
    away = points[:, 0] + shift_x * east + shift_y * south
    aside = points[:, 1] - shift_x * south + shift_y * east
    range_psf = point_spread((grid[None, :] - away[:, None]) / max(view.resolution_m[0], view.spacing_m))
    azimuth_psf = point_spread((grid[:, None] - aside[None, :]) / max(view.resolution_m[1], view.spacing_m))
    core_m = float(np.hypot(away, aside).max()) + CORE_RESOLUTIONS * max(*view.resolution_m, view.spacing_m)
    core = np.abs(grid) <= core_m
    power = np.zeros((len(grid), len(grid)), dtype=np.float32)
    for _ in range(view.looks):
        amplitude = np.sqrt(points[:, 2]) * np.exp(2j * np.pi * random.random(len(points)))
        # Both point-spread functions are real: two products of real numbers are half the work of a complex one.
        for part in (amplitude.real, amplitude.imag):
            lit = azimuth_psf * part[None, :].astype(np.float32)
            power[core] += (lit[core] @ range_psf) ** 2
            power[np.ix_(~core, core)] += (lit[~core] @ range_psf[:, core]) ** 2
    if smear_m > 0:
        power = gaussian_filter1d(power, smear_m / view.spacing_m / 2, axis=0)
    return _turned(power, side, view)


def _turned(power: Array, side: int, view: View) -> Array:
    """From rows of azimuth and columns of range to the image's rows and columns."""
    look = np.radians(view.look_deg)
    centre, middle = power.shape[0] // 2, side // 2
    rows, columns = np.mgrid[:side, :side] - middle
    away = columns * np.sin(look) - rows * np.cos(look)
    aside = columns * np.cos(look) + rows * np.sin(look)
    out: Array = map_coordinates(power, np.stack([aside + centre, away + centre]), order=1)
    return out


def _blurred(patch: Array, view: View, sigma_px: float) -> Array:
    """Blurred along azimuth, taken for the nearer image axis."""
    upright = abs(np.cos(np.radians(view.flight_deg))) > 0.7
    out: Array = gaussian_filter1d(patch, sigma_px, axis=0 if upright else 1)
    return out


@cache
def _half_power() -> float:
    """Full width at half power of the weighted impulse response in units of one over the bandwidth."""
    t = np.linspace(0, 2, 20_001)
    return float(2 * t[np.argmax(_impulse(t) ** 2 < 0.5)])


def _impulse(t: NDArray[np.float64]) -> NDArray[np.float64]:
    a = HAMMING
    return (a * np.sinc(t) + (1 - a) / 2 * (np.sinc(t - 1) + np.sinc(t + 1))) / a


def point_spread(distance: NDArray[np.float64]) -> Array:
    """Amplitude of the point-spread function at a distance in resolutions (full widths at half power).

    >>> [round(float(v), 3) for v in point_spread(np.array([0.0, 0.5])) ** 2]
    [1.0, 0.5]
    """
    return _impulse(distance * _half_power()).astype(np.float32)


def _hull(vessel: Vessel, x: float, y: float, side: int, spacing_m: float) -> NDArray[np.bool_]:
    """The outline of the hull about (x, y) of a patch; the pixel in the middle where the hull is smaller than pixels."""
    rows, columns = np.ogrid[:side, :side]
    east_m, south_m = (columns + 0.5 - x) * spacing_m, (rows + 0.5 - y) * spacing_m
    angle = np.radians(vessel.heading_deg)
    along = east_m * np.sin(angle) - south_m * np.cos(angle)
    across = east_m * np.cos(angle) + south_m * np.sin(angle)
    inside: NDArray[np.bool_] = np.abs(across) <= half_beam_m(along, vessel)
    inside[int(y), int(x)] = True
    return inside
