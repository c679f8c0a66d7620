"""How many visits nobody saw, given how many were seen and how one looked: the distribution, world by world.

Visits arrive at any time of a span alike, at a rate that is not known; each is seen with the chance of
:mod:`darkwake.ledger.looking`. Given the number seen and a prior rate ** -a on the rate, the number unseen is negative binomial
with seen + 1 - a successes, and a chance q weighs q ** (a - 1) (the gamma and Poisson distributions are conjugate: Gelman et
al., Bayesian Data Analysis, section 2.6). With a = 1 the chance keeps its distribution, with a = 0 small ones weigh more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

import numpy as np

from darkwake.cargo.assumed import TRANSMITS
from darkwake.cargo.factors import (
    CLEAR_SHARE,
    CLOUD_HALF_LIFE,
    HOURS_ALONGSIDE,
    HOURS_OWN,
    LOOKS_A_DAY,
    NOTHING_SET,
    NOTICED,
    Factor,
    Numbers,
    chosen,
)
from darkwake.cargo.unknowns import Unknowns
from darkwake.draws import generator, quantiles
from darkwake.errors import InputError
from darkwake.ledger.looking import Look, Sky, chance_seen, regular, share_from_looks, spread_h, timed_h
from darkwake.ledger.watching import WatchRule

EVERYWHERE = "place"


@dataclass(frozen=True)
class UnseenVisits:
    """The visits that nobody saw, world by world."""

    seen: int
    chance: Numbers
    """The chance that a visit was seen, given how many were."""
    unseen: Numbers

    def words(self) -> str:
        """The estimate in a sentence."""
        low, middle, high = quantiles(self.unseen)
        least, _, most = quantiles(self.chance)
        chance = f"each was seen with a chance of {100 * least:.0f} to {100 * most:.0f} %"
        return f"{self.seen} seen and about {middle:.0f} unseen (90 % interval {low:.0f} to {high:.0f}); {chance}"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.words())}</p>"


def unseen_visits(
    seen: int,
    start: datetime,
    end: datetime,
    *,
    looks: Sequence[Look] | None = None,
    stays_h: Sequence[float] = (),
    heard_share: float = 0.0,
    factors: Mapping[str, object] = NOTHING_SET,
    watching: WatchRule | None = None,
    seed: int = 0,
    draws: int = 4000,
    place: str = EVERYWHERE,
) -> UnseenVisits:
    """How many visits nobody saw, given how many were seen and how one looked.

    Args:
        seen: visits seen by these looks between the two moments.
        start: first moment of the span in which visits arrived.
        end: last moment.
        looks: every look, those that showed nothing too; a rate by the factor "looks a day" where they are not known.
        stays_h: hours alongside of visits that were timed; by the factors "hours alongside" where none are given.
        heard_share: share of the span in which AIS near the place was received; then ships that transmit were seen by it.
        factors: factors to set, by name: a number, low, central and high, or a :class:`~darkwake.cargo.Factor`.
        watching: the prior, and how many looks have to tell their cloud before the others follow them.
        seed: seed of the worlds.
        draws: number of worlds.
        place: name of the place; each has its own sky.

    Returns:
        The chance and the number unseen in each world. The number is no part of any sum.

    Raises:
        InputError: a negative number, no look in the span, an unknown factor.

    Example:
        Forty-three visits of a day each, seen by one look a day of which every other was clear: about as many again.

        >>> from datetime import UTC
        >>> known = {"clear share of looks": 0.5, "hours alongside": 24, "hours alongside, own": 1,
        ...          "half-life of cloud": 0.1, "ships noticed in a clear look": 1}
        >>> span = datetime(2024, 3, 7, tzinfo=UTC), datetime(2024, 11, 6, tzinfo=UTC)
        >>> unseen_visits(43, *span, factors=known).words()
        '43 seen and about 43 unseen (90 % interval 27 to 63); each was seen with a chance of 44 to 55 %'
    """
    if seen < 0 or not 0 <= heard_share <= 1:
        what = f"{seen} visits seen, AIS heard for {heard_share:g} of the span"
        raise InputError(what, do="give 0 visits or more, and a share between 0 and 1")
    rule = watching or WatchRule()
    unknown = Unknowns(seed, draws, "unseen")
    known = _factors(factors)
    made = regular(start, end, known[LOOKS_A_DAY].central) if looks is None else looks
    sky = _sky(known, unknown, made, rule, place)
    typical = known[HOURS_ALONGSIDE].at(unknown(HOURS_ALONGSIDE, place))
    hours = timed_h(stays_h, draws) if len(stays_h) else spread_h(typical, known[HOURS_OWN])
    by_looks = chance_seen(made, start, end, hours, sky, generator(seed, "unseen", place, "sky"))
    by_ais = heard_share * known[TRANSMITS].at(unknown(TRANSMITS, place))
    chance = 1 - (1 - by_looks) * (1 - by_ais)
    return _given(seen, chance, rule.prior_power, seed, place)


def _factors(said: Mapping[str, object]) -> Mapping[str, Factor]:
    given = {name: value for name, value in said.items() if isinstance(value, Factor)}
    return dict(chosen({name: value for name, value in said.items() if name not in given})) | given


def _sky(factors: Mapping[str, Factor], unknown: Unknowns, looks: Sequence[Look], rule: WatchRule, place: str) -> Sky:
    """The unknowns of the looking by world; a place has its own share of clear looks, all have one persistence of cloud."""
    half_life_h = factors[CLOUD_HALF_LIFE].at(unknown(CLOUD_HALF_LIFE))
    told = [look for look in looks if look.clear is not None]
    uniform = unknown(CLEAR_SHARE, place)
    by_looks = len(told) >= rule.least_told and len(told) < len(looks)
    share = share_from_looks(told, half_life_h, uniform) if by_looks else factors[CLEAR_SHARE].at(uniform)
    noticed = factors[NOTICED].at(unknown(NOTICED))
    return Sky(share, half_life_h, noticed)


def _given(seen: int, chance: Numbers, power: float, seed: int, place: str) -> UnseenVisits:
    """The number unseen and the chance, given the number seen, under the prior rate ** -power."""
    possible = chance[chance > 0]
    if not len(possible):
        raise InputError("nobody looked in the span, so nothing can be said of what was there", do="name looks", place=place)
    random = generator(seed, "unseen", place, "given")
    weights = np.cumsum(possible ** (power - 1.0))
    kept = possible[np.searchsorted(weights, random.random(len(chance)) * weights[-1])]
    if seen == 0 and power == 1.0:  # a prior of 1/rate has all its weight at a rate of zero until a visit is seen
        return UnseenVisits(seen, kept, np.zeros(len(kept)))
    return UnseenVisits(seen, kept, random.negative_binomial(seen + 1.0 - power, kept).astype(np.float64))
