"""The parameters of planning: what counts as a look, and how many are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

KINDS = ("berth", "terminal", "port", "anchorage")
"""Kinds of place that may be looked at."""


class Window(Protocol):
    """For which time a plan is wanted: ``start`` may be ``None``, then it is the newest epoch of the elements."""

    @property
    def start(self) -> datetime | None:
        """Start of the window, or ``None``."""

    @property
    def days(self) -> float:
        """Length of the window, days."""


@dataclass(frozen=True)
class Days:
    """A window of some days."""

    start: datetime | None = None
    days: float = 7.0


@dataclass(frozen=True)
class TaskingRule:
    """What counts as a look, and how many are wanted."""

    kinds: tuple[str, ...] = ("berth",)
    """Kinds of place that are looked at."""
    otherwise: tuple[str, ...] = ("port",)
    """Kinds that are looked at when the case has no place of the former."""
    min_elevation_deg: float = 30.0
    """Least elevation of the satellite, degrees. Assumed, because beyond 60 degrees of incidence hardly any sensor is sold."""
    sun_elevation_deg: float = 10.0
    """Least elevation of the sun for optics, degrees. Assumed, because lower light leaves the sea dark and shadows long."""
    sar_incidence_min_deg: float = 15.0
    """Least incidence angle of a radar of which none is published, degrees. Assumed: steeper, the sea outshines ships."""
    sar_incidence_max_deg: float = 55.0
    """Largest incidence angle of such a radar, degrees. Assumed from what commercial radars sell."""
    optical_incidence_max_deg: float = 50.0
    """Largest incidence angle of optics of which none is published, degrees. Assumed: about 45 degrees off nadir."""
    max_spacing_m: float = 15.0
    """Coarsest pixels in which ships are looked for, metres. Assumed: a tanker of 100 m covers seven of them."""
    spread_h: float = 12.0
    """Least time between two planned looks at one place, hours. Assumed: tankers lie at a berth for half a day and more."""
    budget: int = 12
    """How many looks the plan may hold. Assumed: two a day or so for a week, less where fewer are possible."""

    def __post_init__(self) -> None:
        """Check that the values make sense."""
        for kind in (*self.kinds, *self.otherwise):
            if kind not in KINDS:
                raise ValueError(f"kind {kind!r} is not one of {', '.join(KINDS)}")
        if not 0 <= self.min_elevation_deg < 90:
            raise ValueError(f"min_elevation_deg is {self.min_elevation_deg}, not between 0 and 90")
        if self.budget < 1:
            raise ValueError(f"budget is {self.budget}, less than 1")
