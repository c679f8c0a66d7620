"""Figures of a table and how they hang together: which are of the same days, which lie in which, which should add up to one.

Days and states alone decide it; no number is looked at. What the numbers then tell is :mod:`darkwake.claims.units`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

MOST_COVERS = 300
"""Most ways of covering one total that are looked at."""


@dataclass(frozen=True)
class Figure:
    """One statement of an amount: by which states, for which days (ordinals, both included), known when, and the numbers."""

    figure_id: str
    states: frozenset[str]
    first: int
    last: int
    known: str
    tonnes: float | None = None
    barrels: float | None = None

    def within(self, other: Figure) -> bool:
        """Whether its states and days lie within another's, which has more."""
        inside = self.states <= other.states and other.first <= self.first and self.last <= other.last
        return inside and not self.same(other)

    def same(self, other: Figure) -> bool:
        """Whether it is of the same states and days."""
        return (self.states, self.first, self.last) == (other.states, other.first, other.last)

    def apart(self, other: Figure) -> bool:
        """Whether it shares no day of any state with another."""
        return not self.states & other.states or self.last < other.first or other.last < self.first

    @property
    def state_days(self) -> int:
        """Days times states."""
        return (self.last - self.first + 1) * len(self.states)

    def in_tonnes(self) -> Figure:
        """The figure with the number that stands as barrels read as tonnes."""
        return replace(self, tonnes=self.barrels, barrels=None)

    def in_barrels(self) -> Figure:
        """The figure with the number that stands as tonnes read as barrels."""
        return replace(self, barrels=self.tonnes, tonnes=None)


@dataclass(frozen=True)
class Sums:
    """Which figures of a table lie in which, and which sets of them should add up to one; days and states alone decide it."""

    figures: tuple[str, ...]
    same: tuple[tuple[str, str], ...]
    packed: tuple[tuple[str, tuple[str, ...]], ...]
    covers: tuple[tuple[str, tuple[str, ...]], ...]
    pairs: tuple[tuple[str, tuple[str, ...]], ...]


def sums_of(figures: Sequence[Figure]) -> Sums:
    """How the figures of a table hang together."""
    stated = [f for f in figures if f.tonnes is not None or f.barrels is not None]
    same = [(a.figure_id, b.figure_id) for a, b in combinations(stated, 2) if a.same(b)]
    inner = {outer.figure_id: [f for f in stated if f.within(outer)] for outer in stated}
    packed = [(outer, tuple(p.figure_id for p in parts)) for outer, inside in inner.items() for parts in _packs(inside)]
    covers = [
        (outer.figure_id, tuple(f.figure_id for f in parts))
        for outer in stated
        for parts in islice(_covers(outer, inner[outer.figure_id]), MOST_COVERS)
    ]
    full = {(outer, frozenset(parts)) for outer, parts in covers}
    pairs = [
        (outer, (a.figure_id, b.figure_id))
        for outer, inside in inner.items()
        for a, b in combinations(inside, 2)
        if a.apart(b) and (outer, frozenset((a.figure_id, b.figure_id))) not in full
    ]
    return Sums(tuple(f.figure_id for f in stated), tuple(same), tuple(packed), tuple(covers), tuple(pairs))


def _packs(inside: list[Figure]) -> list[list[Figure]]:
    """For each part the largest set of parts apart from one another that holds it, the shortest taken first."""
    shortest = sorted(inside, key=lambda f: (len(f.states) * (f.last - f.first), f.first, f.figure_id))
    packs: dict[frozenset[str], list[Figure]] = {}
    for part in inside:
        pack = [part]
        for other in shortest:
            if all(other.apart(taken) for taken in pack):
                pack.append(other)
        for found in ([part], pack):
            packs.setdefault(frozenset(f.figure_id for f in found), found)
    return list(packs.values())


def _covers(outer: Figure, inside: list[Figure]) -> Iterator[list[Figure]]:
    """Sets of parts that cover every day of every state of a total once."""

    def grow(open_from: dict[str, int], parts: list[Figure]) -> Iterator[list[Figure]]:
        state = min(open_from, key=lambda s: (open_from[s], s))
        if open_from[state] > outer.last:
            yield parts
            return
        for part in inside:
            if state in part.states and all(open_from[s] == part.first for s in part.states):
                yield from grow(open_from | dict.fromkeys(part.states, part.last + 1), [*parts, part])

    return grow(dict.fromkeys(outer.states, outer.first), [])
