"""Both sides silent: pairs of silences that could have met; possible only, few, and never likely."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from darkwake.events.ships import Ship, draught_change
from darkwake.events.track import US_PER_HOUR
from darkwake.events.unheard.gaps import NAUTICAL_MILE_M, Gap, Gaps
from darkwake.events.unheard.odds import (
    AROUND_NM,
    BOTH_SILENT,
    FASTEST_KN,
    LEAST_TOGETHER_H,
    LOOKED_AT,
    POSSIBLE_AT_LEAST,
    POSSIBLE_AT_MOST,
    POSSIBLE_NM,
    REGION_NM,
    USUAL_NM,
    ends_there,
    nearer,
    never_left,
    of_draughts,
    of_type,
)
from darkwake.geo import distance_m


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


class Met(NamedTuple):
    """Two silences that leave time for a meeting."""

    one: Gap
    other: Gap
    starts_nm: float
    ends_nm: float
    by_chance: float
    """How many such silences an hour begin in the region by chance (:attr:`Gaps.by_chance`, the greater of the two)."""


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
    # The two do not count for how usual each other's silence is.
    by_chance = np.maximum(
        *(known.by_chance(side, pairs[:, 2] <= USUAL_NM, pairs[:, 2] <= AROUND_NM) for side in (ones, others))
    )
    first = np.argsort(_place_odds(pairs, known) / -np.maximum(by_chance, 1e-12), kind="stable")[: most * LOOKED_AT]
    met = [
        Met(silent[ones[at]], silent[others[at]], float(pairs[at, 2]), float(pairs[at, 3]), float(by_chance[at]))
        for at in first
    ]
    found = [_possible(one, ships) for one in met]
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


def _possible(met: Met, ships: Mapping[int, Ship]) -> Possible:
    one, other = met.one, met.other
    changes = [draught_change(ships.get(gap.mmsi, Ship()), gap.start_us, gap.end_us) for gap in (one, other)]
    types = math.sqrt(of_type(ships.get(one.mmsi, Ship())) * of_type(ships.get(other.mmsi, Ship())))
    starts, ends = (one.off_nm[end] + other.off_nm[end] for end in (0, 1))
    place = nearer(met.starts_nm, starts) * min(ends_there(met.ends_nm, ends, gap) for gap in (one, other))
    # One of them may have been visited where she lay; not both.
    place *= max(never_left(one, met.starts_nm), never_left(other, met.starts_nm))
    first, second = sorted((one, other), key=lambda gap: gap.track_id)
    start_us, end_us = max(one.start_us, other.start_us), min(one.end_us, other.end_us)
    by_chance = met.by_chance * max((one.hours + other.hours) - 2.0 * LEAST_TOGETHER_H, LEAST_TOGETHER_H)
    odds = BOTH_SILENT * place * types * of_draughts(changes[0], changes[1]) / by_chance
    east = ((other.lon - one.lon + 180.0) % 360.0) - 180.0
    lat, lon = (one.lat + other.lat) / 2.0, (one.lon + east / 2.0 + 180.0) % 360.0 - 180.0
    chance = min(odds / (1.0 + odds), POSSIBLE_AT_MOST)
    return Possible(first, second, chance, met.starts_nm, met.ends_nm, lat, lon, start_us, end_us)
