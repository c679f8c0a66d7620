"""Time and memory of the ledger over 500 visits: a million worlds streamed, and 2,000 worlds stored and summed day by day.

Run: ``python benchmarks/ledger.py``. "A million draws over 500 visits" can be read as a million worlds (500 million draws) or
as a million draws in all (2,000 worlds); both are printed. The floor is what no way of drawing can be faster than: making 16
random bits for each visit and world, and one pass over as many numbers in single precision. Each part is timed three times and
the fastest is printed; the peak is that of the whole process so far, its libraries included.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from darkwake.cargo import CargoRule, payloads
from darkwake.ledger import LedgerRule, LinkRule, ledger, total
from darkwake.schema import Caps, Claims, Places, Vessels, Visits

VISITS, MILLION, WORLDS, REPEATS = 500, 1_000_000, 2_000, 3
BLOCK = 8192


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


def fastest(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor, of the fastest of some runs."""
    found = []
    for _ in range(REPEATS):
        start, used = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - start, time.process_time() - used))
    return min(found)


def peak_mib() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bits() -> None:
    """16 random bits for each visit and world, on one thread."""
    random = np.random.default_rng(1).bit_generator
    for _ in range(VISITS * MILLION // BLOCK):
        random.random_raw(BLOCK // 4)


def sums() -> None:
    """One addition for each visit and world, on one thread, within the cache."""
    one, found = np.ones(BLOCK, np.float32), np.zeros(BLOCK, np.float32)
    for _ in range(VISITS * MILLION // BLOCK):
        found += one


def streamed(visits: pa.Table) -> None:
    """A million worlds of 500 visits."""
    for threads in (1, 2):
        clock_s, used_s = fastest(lambda: total(visits, Vessels.empty(), worlds=MILLION, threads=threads))  # noqa: B023
        print(f"{MILLION:,} worlds x {VISITS} visits on {threads} threads: {clock_s:.2f} s ({used_s:.2f} s of processor)")
    print(f"peak {peak_mib():.0f} MiB")
    print(total(visits, Vessels.empty(), worlds=MILLION).words())
    print(f"floor: random bits {fastest(bits)[0]:.2f} s, one addition each {fastest(sums)[0]:.2f} s, both on one thread")


def stored(visits: pa.Table) -> None:
    """2,000 worlds, kept visit by visit and summed day by day."""
    rule = CargoRule(draws=WORLDS)
    made = payloads(visits, Vessels.empty(), seed=1, cargo=rule)
    given = {"visits": visits, **made, "claims": Claims.empty(), "caps": cap(), "places": port(), "vessels": Vessels.empty()}
    payload_s, _ = fastest(lambda: payloads(visits, Vessels.empty(), seed=1, cargo=rule))
    alone = LedgerRule(assumptions=False)
    ledger_s, _ = fastest(lambda: ledger(**given, seed=1, ledger=alone, linking=LinkRule(), cargo=rule))
    whole_s, _ = fastest(lambda: ledger(**given, seed=1, ledger=LedgerRule(), linking=LinkRule(), cargo=rule))
    print(f"{WORLDS:,} worlds x {VISITS} visits stored: payloads {payload_s:.2f} s, ledger of one year {ledger_s:.2f} s")
    print(f"together {payload_s + ledger_s:.2f} s; the ledger with every assumption in print {whole_s:.2f} s")
    print(f"peak {peak_mib():.0f} MiB")


def main() -> None:
    """Print seconds and peak memory of both readings."""
    visits = stays()
    streamed(visits)
    stored(visits)


if __name__ == "__main__":
    main()
