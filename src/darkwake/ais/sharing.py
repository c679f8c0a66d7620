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
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from darkwake.ais.reckoning import RECKONED_S, Fix, aligned, deviation, distance_m, rests, surprise
from darkwake.ids import content_id
from darkwake.schema import TEXT, WHOLE

OUT_OF_REACH = "out of reach of the ship"
BESIDE = "beside the ship, too soon to have moved there"
ALIGNED = 0.5
"""What a report speaks for a ship that shares its latitude or longitude with another (assumed)."""
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
    until: int = 0
    """Reports of the ship up to the end of this part."""

    @property
    def reports(self) -> int:
        """Reports that stay."""
        return self.run.reports - self.skip

    @property
    def first(self) -> Fix:
        """The first report that stays."""
        return self.run.head[self.skip]


@dataclass(eq=False)
class Ship:
    """A ship that may exist: the runs that she sent."""

    parts: list[Part]
    firm: int = 0
    """So many parts are beyond doubt; the rest may turn out to be another's."""
    calm: int = 0
    """The part from which on each follows the one before as expected."""
    apart_m: float = 0.0
    """The farthest that she was from the nearest other ship of the MMSI."""
    believed_us: int | None = None
    """When she had enough reports; null before."""
    counted: float = 0.0
    """Reports that support her."""
    imo: int | None = None
    """The IMO number that her runs named last."""

    @property
    def last(self) -> Fix:
        """Her last report."""
        return self.parts[-1].run.last

    def reports(self, first: int = 0) -> int:
        """Her reports from a part on."""
        return self.parts[-1].until - (self.parts[first - 1].until if first else 0)

    def tail_reports(self) -> int:
        """Reports of the parts that are in doubt."""
        return self.reports(self.firm) if self.firm < len(self.parts) else 0

    @property
    def doubted(self) -> tuple[Fix, Fix] | None:
        """Her last report beyond doubt and the first one after it, where there are both."""
        return (self.parts[self.firm - 1].run.last, self.parts[self.firm].first) if 0 < self.firm < len(self.parts) else None


@dataclass
class _Fleet:
    """The ships of one MMSI so far."""

    limits: Limits
    ships: list[Ship] = field(default_factory=list)
    open: list[Ship] = field(default_factory=list)
    """Those of them that a run may continue."""

    def take(self, run: Run) -> None:
        """Give a run to the ship that can have sent it, or to a new one."""
        self._close(run.head[0].us)
        options = [(*found, at) for at, ship in enumerate(self.open) if (found := self._option(ship, run))]
        _, skip, forked, at = min(options, default=(0.0, 0, False, -1))
        ship = self.open[at] if options else self._new()
        if forked:
            self._part(ship)
        new = ship.believed_us is None
        self._add(ship, Part(run, skip))
        if new:
            self._settle(ship)

    def _new(self) -> Ship:
        ship = Ship([])
        self.ships.append(ship)
        self.open.append(ship)
        return ship

    def _forget(self, ship: Ship) -> None:
        self.ships.remove(ship)
        self.open.remove(ship)

    def _close(self, us: int) -> None:
        """Ships that nothing supports for long are no longer waited for."""
        oldest = us - round(self.limits.link_h * 3.6e9)
        self.open = [ship for ship in self.open if ship.believed_us is not None or ship.last.us >= oldest]

    def _option(self, ship: Ship, run: Run) -> tuple[float, int, bool] | None:
        """The cost of a run as a ship's, how many of its first reports it loses, and whether what is in doubt is cut off."""
        link = self._link(ship, ship.last, run)
        if link and (not ship.tail_reports() or deviation(ship.last, run.head[link[1]]) <= 1.0):
            return (*link, False)
        fork = self._fork(ship, run, straight=link)
        return (*fork, True) if fork else (*link, False) if link else None

    def _link(self, ship: Ship, last: Fix, run: Run) -> tuple[float, int] | None:
        """The cost of a run as the continuation of a ship, and how many of its first reports it loses by that."""
        for skip, fix in enumerate(run.head):
            metres, seconds = distance_m(last, fix), (fix.us - last.us) / 1e6
            if seconds > 0 and round(metres * 1000) <= self.limits.reach.metres(seconds) * 1000:
                return surprise(last, fix) + self._doubt(ship, run), skip
            if skip == 0 and metres > self.limits.apart_m:
                return None
        return None

    def _doubt(self, ship: Ship, run: Run) -> float:
        """What speaks against a ship besides the way (natural logarithm)."""
        doubt = 0.0 if ship.believed_us is not None else -math.log(SUPPOSED)
        return doubt - (math.log(NAMED) if run.imo is not None and run.imo == ship.imo else 0.0)

    def _fork(self, ship: Ship, run: Run, *, straight: tuple[float, int] | None) -> tuple[float, int] | None:
        """The same from the last report beyond doubt, where more reports or a calmer way say so than say what is in doubt."""
        link = self._link(ship, ship.doubted[0], run) if ship.doubted else None
        if ship.doubted is None or link is None:
            return None
        (firm, tail), first, few = ship.doubted, run.head[link[1]], ship.tail_reports() < self.limits.support
        soon = first.us - firm.us <= RECKONED_S * 1e6
        calmer = few and soon and deviation(firm, first) <= 1.0 and (straight is None or link < straight)
        more = straight is None and run.reports > ship.tail_reports()
        return link if calmer or (more and (few or surprise(firm, first) < surprise(firm, tail))) else None

    def _settle(self, late: Ship) -> None:
        """What few reports support may be of an older ship, of which still fewer say that she was elsewhere."""
        first, reports = late.parts[late.calm], late.reports(late.calm)
        whole = late.calm == 0 and late.believed_us is None
        for ship in self.open:
            if ship is late or ship.doubted is None or not ship.tail_reports() < min(reports, self.limits.support):
                continue
            firm, tail = ship.doubted
            link = first.first.us > firm.us and self._link(ship, firm, first.run)
            if link and (whole or surprise(firm, first.first) < surprise(firm, tail)):
                self._hand_over(late, ship)
                return

    def _hand_over(self, late: Ship, ship: Ship) -> None:
        self._part(ship)
        moved = late.parts[late.calm :]
        del late.parts[late.calm :]
        late.firm = min(late.firm, len(late.parts))
        late.counted, late.believed_us, late.calm = 0.0, None, max(0, len(late.parts) - 1)
        if not late.parts:
            self._forget(late)
        for part in moved:
            self._add(ship, part)

    def _part(self, ship: Ship) -> None:
        """What was in doubt becomes a ship of its own."""
        tail = ship.parts[ship.firm :]
        del ship.parts[ship.firm :]
        other = self._new()
        for part in tail:
            self._add(other, part)

    def _add(self, ship: Ship, part: Part) -> None:
        """Append a part; settle what is beyond doubt now, and whether the ship is believed."""
        fix, limits = part.first, self.limits
        linked = bool(ship.parts) and fix.us - ship.last.us <= limits.link_h * 3.6e9
        doubtful = not linked or deviation(ship.last, fix) > 1.0
        if doubtful:
            ship.calm = len(ship.parts)
        if doubtful and ship.tail_reports() >= limits.support:
            ship.firm = len(ship.parts)
        if ship.believed_us is None:
            ship.apart_m = max(ship.apart_m, self._apart_m(ship, fix))
            ship.counted = self._support(ship, part, calm=not doubtful) + (ship.counted if linked else 0.0)
        self._append(ship, part)
        if not doubtful and ship.firm == len(ship.parts) - 1:
            ship.firm = len(ship.parts)
        if ship.believed_us is None and ship.counted >= max(limits.support, ship.reports() / 2):
            ship.believed_us = part.run.last.us if ship.apart_m >= limits.apart_m else None

    def _append(self, ship: Ship, part: Part) -> None:
        before = ship.last if ship.parts else None
        part.until = part.reports + (ship.reports() if ship.parts else 0)
        ship.parts.append(part)
        ship.imo = part.run.imo if part.run.imo is not None else ship.imo
        if part.run.last is part.first and before is not None:
            part.run.last.infer_motion(before)

    def _support(self, ship: Ship, part: Part, *, calm: bool) -> float:
        """How many reports of a part speak for the ship: not one that fits nothing, nor one that a faulty bit made."""
        if part.reports >= self.limits.support:
            return float(part.reports)
        if any(aligned(other.last, part.first) for other in self.open if other.parts and other.believed_us is not None):
            # What moves along with another ship on her latitude or longitude is her shadow.
            return part.reports * ALIGNED if ship.parts and rests(ship.last, part.first) else 0.0
        return float(part.reports) if calm or not ship.parts or part.reports > 1 else 0.0

    def _apart_m(self, ship: Ship, fix: Fix) -> float:
        """How far a report is from the nearest other ship, believed ones if there are any."""
        others = [other for other in self.open if other is not ship and other.parts]
        believed = [other for other in others if other.believed_us is not None]
        return min((distance_m(other.last, fix) for other in believed or others), default=math.inf)


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
    """The runs of each MMSI and origin, in the order of time."""
    order = rows.sort_by([(word, "ascending") for word in ("mmsi", "origin", "run", "place")])
    columns = [order[word].to_pylist() for word in ("mmsi", "origin", "run", "reports", "imo", *_FIX)]
    for whose, of_one in groupby(zip(*columns, strict=True), key=itemgetter(0, 1)):
        yield whose, [_run(list(ends)) for _, ends in groupby(of_one, key=itemgetter(2))]


_FIX = ("us", "lat", "lon", "sog_kn", "cog_deg")


def _run(ends: list[tuple[Any, ...]]) -> Run:
    """A run from its first reports and its last."""
    _, _, number, reports, imo, *_ = ends[0]
    fixes = [Fix(*row[5:]) for row in ends]
    if len(fixes) > 1:
        fixes[-1].infer_motion(fixes[-2])
    head = tuple(fixes[:-1]) if len(fixes) < reports else tuple(fixes)
    return Run(number, head or tuple(fixes), fixes[-1], reports, imo)


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
