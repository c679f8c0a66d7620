"""The fixed scale of likelihood, and how barrels, shares and days are said. A word never stands without its number.

The scale is that of Intelligence Community Directive 203 (Office of the Director of National Intelligence, 2 January 2015,
section D.6.e.2.a): seven steps without gaps. The ends are never said to be certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from darkwake.draws import QUANTILES


@dataclass(frozen=True)
class Step:
    """One step of the scale: from ``low`` (included) up to ``high`` (excluded; included at the very top)."""

    low: float
    high: float
    words: str


SCALE = (
    Step(0.00, 0.05, "almost no chance"),
    Step(0.05, 0.20, "very unlikely"),
    Step(0.20, 0.45, "unlikely"),
    Step(0.45, 0.55, "a roughly even chance"),
    Step(0.55, 0.80, "likely"),
    Step(0.80, 0.95, "very likely"),
    Step(0.95, 1.00, "almost certain"),
)
SCALE_SOURCE = "Intelligence Community Directive 203, Analytic Standards, 2 January 2015, section D.6.e.2.a"
INTERVAL = f"{round(100 * (QUANTILES[-1] - QUANTILES[0]))} % interval"


def likelihood(chance: float) -> str:
    """The words for a chance.

    >>> likelihood(0.93), likelihood(0.01)
    ('very likely', 'almost no chance')
    """
    return next(step.words for step in reversed(SCALE) if chance >= step.low)


def percent(chance: float) -> str:
    """A chance in percent, never as certain.

    >>> percent(0.934), percent(1.0), percent(0.0)
    ('93 %', 'over 99 %', 'under 1 %')
    """
    if chance < 0.01:
        return "under 1 %"
    return "over 99 %" if chance > 0.99 else f"{100 * chance:.0f} %"


def rounded(bbl: float) -> str:
    """Barrels to three significant digits.

    >>> rounded(882221.0), rounded(0.0)
    ('882,000', '0')
    """
    return f"{float(f'{bbl:.3g}'):,.0f}"


def day(moment: date) -> str:
    """A day as a person reads it.

    >>> day(date(2024, 3, 7))
    '7 March 2024'
    """
    return f"{moment.day} {moment:%B %Y}"


def between(first: date, last: date) -> str:
    """Two days, the year said once where it is one.

    >>> between(date(2024, 3, 7), date(2024, 11, 5))
    'between 7 March and 5 November 2024'
    """
    if first == last:
        return f"on {day(first)}"
    start = f"{first.day} {first:%B}" if first.year == last.year else day(first)
    return f"between {start} and {day(last)}"
