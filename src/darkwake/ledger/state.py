"""What the ledger says of each cap: the sum, the chance that it was exceeded, when, on what that stands, what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import pyarrow as pa

from darkwake.errors import UsageError, nearest
from darkwake.fusion import LinkRule
from darkwake.ledger.accumulate import BOTH, REPORTS, SIMULATED, VISITS
from darkwake.ledger.assumptions import Assumption, assumed
from darkwake.ledger.basis import basis_of, inside, left_out_of
from darkwake.ledger.cap import Cap, caps_of
from darkwake.ledger.counted import Counted, counted
from darkwake.ledger.reports import reported
from darkwake.ledger.settle import Settle, settle
from darkwake.ledger.told import Cause, Printed, Without, causes_told, exceeded_in, in_print, influence_told
from darkwake.ledger.words import INTERVAL, between, day, likelihood, percent, rounded
from darkwake.schema import Causes, Influence

HEADLINE = (VISITS, REPORTS, SIMULATED)
"""Which sum stands first: what was seen or published; else what states reported; else what was simulated."""
BY_SIZE = "the ships were as large and as full as assumed"
BY_RANGE = "one place in the range that was printed for a visit holds for all of them"
LINKING = LinkRule()
"""What counts as a delivery unless a case says otherwise."""


@dataclass(frozen=True)
class Mode:
    """One sum at the end of what is known of a cap's period."""

    mode: str
    until: date
    bbl: Mapping[str, float]
    chance_exceeded: float
    exceeded_on: Mapping[str, date | float | None]
    visits: float
    origin: str
    exceeded_in: Mapping[str, float]
    """The chance that the cap was passed in each month, and that it was not by the last day known."""

    def to_dict(self) -> dict[str, object]:
        """The sum as plain values."""
        return dict(vars(self))


@dataclass(frozen=True)
class IfOtherwise:
    """A sum under one assumption in print, on its last day."""

    mode: str
    assumption: Assumption
    bbl: Mapping[str, float]
    chance_exceeded: float

    def to_dict(self) -> dict[str, object]:
        """The sum as plain values."""
        one = self.assumption
        said = {"mode": self.mode, "if": one.words, "source": one.source}
        return {**said, "bbl": dict(self.bbl), "chance_exceeded": self.chance_exceeded}

    def words(self) -> str:
        """The assumption and what follows from it."""
        low, middle, high = (rounded(self.bbl[word]) for word in ("p05", "p50", "p95"))
        span = f"{middle} bbl" if low == high else f"{middle} bbl ({low} to {high})"
        return f"if {self.assumption.words} ({self.assumption.source}): {span}, chance {percent(self.chance_exceeded)}"


@dataclass(frozen=True)
class CapState:
    """The state of one cap; ``modes`` is empty where nothing is known, which is not zero barrels."""

    cap: Cap
    modes: tuple[Mode, ...]
    basis: str
    left_out: tuple[str, ...]
    visited: tuple[date, date] | None
    published: bool = False
    """Whether every visit counted is known from publications alone."""
    otherwise: tuple[IfOtherwise, ...] = ()
    """The sums with visits under other assumptions in print."""
    causes: tuple[Cause, ...] = ()
    """Why the intervals are as wide as they are."""
    influence: tuple[Without, ...] = ()
    """The sums without each source."""
    settle: Settle | None = None
    """What would settle whether visits alone exceeded the cap."""
    in_print: tuple[Printed, ...] = ()
    """Totals in print beside the ledger of their last day."""
    taken: str = BY_SIZE
    """On what the sums with visits hang, to follow "if"."""

    @property
    def headline(self) -> Mode | None:
        """The sum that stands first."""
        by_name = {mode.mode: mode for mode in self.modes}
        return next((by_name[name] for name in HEADLINE if name in by_name), None)

    def to_dict(self) -> dict[str, object]:
        """The state as ``darkwake ledger --json`` prints it."""
        first = self.headline
        period = {"start": self.cap.start, "end": self.cap.end}
        limit = {"title": self.cap.title, "product": self.cap.product, "amount_bbl": self.cap.amount_bbl}
        main: dict[str, object] = {"mode": None, "bbl": None, "chance_exceeded": None, "exceeded_on": None, "visits": None}
        main |= {"exceeded_in": None}
        if first is not None:
            main = {word: value for word, value in first.to_dict().items() if word in main}
        rest = {"basis": self.basis, "left_out": list(self.left_out), "finding": sentence(self)}
        return {
            "cap_id": self.cap.cap_id,
            "period": period,
            **limit,
            **main,
            **rest,
            "modes": [m.to_dict() for m in self.modes],
            "assumptions": [one.to_dict() for one in self.otherwise],
            "causes": [one.to_dict() for one in self.causes],
            "influence": [one.to_dict() for one in self.influence],
            "settle": self.settle.to_dict() if self.settle else None,
            "in_print": [one.to_dict() for one in self.in_print],
        }


class CapStates(list[CapState]):
    """The states of some caps; a notebook shows each with its finding, its causes and what would settle it."""

    def _repr_html_(self) -> str:
        return "".join(_html(state) for state in self)


def _html(state: CapState) -> str:
    lists = (
        ("Why the interval is as wide as it is", [one.words() for one in state.causes if one.mode == VISITS]),
        ("What would settle it", [state.settle.words()] if state.settle else []),
        ("Without one source", [one.words() for one in state.influence if one.mode == VISITS and one.matters]),
        ("Not in it", list(state.left_out)),
    )
    parts = [f"<h4>{escape(state.cap.title)}</h4><p>{escape(sentence(state))}</p>"]
    for title, words in lists:
        items = "".join(f"<li>{escape(word)}</li>" for word in words)
        parts += [f"<p>{title}:</p><ul>{items}</ul>"] if words else []
    return "".join(parts)


def ledger_state(tables: Mapping[str, pa.Table], cap_id: str | None = None, linking: LinkRule = LINKING) -> CapStates:
    """The states of a case's caps: those of which most is known first (by visits, then by reports), then in order of time.

    Args:
        tables: ``ledger``, ``caps``, ``visits``, ``payloads``, ``claims`` and ``places``, as ``schema.py`` has them; with
            ``causes`` and ``influence`` the state has those too.
        cap_id: One cap alone.
        linking: What counts as a delivery, as the ledger was made with.

    Raises:
        UsageError: no such cap, with the nearest names.

    >>> from darkwake.schema import TABLES
    >>> ledger_state({name: table.empty() for name, table in TABLES.items()})
    []
    """
    caps = caps_of(tables["caps"])
    if cap_id is not None and cap_id not in {cap.cap_id for cap in caps}:
        raise UsageError(f"no cap {cap_id!r}", do=nearest(cap_id, [cap.cap_id for cap in caps]))
    wanted = [cap for cap in caps if cap_id in (None, cap.cap_id)]
    visits = counted(tables["visits"], tables["places"], linking)
    states = [_state(cap, tables, visits) for cap in wanted]
    return CapStates(sorted(states, key=lambda state: (_rank(state), state.cap.start)))


def _rank(state: CapState) -> int:
    return HEADLINE.index(state.headline.mode) if state.headline else len(HEADLINE)


def finding(states: Sequence[CapState]) -> str:
    """The finding in words: one sentence on the cap of which most is known, and what the reported imports add.

    >>> finding([])
    'No cap is set, so nothing is reckoned.'
    """
    return sentence(states[0]) if states else "No cap is set, so nothing is reckoned."


def sentence(state: CapState) -> str:
    """The finding on one cap; what is assumed stands in the sentence, with how far the chance goes under other assumptions."""
    first = state.headline
    if first is None:
        return f"{state.cap.title}: no data; nothing seen, published or reported falls into the period."
    cap = f"the cap of {state.cap.said()} was exceeded in {_period(state.cap)}"
    taken = f" if {state.taken}" if state.otherwise else ""
    on_these = "on these assumptions " if state.otherwise else ""
    said = f"{_who(state, first)} {_interval(first)}{taken}; {on_these}the chance that {cap} by that alone is"
    words = f"{said} {_chance(state, first)}{_when(first)}"
    both = next((mode for mode in state.modes if mode.mode == BOTH), None)
    if both is None:
        return f"{words}."
    chance = f"{_chance(state, both)}{_when(both)}"
    return f"{words}; with the imports that states reported it is {_interval(both)}, and the chance {chance}."


def _others(state: CapState, mode: Mode) -> str:
    """From which to which chance the other assumptions in print lead."""
    chances = sorted(one.chance_exceeded for one in state.otherwise if one.mode == mode.mode)
    if not chances:
        return ""
    low, high = percent(chances[0]), percent(chances[-1])
    span = low if low == high else f"{low} to {high}"
    return f", but {span} on other assumptions in print" if low != high else f", and {span} on other assumptions in print"


def _period(cap: Cap) -> str:
    """The cap's year, by its number where it is a calendar year."""
    whole = (cap.start.month, cap.start.day, cap.end) == (1, 1, date(cap.start.year, 12, 31))
    return str(cap.start.year) if whole else f"the year from {day(cap.start)}"


def _who(state: CapState, mode: Mode) -> str:
    if mode.mode == REPORTS or state.visited is None:
        return f"Until {day(mode.until)} states reported imports of"
    visits = "visit" if round(mode.visits) == 1 else "visits"
    real = f"published {visits}" if state.published else f"{visits}, seen or published,"
    kind = f"simulated {visits}" if mode.mode == SIMULATED else real
    when = between(*state.visited)
    return f"{when[0].upper()}{when[1:]}, {mode.visits:,.0f} {kind} loaded"


def _interval(mode: Mode) -> str:
    low, middle, high = (rounded(mode.bbl[word]) for word in ("p05", "p50", "p95"))
    return f"{middle} barrels as printed" if low == high else f"about {middle} barrels ({INTERVAL} {low} to {high})"


def _chance(state: CapState, mode: Mode) -> str:
    return f"{percent(mode.chance_exceeded)} ({likelihood(mode.chance_exceeded)}{_others(state, mode)})"


def _when(mode: Mode) -> str:
    """The middle estimate of the day of exceedance, and its interval, where it is more likely than not."""
    early, middle, late = (mode.exceeded_on[word] for word in ("p05", "p50", "p95"))
    if not isinstance(middle, date) or not isinstance(early, date):
        return ""
    end = day(late) if isinstance(late, date) else "later than is known"
    return f", middle estimate of the day {day(middle)} ({INTERVAL} {day(early)} to {end})"


def _state(cap: Cap, tables: Mapping[str, pa.Table], visits: Counted) -> CapState:
    rows = [row for row in tables["ledger"].to_pylist() if row["cap_id"] == cap.cap_id]
    curves: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: row["day"]):
        curves.setdefault(row["mode"], []).append(row)
    told = reported(tables["claims"], cap.product)
    real, simulated = inside(cap, visits.real, tables["payloads"]), inside(cap, visits.simulated, tables["payloads"])
    modes = tuple(_mode(name, curve) for name, curve in sorted(curves.items()) if assumed(name) is None)
    basis = basis_of(cap, real + simulated, told, tables["payloads"])
    left_out = left_out_of(cap, visits, tables["payloads"], told, tables["claims"], curves, tables["places"])
    published = bool(real) and {row["origin"] for row in real} == {"published"}
    span, seen = _span(real or simulated), _span(real)
    causes = causes_told(tables.get("causes", Causes.empty()), cap)
    return CapState(
        cap,
        modes,
        basis,
        tuple(left_out),
        span,
        published,
        _otherwise(rows),
        causes,
        influence_told(tables.get("influence", Influence.empty()), tables["claims"], cap),
        _settle(cap, modes, real, tables["payloads"], causes),
        in_print(curves, tables["claims"], cap, seen[0] if seen else None),
        BY_RANGE if real and all(row["bbl_lo"] is not None for row in real) else BY_SIZE,
    )


def _settle(
    cap: Cap, modes: Iterable[Mode], visits: Sequence[Mapping[str, Any]], payloads: pa.Table, causes: Iterable[Cause]
) -> Settle | None:
    """What would settle whether the visits alone exceeded the cap."""
    total = next((mode for mode in modes if mode.mode == VISITS), None)
    if total is None:
        return None
    ids = {row["visit_id"] for row in visits}
    loads = [row for row in payloads.select(["visit_id", "bbl_p05", "bbl_p95"]).to_pylist() if row["visit_id"] in ids]
    ranges = [(row["bbl_lo"], row["bbl_hi"]) for row in visits if None not in (row["bbl_lo"], row["bbl_hi"])]
    bbl = (total.bbl["p05"], total.bbl["p50"], total.bbl["p95"])
    return settle(cap.amount_bbl, bbl, loads, [vars(one) for one in causes if one.mode == VISITS], ranges)


def _otherwise(rows: Sequence[Mapping[str, Any]]) -> tuple[IfOtherwise, ...]:
    """The sums under other assumptions: of each sum those of one kind together, from the least barrels to the most."""
    found = [
        IfOtherwise(said[0], said[1], {word: row[f"bbl_{word}"] for word in ("p05", "p50", "p95")}, row["chance_exceeded"])
        for row in rows
        if (said := assumed(row["mode"])) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.mode != VISITS, one.assumption.kind, one.bbl["p50"])))


def _mode(name: str, curve: list[dict[str, Any]]) -> Mode:
    """The last row of a curve, and the days on which the chance passes 5, 50 and 95 %.

    Cumulative sums never fall, so the chance that the cap was exceeded by a day is the distribution function of the day of
    exceedance; where it never reaches a level that day is not known (null).
    """
    last = curve[-1]
    levels = {"p05": 0.05, "p50": 0.50, "p95": 0.95}
    days = {word: next((row["day"] for row in curve if row["chance_exceeded"] >= p), None) for word, p in levels.items()}
    bbl = {word: last[f"bbl_{word}"] for word in levels}
    chance = last["chance_exceeded"]
    return Mode(name, last["day"], bbl, chance, {**days, "chance": chance}, last["visits"], last["origin"], exceeded_in(curve))


def _span(visits: list[dict[str, Any]]) -> tuple[date, date] | None:
    if not visits:
        return None
    return min(row["arrival_lo"] for row in visits).date(), max(row["arrival_hi"] for row in visits).date()
