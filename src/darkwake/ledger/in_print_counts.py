"""The barrels that a printed count of deliveries stands for, by the product's own model of a payload.

Nothing is fitted to the printed totals. A count becomes as many visits by ships that nobody named, and these get payloads as
the visits of any case do: a deadweight from what is printed of the fleet, a laden fraction (the one that the publisher assumed,
where he says so), barrels per tonne. What is known of the fleet changes with the years:

* **2024**: the prior of ``cargo`` as it stands, six deadweights in print.
* **2018**: of these six only the three that no dated text places under another flag then.
* **2020**: the same, and tankers of other flags that the source says delivered directly. How large they were nobody prints;
  three that were listed for meeting the flag's ships have a deadweight in print. Which share of the deliveries was theirs
  nobody says either: every share alike (assumed, because nothing is known of it).

The fleets of 2018 and 2020 were set up after it was seen that some totals of those years lie outside what the ships of 2024
would carry (1,367,628 bbl for 89 calls, 3.78 million for 263, 4.4 million for 121). So each check says both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pyarrow as pa

from darkwake.cargo import SCENARIOS, CargoRule, loads
from darkwake.cargo.factors import DEADWEIGHT, DEADWEIGHT_LEVEL, LADEN, LADEN_OWN, Numbers, catalogue
from darkwake.ledger.in_print_statements import statements
from darkwake.schema import Vessels, Visits

SEED = 1
RULE = CargoRule()

FLAG_IN_2018 = ("V05", "V14", "V27")
"""Ships of the flag with a deadweight in print, less those that came later by print: Ocean Sky in May 2021, Paektusan 1 in
December 2023, and Song Won 2, which as New Regent flew Panama's flag in June 2018."""
OTHER_FLAGS = ("V12", "V13", "V31")
"""Tankers of other flags, listed for transfers to ships of the flag, with a deadweight in print."""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of the deliveries by ships of other flags, each alike."""

LATEST = "2024"
FLEETS = ("2018", "2020", LATEST)


@cache
def barrels(count: int, fleet: str, fill: str | None = None) -> Numbers:
    """Barrels of so many deliveries, one number a world.

    Args:
        count: Deliveries.
        fleet: One of ``FLEETS``.
        fill: Name of a scenario of ``cargo.SCENARIOS``; without it the prior of the laden fraction.

    >>> bool(barrels(43, "2024").min() > 0)
    True
    """
    if fleet == "2020":
        return np.concatenate([_sum(_visits(count, round(share * count)), "2018", fill) for share in SHARES])
    return _sum(_visits(count, 0), fleet, fill)


def _sum(visits: pa.Table, fleet: str, fill: str | None) -> Numbers:
    factors: dict[str, object] = _level_of(FLAG_IN_2018) if fleet == "2018" else {}
    if fill is not None:
        factors |= {LADEN: SCENARIOS[fill][0], LADEN_OWN: 0.0}
    found = loads(visits, Vessels.empty(), seed=SEED, cargo=RULE, factors=factors)
    total: Numbers = np.sum([load.barrels for load in found], axis=0)
    return total


def _visits(count: int, others: int) -> pa.Table:
    """Visits that only a count knows; the first ``others`` of them by ships as large as those of other flags on record."""
    prior = catalogue()[DEADWEIGHT]
    foreign = deadweights(OTHER_FLAGS)
    rows = [
        _visit(n, "other flags", min(foreign), max(foreign)) if n < others else _visit(n, "the flag", prior.low, prior.high)
        for n in range(count)
    ]
    return Visits.rows(rows)


def _visit(number: int, fleet: str, dwt_lo: float, dwt_hi: float) -> dict[str, object]:
    return {
        "visit_id": f"{number:04}",
        "place_id": fleet,
        "vessel": "not named",
        "arrival_lo": datetime(2018, 1, 1, tzinfo=UTC),  # no payload depends on the day
        "arrival_hi": datetime(2018, 1, 1, tzinfo=UTC),
        "activity": "discharge",
        "counted_in": fleet,
        "dwt_lo": dwt_lo,
        "dwt_hi": dwt_hi,
        "sightings": [],
        "probability": 1.0,
        "rule": "a count in print",
        "verified": True,
        "origin": "published",
        "evidence": [],
    }


def deadweights(ships: Iterable[str]) -> list[float]:
    """Deadweights in print, tonnes."""
    return [statements()[ship].number("dwt_t") for ship in ships]


def _level_of(ships: Iterable[str]) -> dict[str, object]:
    """The typical size of unnamed ships from these alone, two standard errors to either side.

    The ships differ by as much as those of the prior do: three tell a median, but no spread.
    """
    sizes = np.log(deadweights(ships))
    prior = catalogue()[DEADWEIGHT]
    level = float(np.exp(sizes.mean()) / prior.central)
    error = float(np.exp(2 * prior.spread / np.sqrt(len(sizes))))
    source = f"{len(sizes)} ships of the flag with a deadweight in print and no other flag by print"
    return {DEADWEIGHT_LEVEL: {"low": level / error, "central": level, "high": level * error, "source": source}}
