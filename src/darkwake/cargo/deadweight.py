"""Deadweight from length and beam, with the spread that real ships show; and what is no deadweight at all.

``ln dwt = level + a ln(length / 100 m) + b ln(beam / 15 m)`` by kind of ship, with the coefficients of ``bundled/hulls.csv``;
``training/hulls.py`` fits them and prints how well they hold on ships held out. AIS dimensions, typed in by hand, are taken as
they come; that error is part of the spread, and so are the gas carriers that AIS calls tankers.
"""

from __future__ import annotations

import math

import numpy as np

from darkwake.cargo.factor import Factor
from darkwake.cargo.hull_model import UNIT_BEAM_M, UNIT_LENGTH_M, Relation, relations_of
from darkwake.errors import InputError

LARGEST_T = 600_000.0
"""No ship was ever larger: the greatest, Seawise Giant, had 564,763 t (widely printed; assumed, because not read here)."""
FARTHEST_SD = 6.0
"""A deadweight farther than this from the one expected is refused: assumed, because no fitted ship lies beyond 6."""
USUAL_SLENDERNESS = 6.2
"""Length over beam, the middle of the tankers (5.5 to 7.1 in nine of ten)."""
FROM_DIMENSIONS = "deadweight from length and beam"


def predicted(length_m: float, beam_m: float, kind: str = "tanker") -> Factor:
    """The deadweight of a ship of this length and beam, as a factor.

    >>> predicted(90.0, 14.0).central.__round__()
    3338

    Raises:
        InputError: dimensions that no ship of the kind has here.
    """
    check_dimensions(length_m, beam_m, kind)
    relation = relations_of(kind)["deadweight"]
    sentence = f"A {kind} of {length_m:g} by {beam_m:g} m; ships of one length and beam differ in depth and fullness."
    return from_dimensions(FROM_DIMENSIONS, relation, (length_m, beam_m), "t", sentence)


def from_dimensions(name: str, relation: Relation, dimensions_m: tuple[float, float], unit: str, sentence: str) -> Factor:
    """A quantity that goes by powers of length and beam, as a factor, cut off at four standard deviations."""
    length, beam = math.log(dimensions_m[0] / UNIT_LENGTH_M), math.log(dimensions_m[1] / UNIT_BEAM_M)
    values, sd = relation.values, relation.sd(dimensions_m[0])
    median = math.exp(values["level"] + values["length"] * length + values["beam"] * beam)
    low, high = median * math.exp(-4 * sd), median * math.exp(4 * sd)
    return Factor(name, "lognormal", low, median, high, unit, relation.source, relation.verified, sentence, spread=sd)


def check_dimensions(length_m: float, beam_m: float, kind: str = "tanker") -> None:
    """Refuse dimensions that no ship of the kind has here.

    Raises:
        InputError: out of range, or not a number.
    """
    check_range("length", length_m, kind)
    check_range("beam", beam_m, kind)
    check_range("slenderness", length_m / beam_m, kind)


def check_range(what: str, value: float, kind: str, within: float = 0.0) -> None:
    """Refuse a length, a beam or a slenderness (length over beam) that no ship of the kind has here.

    Args:
        what: "length", "beam" or "slenderness".
        value: It, in metres (slenderness has no unit).
        kind: Kind of ship.
        within: How far outside it may lie, being measured.

    Raises:
        InputError: out of range, or not a number.
    """
    bounds = relations_of(kind)["range"].values
    low, high = bounds[f"{what} from"], bounds[f"{what} to"]
    if math.isfinite(value) and low - within <= value <= high + within:
        return
    name, unit = ("length over beam", "") if what == "slenderness" else (what, " m")
    known = f"lies outside the {kind}s known here"
    raise InputError(f"a {name} of {value:g}{unit} {known}", do=f"give one between {low:.3g} and {high:.3g}{unit}")


def checked(dwt_t: float, length_m: float | None = None, beam_m: float | None = None, kind: str = "tanker") -> float:
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
    expected = predicted(length_m, beam_m if beam_m is not None else _usual_beam_m(length_m, kind), kind)
    spread = expected.spread if beam_m is not None else 2 * expected.spread
    if abs(math.log(dwt_t / expected.central)) > FARTHEST_SD * spread:
        what = f"{dwt_t:,.0f} t does not fit a {kind} of {length_m:g} m, which has about {expected.central:,.0f} t"
        raise InputError(what, do="check both (some lists print the light weight as deadweight)")
    return dwt_t


def _usual_beam_m(length_m: float, kind: str) -> float:
    """A beam for a length alone."""
    bounds = relations_of(kind)["range"].values
    return float(np.clip(length_m / USUAL_SLENDERNESS, bounds["beam from"], bounds["beam to"]))
