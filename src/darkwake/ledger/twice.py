"""Reported imports that may be the same barrels as visits that were seen or published.

A state may report what a ship was seen to load in its port, or to discharge where it was bound. Nobody says which, so the
ledger shows each sum alone and both together; together they are an upper end. The lower end counts what may be the same once:
the amounts that the state where ships loaded reports for days on which a counted load can lie, and those of any state for days
on which a counted discharge can lie, for nobody says where that was loaded. Other amounts cannot be those visits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from darkwake.ledger.cap import Cap
from darkwake.ledger.reports import Report, Reported

COUNTRIES: Mapping[str, str] = MappingProxyType({"Russia": "RU", "China": "CN", "North Korea": "KP", "South Korea": "KR"})
"""ISO 3166 codes of states as they are named in reports."""

Days = tuple[int, int]
"""First and last day, as ordinals."""

NONE = (
    "no state reported imports for days on which a counted load in its ports or a counted discharge can lie, so none of the "
    "reported barrels can be those of a visit: the sum with reports adds both"
)


@dataclass(frozen=True)
class Shared:
    """What a state reports for days on which ships can have loaded in its ports, or discharged what may come from there."""

    states: str
    claim_id: str
    amount: float
    unit: str
    done: str
    """What ships can have done on those days, in words."""

    def words(self) -> str:
        """The amount, and what follows for the sum."""
        said = f"{self.amount:,.0f} {self.unit} that {self.states} reported (claim {self.claim_id})"
        return f"{said} are for days on which ships can have {self.done}, and may be the same barrels"


def shared_with_loads(told: Reported, cap: Cap, visits: Iterable[Mapping[str, Any]], places: pa.Table) -> list[Shared]:
    """The reports within a cap's period that may be the same barrels as a counted visit.

    Args:
        told: The reports that count for the cap's product.
        cap: The cap.
        visits: Rows of ``schema.Visits`` that count towards it.
        places: Rows of ``schema.Places``, for their countries.
    """
    countries = {row["place_id"]: row["country"] for row in places.to_pylist()}
    reporting = {COUNTRIES.get(state, state) for state in told.states}
    loads: dict[str | None, list[Days]] = {}
    landed: list[Days] = []
    for row in visits:
        country = countries.get(row["place_id"])
        days = row["arrival_lo"].date().toordinal(), row["arrival_hi"].date().toordinal()
        if row["activity"] == "load":
            loads.setdefault(country, []).append(days)
        elif country not in reporting:
            landed.append(days)
    found = []
    for report in told.within(cap.start, cap.end):
        done = _done(report, loads, landed) if report.amount > 0 else None
        if done is not None:
            found.append(Shared(report.states, report.claim_id, report.amount, report.unit, done))
    return found


def _done(report: Report, loads: Mapping[str | None, list[Days]], landed: list[Days]) -> str | None:
    """What ships can have done on the days of a report that may be the same barrels; None for nothing."""
    there = {state: loads.get(COUNTRIES.get(state, state), []) for state, _ in report.cells}
    if any(first <= day <= last for state, day in report.cells for first, last in there[state]):
        return "loaded there"
    if any(first <= day <= last for _, day in report.cells for first, last in landed):
        return "discharged a cargo of which nobody says where it was loaded"
    return None


def either_way(found: list[Shared]) -> str:
    """What the reports that may be loads make of the sum with both, in words."""
    if not found:
        return NONE
    amounts: dict[str, float] = {}
    for one in found:
        amounts[one.unit] = amounts.get(one.unit, 0.0) + one.amount
    less = " and ".join(f"{amount:,.0f} {unit}" for unit, amount in sorted(amounts.items()))
    return f"{'; '.join(one.words() for one in found)}: counted once, the sum with reports is up to {less} less"
