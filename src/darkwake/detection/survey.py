"""What a sample of the scene says of its clutter, before the search: level, looks, and how pixels depend on one another.

The ring around a pixel is too small to tell the third moment or the correlation of speckle; both belong to the radar and its
processor rather than to a place, so they are taken once a scene, from pieces of sea spread over it. Pieces with ships, coasts
or fronts in them vary more than most: they are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from darkwake.detection.clutter import law_of, looks_and_shape
from darkwake.detection.grid import Grid
from darkwake.detection.land import Land
from darkwake.detection.windows import PAIR, Family, families, weight
from darkwake.imagery.protocol import Product, Window

PIECE_PX = 64
"""Side of a piece of sea: hundreds of metres, over which the sea is even."""

EVEN = 1.6
"""Pieces whose relative variance is over this many medians are not even sea (assumed)."""

MOST_LOOKS, LEAST_LOOKS = 400.0, 0.5
"""Range of the looks that are believed."""

USUAL_LOOKS = 4.4
"""Looks of a Sentinel-1 IW image in high resolution, where nothing better is known."""

CLIPPED, BLACK_PIECE = 0.1, 0.05
"""Where a tenth of the sea is black, values were clipped; pieces with a twentieth of black say nothing of speckle."""

USUAL_BETWEEN = 5.3
USUAL_INFLATIONS = {
    "bar of two": 1.4,
    "bar of three": 1.8,
    "bar of five": 2.4,
    "hull of four": 2.0,
    "hull of five": 2.3,
    "hull of seven": 3.0,
    "square of nine": 4.2,
}
"""Dependence of neighbouring pixels where it cannot be measured: that of Sentinel-1 IW images in high resolution, whose pixels
are half the resolution apart (what :func:`clutter_of` says of open sea in LS-SSDD, scene 01; the bar of two is assumed)."""

FEWEST = 4
"""Fewer even pieces say nothing: speckle of one's own variance and independent pixels are assumed then."""

BLOCK_PX, BLOCKS = 256, 7
"""The sample: at most 7 x 7 blocks of 256 pixels, 3 million pixels of any scene."""

LAGS = 4
"""Pixels of a window are at most so many rows and columns apart."""

Piece = tuple[NDArray[np.float32], NDArray[np.bool_]]


Smooth = Callable[[NDArray[np.float32], NDArray[np.bool_]], NDArray[np.float32]]
"""Averages fine pixels (values, which are valid) as the search does."""


@dataclass(frozen=True)
class Clutter:
    """What holds for a whole scene's band.

    Attributes:
        level: mean of the sea.
        looks: of the speckle, or the larger of the two shapes of a K law.
        between: variance of the means of square pieces of 4 pixels over what independent pixels would give.
        black: share of the sea that is exactly 0; more than a few per cent were clipped.
        shared: correlation of this band's pixels with the other band's, where there are two.
        inflations: variance of the sums of weights over a family's windows, over what independent pixels would give.
    """

    level: float
    looks: float
    between: float = 1.0
    black: float = 0.0
    shared: float = 0.0
    inflations: dict[str, float] = field(default_factory=dict)


def clutter_of(
    blocks: Iterable[Piece], spacing_m: float, *, looks: float | None = None, stride: int = 1, cell_px: int = 4
) -> Clutter:
    """The clutter of a band from blocks of its pixels with what of them is sea; ``looks`` where the product states them."""
    blocks = list(blocks)
    pieces, black = even_pieces(blocks), black_share(blocks)
    if len(pieces) < FEWEST:
        return Clutter(_level(blocks), looks or USUAL_LOOKS, USUAL_BETWEEN, black, inflations=USUAL_INFLATIONS)
    means = pieces.mean(axis=(1, 2), dtype=np.float64)
    scaled = pieces / means[:, np.newaxis, np.newaxis]
    believed = float(np.clip(looks or measured_looks(scaled), LEAST_LOOKS, MOST_LOOKS))
    deviations = scaled.std(axis=(1, 2), dtype=np.float64)
    law = law_of(round(believed, 2))
    weights = np.stack(
        [
            weight(law.surprise((piece.astype(np.float64) - 1.0) / deviation, law.row(np.full(piece.shape, deviation**2))))
            for piece, deviation in zip(scaled, deviations, strict=True)
        ]
    )
    related, tested = covariances(weights, stride), families(spacing_m * stride)
    inflations = {family.name: inflation(related, family) for family in tested}
    return Clutter(float(np.median(means)), round(believed, 2), between_cells(scaled, cell_px), black, inflations=inflations)


def even_pieces(blocks: Iterable[Piece]) -> NDArray[np.float32]:
    """Pieces of nothing but sea that are as even as most."""
    found = [
        values[y : y + PIECE_PX, x : x + PIECE_PX]
        for values, sea in blocks
        for y in range(0, values.shape[0] - PIECE_PX + 1, PIECE_PX)
        for x in range(0, values.shape[1] - PIECE_PX + 1, PIECE_PX)
        if sea[y : y + PIECE_PX, x : x + PIECE_PX].all()
    ]
    pieces: NDArray[np.float32] = np.array([piece for piece in found if (piece == 0).mean() <= BLACK_PIECE], np.float32)
    pieces = pieces.reshape(-1, PIECE_PX, PIECE_PX)
    if not len(pieces):
        return pieces
    means = pieces.mean(axis=(1, 2), dtype=np.float64)
    relative = pieces.var(axis=(1, 2), dtype=np.float64) / means**2
    return np.asarray(pieces[relative <= EVEN * np.median(relative)], np.float32)


def _level(blocks: Iterable[Piece]) -> float:
    """Mean of all sea; 1 where there is none."""
    total = sum(float(values[sea].sum(dtype=np.float64)) for values, sea in blocks)
    return total / max(sum(int(sea.sum()) for _, sea in blocks), 1) or 1.0


def black_share(blocks: Iterable[Piece]) -> float:
    """Share of the sea that is exactly 0."""
    black = sum(int((values[sea] == 0).sum()) for values, sea in blocks)
    return black / max(sum(int(sea.sum()) for _, sea in blocks), 1)


def measured_looks(scaled: NDArray[np.float32]) -> float:
    """The larger of the two shapes of the K law that has the moments of the pieces."""
    second = float(np.mean(np.square(scaled), dtype=np.float64))
    third = float(np.mean(np.power(scaled, 3), dtype=np.float64))
    smaller, larger = looks_and_shape(second, third)
    inverse = smaller if smaller > 1.0 / MOST_LOOKS else larger
    return 1.0 / max(inverse, 1.0 / MOST_LOOKS)


def covariances(weights: NDArray[np.float64], stride: int = 1) -> NDArray[np.float64]:
    """Mean products of pixels so many rows (0 on) and columns (-LAGS on) of ``stride`` apart, without the pieces' own means."""
    centred = (weights - weights.mean(axis=(1, 2), keepdims=True)).astype(np.float32)
    high, wide = centred.shape[1:]
    found = np.zeros((LAGS + 1, 2 * LAGS + 1))
    for dy in range(LAGS + 1):
        for dx in range(-LAGS, LAGS + 1):
            down, right = dy * stride, dx * stride
            here = centred[:, : high - down, max(0, -right) : wide - max(0, right)]
            there = centred[:, down:, max(0, right) : wide - max(0, -right)]
            found[dy, dx + LAGS] = float(np.vdot(here, there)) / here.size if here.size else 0.0
    return found


def inflation(related: NDArray[np.float64], family: Family) -> float:
    """How much more the sums over a family's windows vary than those of independent pixels."""
    windows = family.windows[:: family.pixels]
    apart = windows[:, :, np.newaxis] - windows[:, np.newaxis]
    back = (apart[..., 0] < 0)[..., np.newaxis]
    dy, dx = np.moveaxis(np.where(back, -apart, apart), -1, 0)
    return (
        float(related[dy, dx + LAGS].sum(axis=(1, 2)).mean() / (related[0, LAGS] * family.pixels)) if related[0, LAGS] else 1.0
    )


def between_cells(scaled: NDArray[np.float32], cell_px: int) -> float:
    """Variance of the means of cells, over what independent pixels would give."""
    side = PIECE_PX // cell_px * cell_px
    cells = scaled[:, :side, :side].reshape(len(scaled), side // cell_px, cell_px, side // cell_px, cell_px).mean(axis=(2, 4))
    pixel = float(scaled.var(axis=(1, 2), dtype=np.float64).mean())
    return max(float(cells.var(axis=(1, 2)).mean()) * cell_px**2 / pixel, 0.1) if pixel > 0 else 1.0


def survey(product: Product, grid: Grid, land: Land, *, stride: int, smooth: Smooth) -> list[Clutter]:
    """The clutter of each band from blocks spread over the scene."""
    blocks: list[list[Piece]] = [[] for _ in product.about.bands]
    for window in sample_windows(grid):
        pixels = product.read(window)
        sea = pixels.valid & ~_as_pixels(land.cells(window, grid.cell_px), grid.cell_px, pixels.valid.shape)
        for pieces, values in zip(blocks, pixels.values, strict=True):
            pieces.append((smooth(values, pixels.valid), sea))
    looks, cell_px = product.about.looks, grid.cell_px
    shared = correlation(*blocks) if len(blocks) == PAIR else 0.0
    told = [clutter_of(pieces, grid.spacing_m, looks=looks, stride=stride, cell_px=cell_px) for pieces in blocks]
    return [replace(one, shared=shared) for one in told]


def correlation(first: Sequence[Piece], second: Sequence[Piece]) -> float:
    """How two bands go together pixel by pixel: the median over pieces of the sea, so that ships in a few do not count."""
    found = []
    for (here, sea), (there, _) in zip(first, second, strict=True):
        for y in range(0, here.shape[0] - PIECE_PX + 1, PIECE_PX):
            for x in range(0, here.shape[1] - PIECE_PX + 1, PIECE_PX):
                part = slice(y, y + PIECE_PX), slice(x, x + PIECE_PX)
                if sea[part].all():
                    found += _correlations(here[part], there[part])
    return max(float(np.median(found)), 0.0) if found else 0.0


def _correlations(here: NDArray[np.float32], there: NDArray[np.float32]) -> list[float]:
    """The correlation of two pieces; nothing where one of them is all alike."""
    one, two = _centred(here), _centred(there)
    scale = float(np.sqrt(np.square(one).sum() * np.square(two).sum()))
    return [float((one * two).sum()) / scale] if scale > 0 else []


def _centred(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Logarithms over means: brightness on the scale on which the tests weigh it, all but a constant."""
    logs = np.log1p(values.astype(np.float64) / max(float(values.mean()), float(np.finfo(np.float32).tiny)))
    return np.asarray(logs - logs.mean())


def inflations_together(bands: Sequence[Clutter]) -> dict[str, float]:
    """Inflations of sums over two bands: the mean of both, more by as much as the bands go together."""
    names = bands[0].inflations.keys() & bands[1].inflations.keys()
    shared = max(band.shared for band in bands)
    return {name: (bands[0].inflations[name] + bands[1].inflations[name]) / PAIR * (1.0 + shared) for name in names}


def sample_windows(grid: Grid) -> list[Window]:
    """Blocks on a regular grid over the scene, from whole cells on; all of it where it is small."""
    wide, high = (_begins(size, grid.cell_px) for size in (grid.width, grid.height))
    return [Window(x, y, min(x + BLOCK_PX, grid.width), min(y + BLOCK_PX, grid.height)) for y in high for x in wide]


def _begins(size: int, cell_px: int) -> list[int]:
    count = min(BLOCKS, -(-size // BLOCK_PX))
    return [round((size - BLOCK_PX) * n / max(count - 1, 1)) // cell_px * cell_px if count > 1 else 0 for n in range(count)]


def _as_pixels(cells: NDArray[np.bool_], cell_px: int, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return cells.repeat(cell_px, axis=0).repeat(cell_px, axis=1)[: shape[0], : shape[1]]
