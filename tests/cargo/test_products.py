"""Products by any of their names."""

from __future__ import annotations

import pytest

from darkwake.cargo import PRODUCTS, product_named
from darkwake.errors import InputError


@pytest.mark.parametrize(
    ("printed", "name", "cap"),
    [
        (" Diesel ", "gas oil", "refined"),
        (None, "refined product", "refined"),
        ("refined", "refined product", "refined"),
        ("Mazut", "fuel oil", "refined"),
        ("crude", "crude oil", "crude"),
    ],
)
def test_a_product_is_known_by_its_names(printed, name, cap):
    assert (product_named(printed).name, product_named(printed).cap) == (name, cap)


def test_an_unknown_product_is_refused_with_the_nearest_names():
    with pytest.raises(InputError, match=r"no product 'kerosine'; did you mean kerosene\?"):
        product_named("kerosine")


def test_no_name_means_two_products():
    names = [name for product in PRODUCTS.values() for name in (product.name, *product.aliases)]
    assert len(names) == len(set(names))
