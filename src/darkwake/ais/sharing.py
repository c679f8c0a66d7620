"""One MMSI, several ships: which ship could have sent which report.

Reports of an MMSI that leaps come as *runs*: unbroken sequences in which every step is within reach of a ship. A run
continues the ship that can have come to its first report; where several can, the one that had to deviate least from her
speed and course; where none can, a ship more is supposed. A ship that was silent for weeks goes on as the same one, if she
can have come.

    reports   a a a   a a a a       a a      (a: one place, b: another)
    of one         b b       b b b     b
    MMSI      ------- ------- ----- -- -     runs

A single report somewhere is no ship: one is believed after ``support`` reports, each within ``link_h`` of the one before
and at some time ``apart_m`` or more from every other ship of the MMSI; nearer than that stand GPS noise and receivers whose
clocks differ. What belongs to no ship is set aside with its reason, never moved.

Time runs forward and a report is only ever taken from a ship again while few followed it, so later data give a ship more
reports but not another id. The ship that was believed first has the id of the MMSI; each other one carries her first report
in her id.

Peer: Global Fishing Watch, pipe-segment (parameters of its tests: max_hours 8, max_speed 25, lookback 5, hours_exp 0.5).
There a segment ends after 8 h of silence; here the ship does not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from darkwake.geo import EARTH_RADIUS_M
from darkwake.ids import content_id
from darkwake.schema import TEXT, WHOLE
from darkwake.units import METRES_PER_SECOND_PER_KNOT

OUT_OF_REACH = "out of reach of the ship"
BESIDE = "beside the ship, too soon to have moved there"
CALM_M = 100.0
"""Deviation from dead reckoning that says nothing: GPS errors, antennas, whole seconds (assumed)."""
DRIFT_M_S = 1.0
"""Deviation that grows with the time since the last report: a change of speed by 2 kn (assumed)."""
UNTOLD_M_S = 25.0 * METRES_PER_SECOND_PER_KNOT
"""Speed of a ship that does not say hers (pipe-segment: max_speed 25)."""
ALIGNED = 0.5
"""What a report speaks for a ship that shares its latitude or longitude with another (assumed)."""
HELD_S = 600.0
"""So long a latitude or a longitude that two reports share tells of a faulty bit in the other one (assumed)."""
RECKONED_S = 3600.0
"""So long a ship is thought to keep her speed and course; after that any place within reach is as likely (assumed)."""
NAMED = 100.0
"""So many times likelier is a run a ship's whose IMO number it names (assumed)."""
SUPPOSED = 0.01
"""So likely is a ship that few reports support, before more are seen (assumed)."""

VERDICTS = pa.schema(
    [
        pa.field("mmsi", WHOLE),
        pa.field("origin", TEXT),
        pa.field("run", WHOLE),
        pa.field("track_id", TEXT),
        pa.field("skip", WHOLE),
        pa.field("reason", TEXT),
    ]
)
"""One row a run: its track or null, how many of its first reports are set aside with it or from it, and why."""


@dataclass(frozen=True)
class Reach:
    """How far a ship can have come."""

    fast_m_s: float
    """Speed that no ship exceeds."""
    lasting_m_s: float
    """Speed that none keeps up for longer than an hour."""

    def metres(self, seconds: float) -> float:
        """The farthest that a ship comes in so long a time."""
        return self.fast_m_s * min(seconds, 3600.0) + self.lasting_m_s * max(seconds - 3600.0, 0.0)


@dataclass(frozen=True)
class Limits:
    """When a report continues a ship, and when several reports are one."""

    reach: Reach
    link_h: float
    support: int
    apart_m: float


@dataclass(frozen=True)
class Fix:
    """A report as far as it counts here."""

    us: int
    lat: float
    lon: float
    sog_kn: float | None
    cog_deg: float | None


@dataclass(frozen=True)
class Run:
    """Reports of which each is within reach of the one before: the first few of them, the last, and their number."""

    number: int
    head: tuple[Fix, ...]
    last: Fix
    reports: int
    imo: int | None = None


@dataclass
class Part:
    """A run as a ship's own: without the first ``skip`` reports."""

    run: Run
    skip: int

    @property
    def reports(self) -> int:
        """Reports that stay."""
        return self.run.reports - self.skip


@dataclass
class Ship:
    """A ship that may exist: the runs that she sent."""

    parts: list[Part]
    firm: int = 0
    """So many parts are beyond doubt; the rest may turn out to be another's."""
    apart_m: float = 0.0
    """The farthest that she was from the nearest other ship of the MMSI."""
    believed_us: int | None = None
    """When she had enough reports; null before."""
    counted: float = 0.0
    """Reports that support her."""

    @property
    def last(self) -> Fix:
        """Her last report."""
        return self.parts[-1].run.last

    @property
    def imo(self) -> int | None:
        """The IMO number that her runs named last."""
        return next((part.run.imo for part in reversed(self.parts) if part.run.imo is not None), None)

    def reports(self) -> int:
        """All her reports."""
        return sum(part.reports for part in self.parts)

    def tail_reports(self) -> int:
        """Reports of the parts that are in doubt."""
        return sum(part.reports for part in self.parts[self.firm :])


@dataclass
class _Fleet:
    """The ships of one MMSI so far."""

    limits: Limits
    ships: list[Ship] = field(default_factory=list)
    open: list[Ship] = field(default_factory=list)
    """Those of them that a run may continue."""

    def take(self, run: Run) -> None:
        """Give a run to the ship that can have sent it, or to a new one."""
        start = run.head[0]
        self._close(start.us)
        options = []
        for at, ship in enumerate(self.open):
            if found := self._link(ship, ship.last, run):
                options.append((*found, at, False))
            elif found := self._fork(ship, run):
                options.append((*found, at, True))
        if not options:
            ship, skip = self._new(), 0
        else:
            _, skip, at, forked = min(options)
            ship = self.open[at]
            if forked:
                self._part(ship)
        self._add(ship, Part(run, skip))
        self._settle(ship)

    def _new(self) -> Ship:
        ship = Ship([])
        self.ships.append(ship)
        self.open.append(ship)
        return ship

    def _close(self, us: int) -> None:
        """Ships that nothing supports for long are no longer waited for."""
        oldest = us - round(self.limits.link_h * 3.6e9)
        self.open = [ship for ship in self.open if ship.believed_us is not None or ship.last.us >= oldest]

    def _link(self, ship: Ship, last: Fix, run: Run) -> tuple[float, int] | None:
        """The cost of a run as the continuation of a ship, and how many of its first reports it loses by that."""
        for skip, fix in enumerate(run.head):
            metres, seconds = distance_m(last, fix), (fix.us - last.us) / 1e6
            if skip == 1 and distance_m(last, run.head[0]) > self.limits.apart_m:
                return None
            if seconds > 0 and round(metres * 1000) <= self.limits.reach.metres(seconds) * 1000:
                return _surprise(last, fix) + self._doubt(ship, run), skip
        return None

    def _doubt(self, ship: Ship, run: Run) -> float:
        """What speaks against a ship besides the way (natural logarithm)."""
        doubt = 0.0 if ship.believed_us is not None else -math.log(SUPPOSED)
        return doubt - (math.log(NAMED) if run.imo is not None and run.imo == ship.imo else 0.0)

    def _fork(self, ship: Ship, run: Run) -> tuple[float, int] | None:
        """The same from the last report that is beyond doubt, where more reports say so than say what is in doubt."""
        if not 0 < ship.firm < len(ship.parts) or run.reports <= ship.tail_reports():
            return None
        firm = ship.parts[ship.firm - 1].run.last
        link = self._link(ship, firm, run)
        if link is None or ship.tail_reports() < self.limits.support:
            return link
        return link if _surprise(firm, run.head[link[1]]) < _surprise(firm, ship.parts[ship.firm].run.head[0]) else None

    def _settle(self, late: Ship) -> None:
        """A ship that few reports support may be an older one, of which still fewer say that she was elsewhere."""
        if late.believed_us is not None or not late.parts:
            return
        for ship in self.open:
            tail = ship.tail_reports()
            if ship is late or not 0 < ship.firm < len(ship.parts) or not tail < min(late.reports(), self.limits.support):
                continue
            firm, first = ship.parts[ship.firm - 1].run.last, late.parts[0]
            if first.run.head[first.skip].us > firm.us and self._link(ship, firm, first.run):
                self._part(ship)
                self.ships.remove(late)
                self.open.remove(late)
                for part in late.parts:
                    self._add(ship, part)
                return

    def _part(self, ship: Ship) -> None:
        """What was in doubt becomes a ship of its own."""
        tail = ship.parts[ship.firm :]
        del ship.parts[ship.firm :]
        other = self._new()
        for part in tail:
            self._add(other, part)

    def _add(self, ship: Ship, part: Part) -> None:
        """Append a part; settle what is beyond doubt now, and whether the ship is believed."""
        fix = part.run.head[part.skip]
        linked = bool(ship.parts) and fix.us - ship.last.us <= self.limits.link_h * 3.6e9
        doubtful = not linked or deviation(ship.last, fix) > 1.0
        if doubtful and ship.tail_reports() >= self.limits.support:
            ship.firm = len(ship.parts)
        if ship.believed_us is None:
            ship.apart_m = max(ship.apart_m, self._apart_m(ship, fix))
            soon = bool(ship.parts) and fix.us - ship.last.us <= HELD_S * 1e6
            gain = self._support(part, fix, calm=not doubtful, soon=soon, opens=not ship.parts)
            ship.counted = gain + (ship.counted if linked else 0.0)
        ship.parts.append(part)
        if not doubtful and ship.firm == len(ship.parts) - 1:
            ship.firm = len(ship.parts)
        if ship.believed_us is None and ship.counted >= max(self.limits.support, ship.reports() / 2):
            ship.believed_us = part.run.last.us if ship.apart_m >= self.limits.apart_m else None

    def _support(self, part: Part, fix: Fix, *, calm: bool, soon: bool, opens: bool) -> float:
        """How many reports of a part speak for the ship: not one that fits nothing, nor one that a faulty bit made."""
        if part.reports >= self.limits.support:
            return float(part.reports)
        if any(aligned(other.last, fix) for other in self.open if other.parts and other.believed_us is not None):
            return part.reports * ALIGNED if calm and soon else 0.0
        return float(part.reports) if calm or opens or part.reports > 1 else 0.0

    def _apart_m(self, ship: Ship, fix: Fix) -> float:
        """How far a report is from the nearest other ship, believed ones if there are any."""
        others = [other for other in self.open if other is not ship and other.parts]
        believed = [other for other in others if other.believed_us is not None]
        return min((distance_m(other.last, fix) for other in believed or others), default=math.inf)


def distance_m(one: Fix, other: Fix) -> float:
    """Distance on the mean sphere."""
    lat_a, lat_b = math.radians(one.lat), math.radians(other.lat)
    north, east = math.sin((lat_b - lat_a) / 2), math.sin(math.radians(other.lon - one.lon) / 2)
    chord = north * north + math.cos(lat_a) * math.cos(lat_b) * east * east
    return 2 * EARTH_RADIUS_M * math.atan2(math.sqrt(chord), math.sqrt(abs(1 - chord)))


def deviation(last: Fix, fix: Fix) -> float:
    """How far a report lies from where a ship would be, in units of what says nothing; she may also have stopped."""
    seconds = (fix.us - last.us) / 1e6
    metres = distance_m(last, fix)
    if last.sog_kn is not None and last.cog_deg is not None:
        metres = min(metres, distance_m(_reckoned(last, min(seconds, RECKONED_S)), fix))
    return metres / (CALM_M + DRIFT_M_S * seconds)


def _surprise(last: Fix, fix: Fix) -> float:
    """How little a report is expected of a ship (natural logarithm): near where she would be, or sometimes anywhere."""
    seconds = (fix.us - last.us) / 1e6
    room = CALM_M + DRIFT_M_S * seconds
    return 2 * math.log(room) + 2 * math.log(1 + deviation(last, fix) ** 2)


def aligned(one: Fix, other: Fix) -> bool:
    """Whether two reports near in time differ in latitude alone or in longitude alone: a faulty bit changes one of them."""
    seconds = abs(other.us - one.us) / 1e6
    if seconds > HELD_S:
        return False
    here = _reckoned(one, seconds) if one.sog_kn is not None and one.cog_deg is not None else one
    room = CALM_M + DRIFT_M_S * seconds
    east = distance_m(Fix(0, here.lat, here.lon, None, None), Fix(0, here.lat, other.lon, None, None))
    north = distance_m(Fix(0, here.lat, here.lon, None, None), Fix(0, other.lat, here.lon, None, None))
    return min(east, north) <= room


def _reckoned(last: Fix, seconds: float) -> Fix:
    """Where a ship is that keeps speed and course, on a plane."""
    metres, course = (last.sog_kn or 0.0) * METRES_PER_SECOND_PER_KNOT * seconds, math.radians(last.cog_deg or 0.0)
    lat = last.lat + math.degrees(metres * math.cos(course) / EARTH_RADIUS_M)
    east = metres * math.sin(course) / (EARTH_RADIUS_M * max(math.cos(math.radians(last.lat)), 0.01))
    return Fix(last.us, max(-90.0, min(90.0, lat)), last.lon + math.degrees(east), None, None)


def ships_of(runs: list[Run], limits: Limits) -> list[Ship]:
    """The ships that sent the runs of one MMSI, in the order in which they were first supposed."""
    fleet = _Fleet(limits)
    for run in runs:
        fleet.take(run)
    return fleet.ships


def verdicts(rows: pa.Table, *, limits: Limits) -> pa.Table:
    """What became of each run (``VERDICTS``).

    Args:
        rows: the first and last reports of runs of some MMSIs: mmsi, origin, run, place (in the run, from 0), reports
            (of the run), us, lat, lon, sog_kn, cog_deg, imo (of the run).
        limits: when a report continues a ship.
    """
    found: list[dict[str, Any]] = []
    for (mmsi, origin), runs in _runs_of(rows):
        found += _judged(mmsi, origin, ships_of(runs, limits), limits.apart_m)
    return pa.Table.from_pylist(found, VERDICTS)


def _runs_of(rows: pa.Table) -> Iterator[tuple[tuple[int, str], list[Run]]]:
    order = rows.sort_by([(word, "ascending") for word in ("mmsi", "origin", "run", "place")])
    runs: list[Run] = []
    fixes: list[Fix] = []
    whose: tuple[int, str] | None = None
    table = order.to_pylist()
    for at, row in enumerate(table):
        if whose != (row["mmsi"], row["origin"]):
            if whose:
                yield whose, runs
            whose, runs = (row["mmsi"], row["origin"]), []
        fixes.append(Fix(row["us"], row["lat"], row["lon"], row["sog_kn"], row["cog_deg"]))
        if at + 1 == len(table) or [row[word] for word in _RUN] != [table[at + 1][word] for word in _RUN]:
            head = tuple(fixes[:-1]) if len(fixes) < row["reports"] else tuple(fixes)
            runs.append(Run(row["run"], head or tuple(fixes), fixes[-1], row["reports"], row["imo"]))
            fixes = []
    if whose:
        yield whose, runs


_RUN = ("mmsi", "origin", "run")


def _judged(mmsi: int, origin: str, ships: list[Ship], apart_m: float) -> list[dict[str, Any]]:
    """One row a run; where no ship is believed, the one with the most reports is."""
    believed = sorted((ship for ship in ships if ship.believed_us is not None), key=lambda ship: ship.believed_us or 0)
    if not believed:
        believed = [max(ships, key=Ship.reports)]
    rows = []
    for ship in ships:
        track_id = _track_id(mmsi, origin, believed.index(ship), ship) if ship in believed else None
        reason = OUT_OF_REACH if ship.apart_m >= apart_m else BESIDE
        for part in ship.parts:
            row = {"mmsi": mmsi, "origin": origin, "run": part.run.number, "track_id": track_id}
            rows.append(row | {"skip": part.skip, "reason": BESIDE if track_id else reason})
    return rows


def _track_id(mmsi: int, origin: str, number: int, ship: Ship) -> str:
    if number == 0:
        return content_id("track", mmsi, origin)
    first = ship.parts[0].run.head[0]
    return content_id("track", mmsi, origin, first.us, round(first.lat * 1e7), round(first.lon * 1e7))
