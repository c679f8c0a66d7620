"""The stage that gives every visit its payload: quantiles, draws, the basis in words, and what would narrow it most.

The draws themselves are made in :mod:`darkwake.cargo.loads`, in joint worlds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa

from darkwake.cargo.bases import Load
from darkwake.cargo.factors import NOTHING_SET, Numbers, chosen
from darkwake.cargo.loads import MEASURED, SCOPE, CargoRule, Loading
from darkwake.cargo.sensitivity import Sensitivity
from darkwake.cargo.ships import Row
from darkwake.cargo.unknowns import Unknowns
from darkwake.draws import QUANTILES
from darkwake.ids import content_id
from darkwake.schema import Draws, Payloads, weakest

MEASURED_DRAWS = 1000
"""Worlds, the first of all, in which the sensitivity of a measured visit is worked out: it has some twenty unknowns."""


def payloads(
    visits: pa.Table,
    vessels: pa.Table,
    *,
    seed: int,
    cargo: CargoRule,
    factors: Mapping[str, object] = NOTHING_SET,
) -> dict[str, pa.Table]:
    """The payload of every visit that loaded or discharged, and its draws.

    A visit whose payload cannot be told has no row; :func:`darkwake.cargo.loads.untold` names it with the reason.

    Args:
        visits: Rows of ``schema.Visits``.
        vessels: Rows of ``schema.Vessels``; what is on record there is used wherever the ship calls.
        seed: Seed of the case.
        cargo: Parameters.
        factors: Factors that the case sets, by name.

    Returns:
        ``payloads`` (one row a visit) and ``draws`` (barrels, one row a payload), both in order of the visit's id.

    Raises:
        InputError: an unknown product or factor, bounds that contradict each other, a deadweight that cannot be.
    """
    loading = Loading.of(visits, vessels, cargo, chosen(factors))
    unknown = Unknowns(seed, cargo.draws, SCOPE)
    found = loading.all(unknown)
    if not found:
        return {"payloads": Payloads.empty(), "draws": Draws.empty()}
    widest = _sensitivities(found, loading, unknown)
    t, bbl = _quantiles([load.tonnes for load in found]), _quantiles([load.barrels for load in found])
    rows = {row["visit_id"]: row for row in loading.rows}
    made = [_payload_row(rows[load.visit_id], load, t[n], bbl[n], widest[_kind(load)]) for n, load in enumerate(found)]
    draws: list[dict[str, object]] = [{"draws_ref": _ref(load), "unit": "bbl", "values": load.barrels} for load in found]
    return {"payloads": Payloads.rows(made), "draws": Draws.rows(draws)}


def _kind(load: Load) -> tuple[str, str, str]:
    """Visits of one kind have one distribution, so its sensitivity is worked out once."""
    return load.tier, load.product, load.basis


def _sensitivities(found: Iterable[Load], loading: Loading, unknown: Unknowns) -> dict[tuple[str, str, str], str]:
    kinds: dict[tuple[str, str, str], Load] = {}
    for load in found:
        kinds.setdefault(_kind(load), load)
    fewer = Unknowns(unknown.seed, min(unknown.draws, MEASURED_DRAWS), unknown.scope)
    return {kind: _listed(loading.widest(load, fewer if load.tier in MEASURED else unknown)) for kind, load in kinds.items()}


def _listed(found: Iterable[Sensitivity]) -> str:
    return json.dumps([vars(item) for item in found], ensure_ascii=False)


def _quantiles(values: list[Numbers]) -> Numbers:
    """p05, p50 and p95 (columns) of each visit (rows)."""
    found: Numbers = np.quantile(np.stack(values), QUANTILES, axis=1).T
    return found


def _ref(load: Load) -> str:
    return content_id("draws", load.visit_id)


def _payload_row(row: Row, load: Load, t: Numbers, bbl: Numbers, widest: str) -> dict[str, object]:
    origin = str(row["origin"])
    return {
        "visit_id": load.visit_id,
        "product": load.product,
        **dict(zip(("t_p05", "t_p50", "t_p95"), t.tolist(), strict=True)),
        **dict(zip(("bbl_p05", "bbl_p50", "bbl_p95"), bbl.tolist(), strict=True)),
        "basis": load.basis,
        "tier": load.tier,
        "factors": json.dumps([factor.row() for factor in load.factors], ensure_ascii=False),
        "sensitivity": widest,
        "draws_ref": _ref(load),
        "origin": origin if load.tier == "stated" else weakest({origin, "inferred"}),
        "evidence": row["evidence"],
    }
