"""Seeded worlds at the level of counts: a fleet, its loads and their true barrels, and what a publisher would print of them.

They examine the interval of the ledger: what is drawn here comes from the priors that the ledger states, in code that shares
none with it (other formulas, rejection in place of inverted distributions), so that an interval of 90 % should hold the truth
in nine worlds of ten. Nothing of a world is real, and each row says so. Not here: AIS, images, visits that nobody printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.cargo import Factor, catalogue
from darkwake.cargo.factors import DEADWEIGHT, DEADWEIGHT_LEVEL, DEADWEIGHT_RECORD, FLEET, LADEN, LADEN_OWN, STATED
from darkwake.cargo.factors import conversion_name as per_tonne
from darkwake.draws import generator
from darkwake.schema import Caps, Claims, Places, Vessels

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
"""The year of the cap."""
COUNTED = (date(2024, 3, 7), date(2024, 11, 5))
LATE = (date(2024, 12, 1), date(2025, 1, 30))
"""Days of a second count, half of which lie in the next year."""
PORT = "simulated-port"
GOODS = "refined product"

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class CountWorld:
    """What was published of a world, as tables, and what nobody published: the barrels of the year."""

    claims: pa.Table
    vessels: pa.Table
    places: pa.Table
    caps: pa.Table
    truth_bbl: float


def count_world(seed: int, *, unnamed: int = 12, late: int = 4, named: int = 2, calls: int = 2, stated: int = 1) -> CountWorld:
    """A world of a seed.

    Args:
        seed: Seed of the world.
        unnamed: Visits that one published count knows.
        late: Visits of a second count, about the turn of the year.
        named: Ships with a name and a deadweight on record.
        calls: Visits of each of them, each published with its day.
        stated: Visits of ships without a deadweight whose barrels were printed.
    """
    random = generator(seed, "count world")
    trade = _Trade.drawn(random)
    dwt_t = random.uniform(1000.0, 9000.0, named).round()
    true_dwt_t = dwt_t * [trade.one(DEADWEIGHT_RECORD) for _ in range(named)]
    printed_bbl = random.uniform(10_000.0, 30_000.0, stated).round()
    counted = [trade.load_bbl(ship_t) for ship_t in trade.of_the_fleet(unnamed + late)]
    in_year = random.integers((LATE[1] - LATE[0]).days + 1, size=late) <= (YEAR[1] - LATE[0]).days
    truth = sum(counted[:unnamed]) + sum(bbl for bbl, inside in zip(counted[unnamed:], in_year, strict=True) if inside)
    truth += sum(trade.load_bbl(ship_t) for ship_t in true_dwt_t for _ in range(calls))
    truth += sum(bbl * trade.one(STATED) for bbl in printed_bbl)
    claims = [_claim("count", COUNTED, count=unnamed), _claim("late count", LATE, count=late)]
    claims += [_call(f"ship {n} call {m}", 20 * n + 9 * m, vessel_id=f"ship-{n}") for n in range(named) for m in range(calls)]
    claims += [_call(f"stated {n}", 9 * n, vessel=f"Stated {n}", central=bbl) for n, bbl in enumerate(printed_bbl.tolist())]
    ships = [_ship(f"ship-{n}", float(t)) for n, t in enumerate(dwt_t)]
    return CountWorld(Claims.rows(claims), Vessels.rows(ships), _places(), _caps(), truth)


@dataclass(frozen=True)
class _Trade:
    """What all visits of a world share, drawn once, and the generator that what they do not share is drawn from."""

    random: np.random.Generator
    factors: Mapping[str, Factor]
    level: float
    size_level: float
    bbl_per_t: float
    ships: int

    @classmethod
    def drawn(cls, random: np.random.Generator) -> _Trade:
        known = catalogue()
        named = {name: _drawn(known[name], random) for name in (LADEN, DEADWEIGHT_LEVEL, per_tonne(GOODS), FLEET)}
        level, size_level, bbl_per_t, ships = named.values()
        return cls(random, known, level, size_level, bbl_per_t, int(np.floor(ships + 0.5)))

    def one(self, name: str) -> float:
        """One value of what a ship or a visit has to itself."""
        return _drawn(self.factors[name], self.random)

    def of_the_fleet(self, visits: int) -> Numbers:
        """The deadweight behind each visit of the unnamed fleet: each ship is as likely as the next."""
        prior = self.factors[DEADWEIGHT]
        log_median = np.log(prior.central) + np.log(self.size_level)
        sizes = [
            _within(prior.low, prior.high, lambda: float(np.exp(self.random.normal(log_median, prior.spread))))
            for _ in range(self.ships)
        ]
        found: Numbers = self.random.choice(np.array(sizes), size=visits)
        return found

    def load_bbl(self, dwt_t: float) -> float:
        """The barrels of one load: the odds of the level, moved by the visit's own factor on them."""
        odds = self.level / (1 - self.level) * np.exp(self.one(LADEN_OWN))
        return float(dwt_t * odds / (1 + odds) * self.bbl_per_t)


def _drawn(factor: Factor, random: np.random.Generator) -> float:
    """A value of a factor, cut off by throwing away what lies outside."""
    if factor.low == factor.high:
        return factor.central
    if factor.shape == "triangular":
        return float(random.triangular(factor.low, factor.central, factor.high))
    if factor.shape == "normal":
        return _within(factor.low, factor.high, lambda: float(random.normal(factor.central, factor.spread)))
    return _within(factor.low, factor.high, lambda: float(factor.central * np.exp(random.normal(0.0, factor.spread))))


def _within(low: float, high: float, draw: Callable[[], float]) -> float:
    while not low <= (value := draw()) <= high:
        pass
    return value


def _claim(claim_id: str, days: tuple[date, date], **said: object) -> dict[str, object]:
    row: dict[str, object] = {
        "claim_id": claim_id,
        "kind": "aggregate",
        "publisher": "simulated publisher",
        "title": "simulated",
        "what": "loads",
        "place_id": PORT,
        "activity": "load",
        "product": "refined",
        "bound": "exact",
        "period_start": days[0],
        "period_end": days[1],
    }
    return row | {"verified": False, "origin": "simulated", "evidence": [f"simulated {claim_id}"]} | said


def _call(claim_id: str, day_of_year: int, **said: object) -> dict[str, object]:
    day = YEAR[0] + timedelta(days=day_of_year)
    return _claim(claim_id, (day, day), kind="visit", unit="bbl" if "central" in said else None, **said)


def _ship(vessel_id: str, dwt_t: float) -> dict[str, object]:
    row = {"vessel_id": vessel_id, "name": vessel_id, "names": [vessel_id], "dwt_t": dwt_t, "verified": False}
    return row | {"origin": "simulated", "evidence": ["simulated register"]}


def _places() -> pa.Table:
    row = {"place_id": PORT, "name": PORT, "kind": "port", "country": "RU", "lat": 42.74, "lon": 133.08, "extent_m": 3000.0}
    return Places.rows([row | {"verified": False, "origin": "simulated", "evidence": ["simulated"]}])


def _caps() -> pa.Table:
    row = {"cap_id": "simulated", "title": "simulated", "product": "refined", "amount": 500_000.0, "unit": "bbl"}
    period = {"period_start": YEAR[0], "period_end": YEAR[1]}
    return Caps.rows([row | period | {"instrument": "simulated", "verified": False, "evidence": ["simulated"]}])
