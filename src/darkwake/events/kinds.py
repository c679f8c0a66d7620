"""The kinds of events. To add one: a file with its rule and its function, and a row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from darkwake.engine.garbage import seldom_collected
from darkwake.events.call import CallRule, calls
from darkwake.events.encounter import EncounterRule, encounters
from darkwake.events.gap import GapRule, gaps
from darkwake.events.identity import IdentityRule, identities
from darkwake.events.loiter import LoiterRule, loitering
from darkwake.events.spoofing import falsehoods
from darkwake.events.spoofing_rule import SpoofingRule
from darkwake.schema import Events

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from darkwake.engine import Engine

Found = TypeVar("Found")


@dataclass(frozen=True)
class Known:
    """What events are found in; a kind takes of it what it names."""

    positions: ir.Table
    """Rows of ``Positions``, on the engine."""
    statics: ir.Table
    """Rows of ``Statics``, on the engine."""
    places: pa.Table
    """Rows of ``Places``, in memory."""
    engine: Engine

    def anything(self) -> bool:
        """Whether any ship was heard at all: a case from print alone has nothing to look through."""
        return any(self.engine.arrow(table.limit(1).select("mmsi")).num_rows for table in (self.positions, self.statics))


@dataclass(frozen=True)
class Kind:
    """A kind of event: its name in ``Events.kind``, its parameters, its function, and what of :class:`Known` this takes."""

    name: str
    rule: type[Any]
    find: Callable[..., ir.Table]
    takes: tuple[str, ...] = ("positions",)
    cost: int = 1
    """How long it takes beside the others (CPU seconds over an ocean, ``benchmarks/events.py``)."""
    at_places: bool = False
    """Whether there is nothing to find without places."""

    def expression(self, known: Known, rule: Any) -> ir.Table:
        """The events of this kind under a rule of its own type, in the columns of ``Events``."""
        with seldom_collected():
            made: ir.Table = self.find(*[getattr(known, word) for word in self.takes], rule)
        columns = Events.ibis()
        return made.select(**{word: made[word].cast(kind) for word, kind in columns.items()})

    def rows(self, known: Known, rule: Any) -> pa.Table:
        """The events in this process; what the engine kept to find them is let go."""
        with known.engine.scoped():
            return Events.check(known.engine.arrow(self.expression(known, rule)))

    def files(self, known: Known, rule: Any, folder: Path) -> list[Path]:
        """The events as Parquet files, never all of them in memory; what the engine kept to find them is let go."""
        with known.engine.scoped():
            return known.engine.write(self.expression(known, rule), folder)


KINDS = (
    Kind("gap", GapRule, gaps, ("positions", "engine"), cost=4),
    Kind("encounter", EncounterRule, encounters, ("positions", "statics", "places", "engine"), cost=60),
    Kind("loiter", LoiterRule, loitering, ("positions", "statics", "engine"), cost=6),
    Kind("call", CallRule, calls, ("positions", "statics", "places", "engine"), cost=26, at_places=True),
    Kind("identity", IdentityRule, identities, ("positions", "statics", "engine"), cost=1),
    Kind("spoofing", SpoofingRule, falsehoods, ("positions", "engine"), cost=16),
)


def rows_of(kinds: Sequence[Kind], known: Known, rules: Mapping[str, Any]) -> list[pa.Table]:
    """The events of some kinds in this process, a table a kind.

    Args:
        kinds: the kinds.
        known: what they are found in.
        rules: the rule of each kind, by its name.
    """
    return _each(kinds, known, lambda kind, on: kind.rows(on, rules[kind.name]))


def files_of(kinds: Sequence[Kind], known: Known, rules: Mapping[str, Any], folder: Callable[[], Path]) -> list[Path]:
    """The events of some kinds as Parquet files, each kind in a new folder; see :func:`rows_of`."""
    return [
        path for paths in _each(kinds, known, lambda kind, on: kind.files(on, rules[kind.name], folder())) for path in paths
    ]


def _each(kinds: Sequence[Kind], known: Known, found: Callable[[Kind, Known], Found]) -> list[Found]:
    """What is found of each kind; kinds do not know of each other, and those that take longest are begun first."""

    def job(kind: Kind) -> Callable[[Engine], Found]:
        return lambda engine: found(kind, replace(known, engine=engine))

    order = sorted(range(len(kinds)), key=lambda at: -kinds[at].cost)
    with seldom_collected():
        made = known.engine.side_by_side([job(kinds[at]) for at in order])
    return [one for _, one in sorted(zip(order, made, strict=True), key=lambda pair: pair[0])]
