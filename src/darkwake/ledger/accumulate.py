"""The cumulative barrels against each cap, day by day, in joint worlds.

In world k every visit happened or not (its probability), on one day of its arrival interval (each day alike: assumed, because
sources give first and last day only), with draw k of its payload. What states reported counts as printed, on the day that
``reports`` says. Three sums are kept apart and one is simulated: visits, reports, both, and simulated visits alone. A sum of
which nothing is known has no rows: no data is not zero. A curve ends on the last day of which anything is known. The last day
of each sum with visits stands again under each assumption of ``assumptions``, in a mode that names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.cargo import CargoRule, product_named
from darkwake.cargo.calculator import DRAWS
from darkwake.cargo.factors import NOTHING_SET, chosen, conversion_name
from darkwake.cargo.products import BASKET
from darkwake.draws import QUANTILES, generator
from darkwake.errors import InputError
from darkwake.fusion import LinkRule
from darkwake.ledger.assumptions import in_print, loads_if, mode_if
from darkwake.ledger.cap import Cap, caps_of
from darkwake.ledger.counted import SIMULATED_ORIGIN, Counted, counted
from darkwake.ledger.reports import Reported, reported
from darkwake.schema import Ledger, weakest

VISITS, REPORTS, BOTH, SIMULATED = "observed and published visits", "reported imports", "both", "simulated"
MODES = (VISITS, REPORTS, BOTH, SIMULATED)
"""What a row of the ledger adds up. Simulated visits never enter the first three."""

Numbers = NDArray[np.float64]
Days = NDArray[np.int64]


@dataclass(frozen=True)
class LedgerRule:
    """Parameters of the ledger."""

    modes: tuple[str, ...] = MODES
    """Which sums to keep."""
    assumptions: bool = True
    """Whether the last day of the sums with visits is reckoned again under each assumption in print."""


@dataclass(frozen=True)
class Part:
    """One thing that counts: in each world a day (ordinal), barrels and how many visits it is."""

    days: Days
    bbl: Numbers
    visits: Numbers
    origin: str
    evidence: tuple[str, ...]


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
    stays = counted(visits, places, linking)
    parts = list(_visit_parts(stays, payloads, draws, seed))
    worlds = len(parts[0][1].bbl) if parts else DRAWS
    basket = chosen(factors)[conversion_name(BASKET)]
    per_t = basket.at(generator(seed, "ledger", "world", basket.name).random(worlds))
    limits = caps_of(caps)
    told = {product: reported(claims, product) for product in {cap.product for cap in limits}}
    reports = {cap.cap_id: _report_parts(told[cap.product], cap, per_t) for cap in limits}
    found = [
        _rows(cap, mode, total)
        for cap in limits
        for mode, total in _sums(cap, parts, reports[cap.cap_id]).items()
        if mode in ledger.modes
    ]
    for assumption in in_print() if ledger.assumptions and stays.real else ():
        made = loads_if(assumption, stays.real, vessels, seed=seed, cargo=cargo, factors=factors)
        again = list(_visit_parts(stays, made["payloads"], made["draws"], seed))
        sums_if = {cap: _sums(cap, again, reports[cap.cap_id]) for cap in limits}
        found += [
            _rows(cap, mode_if(mode, assumption), sums[mode], last_day_only=True)
            for cap, sums in sums_if.items()
            for mode in (VISITS, BOTH)
            if mode in ledger.modes and mode in sums
        ]
    return Ledger.check(pa.concat_tables(found)) if found else Ledger.empty()


def _visit_parts(visits: Counted, payloads: pa.Table, draws: pa.Table, seed: int) -> Iterator[tuple[str, Part, bool]]:
    """What each visit adds: the product that caps know, the part, and whether it is simulated."""
    values = _values(draws)
    cargo = {row["visit_id"]: row for row in payloads.select(["visit_id", "product", "draws_ref", "origin"]).to_pylist()}
    for visit in visits.all:
        payload = cargo.get(visit["visit_id"])
        if payload is None:
            continue
        if payload["draws_ref"] not in values:
            raise InputError(
                "its draws are missing", do="run the stage payloads again", source="draws", place=visit["visit_id"]
            )
        part = _visit_part(visit, values[payload["draws_ref"]], payload["origin"], seed)
        yield product_named(payload["product"]).cap, part, visit["origin"] == SIMULATED_ORIGIN


def _values(draws: pa.Table) -> dict[str, Numbers]:
    """The draws by their reference, each checked to have as many worlds as the others."""
    lists = draws.column("values").combine_chunks()
    lengths = set(lists.value_lengths().to_pylist())
    if len(lengths) > 1:
        raise InputError(f"draws of unequal number {sorted(lengths)}", do="run the stage payloads again", source="draws")
    worlds = lengths.pop() if lengths else 0
    table = lists.flatten().to_numpy(zero_copy_only=False).reshape(-1, worlds) if worlds else []
    return dict(zip(draws.column("draws_ref").to_pylist(), table, strict=True))


def _visit_part(visit: Mapping[str, Any], bbl: Numbers, origin: str, seed: int) -> Part:
    random = generator(seed, "ledger", "visit", visit["visit_id"])
    first, last = _day(visit["arrival_lo"]), _day(visit["arrival_hi"])
    if last < first:
        place = visit["visit_id"]
        raise InputError("the arrival ends before it begins", do="mend arrival_lo, arrival_hi", source="visits", place=place)
    days = first + np.floor(random.random(len(bbl)) * (last - first + 1)).astype(np.int64)
    happened = (random.random(len(bbl)) < visit["probability"]).astype(np.float64)
    return Part(days, bbl * happened, happened, weakest({origin, visit["origin"]}), tuple(visit["evidence"]))


def _day(moment: datetime) -> int:
    return moment.date().toordinal()


def _report_parts(told: Reported, cap: Cap, per_t: Numbers) -> list[Part]:
    """What states reported, day by day; tonnes share one factor a world (barrels per tonne)."""
    found = []
    for report in told.within(cap.start, cap.end):
        bbl = report.amount * (per_t if report.unit == "t" else np.ones_like(per_t))
        origin = "published" if report.unit == "bbl" else "inferred"
        found.append(Part(np.full(len(per_t), report.counted_on), bbl, np.zeros_like(per_t), origin, report.evidence))
    return found


def _sums(cap: Cap, visits: list[tuple[str, Part, bool]], reports: list[Part]) -> dict[str, Sum]:
    """The sums of which anything is known, by mode."""
    mine = [(part, simulated) for product, part, simulated in visits if product == cap.product]
    found = {
        VISITS: _sum(cap, (part for part, simulated in mine if not simulated)),
        REPORTS: _sum(cap, reports),
        SIMULATED: _sum(cap, (part for part, simulated in mine if simulated)),
    }
    known = {mode: total for mode, total in found.items() if total is not None}
    if VISITS in known and REPORTS in known:
        known[BOTH] = known[VISITS] + known[REPORTS]
    return known


def _sum(cap: Cap, parts: Iterable[Part]) -> Sum | None:
    """The cumulative sum of the parts that may fall into the cap's period; nothing where none may."""
    first, end = cap.start.toordinal(), cap.end.toordinal()
    inside = [part for part in parts if part.days.max() >= first and part.days.min() <= end]
    if not inside:
        return None
    worlds = np.arange(len(inside[0].bbl))
    length = min(end, max(int(part.days.max()) for part in inside)) - first + 1
    bbl, visits = np.zeros((len(worlds), length)), np.zeros(length)
    for part in inside:
        counts = (part.days >= first) & (part.days <= end)
        at = part.days[counts] - first
        bbl[worlds[counts], at] += part.bbl[counts]
        visits += np.bincount(at, part.visits[counts], length)
    evidence = frozenset(source for part in inside for source in part.evidence)
    return Sum(np.cumsum(bbl, axis=1), np.cumsum(visits) / len(worlds), frozenset(part.origin for part in inside), evidence)


def _rows(cap: Cap, mode: str, total: Sum, *, last_day_only: bool = False) -> pa.Table:
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
        "chance_exceeded": (bbl > cap.amount_bbl).mean(axis=0),
        "visits": visits,
        "origin": [weakest(set(total.origins))] * length,
        "evidence": [sorted(total.evidence)] * length,
    }
    return pa.table(columns, schema=pa.schema([(word, c.type) for word, c in Ledger.columns.items()]))
