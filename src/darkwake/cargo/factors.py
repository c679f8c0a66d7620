"""The factors between a ship and her barrels: each a small distribution with a unit, a source and a sentence.

Values that were published come from ``bundled/factors.csv``, row by row. What no source gives stands in ``ASSUMED`` below and
nowhere else, and says so with the words "assumed, because". A case replaces any factor by its name (``[factors]``).
This module knows no ship and no cap.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from darkwake.cargo.products import PRODUCTS, Product
from darkwake.errors import InputError, nearest

TABLE = Path(__file__).parents[1] / "bundled" / "factors.csv"
AFLOAT = TABLE.with_name("afloat.csv")
"""Factors of ships afloat (water, ballast, stores, draughts, freeboards), each row with its source or "assumed, because"."""
Shape = Literal["point", "triangular", "normal", "lognormal"]
Numbers = NDArray[np.float64]

NOTHING_SET: Mapping[str, object] = MappingProxyType({})
"""What a case sets that sets nothing."""

LADEN = "laden fraction"
LADEN_OWN = "laden fraction, own"
DEADWEIGHT = "deadweight of an unknown tanker"
DEADWEIGHT_LEVEL = "deadweight level of unknown tankers"
DEADWEIGHT_RECORD = "deadweight on record, relative"
FLEET = "ships in an unnamed fleet"
STATED = "stated barrels, relative"
CLEAR_SHARE = "clear share of looks"
CLOUD_HALF_LIFE = "half-life of cloud"
HOURS_ALONGSIDE = "hours alongside"
HOURS_OWN = "hours alongside, own"
LOOKS_A_DAY = "looks a day"
NOTICED = "ships noticed in a clear look"


def conversion_name(product: str) -> str:
    """The name of a product's factor.

    >>> conversion_name("gas oil")
    'barrels per tonne, gas oil'
    """
    return f"barrels per tonne, {product}"


@dataclass(frozen=True)
class Factor:
    """One named unknown: its distribution between ``low`` and ``high``, its unit, its source and what to tell a reader.

    ``central`` is the mode of a triangle and the median (before it is cut off) of the normal shapes; ``spread`` is their
    standard deviation, of the logarithm for "lognormal".
    """

    name: str
    shape: Shape
    low: float
    central: float
    high: float
    unit: str
    source: str
    verified: bool
    sentence: str
    spread: float = 0.0

    def __post_init__(self) -> None:
        if not self.low <= self.central <= self.high:
            what = f"{self.name}: {self.central} {self.unit} does not lie between {self.low} and {self.high}"
            raise InputError(what, do="give low, central and high in order", place=f"[factors] {self.name!r}")

    def at(self, u: Numbers) -> Numbers:
        """The values at these cumulative probabilities (the inverse distribution function).

        >>> Factor("f", "triangular", 0.0, 1.0, 2.0, "1", "", True, "").at(np.array([0.0, 0.5, 1.0])).tolist()
        [0.0, 1.0, 2.0]
        """
        if self.shape == "point" or self.low == self.high:
            return np.full(np.shape(u), self.central)
        if self.shape == "triangular":
            return triangular(u, self.low, self.central, self.high)
        if self.shape == "normal":
            return cut_normal(u, self.central, self.spread, self.low, self.high)
        return cut_lognormal(u, self.central, self.spread, self.low, self.high)

    def row(self) -> dict[str, object]:
        """The factor as the dossier shows it: median, 90 % interval, unit, source."""
        p05, p50, p95 = (float(value) for value in self.at(np.array([0.05, 0.5, 0.95])))
        interval = {"value": p50, "lo": p05, "hi": p95, "unit": self.unit}
        return {"name": self.name, **interval, "source": self.source, "verified": self.verified, "sentence": self.sentence}


def triangular(u: Numbers, low: float, mode: float, high: float) -> Numbers:
    """The inverse distribution function of the triangular distribution."""
    width, left = high - low, mode - low
    rising = low + np.sqrt(u * width * left)
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u * width < left, rising, falling)


def cut_normal(u: Numbers, mean: float | Numbers, sd: float, low: float, high: float) -> Numbers:
    """The inverse distribution function of a normal distribution cut off at ``low`` and ``high``."""
    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    cut: Numbers = np.clip(mean + sd * ndtri(below + u * (above - below)), low, high)
    return cut


def cut_lognormal(u: Numbers, median: float | Numbers, log_sd: float, low: float, high: float) -> Numbers:
    """The same of a lognormal distribution with this median (before the cut)."""
    values = np.exp(cut_normal(u, np.log(median), log_sd, float(np.log(low)), float(np.log(high))))
    cut: Numbers = np.clip(values, low, high)
    return cut


ASSUMED: tuple[Factor, ...] = (
    Factor(
        LADEN_OWN,
        "normal",
        -1.0,
        0.0,
        1.0,
        "log-odds",
        "assumed, because no source gives loads ship by ship: 0.3 in log-odds is about 4 % of deadweight at a level of 85 %",
        False,
        "Ships of one trade do not all load alike; this is how one visit differs from the level of all.",
        spread=0.3,
    ),
    Factor(
        DEADWEIGHT_RECORD,
        "normal",
        0.9,
        1.0,
        1.1,
        "relative",
        "assumed, because registers and press differ by a few percent and some print a tonnage without saying which",
        False,
        "A deadweight on record holds at the summer draught and may be another register's figure.",
        spread=0.02,
    ),
    Factor(
        STATED,
        "triangular",
        0.89,
        1.0,
        1.11,
        "relative",
        "assumed, because the conversion alone moved one cargo by 11 % in print (17,877 t as 134,000 and as 149,000 bbl, 2021)",
        False,
        "A printed number of barrels carries no error; this is what the choice of factor alone can move it.",
    ),
    Factor(
        DEADWEIGHT,
        "lognormal",
        1000.0,
        2943.0,
        9000.0,
        "t",
        "range of Seatrade Maritime, 2024-11-22 (1,000 to 9,000, mostly at the low end); median and spread are those of the "
        "six product tankers of the flag with a printed deadweight in that range (1,200, 2,070, 2,998, 3,003, 4,999, 5,807; of "
        "the 2,998 it is not said whether they are deadweight or gross); "
        "lognormal: assumed, because the sizes of ships are skewed and six ships cannot tell a shape",
        False,
        "Ships that nobody named are drawn from what is printed of the fleet's sizes.",
        spread=0.578,
    ),
    Factor(
        DEADWEIGHT_LEVEL,
        "lognormal",
        0.5,
        1.0,
        2.0,
        "relative",
        "worked out: standard error of the logarithmic mean of the six deadweights: 0.578 / sqrt(6) = 0.236",
        False,
        "Six ships tell the fleet's typical size only roughly; the error is shared by every unnamed visit.",
        spread=0.236,
    ),
    Factor(
        FLEET,
        "triangular",
        12.0,
        15.0,
        25.0,
        "ships",
        "more than a dozen tankers (BBC News / Open Source Centre, 2024-11-22); six listed and at least nine others (Seatrade "
        "Maritime, 2024-11-22); upper end 25: assumed, because both counts are lower bounds (25 tankers called in early 2023)",
        False,
        "Unnamed visits are calls of a few ships that come again: one unknown ship calling often is one unknown.",
    ),
    Factor(
        CLEAR_SHARE,
        "triangular",
        0.3,
        0.55,
        0.8,
        "of looks",
        "assumed, because no open table of cloud by month was found for this coast; the ends leave room for "
        "foggy springs and clear winters",
        False,
        "Under cloud an optical satellite sees no ship; how often the place lay clear is not known.",
    ),
    Factor(
        CLOUD_HALF_LIFE,
        "triangular",
        5.0,
        14.0,
        40.0,
        "h",
        "P. A. Jones, Cloud-Cover Distributions and Correlations, J. Appl. Meteorol. 31, 1992, as the manual of STACIE tells "
        "it: the autocorrelation falls exponentially, by half in 5 to 40 hours; peak at their geometric mean: assumed, "
        "because no value for this coast was found",
        False,
        "Overcast lasts: two looks in one spell are no two chances.",
    ),
    Factor(
        HOURS_ALONGSIDE,
        "triangular",
        8.0,
        24.0,
        72.0,
        "h",
        "worked out: 3,500 m3 at 300 m3/h (100 to 800) take 12 h (4 to 35) [X063, a guess], mooring, sampling and papers as "
        "long again: assumed, because no stay was timed; upper end: five ships took turns at one berth, 7 to 22 March 2024, "
        "and others lay there on 1, 3, 7 and 10 April 2024 [S002, S004 to S007]",
        False,
        "The shorter a ship lies at the berth, the more easily she comes and goes between two looks.",
    ),
    Factor(
        HOURS_OWN,
        "lognormal",
        0.1,
        1.0,
        10.0,
        "relative",
        "measured: the logarithms of 715 stays at four terminals near Vancouver, 2024 to 2026, spread by 0.48 "
        "(scans of tanker-tracker); that they spread alike elsewhere: assumed, because no stays were timed there",
        False,
        "Stays differ from visit to visit.",
        spread=0.5,
    ),
    Factor(
        LOOKS_A_DAY,
        "point",
        1.0,
        1.0,
        1.0,
        "per day",
        "PlanetScope looks at every place about once a day, nominally, clouds not counted (Leaf, Satellite overview) [I04]; "
        "that somebody read every picture: assumed, because no publisher says which were read",
        False,
        "Where nobody says when one looked, the densest archive in common use stands in for it.",
    ),
    Factor(
        NOTICED,
        "triangular",
        0.8,
        0.95,
        1.0,
        "of ships",
        "assumed, because no publisher says how many ships alongside its readers missed in clear pictures",
        False,
        "A ship alongside a quay can be overlooked in a clear picture.",
    ),
)
"""Distributions that no source gives as such, each with its reason."""

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
    found = [_laden(), *ASSUMED, *_afloat(), *(_conversion(product) for product in PRODUCTS.values())]
    return MappingProxyType({factor.name: factor for factor in found})


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
            raise InputError(f"no key {word!r}", do=nearest(str(word), ("low", "central", "high", "source")), place=place)
        source = f"{value.get('source', 'no source given')} (set in case.toml)"
        value = [value.get(word, value.get("central")) for word in ("low", "central", "high")]
    numbers = [value] * 3 if isinstance(value, int | float) else value
    if not isinstance(numbers, list | tuple) or len(numbers) != 3 or not all(_is_number(n) for n in numbers):
        raise InputError(f"{value!r} is no factor", do="give a number, or low, central and high", place=place)
    low, central, high = (float(n) for n in numbers)
    shape: Shape = "point" if low == high else "triangular"
    return replace(factor, shape=shape, low=low, central=central, high=high, source=source, verified=False, spread=0.0)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))
