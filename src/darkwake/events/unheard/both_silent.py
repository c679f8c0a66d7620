"""Both sides silent: pairs of silences that could have met; possible only, few, and never likelier than not.

Ships that fall silent together and are heard again together, with others around them, were lost by one receiver: that speaks
against a meeting more than anything else. Long silences that overlap without that speak for one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from darkwake.events.ships import Ship, draught_change
from darkwake.events.track import US_PER_HOUR
from darkwake.events.unheard.by_sea import sea_nm
from darkwake.events.unheard.gaps import NAUTICAL_MILE_M, Gap, Gaps, Key, Wholes, alike, key_of
from darkwake.events.unheard.odds import (
    AROUND_NM,
    AT_HER_PLACE_NM,
    BACK_NM,
    BOTH_WEIGHTS,
    FASTEST_KN,
    LAY_THROUGH,
    LEAST_TOGETHER_H,
    LOOKED_AT,
    OUTAGE_H,
    POSSIBLE_AT_LEAST,
    POSSIBLE_AT_MOST,
    POSSIBLE_NM,
    REGION_NM,
    SPOKEN_FOR_AT_MOST,
    USUAL_NM,
    USUAL_SILENCE_H,
    log_nearer,
    of_draughts,
    of_type,
)
from darkwake.geo import distance_m

Floats = NDArray[np.float64]


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
    said: Mapping[str, float]
    """Factor to what it says for a meeting, weighed."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of silences that leave time for a meeting, a row each."""

    silent: Sequence[Gap]
    ones: NDArray[np.int64]
    others: NDArray[np.int64]
    starts_nm: Floats
    ends_nm: Floats
    said: Mapping[str, Floats]
    """Factor to what it says, before it is weighed."""

    def logits(self) -> Floats:
        """Logarithm of the odds of a meeting."""
        weighed = [BOTH_WEIGHTS[word] * values for word, values in self.said.items()]
        return np.asarray(np.sum(weighed, axis=0) + BOTH_WEIGHTS["how often"], np.float64)

    def some(self, rows: NDArray[np.int64]) -> Pairs:
        """Some of the rows."""
        said = {word: values[rows] for word, values in self.said.items()}
        return Pairs(self.silent, self.ones[rows], self.others[rows], self.starts_nm[rows], self.ends_nm[rows], said)


def possible(
    gaps: Sequence[Gap], ships: Mapping[int, Ship], most: int, spoken_for: Mapping[Key, float]
) -> tuple[list[Possible], int]:
    """Pairs of silences that could have met, the likeliest first; and how many more there are.

    Args:
        gaps: silences; those of ships that said they are no tankers only tell when receivers were out.
        ships: what ships said of themselves.
        most: how many to name.
        spoken_for: the chance that a silence hides a transfer with a lone ship that was heard.
    """
    pairs = pairs_of(gaps, ships)
    first = np.argsort(-pairs.logits(), kind="stable")[: most * LOOKED_AT]
    few = with_ships(pairs.some(first), ships)
    likeliest = np.argsort(-few.logits(), kind="stable")[: 2 * most]
    rows = [int(row) for row in likeliest if _time_by_sea(few, int(row))]
    found = [_possible(few, row, chance) for row, chance in zip(rows, _chances(few, rows, spoken_for), strict=True)]
    found.sort(key=lambda one: (-one.chance, one.start_us, one.one.track_id, one.other.track_id))
    named = [one for one in found[:most] if one.chance >= POSSIBLE_AT_LEAST]
    return named, len(pairs.ones) - len(named)


def pairs_of(gaps: Sequence[Gap], ships: Mapping[int, Ship]) -> Pairs:
    """Pairs of silences of tankers, or of ships of unknown type, with what times and places say."""
    silent = [gap for gap in gaps if ships.get(gap.mmsi, Ship()).ship_type is None or ships[gap.mmsi].tanker]
    silent.sort(key=lambda gap: (gap.start_us, gap.track_id))
    known = Gaps(silent)
    ones, others, starts_nm, ends_nm = _met(known)
    said = _places(known, ones, others, starts_nm, ends_nm) | _times(known, alike(silent, gaps), ones, others)
    said |= _habits(known, ones, others)
    return Pairs(silent, ones, others, starts_nm, ends_nm, said)


def _met(known: Gaps) -> tuple[Wholes, Wholes, Floats, Floats]:
    """Silences that could have met a later one: their numbers in order, miles between the starts and between the ends."""
    ones, others = known.near_pairs(POSSIBLE_NM)
    some = (known.mmsi[others] != known.mmsi[ones]) & (known.start_us[others] < known.end_us[ones])
    ones, others = ones[some], others[some]
    starts_nm, ends_nm = (distance_m(*at[ones].T, *at[others].T) / NAUTICAL_MILE_M for at in (known.starts, known.ends))
    # Each sails half of the way to the other and half of the way back.
    overlap_us = np.minimum(known.end_us[ones], known.end_us[others]) - np.maximum(known.start_us[ones], known.start_us[others])
    together_h = overlap_us / US_PER_HOUR - (starts_nm + ends_nm) / 2.0 / FASTEST_KN
    able = (together_h >= LEAST_TOGETHER_H) & (ends_nm <= REGION_NM)
    return ones[able], others[able], starts_nm[able], ends_nm[able]


def _places(
    known: Gaps, ones: NDArray[np.int64], others: NDArray[np.int64], starts_nm: Floats, ends_nm: Floats
) -> dict[str, Floats]:
    """What the places say: how near the two fell silent and were heard again, how usual that is there."""
    off = np.array([gap.off_nm for gap in known.all], np.float64).reshape(-1, 2)
    hours = np.array([gap.hours for gap in known.all], np.float64)
    scales = off[ones] + off[others]
    # The two do not count for how usual each other's silence is.
    by_chance = np.maximum(*(known.by_chance(side, starts_nm <= USUAL_NM, starts_nm <= AROUND_NM) for side in (ones, others)))
    span_h = np.maximum(hours[ones] + hours[others] - 2.0 * LEAST_TOGETHER_H, LEAST_TOGETHER_H)
    ends = log_nearer(ends_nm, scales[:, 1])
    back = np.array([(1 - gap.back) + gap.back * math.exp(log_nearer(gap.moved_nm, BACK_NM)) for gap in known.all])
    lay = np.array([gap.lay_through for gap in known.all], np.bool_)
    both_lay = lay[ones] & lay[others] & (starts_nm > AT_HER_PLACE_NM)
    return {
        "fell silent near": np.asarray(log_nearer(starts_nm, scales[:, 0])),
        "heard again near": np.asarray(ends - np.log(np.maximum(back[ones], back[others]))) if len(ones) else ends,
        "silences there": -np.log(np.maximum(by_chance * span_h, 1e-12)),
        # One of them may have been visited where she lay; not both.
        "lay through": np.where(both_lay, math.log(LAY_THROUGH), 0.0),
    }


def _times(known: Gaps, outs: NDArray[np.int64], ones: NDArray[np.int64], others: NDArray[np.int64]) -> dict[str, Floats]:
    """What the times say: how long, how far apart the ends are, whether one receiver lost these and others."""
    hours = np.array([gap.hours for gap in known.all], np.float64)
    first_h = np.abs(known.start_us[ones] - known.start_us[others]) / US_PER_HOUR
    last_h = np.abs(known.end_us[ones] - known.end_us[others]) / US_PER_HOUR
    same = (first_h < OUTAGE_H) & (last_h < OUTAGE_H)
    # Each counts the other, where these two are alike.
    lost = np.maximum(outs[ones], outs[others]) - same > 0
    return {
        "length": np.log(np.minimum(hours[ones], hours[others]) / USUAL_SILENCE_H),
        "starts apart": np.log1p(first_h),
        "ends apart": np.log1p(last_h),
        "both at once": same.astype(np.float64),
        "receivers out": lost.astype(np.float64),
    }


def _habits(known: Gaps, ones: NDArray[np.int64], others: NDArray[np.int64]) -> dict[str, Floats]:
    """What the ships' other silences say: of many silences of one ship, or of the same two at once, few hide a meeting."""
    own = np.log(known.times.astype(np.float64))
    two = np.sort(np.column_stack([known.mmsi[ones], known.mmsi[others]]), axis=1)
    _, pair, again = np.unique(two, axis=0, return_inverse=True, return_counts=True)
    return {
        "silent often": -(own[ones] + own[others]) / 2.0,
        "the same two often": -np.log(again.astype(np.float64)[pair.reshape(-1)]),
    }


def with_ships(pairs: Pairs, ships: Mapping[int, Ship]) -> Pairs:
    """The same pairs, with what the ships said of themselves."""
    types, draughts = [], []
    for two in zip(pairs.ones.tolist(), pairs.others.tolist(), strict=True):
        gaps = [pairs.silent[at] for at in two]
        known = [ships.get(gap.mmsi, Ship()) for gap in gaps]
        types.append(sum(math.log(of_type(ship)) for ship in known) / 2.0)
        changes = [draught_change(ship, gap.start_us, gap.end_us) for ship, gap in zip(known, gaps, strict=True)]
        draughts.append(math.log(of_draughts(changes[0], changes[1])))
    said = dict(pairs.said) | {"type": np.array(types, np.float64), "draughts": np.array(draughts, np.float64)}
    return Pairs(pairs.silent, pairs.ones, pairs.others, pairs.starts_nm, pairs.ends_nm, said)


def _chances(pairs: Pairs, rows: Sequence[int], spoken_for: Mapping[Key, float]) -> list[float]:
    """The chance that each of some pairs met, where no silence hides more than one transfer.

    The weights were fitted to whether two met, whoever else they could have met: what rivals take on average is in them, so
    rivals count only where chances add up to more than one. A lone ship that lay there speaks against: the two met, or one
    of them met her, or neither.
    """
    found: dict[int, float] = {}
    taken: dict[int, float] = {}
    for row, logit in zip(rows, pairs.logits()[list(rows)].tolist(), strict=True):
        two = int(pairs.ones[row]), int(pairs.others[row])
        elsewhere = min(sum(spoken_for.get(key_of(pairs.silent[at]), 0.0) for at in two), SPOKEN_FOR_AT_MOST)
        found[row] = 1.0 / (1.0 + math.exp(-logit) / (1.0 - elsewhere))
        for at in two:
            taken[at] = taken.get(at, 0.0) + found[row]
    return [found[row] / max(1.0, taken[int(pairs.ones[row])], taken[int(pairs.others[row])]) for row in rows]


def _time_by_sea(pairs: Pairs, row: int) -> bool:
    """Whether ways over water leave time for a meeting too."""
    one, other = pairs.silent[pairs.ones[row]], pairs.silent[pairs.others[row]]
    starts_nm = sea_nm(one.lat, one.lon, other.lat, other.lon)
    ends_nm = sea_nm(one.end_lat, one.end_lon, other.end_lat, other.end_lon)
    overlap_us = min(one.end_us, other.end_us) - max(one.start_us, other.start_us)
    return bool(overlap_us / US_PER_HOUR - (starts_nm + ends_nm) / 2.0 / FASTEST_KN >= LEAST_TOGETHER_H)


def _possible(pairs: Pairs, row: int, chance: float) -> Possible:
    one, other = pairs.silent[pairs.ones[row]], pairs.silent[pairs.others[row]]
    first, second = sorted((one, other), key=lambda gap: gap.track_id)
    ends_us = max(one.start_us, other.start_us), min(one.end_us, other.end_us)
    east = ((other.lon - one.lon + 180.0) % 360.0) - 180.0
    place = (one.lat + other.lat) / 2.0, (one.lon + east / 2.0 + 180.0) % 360.0 - 180.0
    said = {word: BOTH_WEIGHTS[word] * float(values[row]) for word, values in pairs.said.items()}
    said = {word: round(value, 2) for word, value in said.items()}
    apart = float(pairs.starts_nm[row]), float(pairs.ends_nm[row])
    return Possible(first, second, min(chance, POSSIBLE_AT_MOST), *apart, *place, *ends_us, said)
