"""The stage of the ledger: the sums through time, the causes of their width, and what each source moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from darkwake.cargo import CargoRule, chosen
from darkwake.cargo.factors import NOTHING_SET
from darkwake.fusion import LinkRule, MergeRule
from darkwake.ledger.accumulate import LedgerRule
from darkwake.ledger.accumulate import ledger as curves
from darkwake.ledger.cap import caps_of
from darkwake.ledger.causes import causes
from darkwake.ledger.influence import Sources, influence


def account(
    places: pa.Table,
    vessels: pa.Table,
    claims: pa.Table,
    sightings: pa.Table,
    events: pa.Table,
    visits: pa.Table,
    payloads: pa.Table,
    draws: pa.Table,
    caps: pa.Table,
    *,
    seed: int,
    period: tuple[date, date],
    ledger: LedgerRule,
    linking: LinkRule,
    merging: MergeRule,
    cargo: CargoRule,
    factors: Mapping[str, object] = NOTHING_SET,
) -> dict[str, pa.Table]:
    """Each cap's state day by day, why its interval is as wide as it is, and what it would be without each source.

    Args:
        places: Rows of ``schema.Places``.
        vessels: Rows of ``schema.Vessels``.
        claims: Rows of ``schema.Claims``.
        sightings: Rows of ``schema.Sightings``, from which visits are made anew without a source.
        events: Rows of ``schema.Events``, likewise.
        visits: Rows of ``schema.Visits``.
        payloads: Rows of ``schema.Payloads``.
        draws: Rows of ``schema.Draws``.
        caps: Rows of ``schema.Caps``.
        seed: Seed of the case.
        period: First and last day of the case.
        ledger: Parameters.
        linking: What counts as a delivery.
        merging: What counts as one stay.
        cargo: Parameters that the payloads were made with.
        factors: Factors that the case sets, by name.

    Returns:
        ``ledger``, ``causes`` and ``influence``.

    Raises:
        InputError: overlapping caps, draws that are missing or of unequal number, an unknown product.
    """
    tables = (visits, payloads, draws, claims, caps, places, vessels)
    sums = curves(*tables, seed=seed, ledger=ledger, linking=linking, cargo=cargo, factors=factors)
    rows = sums.to_pylist()
    sources = Sources(
        places,
        vessels,
        claims,
        sightings,
        events,
        tuple(caps_of(caps)),
        seed,
        min(ledger.worlds_again, cargo.draws),
        period,
        merging,
        linking,
        cargo,
        chosen(factors),
    )
    widths, moved = causes(sources.model(visits), rows), influence(sources, visits, rows)
    return {"ledger": sums, "causes": widths, "influence": moved}
