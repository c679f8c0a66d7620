"""What every visit loaded or discharged in joint Monte Carlo worlds, as arrays: draw k of every visit belongs to world k.

What visits share is drawn once a world (the level of the laden fraction, the barrels per tonne of a product, the typical size
of unnamed tankers); what is a ship's own is drawn once a ship (her deadweight, also where she calls eight times); what is a
visit's own is drawn once a visit. All of it is asked of :class:`darkwake.cargo.unknowns.Unknowns` by name, so any name can be
fixed at its middle. A visit's own chance of being no visit is not in here; the ledger reckons with it. No tables are built;
:mod:`darkwake.cargo.worlds` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from darkwake.cargo.factors import DEADWEIGHT, LADEN, LADEN_OWN, NOTHING_SET, STATED, Factor, Numbers, chosen, conversion_name
from darkwake.cargo.laden import fraction_words, visit_fraction
from darkwake.cargo.products import product_named
from darkwake.cargo.ships import Deadweights, Row, Sharing, Ship, ships_of
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError

DRAWS = 4000
"""Monte Carlo draws: the 5 and 95 % quantiles then stand within about 1 % of the median."""
SCOPE = "payloads"
"""What the unknowns of payloads are drawn for."""


@dataclass(frozen=True)
class CargoRule:
    """Parameters of the payloads."""

    draws: int = DRAWS
    """Monte Carlo worlds."""
    product: str = "refined product"
    """What a visit is taken to have loaded where no source says."""
    activities: tuple[str, ...] = ("load", "discharge")
    """Activities of visits that get a payload; which of the two ends of a voyage counts is not decided here."""


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


def loads(
    visits: pa.Table,
    vessels: pa.Table,
    *,
    seed: int,
    cargo: CargoRule,
    factors: Mapping[str, object] = NOTHING_SET,
    fixed: Iterable[str] = (),
    unknown: Unknowns | None = None,
) -> list[Load]:
    """The load of every visit of which one can be told, in order of the visit's id.

    Args:
        visits: Rows of ``schema.Visits``.
        vessels: Rows of ``schema.Vessels``; what is on record there is used wherever the ship calls.
        seed: Seed of the case.
        cargo: Parameters.
        factors: Factors that the case sets, by name.
        fixed: Names of unknowns that stand at their middle in every world.
        unknown: Unknowns of an earlier call, so that nothing is drawn twice; else those of the seed.

    Raises:
        InputError: an unknown product or factor, bounds that contradict each other, a deadweight that cannot be.
    """
    asked = unknown or Unknowns(seed, cargo.draws, SCOPE)
    loading = Loading.of(visits, vessels, cargo, chosen(factors))
    return loading.all(asked.fixing(fixed))


@dataclass(frozen=True)
class Loading:
    """Visits with their ships and the factors in force, ready to be drawn as often as one asks."""

    rows: tuple[Row, ...]
    ships: Mapping[str, Ship]
    cargo: CargoRule
    factors: Mapping[str, Factor]

    @classmethod
    def of(cls, visits: pa.Table, vessels: pa.Table, cargo: CargoRule, factors: Mapping[str, Factor]) -> Loading:
        """The visits that get a payload, in order of their ids."""
        rows = sorted((row for row in visits.to_pylist() if row["activity"] in cargo.activities), key=_by_id)
        return cls(tuple(rows), ships_of(rows, vessels.to_pylist(), factors[DEADWEIGHT]), cargo, factors)

    def all(self, unknown: Unknowns) -> list[Load]:
        """Every visit's load, in the worlds of these unknowns."""
        worlds = _Worlds(unknown, self.factors)
        return [self._one(row, worlds) for row in self.rows]

    def one(self, visit_id: str, unknown: Unknowns) -> Load:
        """One visit's load."""
        row = next(row for row in self.rows if row["visit_id"] == visit_id)
        return self._one(row, _Worlds(unknown, self.factors))

    def _one(self, row: Row, worlds: _Worlds) -> Load:
        return _load(row, self.ships[row["visit_id"]], _product(row, self.cargo), worlds)


def _by_id(row: Row) -> str:
    return str(row["visit_id"])


def _product(row: Row, cargo: CargoRule) -> str:
    try:
        return product_named(row["product"] or cargo.product).name
    except InputError as fault:
        raise InputError(fault.what, do=fault.do, source="visits", place=f"visit {row['visit_id']}") from fault


class _Worlds:
    """The worlds of some unknowns: what all visits share is worked out once."""

    def __init__(self, unknown: Unknowns, factors: Mapping[str, Factor]) -> None:
        self.unknown = unknown
        self.factors = factors
        self.deadweights = Deadweights(unknown, factors)
        self._kept: dict[str, Numbers] = {}

    def shared(self, name: str) -> Numbers:
        """A factor that has one value a world."""
        if name not in self._kept:
            self._kept[name] = self.factors[name].at(self.unknown(name))
        return self._kept[name]

    def own(self, name: str, owner: str) -> Numbers:
        """A factor that has one value a world and owner (a ship or a visit)."""
        return self.factors[name].at(self.unknown(name, owner))

    def named(self, *names: str) -> tuple[Factor, ...]:
        """The factors of these names."""
        return tuple(self.factors[name] for name in names)


def _load(row: Row, ship: Ship, goods: str, worlds: _Worlds) -> Load:
    if row["bbl_stated"] is not None:
        return _as_stated(row, goods, worlds)
    return _by_deadweight(row, ship, goods, worlds)


def _as_stated(row: Row, goods: str, worlds: _Worlds) -> Load:
    visit, conversion = str(row["visit_id"]), conversion_name(goods)
    stated = float(row["bbl_stated"])
    volume = stated * worlds.own(STATED, visit)
    basis = f"{stated:,.0f} bbl of {goods} stated for this visit"
    unknowns: dict[str, Sharing] = {STATED: "visit", conversion: "shared"}
    tonnes = volume / worlds.shared(conversion)
    return Load(visit, goods, tonnes, volume, "stated", basis, worlds.named(*unknowns), unknowns)


def _by_deadweight(row: Row, ship: Ship, goods: str, worlds: _Worlds) -> Load:
    """Deadweight x laden fraction x barrels per tonne."""
    visit, conversion = str(row["visit_id"]), conversion_name(goods)
    size = worlds.deadweights.of(ship, visit)
    tonnes = size.values * visit_fraction(worlds.shared(LADEN), worlds.own(LADEN_OWN, visit))
    basis = f"{size.words} x {fraction_words(None, worlds.factors[LADEN])} x barrels per tonne of {goods}"
    further: dict[str, Sharing] = {LADEN: "shared", LADEN_OWN: "visit", conversion: "shared"}
    factors = (*size.factors, *worlds.named(*further))
    volume = tonnes * worlds.shared(conversion)
    return Load(visit, goods, tonnes, volume, size.tier, basis, factors, {**size.unknowns, **further})
