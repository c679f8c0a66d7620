"""Ordinary lives of simulated ships: calls, waiting at anchor, passing through, convoys, ferries, fishing, small craft.

What fills a sea: nothing here is a transfer, and much looks like one. Shares and durations are assumed unless said.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np

from darkwake.simulation.traffic_legs import Leg, Log, step, way
from darkwake.simulation.traffic_scene import DAY_S, HOUR_S, KNOT_M_S, Scene, seconds_between
from darkwake.simulation.traffic_waters import Berth, Port, afloat

RETYPED = 5 / 22
"""How often a crew types a changed draught in anew: of 22 calls at Canadian terminals with two reports of it 5 show a rise."""
HARBOUR_KN = 6.0
KINDS, SHARES = ("tanker", "cargo", "container"), (0.38, 0.5, 0.12)
"""Of merchant ships that call (the Baltic on one day: cargo 47 %, tankers 28 % of all; container ships apart: assumed)."""
FREE_HOURS = 2.0


def to_sea(scene: Scene, port: Port, log: Log, *, astray: bool = False) -> None:
    """Leave by a way out that can be reached straight, else through the fairway."""
    there = scene.on_way(port)
    for _ in range(4 if astray else 0):
        if afloat(log.lat, log.lon, *there):
            break
        there = scene.on_way(port)
    else:
        log.sail(*port.middle(scene.random), log.vessel.speed_kn)
    log.sail(*there, log.vessel.speed_kn)


def reach(scene: Scene, port: Port, log: Log, there: tuple[float, float]) -> None:
    """Go to a place off the port, straight where that stays on water, else through the fairway."""
    if not afloat(log.lat, log.lon, *there):
        log.sail(*port.middle(scene.random), log.vessel.speed_kn)
    log.sail(*there, log.vessel.speed_kn)


class Quays:
    """Which berth is free when."""

    def __init__(self, port: Port) -> None:
        """All are free."""
        self._free = [(-10 * DAY_S, number) for number in range(len(port.berths))]
        self._berths = port.berths

    def take(self, length_m: float) -> tuple[float, int] | None:
        """The berth that is free soonest and since when; none for a ship that is too long or where all are taken for good."""
        if not self._free or length_m > self._berths[0].room_m - 15.0:
            return None
        return heapq.heappop(self._free)

    def give_back(self, number: int, time_s: float) -> None:
        """A ship left."""
        heapq.heappush(self._free, (time_s + FREE_HOURS * HOUR_S, number))

    def berth(self, number: int) -> Berth:
        """A berth by its number."""
        return self._berths[number]


def merchant(scene: Scene) -> str:
    """A kind of merchant ship."""
    return str(scene.random.choice(KINDS, p=SHARES))


def call(scene: Scene, port: Port, quays: Quays, begin_s: float, *, dark: bool = False) -> Log | None:
    """A ship comes in from sea, waits at anchor if she has to or likes to, lies at a berth, and sails."""
    log = scene.log(merchant(scene), port, begin_s, *scene.on_way(port))
    found = quays.take(log.vessel.length_m)
    speed = log.vessel.speed_kn
    arrival = begin_s + seconds_between(log, (port.lat, port.lon), speed)
    free_s = found[0] if found else arrival + scene.hours(10, 60)
    if free_s > arrival or scene.random.random() < 0.4:
        wait = max(free_s - arrival, scene.hours(2, 20))
        if not _anchored(scene, port, log, wait, speed):
            log.sail(*port.middle(scene.random), speed)
            log.drift(wait, float(scene.random.uniform(0, 360)), 0.05, 0.0)
    if found:
        stay = scene.hours(10, 48)
        at_berth(scene, port, log, quays.berth(found[1]), stay)
        quays.give_back(found[1], log.time_s)
    if dark:
        since = log.legs[0].begin + 0.6 * (arrival - begin_s)
        scene.silence(log, since, log.time_s + scene.hours(1, 6), "call")
    to_sea(scene, port, log)
    return log


def at_berth(scene: Scene, port: Port, log: Log, berth: Berth, stay_s: float) -> None:
    """Come alongside a pier, lie there while cargo is worked, cast off."""
    lat, lon = berth.middle(log.vessel.beam_m)
    log.sail(*port.middle(scene.random), log.vessel.speed_kn)
    log.sail(*berth.off(90.0 + log.vessel.beam_m), HARBOUR_KN)
    log.sail(lat, lon, 0.6)
    begin, before = log.time_s, log.vessel.draught_m
    turned = bool(scene.random.random() < 0.5)
    log.moor((berth.heading_deg + 180.0 * turned) % 360, stay_s, berth.place, -berth.side if turned else berth.side)
    deep = log.vessel.design_draught_m
    after = round(float(deep * (scene.random.uniform(0.88, 1.0) if before < 0.8 * deep else scene.random.uniform(0.5, 0.7))), 1)
    typed = scene.fleet.type_draught(log.vessel, log.time_s, after, RETYPED)
    draughts = (before, after)
    scene.tell("call", log, begin, log.time_s, place=berth.place, draughts_m=draughts, retyped=typed)
    log.sail(*berth.off(90.0 + log.vessel.beam_m), 1.0)


def _anchored(scene: Scene, port: Port, log: Log, seconds: float, speed_kn: float) -> bool:
    spot = scene.atlas.anchor_at(port)
    if spot:
        anchorage, at = spot
        log.sail(*port.middle(scene.random), speed_kn)
        log.sail(*step(anchorage.lat, anchorage.lon, float(scene.random.uniform(0, 360)), 200.0), HARBOUR_KN)
        log.anchor(*at, seconds, anchorage.turn, anchorage.tide, anchorage.place, HARBOUR_KN)
    return spot is not None


def resident(scene: Scene, port: Port, quays: Quays) -> Log | None:
    """A ship that lies at a berth all the time, now and then with another made fast to her."""
    found = quays.take(150.0)
    if not found:
        return None
    berth = quays.berth(found[1])
    log = scene.log(merchant(scene), port, -HOUR_S, 0.0, 0.0, length_m=float(scene.random.uniform(70, 200)))
    log.lat, log.lon = berth.middle(log.vessel.beam_m)
    log.moor(berth.heading_deg, scene.end_s + 2 * HOUR_S, berth.place, berth.side)
    if scene.random.random() < 0.06:
        other = scene.log("bunker", port, -HOUR_S, log.lat, log.lon)
        right = berth.side * ((log.vessel.beam_m + other.vessel.beam_m) / 2 + 1.0)
        other.beside(log, scene.end_s + 2 * HOUR_S, (float(scene.random.uniform(-20, 20)), right))
        scene.tell("berth neighbours", log, 0.0, scene.end_s, other, contact=True, place=berth.place)
    return log


def waiting(scene: Scene, port: Port) -> Log | None:
    """A ship that has been at anchor for long; half of them leave one day."""
    log = scene.log(merchant(scene), port, -20 * HOUR_S, port.lat, port.lon)
    stay = 2 * scene.end_s + 40 * HOUR_S if scene.random.random() < 0.5 else 20 * HOUR_S + scene.moment()
    if not _anchored(scene, port, log, stay, HARBOUR_KN):
        log.sail(*scene.on_way(port, 0.2, 0.6), HARBOUR_KN)
        log.drift(stay, float(scene.random.uniform(0, 360)), 0.03, 0.0)
    if log.time_s < scene.end_s:
        to_sea(scene, port, log)
    return log


def through(scene: Scene, port: Port, begin_s: float) -> Log:
    """A ship that passes by, from one way out to another, around the anchorage where the water lets her."""
    ways = scene.random.permutation(len(port.ways))
    start, end = int(ways[0]), int(ways[-1])
    kind = merchant(scene) if scene.random.random() < 0.9 else "passenger"
    log = scene.log(kind, port, begin_s, *scene.on_way(port, 0.9, 1.0, way_number=start))
    near, on = (scene.on_way(port, 0.15, 0.3, way_number=number) for number in (start, end))
    log.sail(*near, log.vessel.speed_kn)
    if not afloat(*near, *on):
        log.sail(*port.middle(scene.random, 400.0), log.vessel.speed_kn)
    log.sail(*on, log.vessel.speed_kn)
    log.sail(*scene.on_way(port, 0.9, 1.0, way_number=end), log.vessel.speed_kn)
    return log


def convoy(scene: Scene, port: Port, begin_s: float, ships: int) -> list[Log]:
    """Ships that keep company on one way for hours: a leader, and others that slowly gain or fall back."""
    leader = through(scene, port, begin_s)
    first, last = leader.legs[0], leader.legs[-1]
    found = [leader]
    for number in range(1, ships):
        log = scene.log(merchant(scene), port, first.begin, first.lat, first.lon)
        least = (leader.vessel.beam_m + log.vessel.beam_m) / 2 + 120.0
        right = (1 if number % 2 else -1) * (least * number + float(scene.random.exponential(250)))
        ahead, gain = float(scene.random.normal(0, 500)), float(scene.random.normal(0, 600))
        log.legs = [_shifted(leg, log, first, last, (ahead, gain), right) for leg in leader.legs]
        scene.tell("parallel courses", leader, first.begin, last.end, log)
        found.append(log)
    return found


def _shifted(leg: Leg, log: Log, first: Leg, last: Leg, ahead: tuple[float, float], right: float) -> Leg:
    """A leg as far beside another's as the first one's course has it; she gains on the way."""
    ends: list[float] = []
    for time_s, lat, lon in ((leg.begin, leg.lat, leg.lon), (leg.end, leg.end_lat, leg.end_lon)):
        gone = (time_s - first.begin) / (last.end - first.begin)
        ends += step(*step(lat, lon, first.turn, ahead[0] + gone * ahead[1]), first.turn + 90.0, right)
    lat, lon, end_lat, end_lon = ends
    return leg._replace(ship=log.vessel.number, phase=log.vessel.phase, lat=lat, lon=lon, end_lat=end_lat, end_lon=end_lon)


def crossing(scene: Scene, port: Port) -> Log | None:
    """A ship in the middle of an ocean, whom only satellites hear."""
    deep = [(course, metres) for course, metres in port.deep if metres > 400e3]
    if not deep:
        return None
    course, metres = deep[int(scene.random.integers(len(deep)))]
    out = bool(scene.random.random() < 0.5)
    angle = course + float(np.clip(scene.random.normal(0, 1), -2, 2))
    near, far = step(port.lat, port.lon, angle, 150e3), step(port.lat, port.lon, angle, 0.95 * metres)
    log = scene.log(merchant(scene), port, 0.0, *(near if out else far))
    log.time_s = -float(scene.random.uniform(0, 1)) * seconds_between(log, far if out else near, log.vessel.speed_kn)
    log.sail(*(far if out else near), log.vessel.speed_kn)
    return log


def boat_spot(scene: Scene, port: Port) -> tuple[Berth, float, float]:
    """A place at a quay of small craft, where they lie side by side."""
    berths = port.boats or port.berths[:1]
    for _ in range(8):
        berth = berths[int(scene.random.integers(len(berths)))]
        along, out = float(scene.random.uniform(-130, 130)), float(scene.random.integers(1, 4)) * 9.0
        there = step(*step(berth.lat, berth.lon, berth.heading_deg, along), berth.heading_deg + 90 * berth.side, out)
        if afloat(*there, *step(*there, berth.heading_deg, 20.0)):
            break
    else:
        there = berth.off(9.0)
    return berth, *there


def craft(scene: Scene, port: Port, kind: str) -> tuple[Log, Berth]:
    """A small craft that lies at her quay before the world begins."""
    berth, lat, lon = boat_spot(scene, port)
    return scene.log(kind, port, -HOUR_S, lat, lon), berth


def idle(log: Log, berth: Berth, until_s: float) -> None:
    """Lie at the quay."""
    if until_s > log.time_s:
        log.moor((berth.heading_deg + 180 * (log.vessel.number % 2)) % 360, until_s - log.time_s, berth.place)


def trips(scene: Scene, port: Port, kind: str) -> Log:
    """A small craft or ferry: out on a way and back, and the rest of the time at her quay."""
    log, berth = craft(scene, port, kind)
    home = log.lat, log.lon
    while log.time_s < scene.end_s:
        idle(log, berth, log.time_s + (scene.hours(1, 3) if kind == "passenger" else scene.hours(8, 60)))
        log.sail(*port.middle(scene.random), log.vessel.speed_kn)
        log.sail(*scene.on_way(port, 0.1, 0.5), log.vessel.speed_kn)
        log.sail(*port.middle(scene.random), log.vessel.speed_kn)
        log.sail(*home, min(log.vessel.speed_kn, HARBOUR_KN))
    return log


def fishing(scene: Scene, port: Port, boats: int) -> list[Log]:
    """A fleet on one ground: each trawls to and fro; some in pairs, one net between two boats."""
    number = int(scene.random.integers(len(port.ways)))
    course, metres = port.ways[number]
    far = min(metres * float(scene.random.uniform(0.3, 0.7)), metres - 15_000.0)
    ground = step(port.lat, port.lon, course, far)
    return [log for _ in range(boats) for log in _trawler(scene, port, ground, course)]


def _trawler(scene: Scene, port: Port, ground: tuple[float, float], course: float) -> list[Log]:
    log, berth = craft(scene, port, "fishing")
    home = log.lat, log.lon
    idle(log, berth, scene.hours(-1, 12))
    log.sail(*port.middle(scene.random), log.vessel.speed_kn)
    log.sail(*step(*ground, float(scene.random.uniform(0, 360)), float(scene.random.uniform(0, 5000))), log.vessel.speed_kn)
    begin, until = log.time_s, log.time_s + scene.hours(20, 60)
    while log.time_s < until:
        # To and fro along the way out, which is clear, now and then a little across it.
        heading = course + float(scene.random.normal(0, 12)) + (180.0 if way(log.lat, log.lon, *ground)[0] > 6_000 else 0.0)
        there = step(log.lat, log.lon, heading, scene.hours(0.5, 2) * 3.4 * KNOT_M_S)
        if way(*there, *ground)[0] > 9_000 or not afloat(log.lat, log.lon, *there):
            there = ground
        log.sail(*there, float(scene.random.uniform(2.6, 4.0)))
    end = log.time_s
    log.sail(*port.middle(scene.random), log.vessel.speed_kn)
    log.sail(*home, HARBOUR_KN)
    idle(log, berth, scene.end_s + HOUR_S)
    if scene.random.random() > 0.15:
        return [log]
    mate = scene.log("fishing", port, begin, log.lat, log.lon)
    apart = (float(scene.random.normal(0, 20)), float(scene.random.uniform(120, 300)))
    mate.beside(log, end - begin, apart)
    scene.tell("parallel courses", log, begin, end, mate, pair_trawling=True)
    return [log, mate]


def lives(scene: Scene, port: Port, quays: Quays, ships: int) -> None:
    """Fill a port's waters with about so many ordinary ships."""
    count = len(scene.logs)
    mix: list[tuple[float, Callable[[], object]]] = [
        (0.20, lambda: resident(scene, port, quays)),
        (0.13, lambda: waiting(scene, port)),
        (0.09, lambda: crossing(scene, port)),
        (0.10, lambda: through(scene, port, scene.moment() - 10 * HOUR_S)),
        (0.02, lambda: convoy(scene, port, scene.moment() - 10 * HOUR_S, int(scene.random.integers(2, 5)))),
        (0.02, lambda: fishing(scene, port, int(scene.random.integers(2, 9)))),
        (0.13, lambda: trips(scene, port, "small")),
        (0.03, lambda: trips(scene, port, "passenger")),
    ]
    calls = np.sort(scene.random.uniform(-1.5 * DAY_S, scene.end_s, round(0.30 * ships)))
    for begin in calls:
        call(scene, port, quays, float(begin), dark=bool(scene.random.random() < 0.03))
    chances = np.array([chance for chance, _ in mix])
    while len(scene.logs) - count < ships:
        mix[int(scene.random.choice(len(mix), p=chances / chances.sum()))][1]()
