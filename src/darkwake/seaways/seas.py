"""Distances by sea between places anywhere, over meshes that are laid as they are asked for and kept.

A short reach gets a mesh of a minute of arc, a long one a coarser mesh, the longest the whole globe. Meshes and fields of
distances are kept for the next question, a few of each, so memory stays bounded.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from darkwake.geo import EARTH_RADIUS_M, distance_m
from darkwake.seaways.blocks import Floats, Region
from darkwake.seaways.graph import SeaGraph, Sights, along_great_circles, lookup
from darkwake.seaways.sightlines import METRES_PER_CELL
from darkwake.seaways.water import Water, World
from darkwake.seaways.world_mesh import SIDE, world_mesh
from darkwake.units import METRES_PER_NAUTICAL_MILE

GRAPHS_KEPT = 2
FIELDS_KEPT = 32
SIGHTS_KEPT = 8
ANSWERS_KEPT = 256
SHORT_QUESTION = 1_000
"""Answers about so many positions at most are kept too, 8 MB of them: a case that is run again asks the same."""
Key = tuple[float, float, float]
"""Middle and radius of a graph's region."""
HALF_GLOBE_M = math.pi * EARTH_RADIUS_M


@dataclass(frozen=True)
class Mesh:
    """How a reach is covered: meshes of this radius about the points of a lattice, with blocks of so many cells."""

    reach_m: float
    radius_m: float
    lattice_deg: float
    side: int

    @property
    def wider(self) -> Mesh:
        """The same mesh about a lattice four times as wide, for places that would need several."""
        more_m = 3.0 * self.lattice_deg * math.sqrt(0.5) * METRES_PER_DEGREE
        return Mesh(self.reach_m, self.radius_m + more_m, 4.0 * self.lattice_deg, self.side)


METRES_PER_DEGREE = 111_700.0
"""Of latitude, at most."""
MESHES = (
    Mesh(600e3, 800e3, 1.0, 4),
    Mesh(1_000e3, 1_450e3, 4.0, 4),
    Mesh(HALF_GLOBE_M, HALF_GLOBE_M, 0.0, SIDE),
)
"""Blocks of 1 and of 8 minutes of arc; all keep the water of 15 seconds apart as it lies. A radius is the reach, half the
diagonal of a square of the lattice, and two of the largest leaves, so that no way within reach comes near the mesh's edge:
distances do not depend on which mesh of a side they are measured over."""
LONGER_SHARE = 0.03
"""A way over a mesh is longer than the shortest way over the same water by at most this share beyond the ends' blocks
(measured against great circles over open sea from the equator to the pole; the offsets of a square lattice make 1.3 %)."""
STRAIGHT_BLOCKS = 40.0
"""Over distances of so many blocks the great circle itself is looked along: near its ends a mesh is at its coarsest."""


class Seas:
    """Distances over a map of water; what was asked before is kept, so one thread at a time may ask."""

    def __init__(self, water: Water | None = None, meshes: tuple[Mesh, ...] = MESHES) -> None:
        """Ask for distances.

        Args:
            water: the map of water; the world's when left out.
            meshes: how reaches are covered, the shortest first; the last one serves all longer reaches.
        """
        self.water = water or World()
        self.meshes = meshes
        self._graphs: OrderedDict[Key, SeaGraph] = OrderedDict()
        self._fields: OrderedDict[tuple[Key, float, float, float], Floats] = OrderedDict()
        self._sights: OrderedDict[tuple[Key, bytes], Sights] = OrderedDict()
        self._answers: OrderedDict[tuple[object, ...], Reached] = OrderedDict()

    def covering(self, lat: float, lon: float, reach_m: float) -> SeaGraph:
        """A graph that holds every way of at most ``reach_m`` from a position."""
        return self._graph(self.mesh(reach_m), lat, lon)

    def mesh(self, reach_m: float) -> Mesh:
        """The finest mesh for a reach."""
        return next((mesh for mesh in self.meshes if reach_m <= mesh.reach_m), self.meshes[-1])

    def key(self, mesh: Mesh, lat: float, lon: float) -> Key:
        """Middle and radius of the region of a mesh that a position is asked in; in their order each mesh is laid once."""
        if not mesh.lattice_deg:
            return 0.0, 0.0, mesh.radius_m
        row = round(lat / mesh.lattice_deg) * mesh.lattice_deg
        # The lattice keeps its width in kilometres towards the poles.
        columns = max(1, round(360.0 / mesh.lattice_deg * math.cos(math.radians(row))))
        column = round((lon + 180.0) / 360.0 * columns) % columns
        return row, column * 360.0 / columns - 180.0, mesh.radius_m

    def near(self, places: Sequence[tuple[float, float]]) -> list[Mesh]:
        """The finest mesh for each of some positions: those that share the square of a wider lattice share its mesh.

        Distances within reach are the same; fewer meshes are laid.
        """
        fine, wide = self.meshes[0], self.meshes[0].wider
        squares: dict[Key, set[Key]] = {}
        for at in places:
            squares.setdefault(self.key(wide, *at), set()).add(self.key(fine, *at))
        return [wide if len(squares[self.key(wide, *at)]) > 1 else fine for at in places]

    def _graph(self, mesh: Mesh, lat: float, lon: float) -> SeaGraph:
        key = self.key(mesh, lat, lon)
        if key not in self._graphs:
            # Those that go, go first, so that they are not in memory beside the new one; the globe's fills it alone.
            while len(self._graphs) >= (1 if mesh.side == SIDE else GRAPHS_KEPT):
                gone, _ = self._graphs.popitem(last=False)
                for field in [field for field in self._fields if field[0] == gone]:
                    del self._fields[field]
            shipped = world_mesh() if mesh.side == SIDE and isinstance(self.water, World) else None
            self._graphs[key] = SeaGraph(Region(*key), side=mesh.side, water=self.water, laid=shipped)
        self._graphs.move_to_end(key)
        return self._graphs[key]

    def sights(self, graph: SeaGraph, lat: Floats, lon: Floats) -> Sights:
        """How points are joined to a graph; points of one silence or place come again and again."""
        key = self._graph_key(graph), np.stack([lat, lon]).tobytes()
        if key not in self._sights:
            self._sights[key] = graph.sights(lat, lon)
            while len(self._sights) > SIGHTS_KEPT:
                self._sights.popitem(last=False)
        return self._sights[key]

    def _graph_key(self, graph: SeaGraph) -> Key:
        return graph.region.lat, graph.region.lon, graph.region.radius_m

    def from_point(
        self, lat: float, lon: float, to_lat: Floats, to_lon: Floats, reach_m: float, *, mesh: Mesh | None = None
    ) -> Reached:
        """Metres over water from a position to others, as far as ``reach_m``; infinite beyond or where no way leads.

        Over the finest mesh for the reach, where none is named.
        """
        to_lat, to_lon = np.asarray(to_lat, np.float64), np.asarray(to_lon, np.float64)
        asked = lat, lon, to_lat.tobytes(), to_lon.tobytes(), reach_m, mesh
        if asked in self._answers:
            self._answers.move_to_end(asked)
            return self._answers[asked]
        found = self._reached(lat, lon, to_lat, to_lon, reach_m, mesh)
        if len(to_lat) <= SHORT_QUESTION:
            self._answers[asked] = found
            while len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
        return found

    def _reached(self, lat: float, lon: float, to_lat: Floats, to_lon: Floats, reach_m: float, mesh: Mesh | None) -> Reached:
        field, sight, graph = self.field_over((lat, lon), (lat, lon), reach_m, mesh)
        off_water_m = float(sight.off_water_m[0])
        others = self.sights(graph, to_lat, to_lon)
        metres = lookup(field[None, :], others)[0]
        straight = distance_m(lat, lon, to_lat, to_lon)
        near = np.flatnonzero((straight <= STRAIGHT_BLOCKS * graph.side * METRES_PER_CELL) & (others.off_water_m == 0))
        if off_water_m == 0 and len(near):
            clear = near[along_great_circles(graph, lat, lon, to_lat[near], to_lon[near])]
            metres[clear] = straight[clear]
        return Reached(
            np.maximum(metres, straight), straight, off_water_m, others.off_water_m, excess_m(sight) + excess_m(others)
        )

    def field_over(
        self, centre: tuple[float, float], at: tuple[float, float], reach_m: float, mesh: Mesh | None = None
    ) -> tuple[Floats, Sights, SeaGraph]:
        """Metres from a position to every node of the graph that covers a reach about ``centre``; how it is joined to that."""
        mesh = mesh or self.mesh(reach_m)
        key, graph = self.key(mesh, *centre), self._graph(mesh, *centre)
        sight = self.sights(graph, *np.array([at], np.float64).T)
        # A field out to a limit serves every shorter reach.
        known = next((field for field in self._fields if field[:3] == (key, *at) and field[3] >= reach_m), None)
        if known is None:
            known = key, *at, reach_m
            self._fields[known] = graph.fields(sight, limit_m=reach_m * (1 + LONGER_SHARE) + 50e3)[0].astype(np.float32)
            while len(self._fields) > FIELDS_KEPT:
                self._fields.popitem(last=False)
        self._fields.move_to_end(known)
        return self._fields[known], sight, graph


@dataclass(frozen=True)
class Reached:
    """Distances from one position to others."""

    metres: Floats
    straight_m: Floats
    """Along the great circle."""
    off_water_m: float
    """How far the position lies off the water that it was joined to; 0 when it is afloat."""
    to_off_water_m: Floats
    """The same of the others."""
    excess_m: Floats
    """By how much each distance may be too long beyond ``LONGER_SHARE`` of it."""

    @property
    def least_m(self) -> Floats:
        """Distances that no way over water undercuts, as far as the map of water goes; never less than the great circle."""
        least = (self.metres - self.excess_m - self.off_water_m - self.to_off_water_m) / (1 + LONGER_SHARE)
        return np.maximum(least, self.straight_m)


def excess_m(sights: Sights) -> Floats:
    """What a way may be too long for passing through a node near its end, there and back: on open sea tens of kilometres."""
    nearest = sights.metres.min(axis=1)
    return np.where(np.isfinite(nearest), (2.0 + LONGER_SHARE) * nearest, 0.0)


@lru_cache(maxsize=1)
def world_seas() -> Seas:
    """The world's seas; one for the process, so that meshes are laid once."""
    return Seas()


def sea_distance_nm(a: tuple[float, float], b: tuple[float, float], *, seas: Seas | None = None) -> float:
    """Distance by sea in nautical miles between two positions (latitude, longitude); infinite where no way leads.

    The way is pulled straight where the water allows; it is never shorter than the great circle. A position on land is
    joined to its nearest water as the crow flies. What it is not: the distance of a route that ships take.

    >>> round(sea_distance_nm((42.74, 133.05), (41.77, 129.82)))  # Vostochny to Chongjin
    157
    """
    way = sea_way(a, b, seas=seas)
    if not len(way):
        return math.inf
    return float(distance_m(way[:-1, 0], way[:-1, 1], way[1:, 0], way[1:, 1]).sum()) / METRES_PER_NAUTICAL_MILE


def sea_way(a: tuple[float, float], b: tuple[float, float], *, seas: Seas | None = None) -> Floats:
    """The shortest way over water from a to b as latitudes and longitudes; empty where no way leads."""
    seas = seas or world_seas()
    straight = float(distance_m(*a, *b))
    reach_m = straight * 1.15 + 50e3
    while True:
        # All ways of a length lie in an ellipse, and this in a cap about its middle.
        graph = seas.covering(*a, reach_m)
        ends = graph.sights(*np.array([a, b], np.float64).T)
        way = graph.way(ends)
        metres = float(distance_m(way[:-1, 0], way[:-1, 1], way[1:, 0], way[1:, 1]).sum()) if len(way) else math.inf
        if metres <= reach_m or reach_m >= HALF_GLOBE_M:
            return way
        # The finer mesh is tried whole before the globe is laid.
        finer = seas.meshes[-2].reach_m if len(seas.meshes) > 1 else 0.0
        reach_m = HALF_GLOBE_M if reach_m >= finer else min(reach_m * 2.5, finer)
