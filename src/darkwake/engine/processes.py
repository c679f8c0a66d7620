"""Several jobs at once over the cores of this machine: one process a job, told to stop when one fails or a person interrupts.

Results come in the order given, whoever is done first. Processes are started afresh (``spawn``), so a script that runs several
jobs at once needs the usual ``if __name__ == "__main__":``. A process whose parent is gone ends by itself. Over the executors
of a cluster see :meth:`darkwake.engine.Engine.map_groups`.
"""

from __future__ import annotations

import contextlib
import os
import queue
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol, TypeVar

from darkwake.errors import InputError

_LOOK_S = 0.2
"""How often the jobs under way are looked at."""
_MIB = 1 << 20


class Job(Protocol):
    """Work on one file; it travels to another process."""

    @property
    def path(self) -> Path: ...  # noqa: D102 - the file


AnyJob = TypeVar("AnyJob", bound=Job)
Result = TypeVar("Result")
Tell = Callable[[Path, Any], None]
"""Called with a file and how much of it is done; a job that calls it now and then can be stopped there."""


class _Stopped(Exception):
    """Another job failed, or the parent is gone."""


class _Line:
    """A process's line to its parent."""

    parent: int
    stop: Any
    news: Any


def run_all(
    work: Callable[[AnyJob, Tell], Result], jobs: Sequence[AnyJob], *, at_once: int, progress: Tell | None, fewer: str
) -> list[Result]:
    """Do all jobs, some at once.

    Args:
        work: what is done with a job; importable by name.
        jobs: in the order of the results.
        at_once: how many processes.
        progress: is told what the jobs tell.
        fewer: what a person can do when a process dies for want of memory.

    Raises:
        InputError: the first job (in order) that failed; the others were stopped.
    """
    context = get_context("spawn")
    stop, news = context.Event(), context.Queue()
    line = (os.getpid(), stop, news)
    pool = ProcessPoolExecutor(min(at_once, len(jobs)), mp_context=context, initializer=_start, initargs=line)
    try:
        return _awaited([pool.submit(_work, work, job) for job in jobs], jobs, news, progress, fewer)
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


def _work(work: Callable[[AnyJob, Tell], Result], job: AnyJob) -> Result:
    return work(job, _tell)


def _tell(path: Path, done: Any) -> None:
    if _Line.stop.is_set() or os.getppid() != _Line.parent:
        raise _Stopped
    _Line.news.put((path, done))


def _awaited(futures: list[Future[Result]], jobs: Sequence[Job], news: Any, progress: Tell | None, fewer: str) -> list[Result]:
    waiting: set[Future[Result]] = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=_LOOK_S, return_when=FIRST_EXCEPTION)
        _pass_on(news, progress)
        if any(future.exception() for future in done):
            break
    for future, job in zip(futures, jobs, strict=True):
        if future.done() and isinstance(fault := future.exception(), BrokenProcessPool):
            what = "a process that worked on it ended, perhaps for want of memory"
            raise InputError(what, do=fewer, source=job.path) from fault
        if future.done() and (fault := future.exception()):
            raise fault
    return [future.result() for future in futures]


def _pass_on(news: Any, progress: Tell | None) -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            path, done = news.get_nowait()
            if progress:
                progress(path, done)


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
