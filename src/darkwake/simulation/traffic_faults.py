"""Identities and positions that are not what they seem, laid over a simulated world: shared, changed and copied, and false."""

from __future__ import annotations

import numpy as np

from darkwake.geo import wrap_lon
from darkwake.seaways import World, wet
from darkwake.simulation.traffic_legs import WAY, Leg, Log, place_beside, step, way
from darkwake.simulation.traffic_scene import HOUR_S, KNOT_M_S, Falsehood, Scene
from darkwake.simulation.traffic_ships import FIRST_MID, MIDS, MovedOn

SET_ASIDE_KN = 15.0
"""So fast a false place and the true one are taken to come together, for the ship herself goes on meanwhile."""
LATER_S = 7 * HOUR_S
"""A copied track follows the other so much later."""


def sailing(scene: Scene, hours: float) -> list[tuple[Log, float, float]]:
    """Merchant ships that sail for so long on one leg and are not told of otherwise: log, begin, end; in random order."""
    known = {told.first.number for told in scene.told if told.first} | {
        told.second.number for told in scene.told if told.second
    }
    found = []
    for log in scene.logs.values():
        for leg in log.legs:
            begin, end = max(leg.begin, 0.0), min(leg.end, scene.end_s)
            if leg.mode == WAY and end - begin > hours * HOUR_S and log.vessel.number not in known and not log.vessel.unsent:
                found.append((log, begin, end))
                break
    return [found[at] for at in scene.random.permutation(len(found))]


def faults(scene: Scene, each: int) -> None:
    """Lay so many of each fault over a world, each on ships of its own."""
    free = sailing(scene, 3.0)
    for _ in range(each):
        for lay in (_frozen, _circle, _contradicted, _on_land, _renamed, _moved_on):
            if free:
                lay(scene, *free.pop())
        for lay_two in (_shared, _same_imo):
            if len(free) > 1:
                lay_two(scene, free.pop()[0], free.pop()[0])
        if free:
            _copied(scene, free.pop()[0])


def _false(scene: Scene, log: Log, lie: Falsehood, away_m: tuple[float, float]) -> None:
    """Lay a falsehood.

    Around it nothing is heard as long as no ship could come from the true place to the false one and back: positions that
    leap are set aside before anybody looks for events, so rows of ``Positions`` do not leap.
    """
    scene.falsehoods.append(lie)
    scene.tell(lie.kind, log, lie.begin, lie.end)
    before_s, after_s = (metres / (SET_ASIDE_KN * KNOT_M_S) + 60.0 for metres in away_m)
    ship = log.vessel.number
    scene.unheard += [(ship, lie.begin - before_s, lie.begin), (ship, lie.end, lie.end + after_s)]


def _frozen(scene: Scene, log: Log, begin: float, end: float) -> None:
    since = begin + 0.2 * (end - begin)
    until = min(since + scene.hours(1.5, 4), end)
    here = place_beside(log, since)
    lie = Falsehood(log.vessel.number, "frozen", since, until, *here)
    _false(scene, log, lie, (0.0, _apart(log, until, here)))


def _circle(scene: Scene, log: Log, begin: float, end: float) -> None:
    since = begin + 0.2 * (end - begin)
    until = min(since + scene.hours(6, 14), end)
    radius = float(scene.random.uniform(800, 2_500))
    middle = step(*place_beside(log, since), 180.0, radius)
    lie = Falsehood(log.vessel.number, "circle", since, until, *middle, radius)
    _false(scene, log, lie, (0.0, _apart(log, until, middle) + radius))


def _contradicted(scene: Scene, log: Log, begin: float, end: float) -> None:
    since = begin + 0.2 * (end - begin)
    until = min(since + scene.hours(2, 5), end)
    here = place_beside(log, since)
    lie = Falsehood(log.vessel.number, "contradicted", since, until, *here, 8.0)
    _false(scene, log, lie, (0.0, _apart(log, until, here) + (until - since) * 8.0 * KNOT_M_S))


def _apart(log: Log, time_s: float, place: tuple[float, float]) -> float:
    return way(*place_beside(log, time_s), *place)[0]


def _on_land(scene: Scene, log: Log, begin: float, end: float) -> None:
    since = begin + 0.3 * (end - begin)
    here = place_beside(log, since)
    for metres in np.arange(20e3, 200e3, 10e3):
        for course in np.arange(0, 360, 30.0):
            lat, lon = step(*here, float(course), float(metres))
            around = np.array([step(lat, lon, float(turn), 4_000.0) for turn in range(0, 360, 45)])
            if not wet(World(), [lat, *around[:, 0]], wrap_lon([lon, *around[:, 1]])).any():
                until = min(since + scene.hours(0.7, 1.5), end)
                lie = Falsehood(log.vessel.number, "land", since, until, lat - here[0], lon - here[1])
                _false(scene, log, lie, (float(metres), float(metres)))
                return


def _renamed(scene: Scene, log: Log, begin: float, end: float) -> None:
    at = (begin + end) / 2
    name = f"SIMULATED OTHER {log.vessel.number}"[:20]
    log.vessel.renamed.append((at, {"name": name, "callsign": f"SY{log.vessel.number:05d}"[:7]}))
    scene.tell("new name", log, at, scene.end_s, name=name)


def _moved_on(scene: Scene, log: Log, begin: float, end: float) -> None:
    at, vessel = (begin + end) / 2, log.vessel
    mid = FIRST_MID + (vessel.number + 7) % MIDS
    mmsi = mid * 1_000_000 + 500_000 + vessel.number
    scene.tell("new MMSI", log, at, scene.end_s, before=vessel.mmsi, after=mmsi)
    vessel.moved_on = MovedOn(at, mmsi, f"{vessel.track}b")
    vessel.renamed.append((at, {"callsign": f"SZ{vessel.number:05d}"[:7]}))


def _shared(scene: Scene, log: Log, other: Log) -> None:
    other.vessel.mmsi = log.vessel.mmsi
    scene.tell("shared MMSI", log, 0.0, scene.end_s, other)


def _same_imo(scene: Scene, log: Log, other: Log) -> None:
    other.vessel.imo = log.vessel.imo
    scene.tell("copied IMO", log, 0.0, scene.end_s, other, imo=log.vessel.imo)


def _copied(scene: Scene, log: Log) -> None:
    """A ship that is not there: another's legs, later; her transponder stands in a house."""
    vessel = scene.fleet.new(log.vessel.kind, log.vessel.port, length_m=log.vessel.length_m)
    ghost = Log(vessel, 0.0, log.lat, log.lon)
    ghost.legs = [_later(leg, vessel.number) for leg in log.legs if leg.host < 0]
    scene.logs[vessel.number] = ghost
    scene.tell("copied", ghost, max(ghost.legs[0].begin, 0.0), ghost.legs[-1].end, log)


def _later(leg: Leg, ship: int) -> Leg:
    return leg._replace(ship=ship, begin=leg.begin + LATER_S, end=leg.end + LATER_S)
