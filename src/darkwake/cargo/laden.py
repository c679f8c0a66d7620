"""How full a ship was when nobody measured it: the fractions that were assumed in print, and the prior that stands in.

The laden fraction is cargo over deadweight. Nothing here is measured at the ship.
"""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

import numpy as np

from darkwake.cargo.factors import Factor, Numbers
from darkwake.errors import UsageError

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
    return 1 / (1 + np.exp(-(np.log(edge / (1 - edge)) + own_log_odds)))


def fraction_words(given: float | None, prior: Factor) -> str:
    """The laden fraction in words."""
    if given is not None:
        return f"a laden fraction of {100 * given:.4g} %"
    low, central, high = (100 * value for value in (prior.low, prior.central, prior.high))
    return f"a laden fraction between {low:.0f} and {high:.0f} %, most likely {central:.0f} %"
