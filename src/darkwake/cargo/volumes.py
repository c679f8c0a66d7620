"""Tonnes, cubic metres and barrels of one oil, at standard conditions and at the temperature of the tank.

A volume of oil is a volume at a temperature: trade reckons at 15 C (cubic metres) or 60 F (barrels). The correction is that of
ASTM D1250-80 / API MPMS 11.1 (Tables 54A, 54B and 54D): ``exp(-a dt (1 + 0.8 a dt))`` with ``a = K0 / d2 + K1 / d``, d the
density at 15 C in kg/m3. Pressure is left out (under 0.1 % in a ship's tank). Weights are weights in vacuum: papers of trade
give them in air, 1.1 kg a cubic metre less (Table 56). Knows no ship.
"""

from __future__ import annotations

import math
from typing import Literal

from darkwake.errors import InputError, nearest
from darkwake.units import CUBIC_METRES_PER_BARREL

STANDARD_C, SIXTY_F_C = 15.0, (60.0 - 32.0) / 1.8
"""The two standard temperatures, degrees Celsius."""
AIR_BUOYANCY_KG_M3 = 1.1
"""What a cubic metre of oil weighs less in air than in vacuum (ASTM D1250, Table 56)."""
DENSITIES_KG_M3 = {"crude": (610.5, 1075.0), "product": (653.0, 1075.0), "lubricant": (800.0, 1164.0)}
"""Densities at 15 C for which the tables are printed (54A, 54B, 54D)."""
TEMPERATURES_C = (-18.0, 150.0)
"""Temperatures for which they are printed, widest bounds."""
UNITS = ("bbl", "t", "m3")

Kind = Literal["crude", "product", "lubricant"]
Unit = Literal["bbl", "t", "m3"]


def expansion_per_c(density_15_kg_m3: float, kind: Kind = "product") -> float:
    """The coefficient of thermal expansion at 15 C (API MPMS 11.1, 1980: K0 and K1 of Tables 54A, 54B, 54D).

    Raises:
        InputError: a density outside the table.
    """
    low, high = DENSITIES_KG_M3[kind]
    if not low <= density_15_kg_m3 <= high:
        what = f"a density of {density_15_kg_m3:g} kg/m3 at 15 C is outside the table for {kind}"
        raise InputError(what, do=f"give {low:g} to {high:g} kg/m3")
    if kind == "product" and 770.5 <= density_15_kg_m3 < 787.5:
        return -0.00336312 + 2680.3206 / density_15_kg_m3**2  # between gasolines and jet fuels
    k0, k1 = _expansion_terms(density_15_kg_m3, kind)
    return k0 / density_15_kg_m3**2 + k1 / density_15_kg_m3


def _expansion_terms(density_15_kg_m3: float, kind: Kind) -> tuple[float, float]:
    if kind == "crude":
        return 613.9723, 0.0
    if kind == "lubricant":
        return 0.0, 0.6278
    if density_15_kg_m3 < 770.5:
        return 346.4228, 0.4388
    return (594.5418, 0.0) if density_15_kg_m3 < 838.5 else (186.9696, 0.4862)


def volume_correction(density_15_kg_m3: float, temperature_c: float, kind: Kind = "product") -> float:
    """The volume at 15 C over the volume at a temperature.

    A fuel oil of 990.3 kg/m3 at 34 C has 0.9870 in the printed Table 54B (Seven Surveyor, 2010).

    >>> round(volume_correction(990.3, 34.0), 4)
    0.987

    Raises:
        InputError: a density or a temperature outside the table.
    """
    low, high = TEMPERATURES_C
    if not low <= temperature_c <= high:
        raise InputError(f"{temperature_c:g} C is outside the table", do=f"give {low:g} to {high:g} C")
    step = expansion_per_c(density_15_kg_m3, kind) * (temperature_c - STANDARD_C)
    return math.exp(-step * (1 + 0.8 * step))


def standard_m3(volume_m3: float, density_15_kg_m3: float, temperature_c: float, kind: Kind = "product") -> float:
    """The volume at 15 C of a volume in a tank at a temperature."""
    return volume_m3 * volume_correction(density_15_kg_m3, temperature_c, kind)


def m3_of_barrels(bbl: float) -> float:
    """Cubic metres of so many barrels, at the same temperature.

    >>> m3_of_barrels(1)
    0.158987294928
    """
    return bbl * CUBIC_METRES_PER_BARREL


def barrels_of_m3(volume_m3: float) -> float:
    """Barrels of so many cubic metres, at the same temperature."""
    return volume_m3 / CUBIC_METRES_PER_BARREL


def barrels_per_tonne(density_15_kg_m3: float, *, at_60_f: bool = False, kind: Kind = "product") -> float:
    """Barrels at 15 C (or at 60 F, by 0.04 to 0.06 % more) of a tonne.

    BP prints 7.46 for gas oil of 843 kg/m3.

    >>> round(barrels_per_tonne(843.0), 2)
    7.46
    """
    per_tonne = barrels_of_m3(1000.0 / density_15_kg_m3)
    return per_tonne / volume_correction(density_15_kg_m3, SIXTY_F_C, kind) if at_60_f else per_tonne


def density_of(bbl_per_t: float) -> float:
    """The density at 15 C, kg/m3, that a number of barrels at 15 C per tonne implies.

    >>> round(density_of(8.33))
    755
    """
    return 1000.0 / (bbl_per_t * CUBIC_METRES_PER_BARREL)


def converted(amount: float, unit: str, to: str, density_15_kg_m3: float) -> float:
    """An amount of oil in another unit, volumes at 15 C.

    >>> round(converted(3000.0, "t", "bbl", 843.0))
    22384

    Raises:
        InputError: an unknown unit (with the nearest), an amount below nothing, a density that no oil has.
    """
    for word in (unit, to):
        if word not in UNITS:
            raise InputError(f"no unit {word!r}", do=nearest(word, UNITS))
    if not (math.isfinite(amount) and amount >= 0):
        raise InputError(f"an amount of {amount:g} {unit} is none", do="give zero or more")
    low, high = DENSITIES_KG_M3["crude"][0] / 2, DENSITIES_KG_M3["lubricant"][1]
    if not low <= density_15_kg_m3 <= high:
        what = f"{density_15_kg_m3:g} kg/m3 is no oil's density"
        raise InputError(what, do=f"give {low:g} (ethane has 373) to {high:g}")
    volume_m3 = {"m3": amount, "bbl": m3_of_barrels(amount), "t": amount * 1000.0 / density_15_kg_m3}[unit]
    return {"m3": volume_m3, "bbl": barrels_of_m3(volume_m3), "t": volume_m3 * density_15_kg_m3 / 1000.0}[to]
