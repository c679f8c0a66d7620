"""How often Python looks for cycles of garbage: seldom, while rows are made by the hundred thousand and none of them is one."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (50_000, 20, 50)
"""Python's own (700, 10, 10) cost some hundredths of the time of a search for events."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let Python look for garbage seldom meanwhile.

    >>> with seldom_collected():
    ...     gc.get_threshold() == SELDOM
    True
    """
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def collect_seldom() -> None:
    """The same for good, for a process that does nothing else; what it has imported is not looked at again."""
    gc.freeze()
    gc.set_threshold(*SELDOM)
