"""One side silent: how likely a lone stay was half of a transfer, and with which silent ship.

odds of a silent ship = how often x what the stay says x what the silence says / how many such silences come by chance
odds of none listed   = how often x what the stay says x share of partners whom these data never heard
odds of no transfer   = 1                                    and the chances of all of these add up to one
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from darkwake.events.berths import IN_TRANSFER_AREA
from darkwake.events.ships import Ship, draught_change
from darkwake.events.track import US_PER_HOUR
from darkwake.events.unheard.by_sea import sea_nm
from darkwake.events.unheard.gaps import NAUTICAL_MILE_M, Gap, Gaps, Key, key_of
from darkwake.events.unheard.odds import (
    ASKED_BY_SEA,
    CHANGED_M,
    COVERED,
    FASTEST_KN,
    HEARD_NEAR,
    INFERRED_AT_MOST,
    LATE_H,
    LEAST_TOGETHER_H,
    OTHER_TYPES,
    REGION_NM,
    UNKNOWN_AT_MOST,
    UNKNOWN_TYPE,
    USUAL_STAY_H,
    WEIGHTS,
    ends_there,
    nearer,
    never_left,
    of_draughts,
    of_type,
)
from darkwake.events.unheard.stays import Stay
from darkwake.geo import distance_m

Floats = NDArray[np.float64]
LAY = US_PER_HOUR * LEAST_TOGETHER_H


@dataclass(frozen=True)
class Partner:
    """A silent ship that could have been the other half, with her chance."""

    gap: Gap
    chance: float
    together_h: float
    """Longest time that she could have been there."""
    from_start_nm: float | None
    """Miles from where she fell silent; ``None`` where she was never heard before."""
    from_end_nm: float | None
    """And to where she was heard again; ``None`` where she never was."""
    draughts: tuple[float, float] | None


@dataclass(frozen=True)
class Could:
    """A silent ship that could have been at a stay."""

    gap: Gap
    together_h: float
    from_start_nm: float | None
    from_end_nm: float | None
    by_chance: float
    """So many silences of this kind would leave as much time for a meeting by chance."""
    times: int
    """So many silences the ship has in the data."""


@dataclass(frozen=True)
class Half:
    """A lone stay that may be half of a transfer: what it says itself, and who could have been there."""

    stay: Stay
    prior: float
    """Share of such ships' stays, over that of tankers."""
    own: Mapping[str, float]
    """Factor to what the stay says by it, the same for all partners."""
    not_listed: Mapping[str, float]
    partners: Sequence[tuple[Could, Mapping[str, float]]]
    """Each silent ship, with factor to the logarithm of how much likelier her silence is under a transfer."""


def halves(lone: Sequence[Stay], gaps: Sequence[Sequence[Gap]], ships: Mapping[int, Ship]) -> Iterator[Half]:
    """Each lone stay with who could have been there, and what each factor says.

    Args:
        lone: stays of ships that were heard.
        gaps: silences of any ships: those with two ends, those before a first report, those after a last one.
        ships: what ships said of themselves.
    """
    known = [Gaps(of_kind) for of_kind in gaps]
    for stay in lone:
        ship = ships.get(stay.mmsi, Ship())
        change = draught_change(ship, stay.start_us, stay.end_us)
        moved = change is not None and abs(change[1] - change[0]) >= CHANGED_M
        own = {
            "how often": 1.0,
            "drifting": float(stay.still < 0.5),
            "hours": math.log(stay.hours / USUAL_STAY_H),
            "transfer area": float(stay.where == IN_TRANSFER_AREA),
            "draught changed": float(moved),
            "draught the same": float(change is not None and not moved),
        }
        found = [could for of_kind in known for could in reached(stay, of_kind)]
        said = [(one, _said(stay, one, change, ships)) for one in found]
        yield Half(stay, _prior(ship), own, {"not listed": 1.0, "not listed, draught changed": float(moved)}, said)


def partners(
    lone: Sequence[Stay], gaps: Sequence[Sequence[Gap]], ships: Mapping[int, Ship]
) -> list[tuple[Stay, float, list[Partner]]]:
    """Each lone stay with the chance that it was half of a transfer, and the silent ships that could have been the other half.

    A silent ship was with one lone ship at most, as a lone ship was with one of them: what speaks for one pair speaks against
    each other pair of the two.
    """
    # By place: stays near each other are asked about over one mesh of water.
    in_place = sorted(lone, key=lambda stay: (round(stay.lat), round(stay.lon), stay.start_us, stay.track_id))
    found = [_by_sea(half, ships) for half in halves(in_place, gaps, ships)]
    odds = [[_odds(half, said) for _, said in half.partners] for half in found]
    of_gap: dict[Key, float] = {}
    for half, values in zip(found, odds, strict=True):
        for (could, _), value in zip(half.partners, values, strict=True):
            of_gap[key_of(could.gap)] = of_gap.get(key_of(could.gap), 0.0) + value
    result = []
    for half, values in zip(found, odds, strict=True):
        not_listed = _odds(half, half.not_listed)
        total = 1.0 + not_listed + sum(values)
        named = [
            _partner(could, value / (total + of_gap[key_of(could.gap)] - value), ships)
            for (could, _), value in zip(half.partners, values, strict=True)
        ]
        named.sort(key=lambda one: (-one.chance, one.gap.track_id, one.gap.start_us))
        # Where it is not known that both are tankers, a stay and a silence are as little as two silences.
        lone_ship = ships.get(half.stay.mmsi, Ship())
        tankers = lone_ship.tanker and bool(named) and ships.get(named[0].gap.mmsi, Ship()).tanker
        most = INFERRED_AT_MOST if tankers else UNKNOWN_AT_MOST
        result.append((half.stay, min(sum(one.chance for one in named) + not_listed / total, most), named))
    return result


def _odds(half: Half, said: Mapping[str, float]) -> float:
    return half.prior * math.exp(sum(WEIGHTS[word] * value for word, value in (*half.own.items(), *said.items())))


def _partner(could: Could, chance: float, ships: Mapping[int, Ship]) -> Partner:
    draughts = _change(ships, could.gap)
    return Partner(could.gap, chance, could.together_h, could.from_start_nm, could.from_end_nm, draughts)


def _prior(ship: Ship) -> float:
    """How often a ship of a type lies beside a silent one, over how often a tanker does."""
    if ship.service:
        return 0.0
    return 1.0 if ship.tanker else UNKNOWN_TYPE if ship.ship_type is None else OTHER_TYPES


def _change(ships: Mapping[int, Ship], gap: Gap) -> tuple[float, float] | None:
    return draught_change(ships.get(gap.mmsi, Ship()), gap.start_us, gap.end_us)


def reached(stay: Stay, known: Gaps) -> list[Could]:
    """The silent ships of one kind that could have been at a stay for long enough."""
    near = known.near(stay.lat, stay.lon, REGION_NM)
    near = near[known.mmsi[near] != stay.mmsi]
    if not len(near):
        return []
    open_end = known.all[0].open_end
    start_us, end_us = known.start_us[near], known.end_us[near]
    first = distance_m(stay.lat, stay.lon, known.starts[near, 0], known.starts[near, 1]) / NAUTICAL_MILE_M
    last = distance_m(stay.lat, stay.lon, known.ends[near, 0], known.ends[near, 1]) / NAUTICAL_MILE_M
    comes, goes = (
        0.0 if open_end == word else way / FASTEST_KN * US_PER_HOUR for word, way in (("start", first), ("end", last))
    )
    together = np.minimum(end_us - goes, stay.end_us) - np.maximum(start_us + comes, stay.start_us)
    able = (together >= LAY) & (last <= REGION_NM)
    # Where a ship is heard for the first time, or the last, long after or before, that is another matter.
    late_us = LATE_H * US_PER_HOUR
    if open_end == "start":
        able &= end_us <= stay.end_us + late_us
    if open_end == "end":
        able &= start_us >= stay.start_us - late_us
    numbers = near[able]
    hours = (end_us[able] - start_us[able]) / US_PER_HOUR if open_end is None else LATE_H + LEAST_TOGETHER_H
    # So many silences of these lengths would overlap by chance with time enough.
    spans = np.maximum(stay.hours + hours - 2.0 * LEAST_TOGETHER_H, LEAST_TOGETHER_H)
    by_chance = known.by_chance(numbers) * spans
    return [
        Could(
            known.all[number],
            float(hours_together) / US_PER_HOUR,
            None if open_end == "start" else float(from_start),
            None if open_end == "end" else float(from_end),
            float(often),
            int(known.times[number]),
        )
        for number, hours_together, from_start, from_end, often in zip(
            numbers.tolist(), together[able], first[able], last[able], by_chance, strict=True
        )
    ]


def _by_sea(half: Half, ships: Mapping[int, Ship]) -> Half:
    """The same with ways over water in place of great circles, for the silent ships that matter; without those too far."""
    change = draught_change(ships.get(half.stay.mmsi, Ship()), half.stay.start_us, half.stay.end_us)
    kept = []
    for could, said in half.partners:
        if _odds(half, said) < ASKED_BY_SEA:
            kept.append((could, said))
            continue
        gap, stay = could.gap, half.stay
        start_nm = None if could.from_start_nm is None else sea_nm(stay.lat, stay.lon, gap.lat, gap.lon)
        end_nm = None if could.from_end_nm is None else sea_nm(stay.lat, stay.lon, gap.end_lat, gap.end_lon)
        comes_us, goes_us = ((nm or 0.0) / FASTEST_KN * US_PER_HOUR for nm in (start_nm, end_nm))
        together_us = min(gap.end_us - goes_us, stay.end_us) - max(gap.start_us + comes_us, stay.start_us)
        if together_us >= LAY:
            over_sea = replace(could, together_h=together_us / US_PER_HOUR, from_start_nm=start_nm, from_end_nm=end_nm)
            kept.append((over_sea, _said(stay, over_sea, change, ships)))
    return replace(half, partners=kept)


def _said(stay: Stay, could: Could, change: tuple[float, float] | None, ships: Mapping[int, Ship]) -> dict[str, float]:
    """Logarithms of how much likelier a silence is under a transfer with the lone ship than as any of the region."""
    gap, start_nm, end_nm = could.gap, could.from_start_nm, could.from_end_nm
    both = start_nm is not None and end_nm is not None
    inside = (min(gap.end_us, stay.end_us) - max(gap.start_us, stay.start_us)) / (gap.end_us - gap.start_us)
    covered = next((weight for least, weight in COVERED if inside >= least), COVERED[-1][1]) if both else 1.0
    known_nm = [(nm, off) for nm, off in ((start_nm, gap.off_nm[0]), (end_nm, gap.off_nm[1])) if nm is not None]
    ends = (nearer(*known_nm[0]), ends_there(*known_nm[1], gap) if both else 1.0)
    return {
        "fell silent near": math.log(ends[0]),
        "heard again near": math.log(ends[1]),
        "silences there": -math.log(max(could.by_chance, 1e-12)),
        "silent often": -math.log(could.times),
        "covered": math.log(covered),
        "heard near by": math.log(HEARD_NEAR if stay.reports >= stay.hours and inside >= 0.5 and both else 1.0),
        "type": math.log(of_type(ships.get(gap.mmsi, Ship()))),
        "draughts": math.log(of_draughts(change, _change(ships, gap))),
        "lay through": math.log(never_left(gap, start_nm)) if both and start_nm is not None else 0.0,
        "one end unknown": float(not both),
    }
