"""Rows of causes, influence, unseen visits, exchange and overlaps for the tests of the page and of the workbook."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pyarrow as pa

from darkwake import schema

CAP = "refined-2024"
MODE = "observed and published visits"
YEAR = (date(2024, 1, 1), date(2024, 12, 31))
CAUSES = (
    ("laden fraction", 0.46, 180_000.0, "shared", "draughts on arrival and departure, or an image of the freeboard"),
    ("ship size", 0.30, 118_000.0, "own", "the ships' names, or their length and beam in an image"),
    ("barrels per tonne", 0.14, 55_000.0, "shared", "the product, from a bill of lading"),
    ("product", 0.10, 40_000.0, "own", None),
)
FACTORS = json.dumps([{"name": "clear share", "value": 0.42, "lo": 0.3, "hi": 0.55, "unit": "1", "source": "assumed, because"}])


def build(evidence: list[str], claims: list[str]) -> dict[str, pa.Table]:
    """The five tables, on sources and claims that the case has."""
    return {
        "causes": _causes(evidence),
        "influence": _influence(evidence),
        "unseen": _unseen(evidence),
        "exchange": _exchange(evidence),
        "overlaps": _overlaps(evidence, claims),
    }


def _causes(evidence: list[str]) -> pa.Table:
    words = ("cause", "share", "half_width_bbl", "sharing", "settled_by")
    base = {"cap_id": CAP, "mode": MODE, "origin": "inferred", "evidence": evidence[:1]}
    return schema.Causes.rows([base | dict(zip(words, row, strict=True)) for row in CAUSES])


def _influence(evidence: list[str]) -> pa.Table:
    base = {"cap_id": CAP, "mode": MODE, "origin": "inferred"}
    left = {"bbl_p05": 60_000.0, "bbl_p50": 118_000.0, "bbl_p95": 201_000.0, "chance_exceeded": 0.0, "visits": 5.0}
    return schema.Influence.rows(
        [
            base | left | {"evidence_id": evidence[0], "moved_bbl": -925_000.0},
            base | left | {"evidence_id": evidence[1], "moved_bbl": 1_200.0, "chance_exceeded": 0.995, "visits": 42.0},
            base | {"evidence_id": evidence[2], "moved_bbl": -1_043_219.0, "visits": 0.0},
        ]
    )


def _unseen(evidence: list[str]) -> pa.Table:
    chance = {"chance_p05": 0.31, "chance_p50": 0.55, "chance_p95": 0.78}
    count = {"unseen_p05": 9.0, "unseen_p50": 35.0, "unseen_p95": 97.0}
    bbl = {"bbl_p05": 190_000.0, "bbl_p50": 810_000.0, "bbl_p95": 2_400_000.0}
    rest = {
        "basis": "a declared way of looking: one image a week",
        "factors": FACTORS,
        "origin": "inferred",
        "evidence": evidence[:1],
    }
    first = {"place_id": "P01", "period_start": date(2024, 3, 7), "period_end": date(2024, 11, 5), "seen": 43, "looks": 0}
    other = {"place_id": "P17", "period_start": date(2024, 3, 7), "period_end": date(2024, 11, 5), "seen": 0, "looks": 2}
    return schema.Unseen.rows([first | chance | count | bbl | rest, other | chance | count | rest])


def line(key: str, way: str, goods: str, unit: str, start: date, end: date, **more: Any) -> dict[str, Any]:
    """A row of the exchange sheet; ``way`` is RU>KP or the reverse."""
    giver, taker = way.split(">")
    base = {"exchange_id": key, "from_party": giver, "to_party": taker, "goods": goods, "unit": unit, "origin": "published"}
    when = {"period_start": start, "period_end": end, "counted": True, "evidence": []}
    return base | when | {"basis": "as published"} | more


def exchange_rows() -> list[dict[str, Any]]:
    """Oil one way by month, containers the other way as lower bounds over spans that cannot be split."""
    months = [(date(2024, m, 1), date(2024, m, 28)) for m in (3, 4, 5, 8)]
    oil = [
        line(f"oil-{k}", "RU>KP", "refined products", "bbl", *when, lo=60_000.0, central=110_000.0 + 9_000 * k, hi=190_000.0)
        for k, when in enumerate(months)
    ]
    span = line("boxes", "KP>RU", "containers", "containers", date(2023, 9, 1), date(2024, 2, 29), lo=6_700.0, central=6_700.0)
    held = line("boxes-early", "KP>RU", "containers", "containers", date(2023, 9, 1), date(2023, 9, 30), lo=1_000.0)
    rounds = line("rounds", "KP>RU", "rounds", "rounds", date(2024, 6, 1), date(2024, 6, 30), lo=2.0e6, central=3.0e6, hi=4.0e6)
    return [*oil, span, held | {"counted": False, "within_id": "boxes"}, rounds]


def _exchange(evidence: list[str]) -> pa.Table:
    return schema.Exchange.rows([row | {"evidence": evidence[:2]} for row in exchange_rows()])


def _overlaps(evidence: list[str], claims: list[str]) -> pa.Table:
    base = {"origin": "published", "evidence": evidence[:2]}
    rule = "the same place and activity, and the days of the one lie within those of the other"
    return schema.Overlaps.rows(
        [
            base
            | {"overlap_id": "o1", "inner_id": claims[0], "outer_id": claims[3], "relation": "within", "rule": rule}
            | {"amount": 165_000.0, "unit": "bbl"},
            base | {"overlap_id": "o2", "inner_id": claims[1], "outer_id": claims[3], "relation": "crossing", "rule": rule},
        ]
    )
