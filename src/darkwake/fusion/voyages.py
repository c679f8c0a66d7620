"""Visits linked into voyages, and the visits that are deliveries: one for each cargo, not one for each port.

A ship that loads at Vostochny and discharges at Chongjin two days later made two visits and brought one cargo. The load is
what counts, for more of it is seen and published; a discharge counts only if no load that was counted can be its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pyarrow as pa

from darkwake.claims.containment import OVERLAND
from darkwake.fusion.stays import NOT_NAMED, SIMULATED
from darkwake.geo import distance_m
from darkwake.goods import UNNAMED, goods_named
from darkwake.identity.names import normal
from darkwake.ids import content_id
from darkwake.schema import TEXT, Visits, Voyages, weakest
from darkwake.units import METRES_PER_NAUTICAL_MILE

Row = dict[str, Any]

LEFT_OUT = pa.schema([pa.field("visit_id", TEXT, nullable=False), pa.field("reason", TEXT, nullable=False)])
"""Columns of the visits that are not deliveries."""


@dataclass(frozen=True)
class LinkRule:
    """Parameters of the linking of visits, and of what counts as a delivery."""

    longest_voyage_days: float = 10.0
    """Longest time from a load to its discharge, in days; assumed: Vostochny to Nampo round Korea is 1,100 nautical miles,
    five days at 10 knots, and as much again for waiting."""
    fastest_kn: float = 15.0
    """Greatest speed over a voyage, in knots; assumed, because small product tankers are built for 10 to 14 knots."""
    importer: str = "KP"
    """Country whose imports are counted, ISO 3166."""


class Deliveries(NamedTuple):
    """Visits that are deliveries, and the others with the reason why they are not."""

    counted: pa.Table
    """Rows of ``visits``."""
    left_out: pa.Table
    """``visit_id`` and ``reason``."""


def voyages(visits: pa.Table, places: pa.Table, *, linking: LinkRule) -> pa.Table:
    """Loads linked to discharges of the same named ship.

    A discharge can end the voyage of a load if the ship (by id, else by name but for ways of writing) could have gone the
    distance at ``fastest_kn``, the dates read most kindly, and did not arrive more than ``longest_voyage_days`` after it
    left. Of several the first is linked, and the probability is shared equally, for nothing else tells them apart. What is
    simulated is linked to what is simulated alone.

    Args:
        visits: table ``visits``.
        places: table ``places``, for distances.
        linking: the rule's parameters.

    Returns:
        Table ``voyages``, in the order of departure.
    """
    spots = {place["place_id"]: (place["lat"], place["lon"]) for place in places.to_pylist()}
    rows = visits.to_pylist()
    loads = sorted((row for row in rows if row["activity"] == "load"), key=_by_arrival)
    ends = sorted((row for row in rows if row["activity"] == "discharge"), key=_by_arrival)
    found = []
    taken: set[str] = set()
    for load in loads:
        able = [end for end in ends if end["visit_id"] not in taken and _can_follow(load, end, spots, linking)]
        if able:
            taken.add(able[0]["visit_id"])
            found.append(_voyage(load, able, linking))
    return Voyages.rows(found)


def deliveries(visits: pa.Table, places: pa.Table, *, linking: LinkRule) -> Deliveries:
    """Which visits count towards a cap on what a country imports, and why the others do not.

    Counted are loads outside the importing country (a case holds loads bound for it) and discharges in it for which no
    counted load could be the same cargo: none of the same ship, none of a ship that is not named, of goods under the same cap,
    within ``longest_voyage_days`` before. Rail, pipeline and road count as ships do, at a crossing of no one country too; the
    cargo of one carriage is never that of another. Left out are simulated visits, transfers at sea, visits of which nobody
    says what was done, loads inside the country (what came there came by land) and discharges elsewhere.

    Args:
        visits: table ``visits``.
        places: table ``places``, for countries.
        linking: the rule's parameters.

    Returns:
        Two tables; every visit is in exactly one of them.

    Example:
        >>> from datetime import date
        >>> from pathlib import Path
        >>> from darkwake import claims, fusion, schema
        >>> facts = claims.claims(facts=Path(schema.__file__).parent / "bundled" / "cases" / "vostochny-2024" / "facts")
        >>> tables = (facts["places"], facts["vessels"], facts["claims"], schema.Sightings.empty(), schema.Events.empty())
        >>> year = (date(2024, 1, 1), date(2024, 12, 31))
        >>> made = fusion.visits(*tables, period=year, merging=fusion.MergeRule())
        >>> found = deliveries(made, facts["places"], linking=LinkRule())
        >>> found.counted.num_rows, found.left_out.num_rows
        (43, 4)
    """
    countries = {place["place_id"]: place["country"] for place in places.to_pylist()}
    rows = visits.to_pylist()
    loads = [row for row in rows if row["activity"] == "load" and _why_not(row, countries, [], linking) is None]
    reasons = [(row, _why_not(row, countries, loads, linking)) for row in rows]
    left_out = [{"visit_id": row["visit_id"], "reason": reason} for row, reason in reasons if reason is not None]
    counted = Visits.rows([row for row, reason in reasons if reason is None])
    return Deliveries(counted, pa.Table.from_pylist(left_out, schema=LEFT_OUT))


def _why_not(visit: Row, countries: dict[str, str | None], loads: list[Row], rule: LinkRule) -> str | None:
    """Why a visit is no delivery; None for one that is."""
    inside = countries.get(visit["place_id"]) == rule.importer
    if visit["origin"] == SIMULATED:
        return "simulated"
    if visit["activity"] == "load":
        return "loaded in the importing country: what came there came by land" if inside else None
    if visit["activity"] != "discharge":
        return "a transfer at sea, direction not known" if visit["activity"] == "transfer" else "what was done is not known"
    at_border = visit["carriage"] in OVERLAND and countries.get(visit["place_id"]) is None
    if not inside and not at_border:
        return f"not discharged in {rule.importer}"
    # A load of the same named ship says more than one of a ship that nobody named.
    same = min(_same_cargo(visit, loads, rule), key=lambda load: (not _ship(load), _by_arrival(load)), default=None)
    if same is None:
        return None
    day = same["arrival_lo"]
    return f"the cargo may be that of a load counted already ({same['vessel']}, {day.day} {day:%B %Y})"


def _same_cargo(discharge: Row, loads: list[Row], rule: LinkRule) -> Iterator[Row]:
    ship = _ship(discharge)
    cap = _cap(discharge)
    for load in loads:
        first = load["arrival_lo"] <= (discharge["departure_hi"] or discharge["arrival_hi"])
        recent = discharge["arrival_lo"] - _left_by(load) <= timedelta(days=rule.longest_voyage_days)
        alike = _overland(load) == _overland(discharge) and _cap(load) == cap
        if alike and first and recent and (not ship or not _ship(load) or ship == _ship(load)):
            yield load


def _cap(visit: Row) -> str:
    """The kind of cap that the goods fall under; goods that nobody names are refined products."""
    return goods_named(visit["product"] or UNNAMED).cap


def _overland(visit: Row) -> str | None:
    """The carriage of what needs no ship."""
    return str(visit["carriage"]) if visit["carriage"] in OVERLAND else None


def _by_arrival(visit: Row) -> tuple[datetime, datetime, str]:
    return visit["arrival_lo"], visit["arrival_hi"], visit["visit_id"]


def _left_by(visit: Row) -> datetime:
    """The latest that it is known to have been there."""
    latest: datetime = visit["departure_hi"] or max(visit["arrival_hi"], visit["departure_lo"] or visit["arrival_hi"])
    return latest


def _ship(visit: Row) -> str:
    known: str | None = visit["vessel_id"]
    name = normal(visit["vessel"])
    return known or ("" if name == normal(NOT_NAMED) else f"name:{name}")


def _can_follow(load: Row, end: Row, spots: dict[str, tuple[float, float]], rule: LinkRule) -> bool:
    alike = (load["origin"] == SIMULATED) == (end["origin"] == SIMULATED)
    if not alike or not _ship(load) or _ship(load) != _ship(end) or not {load["place_id"], end["place_id"]} <= spots.keys():
        return False
    longest = end["arrival_hi"] - (load["departure_lo"] or load["arrival_lo"])
    shortest = end["arrival_lo"] - _left_by(load)
    metres = float(distance_m(*spots[load["place_id"]], *spots[end["place_id"]]))
    hours_needed = metres / METRES_PER_NAUTICAL_MILE / rule.fastest_kn
    return bool(longest >= timedelta(hours=hours_needed) and shortest <= timedelta(days=rule.longest_voyage_days))


def _voyage(load: Row, able: list[Row], rule: LinkRule) -> Row:
    end = able[0]
    limits = f"within {rule.longest_voyage_days:g} d, at most {rule.fastest_kn:g} kn"
    return {
        "voyage_id": content_id("voyage", load["visit_id"], end["visit_id"]),
        "from_visit_id": load["visit_id"],
        "to_visit_id": end["visit_id"],
        "vessel_id": load["vessel_id"],
        "probability": min(load["probability"], end["probability"]) / len(able),
        "runner_up": able[1]["visit_id"] if len(able) > 1 else None,
        "rule": f"{load['vessel']}: load and next discharge {limits}",
        "origin": weakest({load["origin"], end["origin"]}),
        "evidence": sorted({*load["evidence"], *end["evidence"]}),
    }
