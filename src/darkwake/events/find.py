"""Events of a store, or of positions at hand: the function behind ``darkwake events``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from darkwake.ais.cleaned import StoreTracks, cleaned_of
from darkwake.ais.tracks import set_aside
from darkwake.engine import Engine, open_engine
from darkwake.errors import StoreBusy, UsageError, nearest
from darkwake.events.kinds import KINDS, Kind, Known, rows_of
from darkwake.events.places import read_places
from darkwake.events.reasons import Inputs
from darkwake.events.revisions import revise
from darkwake.schema import Events, Places, Positions, Statics
from darkwake.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Found:
    """Events, and how many positions they were found in."""

    table: pa.Table
    """Rows of ``Events`` in order of their start."""
    positions: int
    kinds: tuple[str, ...]
    """The kinds that were looked for."""
    unkept: str | None = None
    """Why the store did not keep them, where it was asked to and could not."""
    rejected: Mapping[str, int] = field(default_factory=dict)
    """Reports of the store that are no positions, by reason; empty for positions at hand."""

    @property
    def counts(self) -> dict[str, int]:
        """Kind to number of events; 0 where none was found."""
        return {kind: pc.sum(pc.equal(self.table["kind"], kind)).as_py() or 0 for kind in self.kinds}

    def _repr_html_(self) -> str:
        html: str = self.table.drop_columns(["evidence", "rule"]).to_pandas().to_html(max_rows=20, index=False)
        return html


def find(
    source: Path | Store | pa.Table,
    *,
    kinds: Sequence[str] | None = None,
    places: Path | pa.Table | None = None,
    statics: pa.Table | None = None,
    rules: Sequence[Any] = (),
    engine: Engine | None = None,
    keep: bool = False,
) -> Found:
    """Find what ships did: silences, meetings, slow spells, calls.

    A store's own positions are taken where it has them, else they are made from its reports. Where the store has kept events
    before, those found again have the ids that they had, and say how often they were revised.

    Args:
        source: folder of a store, an open store, or rows of ``Positions`` (degrees, knots, UTC).
        kinds: names of the kinds to look for; all that can be told when left out (calls need places).
        places: CSV file or rows of ``Places``; the store's own places when left out.
        statics: rows of ``Statics`` beside positions at hand; a store's own when left out.
        rules: parameters that differ from the defaults, such as ``GapRule(min_hours=6)``.
        engine: where to run; DuckDB in this process when left out.
        keep: tell the journal of the store (``revisions``) what changed. A case keeps its events itself, when it is run; a
            store that another process writes to, or that may not be written to, stays as it is.

    Raises:
        InputError: no store, a store without AIS, or places that cannot be read.
        UsageError: an unknown kind, or calls without places.

    >>> found = find(Positions.empty(), kinds=["gap"])
    >>> found.counts, found.positions
    ({'gap': 0}, 0)
    """
    with looked(source, kinds=kinds, places=places, statics=statics, rules=rules, engine=engine, keep=keep) as (found, _):
        return found


@contextmanager
def looked(
    source: Path | Store | pa.Table,
    *,
    kinds: Sequence[str] | None = None,
    places: Path | pa.Table | None = None,
    statics: pa.Table | None = None,
    rules: Sequence[Any] = (),
    engine: Engine | None = None,
    keep: bool = False,
) -> Iterator[tuple[Found, Known]]:
    """The events that :func:`find` gives, and what they were found in, for who wants to look at the tracks around them."""
    with ExitStack() as stack:
        if isinstance(source, Path):
            source = stack.enter_context(Store.open(source))
        if engine is None:
            engine = open_engine()
            stack.callback(engine.close)
        at = _places(source, places)
        chosen = _chosen(kinds, at)
        cleaned = stack.enter_context(_positions(source, engine))
        known = Known(cleaned.positions, _statics(source, statics, engine), at, engine)
        given = {type(rule): rule for rule in rules}
        settled = {kind.name: given.get(kind.rule, kind.rule()) for kind in KINDS}
        parts = rows_of(chosen, known, settled)
        names = tuple(kind.name for kind in chosen)
        table = pa.concat_tables([Events.empty(), *parts])
        held, unkept = _held(source, stack) if keep and isinstance(source, Store) else (None, None)
        if isinstance(source, Store) and (held or source.has("runs")):
            inputs = Inputs.of_store(source, at, settled)
            revised = revise(engine.table(table), cleaned.positions, held or source, engine, inputs, names)
            table = Events.check(engine.arrow(revised.events))
        rejected = set_aside(cleaned.rejected, engine) if cleaned.rejected is not None else {}
        ordered = table.sort_by([("start", "ascending"), ("event_id", "ascending")])
        yield Found(ordered, cleaned.count, names, unkept, rejected), known
        if held:  # and whoever looked at them made what he wanted of them
            held.commit(revised.changes(held, engine))


def _held(store: Store, stack: ExitStack) -> tuple[Store | None, str | None]:
    """The store, held for writing from now on where it is to keep its events; and why it could not be.

    Others may take reports in while events are looked for, so a store is not held before.
    """
    if store.stage("events") or not store.names():
        return None, None
    if store.writable:
        return store, None
    try:
        held = stack.enter_context(Store.open(store.folder, write=True))
    except (StoreBusy, OSError) as fault:
        return None, str(fault)
    if held.version("reports") != store.version("reports"):
        return None, "reports were taken in meanwhile; look again"
    return held, None


def _places(source: Store | pa.Table, places: Path | pa.Table | None) -> pa.Table:
    if isinstance(places, Path):
        return read_places(places)
    if places is not None:
        return Places.check(places)
    return source.arrow("places") if isinstance(source, Store) and source.has("places") else Places.empty()


def _statics(source: Store | pa.Table, statics: pa.Table | None, engine: Engine) -> ir.Table:
    if statics is not None:
        return engine.table(Statics.check(statics))
    return source.table(engine, "statics") if isinstance(source, Store) else engine.table(Statics.empty())


def _chosen(kinds: Sequence[str] | None, places: pa.Table) -> list[Kind]:
    names = [kind.name for kind in KINDS]
    for name in kinds or ():
        if name not in names:
            raise UsageError(f"no kind of event {name!r}", do=nearest(name, names))
    chosen = [kind for kind in KINDS if (kind.name in kinds if kinds else places.num_rows or not kind.at_places)]
    for kind in chosen:
        if kind.at_places and not places.num_rows:
            raise UsageError(f"{kind.name} needs places, and there are none", do="give --places FILE.csv")
    return chosen


@contextmanager
def _positions(source: Store | pa.Table, engine: Engine) -> Iterator[StoreTracks]:
    """Positions on the engine and their number."""
    if not isinstance(source, Store):
        yield StoreTracks(engine.table(Positions.check(source)), source.num_rows, None)
    elif source.count("statics") and not (source.has("positions") or source.count("reports")):
        # Static messages alone, or last positions of unknown age: nothing that a rule could look at, and no fault.
        yield StoreTracks(engine.table(Positions.empty()), 0, None)
    else:
        with cleaned_of(source, engine) as found:
            yield found
