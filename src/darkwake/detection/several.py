"""Several scenes at once: over the cores of this machine, or over the executors of a cluster.

On this machine each scene is one task of a few processes (``engine.processes``); so many scenes at once are so many times the
memory of one. The results come in the order given, whoever is done first. A fault in one scene, or a person who interrupts,
stops the others at their next tile.

On a cluster the files have to lie where all executors see them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from darkwake.detection.scene import Job, SearchedScene, search_file
from darkwake.engine import Engine
from darkwake.engine.packed import packed, unpacked
from darkwake.engine.processes import Tell, run_all
from darkwake.errors import DarkwakeError, InputError
from darkwake.schema import Detections, Scenes, Searched, Table

Progress = Callable[[Path, float], None]
"""Called with the file and the share of it that is done."""


def search_files(jobs: Sequence[Job], *, at_once: int = 1, progress: Progress | None = None) -> list[SearchedScene]:
    """Search files, some at once; the results in the order of the jobs.

    Raises:
        InputError: the first file (in order) that failed; the others were stopped.
    """
    if at_once <= 1 or len(jobs) <= 1:
        return [search_file(job, partial(progress, job.path) if progress else None) for job in jobs]
    return run_all(_search, jobs, at_once=at_once, progress=progress, fewer="search fewer scenes at once (--jobs)")


def _search(job: Job, tell: Tell) -> SearchedScene:
    return search_file(job, partial(tell, job.path))


TABLES: tuple[type[Table], ...] = (Scenes, Detections, Searched)

CARRIED = pa.schema(
    [
        ("number", pa.int64()),
        *((table.table_name, pa.binary()) for table in TABLES),
        ("notes", pa.list_(pa.string())),
        ("seconds", pa.float64()),
        ("fault", pa.list_(pa.string())),
    ]
)
"""What comes back from an executor: a scene's tables as Arrow streams, or the words of a fault."""


HERE_BYTES = 8_000_000
"""Files that have fewer bytes together are searched in this process: three GeoTIFFs of 900 x 900 pixels (2.4 MB each) take
1.5 s of one core, about what a process takes to import what it needs."""


def search_on(engine: Engine, jobs: Sequence[Job], *, here_bytes: int = HERE_BYTES) -> list[SearchedScene]:
    """Search files on an engine, a file a group, where they are worth it; the results in the order of the jobs.

    Args:
        engine: where to search.
        jobs: files and how to search them.
        here_bytes: files that have fewer bytes together are searched in this process.

    Raises:
        InputError: the first file (in order) that failed.
    """
    if len(jobs) <= 1 or sum(size(job.path) for job in jobs) < here_bytes:
        return search_files(jobs)
    numbers = engine.table(pa.table({"number": pa.array(range(len(jobs)), pa.int64())}))
    made = engine.arrow(engine.map_groups(numbers, "number", partial(_search_group, tuple(jobs)), CARRIED))
    return [_unpacked(row) for row in sorted(made.to_pylist(), key=lambda row: int(row["number"]))]


def _search_group(jobs: Sequence[Job], numbers: pa.Table) -> pa.Table:
    return pa.Table.from_pylist([_packed(number, jobs[number]) for number in numbers["number"].to_pylist()], schema=CARRIED)


def _packed(number: int, job: Job) -> dict[str, object]:
    try:
        found = search_file(job)
    except DarkwakeError as fault:
        return {"number": number, "fault": [fault.what, fault.do, fault.source, fault.place]}
    rows = ([found.scene], found.detections, found.areas)
    streams = {table.table_name: packed(table.rows(part)) for table, part in zip(TABLES, rows, strict=True)}
    return {"number": number, "notes": list(found.notes), "seconds": found.seconds, **streams}


def _unpacked(row: dict[str, Any]) -> SearchedScene:
    if row["fault"]:
        what, do, source, place = row["fault"]
        raise InputError(what, do=do, source=source, place=place)
    scenes, detections, areas = (unpacked(row[table.table_name]).to_pylist() for table in TABLES)
    return SearchedScene(scenes[0], detections, areas, tuple(row["notes"]), row["seconds"])


def size(path: Path) -> int:
    """Bytes of a file, or of all files of a folder; none of what is not there."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
