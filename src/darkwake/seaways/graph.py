"""Shortest ways over water: a graded mesh, its edges along clear lines, and fields of distances from chosen points.

Nodes are about a minute of arc apart near land (more where the region is large) and up to half a degree in the wide sea.
Each is joined to those within ``REACH`` times its side that it sees over water, in some forty directions, so that a way is
at most about 2 % longer than the true one; distances are geodesics on WGS 84, so that none is shorter than the great circle.

What it is not: a route that a ship would take. Depth, ice, traffic lanes, locks, closed borders are not known. The canals of
``CANALS`` are open to every ship.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse, spatial
from scipy.sparse import csgraph

from darkwake.geo import distance_m
from darkwake.seaways.blocks import Bools, Floats, Ints, Region, read_blocks
from darkwake.seaways.mesh import Laid, lay
from darkwake.seaways.sightlines import METRES_PER_CELL, neighbour_m, on_sphere, sees
from darkwake.seaways.water import Water, World

ANCHORS = 40
"""A point is joined to those of so many nearest nodes that it sees."""
CANAL_MOUTH_M = 20_000.0
"""A canal is opened in a region whose nodes come so near to both its mouths."""


@dataclass(frozen=True)
class Canal:
    """A canal as a line of longitudes and latitudes from sea to sea."""

    name: str
    line: tuple[tuple[float, float], ...]


CANALS = (
    Canal("Suez", ((32.3133, 31.2900), (32.3100, 30.7000), (32.4000, 30.3300), (32.5800, 30.2000), (32.5600, 29.9200))),
    Canal("Panama", ((-79.9180, 9.3800), (-79.9200, 9.2700), (-79.7000, 9.1200), (-79.5900, 9.0000), (-79.5400, 8.8800))),
    Canal("Kiel", ((9.1300, 53.8800), (9.3600, 54.1200), (9.7000, 54.3200), (10.0200, 54.3600), (10.1600, 54.3700))),
    Canal("Corinth", ((22.9500, 37.9580), (23.0130, 37.9130))),
)
"""Canals for sea-going ships, by points read off a map to about 0.01 degrees; their lengths come out as 161, 80, 98 and 8 km
or so. Ships too large for one are not kept out."""


@dataclass(frozen=True)
class Sights:
    """Points that are joined to the mesh; a row is a point."""

    lat: Floats
    lon: Floats
    nodes: Ints
    """The nearest nodes of each."""
    metres: Floats
    """How far these are; infinite for those that it is not joined to."""
    off_water_m: Floats
    """How far each lies off the water that it is joined to; 0 when it is afloat."""


class SeaGraph:
    """A graph of water over a region."""

    def __init__(self, region: Region, *, side: int = 4, water: Water | None = None, laid: Laid | None = None) -> None:
        """Lay the mesh.

        Args:
            region: the cap that is covered; no way leaves it.
            side: cells of 15 seconds along a block: 4, 8, 16 or 32.
            water: the map of water; the world's when left out.
            laid: the mesh over these blocks, where it was laid before.
        """
        self.region = region
        self.side = side
        self.blocks = read_blocks(water or World(), region, side)
        self.nodes = laid or lay(self.blocks)

    @cached_property
    def tree(self) -> spatial.cKDTree:
        """The nodes for look-ups by place."""
        return spatial.cKDTree(on_sphere(self.nodes.lat, self.nodes.lon))

    @cached_property
    def edges(self) -> sparse.csr_matrix:
        """Metres between nodes that see or touch each other, both ways.

        The last row stands for a point from which ways go out; to ask for one, it is written there (``_from``), so that the
        graph is not copied for each point.
        """
        count = len(self.nodes.lat)
        width = min(ANCHORS, count)
        half = self._half()
        whole = half + half.T.tocsr()
        # Of the pairs nothing is needed beside the whole: over the globe they are 160 MB.
        del half
        self.nodes = replace(self.nodes, first=self.nodes.first[:0], second=self.nodes.second[:0])
        indices = np.concatenate([whole.indices, np.arange(width, dtype=np.int32)])
        starts = np.append(whole.indptr, len(indices))
        return sparse.csr_matrix((np.append(whole.data, np.ones(width)), indices, starts), (count + 1, count + 1))

    def _from(self, sights: Sights, point: int) -> sparse.csr_matrix:
        """The graph with the ways from a point to the nodes that it is joined to."""
        joined, width = self.edges, sights.nodes.shape[1]
        joined.indices[-width:] = sights.nodes[point]
        joined.data[-width:] = np.maximum(sights.metres[point], 1e-3)
        return joined

    def _half(self) -> sparse.csr_matrix:
        """Metres between nodes that are joined, from the lower number to the higher."""
        lat, lon, first, second = self.nodes.lat, self.nodes.lon, self.nodes.first, self.nodes.second
        metres = np.maximum(neighbour_m(lat, lon, first, second), 1.0)
        for one, other, length in self._canals():
            at, end = np.searchsorted(first, [one, one + 1])
            at += np.searchsorted(second[at:end], other)
            if one != other and not (at < end and second[at] == other):
                first, second, metres = (
                    np.insert(column, at, value) for column, value in ((first, one), (second, other), (metres, length))
                )
        starts = np.searchsorted(first, np.arange(len(lat) + 1))
        return sparse.csr_matrix((metres, second, starts), (len(lat), len(lat)))

    def _canals(self) -> Iterator[tuple[int, int, float]]:
        """Canals of the region: the nodes at their mouths, the lower number first, and their lengths in metres."""
        lat, lon = self.nodes.lat, self.nodes.lon
        for canal in CANALS:
            at_lon, at_lat = np.array(canal.line).T
            if (distance_m(self.region.lat, self.region.lon, at_lat, at_lon) > self.region.radius_m).any():
                continue
            ends = self.sights(at_lat[[0, -1]], at_lon[[0, -1]])
            nearest = np.argmin(ends.metres, axis=1)
            if ends.metres.min(axis=1).max() > CANAL_MOUTH_M:
                continue
            one, other = (int(ends.nodes[row, nearest[row]]) for row in (0, 1))
            way_lat, way_lon = np.array([lat[one], *at_lat, lat[other]]), np.array([lon[one], *at_lon, lon[other]])
            length = float(distance_m(way_lat[:-1], way_lon[:-1], way_lat[1:], way_lon[1:]).sum())
            yield min(one, other), max(one, other), length

    def sights(self, lat: Floats, lon: Floats) -> Sights:
        """How points are joined to the mesh: to those of the nearest nodes that they see, or to the nearest one.

        A point on land (a berth by its town, a quay inside a cell of land) is joined to the nearest node alone, as the crow
        flies; ``off_water_m`` says how far off that is.
        """
        lat, lon = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
        count = min(ANCHORS, len(self.nodes.lat))
        if not count or not len(lat):
            none = np.zeros((len(lat), count or 1))
            return Sights(lat, lon, none.astype(np.int64), none + np.inf, none[:, 0] + np.inf)
        _, near = self.tree.query(on_sphere(lat, lon), count)
        near = np.asarray(near, np.int64).reshape(len(lat), count)
        from_lat, from_lon = np.repeat(lat, count), np.repeat(lon, count)
        node_lat, node_lon = self.nodes.lat[near.ravel()], self.nodes.lon[near.ravel()]
        metres = distance_m(from_lat, from_lon, node_lat, node_lon).reshape(near.shape)
        afloat = self.blocks.wet(lat, lon)
        ask = np.repeat(afloat, count)
        seen = np.zeros(near.size, np.bool_)
        seen[ask] = sees(self.blocks, from_lat[ask], from_lon[ask], node_lat[ask], node_lon[ask], METRES_PER_CELL / 2)
        seen = seen.reshape(near.shape)
        seen[np.arange(len(lat)), np.argmin(metres, axis=1)] |= ~seen.any(axis=1)
        return Sights(lat, lon, near, np.where(seen, metres, np.inf), np.where(afloat, 0.0, metres.min(axis=1)))

    def fields(self, sights: Sights, *, limit_m: float = np.inf) -> Floats:
        """Metres over water from points to every node, one row a point; infinite beyond the limit or where no way leads."""
        count = len(self.nodes.lat)
        found = np.full((len(sights.lat), count), np.inf)
        for point in range(len(found) if count else 0):
            found[point] = csgraph.dijkstra(self._from(sights, point), indices=np.array([count]), limit=limit_m)[0, :count]
        return found

    def way(self, ends: Sights) -> Floats:
        """The shortest way from the first of two points to the second, pulled straight where the water allows.

        Latitudes and longitudes; empty where no way leads.
        """
        count = len(self.nodes.lat)
        if not count:
            return np.zeros((0, 2))
        found, behind = csgraph.dijkstra(self._from(ends, 0), True, np.array([count]), True)
        metres, before = found[0], behind[0]
        whole = metres[ends.nodes[1]] + ends.metres[1]
        if not np.isfinite(whole).any():
            return np.zeros((0, 2))
        way = [int(ends.nodes[1, np.argmin(whole)])]
        while before[way[-1]] != count:
            way.append(int(before[way[-1]]))
        way.reverse()
        lat = np.concatenate([ends.lat[:1], self.nodes.lat[way], ends.lat[1:]])
        lon = np.concatenate([ends.lon[:1], self.nodes.lon[way], ends.lon[1:]])
        return self._pulled(lat, lon)

    def _pulled(self, lat: Floats, lon: Floats) -> Floats:
        """A way without the bends that a straight line over water spares: from each point on to the farthest one seen."""
        kept = [0]
        while kept[-1] < len(lat) - 1:
            here = kept[-1]
            ahead = np.arange(here + 1, len(lat))
            seen = sees(
                self.blocks,
                np.full(len(ahead), lat[here]),
                np.full(len(ahead), lon[here]),
                lat[ahead],
                lon[ahead],
                METRES_PER_CELL / 2,
            )
            seen[0] = True
            kept.append(int(ahead[np.flatnonzero(seen)[-1]]))
        return np.stack([lat[kept], lon[kept]], axis=1)


def lookup(fields: Floats, sights: Sights) -> Floats:
    """Metres from the point of each field to each of the points: rows are fields."""
    found: Floats = np.stack([(field[sights.nodes] + sights.metres).min(axis=1) for field in fields])
    return found


def along_great_circles(graph: SeaGraph, lat: float, lon: float, to_lat: Floats, to_lon: Floats) -> Bools:
    """Whether the great circles from a point to others run over water."""
    return sees(graph.blocks, np.full(len(to_lat), lat), np.full(len(to_lat), lon), to_lat, to_lon, METRES_PER_CELL / 2)
