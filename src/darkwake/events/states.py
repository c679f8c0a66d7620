"""What a ship did within a place, spell after spell: approach, anchored, alongside, shifting, leaving, departed.

Where a ship lies still she is alongside at a listed berth and where other ships lay fixed (``berths.py``), else by her own
status, else by a listed terminal or anchorage and what other ships did there; else she is called stopped, for nothing says
which. What it is not: made fast to the berth that is named; berths lie side by side and positions err.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np

from darkwake.events.berths import AT_ANCHORAGE, AT_BERTH, BERTH_SHIPS, Berths, Where
from darkwake.events.parts import SPHERE_ERRS, sphere_m
from darkwake.events.places import Site
from darkwake.events.track import E10_PER_DEGREE, US_PER_MINUTE
from darkwake.geo import distance_m
from darkwake.units import EPOCH

Spell = Mapping[str, Any]
"""A row of ``stay.spells``."""
Lay = tuple[str, str | None, Where | None]
"""A state, what says so, and the berth if it is learned."""
APPROACH, ANCHORED, ALONGSIDE, STOPPED = "approach", "anchored", "alongside", "stopped"
SHIFTING, LEAVING, MOVING, DEPARTED = "shifting", "leaving", "moving", "departed"

SAME_M = {ALONGSIDE: 150.0, ANCHORED: 800.0, STOPPED: 150.0}
"""Lying still within so far of where she lay is the same state (assumed: antenna and GNSS errors at a quay; the swing of a
long ship at anchor)."""
SHORT_MOVE_US = 60 * US_PER_MINUTE
"""Moving for less between two of them is noise of the speed, or a warp along the quay (assumed)."""


@dataclass(frozen=True)
class State:
    """What she did from one report to another."""

    word: str
    start_us: int
    end_us: int
    by: str | None = None
    """What says so, where she lay still."""
    learned: Where | None = None
    """The berth, where it is learned from other ships and not listed."""
    spells: tuple[Spell, ...] = ()
    """Where she lay still."""

    @cached_property
    def longest(self) -> Spell:
        """The longest of its spells, of equals the first."""
        return max(self.spells, key=_lasting)

    @property
    def still(self) -> bool:
        """Whether she lay still."""
        return self.word in SAME_M

    def with_next(self, other: State) -> State:
        """Both as one, told as the one with the longest spell is."""
        main = max(self, other, key=lambda state: _lasting(state.longest)[0])
        both = State(self.word, self.start_us, other.end_us, main.by, main.learned, (*self.spells, *other.spells))
        # Known already: looking through all spells at every one that is added costs their square.
        both.__dict__["longest"] = main.longest
        return both

    def near(self, other: State) -> bool:
        """Whether both are one state at one spot."""
        if self.word != other.word or not self.still:
            return False
        return _within(self.longest, other.longest, SAME_M[self.word])

    @property
    def told(self) -> dict[str, object]:
        """As a factor of the event."""
        times: dict[str, object] = {"state": self.word, "from": iso(self.start_us), "to": iso(self.end_us)}
        return times | ({"by": self.by} if self.by else {})


def _lasting(spell: Spell) -> tuple[int, int]:
    """A key by which the longest spell is the greatest, of equals the first."""
    return spell["last_us"] - spell["start_us"], -spell["start_us"]


def _within(one: Spell, other: Spell, metres: float) -> bool:
    """Whether the mean places of two spells are no farther apart; on the ellipsoid where the sphere cannot say."""
    ends = [(spell["mean_lat_e10"] / E10_PER_DEGREE, spell["mean_lon_e10"] / E10_PER_DEGREE) for spell in (one, other)]
    rough_m = sphere_m(*ends[0], *ends[1])
    if abs(rough_m - metres) > SPHERE_ERRS * metres:
        return rough_m < metres
    return bool(distance_m(*ends[0], *ends[1]) <= metres)


def iso(us: int) -> str:
    """A time as text, to the second where it is whole.

    >>> iso(1_500_000)
    '1970-01-01T00:00:01.500000Z'
    """
    return (_EPOCH + timedelta(microseconds=us)).isoformat() + "Z"


_EPOCH = EPOCH.replace(tzinfo=None)


def _spot(spell: Spell) -> tuple[str, int, int]:
    """Track and mean place."""
    return spell["track_id"], spell["mean_lat_e10"], spell["mean_lon_e10"]


class Lying:
    """Says how ships lay; who asks about many asks together first."""

    def __init__(self, berths: Berths, sites: Mapping[str, Site]) -> None:
        self._berths, self._sites = berths, sites
        self._known: dict[tuple[str, int, int], Where] = {}

    def __call__(self, spell: Spell) -> Lay:
        """The state of a still spell."""
        where = self._where(spell)
        return how_she_lay(spell, where, self._sites.get(where.place_id or ""))

    def ask(self, spells: Iterable[Spell]) -> None:
        """Ask about the places of all still ones of some spells together, and forget all others."""
        new = sorted({_spot(spell) for spell in spells if spell["still"]})
        lat, lon = (np.array([spot[side] for spot in new], np.float64) / E10_PER_DEGREE for side in (1, 2))
        told = self._berths.at_each(lat, lon, [{track} for track, _, _ in new])
        self._known = dict(zip(new, told, strict=True))

    def _where(self, spell: Spell) -> Where:
        spot = _spot(spell)
        if spot not in self._known:
            self.ask([spell])
        return self._known[spot]


def how_she_lay(spell: Spell, where: Where, listed: Site | None) -> Lay:
    """The state of a still spell, what says so, and the berth if it is a learned one.

    Args:
        spell: when she lay still.
        where: what kind of place it is.
        listed: the listed place that says so, if one does.
    """
    if where.kind == AT_BERTH and listed is not None and listed.kind == "berth":
        return ALONGSIDE, "listed berth", None
    if where.kind == AT_BERTH and where.fixed_ships >= BERTH_SHIPS:
        return ALONGSIDE, f"{where.fixed_ships} other ships lay fixed here", where
    if max(spell["moored"], spell["at_anchor"]) * 2 > spell["positions"]:
        return (ALONGSIDE if spell["moored"] > spell["at_anchor"] else ANCHORED), "her status", None
    if where.kind == AT_BERTH:
        return ALONGSIDE, "listed terminal", None
    if where.kind == AT_ANCHORAGE:
        return ANCHORED, "listed anchorage" if listed is not None else f"{where.still_ships} other ships lay here", None
    return STOPPED, None, None


def states(spells: Sequence[Spell], lying: Callable[[Spell], Lay], *, left: bool) -> list[State]:
    """What she did, in order; ``departed`` spans from the last report inside to the first one outside.

    Args:
        spells: the spells of one call in order of time.
        lying: says how she lay.
        left: whether she was heard outside next.
    """
    still = [at for at, spell in enumerate(spells) if spell["still"]]
    made = []
    for at, spell in enumerate(spells):
        ends = spell["start_us"], spell["last_us"]
        if spell["still"]:
            word, by, learned = lying(spell)
            made.append(State(word, *ends, by, learned, (spell,)))
        else:
            made.append(State(_under_way(at, still), *ends))
    steady = steadied(made)
    if left:
        steady.append(State(DEPARTED, spells[-1]["last_us"], spells[-1]["after_us"]))
    return steady


def steadied(made: Sequence[State]) -> list[State]:
    """States without short moves that lead back to where she lay."""
    steady: list[State] = []
    for state in made:
        steady.append(state)
        if len(steady) >= 3 and state.still and not steady[-2].still:
            before = steady[-3]
            if before.near(state) and state.start_us - before.end_us <= SHORT_MOVE_US:
                steady[-3:] = [before.with_next(state)]
    return steady


def at_one_berth(made: Sequence[State]) -> list[State]:
    """Times alongside at berths that are learned, through silences at one spot."""
    found: list[State] = []
    follows = False
    for state in made:
        if state.learned and follows and found[-1].near(state):
            found[-1] = found[-1].with_next(state)
        elif state.learned:
            found.append(state)
        follows = state.learned is not None
    return found


def _under_way(at: int, still: Sequence[int]) -> str:
    """What moving means, by where she lay still before or after."""
    if not still:
        return MOVING
    if at < still[0]:
        return APPROACH
    return LEAVING if at > still[-1] else SHIFTING
