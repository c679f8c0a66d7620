"""Reported imports that may be the same barrels as loads that were seen or published.

A state may report what a ship was seen to load in its port. Nobody says which, so the ledger shows each sum alone and both
together; together they are an upper end. The lower end counts what may be the same once: the amounts that the state where ships
loaded reports for days on which a counted load can lie. Amounts for other days, and by other states, cannot be those loads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from darkwake.ledger.cap import Cap
from darkwake.ledger.reports import Reported

COUNTRIES: Mapping[str, str] = MappingProxyType({"Russia": "RU", "China": "CN", "North Korea": "KP", "South Korea": "KR"})
"""ISO 3166 codes of states as they are named in reports."""

NONE = (
    "no state in whose ports a counted load can lie reported imports for those days, so none of the reported barrels can be "
    "those of a load: the sum with reports adds both"
)


@dataclass(frozen=True)
class Shared:
    """What a state reports for days on which ships can have loaded in its ports."""

    states: str
    claim_id: str
    amount: float
    unit: str

    def words(self) -> str:
        """The amount, and what follows for the sum."""
        said = f"{self.amount:,.0f} {self.unit} that {self.states} reported (claim {self.claim_id})"
        return f"{said} are for days on which ships can have loaded there, and may be the same barrels"


def shared_with_loads(told: Reported, cap: Cap, visits: Iterable[Mapping[str, Any]], places: pa.Table) -> list[Shared]:
    """The reports within a cap's period that may be the same barrels as a counted visit.

    Args:
        told: The reports that count for the cap's product.
        cap: The cap.
        visits: Rows of ``schema.Visits`` that count towards it.
        places: Rows of ``schema.Places``, for their countries.
    """
    countries = {row["place_id"]: row["country"] for row in places.to_pylist()}
    loaded: dict[str | None, list[tuple[int, int]]] = {}
    for row in visits:
        if row["activity"] == "load":
            days = row["arrival_lo"].date().toordinal(), row["arrival_hi"].date().toordinal()
            loaded.setdefault(countries.get(row["place_id"]), []).append(days)
    found = []
    for report in told.within(cap.start, cap.end):
        spans = {state: loaded.get(COUNTRIES.get(state, state), []) for state, _ in report.cells}
        if any(first <= day <= last for state, day in report.cells for first, last in spans[state]) and report.amount > 0:
            found.append(Shared(report.states, report.claim_id, report.amount, report.unit))
    return found


def either_way(found: list[Shared]) -> str:
    """What the reports that may be loads make of the sum with both, in words."""
    if not found:
        return NONE
    amounts: dict[str, float] = {}
    for one in found:
        amounts[one.unit] = amounts.get(one.unit, 0.0) + one.amount
    less = " and ".join(f"{amount:,.0f} {unit}" for unit, amount in sorted(amounts.items()))
    return f"{'; '.join(one.words() for one in found)}: counted once, the sum with reports is up to {less} less"
