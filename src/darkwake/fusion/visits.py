"""Visits: stays of ships at places, from AIS, images and publications, each counted once.

Not a delivery yet: the same cargo is loaded here and discharged there. :mod:`darkwake.fusion.voyages` says which visits
count towards a cap.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from darkwake.engine import Engine
from darkwake.fusion.draughts import STAY, DraughtRule, typed_draughts
from darkwake.fusion.measured import MEASUREMENTS
from darkwake.fusion.stays import (
    MergeRule,
    Ships,
    Stay,
    call_looks,
    claim_looks,
    first_moment,
    last_moment,
    merge,
    sighting_looks,
    stay_row,
)
from darkwake.fusion.totals import Totals
from darkwake.schema import Visits

TYPED = DraughtRule()


def visits(
    places: pa.Table,
    vessels: pa.Table,
    claims: pa.Table,
    sightings: pa.Table,
    events: pa.Table,
    detections: pa.Table | None = None,
    statics: ir.Table | None = None,
    *,
    period: tuple[date, date],
    merging: MergeRule,
    draughts: DraughtRule = TYPED,
    engine: Engine | None = None,
) -> pa.Table:
    """Every stay that a call in AIS, a sighting or a publication knows of, each once.

    Looks at one ship at one place become one stay by the rule of :mod:`darkwake.fusion.stays`. A published count becomes
    visits that only the count knows, less those that are dated, by the rule of :mod:`darkwake.fusion.totals`; they carry
    ``counted_in`` and no ``sightings``. A dated visit that a count contains carries ``counted_in`` as well. What is
    simulated joins nothing and stands in no count. What was measured of a ship on arrival and departure stands beside it
    (:mod:`darkwake.fusion.measured`).

    Args:
        places: table ``places``.
        vessels: table ``vessels``.
        claims: table ``claims``.
        sightings: table ``sightings``.
        events: table ``events``; only calls are read.
        detections: table ``detections``, for freeboards read on images.
        statics: table ``statics``, for draughts typed into AIS.
        period: first and last day of the case; what lies wholly outside is left out.
        merging: what counts as one stay.
        draughts: which messages speak of a stay.
        engine: where expressions run; without it no draughts are read.

    Returns:
        Table ``visits``, in the order of arrival; ``sightings`` holds the ids of the claims, sightings and events of the
        stay. The deadweight is the ship's own where it is known, else what a claim gives for the ships at the place.

    Example:
        >>> from pathlib import Path
        >>> from darkwake import claims, schema
        >>> facts = claims.claims(facts=Path(schema.__file__).parent / "bundled" / "cases" / "vostochny-2024" / "facts")
        >>> tables = (facts["places"], facts["vessels"], facts["claims"], schema.Sightings.empty(), schema.Events.empty())
        >>> found = visits(*tables, period=(date(2024, 1, 1), date(2024, 12, 31)), merging=MergeRule())
        >>> found.num_rows, sum(place == "vostochny" for place in found["place_id"].to_pylist())
        (47, 43)
    """
    ships = Ships(vessels)
    ports = ports_of(places)
    stated = claims.to_pylist()
    images = [] if detections is None else detections.to_pylist()
    seen = sighting_looks(sightings.to_pylist(), ships, images) + call_looks(events.to_pylist(), ships)
    looks = claim_looks(stated, ships) + seen
    inside = [look for look in looks if look.start <= last_moment(period[1]) and first_moment(period[0]) <= look.end]
    totals = Totals(stated, places, period)
    stays = merge(inside, ports, merging)
    dated = [_dated(stay, stay_row(stay, ports, merging), totals, ships) for stay in stays]
    if statics is not None and engine is not None:
        dated = _with_draughts(dated, stays, statics, draughts, engine)
    rows = dated + totals.unnamed([row["counted_in"] for row in dated if row["counted_in"] is not None])
    return Visits.rows(sorted(rows, key=lambda row: (row["arrival_lo"], row["arrival_hi"], row["visit_id"])))


def ports_of(places: pa.Table) -> dict[str, str]:
    """The port of each place, itself where it lies in none."""
    parents = {place["place_id"]: place["parent_id"] for place in places.to_pylist()}
    return {place_id: _port(place_id, parents) for place_id in parents}


def _port(place_id: str, parents: dict[str, str | None]) -> str:
    seen = {place_id}
    while (parent := parents.get(place_id)) is not None and parent not in seen:
        seen.add(parent)
        place_id = parent
    return place_id


def _dated(stay: Stay, row: dict[str, Any], totals: Totals, ships: Ships) -> dict[str, Any]:
    """The row with the count that contains it and the deadweight that its ship can have."""
    vessel = ships.rows.get(row["vessel_id"] or "", {})
    if vessel.get("dwt_t") is not None:
        low, high, evidence = vessel["dwt_t"], vessel["dwt_t"], vessel["evidence"]
    elif stay.simulated or row["origin"] == "observed":
        low, high, evidence = None, None, []
    else:
        low, high, evidence = totals.fleet(row["place_id"], row["arrival_lo"].date(), row["arrival_hi"].date())
    bounds = {"counted_in": totals.home(stay), "dwt_lo": low, "dwt_hi": high}
    return row | bounds | {"evidence": sorted({*row["evidence"], *evidence})}


def _with_draughts(
    rows: list[dict[str, Any]], stays: list[Stay], statics: ir.Table, rule: DraughtRule, engine: Engine
) -> list[dict[str, Any]]:
    """The rows with what crews typed into AIS, where nothing was measured of the ship."""
    asked = [
        {"visit_id": row["visit_id"], "mmsi": heard, "arrival": row["arrival_hi"], "departure": row["departure_hi"]}
        for row, stay in zip(rows, stays, strict=True)
        if not any(row.get(word) is not None for word in MEASUREMENTS)
        for heard in {look.mmsi for look in stay.looks if look.kind == "call"}
    ]
    if not asked:
        return rows
    found = engine.arrow(typed_draughts(pa.Table.from_pylist(asked, schema=STAY), statics, rule)).to_pylist()
    sent = {row.pop("visit_id"): row for row in found}
    return [row | sent.get(row["visit_id"], {}) for row in rows]
