"""The payload of a visit from freeboards on arrival and departure: the height of the deck edge over the water, from images.

Draught is depth less freeboard. Depth, sheer and the method's own bias are the same in both looks: they are drawn once and
fall out of the difference; what is each look's own (the reading; trim, list and sea) stays. Not here: how a freeboard is
measured on an image; only how large its error has to be (:func:`shadow_error_m`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from darkwake.cargo.afloat import Activity, Drawing, End, Loaded, cargo_t
from darkwake.cargo.draughts import ARRIVAL, DEPARTURE, Measured, check_looks, ends, how, reading, share_assumed, tier_of
from darkwake.cargo.factors import Factor, catalogue
from darkwake.cargo.hull import Hull
from darkwake.cargo.unknowns import Unknowns
from darkwake.errors import InputError

DECK = "deck edge over the depth"
BIAS = "freeboards read too high or too low"
DISTURBED = "freeboard disturbed by trim, list and sea"
NOT_STATED = "freeboard read, standard error"
EDGE_PX = 1 / 3
"""Standard error of an edge, pixels: what sub-pixel methods reach on clean edges (assumed, because ships were not tried)."""
LEAST_ACROSS = 0.3
"""Below this sine of the angle between sun and ship's axis her side throws no shadow that can be read: assumed, because the
shadow is then a third of the height that made it."""
SLACK = 2.0
"""A freeboard over the depth is refused beyond so many standard errors (assumed, because 1 in 40 lies beyond by chance)."""


def shadow_error_m(spacing_m: float, sun_elevation_deg: float, across: float, edge_px: float = EDGE_PX) -> float:
    """Standard error of a freeboard from the shadow of the ship's side, metres.

    The shadow of a height h is h x across / tan(elevation) wide on the water; both its edges are located with an error.

    Args:
        spacing_m: Ground spacing of a pixel.
        sun_elevation_deg: Height of the sun.
        across: Sine of the angle between the sun's azimuth and the ship's axis.
        edge_px: Standard error of each edge, pixels.

    >>> round(shadow_error_m(0.5, 20.7, 1.0), 2), round(shadow_error_m(0.5, 63.1, 1.0), 2)
    (0.09, 0.46)

    Raises:
        InputError: the sun stands along the axis, or not in the sky.
    """
    if not 0 < sun_elevation_deg < 90:
        raise InputError(f"a sun at {sun_elevation_deg:g} degrees throws no shadow", do="give an elevation between 0 and 90")
    if abs(across) < LEAST_ACROSS:
        raise InputError("the sun stands along the ship's axis, so her side throws no shadow to read", do="use another image")
    return math.sqrt(2) * edge_px * spacing_m * math.tan(math.radians(sun_elevation_deg)) / abs(across)


def tonnes_by_freeboards(
    hull: Hull,
    measured: Measured,
    unknown: Unknowns,
    visit: str,
    *,
    activity: Activity,
    ship: str | None = None,
    factors: Mapping[str, Factor] | None = None,
) -> Loaded:
    """What a visit loaded or discharged, from one or two freeboards.

    Args:
        hull: The ship, one value a world.
        measured: Freeboards, metres; without a standard error that of the factor stands in.
        unknown: Unknowns to draw from.
        visit: The visit, as owner of what is its own.
        activity: What was done.
        ship: The ship, as owner of what is hers on every visit; without it the visit stands in.
        factors: Factors in force; without them the catalogue.

    Raises:
        InputError: no freeboard, one that is not positive or over the depth, or the wrong way round for the activity.
    """
    known = catalogue() if factors is None else factors
    stated = measured if measured.sd_m is not None else replace(measured, sd_m=known[NOT_STATED].central)
    check_freeboards(hull, stated, activity)
    draw = Drawing(unknown, visit, ship or visit, known)
    laden_at, empty_at = ends(activity)
    found = {when: _end(hull, stated, when, draw) for when in (ARRIVAL, DEPARTURE)}
    cargo = cargo_t(hull, found[laden_at], found[empty_at], measured.place_id, draw)
    basis = f"{stated.words('freeboard')}, +-{stated.sd_m:g} m, depth about {float(np.median(hull.depth_m)):.1f} m"
    tier = "freeboard" if tier_of(found, share_assumed(cargo, unknown)) != "deadweight" else "deadweight"
    return Loaded(cargo.values, tier, f"{basis}; {how(found, laden_at, cargo)}", tuple(draw.used.values()))


def check_freeboards(hull: Hull, measured: Measured, activity: Activity) -> None:
    """Refuse freeboards that cannot be.

    Raises:
        InputError: with what is wrong.
    """
    check_looks(measured, activity, "freeboard")
    depth_m = float(np.quantile(hull.depth_m, 0.95))
    for value in (measured.in_m, measured.out_m):
        if value is not None and value - SLACK * (measured.sd_m or 0.0) >= depth_m:
            what = f"a freeboard of {value:g} m leaves nothing of the depth of {depth_m:.1f} m under water"
            raise InputError(what, do="check the freeboard, or give the ship's depth")


def _end(hull: Hull, measured: Measured, when: str, draw: Drawing) -> End | None:
    value = measured.in_m if when == ARRIVAL else measured.out_m
    if value is None:
        return None
    own = draw.of(reading(f"freeboard on {when}, reading", measured.sd_m or 0.0), draw.visit) + draw.own(DISTURBED, when)
    # What was read is the truth plus bias and errors, so the truth is what was read less these; all are centred on nothing.
    true_m = value - draw.shared(BIAS) - own
    return End(hull.depth_m + draw.of_ship(DECK) - true_m, np.ones_like(hull.dwt_t))
