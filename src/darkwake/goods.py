"""Names of goods: oil products with what else they are called and the cap they fall under, and what else is sent.

Names alone, so that a table of facts is checked where it is read. What a product weighs stands in ``cargo``.
"""

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
class Goods:
    """One kind of goods: its name here, the cap it falls under, and what else it is called."""

    name: str
    cap: Literal["refined", "crude", "other"]
    aliases: tuple[str, ...] = ()


_OILS = (
    Goods(
        "gas oil",
        "refined",
        ("gasoil", "diesel", "diesel oil", "gas/diesel oil", "gas diesel oil", "marine diesel oil", "mdo", "mgo"),
    ),
    Goods("gasoline", "refined", ("petrol", "motor gasoline", "mogas")),
    Goods("kerosene", "refined", ("jet fuel", "jet", "jet a-1", "aviation fuel")),
    Goods("naphtha", "refined"),
    Goods("fuel oil", "refined", ("residual fuel oil", "heavy fuel oil", "hfo", "mazut")),
    Goods("lpg", "refined", ("liquefied petroleum gas",)),
    Goods(
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
    ),
    Goods(BASKET, "refined", ("basket",)),
    Goods("aviation gasoline", "refined", ("avgas",)),
    Goods("bitumen", "refined", ("asphalt",)),
    Goods("crude oil", "crude", ("crude", "crude petroleum")),
    # No cap counts these: they are forbidden altogether (UNSCR 2375, paragraph 13).
    Goods("condensate", "other", ("gas condensate", "natural gas condensate")),
)

_OTHERS = (
    Goods("munitions", "other", ("ammunition", "arms", "weapons", "arms and related materiel")),
    Goods("containers", "other", ("containers of munitions", "container")),
    Goods("rounds", "other", ("shells", "artillery rounds", "artillery shells")),
    Goods("missiles", "other", ("ballistic missiles",)),
    Goods("people", "other", ("persons", "troops", "soldiers", "workers")),
    Goods("vehicles", "other", ("vehicle",)),
    Goods("wagons", "other", ("rail wagons", "rail cars")),
    Goods("coal", "other"),
    Goods("food", "other", ("flour", "grain")),
    Goods("other", "other", ("other goods",)),
)

OILS = MappingProxyType({goods.name: goods for goods in _OILS})
"""Every oil product by its name."""

_OIL_WORDS = MappingProxyType({word: goods for goods in _OILS for word in (goods.name, *goods.aliases)})
_WORDS = MappingProxyType({word: goods for goods in (*_OILS, *_OTHERS) for word in (goods.name, *goods.aliases)})


def oil_named(text: str | None) -> Goods:
    """The oil product that a text names; no text is a refined product that nobody named.

    >>> oil_named("Diesel").name, oil_named(None).name
    ('gas oil', 'refined product')

    Raises:
        InputError: an unknown product, with the nearest names.
    """
    word = _plain(text or UNNAMED)
    if word not in _OIL_WORDS:
        raise InputError(f"no product {text!r}", do=nearest(word, _OIL_WORDS))
    return _OIL_WORDS[word]


def goods_named(text: str) -> Goods:
    """The goods, oil or other, that a text names.

    >>> goods_named("Shells").name, goods_named("mazut").cap
    ('rounds', 'refined')

    Raises:
        InputError: unknown goods, with the nearest names.
    """
    word = _plain(text)
    if word not in _WORDS:
        raise InputError(f"no product {text!r}", do=nearest(word, _WORDS))
    return _WORDS[word]


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
