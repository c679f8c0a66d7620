"""Several files at once: one process a file, told to stop when one of them fails or a person interrupts.

Processes are started afresh (``spawn``), so a script that calls ``ingest`` on several files needs the usual
``if __name__ == "__main__":``. A worker whose parent is gone ends by itself.
"""

from __future__ import annotations

import contextlib
import os
import queue
import resource
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from darkwake.ais.intake import Account, Job, Progress, take_in
from darkwake.engine import workers
from darkwake.errors import InputError

_LOOK_S = 0.2
"""How often the files under way are looked at."""
_MIB = 1 << 20


class _Stopped(Exception):
    """Another file failed, or the parent is gone."""


class _Line:
    """A worker's line to its parent."""

    parent: int
    stop: Any
    news: Any


def _start(parent: int, stop: Any, news: Any) -> None:
    """Prepare a worker. Ctrl-C reaches the parent, which then tells the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Line.parent, _Line.stop, _Line.news = parent, stop, news


def _tell(path: Path, done: int) -> None:
    if _Line.stop.is_set() or os.getppid() != _Line.parent:
        raise _Stopped
    _Line.news.put((path, done))


def _work(job: Job) -> tuple[Account, int, float]:
    return take_in(job, _tell), os.getpid(), peak_memory_mib()


def peak_memory_mib() -> float:
    """The largest resident memory that this process has had."""
    status = Path("/proc/self/status")
    if status.is_file():
        # getrusage counts what the parent held before exec too; VmHWM is of this program alone.
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / _MIB if sys.platform == "darwin" else peak / 1024


def run(jobs: Sequence[Job], progress: Progress | None) -> tuple[list[Account], float]:
    """Take every file in; the accounts in order, and the peak memory of all processes together (an upper bound).

    Raises:
        InputError: the first file (in order) that failed; the others were stopped.
    """
    if len(jobs) == 1 or workers() == 1:
        return [take_in(job, progress) for job in jobs], peak_memory_mib()
    context = get_context("spawn")
    stop, news = context.Event(), context.Queue()
    count = min(workers(), len(jobs))
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_start, initargs=(os.getpid(), stop, news))
    try:
        done = _awaited([pool.submit(_work, job) for job in jobs], jobs, news, progress)
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        news.close()
        news.cancel_join_thread()
    peaks: dict[int, float] = {}
    for _, process, peak in done:
        peaks[process] = max(peak, peaks.get(process, 0.0))
    return [account for account, _, _ in done], peak_memory_mib() + sum(peaks.values())


def _awaited(
    futures: list[Future[tuple[Account, int, float]]], jobs: Sequence[Job], news: Any, progress: Progress | None
) -> list[tuple[Account, int, float]]:
    waiting: set[Future[tuple[Account, int, float]]] = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=_LOOK_S, return_when=FIRST_EXCEPTION)
        _pass_on(news, progress)
        if any(future.exception() for future in done):
            break
    for future, job in zip(futures, jobs, strict=True):
        if future.done() and isinstance(fault := future.exception(), BrokenProcessPool):
            what = "a process that was reading ended, perhaps for want of memory"
            raise InputError(what, do="read fewer files at once", source=job.path) from fault
        if future.done() and (fault := future.exception()):
            raise fault
    return [future.result() for future in futures]


def _pass_on(news: Any, progress: Progress | None) -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            path, done = news.get_nowait()
            if progress:
                progress(path, done)
