"""Several scenes at once: over the cores of this machine, or over the executors of a cluster.

On this machine each scene is one task of a few processes; so many scenes at once are so many times the memory of one. The
results come in the order given, whoever is done first. A fault in one scene, or a person who interrupts, stops the others
at their next tile. Processes are started afresh (``spawn``), so a script that calls ``detect`` with ``at_once`` above 1
needs the usual ``if __name__ == "__main__":``.

On a cluster the files have to lie where all executors see them.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa

from darkwake.detection.scene import Job, SearchedScene, search_file
from darkwake.engine import Engine
from darkwake.errors import DarkwakeError, InputError
from darkwake.schema import Detections, Scenes, Searched, Table

Progress = Callable[[Path, float], None]
"""Called with the file and the share of it that is done."""

_LOOK_S = 0.2
"""How often the scenes under way are looked at."""


class _Stopped(Exception):
    """Another scene failed, or the parent is gone."""


class _Line:
    """A process's line to its parent."""

    parent: int
    stop: Any
    news: Any


def search_files(jobs: Sequence[Job], *, at_once: int = 1, progress: Progress | None = None) -> list[SearchedScene]:
    """Search files, some at once; the results in the order of the jobs.

    Raises:
        InputError: the first file (in order) that failed; the others were stopped.
    """
    if at_once <= 1 or len(jobs) <= 1:
        return [search_file(job, partial(progress, job.path) if progress else None) for job in jobs]
    context = get_context("spawn")
    stop, news = context.Event(), context.Queue()
    line = (os.getpid(), stop, news)
    pool = ProcessPoolExecutor(min(at_once, len(jobs)), mp_context=context, initializer=_start, initargs=line)
    try:
        return _awaited([pool.submit(_search, job) for job in jobs], jobs, news, progress)
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        news.close()
        news.cancel_join_thread()


def _start(parent: int, stop: Any, news: Any) -> None:
    """Prepare a process. Ctrl-C reaches the parent, which then tells the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Line.parent, _Line.stop, _Line.news = parent, stop, news


def _search(job: Job) -> SearchedScene:
    return search_file(job, partial(_tell, job.path))


def _tell(path: Path, share: float) -> None:
    if _Line.stop.is_set() or os.getppid() != _Line.parent:
        raise _Stopped
    _Line.news.put((path, share))


def _awaited(
    futures: list[Future[SearchedScene]], jobs: Sequence[Job], news: Any, progress: Progress | None
) -> list[SearchedScene]:
    waiting: set[Future[SearchedScene]] = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=_LOOK_S, return_when=FIRST_EXCEPTION)
        _pass_on(news, progress)
        if any(future.exception() for future in done):
            break
    for future, job in zip(futures, jobs, strict=True):
        if future.done() and isinstance(fault := future.exception(), BrokenProcessPool):
            what = "a process that was searching ended, perhaps for want of memory"
            raise InputError(what, do="search fewer scenes at once (--jobs)", source=job.path) from fault
        if future.done() and (fault := future.exception()):
            raise fault
    return [future.result() for future in futures]


def _pass_on(news: Any, progress: Progress | None) -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            path, share = news.get_nowait()
            if progress:
                progress(path, share)


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


def search_on(engine: Engine, jobs: Sequence[Job]) -> list[SearchedScene]:
    """Search files on an engine, a file a group; the results in the order of the jobs.

    Raises:
        InputError: the first file (in order) that failed.
    """
    if len(jobs) <= 1:
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
    streams = {table.table_name: _stream(table.rows(part)) for table, part in zip(TABLES, rows, strict=True)}
    return {"number": number, "notes": list(found.notes), "seconds": found.seconds, **streams}


def _unpacked(row: dict[str, Any]) -> SearchedScene:
    if row["fault"]:
        what, do, source, place = row["fault"]
        raise InputError(what, do=do, source=source, place=place)
    scenes, detections, areas = (pa.ipc.open_stream(row[table.table_name]).read_all().to_pylist() for table in TABLES)
    return SearchedScene(scenes[0], detections, areas, tuple(row["notes"]), row["seconds"])


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())
