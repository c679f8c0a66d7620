"""The payload of one ship, from what is known of her: the arithmetic in print, or a distribution with its sensitivity.

It is the payload of one visit by the same rules as those of a case (:mod:`darkwake.cargo.bases`): two draughts, freeboards,
or deadweight x laden fraction x barrels per tonne. The published practice is the last product with one fixed fraction for all
ships (``SCENARIOS``); with every part given, the answer here is that product, to the barrel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
import pyarrow as pa

from darkwake.cargo.factors import NOTHING_SET, chosen, conversion_name
from darkwake.cargo.given import GIVEN, SHIP, VISIT, Given
from darkwake.cargo.laden import SCENARIOS
from darkwake.cargo.loads import DRAWS, SCOPE, CargoRule, Loading
from darkwake.cargo.products import product_named
from darkwake.cargo.sensitivity import Sensitivity
from darkwake.cargo.ships import Deadweights
from darkwake.cargo.unknowns import Unknowns
from darkwake.draws import quantiles


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
        known = {row["name"]: row["source"] for row in self.factors if row["source"] != GIVEN}
        lines += [f"  {_gain(item)}" for item in self.sensitivity if _tells(item)]
        rest = sum(not _tells(item) for item in self.sensitivity)
        lines += [f"    and {rest} unknowns of which none widens it by a hundredth (--json has all)"] if rest else []
        lines.append("laden fractions that were assumed in print, at the middle of what else is known:")
        lines += [f"  {name:>9}: {bbl:>11,.0f} bbl   {SCENARIOS[name][1]}" for name, bbl in self.scenarios.items()]
        told = {item.factor for item in self.sensitivity if not _tells(item)}
        sources = [f"  {name}: {source}" for name, source in known.items() if name not in told]
        return "\n".join([*lines, *(["sources:", *sources] if sources else [])])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{word}</th>" for word in ("", "5 %", "median", "95 %"))
        rows = "".join(_html_row(unit, quantity) for unit, quantity in (("bbl", self.bbl), ("t", self.t)))
        gains = "".join(f"<li>{escape(_gain(item).strip())}</li>" for item in self.sensitivity if _tells(item))
        caption = f"<caption>{escape(self.product)}, {escape(self.tier)}: {escape(self.basis)}</caption>"
        table = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return table + (f"<ul>{gains}</ul>" if gains else "")


def _html_row(unit: str, quantity: Quantity) -> str:
    cells = "".join(f"<td>{value:,.0f}</td>" for value in (quantity.p05, quantity.p50, quantity.p95))
    return f"<tr><th>{unit}</th>{cells}</tr>"


def _spread(quantity: Quantity, unit: str) -> str:
    if quantity.p05 == quantity.p95:
        return f"{quantity.p50:,.0f} {unit}"
    return f"{quantity.p50:,.0f} {unit} (90 % interval {quantity.p05:,.0f} to {quantity.p95:,.0f})"


def _tells(item: Sensitivity) -> bool:
    """Whether knowing it would narrow the interval by a hundredth or more."""
    return round(100 * item.share) >= 1


def _gain(item: Sensitivity) -> str:
    return f"{round(100 * item.share):3d} % of the half-width goes if known: {item.factor}, by {item.observation}"


def payload(
    *,
    imo: int | None = None,
    dwt_t: float | None = None,
    length_m: float | None = None,
    beam_m: float | None = None,
    depth_m: float | None = None,
    kind: str = "tanker",
    laden: float | None = None,
    draught_in_m: float | None = None,
    draught_out_m: float | None = None,
    draught_sd_m: float | None = None,
    freeboard_in_m: float | None = None,
    freeboard_out_m: float | None = None,
    freeboard_sd_m: float | None = None,
    activity: str = "load",
    place: str | None = None,
    density_t_m3: float | None = None,
    hours: float | None = None,
    product: str = "gas oil",
    bbl_per_t: float | None = None,
    vessels: pa.Table | None = None,
    factors: Mapping[str, object] = NOTHING_SET,
    seed: int = 1,
    draws: int = DRAWS,
) -> Payload:
    """The payload of one ship.

    Args:
        imo: IMO number of a ship whose deadweight, or length and beam, are on record.
        dwt_t: Deadweight, tonnes; taken as it is given.
        length_m: Length over all, metres; with ``beam_m`` it predicts a deadweight, with ``dwt_t`` it checks it.
        beam_m: Beam, metres.
        depth_m: Depth from keel to deck, metres.
        kind: Kind of ship: tanker, general cargo ship or container ship.
        laden: Cargo over deadweight, 0 to 1; without it, and without anything measured, a prior stands in.
        draught_in_m: Mean draught on arrival, metres.
        draught_out_m: Mean draught on departure, metres.
        draught_sd_m: Standard error of each draught; without it they are taken as typed into AIS by a crew.
        freeboard_in_m: Freeboard on arrival, metres.
        freeboard_out_m: Freeboard on departure, metres.
        freeboard_sd_m: Standard error of each freeboard, metres.
        activity: ``load`` or ``discharge``.
        place: Id of a place, for the density of its water.
        density_t_m3: Density of the water, t/m3, in place of ``place``.
        hours: Longest time alongside; bounds what a laden fraction gives.
        product: What she carries.
        bbl_per_t: Barrels per tonne, where it is known; without it the product's spread stands in.
        vessels: Rows of ``schema.Vessels``; without them the bundled facts are asked.
        factors: Factors to replace, by name.
        seed: Seed of the draws.
        draws: How many.

    Returns:
        Quantiles in tonnes and barrels. With deadweight, fraction and factor all given the three are equal.

    Raises:
        InputError: an unknown product or place, or a value that no such ship has.
        UsageError: nothing that tells her size, or two things that exclude each other.

    >>> payload(dwt_t=3000, laden=0.9, bbl_per_t=7.46).bbl.p50.__round__()
    20142
    """
    given = Given(
        imo=imo,
        sizes_m={"length_m": length_m, "beam_m": beam_m, "depth_m": depth_m},
        dwt_t=dwt_t,
        kind=kind,
        laden=laden,
        draughts_m=(draught_in_m, draught_out_m, draught_sd_m),
        freeboards_m=(freeboard_in_m, freeboard_out_m, freeboard_sd_m),
        activity=activity,
        place=place,
        density_t_m3=density_t_m3,
        hours=hours,
        product=product_named(product).name,
        bbl_per_t=bbl_per_t,
    )
    return _found(given, vessels, factors, Unknowns(seed, draws, SCOPE))


def _found(given: Given, vessels: pa.Table | None, factors: Mapping[str, object], unknown: Unknowns) -> Payload:
    known = given.factors(chosen(factors))
    loading = Loading.of_rows([given.visit()], [given.vessel(vessels)], CargoRule(draws=unknown.draws), known, strict=True)
    load = loading.one(VISIT, unknown)
    middle_t = Deadweights(unknown, known).of(loading.ships[VISIT], SHIP).values
    return Payload(
        Quantity(*quantiles(load.tonnes)),
        Quantity(*quantiles(load.barrels)),
        load.product,
        load.basis,
        load.tier,
        loading.widest(load, unknown),
        tuple(factor.row() for factor in load.factors),
        laden_scenarios(float(np.median(middle_t)), known[conversion_name(load.product)].central),
    )
