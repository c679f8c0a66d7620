"""Simulated ships alongside each other: transfers of three kinds with silent sides, and what looks like them.

A craft meets a host in the host's own frame: she comes from astern and abeam, closes the last metres slowly, lies with her
side a fender's width off, and leaves the same way. So the hulls touch whatever both do, and antennas stand where they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from darkwake.simulation.traffic_legs import Log, place_beside, step, way
from darkwake.simulation.traffic_lives import HARBOUR_KN, RETYPED, Quays, at_berth, craft, idle, reach, to_sea
from darkwake.simulation.traffic_scene import HOUR_S, KNOT_M_S, Scene, seconds_between
from darkwake.simulation.traffic_waters import Anchorage, Port, afloat

AT_ANCHOR, DRIFTING, UNDER_WAY = "transfer at anchor", "transfer drifting", "transfer under way"
ATTENDED, BUNKERING = "tug or pilot alongside", "bunkering"
SILENT = {"none": 0.5, "second": 0.2, "first": 0.1, "both": 0.2}
"""Whose transponder is off (assumed: every kind has to occur)."""
FENDER_M = (2.0, 4.5)
"""Diameter of pneumatic fenders of tankers (assumed as in ``events.hulls``)."""
CLOSING_KN = (0.15, 0.6)
"""How fast hulls come together (assumed: ships are brought alongside by engines or tugs)."""
OFF_M = 60.0


class Side:
    """Where on a host a craft comes to lie, in the host's frame."""

    def __init__(self, scene: Scene, host: Log, guest: Log, time_s: float) -> None:
        """Choose a side with open water and a place along it."""
        random = scene.random
        spare = (host.vessel.length_m - guest.vessel.length_m) / 2
        self.side = next((leg.water for leg in host.legs if leg.begin <= time_s < leg.end), 0) or int(random.choice([1, -1]))
        along = float(random.uniform(-1, 1)) * max(abs(spare) * 0.8, 5.0)
        gap = float(random.uniform(*FENDER_M))
        self.at = along, self.side * ((host.vessel.beam_m + guest.vessel.beam_m) / 2 + gap)
        self.off = along, self.at[1] + self.side * OFF_M
        self.far = along - 350.0, self.at[1] + self.side * 420.0
        self.closing_s = OFF_M / (float(random.uniform(*CLOSING_KN)) * KNOT_M_S)
        self.nearing_s = 500.0 / (float(random.uniform(1.5, 3.0)) * KNOT_M_S)
        self.turn = float(random.normal(0, 0.7)) + (180.0 if random.random() < 0.05 else 0.0)

    @property
    def lead_s(self) -> float:
        """From the far place to contact."""
        return self.closing_s + self.nearing_s


def alongside(scene: Scene, host: Log, guest: Log, begin_s: float, seconds: float, wait: Callable[[float], None]) -> bool:
    """Bring a guest alongside a host at a time and off again; ``wait`` says what she does until she has to leave.

    False, and nothing done, where she cannot be there in time.
    """
    side = Side(scene, host, guest, begin_s)
    meet_s = begin_s - side.lead_s
    place = place_beside(host, meet_s, side.far)
    metres, _ = way(guest.lat, guest.lon, *place)
    leave_s = meet_s - metres / (guest.vessel.speed_kn * KNOT_M_S)
    span = meet_s, begin_s + seconds + side.lead_s
    taken = scene.busy.setdefault(host.vessel.number, [])
    if leave_s < guest.time_s or not afloat(guest.lat, guest.lon, *place) or any(a < span[1] and span[0] < b for a, b in taken):
        return False
    taken.append(span)
    wait(leave_s)
    metres, _ = way(guest.lat, guest.lon, *place)
    guest.sail(*place, max(metres / max(meet_s - guest.time_s, 1.0) / KNOT_M_S, 0.1))
    guest.time_s = meet_s
    guest.beside(host, side.nearing_s, side.far, side.off, side.turn)
    guest.beside(host, side.closing_s, side.off, side.at, side.turn)
    guest.beside(host, seconds, side.at, turn=side.turn)
    guest.beside(host, side.closing_s, side.at, side.off, side.turn)
    guest.beside(host, side.nearing_s, side.off, side.far, side.turn)
    return True


def transfer(scene: Scene, port: Port, what: str, silent: str) -> bool:
    """Two ships meet away from any berth and one takes over cargo from the other."""
    random = scene.random
    hours = float(np.clip(10.0 * np.exp(0.5 * random.normal()), 3.0, 30.0))
    begin, seconds = scene.moment(8.0), hours * HOUR_S
    kinds = ("tanker", "tanker") if random.random() < 0.9 else ("cargo", "fishing")
    size = float(random.uniform(90, 290)) if kinds[0] == "tanker" else None
    host = scene.log(kinds[0], port, begin - scene.hours(14, 30), *scene.on_way(port), length_m=size)
    size = host.vessel.length_m * float(random.uniform(0.45, 1.0)) if kinds[0] == "tanker" else None
    place = HOSTS[what](scene, port, host, begin, seconds)
    if place is None or not host.legs or host.time_s < begin + seconds + 3 * HOUR_S:
        return False
    guest = scene.log(kinds[1], port, begin, *scene.on_way(port), length_m=size)
    guest.time_s = begin - 1.3 * _nearest(host, guest, begin) - HOUR_S
    if not alongside(scene, host, guest, begin, seconds, lambda leave_s: _arrive_late(guest, leave_s)):
        return False
    to_sea(scene, port, guest, astray=True)
    _moved_cargo(scene, host, guest, begin + seconds)
    for whose, log in (("first", host), ("second", guest)):
        if silent in (whose, "both"):
            scene.silence(log, begin - scene.hours(0.7, 3), begin + seconds + scene.hours(0.7, 3), "transfer")
    scene.tell(what, host, begin, begin + seconds, guest, contact=True, silent=silent, place=place)
    return True


def _nearest(host: Log, guest: Log, begin: float) -> float:
    return seconds_between(guest, place_beside(host, begin), guest.vessel.speed_kn)


def _arrive_late(guest: Log, leave_s: float) -> None:
    """A ship that comes in from sea begins her life there when she has to."""
    guest.time_s = leave_s


def _moved_cargo(scene: Scene, host: Log, guest: Log, time_s: float) -> None:
    """What rises by as much as the other's deck is smaller."""
    areas = [log.vessel.length_m * log.vessel.beam_m for log in (host, guest)]
    room = max(host.vessel.draught_m - 0.45 * host.vessel.design_draught_m, 0.3)
    less = float(scene.random.uniform(0.3, 1.0)) * room
    more = min(less * areas[0] / areas[1], 0.55 * guest.vessel.design_draught_m)
    scene.fleet.type_draught(host.vessel, time_s, round(host.vessel.draught_m - more * areas[1] / areas[0], 2), RETYPED)
    scene.fleet.type_draught(guest.vessel, time_s, round(guest.vessel.draught_m + more, 2), RETYPED)


def _at_anchor(scene: Scene, port: Port, host: Log, begin: float, seconds: float) -> int | None:
    """The host lies at an anchorage, or in a transfer area farther out."""
    lies_s = begin + seconds + scene.hours(4, 14)
    if scene.random.random() < 0.5:
        found = scene.atlas.anchor_at(port)
        if found is None:
            return None
        anchorage, spot = found
        host.sail(port.lat, port.lon, host.vessel.speed_kn)
    else:
        anchorage = transfer_area(scene, port)
        spot = step(anchorage.lat, anchorage.lon, float(scene.random.uniform(0, 360)), float(scene.random.uniform(0, 2_500)))
        reach(scene, port, host, (anchorage.lat, anchorage.lon))
    turn, tide = anchorage.turn, anchorage.tide
    host.anchor(*spot, max(lies_s - host.time_s - 2 * HOUR_S, seconds), turn, tide, anchorage.place, HARBOUR_KN)
    if not host.legs[-1].begin + 2 * HOUR_S < begin < begin + seconds + HOUR_S < host.time_s:
        return None
    to_sea(scene, port, host, astray=True)
    return anchorage.place


def transfer_area(scene: Scene, port: Port) -> Anchorage:
    """The circle off a port where ships meet."""
    if port.number not in scene.areas:
        lat, lon = scene.on_way(port, 0.2, 0.45, way_number=0)
        place = scene.atlas.place("transfer area", f"{port.name} transfer area", lat, lon, 5_000.0)
        scene.areas[port.number] = Anchorage(lat, lon, float(scene.random.uniform(0, 360)), 1.0, place)
    return scene.areas[port.number]


def _drifting(scene: Scene, port: Port, host: Log, begin: float, seconds: float) -> int | None:
    """The host stops far out and lets herself be set."""
    reach(scene, port, host, scene.on_way(port, 0.35, 0.75, way_number=int(scene.random.integers(2))))
    if host.time_s > begin - 2 * HOUR_S:
        return None
    lasts = begin + seconds + scene.hours(4, 8) - host.time_s
    speed = float(scene.random.uniform(0.3, 1.4))
    for course in scene.random.uniform(0, 360, 8).tolist():
        if afloat(host.lat, host.lon, *step(host.lat, host.lon, course, lasts * speed * KNOT_M_S)):
            host.drift(lasts, course, speed, float(scene.random.uniform(0, 6)))
            break
    else:
        return None
    to_sea(scene, port, host, astray=True)
    return -1


def _under_way(scene: Scene, port: Port, host: Log, begin: float, seconds: float) -> int | None:
    """The host goes slowly in on a way out to sea, and goes on at speed afterwards."""
    number, speed = int(scene.random.integers(2)), float(scene.random.uniform(2.5, 6.0))
    course, metres = port.ways[number % len(port.ways)]
    lasts = seconds + 4 * HOUR_S + 2 * HOUR_S
    run = lasts * speed * KNOT_M_S
    if run > 0.85 * metres:
        return None
    angle = course + float(np.clip(scene.random.normal(0, 0.7), -2, 2))
    outer = step(port.lat, port.lon, angle, metres * float(scene.random.uniform(0.9, 0.98)))
    inner = step(port.lat, port.lon, angle, max(way(port.lat, port.lon, *outer)[0] - run, 4_000.0))
    host.lat, host.lon = step(port.lat, port.lon, angle, metres)
    host.time_s = begin - 2 * HOUR_S - seconds_between(host, outer, host.vessel.speed_kn)
    host.sail(*outer, host.vessel.speed_kn)
    host.sail(*inner, speed)
    if host.time_s < begin + seconds + 3 * HOUR_S:
        return None
    to_sea(scene, port, host, astray=True)
    return -1


HOSTS: dict[str, Callable[[Scene, Port, Log, float, float], int | None]] = {
    AT_ANCHOR: _at_anchor,
    DRIFTING: _drifting,
    UNDER_WAY: _under_way,
}


def transfers(scene: Scene, port: Port, count: int, shares: Mapping[str, float] = SILENT) -> int:
    """So many transfers of all kinds, some of them with a silent side; how many came about."""
    made = 0
    for number in range(count):
        what = tuple(HOSTS)[number % len(HOSTS)]
        silent = str(scene.random.choice(list(shares), p=list(shares.values())))
        for _ in range(8):
            ships = len(scene.fleet.vessels)
            if transfer(scene, port, what, silent):
                made += 1
                break
            scene.forget(ships)
    return made


def service(scene: Scene, port: Port, kind: str, jobs: int, hosts: Sequence[Log]) -> Log:
    """A tug, pilot boat or bunker barge that goes from one ship to the next, and home between."""
    log, berth = craft(scene, port, kind)
    home = log.lat, log.lon
    for host_at in scene.random.permutation(len(hosts))[: 4 * jobs]:
        found = _job(scene, hosts[int(host_at)], log, kind)
        if found is None:
            continue
        host, (begin, seconds) = hosts[int(host_at)], found
        if alongside(scene, host, log, begin, seconds, lambda leave_s: idle(log, berth, leave_s)):
            what = BUNKERING if kind == "bunker" else ATTENDED
            scene.tell(what, host, begin, begin + seconds, log, contact=True)
            log.sail(*port.middle(scene.random), log.vessel.speed_kn)
            log.sail(*home, HARBOUR_KN)
            if kind == "bunker":
                scene.fleet.type_draught(log.vessel, log.time_s, max(log.vessel.draught_m - 0.4, 1.5), RETYPED)
    idle(log, berth, scene.end_s + HOUR_S)
    return log


MERCHANTS = ("tanker", "cargo", "container", "passenger")


def _job(scene: Scene, host: Log, log: Log, kind: str) -> tuple[float, float] | None:
    """When and how long a craft may lie beside a ship: pilots and tugs also where she is under way."""
    modes = {"bunker": (1, 2), "tug": (0, 1), "pilot": (0,)}[kind]
    hours = {"bunker": (2.0, 8.0), "tug": (0.3, 3.0), "pilot": (0.12, 0.3)}[kind]
    for leg in host.legs:
        seconds = scene.hours(*hours)
        begin = max(leg.begin + 0.6 * HOUR_S, log.time_s + 1.5 * HOUR_S)
        fits = leg.mode in modes and leg.begin > 0 and begin + seconds + 0.6 * HOUR_S < min(leg.end, scene.end_s)
        slow = leg.mode != 0 or way(leg.lat, leg.lon, leg.end_lat, leg.end_lon)[0] / (leg.end - leg.begin) < 12 * KNOT_M_S
        if fits and slow:
            return float(scene.random.uniform(begin, min(leg.end, scene.end_s) - seconds - 0.6 * HOUR_S)), seconds
    return None


def dark_call(scene: Scene, port: Port, quays: Quays) -> bool:
    """A ship goes silent off a port, loads, and is heard again far out, with another draught."""
    found = quays.take(150.0)
    log = scene.log("tanker", port, scene.moment(10.0) - 10 * HOUR_S, *scene.on_way(port), length_m=110.0)
    if not found or found[0] > log.time_s:
        scene.forget(log.vessel.number)
        return False
    at_berth(scene, port, log, quays.berth(found[1]), scene.hours(12, 40))
    quays.give_back(found[1], log.time_s)
    to_sea(scene, port, log)
    first, last = log.legs[0], log.legs[-1]
    scene.silence(log, 0.5 * (first.begin + first.end), last.begin + 0.4 * (last.end - last.begin), "call")
    return True
