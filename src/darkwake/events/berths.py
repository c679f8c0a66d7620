"""Berths and anchorages learned from the data: places where several ships lay still for hours.

A ship that is made fast to a quay keeps her heading; one at anchor swings. Where several ships lay fixed side by side there
are berths; where several lay at all there is an anchorage or a berth. The two ships of a meeting never count for their own
place. What is learned from few days is little: a place that is not learned is unknown, not open sea.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.spatial import KDTree

from darkwake.engine.clock import clock_us
from darkwake.events.columns import Columns
from darkwake.events.track import E10_PER_DEGREE, US_PER_HOUR, degrees, e10, mean_lat_e10, mean_lon_e10, whole
from darkwake.geo import EARTH_RADIUS_M

if TYPE_CHECKING:
    import ibis.expr.types as ir

STILL_KN = 0.5
"""Slower is lying still (anchorages_pipeline ends a stop at 0.5 kn)."""
STILL_H = 3.0
"""In one cell for so long is lying there, not drifting through (a cell is 500 m, half an hour at 0.5 kn)."""
CELL_E10 = E10_PER_DEGREE // 200
"""Cells of 0.005 degrees."""
FIXED = 0.99
"""Headings that add up to this share of their number do not swing (a spread of 8 degrees; compasses err by 1 or 2)."""
FIXED_M = 12.0
"""Positions that stray no more than this on an axis are those of a ship that does not swing (GNSS errs by 7 m; assumed)."""
BERTH_M, BERTH_SHIPS = 1000.0, 2
"""A berth: so many other ships lay fixed within so far (assumed)."""
ANCHORAGE_M, ANCHORAGE_SHIPS = 3000.0, 3
"""An anchorage: so many other ships lay still within so far (assumed: neighbours lie half a mile apart)."""
AT_BERTH, AT_ANCHORAGE, IN_TRANSFER_AREA, ELSEWHERE = 0, 1, 2, 3
AT_ONCE, FIRST_ASKED = 2_000_000, 2**12
"""About so many pairs of a point and what lies near it are held at once, some hundred bytes each; so many points begin."""
_OF_KIND = {
    "berth": AT_BERTH,
    "terminal": AT_BERTH,
    "anchorage": AT_ANCHORAGE,
    "transfer area": IN_TRANSFER_AREA,
}


_SUMS = ("east", "north", "headed", "reports", "up", "right", "up_squared", "right_squared")


def stays(positions: ir.Table) -> ir.Table:
    """Where each track lay still: one row a track and cell, with hours, mean place, and how her headings add up."""
    slow = positions.filter(positions.sog_kn.fill_null(0.0) < STILL_KN)
    lat, lon = e10(slow.lat), e10(slow.lon)
    turned = slow.heading_deg.radians()
    laid = slow.select(
        "track_id",
        us=clock_us(slow.time),
        lat_e10=lat,
        lon_e10=lon,
        row=lat // CELL_E10,
        column=lon // CELL_E10,
        east=whole(turned.sin() * 1e6),
        north=whole(turned.cos() * 1e6),
        headed=slow.heading_deg.notnull().cast("int64"),
        # Hundred-millionths of a degree from the cell's corner: their squares add up to whole numbers of 64 bits.
        up=(lat % CELL_E10) // 1000,
        right=(lon % CELL_E10) // 1000,
    )
    rows = laid.group_by(["track_id", "row", "column"]).aggregate(
        lasted_us=laid.us.max() - laid.us.min(),
        lat_e10=mean_lat_e10(laid.lat_e10),
        lon_e10=mean_lon_e10(laid.lon_e10),
        east=laid.east.sum().cast("int64"),
        north=laid.north.sum().cast("int64"),
        headed=laid.headed.sum().cast("int64"),
        reports=laid.count(),
        up=laid.up.sum().cast("int64"),
        right=laid.right.sum().cast("int64"),
        up_squared=(laid.up * laid.up).sum().cast("int64"),
        right_squared=(laid.right * laid.right).sum().cast("int64"),
    )
    lay = rows.filter(rows.lasted_us >= round(STILL_H * US_PER_HOUR))
    return lay.select("track_id", *_SUMS, lat=degrees(lay.lat_e10), lon=degrees(lay.lon_e10))


@dataclass(frozen=True)
class Where:
    """What kind of place it is, in words, and what says so."""

    kind: int
    """0 a berth, 1 an anchorage, 2 a named transfer area, 3 none of them."""
    fixed_ships: int
    """Other ships that lay fixed near by."""
    still_ships: int
    """Other ships that lay still near by."""
    place_id: str | None = None


@dataclass(frozen=True)
class Wheres(Columns):
    """What kind of place each of many is; see :class:`Where`."""

    kind: NDArray[np.int64]
    fixed_ships: NDArray[np.int64]
    still_ships: NDArray[np.int64]
    place: NDArray[np.int64]
    """Which listed place it is, by its number; -1 where it is none."""


class Berths:
    """Still places of all ships, to be asked about any point."""

    def __init__(self, lain: pa.Table, places: pa.Table) -> None:
        """Take what :func:`stays` gives, and rows of ``Places``."""
        lain = lain.sort_by([("track_id", "ascending"), ("lat", "ascending"), ("lon", "ascending")])
        named = lain["track_id"].combine_chunks().dictionary_encode()
        self._ships, self._tracks = named.indices.to_numpy().astype(np.int64), named.dictionary
        self._fixed = _lay_fixed(lain)
        self._tree = KDTree(unit_points(lain["lat"].to_numpy(), lain["lon"].to_numpy()))
        known = places.filter(pc.is_in(places["kind"], pa.array(list(_OF_KIND))))
        self.place_ids: list[str] = known["place_id"].to_pylist()
        """The listed places, by number."""
        self._kinds = np.array([_OF_KIND[kind] for kind in known["kind"].to_pylist()], np.int64)
        self._extents_m = known["extent_m"].to_numpy()
        self._points = unit_points(known["lat"].to_numpy(), known["lon"].to_numpy())
        # Places of about one size together, so that one sea does not make every berth a candidate.
        size = np.frexp(self._extents_m)[1]
        self._sized = [np.flatnonzero(size == some) for some in np.unique(size)]
        self._trees = [
            (KDTree(self._points[some]), self._extents_m[some].max() / EARTH_RADIUS_M * 1.001) for some in self._sized
        ]

    def at_each(self, lat: np.ndarray, lon: np.ndarray, but: Sequence[Collection[str]]) -> list[Where]:
        """What kind of place each of some points is, by all ships but some, which differ from point to point."""
        own = [(at, track) for at, tracks in enumerate(but) for track in tracks]
        point, tracks = np.array([at for at, _ in own], np.int64), pa.array([track for _, track in own], pa.string())
        told = self.around(lat, lon, point, tracks)
        ids = [None if at < 0 else self.place_ids[at] for at in told.place.tolist()]
        return [
            Where(*row)
            for row in zip(*(told.kind.tolist(), told.fixed_ships.tolist(), told.still_ships.tolist()), ids, strict=True)
        ]

    def around(self, lat: np.ndarray, lon: np.ndarray, point: np.ndarray, tracks: pa.Array) -> Wheres:
        """What kind of place each of some points is.

        Args:
            lat: the points.
            lon: their longitudes.
            point: a point's number, as often as there are tracks that do not count for it.
            tracks: these tracks.
        """
        points = unit_points(lat, lon)
        fixed, still = self._others(points, point, tracks)
        place = self._named(points)
        listed = np.append(self._kinds, ELSEWHERE)[place]
        learned = np.select([fixed >= BERTH_SHIPS, still >= ANCHORAGE_SHIPS], [AT_BERTH, AT_ANCHORAGE], listed)
        return Wheres(np.where((place < 0) | (listed == AT_BERTH), learned, listed), fixed, still, place)

    def _others(self, points: np.ndarray, point: np.ndarray, tracks: pa.Array) -> np.ndarray:
        """How many other ships lay fixed near each point, and how many lay still around it."""
        counted, ships = np.zeros((2, len(points)), np.int64), len(self._tracks)
        ship = pc.index_in(tracks, value_set=self._tracks).fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        own = _distinct((point * ships + ship)[ship >= 0])
        near, far = (2.0 * math.sin(metres / EARTH_RADIUS_M / 2.0) for metres in (BERTH_M, ANCHORAGE_M))
        first, some = 0, FIRST_ASKED
        while first < len(points):
            asked = slice(first, first + some)
            found = _pairs(self._tree, points[asked], far)
            pairs = (found["i"] + first) * ships + self._ships[found["j"]]
            fixed = self._fixed[found["j"]] & (found["v"] <= near)
            mine = own[np.searchsorted(own, first * ships) : np.searchsorted(own, asked.stop * ships)]
            for count, several in zip(counted, (pairs[fixed], pairs), strict=True):
                theirs = _distinct(several)
                # Both are sorted; np.isin would hash, which takes a hundred times as long on millions of numbers (NumPy 2.3).
                at = np.searchsorted(theirs, mine)
                owned = mine[np.append(theirs, -1)[at] == mine]
                size = len(count[asked])
                count[asked] = np.bincount(theirs // ships - first, minlength=size)
                count[asked] -= np.bincount(owned // ships - first, minlength=size)
            # As many next as will find so many pairs, if it is as crowded there.
            first, some = asked.stop, max(some * AT_ONCE // max(len(found), 1), 1)
        return counted

    def _named(self, points: np.ndarray) -> np.ndarray:
        """The smallest listed place that holds each point, of equals the nearest; -1 where there is none."""
        pairs = [_pairs(tree, points, limit) for tree, limit in self._trees]
        point = np.concatenate([np.empty(0, np.int64), *(found["i"] for found in pairs)])
        place = np.concatenate([np.empty(0, np.int64), *(of[found["j"]] for of, found in zip(self._sized, pairs, strict=True))])
        apart = np.linalg.norm(self._points[place] - points[point], axis=1) * EARTH_RADIUS_M
        order = np.lexsort((place, apart, self._extents_m[place], point))
        order = order[apart[order] <= self._extents_m[place[order]]]
        first = order[np.diff(point[order], prepend=-1) != 0]
        named = np.full(len(points), -1)
        named[point[first]] = place[first]
        return named


def _pairs(tree: KDTree, points: np.ndarray, line: float) -> np.ndarray:
    """Pairs of a point (``i``) and what lies within a straight line of it (``j``), as numbers, and how far (``v``)."""
    pairs: np.ndarray = KDTree(points).sparse_distance_matrix(tree, line, output_type="ndarray")
    return pairs


def _distinct(numbers: np.ndarray) -> np.ndarray:
    """Numbers that are not negative in order, each once."""
    ordered = np.sort(numbers)
    return np.asarray(ordered[np.diff(ordered, prepend=-1) != 0])


def _lay_fixed(lain: pa.Table) -> np.ndarray:
    """Whether each ship lay fixed: by her headings, or where she sends none by her positions."""
    sums = {word: lain[word].to_numpy().astype(np.float64) for word in _SUMS}
    headed, reports = np.maximum(sums["headed"], 1.0), np.maximum(sums["reports"], 1.0)
    length = np.hypot(sums["east"], sums["north"]) / 1e6 / headed
    up, right = (sums[f"{word}_squared"] / reports - (sums[word] / reports) ** 2 for word in ("up", "right"))
    metre = math.radians(1e-7) * EARTH_RADIUS_M
    east = metre * np.cos(np.radians(lain["lat"].to_numpy()))
    strays = np.sqrt(np.maximum(up * metre**2 + right * east**2, 0.0) / 2.0)
    by_heading = (sums["headed"] >= 3) & (length >= FIXED)
    return np.asarray(np.where(sums["headed"] >= 3, by_heading, strays <= FIXED_M))


def unit_points(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Points on the unit sphere, where no meridian is special."""
    phi, theta = np.radians(np.asarray(lat, dtype=np.float64)), np.radians(np.asarray(lon, dtype=np.float64))
    return np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])
