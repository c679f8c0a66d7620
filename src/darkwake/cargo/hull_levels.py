"""What all ships of a kind share of the error of a relation, as factors that a case may replace by name.

One is the relation as it was fitted. A case that knows better (small tankers are 10 % heavier than the formula says) sets
``"lightship, level of all tankers" = [1.0, 1.1, 1.2]`` in ``[factors]``; the ships of the kind then have that much more in the
middle, and share the spread that was set. It is reckoned with as the lognormal of the same mean and spread (of the logarithm).
Not here: what is a ship's own; that is told by her plans, not by a case.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np

from darkwake.cargo.factor import Factor, Shape
from darkwake.cargo.hull_model import Level, Relation, relations
from darkwake.errors import InputError

NAMES = MappingProxyType(
    {
        "length": "length over all",
        "beam": "beam",
        "deadweight": "deadweight from length and beam",
        "lightship": "lightship",
        "block coefficient": "block coefficient",
        "depth over draught": "depth",
        "tonnes per centimetre": "tonnes per centimetre immersion",
    }
)
"""How the unknown behind each quantity of the model is called in factors and sensitivity."""
DRAWN = ("deadweight", "lightship", "block coefficient", "depth over draught", "tonnes per centimetre")
"""Quantities with a level; the length and the beam of a ship are seen."""
STEPS = 400
"""Steps in which the distribution of a replaced factor is read."""


def level_name(name: str, kind: str) -> str:
    """The name of what all ships of a kind share of an unknown: the error of the relation itself.

    >>> level_name("lightship", "tanker")
    'lightship, level of all tankers'
    """
    return f"{name}, level of all {kind}s"


def level_of(kind: str, quantity: str, relation: Relation, spread: float) -> Factor:
    """A level as a factor about one."""
    sentence = f"Where the relation for {kind}s is wrong, it is wrong for all of them: this does not shrink with more ships."
    name, bounds = level_name(NAMES[quantity], kind), (math.exp(-6 * spread), 1.0, math.exp(6 * spread))
    shape: Shape = "lognormal" if spread > 0 else "point"
    return Factor(name, shape, *bounds, "relative", relation.source, relation.verified, sentence, spread=spread)


@cache
def levels() -> Mapping[str, Factor]:
    """The levels of all kinds by name, with the spreads of short ships.

    >>> levels()["lightship, level of all tankers"].central
    1.0
    """
    found = (
        level_of(kind, quantity, known[quantity], math.sqrt(known[quantity].shared) * known[quantity].sd(0.0))
        for kind, known in relations().items()
        for quantity in DRAWN
    )
    return MappingProxyType({factor.name: factor for factor in found})


def replaced(kind: str, factors: Mapping[str, Factor]) -> tuple[Level, ...]:
    """The levels of a kind that a case has replaced.

    Raises:
        InputError: a level that is not above nothing.
    """
    names = {quantity: level_name(NAMES[quantity], kind) for quantity in DRAWN}
    set_by_case = {
        quantity: factors[name] for quantity, name in names.items() if name in factors and factors[name] != levels()[name]
    }
    return tuple(_level(quantity, factor) for quantity, factor in set_by_case.items())


def _level(quantity: str, factor: Factor) -> Level:
    if factor.low <= 0:
        what = f"a level of {factor.low:g} times what ships have cannot be"
        raise InputError(what, do="give numbers above 0; 1 is the relation as it is", place=f"[factors] {factor.name!r}")
    logs = np.log(factor.at((np.arange(STEPS) + 0.5) / STEPS))
    return Level(quantity, float(logs.mean()), float(logs.std()))
