"""Transfers that nobody heard whole: a lone ship that behaves like one half of one, and two silences that could be one.

One side silent. A ship lies or drifts for hours at sea, where no others lie, then sails on. Each ship that was silent at that
time and could have been there (great circle, her speed) may have been the other half; so may a ship without a transponder,
or none. The chances of all of these add up to one: how near the silence began and ended, how much of it falls into the
stay, her type, both draughts after, and whether others were heard near by meanwhile.

Two sides silent. Of pairs of silences that could meet those that began and ended nearest each other are named, as possible
only: few, with a low chance, and the number of those left out.

What it is not: a sighting. Nothing here was observed but a stay and a silence; every row says that it is inferred.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.spatial import KDTree

from darkwake.engine.clock import clock_us
from darkwake.events.berths import ELSEWHERE, IN_TRANSFER_AREA, Berths, unit_points
from darkwake.events.neighbours import AT_ANCHOR, DRIFTING
from darkwake.events.ships import Ship, draught_change
from darkwake.events.track import (
    E10_PER_DEGREE,
    US_PER_HOUR,
    along_track,
    distance_mm,
    e10,
    mean_lat_e10,
    mean_lon_e10,
    sessions,
    strength,
)
from darkwake.geo import EARTH_RADIUS_M, distance_m
from darkwake.schema import ORIGINS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

NAUTICAL_MILE_M = 1852.0
FASTEST_KN = 16.0
"""No silent tanker is thought faster (assumed: their service speed is 12 to 15 kn)."""
LEAST_TOGETHER_H = 2.0
"""A transfer takes so long (assumed: mooring, hoses and pumping)."""
STAY_H = 3.0
"""A stay shorter than this is no half of a transfer."""
LONGEST_STAY_H = 96.0
"""A longer one is waiting (assumed)."""
OFF_H = 1.5
"""Ships fall silent, and are heard again, about so long a way from the meeting at the speed that they then send (assumed)."""
OFF_NM = (2.0, 15.0)
"""Least and most of that way; unknown speeds give ``UNKNOWN_OFF_NM``."""
UNKNOWN_OFF_NM = 8.0
REGION_NM = 100.0
"""Ships within so far are compared with each other (assumed: what a ship can reach in a short silence)."""
RENDEZVOUS = 0.10
"""Share of tankers' stays at sea, where no others lie, that are half of a transfer with a silent ship (assumed; most wait)."""
NO_TRANSPONDER = 0.2
"""Share of silent halves that never transmit (assumed)."""
OTHER_TYPES = 0.1
"""The same share for ships that are no tankers, over that of tankers (assumed)."""
BOTH_SILENT = 0.02
"""Share of tankers' silences that hide a transfer with a ship that was silent too (assumed)."""
POSSIBLE_AT_MOST = 0.3
"""Two silences alone are never more than possible."""
TANKER, UNKNOWN, OTHER, SERVICE = 2.4, 1.0, 0.25, 0.03
"""How much likelier a silent half is of a type than a silent ship is (assumed)."""
INFERRED_AT_MOST = 0.95
"""What nobody heard is never surer (assumed: the weights above are)."""
POSSIBLE_NM = 30.0
"""Silences that began farther apart than this are not held against each other (assumed: twice the most that one is off)."""
LOOKED_AT = 20
"""So many times as many pairs as are named are looked at closely."""
POSSIBLE_AT_LEAST = 0.02
"""A pair of silences with less chance is counted, not named."""
HEARD_NEAR = 2.5
"""How much likelier a chosen silence is than one of coverage where the lone ship was heard all the while (assumed)."""


@dataclass(frozen=True)
class Gap:
    """A silence of a track."""

    track_id: str
    mmsi: int
    start_us: int
    end_us: int
    lat: float
    lon: float
    end_lat: float
    end_lon: float
    source_id: str
    next_source_id: str
    rank: int
    off_nm: tuple[float, float]
    """How far from a meeting she would fall silent and be heard again."""

    @property
    def hours(self) -> float:
        """How long."""
        return (self.end_us - self.start_us) / US_PER_HOUR


@dataclass(frozen=True)
class Stay:
    """A time in which a ship lay or drifted."""

    track_id: str
    mmsi: int
    start_us: int
    end_us: int
    lat: float
    lon: float
    sources: tuple[str, ...]
    rank: int
    still: float
    """Share of slow positions with the status at anchor or moored."""
    shift_m: float
    reports: int

    @property
    def hours(self) -> float:
        """How long."""
        return (self.end_us - self.start_us) / US_PER_HOUR


def silences(positions: ir.Table, least_hours: float, engine: Engine) -> list[Gap]:
    """Closed silences longer than some hours, in order of track and time."""
    heard = positions.select(
        "track_id",
        "mmsi",
        "source_id",
        "line",
        us=clock_us(positions.time),
        lat="lat",
        lon="lon",
        sog_kn="sog_kn",
        rank=strength(positions.origin),
    )
    order = ibis.window(group_by="track_id", order_by=["us", "source_id", "line"])
    after = {f"next_{word}": heard[word].lead().over(order) for word in ("us", "lat", "lon", "source_id", "rank", "sog_kn")}
    pairs = heard.mutate(**after)
    rows = engine.arrow(pairs.filter(pairs.next_us - pairs.us > round(least_hours * US_PER_HOUR)))
    ordered = rows.sort_by([("track_id", "ascending"), ("us", "ascending"), ("line", "ascending")]).to_pylist()
    return [
        Gap(
            row["track_id"],
            row["mmsi"],
            row["us"],
            row["next_us"],
            row["lat"],
            row["lon"],
            row["next_lat"],
            row["next_lon"],
            row["source_id"],
            row["next_source_id"],
            max(row["rank"], row["next_rank"]),
            (_off_nm(row["sog_kn"]), _off_nm(row["next_sog_kn"])),
        )
        for row in ordered
    ]


def _off_nm(sog_kn: float | None) -> float:
    return UNKNOWN_OFF_NM if sog_kn is None else min(max(sog_kn * OFF_H, OFF_NM[0]), OFF_NM[1])


AT_ANCHOR_STATUS, MOORED_STATUS = 1, 5
"""Navigational status (ITU-R M.1371, table 45)."""
LIES_KN, DRIFTS_KN, ASKEW_DEG = 0.5, 2.0, 40.0
"""A ship lies still below the one speed, and drifts below the other where her course and her heading differ by so much
(RTEC maritime, Pitsikalis et al. 2019: drifting is a difference of more than 40 degrees)."""
STAY_SILENT_US = round(2.5 * US_PER_HOUR)
"""A stay goes on across so long a silence (a satellite's pass, and one that was missed)."""
STAY_MISSES = 6
"""And across so many reports in a row of another kind, less one."""


def lone_stays(positions: ir.Table, berths: Berths, engine: Engine) -> list[Stay]:
    """Stays at sea, where no others lie, in order of track and time."""
    rows = engine.arrow(_lain(positions)).sort_by([("track_id", "ascending"), ("start_us", "ascending")])
    found = []
    for row in rows.to_pylist():
        place = (row["lat_e10"] / E10_PER_DEGREE, row["lon_e10"] / E10_PER_DEGREE)
        still, shift_m = row["still"] / row["reports"], row["shift_mm"] / 1000
        named = (row["first_source"], row["last_source"])
        ends = (row["start_us"], row["end_us"])
        stay = Stay(row["track_id"], row["mmsi"], *ends, *place, named, row["rank"], still, shift_m, row["reports"])
        where = berths.at(stay.lat, stay.lon, (stay.track_id,)).kind
        if stay.hours <= LONGEST_STAY_H and where in (ELSEWHERE, IN_TRANSFER_AREA):
            found.append(stay)
    return found


def _lain(positions: ir.Table) -> ir.Table:
    """Times in which a ship lay or drifted, one row each."""
    turned = (positions.heading_deg - positions.cog_deg).abs() % 360.0
    askew = (ibis.least(turned, 360.0 - turned) > ASKEW_DEG).fill_null(False)
    lies = (positions.sog_kn < LIES_KN) | ((positions.sog_kn < DRIFTS_KN) & askew)
    heard = positions.select(
        "track_id",
        "mmsi",
        "source_id",
        "line",
        "nav_status",
        us=clock_us(positions.time),
        lat_e10=e10(positions.lat),
        lon_e10=e10(positions.lon),
        rank=strength(positions.origin),
        lies=lies.fill_null(False),
    )
    numbered = heard.mutate(number=ibis.row_number().over(along_track()))
    lying = numbered.filter(numbered.lies)
    order = along_track()
    apart = (lying.us - lying.us.lag().over(order) > STAY_SILENT_US) | (
        lying.number - lying.number.lag().over(order) > STAY_MISSES
    )
    spells = sessions(lying, ["track_id"], "number", apart, "spell")
    rows = spells.group_by(["track_id", "spell"]).aggregate(
        mmsi=spells.mmsi.min(),
        start_us=spells.us.min(),
        end_us=spells.us.max(),
        lat_e10=mean_lat_e10(spells.lat_e10),
        lon_e10=mean_lon_e10(spells.lon_e10),
        first_lat_e10=spells.lat_e10.argmin(spells.number),
        first_lon_e10=spells.lon_e10.argmin(spells.number),
        last_lat_e10=spells.lat_e10.argmax(spells.number),
        last_lon_e10=spells.lon_e10.argmax(spells.number),
        reports=spells.count(),
        still=spells.nav_status.isin((AT_ANCHOR_STATUS, MOORED_STATUS)).fill_null(False).cast("int64").sum().cast("int64"),
        first_source=spells.source_id.argmin(spells.number),
        last_source=spells.source_id.argmax(spells.number),
        rank=spells["rank"].max(),
    )
    shift = distance_mm(rows.first_lat_e10, rows.first_lon_e10, rows.last_lat_e10, rows.last_lon_e10)
    return rows.mutate(shift_mm=shift).filter(lambda row: row.end_us - row.start_us >= round(STAY_H * US_PER_HOUR))


@dataclass(frozen=True)
class Partner:
    """A silent ship that could have been the other half, with her chance."""

    gap: Gap
    chance: float
    together_h: float
    """Longest time that she could have been there."""
    from_start_nm: float
    from_end_nm: float
    draughts: tuple[float, float] | None


class Gaps:
    """Silences, to be asked which began near a point."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        """Take the silences."""
        self.all = gaps
        self.start_us, self.end_us = (
            np.array([getattr(gap, word) for gap in gaps], np.int64) for word in ("start_us", "end_us")
        )
        self.mmsi = np.array([gap.mmsi for gap in gaps], np.int64)
        self.starts = np.array([(gap.lat, gap.lon) for gap in gaps], np.float64).reshape(-1, 2)
        self.ends = np.array([(gap.end_lat, gap.end_lon) for gap in gaps], np.float64).reshape(-1, 2)
        self._tree = KDTree(unit_points(self.starts[:, 0], self.starts[:, 1])) if gaps else None

    def near(self, lat: float, lon: float, nautical_miles: float) -> NDArray[np.int64]:
        """Numbers of the silences that began within some miles of a point, in order."""
        if self._tree is None:
            return np.zeros(0, np.int64)
        reach = 2.0 * math.sin(min(nautical_miles * NAUTICAL_MILE_M / EARTH_RADIUS_M, math.pi) / 2.0)
        found = self._tree.query_ball_point(unit_points(np.array([lat]), np.array([lon]))[0], reach)
        return np.array(sorted(found), np.int64)


def partners(lone: Sequence[Stay], gaps: Sequence[Gap], ships: Mapping[int, Ship]) -> list[tuple[Stay, float, list[Partner]]]:
    """Each lone stay with the chance that it was half of a transfer, and the silent ships that could have been the other half.

    A silent ship was with one lone ship at most, as a lone ship was with one of them: what speaks for one pair speaks against
    each other pair of the two.

    Args:
        lone: stays of ships that were heard.
        gaps: silences of any ships.
        ships: what ships said of themselves.
    """
    known = Gaps(gaps)
    odds = {at: _odds(stay, known, ships) for at, stay in enumerate(lone)}
    of_gap: dict[int, float] = {}
    for found in odds.values():
        for number, value, *_ in found:
            of_gap[number] = of_gap.get(number, 0.0) + value
    result = []
    for at, stay in enumerate(lone):
        ship = ships.get(stay.mmsi, Ship())
        prior = _prior(ship)
        change = draught_change(ship, stay.start_us, stay.end_us)
        dark = prior * NO_TRANSPONDER * (2.0 if change and abs(change[1] - change[0]) >= 0.3 else 1.0)
        total = 1.0 - prior + dark + sum(value for _, value, *_ in odds[at])
        named = [
            Partner(
                gaps[number], value / (total + of_gap[number] - value), together, start_nm, end_nm, _change(ships, gaps[number])
            )
            for number, value, together, start_nm, end_nm in odds[at]
        ]
        named.sort(key=lambda one: (-one.chance, one.gap.track_id, one.gap.start_us))
        # Where it is not known that both are tankers, a stay and a silence are as little as two silences.
        tankers = ship.tanker and bool(named) and ships.get(named[0].gap.mmsi, Ship()).tanker
        most = INFERRED_AT_MOST if tankers else POSSIBLE_AT_MOST
        chance = min(sum(one.chance for one in named) + dark / total, most)
        result.append((stay, chance, named))
    return result


def _prior(ship: Ship) -> float:
    if ship.service:
        return 0.0
    return RENDEZVOUS * (1.0 if ship.tanker or ship.ship_type is None else OTHER_TYPES)


def _change(ships: Mapping[int, Ship], gap: Gap) -> tuple[float, float] | None:
    return draught_change(ships.get(gap.mmsi, Ship()), gap.start_us, gap.end_us)


def _odds(stay: Stay, known: Gaps, ships: Mapping[int, Ship]) -> list[tuple[int, float, float, float, float]]:
    """The silences that a stay could have met: number, odds, hours together, miles from the start and from the end."""
    ship = ships.get(stay.mmsi, Ship())
    able = _reached(stay, known)
    change = draught_change(ship, stay.start_us, stay.end_us)
    share = _prior(ship) * (1.0 - NO_TRANSPONDER) / max(len(able), 1)
    return [
        (number, share * _likelier(stay, known.all[number], start_nm, end_nm, change, ships), together, start_nm, end_nm)
        for number, together, start_nm, end_nm in able
    ]


def _reached(stay: Stay, known: Gaps) -> list[tuple[int, float, float, float]]:
    """The silent ships that could have been at a stay: number, hours, miles from where each fell silent and was heard again."""
    near = known.near(stay.lat, stay.lon, REGION_NM)
    overlap = (known.start_us[near] < stay.end_us) & (known.end_us[near] > stay.start_us) & (known.mmsi[near] != stay.mmsi)
    near = near[overlap]
    if not len(near):
        return []
    first = distance_m(stay.lat, stay.lon, known.starts[near, 0], known.starts[near, 1]) / NAUTICAL_MILE_M
    last = distance_m(stay.lat, stay.lon, known.ends[near, 0], known.ends[near, 1]) / NAUTICAL_MILE_M
    arrives = np.maximum(known.start_us[near] + first / FASTEST_KN * US_PER_HOUR, stay.start_us)
    leaves = np.minimum(known.end_us[near] - last / FASTEST_KN * US_PER_HOUR, stay.end_us)
    together = (leaves - arrives) / US_PER_HOUR
    able = np.flatnonzero((together >= LEAST_TOGETHER_H) & (last <= REGION_NM))
    return [(int(near[at]), float(together[at]), float(first[at]), float(last[at])) for at in able]


def _nearer(nautical_miles: float, scale_nm: float) -> float:
    """How much likelier a silence is to begin or end at this distance from its meeting than anywhere in the region."""
    return REGION_NM**2 / (2.0 * scale_nm**2) * math.exp(-nautical_miles / scale_nm)


def _likelier(
    stay: Stay,
    gap: Gap,
    start_nm: float,
    end_nm: float,
    change: tuple[float, float] | None,
    ships: Mapping[int, Ship],
) -> float:
    """How much likelier a silence is under a transfer with the lone ship than as a silence of any ship of the region."""
    inside = (min(gap.end_us, stay.end_us) - max(gap.start_us, stay.start_us)) / (gap.end_us - gap.start_us)
    covered = 2.0 if inside >= 0.6 else 1.0 if inside >= 0.3 else 0.4
    # Where a silence begins says already much of where it ends.
    place = _nearer(start_nm, gap.off_nm[0]) * math.sqrt(_nearer(end_nm, gap.off_nm[1]))
    heard = HEARD_NEAR if stay.reports >= stay.hours and inside >= 0.5 else 1.0
    return place * covered * heard * _of_type(ships.get(gap.mmsi, Ship())) * _of_draughts(change, _change(ships, gap))


def _of_type(ship: Ship) -> float:
    if ship.ship_type is None:
        return UNKNOWN
    return TANKER if ship.tanker else SERVICE if ship.service else OTHER


def _of_draughts(one: tuple[float, float] | None, other: tuple[float, float] | None) -> float:
    """Of two ships after a transfer one is deeper and one is not; crews seldom say so (weights as of heard transfers)."""
    if one is None or other is None:
        return 1.0
    steps = [after - before for before, after in (one, other)]
    moved = [step for step in steps if abs(step) >= 0.3]
    if len(moved) == 2 and moved[0] * moved[1] < 0:
        return 6.0
    return 1.2 if moved else 0.6


@dataclass(frozen=True)
class Possible:
    """Two silences that could have met."""

    one: Gap
    other: Gap
    chance: float
    starts_nm: float
    ends_nm: float
    lat: float
    lon: float
    start_us: int
    end_us: int


def possible(gaps: Sequence[Gap], ships: Mapping[int, Ship], most: int) -> tuple[list[Possible], int]:
    """Pairs of silences that could have met, those that began and ended nearest each other first; and how many more there are.

    Args:
        gaps: silences; those of ships that said they are no tankers are left aside.
        ships: what ships said of themselves.
        most: how many to name.
    """
    silent = [gap for gap in gaps if ships.get(gap.mmsi, Ship()).ship_type is None or ships[gap.mmsi].tanker]
    silent.sort(key=lambda gap: (gap.start_us, gap.track_id))
    known = Gaps(silent)
    parts = [_met(at, known) for at in range(len(silent))]
    pairs = np.concatenate([np.zeros((0, 4)), *parts])
    ones, others = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
    crowd = np.bincount(np.r_[ones, others], minlength=len(silent))
    crowded = np.maximum(crowd[ones], crowd[others]) if len(pairs) else np.zeros(0)
    first = np.argsort(_place_odds(pairs, known) / -np.maximum(crowded, 1), kind="stable")[: most * LOOKED_AT]
    found = [
        _possible((silent[ones[at]], silent[others[at]], float(pairs[at, 2]), float(pairs[at, 3])), int(crowded[at]), ships)
        for at in first
    ]
    found.sort(key=lambda one: (-one.chance, one.start_us, one.one.track_id, one.other.track_id))
    named = [one for one in found[:most] if one.chance >= POSSIBLE_AT_LEAST]
    return named, len(pairs) - len(named)


def _met(at: int, known: Gaps) -> NDArray[np.float64]:
    """The later silences that could have met one: its number, theirs, miles between the starts and between the ends."""
    one = known.all[at]
    near = known.near(one.lat, one.lon, POSSIBLE_NM)
    near = near[(near > at) & (known.mmsi[near] != one.mmsi) & (known.start_us[near] < one.end_us)]
    if not len(near):
        return np.zeros((0, 4))
    starts = distance_m(one.lat, one.lon, known.starts[near, 0], known.starts[near, 1]) / NAUTICAL_MILE_M
    ends = distance_m(one.end_lat, one.end_lon, known.ends[near, 0], known.ends[near, 1]) / NAUTICAL_MILE_M
    # Each sails half of the way to the other and half of the way back.
    overlap_us = np.minimum(one.end_us, known.end_us[near]) - np.maximum(one.start_us, known.start_us[near])
    together_h = overlap_us / US_PER_HOUR - (starts + ends) / 2.0 / FASTEST_KN
    able = (together_h >= LEAST_TOGETHER_H) & (ends <= REGION_NM)
    return np.asarray(np.column_stack([np.full(len(near), float(at)), near, starts, ends])[able], np.float64)


def _place_odds(pairs: NDArray[np.float64], known: Gaps) -> NDArray[np.float64]:
    """What the places alone say for each pair, to choose which are looked at closely."""
    off = np.array([gap.off_nm for gap in known.all]).reshape(-1, 2)
    ones, others = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
    scales = off[ones] + off[others]
    logs = -pairs[:, 2] / scales[:, 0] - 2 * np.log(scales[:, 0]) - pairs[:, 3] / scales[:, 1] / 2 - np.log(scales[:, 1])
    return np.asarray(np.exp(logs))


def _possible(pair: tuple[Gap, Gap, float, float], crowd: int, ships: Mapping[int, Ship]) -> Possible:
    one, other, start_nm, end_nm = pair
    changes = [draught_change(ships.get(gap.mmsi, Ship()), gap.start_us, gap.end_us) for gap in (one, other)]
    types = math.sqrt(_of_type(ships.get(one.mmsi, Ship())) * _of_type(ships.get(other.mmsi, Ship())))
    starts, ends = (one.off_nm[end] + other.off_nm[end] for end in (0, 1))
    likelier = _nearer(start_nm, starts) * math.sqrt(_nearer(end_nm, ends)) * types * _of_draughts(changes[0], changes[1])
    odds = BOTH_SILENT / crowd * likelier
    first, second = sorted((one, other), key=lambda gap: gap.track_id)
    start_us, end_us = max(one.start_us, other.start_us), min(one.end_us, other.end_us)
    east = ((other.lon - one.lon + 180.0) % 360.0) - 180.0
    lat, lon = (one.lat + other.lat) / 2.0, (one.lon + east / 2.0 + 180.0) % 360.0 - 180.0
    return Possible(first, second, min(odds / (1.0 + odds), POSSIBLE_AT_MOST), start_nm, end_nm, lat, lon, start_us, end_us)


MOST_NAMED = 5
"""Candidates that a row names; the number of the others is given."""


def lone_row(stay: Stay, chance: float, found: Sequence[Partner], ships: Mapping[int, Ship]) -> dict[str, Any]:
    """A row of an inferred transfer with one side silent; the partner is named where she is likelier than all else."""
    best = found[0] if found and found[0].chance >= 0.5 else None
    lone = ships.get(stay.mmsi, Ship())
    factors = {
        "class": DRIFTING if stay.still < 0.5 else AT_ANCHOR,
        "inferred": True,
        "heard": "one side",
        "name": lone.name,
        "stay_hours": round(stay.hours, 1),
        "shift_m": round(stay.shift_m),
        "draughts_m": _listed(draught_change(lone, stay.start_us, stay.end_us)),
        "candidates": [_candidate(one, ships) for one in found[:MOST_NAMED]],
        "candidates_left_out": max(len(found) - MOST_NAMED, 0),
        "no_transponder_or_not_listed": round(max(chance - sum(one.chance for one in found), 0.0), 4),
    }
    # The two were together while the one lay there and the other was silent.
    start_us = max(stay.start_us, best.gap.start_us) if best else stay.start_us
    end_us = min(stay.end_us, best.gap.end_us) if best else stay.end_us
    ends = [(stay.track_id, stay.mmsi)] + ([(best.gap.track_id, best.gap.mmsi)] if best else [])
    given = [*stay.sources, *([best.gap.source_id, best.gap.next_source_id] if best else [])]
    place = (stay.lat, stay.lon)
    return _row(ends, (start_us, end_us), place, chance, factors, given, max(stay.rank, best.gap.rank if best else 0))


def possible_row(pair: Possible, left_out: int, ships: Mapping[int, Ship]) -> dict[str, Any]:
    """A row of two silences that could have met."""
    factors = {
        "class": AT_ANCHOR if max(pair.starts_nm, pair.ends_nm) < 1.0 else DRIFTING,
        "inferred": True,
        "heard": "neither side",
        "possible_only": True,
        "name": ships.get(pair.one.mmsi, Ship()).name,
        "other_name": ships.get(pair.other.mmsi, Ship()).name,
        "starts_apart_nm": round(pair.starts_nm, 1),
        "ends_apart_nm": round(pair.ends_nm, 1),
        "silence_hours": [round(pair.one.hours, 1), round(pair.other.hours, 1)],
        "draughts_m": [
            _listed(draught_change(ships.get(gap.mmsi, Ship()), gap.start_us, gap.end_us)) for gap in (pair.one, pair.other)
        ],
        "pairs_left_out": left_out,
    }
    given = [word for gap in (pair.one, pair.other) for word in (gap.source_id, gap.next_source_id)]
    ends = [(gap.track_id, gap.mmsi) for gap in (pair.one, pair.other)]
    rank = max(pair.one.rank, pair.other.rank)
    return _row(ends, (pair.start_us, pair.end_us), (pair.lat, pair.lon), pair.chance, factors, given, rank)


def _row(
    ends: Sequence[tuple[str, int]],
    times: tuple[int, int],
    place: tuple[float, float],
    chance: float,
    factors: Mapping[str, Any],
    given: Sequence[str],
    rank: int,
) -> dict[str, Any]:
    """The columns of a judged meeting; an inferred row is never stronger than inferred."""
    two = sorted(ends)
    at = {"lat_e10": round(place[0] * E10_PER_DEGREE), "lon_e10": round(place[1] * E10_PER_DEGREE)}
    named = sorted(set(given))
    return {
        "track_id": two[0][0],
        "other_track_id": two[1][0] if len(two) > 1 else None,
        "mmsi": two[0][1],
        "other_mmsi": two[1][1] if len(two) > 1 else None,
        "start_us": times[0],
        "end_us": times[1],
        **at,
        **{f"end_{word}": value for word, value in at.items()},
        "first_source": named[0],
        "last_source": named[-1],
        "other_first_source": named[min(1, len(named) - 1)],
        "other_last_source": named[-min(2, len(named))],
        "rank": max(rank, ORIGINS.index("inferred")),
        "probability": round(chance, 6),
        "factors": json.dumps(factors),
    }


def _listed(change: tuple[float, float] | None) -> list[float] | None:
    return list(change) if change else None


def _candidate(one: Partner, ships: Mapping[int, Ship]) -> dict[str, Any]:
    return {
        "mmsi": one.gap.mmsi,
        "name": ships.get(one.gap.mmsi, Ship()).name,
        "chance": round(one.chance, 4),
        "silent_hours": round(one.gap.hours, 1),
        "could_be_there_hours": round(one.together_h, 1),
        "fell_silent_nm_away": round(one.from_start_nm, 1),
        "heard_again_nm_away": round(one.from_end_nm, 1),
        "draughts_m": _listed(one.draughts),
    }


ROWS = pa.schema(
    [
        *((word, pa.string()) for word in ("track_id", "other_track_id")),
        *((word, pa.int64()) for word in ("mmsi", "other_mmsi", "start_us", "end_us")),
        *((word, pa.int64()) for word in ("lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")),
        *((word, pa.string()) for word in ("first_source", "last_source", "other_first_source", "other_last_source")),
        ("rank", pa.int64()),
        ("probability", pa.float64()),
        ("factors", pa.string()),
    ]
)
"""What an event of this kind is made of."""
