"""Published claims that speak of the same barrels or visits: every such pair, the rule, and what was not added again.

Nothing is decided here that is not decided elsewhere: which total holds which claim is the rule of
:mod:`darkwake.claims.containment`, which dated claims are one stay that of :mod:`darkwake.fusion.stays`, and counts that cross
are those of which :mod:`darkwake.fusion.totals` uses one. A claim lies in every total in which any claim of its stay lies.
Reports of states overlap where they share days and states, whenever they were published; what counts of them is the rule of
the ledger's reports.

Relations: ``within`` (all that the one says is part of the other), ``same`` (both say it of the same thing), ``crossing`` (they
share days and place, and nobody can say how much else). A pair that is told by nothing but a shared day, such as two ships
that are not named, is no pair: that would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pyarrow as pa

from darkwake.claims.containment import Waters, crosses, is_total, lies_in, size, waters_of
from darkwake.fusion.stays import MergeRule, Ships, claim_looks, merge
from darkwake.fusion.visits import ports_of
from darkwake.ids import content_id
from darkwake.schema import Overlaps, weakest

Row = dict[str, Any]

REPORT = "reported import"
ONE_STAY = "one ship at one place, at most {days:g} d apart: one visit"
ONE_STATEMENT = "tonnes beside the barrels of one statement"
SAME_DAYS = "reports of the same states for the same days: the latest counts"
SHARED_DAYS = "reports that share days and states: the longer adds what it has over the shorter, or nothing where they cross"
CROSSING = "totals of the same goods and place that share days without one holding the other: never added, the larger is used"


@dataclass(frozen=True)
class Pair:
    """Two claims, how they lie, and why they are held to."""

    inner: Row
    outer: Row
    relation: str
    rule: str


def overlaps(claims: pa.Table, places: pa.Table, vessels: pa.Table, *, merging: MergeRule) -> pa.Table:
    """Every pair of claims held to be of the same barrels or visits.

    Args:
        claims: table ``claims``.
        places: table ``places``.
        vessels: table ``vessels``, for what ships are called.
        merging: what counts as one stay.

    Returns:
        Table ``overlaps``, in the order of the two claims.
    """
    rows = [row for row in claims.to_pylist() if None not in (row["period_start"], row["period_end"])]
    stays = _stays(rows, places, vessels, merging)
    of_stay = {row["claim_id"]: stay for stay in stays for row in stay}
    waters = waters_of(rows, places)
    pairs = [*_one_stay(stays, merging), *_totals(rows, of_stay, waters), *_reports(rows), *_beside(rows)]
    made = [_row(pair) for pair in pairs]
    return Overlaps.rows(sorted(made, key=lambda row: (str(row["inner_id"]), str(row["outer_id"]))))


def _stays(rows: list[Row], places: pa.Table, vessels: pa.Table, merging: MergeRule) -> list[list[Row]]:
    by_id = {row["claim_id"]: row for row in rows}
    stays = merge(claim_looks(rows, Ships(vessels)), ports_of(places), merging)
    return [[by_id[look.look_id] for look in stay.looks] for stay in stays]


def _one_stay(stays: list[list[Row]], merging: MergeRule) -> Iterator[Pair]:
    for one, other in (pair for stay in stays for pair in combinations(stay, 2)):
        first, second = sorted((one, other), key=_published)
        yield Pair(second, first, "same", ONE_STAY.format(days=merging.adjacent_days))


def _published(row: Row) -> tuple[str, str]:
    return row["published"] or "", row["claim_id"]


def _totals(rows: list[Row], of_stay: dict[str, list[Row]], waters: Waters) -> Iterator[Pair]:
    totals = [row for row in rows if is_total(row) and row["kind"] != REPORT]
    for outer in totals:
        for inner in rows:
            claims = of_stay.get(inner["claim_id"], [inner])
            if inner["kind"] != REPORT and any(lies_in(claim, outer, waters) for claim in claims):
                yield Pair(inner, outer, "same" if _one_scope(inner, outer) else "within", _in_words(inner, outer))
    for one, other in combinations(sorted(totals, key=size), 2):
        if crosses(one, other, waters):
            yield Pair(one, other, "crossing", CROSSING)


def _one_scope(inner: Row, outer: Row) -> bool:
    words = ("place_id", "place", "activity", "period_start", "period_end")
    return is_total(inner) and all(inner[word] == outer[word] for word in words)


def _in_words(inner: Row, outer: Row) -> str:
    days = f"{outer['period_start']} to {outer['period_end']}"
    if _one_scope(inner, outer):
        return (
            f"two totals of the same goods at {outer['place']} for the same days, {days}: events count once, whoever saw them"
        )
    what = "a total" if is_total(inner) else "a dated visit"
    return f"{what} of the same goods {_where(inner, outer)} within {days}: events count once, whoever saw them"


def _where(inner: Row, outer: Row) -> str:
    if inner["kind"] == "munitions":
        return "between the same two states"
    if inner["place"] == outer["place"] or (inner["place_id"] and inner["place_id"] == outer["place_id"]):
        return "at the same place"
    if outer["place_id"] is not None and inner["place_id"] is None:
        return f"that loaded at {outer['place']} alone, as far as claims say,"
    return f"at a place that {outer['place']!r} takes in,"


def _reports(rows: list[Row]) -> Iterator[Pair]:
    reports = [row for row in rows if row["kind"] == REPORT and row["central"] is not None]
    for one, other in combinations(sorted(reports, key=lambda row: (size(row), _published(row))), 2):
        alike = (one["unit"], one["product"]) == (other["unit"], other["product"])
        if alike and _states(one) & _states(other):
            relation = _how_reports_lie(one, other)
            if relation:
                inner, outer = (one, other) if relation != "within" or _holds(other, one) else (other, one)
                yield Pair(inner, outer, relation, SAME_DAYS if relation == "same" else SHARED_DAYS)


def _states(row: Row) -> set[str]:
    return {state.strip() for state in row["publisher"].split("+")}


def _how_reports_lie(one: Row, other: Row) -> str | None:
    if one["period_start"] > other["period_end"] or other["period_start"] > one["period_end"]:
        return None
    if _holds(one, other) and _holds(other, one):
        return "same"
    return "within" if _holds(one, other) or _holds(other, one) else "crossing"


def _holds(outer: Row, inner: Row) -> bool:
    days = outer["period_start"] <= inner["period_start"] and inner["period_end"] <= outer["period_end"]
    return days and _states(inner) <= _states(outer)


def _beside(rows: list[Row]) -> Iterator[Pair]:
    by_id = {row["claim_id"]: row for row in rows}
    same = ("publisher", "published", "period_start", "period_end")
    for row in rows:
        outer = by_id.get(row["part_of"] or "")
        twin = outer is not None and row["unit"] == "t" and outer["unit"] == "bbl" and row["title"] == outer["title"]
        if outer is not None and twin and all(row[word] == outer[word] for word in same):
            yield Pair(row, outer, "same", ONE_STATEMENT)


def _row(pair: Pair) -> dict[str, object]:
    inner, outer = pair.inner, pair.outer
    amount, unit = (None, None) if pair.relation == "crossing" else _amount(inner)
    return {
        "overlap_id": content_id("overlap", *sorted((inner["claim_id"], outer["claim_id"]))),
        "inner_id": inner["claim_id"],
        "outer_id": outer["claim_id"],
        "relation": pair.relation,
        "rule": pair.rule,
        "amount": amount,
        "unit": unit,
        "origin": weakest({inner["origin"], outer["origin"]}),
        "evidence": sorted({*inner["evidence"], *outer["evidence"]}),
    }


def _amount(row: Row) -> tuple[float | None, str | None]:
    """What a claim says, as one number: its quantity (the least where it is a lower end), else its visits."""
    stated = next((row[end] for end in ("central", "lo", "hi") if row[end] is not None), None)
    if stated is not None:
        return float(stated), str(row["unit"])
    several = row["count"] if row["count"] is not None else 1.0
    return float(several), "visits"
