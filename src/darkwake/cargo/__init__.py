"""What a ship carries: products, factors with their sources, and payloads as distributions. Knows nothing of caps."""

from darkwake.cargo.bases import Load
from darkwake.cargo.calculator import Payload, Quantity, barrels, laden_scenarios, payload
from darkwake.cargo.committee import committee_barrels, plausible_bbl_per_t
from darkwake.cargo.factors import Factor, catalogue, chosen
from darkwake.cargo.laden import SCENARIOS, fraction
from darkwake.cargo.loads import CargoRule, Loading, loads, untold
from darkwake.cargo.products import PRODUCTS, product_named
from darkwake.cargo.sensitivity import observation
from darkwake.cargo.volumes import converted, volume_correction
from darkwake.cargo.worlds import payloads

__all__ = [
    "PRODUCTS",
    "SCENARIOS",
    "CargoRule",
    "Factor",
    "Load",
    "Loading",
    "Payload",
    "Quantity",
    "barrels",
    "catalogue",
    "chosen",
    "committee_barrels",
    "converted",
    "fraction",
    "laden_scenarios",
    "loads",
    "observation",
    "payload",
    "payloads",
    "plausible_bbl_per_t",
    "product_named",
    "untold",
    "volume_correction",
]
