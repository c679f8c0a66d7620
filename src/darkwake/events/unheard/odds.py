"""What is assumed of transfers with a silent side: how fast, how far off, how often, and what each sign weighs.

All numbers of the inference stand here, so that they can be argued with and replaced in one place; none was fitted to a data
set. :mod:`darkwake.events.unheard.one_silent` and :mod:`darkwake.events.unheard.both_silent` say what they are used for.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from darkwake.events.ships import Ship

if TYPE_CHECKING:
    from darkwake.events.unheard.gaps import Gap

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
UNKNOWN_TYPE = 0.28
"""Share of tankers among ships of unknown type (2,688 of 9,735 ships of the northern Baltic on 2025-12-11)."""
SAME_PLACE_NM = 0.25
"""A ship that hardly moves when she falls silent, and is heard again within this of there, most likely lay there all the while
(assumed: the swing of a large ship on her chain)."""
LAY_THROUGH = 0.05
"""Chance that such a ship left in between and came back to her place (assumed)."""
BACK_NM = 5.0
"""Scale of how far from its beginning a silence ends that ends near it (assumed)."""
AT_HER_PLACE_NM = 0.25
"""A meeting so near to where she lay needs no leaving (hulls of 300 m in contact, and the swing)."""
USUAL_NM, AROUND_NM = 3.0, 30.0
"""How often ships fall silent at a place is counted within the first, and held against the second where few did (assumed: the
edge of a receiver's reach is some miles wide)."""


def nearer(nautical_miles: float, scale_nm: float) -> float:
    """How much likelier a silence is to begin or end at this distance from its meeting than anywhere in the region."""
    return REGION_NM**2 / (2.0 * scale_nm**2) * math.exp(-nautical_miles / scale_nm)


def ends_there(nautical_miles: float, scale_nm: float, gap: Gap) -> float:
    """How much likelier a silence is to end at this distance from its meeting than where silences end that hide none.

    Of these a share ends near where it began, at a berth or at the edge of a hole in the coverage; the others end anywhere.
    """
    return nearer(nautical_miles, scale_nm) / (1.0 - gap.back + gap.back * nearer(gap.moved_nm, BACK_NM))


def never_left(gap: Gap, miles_nm: float) -> float:
    """How much less likely a silence is to hide a meeting so far off, for a ship that lay in one place before and after."""
    return LAY_THROUGH if gap.lay_through and miles_nm > AT_HER_PLACE_NM else 1.0


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
