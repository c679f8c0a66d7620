"""How fast ships of a type go: the law of their mean speed over a silence, and a speed that they do not exceed.

Design speeds are those of 2,175 ships (``particulars_ais`` of cynsky/vessel-trajectory-modeller, commit 45da0cc0: service
speed by type, ships heard off Singapore in 2013-14). At sea ships made 0.85 of their design speed in 2007 and 0.75 in 2012,
mean of all types (Third IMO GHG Study 2014, section on slow steaming): 0.8 is taken here.

What it is not: the speed of one ship. Who knows it says so (``ReachRule.greatest_kn``, ``ReachRule.median_kn``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from darkwake.events.prism import SpeedLaw

SEA_SHARE = 0.8
"""Speed at sea over design speed (between 0.85 in 2007 and 0.75 in 2012)."""
SEA_SIGMA = 0.2
"""Spread of that share from voyage to voyage, of its logarithm (assumed: weather, orders, the year)."""
ABOVE_DESIGN_KN = 2.0
"""What a ship can make above the fastest design speed of her type: current and a push (assumed)."""


@dataclass(frozen=True)
class TypeSpeed:
    """Design speeds of ships of some AIS types."""

    name: str
    first: int
    last: int
    """AIS ship types from ``first`` to ``last`` (ITU-R M.1371 table 53)."""
    design_kn: float
    """Median."""
    fastest_kn: float
    """The 99th percentile."""
    sigma: float
    """Standard deviation of the logarithm."""

    @property
    def law(self) -> SpeedLaw:
        """The law of mean speeds at sea."""
        return SpeedLaw(self.design_kn * SEA_SHARE, math.hypot(self.sigma, SEA_SIGMA), self.fastest_kn + ABOVE_DESIGN_KN)


TYPE_SPEEDS = (
    TypeSpeed("tanker", 80, 89, 16.0, 21.1, 0.11),
    TypeSpeed("cargo ship", 70, 79, 16.0, 28.3, 0.19),
    TypeSpeed("passenger ship", 60, 69, 22.6, 29.4, 0.18),
    TypeSpeed("tug or service ship", 50, 59, 13.0, 28.6, 0.21),
)
UNKNOWN_SPEED = TypeSpeed("ship of unknown type", 0, 99, 15.9, 28.3, 0.25)
"""All 2,175 ships of the table that have a speed; the spread is widened (0.19 measured), for what is not a merchant ship."""


def type_speed(ship_type: int | None) -> TypeSpeed:
    """The speeds of ships of an AIS type; those of any ship where the type says nothing.

    >>> type_speed(82).name, type_speed(None).name
    ('tanker', 'ship of unknown type')
    """
    return next((speed for speed in TYPE_SPEEDS if ship_type and speed.first <= ship_type <= speed.last), UNKNOWN_SPEED)
