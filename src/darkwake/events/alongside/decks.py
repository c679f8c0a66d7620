"""What two ships see of each other from their decks, and how near their hulls are, where both headings are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from darkwake.events.alongside.medians import Flags
from darkwake.events.alongside.reports import Heard, Wholes, turn_deg
from darkwake.events.columns import Columns
from darkwake.events.hulls import Floats, Hulls, gap_m, seen_from_deck, turn


@dataclass(frozen=True)
class Decks(Columns):
    """Two ships as seen from each other's deck: one row a meeting, one column a tick; nan where one heading is not known."""

    turned: Flags
    """Whether both headings are known."""
    ahead_m: Floats
    """From the one's antenna to the other's, seen from the one's deck."""
    right_m: Floats
    other_ahead_m: Floats
    """And from the other's to the one's, seen from hers."""
    other_right_m: Floats
    north: Floats
    """Cosine of the one's heading."""
    east: Floats
    """Sine of it."""
    other_north: Floats
    other_east: Floats
    askew_deg: Floats
    """Between the two axes, 0 parallel or opposite, 90 crossed."""
    gap_m: Floats
    """Between the hulls."""

    @property
    def places(self) -> tuple[Floats, ...]:
        """Where each is on the other's deck: ahead and to starboard, twice."""
        return self.ahead_m, self.right_m, self.other_ahead_m, self.other_right_m

    @property
    def ways(self) -> tuple[Floats, ...]:
        """How the two lie: their axes, and the angle between these."""
        return self.north, self.east, self.other_north, self.other_east, self.askew_deg


def decks(ships: tuple[Heard, Heard], east_m: Floats, north_m: Floats, hulls: tuple[Hulls, Hulls], asked: Flags) -> Decks:
    """What two ships see of each other at the ticks that are asked for, as far as their headings are known.

    Args:
        ships: where they were.
        east_m: from the one's antenna to the other's.
        north_m: the same to the north.
        hulls: of the ships, a row a meeting.
        asked: the ticks; at the others nothing is known.
    """
    at = np.flatnonzero(asked)
    headings = [ship.heading_deg(at) for ship in ships]
    both = np.flatnonzero(~np.isnan(headings[0] + headings[1]))
    at, one, other = at[both], headings[0][both], headings[1][both]
    east, north, row = east_m.ravel()[at], north_m.ravel()[at], at // asked.shape[1]
    axes = [(np.cos(angle), np.sin(angle)) for angle in (np.radians(one), np.radians(other))]
    seen = seen_from_deck(east, north, axes[0]), seen_from_deck(-east, -north, axes[1])
    angle = np.abs(turn_deg(one - other))
    told = [
        *(seen[0].ahead_m, seen[0].right_m, seen[1].ahead_m, seen[1].right_m, *axes[0], *axes[1]),
        np.minimum(angle, 180.0 - angle),
        gap_m(*seen, turn(*axes), *(of.boxes.single().take(row) for of in hulls)),
    ]
    return Decks(_placed(np.ones(len(at), np.bool_), at, asked.shape), *(_placed(values, at, asked.shape) for values in told))


def _placed(values: Floats | Flags, at: Wholes, shape: tuple[int, ...]) -> Any:
    """Values at their ticks; nan, or false, at all others."""
    told = np.full(shape, False if values.dtype == np.bool_ else np.nan, values.dtype)
    told.ravel()[at] = values
    return told
