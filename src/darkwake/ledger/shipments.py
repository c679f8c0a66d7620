"""Goods other than oil, as published: containers, rounds, trips, people, vehicles, wagons; and what trips imply.

Counts of containers, rounds and tonnes in print are not independent: rounds come from containers by one rule of thumb, and
containers from trips by what a ship takes. Each of these factors is one unknown that all lines share. Lines worked out by them
are shown beside what was published and count only where nothing was. A ship that was elsewhere at the time (in a dock, by
another source) brought nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from darkwake.cargo.assumed import CONTAINERS_PER_TRIP, KG_PER_ROUND, ROUNDS_PER_CONTAINER
from darkwake.cargo.factors import Factor
from darkwake.cargo.unknowns import Unknowns
from darkwake.draws import quantiles
from darkwake.ledger.lines import Ends, Line, together
from darkwake.schema import weakest

Row = Mapping[str, Any]

MUNITIONS = "munitions"
TRIPS = "trips"
GOODS: Mapping[str, str] = {
    "containers": "containers of munitions",
    "rounds": "artillery rounds",
    "t": "munitions, by mass",
    TRIPS: "trips with munitions",
    "persons": "people",
    "vehicles": "vehicles",
    "wagons": "rail wagons",
}
"""The goods of a unit; a claim in another unit is no line of the sheet."""
NOT_MUNITIONS = frozenset({"persons", "vehicles", "wagons"})
"""Units that are lines whatever kind of claim states them."""
IN_DOCK = timedelta(days=2)
"""Least length of a stay elsewhere that rules a trip out; assumed, because the ports lie a day's voyage apart."""
KG_PER_T = 1000.0
STEPS = (
    (TRIPS, "containers", CONTAINERS_PER_TRIP, 1.0),
    ("containers", "rounds", ROUNDS_PER_CONTAINER, 1.0),
    ("rounds", "t", KG_PER_ROUND, 1 / KG_PER_T),
)
"""From a unit into another by a factor."""

_FLOW = re.compile(r"\b([A-Z]{2}) to ([A-Z]{2})\b")


@dataclass(frozen=True)
class Parties:
    """The two parties of the sheet: who receives oil, and who gives it; countries of places tell where goods came from."""

    importer: str
    partner: str

    def of(self, claim: Row) -> tuple[str, str]:
        """Who gave and who received: as printed, else from the importer of oil to its partner."""
        printed = flow(claim)
        return printed or (self.importer, self.partner)


def flow(claim: Row) -> tuple[str, str] | None:
    """Giver and receiver where a claim's place is printed as a flow.

    >>> flow({"place": "KP to RU"}), flow({"place": "Rajin"})
    (('KP', 'RU'), None)
    """
    found = _FLOW.search(claim["place"] or "")
    return (found[1], found[2]) if found else None


def shipments(claims: Iterable[Row], parties: Parties, factors: Mapping[str, Factor], unknown: Unknowns) -> list[Line]:
    """All lines of goods other than oil: as published, and as worked out from trips, containers and rounds.

    Args:
        claims: Rows of ``schema.Claims``.
        parties: The two parties.
        factors: The factors, by name.
        unknown: The unknowns; each factor is one for all lines.
    """
    rows = list(claims)
    printed = together(line for claim in rows for line in _lines(claim, parties, _elsewhere(claim, rows)))
    made = list(printed)
    for unit, into, name, per in STEPS:
        values = factors[name].at(unknown(name)) * per
        start = [line for line in made if line.unit == unit and line.counted]
        made += together([_worked_out(line, into, factors[name], quantiles(values)) for line in start], made)
    return made


def _lines(claim: Row, parties: Parties, elsewhere: Row | None) -> Iterator[Line]:
    munitions = claim["kind"] == MUNITIONS
    stated = (claim["lo"], claim["central"], claim["hi"])
    line = _line(claim, parties)
    if line is None:
        return
    found = []
    if any(end is not None for end in stated) and (claim["unit"] in NOT_MUNITIONS or (munitions and claim["unit"] in GOODS)):
        found.append(replace(line, goods=GOODS[claim["unit"]], unit=claim["unit"], ends=stated))
    if munitions and claim["count"] is not None:
        count = float(claim["count"])
        ends: Ends = (count, None, None) if claim["bound"] == "at least" else (None, count, None)
        found.append(replace(line, goods=GOODS[TRIPS], unit=TRIPS, ends=ends))
    for one in found:
        yield one if elsewhere is None else one.aside(_alibi(elsewhere))


def _line(claim: Row, parties: Parties) -> Line | None:
    """What all lines of a claim have in common; none for a claim without days."""
    if claim["period_start"] is None or claim["period_end"] is None:
        return None
    bound = "" if claim["bound"] in ("none", "exact") else f" ({claim['bound']})"
    return Line(
        *parties.of(claim),
        "",
        "",
        claim["period_start"],
        claim["period_end"],
        (None, None, None),
        f"published by {claim['publisher']}: {claim['what']}{bound}",
        claim["claim_id"],
        claim["origin"],
        tuple(claim["evidence"]),
        carriage=claim["carriage"],
        verified=claim["verified"],
        published=claim["published"] or "",
    )


def _elsewhere(claim: Row, claims: Iterable[Row]) -> Row | None:
    """A published stay of the same ship at another place that covers all days of a claim."""
    if claim["vessel_id"] is None or claim["period_start"] is None:
        return None
    stays = (one for one in claims if one["kind"] == "position" and one["vessel_id"] == claim["vessel_id"])
    return next((one for one in stays if _covers(one, claim) and one["place_id"] != claim["place_id"]), None)


def _covers(stay: Row, claim: Row) -> bool:
    if None in (stay["period_start"], stay["period_end"], stay["place_id"]):
        return False
    long = stay["period_end"] - stay["period_start"] >= IN_DOCK
    return bool(long and stay["period_start"] <= claim["period_start"] and claim["period_end"] <= stay["period_end"])


def _alibi(stay: Row) -> str:
    return f"cannot be: {stay['publisher']} has the ship at {stay['place']} then ({stay['what']})"


def _worked_out(line: Line, into: str, factor: Factor, per: tuple[float, float, float]) -> Line:
    """A line in another unit. A lower bound times the low end stays a lower bound."""
    low, central, high = line.ends
    least = low if low is not None else central
    most = high if high is not None else central
    ends: Ends = (
        None if least is None else least * per[0],
        None if central is None else central * per[1],
        None if most is None else most * per[2],
    )
    each = f"{factor.low:,.4g} to {factor.high:,.4g} {factor.unit}"
    basis = f"worked out: {line.reached:,.0f} {line.unit} times {each}, one factor for all lines; no evidence beside them"
    origin = weakest({line.origin, "inferred"})
    key = f"{line.key}, {into}"
    return replace(line, goods=GOODS[into], unit=into, ends=ends, basis=basis, key=key, origin=origin)
