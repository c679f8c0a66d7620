"""Radar: tests on pixels and windows with a constant false-alarm rate under the K law.

    cells: mean and variance of the ring (``sea.py``)  ─►  one comparison of each pixel: seeds
    around seeds alone: surprises (``clutter.py``)  ─►  sums over windows (``windows.py``)  ─►  hits

The rate that is asked for is the expected number of separate detections per searched pixel of clutter, over all windows and
bands. It is stated for calibrated intensities; a grey picture, whose scale is unknown, is searched by the same rules without
the promise. The mean and the variance come from the ring, the looks and the correlation from the scene (``survey.py``).

Source: Crisp 2004, The state of the art in ship detection in SAR imagery, DSTO-RR-0272, sections 5.2 and 5.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from darkwake.detection.clutter import law_of, variances
from darkwake.detection.grid import Grid, whole_cells
from darkwake.detection.hits import Hits, merged
from darkwake.detection.parameters import SearchParameters
from darkwake.detection.passing import passing
from darkwake.detection.sea import Sea, SeaSums, around, sea_cells
from darkwake.detection.searched import Need, needed
from darkwake.detection.survey import CLIPPED, Clutter, clutter_of, inflations_together
from darkwake.detection.windows import (
    LEAST_SEED,
    PAIR,
    SEED_LEVEL,
    SEED_TOGETHER,
    Trials,
    families,
    surprise_of,
    tests_of,
    trials_of,
)
from darkwake.imagery.protocol import Pixels

FLOORS = {"linear": 1e-5, "db": 1e-5, "dn": 1.0, "grey": 6.0, "reflectance": 1e-4}
"""Least standard deviation of the sea (-50 dB; a few grey levels): nothing quieter is measured, rounding and clipping are."""

Places = NDArray[np.int64]

BLACK = 25.5
"""A grey picture with much black in its sea was clipped: the sea may be as bright as this grey value, and it is
taken for it that mean and deviation reach it together (assumed: a tenth of the range)."""

STRIP_PX = 64
"""Rows that are worked on at a time, so that they stay in the processor's cache."""

SEEDS = 512
"""Seeds that are worked on at a time: their sums (1 MiB) stay in the processor's cache, and memory does not follow a coast."""

WEIGHED = 10**0.04
"""A ship needs 0.4 dB more for a sum of weights than for a plain sum of the same limit, which her power is worked out for:
0.2 to 0.5 dB were counted on speckle like Sentinel-1's for any sea, rate and bar, up to 0.9 where pixels are independent
(``benchmarks/false_alarms.py --needs``)."""

UNEVEN = 1.5
"""A ring whose cells differ so many times more than the scene's is uneven (six deviations of an even ring's own scatter)."""


@dataclass(frozen=True)
class Band:
    """One polarisation of a window made ready: values (0 where there is no sea), the sea by cell, what the scene said of it."""

    values: NDArray[np.float32]
    sea: Sea
    row: NDArray[np.int64]
    clutter: Clutter
    cell_px: int

    def surprise(self, y: Places, x: Places, cells: tuple[Places, Places] | None = None) -> NDArray[np.float64]:
        """Surprise of pixels in the seas of some cells, or in their own; 0 outside the window and off the sea."""
        rows, columns = self.values.shape
        whole = not y.size or bool(min(y.min(), x.min()) >= 0 and y.max() < rows and x.max() < columns)
        inside = None if whole else (y >= 0) & (y < rows) & (x >= 0) & (x < columns)
        y, x = (y, x) if inside is None else (np.where(inside, y, 0), np.where(inside, x, 0))
        at = cells or (y // self.cell_px, x // self.cell_px)
        deviations = (self.values.ravel().take(y * columns + x) - self.sea.mean[at]) / self.sea.deviation[at]
        found = law_of(self.clutter.looks).surprise(deviations, self.row[at]) * self.sea.known[at]
        return found if inside is None else np.where(inside, found, 0.0)

    def limits(self, deviations: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values so many deviations (by row of the table) over the mean, by cell; infinite where the sea is not known."""
        return np.where(self.sea.known, self.sea.mean + self.sea.deviation * deviations[self.row], np.inf)

    def seed_deviations(self, surprise: float) -> NDArray[np.float64]:
        """Deviations from which pixels are seeds, by row: of such a surprise, or in rough seas of a level (``windows.py``)."""
        law = law_of(self.clutter.looks)
        rough = np.maximum(law.deviations(min(LEAST_SEED, surprise)), (SEED_LEVEL - 1.0) / np.sqrt(variances()))
        return np.minimum(law.deviations(surprise), rough)


def smoothing_px(grid: Grid, search: SearchParameters) -> int:
    """Side of the averaging square in pixels, odd; 1 where the pixels are coarse enough."""
    return max(1, round((grid.px(search.smoothing_m) - 1) / 2) * 2 + 1)


def smoothed(values: NDArray[np.float32], valid: NDArray[np.bool_], side: int) -> NDArray[np.float32]:
    """Mean over the valid pixels of a square."""
    if side == 1:
        return values
    total = ndimage.uniform_filter(values, side, mode="constant")
    share = ndimage.uniform_filter(valid.astype(np.float32), side, mode="constant")
    return np.where(valid, total / np.maximum(share, np.float32(1e-6)), np.float32(0))


@dataclass(frozen=True)
class Seen:
    """What the search of a window gave: hits (places relative to it), which pixels were searched, what was asked of a ship.

    ``needs``: for each band, what its tests ask of the cells; infinite where they were not searched.
    """

    hits: Hits
    searched: NDArray[np.bool_]
    needs: list[list[Need]]


def search_radar(
    pixels: Pixels,
    land: NDArray[np.bool_],
    grid: Grid,
    search: SearchParameters,
    radiometry: str,
    clutter: Sequence[Clutter] = (),
) -> tuple[Hits, NDArray[np.bool_]]:
    """Hits of a window and which pixels were searched; see :func:`search_window`."""
    seen = search_window(pixels, land, grid, search, radiometry, clutter)
    return seen.hits, seen.searched


def search_window(
    pixels: Pixels,
    land: NDArray[np.bool_],
    grid: Grid,
    search: SearchParameters,
    radiometry: str,
    clutter: Sequence[Clutter] = (),
    *,
    weigh: bool = False,
) -> Seen:
    """Search a window.

    Args:
        pixels: bands of intensities, from a whole cell on.
        land: by cell of the window, what is not searched: land, disturbed sea.
        grid: the scene's cut.
        search: the parameters.
        radiometry: what the pixels are; it fixes the floor of the deviation.
        clutter: what the scene's sample said, by band; taken from these pixels where it is not given.
        weigh: whether to tell what the tests ask of a ship.
    """
    sea_px = whole_cells(pixels.valid, grid.cell_px)
    left_out = land | near_nodata(sea_px, grid, search.border_m)
    if left_out.any():
        sea_px = sea_px & ~spread(left_out, grid.cell_px)
    side = smoothing_px(grid, search)
    bands, needs = [], []
    searched = np.zeros(sea_px.shape, np.bool_)
    for number, values in enumerate(pixels.values):
        even = whole_cells(smoothed(values, pixels.valid, side), grid.cell_px)
        told = clutter[number] if clutter else clutter_of([(even, sea_px)], grid.spacing_m, stride=side)
        band = band_of(even, sea_px, grid, radiometry, told)
        bands.append(band)
        searched |= sea_px if band.sea.known.all() else sea_px & spread(band.sea.known, grid.cell_px)
        if weigh:
            rate = search.false_alarm_rate / tests_of(len(pixels.values))
            needs.append(needs_of(band, trials_of(families(grid.spacing_m * side), rate, told.inflations)))
    return Seen(merged(hits_of(bands, grid, search, side)), searched, needs)


def hits_of(bands: Sequence[Band], grid: Grid, search: SearchParameters, stride: int) -> list[Hits]:
    """What stands out of each band; where there are two, what stands out of both together stands out of each."""
    rate, tested = search.false_alarm_rate / tests_of(len(bands)), families(grid.spacing_m * stride)
    bright = [bright_px(band, grid, search, trials_of(tested, rate, band.clutter.inflations), stride) for band in bands]
    together = np.zeros(0, np.int64)
    if len(bands) == PAIR:
        trials = trials_of(tested, rate, inflations_together([band.clutter for band in bands]), channels=PAIR)
        together = np.setdiff1d(pair_px(bands, np.concatenate([one.seeds for one in bright]), trials, stride), bright[0].strong)
        together = np.setdiff1d(together, bright[1].strong)
    return [_hits(band, one, together, 1 << number) for number, (band, one) in enumerate(zip(bands, bright, strict=True))]


def near_nodata(valid: NDArray[np.bool_], grid: Grid, border_m: float) -> NDArray[np.bool_]:
    """Cells near an area without data, for the edge of a swath is dark and uneven; single cells without data are no edge."""
    if valid.all() or border_m <= 0:
        return np.zeros((valid.shape[0] // grid.cell_px, valid.shape[1] // grid.cell_px), np.bool_)
    empty = _cells(valid.astype(np.float32), grid.cell_px) == 0
    area = ndimage.binary_opening(np.pad(empty, 1, mode="edge"), np.ones((3, 3), np.bool_))[1:-1, 1:-1]
    reach = min(round(border_m / (grid.cell_px * grid.spacing_m)), grid.ring)
    return np.asarray(ndimage.binary_dilation(area, np.ones((3, 3), np.bool_), iterations=reach)) if reach else area


def needs_of(band: Band, trials: Trials) -> list[Need]:
    """What the tests in a line ask of each cell: the mean over their pixels that a ship passes with the chance asked for."""
    found = []
    for trial in trials.tests:
        if trial.family.straight and trial.family.linear:
            pixels = trial.family.pixels
            limit = float(surprise_of(trial.scaled(np.ones(1))[0] / pixels)[0])
            looks = band.clutter.looks * pixels / min(trial.inflation, pixels)
            value = band.limits(law_of(band.clutter.looks).deviations(limit))
            more = WEIGHED if pixels > 1 else 1.0
            found.append(Need(pixels, more * needed(value, looks), band.sea.mean))
    return found


def band_of(values: NDArray[np.float32], sea_px: NDArray[np.bool_], grid: Grid, radiometry: str, clutter: Clutter) -> Band:
    """A band with the sea around each of its cells."""
    floor = FLOORS[radiometry]
    whole = bool(sea_px.all())
    # In one piece, so that places are looked up without a copy each time.
    values = np.ascontiguousarray(values) if whole else np.where(sea_px, values, np.float32(0))
    sums = sea_sums(values, None if whole else sea_px, grid.cell_px)
    kept = sums.only(sea_cells(sums, floor))
    level = max(clutter.level, floor)
    sea = around(kept, guard=grid.guard, ring=grid.ring, cell_px=grid.cell_px, level=level)
    short = np.maximum(BLACK - sea.mean - sea.deviation, 0.0) if radiometry == "grey" and clutter.black > CLIPPED else 0.0
    deviation = np.maximum(sea.deviation + short / 2, max(floor, float(np.finfo(np.float32).tiny)))
    mean = np.maximum(sea.mean + short / 2, floor)
    row = law_of(clutter.looks).row((deviation / mean) ** 2)
    return Band(values, Sea(mean, deviation, sea.between, sea.known), row, clutter, grid.cell_px)


@dataclass(frozen=True)
class Bright:
    """Flat indices of a band's pixels: seeds, those in windows that pass, those above the lower threshold."""

    seeds: Places
    strong: Places
    grown: Places


def bright_px(band: Band, grid: Grid, search: SearchParameters, trials: Trials, stride: int) -> Bright:
    """What stands out of one band."""
    growth = -float(np.log(max(search.growth_rate, search.false_alarm_rate)))
    seed, grown = band.seed_deviations(trials.seed), law_of(band.clutter.looks).deviations(growth)
    bright = above(band.values, band.limits(np.minimum(seed, grown)), grid.cell_px)
    y, x = np.divmod(bright, band.values.shape[1])
    cells = y // band.cell_px, x // band.cell_px
    deviations, row = (band.values[y, x] - band.sea.mean[cells]) / band.sea.deviation[cells], band.row[cells]
    seeds = deviations > seed[row]
    return Bright(bright[seeds], strong_px([band], y[seeds], x[seeds], trials, stride), bright[deviations > grown[row]])


def pair_px(bands: Sequence[Band], seeds: Places, trials: Trials, stride: int) -> Places:
    """Flat indices of the pixels in windows that pass in two bands together, around the seeds of either."""
    y, x = np.divmod(np.unique(seeds), bands[0].values.shape[1])
    hopeful = np.sum([band.surprise(y, x) for band in bands], axis=0) > SEED_TOGETHER
    return strong_px(bands, y[hopeful], x[hopeful], trials, stride)


def strong_px(bands: Sequence[Band], y: Places, x: Places, tests: Trials, stride: int) -> Places:
    """Flat indices of the pixels in windows that pass, in one band or in all of some together."""
    height, width = bands[0].values.shape
    found = np.zeros(height * width, np.bool_)
    for begin in range(0, len(y), SEEDS):
        rows, columns = _passing(bands, y[begin : begin + SEEDS], x[begin : begin + SEEDS], tests, stride)
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        found[rows[inside] * width + columns[inside]] = True
    return np.flatnonzero(found)


def _passing(bands: Sequence[Band], y: Places, x: Places, tests: Trials, stride: int) -> tuple[Places, Places]:
    """Rows and columns around some seeds; the sea of the seed is that of its window, too."""
    cells = y // bands[0].cell_px, x // bands[0].cell_px
    between = [np.maximum(band.sea.between[cells] / band.clutter.between - (UNEVEN - 1.0), 1.0) for band in bands]

    def at(rows: Places, columns: Places) -> NDArray[np.float64]:
        return np.stack([band.surprise(rows, columns, cells) for band in bands])

    return passing(y, x, at, tests, np.mean(between, axis=0), stride)


def _hits(band: Band, bright: Bright, together: Places, bit: int) -> Hits:
    """Hits of a band; what passes only with another band's help is named after this one where it is a seed."""
    flat = np.union1d(np.union1d(bright.grown, bright.strong), together)
    rows, columns = np.divmod(flat, band.values.shape[1])
    at = rows // band.cell_px, columns // band.cell_px
    alone, helped = (np.isin(flat, part, assume_unique=True) for part in (bright.strong, together))
    named = alone | (helped & (band.surprise(rows, columns) >= LEAST_SEED)) if len(together) else alone
    value = band.values[rows, columns].astype(np.float64)
    bits = np.where(named, np.uint8(bit), np.uint8(0)).astype(np.uint8)
    return Hits(rows, columns, value, band.sea.mean[at], band.sea.deviation[at], alone | helped, bits)


def spread(cells: NDArray[np.bool_], cell_px: int) -> NDArray[np.bool_]:
    """Cells as pixels."""
    return cells.repeat(cell_px, axis=0).repeat(cell_px, axis=1) if cell_px > 1 else cells


def sea_sums(values: NDArray[np.float32], sea_px: NDArray[np.bool_] | None, cell_px: int) -> SeaSums:
    """Sums over the sea pixels of each cell, a strip at a time; None stands for sea throughout."""
    shape = values.shape[0] // cell_px, values.shape[1] // cell_px
    total, squares = np.empty(shape), np.empty(shape)
    step = max(1, STRIP_PX // cell_px)
    for row in range(0, shape[0], step):
        strip = values[row * cell_px : (row + step) * cell_px]
        total[row : row + step] = _cells(strip, cell_px)
        squares[row : row + step] = _cells(np.square(strip), cell_px)
    if sea_px is None:
        return SeaSums(np.full(shape, float(cell_px**2)), total, squares)
    return SeaSums(_cells(sea_px.astype(np.float32), cell_px).astype(np.float64), total, squares)


def _cells(values: NDArray[np.float32], cell_px: int) -> NDArray[np.float32]:
    """Sums over cells in float32: a cell holds too few pixels to lose more than its last digit."""
    rows = values.reshape(-1, cell_px, values.shape[1])
    down = rows[:, 0].copy()
    for n in range(1, cell_px):
        down += rows[:, n]
    across = down[:, ::cell_px].copy()
    for n in range(1, cell_px):
        across += down[:, n::cell_px]
    return across


def above(values: NDArray[np.float32], limits: NDArray[np.float64], cell_px: int) -> NDArray[np.int64]:
    """Flat indices of the pixels above the limit of their cell."""
    found, width = [], values.shape[1]
    step = max(1, STRIP_PX // cell_px)
    for row in range(0, limits.shape[0], step):
        limit = limits[row : row + step].astype(np.float32).repeat(cell_px, axis=1)
        strip = values[row * cell_px : (row + step) * cell_px].reshape(-1, cell_px, width)
        found.append(np.flatnonzero(strip > limit[:, np.newaxis, :]) + row * cell_px * width)
    return np.concatenate(found) if found else np.zeros(0, np.int64)
