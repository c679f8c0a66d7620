"""One row of a sheet into claims, and the checks that one row can be put to by itself."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from darkwake.claims.sheets import Row

UNVERIFIED = "not named"
"""Publisher of a statement that was set down from memory."""

TONNES_SUFFIX = ".t"
"""End of the id of a claim that gives the tonnes of a statement printed in barrels as well."""

MOST_DWT_T = 600_000.0
"""No ship carries more; the largest built, Seawise Giant, carried 564,763 t."""


def sighting_rows(row: Row) -> Iterator[dict[str, object]]:
    """A dated fact about a ship, or about several that are only counted."""
    _check_dates(row, "date_from", "date_to")
    _check_precision(row)
    yield _cited(row, row["source_publisher"] or UNVERIFIED, row["source_date"]) | {
        "claim_id": row["id"],
        "kind": row["kind"],
        "what": row["what"],
        "place_id": row["place_id"],
        "place": row["place"],
        "vessel": row["vessel"],
        "vessel_id": row["vessel_id"],
        "activity": row["activity"],
        "product": row["product"],
        "count": row["count"],
        "bound": "none",
        "period_start": row["date_from"],
        "period_end": row["date_to"],
        "note": _note(row["note"], laden=row["laden"], transponder=row["transponder"]),
    }


def aggregate_rows(row: Row) -> Iterator[dict[str, object]]:
    """A published total: visits, barrels, containers, rounds."""
    _check_dates(row, "period_start", "period_end")
    _check_quantity(row)
    same = ("kind", "what", "place_id", "place", "vessel", "vessel_id", "activity", "product", "count", "note")
    numbers = ("lo", "central", "hi", "unit", "bound", "fill", "dwt_lo", "dwt_hi", "period_start", "period_end")
    cited = _cited(row, row["claimant"], row["source_date"])
    yield cited | {"claim_id": row["id"]} | {word: row[word] for word in (*same, *numbers)}


def report_rows(row: Row) -> Iterator[dict[str, object]]:
    """What a state reported to the 1718 Committee, with the day as of which it is known.

    A month without a report has no amount: it is missing, not zero. A statement that is kept but not believed (status
    ``rejected``) becomes a claim of kind ``other``, which nothing adds up. Where a source prints barrels and tonnes, the
    barrels are the claim and the tonnes a second claim that is part of it, so that neither is counted beside the other.
    """
    _check_dates(row, "period_start", "period_end")
    _check_report(row)
    base = _cited(row, row["supplier"], row["as_published_on"]) | {
        "claim_id": row["id"],
        "kind": "other" if row["status"] == "rejected" else "reported import",
        "what": f"{row['product']} products, {row['status']} by {row['supplier']}",
        "place": " and ".join(row["supplier"].split("+")) + " to KP",
        "product": row["product"],
        "bound": "none",
        "period_start": row["period_start"],
        "period_end": row["period_end"],
        "note": _note(row["note"], derived=row["derived"]),
    }
    amounts = [(row["barrels"], "bbl", ""), (row["tonnes"], "t", TONNES_SUFFIX)]
    stated = [(value, unit, suffix) for value, unit, suffix in amounts if value is not None]
    if not stated:
        yield base
    for place, (value, unit, suffix) in enumerate(stated):
        ids = {"claim_id": f"{row['id']}{suffix}", "part_of": row["id"]} if place else {}
        yield base | {"central": value, "unit": unit, "bound": "exact"} | ids


def check_vessel(row: Row) -> None:
    """An IMO number has seven digits and says whether it was read; a deadweight is one that a ship can have."""
    if row["imo"] is not None and not 1_000_000 <= row["imo"] <= 9_999_999:
        raise row.fault("imo", f"{row['imo']} has not seven digits", "leave the cell empty where the number is not known")
    if (row["imo"] is None) != (row["imo_verified"] is None):
        raise row.fault("imo_verified", "stands without the number, or the number without it", "fill in both or neither")
    if row["dwt_t"] is not None and not 0 < row["dwt_t"] <= MOST_DWT_T:
        raise row.fault("dwt_t", f"no ship has a deadweight of {row['dwt_t']} t", "leave the cell empty where it is not known")


def check_cap(row: Row) -> None:
    """A cap's period is the twelve months from the day on which its year starts."""
    start: date = row["period_start"]
    if f"{start:%m-%d}" != row["year_starts"]:
        do = f"let the period begin on {start.year}-{row['year_starts']}"
        raise row.fault("period_start", f"{start} is not the first day of the cap's year", do)
    last = start.replace(year=start.year + 1) - timedelta(days=1)
    if row["period_end"] != last:
        raise row.fault("period_end", f"{row['period_end']} is not twelve months after {start}", f"write {last}")


def _cited(row: Row, publisher: str, published: str | None) -> dict[str, object]:
    return {
        "publisher": publisher,
        "title": row["source_title"] or row["source_where"] or UNVERIFIED,
        "published": published,
        "where_in_it": row["source_where"],
        "href": row["source_url"],
        "verified": row["verified"],
        "origin": "published",
    }


def _note(note: str | None, **more: str | None) -> str | None:
    parts = [note, *(f"{word}: {value}" for word, value in more.items() if value)]
    return "; ".join(part for part in parts if part) or None


def _check_dates(row: Row, first: str, last: str) -> None:
    if row[last] < row[first]:
        raise row.fault(last, f"{row[last]} lies before {row[first]}", "swap the two days")


def _check_precision(row: Row) -> None:
    start, end, precision = row["date_from"], row["date_to"], row["date_precision"]
    if precision == "day" and (end - start).days > 7:
        raise row.fault("date_precision", f"'day', but {start} to {end} are more than a week", "write range")
    whole = start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
    if precision == "month" and not whole:
        raise row.fault("date_precision", f"'month', but {start} to {end} are no whole months", "write range")


def _check_quantity(row: Row) -> None:
    lo, central, hi, bound = row["lo"], row["central"], row["hi"], row["bound"]
    stated = [value for value in (lo, central, hi) if value is not None]
    if stated and row["unit"] is None:
        raise row.fault("unit", "empty beside a quantity", "name the unit")
    if stated != sorted(stated):
        raise row.fault("lo", f"{stated} do not rise from lo to hi", "put the smallest into lo")
    if bound == "at least" and (central is not None or hi is not None):
        raise row.fault("bound", "'at least' with more than a lower end", "put the number into lo and leave the rest empty")
    if bound == "at most" and (central is not None or lo is not None):
        raise row.fault("bound", "'at most' with more than an upper end", "put the number into hi and leave the rest empty")
    if bound == "none" and stated:
        raise row.fault("bound", "'none' beside a quantity", "say how it is meant: exact, about, at least or at most")
    if bound != "none" and not stated and row["count"] is None:
        raise row.fault("bound", f"{bound!r} without a quantity", "fill in lo, central, hi or count, or write none")


def _check_report(row: Row) -> None:
    stated = row["tonnes"] is not None or row["barrels"] is not None
    if row["status"] == "missing" and stated:
        raise row.fault("status", "'missing' beside an amount", "a report that was not made has no amount, not even 0")
    if row["status"] != "missing" and not stated:
        raise row.fault("status", f"{row['status']!r} without an amount", "write missing where nothing was reported")
