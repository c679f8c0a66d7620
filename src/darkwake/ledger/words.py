"""The fixed scale of likelihood, and how barrels, shares and days are said. A word never stands without its number.

The scale is that of Intelligence Community Directive 203 (Office of the Director of National Intelligence, 2 January 2015,
section D.6.e.2.a): seven steps without gaps. The ends are never said to be certain.
"""

from __future__ import annotations

from datetime import date

from darkwake.draws import QUANTILES

SCALE = (
    (0.95, "almost certain"),
    (0.80, "very likely"),
    (0.55, "likely"),
    (0.45, "a roughly even chance"),
    (0.20, "unlikely"),
    (0.05, "very unlikely"),
    (0.00, "almost no chance"),
)
"""Least chance of each step, and its words."""
SCALE_SOURCE = "Intelligence Community Directive 203, Analytic Standards, 2 January 2015, section D.6.e.2.a"
INTERVAL = f"{round(100 * (QUANTILES[-1] - QUANTILES[0]))} % interval"


def likelihood(chance: float) -> str:
    """The words for a chance.

    >>> likelihood(0.93), likelihood(0.01)
    ('very likely', 'almost no chance')
    """
    return next(words for least, words in SCALE if chance >= least)


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
