"""What adds up in a ledger: visits with their barrels and days, and reports of states, each a part with draws in joint worlds.

In world k a visit happened or not (its probability), on one day of its arrival interval (each day alike: assumed, because
sources give first and last day only), with draw k of its payload. Both are named unknowns of the visit's own, drawn like those
of the payloads. What a state reported counts as printed; tonnes share one factor a world.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.cargo import product_named
from darkwake.cargo.factors import Factor, conversion_name
from darkwake.cargo.products import BASKET
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError
from darkwake.ledger.cap import Cap
from darkwake.ledger.counted import SIMULATED_ORIGIN
from darkwake.ledger.reports import Reported
from darkwake.schema import weakest

DAY = "day of a visit"
"""The unknown day within the interval of arrival; each visit has its own."""
HAPPENED = "whether a visit happened"
"""Whether a visit of a probability under 1 was one; each visit has its own."""
PER_TONNE = conversion_name(BASKET)
"""The factor of reported tonnes of refined products, as the Committee's Secretary reckons them."""
PER_TONNE_OF: Mapping[str, str] = MappingProxyType({"refined": PER_TONNE, "crude": conversion_name("crude oil")})
"""The factor of reported tonnes by the product of a cap; a visit of the same goods has the same, so sums are drawn under the
scope of payloads."""
Numbers = NDArray[np.float64]
Days = NDArray[np.int64]


@dataclass(frozen=True)
class Load:
    """The barrels of a visit in each world, the product that caps know, and where that comes from."""

    bbl: Numbers
    product: str
    origin: str


@dataclass(frozen=True)
class Part:
    """One thing that counts: in each world a day (ordinal), barrels and how many visits it is."""

    days: Days
    bbl: Numbers
    visits: Numbers
    product: str
    origin: str
    evidence: tuple[str, ...]

    @property
    def simulated(self) -> bool:
        """Whether it is part of a simulated layer."""
        return self.origin == SIMULATED_ORIGIN

    def inside(self, cap: Cap) -> NDArray[np.bool_]:
        """In which worlds it falls into a cap's period."""
        found: NDArray[np.bool_] = (self.days >= cap.start.toordinal()) & (self.days <= cap.end.toordinal())
        return found


def loads_of(payloads: pa.Table, draws: pa.Table) -> dict[str, Load]:
    """The load of each visit, from the tables of the payloads.

    Raises:
        InputError: draws that are missing or of unequal number.
    """
    values = _values(draws)
    found = {}
    for row in payloads.select(["visit_id", "product", "draws_ref", "origin"]).to_pylist():
        if row["draws_ref"] not in values:
            raise InputError("its draws are missing", do="run the stage payloads again", source="draws", place=row["visit_id"])
        found[row["visit_id"]] = Load(values[row["draws_ref"]], product_named(row["product"]).cap, row["origin"])
    return found


def _values(draws: pa.Table) -> dict[str, Numbers]:
    """The draws by their reference, each checked to have as many worlds as the others."""
    lists = draws.column("values").combine_chunks()
    lengths = set(lists.value_lengths().to_pylist())
    if len(lengths) > 1:
        raise InputError(f"draws of unequal number {sorted(lengths)}", do="run the stage payloads again", source="draws")
    worlds = lengths.pop() if lengths else 0
    table = lists.flatten().to_numpy(zero_copy_only=False).reshape(-1, worlds) if worlds else []
    return dict(zip(draws.column("draws_ref").to_pylist(), table, strict=True))


def visit_parts(visits: Iterable[Mapping[str, Any]], loads: Mapping[str, Load], unknown: Unknowns) -> Iterator[Part]:
    """What each visit adds; a visit without a payload adds nothing (and is named by the ledger's state).

    Args:
        visits: Rows of ``schema.Visits``.
        loads: The load of each visit.
        unknown: The unknowns of the case, of as many worlds as the loads.
    """
    for visit in visits:
        load = loads.get(visit["visit_id"])
        if load is not None:
            happened = happens(visit, unknown)
            origin = weakest({load.origin, visit["origin"]})
            yield Part(days(visit, unknown), load.bbl * happened, happened, load.product, origin, tuple(visit["evidence"]))


def days(visit: Mapping[str, Any], unknown: Unknowns) -> Days:
    """The day of a visit in each world.

    Raises:
        InputError: the arrival ends before it begins.
    """
    first, last = _ordinal(visit["arrival_lo"]), _ordinal(visit["arrival_hi"])
    if last < first:
        place = visit["visit_id"]
        raise InputError("the arrival ends before it begins", do="mend arrival_lo, arrival_hi", source="visits", place=place)
    if last == first:
        return np.full(unknown.draws, first, dtype=np.int64)
    return first + np.floor(unknown(DAY, visit["visit_id"]) * (last - first + 1)).astype(np.int64)


def happens(visit: Mapping[str, Any], unknown: Unknowns) -> Numbers:
    """1 in each world in which a visit happened, else 0."""
    if visit["probability"] >= 1:
        return np.ones(unknown.draws)
    found: Numbers = (unknown(HAPPENED, visit["visit_id"]) < visit["probability"]).astype(np.float64)
    return found


def _ordinal(moment: datetime) -> int:
    return moment.date().toordinal()


def report_parts(told: Reported, cap: Cap, factors: Mapping[str, Factor], unknown: Unknowns) -> list[Part]:
    """What states reported within a cap's period, each on the day that ``reports`` says."""
    found = []
    for report in told.within(cap.start, cap.end):
        in_tonnes = report.unit == "t"
        per_t = PER_TONNE_OF[cap.product]
        per_unit = factors[per_t].at(unknown(per_t)) if in_tonnes else np.ones(unknown.draws)
        day = np.full(unknown.draws, report.counted_on, dtype=np.int64)
        origin = "inferred" if in_tonnes else "published"
        none = np.zeros(unknown.draws)
        found.append(Part(day, report.amount * per_unit, none, cap.product, origin, report.evidence))
    return found
