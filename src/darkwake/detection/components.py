"""From pixels to objects: neighbouring hits are joined over the whole scene, then each object is cut to its core.

Hits are few, so they are joined as a list of places and not as an image: the result cannot depend on tiles. In radar a
bright ship stretches side lobes along the flight and the look direction; what lies too far below the peak of its own
cluster is cut away, and what remains apart and is nearly as bright is another ship. A faint ship inside the cross of a
bright one is lost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from darkwake.detection.hits import Blob, Hits, joined
from darkwake.detection.parameters import DetectionParameters, ShapeParameters

MAX_LINK_PX = 8
"""Furthest neighbours that are joined, pixels: the work grows with the square."""

STRONG = 90.0
"""Percentile of an object's contrast that stands for its level; the peak alone may be one glinting pixel."""


def link(y: NDArray[np.int64], x: NDArray[np.int64], reach_px: int) -> NDArray[np.int64]:
    """A label for each pixel; pixels at most ``reach_px`` rows and columns apart share one.

    >>> link(np.array([0, 1, 9]), np.array([0, 1, 9]), 1).tolist()
    [0, 0, 1]
    """
    if len(y) == 0:
        return np.zeros(0, np.int64)
    stride = int(x.max()) + 2 * reach_px + 1
    keys = y * stride + x
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    from_, to = [], []
    for offset in _half_plane(reach_px, stride):
        place = np.searchsorted(ordered, ordered + offset)
        found = (place < len(ordered)) & (ordered[np.minimum(place, len(ordered) - 1)] == ordered + offset)
        from_.append(order[found])
        to.append(order[place[found]])
    ends = np.concatenate(from_), np.concatenate(to)
    graph = sparse.coo_array((np.ones(len(ends[0]), np.int8), ends), shape=(len(y), len(y)))
    labels: NDArray[np.int64] = csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def _half_plane(reach_px: int, stride: int) -> list[int]:
    """Key differences of the neighbours to the right and below; the others follow by symmetry."""
    steps = range(-reach_px, reach_px + 1)
    return [dy * stride + dx for dy in range(reach_px + 1) for dx in steps if dy > 0 or dx > 0]


def groups(hits: Hits, reach_px: int, least_px: int) -> list[Hits]:
    """The linked groups of at least ``least_px`` pixels with a strong one among them, in the order of their first pixel."""
    labels = link(hits.y, hits.x, min(reach_px, MAX_LINK_PX))
    sizes = np.bincount(labels)
    strong = np.bincount(labels, hits.strong) > 0
    order = np.argsort(labels, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    kept = [order[starts[n] : starts[n + 1]] for n in np.flatnonzero((sizes >= least_px) & strong)]
    return [hits.only(np.sort(members)) for members in kept]


def radar_objects(
    group: Hits, reach_px: int, spacing_m: float, parameters: DetectionParameters, *, decibel: float
) -> list[Blob]:
    """The cores of a radar group: what lies near its peak in brightness, as one hull or several.

    ``decibel`` is 10 for intensities, 20 for the amplitudes of a grey picture.
    """
    shape, peak = parameters.shape, float(group.value.max())
    core = group.only(group.value >= peak * 10 ** (-shape.core_db / decibel))
    strong = peak * 10 ** (-shape.second_db / decibel)
    pieces = [piece for piece in groups(core, reach_px, 1) if piece.value.max() >= strong]
    largest_px = parameters.search.largest_ship_m / spacing_m
    whole = group.only(group.strong)
    return [Blob(hull, whole) for hull in hulls(pieces, shape.hull_gap_m / spacing_m, largest_px)]


def hulls(pieces: list[Hits], gap_px: float, largest_px: float) -> list[Hits]:
    """Pieces joined, brightest first, where the gap is small and both fit one ship."""
    rest = sorted(pieces, key=lambda piece: -float(piece.value.max()))
    found: list[Hits] = []
    while rest:
        hull, rest = rest[0], rest[1:]
        near = [piece for piece in rest if _one_hull(hull, piece, gap_px, largest_px)]
        rest = [piece for piece in rest if not any(piece is other for other in near)]
        found.append(joined([hull, *near]))
    return found


def _one_hull(a: Hits, b: Hits, gap_px: float, largest_px: float) -> bool:
    gaps = [max(q.min() - p.max(), p.min() - q.max(), 0) for p, q in ((a.y, b.y), (a.x, b.x))]
    sides = [max(p.max(), q.max()) - min(p.min(), q.min()) + 1 for p, q in ((a.y, b.y), (a.x, b.x))]
    return bool(np.hypot(*gaps) <= gap_px and np.hypot(*sides) <= largest_px)


def optical_objects(group: Hits, reach_px: int, least_px: int, shape: ShapeParameters) -> list[Blob]:
    """An optical group cut at a share of its own contrast (half the maximum); its largest piece, and others as large."""
    level = float(np.percentile(group.value, STRONG))
    pieces = groups(group.only(group.value >= shape.optical_share * level), reach_px, least_px)
    return [Blob(piece, piece) for piece in pieces or [group]]
