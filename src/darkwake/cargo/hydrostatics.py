"""Draught to tonnes: what a hull of given fullness displaces at a draught, in water of a given density, and the way back.

Pure functions on numbers and arrays; none knows a ship by name, a cargo or an error. Published relations are rows G01 to G21
of ``facts/regressions.csv``. Three of these are wrong in print and stand here as derived: the displacement at a lighter
draught (G04 has the ratio upside down), the prismatic coefficient (G12 has its bounds swapped) and the exponent of
Schneekluth's midship coefficient (G10: the code is right, its help text is not).
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from darkwake.cargo.factors import Numbers
from darkwake.cargo.hull import Hull
from darkwake.errors import InputError

SEA_WATER = 1.025
"""Density of sea water for which load lines are set, t/m3 (International Convention on Load Lines; G13)."""
FRESH_WATER = 1.0
"""Density of fresh water, t/m3."""
MIDSHIP_LOSS = MappingProxyType({"tanker": 0.995, "general cargo ship": 0.98, "container ship": 0.98})
"""Kristensen's midship coefficient at the summer draught (G09)."""
PRISMATIC = (0.73, 0.85)
"""Bounds of a tanker's prismatic coefficient (G12; the code of the source has them swapped)."""
RIDDLESWORTH = 1 / 3
"""Exponent of Riddlesworth's law (G01)."""
LIGHTEST = 0.03
"""Draught over summer draught below which no displacement is looked for."""
NEWTON_STEPS = 8
"""Most steps of the search: both laws are convex, so it comes down to the root and doubles its digits at every step."""
FOUND = 1e-9
"""Draught over summer draught: after a step so small the next would move nothing that a number holds."""


def block_coefficient(
    cb_summer: float | Numbers,
    summer_draught_m: float | Numbers,
    draught_m: float | Numbers,
    exponent: float | Numbers = RIDDLESWORTH,
) -> Numbers:
    """The block coefficient at another draught (Riddlesworth; G01, G02).

    >>> float(block_coefficient(0.82, 13.57, 12.48).round(7))
    0.8149052
    """
    loss = (1 - np.asarray(cb_summer)) * (np.asarray(summer_draught_m) / np.asarray(draught_m)) ** exponent
    found: Numbers = np.minimum(1 - loss, 0.99)
    return found


def summer_block_coefficient(volume_m3: float, length_m: float, beam_m: float, draught_m: float) -> float:
    """Displaced volume over the box around it (G05).

    >>> round(summer_block_coefficient(80097.0, 218.75, 32.25, 13.6), 6)
    0.834833
    """
    return volume_m3 / (length_m * beam_m * draught_m)


def displaced_at(
    summer_displacement: float | Numbers, cb_summer: float | Numbers, summer_draught_m: float | Numbers, draught_m: float
) -> Numbers:
    """What is displaced at a lighter draught, from the definition of the block coefficient (G03; never G04).

    >>> float(displaced_at(80097.0, 0.82, 13.6, 12.5).round(1))
    73157.8
    """
    cb = block_coefficient(cb_summer, summer_draught_m, draught_m)
    found: Numbers = summer_displacement * cb / cb_summer * draught_m / summer_draught_m
    return found


def waterline_length_m(length_between_perpendiculars_m: float) -> float:
    """Length on the waterline of a tanker, bulk carrier or cargo ship (G06)."""
    return 1.02 * length_between_perpendiculars_m


def waterplane_coefficient(cb: float | Numbers) -> float | Numbers:
    """Waterplane over the rectangle around it, for tankers (Kristensen; G07).

    >>> round(waterplane_coefficient(0.81), 4)
    0.9145
    """
    return 0.55 + 0.45 * cb


def waterplane_coefficient_schneekluth(cb: float | Numbers) -> float | Numbers:
    """The same by Schneekluth (G08); it is the waterplane that Riddlesworth's law implies (G14).

    >>> round(waterplane_coefficient_schneekluth(0.81), 4)
    0.8733
    """
    return (1 + 2 * cb) / 3


def block_slope_per_m(cwp: float | Numbers, cb: float | Numbers, draught_m: float | Numbers) -> float | Numbers:
    """How the block coefficient grows with the draught, per metre (Munro-Smith 1964; G14)."""
    return (cwp - cb) / draught_m


def midship_coefficient(draught_over_summer: float, kind: str = "tanker") -> float:
    """Midship section over the rectangle around it, at a lighter draught (Kristensen; G09).

    >>> midship_coefficient(0.5)
    0.99
    """
    return 1 - (1 - MIDSHIP_LOSS[kind]) / draught_over_summer


def midship_coefficient_schneekluth(cb: float) -> float:
    """The same by Schneekluth, with the exponent of the code, -3.56 (G10; a help text prints -3.65).

    >>> round(midship_coefficient_schneekluth(0.8), 5)
    0.99361
    """
    return float(1.006 - 0.0056 * cb**-3.56)


def midship_coefficient_benford(cb: float) -> float:
    """The same by Benford (G11)."""
    return 0.977 + 0.085 * (cb - 0.6)


def prismatic_coefficient(cb: float, midship: float) -> float:
    """Block over midship coefficient, held between the bounds of tankers (G12 as it was meant).

    >>> prismatic_coefficient(0.78, 1.0)
    0.78
    """
    low, high = PRISMATIC
    return min(max(cb / midship, low), high)


def volume_m3(displacement_t: float | Numbers, density_t_m3: float | Numbers = SEA_WATER) -> float | Numbers:
    """Displaced volume (G13)."""
    return displacement_t / density_t_m3


def block_from_speed(speed_kn: float, length_between_perpendiculars_m: float) -> float:
    """Block coefficient that suits a speed (Barrass 2004; G15)."""
    return float(1.20 - 0.39 * speed_kn / length_between_perpendiculars_m**0.5)


def block_katsoulis(length_m: float, beam_m: float, draught_m: float, speed_kn: float, kind_factor: float = 0.99) -> float:
    """Block coefficient from dimensions and speed (Katsoulis; G16, the signs of its exponents are from memory)."""
    dimensions = length_m**0.42 * beam_m**-0.3072 * draught_m**0.1721
    return float(0.8217 * kind_factor * dimensions * speed_kn**-0.6135)


def waterplane_area_m2(length_m: float | Numbers, beam_m: float | Numbers, cwp: float | Numbers) -> float | Numbers:
    """Area of the waterplane (Barrass and Derrett 2006, chapter 9; G17)."""
    return length_m * beam_m * cwp


def tpc(area_m2: float | Numbers, density_t_m3: float | Numbers = SEA_WATER) -> float | Numbers:
    """Tonnes per centimetre immersion (Barrass and Derrett 2006, chapter 9; G18).

    >>> round(tpc(waterplane_area_m2(90.0, 14.0, 0.85)), 1)
    11.0
    """
    return density_t_m3 * area_m2 / 100


def fresh_water_allowance_mm(displacement_t: float, tpc_t_per_cm: float) -> float:
    """How much deeper a ship lies in fresh water than in sea water, at the summer displacement (G19)."""
    return displacement_t / (4 * tpc_t_per_cm)


def dock_water_allowance_mm(fresh_allowance_mm: float, density_t_m3: float) -> float:
    """The same for water between fresh and sea water (G20; one page in print divides by 1025, which is wrong)."""
    return fresh_allowance_mm * (SEA_WATER - density_t_m3) / (SEA_WATER - FRESH_WATER)


def buoyancy_depth_m(draught_m: float, displaced_m3: float, area_m2: float) -> float:
    """Depth of the centre of buoyancy below the waterline (Morrish 1892, from memory; G21)."""
    return (draught_m / 2 + displaced_m3 / area_m2) / 3


def displacement_t(
    hull: Hull, draught_m: float | Numbers, density_t_m3: float | Numbers = SEA_WATER, form: float | Numbers = 0.5
) -> Numbers:
    """Displacement at a mean draught.

    Both laws meet the hull's displacement and her waterplane at the summer draught; below it they part. Riddlesworth's law
    with the exponent that gives her waterplane (``form`` 0) falls faster than the power law ``(T / summer) ** (Cw / Cb)``,
    of Munro-Smith's slope with a constant ratio (``form`` 1); a ship lies between or near them.

    Args:
        hull: The ship, one value a world.
        draught_m: Mean draught.
        density_t_m3: Of the water she lies in.
        form: Between the two laws.
    """
    ratio = np.asarray(draught_m) / hull.draught_m
    found: Numbers = summer_displacement_t(hull) * _relative(hull, ratio, form) * density_t_m3 / SEA_WATER
    return found


def summer_displacement_t(hull: Hull) -> Numbers:
    """Displacement at the summer draught in sea water."""
    return hull.dwt_t + hull.lightship_t


def draught_at(
    hull: Hull, displacement: float | Numbers, density_t_m3: float | Numbers = SEA_WATER, form: float | Numbers = 0.5
) -> Numbers:
    """The mean draught at which she displaces so many tonnes: the inverse of :func:`displacement_t`, by Newton's method.

    Raises:
        InputError: a displacement that is not positive.
    """
    sought = np.asarray(displacement) * SEA_WATER / density_t_m3 / summer_displacement_t(hull)
    if not np.all(sought > 0):
        raise InputError("a displacement has to be positive", do="give tonnes above zero")
    exponent, power = _exponents(hull)
    ratio = sought ** (1 / power)
    for _ in range(NEWTON_STEPS):
        # Both laws and their slopes are reckoned from the same two powers: this is the inmost loop of every payload.
        falling, rising = (1 - hull.cb) * ratio**-exponent, form * ratio ** (power - 1)
        reached = (1 - form) * np.maximum(1 - falling, 0.0) * ratio / hull.cb + rising * ratio
        slope = (1 - form) * (1 - (1 - exponent) * falling) / hull.cb + power * rising
        step = (reached - sought) / slope
        ratio = np.maximum(ratio - step, LIGHTEST)
        if np.all(np.abs(step) < FOUND):
            break
    found: Numbers = hull.draught_m * ratio
    return found


def _exponents(hull: Hull) -> tuple[Numbers, Numbers]:
    """The exponents of both laws that give her waterplane at the summer draught."""
    return np.clip((hull.cwp - hull.cb) / (1 - hull.cb), 0.0, 0.95), np.maximum(hull.cwp / hull.cb, 1.0)


def _relative(hull: Hull, ratio: Numbers, form: float | Numbers) -> Numbers:
    """Displacement over that at the summer draught, at a draught over the summer draught."""
    exponent, power = _exponents(hull)
    riddlesworth = (ratio - (1 - hull.cb) * ratio ** (1 - exponent)) / hull.cb
    found: Numbers = (1 - form) * np.maximum(riddlesworth, 0.0) + form * ratio**power
    return found


def immersion_t_per_cm(
    hull: Hull, draught_m: float | Numbers, density_t_m3: float | Numbers = SEA_WATER, form: float | Numbers = 0.5
) -> Numbers:
    """Tonnes per centimetre at a draught: what one centimetre around it adds to the displacement."""
    below = displacement_t(hull, np.asarray(draught_m) - 0.005, density_t_m3, form)
    return displacement_t(hull, np.asarray(draught_m) + 0.005, density_t_m3, form) - below
