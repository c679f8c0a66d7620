"""Imports that states reported, each barrel once: which reports count, on which day, and what is missing.

Reports overlap (months, spans, years, one state or two together) and are revised. The rule: of reports of the same states for
the same days the latest counts. Reports count from the shortest to the longest; a longer one adds only what it has over those
that it contains, for the days that they leave open. One that leaves no day open, that crosses another or that has no more
than its parts adds nothing and is named. A report is counted on its last open day, for nobody says when in the period the oil
came. Barrels count as printed, tonnes of refined products by the factor of the Committee's Secretary, of crude oil by its own.
A missing report is missing, not zero.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby, product
from typing import Any

import pyarrow as pa

from darkwake.cargo import product_named
from darkwake.errors import InputError
from darkwake.ledger.words import between

KIND = "reported import"
Cell = tuple[str, int]
"""A state and a day."""


@dataclass(frozen=True)
class Report:
    """What one report adds: the state (or states), the days that it alone covers, and the amount."""

    claim_id: str
    states: str
    cells: frozenset[Cell]
    amount: float
    unit: str
    evidence: tuple[str, ...]

    @property
    def counted_on(self) -> int:
        """The day on which it is counted."""
        return max(ordinal for _, ordinal in self.cells)


@dataclass(frozen=True)
class LeftOut:
    """A report that adds nothing, or that was never made, and why."""

    claim_id: str
    states: tuple[str, ...]
    start: date
    end: date
    why: str
    amount: str = ""
    published: str | None = None

    def words(self) -> str:
        """The report and the reason."""
        known = f" (published {self.published})" if self.published else ""
        said = f"{' and '.join(self.states)} reported {self.amount}".rstrip()
        return f"{said} {between(self.start, self.end)}{known}: {self.why}"


@dataclass(frozen=True)
class Reported:
    """The reports that count for a product, those that add nothing, those never made, and the states that report at all."""

    counted: tuple[Report, ...]
    left_out: tuple[LeftOut, ...]
    never_made: tuple[LeftOut, ...]
    states: tuple[str, ...]

    def within(self, start: date, end: date) -> tuple[Report, ...]:
        """The reports counted between two days."""
        return tuple(r for r in self.counted if start.toordinal() <= r.counted_on <= end.toordinal())

    def missing(self, start: date, end: date) -> list[str]:
        """For each state the months of a period of which nothing was reported, in words."""
        found = []
        for state in self.states:
            told = {date.fromordinal(n).replace(day=1) for r in self.counted for s, n in r.cells if s == state}
            open_months = [month for month in _months(start, end) if month not in told]
            unmade = {m for r in self.never_made if state in r.states for m in _months(r.start, r.end)}
            by_state, unknown = [m for m in open_months if m in unmade], [m for m in open_months if m not in unmade]
            if by_state:
                found.append(f"{state} made no report for {_runs(by_state)}: missing, not zero")
            if unknown:
                found.append(f"no report by {state} for {_runs(unknown)} stands among the facts: not known, not zero")
        return found


def reported(claims: pa.Table, cap_product: str, as_of: date | None = None) -> Reported:
    """The reported imports that count towards a cap on this product, by the rule of the module.

    Args:
        claims: Rows of ``schema.Claims``; only the kind "reported import" is read.
        cap_product: "refined", "crude" or "other".
        as_of: A day: what was published later is left aside, so that the sum is the one that could be known then. A report
            of which only the month or year of publication is known counts from the end of it.
    """
    rows = [row for row in claims.to_pylist() if row["kind"] == KIND and _cap_product(row) == cap_product]
    rows = [row for row in rows if as_of is None or known_on(row["published"]) <= as_of]
    states = tuple(sorted({state for row in rows for state in _states(row)}))
    counted: list[Report] = []
    left_out: list[LeftOut] = []
    for row in _in_order(_latest(_one_unit(rows))):
        found = _added(row, counted)
        if isinstance(found, Report):
            counted.append(found)
        else:
            left_out.append(_left_out(row, found))
    never_made = tuple(_left_out(row, "no report was made") for row in rows if row["central"] is None and row["period_start"])
    return Reported(tuple(counted), tuple(left_out), never_made, states)


def known_on(published: str | None) -> date:
    """The day from which on a publication was known for certain: the last of its month or year where no day is given.

    >>> str(known_on("2021-10")), str(known_on("2024-12-06")), str(known_on("2023"))
    ('2021-10-31', '2024-12-06', '2023-12-31')
    """
    if published is None:
        return date.max
    parts = [int(part) for part in published.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else monthrange(year, month)[1])


def _left_out(row: Mapping[str, Any], why: str) -> LeftOut:
    amount = "" if row["central"] is None else f"{row['central']:,.0f} {row['unit']}"
    return LeftOut(row["claim_id"], tuple(_states(row)), row["period_start"], row["period_end"], why, amount, row["published"])


def _cap_product(row: Mapping[str, Any]) -> str:
    try:
        return product_named(row["product"]).cap
    except InputError as fault:
        raise InputError(fault.what, do=fault.do, source="claims", place=f"claim {row['claim_id']}") from fault


def _states(row: Mapping[str, Any]) -> list[str]:
    return [state.strip() for state in row["publisher"].split("+")]


def _one_unit(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with an amount; tonnes that stand beside barrels of the same statement go."""
    by_id = {row["claim_id"]: row for row in rows}
    same = ("publisher", "period_start", "period_end", "published")
    stated = [row for row in rows if row["central"] is not None and None not in (row["period_start"], row["period_end"])]
    for row in stated:
        if row["unit"] not in ("bbl", "t"):
            raise InputError(
                f"a report in {row['unit']!r}", do="give bbl or t", source="claims", place=f"claim {row['claim_id']}"
            )
    twins = {r["claim_id"] for r in stated if r["part_of"] in by_id and all(by_id[r["part_of"]][w] == r[w] for w in same)}
    return [row for row in stated if row["claim_id"] not in twins]


def _latest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def same(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(sorted(_states(row))), row["period_start"], row["period_end"]

    def freshness(row: Mapping[str, Any]) -> tuple[bool, str, str]:
        return row["unit"] == "bbl", row["published"] or "", row["claim_id"]

    groups = groupby(sorted(rows, key=same), key=same)
    return [max(group, key=freshness) for _, group in groups]


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda r: (len(_states(r)), r["period_end"] - r["period_start"], r["period_start"], r["claim_id"]))


def _added(row: Mapping[str, Any], counted: Iterable[Report]) -> Report | str:
    """What a report adds to those counted, or why nothing."""
    days = range(row["period_start"].toordinal(), row["period_end"].toordinal() + 1)
    cells = frozenset(product(_states(row), days))
    touching = [report for report in counted if report.cells & cells]
    if any(not report.cells <= cells for report in touching):
        return "overlaps another report without containing it"
    if any(report.unit != row["unit"] for report in touching):
        return "contains reports in another unit"
    open_cells = cells.difference(*(report.cells for report in touching))
    rest = row["central"] - sum(report.amount for report in touching)
    if touching and (not open_cells or rest <= 0):
        more = "more" if rest > 0 else "less"
        return f"{abs(rest):,.0f} {row['unit']} {more} than the reports for days within it, which are counted in its place"
    return Report(row["claim_id"], row["publisher"], open_cells, rest, row["unit"], tuple(row["evidence"]))


def _months(start: date, end: date) -> list[date]:
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(first, last + 1)]


def _runs(months: list[date]) -> str:
    """Months as runs, such as ``February 2024 to December 2024``."""
    runs: list[list[date]] = []
    for month in months:
        follows = runs and (month.year * 12 + month.month) - (runs[-1][-1].year * 12 + runs[-1][-1].month) == 1
        if follows:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(f"{run[0]:%B %Y}" if len(run) == 1 else f"{run[0]:%B %Y} to {run[-1]:%B %Y}" for run in runs)
