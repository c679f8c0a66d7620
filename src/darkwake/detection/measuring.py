"""A ship in a radar chip, measured: length, beam and heading, each with a 90 % interval, or why not.

The chip may be cut anyhow around the ship and padded with zeros or NaN: the answer comes from a fixed neighbourhood of the
ship alone (``measuring_object``). Numbers of her shape (``measuring_shape``) become metres through relations learned on
AIS-matched Sentinel-1 ships (``lengths``). Other pixel sizes are scaled to those of Sentinel-1 IW GRDH, and their intervals
widened. It is not a detector: the brightest object near the middle is measured, be it ship, buoy or platform.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from darkwake.detection.lengths import SHORTEST_M, Size, size_of
from darkwake.detection.measuring_object import LONGEST, WIDEST, Seen, see
from darkwake.detection.measuring_shape import Shape, shape_of
from darkwake.detection.measuring_window import CELL, Array, Grid, Mask, brightness, climbed, seed
from darkwake.detection.pairs import SURE, chance_of_two
from darkwake.errors import InputError

Scale = Literal["linear", "db", "amplitude"]

AS_IT_IS = (7.0, 14.0)
"""Pixels of this size, square to a tenth, are measured as they are, metres; all others on a grid."""
FINE_STEPS = (3.0, 5.0, CELL)
"""Grids for finer images, metres: the first on which the ship is no longer than ``FINE_CELLS``."""
FINE_CELLS = 30.0
COARSEST = 30.0
"""Coarser pixels than this are scaled to it: the coarsest for which there is a relation."""
OTHER_SENSOR = 1.4
"""Intervals of images scaled from other pixel sizes are wider by this factor (assumed: there is no truth to fit it on)."""
AXIS_90_DEG, AXIS_AT_CELLS, AXIS_LONG_CELLS = 30.8, 10.0, 20.0
"""Nine in ten axes of ships of ten cells lie within so many degrees of the heading in AIS (``training/lengths_axis.py``), of
longer ones in proportion less, up to twenty cells."""
NINETY = 1.645
"""Deviations from the middle to either end of a 90 % interval of a normal distribution."""
TOO_MUCH_DB = 6.0
"""An object that is still larger than a ship this far over its level is joined to something else."""
TWO_ABREAST = 20.0
"""Deviation of the amplitude across the axis beyond which no single hull reaches: that of 232 real ships is at most 18.6."""
UNDER_ARM = 0.5
"""Share of the peak that side lobes of another echo may explain."""
FAINT_DB = 5.0
ROUND = 1.15
"""An object whose spread along is less than so many times that across has no axis."""
ANCHORS = 4
"""So many times the cells are laid anew from a brighter place of the same object."""
ABREAST_WIDEST, ABREAST_LONG = 160.0, 1.4
"""Two hulls abreast (simulated: 200 m, gaps of 5 to 30 m) spread 100 to 154 m across and 1.5 to 2.4 times that along."""
TWO_HULLS = "two hulls together, or one beside something of her length"
NOTHING = "nothing stands out from the sea"
NEVER_NEGATIVE = {"linear": "power", "amplitude": "an amplitude"}
DIRTY_SHARE = 0.02
"""Share of negative values up to which linear power may have had noise subtracted."""


@dataclass(frozen=True)
class ChipMeasurement:
    """What a chip says of its ship; metres and degrees, None where it cannot be said.

    ``heading_deg`` runs clockwise from the chip's up direction, 0 to 180, for bow and stern are not told apart: of ships under
    way the lighter end is the bow in two of three, a dark line behind says nothing, and neither comes near nine in ten
    (``benchmarks/lengths.py``, ``bow``). ``bow_deg`` is the heading proper where it is known, which is nowhere yet. ``lo`` and
    ``hi`` are the ends of 90 % intervals, ``heading_within_deg`` is half the width of one. ``unmeasured`` is the reason where
    there is no length. ``row`` and ``column`` are the middle of the brightest pixel or cell that was taken. ``looked_at`` is
    all that was looked at around it: first and last row, first and last column. A chip cut elsewhere gives the same to the last
    bit as long as it holds that box (which may reach beyond a small chip) and the same object is meant.
    """

    length_m: float | None
    length_lo: float | None
    length_hi: float | None
    beam_m: float | None
    beam_lo: float | None
    beam_hi: float | None
    heading_deg: float | None
    heading_within_deg: float | None
    bow_deg: float | None
    unmeasured: str | None
    notes: tuple[str, ...]
    row: float | None = None
    column: float | None = None
    looked_at: tuple[int, int, int, int] | None = None
    two_hulls: float | None = None
    """Chance that it is two hulls side by side (``pairs.py``); None where the pixels are too fine, too coarse or too few."""

    def chance_longer(self, least_m: float) -> float:
        """The chance that she is longer than this, the interval taken for a normal one; 1 where her length is not known.

        >>> from dataclasses import replace
        >>> round(replace(nothing(""), length_m=20.0, length_lo=4.0, length_hi=36.0).chance_longer(15.0), 2)
        0.7
        """
        if self.length_m is None or self.length_lo is None or self.length_hi is None:
            return 1.0
        sd = max((self.length_hi - self.length_lo) / (2.0 * NINETY), 1e-9)
        return 0.5 * math.erfc((least_m - self.length_m) / (sd * math.sqrt(2.0)))

    def __repr__(self) -> str:
        """One line for a notebook."""
        notes = f" ({'; '.join(self.notes)})" if self.notes else ""
        if self.length_m is None or self.beam_m is None:
            return f"ChipMeasurement: not measurable, {self.unmeasured}{notes}"
        heading = "" if self.heading_deg is None else f", axis {self.heading_deg:.0f}° ± {self.heading_within_deg:.0f}°"
        length = f"length {self.length_m:.0f} m ({self.length_lo:.0f} to {self.length_hi:.0f})"
        return f"ChipMeasurement: {length}, beam {self.beam_m:.0f} m ({self.beam_lo:.0f} to {self.beam_hi:.0f}){heading}{notes}"


@dataclass(frozen=True)
class Placed:
    """Where cells lie: the anchor's pixel, pixels in a cell (row, column), and metres in one of the model's."""

    anchor: tuple[int, int]
    stride: tuple[float, float]
    factor: float

    def at(self, seen: Seen) -> tuple[float, float]:
        """Row and column of an object's brightest cell."""
        row, column = (self.anchor[n] + (seen.origin[n] + seen.peak[n]) * self.stride[n] for n in (0, 1))
        return row, column

    def box(self, seen: Seen) -> tuple[int, int, int, int]:
        """First and last row, first and last column of the pixels that were looked at."""
        ends = []
        for n in (0, 1):
            first, last = seen.origin[n], seen.origin[n] + seen.valid.shape[n] - 1
            more = 0 if self.stride[n] == 1.0 else math.ceil(self.stride[n] / 2) + 1
            ends += [
                math.floor(self.anchor[n] + first * self.stride[n]) - more,
                math.ceil(self.anchor[n] + last * self.stride[n]) + more,
            ]
        return ends[0], ends[1], ends[2], ends[3]


def measure_chip(
    array: ArrayLike,
    spacing_m: float | tuple[float, float],
    polarisations: tuple[str, ...] | list[str] | str = ("VV",),
    *,
    scale: Scale = "linear",
    middle: tuple[float, float] | None = None,
) -> ChipMeasurement:
    """Measure the ship in the middle of a radar chip.

    Args:
        array: (rows, columns) or (rows, columns, bands); zeros in blocks and NaN are pixels that are not there.
        spacing_m: size of a pixel on the ground, one number or (row, column).
        polarisations: a name for each band.
        scale: whether values are linear power (sigma nought, or anything in proportion to it), dB, or amplitudes.
        middle: row and column near which the ship is sought; the middle of what is there by default.

    >>> sea = np.random.default_rng(1).gamma(4.4, 0.01 / 4.4, (64, 64))
    >>> measure_chip(sea * 0 + 0.01, 10.0).unmeasured
    'nothing stands out from the sea'
    """
    power, valid, spacing = _checked(array, spacing_m, polarisations, scale)
    return measured_power(power, valid, spacing, middle or _middle(valid))


def shape_in_chip(array: ArrayLike, spacing_m: float | tuple[float, float], polarisations: tuple[str, ...]) -> Shape | str:
    """The numbers behind a measurement, or why there is none: for fitting the relations."""
    power, valid, spacing = _checked(array, spacing_m, polarisations, "linear")
    found = _see(power, valid, spacing, _middle(valid), _grids(spacing)[-1])
    if found is None:
        return NOTHING
    shape = shape_of(found[0])
    return unmeasured(found[0], shape, math.sqrt(spacing[0] * spacing[1]) / found[1].factor) or shape


def shape_and_object(
    array: ArrayLike, spacing_m: float | tuple[float, float], polarisations: tuple[str, ...]
) -> tuple[Seen, Shape] | None:
    """The object of a chip and its numbers, measurable or not; None where nothing stands out."""
    power, valid, spacing = _checked(array, spacing_m, polarisations, "linear")
    found = _see(power, valid, spacing, _middle(valid), _grids(spacing)[-1])
    return None if found is None else (found[0], shape_of(found[0]))


def _middle(valid: Mask) -> tuple[float, float]:
    """Middle of what is there, so that padding does not move it."""
    ends = [np.flatnonzero(valid.any(axis=axis)) for axis in (1, 0)]
    row, column = (float(places[0] + places[-1]) / 2 if len(places) else 0.0 for places in ends)
    return row, column


def measured_power(
    power: Array, valid: Mask, spacing: tuple[float, float], middle: tuple[float, float], *, stretched: bool = False
) -> ChipMeasurement:
    """Measure in checked power (bands, rows, columns) with its mask.

    ``stretched``: a picture whose grey values follow power by an unknown law. Widths below a peak are then not what the chance
    of two hulls was learned on (single ships of 8-bit pictures in decibels come out wide), so it is not told.
    """
    grids = _grids(spacing)
    for step in grids:
        found = _see(power, valid, spacing, middle, step)
        if found is None:
            return nothing(NOTHING)
        seen, placed = found
        shape = shape_of(seen)
        if shape["object"] <= FINE_CELLS * CELL or step == grids[-1]:
            return _told(seen, shape, spacing, placed, stretched=stretched)
    return nothing(NOTHING)


def nothing(why: str) -> ChipMeasurement:
    """A measurement without numbers."""
    return ChipMeasurement(None, None, None, None, None, None, None, None, None, why, ())


def _told(seen: Seen, shape: Shape, spacing: tuple[float, float], placed: Placed, *, stretched: bool) -> ChipMeasurement:
    (row, column), factor = placed.at(seen), placed.factor
    pixel = math.sqrt(spacing[0] * spacing[1])
    coarse, usual = pixel > AS_IT_IS[1], AS_IT_IS[0] <= pixel <= AS_IT_IS[1]
    notes: tuple[str, ...] = (
        () if usual else (f"pixels of {pixel:.3g} m: the relation for 10 m was scaled, intervals are wider",)
    )
    if seen.absent > 0:
        notes += (f"{seen.absent:.0%} of what is looked at around a ship lies beyond the image or has no data",)
    two = chance_of_two(seen, shape) if usual and not seen.cut and not stretched else None
    told = replace(nothing(""), notes=notes, row=row, column=column, looked_at=placed.box(seen), two_hulls=two)
    why = unmeasured(seen, shape, pixel / factor) or (TWO_HULLS if two is not None and two >= SURE else None)
    if why:
        return replace(told, unmeasured=why)
    wider = (1.0 if usual else OTHER_SENSOR) * (1.0 + seen.absent)
    length, beam = size_of(shape, pixel / factor if coarse else CELL, factor, wider)
    if length.value <= SHORTEST_M * min(factor, 1.0):
        return replace(told, unmeasured=f"too few pixels: shorter than {length.high:.0f} m, nine times in ten")
    told = replace(told, unmeasured=None, **_named("length", length), **_named("beam", beam))
    if shape["along_sd"] < ROUND * shape["across_sd"]:
        return told
    within = min(axis_within_deg(length.value, factor, AXIS_90_DEG), 90.0)
    return replace(told, heading_deg=_true_axis(shape.axis_deg), heading_within_deg=within)


def axis_within_deg(length_m: float, factor: float, at_ten_cells: float) -> float:
    """Half the width of the interval of an axis; ``factor`` is true metres in a metre of the model.

    >>> [round(axis_within_deg(length, 1.0, 30.0), 1) for length in (50.0, 100.0, 300.0)]
    [60.0, 30.0, 15.0]
    """
    cells = min(max(length_m / factor / CELL, 1.0), AXIS_LONG_CELLS)
    return at_ten_cells * AXIS_AT_CELLS / cells


def unmeasured(seen: Seen, shape: Shape, pixel: float) -> str | None:
    """Why an object cannot be measured (its pixels in metres of the model); None where it can."""
    if shape["peak_db"] < FAINT_DB:
        return NOTHING
    if seen.cut:
        return "cut by the edge of the image"
    if seen.arm > UNDER_ARM:
        return "inside the side lobes of another echo"
    if seen.raised_db > TOO_MUCH_DB:
        return TWO_HULLS if two_hulls(seen) else "joined to land, a quay or other hulls: larger than any ship"
    if shape["amplitude_across_sd"] > TWO_ABREAST + max(pixel - CELL, 0.0) / 2:
        return TWO_HULLS
    return None


def two_hulls(seen: Seen) -> bool:
    """Whether an object is as long as a ship, and as wide as two side by side: it may also be a hull beside a quay."""
    long, wide = seen.spread
    return seen.raised_db > TOO_MUCH_DB and long <= LONGEST and WIDEST < wide <= ABREAST_WIDEST and long >= ABREAST_LONG * wide


def _true_axis(axis_deg: float) -> float:
    return round(axis_deg, 1) % 180.0


def _named(what: str, size: Size) -> dict[str, Any]:
    ends = {"m": size.value, "lo": size.low, "hi": size.high}
    return {f"{what}_{end}": round(value, 1) for end, value in ends.items()}


def _grids(spacing: tuple[float, float]) -> tuple[float, ...]:
    """Cell sizes to be tried, metres; 0 for the pixels as they are."""
    low, high = min(spacing), max(spacing)
    if low >= AS_IT_IS[0] and high <= AS_IT_IS[1] and high < 1.1 * low:
        return (0.0,)
    if high > AS_IT_IS[1]:
        return (CELL * max(1.0, math.sqrt(low * high) / COARSEST),)
    return tuple(step for step in FINE_STEPS if step >= high) or (CELL,)


def _see(
    power: Array, valid: Mask, spacing: tuple[float, float], middle: tuple[float, float], step: float
) -> tuple[Seen, Placed] | None:
    """The object on cells of ``step`` metres (0: the pixels), and where its cells lie."""
    if not valid.any():
        return None
    stride = (1.0, 1.0) if step == 0.0 else (step / spacing[0], step / spacing[1])
    pixel = math.sqrt(spacing[0] * spacing[1])
    factor, coarse = (pixel, CELL) if step == 0.0 else (step, pixel / step * CELL)
    grid = Grid(power, valid, stride)
    bright = brightness(grid)
    anchor = seed(bright, grid, middle)
    found = see(grid, anchor, coarse)
    for _ in range(ANCHORS):
        if found is None:
            return None
        placed = Placed(anchor, stride, factor / CELL)
        other = climbed(bright, stride, _within(placed.at(found), valid.shape))
        if bright[other] <= bright[anchor]:
            return found, placed
        anchor = other
        found = see(grid, anchor, coarse)
    return None if found is None else (found, Placed(anchor, stride, factor / CELL))


def _within(at: tuple[float, float], shape: tuple[int, ...]) -> tuple[int, int]:
    row, column = (min(max(round(place), 0), size - 1) for place, size in zip(at, shape, strict=True))
    return row, column


def _checked(
    array: ArrayLike, spacing_m: float | tuple[float, float], polarisations: tuple[str, ...] | list[str] | str, scale: Scale
) -> tuple[Array, Mask, tuple[float, float]]:
    """Power (bands, rows, columns), its mask, and the pixel's size; an InputError for what is no chip."""
    names = (polarisations,) if isinstance(polarisations, str) else tuple(polarisations)
    values = np.asarray(array)
    if values.dtype.kind not in "fiu" or values.ndim not in (2, 3) or values.size == 0:
        what = f"a chip is an array of numbers (rows, columns) or (rows, columns, bands), not {values.dtype} {values.shape}"
        raise InputError(what, do="give real numbers; take |z|² of complex ones")
    bands = np.moveaxis(np.atleast_3d(values).astype(np.float64), 2, 0)
    if len(bands) != len(names):
        raise InputError(f"{len(bands)} bands, but {len(names)} polarisations", do="name each band: (rows, columns, bands)")
    if scale not in get_args(Scale):
        raise InputError(f"no scale {scale!r}", do=f"say one of {', '.join(get_args(Scale))}")
    pair = (spacing_m, spacing_m) if isinstance(spacing_m, int | float | np.number) else tuple(spacing_m)
    if len(pair) != 2 or not all(math.isfinite(size) and 0.1 <= size <= 200 for size in pair):
        raise InputError(f"pixels of {spacing_m} m", do="give metres on the ground, 0.1 to 200, one number or (row, column)")
    power, valid = _power(bands, scale)
    return power, valid, (float(pair[0]), float(pair[1]))


def _blank(zero: Mask) -> Mask:
    """Zeros that stand for no data: blocks, and whole rows and columns at the ends."""
    if not zero.any():
        return zero
    blank: Mask = ndimage.binary_opening(zero, np.ones((3, 3), np.bool_))
    for axis in (0, 1):
        held = np.flatnonzero(~zero.all(axis=axis))
        ends = np.ones(zero.shape[1 - axis], np.bool_)
        if len(held):
            ends[held[0] : held[-1] + 1] = False
        blank |= ends[np.newaxis] if axis == 0 else ends[:, np.newaxis]
    return blank


def _power(bands: Array, scale: Scale) -> tuple[Array, Mask]:
    finite: NDArray[np.bool_] = np.isfinite(bands)
    valid: Mask = finite.all(axis=0) & ~_blank(np.all(bands == 0, axis=0))
    kept = bands[:, valid]
    if scale != "db" and kept.size and np.mean(kept < 0) > DIRTY_SHARE:
        what = f"{np.mean(kept < 0):.0%} of the values are negative, which {NEVER_NEGATIVE[scale]} never is"
        raise InputError(what, do="say scale='db' where these are decibels")
    if scale == "db" and kept.size and (kept.max() > 80 or kept.min() < -120):
        raise InputError(f"values run from {kept.min():.4g} to {kept.max():.4g}, no decibels", do="say scale='linear'")
    held = np.where(valid, bands, -200.0 if scale == "db" else 0.0)
    power = 10 ** (held / 10) if scale == "db" else np.maximum(held, 0.0) ** (2 if scale == "amplitude" else 1)
    return np.where(valid, power, 0.0), valid
