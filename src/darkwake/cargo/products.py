"""Oil products: their names, what else they are called, the cap they fall under, and who prints their barrels per tonne."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from darkwake.goods import BASKET, OILS, UNNAMED, oil_named

__all__ = ["BASKET", "PRODUCTS", "UNNAMED", "Product", "product_named"]


@dataclass(frozen=True)
class Product:
    """One product; ``rows`` are ids of ``bundled/factors.csv``, the first gives the most likely factor."""

    name: str
    rows: tuple[str, ...]
    sentence: str
    assumed_spread: float = 0.02

    @property
    def cap(self) -> str:
        """The cap that it falls under."""
        return OILS[self.name].cap

    @property
    def aliases(self) -> tuple[str, ...]:
        """What else it is called."""
        return OILS[self.name].aliases


_LIST = (
    Product("gas oil", ("X017", "X005", "X036", "X037", "X038"), "Gas oil and diesel: the tables in print differ by 4 %."),
    Product("gasoline", ("X015", "X006"), "Motor gasoline."),
    Product("kerosene", ("X016", "X007"), "Kerosene and jet fuel."),
    Product("naphtha", ("X010",), "Naphtha; one table only."),
    Product(
        "fuel oil",
        ("X018", "X011", "X039", "X040", "X004"),
        "Residual oil; upper end: light and mixed fuel oils.",
    ),
    Product("lpg", ("X014", "X009", "X020"), "Liquefied petroleum gas; the Committee's chart has the value of BP."),
    Product("aviation gasoline", ("X002",), "Aviation gasoline; one table only."),
    Product("bitumen", ("X012",), "Bitumen; one table only."),
    Product(
        "condensate",
        ("X064",),
        "Condensate: from the 1,429 litres a tonne of the UN yearbook, whose own 7.23 barrels contradict them and go unused.",
    ),
    Product(
        UNNAMED,
        ("X017", "X005", "X015"),
        "Nobody says which product: between gas oil (most likely: what the flag's tankers loaded in these ports in 2016-17, "
        "Argus) and gasoline; fuel oil, which has 15 % fewer barrels, is left out.",
    ),
    Product(
        BASKET,
        ("X021", "X022", "X023", "X024"),
        "What the Committee's Secretary takes where a notice names no product; notices in print used 7.5 to 8.33.",
    ),
    Product("crude oil", ("X001", "X025"), "Crude oil: UN yearbook; the cap's own ratio."),
)

PRODUCTS = MappingProxyType({product.name: product for product in _LIST})
"""Every product by its name."""


PLAUSIBLE_MARGIN = 0.03
"""How far beyond the tables a ratio of printed barrels to printed tonnes may lie: assumed, because printed amounts are rounded
and volumes are not always those at 15 C (Jet A-1 at 30 C has 1 % more than in the tables)."""


def product_named(text: str | None) -> Product:
    """The product that a text names; no text is a refined product that nobody named.

    >>> product_named("Diesel").name, product_named(None).name
    ('gas oil', 'refined product')

    Raises:
        InputError: an unknown product, with the nearest names.
    """
    return PRODUCTS[oil_named(text).name]
