"""What a satellite carries, and how far its elements can be trusted as they age.

Both come from small tables that ship with the program (``bundled/orbits``), each row with its source. A name that no row
fits is a satellite of unknown kind; an empty cell is a thing not known. To add a satellite, add a row there.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np

from darkwake.tasking.elements import ElementSet

ORBITS = Path(__file__).parent.parent / "bundled" / "orbits"
"""The tables and element sets that ship with the program."""

BUNDLED_ELEMENTS = ORBITS / "elements_20250913.tle"
"""Element sets that are used where a case brings none."""

P90_TO_SIGMA = 1.6449
"""90 % of a normal distribution lie within so many standard deviations of its middle."""

FRESH_SIGMA_S = 0.13
"""Error of a fresh set along the track: about 1 km (Vallado et al., AIAA 2006-6753) at 7.5 km/s."""

ALL = "all"
"""The group of the ageing table for satellites that no other group fits."""


@dataclass(frozen=True)
class Satellite:
    """What is known of a satellite's sensor. ``None`` is not known."""

    sensor: str
    spacing_m: float | None
    look: str | None
    """``left``, ``right`` or ``both``."""
    incidence_min_deg: float | None
    incidence_max_deg: float | None
    ageing_group: str
    source: str


UNKNOWN = Satellite("unknown", None, None, None, None, ALL, "no row of the table of satellites fits its name")


@cache
def satellite(name: str) -> Satellite:
    """The satellite of this name, as published with its elements.

    >>> satellite("SENTINEL 1A").sensor, satellite("SENTINEL-1A").look, satellite("YAOGAN-29").sensor
    ('sar', 'right', 'unknown')
    """
    word = re.sub("[^A-Z0-9]+", "-", name.upper())
    # TERRA is no TERRASAR, but SENTINEL-1 is SENTINEL-1A.
    fitting = [start for start in _satellites() if re.match(start + ("(?![A-Z])" if start[-1].isalpha() else ""), word)]
    return _satellites()[max(fitting, key=len)] if fitting else UNKNOWN


def sigma_s(group: str, age: timedelta) -> float | None:
    """Expected error (one standard deviation) of the time along the track for elements of this age, seconds.

    The measured 90 % points of the group, over 1.645, between the measured ages on a double logarithmic scale, with the
    error of a fresh set added in squares. Elements older than the oldest that were measured (14 days): ``None``.
    Elements used backwards count as elements used forwards.

    >>> round(sigma_s("ICEYE", timedelta(days=7)), 1), sigma_s("ICEYE", timedelta(days=15))
    (22.5, None)
    """
    ages, spread = _ageing()[group]
    days = abs(age) / timedelta(days=1)
    if days > ages[-1]:
        return None
    # Below the youngest measured age the value there is an upper bound.
    aged = math.exp(np.interp(math.log(max(days, ages[0])), np.log(ages), np.log(spread)))
    return math.hypot(aged / P90_TO_SIGMA, FRESH_SIGMA_S)


def sigma_of(element: ElementSet, age_h: float) -> float | None:
    """The same for an element set."""
    return sigma_s(satellite(element.name).ageing_group, timedelta(hours=age_h))


@cache
def _satellites() -> dict[str, Satellite]:
    with (ORBITS / "satellites.csv").open(encoding="utf-8", newline="") as stream:
        return {row["name_starts"]: _satellite(row) for row in csv.DictReader(stream)}


def _satellite(row: dict[str, str]) -> Satellite:
    return Satellite(
        sensor=row["sensor"],
        spacing_m=_number(row["spacing_m"]),
        look=row["look"] or None,
        incidence_min_deg=_number(row["incidence_min_deg"]),
        incidence_max_deg=_number(row["incidence_max_deg"]),
        ageing_group=row["ageing_group"] or ALL,
        source=row["source"],
    )


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


@cache
def _ageing() -> dict[str, tuple[list[float], list[float]]]:
    groups: dict[str, tuple[list[float], list[float]]] = {}
    with (ORBITS / "ageing.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            ages, spread = groups.setdefault(row["group"], ([], []))
            ages.append(float(row["age_days"]))
            spread.append(float(row["p90_s"]))
    return groups
