"""A silence within a place: did she stay, or leave and come back unheard?

Two accounts are weighed. She stayed: her stay went on for so much longer. She left and came back: a trip out took less than
the silence, and she is found where she lay before only by chance or habit. The chance is a weighing of these two with the
shares named in the rule; it is NOT a finding, and where she was meanwhile is the question of ``reachable``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class AbsenceRule:
    """How a silence within a place is weighed."""

    left_share: float = 0.2
    """Share of silences within a place in which the ship leaves and comes back, before their length is looked at (assumed:
    one in five; to leave unheard, she has to fall silent before she leaves)."""
    usual_stay_h: float = 22.6
    """Median stay: 0.94 days, liquid bulk carriers in port in 2018 (UNCTAD, Review of Maritime Transport 2019; not read in a
    stored copy)."""
    stay_sigma: float = 1.2
    """Spread of stays, of their logarithm (assumed: nine in ten between 3 hours and a week, waits at anchor included)."""
    usual_trip_h: float = 120.0
    """Median time between leaving a place and coming back to it (assumed: 5 days)."""
    trip_sigma: float = 1.5
    """Spread of that, of its logarithm (assumed: nine in ten between 10 hours and two months)."""
    same_spot_m: float = 150.0
    """Positions at most so far apart are one spot (assumed: antenna and GNSS errors, and a ship that swings a little)."""
    same_if_stayed: float = 0.7
    """Share of ships that lay still before and after and never left which are found at the spot they lay at (assumed; others
    shift from anchor to berth)."""
    same_if_left: float = 0.1
    """The same for ships that left and came back (assumed: one berth in ten)."""

    def __post_init__(self) -> None:
        """Refuse shares and times that make no sense.

        Raises:
            ValueError: a share beyond 0 to 1, or a time, spread or distance that is not above zero.
        """
        if not all(0 < share < 1 for share in (self.left_share, self.same_if_stayed, self.same_if_left)):
            raise ValueError("left_share, same_if_stayed and same_if_left have to lie between 0 and 1")
        if min(self.usual_stay_h, self.stay_sigma, self.usual_trip_h, self.trip_sigma, self.same_spot_m) <= 0:
            raise ValueError("times, their spreads and same_spot_m have to be above 0")

    @property
    def words(self) -> str:
        """The rule as a phrase."""
        return (
            f"a silence inside is weighed: she stayed (stays of {self.usual_stay_h:g} h, median) against she left and came "
            f"back unheard (trips of {self.usual_trip_h:g} h, median; {self.left_share:.0%} of silences before their length is "
            "looked at)"
        )


@dataclass(frozen=True)
class Silent:
    """A silence between two reports within one place."""

    hours: float
    lain_h: float
    """How long the stay had lasted before."""
    out_h: float
    """The least time in which she could have crossed the place's exit and come back, at her greatest speed."""
    apart_m: float
    """Between the two reports."""
    lay_still: bool
    """Whether she lay still before and after."""


def stayed_chance(silent: Silent, rule: AbsenceRule) -> float:
    """The chance that she stayed within the place all the while.

    >>> rule = AbsenceRule()
    >>> night = Silent(hours=8.0, lain_h=5.0, out_h=0.5, apart_m=20.0, lay_still=True)
    >>> month = Silent(hours=720.0, lain_h=5.0, out_h=0.5, apart_m=4000.0, lay_still=True)
    >>> round(stayed_chance(night, rule), 2), round(stayed_chance(month, rule), 2)
    (1.0, 0.0)
    """
    if silent.hours <= silent.out_h:
        return 1.0
    stays, trips = (rule.usual_stay_h, rule.stay_sigma), (rule.usual_trip_h, rule.trip_sigma)
    ended_before = _ended(silent.lain_h, *stays)
    stayed = (1 - rule.left_share) * (1 - _ended(silent.lain_h + silent.hours, *stays)) / max(1 - ended_before, 1e-12)
    left = rule.left_share * _ended(silent.hours - silent.out_h, *trips)
    if silent.lay_still:
        same = silent.apart_m <= rule.same_spot_m
        stayed *= rule.same_if_stayed if same else 1 - rule.same_if_stayed
        left *= rule.same_if_left if same else 1 - rule.same_if_left
    both = stayed + left
    return round(stayed / both, 6) if both > 0 else 0.0


def _ended(hours: float, median_h: float, sigma: float) -> float:
    """Share of lognormal times that are over after so many hours."""
    if hours <= 0:
        return 0.0
    return 0.5 * math.erfc((math.log(median_h) - math.log(hours)) / sigma / math.sqrt(2.0))
