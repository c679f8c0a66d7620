"""Printed estimates held against the payload model for the same count: means, totals, lower bounds, ranges.

Each function makes a reckoner (``in_print_reckoned``). Laden fractions and factors come from ``cargo``, the model's worlds from
``in_print_counts``; the printed figures move neither.
"""

from __future__ import annotations

import numpy as np

from darkwake import cargo
from darkwake.cargo import SCENARIOS, Quantity
from darkwake.cargo.factors import published
from darkwake.draws import quantiles
from darkwake.ledger.in_print_counts import LATEST, barrels
from darkwake.ledger.in_print_reckoned import Reckoned, Reckoner, Verdict, day_of
from darkwake.ledger.in_print_statements import Statement, Statements


def mean_per_delivery(*of: tuple[str, str], fleet: str, fill: str | None = None) -> Reckoner:
    """Printed totals over their counts; each is held against the model's mean for the same count."""

    def reckon(facts: Statements) -> Reckoned:
        found = []
        for statement, word in of:
            count = int(facts[statement].number("count"))
            found.append(_held(facts[statement].number(word), count, fleet, fill, each=True))
        return _together(found)

    return reckon


def total(statement: str, *fills: tuple[str | None, str], fleet: str, growth: str | None = None) -> Reckoner:
    """Printed totals of a count, each at the laden fraction that the publisher assumed, held against the model."""

    def reckon(facts: Statements) -> Reckoned:
        count, said = _count(facts, statement, growth), facts[statement]
        found = [_held(said.number(word), count, fleet, fill) for fill, word in fills]
        if growth is None:
            return _together(found)
        grown = f"no count is printed; {facts[growth].count} in 2018, grown as {facts['A017'].said_by} says"
        return _together(found, grown)

    return reckon


def scenarios(statement: str, *, fleet: str) -> Reckoner:
    """A total printed at 90 % under each scenario that was printed for it, each held against the model at that fraction."""

    def reckon(facts: Statements) -> Reckoned:
        count = int(facts[statement].number("count"))
        whole = facts[statement].number("hi") / SCENARIOS["90 %"][0]
        names = ("one third", "50 %", "90 %", "full")
        amounts = {name: cargo.barrels(whole, SCENARIOS[name][0], 1.0) for name in names}
        return _together([_held(amount, count, fleet, name) for name, amount in amounts.items()])

    return reckon


def _held(amount: float, count: int, fleet: str, fill: str | None, *, each: bool = False) -> Reckoned:
    """A printed estimate (or its mean) held against the model's 90 % interval; and, in words, against the fleet of 2024."""
    by_world, value = barrels(count, fleet, fill) / (count if each else 1), amount / (count if each else 1)
    found = Quantity(*quantiles(by_world))
    verdict: Verdict = "inside" if found.p05 <= value <= found.p95 else "outside"
    laden = {None: "of unknown laden fraction", "full": "laden in full"}.get(fill, f"laden to {fill} of deadweight")
    below = f"{100 * np.mean(by_world < value):.1f} % of the model's worlds lie below"
    if fleet != LATEST:
        latest = 100 * np.mean(barrels(count, LATEST, fill) < amount)
        below += f" ({latest:.1f} % with the fleet of {LATEST}; that of {fleet} was set up after this was seen)"
    why = f"{value:,.0f} bbl: {count} deliveries {laden}, fleet of {fleet}; {below}"
    return Reckoned((value,), "bbl per delivery" if each else "bbl", verdict, why, (found,))


def _together(found: list[Reckoned], before: str = "") -> Reckoned:
    """Several estimates in one; where one lies outside, that is what is said of all."""
    worst = next((one for one in found if one.verdict == "outside"), found[0])
    intervals = tuple(interval for one in found for interval in one.intervals)
    why = "; ".join([*([before] if before else []), *(one.why for one in found)])
    return Reckoned(tuple(one.values[0] for one in found), worst.unit, worst.verdict, why, intervals)


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
        rate = ""
        if to_its_end:
            as_counted = quantiles(barrels(int(counted.number("count")), fleet))[2]
            rate = f", taken on at the rate of {counted.count} until {counted.end}, whose own p95 is {as_counted:,.0f} bbl"
        why = (
            f"a lower bound: {100 * (np.mean(by_world >= printed)):.0f} % of the model's worlds for {count} deliveries "
            f"({counted.said_by}{rate}) reach it"
        )
        return Reckoned((printed,), "bbl", "inside" if found.p95 >= printed else "outside", why, (found,))

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
        cap, printed = facts["K01"].number("central"), facts[statement].number("lo")
        low, high = _ends(facts[statement])
        over = (high - max(low, cap)) / (high - low)
        why = (
            f"the lower end is {'below' if low < cap else 'above'} the cap: if one load between the two held for all, each "
            f"alike, the chance that it was exceeded is {over:.3f}"
        )
        return Reckoned((low, high), "bbl", "inside" if low <= printed <= high else "outside", why)

    return reckon


def _ends(said: Statement) -> tuple[float, float]:
    row, count = published()["X061"], said.number("count")
    return count * float(row["low"]), count * float(row["high"])


def press_range_printed(statement: str) -> Reckoner:
    """The same product where both ends are printed."""

    def reckon(facts: Statements) -> Reckoned:
        said = facts[statement]
        low, high = _ends(said)
        same = (low, high) == (said.number("lo"), said.number("hi"))
        return Reckoned((low, high), "bbl", "equal" if same else "not reproduced", "a range, not an estimate")

    return reckon
