"""The cleaned positions of a store, whether a case has made them already or only reports are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from darkwake.ais.tracks import clean
from darkwake.engine.scratch import Scratch
from darkwake.errors import InputError
from darkwake.schema import Positions

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine
    from darkwake.store import Store


@dataclass(frozen=True)
class StoreTracks:
    """What cleaning made of a store's reports."""

    positions: ir.Table
    count: int
    rejected: ir.Table | None
    """Rows of ``Rejected``; null where positions were kept without them."""


@contextmanager
def positions_of(store: Store, engine: Engine) -> Iterator[tuple[ir.Table, int]]:
    """The positions of :func:`cleaned_of`, and their number."""
    with cleaned_of(store, engine) as found:
        yield found.positions, found.count


@contextmanager
def cleaned_of(store: Store, engine: Engine) -> Iterator[StoreTracks]:
    """Positions on an engine and what was rejected; positions made from reports are written once, not made anew for each use.

    Raises:
        InputError: the store holds neither positions nor reports, or reports that its positions were not made from.
    """
    if store.has("positions"):
        if store.behind("tracks"):
            what = "reports were taken in since the case was run, and its positions are not made from them"
            raise InputError(what, do=f"run: darkwake run {store.folder.parent}", source=store.folder)
        rejected = store.table(engine, "rejected") if store.has("rejected") else None
        yield StoreTracks(store.table(engine, "positions"), store.count("positions"), rejected)
        return
    if not store.count("reports"):
        raise InputError("the store holds no AIS reports", do="take some in: darkwake ais ingest", source=store.folder)
    with closing(Scratch("positions")) as scratch:
        statics = store.table(engine, "statics") if store.has("statics") else None
        cleaned = clean(store.table(engine, "reports"), engine, statics=statics)
        files = engine.write(cleaned.kept.select(*Positions.columns), scratch.folder / "positions")
        made = engine.parquet(files, Positions.arrow())
        yield StoreTracks(made, int(engine.arrow(made.count().as_table()).column(0)[0].as_py()), cleaned.rejected)
