"""The cumulative barrels against each cap, day by day, in joint worlds.

Three sums are kept apart and one is simulated: visits, reports, both, and simulated visits alone (``parts`` says what each
adds). A sum of which nothing is known has no rows: no data is not zero. A curve ends on the last day of which anything is
known. The last day of each sum with visits stands again under each assumption of ``assumptions``, in a mode that names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from darkwake.cargo import CargoRule
from darkwake.cargo.factors import NOTHING_SET, chosen
from darkwake.cargo.loads import DRAWS, SCOPE
from darkwake.cargo.unknowns import Unknowns
from darkwake.draws import QUANTILES
from darkwake.fusion import LinkRule
from darkwake.ledger.assumptions import in_print, loads_if, mode_if
from darkwake.ledger.cap import Cap, caps_of
from darkwake.ledger.counted import counted
from darkwake.ledger.parts import Numbers, Part, loads_of, report_parts, visit_parts
from darkwake.ledger.reports import reported
from darkwake.schema import Ledger, weakest

VISITS, REPORTS, BOTH, SIMULATED = "observed and published visits", "reported imports", "both", "simulated"
MODES = (VISITS, REPORTS, BOTH, SIMULATED)
"""What a row of the ledger adds up. Simulated visits never enter the first three."""


@dataclass(frozen=True)
class LedgerRule:
    """Parameters of the ledger."""

    modes: tuple[str, ...] = MODES
    """Which sums to keep."""
    assumptions: bool = True
    """Whether the last day of the sums with visits is reckoned again under each assumption in print."""
    worlds_again: int = 1000
    """Worlds (the first of those of the payloads) in which causes and the influence of sources are reckoned; assumed, because
    a thousand tell a share of the variance to a few hundredths within seconds."""


@dataclass(frozen=True)
class Sum:
    """Parts added up from a cap's first day: barrels (worlds x days, cumulative), mean visits by day, and on what it stands."""

    bbl: Numbers
    visits: Numbers
    origins: frozenset[str]
    evidence: frozenset[str]

    def __add__(self, other: Sum) -> Sum:
        """Both sums, to the last day of the longer; the shorter stays where it ended."""
        length = max(self.bbl.shape[1], other.bbl.shape[1])
        one, two = self._until(length), other._until(length)
        return Sum(one.bbl + two.bbl, one.visits + two.visits, self.origins | other.origins, self.evidence | other.evidence)

    def _until(self, length: int) -> Sum:
        more = length - self.bbl.shape[1]
        bbl = np.pad(self.bbl, ((0, 0), (0, more)), mode="edge")
        return Sum(bbl, np.pad(self.visits, (0, more), mode="edge"), self.origins, self.evidence)


def ledger(
    visits: pa.Table,
    payloads: pa.Table,
    draws: pa.Table,
    claims: pa.Table,
    caps: pa.Table,
    places: pa.Table,
    vessels: pa.Table,
    *,
    seed: int,
    ledger: LedgerRule,
    linking: LinkRule,
    cargo: CargoRule,
    factors: Mapping[str, object] = NOTHING_SET,
) -> pa.Table:
    """Each cap's state at the end of each day, in each mode of which anything is known.

    Args:
        visits: Rows of ``schema.Visits``; deliveries that have a payload count.
        payloads: Rows of ``schema.Payloads``.
        draws: Rows of ``schema.Draws``; draw k of all belongs to one world.
        claims: Rows of ``schema.Claims``; reported imports count.
        caps: Rows of ``schema.Caps``.
        places: Rows of ``schema.Places``, for their countries.
        vessels: Rows of ``schema.Vessels``, for the deadweights under other assumptions.
        seed: Seed of the case.
        ledger: Parameters.
        linking: What counts as a delivery (``darkwake.fusion``).
        cargo: Parameters that the payloads were made with.
        factors: Factors that the case sets, by name (reported tonnes need one).

    Returns:
        Rows of ``schema.Ledger``.

    Raises:
        InputError: overlapping caps, draws that are missing or of unequal number, an unknown product.
    """
    stays, limits = counted(visits, places, linking), caps_of(caps)
    loads = loads_of(payloads, draws)
    unknown = Unknowns(seed, next((len(load.bbl) for load in loads.values()), DRAWS), SCOPE)
    parts = list(visit_parts(stays.all, loads, unknown))
    known, told = chosen(factors), {product: reported(claims, product) for product in {cap.product for cap in limits}}
    tops = {cap.cap_id: cap.limit_bbl(known, unknown) for cap in limits}
    reports = {cap.cap_id: report_parts(told[cap.product], cap, known, unknown) for cap in limits}
    found = [
        _rows(cap, tops[cap.cap_id], mode, total)
        for cap in limits
        for mode, total in sums(cap, parts, reports[cap.cap_id]).items()
        if mode in ledger.modes
    ]
    for assumption in in_print() if ledger.assumptions and stays.real else ():
        loads_then = loads_if(assumption, stays.real, vessels, unknown, cargo=cargo, factors=factors)
        again = list(visit_parts(stays.real, loads_then, unknown))
        found += [
            _rows(cap, tops[cap.cap_id], mode_if(mode, assumption), total, last_day_only=True)
            for cap in limits
            for mode, total in sums(cap, again, reports[cap.cap_id]).items()
            if mode in (VISITS, BOTH) and mode in ledger.modes
        ]
    return Ledger.check(pa.concat_tables(found)) if found else Ledger.empty()


def sums(cap: Cap, visits: Iterable[Part], reports: list[Part]) -> dict[str, Sum]:
    """The sums of which anything is known, by mode."""
    mine = [part for part in visits if part.product == cap.product]
    found = {
        VISITS: _sum(cap, [part for part in mine if not part.simulated]),
        REPORTS: _sum(cap, reports),
        SIMULATED: _sum(cap, [part for part in mine if part.simulated]),
    }
    known = {mode: total for mode, total in found.items() if total is not None}
    if VISITS in known and REPORTS in known:
        known[BOTH] = known[VISITS] + known[REPORTS]
    return known


def _sum(cap: Cap, parts: list[Part]) -> Sum | None:
    """The cumulative sum of the parts that may fall into the cap's period; nothing where none may."""
    inside = [(part, counts) for part in parts if (counts := part.inside(cap)).any()]
    if not inside:
        return None
    first = cap.start.toordinal()
    worlds = np.arange(len(parts[0].bbl))
    length = max(int(part.days[counts].max()) for part, counts in inside) - first + 1
    bbl, visits = np.zeros((len(worlds), length)), np.zeros(length)
    for part, counts in inside:
        at = part.days[counts] - first
        bbl[worlds[counts], at] += part.bbl[counts]
        visits += np.bincount(at, part.visits[counts], length)
    evidence = frozenset(source for part, _ in inside for source in part.evidence)
    origins = frozenset(part.origin for part, _ in inside)
    return Sum(np.cumsum(bbl, axis=1), np.cumsum(visits) / len(worlds), origins, evidence)


def _rows(cap: Cap, top: Numbers, mode: str, total: Sum, *, last_day_only: bool = False) -> pa.Table:
    first = total.bbl.shape[1] - 1 if last_day_only else 0
    bbl, visits = total.bbl[:, first:], total.visits[first:]
    p05, p50, p95 = np.quantile(bbl, QUANTILES, axis=0)
    length = bbl.shape[1]
    columns = {
        "cap_id": [cap.cap_id] * length,
        "mode": [mode] * length,
        "day": [date.fromordinal(cap.start.toordinal() + first + n) for n in range(length)],
        "bbl_p05": p05,
        "bbl_p50": p50,
        "bbl_p95": p95,
        "chance_exceeded": (bbl > top[:, np.newaxis]).mean(axis=0),
        "visits": visits,
        "origin": [weakest(set(total.origins))] * length,
        "evidence": [sorted(total.evidence)] * length,
    }
    return pa.table(columns, schema=pa.schema([(word, c.type) for word, c in Ledger.columns.items()]))
