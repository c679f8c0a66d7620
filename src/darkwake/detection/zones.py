"""Zones of a radar scene from its overview: where another transmitter disturbs it, and where ghosts of bright targets fall.

Interference brightens lines of an image over tens of kilometres across range: the median of a piece of a line over the medians
of the lines around it. It is left out of the search. Only images in the radar's own geometry have such lines: a product that
does not say how it was taken may be a map, and is not marked. A breakwater of kilometres straight across the flight would be.
Ghosts (azimuth ambiguities) lie the same distance before and behind a bright target along the flight direction,
λ R PRF / (2 V) (Cumming and Wong 2005, section 5.4; Vespe and Greidanus 2012, IEEE Transactions on Geoscience and Remote
Sensing 50(7)); what is found there is doubtful, not excluded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from darkwake.detection.grid import Grid
from darkwake.imagery.protocol import Product

PIECE_M, STREAK_M = 10_000.0, 2_000.0
"""Lines are compared in pieces of 10 km; what is brighter over more than 2 km along the flight is no interference."""

LEAST_DB, LEAST_NOISES = 1.5, 6.0
"""A piece of a line is disturbed from 1.5 dB and six deviations over the lines around (assumed)."""

LEAST_SEA = 0.25
"""Share of a piece that has to be sea."""

GHOST_DB = 20.0
"""Cells so far over the sea have ghosts worth a doubt: ambiguities lie 20 to 30 dB below their targets (assumed)."""

GHOST_M = 500.0
"""Around the place where a ghost is expected: the size of the largest ships and the error of the distance."""

FAINTER_DB = 18.0
"""A ghost's peak lies at least so far under its target's (assumed: 20 dB and more, less what speckle adds)."""

ALONG_M, ACROSS_M = 250.0, 120.0
"""How far from where it is expected an object may lie that is taken for a ghost: half a large ship, and the error of the
distance (assumed)."""

WAVELENGTH_M = 299_792_458.0 / 5.405e9
"""Of Sentinel-1."""

PULSES_HZ = ((36.2, 1717.129), (41.4, 1451.627), (90.0, 1685.817))
"""Pulses a second of IW's three swaths, each up to an incidence in degrees (product annotation of Sentinel-1A, 2022)."""


def interference(decibel: NDArray[np.float32], sea: NDArray[np.bool_], cell_m: float) -> NDArray[np.bool_]:
    """Cells in disturbed pieces of lines; ``decibel`` are levels of cells."""
    wide, around = max(1, round(PIECE_M / cell_m)), 2 * max(1, round(STREAK_M / cell_m)) + 1
    disturbed = np.zeros(sea.shape, np.bool_)
    if sea.shape[0] < around:
        return disturbed
    # A rest narrower than half a piece goes with the last: a few columns of coast are no line of an image.
    for left in range(0, max(sea.shape[1] - wide // 2, 1), wide):
        part = slice(left, left + wide if left + wide + wide // 2 < sea.shape[1] else None)
        disturbed[:, part] = disturbed_lines(decibel[:, part], sea[:, part], around)[:, np.newaxis]
    return disturbed & sea


def disturbed_lines(decibel: NDArray[np.float32], sea: NDArray[np.bool_], around: int) -> NDArray[np.bool_]:
    """Which lines of a piece are brighter than those around."""
    enough = sea.mean(axis=1) >= LEAST_SEA
    if enough.sum() < around:
        return np.zeros(len(enough), np.bool_)
    level = np.nanmedian(np.where(sea[enough], decibel[enough], np.nan), axis=1)
    over = level - ndimage.median_filter(level, around, mode="nearest")
    noise = 1.4826 * float(np.median(np.abs(over)))
    found = np.zeros(len(enough), np.bool_)
    found[np.flatnonzero(enough)] = over > max(LEAST_DB, LEAST_NOISES * noise)
    return found


def ghosts(product: Product, decibel: NDArray[np.float32], sea_db: float, grid: Grid, cell_px: int) -> NDArray[np.bool_]:
    """Cells where ghosts of bright targets and of bright land fall; none where it is not known how the scene was taken."""
    zone = np.zeros(decibel.shape, np.bool_)
    if not throws_ghosts(product):
        return zone
    rows, columns = np.nonzero(decibel >= sea_db + GHOST_DB)
    if not rows.size:
        return zone
    x, y = (np.asarray((at + 0.5) * cell_px, np.float64) for at in (columns, rows))
    across, along = ghost_step_px(product, x, y)
    high, wide = decibel.shape
    for sign in (1.0, -1.0):
        column, row = ((at + sign * step) // cell_px for at, step in ((x, across), (y, along)))
        inside = (row >= 0) & (row < high) & (column >= 0) & (column < wide)
        zone[row[inside].astype(np.int64), column[inside].astype(np.int64)] = True
    reach = max(1, round(GHOST_M / (cell_px * grid.spacing_m)))
    return np.asarray(ndimage.binary_dilation(zone, np.ones((3, 3), np.bool_), iterations=reach))


def ghost_sources(
    product: Product, x: NDArray[np.int64], y: NDArray[np.int64], decibel: NDArray[np.float64]
) -> NDArray[np.int64]:
    """The object of which each may be the azimuth ghost, the brightest of several; -1 for none.

    Small bright ships are lost in the cells of an overview, so objects are compared with one another.
    """
    found = np.full(len(x), -1, np.int64)
    bright = np.flatnonzero(decibel >= decibel.min(initial=np.inf) + FAINTER_DB)
    if not throws_ghosts(product) or not bright.size:
        return found
    steps = ghost_step_px(product, *((at[bright] + 0.5).astype(np.float64) for at in (x, y)))
    axes = product.axes_m(float(np.mean(x)), float(np.mean(y)))
    order = np.argsort(decibel[bright], kind="stable")
    for source, step in zip(bright[order], steps.T[order], strict=True):
        ahead = step @ axes / max(float(np.hypot(*(step @ axes))), 1e-9)
        for sign in (1.0, -1.0):
            off = np.stack([x - x[source] - sign * step[0], y - y[source] - sign * step[1]], axis=1) @ axes
            along, across = np.abs(off @ ahead), np.abs(off @ [-ahead[1], ahead[0]])
            found[(along <= ALONG_M) & (across <= ACROSS_M) & (decibel <= decibel[source] - FAINTER_DB)] = source
    return found


def throws_ghosts(product: Product) -> bool:
    """Whether it is known where the ghosts of a product fall."""
    return product.acquisition is not None and (product.about.platform or "").upper().startswith(("S1", "SENTINEL-1"))


def ghost_step_px(product: Product, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns and rows from targets to their ghosts ahead in flight."""
    acquisition = product.acquisition
    if acquisition is None:
        return np.full((2, len(x)), np.nan)
    incidence = acquisition.incidence_deg(x, y)
    ends, rates = np.array(PULSES_HZ).T
    pulses = rates[np.minimum(np.searchsorted(ends, incidence), len(rates) - 1)]
    metres = WAVELENGTH_M * acquisition.slant_range_m(x, y) * pulses / (2.0 * acquisition.velocity_m_s)
    flight = np.radians(acquisition.flight_deg(x, y))
    axes = product.axes_m(float(np.mean(x)), float(np.mean(y)))
    return np.asarray(np.linalg.solve(axes.T, metres * np.stack([np.sin(flight), np.cos(flight)])))
