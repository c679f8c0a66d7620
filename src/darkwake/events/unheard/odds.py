"""What is assumed of transfers with a silent side: how fast, how far off, how often, and what each sign weighs.

All numbers of the inference stand here, so that they can be argued with and replaced in one place. What a sign says is
assumed; how much it counts beside the others was fitted on simulated worlds, to no real data.
:mod:`darkwake.events.unheard.one_silent` and :mod:`darkwake.events.unheard.both_silent` say what they are used for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from darkwake.events.ships import Ship

if TYPE_CHECKING:
    from darkwake.events.unheard.gaps import Gap

Floats = NDArray[np.float64]

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
OTHER_TYPES = 0.1
"""The same share for ships that are no tankers, over that of tankers (assumed)."""
ASKED_BY_SEA = 0.02
"""Odds of a silent ship from which on land between her and the stay is looked for; less changes little."""
LATE_H = 12.0
"""A ship that is first heard so long after a stay ended, or last heard so long before it began, was elsewhere (assumed)."""
ALONGSIDE_M, STRAYED_M = 300.0, 20_000.0
"""Antennas of ships of 300 m alongside each other lie at most so far apart, drifting for some minutes between the two reports
included; and ships that drift are heard so far from the middle of their stays (assumed)."""
AT_ONCE_MINUTES = 10.0
"""Reports within this are held against each other: one pass of a satellite lasts a quarter of an hour."""
LEAST_SEEN, LEAST_TOGETHER_SELDOM_H = 2, 1.0
"""Fewest reports of the one with the other near, and shortest time between the first and the last passes (assumed)."""
SELDOM_TANKERS, SELDOM_UNKNOWN = 0.9, 0.3
"""Chance that two tankers, or two ships of unknown type, that lie side by side at sea so are at a transfer (assumed: tankers
bunker others, and unknown ships are boats and barges)."""
USUAL_STAY_H = 8.0
"""Median of lone stays in simulated worlds."""
WEIGHTS: Mapping[str, float] = {
    "how often": -1.95, "drifting": 0.35, "hours": 0.23, "transfer area": 0.63, "draught changed": 0.0,
    "draught the same": -0.26, "not listed": -0.55, "not listed, draught changed": 0.42,
    "fell silent near": 0.74, "heard again near": 0.62, "silences there": 0.56, "silent often": 1.0, "covered": 0.92,
    "heard near by": 0.97, "type": 1.07, "draughts": 0.83, "lay through": 1.43, "one end unknown": -1.19,
}  # fmt: skip
"""How much each sign of a half counts, 1 where it counts as it was reasoned out; ``how often`` is the logarithm of the odds
that a tanker's lone stay of usual length is half of a transfer with a listed ship before any other sign. Fitted on simulated
worlds (``training/encounters_unheard.py``), but for ``silent often``: worlds of some days cannot say what the many silences
of a year weigh, so each of *n* silences of a ship has an *n*-th of the odds (assumed)."""
OUTAGE_H, OUTAGE_NM = 0.25, 50.0
"""Silences that begin and end within this time and this distance of each other are taken to be of one receiver (assumed)."""
USUAL_SILENCE_H = 8.0
"""Silences of some transfers are about so long (assumed)."""
BOTH_WEIGHTS: Mapping[str, float] = {
    "how often": 1.94, "fell silent near": 0.38, "heard again near": 0.14, "silences there": 0.32, "lay through": 1.13,
    "length": 0.4, "starts apart": -0.87, "ends apart": -0.52, "both at once": -2.32, "receivers out": -4.85, "type": 0.42,
    "draughts": 1.02, "silent often": 1.0, "the same two often": 1.0,
}  # fmt: skip
"""The same of two silences; the last two were not fitted either."""
POSSIBLE_AT_MOST = 0.45
"""Two silences alone are never likelier than not to have met: what simulated worlds do not have, real seas do."""
SPOKEN_FOR_AT_MOST = 0.99
"""No lone ships make a meeting of two silences impossible (assumed)."""
UNKNOWN_AT_MOST = 0.3
"""A stay and a silence of ships of which one is not known to be a tanker are never more than possible."""
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


def log_nearer(nautical_miles: Floats | float, scale_nm: Floats | float) -> Floats | float:
    """How much likelier a silence is to begin or end at this distance from its meeting than anywhere in the region."""
    return np.log(REGION_NM**2 / (2.0 * np.square(scale_nm))) - np.divide(nautical_miles, scale_nm)


def nearer(nautical_miles: float, scale_nm: float) -> float:
    """The same as a factor."""
    return float(np.exp(log_nearer(nautical_miles, scale_nm)))


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
