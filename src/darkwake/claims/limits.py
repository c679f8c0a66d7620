"""Limits: those that the published facts give, each with its period, and those of the case's own.

A limit that was replaced before it began is stated as a claim and never becomes a cap: nothing is counted against it. Two
limits of one instrument on one kind of goods may not overlap, for a barrel counts once towards each instrument. A limit that
an instrument gives in two units stands in both; the ledger takes whichever is reached first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from darkwake.claims.sheets import Row
from darkwake.errors import CaseError
from darkwake.goods import goods_named
from darkwake.ids import content_id

if TYPE_CHECKING:
    from darkwake.case import OwnCap

WHOLE_YEAR = "twelve months"


def in_force(rows: Sequence[Row]) -> list[Row]:
    """The limits that were not replaced before they began, each checked by itself and against the others.

    Raises:
        InputError: a period that is not what its year says, a second unit without an amount, an overlap, an unknown
            replacement.
    """
    kept: list[Row] = []
    for row in rows:
        check_cap(row)
        _check_replaced(row, {other["id"] for other in rows})
        if row["replaced_by"] is None:
            _check_apart(row, kept)
            kept.append(row)
    return kept


def replaced(rows: Sequence[Row]) -> list[Row]:
    """The limits that were replaced before they began."""
    return [row for row in rows if row["replaced_by"] is not None]


def check_cap(row: Row) -> None:
    """A cap of a year is the twelve months from the day on which its year starts; one without a year has its own period."""
    start, end = row["period_start"], row["period_end"]
    for column in ("amount", "alt_amount"):
        if row[column] == 0:
            do = "name a limit above 0, or take the row out: what a ban forbids needs no sum"
            raise row.fault(column, "a limit of 0 is no cap that anything can be counted against", do)
    if end < start:
        raise row.fault("period_end", f"{end} lies before {start}", "swap the two days")
    if (row["alt_amount"] is None) != (row["alt_unit"] is None) or row["alt_unit"] == row["unit"]:
        do = "fill in both with the other unit, or neither"
        raise row.fault("alt_unit", "an amount in a second unit needs amount and unit", do)
    if row["product"] == "other":
        raise row.fault(
            "product", "the ledger counts barrels of refined products and crude oil alone", "write refined or crude"
        )
    if row["year_starts"] is None:
        return
    if f"{start:%m-%d}" != row["year_starts"]:
        do = f"let the period begin on {start.year}-{row['year_starts']}"
        raise row.fault("period_start", f"{start} is not the first day of the cap's year", do)
    last = start.replace(year=start.year + 1) - timedelta(days=1)
    if end != last:
        raise row.fault("period_end", f"{end} is not {WHOLE_YEAR} after {start}", f"write {last}")


def _check_replaced(row: Row, ids: set[str]) -> None:
    if row["replaced_by"] is not None and (row["replaced_by"] == row["id"] or row["replaced_by"] not in ids):
        raise row.fault(
            "replaced_by", f"{row['replaced_by']!r} is no other cap of the table", "name the cap that took its place"
        )


def _check_apart(row: Row, others: Sequence[Row]) -> None:
    for other in others:
        alike = (row["instrument"], row["product"]) == (other["instrument"], other["product"])
        if alike and row["period_start"] <= other["period_end"] and other["period_start"] <= row["period_end"]:
            first: date = max(row["period_start"], other["period_start"])
            what = f"overlaps {other['id']!r} (line {other.line}) from {first}"
            raise row.fault("period_start", what, "end the one before the other begins")


def cap_row(row: Row, evidence: list[str]) -> dict[str, object]:
    """A row of ``caps`` from the facts."""
    same = ("title", "product", "amount", "unit", "alt_amount", "alt_unit", "set_by", "period_start", "period_end")
    fixed = {"cap_id": row["id"], "instrument": row["instrument"], "verified": row["verified"], "evidence": evidence}
    return fixed | {word: row[word] for word in same}


def replaced_claim(row: Row, cited: dict[str, object]) -> dict[str, object]:
    """A limit that never came into force, as a claim that nothing adds up."""
    return cited | {
        "claim_id": row["id"],
        "kind": "other",
        "what": f"limit replaced before it began, by {row['replaced_by']}: {row['title']}",
        "product": row["product"],
        "central": row["amount"],
        "unit": row["unit"],
        "bound": "exact",
        "period_start": row["period_start"],
        "period_end": row["period_end"],
        "note": row["note"],
    }


def own_rows(caps: Sequence[OwnCap], stated: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Rows of ``caps`` from ``[[caps]]`` of ``case.toml``.

    Raises:
        CaseError: one that overlaps a limit of the facts whose instrument it names.
    """
    made: list[dict[str, object]] = []
    for cap in caps:
        product, (start, end) = goods_named(cap.product).cap, cap.period
        for row in stated:
            alike = (row["instrument"], row["product"]) == (cap.who, product)
            if alike and row["period_start"] <= end and start <= row["period_end"]:
                what = f"the cap by {cap.who!r} overlaps {row['cap_id']!r} of the facts from {max(start, row['period_start'])}"
                raise CaseError(
                    what, do="name who sets it, or end it before the other begins", source="case.toml", place="caps"
                )
        made.append(
            {
                "cap_id": content_id("cap", cap.who, product, start.isoformat(), end.isoformat()),
                "title": cap.title or f"{cap.who}: {cap.amount:,.10g} {cap.unit}, {start} to {end}",
                "product": product,
                "amount": cap.amount,
                "unit": cap.unit,
                "set_by": cap.who,
                "period_start": start,
                "period_end": end,
                "instrument": cap.who,
                "verified": True,
                "evidence": [],
            }
        )
    return made
