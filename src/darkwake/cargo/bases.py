"""The bases on which the load of a visit can stand, from the strongest to the weakest, and the choice among them.

1. Draughts or freeboards that were measured, at both ends or at the laden one: hydrostatics of the ship.
2. Draughts that a crew typed into AIS; where they cannot be right they tell nothing and the next basis stands in.
3. What a source states for the visit: barrels, tonnes, or a range for visits like it.
4. Deadweight x laden fraction x barrels per tonne, where a deadweight is on record.
5. The same for a ship of which only dimensions or a range of sizes are known.

The last two are bounded by the hours alongside, and weighed by what was seen of her state where a case asks for that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from darkwake.cargo.afloat import Loaded
from darkwake.cargo.draughts import Measured, tonnes_by_draughts
from darkwake.cargo.factors import (
    CALL_LOADED,
    IDLE_HOURS,
    LADEN,
    LADEN_OWN,
    LOADING_RATE,
    PUMPING_RATE,
    RANGE,
    STATE_READ,
    STATED,
    Factor,
    Numbers,
    conversion_name,
)
from darkwake.cargo.freeboard import tonnes_by_freeboards
from darkwake.cargo.laden import (
    BALLAST_STATE,
    CANNOT_TELL,
    chance_moved,
    fraction_words,
    likelihood_ratio,
    most_t,
    visit_fraction,
)
from darkwake.cargo.ships import Deadweights, Row, Sharing, Ship, sharing_of
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError

MOVED = "whether this call moved cargo"
"""The unknown behind a call that may have moved none; its chance is a factor, it has no distribution of its own."""
SPEAKS_AGAINST = 0.5
"""A likelihood ratio below this is said to speak against the source: even odds would be 1."""


@dataclass(frozen=True)
class Load:
    """What one visit loaded or discharged in every world, on what it stands, and which unknowns it was drawn from."""

    visit_id: str
    product: str
    tonnes: Numbers
    barrels: Numbers
    tier: str
    basis: str
    factors: tuple[Factor, ...]
    unknowns: Mapping[str, Sharing]
    """Names of unknowns, and whether all visits share each, a ship has it on all her visits, or the visit for itself."""


class Worlds:
    """The worlds of some unknowns: what all visits share is worked out once.

    Where ``strict``, draughts that a crew typed are refused if they cannot be right; else they tell nothing.
    """

    def __init__(self, unknown: Unknowns, factors: Mapping[str, Factor], *, strict: bool = False) -> None:
        self.unknown = unknown
        self.strict = strict
        self.factors = factors
        self.deadweights = Deadweights(unknown, factors)
        self._kept: dict[str, Numbers] = {}

    def shared(self, name: str) -> Numbers:
        """A factor that has one value a world."""
        if name not in self._kept:
            self._kept[name] = self.unknown.value(self.factors[name])
        return self._kept[name]

    def own(self, name: str, owner: str) -> Numbers:
        """A factor that has one value a world and owner (a ship or a visit)."""
        return self.unknown.value(self.factors[name], owner)

    def per_tonne(self, goods: str) -> str:
        """The barrels per tonne of a product, in words."""
        factor = self.factors[conversion_name(goods)]
        return f"{factor.central:g} barrels per tonne" if factor.low == factor.high else f"barrels per tonne of {goods}"

    def named(self, *names: str) -> tuple[Factor, ...]:
        """The factors of these names."""
        return tuple(self.factors[name] for name in names if name in self.factors)


def best(row: Row, ship: Ship, goods: str, worlds: Worlds) -> Load:
    """The load of a visit, on the best basis that it has.

    Raises:
        InputError: what was measured cannot be of this ship.
    """
    told, why_not = _by_measurement(row, ship, goods, worlds)
    if told is not None and told.tier != "deadweight":
        return _with(told, why_not)
    if row["bbl_stated"] is not None or row["t_stated"] is not None or row["bbl_lo"] is not None:
        return _as_stated(row, goods, worlds)
    return _with(told or _by_size(row, ship, goods, worlds), why_not)


def _with(load: Load, words: str) -> Load:
    return replace(load, basis=f"{load.basis}; {words}") if words else load


def _by_measurement(row: Row, ship: Ship, goods: str, worlds: Worlds) -> tuple[Load | None, str]:
    """The load by draughts or freeboards, or None; and why what was measured tells nothing, where it does not."""
    looks = _looks(row)
    if not looks:
        return None, ""
    if ship.dwt_t is None and not ship.measured:
        return None, f"her {looks[0][0]} is known, but nothing on record tells her size, so it tells no tonnes"
    why_not = "draughts and freeboards are known: the measured ones stand, draughts before freeboards" if len(looks) > 1 else ""
    for what, measured in looks:
        try:
            return _measured(row, ship, goods, worlds, what, measured), why_not
        except InputError as fault:
            if worlds.strict:
                raise
            if measured.sd_m is not None or what == "freeboard":
                raise InputError(fault.what, do=fault.do, source="visits", place=f"visit {row['visit_id']}") from fault
            why_not = f"the draughts that her crew typed cannot be right ({fault.what})"
    return None, why_not


def _looks(row: Row) -> list[tuple[Literal["draught", "freeboard"], Measured]]:
    """What was measured, the strongest first: a measured draught, a freeboard, a draught that a crew typed."""
    found: list[tuple[Literal["draught", "freeboard"], Measured]] = []
    for what in ("draught", "freeboard"):
        ends = row[f"{what}_in_m"], row[f"{what}_out_m"]
        if ends != (None, None):
            found.append((what, Measured(*ends, row[f"{what}_sd_m"], row["place_id"])))
    return sorted(found, key=lambda look: look[0] == "draught" and look[1].sd_m is None)


def _measured(row: Row, ship: Ship, goods: str, worlds: Worlds, what: str, measured: Measured) -> Load:
    visit, conversion = str(row["visit_id"]), conversion_name(goods)
    built = worlds.deadweights.hull_of(ship)
    asked = worlds.unknown.fixing(())
    weigh: Callable[..., Loaded] = tonnes_by_draughts if what == "draught" else tonnes_by_freeboards
    given = {"activity": row["activity"], "ship": ship.key, "factors": worlds.factors}
    loaded = weigh(built.hull, measured, asked, visit, **given)
    marks = f"; {'; '.join(loaded.marks)}" if loaded.marks else ""
    basis = f"{loaded.basis} ({built.hull.basis}){marks} x {worlds.per_tonne(goods)}"
    factors = (*built.hull.factors, *loaded.factors, *worlds.named(conversion))
    unknowns: dict[str, Sharing] = {**built.unknowns, **sharing_of(asked, ship.key), conversion: "shared"}
    volume = loaded.tonnes * worlds.shared(conversion)
    return Load(visit, goods, loaded.tonnes, volume, loaded.tier, basis, factors, unknowns)


def _as_stated(row: Row, goods: str, worlds: Worlds) -> Load:
    """What a source states: barrels, else tonnes, else a range of barrels for visits like this one."""
    visit, conversion = str(row["visit_id"]), conversion_name(goods)
    per_t = worlds.shared(conversion)
    unknowns: dict[str, Sharing] = {}
    if row["bbl_stated"] is not None:
        volume = row["bbl_stated"] * worlds.own(STATED, visit)
        basis, unknowns[STATED] = f"{row['bbl_stated']:,.0f} bbl of {goods} stated for this visit", "visit"
    elif row["t_stated"] is not None:
        volume = row["t_stated"] * per_t
        basis = f"{row['t_stated']:,.0f} t of {goods} stated for this visit x {worlds.per_tonne(goods)}"
    else:
        low, high = _range(row)
        volume = low + worlds.shared(RANGE) * (high - low)
        basis = f"{low:,.0f} to {high:,.0f} bbl of {goods} in print for each of such visits, one place in the range for all"
        unknowns[RANGE] = "shared"
    unknowns[conversion] = "shared"
    tonnes = volume / per_t
    return Load(visit, goods, tonnes, volume, "stated", basis, worlds.named(*unknowns), unknowns)


def _range(row: Row) -> tuple[float, float]:
    low, high = row["bbl_lo"], row["bbl_hi"]
    if high is None or low > high:
        what = f"a range from {low:,.0f} to {'nothing' if high is None else format(high, ',.0f')} bbl is none"
        raise InputError(what, do="mend bbl_lo, bbl_hi", source="visits", place=f"visit {row['visit_id']}")
    return low, high


def _by_size(row: Row, ship: Ship, goods: str, worlds: Worlds) -> Load:
    """Deadweight x laden fraction x barrels per tonne, within what the hours alongside allow."""
    visit, conversion = str(row["visit_id"]), conversion_name(goods)
    size = worlds.deadweights.of(ship, visit)
    full_t = size.values * visit_fraction(worlds.shared(LADEN), worlds.own(LADEN_OWN, visit))
    basis = f"{size.words} x {fraction_words(worlds.factors[LADEN])} x {worlds.per_tonne(goods)}"
    unknowns: dict[str, Sharing] = {**size.unknowns, LADEN: "shared", LADEN_OWN: "visit"}
    within = _within_hours(row, conversion, full_t, worlds)
    moved = _moved(row, worlds)
    tonnes = within.values * moved.values
    unknowns |= {**within.unknowns, **moved.unknowns, conversion: "shared"}
    names = dict.fromkeys((LADEN, LADEN_OWN, *within.names, CALL_LOADED, *moved.names, conversion))
    factors = (*size.factors, *worlds.named(*names))
    volume = tonnes * worlds.shared(conversion)
    return Load(visit, goods, tonnes, volume, size.tier, basis + within.words + moved.words, factors, unknowns)


@dataclass(frozen=True)
class _Evidence:
    """Tonnes, or the share of them that was moved, after a further piece of evidence; no unknowns where it told nothing."""

    values: Numbers
    words: str
    unknowns: Mapping[str, Sharing]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.unknowns)


def _within_hours(row: Row, conversion: str, full_t: Numbers, worlds: Worlds) -> _Evidence:
    """No more than was possible in the longest time that she can have lain alongside."""
    hours = longest_hours(row)
    if hours is None:
        return _Evidence(full_t, "", {})
    rate = LOADING_RATE if row["activity"] == "load" else PUMPING_RATE
    most = most_t(hours, worlds.shared(rate), worlds.own(IDLE_HOURS, str(row["visit_id"])), worlds.shared(conversion))
    tonnes: Numbers = np.minimum(full_t, most)
    bounded = float((most < full_t).mean())
    if bounded == 0:
        return _Evidence(full_t, "", {})
    words = f", no more than could be moved in at most {hours:.1f} h alongside (which bounds it with a chance of {bounded:.0%})"
    return _Evidence(tonnes, words, {rate: "shared", IDLE_HOURS: "visit"})


def longest_hours(row: Row) -> float | None:
    """The longest time between arrival and departure, hours; None where one of them is open."""
    if row["departure_hi"] is None:
        return None
    hours: float = (row["departure_hi"] - row["arrival_lo"]).total_seconds() / 3600
    return hours


def _moved(row: Row, worlds: Worlds) -> _Evidence:
    """Whether the call moved any cargo: as the source says, unless the case asks to weigh that by the states seen."""
    words = _as_seen(row, worlds)
    if worlds.factors[CALL_LOADED].low >= 1:
        return _Evidence(np.ones(worlds.unknown.draws), words, {})
    ratio = likelihood_ratio(row["laden_in"], row["laden_out"], row["activity"], worlds.shared(STATE_READ))
    chance = chance_moved(worlds.shared(CALL_LOADED), ratio)
    moved = (worlds.unknown(MOVED, str(row["visit_id"])) < chance).astype(np.float64)
    unknowns: dict[str, Sharing] = {CALL_LOADED: "shared", MOVED: "visit"}
    read: dict[str, Sharing] = {STATE_READ: "shared"} if words else {}
    return _Evidence(moved, words, {**unknowns, **read})


def _as_seen(row: Row, worlds: Worlds) -> str:
    """The states in which she was seen, in words, with what they say of the call; empty where none could be told."""
    states = {"arrival": row["laden_in"], "departure": row["laden_out"]}
    told = {when: state for when, state in states.items() if state not in (None, CANNOT_TELL)}
    if not told:
        return ""
    read_right = worlds.factors[STATE_READ].at(np.array([0.5]))
    ratio = float(likelihood_ratio(row["laden_in"], row["laden_out"], row["activity"], read_right)[0])
    said = " and ".join(f"{'in ' if state == BALLAST_STATE else ''}{state} on {when}" for when, state in told.items())
    words = f"; seen {said}, {_times(ratio)}"
    if ratio >= SPEAKS_AGAINST:
        return words
    return f"{words}; the source's word stands unless the factor {CALL_LOADED!r} is set below 1"


def _times(ratio: float) -> str:
    if ratio >= 1:
        return f"{ratio:.1f} times likelier if cargo was moved than if none was"
    return f"{1 / ratio:.1f} times likelier if no cargo was moved than if some was"
