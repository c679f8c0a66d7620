"""What would settle whether a cap was exceeded: the mean load that decides it, and how many visits would have to be measured.

If m of n visits are measured, the sum is n times their mean. It then hangs on no assumption about sizes and loads, and errs by

    variance = n^2 e^2 / m + n (n - m) s^2 / m + (n h)^2

with s the spread of the loads of single visits, e the own error of one measurement and h what all measurements share (barrels
per tonne, the method's bias): sampling without replacement (Cochran, Sampling Techniques, 1977, section 2.6) and the errors,
of what is measured alone: the laden fraction that a payload of a single visit joins to a poor image is kept out of them.
The sum itself is taken to lie as the ledger has it. Errors of measuring come from the same functions as payloads, for a tanker
of the middle size of the prior. Visits that nobody saw are not in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from darkwake.cargo.afloat import PART, Loaded
from darkwake.cargo.draughts import Measured, tonnes_by_draughts
from darkwake.cargo.factors import DEADWEIGHT, catalogue, chosen, conversion_name
from darkwake.cargo.freeboard import NOT_STATED, tonnes_by_freeboards
from darkwake.cargo.hull import Hull, Known, hull
from darkwake.cargo.products import UNNAMED
from darkwake.cargo.unknowns import Unknowns
from darkwake.ledger.parts import Numbers
from darkwake.ledger.words import percent, rounded

SURE = 0.95
"""The question counts as settled above this chance, and below what is left of it: the ends of the scale of likelihood."""
IN_WORLDS = 0.90
"""In how many of the worlds of the ledger so many measured visits have to settle it; assumed, because nothing settles all: in
some worlds the sum lies at the cap."""
Z95 = float(ndtri(SURE))
MARKS_SD_M = 0.05
"""Error of draught marks read from a picture of the hull, metres; assumed, because marks stand 0.2 m apart with figures of
0.1 m (International Convention on Load Lines, practice of draught surveys) and swell moves them by centimetres."""
LADEN_OF_DRAUGHT, EMPTY_OF_DRAUGHT = 0.93, 0.55
"""Draughts of the ship that the errors are worked out for, of her summer draught: laden to about 85 %, and in ballast; assumed,
because errors in tonnes hang little on them."""
WORLDS = 2000
"""Draws from which the errors of measuring are told."""
SCOPE = "settle"


@dataclass(frozen=True)
class Way:
    """A way of measuring a load: standard errors of its own and shared by all measurements, relative to the load."""

    words: str
    own: float
    shared: float


@dataclass(frozen=True)
class Enough:
    """How many visits measured in this way settle the question, and how likely it is settled with all of them."""

    way: Way
    visits: int | None
    with_all: float

    def to_dict(self) -> dict[str, object]:
        """Plain values."""
        errors = {"own_error": self.way.own, "shared_error": self.way.shared}
        return {"by": self.way.words, "visits": self.visits, "settled_if_all": self.with_all, **errors}

    def said(self, visits: int) -> str:
        """In words, for so many visits in all."""
        if self.visits is None:
            return f"{self.way.words} of all {visits} visits settle it with a chance of {percent(self.with_all)}"
        return f"{self.way.words} of {self.visits} of the {visits} visits"


@dataclass(frozen=True)
class Settle:
    """What would settle whether a cap was exceeded."""

    break_even_bbl: float
    """Mean load of a visit at which the sum is the cap."""
    mean_bbl: tuple[float, float, float]
    """Mean load as the ledger has it: p05, p50, p95."""
    visits: int
    measured: tuple[Enough, ...]
    widest: tuple[str, str] | None
    """The cause that widens the sum most, and what would tell it."""

    def to_dict(self) -> dict[str, object]:
        """Plain values."""
        mean = dict(zip(("p05", "p50", "p95"), self.mean_bbl, strict=True))
        widest = None if self.widest is None else {"cause": self.widest[0], "settled_by": self.widest[1]}
        ways = [one.to_dict() for one in self.measured]
        said = {"break_even_bbl": self.break_even_bbl, "mean_bbl": mean, "visits": self.visits, "measured": ways}
        return {**said, "widest": widest, "words": self.words()}

    def words(self) -> str:
        """In words, with the numbers."""
        low, middle, high = (rounded(value) for value in self.mean_bbl)
        mean = f"{middle} bbl" if low == high else f"{middle} bbl ({low} to {high})"
        said = f"the cap is passed if the {self.visits} visits carried over {rounded(self.break_even_bbl)} bbl each on average"
        enough = [one.said(self.visits) for one in self.measured if one.visits is not None]
        rest = [one.said(self.visits) for one in self.measured if one.visits is None]
        sure = f"bring the chance over {percent(SURE)} or under {percent(1 - SURE)}, whichever is the truth"
        by = [f"{', or '.join(enough)} would {sure} (in {percent(IN_WORLDS)} of the worlds)"] if enough else []
        told = [f"the widest unknown is {self.widest[0]}, told by {self.widest[1]}"] if self.widest else []
        return "; ".join([f"{said}, and it is reckoned at {mean}", *by, *rest, *told])


def settle(
    cap_bbl: float,
    bbl: tuple[float, float, float],
    payloads: Sequence[Mapping[str, Any]],
    causes: Iterable[Mapping[str, Any]],
    ranges: Iterable[tuple[float, float]] = (),
) -> Settle | None:
    """What would settle whether visits exceeded a cap; nothing where no visit is known.

    Args:
        cap_bbl: The cap.
        bbl: The sum of the visits on the last day known: p05, p50, p95.
        payloads: Rows of ``schema.Payloads`` of these visits.
        causes: Rows of ``schema.Causes`` of this sum.
        ranges: Ranges in print of the barrels of a visit: loads may lie anywhere in them.
    """
    if not payloads:
        return None
    known = sorted(causes, key=lambda row: -row["share"])
    spread = _spread_bbl(bbl, payloads, known, ranges)
    sums = _worlds(bbl)
    measured = tuple(_enough(way, cap_bbl, sums, len(payloads), spread) for way in ways())
    mean = (bbl[0] / len(payloads), bbl[1] / len(payloads), bbl[2] / len(payloads))
    widest = (known[0]["cause"], known[0]["settled_by"]) if known and known[0]["settled_by"] else None
    return Settle(cap_bbl / len(payloads), mean, len(payloads), measured, widest)


def _spread_bbl(
    bbl: tuple[float, float, float],
    payloads: Sequence[Mapping[str, Any]],
    causes: Iterable[Mapping[str, Any]],
    ranges: Iterable[tuple[float, float]],
) -> float:
    """Standard deviation of single loads about the level that they share, barrels.

    Of the variance of one visit's load what is shared goes; of a sum of n visits that is n squared times as much.
    """
    one = float(np.mean([((row["bbl_p95"] - row["bbl_p05"]) / (2 * Z95)) ** 2 for row in payloads]))
    shared = math.fsum(row["share"] for row in causes if row["sharing"] == "shared")
    level = shared * ((bbl[2] - bbl[0]) / (2 * Z95) / len(payloads)) ** 2
    anywhere = max(((high - low) / math.sqrt(12) for low, high in ranges), default=0.0)
    return max(math.sqrt(max(one - level, 0.0)), anywhere)


def _worlds(bbl: tuple[float, float, float]) -> Numbers:
    """Sums as the ledger has them: two half normal distributions through its three quantiles."""
    z = ndtri((np.arange(400) + 0.5) / 400)
    low, middle, high = bbl
    found: Numbers = np.maximum(middle + z * np.where(z < 0, middle - low, high - middle) / Z95, 0.0)
    return found


def _enough(way: Way, cap_bbl: float, sums: Numbers, visits: int, spread: float) -> Enough:
    chances = [settled(way, cap_bbl, sums, visits, m, spread) for m in range(1, visits + 1)]
    number = next((m for m, chance in enumerate(chances, 1) if chance >= IN_WORLDS), None)
    return Enough(way, number, chances[-1])


def settled(way: Way, cap_bbl: float, sums: Numbers, visits: int, measured: int, spread: float) -> float:
    """The chance, over the worlds, that so many measured visits settle whether the cap was exceeded."""
    load = sums / visits
    own = visits**2 * (way.own * load) ** 2 / measured
    rest = visits * (visits - measured) * spread**2 / measured
    error = np.maximum(np.sqrt(own + rest + (way.shared * sums) ** 2), 1.0)  # to the barrel
    return float(np.mean(ndtr(np.abs(sums - cap_bbl) / error - Z95)))


@cache
def ways() -> tuple[Way, ...]:
    """Ways of measuring, the most exact first.

    >>> [way.own < 0.2 for way in ways()]
    [True, True]
    """
    ship = _tanker(Unknowns(1, WORLDS, SCOPE))
    draught_m, depth_m = float(np.median(ship.draught_m)), float(np.median(ship.depth_m))
    empty_m, laden_m = EMPTY_OF_DRAUGHT * draught_m, LADEN_OF_DRAUGHT * draught_m
    marks, sides = Measured(empty_m, laden_m, MARKS_SD_M), Measured(depth_m - empty_m, depth_m - laden_m)
    marks_read = f"draught marks read on arrival and departure to {MARKS_SD_M:g} m"
    sides_read = f"freeboards on arrival and departure read to {catalogue()[NOT_STATED].central:g} m"
    return (
        _way(marks_read, tonnes_by_draughts, marks),
        _way(f"{sides_read} (images of 0.5 m pixels and a good sun)", tonnes_by_freeboards, sides),
    )


def _tanker(unknown: Unknowns) -> Hull:
    """A tanker of the middle size of the prior."""
    return hull(Known(dwt_t=catalogue()[DEADWEIGHT].central), unknown, "tanker")


def _way(words: str, read: Callable[..., Loaded], measured: Measured) -> Way:
    """The errors of a way of measuring: what is left with the own unknowns at their middle is shared; so is the conversion."""
    unknown = Unknowns(1, WORLDS, SCOPE)
    # A measurement that leans on the laden fraction cannot settle it, so any part of a load is to be expected alike.
    factors = chosen({PART: 1.0})
    tonnes = read(_tanker(unknown), measured, unknown, "visit", activity="load", factors=factors).tonnes
    level = unknown.fixing([name for name, shared in unknown.asked.items() if not shared])
    shared = read(_tanker(level), measured, level, "visit", activity="load", factors=factors).tonnes
    per_t = catalogue()[conversion_name(UNNAMED)].at(unknown(conversion_name(UNNAMED)))
    own = float(np.sqrt(max(tonnes.var() - shared.var(), 0.0)) / tonnes.mean())
    return Way(words, own, math.hypot(float(shared.std() / tonnes.mean()), float(per_t.std() / per_t.mean())))
