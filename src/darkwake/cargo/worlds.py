"""What every visit loaded or discharged, in joint Monte Carlo worlds: draw k of every visit belongs to the same world k.

What visits share is drawn once a world (the level of the laden fraction, the barrels per tonne of a product, the typical size
of unnamed tankers); what is a ship's own is drawn once a ship (her deadweight, also where she calls eight times); what is a
visit's own is drawn once a visit. Each draw is seeded by the name of what it is of, so the order of rows changes nothing and a
further visit leaves the others as they are. A visit's own chance of being no visit is not in here; the ledger reckons with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from darkwake.cargo.calculator import DRAWS, fraction_words, visit_fraction
from darkwake.cargo.deadweight import checked
from darkwake.cargo.factors import (
    DEADWEIGHT,
    DEADWEIGHT_LEVEL,
    DEADWEIGHT_RECORD,
    FLEET,
    LADEN,
    LADEN_OWN,
    NOTHING_SET,
    STATED,
    Factor,
    Numbers,
    chosen,
    conversion_name,
    cut_lognormal,
)
from darkwake.cargo.products import product_named
from darkwake.draws import generator, quantiles
from darkwake.errors import InputError
from darkwake.ids import content_id
from darkwake.schema import Draws, Payloads, weakest

NOT_NAMED = "not named"
"""How ``Visits.vessel`` says that nobody knows the ship."""
FLEET_KEY = "unnamed fleet calling at"


@dataclass(frozen=True)
class CargoRule:
    """Parameters of the payloads."""

    draws: int = DRAWS
    """Monte Carlo worlds."""
    product: str = "refined product"
    """What a visit is taken to have loaded where no source says."""
    activities: tuple[str, ...] = ("load", "discharge")
    """Activities of visits that get a payload; which of the two ends of a voyage counts is not decided here."""


class Worlds:
    """The draws of one seed; ask for what all share, for a ship's own and for a visit's own."""

    def __init__(self, seed: int, draws: int, factors: Mapping[str, Factor]) -> None:
        self.seed = seed
        self.draws = draws
        self.factors = factors
        self._kept: dict[tuple[str, ...], Numbers] = {}

    def uniform(self, *names: str) -> Numbers:
        """Uniform draws for these names, the same however often one asks."""
        if names not in self._kept:
            self._kept[names] = generator(self.seed, "payloads", *names).random(self.draws)
        return self._kept[names]

    def shared(self, name: str) -> Numbers:
        """A factor that has one value a world."""
        key = ("value", name)
        if key not in self._kept:
            self._kept[key] = self.factors[name].at(self.uniform("world", name))
        return self._kept[key]

    def own(self, name: str, owner: str) -> Numbers:
        """A factor that has one value a world and owner (a ship or a visit)."""
        return self.factors[name].at(self.uniform(name, owner))

    def unknown_ship(self, ship: str, bounds: tuple[float, float]) -> Numbers:
        """The deadweight of one ship of which only bounds are known, tonnes."""
        key = ("dwt", ship)
        if key not in self._kept:
            factor = self.factors[DEADWEIGHT]
            u = self.uniform(DEADWEIGHT, ship)
            if factor.shape != "lognormal":
                self._kept[key] = np.clip(factor.at(u), *bounds)
            else:
                median = factor.central * self.shared(DEADWEIGHT_LEVEL)
                self._kept[key] = cut_lognormal(u, median, factor.spread, *bounds)
        return self._kept[key]

    def fleet_ship(self, fleet: str, visit: str, bounds: tuple[float, float]) -> Numbers:
        """The deadweight of the ship of an unnamed fleet that made this visit, drawn anew in every world, tonnes."""
        size = np.rint(self.shared(FLEET))
        berth = np.minimum(self.uniform("which ship", visit) * size, size - 1).astype(int)
        ships = np.stack([self.unknown_ship(f"{fleet}/{n}", bounds) for n in range(int(size.max()))])
        found: Numbers = ships[berth, np.arange(self.draws)]
        return found


@dataclass(frozen=True)
class Ship:
    """The ship of a visit: her name among the draws, what is known of her deadweight, and whether she is one of a fleet."""

    key: str
    dwt_t: float | None
    bounds: tuple[float, float]
    of_fleet: bool


@dataclass(frozen=True)
class _Load:
    tonnes: Numbers
    barrels: Numbers
    tier: str
    basis: str
    factors: tuple[str, ...]


def payloads(
    visits: pa.Table, vessels: pa.Table, *, seed: int, cargo: CargoRule, factors: Mapping[str, object] = NOTHING_SET
) -> dict[str, pa.Table]:
    """The payload of every visit that loaded or discharged, and its draws.

    Args:
        visits: Rows of ``schema.Visits``.
        vessels: Rows of ``schema.Vessels``; a deadweight there is used wherever the ship calls.
        seed: Seed of the case.
        cargo: Parameters.
        factors: Factors that the case sets, by name.

    Returns:
        ``payloads`` (one row a visit) and ``draws`` (barrels, one row a payload), both in order of the visit's id.

    Raises:
        InputError: an unknown product or factor, bounds that contradict each other, a deadweight that cannot be.
    """
    rows = sorted(
        (row for row in visits.to_pylist() if row["activity"] in cargo.activities), key=lambda row: str(row["visit_id"])
    )
    worlds = Worlds(seed, cargo.draws, chosen(factors))
    ships = _ships(rows, vessels, worlds.factors[DEADWEIGHT])
    found: list[dict[str, object]] = []
    draws: list[dict[str, object]] = []
    for row in rows:
        goods = _product(row, cargo)
        load = _load(row, ships[row["visit_id"]], goods, worlds)
        ref = content_id("draws", row["visit_id"])
        found.append(_payload_row(row, goods, load, worlds, ref))
        draws.append({"draws_ref": ref, "unit": "bbl", "values": load.barrels})
    return {"payloads": Payloads.rows(found), "draws": Draws.rows(draws)}


def _product(row: Mapping[str, object], cargo: CargoRule) -> str:
    printed = row["product"]
    try:
        return product_named(str(printed) if printed else cargo.product).name
    except InputError as fault:
        raise InputError(fault.what, do=fault.do, source="visits", place=f"visit {row['visit_id']}") from fault


def _ships(rows: list[dict[str, object]], vessels: pa.Table, prior: Factor) -> dict[object, Ship]:
    """The ship of every visit; what bounds one visit of a ship (or of a fleet) bounds all of them."""
    known = {row["vessel_id"]: row["dwt_t"] for row in vessels.to_pylist() if row["dwt_t"] is not None}
    groups: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        groups.setdefault(_ship_key(row), []).append(row)
    found: dict[object, Ship] = {}
    for key, group in groups.items():
        on_record = known.get(group[0]["vessel_id"])
        dwt_t = None if on_record is None else checked(float(on_record))
        ship = Ship(key, dwt_t, _bounds(key, group, prior), key.startswith(FLEET_KEY))
        found |= {row["visit_id"]: ship for row in group}
    return found


def _ship_key(row: Mapping[str, object]) -> str:
    if row["vessel_id"] is not None:
        return f"ship {row['vessel_id']}"
    if row["vessel"] != NOT_NAMED:
        return f"ship called {row['vessel']}"
    # Counts at one place lie in one another (five in March, 43 in the year): their unnamed ships are one fleet.
    return f"{FLEET_KEY} {row['place_id']}" if row["counted_in"] is not None else f"ship of visit {row['visit_id']}"


def _bounds(key: str, group: list[dict[str, object]], prior: Factor) -> tuple[float, float]:
    low = max((_numbers(group, "dwt_lo")), default=prior.low)
    high = min((_numbers(group, "dwt_hi")), default=prior.high)
    if not 0 < low <= high:
        raise InputError(
            f"{key}: no deadweight lies between {low:,.0f} and {high:,.0f} t", do="mend dwt_lo, dwt_hi", source="visits"
        )
    return checked(low), checked(high)


def _numbers(rows: Iterable[Mapping[str, object]], word: str) -> list[float]:
    return [float(str(row[word])) for row in rows if row[word] is not None]


def _load(row: Mapping[str, object], ship: Ship, goods: str, worlds: Worlds) -> _Load:
    conversion = conversion_name(goods)
    visit = str(row["visit_id"])
    if row["bbl_stated"] is not None:
        stated = float(str(row["bbl_stated"]))
        volume = stated * worlds.own(STATED, visit)
        basis = f"{stated:,.0f} bbl of {goods} stated for this visit"
        return _Load(volume / worlds.shared(conversion), volume, "stated", basis, (STATED, conversion))
    dwt_t, tier, words, names = _deadweight(ship, visit, worlds)
    fraction = visit_fraction(worlds.shared(LADEN), worlds.own(LADEN_OWN, visit))
    tonnes = dwt_t * fraction
    basis = f"{words} x {fraction_words(None, worlds.factors[LADEN])} x barrels per tonne of {goods}"
    return _Load(tonnes, tonnes * worlds.shared(conversion), tier, basis, (*names, LADEN, LADEN_OWN, conversion))


def _deadweight(ship: Ship, visit: str, worlds: Worlds) -> tuple[Numbers, str, str, tuple[str, ...]]:
    if ship.dwt_t is not None:
        words = f"{ship.dwt_t:,.0f} t deadweight on record"
        return ship.dwt_t * worlds.own(DEADWEIGHT_RECORD, ship.key), "deadweight", words, (DEADWEIGHT_RECORD,)
    words = (
        f"{ship.bounds[0]:,.0f} to {ship.bounds[1]:,.0f} t deadweight, mostly near {worlds.factors[DEADWEIGHT].central:,.0f} t"
    )
    names = (DEADWEIGHT, DEADWEIGHT_LEVEL)
    if ship.of_fleet:
        return worlds.fleet_ship(ship.key, visit, ship.bounds), "class", f"a ship of an unnamed fleet: {words}", (*names, FLEET)
    return worlds.unknown_ship(ship.key, ship.bounds), "class", f"one ship of unknown size: {words}", names


def _payload_row(row: Mapping[str, object], goods: str, load: _Load, worlds: Worlds, ref: str) -> dict[str, object]:
    t, bbl = quantiles(load.tonnes), quantiles(load.barrels)
    factors = [worlds.factors[name].row() for name in load.factors]
    origin = str(row["origin"])
    return {
        "visit_id": row["visit_id"],
        "product": goods,
        **dict(zip(("t_p05", "t_p50", "t_p95"), t, strict=True)),
        **dict(zip(("bbl_p05", "bbl_p50", "bbl_p95"), bbl, strict=True)),
        "basis": load.basis,
        "tier": load.tier,
        "factors": json.dumps(factors, ensure_ascii=False),
        "draws_ref": ref,
        "origin": origin if load.tier == "stated" else weakest({origin, "inferred"}),
        "evidence": row["evidence"],
    }
