"""How the particulars of a ship hang together, in logarithms, and what the known ones tell of the others.

Seven quantities of one kind of ship: length, beam given length, deadweight given both, lightship, block coefficient, depth over
draught and tonnes per centimetre, each linear in those before it with a normal error (some bend with the length). The summer
draught follows from them: ``dwt + lightship = 1.025 Lwl B T Cb``, and the block coefficient was fitted so that it follows as
design draughts on record have it. All is Gaussian but this closure, which is nearly linear in logarithms; it is linearised
where the ship lies and found again (iterated Gauss-Newton), so a posterior is closed algebra and no sampling.
The coefficients are those of ``bundled/hulls.csv``, written by ``training/hulls.py`` with the source of each.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from scipy.special import ndtr, ndtri

from darkwake.cargo.factor import Numbers
from darkwake.errors import InputError, nearest

TABLE = Path(__file__).parents[1] / "bundled" / "hulls.csv"
SEA_T_PER_M3 = 1.025
"""Sea water of the load lines and of tonnes per centimetre."""
WATERLINE_OVER_LENGTH = 0.97
"""Waterline length over length over all: assumed, because no data here hold both (1.02 Lpp, US EPA, with Lpp 0.95 of it)."""
UNIT_LENGTH_M, UNIT_BEAM_M = 100.0, 15.0
"""Lengths and beams are counted in these before the logarithm is taken."""
SHORT_M = 130.0
"""Shorter ships differ more; each relation has a spread for either side."""

STATE = ("length", "beam", "deadweight", "lightship", "block coefficient", "depth over draught", "tonnes per centimetre")
LENGTH, BEAM, WEIGHT, LIGHT, BLOCK, DEPTH, TPC = range(len(STATE))
STEPS = 12
"""Gauss-Newton steps; three suffice for ordinary ships."""
EXACT_SD = 1e-5
"""Standard deviation, of the logarithm, of what is given as exact: 1 in 100,000, so that the algebra stays well conditioned."""


@dataclass(frozen=True)
class Relation:
    """The coefficients of one quantity of one kind, with their source."""

    values: Mapping[str, float]
    source: str
    verified: bool

    def sd(self, length_m: float) -> float:
        """Standard deviation of the logarithm about the relation, for a ship of this length."""
        return self.of("sd", length_m)

    def of(self, term: str, length_m: float) -> float:
        """A coefficient that may have a value for short and one for long ships, for a ship of this length."""
        if term in self.values:
            return self.values[term]
        return self.values[f"{term} {'short' if length_m < SHORT_M else 'long'}"]

    @property
    def shared(self) -> float:
        """The part of that variance that is an error of the relation itself, and so the same for all ships of the kind."""
        return self.values.get("shared", 0.0)


@cache
def relations() -> Mapping[str, Mapping[str, Relation]]:
    """The relations by kind and quantity.

    >>> sorted(relations())
    ['container ship', 'general cargo ship', 'tanker']
    """
    rows = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
    found: dict[str, dict[str, Relation]] = {}
    for row in rows:
        values = {other["term"]: float(other["value"]) for other in rows if _same(row, other)}
        relation = Relation(MappingProxyType(values), row["source"], row["verified"] == "yes")
        found.setdefault(row["kind"], {})[row["quantity"]] = relation
    return MappingProxyType(found)


def _same(row: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return (row["kind"], row["quantity"]) == (other["kind"], other["quantity"])


def relations_of(kind: str) -> Mapping[str, Relation]:
    """The relations of a kind of ship.

    Raises:
        InputError: a kind that is not known here.
    """
    if kind not in relations():
        raise InputError(f"no particulars are known of a {kind!r}", do=nearest(kind, relations()))
    return relations()[kind]


@dataclass(frozen=True)
class Level:
    """What a case says of one quantity of a kind: middle and spread, of the logarithm, that its ships have in common."""

    quantity: str
    mean: float
    sd: float


def shared_of(kind: str, quantity: str, length_m: float, levels: tuple[Level, ...] = ()) -> float:
    """The part of the variance about a relation that all ships of a kind of this length have in common."""
    relation = relations_of(kind)[quantity]
    level = next((level for level in levels if level.quantity == quantity), None)
    if level is None:
        return relation.shared
    own = (1 - relation.shared) * relation.sd(length_m) ** 2
    return level.sd**2 / (level.sd**2 + own)


@dataclass(frozen=True)
class Normal:
    """A normal distribution of the seven quantities (logarithms; lengths in units of 100 m, beams of 15 m)."""

    mean: Numbers
    covariance: Numbers

    def observe(self, row: Numbers, value: float, sd: float) -> Normal:
        """What it becomes once ``row @ state`` is known to be ``value`` within ``sd``."""
        toward = self.covariance @ row
        gain = toward / (float(row @ toward) + sd**2)
        mean = self.mean + gain * (value - float(row @ self.mean))
        left = np.eye(len(row)) - np.outer(gain, row)
        # Joseph's form keeps the covariance symmetric and never negative.
        return Normal(mean, left @ self.covariance @ left.T + sd**2 * np.outer(gain, gain))


def prior(kind: str, length_m: float, levels: tuple[Level, ...] = ()) -> Normal:
    """The seven quantities of ships of a kind, near a length (where spreads are read, and what bends with it)."""
    known = relations_of(kind)
    by_dimensions = np.array([_by_dimensions(known[quantity], quantity, length_m) for quantity in STATE])
    level, on = by_dimensions[:, 0].copy(), np.zeros((7, 7))
    on[:, [LENGTH, BEAM]] = by_dimensions[:, 1:]
    sd = np.array([known[quantity].sd(length_m) for quantity in STATE])
    light, immersion = (known[STATE[at]].values for at in (LIGHT, TPC))
    fuller = known["block coefficient"].of("deadweight", length_m)
    follows = ((LIGHT, WEIGHT, light["deadweight"]), (BLOCK, WEIGHT, fuller), (TPC, BLOCK, immersion["block"]))
    for at, of, share in follows:
        # It follows what the other has beyond the relation of the other to length and beam.
        on[at, of] += share
        on[at, [LENGTH, BEAM]] -= share * by_dimensions[of, 1:]
        level[at] -= share * by_dimensions[of, 0]
    # The spread of tonnes per centimetre was fitted as a whole: what the block coefficient explains is taken out of it.
    explained = immersion["block"] ** 2 * (sd[BLOCK] ** 2 + (fuller * sd[WEIGHT]) ** 2)
    sd[TPC] = np.sqrt(max(sd[TPC] ** 2 - explained, (0.3 * sd[TPC]) ** 2))
    for item in levels:
        which, whole = STATE.index(item.quantity), shared_of(kind, item.quantity, length_m, levels)
        level[which] += item.mean
        # What was shared makes way for what the case says is.
        sd[which] *= np.sqrt((1 - known[item.quantity].shared) / (1 - whole))
    spreading = np.linalg.inv(np.eye(7) - on)
    return Normal(spreading @ level, spreading @ np.diag(sd**2) @ spreading.T)


def _by_dimensions(relation: Relation, quantity: str, length_m: float) -> tuple[float, float, float]:
    """Level, power of length and power of beam near a length; of the length itself there is a level alone."""
    values = relation.values
    level, length = _along_length(relation, length_m)
    beam = 0.0 if quantity == "beam" else values.get("beam", 0.0)
    return level, 0.0 if quantity == "length" else length, beam


def _along_length(relation: Relation, length_m: float) -> tuple[float, float]:
    """Level and slope in ln length: a power, or at a length linear between the knots and level beyond them."""
    knots = {float(term.split()[1]): value for term, value in relation.values.items() if term.startswith("at ")}
    if not knots:
        return relation.values.get("level", 0.0), relation.values.get("length", 0.0)
    at, values = np.log(np.array(list(knots)) / UNIT_LENGTH_M), np.array(list(knots.values()))
    here = np.log(length_m / UNIT_LENGTH_M)
    if not at[0] < here < at[-1]:
        return float(values[0] if here <= at[0] else values[-1]), 0.0
    upper = int(np.searchsorted(at, here))
    slope = float((values[upper] - values[upper - 1]) / (at[upper] - at[upper - 1]))
    return float(values[upper] - slope * at[upper]), slope


def draught_of(state: Numbers) -> Numbers:
    """Logarithm of the summer draught in metres that closes the weights (state: seven rows, or one state)."""
    return np.asarray(np.logaddexp(state[WEIGHT], state[LIGHT]) - _prism(state) - state[BLOCK])


def _prism(state: Numbers) -> Numbers:
    """Logarithm of the tonnes that one metre of the box around the waterline holds."""
    unit = np.log(SEA_T_PER_M3 * WATERLINE_OVER_LENGTH * UNIT_LENGTH_M * UNIT_BEAM_M)
    return np.asarray(unit + state[LENGTH] + state[BEAM])


def draught_row(state: Numbers) -> Numbers:
    """The slope of the closure at a state."""
    light = float(1 / (1 + np.exp(state[WEIGHT] - state[LIGHT])))
    return np.array([-1.0, -1.0, 1 - light, light, -1.0, 0.0, 0.0])


@dataclass(frozen=True)
class Observed:
    """One known quantity: its name among ``STATE`` or "draught" or "depth", its logarithm and that one's deviation."""

    quantity: str
    value: float
    sd: float = EXACT_SD


def row_of(quantity: str, state: Numbers) -> tuple[Numbers, float]:
    """The row of an observation and its offset at a state: the quantity is about ``row @ state + offset``."""
    if quantity in STATE:
        return np.eye(7)[STATE.index(quantity)], 0.0
    row = draught_row(state)
    if quantity == "depth":
        row = row + np.eye(7)[DEPTH]
    exact = float(draught_of(state)) + (float(state[DEPTH]) if quantity == "depth" else 0.0)
    return row, exact - float(row @ state)


@lru_cache(maxsize=4096)
def posterior(kind: str, observed: tuple[Observed, ...], levels: tuple[Level, ...] = ()) -> Normal:
    """The seven quantities once some of them, or draught or depth, are known."""
    length = next((item.value for item in observed if item.quantity == "length"), relations_of(kind)["length"].values["level"])
    found = prior(kind, float(np.exp(length)) * UNIT_LENGTH_M, levels)
    at: Numbers = found.mean
    for step in range(STEPS):
        found = prior(kind, UNIT_LENGTH_M * float(np.exp(min(max(float(at[LENGTH]), -1.5), 1.6))), levels)
        for item in observed:
            row, offset = row_of(item.quantity, at)
            found = found.observe(row, item.value - offset, item.sd)
        if np.allclose(found.mean, at, rtol=0, atol=1e-9):
            break
        # Half steps: spread and depth are read piecewise by length, and a full step may jump to and fro over an edge.
        at = 0.5 * (at + found.mean) if step > STEPS // 2 else found.mean
    return found


def no_shallower(found: Normal, state: Numbers, least: float) -> Numbers:
    """Draws of a ship (columns) given that the logarithm of her summer draught is ``least`` or more.

    What is normal along the draught becomes normal cut off at the bound; all else follows it by regression. A draw keeps its
    place among the others, so that equal random numbers are still one ship.
    """
    row, offset = row_of("draught", found.mean)
    along = found.covariance @ row
    variance = float(row @ along)
    if variance <= EXACT_SD:
        return state
    middle, sd = float(row @ found.mean) + offset, variance**0.5
    away = (row @ state + offset - middle) / sd
    cut = -ndtri(np.maximum(ndtr(-away) * ndtr(-(least - middle) / sd), 1e-300))
    moved: Numbers = state + np.outer(along / sd, cut - away)
    return moved


def expected(kind: str, quantity: str, observed: tuple[Observed, ...], levels: tuple[Level, ...] = ()) -> tuple[float, float]:
    """Logarithm and standard deviation at which the others put a quantity."""
    found = posterior(kind, tuple(item for item in observed if item.quantity != quantity), levels)
    row, offset = row_of(quantity, found.mean)
    return float(row @ found.mean) + offset, max(float(row @ found.covariance @ row), 0.0) ** 0.5


def root(covariance: Numbers) -> Numbers:
    """The lower triangular root of a covariance that may be singular (Cholesky; what is known has no column).

    >>> root(np.array([[4.0, 2.0], [2.0, 1.0]])).tolist()
    [[2.0, 0.0], [1.0, 0.0]]
    """
    left = covariance.copy()
    found = np.zeros_like(left)
    for k in range(len(left)):
        if left[k, k] > (3 * EXACT_SD) ** 2:
            found[:, k] = left[:, k] / np.sqrt(left[k, k])
            left = left - np.outer(found[:, k], found[:, k])
    return np.tril(found)
