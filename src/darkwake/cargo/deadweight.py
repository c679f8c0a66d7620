"""Deadweight of a tanker from her length and beam, with the spread that real tankers show; and what is no deadweight at all.

The relation is ``ln dwt = A + B ln(length / 100 m) + C ln(beam / 15 m)``, fitted by least squares to 329 tankers with AIS
dimensions and a register deadweight (OpenSARShip 1.0, Huang et al., IEEE JSTARS 2018) by ``training/deadweight.py``, which
prints the numbers below. Ten-fold over ships: median error 10.2 %, 90 % intervals hold 92 % (90 % of 1,000 to 9,000 t).
It takes AIS dimensions, typed in by hand, as they come; that error is part of the spread.
"""

from __future__ import annotations

import math

import numpy as np

from darkwake.cargo.factors import Factor
from darkwake.errors import InputError

LOG_LEVEL, LENGTH_POWER, BEAM_POWER = 8.396983, 1.505360, 1.816137
"""A, B and C of the relation."""
LOG_SD_SHORT, LOG_SD_LONG, SHORT_M = 0.1978, 0.1433, 130.0
"""Standard deviation of ln dwt about it, for ships shorter and longer than 130 m."""
LENGTHS_M, BEAMS_M, SLENDERNESS = (44.0, 334.0), (8.0, 61.0), (4.0, 9.0)
"""Lengths, beams and lengths over beams of the ships it was fitted to; outside nothing is predicted."""
LARGEST_T = 600_000.0
"""No ship was ever larger: the greatest, Seawise Giant, had 564,763 t (widely printed; assumed, because not read here)."""
FARTHEST_SD = 6.0
"""A deadweight farther than this from the one expected is refused: assumed, because no fitted ship lies beyond 5."""
SOURCE = "OpenSARShip 1.0 (Huang et al., IEEE JSTARS 2018): 329 tankers, least squares; ten-fold median error 10.2 %"


def predicted(length_m: float, beam_m: float) -> Factor:
    """The deadweight of a tanker of this length and beam, as a factor.

    >>> predicted(90.0, 14.0).central.__round__()
    3338

    Raises:
        InputError: dimensions that no tanker of the sample has.
    """
    _check_within("length", length_m, LENGTHS_M, "m")
    _check_within("beam", beam_m, BEAMS_M, "m")
    _check_within("length over beam", length_m / beam_m, SLENDERNESS, "")
    median_t = math.exp(LOG_LEVEL + LENGTH_POWER * math.log(length_m / 100) + BEAM_POWER * math.log(beam_m / 15))
    log_sd = LOG_SD_SHORT if length_m < SHORT_M else LOG_SD_LONG
    low, high = median_t * math.exp(-4 * log_sd), median_t * math.exp(4 * log_sd)
    sentence = f"A tanker of {length_m:g} by {beam_m:g} m; ships of one length and beam differ in depth and fullness."
    return Factor(
        "deadweight from length and beam", "lognormal", low, median_t, high, "t", SOURCE, True, sentence, spread=log_sd
    )


def checked(dwt_t: float, length_m: float | None = None, beam_m: float | None = None) -> float:
    """The deadweight, if a ship can have it.

    >>> checked(3000.0, length_m=90.0)
    3000.0

    Raises:
        InputError: not positive, larger than any ship, or out of all proportion to the length.
    """
    if not (math.isfinite(dwt_t) and 0 < dwt_t <= LARGEST_T):
        raise InputError(f"a deadweight of {dwt_t:,.0f} t is none", do=f"give tonnes between 1 and {LARGEST_T:,.0f}")
    if length_m is None:
        return dwt_t
    expected = predicted(length_m, beam_m if beam_m is not None else _usual_beam_m(length_m))
    spread = expected.spread if beam_m is not None else 2 * expected.spread
    if abs(math.log(dwt_t / expected.central)) > FARTHEST_SD * spread:
        what = f"{dwt_t:,.0f} t does not fit a tanker of {length_m:g} m, which has about {expected.central:,.0f} t"
        raise InputError(what, do="check both (some lists print the light weight as deadweight)")
    return dwt_t


def _usual_beam_m(length_m: float) -> float:
    """A beam for a length alone: length over 6.2, the middle of the sample (5.5 to 7.1 in nine of ten ships)."""
    return float(np.clip(length_m / 6.2, *BEAMS_M))


def _check_within(what: str, value: float, bounds: tuple[float, float], unit: str) -> None:
    low, high = bounds
    if not (math.isfinite(value) and low <= value <= high):
        said = f"{value:g} {unit}".strip()
        raise InputError(
            f"a {what} of {said} lies outside the tankers known here", do=f"between {low:g} and {high:g} {unit}".strip()
        )
