"""Every kind of event over a simulated ocean, beside MovingPandas and beside a plain window query.

    python benchmarks/events.py [--kind NAME ...] [--ships 15000] [--subset 400] [--ocean FOLDER] [--without-movingpandas]

The ocean is SIMULATED (``darkwake.simulation.traffic``): some 15,000 ships and 5 million positions with static messages and
places, crowded ports and empty sea; how crowded is printed beside the Baltic, where that data is at hand. Each case runs in
a process of its own, after a run on a small world that is not timed; CPU and peak memory are those of the process and its
children together. The plain query (DuckDB's ``lead``, silences counted) is the floor. MovingPandas gets a subset of whole
tracks of the same ocean, and so do the cases that stand beside it: silences over 2 hours, and stops of 2 hours within 500 m
by one definition (``events/stop.py`` has MovingPandas' cases as tests).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from darkwake.draws import generator
from darkwake.engine import open_engine
from darkwake.events import GapRule, Known
from darkwake.events.kinds import KINDS, rows_of
from darkwake.events.stop import StopRule, stops
from darkwake.geo import distance_m
from darkwake.schema import Places, Positions, Statics

SEED = 20240501
LONG_H, HOURS, STOP_M = 12.0, 2.0, 500.0
BALTIC = Path(__file__).parents[2] / "shared" / "data" / "ais" / "real_baltic_20251211"
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
GOALS = {"gaps": 0.5, "stops": 100.0, "seconds": 60.0, "mib": 4096.0}


@dataclass(frozen=True)
class Measured:
    """One case: what was found and what it cost."""

    name: str
    rows: int
    found: int
    seconds: float
    cpu_s: float
    peak_mib: float

    @property
    def line(self) -> str:
        """As a line of the table."""
        cost = f"{self.seconds:>9.2f}{self.cpu_s:>9.2f}{self.rows / self.cpu_s:>14,.0f}{self.peak_mib:>10.0f}"
        return f"{self.name:<44}{self.found:>8}{cost}"


HEAD = f"{'case':<44}{'found':>8}{'seconds':>9}{'CPU s':>9}{'rows/CPU s':>14}{'peak MiB':>10}"
Case = Callable[[Path], int]


def make(folder: Path, ships: int, subset: int) -> None:
    """Write the ocean, whole tracks of some of its ships, and a small world."""
    from darkwake.simulation.traffic import ocean, world

    (folder / "ocean").mkdir(parents=True)
    whole = ocean(generator(SEED, "benchmark", "ocean"), ships=ships)
    small = world(generator(SEED, "benchmark", "small"), ships=40, days=1.0, ports=1, every_s=600.0, transfers=3)
    tracks = whole.positions["track_id"].unique().to_pylist()
    some = generator(SEED, "benchmark", "subset").choice(tracks, min(subset, len(tracks)), replace=False).tolist()
    part = whole.positions.filter(pc.is_in(whole.positions["track_id"], pa.array(some)))
    for name, positions, made in (
        ("ocean", whole.positions, whole),
        ("subset", part, whole),
        ("small", small.positions, small),
    ):
        (folder / name).mkdir(exist_ok=True)
        for word, table in (("positions", positions), ("statics", made.statics), ("places", made.places)):
            pq.write_table(table, folder / name / f"{word}.parquet")


def plain(folder: Path, hours: float) -> int:
    """The floor: the time to the next report by one window query, longer than the threshold, counted."""
    import duckdb

    path, longest_us = folder / "positions.parquet", round(hours * 3.6e9)
    query = f"""SELECT count(*) FROM (SELECT time, lead(time) OVER (PARTITION BY track_id ORDER BY time) AS next
                FROM read_parquet('{path}')) WHERE epoch_us(next) - epoch_us(time) > {longest_us}"""
    duckdb.sql("SET enable_progress_bar = false")
    row = duckdb.sql(query).fetchone()
    return int(row[0]) if row else 0


def _known(folder: Path) -> Known:
    engine = open_engine()
    positions = engine.parquet([folder / "positions.parquet"], Positions.arrow())
    statics = engine.parquet([folder / "statics.parquet"], Statics.arrow())
    return Known(positions, statics, Places.check(pq.read_table(folder / "places.parquet")), engine)


def kinds(folder: Path, names: tuple[str, ...], rules: tuple[Any, ...] = ()) -> int:
    """Events of some kinds, whole rows with ids and factors, by the rules of the house where none is given."""
    known, given = _known(folder), {type(rule): rule for rule in rules}
    chosen = [kind for kind in KINDS if kind.name in names]
    found = rows_of(chosen, known, {kind.name: given.get(kind.rule, kind.rule()) for kind in chosen})
    known.engine.close()
    return sum(table.num_rows for table in found)


def stopped(folder: Path) -> int:
    """Stops within 500 m for 2 hours."""
    known = _known(folder)
    rule = StopRule(STOP_M, HOURS * 60, None)
    found = known.engine.arrow(stops(known.positions, known.engine, rule)).num_rows
    known.engine.close()
    return int(found)


def _trajectories(folder: Path) -> Any:
    import movingpandas as mpd

    frame = pq.read_table(folder / "positions.parquet", columns=["track_id", "time", "lat", "lon"]).to_pandas()
    frame["time"] = frame["time"].dt.tz_localize(None)
    return mpd.TrajectoryCollection(frame, traj_id_col="track_id", t="time", x="lon", y="lat", crs="EPSG:4326")


def movingpandas_gaps(folder: Path) -> int:
    """MovingPandas' ObservationGapSplitter: silences are the cuts between the pieces."""
    import movingpandas as mpd

    whole = _trajectories(folder)
    pieces = mpd.ObservationGapSplitter(whole).split(gap=timedelta(hours=HOURS))
    return len(pieces) - len(whole.trajectories)


def movingpandas_stops(folder: Path) -> int:
    """MovingPandas' TrajectoryStopDetector."""
    import movingpandas as mpd

    detector = mpd.TrajectoryStopDetector(_trajectories(folder))
    return len(detector.get_stop_segments(min_duration=timedelta(hours=HOURS), max_diameter=STOP_M))


def silences(hours: float, judge: str) -> Case:
    """Gaps by one of the judges."""
    return partial(kinds, names=("gap",), rules=(GapRule(min_hours=hours, judge=judge),))


NAMES = tuple(kind.name for kind in KINDS)
OCEAN: dict[str, Case] = {
    "plain DuckDB lead(), 12 h": partial(plain, hours=LONG_H),
    "gaps, the silence alone": silences(LONG_H, "none"),
    "stops": stopped,
    **{name: partial(kinds, names=(name,)) for name in NAMES},
    "all kinds in one process": partial(kinds, names=NAMES),
}
SUBSET: dict[str, Case] = {
    "subset: plain DuckDB lead(), 2 h": partial(plain, hours=HOURS),
    "subset: gaps, the silence alone, 2 h": silences(HOURS, "none"),
    "subset: stops": stopped,
    "subset: MovingPandas ObservationGapSplitter": movingpandas_gaps,
    "subset: MovingPandas TrajectoryStopDetector": movingpandas_stops,
}


def core_seconds() -> float:
    """CPU time of this process and of its children that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


class Memory(threading.Thread):
    """Looks ten times a second how much memory this process and its children hold together."""

    def __init__(self) -> None:
        """Begin at nothing."""
        super().__init__(daemon=True)
        self.peak_mib, self._done = 0.0, threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        while not self._done.wait(0.1):
            # To count shared pages walks through all of them; what is resident is told at once, and is never less.
            if held_mib(resident_kib) > self.peak_mib:
                self.peak_mib = max(self.peak_mib, held_mib())

    def stop(self) -> float:
        """The most that was seen."""
        self._done.set()
        self.join()
        return max(self.peak_mib, held_mib())


def pss_kib(pid: int) -> int:
    """Memory that a process holds; of pages that some share it counts its part.

    Resident sizes would count a process twice in the moment in which it starts another one.
    """
    told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))


def resident_kib(pid: int) -> int:
    """The same with shared pages in full."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def held_mib(of_process: Callable[[int], int] = pss_kib) -> float:
    """Memory that this process and its children hold now."""
    kib, todo = 0, [os.getpid()]
    while todo:
        pid = todo.pop()
        try:
            kib += of_process(pid)
            todo += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return kib / 2**10


def run_case(name: str, folder: Path, small: Path) -> Measured:
    """Run a case in this process, after a run on a small world that loads what its libraries load on first use."""
    warnings.simplefilter("ignore")
    case = (OCEAN | SUBSET)[name]
    case(small)
    memory = Memory()
    memory.start()
    begun, used = time.perf_counter(), core_seconds()
    found = case(folder)
    seconds, cpu_s = time.perf_counter() - begun, core_seconds() - used
    rows = pq.read_metadata(folder / "positions.parquet").num_rows
    return Measured(name, rows, found, seconds, cpu_s, memory.stop())


def measure(name: str, folder: Path, small: Path, repeats: int) -> Measured:
    """The run with the least CPU time of several, each in a fresh process that may have children of its own."""
    runs: list[Measured] = []
    for _ in range(repeats):
        context = get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_answer, args=(theirs, name, folder, small))
        process.start()
        theirs.close()
        runs.append(ours.recv())
        process.join()
    return min(runs, key=lambda run: run.cpu_s)


def _answer(pipe: Any, name: str, folder: Path, small: Path) -> None:
    pipe.send(run_case(name, folder, small))


def nearest_m(lat: np.ndarray, lon: np.ndarray) -> list[float]:
    """Quantiles of the distance to the nearest other ship."""
    from scipy.spatial import KDTree

    up, across = np.sin(np.radians(lat)), np.cos(np.radians(lat))
    points = np.column_stack([across * np.cos(np.radians(lon)), across * np.sin(np.radians(lon)), up])
    other = np.asarray(KDTree(points).query(points, k=2)[1])[:, 1]
    return [float(value) for value in np.quantile(distance_m(lat, lon, lat[other], lon[other]), SHARES)]


def spacing(positions: pa.Table) -> tuple[int, list[float]]:
    """Ships heard within ten minutes in the middle of the data, and how far apart they are."""
    time_us = positions["time"].cast(pa.int64()).to_numpy()
    middle = (int(time_us.min()) + int(time_us.max())) // 2
    at = positions.filter(pa.array((time_us >= middle) & (time_us < middle + 600_000_000)))
    last = at.group_by("track_id", use_threads=False).aggregate([("lat", "last"), ("lon", "last")])
    return last.num_rows, nearest_m(last["lat_last"].to_numpy(), last["lon_last"].to_numpy())


def baltic(folder: Path) -> list[tuple[str, int, list[float]]]:
    """The same of a snapshot of the Baltic: ships surely alive (changed within 11 minutes), and all last positions."""
    import pandas as pd

    first = pd.read_csv(folder / "snapshot_20251211T204450Z_full.csv.gz")
    second = pd.read_csv(folder / "snapshot_20251211T205553Z.csv.gz")
    both = first.merge(second, on="mmsi", suffixes=("", "_later"))
    moved = (
        (both.longitude != both.lon) | (both.latitude != both.lat) | (both.sog != both.sog_later) | (both.cog != both.cog_later)
    )
    rows = (("the Baltic, surely alive", both[moved]), ("the Baltic, last positions of any age", first))
    return [(name, len(some), nearest_m(some.latitude.to_numpy(), some.longitude.to_numpy())) for name, some in rows]


def told_spacing(folder: Path) -> None:
    """Print how crowded the ocean is."""
    columns = ["track_id", "time", "lat", "lon"]
    rows = [("the ocean, SIMULATED", *spacing(pq.read_table(folder / "ocean" / "positions.parquet", columns=columns)))]
    rows += baltic(BALTIC) if BALTIC.is_dir() else []
    print(f"\n{'metres to the nearest other ship':<44}{'ships':>8}" + "".join(f"{share:>9.0%}" for share in SHARES))
    for name, ships, metres in rows:
        print(f"{name:<44}{ships:>8}" + "".join(f"{value:>9,.0f}" for value in metres))


def ratios(done: dict[str, Measured]) -> None:
    """Print what the cases are against each other, in CPU time, and against the goals."""
    pairs = (
        ("gaps, the silence alone", "plain DuckDB lead(), 12 h", GOALS["gaps"]),
        ("gap", "plain DuckDB lead(), 12 h", GOALS["gaps"]),
        ("subset: gaps, the silence alone, 2 h", "subset: MovingPandas ObservationGapSplitter", None),
        ("subset: stops", "subset: MovingPandas TrajectoryStopDetector", GOALS["stops"]),
    )
    print("\nrates, as CPU time of the other over ours (wall time in brackets)")
    for ours, theirs, goal in pairs:
        if ours in done and theirs in done:
            a, b = done[ours], done[theirs]
            wanted = f"; goal {goal:g}" if goal else ""
            print(f"{ours} / {theirs}: {b.cpu_s / a.cpu_s:.2f} ({b.seconds / a.seconds:.2f}){wanted}")
    if (whole := done.get("all kinds in one process")) is not None:
        goals = f"goals {GOALS['seconds']:.0f} s and {GOALS['mib']:.0f} MiB"
        print(f"all kinds: {whole.seconds:.1f} s, {whole.cpu_s:.1f} CPU s, {whole.peak_mib:.0f} MiB; {goals}")


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", action="append", default=[], help="run only cases with this in their name")
    parser.add_argument("--ships", type=int, default=15_000)
    parser.add_argument("--subset", type=int, default=400, help="ships that MovingPandas gets")
    parser.add_argument("--ocean", type=Path, help="folder in which the ocean is kept for the next run")
    parser.add_argument("--without-movingpandas", action="store_true")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.ocean or Path(scratch)
        if not (folder / "small" / "places.parquet").is_file():
            begun, used = time.perf_counter(), core_seconds()
            maker = get_context("spawn").Process(target=make, args=(folder, asked.ships, asked.subset))
            maker.start()
            maker.join()
            print(f"made in {time.perf_counter() - begun:.0f} s, {core_seconds() - used:.0f} CPU s")
        sizes = {name: pq.read_metadata(folder / name / "positions.parquet").num_rows for name in ("ocean", "subset")}
        today, busy = f"{datetime.now(UTC):%Y-%m-%d}", f"load {os.getloadavg()[0]:.1f} before"
        print(f"{json.dumps(sizes)} positions, SIMULATED, seed {SEED}, {today}, {busy}\n{HEAD}")
        done = {}
        for name in OCEAN | SUBSET:
            if asked.kind and not any(word in name for word in asked.kind):
                continue
            if asked.without_movingpandas and "MovingPandas" in name:
                continue
            over = folder / ("subset" if name in SUBSET else "ocean")
            done[name] = measure(name, over, folder / "small", 1 if "MovingPandas" in name or name in NAMES else 2)
            print(done[name].line, flush=True)
        ratios(done)
        told_spacing(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
