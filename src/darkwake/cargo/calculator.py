"""The payload of one ship, from what is known of her: the arithmetic in print, or a distribution with its sensitivity.

The physics: a ship carries her deadweight, of which stores, fuel and water take a part; the laden fraction is cargo over
deadweight, so ``barrels = deadweight x laden fraction x barrels per tonne``. The published practice is the same product with
one fixed fraction for all ships (``SCENARIOS``). With every part given, the answer here is that product, to the barrel.
Nothing here is measured at the ship: draughts and freeboards are not read yet.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from darkwake.cargo.deadweight import checked, predicted
from darkwake.cargo.factors import (
    DEADWEIGHT_RECORD,
    LADEN,
    LADEN_OWN,
    NOTHING_SET,
    TABLE,
    Factor,
    Numbers,
    chosen,
    conversion_name,
)
from darkwake.cargo.laden import SCENARIOS, fraction_words, visit_fraction
from darkwake.cargo.loads import DRAWS
from darkwake.cargo.products import product_named
from darkwake.cargo.sensitivity import Sensitivity, sensitivity
from darkwake.cargo.ships import Sharing
from darkwake.cargo.unknowns import Unknowns
from darkwake.claims.units import LEAST_BBL_PER_T, MOST_BBL_PER_T
from darkwake.draws import quantiles
from darkwake.errors import InputError, UsageError

GIVEN = "given"
"""Source of a factor that the caller gave."""


def barrels(dwt_t: float, fill: float, bbl_per_t: float) -> float:
    """Barrels aboard a ship of this deadweight, filled to this fraction of it.

    >>> round(barrels(3000.0, 0.9, 7.46))
    20142
    """
    return dwt_t * fill * bbl_per_t


def laden_scenarios(dwt_t: float, bbl_per_t: float) -> dict[str, float]:
    """The published scenarios for this deadweight (of one ship, or summed over calls).

    >>> {name: round(bbl) for name, bbl in laden_scenarios(3000.0, 7.46).items()}
    {'one third': 7460, '50 %': 11190, '60 %': 13428, '90 %': 20142, 'full': 22380}
    """
    return {name: barrels(dwt_t, fill, bbl_per_t) for name, (fill, _) in SCENARIOS.items()}


@dataclass(frozen=True)
class Quantity:
    """The 5, 50 and 95 % quantiles of a quantity."""

    p05: float
    p50: float
    p95: float


@dataclass(frozen=True)
class Payload:
    """What a ship carries: tonnes, barrels, on what that stands, and which unknown matters most."""

    t: Quantity
    bbl: Quantity
    product: str
    basis: str
    tier: str
    sensitivity: tuple[Sensitivity, ...]
    factors: tuple[Mapping[str, object], ...]
    scenarios: Mapping[str, float]

    def to_dict(self) -> dict[str, object]:
        """The payload as plain values, as ``darkwake payload --json`` prints it."""
        unknowns = [vars(item) for item in self.sensitivity]
        found = {"t": vars(self.t), "bbl": vars(self.bbl), "product": self.product, "basis": self.basis, "tier": self.tier}
        rest = {"sensitivity": unknowns, "factors": [dict(row) for row in self.factors], "scenarios": dict(self.scenarios)}
        return {**found, **rest}

    def words(self) -> str:
        """The payload for a person."""
        lines = [f"{_spread(self.bbl, 'bbl')} of {self.product}", _spread(self.t, "t"), f"basis: {self.basis}"]
        if not self.sensitivity:
            lines.append("all of it is given, so this is plain arithmetic without an interval")
        lines += [f"  {_gain(item)}" for item in self.sensitivity]
        lines.append("laden fractions that were assumed in print, at the middle of what else is known:")
        lines += [f"  {name:>9}: {bbl:>11,.0f} bbl   {SCENARIOS[name][1]}" for name, bbl in self.scenarios.items()]
        sources = [f"  {row['name']}: {row['source']}" for row in self.factors if row["source"] != GIVEN]
        return "\n".join([*lines, *(["sources:", *sources] if sources else [])])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.words())}</pre>"


def _spread(quantity: Quantity, unit: str) -> str:
    if quantity.p05 == quantity.p95:
        return f"{quantity.p50:,.0f} {unit}"
    return f"{quantity.p50:,.0f} {unit} (90 % interval {quantity.p05:,.0f} to {quantity.p95:,.0f})"


def _gain(item: Sensitivity) -> str:
    share = round(100 * item.share)
    much = f"{share:3d} % of the half-width goes" if share >= 1 else " no part of the half-width goes"
    return f"{much} if known: {item.factor}"


def payload(
    *,
    imo: int | None = None,
    dwt_t: float | None = None,
    length_m: float | None = None,
    beam_m: float | None = None,
    laden: float | None = None,
    product: str = "gas oil",
    bbl_per_t: float | None = None,
    vessels: pa.Table | None = None,
    factors: Mapping[str, object] = NOTHING_SET,
    seed: int = 1,
    draws: int = DRAWS,
) -> Payload:
    """The payload of one ship.

    Args:
        imo: IMO number of a ship whose deadweight is on record.
        dwt_t: Deadweight, tonnes; taken as it is given.
        length_m: Length over all, metres; with ``beam_m`` it predicts a deadweight, with ``dwt_t`` it checks it.
        beam_m: Beam, metres.
        laden: Cargo over deadweight, 0 to 1; without it a prior stands in.
        product: What she carries.
        bbl_per_t: Barrels per tonne, where it is known; without it the product's spread stands in.
        vessels: Rows of ``schema.Vessels``; without them the bundled facts are asked.
        factors: Factors to replace, by name.
        seed: Seed of the draws.
        draws: How many.

    Returns:
        Quantiles in tonnes and barrels. With deadweight, fraction and factor all given the three are equal.

    Raises:
        InputError: an unknown product, a deadweight or a fraction that cannot be, an IMO number without a deadweight.
        UsageError: nothing that tells a deadweight.

    >>> payload(dwt_t=3000, laden=0.9, bbl_per_t=7.46).bbl.p50.__round__()
    20142
    """
    catalogue = chosen(factors)
    goods = product_named(product).name
    ship, tier, basis = _ship(imo, dwt_t, (length_m, beam_m), vessels, catalogue)
    unknowns = [*ship, *_fraction(laden, catalogue), _conversion(bbl_per_t, catalogue[conversion_name(goods)])]
    unknown = Unknowns(seed, draws, "payload")
    tonnes, volume = _outcome(unknowns, unknown)
    return Payload(
        Quantity(*quantiles(tonnes)),
        Quantity(*quantiles(volume)),
        goods,
        f"{basis} x {fraction_words(laden, catalogue[LADEN])} x {_conversion_words(bbl_per_t, goods)}",
        tier,
        sensitivity(volume, _own(unknowns), lambda name: _outcome(unknowns, unknown.fixing([name]))[1]),
        tuple(factor.row() for factor in unknowns),
        laden_scenarios(float(np.prod([f.central for f in ship])), unknowns[-1].central),
    )


def _ship(
    imo: int | None,
    dwt_t: float | None,
    dimensions_m: tuple[float | None, float | None],
    vessels: pa.Table | None,
    catalogue: Mapping[str, Factor],
) -> tuple[list[Factor], str, str]:
    """The factors whose product is the deadweight, the tier, and the words."""
    length_m, beam_m = dimensions_m
    if dwt_t is not None:
        return (
            [_point("deadweight", checked(dwt_t, length_m, beam_m), "t")],
            "deadweight",
            f"{dwt_t:,.0f} t deadweight as given",
        )
    if imo is not None:
        on_record = checked(_on_record(imo, vessels), length_m, beam_m)
        found = [_point("deadweight on record", on_record, "t"), catalogue[DEADWEIGHT_RECORD]]
        return found, "deadweight", f"{on_record:,.0f} t deadweight on record for IMO {imo}"
    if length_m is not None and beam_m is not None:
        guess = predicted(length_m, beam_m)
        words = f"about {guess.central:,.0f} t deadweight, as tankers of {length_m:g} by {beam_m:g} m have"
        return [guess], "class", words
    raise UsageError("nothing tells the ship's deadweight", do="give --dwt, or --length and --beam, or --imo")


def _on_record(imo: int, vessels: pa.Table | None) -> float:
    known = (
        bundled_deadweights() if vessels is None else {row["imo"]: row["dwt_t"] for row in vessels.to_pylist() if row["dwt_t"]}
    )
    if imo not in known:
        raise InputError(f"no deadweight is on record for IMO {imo}", do="give --dwt, or --length and --beam")
    return float(known[imo])


@cache
def bundled_deadweights() -> Mapping[int, float]:
    """Deadweights that the bundled facts hold, tonnes by IMO number.

    >>> bundled_deadweights()[7389704]
    3003.0
    """
    found: dict[int, float] = {}
    for path in sorted(TABLE.parent.rglob("vessels.csv")):
        rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        found |= {int(row["imo"]): float(row["dwt_t"]) for row in rows if row["imo"] and row["dwt_t"]}
    return MappingProxyType(found)


def _fraction(given: float | None, catalogue: Mapping[str, Factor]) -> list[Factor]:
    if given is None:
        return [catalogue[LADEN], catalogue[LADEN_OWN]]
    if not 0 <= given <= 1:
        raise InputError(f"a laden fraction of {given:g} is none", do="give cargo over deadweight, 0 to 1")
    return [_point(LADEN, given, "of deadweight")]


def _conversion(given: float | None, factor: Factor) -> Factor:
    if given is None:
        return factor
    if not LEAST_BBL_PER_T <= given <= MOST_BBL_PER_T:
        what = f"{given:g} barrels per tonne is no oil product's"
        do = f"give {LEAST_BBL_PER_T:g} (bitumen has 6.05) to {MOST_BBL_PER_T:g} (ethane has 16.85)"
        raise InputError(what, do=do)
    return _point(factor.name, given, "bbl/t")


def _point(name: str, value: float, unit: str) -> Factor:
    return Factor(name, "point", value, value, value, unit, GIVEN, False, "Taken as it was given.")


def _own(unknowns: list[Factor]) -> dict[str, Sharing]:
    shared = (LADEN, unknowns[-1].name)
    return {factor.name: "shared" if factor.name in shared else "ship" for factor in unknowns}


def _outcome(unknowns: list[Factor], unknown: Unknowns) -> tuple[Numbers, Numbers]:
    """Tonnes and barrels in every draw."""
    value = {factor.name: factor.at(unknown(factor.name)) for factor in unknowns}
    conversion, own = value.pop(unknowns[-1].name), value.pop(LADEN_OWN, None)
    level = value.pop(LADEN)
    tonnes: Numbers = np.multiply.reduce([*value.values(), level if own is None else visit_fraction(level, own)])
    return tonnes, tonnes * conversion


def _conversion_words(given: float | None, product: str) -> str:
    return f"the published barrels per tonne of {product}" if given is None else f"{given:g} barrels per tonne"
