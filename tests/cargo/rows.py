"""Visits, ships and places for tests, each row with only what the test is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from darkwake.cargo import CargoRule, payloads
from darkwake.schema import Places, Vessels, Visits

FIRST, LAST = datetime(2024, 3, 7, tzinfo=UTC), datetime(2024, 11, 5, tzinfo=UTC)
FAST = CargoRule(draws=1000)

SIZE = {"length_m": 90.0, "beam_m": 14.0}
BY_DRAUGHTS = {"draught_in_m": 2.7, "draught_out_m": 5.3, "draught_sd_m": 0.1}
BY_FREEBOARDS = {"freeboard_in_m": 3.4, "freeboard_out_m": 1.6, "freeboard_sd_m": 0.3}
STATED = {"bbl_stated": 20_000.0}
RANGE = {"bbl_lo": 10_000.0, "bbl_hi": 30_000.0}


def visit(visit_id: str, **changes: object) -> dict[str, object]:
    """A load at Vostochny by a ship that nobody named, counted in the published total of 43 visits."""
    row: dict[str, object] = {
        "visit_id": visit_id,
        "place_id": "vostochny",
        "vessel": "not named",
        "arrival_lo": FIRST,
        "arrival_hi": LAST,
        "activity": "load",
        "product": "refined",
        "counted_in": "A004",
        "dwt_lo": 1000.0,
        "dwt_hi": 9000.0,
        "sightings": [],
        "probability": 1.0,
        "rule": "counted",
        "verified": True,
        "origin": "published",
        "evidence": ["claim-A004"],
    }
    return row | changes


def stay(hours: float | None) -> dict[str, object]:
    """Arrival and departure so many hours apart; no departure known for None."""
    left = None if hours is None else FIRST + timedelta(hours=hours)
    return {"arrival_lo": FIRST, "arrival_hi": FIRST, "departure_lo": left, "departure_hi": left}


def visits(count: int, **changes: object) -> pa.Table:
    """So many visits that only the count knows."""
    return Visits.rows([visit(f"visit-{n:03}", **changes) for n in range(count)])


def ship(vessel_id: str, dwt_t: float | None = None) -> dict[str, object]:
    """A ship on record."""
    row = {"vessel_id": vessel_id, "name": vessel_id, "names": [vessel_id], "dwt_t": dwt_t, "verified": True}
    return row | {"origin": "published", "evidence": ["register"]}


def places() -> pa.Table:
    """A port that loads and a port that imports."""
    spots = (("vostochny", "RU", 42.74, 133.08), ("chongjin", "KP", 41.75, 129.80))
    same = {"kind": "port", "extent_m": 3000.0, "verified": True, "origin": "published", "evidence": ["gazetteer"]}
    return Places.rows([same | {"place_id": p, "name": p, "country": c, "lat": lat, "lon": lon} for p, c, lat, lon in spots])


def barrels_by_world(table: pa.Table, *, vessels: pa.Table | None = None, seed: int = 1, **factors: object) -> np.ndarray:
    """Barrels of each visit (rows, in order of id) in each world (columns)."""
    ships = Vessels.empty() if vessels is None else vessels
    draws = payloads(table, ships, seed=seed, cargo=FAST, factors=factors)["draws"]
    return np.array(draws.column("values").to_pylist())
