"""How much of a sum's width falls to each unknown: Shapley effects, which add up to the whole whatever works together.

An unknown's effect is what redrawing it, alone and together with others, adds to the variance of the sum, averaged over the
orders in which the unknowns can be redrawn (Owen, "Sobol' indices and Shapley value", SIAM/ASA J. Uncertainty Quantification
2, 2014; Song, Nelson and Staum, the same journal 4, 2016; the variance by redrawing is Jansen's estimator, Computer Physics
Communications 117, 1999). Fixing at the middle would not do here: with the ships of a fleet's visits fixed at one berth all
visits were of one ship. What is not known to the model (that a publisher errs, visits that nobody saw) is no cause here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa

from darkwake.cargo.loads import SCOPE
from darkwake.cargo.sensitivity import observation
from darkwake.cargo.ships import WHICH_SHIP
from darkwake.draws import generator
from darkwake.ledger.model import Key, Model
from darkwake.ledger.parts import DAY, HAPPENED, PER_TONNE
from darkwake.schema import Causes

ORDERS = 12
"""Orders of redrawing that are averaged where there are more: half of them and their reverses; the shares of unknowns that
hardly work together, as those of a sum, hang little on the order."""
SMALL = 0.01
"""Unknowns that alone make less than this share of the variance are redrawn together; a thousand worlds tell no less."""
SMALLER = {True: "smaller unknowns that all visits share", False: "smaller unknowns of single ships and visits"}
TOLD_BY: Mapping[str, str] = {
    DAY: "an image or an AIS position of the ship at the berth, with its time",
    HAPPENED: "a second look at the same stay: another image, or AIS before and after",
    WHICH_SHIP: "the name of the ship, or her length and beam, on each visit",
    PER_TONNE: "the product of the notice, or its barrels as the supplier reckoned them",
}
"""What would tell the unknowns of a sum, in words; those of a payload have theirs in ``cargo.sensitivity``."""


def causes(model: Model, ledger: Iterable[Mapping[str, Any]]) -> pa.Table:
    """The causes of the width of each sum on its last day; a sum that is certain has none.

    Args:
        model: What the sums are drawn from.
        ledger: Rows of ``schema.Ledger``, for the width that the causes add up to.

    Returns:
        Rows of ``schema.Causes``.
    """
    ends = _ends(ledger)
    base, drawn = model.totals(), {}

    def variance(names: frozenset[str]) -> dict[Key, float]:
        if names not in drawn:
            again = model.totals(names) if names else base
            drawn[names] = {key: float(np.mean((base[key] - again[key]) ** 2)) / 2 for key in base}
        return drawn[names]

    sharing = model.names()
    rows: list[dict[str, object]] = []
    for key in sorted(base.keys() & ends.keys()):
        alone = {name: value for name in sharing if (value := variance(frozenset((name,)))[key]) > 0}
        groups = grouped(alone, sharing)
        shares = shapley(groups, _of_groups(groups, variance, key), model.seed)
        rows += [
            _row(ends[key], name, share, shared=all(sharing[one] for one in groups[name])) for name, share in shares.items()
        ]
    return Causes.rows(rows)


def grouped(alone: Mapping[str, float], sharing: Mapping[str, bool]) -> dict[str, frozenset[str]]:
    """The unknowns by the name of their cause: each its own, the small ones together (apart what all visits share).

    Args:
        alone: The variance that each makes alone.
        sharing: Whether all visits share it.

    >>> grouped({"a": 5.0, "b": 0.01, "c": 0.02, "d": 0.03}, {"a": True, "b": True, "c": False, "d": False})["a"]
    frozenset({'a'})
    """
    whole = math.fsum(alone.values())
    found = {name: frozenset((name,)) for name, value in alone.items() if value >= SMALL * whole}
    for shared, words in SMALLER.items():
        small = frozenset(name for name in alone.keys() - found.keys() if sharing[name] == shared)
        found |= {words if len(small) > 1 else next(iter(small)): small} if small else {}
    return found


def _of_groups(
    groups: Mapping[str, frozenset[str]], variance: Callable[[frozenset[str]], Mapping[Key, float]], key: Key
) -> Callable[[frozenset[str]], float]:
    return lambda names: variance(frozenset().union(*(groups[name] for name in names)))[key]


def shapley(names: Iterable[str], variance: Callable[[frozenset[str]], float], seed: int) -> dict[str, float]:
    """Each name's share of the variance of all, the largest first; the shares add up to 1.

    >>> shapley(["a", "b"], lambda names: {"": 0.0, "a": 1.0, "b": 2.0, "ab": 4.0}["".join(sorted(names))], 1)
    {'b': 0.625, 'a': 0.375}
    """
    known = sorted(names)
    orders = _orders(known, seed)
    effects = dict.fromkeys(known, 0.0)
    for order in orders:
        before = 0.0
        for n, name in enumerate(order):
            after = variance(frozenset(order[: n + 1]))
            effects[name] += (after - before) / len(orders)
            before = after
    whole = math.fsum(effects.values())
    return {name: effect / whole for name, effect in sorted(effects.items(), key=lambda item: (-item[1], item[0]))}


def _orders(names: list[str], seed: int) -> list[tuple[str, ...]]:
    if math.factorial(len(names)) <= ORDERS:
        return list(permutations(names))
    random = generator(seed, SCOPE, "orders of redrawing")
    half = [tuple(str(name) for name in random.permutation(names)) for _ in range(ORDERS // 2)]
    return [*half, *(order[::-1] for order in half)]


def _ends(ledger: Iterable[Mapping[str, Any]]) -> dict[Key, Mapping[str, Any]]:
    """The last row of each sum."""
    found: dict[Key, Mapping[str, Any]] = {}
    for row in sorted(ledger, key=lambda row: row["day"]):
        found[row["cap_id"], row["mode"]] = row
    return found


def _row(end: Mapping[str, Any], name: str, share: float, *, shared: bool) -> dict[str, object]:
    half_width = (end["bbl_p95"] - end["bbl_p05"]) / 2
    return {
        "cap_id": end["cap_id"],
        "mode": end["mode"],
        "cause": name,
        "share": share,
        "half_width_bbl": share * half_width,
        "sharing": "shared" if shared else "own",
        "settled_by": None if name in SMALLER.values() else TOLD_BY.get(name, observation(name)) or None,
        "origin": end["origin"],
        "evidence": end["evidence"],
    }
