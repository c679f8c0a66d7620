"""Barrels of an amount in print, by the rule of the 1718 Committee's Secretary; and ratios that no product has.

The rule in use since 17 February 2021: barrels count as given; tonnes of a named product by that product's factor in the
Committee's chart, which is BP's table; tonnes of no named product by the basket, 8.33. States and press reckon otherwise (the
same cargo of 17,877 t was 134,000 and 149,000 bbl), so this is a rule, not a measurement: :mod:`darkwake.cargo.factors` has
the spread.
"""

from __future__ import annotations

import math
from types import MappingProxyType

from darkwake.cargo.factors import catalogue as factors_by_name
from darkwake.cargo.factors import citation, conversion_name, published
from darkwake.cargo.products import BASKET, PLAUSIBLE_MARGIN, PRODUCTS, UNNAMED, product_named
from darkwake.errors import InputError, nearest

CHART = MappingProxyType(
    {
        "lpg": "X020",
        "gasoline": "X015",
        "kerosene": "X016",
        "gas oil": "X017",
        "fuel oil": "X018",
        BASKET: "X021",
        UNNAMED: "X021",
    }
)
"""Rows of ``bundled/factors.csv`` behind the chart; a product that is not in it counts as the basket.

Only its row for LPG was read on the Committee's page; the others are those of BP's table, which has the same LPG row.
"""
UNITS = ("bbl", "t")


def committee_barrels(amount: float, unit: str, product: str | None = None) -> tuple[float, str]:
    """Barrels by the Secretary's rule, and the rule in words.

    >>> committee_barrels(17877, "t")[0].__round__()
    148915
    >>> committee_barrels(134000, "bbl", "diesel")
    (134000.0, 'barrels as given')

    Raises:
        InputError: an unknown unit or product, or an amount below nothing.
    """
    if unit not in UNITS:
        raise InputError(f"no unit {unit!r}", do=nearest(unit, UNITS))
    if not (math.isfinite(amount) and amount >= 0):
        raise InputError(f"an amount of {amount:g} {unit} is none", do="give zero or more")
    goods = product_named(product).name
    if unit == "bbl":
        return float(amount), "barrels as given"
    row = published()[CHART.get(goods, CHART[BASKET])]
    which = "the basket" if row["id"] == CHART[BASKET] else goods
    return amount * float(row["value"]), f"{row['value']} barrels per tonne of {which}: {citation(row)}"


def plausible_bbl_per_t(product: str | None = None) -> tuple[float, float]:
    """The barrels per tonne between which printed barrels over printed tonnes of a product lie, if both mean what they say.

    A product that nobody names may be any refined one, from bitumen to liquefied gas.

    >>> [round(bound, 2) for bound in plausible_bbl_per_t("gas oil")]
    [7.01, 7.79]

    Raises:
        InputError: an unknown product.
    """
    goods = product_named(product).name
    unnamed = goods in (BASKET, UNNAMED)
    names = [one.name for one in PRODUCTS.values() if one.cap == "refined"] if unnamed else [goods]
    tables = [factors_by_name()[conversion_name(name)] for name in names]
    return min(f.low for f in tables) * (1 - PLAUSIBLE_MARGIN), max(f.high for f in tables) * (1 + PLAUSIBLE_MARGIN)
