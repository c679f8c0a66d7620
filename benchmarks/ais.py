"""Reading AIS: rows per second and peak memory, beside the floor (bytes read once, DuckDB counting) and plain pyais.

Real files are repeated until they are large enough, in a temporary folder that is removed. Every measurement runs in a
process of its own. Run: ``python benchmarks/ais.py [--rows 2000000] [--lines 100000] [--runs 3]``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "ais"
PEERS = ROOT / ".venv-peers" / "bin" / "python"
"""Environment of programs that are measured against and never depended on; ``make peers`` makes it."""
PEER_JOBS = {"aiscat_stream": "aiscat (C++)", "libais_stream": "libais (C++)"}


@dataclass(frozen=True)
class Measured:
    """The run of some that took the least processor time."""

    name: str
    rows: int
    seconds: float
    core_seconds: float
    """Processor time of all its processes: what counts on a machine that is shared."""
    peak_mib: float


def repeat_marine(path: Path, rows: int, *, dirty: bool) -> None:
    """The MarineCadastre sample over and over; with ``dirty``, one row in a thousand cannot be used."""
    with zipfile.ZipFile(DATA / "AIS_2023_01_11_us_1000ships.zip") as archive:
        header, _, body = archive.read(archive.namelist()[0]).partition(b"\n")
    if dirty:
        lines = body.split(b"\n")
        lines[500] = lines[500].replace(b",", b",north", 2)
        body = b"\n".join(lines)
    with path.open("wb") as stream:
        stream.write(header + b"\n")
        for _ in range(rows // 1000):
            stream.write(body)


def repeat_nmea(path: Path, lines: int) -> None:
    """The Norwegian log with tag blocks over and over."""
    body = gzip.decompress((DATA / "nmea/kystverket_20190807_1000.nm4.gz").read_bytes()).rstrip() + b"\n"
    path.write_bytes(body * (lines // 1000))


def read_bytes(*paths: Path) -> int:
    """Read the bytes once."""
    for path in paths:
        with path.open("rb") as stream:
            while stream.read(1 << 22):
                pass
    return 0


def duckdb_count(*paths: Path) -> int:
    """Count rows with a position, with DuckDB's own reader."""
    import duckdb

    names = [str(path) for path in paths]
    found = duckdb.execute("SELECT count(*) FROM read_csv(?, header=true) WHERE LAT BETWEEN -90 AND 90", [names]).fetchone()
    return int(found[0]) if found else 0


def ingest_files(*paths: Path) -> float:
    """Our reader: cleaned, accounted for, sorted, hashed and committed to a store; gives the peak memory of all processes."""
    from darkwake.ais import ingest

    with tempfile.TemporaryDirectory() as folder:
        return ingest(paths, Path(folder) / "store").peak_mib


def decode_blocks(*paths: Path) -> int:
    """Our decoder alone: a file's blocks to Arrow columns of messages, as ``ingest`` takes them."""
    from darkwake.ais.formats import nmea
    from darkwake.ais.reading import Settings
    from darkwake.ais.sources import members

    rows = 0
    for path in paths:
        for member in members(path):
            rows += sum(len(batch()) for batch in nmea.read(member, Settings()).batches)
    return rows


def pyais_stream(path: Path) -> int:
    """Decode with pyais alone: its file reader, no checks, no table."""
    from pyais.stream import FileReaderStream

    with FileReaderStream(str(path)) as stream:
        return sum(1 for message in stream if message.decode())


JOBS: dict[str, Callable[..., float]] = {
    function.__name__: function for function in (read_bytes, duckdb_count, ingest_files, decode_blocks, pyais_stream)
}


def run_child(job: str, paths: Sequence[Path]) -> dict[str, float]:
    """Seconds, core seconds and peak memory of one job in a process of its own, imports not counted."""
    own = [sys.executable, str(Path(__file__).resolve()), "--job", job]
    command = [str(PEERS), str(ROOT / "benchmarks/peers/decode.py"), job] if job in PEER_JOBS else own
    command += map(str, paths)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def measured(name: str, job: str, paths: Sequence[Path], rows: int, runs: int) -> Measured:
    """The run of some that took the least processor time."""
    answers = [run_child(job, paths) for _ in range(runs)]
    best = min(answers, key=lambda answer: answer["core_seconds"])
    return Measured(name, rows, best["seconds"], best["core_seconds"], max(answer["peak_mib"] for answer in answers))


def child(job: str, paths: Sequence[Path]) -> None:
    """Do one job and print what it took, imports not counted."""
    import duckdb  # noqa: F401
    import numpy as np
    import pyais.stream  # noqa: F401
    import pyarrow as pa

    import darkwake.ais  # noqa: F401
    from darkwake.engine.processes import peak_memory_mib

    # Arrow imports pandas, where it is installed, for the first array that it makes of another one.
    pa.array(np.zeros(1))
    started, used = perf_counter(), core_seconds()
    answer = JOBS[job](*paths)
    seconds = perf_counter() - started
    # Workers of ours hold memory too; no other job has any.
    peak_mib = max(peak_memory_mib(), answer if job == "ingest_files" else 0.0)
    print(json.dumps({"seconds": seconds, "core_seconds": core_seconds() - used, "peak_mib": peak_mib}))


def core_seconds() -> float:
    """Processor time of this process and of those that it has awaited."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in usage)


def table(title: str, rows: Sequence[Measured], unit: str) -> None:
    """Print the rows; the last column is how many times as fast as the first, by core seconds."""
    print(
        f"\n{title}\n\n| what | {unit} a second | {unit} a core second | seconds | core seconds | peak MiB | times the first |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        rates = f"{row.rows / row.seconds:,.0f} | {row.rows / row.core_seconds:,.0f}"
        took = f"{row.seconds:.2f} | {row.core_seconds:.2f} | {row.peak_mib:.0f}"
        print(f"| {row.name} | {rates} | {took} | {rows[0].core_seconds / row.core_seconds:.2f} |")


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=2_000_000)
    arguments.add_argument("--lines", type=int, default=100_000)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--job", choices=sorted(JOBS))
    arguments.add_argument("paths", nargs="*", type=Path)
    asked = arguments.parse_args()
    if asked.job:
        child(asked.job, asked.paths)
        return
    with tempfile.TemporaryDirectory() as name:
        compare(Path(name), asked.rows, asked.lines, asked.runs)


def compare(folder: Path, rows: int, lines: int, runs: int) -> None:
    """All measurements."""
    one, dirty, halves, log = folder / "one.csv", folder / "dirty.csv", [folder / "a.csv", folder / "b.csv"], folder / "log.nm4"
    repeat_marine(one, rows, dirty=False)
    repeat_marine(dirty, rows, dirty=True)
    repeat_marine(halves[0], rows // 2, dirty=False)
    repeat_marine(halves[1], rows // 2, dirty=True)
    repeat_nmea(log, lines)
    table(
        f"CSV: {rows:,} rows of MarineCadastre, {one.stat().st_size / 1e6:.0f} MB",
        [
            measured("DuckDB read_csv, count", "duckdb_count", [one], rows, runs),
            measured("the bytes read once", "read_bytes", [one], rows, runs),
            measured("ingest, one file", "ingest_files", [one], rows, runs),
            measured("ingest, one file, a bad row in a thousand", "ingest_files", [dirty], rows, runs),
            measured("ingest, two files at once", "ingest_files", halves, rows, runs),
        ],
        "rows",
    )
    table(
        f"NMEA: {lines:,} lines with tag blocks",
        [
            measured("pyais alone", "pyais_stream", [log], lines, runs),
            *(measured(name, job, [log], lines, runs) for job, name in PEER_JOBS.items() if PEERS.exists()),
            measured("our decoder, to columns", "decode_blocks", [log], lines, runs),
            measured("ingest", "ingest_files", [log], lines, runs),
            measured("the bytes read once", "read_bytes", [log], lines, runs),
        ],
        "lines",
    )
    if not PEERS.exists():
        print("\naiscat and libais were not measured: make peers")


if __name__ == "__main__":
    main()
