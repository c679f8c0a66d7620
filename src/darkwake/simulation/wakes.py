"""What a moving ship leaves on the sea, as a factor on its level: the dark turbulent wake and the bright arms about it.

The wake lies at the ship's true place while her echo is shifted ("train off the track"). Arms: narrow V-wakes at a few degrees
and the Kelvin cusps at 19.5 degrees (Lyden et al. 1988, J. Geophys. Res. 93, 12293). Depths are assumed, so that some are plain
and most are faint.
"""

from __future__ import annotations

import numpy as np

from darkwake.imagery.protocol import Window
from darkwake.simulation.echoes import View
from darkwake.simulation.fields import Array, smooth_field
from darkwake.simulation.scatterers import Vessel
from darkwake.simulation.sea import Modulation, decibels
from darkwake.units import METRES_PER_SECOND_PER_KNOT

KELVIN_DEG = 19.47
"""Half the angle of the Kelvin wedge: asin(1/3)."""
LASTS_S = 300.0
"""After this time a turbulent wake has faded to 1/e, seconds (assumed; observed from minutes to an hour)."""

BEYOND_ARM = 4.0
"""So many widths of a wake from its outer arm nothing of it is left in float32: exp(-(4 - 0.5)^2 / 0.7^2)."""


def wake_reach_m(vessel: Vessel) -> float:
    """How far behind a vessel her wake is drawn: until it has faded to a twentieth."""
    return 3 * max(vessel.speed_kn, 0.1) * METRES_PER_SECOND_PER_KNOT * LASTS_S + vessel.length_m


def wake(
    vessel: Vessel, view: View, seed: int, *, dark_db: float = 4.0, arms_db: float = 2.0, narrow_deg: float = 4.0
) -> Modulation:
    """The factor of a vessel's wake on the sea's level, 1 where she has not been."""
    sine, cosine = np.sin(np.radians(vessel.heading_deg)), np.cos(np.radians(vessel.heading_deg))
    fades_m = max(vessel.speed_kn, 0.1) * METRES_PER_SECOND_PER_KNOT * LASTS_S
    width_m = max(vessel.beam_m, view.spacing_m)

    def factor(window: Window) -> Array:
        rows, columns = np.ogrid[window.y0 : window.y1, window.x0 : window.x1]
        east, south = (columns + 0.5 - vessel.x) * view.spacing_m, (rows + 0.5 - vessel.y) * view.spacing_m
        behind = -(east * sine - south * cosine) - vessel.length_m / 2
        aside = np.abs(east * cosine + south * sine)
        faded = np.where(behind > 0, np.exp(-np.maximum(behind, 0) / fades_m), 0.0)
        spread = width_m * (0.5 + 0.2 * np.sqrt(np.maximum(behind, 0) / width_m))
        total = -dark_db * np.exp(-((aside / spread) ** 2))
        for angle, share in ((narrow_deg, 1.0), (KELVIN_DEG, 0.5)):
            off = aside - np.maximum(behind, 0) * np.tan(np.radians(angle)) - width_m / 2
            total = total + share * arms_db * np.exp(-((off / (0.7 * width_m)) ** 2))
        ragged = 1 + 0.4 * smooth_field(window, 6 * width_m / view.spacing_m, seed, octaves=2)
        return decibels(total * faded * ragged)

    return factor


def lay_wake(level: Array, vessel: Vessel, view: View, window: Window, seed: int) -> None:
    """Multiply the level about a vessel by the factor of her wake, in place."""
    box = wake_box(vessel, view)
    x0, y0, x1, y1 = max(box.x0, window.x0), max(box.y0, window.y0), min(box.x1, window.x1), min(box.y1, window.y1)
    if x0 < x1 and y0 < y1:
        factor = wake(vessel, view, seed)(Window(x0, y0, x1, y1))
        level[y0 - window.y0 : y1 - window.y0, x0 - window.x0 : x1 - window.x0] *= factor


def wake_box(vessel: Vessel, view: View) -> Window:
    """The pixels about the triangle astern outside which the factor of a wake is 1."""
    reach_m, margin_m = wake_reach_m(vessel), BEYOND_ARM * max(vessel.beam_m, view.spacing_m)
    half_m = reach_m * np.tan(np.radians(KELVIN_DEG)) + margin_m
    # Ahead of and to the right of the vessel: abeam, and where the wake has faded.
    ahead, right = np.array([[0.0, -margin_m], [0.0, margin_m], [-reach_m, -half_m], [-reach_m, half_m]]).T
    sine, cosine = np.sin(np.radians(vessel.heading_deg)), np.cos(np.radians(vessel.heading_deg))
    east, south = ahead * sine + right * cosine, right * sine - ahead * cosine
    corners = np.stack([vessel.x + east / view.spacing_m, vessel.y + south / view.spacing_m], axis=1)
    (x0, y0), (x1, y1) = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int) + 1
    return Window(int(x0), int(y0), int(x1), int(y1))
