"""Jobs that do not know of each other, side by side on threads; when one fails or a person interrupts, the others are stopped.

What one job leaves idle, while it works in Python on one core or waits for its processes, another one uses.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Protocol, TypeVar

LANES = 2
"""So many jobs at once: more would hold more in memory, and two keep the cores busy."""
_ASK_AGAIN_S = 0.1
"""A lane that is told to stop between two questions does not hear it, so it is told until it has stopped."""
_LOOK_AGAIN_S = 0.5
"""So long an interruption may go unnoticed."""


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
    waiting, found, busy = deque(enumerate(jobs)), dict[int, Result](), set[int]()

    def work(at: int) -> None:
        # Before it looks for a job: it finds none any more, or is known to have one.
        busy.add(at)
        try:
            while waiting:
                try:
                    number, job = waiting.popleft()
                except IndexError:  # the other lane was faster
                    return
                found[number] = job(lanes[at])
        finally:
            busy.remove(at)

    with ThreadPoolExecutor(len(lanes), thread_name_prefix="lane") as pool:
        try:
            # A person may interrupt while lanes are begun, too; and who interrupts just before a wait does not end it.
            going = {pool.submit(work, at) for at in range(len(lanes))}
            while going:
                done, going = wait(going, timeout=_LOOK_AGAIN_S, return_when=FIRST_EXCEPTION)
                for thread in done:
                    thread.result()
        except BaseException:
            waiting.clear()
            _stop(lanes, busy)
            raise
    return [found[number] for number in range(len(jobs))]


def _stop(lanes: Sequence[Lane], busy: set[int]) -> None:
    """Tell lanes until none works any more."""
    while busy:
        for at in tuple(busy):
            lanes[at].stop()
        time.sleep(_ASK_AGAIN_S)
