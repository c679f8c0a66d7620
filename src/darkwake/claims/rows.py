"""One row of a sheet into claims, and the checks that one row can be put to by itself."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from darkwake.claims.layouts import MEASURED
from darkwake.claims.sheets import Row

QUANTITY = ("lo", "central", "hi", "unit", "bound")
"""Columns of a published quantity."""

UNVERIFIED = "not named"
"""Publisher of a statement that was set down from memory."""

TONNES_SUFFIX = ".t"
"""End of the id of a claim that gives the tonnes of a statement printed in barrels as well."""

MOST_DWT_T = 600_000.0
"""No ship carries more; the largest built, Seawise Giant, carried 564,763 t."""

MOST_COUNTED = 2000
"""Largest count of one row, assumed, because a count is spread out visit by visit and the largest in print is of hundreds."""

SIGMAS = 3.0
"""Standard errors by which two readings may contradict a loading, assumed, because a reading beyond that is a slip."""

MOST_DRAUGHT_M = 30.0
"""No ship lies deeper; Seawise Giant, the largest built, drew 24.6 m."""

_NOT_SEEN = re.compile(r"claimed|assumed|inferred|unclear|not stated|unknown")
_STATES = (
    (re.compile(r"arriv\w* (empty|in ballast)"), "in", "ballast"),
    (re.compile(r"arriv\w* (laden|nearly full|full)"), "in", "laden"),
    (re.compile(r"(leav|left|depart)\w* (laden|nearly full|full)"), "out", "laden"),
    (re.compile(r"(leav|left|depart)\w* (empty|in ballast)"), "out", "ballast"),
)


def sighting_rows(row: Row) -> Iterator[dict[str, object]]:
    """A dated fact about a ship, or about several that are only counted."""
    _check_dates(row, "date_from", "date_to")
    _check_precision(row)
    bound = row["bound"] or ("none" if row["lo"] is row["central"] is row["hi"] is None else "exact")
    row.values["bound"] = bound
    _check_quantity(row)
    check_measured(row)
    same = ("kind", "what", "place_id", "place", "vessel", "vessel_id", "activity", "product", "count")
    measured = tuple(word for word in MEASURED if not word.startswith("laden"))
    states = laden_states(row["laden"])
    yield cited(row, row["source_publisher"] or UNVERIFIED, row["source_date"]) | {
        "claim_id": row["id"],
        "period_start": row["date_from"],
        "period_end": row["date_to"],
        "laden_in": row["laden_in"] or states[0],
        "laden_out": row["laden_out"] or states[1],
        "note": _note(row["note"], laden=row["laden"], transponder=row["transponder"]),
        **{word: row[word] for word in (*same, *QUANTITY, *measured)},
        **_each(row),
    }


def laden_states(said: str | None) -> tuple[str | None, str | None]:
    """The state on arrival and on departure that words of a source give; what is claimed or inferred gives none.

    >>> laden_states("arrive empty/leave laden"), laden_states("leave nearly full"), laden_states("loading inferred")
    (('ballast', 'laden'), (None, 'laden'), (None, None))
    """
    words = (said or "").lower()
    if _NOT_SEEN.search(words):
        return None, None
    found = {end: state for pattern, end, state in _STATES if pattern.search(words)}
    return found.get("in"), found.get("out")


def _each(row: Row) -> dict[str, object]:
    return {"carriage": row["carriage"], "each_lo": row["bbl_each_low"], "each_hi": row["bbl_each_high"]}


def aggregate_rows(row: Row) -> Iterator[dict[str, object]]:
    """A published total: visits, barrels, containers, rounds."""
    _check_dates(row, "period_start", "period_end")
    _check_quantity(row)
    same = ("kind", "what", "place_id", "place", "vessel", "vessel_id", "activity", "product", "count", "note")
    numbers = (*QUANTITY, "fill", "dwt_lo", "dwt_hi", "period_start", "period_end")
    yield (
        cited(row, row["claimant"], row["source_date"])
        | {"claim_id": row["id"], **_each(row)}
        | {word: row[word] for word in (*same, *numbers)}
    )


def report_rows(row: Row) -> Iterator[dict[str, object]]:
    """What a state reported to the 1718 Committee, with the day as of which it is known.

    A month without a report has no amount: it is missing, not zero. A statement that is kept but not believed (status
    ``rejected``) becomes a claim of kind ``other``, which nothing adds up. Where a source prints barrels and tonnes, the
    barrels are the claim and the tonnes a second claim that is part of it, so that neither is counted beside the other.
    """
    _check_dates(row, "period_start", "period_end")
    _check_report(row)
    base = cited(row, row["supplier"], row["as_published_on"]) | {
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
    check_hull(row)
    if row["dwt_t"] is not None and not 0 < row["dwt_t"] <= MOST_DWT_T:
        raise row.fault("dwt_t", f"no ship has a deadweight of {row['dwt_t']} t", "leave the cell empty where it is not known")


def check_hull(row: Row) -> None:
    """A ship draws less than her depth, and weighs something."""
    for column in ("depth_m", "draught_m", "lightship_t", "tpc_t_per_cm", "length_m", "beam_m"):
        if row[column] == 0:
            raise row.fault(column, "is 0, which no ship has", "leave the cell empty where it is not known")
    if row["depth_m"] is not None and row["draught_m"] is not None and row["draught_m"] >= row["depth_m"]:
        what = f"a draught of {row['draught_m']} m is no less than the depth of {row['depth_m']} m"
        raise row.fault("draught_m", what, "mend one of them: the deck lies above the water")


def check_measured(row: Row) -> None:
    """What was read from the ship: draughts that a ship has, errors only beside them, a loading that makes her heavier."""
    for kind in ("draught", "freeboard"):
        ends = [row[f"{kind}_in_m"], row[f"{kind}_out_m"]]
        if row[f"{kind}_sd_m"] is not None and ends == [None, None]:
            raise row.fault(f"{kind}_sd_m", f"an error without a {kind}", f"fill in the {kind}, or leave the cell empty")
        for end, column in zip(ends, (f"{kind}_in_m", f"{kind}_out_m"), strict=True):
            if end is not None and end > MOST_DRAUGHT_M:
                raise row.fault(column, f"no ship has a {kind} of {end} m", "give metres")
    _check_heavier(row)


def _check_heavier(row: Row) -> None:
    """A loading makes a ship heavier, a discharge lighter, beyond what the errors of the two readings allow."""
    for kind, sign in (("draught", 1.0), ("freeboard", -1.0)):
        first, last = row[f"{kind}_in_m"], row[f"{kind}_out_m"]
        if first is None or last is None or row["activity"] not in ("load", "discharge"):
            continue
        sinks = (last - first) * sign * (1.0 if row["activity"] == "load" else -1.0)
        if sinks < -SIGMAS * (row[f"{kind}_sd_m"] or 0.0):
            what = f"{first} m on arrival and {last} m on departure do not fit a {row['activity']}"
            raise row.fault(f"{kind}_out_m", what, "mend the numbers or the activity")


def cited(row: Row, publisher: str, published: str | None) -> dict[str, object]:
    """The columns of a claim that say where it stands."""
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
    if None not in (row["bbl_each_low"], row["bbl_each_high"]) and row["bbl_each_low"] > row["bbl_each_high"]:
        raise row.fault("bbl_each_low", f"{row['bbl_each_low']} is more than bbl_each_high", "swap the two")
    if row["count"] is not None and row["count"] > MOST_COUNTED:
        what = f"{row['count']} are more than {MOST_COUNTED}, which is no count of visits or deliveries"
        raise row.fault("count", what, "mend the number; goods go into lo, central and hi")
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
