"""A million worlds of a sum without holding them: the model of the ledger, streamed through memory in blocks of worlds.

The same distributions as the stored draws, drawn otherwise, so single draws differ and quantiles agree within Monte Carlo
error. What visits share is drawn as everywhere. Where a load is deadweight x laden fraction x barrels per tonne, what a ship
or a visit has to itself is drawn from 16 random bits: the middle of a stratum of equal probability, looked up. A size lies
within 1/131,072 of its probability, an own load within 1/8,192 (1/5,200 in a fleet of 25, where one number tells both ship and
load), and sums are kept in single precision. That a visit happened and that it falls into the period is one chance. A visit on
any other basis is drawn as everywhere. Gives the last day alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from darkwake.cargo import CargoRule, chosen
from darkwake.cargo.factors import (
    DEADWEIGHT,
    DEADWEIGHT_LEVEL,
    DEADWEIGHT_RECORD,
    FLEET,
    LADEN,
    LADEN_OWN,
    NOTHING_SET,
    Factor,
    conversion_name,
)
from darkwake.cargo.loads import SCOPE, Loading
from darkwake.cargo.ships import WHICH_SHIP, Row, Ship
from darkwake.cargo.unknowns import Unknowns
from darkwake.draws import generator, quantiles
from darkwake.errors import UsageError
from darkwake.ledger.parts import Numbers
from darkwake.ledger.words import percent, rounded

BLOCK = 8192
"""Worlds in one block."""
AT_ONCE = 16
"""Visits drawn in one go: with a block their arrays stay within the second cache of a core, and calls are few for threads."""
BITS = 16
STRATA = 1 << BITS
OWN_BITS = 12
"""Bits that tell the own load of a visit: what is left of 16 once they told the ship has about as many values."""
LOOK = 1000
"""Worlds in which it is looked up on what each load stands."""
BY_SIZE = frozenset({DEADWEIGHT, DEADWEIGHT_LEVEL, DEADWEIGHT_RECORD, FLEET, WHICH_SHIP, LADEN, LADEN_OWN})
"""The unknowns, with the barrels per tonne, of a load that is streamed."""

Singles = NDArray[np.float32]
Words = NDArray[np.uint16]


@dataclass(frozen=True)
class Total:
    """A sum over many worlds against a cap."""

    worlds: int
    visits: int
    bbl: Mapping[str, float]
    cap_bbl: float
    chance_exceeded: float

    def words(self) -> str:
        """The sum and the chance."""
        low, middle, high = (rounded(self.bbl[word]) for word in ("p05", "p50", "p95"))
        chance = f"chance of more than {rounded(self.cap_bbl)} bbl {percent(self.chance_exceeded)}"
        return f"{self.visits} visits in {self.worlds:,} worlds: {middle} bbl ({low} to {high}), {chance}"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.words())}</p>"


def total(
    visits: pa.Table,
    vessels: pa.Table,
    *,
    worlds: int = 1_000_000,
    seed: int = 1,
    cap_bbl: float = 500_000.0,
    period: tuple[date, date] | None = None,
    cargo: CargoRule | None = None,
    factors: Mapping[str, object] = NOTHING_SET,
    threads: int = 2,
) -> Total:
    """The barrels of visits and the chance that they are more than a cap, over any number of worlds.

    Args:
        visits: Rows of ``schema.Visits``; every one that has a payload counts.
        vessels: Rows of ``schema.Vessels``.
        worlds: How many.
        seed: Seed of the draws.
        cap_bbl: Barrels that may be exceeded.
        period: First and last day that count; without it all days.
        cargo: Parameters of the payloads.
        factors: Factors to replace, by name.
        threads: Blocks that are drawn at one time.

    Raises:
        UsageError: no world at all.
        InputError: an unknown product or factor, bounds that contradict each other, a deadweight that cannot be.
    """
    if worlds < 1:
        raise UsageError(f"{worlds} worlds are none", do="ask for one or more")
    stream = _Stream.of(Loading.of(visits, vessels, cargo or CargoRule(), chosen(factors)), seed, period)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        found = np.concatenate(list(pool.map(stream.block, range(-(-worlds // BLOCK)))))[:worlds]
    p05, p50, p95 = quantiles(found)
    chance = float((found > cap_bbl).mean())
    return Total(worlds, len(stream.chances), {"p05": p05, "p50": p50, "p95": p95}, cap_bbl, chance)


@dataclass(frozen=True)
class _Group:
    """Visits of one ship, or of one fleet, with one product, and the chance that each counts."""

    ship: Ship
    conversion: str
    chances: tuple[float, ...]


@dataclass(frozen=True)
class _Stream:
    """Visits sorted into those that are streamed by size and the rest, which are drawn as everywhere."""

    groups: tuple[_Group, ...]
    rest: Loading
    chances: Mapping[str, float]
    """The chance that each visit counts, by its id."""
    odds: Singles
    """Strata of the factor by which a visit's own log-odds lower the odds of its laden fraction."""
    seed: int

    @classmethod
    def of(cls, loading: Loading, seed: int, period: tuple[date, date] | None) -> _Stream:
        """The visits sorted by the unknowns that their loads are drawn from."""
        rows = {row["visit_id"]: row for row in loading.rows}
        chances = {visit_id: _chance(row, period) for visit_id, row in rows.items()}
        found: dict[tuple[str, str], list[Row]] = {}
        rest: list[Row] = []
        skewed = loading.factors[DEADWEIGHT].shape == "lognormal"
        for load in loading.all(Unknowns(seed, LOOK, SCOPE)):
            row, conversion = rows[load.visit_id], conversion_name(load.product)
            by_size = load.unknowns.keys() <= BY_SIZE | {conversion} and LADEN in load.unknowns
            if by_size and (skewed or DEADWEIGHT not in load.unknowns):
                found.setdefault((loading.ships[load.visit_id].key, conversion), []).append(row)
            else:
                rest.append(row)
        groups = tuple(
            _Group(loading.ships[kept[0]["visit_id"]], conversion, tuple(chances[row["visit_id"]] for row in kept))
            for (_, conversion), kept in found.items()
        )
        odds = np.exp(-_strata(loading.factors[LADEN_OWN].at, 1 << OWN_BITS)).astype(np.float32)
        return cls(groups, Loading(tuple(rest), loading.ships, loading.cargo, loading.factors), chances, odds, seed)

    def block(self, number: int) -> Numbers:
        """The sum in each world of a block; blocks are drawn apart, so their order and the threads change nothing."""
        factors, unknown = self.rest.factors, Unknowns(self.seed, BLOCK, f"{SCOPE}, block {number}")
        words = _words_of(generator(self.seed, f"{SCOPE}, block {number}", "16 bits"))
        draw = _Block(factors, unknown, words, self.odds)
        bbl = np.zeros(BLOCK)
        for group in self.groups:
            bbl += draw.tonnes(group) * factors[group.conversion].at(unknown(group.conversion))
        for load in self.rest.all(unknown):
            bbl += load.barrels * (words(1)[0] < STRATA * self.chances[load.visit_id])
        return bbl


def _chance(row: Row, period: tuple[date, date] | None) -> float:
    """The chance that a visit happened and falls into the period; each day of its interval is as likely as the next."""
    first, last = row["arrival_lo"].date().toordinal(), row["arrival_hi"].date().toordinal()
    probability = float(row["probability"])
    if period is None:
        return probability
    inside = min(last, period[1].toordinal()) - max(first, period[0].toordinal()) + 1
    return float(probability * max(inside, 0) / (last - first + 1))


def _strata(at: Callable[[Numbers], Numbers], strata: int = STRATA) -> Numbers:
    """A distribution at the middles of strata of equal probability."""
    return at((np.arange(strata) + 0.5) / strata)


def _words_of(random: np.random.Generator) -> Callable[[int], NDArray[np.uint16]]:
    """Rows of 16 random bits, one a world of a block."""

    def words(rows: int) -> NDArray[np.uint16]:
        raw: NDArray[np.uint64] = random.bit_generator.random_raw(rows * BLOCK * BITS // 64)
        return raw.view(np.uint16).reshape(rows, BLOCK)

    return words


class _Block:
    """One block of worlds: what all visits share, and the tonnes of groups of visits."""

    def __init__(self, factors: Mapping[str, Factor], unknown: Unknowns, words: Callable[[int], Words], odds: Singles) -> None:
        self.factors, self.unknown, self.words, self.odds = factors, unknown, words, odds
        level = np.clip(factors[LADEN].at(unknown(LADEN)), 1e-9, 1 - 1e-9)
        self.empty_odds = ((1 - level) / level).astype(np.float32)
        self.own, self.at = np.empty((AT_ONCE, BLOCK), np.uint16), np.empty((AT_ONCE, BLOCK), np.uint32)
        self.over_fraction, self.loads = np.empty((2, AT_ONCE, BLOCK), np.float32)

    def tonnes(self, group: _Group) -> Numbers:
        """The tonnes of a group of visits in each world."""
        if group.ship.of_fleet:
            return self._of_fleet(group).astype(np.float64)
        found = np.zeros(BLOCK, np.float32)
        for chances in _some(group.chances):
            found += self._counted(np.reciprocal(self._over_fraction(self.words(len(chances)))), chances)
        return found * self._ship_t(group.ship)

    def _over_fraction(self, words: Words) -> Singles:
        """One over the laden fraction of visits (rows), a logistic function of level and own log-odds."""
        own = np.right_shift(words, BITS - OWN_BITS, out=self.own[: len(words)])
        found = self.odds.take(own, mode="wrap", out=self.over_fraction[: len(words)])
        found *= self.empty_odds
        found += np.float32(1)
        return found

    def _counted(self, tonnes: Singles, chances: Singles) -> Singles:
        """The tonnes of visits (rows) together, of those that count."""
        if (chances < 1).any():
            tonnes *= self.words(len(chances)) < STRATA * chances[:, None]
        together: Singles = tonnes.sum(axis=0)
        return together

    def _ship_t(self, ship: Ship) -> Numbers:
        if ship.dwt_t is not None:
            return ship.dwt_t * self.factors[DEADWEIGHT_RECORD].at(self.unknown(DEADWEIGHT_RECORD, ship.key))
        return self._sizes(ship, 1)[:, 0].astype(np.float64)

    def _of_fleet(self, group: _Group) -> Singles:
        """Each visit is made by one of the ships that the fleet has in a world.

        Bits times the number of ships: the whole part tells the ship, and the rest, as evenly spread, the own load.
        """
        count = np.rint(self.factors[FLEET].at(self.unknown(FLEET))).astype(np.uint32)
        most = int(count.max())
        sizes = self._sizes(group.ship, most).ravel()
        first = np.arange(BLOCK, dtype=np.uint32) * np.uint32(most)
        found = np.zeros(BLOCK, np.float32)
        for chances in _some(group.chances):
            rows = len(chances)
            at = np.multiply(self.words(rows), count, out=self.at[:rows])
            own = self.own[:rows]
            np.copyto(own, at, casting="unsafe")
            at >>= BITS
            at += first
            tonnes = sizes.take(at, mode="wrap", out=self.loads[:rows])
            tonnes /= self._over_fraction(own)
            found += self._counted(tonnes, chances)
        return found

    def _sizes(self, ship: Ship, count: int) -> Singles:
        """Deadweights of so many ships (columns) of which only bounds are known, in each world (rows).

        The lognormal distribution between bounds: a stratum of what lies between them, looked up.
        """
        prior, (low, high) = self.factors[DEADWEIGHT], ship.bounds
        median = prior.central * self.factors[DEADWEIGHT_LEVEL].at(self.unknown(DEADWEIGHT_LEVEL))
        below, above = (ndtr(np.log(bound / median) / prior.spread) for bound in (low, high))
        between = self.words(count).reshape(BLOCK, count) * (above - below).astype(np.float32)[:, None]
        between += (below * STRATA).astype(np.float32)[:, None]
        found: Singles = np.take(_steps(prior.spread), between.astype(np.int64), mode="clip")
        found *= median.astype(np.float32)[:, None]
        return np.clip(found, np.float32(low), np.float32(high), out=found)


def _some(chances: Sequence[float]) -> Iterator[Singles]:
    """The visits of a group, as many as are drawn in one go."""
    for start in range(0, len(chances), AT_ONCE):
        yield np.asarray(chances[start : start + AT_ONCE], np.float32)


@cache
def _steps(log_sd: float) -> Singles:
    """Strata of a lognormal distribution of median 1."""
    found: Singles = np.exp(log_sd * _strata(ndtri)).astype(np.float32)
    return found
