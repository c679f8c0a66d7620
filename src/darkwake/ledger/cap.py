"""A cap: what it limits, in barrels, and the year that it reckons with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pyarrow as pa

from darkwake.errors import InputError

CRUDE_BBL_PER_T = 4_000_000 / 525_000
"""Barrels per tonne of crude by the resolution's own two figures (S/RES/2397 (2017), paragraph 4)."""

YEAR_STARTS: Mapping[str, tuple[int, int]] = {"refined": (1, 1), "crude": (12, 22)}
"""Month and day on which a cap's year begins (S/RES/2397 (2017): paragraph 5 refined, from 1 January 2018; paragraph 4 crude,
from 22 December 2017)."""


def cap_year(product: str, day: date) -> tuple[date, date]:
    """First and last day of the cap's year that a day lies in.

    >>> cap_year("crude", date(2024, 12, 22))
    (datetime.date(2024, 12, 22), datetime.date(2025, 12, 21))

    Raises:
        InputError: a product whose year is not known, or a day before the cap's first.
    """
    if product not in YEAR_STARTS:
        raise InputError(f"no cap year is known for {product!r}", do="give period_start and period_end")
    month, first_day = YEAR_STARTS[product]
    start = date(day.year, month, first_day)
    if day < start:
        start = start.replace(year=start.year - 1)
    if start < (first := date(2017 if product == "crude" else 2018, month, first_day)):
        raise InputError(f"{day} lies before the cap's first year", do=f"it began on {first}")
    return start, start.replace(year=start.year + 1) - timedelta(days=1)


@dataclass(frozen=True)
class Cap:
    """One row of ``schema.Caps``, its amount in barrels."""

    cap_id: str
    title: str
    product: str
    amount_bbl: float
    start: date
    end: date
    instrument: str
    evidence: tuple[str, ...]


def caps_of(caps: pa.Table) -> list[Cap]:
    """The caps, in order of product and time.

    Raises:
        InputError: a period that ends before it begins, two caps of one instrument on one product that overlap,
            a cap in tonnes on a product whose instrument gives no conversion.
    """
    found = sorted((_cap(row) for row in caps.to_pylist()), key=lambda cap: (cap.product, cap.instrument, cap.start))
    for one, other in pairwise(found):
        if (one.product, one.instrument) == (other.product, other.instrument) and other.start <= one.end:
            what = f"{one.cap_id} and {other.cap_id} overlap from {other.start}"
            raise InputError(what, do="end the one before the other begins", source="caps", place=f"cap {other.cap_id}")
    return found


def _cap(row: Mapping[str, object]) -> Cap:
    start, end = row["period_start"], row["period_end"]
    place = f"cap {row['cap_id']}"
    if not isinstance(start, date) or not isinstance(end, date) or end < start:
        raise InputError(f"the period {start} to {end} ends before it begins", do="mend the days", source="caps", place=place)
    amount = float(str(row["amount"]))
    if row["unit"] == "t" and row["product"] != "crude":
        raise InputError("tonnes of a product without a conversion", do="give the amount in bbl", source="caps", place=place)
    amount_bbl = amount * CRUDE_BBL_PER_T if row["unit"] == "t" else amount
    texts = [str(row[word]) for word in ("cap_id", "title", "product", "instrument")]
    evidence = row["evidence"]
    return Cap(
        texts[0], texts[1], texts[2], amount_bbl, start, end, texts[3], tuple(evidence) if isinstance(evidence, list) else ()
    )
