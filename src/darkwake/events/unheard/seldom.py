"""Both sides heard, but seldom: two lone stays whose few reports of one moment lie a hull's width apart.

Beyond the reach of shore stations a ship is heard when a satellite passes, which leaves no line to judge a meeting by. Two
ships that lie at sea for hours and are side by side whenever both are heard within some minutes were together all the while.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.engine.clock import clock_us
from darkwake.events.berths import unit_points
from darkwake.events.ships import Ship
from darkwake.events.track import US_PER_HOUR, US_PER_MINUTE
from darkwake.events.unheard.odds import (
    ALONGSIDE_M,
    AT_ONCE_MINUTES,
    LEAST_SEEN,
    LEAST_TOGETHER_SELDOM_H,
    SELDOM_TANKERS,
    SELDOM_UNKNOWN,
    STRAYED_M,
)
from darkwake.events.unheard.stays import Stay
from darkwake.geo import EARTH_RADIUS_M, distance_m

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

Reports = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class Together:
    """Two stays side by side, as far as they were heard."""

    one: Stay
    other: Stay
    chance: float
    start_us: int
    end_us: int
    times_seen: int
    """Reports of the one with a report of the other within some minutes."""
    apart_m: float
    """Median distance of the antennas then."""


def together(lone: Sequence[Stay], positions: ir.Table, ships: Mapping[int, Ship], engine: Engine) -> list[Together]:
    """Pairs of lone stays of tankers, or of ships of unknown type, that lay side by side whenever both were heard."""
    pairs = [(one, other) for one, other in _near(lone) if _chance(one, other, ships) > 0]
    heard = _heard({stay.track_id for pair in pairs for stay in pair}, positions, engine)
    found = []
    for one, other in pairs:
        start_us, end_us = max(one.start_us, other.start_us), min(one.end_us, other.end_us)
        apart = _at_once(*(_between(heard[stay.track_id], start_us, end_us) for stay in (one, other)))
        if len(apart) >= LEAST_SEEN and float(np.median(apart)) <= ALONGSIDE_M:
            chance = _chance(one, other, ships)
            found.append(Together(one, other, chance, start_us, end_us, len(apart), float(np.median(apart))))
    return found


def _chance(one: Stay, other: Stay, ships: Mapping[int, Ship]) -> float:
    two = [ships.get(stay.mmsi, Ship()) for stay in (one, other)]
    if all(ship.tanker for ship in two):
        return SELDOM_TANKERS
    return SELDOM_UNKNOWN if all(ship.tanker or ship.ship_type is None for ship in two) else 0.0


def _near(lone: Sequence[Stay]) -> Iterator[tuple[Stay, Stay]]:
    """Pairs of stays of two ships that overlap and whose middles are not far from each other, in order."""
    in_order = sorted(lone, key=lambda stay: (stay.start_us, stay.track_id))
    if len(in_order) < 2:
        return
    points = unit_points(np.array([stay.lat for stay in in_order]), np.array([stay.lon for stay in in_order]))
    for one, other in combinations(range(len(in_order)), 2):
        a, b = in_order[one], in_order[other]
        if b.start_us > a.end_us or a.mmsi == b.mmsi or a.track_id == b.track_id:
            continue
        long_enough = min(a.end_us, b.end_us) - max(a.start_us, b.start_us) >= LEAST_TOGETHER_SELDOM_H * US_PER_HOUR
        if long_enough and float(np.linalg.norm(points[one] - points[other])) * EARTH_RADIUS_M <= STRAYED_M:
            yield a, b


def _heard(tracks: set[str], positions: ir.Table, engine: Engine) -> dict[str, Reports]:
    """Times and places of each track, in order of time."""
    if not tracks:
        return {}
    asked = engine.table(pa.table({"of_track": sorted(tracks)}))
    rows = positions.join(asked, positions.track_id == asked.of_track).select(
        "track_id", "lat", "lon", us=clock_us(positions.time)
    )
    table = engine.arrow(rows).sort_by([(word, "ascending") for word in ("track_id", "us", "lat", "lon")])
    names = np.array(table["track_id"].to_pylist())
    columns = [table[word].to_numpy() for word in ("us", "lat", "lon")]
    known, firsts = np.unique(names, return_index=True)
    parts = [np.split(column, firsts[1:]) for column in columns]
    return {name: (parts[0][at], parts[1][at], parts[2][at]) for at, name in enumerate(known.tolist())}


def _between(reports: Reports, start_us: int, end_us: int) -> Reports:
    us, lat, lon = reports
    some = slice(int(np.searchsorted(us, start_us)), int(np.searchsorted(us, end_us, "right")))
    return us[some], lat[some], lon[some]


def _at_once(one: Reports, other: Reports) -> NDArray[np.float64]:
    """Distances of the reports of one ship to the other's that is nearest in time, where it is near."""
    if not len(one[0]) or not len(other[0]):
        return np.zeros(0)
    after = np.minimum(np.searchsorted(other[0], one[0]), len(other[0]) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(np.abs(other[0][after] - one[0]) < np.abs(other[0][before] - one[0]), after, before)
    near = np.abs(other[0][nearest] - one[0]) <= AT_ONCE_MINUTES * US_PER_MINUTE
    return np.asarray(distance_m(one[1][near], one[2][near], other[1][nearest][near], other[2][nearest][near]), np.float64)
