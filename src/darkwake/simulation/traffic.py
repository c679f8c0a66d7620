"""A simulated world of ships with its AIS and its truth: a small one to examine rules with, and an ocean to time them on.

Every position, static message and place is invented and says so (``origin`` is ``simulated``); the truth names each transfer,
look-alike, call, silence and fault. The same generator gives the same world.

    >>> small = world(np.random.default_rng(1), ships=20, days=1.0, ports=1, transfers=1, faults_each=0, every_s=600.0)
    >>> small.positions.num_rows > 500, "call" in small.truth["what"].to_pylist()
    (True, True)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from darkwake.simulation.traffic_faults import faults
from darkwake.simulation.traffic_heard import reports, statics
from darkwake.simulation.traffic_legs import ANCHORED, MOORED, Legs, metres_per_degree
from darkwake.simulation.traffic_lives import Quays, lives
from darkwake.simulation.traffic_meetings import MERCHANTS, SILENT, dark_call, service, transfers
from darkwake.simulation.traffic_ports import PORTS
from darkwake.simulation.traffic_scene import BEGIN, Scene
from darkwake.simulation.traffic_waters import Port

NEIGHBOURS = {(MOORED, MOORED): "berth neighbours", (ANCHORED, ANCHORED): "anchorage neighbours"}
LONG_TOGETHER_KN = 2.0
"""Two ships under way keep company while they move by less than this against each other."""


@dataclass(frozen=True)
class World:
    """A simulated world."""

    positions: pa.Table
    """Rows of ``Positions``, in order of ship and time."""
    statics: pa.Table
    """Rows of ``Statics``."""
    places: pa.Table
    """Rows of ``Places``: every port, most berths, anchorages and transfer areas."""
    truth: pa.Table
    """Rows of ``traffic_scene.TRUTH``."""
    legs: Legs
    """What every ship truly does."""
    ships: dict[str, int]
    """Track to the number of the ship in ``legs``."""

    @cached_property
    def _named(self) -> dict[tuple[str, str], list[dict[str, object]]]:
        found: dict[tuple[str, str], list[dict[str, object]]] = {}
        for row in self.truth.to_pylist():
            if row["other_track_id"]:
                key = (row["track_id"], row["other_track_id"])
                found.setdefault((min(key), max(key)), []).append(row)
        return found

    def pair(self, track_id: str, other_track_id: str, start: object, end: object) -> str:
        """What two ships truly were to each other in a span: as the truth names it, else by what both did in its middle.

        ``none`` where neither lies beside the other and one of them lies still.
        """
        key = (min(track_id, other_track_id), max(track_id, other_track_id))
        for row in self._named.get(key, []):
            if row["start"] < end and start < row["end"]:  # type: ignore[operator]
                return str(row["what"])
        middle = (start + (end - start) / 2 - BEGIN).total_seconds()  # type: ignore[operator]
        ship, time_s = np.array([self.ships[track_id], self.ships[other_track_id]]), np.full(2, middle)
        now, then = self.legs.motion(ship, time_s), self.legs.motion(ship, time_s + 60.0)
        both = int(now.mode[0]), int(now.mode[1])
        if both in NEIGHBOURS:
            return NEIGHBOURS[both]
        if MOORED in both or ANCHORED in both:
            return "passing" if both[0] not in (MOORED, ANCHORED) or both[1] not in (MOORED, ANCHORED) else "none"
        north_m, east_m = metres_per_degree(now.lat)
        north, east = (then.lat - now.lat) * north_m / 60, (then.lon - now.lon) * east_m / 60
        apart = float(np.hypot(north[0] - north[1], east[0] - east[1])) / (1852 / 3600)
        return "parallel courses" if apart < LONG_TOGETHER_KN else "passing"


def world(
    random: np.random.Generator,
    *,
    ships: int = 160,
    days: float = 4.0,
    ports: int = 2,
    every_s: float = 60.0,
    transfers: int = 12,
    faults_each: int = 1,
    listed: float = 0.7,
    silent: Mapping[str, float] = SILENT,
) -> World:
    """A small world.

    Args:
        random: where every draw comes from.
        ships: ordinary ships, about; transfers, services and faults add some.
        days: how long it lasts.
        ports: how many ports, drawn from the table of places.
        every_s: the archive keeps one report of each so long span.
        transfers: how many transfers, of the three kinds in turn.
        faults_each: how many of each kind of false identity and position.
        listed: share of berths, anchorages and transfer areas in ``places``.
        silent: share of transfers by whose transponder is off.
    """
    scene = Scene(random, days)
    shares = [ships // ports] * ports
    for number in random.permutation(len(PORTS)):
        name, lat, lon, _ = PORTS[int(number)]
        if len(scene.atlas.ports) < ports:
            scene.atlas.found(name, lat, lon, shares[0])
    return _lived(scene, shares, transfers, faults_each, every_s, listed, silent)


def ocean(
    random: np.random.Generator, *, ships: int = 15_000, days: float = 2.45, every_s: float = 300.0, listed: float = 0.7
) -> World:
    """The world's ports at once, about 15,000 ships and 5 million positions.

    Density is not copied from anywhere: ports have the room that piers, anchorages and quays of small craft leave. Beside a
    snapshot of the Baltic (ships that surely were alive) the distance to the nearest other ship is alike up to the median
    (5 %: 14 m against 16 m, half: 227 m against 345 m); the sea between ports is less empty (95 %: 4.8 km against 23 km).
    ``benchmarks/events.py`` prints both.

    Args:
        random: where every draw comes from.
        ships: how many ships.
        days: how long it lasts.
        every_s: the archive keeps one report of each so long span.
        listed: share of berths, anchorages and transfer areas in ``places``.
    """
    scene = Scene(random, days)
    whole = sum(share for *_, share in PORTS)
    shares = [
        round(0.965 * ships * share / whole)
        for name, lat, lon, share in PORTS
        if scene.atlas.found(name, lat, lon, round(ships * share / whole))
    ]
    return _lived(scene, shares, ships // 100, max(1, ships // 1000), every_s, listed)


def _lived(
    scene: Scene,
    shares: list[int],
    meetings: int,
    each: int,
    every_s: float,
    listed: float,
    silent: Mapping[str, float] = SILENT,
) -> World:
    weights = np.array(shares) / sum(shares)
    counts = np.floor(np.cumsum(weights) * meetings).astype(int)
    for port, share, count in zip(scene.atlas.ports, shares, np.diff(counts, prepend=0), strict=True):
        quays = Quays(port)
        lives(scene, port, quays, share)
        _busy(scene, port, quays, share, int(count), silent)
    faults(scene, each)
    legs = Legs(scene.legs())
    positions = reports(scene, legs, every_s)
    ships = {vessel.track: vessel.number for vessel in scene.fleet.vessels}
    ships |= {vessel.moved_on.track: vessel.number for vessel in scene.fleet.vessels if vessel.moved_on}
    return World(positions, statics(scene, positions), scene.atlas.places(listed), scene.truth(), legs, ships)


def _busy(scene: Scene, port: Port, quays: Quays, share: int, count: int, silent: Mapping[str, float]) -> None:
    """Services, transfers, dark calls and outages of a port."""
    transfers(scene, port, count, silent)
    hosts = [log for log in scene.logs.values() if log.vessel.port == port.number and log.vessel.kind in MERCHANTS]
    for kind, per in (("tug", 40), ("pilot", 60), ("bunker", 50)):
        for _ in range(max(1, share // per)):
            service(scene, port, kind, 4, hosts)
    for _ in range(max(1, share // 80)):
        dark_call(scene, port, quays)
    for _ in range(1 + share // 200):
        begin = scene.moment()
        scene.outages.append((port.number, begin, begin + scene.hours(1, 5)))
        scene.tell_place("receivers out", port.lat, port.lon, *scene.outages[-1][1:])
