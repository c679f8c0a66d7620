"""Fixed structures, learned from repeated scenes of one place: what stands at the same place every time is no ship under way.

Platforms, beacons, turbines and rocks are in every scene; ships come and go. Objects of several scenes are put together where
they lie within the error of position of one another; a group that is seen in most of the scenes that looked there is fixed.
A ship at one berth or anchorage in most of the scenes would be taken for a structure too: so at least three scenes on
different days are asked for, and a group whose places lie apart is not fixed. What is fixed becomes a structure, with a doubt
that says how often it was seen (``named``); nothing is taken out.
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

from darkwake.detection.doubts import Code, doubt
from darkwake.detection.judging import NO_HULL
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
    detections: Sequence[Row],
    scenes: Mapping[str, datetime],
    *,
    areas: Sequence[Row] | None = None,
    position_m: float = POSITION_M,
) -> list[Fixed]:
    """Objects that stand at one place on most of at least three days.

    Args:
        detections: rows of ``schema.Detections`` with ``scene_id``, ``lat`` and ``lon``; those without a place are passed over.
        scenes: the time of each scene that looked at the place, those without detections included.
        areas: rows of ``schema.Searched``: a day counts for a place if it lies in an area with searched sea; without them every
            scene is taken to cover every place.
        position_m: the error of position.

    Returns:
        Structures, those seen most often first.

    >>> days = {f"s{n}": datetime(2024, 1, n + 1) for n in range(4)}
    >>> rows = [{"scene_id": f"s{n}", "lat": 56.0, "lon": 2.0 + n * 1e-4} for n in range(4)]
    >>> [(found.seen, found.looked) for found in fixed_structures(rows, days)]
    [(4, 4)]
    """
    days = {time.toordinal() for time in scenes.values()}
    placed = [row for row in detections if row.get("lat") is not None and row.get("lon") is not None]
    if len(days) < LEAST_SCENES or not placed:
        return []
    looks = _Looks.of(areas, scenes)
    lat, lon = (np.array([float(str(row[name])) for row in placed]) for name in ("lat", "lon"))
    day = np.array([scenes[str(row["scene_id"])].toordinal() for row in placed])
    found = []
    for members in together(lat, lon, position_m):
        own = set(day[members].tolist())
        middle, spread_m = _middle(lat[members], lon[members]), spread_of(lat[members], lon[members])
        looked = len(own | looks.days_at(*middle)) if looks else len(days)
        if len(own) >= LEAST_SCENES and len(own) >= LEAST_SHARE * looked and spread_m <= 2.0 * position_m:
            found.append(Fixed(*middle, len(own), looked, round(spread_m, 1)))
    return sorted(found, key=lambda one: (-one.seen, one.lat, one.lon))


@dataclass(frozen=True)
class _Looks:
    """Middles of searched areas (points in space), half their diagonals (metres), and their days."""

    points: NDArray[np.float64]
    reach_m: NDArray[np.float64]
    day: NDArray[np.int64]

    @classmethod
    def of(cls, areas: Sequence[Row] | None, scenes: Mapping[str, datetime]) -> _Looks | None:
        """Those with searched sea and a place; None where there are none."""
        kept = [
            row
            for row in areas or ()
            if row.get("lat") is not None and float(str(row["searched_km2"])) > 0 and str(row["scene_id"]) in scenes
        ]
        if not kept:
            return None
        lat, lon, *squares = (np.array([float(str(row[name])) for row in kept]) for name in ("lat", "lon", *SQUARE_KM))
        reach_m = np.sqrt(np.sum(squares, axis=0) / 2.0) * 1000.0
        day = np.array([scenes[str(row["scene_id"])].toordinal() for row in kept])
        return cls(_points(lat, lon), reach_m, day)

    def days_at(self, lat: float, lon: float) -> set[int]:
        """Days on which a place was searched."""
        away = np.linalg.norm(self.points - _points(np.array([lat]), np.array([lon])), axis=1)
        return set(self.day[away <= self.reach_m].tolist())


SQUARE_KM = ("searched_km2", "land_km2", "nodata_km2", "interference_km2")
"""What an area is made of."""


def stands_there(rows: Sequence[Row], structures: Sequence[Fixed], position_m: float = POSITION_M) -> NDArray[np.bool_]:
    """Which detections lie at a fixed structure."""
    return which_stands(rows, structures, position_m) >= 0


def which_stands(rows: Sequence[Row], structures: Sequence[Fixed], position_m: float = POSITION_M) -> NDArray[np.int64]:
    """The number of the structure at which each detection lies; -1 for none."""
    which = np.full(len(rows), -1, np.int64)
    lat, lon, known = _places(rows)
    if structures and known.any():
        tree = cKDTree(_points(np.array([one.lat for one in structures]), np.array([one.lon for one in structures])))
        away, nearest = tree.query(_points(lat[known], lon[known]), distance_upper_bound=position_m)
        which[known] = np.where(np.isfinite(away), nearest, -1)
    return which


def _places(rows: Sequence[Row]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    lat, lon = (np.array([np.nan if row.get(n) is None else float(str(row[n])) for row in rows]) for n in ("lat", "lon"))
    return lat, lon, np.isfinite(lat) & np.isfinite(lon)


def days_before(rows: Sequence[Row], scenes: Mapping[str, datetime], position_m: float = POSITION_M) -> NDArray[np.int64]:
    """On how many earlier days something was found where each detection lies."""
    lat, lon, known = _places(rows)
    before = np.zeros(len(rows), np.int64)
    if not known.any():
        return before
    day = np.array([scenes[str(row["scene_id"])].toordinal() for row in rows])
    tree, own = cKDTree(_points(lat[known], lon[known])), day[known]
    for n, mine in zip(np.flatnonzero(known), own, strict=True):
        near = own[tree.query_ball_point(_points(lat[n : n + 1], lon[n : n + 1])[0], position_m)]
        before[n] = len(np.unique(near[near < mine]))
    return before


def named(
    detections: Sequence[dict[str, object]], scenes: Mapping[str, datetime], areas: Sequence[Row]
) -> list[dict[str, object]]:
    """Detections of repeated scenes: what stands there always is a structure, what stood there before has a doubt.

    Scenes without a time are left out of ``scenes``, and their detections stay as they are.
    """
    dated = [n for n, row in enumerate(detections) if str(row["scene_id"]) in scenes]
    told = list(detections)
    rows = [detections[n] for n in dated]
    if len({time.toordinal() for time in scenes.values()}) < 2 or not rows:
        return told
    structures = fixed_structures(rows, scenes, areas=areas)
    for n, row, which, days in zip(dated, rows, which_stands(rows, structures), days_before(rows, scenes), strict=True):
        if which >= 0:
            told[n] = row | as_fixed(row, structures[which])
        elif days:
            told[n] = row | {"doubts": [*_doubts(row), doubt(Code.STOOD_BEFORE, f"something lay here on {days} earlier days")]}
    return told


def as_fixed(row: Row, structure: Fixed) -> dict[str, object]:
    """What changes in a detection that is a fixed structure: its kind, a tenth of its score unless it was one, a doubt."""
    share = 1.0 if row["kind"] == "structure" else NO_HULL
    said = doubt(Code.FIXED, f"stood here on {structure.seen} of {structure.looked} days")
    return {"kind": "structure", "score": round(float(str(row["score"])) * share, 4), "doubts": [*_doubts(row), said]}


def _doubts(row: Row) -> list[str]:
    held = row.get("doubts")
    return list(held) if isinstance(held, list) else []


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
