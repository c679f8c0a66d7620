"""The payload of a visit from draughts on arrival and departure, measured or typed into AIS by a crew.

A measured draught has a standard error. A typed one has none, but known vices (estimated by ``training/draughts.py``): it is
rounded, it is somewhat wrong, it belongs to another voyage, it was not typed anew. A typed draught that did not change says
nothing about the departure; it never says that nothing was loaded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from darkwake.cargo.afloat import Activity, Drawing, End, Loaded, cargo_t, chance_of_other_end, lightest_m
from darkwake.cargo.factors import Factor, Numbers, catalogue
from darkwake.cargo.hull import Hull
from darkwake.cargo.joining import Joined
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError

ARRIVAL, DEPARTURE = "arrival", "departure"
ERROR = "typed draught, error"
WHOLE, HALF = "typed draughts rounded to a metre", "typed draughts rounded to half a metre"
OTHER_VOYAGE = "typed draughts of another voyage, on arrival"
NOT_RETYPED = "typed draughts not retyped on departure"
WRONG = "typed draughts that are wrong"
BY_CHANCE = "chance that a new draught reads as the old"
TRIM_EMPTY, TRIM_LADEN = "trim at the empty end", "trim at the laden end"
ROUNDING, SAYS_NOTHING = "typed draught, rounding", "a typed draught says nothing"
"""Unknowns without a distribution of their own: where in its step a rounded draught lay, and whether it speaks at all."""
SAME_M = 0.05
"""Two typed draughts closer than this are the same: AIS has decimetres."""
BEYOND_ERROR = 2.0
"""A difference of the wrong sign is refused beyond so many standard errors: assumed, because 1 in 40 lies beyond by chance."""
MOSTLY = 0.5
"""A payload of which more than this is assumed does not stand on what was measured, and its tier does not say so."""
WORTH_SAYING = 0.1
"""A laden fraction that weighs less beside what was measured goes without saying: it moves a payload by a hundredth or two."""
LEAST_SHARE = 0.005
"""A smaller chance would print as 0 %."""
OVERLOAD, NO_LOAD_LINE = 1.05, 1.25
"""A draught over the summer draught by this is marked; by that is refused: 6 of 1,032 tankers report more (training)."""


@dataclass(frozen=True)
class Measured:
    """What was measured on arrival and departure, metres: draughts or freeboards; None is not measured.

    A measured draught is the mean of bow and stern; a typed one (without a standard error) the deepest, as AIS asks for it.
    """

    in_m: float | None = None
    out_m: float | None = None
    sd_m: float | None = None
    """Standard error of each; None for a draught that a crew typed into AIS."""
    place_id: str | None = None
    """Where, for the density of the water."""

    def words(self, what: str) -> str:
        """The measurement for a person."""
        said = [
            f"{value:g} m on {when}" for value, when in ((self.in_m, ARRIVAL), (self.out_m, DEPARTURE)) if value is not None
        ]
        number = "s" if len(said) > 1 else ""
        return f"{what}{number} of {' and '.join(said)}"


def tonnes_by_draughts(
    hull: Hull,
    measured: Measured,
    unknown: Unknowns,
    visit: str,
    *,
    activity: Activity,
    ship: str | None = None,
    factors: Mapping[str, Factor] | None = None,
) -> Loaded:
    """What a visit loaded or discharged, from one or two draughts.

    Args:
        hull: The ship, one value a world.
        measured: Draughts, metres.
        unknown: Unknowns to draw from.
        visit: The visit, as owner of what is its own.
        activity: What was done.
        ship: The ship, as owner of what is hers on every visit; without it the visit stands in.
        factors: Factors in force; without them the catalogue.

    Raises:
        InputError: no draught, one that is not positive, deeper than the hull or than any load line, lighter than the empty
            ship, or the wrong way round for the activity.
    """
    lightest = lightest_m(hull)
    _check(hull, lightest, measured, activity)
    draw = Drawing(unknown, visit, ship or visit, catalogue() if factors is None else factors)
    laden_at, empty_at = ends(activity)
    found = {when: _end(hull, lightest, measured, (when, laden_at), draw) for when in (ARRIVAL, DEPARTURE)}
    cargo = cargo_t(hull, found[laden_at], found[empty_at], measured.place_id, draw)
    basis = f"{measured.words('draught')}, {'typed into AIS' if measured.sd_m is None else f'+-{measured.sd_m:g} m'}"
    tier, words = tier_of(found, share_assumed(cargo, unknown)), how(found, laden_at, cargo)
    return Loaded(cargo.values, tier, f"{basis}; {words}", tuple(draw.used.values()), _marks(hull, measured))


def ends(activity: Activity) -> tuple[str, str]:
    """When the ship is laden and when she is empty."""
    return (DEPARTURE, ARRIVAL) if activity == "load" else (ARRIVAL, DEPARTURE)


def share_assumed(cargo: Joined, unknown: Unknowns) -> float:
    """The weight of the laden fraction that was assumed, on average of the worlds as they are."""
    return float(cargo.assumed.reshape(unknown.rows, -1)[0].mean())


def tier_of(found: Mapping[str, End | None], assumed: float) -> str:
    """The tier of ``Payloads``; that of the deadweight where what was assumed weighs more than what was measured."""
    if assumed > MOSTLY:
        return "deadweight"
    return "two draughts" if all(end is not None for end in found.values()) else "one draught"


def how(found: Mapping[str, End | None], laden_at: str, cargo: Joined) -> str:
    """The way from draughts to tonnes, in words, and what in it is assumed."""
    laden = found[laden_at]
    if laden is None:
        return "nothing was measured of the laden ship, so a laden fraction of her deadweight stands in"
    way = "displacement laden less the empty ship, her stores and the ballast kept"
    if all(end is not None for end in found.values()):
        way = "displacement laden less the empty ship, joined with the difference of both ends and the ballast"
    weight = float(cargo.assumed[laden.tells > 0].mean()) if laden.tells.any() else 0.0
    if weight >= WORTH_SAYING:
        way = f"{way}, joined with an assumed laden fraction of her deadweight, which weighs {weight:.0%}"
    share = 1 - float(laden.tells.mean())
    says = f"the {laden_at} draught says nothing and a laden fraction of her deadweight stands in"
    if share > MOSTLY:
        return f"with a chance of {share:.0%} {says}, else {way}"
    return f"{way}; with a chance of {share:.0%} {says}" if share >= LEAST_SHARE else way


def check_draughts(hull: Hull, measured: Measured, activity: Activity) -> None:
    """Refuse draughts that cannot be.

    Raises:
        InputError: with what is wrong.
    """
    _check(hull, lightest_m(hull), measured, activity)


def _check(hull: Hull, lightest: Numbers, measured: Measured, activity: Activity) -> None:
    check_looks(measured, activity, "draught")
    depth_m, summer_m = (float(np.quantile(values, 0.95)) for values in (hull.depth_m, hull.draught_m))
    empty_m = float(np.quantile(lightest, 0.05))
    slack_m = BEYOND_ERROR * (measured.sd_m or SAME_M)
    for value in (measured.in_m, measured.out_m):
        if value is None:
            continue
        if value - slack_m > depth_m:
            raise InputError(f"a draught of {value:g} m is deeper than the hull, {depth_m:.1f} m", do="check both, in metres")
        if value - slack_m > NO_LOAD_LINE * summer_m:
            what = f"a draught of {value:g} m is far over the summer draught of {summer_m:.1f} m"
            raise InputError(what, do="check both; no load line allows it")
        if value + slack_m < empty_m / NO_LOAD_LINE:
            what = f"a draught of {value:g} m is less than the empty ship has, about {empty_m:.1f} m"
            raise InputError(what, do="check the draught and the ship")


def check_looks(measured: Measured, activity: Activity, what: str) -> None:
    """Refuse measurements that cannot be of any ship, or are the wrong way round for the activity."""
    values = [value for value in (measured.in_m, measured.out_m) if value is not None]
    if not values:
        raise InputError(f"no {what} is given", do=f"give a {what} on arrival, on departure, or both")
    if not all(math.isfinite(value) and value > 0 for value in values):
        raise InputError(f"a {what} has to be above 0 m, not {min(values):g}", do="leave out what was not measured")
    if measured.sd_m is not None and not (math.isfinite(measured.sd_m) and measured.sd_m >= 0):
        raise InputError(f"a standard error of {measured.sd_m:g} m is none", do="give metres, 0 or more")
    if activity not in ("load", "discharge"):
        raise InputError(f"a {what} tells no cargo for the activity {activity!r}", do="give load or discharge")
    if measured.in_m is None or measured.out_m is None:
        return
    deeper_m = (measured.out_m - measured.in_m) * (1 if what == "draught" else -1) * (1 if activity == "load" else -1)
    if deeper_m < -BEYOND_ERROR * math.sqrt(2) * (measured.sd_m or 0.0):
        way = "lighter" if activity == "load" else "heavier"
        said = f"the ship departs {way} than she arrived ({what} {measured.in_m:g} to {measured.out_m:g} m)"
        raise InputError(f"{said}, which is no {activity}", do="check the activity and both values")


def _marks(hull: Hull, measured: Measured) -> tuple[str, ...]:
    summer_m = float(np.median(hull.draught_m))
    return tuple(
        f"{value:g} m is deeper than the summer draught of about {summer_m:.1f} m"
        for value in (measured.in_m, measured.out_m)
        if value is not None and value > OVERLOAD * summer_m
    )


def _end(hull: Hull, lightest: Numbers, measured: Measured, ends_at: tuple[str, str], draw: Drawing) -> End | None:
    when, laden_at = ends_at
    value = measured.in_m if when == ARRIVAL else measured.out_m
    if value is None:
        return None
    if measured.sd_m is not None:
        mean_m = value + draw.of(reading(f"draught on {when}, reading", measured.sd_m), draw.visit)
        return End(mean_m, np.ones_like(hull.dwt_t))
    trim = draw.own(TRIM_LADEN if when == laden_at else TRIM_EMPTY, when) * hull.length_m
    # AIS carries the deepest draught ("maximum present static draught", ITU-R M.1371); the mean is less by half the trim.
    mean_m = _possible(hull, lightest, value + typed_error_m(value, when, draw) - trim / 2)
    silent = draw.chance(SAYS_NOTHING, when) < _chance_of_silence(hull, measured, mean_m, ends_at, draw)
    return End(mean_m, np.where(silent, 0.0, 1.0))


def reading(name: str, sd_m: float) -> Factor:
    """The error of one reading, as a factor."""
    reach_m = 4 * sd_m
    return Factor(name, "normal", -reach_m, 0.0, reach_m, "m", "given with the measurement", True, "", spread=sd_m)


def _possible(hull: Hull, lightest: Numbers, mean_m: Numbers) -> Numbers:
    """No ship floats higher than empty, or with her deck under water."""
    return np.clip(mean_m, lightest, np.maximum(hull.depth_m, lightest))


def typed_error_m(value_m: float, when: str, draw: Drawing) -> Numbers:
    """What has to be added to a typed draught: the crew's own error, and what rounding took away."""
    own = draw.own(ERROR, when)
    steps_m, chances = _roundings(value_m, draw)
    u = draw.chance(ROUNDING, when)
    edges = np.concatenate([[0.0], np.cumsum(chances)])
    which = np.clip(np.searchsorted(edges, u, side="right") - 1, 0, len(chances) - 1)
    within = (u - edges[which]) / np.maximum(np.asarray(chances)[which], 1e-12)
    found: Numbers = own + (within - 0.5) * np.asarray(steps_m)[which]
    return found


def _roundings(value_m: float, draw: Drawing) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The steps that a typed draught can have been rounded to, and the chance of each (Bayes' rule on its last digit)."""
    whole, half = (float(draw.known[name].central) for name in (WHOLE, HALF))
    digit = round(value_m * 10) % 10
    weights = (whole if digit == 0 else 0.0, half / 2 if digit in (0, 5) else 0.0, (1 - whole - half) / 10)
    total = sum(weights)
    return (1.0, 0.5, 0.1), tuple(weight / total for weight in weights)


def _chance_of_silence(hull: Hull, measured: Measured, mean_m: Numbers, ends: tuple[str, str], draw: Drawing) -> Numbers:
    """How likely it is that a typed draught is wrong, of another voyage, or still the one of the arrival."""
    when, laden_at = ends
    wrong = draw.shared(WRONG)
    if when == ARRIVAL:
        share = draw.shared(OTHER_VOYAGE)
    elif measured.in_m is None or measured.out_m is None:
        share = draw.shared(NOT_RETYPED)
    elif abs(measured.out_m - measured.in_m) < SAME_M:
        # Bayes: not typed anew, or typed anew and by chance the same.
        kept = draw.shared(NOT_RETYPED)
        return wrong + kept / (kept + (1 - kept) * draw.shared(BY_CHANCE))
    else:
        return wrong
    return wrong + chance_of_other_end(hull, mean_m, share, draw, laden=when == laden_at)
