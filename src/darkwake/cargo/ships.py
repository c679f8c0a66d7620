"""The ship of each visit: what is known of her, and her deadweight in every world.

A named ship is one ship wherever she calls. The ships of visits that only counts at one place know are a fleet of a few, each
of which calls again; which of them made a visit is drawn anew in every world. Knows nothing of what was loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from darkwake.cargo.deadweight import checked
from darkwake.cargo.factors import DEADWEIGHT, DEADWEIGHT_LEVEL, DEADWEIGHT_RECORD, FLEET, Factor, Numbers, cut_lognormal
from darkwake.cargo.hull import Hull, Known, hull
from darkwake.cargo.unknowns import SHARED, Unknowns
from darkwake.errors import InputError

NOT_NAMED = "not named"
"""How ``Visits.vessel`` says that nobody knows the ship."""
FLEET_KEY = "unnamed fleet calling at"
BEYOND_ERROR = 2.0
"""A measured draught less this many standard errors is one that she had at least: 1 in 40 lies beyond by chance."""
WHICH_SHIP = "which ship of the fleet"
"""The unknown behind a visit of a fleet; it has no distribution of its own, for each ship is as likely as the next."""

Sharing = Literal["shared", "ship", "visit"]
"""Who has an unknown: all visits alike, a ship on all her visits, or one visit."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Ship:
    """The ship of a visit: her name among the draws, her row of ``vessels``, bounds of her deadweight, of a fleet or not."""

    key: str
    record: Row
    bounds: tuple[float, float]
    of_fleet: bool
    deepest_m: float | None = None
    """The deepest mean draught at which any visit measured her at the least."""

    @property
    def dwt_t(self) -> float | None:
        """Her deadweight on record, tonnes."""
        found: float | None = self.record.get("dwt_t")
        return found

    @property
    def measured(self) -> bool:
        """Whether her length and beam are on record."""
        return self.record.get("length_m") is not None and self.record.get("beam_m") is not None


def known_of(record: Row, deepest_m: float | None = None) -> Known:
    """What is on record of a ship, as hulls are drawn from; a ship of no known type is taken for a tanker, for tankers call.

    >>> known_of({"type": "cargo", "length_m": 120.0}).kind
    'general cargo ship'
    """
    words = str(record.get("type") or "").lower()
    kind = "container ship" if "container" in words else "general cargo ship" if "cargo" in words else "tanker"
    words_of = ("length_m", "beam_m", "depth_m", "draught_m", "dwt_t", "lightship_t", "tpc_t_per_cm")
    sizes: dict[str, Any] = {word: record.get(word) for word in words_of}
    return Known(kind, deepest_m=deepest_m, **sizes)


def sharing_of(asked: Unknowns, ship: str) -> dict[str, Sharing]:
    """Who has each unknown that was asked: all visits, the ship, or the visit."""
    return {
        name: "shared" if owners == {SHARED} else "ship" if owners <= {SHARED, ship} else "visit"
        for name, owners in asked.owners.items()
    }


@dataclass(frozen=True)
class Built:
    """A ship's hull in every world, and the unknowns that it was drawn from."""

    hull: Hull
    unknowns: Mapping[str, Sharing]


@dataclass(frozen=True)
class Drawn:
    """A quantity in every world, with what it stands on."""

    values: Numbers
    tier: str
    words: str
    factors: tuple[Factor, ...]
    unknowns: Mapping[str, Sharing]


def ships_of(rows: Iterable[Row], vessels: Iterable[Row], prior: Factor) -> dict[str, Ship]:
    """The ship of every visit by the visit's id; what bounds one visit of a ship (or of a fleet) bounds all of them.

    Raises:
        InputError: bounds that contradict each other, a deadweight that no ship can have.
    """
    records = {row["vessel_id"]: row for row in vessels}
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(_ship_key(row), []).append(row)
    found: dict[str, Ship] = {}
    for key, group in groups.items():
        record = records.get(group[0]["vessel_id"], {})
        _check_record(record)
        ship = Ship(key, record, _bounds(key, group, prior), key.startswith(FLEET_KEY), _deepest_m(group))
        found |= {row["visit_id"]: ship for row in group}
    return found


def _deepest_m(group: list[Row]) -> float | None:
    """The deepest that measured draughts show at the least; those that a crew typed may be wrong, and say nothing here."""
    measured = [row for row in group if row.get("draught_sd_m") is not None]
    ends = ((row[end], row["draught_sd_m"]) for row in measured for end in ("draught_in_m", "draught_out_m"))
    return max((m - BEYOND_ERROR * sd for m, sd in ends if m is not None and m > BEYOND_ERROR * sd), default=None)


def _check_record(record: Row) -> None:
    if record.get("dwt_t") is None:
        return
    try:
        checked(record["dwt_t"], record.get("length_m"), record.get("beam_m"), known_of(record).kind)
    except InputError as fault:
        raise InputError(fault.what, do=fault.do, source="vessels", place=f"ship {record['vessel_id']}") from fault


def _ship_key(row: Row) -> str:
    if row["vessel_id"] is not None:
        return f"ship {row['vessel_id']}"
    if row["vessel"] != NOT_NAMED:
        return f"ship called {row['vessel']}"
    # Counts at one place lie in one another (five in March, 43 in the year): their unnamed ships are one fleet.
    return f"{FLEET_KEY} {row['place_id']}" if row["counted_in"] is not None else f"ship of visit {row['visit_id']}"


def _bounds(key: str, group: list[Row], prior: Factor) -> tuple[float, float]:
    low = max((float(row["dwt_lo"]) for row in group if row["dwt_lo"] is not None), default=prior.low)
    high = min((float(row["dwt_hi"]) for row in group if row["dwt_hi"] is not None), default=prior.high)
    if not 0 < low <= high:
        what = f"{key}: no deadweight lies between {low:,.0f} and {high:,.0f} t"
        raise InputError(what, do="mend dwt_lo, dwt_hi", source="visits")
    return checked(low), checked(high)


@dataclass
class Deadweights:
    """The deadweights of ships in the worlds of some unknowns, each ship drawn once."""

    unknown: Unknowns
    factors: Mapping[str, Factor]
    _kept: dict[str, Numbers] = field(default_factory=dict)
    _built: dict[str, Built] = field(default_factory=dict)

    def hull_of(self, ship: Ship) -> Built:
        """The hull of a ship of which a deadweight, or length and beam, are on record.

        Raises:
            InputError: nothing that tells her size is on record, or what no ship has.
        """
        if ship.key not in self._built:
            asked = self.unknown.fixing(())
            try:
                drawn = hull(known_of(ship.record, ship.deepest_m), asked, ship.key, self.factors)
            except InputError as fault:
                raise InputError(fault.what, do=fault.do, source="vessels", place=ship.key) from fault
            self._built[ship.key] = Built(drawn, sharing_of(asked, ship.key))
        return self._built[ship.key]

    def of(self, ship: Ship, visit: str) -> Drawn:
        """The deadweight of the ship of a visit, tonnes."""
        if ship.dwt_t is not None:
            relative = self.factors[DEADWEIGHT_RECORD]
            values = ship.dwt_t * relative.at(self.unknown(relative.name, ship.key))
            words = f"{ship.dwt_t:,.0f} t deadweight {ship.record.get('dwt_said', 'on record')}"
            return Drawn(values, "deadweight", words, (relative,), {relative.name: "ship"})
        if ship.measured:
            built = self.hull_of(ship)
            length_m, beam_m = ship.record["length_m"], ship.record["beam_m"]
            words = f"about {np.median(built.hull.dwt_t):,.0f} t deadweight, as ships of {length_m:g} by {beam_m:g} m have"
            return Drawn(built.hull.dwt_t, "class", words, built.hull.factors, built.unknowns)
        prior, level = self.factors[DEADWEIGHT], self.factors[DEADWEIGHT_LEVEL]
        low, high = ship.bounds
        words = f"{low:,.0f} to {high:,.0f} t deadweight, mostly near {prior.central:,.0f} t"
        unknowns: dict[str, Sharing] = {DEADWEIGHT: "ship", DEADWEIGHT_LEVEL: "shared"}
        if not ship.of_fleet:
            size_t = self._unknown_ship(ship.key, ship.bounds)
            return Drawn(size_t, "class", f"one ship of unknown size: {words}", (prior, level), unknowns)
        said = f"a ship of an unnamed fleet: {words}"
        more: dict[str, Sharing] = {FLEET: "shared", WHICH_SHIP: "visit"}
        return Drawn(self._fleet_ship(ship, visit), "class", said, (prior, level, self.factors[FLEET]), unknowns | more)

    def _unknown_ship(self, key: str, bounds: tuple[float, float]) -> Numbers:
        """One ship of which only bounds are known."""
        if key not in self._kept:
            self._kept[key] = self._sizes(self.unknown(DEADWEIGHT, key), bounds)
        return self._kept[key]

    def _sizes(self, u: Numbers, bounds: tuple[float, float]) -> Numbers:
        """Deadweights at these cumulative probabilities; the last axis are the worlds."""
        prior, level = self.factors[DEADWEIGHT], self.factors[DEADWEIGHT_LEVEL]
        if prior.shape != "lognormal":
            return np.clip(prior.at(u), *bounds)
        median_t = prior.central * level.at(self.unknown(level.name))
        return cut_lognormal(u, median_t, prior.spread, *bounds)

    def _fleet_ship(self, ship: Ship, visit: str) -> Numbers:
        """The ship of an unnamed fleet that made this visit, drawn anew in every world."""
        size = np.rint(self.factors[FLEET].at(self.unknown(FLEET)))
        berth = np.minimum(self.unknown(WHICH_SHIP, visit) * size, size - 1).astype(np.int64)
        found: Numbers = self._fleet(ship, int(size.max()))[berth, np.arange(len(berth))]
        return found

    def _fleet(self, ship: Ship, most: int) -> Numbers:
        """Every ship of a fleet (rows) in every world (columns)."""
        if ship.key not in self._kept:
            u = np.stack([self.unknown(DEADWEIGHT, f"{ship.key}/{n}") for n in range(most)])
            self._kept[ship.key] = self._sizes(u, ship.bounds)
        return self._kept[ship.key]
