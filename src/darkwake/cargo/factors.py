"""The factors between a ship and her barrels, by name: each a small distribution with a unit, a source and a sentence.

Values that were published come from ``bundled/factors.csv``, row by row. What no source gives stands in
:mod:`darkwake.cargo.assumed` (and, of ships afloat, in ``bundled/afloat.csv``) and says so with the words "assumed, because".
A case replaces any factor by its name (``[factors]``). This module knows no ship and no cap.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import get_args

import numpy as np

from darkwake.cargo.assumed import (
    ASSUMED,
    CALL_LOADED,
    CLEAR_SHARE,
    CLOUD_HALF_LIFE,
    DEADWEIGHT,
    DEADWEIGHT_LEVEL,
    DEADWEIGHT_RECORD,
    FLEET,
    HOURS_ALONGSIDE,
    HOURS_OWN,
    IDLE_HOURS,
    LADEN,
    LADEN_OWN,
    LOOKS_A_DAY,
    NOTICED,
    RANGE,
    STATE_READ,
    STATED,
)
from darkwake.cargo.factor import Factor, Numbers, Shape, cut_lognormal, cut_normal, triangular
from darkwake.cargo.hull_levels import levels
from darkwake.cargo.products import PRODUCTS, Product
from darkwake.claims.units import LEAST_BBL_PER_T, MOST_BBL_PER_T
from darkwake.errors import InputError, nearest

__all__ = [
    "AFLOAT",
    "ASSUMED",
    "BARRELS",
    "CALL_LOADED",
    "CLEAR_SHARE",
    "CLOUD_HALF_LIFE",
    "DEADWEIGHT",
    "DEADWEIGHT_LEVEL",
    "DEADWEIGHT_RECORD",
    "FLEET",
    "HOURS_ALONGSIDE",
    "HOURS_OWN",
    "IDLE_HOURS",
    "LADEN",
    "LADEN_OWN",
    "LADEN_ROWS",
    "LOADING_RATE",
    "LOOKS_A_DAY",
    "NOTHING_SET",
    "NOTICED",
    "PUMPING_RATE",
    "RANGE",
    "STATED",
    "STATE_READ",
    "TABLE",
    "Factor",
    "Numbers",
    "Shape",
    "catalogue",
    "chosen",
    "citation",
    "conversion_name",
    "cut_lognormal",
    "cut_normal",
    "published",
    "triangular",
]

TABLE = Path(__file__).parents[1] / "bundled" / "factors.csv"
AFLOAT = TABLE.with_name("afloat.csv")
"""Factors of ships afloat (water, ballast, stores, draughts, freeboards), each row with its source or "assumed, because"."""

NOTHING_SET: Mapping[str, object] = MappingProxyType({})
"""What a case sets that sets nothing."""

LOADING_RATE = "loading rate of the berth"
PUMPING_RATE = "pumping rate of the ship"


BARRELS = "barrels per tonne"
"""How the names of all conversions begin."""


def conversion_name(product: str) -> str:
    """The name of a product's factor.

    >>> conversion_name("gas oil")
    'barrels per tonne, gas oil'
    """
    return f"{BARRELS}, {product}"


LADEN_ROWS = ("X057", "X056", "X059")
"""Rows behind the laden fraction: low (Panel, 2023), most likely (Panel; Open Source Centre), high (VesselsValue)."""


@cache
def published() -> Mapping[str, Mapping[str, str]]:
    """The rows of ``bundled/factors.csv`` by id.

    >>> published()["X017"]["value"]
    '7.46'
    """
    text = TABLE.read_text(encoding="utf-8")
    return MappingProxyType({row["id"]: row for row in csv.DictReader(text.splitlines())})


def citation(row: Mapping[str, str]) -> str:
    """Publisher, title, date and place of a row, in words."""
    parts = (row["source_publisher"], row["source_title"], row["source_date"], row["source_where"])
    return ", ".join(part for part in parts if part) + f" [{row['id']}]"


def _conversion(product: Product) -> Factor:
    rows = [published()[row_id] for row_id in product.rows]
    values = [float(row["value"]) for row in rows]
    low, central, high = min(values), values[0], max(values)
    source = "; ".join(citation(row) for row in rows)
    if low == high:
        low, high = central * (1 - product.assumed_spread), central * (1 + product.assumed_spread)
        source += f"; spread of {product.assumed_spread:.0%} assumed, because one source gives it, like that of gas oil"
    verified = all(row["verified"] == "yes" for row in rows)
    name = conversion_name(product.name)
    return Factor(name, "triangular", low, central, high, "bbl/t", source, verified, product.sentence)


def _laden() -> Factor:
    rows = [published()[row_id] for row_id in LADEN_ROWS]
    low, central, high = (float(row["value"]) for row in rows)
    source = (
        "; ".join(citation(row) for row in rows) + "; triangle between them: assumed, because no source gives a distribution"
    )
    sentence = (
        "Cargo over deadweight; stores, fuel and water keep it under one. The level is shared by all visits. What is "
        "printed is an assumption too, and the upper values are of capacity, which is not quite deadweight."
    )
    return Factor(
        LADEN, "triangular", low, central, high, "of deadweight", source, all(r["verified"] == "yes" for r in rows), sentence
    )


def _rate(name: str, row_id: str, sentence: str) -> Factor:
    row = published()[row_id]
    low, central, high = (float(row[word]) for word in ("low", "value", "high"))
    source = f"{citation(row)}: assumed, because no page with such rates was read; {row['note']}"
    return Factor(name, "triangular", low, central, high, "m3/h", source, row["verified"] == "yes", sentence)


def _rates() -> tuple[Factor, Factor]:
    return (
        _rate(LOADING_RATE, "X063", "How fast a small berth on shore fills a ship; shared by all visits."),
        _rate(PUMPING_RATE, "X062", "How fast the pumps of a small tanker empty her; shared by all visits."),
    )


def _afloat() -> list[Factor]:
    rows = csv.DictReader(AFLOAT.read_text(encoding="utf-8").splitlines())
    return [_tabled(row) for row in rows]


def _tabled(row: Mapping[str, str]) -> Factor:
    low, central, high, spread = (float(row[word]) for word in ("low", "central", "high", "spread"))
    shape: Shape = next(shape for shape in get_args(Shape) if shape == row["shape"])
    said = (row["unit"], row["source"], row["verified"] == "yes", row["sentence"])
    return Factor(row["name"], shape, low, central, high, *said, spread=spread)


@cache
def catalogue() -> Mapping[str, Factor]:
    """Every factor by its name, before a case replaces any.

    >>> catalogue()["barrels per tonne, gas oil"].central
    7.46
    """
    found = [_laden(), *_rates(), *ASSUMED, *_afloat(), *(_conversion(product) for product in PRODUCTS.values())]
    return MappingProxyType({factor.name: factor for factor in found} | dict(levels()))


LIGHTEST_WATER, HEAVIEST_WATER = 0.95, 1.1
"""Densities of water that a ship floats in, t/m3: hot fresh water has 0.96, the saltiest sea with a port 1.04."""


def chosen(overrides: Mapping[str, object]) -> Mapping[str, Factor]:
    """The catalogue with what a case sets in ``[factors]`` in place.

    A number (or ``central`` alone) fixes a factor; ``low``, ``central``, ``high`` (and ``source``), or a list of three, make a
    triangle.

    >>> chosen({"laden fraction": 0.9})["laden fraction"].low
    0.9

    Raises:
        InputError: an unknown name (with the nearest), or values that are no numbers or out of order.
    """
    factors = dict(catalogue())
    for name, value in overrides.items():
        if name not in factors:
            raise InputError(f"no factor {name!r}", do=nearest(name, factors), source="case.toml", place="[factors]")
        factors[name] = _replaced(factors[name], value)
    return MappingProxyType(factors)


def _replaced(factor: Factor, value: object) -> Factor:
    place = f"[factors] {factor.name!r}"
    source = "set in case.toml"
    if isinstance(value, Mapping):
        for word in value.keys() - {"low", "central", "high", "source"}:
            raise InputError(
                f"no key {word!r}", do=nearest(str(word), ("low", "central", "high", "source")), source="case.toml", place=place
            )
        source = f"{value.get('source', 'no source given')} (set in case.toml)"
        value = [value.get(word, value.get("central")) for word in ("low", "central", "high")]
    numbers = [value] * 3 if isinstance(value, int | float) else value
    if not isinstance(numbers, list | tuple) or len(numbers) != 3 or not all(_is_number(n) for n in numbers):
        raise InputError(
            f"{value!r} is no factor", do="give a number, or low, central and high", source="case.toml", place=place
        )
    low, central, high = (float(n) for n in numbers)
    _check_possible(factor, (low, high), place)
    shape: Shape = "point" if low == high else "triangular"
    return replace(factor, shape=shape, low=low, central=central, high=high, source=source, verified=False, spread=0.0)


def _check_possible(factor: Factor, ends: tuple[float, float], place: str) -> None:
    """A share lies between 0 and 1, barrels per tonne are those of a petroleum product, what is positive stays so."""
    least, most = (-math.inf, math.inf) if factor.low < 0 else (0.0, math.inf)
    if factor.unit.startswith("of "):
        least, most = 0.0, 1.0
    elif factor.unit == "bbl/t":
        least, most = LEAST_BBL_PER_T, MOST_BBL_PER_T
    elif factor.unit == "t/m3":
        least, most = LIGHTEST_WATER, HEAVIEST_WATER
    for value in ends:
        if not least <= value <= most:
            span = f"between {least:g} and {most:g}" if math.isfinite(most) else f"{least:g} or more"
            raise InputError(f"{value:g} {factor.unit} cannot be", do=f"give {span}", source="case.toml", place=place)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))
