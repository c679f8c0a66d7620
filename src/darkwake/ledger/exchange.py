"""The stage of the exchange sheet: what two parties gave each other, by month, each line with its source and its interval.

Oil by month comes from the visits that the ledger counts, in the same worlds; what states reported and what others published
stand beside it. A total over several months stays one line: nobody says how it was spread. Medians of months do not add up to
the median of the year, so the months stand again as one line that does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape
from typing import Any

import numpy as np
import pyarrow as pa

from darkwake.cargo import CargoRule, chosen, product_named
from darkwake.cargo.factors import NOTHING_SET
from darkwake.cargo.loads import SCOPE
from darkwake.cargo.unknowns import Unknowns
from darkwake.draws import quantiles
from darkwake.fusion import LinkRule
from darkwake.ledger.counted import counted
from darkwake.ledger.lines import Line, together
from darkwake.ledger.parts import Part, loads_of, visit_parts
from darkwake.ledger.reports import KIND, LeftOut, Report, reported
from darkwake.ledger.shipments import Parties, flow, shipments
from darkwake.schema import Exchange, weakest

Row = Mapping[str, Any]
Span = tuple[date, date]

OIL = {"refined": "refined petroleum products", "crude": "crude oil", "other": "other petroleum"}
"""What a cap's product is called on the sheet."""
STATES = {"China": "CN", "Russia": "RU"}
"""ISO 3166 codes of the states whose reports the 1718 Committee prints."""
NOT_KNOWN = "not known"
IN_WORLDS = "worked out in joint worlds"
"""How a line of one month begins to say so."""
ALL_MONTHS = "all months together"
"""How the line that holds all months begins to say so."""


def exchange(
    visits: pa.Table,
    payloads: pa.Table,
    draws: pa.Table,
    claims: pa.Table,
    places: pa.Table,
    *,
    seed: int,
    period: tuple[date, date],
    linking: LinkRule,
    cargo: CargoRule,
    factors: Mapping[str, object] = NOTHING_SET,
) -> pa.Table:
    """What went from one party to another, line by line.

    Oil is that of the case's period. Other goods are all that the case's facts tell of, for arms and oil pay for each other
    over years. What is simulated is not in here.

    Args:
        visits: Rows of ``schema.Visits``; deliveries that have a payload count.
        payloads: Rows of ``schema.Payloads``.
        draws: Rows of ``schema.Draws``.
        claims: Rows of ``schema.Claims``.
        places: Rows of ``schema.Places``, for their countries.
        seed: Seed of the case.
        period: First and last day of the case.
        linking: What counts as a delivery.
        cargo: Parameters that the payloads were made with.
        factors: Factors that the case sets, by name.

    Returns:
        Rows of ``schema.Exchange``, in order of direction, goods and time.
    """
    stays = counted(visits, places, linking).real
    countries = {row["place_id"]: row["country"] for row in places.to_pylist()}
    givers = {row["visit_id"]: _giver(row, countries, linking.importer) for row in stays}
    loads = loads_of(payloads, draws)
    unknown = Unknowns(seed, next((len(load.bbl) for load in loads.values()), cargo.draws), SCOPE)
    parts: list[tuple[Row, Part]] = [(row, part) for row in stays for part in visit_parts([row], loads, unknown)]
    rows = claims.to_pylist()
    oil = _by_month(parts, givers, linking.importer)
    oil += _reports(claims, rows, period, linking.importer, oil)
    oil += _published(rows, countries, period, linking.importer, oil)
    parties = Parties(linking.importer, _partner(givers.values(), rows, linking.importer))
    found = oil + shipments(rows, parties, chosen(factors), unknown)
    in_order = sorted(found, key=lambda line: (line.from_party, line.to_party, line.goods, line.unit, line.start, line.key))
    return Exchange.rows([dict(line.row()) for line in in_order])


def _giver(row: Row, countries: Mapping[str, str | None], importer: str) -> str:
    """The country in which goods were loaded; not known for a discharge."""
    country = countries.get(row["place_id"])
    return country if country and country != importer else NOT_KNOWN


def _partner(givers: Iterable[str], claims: Iterable[Row], importer: str) -> str:
    """Who gives oil: the country of most visits, else the other end of most printed flows."""
    by_visits = Counter(giver for giver in givers if giver != NOT_KNOWN)
    flows = [pair for pair in map(flow, claims) if pair and importer in pair]
    by_flows = Counter(next(end for end in pair if end != importer) for pair in flows if pair[0] != pair[1])
    votes = by_visits or by_flows
    return min(votes, key=lambda one: (-votes[one], one)) if votes else NOT_KNOWN


def _by_month(parts: Sequence[tuple[Row, Part]], givers: Mapping[str, str], importer: str) -> list[Line]:
    """The barrels of visits month by month in joint worlds, and all months together."""
    groups: dict[tuple[str, str], list[tuple[Row, Part]]] = {}
    for visit, part in parts:
        groups.setdefault((givers[visit["visit_id"]], part.product), []).append((visit, part))
    found = []
    for (giver, product), members in sorted(groups.items()):
        spans = _months([part for _, part in members])
        words = f"{IN_WORLDS} from {len(members)} visits that the ledger counts"
        lines = [_visits_line(giver, importer, product, members, span, f"{words}, by the month of arrival") for span in spans]
        whole = (spans[0][0], spans[-1][1])
        total = _visits_line(giver, importer, product, members, whole, f"{ALL_MONTHS}: {words}")
        # Where all lies in one month the two have the same span, so the key tells them apart.
        total = replace(total, key=f"all {total.key}")
        found += [*lines, total.aside("shown because medians of months do not add up; the months count")]
    return found


def _visits_line(giver: str, importer: str, product: str, members: list[tuple[Row, Part]], span: Span, basis: str) -> Line:
    first, last = (day.toordinal() for day in span)
    inside = [(visit, part, (part.days >= first) & (part.days <= last)) for visit, part in members]
    here = [(visit, part, at) for visit, part, at in inside if at.any()]
    barrels = np.add.reduce([part.bbl * at for _, part, at in here]) if here else np.zeros(1)
    carriages = {visit["carriage"] or "ship" for visit, _, _ in here}
    return Line(
        giver,
        importer,
        OIL[product],
        "bbl",
        *span,
        quantiles(barrels),
        basis,
        f"visits {span[0].isoformat()} {span[1].isoformat()}",
        weakest({"inferred", *(part.origin for _, part, _ in here)}),
        tuple(one for _, part, _ in here for one in part.evidence),
        carriage=next(iter(carriages)) if len(carriages) == 1 else None,
    )


def _months(parts: list[Part]) -> list[Span]:
    """The months from the first day on which a visit may have come to the last."""
    first = date.fromordinal(int(min(part.days.min() for part in parts)))
    last = date.fromordinal(int(max(part.days.max() for part in parts)))
    found, start = [], first.replace(day=1)
    while start <= last:
        following = (start + timedelta(days=31)).replace(day=1)
        found.append((start, following - timedelta(days=1)))
        start = following
    return found


def _reports(claims: pa.Table, rows: list[Row], period: Span, importer: str, visited: list[Line]) -> list[Line]:
    """What states reported, each on its own span; not counted where visits of the same giver lie in the same days."""
    by_id = {row["claim_id"]: row for row in rows}
    products = {product_named(row["product"]).cap for row in rows if row["kind"] == KIND}
    found = []
    for product in sorted(products):
        told = reported(claims, product)
        lines = [_report_line(one, by_id[one.claim_id], OIL[product], importer) for one in told.counted]
        lines = [_beside_visits(line, visited) for line in lines if _inside(line, period)]
        left = [_left_line(one, by_id[one.claim_id], OIL[product], importer) for one in told.left_out]
        found += lines + [_held(line, lines) for line in left if _inside(line, period)]
    return found


def _inside(line: Line, period: Span) -> bool:
    return line.start <= period[1] and period[0] <= line.end


def _report_line(report: Report, claim: Row, goods: str, importer: str) -> Line:
    days = [ordinal for _, ordinal in report.cells]
    states = sorted({state for state, _ in report.cells})
    span = date.fromordinal(min(days)), date.fromordinal(max(days))
    less = "" if report.amount == claim["central"] else f", less what reports for days within it hold ({claim['central']:,.0f})"
    basis = f"reported by {' and '.join(states)}{less}"
    ends = (None, report.amount, None)
    return _claimed(claim, _code(states), importer, goods, report.unit, span, ends, basis)


def _left_line(left: LeftOut, claim: Row, goods: str, importer: str) -> Line:
    basis = f"reported by {' and '.join(left.states)}: {left.why}"
    ends = (None, claim["central"], None)
    span = left.start, left.end
    return _claimed(claim, _code(left.states), importer, goods, claim["unit"] or "bbl", span, ends, basis)


def _held(line: Line, lines: Iterable[Line]) -> Line:
    """A report that adds nothing, with the line of the same giver that holds its barrels."""
    states = set(line.from_party.split("+"))
    held = next((one for one in lines if states & set(one.from_party.split("+")) and one.overlaps(line)), None)
    return line.aside("not counted", held)


def _beside_visits(line: Line, visited: Iterable[Line]) -> Line:
    same = next((one for one in visited if one.counted and one.same_goods(line) and one.overlaps(line)), None)
    return line if same is None else line.aside("may be the same oil as the visits of these days; the visits count", same)


def _claimed(
    claim: Row, giver: str, receiver: str, goods: str, unit: str, span: Span, ends: tuple[Any, Any, Any], basis: str
) -> Line:
    evidence = tuple(claim["evidence"])
    carriage = claim["carriage"]
    return Line(
        giver, receiver, goods, unit, *span, ends, basis, claim["claim_id"], claim["origin"], evidence, carriage=carriage
    )


def _code(states: Iterable[str]) -> str:
    return "+".join(STATES.get(state, state) for state in sorted(states))


def _published(
    claims: Iterable[Row], countries: Mapping[str, str | None], period: Span, importer: str, oil: list[Line]
) -> list[Line]:
    """Totals of oil that others published: never counted beside the visits that they hold."""
    found = []
    for claim in claims:
        stated = (claim["lo"], claim["central"], claim["hi"])
        dated = claim["period_start"] is not None and claim["period_end"] is not None
        if claim["kind"] != "aggregate" or claim["unit"] not in ("bbl", "t") or not dated or not any(stated):
            continue
        span = claim["period_start"], claim["period_end"]
        printed = flow(claim)
        giver = printed[0] if printed else _giver(claim, countries, importer)
        bound = "" if claim["bound"] in ("none", "exact") else f" ({claim['bound']})"
        basis = f"published by {claim['publisher']}: {claim['what']}{bound}"
        goods = OIL[product_named(claim["product"]).cap]
        line = _claimed(claim, giver, importer, goods, claim["unit"], span, stated, basis)
        if _inside(line, period):
            found.append(_in_visits(line, oil))
    return together([line for line in found if line.counted], oil) + [line for line in found if not line.counted]


def _in_visits(line: Line, oil: Iterable[Line]) -> Line:
    """A total of which visits that count hold the same oil, as far as it was seen."""
    same = [one for one in oil if one.basis.startswith(ALL_MONTHS) and one.goods == line.goods and one.overlaps(line)]
    same = [one for one in same if line.from_party in (one.from_party, NOT_KNOWN)]
    return line.aside("the visits of these days are the same oil, and they count", same[0]) if same else line


@dataclass(frozen=True)
class SheetLine:
    """One kind of goods in one direction: its months, its wider spans, and what they come to."""

    from_party: str
    to_party: str
    goods: str
    unit: str
    months: tuple[Row, ...]
    spans: tuple[Row, ...]
    """Counted lines that no source splits into months."""
    total: tuple[float | None, float | None, float | None]
    """Of all that counts: in joint worlds where it was drawn, else end by end; null where one line has no such end."""
    not_counted: int

    def words(self) -> str:
        """The line in a sentence.

        >>> SheetLine("KP", "RU", "containers of munitions", "containers", (), ({},), (20000.0, None, None), 9).words()
        'KP to RU, containers of munitions: at least 20,000 containers'
        """
        low, middle, high = self.total
        head = f"{self.from_party} to {self.to_party}, {self.goods}"
        if middle is None:
            return f"{head}: at least {low:,.0f} {self.unit}" if low is not None else f"{head}: not known"
        span = f" ({low:,.0f} to {high:,.0f})" if low is not None and high is not None and low < high else ""
        return f"{head}: about {middle:,.0f} {self.unit}{span}"


class ExchangeSheet(list[SheetLine]):
    """The lines of a sheet; a notebook shows them one under the other."""

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(line.words())}</li>" for line in self)
        return f"<ul>{items}</ul>" if items else "<p>Nothing that counts is known.</p>"


def exchange_sheet(exchange: pa.Table, parties: tuple[str, str] | None = None) -> ExchangeSheet:
    """The sheet by direction and goods.

    Args:
        exchange: Rows of ``schema.Exchange``.
        parties: two parties to keep, in either order; all where none are given.

    Returns:
        One line for each goods and unit of which anything counts, in order of direction and goods.
    """
    groups: dict[tuple[str, str, str, str], list[Row]] = {}
    for row in exchange.to_pylist():
        if parties is None or {row["from_party"], row["to_party"]} == set(parties):
            groups.setdefault((row["from_party"], row["to_party"], row["goods"], row["unit"]), []).append(row)
    counting = [(key, rows) for key, rows in sorted(groups.items()) if any(row["counted"] for row in rows)]
    return ExchangeSheet(_sheet_line(key, rows) for key, rows in counting)


def _sheet_line(key: tuple[str, str, str, str], rows: list[Row]) -> SheetLine:
    used = [row for row in rows if row["counted"]]
    months = tuple(row for row in used if _is_month(row))
    spans = tuple(row for row in used if not _is_month(row))
    return SheetLine(*key, months, spans, _total(rows, used), len(rows) - len(used))


def _is_month(row: Row) -> bool:
    return bool((row["period_start"].year, row["period_start"].month) == (row["period_end"].year, row["period_end"].month))


def _total(rows: list[Row], used: list[Row]) -> tuple[float | None, float | None, float | None]:
    """Joint draws of all months where they are all that counts, else end by end, an amount as printed being both its ends."""
    whole = next((row for row in rows if row["basis"].startswith(ALL_MONTHS)), None)
    drawn = [row for row in used if row["basis"].startswith(IN_WORLDS)]
    others = [_ends(row) for row in used if row not in drawn]
    if whole is not None:
        others.append((whole["lo"], whole["central"], whole["hi"]))
    low, middle, high = zip(*others, strict=True)
    return _sum(low), _sum(middle), _sum(high)


def _ends(row: Row) -> tuple[float | None, float | None, float | None]:
    central = row["central"]
    printed = row["lo"] is None and row["hi"] is None
    return (central, central, central) if printed else (row["lo"], central, row["hi"])


def _sum(ends: Iterable[float | None]) -> float | None:
    known = list(ends)
    return None if any(end is None for end in known) else float(sum(end for end in known if end is not None))
