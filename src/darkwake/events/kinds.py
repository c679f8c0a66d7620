"""The kinds of events. To add one: a file with its rule and its function, and a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from darkwake.events.call import CallRule, calls
from darkwake.events.encounter import EncounterRule, encounters
from darkwake.events.gap import GapRule, gaps
from darkwake.events.loiter import LoiterRule, loitering

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Kind:
    """A kind of event: its name in ``Events.kind``, its parameters, its function, and whether it needs places."""

    name: str
    rule: type[Any]
    find: Callable[..., ir.Table]
    at_places: bool = False

    def expression(self, positions: ir.Table, places: pa.Table, rule: Any) -> ir.Table:
        """The events of this kind under a rule of its own type."""
        return self.find(positions, places, rule) if self.at_places else self.find(positions, rule)


KINDS = (
    Kind("gap", GapRule, gaps),
    Kind("encounter", EncounterRule, encounters),
    Kind("loiter", LoiterRule, loitering),
    Kind("call", CallRule, calls, at_places=True),
)
