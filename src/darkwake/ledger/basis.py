"""On what the sums of a cap stand, and what they do not hold, in words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from darkwake.cargo import product_named
from darkwake.cargo.factors import DEADWEIGHT, LADEN
from darkwake.ledger.accumulate import BOTH, REPORTS
from darkwake.ledger.cap import Cap
from darkwake.ledger.counted import SIMULATED_ORIGIN, Counted
from darkwake.ledger.reports import Reported
from darkwake.ledger.twice import either_way, shared_with_loads
from darkwake.ledger.words import INTERVAL, between, rounded

AS_STATED = "a published visit is taken as it is stated: that its publisher may err is not in the chance"
EVENLY = "visits without a printed day are spread evenly over their source's period, and the day of exceedance hangs on that"
LATE = "reported imports count on the last day of their period, for no report says when within it the oil came"
PRIORS = (LADEN, DEADWEIGHT)
"""Factors that no source gives for a visit and that the barrels stand on most."""
UNSEEN = "visits that nobody saw or published are not added; where they are estimated, that stands apart"
KINDS: Mapping[str, str] = {
    "class": "by ships of which only a range of sizes is known",
    "deadweight": "by ships with a deadweight on record",
    "stated": "of which a source states the barrels or a range of them",
    "freeboard": "of which the freeboard was read",
    "two draughts": "of which two draughts are known",
}
"""The tiers of payloads in words, to follow the number of visits."""


def inside(cap: Cap, visits: Sequence[dict[str, Any]], payloads: pa.Table) -> list[dict[str, Any]]:
    """The visits with a payload of the cap's product that may fall into its period."""
    goods = {row["visit_id"]: row["product"] for row in payloads.select(["visit_id", "product"]).to_pylist()}
    return [
        row
        for row in visits
        if row["visit_id"] in goods
        and product_named(goods[row["visit_id"]]).cap == cap.product
        and row["arrival_lo"].date() <= cap.end
        and row["arrival_hi"].date() >= cap.start
    ]


def basis_of(cap: Cap, visits: list[dict[str, Any]], told: Reported, payloads: pa.Table) -> str:
    """On what the sums stand, in words: visits by kind of basis, and reports."""
    tier = {row["visit_id"]: row["tier"] for row in payloads.select(["visit_id", "tier"]).to_pylist()}
    counts = Counter((tier[row["visit_id"]], row["origin"] == SIMULATED_ORIGIN) for row in visits)
    parts = [f"{_visits(n, simulated=simulated)} {KINDS[kind]}" for (kind, simulated), n in sorted(counts.items())]
    parts += _taken_for_all(visits, payloads)
    reports = told.within(cap.start, cap.end)
    if reports:
        states = " and ".join(sorted({report.states for report in reports}))
        parts.append(f"{len(reports)} {'report' if len(reports) == 1 else 'reports'} of imports by {states}")
    return "; ".join(parts) if parts else "no data"


def _taken_for_all(visits: list[dict[str, Any]], payloads: pa.Table) -> list[str]:
    """The priors that carry the result, with how many visits stand on each."""
    ids = {row["visit_id"] for row in visits}
    rows = [row for row in payloads.select(["visit_id", "factors"]).to_pylist() if row["visit_id"] in ids]
    factors = [factor for row in rows for factor in json.loads(row["factors"]) if factor["name"] in PRIORS]
    found = []
    for name, n in sorted(Counter(factor["name"] for factor in factors).items()):
        one = next(factor for factor in factors if factor["name"] == name)
        low, high = (rounded(one[end]) if one["hi"] > 10 else f"{one[end]:.2f}" for end in ("lo", "hi"))
        span = f"{low} to {high} {one['unit']}"
        found.append(f"{name} {span} for {_visits(n, simulated=False)}")
    return [f"assumed, not measured ({INTERVAL}): {', '.join(found)}"] if found else []


def _visits(n: int, *, simulated: bool) -> str:
    return f"{n} {'simulated ' if simulated else ''}{'visit' if n == 1 else 'visits'}"


def _not_reckoned(cap: Cap, claims: pa.Table) -> list[str]:
    """Totals in print of a period of which the case holds no visit that counts."""
    found = [
        f"{row['publisher']}, {_printed(row)} {between(row['period_start'], row['period_end'])}"
        for row in claims.to_pylist()
        if row["kind"] == "aggregate" and row["unit"] == "bbl" and None not in (row["period_start"], row["period_end"])
        if row["product"] and product_named(row["product"]).cap == cap.product
        if cap.start <= row["period_start"] and row["period_end"] <= cap.end
    ]
    return (
        [f"totals in print are not reckoned, for the case's visits lie in another period: {'; '.join(found)}"] if found else []
    )


def _printed(row: Mapping[str, Any]) -> str:
    bound = "" if row["bound"] in ("exact", "none") else f"{row['bound']} "
    return f"{bound}{' to '.join(f'{row[end]:,.0f}' for end in ('lo', 'central', 'hi') if row[end] is not None)} bbl"


def left_out_of(
    cap: Cap,
    visits: Counted,
    payloads: pa.Table,
    told: Reported,
    claims: pa.Table,
    curves: Mapping[str, object],
    places: pa.Table,
) -> list[str]:
    """What the sums do not hold, in words."""
    found = told.missing(cap.start, cap.end)
    found += [report.words() for report in told.left_out if report.start <= cap.end and report.end >= cap.start]
    reasons = visits.reasons(cap.product, cap.start, cap.end)
    found += [f"{_visits(n, simulated=False)} of the case: {reason}" for reason, n in reasons]
    with_payload = set(payloads.column("visit_id").to_pylist())
    bare = [row["visit_id"] for row in visits.all if row["visit_id"] not in with_payload]
    if bare:
        found.append(f"{_visits(len(bare), simulated=False)} without a payload: {', '.join(bare[:5])}")
    real = inside(cap, visits.real, payloads)
    found += [] if real else _not_reckoned(cap, claims)
    found += [AS_STATED] if any(row["origin"] == "published" for row in real) else []
    found += [EVENLY] if any(row["arrival_lo"].date() < row["arrival_hi"].date() for row in real) else []
    found += [LATE] if REPORTS in curves else []
    found += [either_way(shared_with_loads(told, cap, real, places))] if BOTH in curves else []
    return [*found, UNSEEN]
