"""Work on a few threads whose results come in order: for arrays, on which NumPy and its like let go of the interpreter."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def in_order(work: Callable[..., Result], given: Iterable[tuple[object, ...]], threads: int) -> Iterator[Result]:
    """Results of ``work`` in the order of what it is given, whoever is done first.

    Args:
        work: called on the threads.
        given: arguments of each call; taken from this iterable on the caller's thread, a few calls ahead of the results.
        threads: at once.

    >>> list(in_order(pow, [(2, 3), (3, 2), (5, 1)], 2))
    [8, 9, 5]
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for arguments in given:
            waiting.append(pool.submit(work, *arguments))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
