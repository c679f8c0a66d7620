"""Time and memory of a million draws over 500 visits: payloads, and the ledger of a year made from them.

Run: ``python benchmarks/ledger.py``. A million draws are 2,000 worlds of 500 visits. Each part is timed three times and the
fastest is printed; the peak is that of the whole process, its libraries included.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import pyarrow as pa

from darkwake.cargo import CargoRule, payloads
from darkwake.ledger import LedgerRule, LinkRule, ledger
from darkwake.schema import Caps, Claims, Places, Vessels, Visits

VISITS, WORLDS, REPEATS = 500, 2_000, 3


def stays() -> pa.Table:
    """Visits of a fleet that nobody named, over eight months."""
    same = {
        "place_id": "vostochny",
        "vessel": "not named",
        "arrival_lo": datetime(2024, 3, 7, tzinfo=UTC),
        "arrival_hi": datetime(2024, 11, 5, tzinfo=UTC),
        "activity": "load",
        "counted_in": "total",
        "dwt_lo": 1000.0,
        "dwt_hi": 9000.0,
        "sightings": [],
        "probability": 1.0,
        "rule": "benchmark",
        "verified": False,
        "origin": "published",
        "evidence": [],
    }
    return Visits.rows([{"visit_id": f"visit-{n:04}", **same} for n in range(VISITS)])


def cap() -> pa.Table:
    """One cap year."""
    period = {"period_start": date(2024, 1, 1), "period_end": date(2024, 12, 31)}
    row = {
        "cap_id": "c",
        "title": "c",
        "product": "refined",
        "amount": 5e5,
        "unit": "bbl",
        "instrument": "c",
        "verified": False,
    }
    return Caps.rows([row | period | {"evidence": []}])


def port() -> pa.Table:
    """The port that loads."""
    row = {"place_id": "vostochny", "name": "V", "kind": "port", "country": "RU", "lat": 42.7, "lon": 133.1, "extent_m": 3000.0}
    return Places.rows([row | {"verified": False, "origin": "published", "evidence": []}])


def fastest(work: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs."""
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> None:
    """Print seconds and peak memory."""
    visits, rule = stays(), CargoRule(draws=WORLDS)
    made = payloads(visits, Vessels.empty(), seed=1, cargo=rule)
    given = {"visits": visits, **made, "claims": Claims.empty(), "caps": cap(), "places": port(), "vessels": Vessels.empty()}
    payload_s = fastest(lambda: payloads(visits, Vessels.empty(), seed=1, cargo=rule))
    alone = LedgerRule(assumptions=False)
    ledger_s = fastest(lambda: ledger(**given, seed=1, ledger=alone, linking=LinkRule(), cargo=rule))
    whole_s = fastest(lambda: ledger(**given, seed=1, ledger=LedgerRule(), linking=LinkRule(), cargo=rule))
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{VISITS * WORLDS:,} draws over {VISITS} visits: payloads {payload_s:.2f} s, ledger of one year {ledger_s:.2f} s")
    print(f"together {payload_s + ledger_s:.2f} s; the ledger with every assumption in print {whole_s:.2f} s")
    print(f"peak {peak_mib:.0f} MiB")


if __name__ == "__main__":
    main()
