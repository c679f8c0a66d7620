"""Events beside MovingPandas and beside a plain window query, on one synthetic subset.

    python benchmarks/events.py [--rows 200000] [--ships 400] [--without-movingpandas]

Each case runs in a process of its own, so that its peak memory is its own, after a run on 2,000 rows that is not timed. All
of them read the same Parquet file and look for silences of more than 2 hours, or for stops of at least 2 hours
(MovingPandas: within 500 m; here: at most 2 kn on average, which is another definition with the same purpose). The subset is
SYNTHETIC: ships that sail, stop and fall silent.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from darkwake.draws import generator
from darkwake.geo import cells, wrap_lon
from darkwake.schema import Places, Positions, Statics

SEED = 20240501
MEAN_INTERVAL_S = 60.0
HOURS = 2.0
STOP_M = 500.0
START = np.datetime64("2024-05-01T00:00:00", "us")


@dataclass(frozen=True)
class Measured:
    """One case: what was found and what it cost."""

    name: str
    found: int
    seconds: float
    cpu_s: float
    peak_mib: float


def subset(rows: int, ships: int) -> pa.Table:
    """Positions of ships that sail at 12 kn, stop for some hours now and then, and fall silent for 3 hours at times."""
    random = generator(SEED, "benchmark", "events")
    each = rows // ships
    seconds = random.exponential(MEAN_INTERVAL_S, (ships, each))
    seconds[random.random((ships, each)) < 0.002] += 3 * 3600
    # A stop takes about 200 reports; a ship begins one every 400 reports or so.
    phase = (np.arange(each) + random.integers(0, 400, (ships, 1))) % 400
    sog_kn = np.where(phase < 200, random.exponential(0.1, (ships, each)), 12 + random.normal(0, 0.3, (ships, each)))
    course = np.repeat(random.uniform(0, 2 * np.pi, (ships, each // 50 + 1)), 50, axis=1)[:, :each]
    step_deg = np.clip(sog_kn, 0, None) * seconds / 3600 / 60
    noise_deg = 6 / 111_195
    lat = random.uniform(-50, 50, (ships, 1)) + np.cumsum(step_deg * np.cos(course), axis=1)
    lat = np.clip(lat + random.normal(0, noise_deg, lat.shape), -85, 85)
    lon = random.uniform(-180, 180, (ships, 1)) + np.cumsum(step_deg * np.sin(course) / np.cos(np.radians(lat)), axis=1)
    return _positions(np.cumsum(seconds, axis=1), lat, wrap_lon(lon), np.clip(np.round(sog_kn, 1), 0, None))


def _positions(seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray, sog_kn: np.ndarray) -> pa.Table:
    ships, each = lat.shape
    ship = np.repeat(np.arange(ships), each)
    time_us = START + (seconds.ravel() * 1e6).astype("timedelta64[us]")
    nothing = pa.nulls(ships * each)
    columns = {
        "track_id": pa.array([f"track-{at:05d}" for at in ship]),
        "source_id": pa.array(["file-benchmark"] * len(ship)),
        "line": np.arange(1, len(ship) + 1),
        "mmsi": 200_000_000 + ship,
        "time": pa.array(time_us, pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC")),
        "lat": lat.ravel(),
        "lon": lon.ravel(),
        "sog_kn": sog_kn.ravel(),
        "cog_deg": nothing,
        "heading_deg": nothing,
        "nav_status": nothing,
        "ais_class": nothing,
        "receiver": nothing,
        "cell": cells(lat.ravel(), lon.ravel()).astype(np.int64),
        "origin": pa.array(["simulated"] * len(ship)),
    }
    return Positions.check(pa.table(columns))


def plain(path: Path) -> int:
    """The floor: the time to the next report by one window query, longer than the threshold, counted."""
    import duckdb

    query = f"""SELECT count(*) FROM (SELECT time, lead(time) OVER (PARTITION BY track_id ORDER BY time) AS next
                FROM read_parquet('{path}')) WHERE epoch_us(next) - epoch_us(time) > {round(HOURS * 3.6e9)}"""
    row = duckdb.sql(query).fetchone()
    return int(row[0]) if row else 0


def _find(path: Path, kinds: list[str] | None) -> int:
    from darkwake.engine import open_engine
    from darkwake.events import KINDS, GapRule, Known, LoiterRule

    engine = open_engine()
    rules = {"gap": GapRule(min_hours=HOURS), "loiter": LoiterRule(min_hours=HOURS)}
    positions = engine.parquet([path], Positions.arrow())
    chosen = [kind for kind in KINDS if (kind.name in kinds if kinds else not kind.at_places)]
    known = Known(positions, engine.table(Statics.empty()), Places.empty(), engine)
    made = [kind.expression(known, rules.get(kind.name, kind.rule())) for kind in chosen]
    found = sum(int(engine.arrow(expression).num_rows) for expression in made)
    engine.close()
    return found


def gaps(path: Path) -> int:
    """Darkwake's gaps, whole rows with ids and factors."""
    return _find(path, ["gap"])


def loitering(path: Path) -> int:
    """Darkwake's slow spells."""
    return _find(path, ["loiter"])


def every_kind(path: Path) -> int:
    """Gaps, encounters and slow spells."""
    return _find(path, None)


def _trajectories(path: Path) -> Any:
    import movingpandas as mpd

    frame = pq.read_table(path, columns=["track_id", "time", "lat", "lon"]).to_pandas()
    frame["time"] = frame["time"].dt.tz_localize(None)
    return mpd.TrajectoryCollection(frame, traj_id_col="track_id", t="time", x="lon", y="lat", crs="EPSG:4326")


def movingpandas_gaps(path: Path) -> int:
    """MovingPandas' ObservationGapSplitter: silences are the cuts between the pieces."""
    import movingpandas as mpd

    whole = _trajectories(path)
    pieces = mpd.ObservationGapSplitter(whole).split(gap=timedelta(hours=HOURS))
    return len(pieces) - len(whole.trajectories)


def movingpandas_stops(path: Path) -> int:
    """MovingPandas' TrajectoryStopDetector."""
    import movingpandas as mpd

    detector = mpd.TrajectoryStopDetector(_trajectories(path))
    return len(detector.get_stop_segments(min_duration=timedelta(hours=HOURS), max_diameter=STOP_M))


CASES: dict[str, Callable[[Path], int]] = {
    "plain DuckDB lead()": plain,
    "darkwake gaps": gaps,
    "darkwake loitering": loitering,
    "darkwake gaps + encounters + loitering": every_kind,
    "MovingPandas ObservationGapSplitter": movingpandas_gaps,
    "MovingPandas TrajectoryStopDetector": movingpandas_stops,
}


def run_case(name: str, path: Path, small: Path) -> Measured:
    """Run a case in this process, after a run on a small file that loads what its libraries load on first use."""
    warnings.simplefilter("ignore")
    CASES[name](small)
    begun, begun_cpu = time.perf_counter(), time.process_time()
    found = CASES[name](path)
    seconds, cpu_s = time.perf_counter() - begun, time.process_time() - begun_cpu
    return Measured(name, found, seconds, cpu_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(name: str, path: Path, small: Path, repeats: int) -> Measured:
    """The fastest of several runs, each in a fresh process."""
    runs = []
    for _ in range(repeats):
        with get_context("spawn").Pool(1) as pool:
            runs.append(pool.apply(run_case, (name, path, small)))
    return min(runs, key=lambda run: run.seconds)


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--ships", type=int, default=400)
    parser.add_argument("--without-movingpandas", action="store_true")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "positions.parquet", Path(folder) / "small.parquet"
        table = subset(asked.rows, asked.ships)
        pq.write_table(table, path)
        pq.write_table(subset(2_000, 4), small)
        print(f"{table.num_rows:,} positions of {asked.ships} ships, SYNTHETIC, seed {SEED}, {datetime.now(UTC):%Y-%m-%d}")
        print(f"{'case':<40}{'found':>8}{'seconds':>10}{'CPU s':>8}{'rows/s':>12}{'peak MiB':>10}")
        done = {}
        for name in CASES:
            if asked.without_movingpandas and name.startswith("MovingPandas"):
                continue
            run = done[name] = measure(name, path, small, 1 if name.startswith("MovingPandas") else 5)
            cost = f"{run.seconds:>10.2f}{run.cpu_s:>8.2f}"
            print(f"{name:<40}{run.found:>8}{cost}{table.num_rows / run.seconds:>12,.0f}{run.peak_mib:>10.0f}")
    for ours, theirs in (
        ("darkwake gaps", "MovingPandas ObservationGapSplitter"),
        ("darkwake gaps", "plain DuckDB lead()"),
        ("darkwake loitering", "MovingPandas TrajectoryStopDetector"),
    ):
        if theirs in done:
            print(f"{ours} / {theirs}: {done[theirs].seconds / done[ours].seconds:.2f} times its rate")


if __name__ == "__main__":
    main(sys.argv[1:])
