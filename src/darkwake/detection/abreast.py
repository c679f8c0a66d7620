"""Hulls that were seen apart and lie alongside each other: which detection lies beside which.

Finer images show two hulls side by side as two. Each stays a detection of its own; the rows name one another (``beside``, the
box of the other, from which ``scene.py`` makes ``pair_id``). Two objects that are seen as one are told in ``pairs.py``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from darkwake.detection.hits import Hits
from darkwake.detection.measure import principal_axes

GAP_M = 40.0
"""Furthest gap between hulls alongside: fenders of 3 to 5 m and the smear of a hull's outline (assumed)."""

PARALLEL_DEG, SHARED = 20.0, 0.5
"""Their axes differ by less, and they lie beside each other over half the shorter one (assumed)."""

SLENDER = 1.5
"""Length over beam from which an object has an axis (assumed)."""

BOX = ("x0", "y0", "x1", "y1")


def lie_abreast(cores: Sequence[Hits], rows: Sequence[dict[str, object]], spacing_m: float) -> None:
    """Write into the rows of ships the box of the nearest ship alongside; pixels are taken for square."""
    ships = [n for n, row in enumerate(rows) if row["kind"] == "ship"]
    places = {n: np.stack([cores[n].x, cores[n].y], axis=1).astype(np.float64) * spacing_m for n in ships}
    nearest: dict[int, tuple[float, int]] = {}
    for one, other in _near(places):
        gap = gap_alongside(places[one], places[other], spacing_m)
        for a, b in ((one, other), (other, one)) if gap is not None else ():
            nearest[a] = min(nearest.get(a, (np.inf, b)), (gap or 0.0, b))
    for one, (_, other) in nearest.items():
        rows[one]["beside"] = tuple(rows[other][side] for side in BOX)


def _near(places: dict[int, NDArray[np.float64]]) -> list[tuple[int, int]]:
    """Pairs whose boxes come near each other."""
    if len(places) < 2:
        return []
    numbers = list(places)
    boxes = np.array([[*at.min(axis=0), *at.max(axis=0)] for at in places.values()])
    tree = shapely.STRtree(shapely.box(*boxes.T))
    found = tree.query(shapely.box(*(boxes + np.array([-GAP_M, -GAP_M, GAP_M, GAP_M])).T))
    return [(numbers[a], numbers[b]) for a, b in found.T if a < b]


def gap_alongside(one: NDArray[np.float64], other: NDArray[np.float64], pixel_m: float) -> float | None:
    """Metres between two hulls (places in metres, x and y) that lie alongside; None where they do not.

    >>> hull = np.array([[x * 10.0, y * 10.0] for x in range(20) for y in range(3)])
    >>> gap_alongside(hull, hull + [20.0, 50.0], 10.0)
    20.0
    >>> gap_alongside(hull, hull + [220.0, 0.0], 10.0) is None
    True
    """
    axes = [principal_axes(at, np.eye(2) * pixel_m) for at in (one, other)]
    sides = [[float(np.ptp(at @ axis)) + pixel_m for axis in both] for at, both in zip((one, other), axes, strict=True)]
    if any(long < SLENDER * wide for long, wide in sides):
        return None
    turned = abs(float(axes[0][0] @ axes[1][0]))
    if turned < np.cos(np.radians(PARALLEL_DEG)):
        return None
    along, across = (_ends(one @ axis, other @ axis) for axis in axes[0])
    shared, gap = -along, across - pixel_m
    return max(gap, 0.0) if gap <= GAP_M and shared >= SHARED * min(sides[0][0], sides[1][0]) else None


def _ends(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Distance between two spans on a line, negative where they overlap."""
    return float(max(a.min(), b.min()) - min(a.max(), b.max()))
