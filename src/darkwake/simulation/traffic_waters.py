"""Where simulated ships live: ports of the world with piers, anchorages, transfer areas and clear ways out to sea.

A port is begun from a rough place and looked up in the bundled map of water (cells of 15 seconds of arc): piers run out from
the nearest shore that an anchorage sees over water, anchorages lie where all is water around, ways lead where a straight line
stays on water. So no ship crosses land, as far as the map knows it: a cell with any water is water, and piers and small
harbours lie in such cells. Depths, channels and traffic schemes are not known. The places are invented, whatever real port
they are begun at (``traffic_ports.py``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import ndimage

from darkwake.geo import wrap_lon
from darkwake.schema import Places
from darkwake.seaways import World, wet
from darkwake.seaways.water import PER_DEGREE
from darkwake.simulation.traffic_legs import metres_per_degree, moved, step, way

WINDOW_DEG = 0.75
"""So far around its beginning a port may lie."""
ANCHORAGE_M, SWING_M = 3_300.0, 600.0
"""Radius of an anchorage; the least distance between two anchors there (assumed: five shackles, a hull and a margin)."""
FAIRWAY_M = 700.0
"""The middle of an anchorage is kept free for ships that pass."""
BERTH_M, PIERS_APART_M = 220.0, 300.0
BERTHS_ASIDE = 3
LOOK_M = 400.0
"""Water is looked up so often along a way: a little less than a cell."""
FARTHEST_M, DEEP_M, DEEP_LOOK_M = 220e3, 1_500e3, 2_000.0
"""Ways out to sea end there; those across an ocean, and how often water is looked up along these."""


Ways = list[tuple[float, float]]
"""Courses, and how far each leads, metres."""


@dataclass(frozen=True)
class Berth:
    """Room at the face of a pier."""

    lat: float
    lon: float
    """At the water's edge, in the middle of the berth."""
    heading_deg: float
    """The pier's own direction, out to sea."""
    side: int
    """1: the water is to the right of the pier's direction, -1: to the left."""
    place: int
    room_m: float = BERTH_M

    def middle(self, beam_m: float) -> tuple[float, float]:
        """Where the middle of a ship of a beam lies."""
        return step(self.lat, self.lon, self.heading_deg + 90.0 * self.side, beam_m / 2 + 1.5)

    def off(self, metres: float) -> tuple[float, float]:
        """A place so far off the face."""
        return step(self.lat, self.lon, self.heading_deg + 90.0 * self.side, metres)


@dataclass(frozen=True)
class Anchorage:
    """A circle in which ships lie at anchor, and how its water turns."""

    lat: float
    lon: float
    turn: float
    tide: float
    place: int


@dataclass
class Port:
    """A port: what ships do there uses up its room."""

    number: int
    name: str
    anchorages: list[Anchorage]
    berths: list[Berth]
    boats: list[Berth]
    """Quays of small craft; many lie at each."""
    ways: Ways
    """Clear ways from the first anchorage out to sea: course and metres."""
    deep: Ways
    """Those that lead on across an ocean."""
    spots: dict[int, list[tuple[float, float]]] = field(default_factory=dict)
    """Anchorage to its spots that are still free."""

    def middle(self, random: np.random.Generator, spread_m: float = 150.0) -> tuple[float, float]:
        """A place in the fairway through the first anchorage."""
        return step(self.lat, self.lon, float(random.uniform(0, 360)), float(abs(random.normal(0, spread_m))))

    @property
    def lat(self) -> float:
        """Latitude of the first anchorage."""
        return self.anchorages[0].lat

    @property
    def lon(self) -> float:
        """Longitude of the first anchorage."""
        return self.anchorages[0].lon


class Atlas:
    """The ports of a world and their places."""

    def __init__(self, random: np.random.Generator) -> None:
        """Begin without ports."""
        self.random = random
        self.ports: list[Port] = []
        self.rows: list[dict[str, object]] = []

    def place(self, kind: str, name: str, lat: float, lon: float, extent_m: float, parent: int | None = None) -> int:
        """Note a place; its number."""
        where = {"lat": lat, "lon": float(wrap_lon(lon)), "extent_m": extent_m, "verified": False, "origin": "simulated"}
        above = None if parent is None else self.rows[parent]["place_id"]
        number = len(self.rows)
        row = {
            "place_id": f"place-{number:05d}",
            "name": name,
            "kind": kind,
            "parent_id": above,
            "evidence": ["file-simulated"],
        }
        self.rows.append(row | where)
        return number

    def places(self, listed: float) -> pa.Table:
        """Rows of ``Places``: every port, and this share of berths, anchorages and transfer areas."""
        kept = self.random.random(len(self.rows)) < listed
        return Places.rows([row for row, keep in zip(self.rows, kept, strict=True) if keep or row["kind"] == "port"])

    def found(self, name: str, lat: float, lon: float, ships: int) -> Port | None:
        """Lay a port for about so many ships near a place; none where no water and shore serve."""
        chart = Chart(lat, lon)
        spots = chart.anchorages(1 + ships // 60)
        if not spots:
            return None
        port_place = self.place("port", name, *spots[0], 15_000.0)
        anchorages = []
        for number, (at_lat, at_lon) in enumerate(spots):
            place = self.place("anchorage", f"{name} anchorage {number + 1}", at_lat, at_lon, ANCHORAGE_M, port_place)
            turn, tide = self.random.uniform(0, 360), self.random.uniform(0, 6)
            anchorages.append(Anchorage(at_lat, at_lon, float(turn), float(tide), place))
        ways, deep = chart.ways(*spots[0], self.random)
        port = Port(len(self.ports), name, anchorages, [], [], ways, deep)
        for pier in chart.piers(spots, 2 + ships // 10):
            self._berths(port, port_place, *pier)
        if not port.ways or len(port.berths) < BERTHS_ASIDE:
            return None
        port.berths = [port.berths[at] for at in self.random.permutation(len(port.berths))]
        self.ports.append(port)
        return port

    def _berths(self, port: Port, parent: int, lat: float, lon: float, seaward_deg: float) -> None:
        boats = not port.boats or self.random.random() < 0.15
        half = float(self.random.uniform(12.0, 45.0))
        others = [(berth.lat, berth.lon) for berth in (*port.berths, *port.boats)]
        for side in (1, -1):
            for number in range(1 if boats else BERTHS_ASIDE):
                at = step(lat, lon, seaward_deg, 150.0 + BERTH_M * number)
                face = step(*at, seaward_deg + 90.0 * side, half)
                if _near(face, others) or not _all_wet(face, seaward_deg, side):
                    continue
                name = f"{port.name} {'boats' if boats else 'berth'} {len(port.berths) + len(port.boats) + 1}"
                place = self.place("berth", name, *face, 150.0, parent)
                (port.boats if boats else port.berths).append(Berth(*face, seaward_deg % 360.0, side, place))

    def anchor_at(self, port: Port) -> tuple[Anchorage, tuple[float, float]] | None:
        """A free spot at an anchorage, or none."""
        for at, anchorage in enumerate(port.anchorages):
            if at not in port.spots:
                port.spots[at] = self._spots(anchorage)
        free = [at for at in port.spots if port.spots[at]]
        if not free:
            return None
        at = int(self.random.choice(free))
        return port.anchorages[at], port.spots[at].pop()

    def _spots(self, anchorage: Anchorage) -> list[tuple[float, float]]:
        """Spots in a jittered lattice of the room that a swinging ship needs, in random order."""
        reach = np.arange(-ANCHORAGE_M, ANCHORAGE_M, SWING_M)
        east, north = (grid.ravel() + self.random.uniform(-90, 90, grid.size) for grid in np.meshgrid(reach, reach))
        inside = (np.hypot(east, north) < ANCHORAGE_M) & (np.hypot(east, north) > FAIRWAY_M)
        count = int(inside.sum())
        lat, lon = (np.full(count, value) for value in (anchorage.lat, anchorage.lon))
        lats, lons = moved(lat, lon, np.zeros(count), north[inside], east[inside])
        return [(float(lats[at]), float(lons[at])) for at in self.random.permutation(count)]


def afloat(lat: float, lon: float, to_lat: float, to_lon: float) -> bool:
    """Whether a straight way stays on water."""
    share = np.linspace(0, 1, 3 + int(way(lat, lon, to_lat, to_lon)[0] / LOOK_M))
    lons = wrap_lon(lon + share * (to_lon - lon))
    return bool(wet(World(), lat + share * (to_lat - lat), lons).all())


def _all_wet(face: tuple[float, float], heading_deg: float, side: int) -> bool:
    """Whether a berth lies in water from end to end."""
    around = [step(*face, heading_deg, along) for along in (-140.0, 0.0, 140.0)]
    lats, lons = zip(*around, *(step(*at, heading_deg + 90.0 * side, 45.0) for at in around), strict=True)
    return bool(wet(World(), lats, wrap_lon(lons)).all())


def _near(at: tuple[float, float], others: list[tuple[float, float]]) -> bool:
    """Whether a berth would lie too near those of other piers."""
    if not others:
        return False
    lats, lons = np.array(others).T
    north_m, east_m = metres_per_degree(at[0])
    return bool((np.hypot((lats - at[0]) * north_m, (lons - at[1]) * east_m) < PIERS_APART_M).any())


class Chart:
    """The water around a place, cell by cell."""

    def __init__(self, lat: float, lon: float) -> None:
        """Look the water up."""
        cells = np.arange(-round(WINDOW_DEG * PER_DEGREE), round(WINDOW_DEG * PER_DEGREE) + 1) / PER_DEGREE
        self.lat, self.lon = lat, lon
        self.lats, self.lons = np.meshgrid(lat + cells, lon + cells, indexing="ij")
        self.wet: NDArray[np.bool_] = wet(World(), self.lats, wrap_lon(self.lons))
        north_m, east_m = metres_per_degree(lat)
        self.cell_m = float(north_m) / PER_DEGREE, float(east_m) / PER_DEGREE
        self.to_land_m = ndimage.distance_transform_edt(self.wet, sampling=self.cell_m)
        self.from_m = np.hypot((self.lats - lat) * float(north_m), (self.lons - lon) * float(east_m))

    def anchorages(self, count: int) -> list[tuple[float, float]]:
        """The nearest places with water all around, apart from each other."""
        taken = np.where(self.to_land_m > ANCHORAGE_M + 900.0, self.from_m, np.inf)
        found: list[tuple[float, float]] = []
        while len(found) < count and np.isfinite(taken.min()):
            best = np.unravel_index(int(np.argmin(taken)), taken.shape)
            lat, lon = float(self.lats[best]), float(self.lons[best])
            if not found or self.clear(*found[0], np.array([lat]), np.array([lon]))[0]:
                found.append((lat, lon))
                apart = 2 * ANCHORAGE_M + 1_500.0
            else:
                apart = 1_500.0
            away = np.hypot((self.lats - lat) * self.cell_m[0] * PER_DEGREE, (self.lons - lon) * self.cell_m[1] * PER_DEGREE)
            taken[away < apart] = np.inf
        return found

    def piers(self, anchorages: list[tuple[float, float]], count: int) -> list[tuple[float, float, float]]:
        """Feet of piers on the shore that an anchorage sees: latitude, longitude, direction out to sea."""
        shore = np.argwhere(self.wet & (self.to_land_m <= 1.1 * max(self.cell_m)))
        order = shore[np.argsort(self.from_m[tuple(shore.T)], kind="stable")][: 40 * count + 200]
        seen = np.zeros(len(order), np.bool_)
        lats, lons = self.lats[tuple(order.T)], self.lons[tuple(order.T)]
        for lat, lon in anchorages[:1]:
            seen |= self.clear(lat, lon, lats, lons)
        slope = np.gradient(ndimage.gaussian_filter(self.to_land_m, 1.5), *self.cell_m)
        found: list[tuple[float, float, float]] = []
        used: set[tuple[int, int]] = set()
        for (row, column), at_lat, at_lon in zip(order[seen].tolist(), lats[seen], lons[seen], strict=True):
            if len(found) >= count or (row // 2, column // 2) in used:
                continue
            used.add((row // 2, column // 2))
            north, east = float(slope[0][row, column]), float(slope[1][row, column])
            if math.hypot(north, east) > 1e-6:
                found.append((float(at_lat), float(at_lon), math.degrees(math.atan2(east, north)) % 360.0))
        return found

    def clear(self, lat: float, lon: float, to_lat: NDArray[np.float64], to_lon: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether straight ways to places of the chart stay on water."""
        share = np.linspace(0, 1, 80)[:, None]
        rows = np.clip(np.rint((lat + share * (to_lat - lat) - self.lats[0, 0]) * PER_DEGREE), 0, len(self.lats) - 1)
        columns = np.clip(np.rint((lon + share * (to_lon - lon) - self.lons[0, 0]) * PER_DEGREE), 0, self.lats.shape[1] - 1)
        return np.asarray(self.wet[rows.astype(np.int64), columns.astype(np.int64)].all(axis=0))

    def ways(self, lat: float, lon: float, random: np.random.Generator) -> tuple[Ways, Ways]:
        """Clear ways out to sea, those that lead farthest first, apart from each other; and those that cross an ocean."""
        courses = np.arange(0.0, 360.0, 1.0) + random.uniform(0, 1)
        run = clear_run(lat, lon, courses, np.arange(2_000.0, FARTHEST_M, LOOK_M)) - 1_500.0
        found: list[int] = []
        for at in np.argsort(-run, kind="stable"):
            if run[at] > 25_000.0 and all(abs((courses[at] - courses[other] + 180) % 360 - 180) >= 36 for other in found):
                found.append(int(at))
        found = found[:5]
        far = [at for at in found if run[at] > 0.95 * FARTHEST_M]
        deep = clear_run(lat, lon, courses, np.arange(200e3, DEEP_M, DEEP_LOOK_M))
        return [(float(courses[at]), float(run[at])) for at in found], [(float(courses[at]), float(deep[at])) for at in far]


def clear_run(lat: float, lon: float, courses: NDArray[np.float64], metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each course, and its neighbours on both sides, stay on water: ships need not sail in one line."""
    heading, ahead = (grid.ravel() for grid in np.meshgrid(courses, metres, indexing="ij"))
    there = moved(np.full(len(heading), lat), np.full(len(heading), lon), heading, ahead, 0.0)
    polar = np.abs(there[0]) > 74.0
    afloat = (wet(World(), np.clip(there[0], -89, 89), wrap_lon(there[1])) & ~polar).reshape(len(courses), len(metres))
    run = np.where(afloat.all(axis=1), metres[-1], metres[np.argmin(afloat, axis=1)])
    return np.asarray(np.min([np.roll(run, turn) for turn in range(-3, 4)], axis=0))
