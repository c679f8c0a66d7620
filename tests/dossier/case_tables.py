"""A case's tables for the tests of the page: published facts as they stand, a ledger and a simulated layer made up here."""

from __future__ import annotations

import csv
import json
import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from darkwake import schema
from darkwake.ids import content_id

CAP = "refined-2024"
TOTAL = "A004"
PERIOD = (date(2024, 1, 1), date(2024, 12, 31))
NAMED = (
    ("Paek Yang San 1", "V01", datetime(2024, 3, 7, tzinfo=UTC)),
    ("Yu Son", None, datetime(2024, 4, 1, tzinfo=UTC)),
    ("Un Hung", None, datetime(2024, 4, 3, tzinfo=UTC)),
    ("Paek Yang San 1", "V01", datetime(2024, 4, 7, tzinfo=UTC)),
    ("Wol Bong San", None, datetime(2024, 4, 10, tzinfo=UTC)),
)
PLACE_KINDS = {"STS area": "transfer area", "town/terminal": "terminal", "port/town": "port", "naval facility": "other"}


def build(facts: Path) -> dict[str, pa.Table]:
    """All tables of a small but whole case."""
    tables = {
        "evidence": _evidence(facts),
        "places": _places(facts),
        "vessels": _vessels(facts),
        "claims": _claims(facts),
        "contradictions": _contradictions(facts),
        "caps": _caps(),
        "listings": _listings(),
        "links": _links(),
        "visits": _visits(),
        "payloads": _payloads(),
        "ledger": _ledger(),
        "quarantine": _quarantine(),
    }
    return tables | _movements() | _images() | _plan()


def _rows(path: Path) -> list[dict[str, str | None]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [{word: value or None for word, value in row.items()} for row in csv.DictReader(stream)]


def _source(row: dict[str, str | None]) -> str:
    return content_id("pub", row["source_publisher"], row["source_title"], row["source_date"])


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text and len(text) == 10 else None


def _evidence(facts: Path) -> pa.Table:
    found: dict[str, dict[str, Any]] = {}
    for name in ("aggregates", "places", "vessels", "sightings", "conflicts"):
        for row in _rows(facts / f"{name}.csv"):
            found[_source(row)] = {
                "evidence_id": _source(row),
                "kind": "publication",
                "title": row["source_title"] or "untitled",
                "publisher": row["source_publisher"],
                "published": row["source_date"],
                "where_in_it": row["source_where"],
                "href": row["source_url"],
                "verified": row["verified"] == "yes",
                "origin": "published",
            }
    files = (("ais-sim", "layer.csv", "simulated"), ("list-un", "un_1718.csv", "observed"))
    for name, title, origin in files:
        kind = "list" if name == "list-un" else "file"
        found[name] = {"evidence_id": name, "kind": kind, "title": title, "sha256": "ab" * 32, "bytes": 4096, "origin": origin}
    return schema.Evidence.rows(list(found.values()))


def _places(facts: Path) -> pa.Table:
    return schema.Places.rows(
        [
            {
                "place_id": row["id"],
                "name": row["name"],
                "kind": _place_kind(str(row["kind"])),
                "country": row["country"],
                "lat": _number(row["lat"]),
                "lon": _number(row["lon"]),
                "extent_m": _number(row["extent_m"]),
                "accuracy": row["accuracy"],
                "role": row["role"],
                "verified": row["verified"] == "yes",
                "origin": "published",
                "evidence": [_source(row)],
            }
            for row in _rows(facts / "places.csv")
        ]
    )


def _place_kind(kind: str) -> str:
    known = schema.Places.columns["kind"].allowed
    return PLACE_KINDS.get(kind, kind if kind in known else "other")


def _vessels(facts: Path) -> pa.Table:
    return schema.Vessels.rows(
        [
            {
                "vessel_id": row["id"],
                "name": row["name"],
                "names": [row["name"], *(row["aliases"] or "").split("; ")] if row["aliases"] else [row["name"]],
                "imo": int(row["imo"]) if row["imo"] else None,
                "imo_verified": row["imo_verified"] == "yes" if row["imo"] else None,
                "flag": row["flag"],
                "type": row["type"],
                "dwt_t": _number(row["dwt_t"]),
                "length_m": _number(row["loa_m"]),
                "beam_m": _number(row["beam_m"]),
                "role": row["role"],
                "verified": row["verified"] == "yes",
                "note": row["note"],
                "origin": "published",
                "evidence": [_source(row)],
            }
            for row in _rows(facts / "vessels.csv")
        ]
    )


def _claims(facts: Path) -> pa.Table:
    return schema.Claims.rows(
        [
            {
                "claim_id": row["id"],
                "kind": "aggregate",
                "publisher": row["publisher_of_claim"],
                "title": row["source_title"] or "not known",
                "published": row["source_date"],
                "where_in_it": row["source_where"],
                "href": row["source_url"],
                "what": row["what"],
                "place": row["place"],
                "count": int(row["count_value"]) if row["count_value"] else None,
                "lo": _number(row["volume_low"]),
                "central": _number(row["volume_central"]),
                "hi": _number(row["volume_high"]),
                "unit": row["unit_volume"],
                "bound": "at least" if row["volume_low"] else "about",
                "fill": row["fill_fraction"],
                "period_start": _day(row["period_start"]),
                "period_end": _day(row["period_end"]),
                "part_of": TOTAL if row["id"] in {"A001", "A002"} else None,
                "verified": row["verified"] == "yes",
                "note": row["note"],
                "origin": "published",
                "evidence": [_source(row)],
            }
            for row in _rows(facts / "aggregates.csv")
        ]
    )


def _contradictions(facts: Path) -> pa.Table:
    words = ("subject", "statement_a", "statement_b", "kind", "handling")
    return schema.Contradictions.rows(
        [
            {word: row[word] for word in words}
            | {"contradiction_id": row["id"], "verified": row["verified"] == "yes", "origin": "published"}
            | {"evidence": [_source(row)]}
            for row in _rows(facts / "conflicts.csv")
        ]
    )


def _caps() -> pa.Table:
    cap = {"cap_id": CAP, "title": "Refined petroleum products to the DPRK, 2024", "product": "refined", "amount": 500_000.0}
    rule = {"unit": "bbl", "period_start": PERIOD[0], "period_end": PERIOD[1], "instrument": "S/RES/2397 (2017), paragraph 5"}
    return schema.Caps.rows([cap | rule | {"verified": True, "evidence": []}])


def _visit(number: int, vessel: str, vessel_id: str | None, low: datetime, high: datetime, **more: Any) -> dict[str, Any]:
    base = {"visit_id": f"visit-{number:02}", "place_id": "P01", "vessel_id": vessel_id, "vessel": vessel, "activity": "load"}
    when = {"arrival_lo": low, "arrival_hi": high, "counted_in": TOTAL, "product": "refined products"}
    rest = {"sightings": [], "probability": 0.95, "rule": "one published call", "verified": True, "origin": "published"}
    return base | when | rest | {"evidence": []} | more


def _visits() -> pa.Table:
    first, last = datetime(2024, 3, 7, tzinfo=UTC), datetime(2024, 11, 5, 23, 59, tzinfo=UTC)
    named = [
        _visit(n, ship, vessel_id, when, when + timedelta(hours=24), sightings=[f"s{n}"])
        for n, (ship, vessel_id, when) in enumerate(NAMED)
    ]
    unnamed = [_visit(n, "not named", None, first, last, rule="counted in a total") for n in range(len(NAMED), 43)]
    span = (datetime(2024, 3, 9, tzinfo=UTC), datetime(2024, 3, 26, tzinfo=UTC))
    unload = _visit(
        90, "two of five tankers", None, *span, place_id="P17", activity="discharge", counted_in=None, verified=False
    )
    made_up = _visit(
        91, "SIM TANKER ONE", None, *span, place_id="P01", counted_in=None, origin="simulated", rule="a simulated call"
    )
    return schema.Visits.rows([*named, *unnamed, unload, made_up])


def _payloads() -> pa.Table:
    factors = json.dumps(
        [
            {"name": "laden fraction", "value": 0.8, "lo": 0.5, "hi": 0.93, "unit": "1", "source": "OSC: up to 90 %"},
            {"name": "barrels per tonne", "value": 7.9, "lo": 7.46, "hi": 8.33, "unit": "bbl/t", "source": "BP; UN 1718 chart"},
        ]
    )
    load = {"factor": "laden fraction", "half_width_removed_bbl": 9100.0, "share": 0.47, "sharing": "shared"}
    size = {"factor": "deadweight of an unknown tanker", "half_width_removed_bbl": 4300.0, "share": 0.2, "sharing": "own"}
    sensitivity = json.dumps([load | {"observation": "her freeboard on arrival & on departure"}, size | {"observation": ""}])
    rows = []
    for n in [*range(43), 91]:
        tier = "stated" if n == 0 else "deadweight" if n < len(NAMED) else "class"
        amounts = {"t_p05": 1200.0, "t_p50": 2950.0, "t_p95": 6100.0, "bbl_p05": 9431.0, "bbl_p50": 23256.0, "bbl_p95": 48120.0}
        basis = {
            "basis": "dwt 1,000 to 9,000 t, mostly small",
            "tier": tier,
            "factors": factors,
            "sensitivity": sensitivity,
            "draws_ref": f"visit-{n:02}",
        }
        origin = "simulated" if n == 91 else "inferred"
        known = {"product": "gas oil", "sensitivity": "[]", "origin": origin, "evidence": []}
        rows.append({"visit_id": f"visit-{n:02}"} | known | amounts | basis)
    return schema.Payloads.rows(rows)


def _ledger() -> pa.Table:
    rows = []
    for mode, scale, until, origin in (
        ("observed and published visits", 1.0, date(2024, 11, 5), "inferred"),
        ("both", 1.08, date(2024, 12, 31), "inferred"),
        ("simulated", 0.04, date(2024, 4, 30), "simulated"),
    ):
        for k in range((until - PERIOD[0]).days + 1):
            grown = min(max((k - 66) / 243, 0.0), 1.0)
            middle = 1_043_219.0 * scale * grown
            chance = 1 / (1 + math.exp(-(middle - 500_000) / 60_000)) if grown else 0.0
            rows.append(
                {
                    "cap_id": CAP,
                    "mode": mode,
                    "day": PERIOD[0] + timedelta(days=k),
                    "bbl_p05": middle * 0.72,
                    "bbl_p50": middle,
                    "bbl_p95": middle * 1.37,
                    "chance_exceeded": round(chance, 4),
                    "visits": 43 * grown * min(scale, 1.0),
                    "origin": origin,
                    "evidence": [],
                }
            )
    return schema.Ledger.rows(rows)


def _listings() -> pa.Table:
    entry = {"list": "un-1718", "version": "2026-10-06", "kind": "vessel", "programmes": ["1718"], "origin": "observed"}
    one = {"entry_id": "11", "imo": 9020534, "imo_ok": True, "name": "RUNG RA 2", "names": ["RUNG RA 2"]}
    two = {"entry_id": "12", "imo": 9999993, "imo_ok": True, "name": "NOBODY HERE", "names": ["NOBODY HERE"]}
    rest = {"measures": ["asset freeze", "port ban"], "listed_on": "2017-12-28", "source_id": "list-un"}
    return schema.Listings.rows(
        [entry | one | rest | {"text": "RUNG RA 2; 9020534", "line": 44}, entry | two | rest | {"text": "x", "line": 45}]
    )


def _links() -> pa.Table:
    link = {"link_id": "l1", "from_id": "V01", "to_id": "V02", "kind": "linked to", "sentence": "perhaps the same ship"}
    return schema.Links.rows([link | {"origin": "published", "evidence": []}])


def _quarantine() -> pa.Table:
    return schema.Quarantine.rows(
        [{"source_id": "ais-sim", "line": n, "reason": "latitude out of range", "raw": "91.0"} for n in range(1, 8)]
    )


def _movements() -> dict[str, pa.Table]:
    """Two simulated tankers between Chongjin and Vostochny, one of them silent on the way."""
    positions, start = [], datetime(2024, 3, 20, tzinfo=UTC)
    for ship, (mmsi, shift) in enumerate(((445_000_001, 0.0), (273_000_002, 0.25))):
        for k in range(121):
            share = k / 120
            if ship == 0 and 0.3 < share < 0.72:
                continue
            lat = 41.72 + share * 0.95 + 0.22 * math.sin(share * math.pi) * (1 - shift * 2)
            lon = 129.90 + share * 3.18 + shift * math.sin(share * math.pi)
            where = {"lat": lat - 0.25 * math.sin(share * math.pi), "lon": lon, "cell": 132228}
            base = {"track_id": f"track-{ship}", "source_id": "ais-sim", "line": ship * 1000 + k, "mmsi": mmsi}
            positions.append(base | where | {"time": start + timedelta(minutes=15 * k), "sog_kn": 9.5, "origin": "simulated"})
    gap_from, gap_to = positions[36], positions[37]
    event = {"track_id": "track-0", "mmsi": 445_000_001, "probability": 0.9, "revision": 0, "origin": "simulated"}
    told = {
        "rule": "silent for over 6 h where she was heard before",
        "factors": json.dumps({"hours": 12.8}),
        "evidence": ["ais-sim"],
    }
    gap = {
        "event_id": "e1",
        "kind": "gap",
        "start": gap_from["time"],
        "end": gap_from["time"] + timedelta(hours=61),
        "lat": gap_from["lat"],
        "lon": gap_from["lon"],
        "end_lat": gap_to["lat"],
        "end_lon": gap_to["lon"],
    }
    call = {"event_id": "e2", "kind": "call", "start": start, "end": None, "lat": 42.73, "lon": 133.06, "place_id": "P01"}
    meet = {"event_id": "e3", "kind": "encounter", "start": start, "end": start + timedelta(hours=2), "lat": 41.2, "lon": 131.4}
    other = {"other_track_id": "track-1", "other_mmsi": 273_000_002}
    return {
        "positions": schema.Positions.rows(positions),
        "events": schema.Events.rows([event | told | gap, event | told | call, event | told | meet | other]),
    }


def _images() -> dict[str, pa.Table]:
    when = datetime(2024, 3, 21, 9, 20, tzinfo=UTC)
    scene = {"scene_id": "scene-1", "platform": "SIM-SAR", "sensor": "sar", "time": when, "bands": ["VV"], "radiometry": "db"}
    size = {"width_px": 1200, "height_px": 900, "spacing_m": 10.0, "searched_px": 800_000, "href": "images/sim.tif"}
    box = {"x0": 10.0, "y0": 10.0, "x1": 20.0, "y1": 16.0, "kind": "ship", "score": 0.9, "lat": 42.70, "lon": 133.10}
    seen = {
        "sighting_id": "s91",
        "how": "image",
        "time_lo": when,
        "time_hi": when,
        "lat": 42.70,
        "lon": 133.10,
        "laden": "unknown",
    }
    why = {"who": "{}", "silence": json.dumps({"reception_shown": True, "silent_candidates": [445000001]}), "probability": 0.8}
    reason = "no ship heard fits; 3 ships were heard within 25 km, so AIS could be received"
    made_up = {"origin": "simulated", "evidence": ["ais-sim"]}
    return {
        "scenes": schema.Scenes.rows([scene | size | {"sha256": "cd" * 32, "origin": "simulated"}]),
        "detections": schema.Detections.rows([box | {"detection_id": "d1", "scene_id": "scene-1", "time": when} | made_up]),
        "sightings": schema.Sightings.rows([seen | why | {"detection_id": "d1", "reason": reason} | made_up]),
    }


def _plan() -> dict[str, pa.Table]:
    rise = datetime(2025, 9, 14, 2, 10, tzinfo=UTC)
    looks = [
        {
            "opportunity_id": f"o{k}",
            "place_id": "P01",
            "norad_id": 49_260 + k,
            "satellite": name,
            "sensor": sensor,
            "rise": rise + timedelta(hours=k),
            "culmination": rise + timedelta(hours=k, minutes=5),
            "set": rise + timedelta(hours=k, minutes=10),
            "elevation_deg": 62.0,
            "azimuth_deg": 181.0,
            "off_nadir_deg": 24.0,
            "sun_elevation_deg": 41.0,
            "element_age_h": 8.0,
            "usable": True,
            "reason": "radar sees by day and night" if sensor == "sar" else "the sun is up",
            "origin": "inferred",
            "evidence": [],
        }
        for k, (name, sensor) in enumerate((("SENTINEL-1A", "sar"), ("LANDSAT 9", "optical")))
    ]
    plan = {"rank": 1, "opportunity_id": "o0", "place_id": "P01", "why": "no image was taken there for 12 d"}
    return {
        "opportunities": schema.Opportunities.rows(looks),
        "plan": schema.Plan.rows([plan | {"origin": "inferred", "evidence": []}]),
    }
