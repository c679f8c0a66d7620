"""Statements that cannot both hold, found by rule. Those that stand in print are carried beside them by ``reading``.

The rules, none of which turns a lower bound against a higher figure:

* **Density.** Barrels and tonnes printed for one thing imply barrels per tonne; outside the range that any petroleum
  product has, one of the two is a slip (tonnes printed as barrels, most often).
* **Units.** A reported amount that agrees with the others only in the other unit (:mod:`darkwake.claims.units`): a total
  that mixes tonnes among barrels, a month in tonnes, two figures for the same days that are a conversion apart.
* **Nested totals.** A claim inside a total that is larger than the whole total; and parts that do not overlap which add
  up to more than their total.
* **Counts.** A count of visits inside one that is smaller and not a lower bound; two counts for one place and the same days.
* **Elsewhere.** A ship that lay in a yard or was laid up throughout, and a claim that puts her elsewhere in those days: the
  negative control.
* **Speed.** One ship at two places between which no tanker could have gone in the time, read as kindly as the dates allow.

A contradiction says that two statements do not fit, not which one is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import Any

import pyarrow as pa

from darkwake.claims.figures import Figure
from darkwake.claims.rows import TONNES_SUFFIX
from darkwake.claims.units import LEAST_BBL_PER_T, MOST_BBL_PER_T, Swap, swapped
from darkwake.geo import distance_m
from darkwake.ids import content_id
from darkwake.units import METRES_PER_NAUTICAL_MILE

Claim = dict[str, Any]

ROUNDING = 0.001
"""Share by which parts may exceed their total, assumed, because sources round each part."""

ABOUT = 0.1
"""Share by which a number printed as "about" may be off, assumed, because round figures have one or two digits."""

FASTEST_KN = 20.0
"""Speed that no coastal tanker reaches, assumed, because product tankers of this size are built for 10 to 14 knots."""

HOURS_PER_DAY = 24

_THROUGHOUT = re.compile(r"in repair|dry ?dock|shipyard|laid up|detained|seized|under arrest")
"""Words of a claim by which a ship lay at a place the whole time, not on some day of it."""


def find_contradictions(claims: pa.Table, places: pa.Table) -> list[dict[str, object]]:
    """Rows for the table ``contradictions``, one for each pair (or total and its parts) that cannot both hold.

    Args:
        claims: table ``claims`` with ``part_of`` filled in.
        places: table ``places``.

    Returns:
        Rows in the order of their ids; origin ``inferred``, evidence of both sides.
    """
    rows = sorted(claims.to_pylist(), key=lambda row: str(row["claim_id"]))
    spots = {p["place_id"]: (p["lat"], p["lon"], p["extent_m"]) for p in places.to_pylist()}
    swaps = [swap for swap in swapped(figures_of(rows)) if swap.against]
    found = [*_density(rows), *_units(rows, swaps), *_nested(rows), *_parts(rows, swaps)]
    found += [*_counts(rows), *_elsewhere(rows, spots), *_speed(rows, spots)]
    return sorted(found, key=lambda row: str(row["contradiction_id"]))


def _row(kind: str, subject: str, a: tuple[str, list[Claim]], b: tuple[str, list[Claim]], handling: str) -> dict[str, object]:
    claims = [*a[1], *b[1]]
    return {
        "contradiction_id": content_id("contradiction", kind, *sorted(claim["claim_id"] for claim in claims)),
        "subject": subject,
        "statement_a": a[0],
        "statement_b": b[0],
        "kind": kind,
        "handling": handling,
        "verified": all(claim["verified"] for claim in claims),
        "origin": "inferred",
        "evidence": sorted({evidence for claim in claims for evidence in claim["evidence"]}),
    }


def _said(claim: Claim) -> str:
    words = {"at least": "at least ", "at most": "at most ", "about": "about "}.get(claim["bound"], "")
    ends = [claim[end] for end in ("lo", "central", "hi") if claim[end] is not None]
    amount = f"{words}{' to '.join(f'{end:,.10g}' for end in ends)} {claim['unit']}"
    return f"{amount}, {claim['period_start']} to {claim['period_end']} ({_by(claim)})"


def _by(claim: Claim) -> str:
    return f"{claim['publisher']}, published {claim['published']}" if claim["published"] else str(claim["publisher"])


def least(claim: Claim) -> float | None:
    """The least that a claim's words allow."""
    if claim["bound"] == "at most":
        return None
    value: float | None = claim["lo"] if claim["lo"] is not None else claim["central"]
    return value * (1 - ABOUT) if value is not None and claim["bound"] == "about" else value


def most(claim: Claim) -> float | None:
    """The most that a claim's words allow; nothing bounds a claim of "at least"."""
    if claim["bound"] == "at least":
        return None
    value: float | None = claim["hi"] if claim["hi"] is not None else claim["central"]
    return value * (1 + ABOUT) if value is not None and claim["bound"] == "about" else value


def _density(rows: list[Claim]) -> Iterator[dict[str, object]]:
    for bbl in (row for row in rows if row["unit"] == "bbl"):
        for tonnes in (row for row in rows if row["unit"] == "t" and _one_thing(bbl, row)):
            ratio = _ratio(bbl, tonnes)
            if ratio is not None and not LEAST_BBL_PER_T <= ratio <= MOST_BBL_PER_T:
                subject = f"barrels per tonne at {bbl['place']}: {ratio:.3g}"
                low, high = 1 / MOST_BBL_PER_T, 1 / LEAST_BBL_PER_T
                handling = f"no petroleum product has it; a barrel weighs {low:.3f} to {high:.3f} t: not converted, not added"
                yield _row("unit error", subject, (_said(bbl), [bbl]), (_said(tonnes), [tonnes]), handling)


def _one_thing(bbl: Claim, tonnes: Claim) -> bool:
    if tonnes["claim_id"] == f"{bbl['claim_id']}{TONNES_SUFFIX}":
        return True
    same = ("place_id", "count", "product", "period_start", "period_end")
    return bbl["count"] is not None and all(bbl[word] == tonnes[word] for word in same)


def _ratio(bbl: Claim, tonnes: Claim) -> float | None:
    pairs = [(bbl[end], tonnes[end]) for end in ("central", "lo", "hi") if bbl[end] is not None and tonnes[end]]
    return pairs[0][0] / pairs[0][1] if pairs else None


def figures_of(rows: Iterable[Claim]) -> list[Figure]:
    """What states reported, those in print that are not believed included; barrels and tonnes of one statement together."""
    stated = {row["claim_id"]: row for row in rows if row["unit"] in ("bbl", "t") and row["bound"] == "exact"}
    reporting = {row["publisher"] for row in stated.values() if row["kind"] == "reported import"}
    found = []
    for row in stated.values():
        twin = row["unit"] == "t" and row["claim_id"].removesuffix(TONNES_SUFFIX) != row["claim_id"]
        told = row["kind"] in ("reported import", "other") and row["publisher"] in reporting
        if not told or row["central"] is None or (twin and row["part_of"] in stated):
            continue
        beside = stated.get(f"{row['claim_id']}{TONNES_SUFFIX}", row if row["unit"] == "t" else None)
        found.append(_figure(row, beside["central"] if beside else None))
    return sorted(found, key=lambda figure: figure.figure_id)


def _figure(row: Claim, tonnes: float | None) -> Figure:
    return Figure(
        figure_id=row["claim_id"],
        states=frozenset(state.strip() for state in row["publisher"].split("+")),
        first=row["period_start"].toordinal(),
        last=row["period_end"].toordinal(),
        known=row["published"] or "",
        tonnes=tonnes,
        barrels=row["central"] if row["unit"] == "bbl" else None,
    )


def _units(rows: list[Claim], swaps: list[Swap]) -> Iterator[dict[str, object]]:
    by_id = {row["claim_id"]: row for row in rows}
    for swap in swaps:
        suspects, against = ([by_id[one] for one in ids] for ids in (swap.suspects, swap.against))
        subject = f"{suspects[0]['publisher']} {suspects[0]['period_start'].year}: a number in the wrong unit"
        told = (
            "which of the two is wrong is not told; neither is converted" if len(suspects) > 1 else "not converted, not added"
        )
        sides = (" or ".join(_said(one) for one in suspects), suspects), (_together(against), against)
        yield _row("unit error", subject, *sides, f"{swap.words}: {told}")


def _together(claims: list[Claim]) -> str:
    """Some claims in words, by their sum where they are many of one unit."""
    if len(claims) > 2 and len({claim["unit"] for claim in claims}) == 1:
        added = sum(claim["central"] for claim in claims)
        return f"{added:,.10g} {claims[0]['unit']}, the sum of {len(claims)} months"
    return "; ".join(_said(claim) for claim in claims)


def _nested(rows: list[Claim]) -> Iterator[dict[str, object]]:
    """A part that is larger than the whole.

    Reports are compared as of any date, for a later one that outgrows an earlier one shows that the page was revised.
    """
    by_id = {row["claim_id"]: row for row in rows}
    for inner in rows:
        for outer in [*_ancestors(inner, by_id), *_revised(inner, rows)]:
            lo, hi = least(inner), most(outer)
            if inner["unit"] == outer["unit"] and lo is not None and hi is not None and lo > hi * (1 + ROUNDING):
                handling = "both are kept with their dates of publication; they are not added"
                subject = f"{inner['unit']}, {_how_nested(inner, outer)}"
                yield _row("nested totals", subject, (_said(inner), [inner]), (_said(outer), [outer]), handling)


def _how_nested(inner: Claim, outer: Claim) -> str:
    if outer["claim_id"] == inner["part_of"] or inner["kind"] != "reported import":
        return "a part larger than the whole"
    same = all(inner[end] == outer[end] for end in ("period_start", "period_end")) and inner["publisher"] == outer["publisher"]
    return "two figures for the same days" if same else "a later report larger than an earlier total around it"


def _ancestors(claim: Claim, by_id: dict[str, Claim]) -> Iterator[Claim]:
    seen = {claim["claim_id"]}
    while (claim := by_id.get(claim["part_of"], {})) and claim["claim_id"] not in seen:
        seen.add(claim["claim_id"])
        yield claim


def _revised(inner: Claim, rows: list[Claim]) -> Iterator[Claim]:
    if inner["kind"] != "reported import":
        return
    for outer in rows:
        wider = set(inner["publisher"].split("+")) <= set(outer["publisher"].split("+"))
        within = outer["period_start"] <= inner["period_start"] and inner["period_end"] <= outer["period_end"]
        earlier = (outer["published"] or "") < (inner["published"] or "")
        if outer["kind"] == "reported import" and wider and within and earlier:
            yield outer


def _parts(rows: list[Claim], swaps: list[Swap]) -> Iterator[dict[str, object]]:
    told = {suspect for swap in swaps for suspect in swap.suspects}
    for total in (row for row in rows if row["unit"] == "bbl" and row["bound"] == "exact" and row["claim_id"] not in told):
        parts = [part for part in _months_of(total, rows) if part["claim_id"] not in told]
        added = sum(part["central"] for part in parts)
        if len(parts) == 12 and total["central"] is not None and added > total["central"] * (1 + ROUNDING):
            subject = f"{total['publisher']} {total['period_start'].year}: the months and their total"
            months = f"{added:,.10g} bbl, the sum of {len(parts)} months"
            handling = "the months are used; cause: unknown"
            yield _row("parts and total", subject, (_said(total), [total]), (months, parts), handling)


def _months_of(total: Claim, rows: list[Claim]) -> list[Claim]:
    """The single months of a year's total, where there is exactly one statement for each."""
    if total["kind"] not in ("reported import", "other") or (total["period_end"] - total["period_start"]).days < 364:
        return []
    inside = [
        row
        for row in rows
        if row["kind"] == "reported import" and row["publisher"] == total["publisher"] and row["unit"] == "bbl"
        if total["period_start"] <= row["period_start"] and row["period_end"] <= total["period_end"] and _month(row)
    ]
    return inside if len(inside) == 12 == len({row["period_start"] for row in inside}) else []


def _month(row: Claim) -> bool:
    start, end = row["period_start"], row["period_end"]
    return bool((start.year, start.month) == (end.year, end.month))


def _counts(rows: list[Claim]) -> Iterator[dict[str, object]]:
    """More visits in a part than in the whole, or two numbers of visits for one thing."""
    by_id = {row["claim_id"]: row for row in rows}
    for inner in (row for row in rows if row["count"] is not None and row["part_of"] in by_id):
        outer = by_id[inner["part_of"]]
        if outer["count"] is None or outer["bound"] == "at least":
            continue
        same = _scope(inner) == _scope(outer) and not {inner["bound"], outer["bound"]} & {"at least", "at most"}
        if inner["count"] > outer["count"] or (same and inner["count"] != outer["count"]):
            what = "two counts for the same days" if same else "more visits in a part than in the whole"
            handling = "both are kept; the larger is used, and they are not added"
            sides = (_counted(inner), [inner]), (_counted(outer), [outer])
            yield _row("counts", f"{outer['place']}: {what}", *sides, handling)


def _scope(claim: Claim) -> tuple[object, ...]:
    return tuple(claim[word] for word in ("place_id", "place", "activity", "product", "period_start", "period_end"))


def _counted(claim: Claim) -> str:
    words = f"{claim['bound']} " if claim["bound"] in ("at least", "at most", "about") else ""
    return f"{words}{claim['count']} visits, {claim['period_start']} to {claim['period_end']} ({_by(claim)})"


def _elsewhere(rows: list[Claim], spots: dict[str, tuple[float, float, float]]) -> Iterator[dict[str, object]]:
    ships = _of_ships(rows, spots)
    for stays in ships.values():
        for lay in (row for row in stays if _THROUGHOUT.search(row["what"].lower())):
            for seen in (row for row in stays if row is not lay and row["place_id"] != lay["place_id"]):
                if lay["period_start"] < seen["period_start"] and seen["period_end"] < lay["period_end"]:
                    subject = f"{lay['vessel']}: {lay['what']} at {lay['place']}, and at {seen['place']} in those days"
                    handling = "both are kept; the ship seen is another, or a date is wrong"
                    yield _row("elsewhere", subject, (_where(seen), [seen]), (_where(lay), [lay]), handling)


def _of_ships(rows: list[Claim], spots: dict[str, tuple[float, float, float]]) -> dict[str, list[Claim]]:
    ships: dict[str, list[Claim]] = {}
    for row in rows:
        if row["vessel_id"] and row["place_id"] in spots and row["kind"] in ("visit", "position", "transfer", "munitions"):
            ships.setdefault(row["vessel_id"], []).append(row)
    return ships


def _speed(rows: list[Claim], spots: dict[str, tuple[float, float, float]]) -> Iterator[dict[str, object]]:
    moving = [row for row in rows if row["kind"] in ("visit", "position", "transfer")]
    ships = _of_ships(moving, spots)
    for a, b in (pair for stays in ships.values() for pair in combinations(stays, 2)):
        knots = slowest_kn(a, b, spots)
        if knots > FASTEST_KN:
            subject = f"{a['vessel']}: {a['place']} and {b['place']}, at least {knots:.0f} kn apart"
            handling = "both are kept; one of the two ships is another, or a date is wrong"
            yield _row("speed", subject, (_where(a), [a]), (_where(b), [b]), handling)


def _where(claim: Claim) -> str:
    return f"{claim['place']}, {claim['period_start']} to {claim['period_end']} ({_by(claim)})"


def slowest_kn(a: Claim, b: Claim, spots: dict[str, tuple[float, float, float]]) -> float:
    """The least speed, in knots, with which one ship keeps both claims, the dates and extents read most kindly."""
    lat_a, lon_a, extent_a = spots[a["place_id"]]
    lat_b, lon_b, extent_b = spots[b["place_id"]]
    metres = max(0.0, float(distance_m(lat_a, lon_a, lat_b, lon_b)) - extent_a - extent_b)
    first, second = sorted((a, b), key=lambda claim: (claim["period_start"], claim["period_end"]))
    hours = max(_days(first["period_start"], second["period_end"]), _days(second["period_start"], first["period_end"]))
    return metres / METRES_PER_NAUTICAL_MILE / (hours * HOURS_PER_DAY)


def _days(start: date, end: date) -> int:
    """From the first hour of one day to the last of another."""
    return (end - start).days + 1
