"""What is assumed of transfers with a silent side: how fast, how far off, how often, and what each sign weighs.

All numbers of the inference stand here, so that they can be argued with and replaced in one place; none was fitted to a data
set. :mod:`darkwake.events.unheard.one_silent` and :mod:`darkwake.events.unheard.both_silent` say what they are used for.
"""

from __future__ import annotations

import math

from darkwake.events.ships import Ship

FASTEST_KN = 16.0
"""No silent tanker is thought faster (assumed: their service speed is 12 to 15 kn)."""
LEAST_TOGETHER_H = 2.0
"""A transfer takes so long (assumed: mooring, hoses and pumping)."""
OFF_H = 1.5
"""Ships fall silent, and are heard again, about so long a way from the meeting at the speed that they then send (assumed)."""
OFF_NM = (2.0, 15.0)
"""Least and most of that way; unknown speeds give ``UNKNOWN_OFF_NM``."""
UNKNOWN_OFF_NM = 8.0
REGION_NM = 100.0
"""Ships within so far are compared with each other (assumed: what a ship can reach in a short silence)."""
RENDEZVOUS = 0.10
"""Share of tankers' stays at sea, where no others lie, that are half of a transfer with a silent ship (assumed; most wait)."""
NO_TRANSPONDER = 0.2
"""Share of silent halves that never transmit (assumed)."""
OTHER_TYPES = 0.1
"""The same share for ships that are no tankers, over that of tankers (assumed)."""
BOTH_SILENT = 0.02
"""Share of tankers' silences that hide a transfer with a ship that was silent too (assumed)."""
POSSIBLE_AT_MOST = 0.3
"""Two silences alone are never more than possible."""
TANKER, UNKNOWN, OTHER, SERVICE = 2.4, 1.0, 0.25, 0.03
"""How much likelier a silent half is of a type than a silent ship is (assumed)."""
INFERRED_AT_MOST = 0.95
"""What nobody heard is never surer (assumed: the weights above are)."""
POSSIBLE_NM = 30.0
"""Silences that began farther apart than this are not held against each other (assumed: twice the most that one is off)."""
LOOKED_AT = 20
"""So many times as many pairs as are named are looked at closely."""
POSSIBLE_AT_LEAST = 0.02
"""A pair of silences with less chance is counted, not named."""
HEARD_NEAR = 2.5
"""How much likelier a chosen silence is than one of coverage where the lone ship was heard all the while (assumed)."""
COVERED = ((0.6, 2.0), (0.3, 1.0), (0.0, 0.4))
"""Least share of a silence that falls into the stay, and its weight (assumed)."""
CHANGED_M = 0.3
"""A draught that differs by less was retyped, not changed (assumed)."""
OPPOSITE, ONE_CHANGED, NONE_CHANGED = 6.0, 1.2, 0.6
"""Weights of draughts after: one deeper and one not, one of them changed, none (as of heard transfers; assumed)."""
LONE_CHANGED = 2.0
"""How much likelier a transfer with a ship without transponder is where the lone ship's draught changed (assumed)."""


def nearer(nautical_miles: float, scale_nm: float) -> float:
    """How much likelier a silence is to begin or end at this distance from its meeting than anywhere in the region."""
    return REGION_NM**2 / (2.0 * scale_nm**2) * math.exp(-nautical_miles / scale_nm)


def of_type(ship: Ship) -> float:
    """How much likelier a silent half is of this ship's type than a silent ship is."""
    if ship.ship_type is None:
        return UNKNOWN
    return TANKER if ship.tanker else SERVICE if ship.service else OTHER


def of_draughts(one: tuple[float, float] | None, other: tuple[float, float] | None) -> float:
    """Of two ships after a transfer one is deeper and one is not; crews seldom say so."""
    if one is None or other is None:
        return 1.0
    steps = [after - before for before, after in (one, other)]
    moved = [step for step in steps if abs(step) >= CHANGED_M]
    if len(moved) == 2 and moved[0] * moved[1] < 0:
        return OPPOSITE
    return ONE_CHANGED if moved else NONE_CHANGED


def off_nm(sog_kn: float | None) -> float:
    """How far from a meeting a ship of this speed falls silent or is heard again."""
    return UNKNOWN_OFF_NM if sog_kn is None else min(max(sog_kn * OFF_H, OFF_NM[0]), OFF_NM[1])
