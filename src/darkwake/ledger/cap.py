"""A cap: what it limits, the year that it reckons with, and what it comes to in barrels.

The sums are in barrels, so a limit in tonnes is put into barrels world by world with the factor of its goods: crude oil, or a
refined product that nobody named (most visits name none). A cap that is given in two units is exceeded where the sum passes
the one that is reached first. Where one number stands for a limit in tonnes, on a page, it is that of the factor's middle; the
crude cap of S/RES/2397 is printed in barrels, and its own two figures make 7.62 barrels a tonne.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from darkwake.cargo.factors import Factor, Numbers, chosen, conversion_name
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError
from darkwake.goods import UNNAMED

CRUDE_BBL_PER_T = 4_000_000 / 525_000
"""Barrels per tonne of crude by the resolution's own two figures (S/RES/2397 (2017), paragraph 4)."""

YEAR_STARTS: Mapping[str, tuple[int, int]] = {"refined": (1, 1), "crude": (12, 22)}
"""Month and day on which a cap's year begins (S/RES/2397 (2017): paragraph 5 refined, from 1 January 2018; paragraph 4 crude,
from 22 December 2017)."""

FIRST_YEAR: Mapping[str, date] = {"refined": date(2018, 1, 1), "crude": date(2017, 12, 22)}
"""First day of the first year of each cap of S/RES/2397."""

BEFORE = (date(2017, 10, 1), date(2017, 12, 31))
"""The three months of the cap on refined products that came before (S/RES/2375 (2017), paragraph 14: 500,000 barrels; its
2,000,000 for 2018 were replaced before that year began)."""

GOODS: Mapping[str, str] = {"refined": UNNAMED, "crude": "crude oil"}
"""The product whose factor puts a cap in tonnes into barrels."""


def cap_year(product: str, day: date) -> tuple[date, date]:
    """First and last day of the cap's year that a day lies in; of the last three months of 2017 those of S/RES/2375.

    >>> cap_year("crude", date(2024, 12, 22))
    (datetime.date(2024, 12, 22), datetime.date(2025, 12, 21))

    Raises:
        InputError: a product whose year is not known, or a day before the cap's first.
    """
    if product not in YEAR_STARTS:
        raise InputError(f"no cap year is known for {product!r}", do="give period_start and period_end")
    if product == "refined" and BEFORE[0] <= day <= BEFORE[1]:
        return BEFORE
    if day < (first := FIRST_YEAR[product]):
        raise InputError(f"{day} lies before the cap's first year", do=f"it began on {first}")
    month, first_day = YEAR_STARTS[product]
    start = date(day.year, month, first_day)
    if day < start:
        start = start.replace(year=start.year - 1)
    return start, start.replace(year=start.year + 1) - timedelta(days=1)


def cap_years(product: str, period: tuple[date, date]) -> list[tuple[date, date]]:
    """Every year of the cap that a period touches, in order; none of the time before any.

    >>> [str(start) for start, _ in cap_years("crude", (date(2023, 6, 1), date(2024, 12, 31)))]
    ['2022-12-22', '2023-12-22', '2024-12-22']
    """
    began = BEFORE[0] if product == "refined" else FIRST_YEAR[product]
    years, day = [], max(period[0], began)
    while day <= period[1]:
        years.append(cap_year(product, day))
        day = years[-1][1] + timedelta(days=1)
    return years


@dataclass(frozen=True)
class Cap:
    """One row of ``schema.Caps``; ``amount_bbl`` is its limit in barrels, by the middle of the factor where it is in tonnes."""

    cap_id: str
    title: str
    product: str
    amount_bbl: float
    start: date
    end: date
    instrument: str
    evidence: tuple[str, ...]
    limits: tuple[tuple[float, str], ...] = ()
    """The limit in each unit in which the instrument gives it: amount and unit."""
    set_by: str | None = None

    def limit_bbl(self, factors: Mapping[str, Factor], unknown: Unknowns) -> Numbers:
        """The limit in barrels in each world: whichever of its units is reached first."""
        name = conversion_name(GOODS[self.product])
        worlds = [
            amount * factors[name].at(unknown(name)) if unit == "t" else np.full(unknown.draws, amount)
            for amount, unit in self.limits or ((self.amount_bbl, "bbl"),)
        ]
        least: Numbers = np.min(worlds, axis=0)
        return least

    def said(self) -> str:
        """The limit as its instrument gives it.

        >>> Cap("c", "t", "crude", 4e6, *(date(2024, 1, 1),) * 2, "i", (), ((4e6, "bbl"), (525e3, "t"))).said()
        '4,000,000 bbl or 525,000 t'
        """
        return " or ".join(f"{amount:,.10g} {unit}" for amount, unit in self.limits or ((self.amount_bbl, "bbl"),))


def caps_of(caps: pa.Table) -> list[Cap]:
    """The caps, in order of product and time.

    Raises:
        InputError: a period that ends before it begins, two caps of one instrument on one product that overlap,
            a cap on goods that the ledger does not count.
    """
    found = sorted((_cap(row) for row in caps.to_pylist()), key=lambda cap: (cap.product, cap.instrument, cap.start))
    for one, other in pairwise(found):
        if (one.product, one.instrument) == (other.product, other.instrument) and other.start <= one.end:
            what = f"{one.cap_id} and {other.cap_id} overlap from {other.start}"
            raise InputError(what, do="end the one before the other begins", source="caps", place=f"cap {other.cap_id}")
    return found


def _cap(row: Mapping[str, Any]) -> Cap:
    start, end = row["period_start"], row["period_end"]
    place = f"cap {row['cap_id']}"
    if end < start:
        raise InputError(f"the period {start} to {end} ends before it begins", do="mend the days", source="caps", place=place)
    if row["product"] not in GOODS:
        what = "the ledger counts barrels of refined products and crude oil alone"
        raise InputError(what, do=f"a cap on {row['product']!r} goods cannot be reckoned", source="caps", place=place)
    limits = [(float(row[amount]), str(row[unit])) for amount, unit in UNITS if row[amount] is not None]
    texts = [str(row[word]) for word in ("cap_id", "title", "product")]
    rest = (start, end, str(row["instrument"]), tuple(row["evidence"]), tuple(limits), row["set_by"])
    return Cap(texts[0], texts[1], texts[2], _in_barrels(texts[2], limits), *rest)


UNITS = (("amount", "unit"), ("alt_amount", "alt_unit"))


def _in_barrels(product: str, limits: list[tuple[float, str]]) -> float:
    """One number for a limit: as printed in barrels where it is, else its tonnes by the middle of the factor."""
    in_barrels = [amount for amount, unit in limits if unit == "bbl"]
    if in_barrels:
        return in_barrels[0]
    per_t = CRUDE_BBL_PER_T if product == "crude" else chosen({})[conversion_name(GOODS[product])].central
    return limits[0][0] * per_t
