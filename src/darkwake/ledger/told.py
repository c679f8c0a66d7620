"""The causes of a sum's width, the sources that it hangs on and what was said of it in print, as a person reads them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from darkwake.cargo import product_named
from darkwake.claims.containment import flow_of
from darkwake.ledger.accumulate import BOTH, VISITS
from darkwake.ledger.cap import Cap
from darkwake.ledger.words import between, percent, rounded

SMALL = 0.005
"""Sources that move a median by less than this share of it are put together in words: the draws tell no less."""


@dataclass(frozen=True)
class Cause:
    """One cause of a sum's width."""

    mode: str
    cause: str
    share: float
    half_width_bbl: float
    sharing: str
    settled_by: str | None

    def to_dict(self) -> dict[str, object]:
        """The cause as plain values."""
        return dict(vars(self))

    def words(self) -> str:
        """The cause, its share, and what would tell it."""
        whose = "shared by all visits" if self.sharing == "shared" else "each visit's or ship's own"
        told = f"; told by {self.settled_by}" if self.settled_by else ""
        return f"{percent(self.share)} of the width (+-{rounded(self.half_width_bbl)} bbl): {self.cause}, {whose}{told}"


@dataclass(frozen=True)
class Without:
    """A sum without one source."""

    mode: str
    evidence_id: str
    source: str
    bbl: Mapping[str, float] | None
    chance_exceeded: float | None
    moved_bbl: float
    visits: float

    def to_dict(self) -> dict[str, object]:
        """The sum as plain values."""
        return dict(vars(self)) | {"words": self.words()}

    def words(self) -> str:
        """What is left, and how far the middle moved."""
        if self.bbl is None or self.chance_exceeded is None:
            return f"without {self.source}: nothing is left"
        low, middle, high = (rounded(self.bbl[word]) for word in ("p05", "p50", "p95"))
        left = f"{middle} bbl" if low == high else f"{middle} bbl ({low} to {high})"
        moved = f"{'-' if self.moved_bbl < 0 else '+'}{rounded(abs(self.moved_bbl))} bbl"
        visits = f"{self.visits:,.0f} visits, " if self.visits else ""
        return f"without {self.source}: {visits}{left}, moved by {moved}, chance {percent(self.chance_exceeded)}"

    @property
    def matters(self) -> bool:
        """Whether it moves the sum by more than the draws can tell."""
        return self.bbl is None or abs(self.moved_bbl) > SMALL * self.bbl["p50"]


@dataclass(frozen=True)
class Printed:
    """A total in print beside what the ledger has by its last day."""

    claim_id: str
    publisher: str
    mode: str
    start: date
    until: date
    lo: float | None
    hi: float | None
    bbl: Mapping[str, float]
    chance_exceeded: float

    @property
    def fits(self) -> bool:
        """Whether the printed amount, or its bound, and the ledger's interval have anything in common."""
        above = self.lo is None or self.bbl["p95"] >= self.lo
        return above and (self.hi is None or self.bbl["p05"] <= self.hi)

    def to_dict(self) -> dict[str, object]:
        """Plain values."""
        return dict(vars(self)) | {"fits": self.fits, "words": self.words()}

    def words(self) -> str:
        """The two side by side."""
        low, middle, high = (rounded(self.bbl[word]) for word in ("p05", "p50", "p95"))
        said = f"{self.publisher}: {_amount(self.lo, self.hi)} {between(self.start, self.until)}"
        has = f"the ledger has {middle} bbl ({low} to {high}) by then, chance of the cap {percent(self.chance_exceeded)}"
        return f"{said}; {has}: {'they can both hold' if self.fits else 'they cannot both hold'}"


def _amount(lo: float | None, hi: float | None) -> str:
    if lo is None or hi is None:
        return f"at least {rounded(lo)} bbl" if lo is not None else f"at most {rounded(hi or 0.0)} bbl"
    return f"{rounded(lo)} bbl" if lo == hi else f"{rounded(lo)} to {rounded(hi)} bbl"


def causes_told(causes: pa.Table, cap: Cap) -> tuple[Cause, ...]:
    """The causes of a cap's sums, of each sum the widest first."""
    words = ("mode", "cause", "share", "half_width_bbl", "sharing", "settled_by")
    rows = [Cause(*(row[word] for word in words)) for row in causes.to_pylist() if row["cap_id"] == cap.cap_id]
    return tuple(sorted(rows, key=lambda one: (one.mode != VISITS, one.mode, -one.share, one.cause)))


def influence_told(influence: pa.Table, claims: pa.Table, cap: Cap) -> tuple[Without, ...]:
    """A cap's sums without each source, of each sum that first which moves it most."""
    titles = _titles(claims)
    rows = [_without(row, titles) for row in influence.to_pylist() if row["cap_id"] == cap.cap_id]
    return tuple(sorted(rows, key=lambda one: (one.mode != VISITS, one.mode, -abs(one.moved_bbl), one.evidence_id)))


def _without(row: Mapping[str, Any], titles: Mapping[str, str]) -> Without:
    bbl = None if row["bbl_p50"] is None else {word: row[f"bbl_{word}"] for word in ("p05", "p50", "p95")}
    source = titles.get(row["evidence_id"], row["evidence_id"])
    return Without(row["mode"], row["evidence_id"], source, bbl, row["chance_exceeded"], row["moved_bbl"], row["visits"])


def _titles(claims: pa.Table) -> dict[str, str]:
    """A source by its id: who published what, and when."""
    found: dict[str, str] = {}
    for row in claims.select(["publisher", "title", "published", "evidence"]).to_pylist():
        dated = f", {row['published']}" if row["published"] else ""
        found |= dict.fromkeys(row["evidence"], f"“{row['title']}”{dated}")
    return found


def in_print(
    curves: Mapping[str, Sequence[Mapping[str, Any]]], claims: pa.Table, cap: Cap, first: date | None
) -> tuple[Printed, ...]:
    """Totals in print of the whole time from the first visit on, beside what the ledger has by the last day of each.

    A total of one place or origin stands beside the visits, one of all imports beside both sums (:func:`beside`). The ledger
    is not made to fit: its visits are spread over the periods of their sources, and a total may know more. A total of later
    days alone is no more than what the ledger has by its end, so it is shown only where even that is too little for it.

    Args:
        curves: Rows of ``schema.Ledger`` of a cap by mode, in order of day.
        claims: Rows of ``schema.Claims``.
        cap: The cap.
        first: Earliest arrival of a visit that counts; without one there is nothing to compare.
    """
    if first is None or VISITS not in curves:
        return ()
    rows = [row for row in claims.to_pylist() if _is_total(row, cap, first)]
    found = []
    for row in sorted(rows, key=lambda row: (row["period_end"], row["claim_id"])):
        mode = beside(row, curves)
        by_then = [state for state in curves[mode] if state["day"] <= row["period_end"]]
        lo, hi = (row["central"] if row["central"] is not None else row[end] for end in ("lo", "hi"))
        lo, hi = (None if row["bound"] == "at most" else lo), (None if row["bound"] == "at least" else hi)
        later = row["period_start"] > first
        if by_then and (not later or (lo or 0.0) > by_then[-1]["bbl_p95"]):
            bbl = {word: by_then[-1][f"bbl_{word}"] for word in ("p05", "p50", "p95")}
            said = (row["claim_id"], row["publisher"], mode, row["period_start"], row["period_end"], lo, hi)
            found.append(Printed(*said, bbl, by_then[-1]["chance_exceeded"]))
    return tuple(found)


def beside(total: Mapping[str, Any], modes: Container[str]) -> str:
    """The sum that a total in print is set beside: both sums only where it speaks of imports from anywhere."""
    flow = flow_of(dict(total))
    return BOTH if flow is not None and flow[0] is None and BOTH in modes else VISITS


def _is_total(row: Mapping[str, Any], cap: Cap, first: date) -> bool:
    if row["kind"] != "aggregate" or row["unit"] != "bbl" or None in (row["period_start"], row["period_end"]):
        return False
    known = any(row[word] is not None for word in ("lo", "central", "hi"))
    same = bool(row["product"]) and product_named(row["product"]).cap == cap.product
    return known and same and cap.start <= row["period_start"] and first <= row["period_end"] <= cap.end


def exceeded_in(curve: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The chance that the cap was passed in each month, and that it was not by the last day known; together 1.

    Cumulative sums never fall, so what the chance gains in a month is the chance that it was passed then.
    """
    ends: dict[str, float] = {}
    for row in curve:
        ends[f"{row['day']:%Y-%m}"] = row["chance_exceeded"]
    before = [0.0, *ends.values()]
    found = {month: chance - before[n] for n, (month, chance) in enumerate(ends.items()) if chance > before[n]}
    return found | {f"not by {curve[-1]['day']}": 1.0 - before[-1]}
