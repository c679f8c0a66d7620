"""Tonnes printed as barrels, and barrels as tonnes: figures of one table held against one another.

A figure is held to be in the wrong unit where that reading, and not the printed one, makes it agree with the others:

* **Pair.** Barrels and tonnes of one statement whose ratio no petroleum product has.
* **Two figures for one thing** (the same states and days) that are 6 to 17 times apart: one of the two is in the other unit,
  or a third figure tells which.
* **Sum.** Parts that cover a total's days and states without a gap, or two parts that reach it to the last digit: the sum
  closes when one figure is read in the other unit, by the factor that its states use. A total that mixes units is found by
  the parts that were printed in both.
* **Part and whole.** A part larger than the whole that is not when one of the two is read in the other unit.

A reading is not taken up if it breaks a sum that closes as printed or makes another part larger than its whole. Where two
readings explain as much, both figures are named. A figure of which the table says nothing else is told by nothing: it is
never marked, and that is no proof that it is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import inf, log

from darkwake.claims.figures import Figure, Sums, sums_of

LEAST_BBL_PER_T = 6.0
"""Bitumen has 6.05 (UN Statistics Division, Energy Statistics Yearbook 2004): no petroleum product has fewer."""

MOST_BBL_PER_T = 17.0
"""Ethane has 16.85 (BP, Statistical Review of World Energy 2021): no petroleum product has more."""

NOTICES_BBL_PER_T = (7.4, 8.5)
"""What notices of refined products are reckoned with where a state's own pairs do not tell; assumed, because notices in print
used 7.5 (gas oil) to 8.33 (the product basket of the 1718 Committee's chart)."""

CLOSED = 0.0005
"""Share of a total by which a sum may miss it and still close, beside the rounding of its figures; assumed, because revised
reports in print close to 0.3 % at best and sums of one list to 0.004 %."""

BROKEN = 0.02
"""Share by which a sum that closed may miss its total before a reading is held to break it; assumed, as above."""

REVISED = 2.0
"""Factor up to which a later report may differ from an earlier one; assumed, because the largest revision in print is 1.7 and
the least conversion 6."""

MOSTLY = 0.5
"""Share of a total's days from which on parts must be of its size; assumed, because a wrong unit makes them 6 times off."""

_MIXED_PARTS = 12
CLOSES = 2
"""What a sum that closes by a reading weighs beside a part that is no longer larger than its whole."""

Range = tuple[float, float]
Relation = tuple[str, str, tuple[str, ...]]
"""Its kind, the total (or one of two figures), the parts (or the other)."""


@dataclass(frozen=True)
class Swap:
    """A finding: which figures are suspect (several where it cannot be told which), what tells it, and in words how."""

    suspects: tuple[str, ...]
    against: tuple[str, ...]
    words: str


@dataclass
class _Table:
    """Figures as read: as printed, or one of them in the other unit."""

    by_id: dict[str, Figure]
    factors: Mapping[frozenset[str], Range]
    sums: Sums
    touching: dict[str, list[tuple[str, tuple[str, ...]]]] = field(default_factory=dict)

    def with_reading(self, figure: Figure) -> _Table:
        """The table with one figure read otherwise."""
        return _Table(self.by_id | {figure.figure_id: figure}, self.factors, self.sums)

    def amount(self, figure_id: str, unit: str) -> Range:
        """The least and most that a figure says in a unit, by its rounding and its states' factor."""
        figure = self.by_id[figure_id]
        low, high = self.factors[figure.states]
        if unit == "bbl":
            if figure.barrels is not None:
                return rounded_range(figure.barrels)
            least, most = rounded_range(figure.tonnes or 0.0)
            return least * low, most * high
        if figure.tonnes is not None:
            return rounded_range(figure.tonnes)
        least, most = rounded_range(figure.barrels or 0.0)
        return least / high, most / low

    def unit_of(self, figure_ids: Iterable[str]) -> str:
        """The unit in which most of some figures are printed."""
        figures = [self.by_id[i] for i in figure_ids]
        return "t" if sum(f.barrels is None for f in figures) > sum(f.tonnes is None for f in figures) else "bbl"

    def miss(self, total: str, parts: tuple[str, ...]) -> float:
        """The share of a total by which its parts miss it, read as kindly as rounding and factors allow."""
        unit = self.unit_of((total, *parts))
        least, most = self.amount(total, unit)
        ranges = [self.amount(part, unit) for part in parts]
        low, high = sum(r[0] for r in ranges), sum(r[1] for r in ranges)
        return max(0.0, low - most, least - high) / max(most, 1.0)

    def excess(self, inner: tuple[str, ...], outer: tuple[str, ...]) -> float:
        """How many times the whole some parts are at least."""
        unit = self.unit_of((*inner, *outer))
        least = sum(self.amount(one, unit)[0] for one in inner)
        return least / max(sum(self.amount(one, unit)[1] for one in outer), 1.0)

    def apart(self, one: str, others: tuple[str, ...]) -> float:
        """How many times the other side the larger side is at least."""
        return max(self.excess((one,), others), self.excess(others, (one,)))

    def odd(self, total: str, parts: tuple[str, ...]) -> float:
        """How far the parts' share of a total is from their share of its days, as a logarithm."""
        unit = self.unit_of((total, *parts))
        share = sum(sum(self.amount(part, unit)) for part in parts) / max(sum(self.amount(total, unit)), 1.0)
        return abs(log(share / self.share_of_days(total, parts))) if share > 0 else inf

    def share_of_days(self, total: str, parts: tuple[str, ...]) -> float:
        """The share of a total's days and states that parts cover."""
        return sum(self.by_id[part].state_days for part in parts) / self.by_id[total].state_days


def rounded_range(number: float) -> Range:
    """What a printed number stands for: half a unit of its last digit that is not zero, either way.

    >>> rounded_range(133_000.0), rounded_range(2_136.0)
    ((132500.0, 133500.0), (2135.5, 2136.5))
    """
    if number == 0:
        return 0.0, 0.0
    step = 1.0 if number == int(number) else 0.01
    while step < number and number % (step * 10) == 0:
        step *= 10
    return number - step / 2, number + step / 2


def factors_of(figures: Sequence[Figure]) -> dict[frozenset[str], Range]:
    """The barrels per tonne that each set of states uses, by its own figures printed in both units; else what notices use."""
    ratios: dict[frozenset[str], list[float]] = {}
    for f in figures:
        if f.tonnes and f.barrels and LEAST_BBL_PER_T <= f.barrels / f.tonnes <= MOST_BBL_PER_T:
            ratios.setdefault(f.states, []).append(f.barrels / f.tonnes)
    found = {}
    for f in figures:
        own = ratios.get(f.states, [])
        found[f.states] = (min(own) * (1 - CLOSED), max(own) * (1 + CLOSED)) if len(own) > 1 else NOTICES_BBL_PER_T
    return found


def swapped(figures: Sequence[Figure], sums: Sums | None = None) -> list[Swap]:
    """The figures that are in the wrong unit, as far as the others tell.

    Args:
        figures: statements of one kind of goods.
        sums: :func:`sums_of` the figures, where it is at hand.

    Returns:
        Findings, those that a figure's own two numbers tell first; a figure is suspect in one of them at most.
    """
    found = [_pair(f) for f in figures if _impossible(f)]
    sound = {f.figure_id: f for f in figures if not _impossible(f)}
    hang = _without(sums or sums_of(figures), {swap.suspects[0] for swap in found})
    table = _Table(sound, factors_of(list(sound.values())), hang)
    found += _mixed(table)
    table.sums = _without(hang, {suspect for swap in found for suspect in swap.suspects})
    return [*found, *_read_otherwise(table)]


def _impossible(f: Figure) -> bool:
    return bool(f.tonnes and f.barrels and not LEAST_BBL_PER_T <= f.barrels / f.tonnes <= MOST_BBL_PER_T)


def _pair(f: Figure) -> Swap:
    ratio = (f.barrels or 0.0) / (f.tonnes or 1.0)
    words = f"{f.barrels:,.10g} bbl beside {f.tonnes:,.10g} t: {ratio:.3g} barrels per tonne, which no petroleum product has"
    return Swap((f.figure_id,), (), words)


def _without(sums: Sums, gone: set[str]) -> Sums:
    def kept(relations: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(r for r in relations if not gone & {r[0], *r[1]})

    same = tuple(pair for pair in sums.same if not gone & set(pair))
    left = tuple(i for i in sums.figures if i not in gone)
    return Sums(left, same, kept(sums.packed), kept(sums.covers), kept(sums.pairs))


def _mixed(table: _Table) -> list[Swap]:
    """Totals that come out to the last digit when some parts that were printed in both units are put in as tonnes."""
    found: dict[str, Swap] = {}
    for total, parts in table.sums.covers:
        whole = table.by_id[total].barrels
        figures = [table.by_id[part] for part in parts]
        if total in found or whole is None or any(f.barrels is None for f in figures):
            continue
        short = sum(f.barrels or 0.0 for f in figures) - whole
        both = [f for f in figures if f.tonnes][:_MIXED_PARTS]
        slips = [(f.barrels or 0.0) - (f.tonnes or 0.0) for f in both]
        taken = _reaching(short, slips) if short > whole * CLOSED else None
        if taken is not None:
            words = f"{whole:,.10g} bbl is the sum of its {len(parts)} parts with the tonnes of {len(taken)} taken as barrels"
            found[total] = Swap((total,), tuple(parts), words)
    return list(found.values())


def _reaching(short: float, slips: list[float]) -> tuple[int, ...] | None:
    """Which of some numbers add up to another to the last digit."""
    choices = (taken for n in range(2, len(slips) + 1) for taken in combinations(range(len(slips)), n))
    return next((taken for taken in choices if abs(sum(slips[i] for i in taken) - short) < 1.0), None)


def _read_otherwise(table: _Table) -> list[Swap]:
    """Figures that agree with the others in the other unit alone, the best explained first."""
    touching = _touching(table.sums)
    found: list[Swap] = []
    while True:
        told = [(weight, figure_id, against) for figure_id in touching for weight, against in _told(table, figure_id, touching)]
        if not told:
            break
        best = max(n for n, _, _ in told)
        first = min(one for one in told if one[0] == best)
        rivals = [one for one in told if one[0] == best and (one[1] in first[2] or one[1] == first[1])]
        suspects = tuple(sorted(one[1] for one in rivals))
        found.append(Swap(suspects, tuple(sorted(first[2] - set(suspects))), _in_words(table, suspects)))
        table.sums = _without(table.sums, set(suspects))
        touching = _touching(table.sums)
    return found


def _touching(sums: Sums) -> dict[str, list[Relation]]:
    """The relations of each figure: their kind, the total (or other figure) and the parts."""
    found: dict[str, list[Relation]] = {}
    relations: list[Relation] = [("same", a, (b,)) for a, b in sums.same]
    for kind, sets in (("packed", sums.packed), ("cover", sums.covers), ("pair", sums.pairs)):
        relations += [(kind, total, parts) for total, parts in sets]
    for kind, total, parts in relations:
        for figure_id in (total, *parts):
            found.setdefault(figure_id, []).append((kind, total, parts))
    return found


def _told(table: _Table, figure_id: str, touching: Mapping[str, list[Relation]]) -> list[tuple[tuple[int, int], set[str]]]:
    """How much tells that a figure is in the other unit (sums that close, figures) and which; nothing if any speaks against."""
    figure = table.by_id[figure_id]
    if figure.tonnes and figure.barrels:
        return []
    again = table.with_reading(figure.in_tonnes() if figure.barrels is not None else figure.in_barrels())
    verdicts = [(_verdict(*relation, table, again), relation) for relation in touching[figure_id]]
    if any(verdict < 0 for verdict, _ in verdicts):
        return []
    against = {one for verdict, (_, total, parts) in verdicts if verdict > 0 for one in (total, *parts)} - {figure_id}
    closed = sum(verdict == CLOSES for verdict, _ in verdicts)
    return [((closed, len(against)), against)] if against else []


def _verdict(kind: str, total: str, parts: tuple[str, ...], printed: _Table, again: _Table) -> int:
    """Above 0 where the other reading mends a relation, below 0 where it breaks one, 0 where it changes nothing."""
    if kind == "pair":
        before, after = _telling(printed, total, parts), _telling(again, total, parts)
        return CLOSES * (int(after) - int(before))
    if kind == "cover":
        missed, misses = printed.miss(total, parts), again.miss(total, parts)
        if missed != misses and min(missed, misses) <= CLOSED:
            return CLOSES * (int(misses <= CLOSED) - int(missed <= CLOSED and misses > BROKEN))
    mostly = kind != "same" and printed.share_of_days(total, parts) >= MOSTLY
    if mostly and again.odd(total, parts) > printed.odd(total, parts) + log(REVISED):
        return -1
    was, is_ = _strain(kind, total, parts, printed), _strain(kind, total, parts, again)
    mended = was > 1 >= is_ and (was > REVISED or again.odd(total, parts) < printed.odd(total, parts))
    return int(mended) - int(is_ > max(was, REVISED))


def _strain(kind: str, total: str, parts: tuple[str, ...], table: _Table) -> float:
    """How far figures are from holding both: above 1 where rounding does not explain it, above ``REVISED`` no revision."""
    if kind == "same" or (kind == "cover" and table.apart(total, parts) > REVISED):
        apart = table.apart(total, parts)
        return apart if apart > REVISED else 0.0
    excess = table.excess(parts, (total,))
    later = any(table.by_id[one].known > table.by_id[total].known for one in parts)
    return excess if excess > (REVISED if later else 1 + BROKEN) else 0.0


def _telling(table: _Table, total: str, parts: tuple[str, ...]) -> bool:
    """Whether two parts that reach a total without covering it are no accident: all in one unit, to the last digit."""
    figures = [table.by_id[i] for i in (total, *parts)]
    for numbers in ([f.barrels for f in figures], [f.tonnes for f in figures]):
        whole = [number for number in numbers if number is not None]
        if len(whole) == len(figures) and min(whole) > 0 and whole[0] % 10:
            return abs(sum(whole[1:]) - whole[0]) < 1.0
    return False


def _in_words(table: _Table, suspects: tuple[str, ...]) -> str:
    said = []
    for suspect in suspects:
        f = table.by_id[suspect]
        number, unit, other = (f.barrels, "bbl", "t") if f.barrels is not None else (f.tonnes, "t", "bbl")
        said.append(f"{number:,.10g} {unit} agrees with the others as {number:,.10g} {other}")
    return " or ".join(said) + (": one of them is in the wrong unit" if len(said) > 1 else "")
