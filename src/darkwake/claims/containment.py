"""Which published total contains which claim, so that nothing is counted twice.

The rule, applied to every pair of an inner claim and an outer total:

1. **Kind.** Visits and totals of visits lie in totals of the same goods (a named product in refined products of which
   nobody says which); reports of a state in reports; munitions in munitions of the same unit. Positions, transfers and other
   facts lie in nothing. A total is a claim of a quantity or a count of several. What went by rail, pipeline or road lies in
   totals of that carriage, or of a flow of which no carriage is said; never in a count of ships.
2. **Activity.** Equal, or the outer's is unknown. A discharge does not lie in a total of loadings, nor the reverse.
3. **Place.** The same place, or the outer's is the inner's parent, or the outer's is a flow (printed as ``RU to KP`` or
   ``to KP``) whose ends fit: a loading in the first country, a discharge in the second. The tables of a case hold loadings
   bound for the country whose cap is reckoned; a total of a flow lies in the total of a port if that port is the only
   one of its country that any claim of the tables names as loading in that period.
4. **Period.** The inner's days lie within the outer's; a period of whole calendar months lies within another if its months
   do ("March" lies within 7 March to 5 November, for before 7 March there was no visit to count).
5. **Publisher.** A total of visits may contain any publisher's claims: it counts events, whoever saw them. A report of a
   state contains only reports of its own suppliers that were known no later than itself, for the page is revised.

Of several outer totals the one at the most definite place, of the shortest period, with the smallest count and the first
id is named in ``part_of``; where two hold each other, the shorter, smaller or first one lies in the other. Totals that
overlap without lying in one another are never added, and are not linked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from darkwake.goods import UNNAMED, goods_named
from darkwake.schema import Claims

OVERLAND = ("rail", "pipeline", "road")
"""Carriages that need no ship."""

_FLOW = re.compile(r"(?:([A-Z]{2}) )?to ([A-Z]{2})")

Claim = dict[str, Any]


@dataclass(frozen=True)
class Waters:
    """The places of a case, as far as containment asks: parents, countries, and where loadings were claimed."""

    parents: dict[str, str | None]
    countries: dict[str, str | None]
    loadings: tuple[tuple[str, date, date], ...]

    def within(self, place_id: str | None, outer_id: str | None) -> bool:
        """Whether a place is another one or lies in it."""
        while place_id is not None and place_id != outer_id:
            place_id = self.parents.get(place_id)
        return place_id is not None

    def only_loading(self, place_id: str, start: date, end: date) -> bool:
        """Whether a port is the only one of its country that claims of the period name as loading."""
        country = self.countries.get(place_id)
        named = {place for place, first, last in self.loadings if first <= end and last >= start}
        return {place for place in named if self.countries.get(place) == country} == {place_id}


def contain(claims: pa.Table, places: pa.Table) -> pa.Table:
    """The claims with ``part_of`` filled in by the rule of the module; the order of the rows does not matter.

    Args:
        claims: table ``claims``; a ``part_of`` that is filled in already stays.
        places: table ``places``.

    Returns:
        The table ``claims``, in the order given.
    """
    rows: list[Claim] = claims.to_pylist()
    waters = waters_of(rows, places)
    outers = [row for row in rows if is_total(row)]
    return Claims.rows([row | {"part_of": row["part_of"] or _smallest(row, outers, waters)} for row in rows])


def waters_of(rows: list[Claim], places: pa.Table) -> Waters:
    """What containment has to know of the places."""
    shores = places.to_pylist()
    loading = {(r["place_id"], r["period_start"], r["period_end"]) for r in rows if r["activity"] == "load" and r["place_id"]}
    parents = {p["place_id"]: p["parent_id"] for p in shores}
    return Waters(parents, {p["place_id"]: p["country"] for p in shores}, tuple(sorted(loading)))


def is_total(claim: Claim) -> bool:
    """Whether a claim sums up several: an aggregate, a report, several trips, or visits that are only counted."""
    counted = claim["count"] is not None
    stated = any(claim[end] is not None for end in ("lo", "central", "hi"))
    if claim["kind"] == "visit":
        return counted and bool(claim["count"] > 1)
    return claim["kind"] in ("aggregate", "munitions", "reported import") and (counted or stated)


def lies_in(inner: Claim, outer: Claim, waters: Waters) -> bool:
    """Whether the rule of the module puts one claim into a total."""
    if inner["claim_id"] == outer["claim_id"] or _span(inner) is None or _span(outer) is None:
        return False
    return (
        same_goods(inner, outer)
        and _inside_period(inner, outer)
        and _inside_place(inner, outer, waters)
        and (not is_total(inner) or size(inner) < size(outer))
    )


def same_goods(inner: Claim, outer: Claim) -> bool:
    """Whether kind, goods, carriage and activity of a claim fit those of a total."""
    return _same_kind(inner, outer) and _same_carriage(inner, outer) and _same_activity(inner, outer)


def crosses(one: Claim, other: Claim, waters: Waters) -> bool:
    """Whether two totals share days, place and goods without one lying in the other: nobody can say how much they share."""
    spans = _span(one), _span(other)
    if spans[0] is None or spans[1] is None or one["claim_id"] == other["claim_id"]:
        return False
    days = spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1]
    near = _inside_place(one, other, waters) or _inside_place(other, one, waters)
    alike = same_goods(one, other) or same_goods(other, one)
    return days and near and alike and not lies_in(one, other, waters) and not lies_in(other, one, waters)


def _smallest(inner: Claim, outers: list[Claim], waters: Waters) -> str | None:
    around = [outer for outer in outers if lies_in(inner, outer, waters)]
    return str(min(around, key=lambda outer: (_vagueness(outer, waters), size(outer)))["claim_id"]) if around else None


def _vagueness(claim: Claim, waters: Waters) -> int:
    """0 for a part of a port, 1 for a port, 2 for a flow."""
    return 2 if claim["place_id"] is None else 0 if waters.parents.get(claim["place_id"]) else 1


def size(claim: Claim) -> tuple[int, int, float, str]:
    """Months touched, days, count, id: grows from the inner to the outer, so that no two totals lie in each other."""
    start, end = claim["period_start"], claim["period_end"]
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    return months, (end - start).days, float("inf") if claim["count"] is None else claim["count"], claim["claim_id"]


def _span(claim: Claim) -> tuple[date, date] | None:
    start, end = claim["period_start"], claim["period_end"]
    return (start, end) if start is not None and end is not None else None


def _same_kind(inner: Claim, outer: Claim) -> bool:
    if inner["kind"] == "reported import":
        return outer["kind"] == "reported import" and _same_reports(inner, outer)
    if inner["kind"] == "munitions":
        return outer["kind"] == "munitions" and bool(inner["unit"] == outer["unit"])
    visits = ("visit", "aggregate")
    return inner["kind"] in visits and outer["kind"] in visits and _goods_fit(inner["product"], outer["product"])


def _goods_fit(inner: str | None, outer: str | None) -> bool:
    """Whether goods are those of a total, or one of the refined products that it does not tell apart."""
    if inner == outer or inner is None or outer is None:
        return inner == outer
    one, other = goods_named(inner), goods_named(outer)
    return one == other or (other.name == UNNAMED and one.cap == "refined")


def _same_carriage(inner: Claim, outer: Claim) -> bool:
    if outer["carriage"] in OVERLAND or inner["carriage"] not in OVERLAND:
        return (outer["carriage"] in OVERLAND) == (inner["carriage"] in OVERLAND) and (
            outer["carriage"] not in OVERLAND or inner["carriage"] == outer["carriage"]
        )
    return outer["place_id"] is None and outer["count"] is None


def _same_reports(inner: Claim, outer: Claim) -> bool:
    suppliers = set(inner["publisher"].split("+")) <= set(outer["publisher"].split("+"))
    known = (inner["published"] or "") <= (outer["published"] or "")
    return suppliers and known and inner["product"] == outer["product"] and inner["unit"] == outer["unit"]


def _same_activity(inner: Claim, outer: Claim) -> bool:
    return inner["activity"] == outer["activity"] or outer["activity"] in (None, "unknown") or inner["activity"] == "unknown"


def _inside_period(inner: Claim, outer: Claim) -> bool:
    (start, end), (first, last) = _span(inner) or (date.max, date.max), _span(outer) or (date.min, date.min)
    if first <= start and end <= last:
        return True
    months = [(d.year, d.month) for d in (first, start, end, last)]
    return _whole_months(start, end) and months[0] <= months[1] and months[2] <= months[3]


def _whole_months(start: date, end: date) -> bool:
    return start.day == 1 and date.fromordinal(end.toordinal() + 1).day == 1


def _inside_place(inner: Claim, outer: Claim, waters: Waters) -> bool:
    if inner["kind"] in ("reported import", "munitions"):
        return True
    if outer["place_id"] is not None and inner["place_id"] is not None:
        return waters.within(inner["place_id"], outer["place_id"])
    flow, wider = flow_of(inner), flow_of(outer)
    if wider is not None:
        return _fits_flow(inner, flow, wider, waters)
    start, end = inner["period_start"], inner["period_end"]
    only = outer["place_id"] is not None and waters.only_loading(outer["place_id"], start, end)
    return flow is not None and flow[0] is not None and flow[0] == waters.countries.get(outer["place_id"]) and only


def flow_of(claim: Claim) -> tuple[str | None, str] | None:
    """Origin (none where all are meant) and destination of a total printed for a flow; nothing for one of a place.

    >>> flow_of({"place_id": None, "place": "RU to KP"}), flow_of({"place_id": None, "place": "to KP"})
    (('RU', 'KP'), (None, 'KP'))
    """
    found = _FLOW.fullmatch(claim["place"] or "") if claim["place_id"] is None else None
    return (found[1], found[2]) if found else None


def _fits_flow(inner: Claim, flow: tuple[str | None, str] | None, wider: tuple[str | None, str], waters: Waters) -> bool:
    if flow is not None:
        return wider[1] == flow[1] and wider[0] in (None, flow[0])
    country = waters.countries.get(inner["place_id"])
    if inner["carriage"] in OVERLAND and inner["place_id"] in waters.parents and country is None:
        return True  # a crossing on the border itself
    if country is None or inner["place_id"] is None:
        return False
    return wider[0] in (None, country) if inner["activity"] == "load" and country != wider[1] else wider == (None, country)
