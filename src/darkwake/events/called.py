"""Calls put together from the spells of a stay: cut where a silence more likely hides a departure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from darkwake.events.absence import Silent, stayed_chance
from darkwake.events.draughts import Said
from darkwake.events.parts import Parts
from darkwake.events.places import Site
from darkwake.events.ship_speeds import type_speed
from darkwake.events.states import Lying, Spell, State, states
from darkwake.events.track import E10_PER_DEGREE, US_PER_HOUR, US_PER_MINUTE
from darkwake.geo import distance_m
from darkwake.ids import content_id
from darkwake.units import METRES_PER_NAUTICAL_MILE

if TYPE_CHECKING:
    from darkwake.events.call import CallRule


AT_ONCE = 20_000
"""About so many spells are put together at once: a few kilobytes each."""


@dataclass(frozen=True)
class Known:
    """What judging a stay needs beside it."""

    rule: CallRule
    sites: Mapping[str, Site]
    parts: Mapping[str, Parts]
    """The circles that make up each place."""
    to_lie_at: Mapping[str, Parts]
    """The berths and terminals among them."""
    lying: Lying
    draughts: Mapping[int, Sequence[Said]]
    types: Mapping[int, int]

    def greatest_m_h(self, mmsi: int) -> float:
        """How far a ship of this type gets in an hour at most."""
        return type_speed(self.types.get(mmsi)).law.greatest_kn * METRES_PER_NAUTICAL_MILE


def lots_of(reduced: pa.Table, gap_minutes: float) -> Iterator[list[list[Spell]]]:
    """The stays of some tracks at a time, each the list of its spells in order of time.

    Args:
        reduced: rows of ``stay.spells`` in the order of their stays.
        gap_minutes: a silence this long is long.
    """
    track = reduced["track_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    begins = np.append(0, np.flatnonzero(track[1:] != track[:-1]) + 1)
    # The first track that begins in each stretch of so many rows begins a lot.
    first = begins[np.unique(begins // AT_ONCE, return_index=True)[1]] if len(track) else np.empty(0, np.int64)
    for begin, end in pairwise([*first.tolist(), len(track)]):
        lot = _with_ways(reduced.slice(begin, end - begin), gap_minutes)
        rows, borders = lot.to_pylist(), _borders(lot)
        yield [rows[first:last] for first, last in pairwise(borders)]


def _borders(rows: pa.Table) -> list[int]:
    """Where the stays begin, and where the last one ends."""
    track, place = (rows[word].combine_chunks().dictionary_encode().indices.to_numpy() for word in ("track_id", "place_id"))
    stay = rows["stay"].to_numpy()
    new = (track[1:] != track[:-1]) | (place[1:] != place[:-1]) | (stay[1:] != stay[:-1])
    return [0, *(np.flatnonzero(new) + 1).tolist(), rows.num_rows]


def _with_ways(rows: pa.Table, gap_minutes: float) -> pa.Table:
    """Spells with how far each that begins after a long silence begins from where the one before it ended (``apart_m``)."""
    silence_us = rows["start_us"].to_numpy()[1:] - rows["last_us"].to_numpy()[:-1]
    after = np.flatnonzero(silence_us >= round(gap_minutes * US_PER_MINUTE)) + 1
    lat, lon, end_lat, end_lon = (
        rows[word].to_numpy() / E10_PER_DEGREE for word in ("lat_e10", "lon_e10", "end_lat_e10", "end_lon_e10")
    )
    apart_m = np.full(rows.num_rows, np.nan)
    apart_m[after] = distance_m(end_lat[after - 1], end_lon[after - 1], lat[after], lon[after])
    return rows.append_column("apart_m", pa.array(apart_m))


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
    apart = after["apart_m"]
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
