"""The arithmetic behind figures in print: sums, shares, ratios and rates of printed numbers.

Each function makes a reckoner (``in_print_reckoned``), which does one sort of sum on statements by their ids. Laden fractions
and factors come from ``cargo``, caps from the statements.
"""

from __future__ import annotations

from darkwake.cargo import SCENARIOS
from darkwake.cargo.factors import published
from darkwake.claims.consistency import ABOUT
from darkwake.ledger.in_print_reckoned import Reckoned, Reckoner, Verdict, compared, day_of
from darkwake.ledger.in_print_statements import Statements


def at_another_fill(given: str, fill: str, printed: str | None) -> Reckoner:
    """A total that was printed at 90 % of deadweight, at another laden fraction; held against what was printed for that."""

    def reckon(facts: Statements) -> Reckoned:
        value = facts[given].number("hi") / SCENARIOS["90 %"][0] * SCENARIOS[fill][0]
        if printed is not None:
            return compared(value, facts[printed].number("central" if printed != given else "lo"), "bbl", "")
        cap = facts["K01"].number("central")
        calls = facts[given].number("count")
        empty = int(calls * (1 - cap / value)) + 1
        over, under = 100 * (value / cap - 1), 100 * (1 - cap / value)
        why = (
            f"printed as above the cap: so it is, by {over:.1f} %; a factor that is {under:.1f} % less, or "
            f"{empty} of the {calls:.0f} calls without a load, bring it under"
        )
        return Reckoned((value,), "bbl", "equal" if value > cap else "not reproduced", why)

    return reckon


def share_of_cap(statement: str) -> Reckoner:
    """A volume over the cap, held against the share that is printed."""

    def reckon(facts: Statements) -> Reckoned:
        share = facts[statement].number("central") / facts["K01"].number("central")
        printed = facts[statement].number("share_of_cap")
        return Reckoned((share,), "of the cap", "equal" if share == printed else "not reproduced", "printed: a quarter")

    return reckon


def apart(one: str, other: str, cause: str) -> Reckoner:
    """One printed figure over another, with the cause of the difference."""

    def reckon(facts: Statements) -> Reckoned:
        return Reckoned((facts[one].number("lo") / facts[other].number("central"),), "times", "explained", cause)

    return reckon


def times_the_cap(statement: str, notified: str) -> Reckoner:
    """A lower bound over the cap, held against the words "more than doubled"; and with what was notified besides."""

    def reckon(facts: Statements) -> Reckoned:
        at_the_least, cap = facts[statement].number("lo"), facts["K01"].number("central")
        with_notified = at_the_least + facts[notified].number("central")
        why = (
            f"printed: more than doubled, true of every amount above the bound; {with_notified:,.0f} bbl with what was "
            f"notified by {facts[notified].end}"
        )
        return Reckoned((at_the_least / cap,), "times", "equal" if at_the_least / cap == 2 else "not reproduced", why)

    return reckon


def times_the_year_before(statement: str, before: str, printed: str) -> Reckoner:
    """A total over the one of the year before, held against a ratio printed as "about"."""

    def reckon(facts: Statements) -> Reckoned:
        ratio = facts[statement].number("lo") / facts[before].number("central")
        said = facts[printed].number("central")
        near = abs(ratio - said) <= ABOUT * said
        return Reckoned((ratio,), "times", "inside" if near else "outside", f"printed: about {said:.0f} times, one digit")

    return reckon


def visit_rate(statement: str) -> Reckoner:
    """Days from the first visit to the last, days between visits, visits a year."""

    def reckon(facts: Statements) -> Reckoned:
        said = facts[statement]
        days = (day_of(said.end) - day_of(said.start)).days
        between = days / (said.number("count") - 1)
        return Reckoned((days, between, 365 / between), "days, days, visits", "reckoned", "nothing in print to hold it against")

    return reckon


def sum_of_months(months: tuple[str, ...], printed: str) -> Reckoner:
    """Monthly notices added up, held against the total in print."""

    def reckon(facts: Statements) -> Reckoned:
        added = sum(facts[month].number("central") for month in months)
        why = f"{len(months)} months, each rounded to a barrel"
        return compared(added, facts[printed].number("central"), "bbl", why, rounded_parts=len(months))

    return reckon


def two_ways(until_may: str, months: tuple[str, ...], from_march: str, both: str, other: str) -> Reckoner:
    """January to August from two notices, and as what is left of both suppliers' total."""

    def reckon(facts: Statements) -> Reckoned:
        overlap = sum(facts[month].number("central") for month in months)
        first = facts[until_may].number("central") - overlap + facts[from_march].number("central")
        second = facts[both].number("bbl_to_august") - facts[other].number("central")
        why = (
            f"{100 * (second / first - 1):.1f} % apart: the notice for January and February was revised after the fact; "
            "the page is a moving record, so each figure keeps its as-of date"
        )
        return Reckoned((first, second), "bbl", "explained", why)

    return reckon


def one_cargo_two_factors(diesel: str, chart: str, at_diesel: str) -> Reckoner:
    """The same tonnes at the factor of a notice beside it and at the Committee's basket, to the thousand as printed."""

    def reckon(facts: Statements) -> Reckoned:
        tonnes = facts[diesel].number("t")
        per_t = facts[at_diesel].number("central") / facts[at_diesel].number("t"), float(published()["X021"]["value"])
        found = tuple(round(tonnes * factor, -3) for factor in per_t)
        printed = tuple(facts[one].number("central") for one in (diesel, chart))
        why = (
            f"{tonnes:,.0f} t at {per_t[0]:.2f} (as for diesel) and at {per_t[1]:.2f} (product basket): "
            f"{100 * (found[1] / found[0] - 1):.0f} % from the factor alone"
        )
        return Reckoned(found, "bbl", "explained" if found == printed else "not reproduced", why)

    return reckon


def factor_of_a_cap(statement: str) -> Reckoner:
    """Barrels over tonnes of a cap that has both, held against the factor in ``cargo``."""

    def reckon(facts: Statements) -> Reckoned:
        ratio = facts[statement].number("central") / facts[statement].number("t")
        known = float(published()["X025"]["value"])
        agree = abs(ratio - known) <= 0.0005
        why = f"the factor for the crude cap here: {known:g}"
        return Reckoned((ratio,), "bbl/t", "equal" if agree else "not reproduced", why)

    return reckon


def rounds_per_container(*pairs: tuple[str, str]) -> Reckoner:
    """Rounds over containers of several publishers."""

    def reckon(facts: Statements) -> Reckoned:
        found = tuple(facts[rounds].number("rounds") / facts[boxes].number("containers") for rounds, boxes in pairs)
        why = "one rule of thumb stands behind all four: the counts are not independent of each other"
        return Reckoned(found, "rounds per container", "explained", why)

    return reckon


def mass_of_a_round(statement: str) -> Reckoner:
    """Tonnes over rounds, in kilograms."""

    def reckon(facts: Statements) -> Reckoned:
        kilograms = 1000 * facts[statement].number("t") / facts[statement].number("rounds")
        return Reckoned(
            (kilograms,),
            "kg",
            "reckoned",
            "fits a round of 152 mm; the tonnes come from papers of trade, the rounds are worked out from them",
        )

    return reckon


def containers_per_trip(*trips: str, pile: str) -> Reckoner:
    """Containers over trips, beside the pile that was seen on a quay."""

    def reckon(facts: Statements) -> Reckoned:
        found = tuple(facts[one].number("containers") / facts[one].number("count") for one in trips)
        most = facts[pile].number("containers_per_pile")
        verdict: Verdict = "inside" if max(found) <= most else "outside"
        return Reckoned(found, "containers per trip", verdict, f"not more than a pile on the quay: about {most:.0f}")

    return reckon


def two_series(*counts: str) -> Reckoner:
    """Counts that are not the same count."""

    def reckon(facts: Statements) -> Reckoned:
        found = tuple(facts[one].number("containers") for one in counts)
        starts = " and ".join(f"{day_of(facts[one].start):%B %Y} ({facts[one].said_by})" for one in counts)
        return Reckoned(found, "containers", "explained", f"the later figure is the smaller: the series begin in {starts}")

    return reckon
