"""Calls put together from the spells of a stay: cut where a silence more likely hides a departure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import pyarrow as pa

from darkwake.events.absence import Silent, stayed_chance
from darkwake.events.draughts import Said
from darkwake.events.places import Site
from darkwake.events.ship_speeds import type_speed
from darkwake.events.states import Lying, Spell, State, states
from darkwake.events.stay import STAY
from darkwake.events.track import E10_PER_DEGREE, US_PER_HOUR, US_PER_MINUTE
from darkwake.geo import distance_m
from darkwake.ids import content_id
from darkwake.units import METRES_PER_NAUTICAL_MILE

if TYPE_CHECKING:
    from darkwake.events.call import CallRule


@dataclass(frozen=True)
class Known:
    """What judging a stay needs beside it."""

    rule: CallRule
    sites: Mapping[str, Site]
    circles: Mapping[str, list[Site]]
    """The circles that make up each place."""
    lying: Lying
    draughts: Mapping[int, Sequence[Said]]
    types: Mapping[int, int]

    def greatest_m_h(self, mmsi: int) -> float:
        """How far a ship of this type gets in an hour at most."""
        return type_speed(self.types.get(mmsi)).law.greatest_kn * METRES_PER_NAUTICAL_MILE


def stays_of(reduced: pa.Table) -> Iterator[list[Spell]]:
    """The spells of each stay in order of time."""
    for _, rows in groupby(reduced.to_pylist(), key=lambda row: tuple(row[word] for word in STAY)):
        yield list(rows)


@dataclass(frozen=True)
class Silence:
    """A long silence between two spells at a place."""

    before: Spell
    after: Spell
    stayed: float
    apart_m: float
    out_h: float

    @property
    def us(self) -> int:
        """How long it was."""
        return int(self.after["start_us"] - self.before["last_us"])


@dataclass(frozen=True)
class Call:
    """One call, made of spells."""

    site: Site
    spells: list[Spell]
    silences: list[Silence]
    """Inside."""
    cut_before: Silence | None
    cut_after: Silence | None
    states: list[State]
    known: Known

    @property
    def first(self) -> Spell:
        """Her first spell at the place."""
        return self.spells[0]

    @property
    def last(self) -> Spell:
        """Her last spell there."""
        return self.spells[-1]

    @property
    def entered(self) -> bool:
        """Whether she was heard outside before."""
        return bool(self.first["entered"]) and self.cut_before is None

    @property
    def left(self) -> bool:
        """Whether she was heard outside next."""
        return bool(self.last["left"]) and self.cut_after is None

    @property
    def key(self) -> str:
        """The id of its event."""
        return content_id("event", "call", self.first["track_id"], self.site.place_id, self.first["start_us"])

    @property
    def probability(self) -> float:
        """That no silence inside hides a departure, and those that cut it do."""
        chance = 1.0
        for silence in self.silences:
            chance *= silence.stayed
        for cut in (self.cut_before, self.cut_after):
            chance *= 1.0 - cut.stayed if cut else 1.0
        return round(chance, 6)

    @property
    def confidence(self) -> int:
        """Global Fishing Watch's level; a silence in which she more likely left is not one that stands for a stop."""
        if self.silences or any(spell["still"] for spell in self.spells):
            return 2 + self.entered + self.left
        return 1


def cut(stay: list[Spell], known: Known) -> list[Call]:
    """A stay as one call, or as several where silences more likely hide a departure."""
    site, gap_us = known.sites[stay[0]["place_id"]], round(known.rule.gap_minutes * US_PER_MINUTE)
    made: list[Call] = []
    part, inside, cut_before = [stay[0]], list[Silence](), None
    for before, after in pairwise(stay):
        if after["start_us"] - before["last_us"] >= gap_us:
            silence = _weighed(part[0], before, after, known)
            if silence.stayed < known.rule.split_below:
                made.append(_call(site, part, inside, cut_before, silence, known))
                part, inside, cut_before = [], [], silence
            else:
                inside.append(silence)
        part.append(after)
    return [*made, _call(site, part, inside, cut_before, None, known)]


def _call(
    site: Site, part: list[Spell], inside: list[Silence], before: Silence | None, after: Silence | None, known: Known
) -> Call:
    left = bool(part[-1]["left"]) and after is None
    return Call(site, part, inside, before, after, states(part, known.lying, left=left), known)


def _weighed(first: Spell, before: Spell, after: Spell, known: Known) -> Silence:
    """A silence and the chance that she stayed."""
    at_end, at_start = place_at(before, "end_"), place_at(after, "")
    apart = float(distance_m(*at_end, *at_start))
    out_h = (before["end_room_mm"] + after["room_mm"]) / 1000 / known.greatest_m_h(before["mmsi"])
    silent = Silent(
        hours=(after["start_us"] - before["last_us"]) / US_PER_HOUR,
        lain_h=(before["last_us"] - first["start_us"]) / US_PER_HOUR,
        out_h=out_h,
        apart_m=apart,
        lay_still=bool(before["still"] and after["still"]),
    )
    return Silence(before, after, stayed_chance(silent, known.rule.absence), apart, out_h)


def place_at(spell: Spell, end: str) -> tuple[float, float]:
    """Latitude and longitude of a spell's first report (``end`` empty), its last (``end_``) or the next (``after_``)."""
    return spell[f"{end}lat_e10"] / E10_PER_DEGREE, spell[f"{end}lon_e10"] / E10_PER_DEGREE
