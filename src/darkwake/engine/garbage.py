"""How often Python looks for cycles of garbage: seldom, while rows are made by the hundred thousand and none of them is one."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

SELDOM = (50_000, 20, 50)
"""Python's own (700, 10, 10) cost some hundredths of the time of a search for events."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let Python look for garbage seldom meanwhile, on whatever thread; who comes last puts it back.

    >>> with seldom_collected():
    ...     gc.get_threshold() == SELDOM
    True
    """
    _Inside.enter()
    try:
        yield
    finally:
        _Inside.leave()


class _Inside:
    """How many are inside, and what there was before the first of them."""

    several, before, lock = 0, gc.get_threshold(), Lock()

    @classmethod
    def enter(cls) -> None:
        with cls.lock:
            if not cls.several:
                cls.before = gc.get_threshold()
                gc.set_threshold(*SELDOM)
            cls.several += 1

    @classmethod
    def leave(cls) -> None:
        with cls.lock:
            cls.several -= 1
            if not cls.several:
                gc.set_threshold(*cls.before)


def collect_seldom() -> None:
    """The same for good, for a process that does nothing else; what it has imported is not looked at again."""
    gc.freeze()
    gc.set_threshold(*SELDOM)
