"""Which unknown widens a payload's interval most, and which observation would tell it.

An unknown is fixed at its middle in every world, all others stay as drawn; what the 90 % interval loses in half-width is what
the unknown is worth. The parts need not add up to the whole: unknowns work together (a sum's causes, which do, are the
ledger's).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from darkwake.cargo.factors import (
    DEADWEIGHT,
    DEADWEIGHT_LEVEL,
    DEADWEIGHT_RECORD,
    FLEET,
    LADEN,
    LADEN_OWN,
    STATED,
    Numbers,
)
from darkwake.cargo.ships import WHICH_SHIP, Sharing

SIZE = "her name, or her length and beam from an image of 3 m pixels or finer"
LOAD = "her freeboard or draught marks on arrival and on departure (an image of 0.5 m pixels or finer)"
PRODUCT = "the product: a sample, a bill of lading or the berth's line"

OBSERVATIONS: Mapping[str, str] = MappingProxyType(
    {
        DEADWEIGHT: SIZE,
        DEADWEIGHT_LEVEL: SIZE,
        FLEET: "the names of the ships that called",
        DEADWEIGHT_RECORD: "her loadline certificate or a classification register",
        LADEN: LOAD,
        LADEN_OWN: LOAD,
        STATED: "the shipping papers, with tonnes, density and temperature",
    }
)
"""What would tell an unknown, in words; unknowns that a room adds are told by how their names begin (``observation``)."""

_BEGINNINGS = (
    ("barrels per tonne", PRODUCT),
    ("deadweight", SIZE),
)


def observation(name: str) -> str:
    """The observation that would tell an unknown, in words.

    >>> observation("barrels per tonne, gas oil")
    "the product: a sample, a bill of lading or the berth's line"
    """
    if name in OBSERVATIONS:
        return OBSERVATIONS[name]
    return next((words for beginning, words in _BEGINNINGS if name.startswith(beginning)), "")


@dataclass(frozen=True)
class Sensitivity:
    """How much narrower the 90 % interval becomes when one unknown is fixed at its middle, and what would tell it."""

    factor: str
    half_width_removed_bbl: float
    share: float
    """The same over the whole half-width. Shares need not add up to one: unknowns work together."""
    sharing: str
    """``shared`` by all visits, or ``own`` to a ship or a visit."""
    observation: str


def sensitivity(
    barrels: Numbers, unknowns: Mapping[str, Sharing], with_fixed: Callable[[str], Numbers]
) -> tuple[Sensitivity, ...]:
    """The unknowns of a payload, the one first that widens it most; those that cannot vary are left out.

    Args:
        barrels: the draws.
        unknowns: names, and who has each.
        with_fixed: the same draws with one unknown at its middle.
    """
    whole = half_width(barrels)
    found = []
    for name, sharing in unknowns.items():
        fixed = with_fixed(name)
        # Which of a fleet's ships called moves a draw to another ship but no distribution.
        if name == WHICH_SHIP or whole == 0 or np.array_equal(fixed, barrels):
            continue
        removed = whole - half_width(fixed)
        own = "shared" if sharing == "shared" else "own"
        found.append(Sensitivity(name, removed, removed / whole, own, observation(name)))
    return tuple(sorted(found, key=lambda item: -item.half_width_removed_bbl))


def half_width(barrels: Numbers) -> float:
    """Half the 90 % interval."""
    low, high = np.quantile(barrels, (0.05, 0.95))
    return float(high - low) / 2
