"""Shortest ways over water: a graded mesh, its edges along clear lines, and fields of distances from chosen points.

Nodes are about a minute of arc apart near land (more where the region is large) and up to half a degree in the wide sea.
Each is joined to those within ``REACH`` times its side that it sees over water, in some forty directions, so that a way is
at most about 2 % longer than the true one; distances are geodesics on WGS 84, so that none is shorter than the great circle.

What it is not: a route that a ship would take. Depth, ice, traffic lanes, locks, closed borders are not known. The canals of
``CANALS`` are open to every ship.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse, spatial
from scipy.sparse import csgraph

from darkwake.geo import EARTH_RADIUS_M, distance_m, wrap_lon
from darkwake.seaways.blocks import Blocks, Bools, Floats, Ints, Nodes, Region, lay_nodes, read_blocks
from darkwake.seaways.water import Water, World

REACH = 3.65
"""Neighbours lie within so many sides of a leaf: on a square lattice the offsets up to (3, 2), 32 directions, whose ways
are at most 1.3 % longer than the straight line."""
ANCHORS = 40
"""A point is joined to those of so many nearest nodes that it sees."""
SAMPLES_PER_CHUNK = 1_000_000
"""Places looked up at once when lines are tested: 60 MB."""
SHORT_M = 20_000.0
"""Over so short a line a great circle strays from even steps of latitude and longitude by less than 50 m up to 80 degrees."""
METRES_PER_CELL = 463.0
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

    def __init__(self, region: Region, *, side: int = 4, water: Water | None = None) -> None:
        """Lay the mesh.

        Args:
            region: the cap that is covered; no way leaves it.
            side: cells of 15 seconds along a block: 4, 8, 16 ... up to 128.
            water: the map of water; the world's when left out.
        """
        self.region = region
        self.side = side
        self.blocks = read_blocks(water or World(), region, side)
        self.nodes = lay_nodes(self.blocks)
        self.points = on_sphere(self.nodes.lat, self.nodes.lon)

    @cached_property
    def tree(self) -> spatial.cKDTree:
        """The nodes for look-ups by place."""
        return spatial.cKDTree(self.points)

    @cached_property
    def edges(self) -> sparse.csr_matrix:
        """Metres between nodes that see or touch each other, both ways."""
        first, second = _edges(self.blocks, self.nodes, self.points)
        first, second, metres = self._with_canals(first, second)
        count = len(self.nodes.lat)
        half = sparse.coo_matrix((metres, (first, second)), (count, count))
        return (half + half.T).tocsr()

    def _with_canals(self, first: Ints, second: Ints) -> tuple[Ints, Ints, Floats]:
        lat, lon = self.nodes.lat, self.nodes.lon
        metres = np.maximum(distance_m(lat[first], lon[first], lat[second], lon[second]), 1.0)
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
            known = ((first == one) & (second == other)) | ((first == other) & (second == one))
            if one != other and not known.any():
                first, second, metres = np.append(first, one), np.append(second, other), np.append(metres, length)
        return first, second, metres

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
        if not count or not len(sights.lat):
            return np.full((len(sights.lat), count), np.inf)
        found = csgraph.dijkstra(self._joined(sights), indices=np.arange(count, count + len(sights.lat)), limit=limit_m)
        return np.asarray(found)[:, :count]

    def _joined(self, sights: Sights) -> sparse.csr_matrix:
        """The graph with a node for each point, from which ways go out."""
        edges = self.edges
        total = edges.shape[0] + len(sights.lat)
        joined = np.isfinite(sights.metres)
        data = np.concatenate([edges.data, np.maximum(sights.metres[joined], 1e-3)])
        to = np.concatenate([edges.indices, sights.nodes[joined].astype(edges.indices.dtype)])
        ends = edges.indptr[-1] + np.cumsum(joined.sum(axis=1))
        return sparse.csr_matrix((data, to, np.concatenate([edges.indptr, ends])), (total, total))

    def way(self, ends: Sights) -> Floats:
        """The shortest way from the first of two points to the second, pulled straight where the water allows.

        Latitudes and longitudes; empty where no way leads.
        """
        count = len(self.nodes.lat)
        if not count:
            return np.zeros((0, 2))
        metres, before = csgraph.dijkstra(self._joined(ends), True, np.array([count]), True)
        metres, before = metres[0], before[0]
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


def on_sphere(lat: Floats, lon: Floats) -> Floats:
    """Positions as points on the mean sphere, metres."""
    phi, along = np.radians(lat), np.radians(lon)
    points: Floats = EARTH_RADIUS_M * np.stack([np.cos(phi) * np.cos(along), np.cos(phi) * np.sin(along), np.sin(phi)], axis=-1)
    return points


def _edges(blocks: Blocks, nodes: Nodes, points: Floats) -> tuple[Ints, Ints]:
    """Pairs of nodes that see each other within reach, and those that touch."""
    side_m = blocks.side * METRES_PER_CELL
    members = [np.flatnonzero(nodes.level == level) for level in range(int(nodes.level.max(initial=0)) + 1)]
    trees = [spatial.cKDTree(points[member]) for member in members]
    pairs = [nodes.touching]
    for level, (tree, member) in enumerate(zip(trees, members, strict=True)):
        reach_m = REACH * side_m * 2**level
        pairs.append(_seen(blocks, nodes, member[tree.query_pairs(reach_m, output_type="ndarray")], level))
    for level, ((fine, coarse), (tree, other)) in enumerate(zip(pairwise(members), pairwise(trees), strict=True)):
        near = tree.sparse_distance_matrix(other, REACH * side_m * 2**level, output_type="coo_matrix")
        pairs.append(_seen(blocks, nodes, np.stack([fine[near.row], coarse[near.col]], axis=1), level))
    joined = np.concatenate(pairs)
    keys = np.sort(joined.min(axis=1) * (1 << 32) + joined.max(axis=1))
    keys = keys[np.diff(keys, prepend=-1) > 0]
    return keys >> 32, keys & 0xFFFFFFFF


def _seen(blocks: Blocks, nodes: Nodes, pairs: Ints, level: int) -> Ints:
    """The pairs whose line runs over water."""
    if not len(pairs):
        return pairs.reshape(0, 2)
    first, second = pairs.T
    clear = np.zeros(len(pairs), np.bool_)
    if level:
        # A joined leaf and its eight neighbours are open: a line that leaves the one square inside the other is clear.
        aside = np.abs(wrap_lon(nodes.lon[first] - nodes.lon[second]))
        off_deg = np.maximum(np.abs(nodes.lat[first] - nodes.lat[second]), aside)
        clear = off_deg <= 1.5 * blocks.side_deg * (2.0 ** nodes.level[first] + 2.0 ** nodes.level[second])
    # What a quarter of a leaf can miss is an islet.
    step_m = METRES_PER_CELL * (max(0.5, blocks.side / 16) if level == 0 else blocks.side * 2**level / 4)
    first, second = first[~clear], second[~clear]
    clear[~clear] = sees(blocks, nodes.lat[first], nodes.lon[first], nodes.lat[second], nodes.lon[second], step_m)
    return pairs[clear]


def sees(blocks: Blocks, lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats, step_m: float) -> Bools:
    """Whether the straight line between positions runs over water, looked up at least every ``step_m``."""
    a, b = on_sphere(lat_a, lon_a), on_sphere(lat_b, lon_b)
    count = np.ceil(np.sqrt(((a - b) ** 2).sum(axis=1)) / step_m).astype(np.int64) + 1
    clear = np.ones(len(a), np.bool_)
    order = np.argsort(count, kind="stable")
    start = 0
    while start < len(order):
        # Lines of like length together, as many as fit the memory.
        size = max(1, min(SAMPLES_PER_CHUNK // int(count[order[min(start + 65_536, len(order)) - 1]]), 65_536))
        some = order[start : start + size]
        share = np.linspace(0.0, 1.0, int(count[some[-1]]) + 1)[1:-1]
        if len(share):
            lat, lon = _along(
                lat_a[some], lon_a[some], lat_b[some], lon_b[some], share, short=count[some[-1]] * step_m < SHORT_M
            )
            clear[some] = blocks.wet(lat.ravel(), lon.ravel()).reshape(lat.shape).all(axis=1)
        start += size
    return clear


def _along(lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats, share: Floats, *, short: bool) -> tuple[Floats, Floats]:
    """Positions along lines; over a short one latitude and longitude are as good as the great circle."""
    if short and max(np.abs(lat_a).max(), np.abs(lat_b).max()) < 80.0:
        lat = lat_a[:, None] + (lat_b - lat_a)[:, None] * share
        return lat, lon_a[:, None] + wrap_lon(lon_b - lon_a)[:, None] * share
    a, b = on_sphere(lat_a, lon_a), on_sphere(lat_b, lon_b)
    x, y, z = (a[:, n, None] * (1 - share) + b[:, n, None] * share for n in range(3))
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
