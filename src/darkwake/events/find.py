"""Events of a store, or of positions at hand: the function behind ``darkwake events``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from darkwake.ais.cleaned import positions_of
from darkwake.engine import Engine, open_engine
from darkwake.errors import UsageError, nearest
from darkwake.events.kinds import KINDS, Kind, Known
from darkwake.events.places import read_places
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
) -> Found:
    """Find what ships did: silences, meetings, slow spells, calls.

    A store's own positions are taken where it has them, else they are made from its reports.

    Args:
        source: folder of a store, an open store, or rows of ``Positions`` (degrees, knots, UTC).
        kinds: names of the kinds to look for; all that can be told when left out (calls need places).
        places: CSV file or rows of ``Places``; the store's own places when left out.
        statics: rows of ``Statics`` beside positions at hand; a store's own when left out.
        rules: parameters that differ from the defaults, such as ``GapRule(min_hours=6)``.
        engine: where to run; DuckDB in this process when left out.

    Raises:
        InputError: no store, a store without AIS, or places that cannot be read.
        UsageError: an unknown kind, or calls without places.

    >>> found = find(Positions.empty(), kinds=["gap"])
    >>> found.counts, found.positions
    ({'gap': 0}, 0)
    """
    with looked(source, kinds=kinds, places=places, statics=statics, rules=rules, engine=engine) as (found, _):
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
        positions, count = stack.enter_context(_positions(source, engine))
        known = Known(positions, _statics(source, statics, engine), at, engine)
        given = {type(rule): rule for rule in rules}
        parts = [Events.check(engine.arrow(kind.expression(known, given.get(kind.rule, kind.rule())))) for kind in chosen]
        table = pa.concat_tables([Events.empty(), *parts]).sort_by([("start", "ascending"), ("event_id", "ascending")])
        yield Found(table, count, tuple(kind.name for kind in chosen)), known


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
def _positions(source: Store | pa.Table, engine: Engine) -> Iterator[tuple[ir.Table, int]]:
    """Positions on the engine and their number."""
    if not isinstance(source, Store):
        yield engine.table(Positions.check(source)), source.num_rows
    elif source.count("statics") and not (source.has("positions") or source.count("reports")):
        # Static messages alone, or last positions of unknown age: nothing that a rule could look at, and no fault.
        yield engine.table(Positions.empty()), 0
    else:
        with positions_of(source, engine) as found:
            yield found
