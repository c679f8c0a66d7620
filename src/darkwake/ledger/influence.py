"""Leave one source out: what each cap's sum would be if a publication had never been read.

The claims that stand on it go, the visits are made anew from the rest, and a deadweight that it alone gave is not known any
more. The seed stays, so visits that stay keep their draws and a difference is no noise. Files are passed over: a file of a case
holds the rows of many publications, and which of them said what is the question here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darkwake.cargo import CargoRule
from darkwake.cargo.factors import Factor, Numbers
from darkwake.cargo.loads import Loading
from darkwake.draws import quantiles
from darkwake.fusion import LinkRule, MergeRule, visits
from darkwake.ledger.accumulate import BOTH, REPORTS, VISITS
from darkwake.ledger.cap import Cap
from darkwake.ledger.counted import SIMULATED_ORIGIN, counted
from darkwake.ledger.model import Key, Model, total, visits_in
from darkwake.ledger.parts import Part
from darkwake.ledger.reports import reported
from darkwake.schema import Claims, Influence, Sightings, Vessels

FILE = "file-"
"""How the id of a file begins (``ids.source_id``)."""


@dataclass(frozen=True)
class Sources:
    """All that visits and reports are made from, and how."""

    places: pa.Table
    vessels: pa.Table
    claims: pa.Table
    sightings: pa.Table
    events: pa.Table
    caps: tuple[Cap, ...]
    seed: int
    worlds: int
    period: tuple[date, date]
    merging: MergeRule
    linking: LinkRule
    cargo: CargoRule
    factors: Mapping[str, Factor]

    def without(self, source: str) -> Sources:
        """The same without one source."""
        gone = {row["claim_id"] for row in self.claims.to_pylist() if source in row["evidence"]}
        claims = [row for row in self.claims.to_pylist() if row["claim_id"] not in gone]
        sightings = [row for row in self.sightings.to_pylist() if row["claim_id"] not in gone]
        ships = [_unweighed(row, source) for row in self.vessels.to_pylist()]
        return replace(self, claims=Claims.rows(claims), sightings=Sightings.rows(sightings), vessels=Vessels.rows(ships))

    def made(self) -> pa.Table:
        """The visits, made anew."""
        tables = (self.places, self.vessels, self.claims, self.sightings, self.events)
        return visits(*tables, period=self.period, merging=self.merging)

    def model(self, made: pa.Table) -> Model:
        """What the sums are drawn from, given the visits."""
        real = made.filter(pc.not_equal(made["origin"], SIMULATED_ORIGIN))
        loading = Loading.of(real, self.vessels, self.cargo, self.factors)
        told = {product: reported(self.claims, product) for product in sorted({cap.product for cap in self.caps})}
        return Model(self.seed, self.worlds, self.caps, counted(real, self.places, self.linking).real, loading, told)


def influence(sources: Sources, made: pa.Table, ledger: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Each sum on its last day, without each publication that it stands on, in the worlds of ``sources``.

    Args:
        sources: What visits and reports are made from.
        made: Rows of ``schema.Visits`` with all sources.
        ledger: Rows of ``schema.Ledger``, for their origins.

    Returns:
        Rows of ``schema.Influence``.
    """
    caps = {cap.cap_id: cap for cap in sources.caps}
    origins = {(row["cap_id"], row["mode"]): row["origin"] for row in ledger}
    model = sources.model(made)
    whole, tops = {key: parts for key, parts in model.parts().items() if key in origins}, model.tops()
    stands_on = {key: {one for part in parts for one in part.evidence} for key, parts in whole.items()}
    rows_said = (*sources.claims.to_pylist(), *sources.vessels.to_pylist())
    said = {one for row in rows_said for one in row["evidence"] if not one.startswith(FILE)}
    rows: list[dict[str, object]] = []
    for source in sorted(said & {one for known in stands_on.values() for one in known}):
        rest = sources.without(source)
        left = rest.model(rest.made()).parts()
        rows += [
            _row(caps[key[0]], tops[key[0]], key[1], source, whole[key], _left(left, *key)) | {"origin": origins[key]}
            for key in whole
            if source in stands_on[key]
        ]
    return Influence.rows(rows)


def _left(parts: Mapping[Key, list[Part]], cap_id: str, mode: str) -> list[Part]:
    """What is left of a sum; of a sum of two the one stays where the other is gone."""
    modes = (VISITS, REPORTS) if mode == BOTH else (mode,)
    return [part for one in modes for part in parts.get((cap_id, one), [])]


def _row(cap: Cap, top: Numbers, mode: str, source: str, whole: list[Part], left: list[Part]) -> dict[str, object]:
    middle = float(np.median(total(cap, whole)))
    row: dict[str, object] = {"cap_id": cap.cap_id, "mode": mode, "evidence_id": source, "visits": 0.0, "moved_bbl": -middle}
    if not left:
        return row
    bbl = total(cap, left)
    p05, p50, p95 = quantiles(bbl)
    chance = float((bbl > top).mean())
    found = {"bbl_p05": p05, "bbl_p50": p50, "bbl_p95": p95, "chance_exceeded": chance, "moved_bbl": p50 - middle}
    return row | found | {"visits": visits_in(cap, left)}


def _unweighed(row: Mapping[str, object], source: str) -> dict[str, object]:
    """A ship without the deadweight that the source gave."""
    evidence = row["evidence"]
    return dict(row) | ({"dwt_t": None} if isinstance(evidence, list) and source in evidence else {})
