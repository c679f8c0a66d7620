"""One ship and one visit as a caller describes them: checked, and put into the rows that a case would hold.

Nothing is reckoned here. What excludes each other is refused; what is given exactly replaces the factor that would stand in.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from darkwake.cargo.afloat import DENSITIES, SEA_BERTH
from darkwake.cargo.deadweight import checked
from darkwake.cargo.factors import CALL_LOADED, DEADWEIGHT_RECORD, LADEN, LADEN_OWN, TABLE, Factor, conversion_name
from darkwake.claims.units import LEAST_BBL_PER_T, MOST_BBL_PER_T
from darkwake.errors import InputError, UsageError, nearest
from darkwake.schema import Visits

GIVEN = "given"
"""Source of a factor that the caller gave."""
VISIT, SHIP = "this visit", "this ship"
KINDS = ("tanker", "general cargo ship", "container ship")
ARRIVED = datetime(2000, 1, 1, tzinfo=UTC)
"""Any time: only the hours alongside are reckoned with."""
Looks = tuple[float | None, float | None, float | None]
"""What was measured on arrival and departure, and its standard error, metres."""


@dataclass(frozen=True)
class Given:
    """What a caller says of a ship and her visit."""

    imo: int | None
    sizes_m: Mapping[str, float | None]
    """Length, beam and depth, by the columns of ``vessels``."""
    dwt_t: float | None
    kind: str
    laden: float | None
    draughts_m: Looks
    freeboards_m: Looks
    activity: str
    place: str | None
    density_t_m3: float | None
    hours: float | None
    product: str
    bbl_per_t: float | None

    def __post_init__(self) -> None:
        for what, value, known in (("kind of ship", self.kind, KINDS), ("activity", self.activity, ("load", "discharge"))):
            if value not in known:
                raise InputError(f"no {what} {value!r}", do=nearest(value, known))
        if self.place is not None and self.place not in known_places():
            raise InputError(f"no place {self.place!r}", do=nearest(self.place, known_places()))
        _bounded("a laden fraction of", self.laden, 0, 1, "give cargo over deadweight, 0 to 1")
        _bounded("a density of water of", self.density_t_m3, 0.99, 1.04, "give t/m3: 1.0 is fresh water, 1.025 the sea")
        _bounded("a time alongside, in hours, of", self.hours, 0.1, 24 * 365, "give hours, above zero")
        oils = f"give {LEAST_BBL_PER_T:g} (bitumen has 6.05) to {MOST_BBL_PER_T:g} (ethane has 16.85)"
        _bounded("a number of barrels per tonne of", self.bbl_per_t, LEAST_BBL_PER_T, MOST_BBL_PER_T, oils)
        for word, size_m in self.sizes_m.items():
            _bounded(f"a {word.removesuffix('_m')} in metres of", size_m, 0, 500, "give metres")
        self._check_together()

    def _check_together(self) -> None:
        measured = [any(value is not None for value in looks[:2]) for looks in (self.draughts_m, self.freeboards_m)]
        if all(measured):
            raise UsageError("draughts and freeboards are given", do="give one of them: depth less freeboard is draught")
        if any(measured) and self.laden is not None:
            raise UsageError("a laden fraction is given beside what was measured", do="give one of them")
        if self.place is not None and self.density_t_m3 is not None:
            raise UsageError("a place and a density are given", do="give one of them")
        for looks, on in zip((self.draughts_m, self.freeboards_m), measured, strict=True):
            if looks[2] is not None and not on:
                raise UsageError("a standard error is given of nothing", do="give what was measured with it")

    def factors(self, known: Mapping[str, Factor]) -> Mapping[str, Factor]:
        """The factors in force, those that were given exactly in their place."""
        exact: dict[str, float | None] = {
            CALL_LOADED: 1.0 if known[CALL_LOADED].low >= 1 else None,
            DEADWEIGHT_RECORD: None if self.dwt_t is None else 1.0,
            LADEN: self.laden,
            LADEN_OWN: None if self.laden is None else 0.0,
            conversion_name(self.product): self.bbl_per_t,
            SEA_BERTH: self.density_t_m3,
        }
        return MappingProxyType({**known, **{name: _point(known[name], x) for name, x in exact.items() if x is not None}})

    def visit(self) -> dict[str, Any]:
        """A row of ``schema.Visits``."""
        row: dict[str, Any] = dict.fromkeys(Visits.columns)
        stay = timedelta(hours=self.hours) if self.hours is not None else None
        row |= dict(zip(("draught_in_m", "draught_out_m", "draught_sd_m"), self.draughts_m, strict=True))
        row |= dict(zip(("freeboard_in_m", "freeboard_out_m", "freeboard_sd_m"), self.freeboards_m, strict=True))
        row |= {"visit_id": VISIT, "vessel_id": SHIP, "vessel": SHIP, "place_id": self.place, "activity": self.activity}
        return row | {"product": self.product, "arrival_lo": ARRIVED, "departure_hi": None if stay is None else ARRIVED + stay}

    def vessel(self, vessels: pa.Table | None) -> dict[str, Any]:
        """A row of ``schema.Vessels`` with what is given, over what is on record.

        Raises:
            InputError: nothing is on record of the IMO number, or a deadweight that no ship has.
            UsageError: nothing tells the ship's size.
        """
        found = {} if self.imo is None else self._on_record(vessels)
        given = {word: value for word, value in self.sizes_m.items() if value is not None}
        row: dict[str, Any] = {**found, **given, "vessel_id": SHIP, "type": self.kind}
        if self.dwt_t is not None:
            row |= {"dwt_t": self.dwt_t, "dwt_said": "as given"}
        if row.get("dwt_t") is None and None in (row.get("length_m"), row.get("beam_m")):
            raise UsageError("nothing tells the ship's deadweight", do="give --dwt, or --length and --beam, or --imo")
        if row.get("dwt_t") is not None:
            checked(row["dwt_t"], row.get("length_m"), row.get("beam_m"), self.kind)
        return row

    def _on_record(self, vessels: pa.Table | None) -> dict[str, Any]:
        rows = bundled_ships() if vessels is None else {row["imo"]: row for row in vessels.to_pylist() if row["imo"]}
        row = rows.get(self.imo or 0, {})
        sizes = ("length_m", "beam_m", "depth_m", "draught_m", "dwt_t", "lightship_t", "tpc_t_per_cm")
        found = {word: row[word] for word in sizes if row.get(word) is not None}
        if "dwt_t" not in found and not {"length_m", "beam_m"} <= found.keys() | self._sizes() and self.dwt_t is None:
            raise InputError(f"no deadweight is on record for IMO {self.imo}", do="give --dwt, or --length and --beam")
        return {**found, "dwt_said": f"on record for IMO {self.imo}"}

    def _sizes(self) -> set[str]:
        return {word for word, value in self.sizes_m.items() if value is not None}


def _bounded(what: str, value: float | None, low: float, high: float, do: str) -> None:
    if value is not None and not (math.isfinite(value) and low <= value <= high):
        raise InputError(f"{what} {value:g} is none", do=do)


def _point(factor: Factor, value: float) -> Factor:
    sentence = "Taken as it was given."
    same = replace(factor, shape="point", low=value, central=value, high=value, spread=0.0)
    return replace(same, source=GIVEN, verified=False, sentence=sentence)


@cache
def bundled_ships() -> Mapping[int, Mapping[str, float]]:
    """Sizes that the bundled facts hold of ships, by IMO number and column of ``vessels``.

    >>> bundled_ships()[7389704]["dwt_t"]
    3003.0
    """
    found: dict[int, dict[str, float]] = {}
    for row in _bundled("vessels.csv"):
        numbers = {word: float(row[word]) for word in ("dwt_t", "length_m", "beam_m") if row.get(word)}
        if row["imo"] and numbers:
            found.setdefault(int(row["imo"]), {}).update(numbers)
    return MappingProxyType(found)


@cache
def known_places() -> tuple[str, ...]:
    """Ids of places in the bundled facts, and of those whose water is known.

    >>> "vostochny" in known_places() and "nampo" in known_places()
    True
    """
    return tuple(sorted({*DENSITIES, *(row["id"] for row in _bundled("places.csv"))}))


def _bundled(name: str) -> list[dict[str, str]]:
    paths = sorted(TABLE.parent.rglob(name))
    return [row for path in paths for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]
