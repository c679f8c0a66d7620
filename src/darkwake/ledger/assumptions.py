"""How much the sum hangs on what is assumed: the same sum again with one assumption set to what is in print.

No source gives the load of a visit: its barrels stand on a size of ship, a laden fraction and barrels per tonne, and priors of
these carry the result. Each row here sets one of them to a value that was printed, for all visits alike, and leaves the rest
(and the seed) as they are. It is no further estimate and enters no other sum; it shows on what a chance depends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from darkwake.cargo import SCENARIOS, CargoRule, chosen, product_named
from darkwake.cargo.factors import DEADWEIGHT, LADEN, LADEN_OWN, NOTHING_SET, STATED, published
from darkwake.cargo.loads import Loading
from darkwake.cargo.unknowns import Unknowns
from darkwake.ledger.parts import Load
from darkwake.schema import Visits

PER_TANKER_ROW = "X061"
"""Row of ``bundled/factors.csv`` with the barrels that the press takes a tanker to carry."""


@dataclass(frozen=True)
class Assumption:
    """One assumption set otherwise, with who printed the value."""

    words: str
    """What is assumed of every visit, to follow "if"."""
    kind: str
    """``fill``, ``size`` or ``load``."""
    source: str
    factors: tuple[tuple[str, float], ...] = ()
    """Factors of the payload that are fixed, by name."""
    bbl_per_visit: float | None = None


@cache
def in_print() -> tuple[Assumption, ...]:
    """The assumptions, those of one kind together and from the least barrels to the most.

    >>> [one.words for one in in_print() if one.kind == "load"]
    ['every visit carried 10,000 bbl', 'every visit carried 30,000 bbl']
    """
    fills = [
        Assumption(f"every ship was laden to {name} of her deadweight", "fill", source, ((LADEN, fill), (LADEN_OWN, 0.0)))
        for name, (fill, source) in SCENARIOS.items()
        if fill < 1
    ]
    full = SCENARIOS["full"]
    fills.append(Assumption("every ship carried her whole deadweight", "fill", full[1], ((LADEN, full[0]), (LADEN_OWN, 0.0))))
    row = published()[PER_TANKER_ROW]
    loads = [
        Assumption(f"every visit carried {float(row[end]):,.0f} bbl", "load", _press(row), ((STATED, 1.0),), float(row[end]))
        for end in ("low", "high")
    ]
    return (*fills, *_sizes(), *loads)


def _press(row: Mapping[str, str]) -> str:
    return f"range of the UN Panel for a tanker, as {row['source_publisher']} used it ({row['source_date']})"


def _sizes() -> list[Assumption]:
    source = "lower end of the range of Seatrade Maritime, 2024-11-22 (1,000 to 9,000 t, mostly at the low end)"
    middle = "middle of six printed deadweights of the flag's tankers"
    return [
        Assumption("every ship of unknown size had 1,000 t deadweight", "size", source, ((DEADWEIGHT, 1000.0),)),
        Assumption("every ship of unknown size had 3,000 t deadweight", "size", middle, ((DEADWEIGHT, 3000.0),)),
    ]


def loads_if(
    assumption: Assumption,
    visits: Iterable[Mapping[str, Any]],
    vessels: pa.Table,
    unknown: Unknowns,
    *,
    cargo: CargoRule,
    factors: Mapping[str, object] = NOTHING_SET,
) -> dict[str, Load]:
    """The loads of these visits under an assumption, in the worlds of the case.

    A range in print for visits like them is an assumption too, and gives way to one of size or fill; what was measured stays.
    """
    rows = [dict(row) | _set_aside(assumption) for row in visits]
    known = chosen({**factors, **dict(assumption.factors)})
    loading = Loading.of(Visits.rows(rows), vessels, cargo, known)
    found = loading.all(unknown)
    return {load.visit_id: Load(load.barrels, product_named(load.product).cap, "inferred") for load in found}


def _set_aside(assumption: Assumption) -> dict[str, object]:
    """What an assumption stands in place of: an amount for what was measured, a size or a fill for a range in print."""
    if assumption.bbl_per_visit is None:
        return {"bbl_lo": None, "bbl_hi": None}
    measured = dict.fromkeys(("draught_in_m", "draught_out_m", "freeboard_in_m", "freeboard_out_m"))
    return {**measured, "bbl_stated": assumption.bbl_per_visit}


def mode_if(mode: str, assumption: Assumption) -> str:
    """How the ledger names a sum under an assumption."""
    return f"{mode}, if {assumption.words}"


@cache
def assumed(mode: str) -> tuple[str, Assumption] | None:
    """The sum and the assumption that a mode of the ledger names; nothing for one that assumes nothing further.

    >>> assumed("both")
    """
    base, _, said = mode.partition(", if ")
    return next(((base, one) for one in in_print() if one.words == said), None)
