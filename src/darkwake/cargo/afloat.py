"""A ship afloat at her laden and her empty end: from two mean draughts to the cargo between them.

Three routes lead there. From the laden end alone: displacement less the empty ship, her stores and the ballast that was kept.
From both ends: the difference of the displacements, plus the ballast that went out while the cargo came in. What both ends
share (hull, density, method) falls out of the second; the ballast widens it. And from neither: what such a ship was to be
expected to carry. All are drawn in the same worlds and joined with the weights that make the variance least (``joining``), so
a good measurement leaves nothing of the expectation and a poor one is no worse than none; how much was assumed is kept and
said. Not here: how a draught was come by (``draughts``, ``freeboard``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np

from darkwake.cargo.factors import LADEN, LADEN_OWN, Factor, Numbers, catalogue
from darkwake.cargo.hull import Hull
from darkwake.cargo.hydrostatics import displacement_t, draught_at
from darkwake.cargo.joining import Joined, assumed, joined, least_variance, likelihood, likelihood_of_anything, measured
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
PART = "ships that move only a part of a cargo"
PART_SIZE = "how large a part of a cargo is"
"""An unknown without a distribution of its own: a part may be anything up to a full load, all alike."""
KEEL_M = 0.1
"""The slope at the empty ship's draught is taken over so much, to carry displacements on below it."""


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
    """One end of a visit: the mean draught in every world, and the worlds in which the look says anything.

    A draught that was measured is the reading less its errors, so in some worlds it may be less than the empty ship has: held
    at the bounds here it would be deeper on average than it was read, and no weights could mend that.
    """

    draught_m: Numbers
    tells: Numbers
    """1 where it does, 0 where it was of another voyage or wrong."""


def cargo_t(hull: Hull, laden: End | None, empty: End | None, place_id: str | None, draw: Drawing) -> Joined:
    """The cargo between the two ends, tonnes: never below nothing, never above what the deadweight leaves for it."""
    stores = draw.own(STORES) * hull.dwt_t
    room = hull.dwt_t - stores
    printed = np.clip(hull.dwt_t * visit_fraction(draw.shared(LADEN), draw.own(LADEN_OWN)), 0.0, room)
    if laden is None:
        return assumed(printed)
    weigh = _Scales(hull, draw.of(water_density(place_id, draw.known), SHARED), draw.shared(FORM), lightest_m(hull))
    kept = draw.own(BALLAST_KEPT) * hull.dwt_t
    above = weigh.of(laden.draught_m) - hull.lightship_t - stores
    expected = _expected_t(printed, room, draw)
    found = joined(above - kept, expected, draw.unknown.rows)
    if empty is not None:
        above_empty = weigh.of(empty.draught_m) - hull.lightship_t - stores
        found = _between(hull, (above, above_empty), kept, expected, draw).where(empty.tells > 0, found)
    told = found.where(laden.tells > 0, assumed(printed))
    return Joined(np.clip(told.values, 0.0, room), told.assumed)


def _expected_t(printed: Numbers, room: Numbers, draw: Drawing) -> Numbers:
    """What a ship was to be expected to move, before anything was measured: the laden fraction in print, or a part of a load.

    A fraction that was assumed for a whole fleet says too much of one ship. With the odd part cargo among the draws the
    expectation has so wide a spread that it never outweighs a measurement which tells a part from a full load.
    """
    part = draw.chance(PART, "") < draw.shared(PART)
    return np.where(part, draw.chance(PART_SIZE, "") * room, printed)


@dataclass(frozen=True)
class _Scales:
    """The ship in the water of one visit."""

    hull: Hull
    density: Numbers
    form: Numbers
    lightest: Numbers
    """Her mean draught when she is empty."""

    def of(self, draught_m: Numbers) -> Numbers:
        """What she displaces; below the empty ship's draught carried on in a straight line, for no hull law holds there."""
        missing_m = np.maximum(self.lightest - draught_m, 0.0)
        found = self._law(np.maximum(draught_m, self.lightest))
        if not missing_m.any():
            return found
        slope = (self._law(self.lightest) - self._law(self.lightest - KEEL_M)) / KEEL_M
        below: Numbers = found - slope * missing_m
        return below

    def _law(self, draught_m: Numbers) -> Numbers:
        return displacement_t(self.hull, draught_m, self.density, self.form)


def _between(hull: Hull, above: tuple[Numbers, Numbers], kept: Numbers, expected: Numbers, draw: Drawing) -> Joined:
    """All routes joined; ``above`` is what lies above the empty ship and her stores at the laden and at the empty end."""
    laden, empty = above
    rows = draw.unknown.rows
    change = laden - empty - draw.own(STORES_CHANGE) * hull.dwt_t
    by_laden = laden - kept - draw.own(CARGO_LEFT) * hull.dwt_t
    by_both = change + draw.own(BALLAST) * hull.dwt_t - kept
    weight = least_variance(by_laden, by_both, rows)
    found = joined(weight * by_laden + (1 - weight) * by_both, expected, rows)
    # A ship with another parcel aboard needs no ballast: the change is all that she loaded or discharged.
    parcel = draw.chance(PARCEL, "") < _chance_of_parcel(empty / hull.dwt_t, draw)
    return measured(change).where(parcel, found)


def _chance_of_parcel(above_empty: Numbers, draw: Drawing) -> Numbers:
    """How likely it is that what lies above the empty ship and her stores (of deadweight) is cargo and not ballast (Bayes).

    Ballast has the distribution of its factor; another parcel may be anything up to a full load.
    """
    share, rows = draw.shared(PARCEL), draw.unknown.rows
    as_parcel = share * likelihood_of_anything(above_empty, rows)
    found: Numbers = as_parcel / (as_parcel + (1 - share) * likelihood(above_empty, draw.own(BALLAST), rows))
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
    any_load = parcel * likelihood_of_anything(above, rows)
    as_ballast = any_load + (1 - parcel) * likelihood(above, draw.own(BALLAST), rows)
    laden_at = visit_fraction(draw.shared(LADEN), draw.own(LADEN_OWN))
    as_cargo = any_load + (1 - parcel) * likelihood(above, laden_at, rows)
    meant, other = (as_cargo, as_ballast) if laden else (as_ballast, as_cargo)
    found: Numbers = share * other / (share * other + (1 - share) * meant)
    return found


def lightest_m(hull: Hull) -> Numbers:
    """The mean draught of the empty ship in sea water."""
    return draught_at(hull, hull.lightship_t)
