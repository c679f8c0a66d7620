"""What the reachable sets of many silences cost: SIMULATED silences of 12 hours to 30 days against places on all coasts.

    python benchmarks/reachable.py [--gaps 1000] [--places 50]

Printed: processor seconds, peak memory, and over how many of the ways the finer cells were used.
"""

from __future__ import annotations

import argparse
import math
import resource
import time

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.events.prism import US_PER_HOUR, Silence
from darkwake.events.reachable import ReachRule, reachable
from darkwake.geo import destination
from darkwake.schema import Places
from darkwake.seaways import World, wet

SEED = 20240512
SOUTH, NORTH = -50.0, 65.0
SHORTEST_H, LONGEST_H = 12.0, 720.0
OPEN_SHARE = 0.1
BY_A_PLACE = 0.5
"""Share of silences that begin within ``NEAR_NM`` of a place."""
NEAR_NM = 300.0


def afloat(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Places at sea, evenly over the globe between two parallels."""
    lat = np.degrees(np.arcsin(random.uniform(math.sin(math.radians(SOUTH)), math.sin(math.radians(NORTH)), 4 * count)))
    lon = random.uniform(-180, 180, 4 * count)
    return np.stack([lat, lon], axis=1)[wet(World(), lat, lon)][:count]


def ports(random: np.random.Generator, count: int) -> pa.Table:
    """Water cells with land 0.05 degrees off, anywhere on the coasts."""
    at = afloat(random, 400 * count)
    at = at[~wet(World(), at[:, 0] + 0.05, at[:, 1])][:count]
    row = {"kind": "port", "extent_m": 2_000.0, "verified": False, "origin": "simulated", "evidence": ["benchmark"]}
    named = [
        row | {"place_id": f"p{n:03}", "name": f"p{n}", "lat": lat, "lon": lon} for n, (lat, lon) in enumerate(at.tolist())
    ]
    return Places.rows(named)


def silences(random: np.random.Generator, count: int, places: pa.Table) -> list[Silence]:
    """Silences whose lengths spread evenly on the logarithm; where they end lies within two fifths of the reach."""
    law, seas = ReachRule().law(None), afloat(random, 2 * count)
    spots = np.stack([places["lat"].to_numpy(), places["lon"].to_numpy()], axis=1)
    gaps: list[Silence] = []
    for number in range(count):
        hours = float(np.exp(random.uniform(np.log(SHORTEST_H), np.log(LONGEST_H))))
        start = seas[number]
        if random.random() < BY_A_PLACE:
            start = _near(random, spots[random.integers(len(spots))], NEAR_NM)
        end = None if random.random() < OPEN_SHARE else _near(random, start, 0.4 * hours * law.median_kn)
        until = round(hours * US_PER_HOUR)
        gaps.append(Silence(f"g{number:04}", 0, float(start[0]), float(start[1]), until, end and (end[0], end[1]), law))
    return gaps


def _near(random: np.random.Generator, at: NDArray[np.float64] | tuple[float, float], most_nm: float) -> tuple[float, float]:
    """A place afloat within some distance, or the place itself where sixteen tries find none."""
    for _ in range(16):
        there = destination(float(at[0]), float(at[1]), random.uniform(0, 360), random.uniform(0, most_nm) * 1852)
        if wet(World(), [there[0]], [there[1]])[0]:
            return there
    return float(at[0]), float(at[1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gaps", type=int, default=1000)
    parser.add_argument("--places", type=int, default=50)
    given = parser.parse_args()
    random = np.random.default_rng(SEED)
    places = ports(random, given.places)
    gaps = silences(random, given.gaps, places)
    begun = time.process_time()
    rows = reachable(gaps, places)
    spent = time.process_time() - begun
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{len(gaps)} silences, {places.num_rows} places: {spent:.1f} s CPU, peak {peak_mib} MiB, {rows.num_rows} rows")


if __name__ == "__main__":
    main()
