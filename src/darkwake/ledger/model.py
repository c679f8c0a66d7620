"""The sums of a case as something to be drawn again: with other unknowns, or from fewer sources.

The ledger itself reads stored draws; causes and the influence of sources ask what the sums would be otherwise. Both draw the
first worlds of the payloads (the same names under the same seed), so what they differ in is what was changed and no noise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from darkwake.cargo import product_named
from darkwake.cargo.loads import SCOPE, Loading
from darkwake.cargo.unknowns import SHARED, Unknowns
from darkwake.ledger.accumulate import BOTH, REPORTS, VISITS
from darkwake.ledger.cap import Cap
from darkwake.ledger.parts import DAY, HAPPENED, PER_TONNE_OF, Load, Numbers, Part, report_parts, visit_parts
from darkwake.ledger.reports import Reported

Key = tuple[str, str]
"""A cap and a mode."""


class Redrawn(Unknowns):
    """Unknowns of which some names are drawn again.

    >>> base, again = Unknowns(1, 3, "doc"), Unknowns(1, 3, "doc again")
    >>> some = Redrawn(base, again, {"laden fraction"})
    >>> bool((some("deadweight") == base("deadweight")).all()), bool((some("laden fraction") == again("laden fraction")).all())
    (True, True)
    """

    def __init__(self, base: Unknowns, again: Unknowns, names: Iterable[str]) -> None:
        super().__init__(base.seed, base.draws, base.scope, fixed=base.fixed)
        self._kept = base._kept  # noqa: SLF001 - the same numbers, not drawn twice
        self._again, self._names = again, frozenset(names)

    def __call__(self, name: str, owner: str = SHARED) -> Numbers:
        """Uniform numbers between 0 and 1, one a world."""
        first = super().__call__(name, owner)
        return self._again(name, owner) if name in self._names and name not in self.fixed else first

    def fixing(self, names: Iterable[str]) -> Redrawn:
        """The same with these at their middle."""
        other = Redrawn(self, self._again, self._names)
        other.fixed = self.fixed | set(names)
        return other


@dataclass(frozen=True)
class Model:
    """All that the sums of a case are drawn from, to be drawn as often as one asks."""

    seed: int
    worlds: int
    caps: tuple[Cap, ...]
    visits: tuple[Mapping[str, Any], ...]
    """Visits that count and are not simulated."""
    loading: Loading
    told: Mapping[str, Reported]
    """Reported imports by the product of a cap."""

    def parts(self, names: frozenset[str] = frozenset()) -> dict[Key, list[Part]]:
        """What may fall into each cap's period, by mode, with these names drawn again."""
        base, again = self._unknowns
        unknown = Redrawn(base, again, names) if names else base
        loads = {
            one.visit_id: Load(one.barrels, product_named(one.product).cap, "inferred") for one in self.loading.all(unknown)
        }
        visits = list(visit_parts(self.visits, loads, unknown))
        found: dict[Key, list[Part]] = {}
        for cap in self.caps:
            seen = [part for part in visits if part.product == cap.product and part.inside(cap).any()]
            reports = report_parts(self.told[cap.product], cap, self.loading.factors, unknown)
            both = [*seen, *reports] if seen and reports else []
            found |= {(cap.cap_id, mode): parts for mode, parts in ((VISITS, seen), (REPORTS, reports), (BOTH, both)) if parts}
        return found

    def totals(self, names: frozenset[str] = frozenset()) -> dict[Key, Numbers]:
        """Each sum at the end of its cap's period, in every world, with these names drawn again."""
        caps = {cap.cap_id: cap for cap in self.caps}
        return {key: total(caps[key[0]], parts) for key, parts in self.parts(names).items()}

    def tops(self) -> dict[str, Numbers]:
        """Each cap in barrels, in every world."""
        return {cap.cap_id: cap.limit_bbl(self.loading.factors, self._unknowns[0]) for cap in self.caps}

    def names(self) -> dict[str, bool]:
        """The unknowns of the sums, and whether all visits share each."""
        loads = self.loading.all(self._unknowns[0])
        found = {name: sharing == "shared" for load in loads for name, sharing in load.unknowns.items()}
        reports = dict.fromkeys(PER_TONNE_OF.values(), True)
        return dict(sorted((found | {DAY: False, HAPPENED: False} | reports).items()))

    @cached_property
    def _unknowns(self) -> tuple[Unknowns, Unknowns]:
        """The unknowns of the case and others to draw again from; kept, so that none is drawn twice."""
        return Unknowns(self.seed, self.worlds, SCOPE), Unknowns(self.seed, self.worlds, f"{SCOPE}, again")


def total(cap: Cap, parts: Iterable[Part]) -> Numbers:
    """What parts come to at the end of a cap's period, in every world."""
    found: Numbers = np.add.reduce([part.bbl * part.inside(cap) for part in parts])
    return found


def visits_in(cap: Cap, parts: Iterable[Part]) -> float:
    """How many visits parts are, mean over the worlds."""
    return float(np.add.reduce([(part.visits * part.inside(cap)).mean() for part in parts]))
