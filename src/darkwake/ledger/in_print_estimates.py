"""Printed estimates held against the payload model for the same count: means, totals, lower bounds, ranges.

Each function makes a reckoner (``in_print_reckoned``). Laden fractions and factors come from ``cargo``, the model's worlds from
``in_print_counts``; the printed figures move neither.
"""

from __future__ import annotations

import numpy as np

from darkwake import cargo
from darkwake.cargo import SCENARIOS, Quantity
from darkwake.cargo.factors import Numbers, published
from darkwake.draws import quantiles
from darkwake.ledger.in_print_counts import barrels
from darkwake.ledger.in_print_reckoned import Reckoned, Reckoner, Verdict, day_of
from darkwake.ledger.in_print_statements import Statements


def held(values: tuple[float, ...], printed: tuple[float, ...], by_world: Numbers, unit: str, why: str) -> Reckoned:
    """Printed estimates held against the model's 90 % interval; ``values`` are what was reckoned from print."""
    found = Quantity(*quantiles(by_world))
    inside = all(found.p05 <= one <= found.p95 for one in printed)
    below = ", ".join(f"{100 * np.mean(by_world < one):.0f} %" for one in printed)
    words = f"{why}; of the model's worlds {below} lie below the printed figure{'s' if len(printed) > 1 else ''}"
    return Reckoned(values, unit, "inside" if inside else "outside", words, found)


def mean_per_delivery(*of: tuple[str, str], fleet: str, fill: str | None = None) -> Reckoner:
    """Printed totals over their counts; each is held against the model's total for the same count."""

    def reckon(facts: Statements) -> Reckoned:
        found = [_one_mean(facts, statement, word, fleet, fill) for statement, word in of]
        worst = next((one for one in found if one.verdict == "outside"), found[0])
        why = "; ".join(f"{one.values[0]:,.0f} bbl: {one.why}" for one in found)
        return Reckoned(tuple(one.values[0] for one in found), "bbl per delivery", worst.verdict, why, worst.interval)

    return reckon


def _one_mean(facts: Statements, statement: str, word: str, fleet: str, fill: str | None) -> Reckoned:
    count = int(facts[statement].number("count"))
    mean = facts[statement].number(word) / count
    each = barrels(count, fleet, fill) / count
    return held((mean,), (mean,), each, "bbl per delivery", f"{count} deliveries{_laden(fill)}, fleet of {fleet}")


def _laden(fill: str | None) -> str:
    return (
        " of unknown laden fraction"
        if fill is None
        else f" laden {'in full' if fill == 'full' else f'to {fill} of deadweight'}"
    )


def total(statement: str, *fills: tuple[str | None, str], fleet: str, growth: str | None = None) -> Reckoner:
    """Printed totals of a count, each at the laden fraction that the publisher assumed, held against the model."""

    def reckon(facts: Statements) -> Reckoned:
        count = _count(facts, statement, growth)
        found = [
            held(
                (amount,), (amount,), barrels(count, fleet, fill), "bbl", f"{count} deliveries{_laden(fill)}, fleet of {fleet}"
            )
            for fill, word in fills
            for amount in [facts[statement].number(word)]
        ]
        worst = next((one for one in found if one.verdict == "outside"), found[0])
        why = "; ".join(f"{one.values[0]:,.0f} bbl: {one.why}" for one in found)
        if growth is not None:
            why = f"no count is printed; {facts[growth].count} in 2018, grown as {facts['A017'].said_by} says: {why}"
        return Reckoned(tuple(one.values[0] for one in found), "bbl", worst.verdict, why, worst.interval)

    return reckon


def scenarios(statement: str, *, fleet: str) -> Reckoner:
    """A total printed at 90 % under each scenario that was printed for it, each held against the model at that fraction."""

    def reckon(facts: Statements) -> Reckoned:
        said = facts[statement]
        count, whole = int(said.number("count")), said.number("hi") / SCENARIOS["90 %"][0]
        names = ("one third", "50 %", "90 %", "full")
        found = [
            held((value,), (value,), barrels(count, fleet, name), "bbl", f"{count} deliveries{_laden(name)}, fleet of {fleet}")
            for name in names
            for value in [cargo.barrels(whole, SCENARIOS[name][0], 1.0)]
        ]
        worst = next((one for one in found if one.verdict == "outside"), found[2])
        return Reckoned(tuple(one.values[0] for one in found), "bbl", worst.verdict, worst.why, worst.interval)

    return reckon


def _count(facts: Statements, statement: str, growth: str | None) -> int:
    """The printed count; or that of the year before, grown by the printed rate, for the months of the statement."""
    if growth is None:
        return int(facts[statement].number("count"))
    start, end = day_of(facts[statement].start), day_of(facts[statement].end)
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    return round(facts[growth].number("count") * (1 + facts["A017"].number("central") / 100) * months / 12)


def at_least(statement: str, *, counted_by: str, fleet: str, to_its_end: bool = False) -> Reckoner:
    """A lower bound in print ("more than"), held against the model's total for a count: it holds unless even p95 is below.

    ``to_its_end`` takes a count that ends before the statement's period on to its last day, at the rate until then.
    """

    def reckon(facts: Statements) -> Reckoned:
        printed, counted = facts[statement].number("lo"), facts[counted_by]
        count = int(counted.number("count"))
        if to_its_end:
            first, until, end = day_of(counted.start), day_of(counted.end), day_of(facts[statement].end)
            count = round(count * ((end - first).days + 1) / ((until - first).days + 1))
        by_world = barrels(count, fleet)
        found = Quantity(*quantiles(by_world))
        rate = f", taken on at their rate from {counted.count} until {counted.end}" if to_its_end else ""
        why = (
            f"a lower bound: {100 * (np.mean(by_world >= printed)):.0f} % of the model's worlds for {count} deliveries "
            f"({counted.said_by}{rate}) reach it"
        )
        return Reckoned((printed,), "bbl", "inside" if found.p95 >= printed else "outside", why, found)

    return reckon


def fleet_range(statement: str, ships: str) -> Reckoner:
    """What the smallest and the largest ship of a fleet carry at 90 % in gas oil, around a mean in print."""

    def reckon(facts: Statements) -> Reckoned:
        bbl_per_t = float(published()["X017"]["value"])
        fill = SCENARIOS["90 %"][0]
        small, large = (cargo.barrels(facts[ships].number(word), fill, bbl_per_t) for word in ("dwt_lo", "dwt_hi"))
        mean = facts[statement].number("lo") / facts[statement].number("count")
        verdict: Verdict = "inside" if small <= mean <= large else "outside"
        why = f"{mean:,.0f} bbl a visit needs {mean / fill / bbl_per_t:,.0f} t deadweight at 90 % of gas oil"
        return Reckoned((small, large), "bbl per visit", verdict, why)

    return reckon


def press_range(statement: str) -> Reckoner:
    """A count times the range that the press takes a tanker to carry, around the volume that is printed."""

    def reckon(facts: Statements) -> Reckoned:
        row = published()["X061"]
        count, printed = facts[statement].number("count"), facts[statement].number("lo")
        low, high = count * float(row["low"]), count * float(row["high"])
        return _range(facts, low, high, printed)

    return reckon


def _range(facts: Statements, low: float, high: float, printed: float) -> Reckoned:
    cap = facts["K01"].number("central")
    over = (high - max(low, cap)) / (high - low)
    words = "the lower end is below the cap" if low < cap else "the lower end is above the cap"
    why = f"{words}: if one load between the two held for all, each alike, the chance that it was exceeded is {over:.3f}"
    return Reckoned((low, high), "bbl", "inside" if low <= printed <= high else "outside", why)


def press_range_printed(statement: str) -> Reckoner:
    """The same product where both ends are printed."""

    def reckon(facts: Statements) -> Reckoned:
        row = published()["X061"]
        said = facts[statement]
        low, high = (said.number("count") * float(row[end]) for end in ("low", "high"))
        same = (low, high) == (said.number("lo"), said.number("hi"))
        return Reckoned((low, high), "bbl", "equal" if same else "not reproduced", "a range, not an estimate")

    return reckon
