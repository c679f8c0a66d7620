"""How full a ship was when nobody measured it: fractions that were assumed in print, and what else bears on the amount.

The laden fraction is cargo over deadweight. Three further things are evidence, none of them a measurement: what a source says
(a visit "to load"), the state in which she was seen (laden, ballast, cannot tell), and the hours alongside, in which no more
can have been moved than the berth or her pumps move.
"""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

import numpy as np

from darkwake.cargo.factors import Factor, Numbers
from darkwake.errors import UsageError
from darkwake.units import CUBIC_METRES_PER_BARREL

SCENARIOS = MappingProxyType(
    {
        "one third": (1 / 3, "US complaint to the 1718 Committee, July 2018, of capacity (Washington Examiner, 2018-07-14)"),
        "50 %": (0.50, "US complaint to the 1718 Committee, July 2018, of capacity (Newtalk, 2018-07-20)"),
        "60 %": (0.60, "UN Panel of Experts, final report of March 2024 (Yonhap, 2024-03-21)"),
        "90 %": (0.90, "UN Panel of Experts, 2018 to 2024; Open Source Centre, November 2024 (up to 90 % of capacity)"),
        "full": (1.00, "US Treasury, State and Coast Guard, March 2019 (World Oil, 2019-03-21)"),
    }
)
"""Laden fractions of deadweight that were assumed in print, with who assumed them."""


def fraction(text: str) -> float:
    """A laden fraction as people and reports write it.

    >>> fraction("0.9"), fraction("90 %"), fraction("1/3") == 1 / 3
    (0.9, 0.9, True)

    Raises:
        UsageError: no number between 0 and 1.
    """
    word = text.strip()
    try:
        found = Fraction(word[:-1].strip()) / 100 if word.endswith("%") else Fraction(word)
    except (ValueError, ZeroDivisionError) as fault:
        raise UsageError(f"{text!r} is no laden fraction", do="give cargo over deadweight, such as 0.9, 90% or 1/3") from fault
    if not 0 <= found <= 1:
        raise UsageError(f"a laden fraction of {text} is none", do="give cargo over deadweight, 0 to 1")
    return float(found)


def visit_fraction(level: Numbers, own_log_odds: Numbers) -> Numbers:
    """The laden fraction of a visit: the level that all share, moved by the visit's own log-odds; always between 0 and 1."""
    edge = np.clip(level, 1e-9, 1 - 1e-9)
    moved = 1 / (1 + np.exp(-(np.log(edge / (1 - edge)) + own_log_odds)))
    # A level that is given stays what it is, to the last digit.
    return np.where(own_log_odds == 0, level, moved)


def fraction_words(prior: Factor) -> str:
    """The laden fraction in words."""
    if prior.low == prior.high:
        return f"a laden fraction of {100 * prior.central:.4g} %"
    low, central, high = (100 * value for value in (prior.low, prior.central, prior.high))
    return f"a laden fraction between {low:.0f} and {high:.0f} %, most likely {central:.0f} %"


LADEN_STATE, BALLAST_STATE, CANNOT_TELL = "laden", "ballast", "unknown"
NEVER = 1e-6
"""The least chance of a wrong reading: assumed, because no reader is beyond error."""


def likelihood_ratio(state_in: str | None, state_out: str | None, activity: str, read_right: Numbers) -> Numbers:
    """How much likelier what was seen is if the call moved cargo than if it moved none.

    A ship that loads arrives in ballast and leaves laden, one that discharges the other way round; one that does neither
    leaves as she came, laden or in ballast alike (assumed, because nobody counted). A state that could not be told bears on
    neither (assumed: laden and empty ships are as hard to tell).

    >>> likelihood_ratio("ballast", "laden", "load", np.array([0.9])).round(1).tolist()
    [9.0]
    >>> likelihood_ratio("unknown", None, "load", np.array([0.9])).tolist()
    [1.0]

    Args:
        state_in: State on arrival as seen; None where nobody looked.
        state_out: State on departure as seen.
        activity: ``load`` or ``discharge``.
        read_right: The chance that a look reads a state right, one a world.
    """
    ends = (BALLAST_STATE, LADEN_STATE) if activity == "load" else (LADEN_STATE, BALLAST_STATE)
    # A look that never errs would make what contradicts it impossible, and the ratio nothing over nothing.
    right = np.clip(read_right, NEVER, 1 - NEVER)
    moved = _seen(state_in, ends[0], right) * _seen(state_out, ends[1], right)
    unmoved = [_seen(state_in, state, right) * _seen(state_out, state, right) for state in ends]
    found: Numbers = moved / ((unmoved[0] + unmoved[1]) / 2)
    return found


def _seen(seen: str | None, true: str, read_right: Numbers) -> Numbers:
    if seen not in (LADEN_STATE, BALLAST_STATE):
        return np.ones_like(read_right)
    return read_right if seen == true else 1 - read_right


def chance_moved(prior: Numbers, ratio: Numbers) -> Numbers:
    """The chance that a call moved cargo, by Bayes' rule.

    >>> chance_moved(np.array([0.5, 1.0]), np.array([9.0, 0.1])).tolist()
    [0.9, 1.0]
    """
    found: Numbers = prior * ratio / (1 - prior + prior * ratio)
    return found


def most_t(hours: float, rate_m3_per_h: Numbers, idle_h: Numbers, bbl_per_t: Numbers) -> Numbers:
    """The most that can have been moved in so many hours alongside, tonnes.

    >>> most_t(13.0, np.array([300.0]), np.array([3.0]), np.array([7.46])).round().tolist()
    [2529.0]
    """
    found: Numbers = np.maximum(hours - idle_h, 0.0) * rate_m3_per_h / (bbl_per_t * CUBIC_METRES_PER_BARREL)
    return found
