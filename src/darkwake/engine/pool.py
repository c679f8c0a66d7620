"""Processes that work through the groups of a table, kept from one table to the next: to start one takes a second.

They are started afresh (``spawn``), so a script that searches needs the usual ``if __name__ == "__main__":``, and import what a
function stands on while the rows for it are still being sorted.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from importlib import import_module
from multiprocessing import get_context
from threading import Lock

import pyarrow as pa

from darkwake.engine.garbage import collect_seldom
from darkwake.engine.lanes import LANES
from darkwake.engine.packed import packed, unpacked
from darkwake.engine.protocol import GroupFunction, workers


class Pool:
    """As many processes as cores; none before there is work, and none at all on one core."""

    def __init__(self) -> None:
        self._running: ProcessPoolExecutor | None = None
        self._starting = Lock()

    def ready(self, function: GroupFunction) -> None:
        """Start the processes, and let them import what a function stands on."""
        if workers() > 1:
            try:
                self._import(function)
            except BrokenProcessPool:  # one that waited was killed, perhaps for want of memory
                self._running = None
                self._import(function)

    def _import(self, function: GroupFunction) -> None:
        for _ in range(workers()):
            self._started().submit(import_module, getattr(function, "func", function).__module__)

    def applied(self, function: GroupFunction, groups: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """What a function makes of each group; as many are under way as there are processes, and one more waits."""
        if workers() == 1:
            yield from map(function, groups)
            return
        # What a function is given to know may be large: it is written once, and each process reads it once.
        written = pickle.dumps(function)
        waiting: deque[Future[bytes]] = deque()
        try:
            for group in groups:
                waiting.append(self._started().submit(_elsewhere, written, packed(group)))
                if len(waiting) > workers():
                    yield unpacked(waiting.popleft().result())
            while waiting:
                yield unpacked(waiting.popleft().result())
        except BrokenProcessPool:
            self._running = None
            raise
        finally:
            for one in waiting:
                one.cancel()

    def _started(self) -> ProcessPoolExecutor:
        with self._starting:
            if self._running is None:
                self._running = ProcessPoolExecutor(workers(), mp_context=get_context("spawn"), initializer=collect_seldom)
            return self._running

    def close(self) -> None:
        """End the processes."""
        if self._running is not None:
            self._running.shutdown(cancel_futures=True)
            self._running = None


@lru_cache(maxsize=LANES)
def _read(written: bytes) -> GroupFunction:
    function: GroupFunction = pickle.loads(written)  # noqa: S301 - the parent process wrote it
    return function


def _elsewhere(written: bytes, group: bytes) -> bytes:
    return packed(_read(written)(unpacked(group)))
