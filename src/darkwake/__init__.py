"""Darkwake shows, from evidence, which ships hid, where they went and what they carried.

Each verb of the command line is one function here; it is imported when it is first used, so that ``import darkwake`` stays
quick.

>>> import darkwake
>>> sorted(set(darkwake.__all__) - set(dir(darkwake)))
[]
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_VERBS: dict[str, tuple[str, str]] = {
    "detect": ("darkwake.detection", "detect"),
    "event_history": ("darkwake.events.history", "history"),
    "events_as_of": ("darkwake.events.history", "as_of"),
    "figures_in_print": ("darkwake.ledger.in_print", "figures_in_print"),
    "find_events": ("darkwake.events", "find"),
    "ingest": ("darkwake.ais", "ingest"),
    "init": ("darkwake.work", "init"),
    "ledger_of": ("darkwake.work", "ledger_of"),
    "match": ("darkwake.fusion", "match"),
    "payload": ("darkwake.cargo", "payload"),
    "reachable_places": ("darkwake.events", "reach"),
    "screen": ("darkwake.identity", "screen"),
    "work": ("darkwake.work", "work"),
}
"""Public name to module and function; ``events`` and ``ledger`` are names of rooms, so their functions have others."""

__all__ = ["__version__", *sorted(_VERBS)]  # noqa: PLE0604 - the names come from one table
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in _VERBS:
        module, function = _VERBS[name]
        return getattr(import_module(module), function)
    raise AttributeError(f"module 'darkwake' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_VERBS])
