"""Figures in print, each reproduced, explained or rejected: what ``darkwake published`` shows.

A check names the statements that it stands on (the first is the one that is checked) and how it is reckoned. Checks Q01 to Q32
are sums on published rows and carry their compiler's result, which has to come out to its last digit; the others hold published
totals against the payload model (by the id of the statement) or a published formula against the one used here. A check that
does not come out is a defect of Darkwake or of its data and is shown as "not reproduced".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape

from darkwake.ledger.in_print_errors import (
    about_as_far,
    distance,
    fullness,
    mass_of_barrels,
    shorter_than_the_great_circle,
    tonnes_among_barrels,
    upside_down,
)
from darkwake.ledger.in_print_estimates import (
    at_least,
    fleet_range,
    mean_per_delivery,
    press_range,
    press_range_printed,
    scenarios,
    total,
)
from darkwake.ledger.in_print_figures import (
    apart,
    at_another_fill,
    containers_per_trip,
    factor_of_a_cap,
    mass_of_a_round,
    one_cargo_two_factors,
    rounds_per_container,
    share_of_cap,
    sum_of_months,
    times_the_cap,
    times_the_year_before,
    two_series,
    two_ways,
    visit_rate,
)
from darkwake.ledger.in_print_reckoned import NOT_REPRODUCED, Reckoned, Reckoner
from darkwake.ledger.in_print_statements import Statement, Statements, statements

CHINA_2021 = tuple(f"C{n:03}" for n in range(39, 51))
RUSSIA_2023 = tuple(f"C{n:03}" for n in range(61, 73))
TOWN_POINTS = "points are town centres, and the town has an extent"


@dataclass(frozen=True)
class Check:
    """One figure in print: its id, the statements that it stands on (the checked one first), and how it is reckoned."""

    id: str
    of: tuple[str, ...]
    reckon: Reckoner


CHECKS = (
    Check("Q01", ("A012", "A011"), at_another_fill("A011", "50 %", "A012")),
    Check("Q02", ("A011", "K01"), at_another_fill("A011", "one third", None)),
    Check("Q03", ("A011",), mean_per_delivery(("A011", "hi"), fleet="2018", fill="90 %")),
    Check("Q04", ("A014",), mean_per_delivery(("A014", "hi"), fleet="2018", fill="full")),
    Check("Q05", ("A023",), at_another_fill("A023", "60 %", "A023")),
    Check("Q06", ("A023", "A022"), mean_per_delivery(("A023", "hi"), ("A022", "central"), fleet="2024", fill="90 %")),
    Check("Q07", ("A018", "A019"), mean_per_delivery(("A018", "lo"), ("A019", "central"), fleet="2020")),
    Check("Q08", ("A001", "K01"), share_of_cap("A001")),
    Check("Q09", ("A001",), mean_per_delivery(("A001", "central"), fleet="2024")),
    Check(
        "Q10",
        ("A002", "A001"),
        apart(
            "A002",
            "A001",
            "five tankers seen to 22 March against the whole month, and neither is more than a lower bound: not added",
        ),
    ),
    Check("Q11", ("A004",), mean_per_delivery(("A004", "lo"), fleet="2024")),
    Check("Q12", ("A008", "A004"), fleet_range("A004", "A008")),
    Check("Q13", ("A004", "A024"), press_range("A004")),
    Check("Q14", ("A004",), visit_rate("A004")),
    Check("Q15", ("A004", "K01", "C091"), times_the_cap("A004", "C091")),
    Check("Q16", ("A007", "A004", "C073"), times_the_year_before("A004", "C073", "A007")),
    Check("Q17", ("W03", "A004"), mass_of_barrels("A004", "W03")),
    Check("Q18", ("C051", *CHINA_2021), sum_of_months(CHINA_2021, "C051")),
    Check("Q19", ("C073", *RUSSIA_2023), sum_of_months(RUSSIA_2023, "C073")),
    Check("Q20", ("C074", *RUSSIA_2023), tonnes_among_barrels(RUSSIA_2023, "C074")),
    Check(
        "Q21",
        ("C080", "C076", "C077", "C078", "C079", "C073", "Q21"),
        two_ways("C076", ("C077", "C078", "C079"), "C080", "Q21", "C073"),
    ),
    Check("Q22", ("C037", "C036", "C035"), one_cargo_two_factors("C036", "C037", "C035")),
    Check("Q23", ("K02",), factor_of_a_cap("K02")),
    Check(
        "Q24",
        ("M21", "M12", "M18", "M15"),
        rounds_per_container(("M21", "M21"), ("M12", "M12"), ("M18", "M18"), ("M15", "M15")),
    ),
    Check("Q25", ("M17",), mass_of_a_round("M17")),
    Check("Q26", ("M22", "M24", "M06"), containers_per_trip("M22", "M24", pile="M06")),
    Check("Q27", ("M13", "M14"), two_series("M13", "M14")),
    Check("Q28", ("D28", "P01", "P17"), about_as_far("P01", "P17", "D28", 30.0, "one digit")),
    Check("Q29", ("P14", "P01"), distance("P14", "P01")),
    Check("Q30", ("D30", "P14", "P09"), about_as_far("P14", "P09", "D30", 18.0, "two digits")),
    Check("Q31", ("D31", "P10", "P09"), about_as_far("P10", "P09", "D31", 4.0, TOWN_POINTS)),
    Check("Q32", ("D32", "P01", "P17"), shorter_than_the_great_circle("D32", "P01", "P17")),
    Check("A011", ("A011", "A012"), scenarios("A011", fleet="2018")),
    Check("A014", ("A014",), total("A014", ("full", "hi"), fleet="2018")),
    Check("A015", ("A015",), at_least("A015", counted_by="A015", fleet="2018")),
    Check("A016", ("A016", "A014", "A017"), total("A016", (None, "central"), fleet="2018", growth="A014")),
    Check("A018", ("A018",), total("A018", (None, "lo"), fleet="2020")),
    Check("A019", ("A019", "A020"), total("A019", (None, "central"), fleet="2020")),
    Check("A021", ("A021",), total("A021", (None, "central"), fleet="2024")),
    Check("A022", ("A022",), total("A022", ("90 %", "central"), fleet="2024")),
    Check("A023", ("A023",), total("A023", ("60 %", "lo"), ("90 %", "hi"), fleet="2024")),
    Check("A024", ("A024",), press_range_printed("A024")),
    Check("A001", ("A001",), total("A001", (None, "central"), fleet="2024")),
    Check("A002", ("A002", "A001"), at_least("A002", counted_by="A001", fleet="2024", to_its_end=True)),
    Check("A004", ("A004",), at_least("A004", counted_by="A004", fleet="2024")),
    Check("G01", ("G01",), fullness("G01")),
    Check("G04", ("G04", "G03"), upside_down("G04", "G03")),
)
"""Every check, in the order in which it is shown."""


@dataclass(frozen=True)
class Finding:
    """A check that was made: what is printed and by whom, what was reckoned, and the verdict with its reason."""

    id: str
    what: str
    printed: Statement
    reckoned: Reckoned
    sources: tuple[Statement, ...]

    @property
    def reproduced(self) -> bool:
        """Whether it came out, in whatever sense."""
        return self.reckoned.verdict != NOT_REPRODUCED

    def to_dict(self) -> dict[str, object]:
        """The finding as plain values."""
        said, found = self.printed, self.reckoned
        return {
            "id": self.id,
            "what": self.what,
            "said_by": said.said_by,
            "published": said.published,
            "printed": said.words,
            "computed": list(found.values),
            "unit": found.unit,
            "intervals": [vars(interval) for interval in found.intervals],
            "verdict": found.verdict,
            "why": found.why,
            "verified": all(one.verified for one in self.sources),
            "sources": [{"id": one.id, "source": one.source, "url": one.url} for one in self.sources if one.source],
        }

    def words(self) -> str:
        """The finding for a person, a few lines."""
        said, found = self.printed, self.reckoned
        values = ", ".join(f"{value:,.7g}" if abs(value) < 1000 else f"{value:,.0f}" for value in found.values)
        lines = [f"{self.id:5}{found.verdict:<16}{self.what}", f"     printed         {said.words} ({said.source})"]
        others = dict.fromkeys(one.source for one in self.sources if one.source and one.source != said.source)
        lines += [f"     and             {source}" for source in others]
        lines.append(f"     computed        {values} {found.unit}".rstrip())
        lines += [
            f"     90 % interval   {one.p05:,.0f} to {one.p95:,.0f}, median {one.p50:,.0f} {found.unit}"
            for one in found.intervals
        ]
        return "\n".join([*lines, f"     why             {found.why}"])


@dataclass(frozen=True)
class InPrint:
    """All checks made."""

    findings: tuple[Finding, ...]

    @property
    def reproduced(self) -> bool:
        """Whether every one came out."""
        return all(one.reproduced for one in self.findings)

    def counts(self) -> dict[str, int]:
        """Verdicts and how many each."""
        return dict(sorted(Counter(one.reckoned.verdict for one in self.findings).items()))

    def words(self) -> str:
        """All of it for a person."""
        counted = ", ".join(f"{count} {verdict}" for verdict, count in self.counts().items())
        return "\n\n".join([*(one.words() for one in self.findings), f"{len(self.findings)} figures in print: {counted}"])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.words())}</pre>"

    def to_dict(self) -> dict[str, object]:
        """All of it as plain values, as ``darkwake published --json`` prints it."""
        return {"ok": self.reproduced, "counts": self.counts(), "checks": [one.to_dict() for one in self.findings]}


def figures_in_print(facts: Statements | None = None, checks: Iterable[Check] = CHECKS) -> InPrint:
    """Make the checks.

    Args:
        facts: Statements by id; without them the bundled ones.
        checks: Which checks; without them all.

    Returns:
        What was found of each, in the order of the checks.

    >>> figures_in_print(checks=CHECKS[:2]).counts()
    {'equal': 2}
    """
    known = statements() if facts is None else facts
    return InPrint(tuple(_made(check, known) for check in checks))


def _made(check: Check, facts: Statements) -> Finding:
    found = check.reckon(facts)
    question = facts.get(check.id)
    recorded = question.result if question is not None else ()
    if recorded and not _as_recorded(found, recorded):
        why = f"recorded: {'; '.join(recorded)}; {found.why}"
        found = replace(found, verdict=NOT_REPRODUCED, why=why)
    sources = tuple(facts[one] for one in check.of)
    what = question.what if question is not None else sources[0].what
    return Finding(check.id, _dated(what, sources[0]), sources[0], found, sources)


def _dated(what: str, said: Statement) -> str:
    return f"{what}, {said.start} to {said.end}" if said.start is not None and not said.result else what


def _as_recorded(found: Reckoned, recorded: tuple[str, ...]) -> bool:
    """Whether every number comes out to the last digit of what is recorded."""
    return len(found.values) >= len(recorded) and all(
        _agrees(value, text, found.tolerance) for value, text in zip(found.values, recorded, strict=False)
    )


def _agrees(value: float, recorded: str, tolerance: float) -> bool:
    digits = len(recorded.partition(".")[2])
    unit = 10.0**-digits
    # A value may lie half a unit off by rounding; a hair more, because a double cannot say 5.785 exactly.
    return abs(value - float(recorded)) <= unit * (0.5 + 1e-6) + tolerance * abs(value)
