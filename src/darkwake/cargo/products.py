"""Oil products: their names, what else they are called, the cap they fall under, and who prints their barrels per tonne."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from darkwake.errors import InputError, nearest

UNNAMED = "refined product"
"""A refined product that no source names."""
BASKET = "product basket"
"""The mixture that the 1718 Committee's Secretary reckons with for tonnes in notices that name no product."""


@dataclass(frozen=True)
class Product:
    """One product; ``rows`` are ids of ``bundled/factors.csv``, the first gives the most likely factor."""

    name: str
    cap: Literal["refined", "crude"]
    aliases: tuple[str, ...]
    rows: tuple[str, ...]
    sentence: str
    assumed_spread: float = 0.02


_LIST = (
    Product(
        "gas oil",
        "refined",
        ("gasoil", "diesel", "diesel oil", "gas/diesel oil", "gas diesel oil", "marine diesel oil", "mdo", "mgo"),
        ("X017", "X005", "X036", "X037", "X038"),
        "Gas oil and diesel: the tables in print differ by 4 %.",
    ),
    Product("gasoline", "refined", ("petrol", "motor gasoline", "mogas"), ("X015", "X006"), "Motor gasoline."),
    Product("kerosene", "refined", ("jet fuel", "jet", "jet a-1", "aviation fuel"), ("X016", "X007"), "Kerosene and jet fuel."),
    Product("naphtha", "refined", (), ("X010",), "Naphtha; one table only."),
    Product(
        "fuel oil",
        "refined",
        ("residual fuel oil", "heavy fuel oil", "hfo", "mazut"),
        ("X018", "X011", "X039"),
        "Residual oil.",
    ),
    Product("lpg", "refined", ("liquefied petroleum gas",), ("X014", "X009"), "Liquefied petroleum gas."),
    Product(
        UNNAMED,
        "refined",
        (
            "refined",
            "refined petroleum",
            "refined petroleum product",
            "refined petroleum products",
            "refined products",
            "oil",
            "refined oil",
            "oil product",
            "oil products",
            "petroleum",
            "petroleum products",
            "fuel",
            "product",
        ),
        ("X017", "X005", "X015"),
        "Nobody says which product: between gas oil (most likely: what the flag's tankers loaded in these ports in 2016-17, "
        "Argus) and gasoline; fuel oil, which has 15 % fewer barrels, is left out.",
    ),
    Product(
        BASKET,
        "refined",
        ("basket",),
        ("X021", "X022", "X023", "X024"),
        "What the Committee's Secretary takes where a notice names no product; notices in print used 7.5 to 8.33.",
    ),
    Product(
        "crude oil", "crude", ("crude", "crude petroleum"), ("X001", "X025"), "Crude oil: UN yearbook; the cap's own ratio."
    ),
)

PRODUCTS = MappingProxyType({product.name: product for product in _LIST})
"""Every product by its name."""

_BY_ALIAS = MappingProxyType({alias: product for product in _LIST for alias in (product.name, *product.aliases)})


def product_named(text: str | None) -> Product:
    """The product that a text names; no text is a refined product that nobody named.

    >>> product_named("Diesel").name, product_named(None).name
    ('gas oil', 'refined product')

    Raises:
        InputError: an unknown product, with the nearest names.
    """
    word = " ".join((text or UNNAMED).lower().split())
    if word not in _BY_ALIAS:
        raise InputError(f"no product {text!r}", do=nearest(word, _BY_ALIAS))
    return _BY_ALIAS[word]
