"""The dossier's words: how barrels, shares, days and positions are written.

The scale of likelihood is the ledger's. A word never stands without its number.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta

from markupsafe import Markup

from darkwake.ledger import words as scale
from darkwake.ledger.words import SCALE, SCALE_SOURCE, likelihood, percent

__all__ = ["SCALE", "SCALE_SOURCE", "likelihood", "percent"]


ORIGIN_WORDS = {
    "observed": "measured by an instrument (AIS message, image, list file) that was taken in",
    "published": "stated by a publication; restated here with its source",
    "inferred": "worked out by Darkwake from observed or published things",
    "simulated": "made up by a generator to exercise the system; never evidence",
}
SIGNIFICANT_DIGITS = 3
"""Digits kept of barrels and tonnes: the intervals are wider than one part in a hundred."""


def it_is(chance: float) -> str:
    """The beginning of a sentence that states a chance, with its number.

    >>> it_is(0.93), it_is(0.5), it_is(0.0)
    ('it is very likely (93 %)', 'there is a roughly even chance (50 %)', 'there is almost no chance (under 1 %)')
    """
    step = likelihood(chance)
    return f"{'there is' if step.endswith('chance') else 'it is'} {step} ({percent(chance)})"


def significant(value: float) -> str:
    """A quantity rounded to three significant digits, with commas.

    >>> significant(1043219.0), significant(23256.0), significant(0.0), significant(8.0472)
    ('1,040,000', '23,300', '0', '8.05')
    """
    if value == 0:
        return "0"
    places = SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    return f"{rounded:,.0f}" if places <= 0 else f"{rounded:,.{places}f}".rstrip("0").rstrip(".")


def barrels(value: float | None) -> str:
    """Barrels with their unit; unknown stays unknown.

    >>> barrels(125_000.0), barrels(None)
    ('125,000 bbl', 'not known')
    """
    return "not known" if value is None else f"{significant(value)} bbl"


def quantity(value: float | None, unit: str | None) -> str:
    """A printed quantity with its unit.

    >>> quantity(43, "visits"), quantity(1368000.5, "bbl"), quantity(None, "t")
    ('43 visits', '1,368,000.5 bbl', '')
    """
    if value is None:
        return ""
    number = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}" if abs(value) < 100 else f"{value:,.1f}"
    return f"{number} {unit}".strip() if unit else f"{number} (unit not stated)"


def day(moment: date | datetime | None) -> str:
    """A day as a person reads it.

    >>> day(date(2024, 3, 7)), day(None)
    ('7 March 2024', 'not known')
    """
    return "not known" if moment is None else scale.day(moment)


def clock(moment: datetime | None) -> str:
    """A moment to the minute, in UTC.

    >>> clock(datetime(2024, 3, 7, 4, 5))
    '2024-03-07 04:05 UTC'
    """
    return "not known" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def days(first: datetime | date | None, last: datetime | date | None) -> str:
    """An interval in days, one day where both ends fall on it.

    An interval that ends at midnight ends with the day before.

    >>> days(date(2024, 3, 7), date(2024, 3, 7)), days(date(2024, 3, 7), date(2024, 3, 22))
    ('7 March 2024', '7 to 22 March 2024')
    >>> days(datetime(2024, 3, 7), datetime(2024, 3, 8)), days(date(2024, 3, 7), date(2024, 11, 5))
    ('7 March 2024', '7 March to 5 November 2024')
    """
    if first is None or last is None:
        known = [f"{word} {day(end)}" for word, end in (("from", first), ("until", last)) if end is not None]
        return " ".join(known) or "not known"
    if (
        isinstance(last, datetime)
        and isinstance(first, datetime)
        and last > first
        and not (last.hour or last.minute or last.second)
    ):
        last -= timedelta(microseconds=1)
    if day(first) == day(last):
        return day(first)
    if first.year == last.year:
        return f"{first.day} to {day(last)}" if first.month == last.month else f"{first.day} {first:%B} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def period(first: date, last: date) -> str:
    """Days of which whole months are said as months.

    >>> period(date(2024, 3, 1), date(2024, 3, 31)), period(date(2023, 9, 1), date(2024, 2, 29))
    ('March 2024', 'September 2023 to February 2024')
    >>> period(date(2024, 3, 7), date(2024, 11, 5)), period(date(2024, 1, 1), date(2024, 12, 31))
    ('7 March to 5 November 2024', '2024')
    """
    if first.day != 1 or (last + timedelta(days=1)).day != 1:
        return days(first, last)
    if (first.month, last.month) == (1, 12):
        return f"{first.year}" if first.year == last.year else f"{first.year} to {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%B %Y}"
    return f"{first:%B}{'' if first.year == last.year else f' {first.year}'} to {last:%B %Y}"


PARTIES = {"KP": "North Korea", "RU": "Russia", "CN": "China"}
"""Names of the countries of the exchange sheet by their ISO 3166 codes; any other party is said as it is written."""


def party(code: str) -> str:
    """A party by its name.

    >>> party("KP"), party("Rosneft")
    ('North Korea', 'Rosneft')
    """
    return PARTIES.get(code, code)


def duration(length: timedelta) -> str:
    """A length of time in the unit that suits it.

    >>> duration(timedelta(minutes=40)), duration(timedelta(hours=61)), duration(timedelta(days=9))
    ('40 min', '61 h', '9 d')
    """
    hours = length.total_seconds() / 3600
    if hours < 2:
        return f"{hours * 60:.0f} min"
    return f"{hours:.0f} h" if hours < 120 else f"{hours / 24:.0f} d"


def position(lat: float | None, lon: float | None) -> str:
    """A position in degrees to a hundredth, about a kilometre: finer digits would claim more than most sources carry.

    >>> position(42.7333, 133.05), position(None, None)
    ('42.73° N 133.05° E', 'not located')
    """
    if lat is None or lon is None:
        return "not located"
    return f"{abs(lat):.2f}° {'N' if lat >= 0 else 'S'} {abs(lon):.2f}° {'E' if lon >= 0 else 'W'}"


def tight(sentence: str | Markup) -> str | Markup:
    """A sentence in which a number and its unit stay on one line.

    >>> tight("93 % of 500,000 bbl") == "93\N{NO-BREAK SPACE}% of 500,000\N{NO-BREAK SPACE}bbl"
    True
    """
    kept = re.sub(r"(?<=\d) (?=(?:%|(?:bbl|barrels|t|h|d|m|km)\b))", "\N{NO-BREAK SPACE}", sentence)
    return type(sentence)(kept)


def count(number: int, one: str, many: str) -> str:
    """A number with its noun.

    >>> count(1, "visit", "visits"), count(1200, "visit", "visits"), count(0, "visit", "visits")
    ('1 visit', '1,200 visits', 'no visits')
    """
    return f"{'no' if number == 0 else f'{number:,}'} {one if number == 1 else many}"


def share(part: float) -> str:
    """A part of a whole in percent; unlike a chance it may be all or nothing.

    >>> share(0.463), share(0.004), share(1.0)
    ('46 %', 'under 1 %', '100 %')
    """
    return "under 1 %" if part < 0.01 else f"{part * 100:.0f} %"


def moved(by: float) -> str:
    """By how much a quantity moves, with its direction in a sign that does not break from its number.

    >>> moved(-925_000.0), moved(1_234.0), moved(0.0)
    ('−925,000', '+1,230', '0')
    """
    return significant(by) if by == 0 else f"{'+' if by > 0 else chr(0x2212)}{significant(abs(by))}"
