"""A ship's particulars from what is known of her: one joint draw a world of dimensions, weights and fullness.

It is no record of any ship: what was not given is drawn as ships of her kind have it (``hull_model``), given all that is known,
and says so. What was given exactly stands as given in every world. Nonsense is refused with the reason; what is merely odd is
marked. The relations hold for sea water at the summer draught; other draughts and waters are ``hydrostatics``' part.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.special import ndtri

from darkwake.cargo.deadweight import check_dimensions, check_range, checked, from_dimensions
from darkwake.cargo.factors import Factor, Numbers
from darkwake.cargo.hull_levels import NAMES, level_name, level_of, replaced
from darkwake.cargo.hull_model import (
    EXACT_SD,
    SEA_T_PER_M3,
    STATE,
    UNIT_BEAM_M,
    UNIT_LENGTH_M,
    WATERLINE_OVER_LENGTH,
    Level,
    Normal,
    Observed,
    expected,
    no_shallower,
    posterior,
    relations_of,
    root,
    row_of,
    shared_of,
)
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError

LENGTH, BEAM, LIGHTSHIP, BLOCK = NAMES["length"], NAMES["beam"], NAMES["lightship"], NAMES["block coefficient"]
DEPTH, TPC = NAMES["depth over draught"], NAMES["tonnes per centimetre"]
TPC_FROM_DIMENSIONS = "tonnes per centimetre immersion from length and beam"
UNITS = MappingProxyType(dict(zip(NAMES.values(), ("m", "m", "t", "t", "1", "m", "t/cm"), strict=True)))
NOT_REPLACED: Mapping[str, Factor] = MappingProxyType({})
"""No factor in force but the relations themselves."""
ODD_SD, FARTHEST_SD = 3.0, 6.0
"""What is farther than this from what the rest of the ship lets expect is marked, or refused: assumed, because of 329 tankers
two in a hundred (gas carriers) lie beyond three, and none beyond six."""
LIGHT_WEIGHT_SD = 2.0
"""A deadweight lower than expected by this many spreads is compared with the light weight: assumed (one honest ship in 40)."""
NEAR_LIGHTSHIP = 0.35
"""A low deadweight within this (of the logarithm) of the expected lightship is called one: assumed, two spreads of it."""
FULLEST, FULLEST_WATERPLANE = 0.90, 0.98
"""Greatest block and waterplane coefficients in a draw: assumed, because a box has 1 and the fullest tankers about 0.85."""
DENSEST = 1.025
"""How much deeper than at her summer draught a ship may lie in fresh water (her mark is set for 1.025 t/m3)."""
LEAST_FREEBOARD = 0.03
"""Least (depth - draught) / draught in a draw: assumed, because no load line allows less (573 mm at 60 m is 14 %)."""


@dataclass(frozen=True)
class Known:
    """What is known of a ship; None is not known."""

    kind: str = "tanker"
    """One of: tanker, container ship, general cargo ship."""
    length_m: float | None = None
    """Length over all."""
    length_sd_m: float = 0.0
    """Its standard deviation where it was measured on an image."""
    beam_m: float | None = None
    beam_sd_m: float = 0.0
    depth_m: float | None = None
    draught_m: float | None = None
    """Summer draught."""
    deepest_m: float | None = None
    """A mean draught at which she was measured at least: no load line lets her lie deeper than her summer draught."""
    dwt_t: float | None = None
    lightship_t: float | None = None
    tpc_t_per_cm: float | None = None
    """Tonnes per centimetre immersion at the summer draught, in sea water."""


@dataclass(frozen=True)
class Hull:
    """One joint draw of the particulars a world: arrays of equal length, of which entry k belongs to world k.

    In every world ``dwt_t + lightship_t`` is the displacement at the summer draught in sea water.
    """

    length_m: Numbers
    """Length over all."""
    beam_m: Numbers
    depth_m: Numbers
    draught_m: Numbers
    """Summer draught."""
    dwt_t: Numbers
    lightship_t: Numbers
    cb: Numbers
    """Block coefficient at the summer draught, on the waterline length."""
    cwp: Numbers
    """Waterplane coefficient at the summer draught, on the waterline length."""
    basis: str
    marks: tuple[str, ...]
    """What looks odd, in words."""
    factors: tuple[Factor, ...]
    """The named unknowns behind the draws, with their sources."""


def hull(known: Known, unknown: Unknowns, owner: str, factors: Mapping[str, Factor] = NOT_REPLACED) -> Hull:
    """The particulars of a ship in every world, given whatever is known of her.

    Args:
        known: What is known; a deadweight alone, or a length and a beam, or all of it.
        unknown: Where the random numbers come from.
        owner: Whose they are: equal owners are one ship in every world.
        factors: Factors in force, of which the levels of her kind are used where a case replaced them.

    Raises:
        InputError: nothing known at all, a quantity that no ship of the kind has, or quantities that do not fit each other.

    >>> ship = hull(Known(length_m=85.0, beam_m=14.0, dwt_t=3000.0), Unknowns(1, 3, "doc"), "ship")
    >>> bool(np.allclose(ship.dwt_t + ship.lightship_t, 1.025 * 0.97 * 85.0 * 14.0 * ship.draught_m * ship.cb))
    True
    """
    observed, levels = _observed(known), replaced(known.kind, factors)
    marks = _marks(known.kind, observed, levels)
    found = posterior(known.kind, observed, levels)
    triangle = root(found.covariance)
    length_m = UNIT_LENGTH_M * math.exp(float(found.mean[STATE.index("length")]))
    # How much of what is still unknown of each quantity all ships of the kind share.
    shares = {at: shared_of(known.kind, STATE[at], length_m, levels) for at in range(len(STATE)) if triangle[at, at] > 0}
    normal = np.zeros((len(STATE), unknown.draws))
    for at, shared in shares.items():
        normal[at] = _normal(shared, NAMES[STATE[at]], known.kind, unknown, owner)
    state: Numbers = found.mean[:, None] + triangle @ normal
    if known.deepest_m is not None and known.draught_m is None:
        state = no_shallower(found, state, math.log(known.deepest_m / DENSEST))
    drawn = ((at, math.sqrt(shared) * triangle[at, at]) for at, shared in shares.items())
    named = tuple(factor for at, spread in drawn for factor in _factors(known.kind, STATE[at], found, spread))
    return _closed(known, state, marks, named)


def _normal(shared: float, name: str, kind: str, unknown: Unknowns, owner: str) -> Numbers:
    """Standard normal numbers, of which the relation's share of the variance is drawn once a world for all ships."""
    own = math.sqrt(1 - shared) * _standard(unknown(name, owner))
    return own if shared == 0 else own + math.sqrt(shared) * _standard(unknown(level_name(name, kind)))


def _standard(u: Numbers) -> Numbers:
    found: Numbers = ndtri(np.clip(u, 1e-12, 1 - 1e-12))
    return found


def tpc(length_m: float, beam_m: float, kind: str = "tanker") -> Factor:
    """Tonnes per centimetre immersion at the summer draught, in sea water, of a ship of this length and beam.

    >>> round(tpc(90.0, 14.0).central, 1)
    10.6

    Raises:
        InputError: dimensions that no ship of the kind has here.
    """
    check_dimensions(length_m, beam_m, kind)
    relation = relations_of(kind)["tonnes per centimetre"]
    sentence = f"What one more centimetre of draught carries on a {kind} of {length_m:g} by {beam_m:g} m."
    return from_dimensions(TPC_FROM_DIMENSIONS, relation, (length_m, beam_m), "t/cm", sentence)


def _observed(known: Known) -> tuple[Observed, ...]:
    """What is known, as logarithms; refuses what no ship has."""
    relations_of(known.kind)
    if known.dwt_t is not None:
        checked(known.dwt_t)
    values: Mapping[str, tuple[float | None, float, float]] = {
        "deadweight": (known.dwt_t, 1.0, 0.0),
        "length": (known.length_m, UNIT_LENGTH_M, known.length_sd_m),
        "beam": (known.beam_m, UNIT_BEAM_M, known.beam_sd_m),
        "lightship": (known.lightship_t, 1.0, 0.0),
        "tonnes per centimetre": (known.tpc_t_per_cm, 1.0, 0.0),
        "draught": (known.draught_m, 1.0, 0.0),
        "depth": (known.depth_m, 1.0, 0.0),
    }
    found = tuple(_logarithm(name, *value) for name, value in values.items() if value[0] is not None)
    if not found:
        raise InputError("nothing is known of the ship", do="give a deadweight, or a length and a beam")
    if known.length_m is not None:
        check_range("length", known.length_m, known.kind, 3 * known.length_sd_m)
    if known.beam_m is not None:
        check_range("beam", known.beam_m, known.kind, 3 * known.beam_sd_m)
    if known.depth_m is not None and known.draught_m is not None and known.depth_m <= known.draught_m:
        raise InputError(
            f"a depth of {known.depth_m:g} m is no more than the draught of {known.draught_m:g} m", do="check both"
        )
    return found


def _logarithm(name: str, value: float | None, unit: float, sd: float) -> Observed:
    if value is None or not (math.isfinite(value) and value > 0 and math.isfinite(sd) and sd >= 0):
        raise InputError(f"a {name} of {value:g} is none" if value is not None else f"no {name}", do="give a positive number")
    return Observed(name, math.log(value / unit), max(sd / value, EXACT_SD))


def _marks(kind: str, observed: tuple[Observed, ...], levels: tuple[Level, ...]) -> tuple[str, ...]:
    """What of the known is odd beside the rest; refuses what cannot be.

    Of two that clash both are odd; dimensions, which are seen by all, are named last.
    """
    found = []
    for item in observed:
        middle, sd = expected(kind, item.quantity, observed, levels)
        distance = (item.value - middle) / math.hypot(sd, item.sd)
        light = _light_weight(kind, item, observed) if distance < -LIGHT_WEIGHT_SD else ""
        if abs(distance) > ODD_SD or light:
            found.append((item.quantity in ("length", "beam"), -abs(distance), _odd(kind, item, middle) + light))
    found.sort()
    for _, distance, words in found:
        if distance < -FARTHEST_SD:
            raise InputError(words, do="check it (some lists print the light weight as deadweight, or feet as metres)")
    return tuple(words for _, _, words in found)


def _odd(kind: str, item: Observed, middle: float) -> str:
    unit = {"length": UNIT_LENGTH_M, "beam": UNIT_BEAM_M}.get(item.quantity, 1.0)
    given, usual = unit * math.exp(item.value), unit * math.exp(middle)
    return f"a {item.quantity} of {_number(given)} does not fit the {kind}: {_number(usual)} is expected from the rest"


def _light_weight(kind: str, item: Observed, observed: tuple[Observed, ...]) -> str:
    """The words for a deadweight that is about the light weight of such a ship, else none."""
    others = tuple(other for other in observed if other.quantity not in ("deadweight", "lightship"))
    if item.quantity != "deadweight" or not others:
        return ""
    light, _ = expected(kind, "lightship", others)
    if abs(item.value - light) > NEAR_LIGHTSHIP:
        return ""
    return f"; it is about the light weight of such a ship ({_number(math.exp(light))} t), which some lists print as deadweight"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _closed(known: Known, state: Numbers, marks: tuple[str, ...], factors: tuple[Factor, ...]) -> Hull:
    """The draws with what is known put in, and draught and block coefficient so that weights and water agree exactly."""
    length, beam, dwt, light, block, ratio, immersion = np.exp(state)
    length_m = _given(length * UNIT_LENGTH_M, known.length_m, known.length_sd_m)
    beam_m = _given(beam * UNIT_BEAM_M, known.beam_m, known.beam_sd_m)
    dwt_t, lightship_t = _given(dwt, known.dwt_t), _given(light, known.lightship_t)
    area_m2 = WATERLINE_OVER_LENGTH * length_m * beam_m
    fullness = np.minimum(block, FULLEST)
    draught_m = _given((dwt_t + lightship_t) / (SEA_T_PER_M3 * area_m2 * fullness), known.draught_m)
    depth_m = _given(draught_m * np.maximum(ratio, 1 + LEAST_FREEBOARD), known.depth_m)
    if known.draught_m is None:
        draught_m = np.minimum(draught_m, depth_m / (1 + LEAST_FREEBOARD))
    cb = (dwt_t + lightship_t) / (SEA_T_PER_M3 * area_m2 * draught_m)
    cwp = 100 * _given(immersion, known.tpc_t_per_cm) / (SEA_T_PER_M3 * area_m2)
    if known.tpc_t_per_cm is None:
        # A waterplane is fuller than the hull below it, and no fuller than its box.
        cwp = np.clip(cwp, np.minimum(cb, FULLEST_WATERPLANE), FULLEST_WATERPLANE)
    return Hull(length_m, beam_m, depth_m, draught_m, dwt_t, lightship_t, cb, cwp, _basis(known), marks, factors)


def _given(drawn: Numbers, value: float | None, sd: float = 0.0) -> Numbers:
    """What was given exactly in place of what was drawn."""
    return drawn if value is None or sd > 0 else np.full_like(drawn, value)


def _factors(kind: str, quantity: str, found: Normal, shared_sd: float) -> tuple[Factor, ...]:
    """An unknown as a reader sees it, and what of it all ships share (as a factor about one)."""
    own = _factor(kind, quantity, found)
    return (own,) if shared_sd == 0 else (own, level_of(kind, quantity, relations_of(kind)[quantity], shared_sd))


def _factor(kind: str, quantity: str, found: Normal) -> Factor:
    """The distribution of an unknown given all that is known (depth in metres, not over draught)."""
    row, offset = row_of("depth" if quantity == "depth over draught" else quantity, found.mean)
    middle, sd = float(row @ found.mean) + offset, math.sqrt(float(row @ found.covariance @ row))
    name, relation = NAMES[quantity], relations_of(kind)[quantity]
    unit = {LENGTH: UNIT_LENGTH_M, BEAM: UNIT_BEAM_M}.get(name, 1.0)
    low, median, high = (unit * math.exp(middle + step * sd) for step in (-6, 0, 6))
    sentence = f"It is not on record; a {kind} with what is known of her has about this."
    return Factor(name, "lognormal", low, median, high, UNITS[name], relation.source, relation.verified, sentence, spread=sd)


def _basis(known: Known) -> str:
    """What the hull stands on, in words."""
    parts = []
    for what, value, sd in (("length", known.length_m, known.length_sd_m), ("beam", known.beam_m, known.beam_sd_m)):
        if value is not None:
            parts.append(f"a {what} of {value:g} m" + (f" (measured, standard deviation {sd:g} m)" if sd else ""))
    weights = (("deadweight", known.dwt_t, "t"), ("lightship", known.lightship_t, "t"), ("depth", known.depth_m, "m"))
    more = (("summer draught", known.draught_m, "m"), (TPC, known.tpc_t_per_cm, "t/cm"))
    parts += [f"{what} {_number(value)} {unit}" for what, value, unit in (*weights, *more) if value is not None]
    if known.deepest_m is not None and known.draught_m is None:
        parts.append(f"measured at a draught of {known.deepest_m:.1f} m or more")
    return f"{known.kind} of {', '.join(parts)}; the rest as {known.kind}s with these have it"
