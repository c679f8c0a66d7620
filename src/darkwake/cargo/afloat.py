"""A ship afloat at her laden and her empty end: from two mean draughts to the cargo between them.

Two routes lead there. From the laden end alone: displacement less the empty ship, her stores and the ballast that was kept.
From both ends: the difference of the displacements, plus the ballast that went out while the cargo came in. What both ends
share (hull, density, method) falls out of the second; the ballast widens it. Both are drawn in the same worlds and joined
with the weights that make the variance least. Not here: how a draught was come by (``draughts``, ``freeboard``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np

from darkwake.cargo.factors import LADEN, LADEN_OWN, Factor, Numbers, catalogue
from darkwake.cargo.hull import Hull
from darkwake.cargo.hydrostatics import displacement_t, draught_at
from darkwake.cargo.laden import visit_fraction
from darkwake.cargo.unknowns import SHARED, Unknowns

Activity = Literal["load", "discharge"]
SEA_BERTH = "water density, sea berth"
DENSITIES = MappingProxyType({"nampo": "water density, Nampo"})
"""Factors of the water of places by place_id; all others lie at the sea."""
FORM = "form of the hull below the summer draught"
STORES = "stores, fuel and water aboard"
STORES_CHANGE = "stores taken or used in port"
BALLAST_KEPT = "ballast kept at the laden end"
CARGO_LEFT = "cargo left at the empty end"
BALLAST = "ballast aboard at the empty end"
PARCEL = "ships with another parcel aboard at the empty end"
LEAST_SD = 0.01
"""No weight afloat is known better than this, of deadweight: draught surveys, made at the ship, reach 0.5 % of the cargo."""


def water_density(place_id: str | None = None, factors: Mapping[str, Factor] | None = None) -> Factor:
    """The density of the water at a place, as a factor.

    >>> water_density("nampo").central, water_density("vostochny").central
    (1.01, 1.023)
    """
    known = catalogue() if factors is None else factors
    return known[DENSITIES.get(place_id or "", SEA_BERTH)]


@dataclass(frozen=True)
class Loaded:
    """What was loaded or discharged, in every world, and on what it stands."""

    tonnes: Numbers
    tier: str
    """One of those of ``Payloads.tier``."""
    basis: str
    factors: tuple[Factor, ...]
    marks: tuple[str, ...] = ()
    """What looks odd, in words."""


@dataclass
class Drawing:
    """Factors drawn for one visit; keeps which ones were used."""

    unknown: Unknowns
    visit: str
    ship: str
    known: Mapping[str, Factor]
    used: dict[str, Factor] = field(default_factory=dict)

    def shared(self, name: str) -> Numbers:
        """A factor that all visits share."""
        return self.of(self.known[name], SHARED)

    def of_ship(self, name: str) -> Numbers:
        """A factor that a ship has on all her visits."""
        return self.of(self.known[name], self.ship)

    def own(self, name: str, end: str = "") -> Numbers:
        """A factor of this visit alone, or of one end of it."""
        return self.of(self.known[name], f"{self.visit} {end}".strip())

    def of(self, factor: Factor, owner: str) -> Numbers:
        """Any factor."""
        self.used[factor.name] = factor
        return self.unknown.value(factor, owner)

    def chance(self, name: str, end: str) -> Numbers:
        """A uniform number that decides whether something happened at one end."""
        return self.unknown(name, f"{self.visit} {end}")


@dataclass(frozen=True)
class End:
    """One end of a visit: the mean draught in every world, and the worlds in which the look says anything."""

    draught_m: Numbers
    tells: Numbers
    """1 where it does, 0 where it was of another voyage or wrong."""


def cargo_t(hull: Hull, laden: End | None, empty: End | None, place_id: str | None, draw: Drawing) -> Numbers:
    """The cargo between the two ends, tonnes: never below nothing, never above what the deadweight leaves for it."""
    stores = draw.own(STORES) * hull.dwt_t
    room = hull.dwt_t - stores
    guess = hull.dwt_t * visit_fraction(draw.shared(LADEN), draw.own(LADEN_OWN)) if _silent(laden) else room
    if laden is None:
        return np.clip(guess, 0.0, room)
    weigh = _Scales(hull, draw.of(water_density(place_id, draw.known), SHARED), draw.shared(FORM))
    kept = draw.own(BALLAST_KEPT) * hull.dwt_t
    above = weigh.of(laden.draught_m) - hull.lightship_t - stores
    found = above - kept
    if empty is not None:
        both = _between(hull, above, weigh.of(empty.draught_m) - hull.lightship_t - stores, kept, draw)
        found = np.where(empty.tells > 0, both, found)
    return np.clip(np.where(laden.tells > 0, found, guess), 0.0, room)


def _silent(laden: End | None) -> bool:
    return laden is None or bool((laden.tells == 0).any())


@dataclass(frozen=True)
class _Scales:
    """The ship in the water of one visit."""

    hull: Hull
    density: Numbers
    form: Numbers

    def of(self, draught_m: Numbers) -> Numbers:
        return displacement_t(self.hull, draught_m, self.density, self.form)


def _between(hull: Hull, above_laden: Numbers, above_empty: Numbers, kept: Numbers, draw: Drawing) -> Numbers:
    """Both routes joined; ``above`` is what lies above the empty ship and her stores at either end."""
    change = above_laden - above_empty - draw.own(STORES_CHANGE) * hull.dwt_t
    by_laden = above_laden - kept - draw.own(CARGO_LEFT) * hull.dwt_t
    by_both = change + draw.own(BALLAST) * hull.dwt_t - kept
    weight = least_variance(by_laden, by_both, draw.unknown.rows)
    joined = weight * by_laden + (1 - weight) * by_both
    # A ship with another parcel aboard needs no ballast: the change is all that she loaded or discharged.
    parcel = draw.chance(PARCEL, "") < _chance_of_parcel(above_empty / hull.dwt_t, draw)
    found: Numbers = np.where(parcel, change, joined)
    return found


def _chance_of_parcel(above_empty: Numbers, draw: Drawing) -> Numbers:
    """How likely it is that what lies above the empty ship and her stores (of deadweight) is cargo and not ballast (Bayes).

    Ballast has the distribution of its factor; another parcel may be anything up to a full load.
    """
    share = draw.shared(PARCEL)
    found: Numbers = share / (share + (1 - share) * likelihood(above_empty, draw.own(BALLAST), draw.unknown.rows))
    return found


def chance_of_other_end(hull: Hull, end_m: Numbers, share: Numbers, draw: Drawing, *, laden: bool) -> Numbers:
    """How likely it is that a draught taken for one end of a visit is that of the other end (Bayes).

    Args:
        hull: The ship.
        end_m: Mean draughts.
        share: How often a draught is left from the other end.
        draw: Where unknowns come from.
        laden: Whether it is taken for that of the laden ship.
    """
    above = (displacement_t(hull, end_m) - hull.lightship_t - draw.own(STORES) * hull.dwt_t) / hull.dwt_t
    parcel, rows = draw.shared(PARCEL), draw.unknown.rows
    as_ballast = parcel + (1 - parcel) * likelihood(above, draw.own(BALLAST), rows)
    laden_at = visit_fraction(draw.shared(LADEN), draw.own(LADEN_OWN))
    as_cargo = parcel + (1 - parcel) * likelihood(above, laden_at, rows)
    meant, other = (as_cargo, as_ballast) if laden else (as_ballast, as_cargo)
    found: Numbers = share * other / (share * other + (1 - share) * meant)
    return found


def likelihood(seen: Numbers, expected: Numbers, rows: int = 1) -> Numbers:
    """How well what was seen fits what is expected: the density of ``expected`` at the middle of ``seen``, with its spread.

    Both are shares of deadweight, so a quantity that may be anything up to a full load has a likelihood of 1. The worlds of
    each row (:class:`darkwake.cargo.unknowns.InTurn`) are a distribution for themselves.
    """
    one, other = seen.reshape(rows, -1), expected.reshape(rows, -1)
    middle, sd = np.median(one, axis=1, keepdims=True), np.maximum(one.std(axis=1, keepdims=True), LEAST_SD)
    fits = np.exp(-0.5 * ((middle - other) / sd) ** 2).mean(axis=1, keepdims=True)
    return _in_every_world(fits / (sd * math.sqrt(2 * math.pi)), one)


def least_variance(one: Numbers, other: Numbers, rows: int = 1) -> Numbers:
    """The weight of ``one`` that gives the sum of both the least variance, held between 0 and 1 (Aitken 1935), for each row.

    >>> least_variance(np.array([-1.0, 1.0]), np.array([-2.0, 2.0])).tolist()
    [1.0, 1.0]
    """
    first, second = (values.reshape(rows, -1) - values.reshape(rows, -1).mean(axis=1, keepdims=True) for values in (one, other))
    spread = ((first - second) ** 2).sum(axis=1, keepdims=True)
    gain = (second * (second - first)).sum(axis=1, keepdims=True)
    weight = np.divide(gain, spread, out=np.ones_like(spread), where=spread > 0)
    return _in_every_world(np.clip(weight, 0.0, 1.0), first)


def _in_every_world(by_row: Numbers, like: Numbers) -> Numbers:
    return np.broadcast_to(by_row, like.shape).ravel()


def lightest_m(hull: Hull) -> Numbers:
    """The mean draught of the empty ship in sea water."""
    return draught_at(hull, hull.lightship_t)
