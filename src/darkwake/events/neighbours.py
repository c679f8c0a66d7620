"""Why two ships lay near each other: a transfer, or one of the things that look like it, each by name with its chance.

Each class says how often it occurs among pairs that are near for long, and what it makes likely: hulls in contact, keeping
their places rigidly, swinging, drifting or under way together, parallel, for so many hours, of such types, at such a place,
with such draughts after. The chances multiply (naive Bayes); factors that tell the same thing twice (speed, swing, range
and the status that the crew set) count by half.

The numbers are ASSUMED from what ships are known to do and from how GNSS errs; none was fitted to a data set. They are
stated here, in one table, so that they can be argued with. ``training/encounters.py`` holds the chances against simulated
worlds with known truth; ``docs/contacts.md`` has the reliability that it prints.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from darkwake.events.alongside import Contacts
from darkwake.events.columns import Columns
from darkwake.events.hulls import Floats
from darkwake.events.track import US_PER_HOUR

AT_ANCHOR, DRIFTING, UNDER_WAY = "transfer at anchor", "transfer drifting", "transfer under way"
TRANSFERS = (AT_ANCHOR, DRIFTING, UNDER_WAY)
ONE_PLACE = "one ship or track under two numbers"
"""What a transfer would be between two ships that lie in one place."""
BERTH, ANCHORAGE, ATTENDED, BUNKERING = "berth neighbours", "anchorage neighbours", "tug or pilot alongside", "bunkering"
PARALLEL, PASSING = "parallel courses", "passing"
CLASSES = (*TRANSFERS, BERTH, ANCHORAGE, ATTENDED, BUNKERING, PARALLEL, PASSING)


@dataclass(frozen=True)
class Spread:
    """A quantity above zero whose logarithm is normal: its median, and the standard deviation of its natural logarithm."""

    median: float
    log_sd: float

    def log_density(self, value: Floats) -> Floats:
        """Logarithm of the density of the logarithm."""
        z = (np.log(np.maximum(value, 1e-3)) - math.log(self.median)) / self.log_sd
        return np.asarray(np.maximum(-0.5 * z * z, FLOOR) - math.log(self.log_sd))

    def log_chance(self, least: Floats, most: Floats) -> Floats:
        """Logarithm of the chance of a value between two."""
        below, above = ((np.log(np.maximum(value, 1e-3)) - math.log(self.median)) / self.log_sd for value in (least, most))
        # The tail that is nearer: differences of chances near one would be lost.
        lower, upper = np.where(below > 0, -above, below), np.where(below > 0, -below, above)
        return np.asarray(np.maximum(np.log(np.maximum(ndtr(upper) - ndtr(lower), 1e-300)), FLOOR))


FLOOR = -12.0
"""No factor speaks louder than so many nats against a class: what is odd may be an odd fix (assumed)."""


@dataclass(frozen=True)
class Habit:
    """What a class makes likely."""

    often: float
    """How often among pairs that are near long enough (assumed; shares of one)."""
    in_contact: float
    """Chance that the hulls touch but for fenders."""
    apart_m: float
    """Scale of the hull distance where they do not touch."""
    strays_m: Spread
    """How far the other strays, seen from the deck."""
    shifted_m: Spread
    """How far the other's place on the deck moved from the first third of the time to the last."""
    speed_kn: Spread
    """What the pair makes good."""
    ranged_m: Spread
    """How far the pair strays over the ground."""
    swing_deg: Spread
    """How far they turn over the ground."""
    askew_deg: float
    """Mean angle between the axes where they lie parallel."""
    crossed: float
    """Chance that they do not lie parallel."""
    hours: Spread
    """How long."""
    edge_kn: Spread
    """How fast they come together or part, the slower of the two."""
    types: tuple[float, float, float, float]
    """Chance of: two tankers; a tanker and another merchant ship; a tug, pilot or service craft; two others."""
    small: float
    """Chance that the smaller of the two is under ``SMALL_M`` long."""
    where: tuple[float, float, float, float]
    """Chance of: a berth; an anchorage; a named transfer area; none of them."""
    status: tuple[float, float, float]
    """Chance that the crews have set: moored; at anchor; something else."""
    draughts: tuple[float, float, float]
    """Chance of: the one less and the other more draught afterwards; only one of them changed; none changed."""


SMALL_M = 100.0
"""Bunker barges are shorter (assumed: 50 to 100 m; the median of the bunker tankers in Mediterranean ports is near 90)."""
RIGID = Spread(8.0, 0.5)
"""Two GNSS errors of 6 to 7 m seen from the deck, metres."""
MADE_FAST = Spread(0.8, 0.9)
"""Ships are brought alongside and taken off by their engines or tugs, knots."""
STEADY = Spread(3.0, 0.9)
"""Medians of a third of the time err by a metre or two; lines have slack."""
HABITS: Mapping[str, Habit] = {
    AT_ANCHOR: Habit(
        0.02, 0.97, 15.0, RIGID, STEADY, Spread(0.06, 1.2),
        Spread(60.0, 0.9), Spread(20.0, 1.2), 4.0, 0.03, Spread(10.0, 0.9), MADE_FAST,
        (0.80, 0.10, 0.01, 0.09), 0.35, (0.04, 0.42, 0.14, 0.40), (0.15, 0.65, 0.20), (0.30, 0.25, 0.45),
    ),
    DRIFTING: Habit(
        0.01, 0.97, 15.0, RIGID, STEADY, Spread(0.9, 0.7),
        Spread(2500.0, 1.2), Spread(15.0, 1.3), 4.0, 0.03, Spread(8.0, 0.9), MADE_FAST,
        (0.80, 0.08, 0.01, 0.11), 0.35, (0.005, 0.08, 0.115, 0.80), (0.05, 0.10, 0.85), (0.30, 0.25, 0.45),
    ),
    UNDER_WAY: Habit(
        0.008, 0.97, 15.0, RIGID, STEADY, Spread(3.5, 0.5),
        Spread(20000.0, 1.0), Spread(8.0, 1.2), 3.0, 0.02, Spread(9.0, 0.9), MADE_FAST,
        (0.80, 0.08, 0.01, 0.11), 0.35, (0.001, 0.03, 0.119, 0.85), (0.02, 0.03, 0.95), (0.30, 0.25, 0.45),
    ),
    BERTH: Habit(
        0.35, 0.06, 90.0, RIGID, STEADY, Spread(0.012, 0.8),
        Spread(4.5, 0.5), Spread(0.8, 0.9), 4.0, 0.20, Spread(18.0, 1.1), Spread(1.2, 1.2),
        (0.35, 0.25, 0.10, 0.30), 0.35, (0.75, 0.05, 0.01, 0.19), (0.80, 0.05, 0.15), (0.06, 0.24, 0.70),
    ),
    ANCHORAGE: Habit(
        0.36, 0.003, 400.0, Spread(70.0, 0.8), Spread(50.0, 1.0), Spread(0.06, 1.2),
        Spread(50.0, 0.9), Spread(20.0, 1.2), 12.0, 0.20, Spread(24.0, 1.2), Spread(0.2, 1.5),
        (0.35, 0.30, 0.05, 0.30), 0.30, (0.03, 0.62, 0.05, 0.30), (0.05, 0.75, 0.20), (0.005, 0.045, 0.95),
    ),
    ATTENDED: Habit(
        0.10, 0.70, 60.0, Spread(10.0, 0.8), Spread(8.0, 1.2), Spread(0.6, 1.8),
        Spread(60.0, 2.5), Spread(10.0, 1.6), 12.0, 0.40, Spread(1.0, 1.2), Spread(1.5, 1.2),
        (0.01, 0.02, 0.95, 0.02), 0.97, (0.30, 0.25, 0.02, 0.43), (0.20, 0.20, 0.60), (0.005, 0.045, 0.95),
    ),
    BUNKERING: Habit(
        0.06, 0.95, 15.0, RIGID, STEADY, Spread(0.04, 1.3),
        Spread(25.0, 1.2), Spread(8.0, 1.5), 4.0, 0.04, Spread(5.0, 0.7), MADE_FAST,
        (0.35, 0.58, 0.05, 0.02), 0.90, (0.40, 0.50, 0.02, 0.08), (0.30, 0.40, 0.30), (0.02, 0.18, 0.80),
    ),
    PARALLEL: Habit(
        0.06, 0.003, 350.0, Spread(45.0, 1.2), Spread(80.0, 1.3), Spread(8.0, 0.8),
        Spread(15000.0, 1.3), Spread(8.0, 1.2), 5.0, 0.05, Spread(2.0, 1.3), Spread(0.08, 1.2),
        (0.30, 0.32, 0.08, 0.30), 0.40, (0.005, 0.045, 0.01, 0.94), (0.01, 0.02, 0.97), (0.005, 0.045, 0.95),
    ),
    PASSING: Habit(
        0.032, 0.003, 300.0, Spread(250.0, 0.8), Spread(600.0, 1.0), Spread(5.0, 1.0),
        Spread(1500.0, 1.2), Spread(25.0, 1.2), 30.0, 0.50, Spread(0.25, 0.6), Spread(2.0, 1.2),
        (0.25, 0.35, 0.10, 0.30), 0.40, (0.03, 0.12, 0.01, 0.84), (0.02, 0.03, 0.95), (0.005, 0.045, 0.95),
    ),
}  # fmt: skip
FENDER_M = 4.0
"""Hulls in contact are a fender apart (pneumatic fenders of tankers are 2.5 to 4.5 m thick)."""
FENDER_SD_M = 3.0
ODD = 1e-9
"""Density (a metre) of a hull distance that no class explains: antennas set wrong by the crew and left so (assumed)."""
WEIGHTS: Mapping[str, float] = {"range over the ground": 0.5, "swing": 0.5, "status": 0.5}
"""How much a factor counts, one where it does not stand here: what tells the same thing twice counts by half."""


@dataclass(frozen=True)
class Circumstances(Columns):
    """What is known of meetings besides the two tracks' motion; -1 where it is not known."""

    types: NDArray[np.int64]
    """0 two tankers, 1 a tanker and another merchant ship, 2 a tug, pilot or service craft, 3 two others."""
    smaller_m: Floats
    """Length of the smaller one; nan where it is not known."""
    place: NDArray[np.int64]
    """0 a berth, 1 an anchorage, 2 a named transfer area, 3 none of them."""
    draughts: NDArray[np.int64]
    """0 the one less and the other more, 1 only one changed, 2 none changed."""


@dataclass(frozen=True)
class Verdicts:
    """The chance of each class for each contact, and what each factor said for a transfer."""

    chances: Mapping[str, Floats]
    """Class to chances; those of one contact add up to one."""
    weights: Mapping[str, Floats]
    """Factor to the logarithm of how much likelier it is under the likeliest transfer than under the likeliest other class;
    nan where it says nothing."""
    two_hulls: Floats
    """The chance that two ships were there at all."""

    @property
    def likeliest(self) -> NDArray[np.object_]:
        """The names of the likeliest classes."""
        at = np.argmax(np.stack([self.chances[name] for name in CLASSES]), axis=0)
        one_place = (self.two_hulls < 0.5) & (at < len(TRANSFERS))
        return np.array([*CLASSES, ONE_PLACE], dtype=object)[np.where(one_place, len(CLASSES), at)]

    @property
    def transfer(self) -> Floats:
        """The chance that it was a transfer of any kind."""
        return self.two_hulls * sum((self.chances[name] for name in TRANSFERS), np.zeros(len(self.two_hulls)))


def judged(contacts: Contacts, known: Circumstances) -> Verdicts:
    """The chance of each class for what two ships did, contact by contact.

    Args:
        contacts: what they did.
        known: the circumstances of each contact.
    """
    logs = factors(contacts, known)
    often = np.log([habit.often for habit in HABITS.values()])
    at = np.arange(len(contacts.meeting))
    sums = often[:, None] + sum((np.nan_to_num(log) for log in logs.values()), np.zeros((len(HABITS), len(at))))
    odds = np.exp(sums - sums.max(axis=0))
    transfer, other = (among[np.argmax(sums[among], axis=0)] for among in (_TRANSFERS, _OTHERS))
    weights = {word: log[transfer, at] - log[other, at] for word, log in logs.items()}
    weights["how often"] = often[transfer] - often[other]
    return Verdicts(dict(zip(HABITS, odds / odds.sum(axis=0), strict=True)), weights, contacts.two_hulls)


_TRANSFERS, _OTHERS = (
    np.array([at for at, name in enumerate(HABITS) if (name in TRANSFERS) is wanted]) for wanted in (True, False)
)


def factors(contacts: Contacts, known: Circumstances) -> dict[str, Floats]:
    """What each factor says, as much as it counts: ``[classes, contacts]``, nan where it is not known."""
    said = [told(habit, contacts, known) for habit in HABITS.values()]
    return {word: WEIGHTS.get(word, 1.0) * np.stack([of[word] for of in said]) for word in said[0]}


def told(habit: Habit, contacts: Contacts, known: Circumstances) -> dict[str, Floats]:
    """Logarithm of the chance of each factor under a class, contact by contact; nan where it is not known."""
    aligned = np.exp(-contacts.askew_deg / habit.askew_deg) / habit.askew_deg
    return {
        "hull distance": _gap(habit, contacts),
        "rigidity": habit.strays_m.log_density(np.maximum(contacts.spread_m, 3.0)),
        "shift": habit.shifted_m.log_density(np.maximum(contacts.shifted_m, 1.0)),
        "hours": habit.hours.log_chance(*_hours(contacts)),
        "speed made good": habit.speed_kn.log_density(np.maximum(contacts.speed_kn, 0.004)),
        "range over the ground": habit.ranged_m.log_density(np.maximum(contacts.ranged_m, 2.0)),
        "coming and leaving": habit.edge_kn.log_density(np.maximum(contacts.edge_kn, 0.01)),
        "swing": habit.swing_deg.log_density(np.maximum(contacts.swing_deg, 0.3)),
        "parallel": np.log((1.0 - habit.crossed) * aligned + habit.crossed / 90.0),
        "status": _status(habit, contacts),
        "ship types": _among(habit.types, known.types),
        "size": _among((habit.small, 1.0 - habit.small), np.where(np.isnan(known.smaller_m), -1, known.smaller_m >= SMALL_M)),
        "place": _among(habit.where, known.place),
        "draughts": _among(habit.draughts, known.draughts),
    }


def _status(habit: Habit, contacts: Contacts) -> Floats:
    moored, anchored, neither = (math.log(chance) for chance in habit.status)
    return contacts.moored * moored + (contacts.still - contacts.moored) * anchored + (1.0 - contacts.still) * neither


def _among(chances: Sequence[float], which: NDArray[np.int64]) -> Floats:
    """The logarithm of the chance of each case; nan where it is not known."""
    return np.array([*(math.log(chance) for chance in chances), math.nan])[which]


WITHIN = 1.1
"""A length of time is not known better than by this factor (assumed)."""
FOREVER_H = 1e4


def _hours(contacts: Contacts) -> tuple[Floats, Floats]:
    """Least and most hours that they were together: nobody heard them apart before or after, so it may have been longer."""
    least = np.maximum(contacts.hours, 0.1)
    longest = (contacts.end_hi_us - contacts.start_lo_us) / US_PER_HOUR
    heard = np.where(np.isnan(contacts.before_m + contacts.after_m), FOREVER_H, least * WITHIN)
    known = contacts.touching & ~np.isnan(longest)
    most = np.where(contacts.touching, np.where(known, longest, FOREVER_H), heard)
    return np.where(known, np.minimum(least, longest / WITHIN), least), most


def _gap(habit: Habit, contacts: Contacts) -> Floats:
    """Hulls in contact, or as far apart as chance has them; the distance is as good as its error."""
    sd = np.hypot(contacts.gap_sd_m, FENDER_SD_M)
    close = np.exp(-0.5 * ((contacts.gap_m - FENDER_M) / sd) ** 2) / (sd * math.sqrt(2 * math.pi))
    far = np.maximum(contacts.gap_m, 0.0) + contacts.gap_sd_m
    loose = far / habit.apart_m**2 * np.exp(-far / habit.apart_m)
    return np.asarray(np.log(habit.in_contact * close + (1.0 - habit.in_contact) * loose + ODD))
