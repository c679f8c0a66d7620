"""Caps, reports and whole ledgers for tests."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from darkwake.cargo import payloads
from darkwake.ledger import LedgerRule, LinkRule, ledger
from darkwake.schema import Caps, Causes, Claims, Influence, Vessels, Visits
from tests.cargo.rows import FAST, places


def cap(cap_id: str = "refined-2024", **changes: object) -> dict[str, object]:
    """The cap of UNSCR 2397 on refined products in 2024."""
    row: dict[str, object] = {
        "cap_id": cap_id,
        "title": "Refined petroleum products, 2024",
        "product": "refined",
        "amount": 500_000.0,
        "unit": "bbl",
        "period_start": date(2024, 1, 1),
        "period_end": date(2024, 12, 31),
        "instrument": "S/RES/2397 (2017), paragraph 5",
        "verified": True,
        "evidence": ["resolution"],
    }
    return row | changes


def report(claim_id: str, state: str, start: str, end: str, amount: float | None, **changes: object) -> dict[str, object]:
    """An import that a state reported, in barrels."""
    row: dict[str, object] = {
        "claim_id": claim_id,
        "kind": "reported import",
        "publisher": state,
        "title": "1718 Committee page",
        "published": "2024-12-06",
        "what": "refined products",
        "product": "refined",
        "central": amount,
        "unit": "bbl",
        "bound": "exact",
        "period_start": date.fromisoformat(start),
        "period_end": date.fromisoformat(end),
        "verified": True,
        "origin": "published",
        "evidence": [claim_id],
    }
    return row | changes


def tables(
    visits: pa.Table | None = None,
    reports: list[dict[str, object]] | None = None,
    *caps: dict[str, object],
    otherwise: bool = False,
) -> dict[str, pa.Table]:
    """All that a ledger's state reads, the ledger made; ``otherwise`` reckons it under other assumptions as well."""
    stays = Visits.empty() if visits is None else visits
    made = payloads(stays, Vessels.empty(), seed=1, cargo=FAST)
    given = {
        "visits": stays,
        **made,
        "claims": Claims.rows(reports or []),
        "caps": Caps.rows(list(caps or (cap(),))),
        "places": places(),
        "vessels": Vessels.empty(),
    }
    rule = LedgerRule(assumptions=otherwise)
    further = {"causes": Causes.empty(), "influence": Influence.empty()}
    return given | further | {"ledger": ledger(**given, seed=1, ledger=rule, linking=LinkRule(), cargo=FAST)}


def curve(made: dict[str, pa.Table], mode: str) -> list[dict[str, object]]:
    """The rows of one mode, in order of day."""
    return sorted((row for row in made["ledger"].to_pylist() if row["mode"] == mode), key=lambda row: row["day"])
