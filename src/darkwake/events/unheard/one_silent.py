"""One side silent: how likely a lone stay was half of a transfer, and with which silent ship."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from darkwake.events.ships import Ship, draught_change
from darkwake.events.track import US_PER_HOUR
from darkwake.events.unheard.gaps import NAUTICAL_MILE_M, Gap, Gaps
from darkwake.events.unheard.odds import (
    CHANGED_M,
    COVERED,
    FASTEST_KN,
    HEARD_NEAR,
    INFERRED_AT_MOST,
    LEAST_TOGETHER_H,
    LONE_CHANGED,
    NO_TRANSPONDER,
    OTHER_TYPES,
    POSSIBLE_AT_MOST,
    REGION_NM,
    RENDEZVOUS,
    UNKNOWN_TYPE,
    ends_there,
    nearer,
    never_left,
    of_draughts,
    of_type,
)
from darkwake.events.unheard.stays import Stay
from darkwake.geo import distance_m


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
        dark = prior * NO_TRANSPONDER * (LONE_CHANGED if change and abs(change[1] - change[0]) >= CHANGED_M else 1.0)
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
    return RENDEZVOUS * (1.0 if ship.tanker else UNKNOWN_TYPE if ship.ship_type is None else OTHER_TYPES)


def _change(ships: Mapping[int, Ship], gap: Gap) -> tuple[float, float] | None:
    return draught_change(ships.get(gap.mmsi, Ship()), gap.start_us, gap.end_us)


def _odds(stay: Stay, known: Gaps, ships: Mapping[int, Ship]) -> list[tuple[int, float, float, float, float]]:
    """The silences that a stay could have met: number, odds, hours together, miles from the start and from the end."""
    ship = ships.get(stay.mmsi, Ship())
    able = _reached(stay, known)
    change = draught_change(ship, stay.start_us, stay.end_us)
    prior = _prior(ship) * (1.0 - NO_TRANSPONDER)
    found = []
    rates = known.by_chance(np.array([number for number, *_ in able], np.int64))
    for (number, together, start_nm, end_nm), rate in zip(able, rates.tolist(), strict=True):
        gap = known.all[number]
        # So many silences of these lengths would overlap by chance with time enough.
        by_chance = rate * max(stay.hours + gap.hours - 2.0 * LEAST_TOGETHER_H, LEAST_TOGETHER_H)
        odds = prior * _likelier(stay, gap, start_nm, end_nm, change, ships) / by_chance
        found.append((number, odds, together, start_nm, end_nm))
    return found


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
    covered = next((weight for least, weight in COVERED if inside >= least), COVERED[-1][1])
    place = nearer(start_nm, gap.off_nm[0]) * ends_there(end_nm, gap.off_nm[1], gap)
    heard = HEARD_NEAR if stay.reports >= stay.hours and inside >= 0.5 else 1.0
    place *= never_left(gap, start_nm)
    return place * covered * heard * of_type(ships.get(gap.mmsi, Ship())) * of_draughts(change, _change(ships, gap))
