"""What a ship carries: products, factors with their sources, and payloads as distributions. Knows nothing of caps."""

from darkwake.cargo.calculator import SCENARIOS, Payload, Quantity, barrels, fraction, laden_scenarios, payload
from darkwake.cargo.factors import Factor, catalogue, chosen
from darkwake.cargo.products import PRODUCTS, product_named
from darkwake.cargo.worlds import CargoRule, payloads

__all__ = [
    "PRODUCTS",
    "SCENARIOS",
    "CargoRule",
    "Factor",
    "Payload",
    "Quantity",
    "barrels",
    "catalogue",
    "chosen",
    "fraction",
    "laden_scenarios",
    "payload",
    "payloads",
    "product_named",
]
