"""What suppliers reported for a period, each day of each supplier counted at most once.

The 1718 Committee's page is revised after the fact, and the press prints months, spans and years of one or two suppliers
as of different days. Adding them all counts most barrels several times.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from darkwake.schema import Claims


def reckoned_reports(claims: pa.Table, *, period: tuple[date, date], product: str = "refined") -> pa.Table:
    """The reports that can be added up for a period.

    Only statements of one supplier, in barrels, that lie within the period are used. Of those that overlap, the one known
    latest is taken, of these the longer, then the one with the first id. Statements of two suppliers together are left
    out, for they cannot be set against one. A month without a report gives no row: it is missing, not zero.

    Args:
        claims: table ``claims``.
        period: first and last day.
        product: goods of the cap.

    Returns:
        Rows of ``claims``, in the order of supplier and period.

    Example:
        >>> from pathlib import Path
        >>> from darkwake import schema
        >>> from darkwake.claims import claims
        >>> facts = claims(facts=Path(schema.__file__).parent / "bundled" / "vostochny_2024")
        >>> reported = reckoned_reports(facts["claims"], period=(date(2024, 1, 1), date(2024, 12, 31)))
        >>> list(zip(reported["publisher"].to_pylist(), reported["central"].to_pylist()))
        [('China', 280928.0), ('Russia', 15279.0)]
    """
    candidates = [row for row in claims.to_pylist() if _usable(row, period, product)]
    taken: list[dict[str, Any]] = []
    for row in sorted(candidates, key=_later_first):
        if not any(_overlap(row, other) for other in taken):
            taken.append(row)
    return Claims.rows(sorted(taken, key=lambda row: (row["publisher"], row["period_start"])))


def missing_reports(claims: pa.Table) -> pa.Table:
    """The periods for which a source says that no report was made: rows of ``claims`` without an amount."""
    stated = pc.or_(pc.is_valid(claims["central"]), pc.is_valid(claims["lo"]))
    return claims.filter(pc.and_(pc.equal(claims["kind"], "reported import"), pc.invert(stated)))


def _usable(row: dict[str, Any], period: tuple[date, date], product: str) -> bool:
    if row["kind"] != "reported import" or row["unit"] != "bbl" or row["product"] != product or row["central"] is None:
        return False
    return "+" not in row["publisher"] and period[0] <= row["period_start"] and row["period_end"] <= period[1]


def _later_first(row: dict[str, Any]) -> tuple[int, int, str]:
    known = "".join((row["published"] or "").split("-")).ljust(8, "0")
    return -int(known), -(row["period_end"] - row["period_start"]).days, row["claim_id"]


def _overlap(row: dict[str, Any], other: dict[str, Any]) -> bool:
    if row["publisher"] != other["publisher"]:
        return False
    return bool(row["period_start"] <= other["period_end"] and other["period_start"] <= row["period_end"])
