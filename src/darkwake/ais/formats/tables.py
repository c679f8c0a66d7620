"""Delimited text: the layouts that are known by their header, and any other by a column mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from darkwake.ais.batch import Batch
from darkwake.ais.delimited import Delimited, blocks, header_of, reader
from darkwake.ais.formats import danish, marinecadastre
from darkwake.ais.layout import ENOUGH, Layout
from darkwake.ais.reading import Reading, Settings
from darkwake.ais.sources import Member

LAYOUTS: tuple[tuple[Layout, tuple[str, ...]], ...] = (
    *((layout, marinecadastre.NULL_TOKENS) for layout in marinecadastre.LAYOUTS),
    *((layout, danish.NULL_TOKENS) for layout in danish.LAYOUTS),
)
"""Every layout with the words that mean "no value" in it."""


def best_layout(header: list[str]) -> tuple[Layout, tuple[str, ...]] | None:
    """The layout that a header fits best; None when it fits none."""
    best = max(LAYOUTS, key=lambda known: known[0].share(header))
    return best if best[0].share(header) >= ENOUGH else None


def recognises(head: bytes, settings: Settings) -> bool:
    """Whether these are the first bytes of a delimited table with a known header (or any header, with a mapping)."""
    header, _ = header_of(head)
    return len(header) > 1 if settings.mapping else best_layout(header) is not None


def read(member: Member, settings: Settings) -> Reading:
    """The member as batches; see :class:`Reading`."""
    header, _ = header_of(member.head)
    known = (settings.mapping, ()) if settings.mapping else best_layout(header)
    layout, null_tokens = known or LAYOUTS[0]
    rows = reader(member, layout, null_tokens)
    return Reading(layout.name, _batches(member, rows), layout.position_age)


def _batches(member: Member, rows: Delimited) -> Iterator[Callable[[], Batch]]:
    for block in blocks(member):
        yield partial(rows.batch, block)
