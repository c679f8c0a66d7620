"""The sections of the page in their order; every reference to one is made from here, so that a number is written once."""

from __future__ import annotations

ORDER = (
    "finding",
    "ledger",
    "unseen",
    "map",
    "timeline",
    "visits",
    "counted-once",
    "exchange",
    "ships",
    "seen",
    "contradictions",
    "next",
    "claims",
    "sources",
)


def section(name: str) -> int:
    """The number of a section.

    >>> section("finding"), section("sources")
    (1, 14)
    """
    return ORDER.index(name) + 1
