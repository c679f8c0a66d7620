"""What every visit loaded or discharged in joint Monte Carlo worlds, as arrays: draw k of every visit belongs to world k.

What visits share is drawn once a world (the level of the laden fraction, the barrels per tonne of a product, the typical size
of unnamed tankers); what is a ship's own is drawn once a ship (her deadweight, also where she calls eight times); what is a
visit's own is drawn once a visit. All of it is asked of :class:`darkwake.cargo.unknowns.Unknowns` by name, so any name can be
fixed at its middle. The best basis that a visit has is taken: measured draughts or freeboards, draughts typed by a crew, what
a source states, the deadweight, the range of sizes. No tables are built; :mod:`darkwake.cargo.worlds` does.

A visit's own chance of being no visit is not in here; the ledger reckons with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from darkwake.cargo.bases import Load, Worlds, best
from darkwake.cargo.factors import DEADWEIGHT, NOTHING_SET, Factor, chosen
from darkwake.cargo.products import product_named
from darkwake.cargo.sensitivity import Sensitivity, sensitivity
from darkwake.cargo.ships import Row, Ship, ships_of
from darkwake.cargo.unknowns import InTurn, Unknowns
from darkwake.errors import InputError
from darkwake.goods import goods_named

DRAWS = 4000
"""Monte Carlo draws: the 5 and 95 % quantiles then stand within about 1 % of the median."""
FEWEST_DRAWS, MOST_DRAWS = 100, 100_000
"""Draws within which a 5 % quantile stands on some worlds, and a few hundred visits fit into memory; assumed."""
SCOPE = "payloads"
"""What the unknowns of payloads are drawn for."""
MEASURED = ("two draughts", "one draught", "freeboard")
"""Tiers of which every visit is of a kind of its own, with some twenty unknowns."""


@dataclass(frozen=True)
class CargoRule:
    """Parameters of the payloads."""

    draws: int = DRAWS
    """Monte Carlo worlds."""
    product: str = "refined product"
    """What a visit is taken to have loaded where no source says."""
    activities: tuple[str, ...] = ("load", "discharge")
    """Activities of visits that get a payload; which of the two ends of a voyage counts is not decided here."""

    def __post_init__(self) -> None:
        if not FEWEST_DRAWS <= self.draws <= MOST_DRAWS:
            raise ValueError(f"{self.draws} draws; give {FEWEST_DRAWS} to {MOST_DRAWS}")
        try:
            goods_named(self.product)
        except InputError as fault:
            place = "[parameters.cargo] product"
            raise InputError(fault.what, do=fault.do, source="case.toml", place=place) from fault


def untold(visits: pa.Table, cargo: CargoRule) -> dict[str, str]:
    """Visits of which no payload can be told, by id, with the reason. They have no row among the payloads, and no zero.

    Raises:
        InputError: goods that nobody knows.
    """
    reasons = {row["visit_id"]: _why_untold(row, cargo) for row in visits.to_pylist()}
    return {visit: why for visit, why in reasons.items() if why is not None}


def _why_untold(row: Row, cargo: CargoRule) -> str | None:
    if row["activity"] not in cargo.activities:
        return "what was done is not known" if row["activity"] == "unknown" else f"a {row['activity']} has no payload here"
    goods = _goods(row, cargo)
    if goods is None:
        return f"{row['product']} is no oil"
    amounts = (row["bbl_stated"], row["t_stated"], row["bbl_lo"])
    if row["carriage"] not in (None, "ship") and all(amount is None for amount in amounts):
        return f"it went by {row['carriage']} and no source states an amount"
    return None


def _goods(row: Row, cargo: CargoRule) -> str | None:
    """The oil product of a visit; nothing for other goods.

    Raises:
        InputError: goods that nobody knows.
    """
    text = row["product"] or cargo.product
    try:
        return product_named(text).name
    except InputError as fault:
        try:
            goods_named(text)
        except InputError:
            raise InputError(fault.what, do=fault.do, source="visits", place=f"visit {row['visit_id']}") from fault
        return None


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
        InputError: an unknown product or factor, bounds that contradict each other, a deadweight that cannot be, draughts or
            freeboards that no such ship has.
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
    strict: bool = False
    """Whether draughts that a crew typed are refused where they cannot be right; else they tell nothing."""

    @classmethod
    def of(cls, visits: pa.Table, vessels: pa.Table, cargo: CargoRule, factors: Mapping[str, Factor]) -> Loading:
        """The visits that get a payload, in order of their ids."""
        told = (row for row in visits.to_pylist() if _why_untold(row, cargo) is None)
        return cls.of_rows(sorted(told, key=_by_id), vessels.to_pylist(), cargo, factors)

    @classmethod
    def of_rows(
        cls,
        rows: Iterable[Row],
        vessels: Iterable[Row],
        cargo: CargoRule,
        factors: Mapping[str, Factor],
        *,
        strict: bool = False,
    ) -> Loading:
        """The same of rows that are known to have a payload."""
        kept = tuple(rows)
        return cls(kept, ships_of(kept, vessels, factors[DEADWEIGHT]), cargo, factors, strict)

    def all(self, unknown: Unknowns) -> list[Load]:
        """Every visit's load, in the worlds of these unknowns."""
        worlds = self._worlds(unknown)
        return [self._one(row, worlds) for row in self.rows]

    def one(self, visit_id: str, unknown: Unknowns) -> Load:
        """One visit's load."""
        return self._one(self._row(visit_id), self._worlds(unknown))

    def widest(self, load: Load, unknown: Unknowns) -> tuple[Sensitivity, ...]:
        """What each unknown widens a visit's barrels by, each fixed in turn."""
        row = self._row(load.visit_id)
        if load.tier not in MEASURED:
            barrels = self._one(row, self._worlds(unknown)).barrels
            fixed = {name: self._one(row, self._worlds(unknown.fixing([name]))).barrels for name in load.unknowns}
            return sensitivity(barrels, load.unknowns, fixed.__getitem__)
        turns = InTurn(unknown, load.unknowns)
        barrels, *others = self._one(row, self._worlds(turns)).barrels.reshape(turns.rows, -1)
        return sensitivity(barrels, load.unknowns, dict(zip(turns.names, others, strict=True)).__getitem__)

    def _worlds(self, unknown: Unknowns) -> Worlds:
        return Worlds(unknown, self.factors, strict=self.strict)

    def _row(self, visit_id: str) -> Row:
        return next(row for row in self.rows if row["visit_id"] == visit_id)

    def _one(self, row: Row, worlds: Worlds) -> Load:
        goods = _goods(row, self.cargo)
        if goods is None:
            raise InputError(f"{row['product']} is no oil", source="visits", place=f"visit {row['visit_id']}")
        return best(row, self.ships[row["visit_id"]], goods, worlds)


def _by_id(row: Row) -> str:
    return str(row["visit_id"])
