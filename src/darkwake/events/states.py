"""What a ship did within a place, spell after spell: approach, anchored, alongside, shifting, leaving, departed.

Where a ship lies still she is alongside at a listed berth and where other ships lay fixed (``berths.py``), else by her own
status, else by a listed terminal or anchorage and what other ships did there; else she is called stopped, for nothing says
which. What it is not: made fast to the berth that is named; berths lie side by side and positions err.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from darkwake.events.berths import AT_ANCHORAGE, AT_BERTH, BERTH_SHIPS, Berths, Where
from darkwake.events.places import Site
from darkwake.events.track import E10_PER_DEGREE
from darkwake.units import EPOCH

Spell = Mapping[str, Any]
"""A row of ``stay.spells``."""
APPROACH, ANCHORED, ALONGSIDE, STOPPED = "approach", "anchored", "alongside", "stopped"
SHIFTING, LEAVING, MOVING, DEPARTED = "shifting", "leaving", "moving", "departed"


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
    spell: Spell | None = None

    @property
    def told(self) -> dict[str, object]:
        """As a factor of the event."""
        times: dict[str, object] = {"state": self.word, "from": iso(self.start_us), "to": iso(self.end_us)}
        return times | ({"by": self.by} if self.by else {})


def iso(us: int) -> str:
    """A time as text, to the second where it is whole.

    >>> iso(1_500_000)
    '1970-01-01T00:00:01.500000Z'
    """
    return (EPOCH + timedelta(microseconds=us)).isoformat().replace("+00:00", "Z")


class Lying:
    """Says how ships lay, asking about each place and track once."""

    def __init__(self, berths: Berths, sites: Mapping[str, Site]) -> None:
        self._berths, self._sites = berths, sites
        self._known: dict[tuple[str, int, int], Where] = {}

    def how(self, spell: Spell) -> tuple[str, str | None, Where | None]:
        """The state of a still spell, what says so, and the berth if it is a learned one."""
        where, by = self._where(spell), None
        listed = self._sites.get(where.place_id or "")
        learned = where.kind == AT_BERTH and where.fixed_ships >= BERTH_SHIPS
        if where.kind == AT_BERTH and listed is not None and listed.kind == "berth":
            return ALONGSIDE, "listed berth", None
        if learned:
            return ALONGSIDE, f"{where.fixed_ships} other ships lay fixed here", where
        if max(spell["moored"], spell["at_anchor"]) * 2 > spell["positions"]:
            return (ALONGSIDE if spell["moored"] > spell["at_anchor"] else ANCHORED), "her status", None
        if where.kind == AT_BERTH:
            return ALONGSIDE, "listed terminal", None
        if where.kind == AT_ANCHORAGE:
            by = "listed anchorage" if listed is not None else f"{where.still_ships} other ships lay here"
            return ANCHORED, by, None
        return STOPPED, by, None

    def _where(self, spell: Spell) -> Where:
        lat, lon = spell["mean_lat_e10"], spell["mean_lon_e10"]
        key = (spell["track_id"], lat, lon)
        if key not in self._known:
            self._known[key] = self._berths.at(lat / E10_PER_DEGREE, lon / E10_PER_DEGREE, {spell["track_id"]})
        return self._known[key]


def states(spells: Sequence[Spell], lying: Lying, *, left: bool) -> list[State]:
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
            word, by, learned = lying.how(spell)
            made.append(State(word, *ends, by, learned, spell))
        else:
            made.append(State(_under_way(at, still), *ends))
    if left:
        made.append(State(DEPARTED, spells[-1]["last_us"], spells[-1]["after_us"]))
    return made


def _under_way(at: int, still: Sequence[int]) -> str:
    """What moving means, by where she lay still before or after."""
    if not still:
        return MOVING
    if at < still[0]:
        return APPROACH
    return LEAVING if at > still[-1] else SHIFTING
