"""The ship network: for every pixel of a radar window, how likely it is hull, edge between two hulls, land or structure.

The network is a small U-Net (``models/ships.onnx``; data, scores and limits: ``models/ships.md``), run by onnxruntime on a
fixed number of threads, so that two runs give the same bits. Windows are brought to one scale of brightness by ``levels.py``
and, where pixels are finer than ``FINEST_M``, averaged to it; large windows are run tile by tile with an overlap, and a seam
shows only what lies further away than the overlap. The edges of today's weights are too weak to part hulls (``ships.md``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from darkwake.detection.levels import FLOORS, amplitudes, levels
from darkwake.imagery.protocol import Pixels, Radiometry, Window

MODEL = "models/ships.onnx"
THREADS = 2
STRIDE_PX = 32
"""The deepest layer sees pixels of this width; sides and tiles are whole multiples, counted from the window's corner."""

TILE_PX, OVERLAP_PX = 512, 96
"""Core of a tile and what is read around it: hulls of up to 170 px are seen whole from their middle."""

FINEST_M = 0.7
"""Finer pixels are averaged to this: the network was trained on hulls of up to 170 px."""

Shares = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Seen:
    """Probabilities: part of a hull, edge between hulls, land or structure; the first pixel is (top, left) of the window."""

    hull: Shares
    edge: Shares
    solid: Shares
    top: int = 0
    left: int = 0


def silent_runtime() -> Any:
    """The module ``onnxruntime``, imported so that it neither keeps an id of this machine nor sends word of its use.

    Its wheels do both by default (its Privacy.md) and heed only what the environment says before they load.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime


class ShipNetwork:
    """The network of a file; it holds no state but the weights."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @cached_property
    def _session(self) -> Any:
        onnxruntime = silent_runtime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
        # Threads that wait busily take the cores from squares that are made ready meanwhile, and twice the time in all.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(self._content, options, providers=["CPUExecutionProvider"])

    def scene(self, pixels: Pixels, spacing_m: float, radiometry: Radiometry, *, part: Window | None = None) -> Seen:
        """What the network sees in a window of one or more polarisations: the mean of their levels is looked at.

        Args:
            pixels: as a product gives them; invalid ones count as water and get 0.
            spacing_m: metres of a pixel, for the scale only.
            radiometry: what the pixels are.
            part: what of the window is wanted, in its own pixels (all by default); it is given with some pixels around, and
                the rest only tells the level of the water.
        """
        coarser = coarser_by(spacing_m)
        seen = [averaged(amplitudes(band, radiometry), pixels.valid, coarser) for band in pixels.values]
        known = seen[0][1]
        wanted = _whole_strides(part, coarser, known.shape) if part else (slice(0, known.shape[0]), slice(0, known.shape[1]))
        bright = np.mean([levels(one, known, FLOORS[radiometry], wanted) for one, _ in seen], axis=0)
        found = self.run(bright) * known[wanted]
        top, left = (side.start * coarser for side in wanted)
        rows, columns = (size - start for size, start in zip(pixels.valid.shape, (top, left), strict=True))
        hull, edge, solid = finer(found, coarser)[:, :rows, :columns]
        return Seen(hull, edge, solid, top, left)

    def probabilities(self, values: NDArray[np.float32], spacing_m: float, radiometry: Radiometry = "linear") -> Seen:
        """What the network sees in one band without gaps."""
        return self.scene(Pixels(values[np.newaxis], np.ones(values.shape, np.bool_)), spacing_m, radiometry)

    def run(self, found: NDArray[np.float32]) -> Shares:
        """Probabilities (3, rows, columns) of levels, tile by tile."""
        rows, columns = found.shape
        shares = np.zeros((3, rows, columns), np.float32)
        for core, read in _tiles(rows, columns):
            seen = self._one(found[read])
            top, left = core[0].start - read[0].start, core[1].start - read[1].start
            height, width = core[0].stop - core[0].start, core[1].stop - core[1].start
            shares[:, core[0], core[1]] = seen[:, top : top + height, left : left + width]
        return shares

    def _one(self, found: NDArray[np.float32]) -> Shares:
        rows, columns = found.shape
        padded = np.pad(found, ((0, -rows % STRIDE_PX), (0, -columns % STRIDE_PX)), mode="edge")
        seen: Shares = self._session.run(None, {"levels": padded[np.newaxis, np.newaxis]})[0][0]
        return seen[:, :rows, :columns]


@lru_cache(maxsize=1)
def ship_network() -> ShipNetwork:
    """The network of the package."""
    return ShipNetwork(resources.files("darkwake.detection").joinpath(MODEL).read_bytes())


def coarser_by(spacing_m: float) -> int:
    """By how many pixels a picture is averaged before the network sees it.

    >>> [coarser_by(spacing) for spacing in (0.25, 0.5, 1.0, 10.0)]
    [3, 1, 1, 1]
    """
    return max(1, round(FINEST_M / spacing_m))


def averaged(
    amplitude: NDArray[np.float32], valid: NDArray[np.bool_], side: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Root of the mean power of the valid pixels of each square, and which squares hold one."""
    if side == 1:
        return amplitude, valid
    rows, columns = (-(-size // side) for size in amplitude.shape)
    more = [(0, rows * side - amplitude.shape[0]), (0, columns * side - amplitude.shape[1])]
    power = np.pad(np.square(amplitude) * valid, more).reshape(rows, side, columns, side).sum(axis=(1, 3))
    count = np.pad(valid, more).reshape(rows, side, columns, side).sum(axis=(1, 3))
    return np.sqrt(power / np.maximum(count, 1)).astype(np.float32), count > 0


def finer(shares: Shares, side: int) -> Shares:
    """Each pixel as a square."""
    return shares if side == 1 else shares.repeat(side, axis=1).repeat(side, axis=2)


def _whole_strides(part: Window, coarser: int, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Rows and columns of a part with what the network depends on around it, from a multiple of the stride on."""
    sides = ((part.y0, part.y1), (part.x0, part.x1))
    low, high = ([end // coarser for end in ends] for ends in zip(*sides, strict=True))
    starts = [max(start - OVERLAP_PX, 0) // STRIDE_PX * STRIDE_PX for start in low]
    ends = [min(end + OVERLAP_PX, size) for end, size in zip(high, shape, strict=True)]
    return slice(starts[0], ends[0]), slice(starts[1], ends[1])


def _tiles(rows: int, columns: int) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """Cores that cover a window without overlap, and what is read for each; all begin at multiples of the stride."""
    for top in range(0, rows, TILE_PX):
        for left in range(0, columns, TILE_PX):
            ends = (top, rows), (left, columns)
            core = tuple(slice(start, min(start + TILE_PX, size)) for start, size in ends)
            read = tuple(slice(max(start - OVERLAP_PX, 0), min(start + TILE_PX + OVERLAP_PX, size)) for start, size in ends)
            yield (core[0], core[1]), (read[0], read[1])


LIKELY = 0.4
"""Pixels above this are taken for hull, for an edge."""


@dataclass(frozen=True)
class Proposal:
    """A hull in the network's mask: its pixels (rows and columns of the window) and how likely it is one ship."""

    y: Labels
    x: Labels
    score: float


def hull_pixels(seen: Seen, least_px: int = 6) -> list[tuple[Labels, Labels]]:
    """Rows and columns of each hull: connected pixels of hull, parted where the network sees an edge between two."""
    labels = hull_labels(seen)
    found = []
    for number, box in ((n, box) for n, box in enumerate(ndimage.find_objects(labels), start=1) if box):
        y, x = np.nonzero(labels[box] == number)
        if len(y) >= least_px:
            found.append((y + box[0].start, x + box[1].start))
    return found


def propose(seen: Seen, *, least_px: int = 6) -> list[Proposal]:
    """The hulls of a window, each with its score."""
    return [Proposal(y, x, score_of(seen.hull[y, x])) for y, x in hull_pixels(seen, least_px)]


SLOPE, OFFSET = 1.21, -1.41
"""What makes the raw score a probability: fitted by ``training/ships_scores.py`` on composed scenes that trained nothing."""


def raw_score(hull: Shares) -> float:
    """The mean of the upper half of an object's probabilities, within what a logit can be taken of."""
    return float(np.clip(np.sort(hull)[len(hull) // 2 :].mean(), 1e-4, 1 - 1e-4))


def score_of(hull: Shares) -> float:
    """How likely an object is a ship, from the network's probabilities at its pixels.

    >>> score_of(np.zeros(9, np.float32)) < 0.01 < 0.9 < score_of(np.ones(9, np.float32))
    True
    """
    raw = raw_score(hull)
    return float(1 / (1 + np.exp(-SLOPE * np.log(raw / (1 - raw)) - OFFSET)))


def hull_labels(seen: Seen) -> Labels:
    """A number for each hull at its pixels: cores without edges are numbered, the rest goes to the nearest core it touches."""
    hull, found = seen.hull > LIKELY, np.zeros(seen.hull.shape, np.int64)
    rows, columns = np.flatnonzero(hull.any(axis=1)), np.flatnonzero(hull.any(axis=0))
    if len(rows):
        # All that is looked for lies in the hulls' own rectangle.
        box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        found[box] = _labels(hull[box], seen.edge[box])
    return found


def _labels(hull: NDArray[np.bool_], edge: Shares) -> Labels:
    whole = _numbered(hull)
    cores = without_crumbs(_numbered(hull & (edge < LIKELY)))
    if not cores.any():
        return whole
    nearest = ndimage.distance_transform_edt(cores == 0, return_distances=False, return_indices=True)
    mine = whole == whole[tuple(nearest)]
    found = np.where(hull & mine, cores[tuple(nearest)], 0)
    return np.where(hull & (found == 0), whole + cores.max(), found)


def _numbered(pixels: NDArray[np.bool_]) -> Labels:
    return np.asarray(ndimage.label(pixels, np.ones((3, 3), np.int8))[0], np.int64)


def without_crumbs(cores: Labels, least_px: int = 4) -> Labels:
    """Cores without the smallest: edges cut ragged."""
    small = np.bincount(cores.ravel()) < least_px
    return np.where(small[cores], 0, cores)
