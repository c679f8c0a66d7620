"""Fixed structures, learned from repeated scenes of one place: what stands at the same place every time is no ship under way.

Platforms, beacons, turbines and rocks are in every scene; ships come and go. Objects of several scenes are put together where
they lie within the error of position of one another; a group that is seen in most of the scenes that looked there is fixed.
A ship at one berth or anchorage in most of the scenes would be taken for a structure too: so at least three scenes on
different days are asked for, and a group whose places lie apart is not fixed. What is fixed is a table for the naming of
detections, with how often it was seen; nothing is taken out here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from darkwake.geo import WGS84

LEAST_SCENES = 3
"""Days on which a place has to be looked at (assumed): with two, a ship that stays for a week is a structure."""

LEAST_SHARE = 0.6
"""Share of the days on which it has to be seen: most of them, for a platform may be lost in a rough sea (assumed)."""

POSITION_M = 120.0
"""How far the same object may lie from itself in two scenes: Sentinel-1's bias of position in a scene was 33 to 234 m before it
was taken out, and the middle of a signature moves by some pixels with the view (assumed)."""

EARTH_M = 6_371_008.8

Row = Mapping[str, object]


@dataclass(frozen=True)
class Fixed:
    """A structure: where it stands, on how many days of how many it was seen, how far its places lie apart."""

    lat: float
    lon: float
    seen: int
    looked: int
    spread_m: float


def fixed_structures(
    detections: Sequence[Row], scenes: Mapping[str, datetime], *, position_m: float = POSITION_M, looked: int | None = None
) -> list[Fixed]:
    """Objects that stand at one place on most of at least three days.

    Args:
        detections: rows of ``schema.Detections`` with ``scene_id``, ``lat`` and ``lon``; those without a place are passed over.
        scenes: the time of each scene that looked at the place, those without detections included.
        position_m: the error of position.
        looked: days on which the place was seen, where not all scenes cover it.

    Returns:
        Structures, those seen most often first.

    >>> days = {f"s{n}": datetime(2024, 1, n + 1) for n in range(4)}
    >>> rows = [{"scene_id": f"s{n}", "lat": 56.0, "lon": 2.0 + n * 1e-4} for n in range(4)]
    >>> [(found.seen, found.looked) for found in fixed_structures(rows, days)]
    [(4, 4)]
    """
    days = looked or len({time.date() for time in scenes.values()})
    placed = [row for row in detections if row.get("lat") is not None and row.get("lon") is not None]
    if days < LEAST_SCENES or not placed:
        return []
    lat, lon = (np.array([float(str(row[name])) for row in placed]) for name in ("lat", "lon"))
    day = np.array([scenes[str(row["scene_id"])].toordinal() for row in placed])
    found = []
    for members in together(lat, lon, position_m):
        seen = len(np.unique(day[members]))
        spread_m = spread_of(lat[members], lon[members])
        if seen >= LEAST_SCENES and seen >= LEAST_SHARE * days and spread_m <= 2.0 * position_m:
            found.append(Fixed(*_middle(lat[members], lon[members]), seen, days, round(spread_m, 1)))
    return sorted(found, key=lambda one: (-one.seen, one.lat, one.lon))


def stands_there(rows: Sequence[Row], structures: Sequence[Fixed], position_m: float = POSITION_M) -> NDArray[np.bool_]:
    """Which detections lie at a fixed structure."""
    if not structures or not rows:
        return np.zeros(len(rows), np.bool_)
    tree = cKDTree(_points(np.array([one.lat for one in structures]), np.array([one.lon for one in structures])))
    lat, lon = (np.array([np.nan if row.get(n) is None else float(str(row[n])) for row in rows]) for n in ("lat", "lon"))
    known = np.isfinite(lat) & np.isfinite(lon)
    near = np.zeros(len(rows), np.bool_)
    near[known] = np.isfinite(tree.query(_points(lat[known], lon[known]), distance_upper_bound=position_m)[0])
    return near


def together(lat: NDArray[np.float64], lon: NDArray[np.float64], position_m: float) -> list[NDArray[np.int64]]:
    """Groups of places linked by less than the error of position."""
    pairs = cKDTree(_points(lat, lon)).query_pairs(position_m, output_type="ndarray")
    graph = sparse.coo_array((np.ones(len(pairs), np.int8), pairs.T), shape=(len(lat), len(lat)))
    labels = csgraph.connected_components(graph, directed=False)[1]
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def spread_of(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> float:
    """Distance of the furthest member from the middle, metres."""
    middle = _middle(lat, lon)
    metres = WGS84.inv(np.full(len(lon), middle[1]), np.full(len(lat), middle[0]), lon, lat)[2]
    return float(np.max(metres))


def _middle(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> tuple[float, float]:
    """Mean place, on the sphere, so that the antimeridian is no edge."""
    x, y, z = _points(lat, lon).mean(axis=0)
    return round(float(np.degrees(np.arctan2(z, np.hypot(x, y)))), 6), round(float(np.degrees(np.arctan2(y, x))), 6)


def _points(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places in space, metres."""
    phi, theta = np.radians(lat), np.radians(lon)
    return np.asarray(EARTH_M * np.stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)], axis=1))
