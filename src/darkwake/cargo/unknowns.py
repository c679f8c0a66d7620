"""Named unknowns: seeded uniform numbers by name, from which every distribution of this room is drawn.

What all visits share is asked by its name alone; what a ship or a visit has to itself, by its name and its owner. Equal names
give equal numbers however often and in whatever order they are asked, so a further visit leaves the others as they are. An
unknown that is *fixed* stands at its middle (0.5) in every world: the difference to the interval with it is what it widens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from darkwake.cargo.factors import Factor, Numbers
from darkwake.draws import generator

SHARED = "world"
"""The owner of what all visits share."""


class Unknowns:
    """The uniform numbers of one seed; ``asked`` are the names that were used, in order, with whether they are shared.

    ``owners`` are those for whom each name was asked.

    >>> unknown = Unknowns(1, 3, "doc")
    >>> bool((unknown("laden fraction") == unknown("laden fraction")).all())
    True
    >>> unknown.fixing(["laden fraction"])("laden fraction").tolist()
    [0.5, 0.5, 0.5]
    """

    rows = 1
    """How often all worlds stand one after the other; a distribution is that of one row."""

    def __init__(self, seed: int, draws: int, scope: str, *, fixed: Iterable[str] = ()) -> None:
        self.seed = seed
        self.draws = draws
        self.scope = scope
        self.fixed = frozenset(fixed)
        self.asked: dict[str, bool] = {}
        self.owners: dict[str, set[str]] = {}
        self._kept: dict[tuple[str, str], Numbers] = {}

    def __call__(self, name: str, owner: str = SHARED) -> Numbers:
        """Uniform numbers between 0 and 1, one a world."""
        self.asked[name] = self.asked.get(name, True) and owner == SHARED
        self.owners.setdefault(name, set()).add(owner)
        if name in self.fixed:
            return np.full(self.draws, 0.5)
        key = (owner, name)
        if key not in self._kept:
            self._kept[key] = generator(self.seed, self.scope, owner, name).random(self.draws)
        return self._kept[key]

    def value(self, factor: Factor, owner: str = SHARED) -> Numbers:
        """A factor's values, one a world."""
        return factor.at(self(factor.name, owner))

    def fixing(self, names: Iterable[str]) -> Unknowns:
        """The same unknowns with these at their middle; what was drawn already is not drawn again."""
        other = Unknowns(self.seed, self.draws, self.scope, fixed=self.fixed | set(names))
        other._kept = self._kept
        return other


class InTurn(Unknowns):
    """The same worlds again and again: as they are, then with one name after the other at its middle.

    One reckoning in all of them takes a fraction of the time of one for each name, for a reckoning in a thousand worlds costs
    little more than one in ten.

    >>> unknown = InTurn(Unknowns(1, 2, "doc"), ["laden fraction"])
    >>> unknown("laden fraction").tolist()[2:], bool(np.array_equal(*unknown("deadweight").reshape(2, 2)))
    ([0.5, 0.5], True)
    """

    def __init__(self, base: Unknowns, names: Iterable[str]) -> None:
        self.base, self.names = base, tuple(names)
        self.rows = len(self.names) + 1
        super().__init__(base.seed, base.draws * self.rows, base.scope, fixed=base.fixed)

    def __call__(self, name: str, owner: str = SHARED) -> Numbers:
        """Uniform numbers between 0 and 1, one a world, row after row."""
        return self._in_turn(name, owner, lambda u: u)

    def value(self, factor: Factor, owner: str = SHARED) -> Numbers:
        """A factor's values; each is worked out once and stands in all rows but one."""
        return self._in_turn(factor.name, owner, factor.at)

    def _in_turn(self, name: str, owner: str, at: Callable[[Numbers], Numbers]) -> Numbers:
        self.asked[name] = self.asked.get(name, True) and owner == SHARED
        self.owners.setdefault(name, set()).add(owner)
        found = np.tile(at(self.base(name, owner)), (self.rows, 1))
        if name in self.names:
            found[1 + self.names.index(name)] = at(np.array([0.5]))
        return found.ravel()

    def fixing(self, names: Iterable[str]) -> InTurn:
        """The same with these at their middle."""
        return InTurn(self.base.fixing(names), self.names)
