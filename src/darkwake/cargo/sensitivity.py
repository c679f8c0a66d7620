"""Which unknown widens a payload's interval most, and which observation would tell it.

An unknown is fixed at its middle in every world, all others stay as drawn; what the 90 % interval loses in half-width is what
the unknown is worth. The parts need not add up to the whole: unknowns work together (a sum's causes, which do, are the
ledger's).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from darkwake.cargo.bases import MOVED
from darkwake.cargo.factors import (
    BARRELS,
    CALL_LOADED,
    DEADWEIGHT_RECORD,
    FLEET,
    IDLE_HOURS,
    LADEN,
    LOADING_RATE,
    PUMPING_RATE,
    RANGE,
    STATE_READ,
    STATED,
    Numbers,
)
from darkwake.cargo.ships import WHICH_SHIP, Sharing

SIZE = "her name, or her length and beam from an image of 3 m pixels or finer"
LOAD = "her freeboard or draught marks on arrival and on departure (an image of 0.5 m pixels or finer)"
PRODUCT = "the product: a sample, a bill of lading or the berth's line"
PLANS = "her plans: hydrostatic tables or a loading manual"
EMPTY = "her freeboard or draught on arrival, and whether she carried another parcel (an image of 0.5 m pixels or finer)"
TYPED = "a draught that was measured: a survey, or draught marks on an image"

NOTHING_KNOWN = "no observation in use here"
"""Said of an unknown that nothing in use here would tell."""

_BEGINNINGS = (
    (BARRELS, PRODUCT),
    (DEADWEIGHT_RECORD, "her loadline certificate or a classification register"),
    (FLEET, "the names of the ships that called"),
    ("deadweight", SIZE),
    ("length over all", SIZE),
    ("beam", SIZE),
    (LADEN, LOAD),
    (STATED, "the shipping papers, with tonnes, density and temperature"),
    (RANGE, "how the range came about, or some of the loads measured"),
    (CALL_LOADED, LOAD),
    (MOVED, LOAD),
    (STATE_READ, LOAD),
    (LOADING_RATE, "the berth's loading rate: a terminal handbook, or stays timed beside measured loads"),
    (PUMPING_RATE, "her pumps: a questionnaire of her charterers (Q88)"),
    (IDLE_HOURS, "hours of hoses on and off: images a few hours apart"),
    ("lightship", PLANS),
    ("block coefficient", PLANS),
    ("tonnes per centimetre", PLANS),
    ("depth", "her depth: a register, or the height of her side on an image"),
    ("form of the hull", PLANS),
    ("deck edge", PLANS),
    ("freeboard", "sharper images of her side, or more of them"),
    ("water density", "the water's density at the berth"),
    ("ballast", EMPTY),
    ("ships with another parcel", EMPTY),
    ("ships that move only a part", LOAD),
    ("how large a part", LOAD),
    ("cargo left", EMPTY),
    ("stores", "her bunkers and stores on arrival and departure"),
    ("draught on", "draught marks read closer"),
    ("typed draught", TYPED),
    ("a typed draught", TYPED),
    ("chance that a new draught", TYPED),
    ("trim", "draught marks at bow and stern"),
)
"""What would tell an unknown, in words, by how its name begins; names of hulls and of ships afloat are those of their files."""


def observation(name: str) -> str:
    """The observation that would tell an unknown, in words.

    >>> observation("barrels per tonne, gas oil")
    "the product: a sample, a bill of lading or the berth's line"
    """
    found = (words for beginning, words in _BEGINNINGS if name.startswith(beginning))
    return next(found, NOTHING_KNOWN)


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
