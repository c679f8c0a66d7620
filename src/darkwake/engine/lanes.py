"""Jobs that do not know of each other, side by side on threads; when one fails or a person interrupts, the others are stopped.

What one job leaves idle, while it works in Python on one core or waits for its processes, another one uses.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import Protocol, TypeVar

LANES = 2
"""So many jobs at once: more would hold more in memory, and two keep the cores busy."""
_ASK_AGAIN_S = 0.1
"""A lane that is told to stop between two questions does not hear it, so it is told until it has stopped."""


class Stopped(Exception):
    """Another job failed, or a person interrupted."""


class Lane(Protocol):
    """What a job works with."""

    def stop(self) -> None:
        """Let what is under way, and all that is asked later, fail with :class:`Stopped` or the like."""
        ...


AnyLane = TypeVar("AnyLane", bound=Lane)
Result = TypeVar("Result")


def run(jobs: Sequence[Callable[[AnyLane], Result]], lanes: Sequence[AnyLane]) -> list[Result]:
    """The results of jobs in their order; they are begun in it too, each on the first lane that is free.

    Args:
        jobs: called with their lane, on its thread.
        lanes: one or more.

    Raises:
        BaseException: what a job that failed raised, when it did; the others have been stopped.
    """
    waiting, found = deque(enumerate(jobs)), dict[int, Result]()

    def work(lane: AnyLane) -> None:
        while waiting:
            try:
                number, job = waiting.popleft()
            except IndexError:  # the other lane was faster
                return
            found[number] = job(lane)

    with ThreadPoolExecutor(len(lanes), thread_name_prefix="lane") as pool:
        threads = [pool.submit(work, lane) for lane in lanes]
        try:
            done, _ = wait(threads, return_when=FIRST_EXCEPTION)
            for thread in done:
                thread.result()
        except BaseException:
            waiting.clear()
            _stop(lanes, threads)
            raise
    return [found[number] for number in range(len(jobs))]


def _stop(lanes: Sequence[Lane], threads: Sequence[Future[None]]) -> None:
    while True:
        for lane, thread in zip(lanes, threads, strict=True):
            if not thread.done():
                lane.stop()
        if not wait(threads, timeout=_ASK_AGAIN_S).not_done:
            return
