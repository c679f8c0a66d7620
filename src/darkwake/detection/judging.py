"""Where the network looks in a scene, and what it makes of the objects that the search found.

A scene is cut into squares; the network sees those that hold an object or lie by the shore, and a small picture as a whole.
Each square is read with a margin as wide as what its scale of brightness depends on, and most of what the network does.

- An object of the search on which the network sees a hull gets that hull's outline and its score.
- Several hulls in one object are several objects; several objects in one hull are one.
- A hull that the search did not find (at a quay, in a crowd) is proposed as an object of its own.
- An object on which the network sees no hull keeps its outline and gets the low score of what lies under it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from darkwake.detection.grid import Grid
from darkwake.detection.hits import Blob, Hits
from darkwake.detection.land import Land
from darkwake.detection.measure import principal_axes
from darkwake.detection.network import Proposal, Seen, ShipNetwork, coarser_by, propose
from darkwake.detection.parameters import SearchParameters
from darkwake.engine.ahead import in_order
from darkwake.imagery.protocol import Pixels, Product, Window

SQUARE_PX, MARGIN_PX = 256, 256
"""Side of a square and its margin, in the network's pixels: the scale of brightness looks 240 px around."""

SMALL_PICTURE_PX = 4_000_000
"""Pictures of so many pixels are one square."""

QUIETEST, OUTSTANDING, WATER_SHARE = 1e-9, 3.0, 0.3
"""Least level of a sea; deviations from which a pixel stands out in a band; most of a hull that a pixel of water may be."""

DEPENDENT_PX = 4.0
"""Neighbouring pixels that are as good as one: the resolution is twice the pixel (Sentinel-1 GRD in high resolution)."""

WATER_AROUND_PX = 24
"""The sea around a hull that stands for its clutter, pixels on each side."""

SHAPED_FROM_PX, SQUARE, FILLED = 16.0, 0.7, 0.35
"""From this length on smear does not hide a shape; hulls are at least four times as long as wide, three side by side still
longer than wide (assumed: 0.7); a hull fills its rectangle but for bow, stern and dark decks, a bent dam does not (assumed)."""

WIDEST_M, SMEAR_PX = 70.0, 2.0
"""Beam of the widest ships (crude carriers of 68 m), and what smear adds to it (assumed: a pixel on each side): what is wider
has to be longer than wide though it is short in pixels, or an island would be a ship."""

ENDS = 4.0
"""Percent of the pixels at each end that do not count for the shape: side lobes stick out of a hull."""

COVERED = 0.3
"""An object belongs to a hull that covers this share of it, or lies in it by this share (assumed)."""


THREADS = 2
"""Squares that are looked at at once; what is found does not depend on it."""

UNSEEN = 0.5
"""An object on which the network sees no hull scores this share of the probability that lies on its pixels."""


@dataclass(frozen=True)
class Judged:
    """An object, how likely it is a ship, and how much of it is seen as land or structure; None where nobody looked.

    ``straight``: its outline could be one hull's, or is too small to tell. ``proposed``: the search had not found it.
    ``ashore``: the network sees land or structures around it. ``narrow``: its beam is less than what the search averages over.
    """

    blob: Blob
    score: float | None
    solid: float | None
    straight: bool = True
    proposed: bool = False
    ashore: bool = False
    narrow: bool = False


def judged(
    product: Product, grid: Grid, land: Land, objects: Sequence[Blob], network: ShipNetwork, search: SearchParameters
) -> list[Judged]:
    """The objects of a radar scene as the network sees them, with those that it adds, none of them under the smallest area."""
    least, narrow_px = least_px(grid.spacing_m, search.smallest_m2), search.smoothing_m / grid.spacing_m
    margin_px = MARGIN_PX * coarser_by(grid.spacing_m)

    def look(core: Window, held: list[Blob], window: Window, pixels: Pixels) -> list[Judged]:
        part = Window(core.x0 - window.x0, core.y0 - window.y0, core.x1 - window.x0, core.y1 - window.y0)
        seen = network.scene(pixels, grid.spacing_m, product.about.radiometry, part=part)
        hulls = [_moved(one, window.y0 + seen.top, window.x0 + seen.left) for one in propose(seen, least_px=least)]
        mine = [one for one in hulls if _inside(one, core)]
        return list(_matched(held, mine, hulls, _Look.of(pixels, seen, window, grid.spacing_m), narrow_px))

    read = (
        (core, held, window := core.grown(margin_px, grid.width, grid.height), product.read(window))
        for core, held in squares(grid, land, objects)
    )
    return [one for found in in_order(look, read, THREADS) for one in found]


def least_px(spacing_m: float, smallest_m2: float) -> int:
    """Fewest pixels of a hull: at 10 m a ship of 40 m by 10 m covers four; speckle in finer pixels makes more.

    >>> [least_px(spacing_m, 90.0) for spacing_m in (10.0, 3.0, 1.0)]
    [6, 10, 90]
    """
    return max(6 if spacing_m > 5.0 else 10, math.ceil(smallest_m2 / spacing_m**2))


def squares(grid: Grid, land: Land, objects: Sequence[Blob]) -> Iterator[tuple[Window, list[Blob]]]:
    """The squares that are looked at, each with the objects whose brightest pixel it holds."""
    whole = grid.width * grid.height <= SMALL_PICTURE_PX
    side = max(grid.width, grid.height) if whole else SQUARE_PX * coarser_by(grid.spacing_m)
    held: dict[tuple[int, int], list[Blob]] = {}
    for blob in objects:
        peak = int(blob.core.value.argmax())
        held.setdefault((int(blob.core.y[peak]) // side, int(blob.core.x[peak]) // side), []).append(blob)
    shore = shores(land)
    for row in range(-(-grid.height // side)):
        for column in range(-(-grid.width // side)):
            top, left = row * side, column * side
            core = Window(left, top, min(left + side, grid.width), min(top + side, grid.height))
            if whole or (row, column) in held or touches(shore, core, land.cell_px):
                yield core, held.get((row, column), [])


def shores(land: Land) -> NDArray[np.bool_]:
    """Cells of land or water by the shore."""
    block = np.ones((3, 3), np.bool_)
    # Where land meets the border of the image there is no water, and no ship.
    no_water = land.mask | ~np.broadcast_to(land.known, land.mask.shape)
    return np.asarray(
        ndimage.binary_dilation(land.mask, block) & ~ndimage.binary_erosion(no_water, block, border_value=1), np.bool_
    )


def touches(cells: NDArray[np.bool_], core: Window, cell_px: int) -> bool:
    """Whether a window holds one of the cells."""
    rows = slice(core.y0 // cell_px, -(-core.y1 // cell_px))
    return bool(cells[rows, core.x0 // cell_px : -(-core.x1 // cell_px)].any())


def _moved(hull: Proposal, y0: int, x0: int) -> Proposal:
    return Proposal(hull.y + y0, hull.x + x0, hull.score)


def _inside(hull: Proposal, core: Window) -> bool:
    y, x = hull.y.mean(), hull.x.mean()
    return bool(core.y0 <= y < core.y1 and core.x0 <= x < core.x1)


@dataclass(frozen=True)
class _Look:
    """What the network sees somewhere, the pixels there, and the scene's row and column of the first."""

    values: NDArray[np.float32]
    valid: NDArray[np.bool_]
    seen: Seen
    y0: int
    x0: int
    spacing_m: float

    @classmethod
    def of(cls, pixels: Pixels, seen: Seen, window: Window, spacing_m: float) -> _Look:
        """The part of a window that was looked at."""
        rows, columns = seen.hull.shape
        part = np.s_[seen.top : seen.top + rows, seen.left : seen.left + columns]
        first = window.y0 + seen.top, window.x0 + seen.left
        return cls(pixels.values[:, *part], pixels.valid[part], seen, *first, spacing_m)

    def at(self, values: NDArray[np.float32], y: NDArray[np.int64], x: NDArray[np.int64]) -> NDArray[np.float32]:
        """Values of a map at pixels of the scene; those outside are left out."""
        rows, columns = y - self.y0, x - self.x0
        inside = (rows >= 0) & (columns >= 0) & (rows < values.shape[0]) & (columns < values.shape[1])
        return np.asarray(values[rows[inside], columns[inside]], np.float32)

    def hits(self, y: NDArray[np.int64], x: NDArray[np.int64]) -> Hits:
        """Pixels of a hull with the clutter around it; of several bands, means over the level of the sea."""
        bands = self._sea(y, x)
        values = np.array([self.at(band, y, x) for band in self.values], np.float64)
        if len(bands) > 1:
            level = np.maximum(bands.mean(axis=1, keepdims=True), QUIETEST)
            bands, values = bands / level, values / level
        mean, deviation = float(bands.mean()), max(float(bands.std()), QUIETEST)
        bits = (outstanding(values, bands) << np.arange(len(values))[:, np.newaxis]).sum(axis=0)
        ones = np.ones(len(y))
        return Hits(y, x, values.mean(axis=0), mean * ones, deviation * ones, ones > 0, bits.astype(np.uint8))

    def ashore(self, y: NDArray[np.int64], x: NDArray[np.int64]) -> bool:
        """Whether the network sees land or structures around a hull."""
        near = self._around(y, x)
        return bool((self.seen.solid[near] >= SOLID_SHARE).mean() >= ASHORE)

    def _around(self, y: NDArray[np.int64], x: NDArray[np.int64]) -> tuple[slice, slice]:
        """Rows and columns of the neighbourhood of a hull."""
        top, left = (max(int(side.min()) - first - WATER_AROUND_PX, 0) for side, first in ((y, self.y0), (x, self.x0)))
        bottom, right = (int(side.max()) - first + WATER_AROUND_PX + 1 for side, first in ((y, self.y0), (x, self.x0)))
        return slice(top, bottom), slice(left, right)

    def _sea(self, y: NDArray[np.int64], x: NDArray[np.int64]) -> NDArray[np.float64]:
        """Pixels (bands, pixels) of water around a hull; all around where there is no water."""
        near = self._around(y, x)
        water = self.valid[near] & (self.seen.hull[near] < WATER_SHARE) & (self.seen.solid[near] < SOLID_SHARE)
        chosen = water if water.any() else self.valid[near]
        return np.array([band[near][chosen] for band in self.values], np.float64)


def outstanding(values: NDArray[np.float64], sea: NDArray[np.float64]) -> NDArray[np.bool_]:
    """In which bands (rows) which pixels of a hull stand out from the sea around; all of them where only the whole does.

    >>> quiet = np.array([[0.0, 2.0] * 50])
    >>> outstanding(np.array([[1.0, 9.0]]), quiet).tolist(), outstanding(np.full((1, 99), 2.5), quiet).all().item()
    ([[False, True]], True)
    """
    mean, deviation = sea.mean(axis=1, keepdims=True), np.maximum(sea.std(axis=1, keepdims=True), QUIETEST)
    found = values > mean + OUTSTANDING * deviation
    of_mean = deviation / np.sqrt(max(values.shape[1] / DEPENDENT_PX, 1.0))
    whole = values.mean(axis=1, keepdims=True) > mean + OUTSTANDING * of_mean
    return np.asarray(np.where(found.any(axis=1, keepdims=True), found, whole), np.bool_)


def _matched(
    objects: list[Blob], mine: list[Proposal], hulls: list[Proposal], look: _Look, narrow_px: float
) -> Iterator[Judged]:
    """Hulls as objects, then the objects that belong to no hull."""
    taken: set[int] = set()
    for hull in mine:
        own = [n for n, blob in enumerate(objects) if _belongs(blob, hull)]
        taken.update(own)
        core = look.hits(hull.y, hull.x)
        whole = objects[own[0]].whole if own else core
        solid = float(look.at(look.seen.solid, hull.y, hull.x).mean())
        straight, ashore = like_a_hull(hull.y, hull.x, look.spacing_m), look.ashore(hull.y, hull.x)
        narrow = sides_px(hull.y, hull.x)[1] < narrow_px
        yield Judged(Blob(core, whole), hull.score, solid, straight, proposed=not own, ashore=ashore, narrow=narrow)
    for n, blob in enumerate(objects):
        if n not in taken and not any(_belongs(blob, hull) for hull in hulls):
            under = look.at(look.seen.hull, blob.core.y, blob.core.x)
            yield Judged(blob, UNSEEN * float(under.mean()), float(look.at(look.seen.solid, blob.core.y, blob.core.x).mean()))


def like_a_hull(y: NDArray[np.int64], x: NDArray[np.int64], spacing_m: float) -> bool:
    """Whether pixels could be one hull: much longer than wide, and filling the rectangle along their axis.

    Of what is short in pixels smear hides the shape, unless it is as wide as long and wider than any ship.

    >>> rows, columns = np.divmod(np.arange(900), 30)
    >>> like_a_hull(rows, columns, 10.0), like_a_hull(rows // 5, columns, 10.0)
    (False, True)
    >>> [like_a_hull(rows // 5, columns // 5, spacing_m) for spacing_m in (10.0, 30.0)]
    [True, False]
    """
    length, beam = sides_px(y, x)
    if length < SHAPED_FROM_PX:
        return beam <= max(WIDEST_M / spacing_m + SMEAR_PX, SQUARE * length)
    return beam <= SQUARE * length and len(y) >= FILLED * length * beam


def sides_px(y: NDArray[np.int64], x: NDArray[np.int64]) -> tuple[float, float]:
    """Length and beam of an object along its own axes, without the ends that stick out.

    >>> rows, columns = np.divmod(np.arange(200), 40)
    >>> sides_px(rows, columns)
    (38.0, 5.0)
    """
    places = np.stack([x, y], axis=1).astype(np.float64)
    length, beam = (
        float(np.ptp(np.percentile(places @ axis, [ENDS, 100 - ENDS]))) + 1.0 for axis in principal_axes(places, np.eye(2))
    )
    return length, beam


def _belongs(blob: Blob, hull: Proposal) -> bool:
    core = blob.core
    if core.y.min() > hull.y.max() or core.y.max() < hull.y.min() or core.x.min() > hull.x.max() or core.x.max() < hull.x.min():
        return False
    stride = int(max(core.x.max(), hull.x.max())) + 1
    shared = np.isin(core.y * stride + core.x, hull.y * stride + hull.x).sum()
    return bool(shared >= COVERED * min(len(core), len(hull.y)))


OPERATING = 0.5
"""Score from which an object is called a ship: more likely than not."""

SURE = 2.0 / 3.0
"""Score from which even a place in the arm of a far brighter object, a glare wider than ships are, or what the search could
not judge is a ship. Chosen while looking at the Los Angeles scene."""

ASHORE = 0.1
"""Share of land and structures around a hull from which it lies by a shore (assumed)."""

SOLID_SHARE = 0.5
"""Objects that the network sees as land or structure by this much are structures."""

NO_HULL = 0.1
"""What a shape that no ship has leaves of the score."""

NETWORK_SHARE, SMALL_SHARE, SMALL_PX = 2.0 / 3.0, 1.0 / 3.0, 8
"""Weight of the network in the geometric mean of both judges on open water; and where the object is shorter than so many
pixels, of whose shape it sees little (assumed)."""


UNVETOED = 0.45
"""Share of its contrast score that a small object keeps at least: too little to be called a ship.
Chosen while looking at the Los Angeles scene."""


def verdict(kind: str, score: float, one: Judged, *, near_land: bool, arm: bool, wide: bool) -> tuple[str, float]:
    """Kind and score of an object from its shape (kind, score by contrast) and from what the network saw.

    On open water the search is the better judge of what stands out and the network of what it is: the score is a geometric
    mean of both, and what the search did not find is no ship, or its false-alarm rate would hold no longer (bright patches of
    a calm sea look like ships to the network); but of hulls narrower than it averages over the search is no judge. By the shore
    the network alone has the word.

    >>> nothing = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0)
    >>> hits = Hits(*nothing, np.zeros(0, bool), np.zeros(0, np.uint8))
    >>> verdict("unknown", 0.4, Judged(Blob(hits, hits), 0.97, 0.1), near_land=True, arm=False, wide=False)
    ('ship', 0.97)
    """
    if one.score is None:
        return kind, score
    if not one.straight or (kind == "structure" and not (wide and one.score >= SURE)):
        return "structure", one.score * NO_HULL
    by_network = near_land or one.proposed or wide
    likely = one.score if by_network else together(one, score)
    open_water = one.proposed and not (near_land or one.ashore)
    if (one.narrow or not open_water) and likely >= (SURE if arm or open_water else OPERATING):
        return "ship", likely
    solid = one.solid is not None and one.solid >= SOLID_SHARE
    return "structure" if solid else "unknown", min(likely, OPERATING)


def together(one: Judged, score: float) -> float:
    """The network's score and that by contrast as one; what is small keeps a doubtful score though the network saw nothing."""
    seen = one.score or 0.0
    if not small(one.blob):
        return float(seen**NETWORK_SHARE * score ** (1 - NETWORK_SHARE))
    return float(max(seen**SMALL_SHARE * score ** (1 - SMALL_SHARE), UNVETOED * score))


def small(blob: Blob) -> bool:
    """Whether an object is too short for the network to see a shape."""
    core = blob.core
    return len(core) == 0 or bool(max(np.ptp(core.y), np.ptp(core.x)) + 1 < SMALL_PX)
