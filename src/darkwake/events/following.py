"""Which event is which: events found in more data, held against those that were found before.

    found before   |--- K ---|      |-- K --|   |-- M --|     |-- K --|
    found now           |-F-|       |--------- F -------|     |F|  |-G-|
                   F is K, revised  F is K; M went into it    F is K; G was split from it

An event of the same kind, ships, place and start is the same event. Of the others, one that overlaps in time is the same:
first where the tracks are the same, then where the MMSIs are (a late report may give a track another id), then a meeting
of which one side was silent before and is heard now, or the reverse. The longest overlap goes first. An event that was
withdrawn comes back by the same rules, after those that stand.

What it is not: a measure of likeness. Whether two spells at sea are the same event is a matter of words; here it keeps an id,
and with it what people said of it, with the spell of time that it was said of.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from darkwake.geo import EARTH_RADIUS_M
from darkwake.ids import content_id
from darkwake.units import METRES_PER_SECOND_PER_KNOT

FASTEST_M_S = 60.0 * METRES_PER_SECOND_PER_KNOT
"""As :class:`darkwake.ais.tracks.TrackRules`: no ship comes farther while an end of her event moves."""
ROOM_M = 20_000.0
"""So far the place of an event may move besides (assumed: places of meetings and stays are means over ships and hours)."""
OF_ONE_SHIP = ("gap", "encounter", "loiter", "call")
"""Kinds whose places a ship was at; false positions and shared numbers leap."""
Key = tuple[object, ...]


@dataclass(frozen=True)
class Spell:
    """An event as far as it counts here."""

    event_id: str
    found_id: str
    """The id that its content gives."""
    revision: int
    kind: str
    what: str | None
    """What of its kind, for kinds that say several things."""
    track_id: str
    other_track_id: str | None
    mmsi: int
    other_mmsi: int | None
    place_id: str | None
    start_us: int
    end_us: int
    """For one that is open: the end of the data that it was found in."""
    lat: float | None
    lon: float | None

    @property
    def about(self) -> Key:
        """What has to be the same in any case."""
        return self.kind, self.what, self.place_id


@dataclass(frozen=True)
class Step:
    """What becomes of one event."""

    state: str
    """``found``, ``revised``, ``withdrawn`` or ``returned``."""
    event_id: str
    revision: int
    before: Spell | None
    now: Spell | None
    parent_id: str | None = None
    into_id: str | None = None


@dataclass(frozen=True)
class _Pair:
    """An event before and one now that may be the same."""

    before: Spell
    now: Spell

    @property
    def order(self) -> tuple[int, int, str, str]:
        """The longest overlap first; the rest decides between equals."""
        return -overlap_us(self.before, self.now), self.now.start_us, self.now.found_id, self.before.found_id


def follow(
    standing: Sequence[Spell], withdrawn: Sequence[Spell], found: Sequence[Spell], taken: frozenset[str] = frozenset()
) -> list[Step]:
    """What becomes of each event that stood before, and of each that is found now.

    Args:
        standing: events found before; those that are found unchanged left out.
        withdrawn: events that were withdrawn and may come back.
        found: events found now; those that are unchanged left out.
        taken: ids that events have had already.

    Returns:
        One step for each of ``found`` and for each of ``standing`` that is not found any more; withdrawn events that stay
        so have none.
    """
    stood, met = _same(standing, found)
    again, _ = _same(withdrawn, [spell for spell in found if spell.found_id not in stood])
    steps = [_kept("revised", before, now) for before, now in stood.values()]
    steps += [_kept("returned", before, now) for before, now in again.values()]
    names = {step.now.found_id: step.event_id for step in steps if step.now}
    new = [spell for spell in found if spell.found_id not in names]
    names |= {spell.found_id: _free(spell.found_id, taken) for spell in new}
    parents, heirs = _nearest(met, lambda pair: pair.now.found_id), _nearest(met, lambda pair: pair.before.event_id)
    for spell in new:
        parent = parents.get(spell.found_id)
        steps.append(Step("found", names[spell.found_id], 0, None, spell, parent_id=parent.before.event_id if parent else None))
    still = {before.event_id for before, _ in stood.values()}
    for spell in standing:
        if spell.event_id not in still:
            heir = heirs.get(spell.event_id)
            into = names[heir.now.found_id] if heir else None
            steps.append(Step("withdrawn", spell.event_id, spell.revision + 1, spell, None, into_id=into))
    return sorted(steps, key=lambda step: step.event_id)


def _kept(state: str, before: Spell, now: Spell) -> Step:
    return Step(state, before.event_id, before.revision + 1, before, now)


def _free(found_id: str, taken: frozenset[str]) -> str:
    """The id that the content gives, or the next one where an event has it whose start has moved since."""
    number, free = 1, found_id
    while free in taken:
        number += 1
        free = content_id("event", found_id, number)
    return free


def _same(before: Sequence[Spell], found: Sequence[Spell]) -> tuple[dict[str, tuple[Spell, Spell]], list[_Pair]]:
    """Pairs that are one event, by the id now found; and all pairs that overlap."""
    by_id = {spell.found_id: spell for spell in before}
    chosen = {now.found_id: (by_id[now.found_id], now) for now in found if now.found_id in by_id}
    gone = {spell.event_id for spell, _ in chosen.values()}
    met: list[_Pair] = []
    for keys in (_tracks, _numbers, _one_side):
        pairs = sorted(_overlapping(before, found, keys), key=lambda pair: pair.order)
        met += pairs
        for pair in pairs:
            if pair.now.found_id not in chosen and pair.before.event_id not in gone:
                chosen[pair.now.found_id] = pair.before, pair.now
                gone.add(pair.before.event_id)
    return chosen, met


def _nearest(pairs: Sequence[_Pair], of: Callable[[_Pair], str]) -> dict[str, _Pair]:
    """For each event the pair that overlaps most."""
    found: dict[str, _Pair] = {}
    for pair in sorted(pairs, key=lambda pair: pair.order):
        found.setdefault(of(pair), pair)
    return found


def _tracks(spell: Spell) -> list[Key]:
    return [(*spell.about, spell.track_id, spell.other_track_id)]


def _numbers(spell: Spell) -> list[Key]:
    return [(*spell.about, *sorted((spell.mmsi, spell.other_mmsi or 0)))]


def _one_side(spell: Spell) -> list[Key]:
    """A meeting by each of its ships."""
    if spell.kind != "encounter":
        return []
    return [(*spell.about, mmsi) for mmsi in {spell.mmsi, spell.other_mmsi} if mmsi is not None]


def _overlapping(before: Sequence[Spell], found: Sequence[Spell], keys: Callable[[Spell], list[Key]]) -> Iterator[_Pair]:
    """Pairs with a key in common that overlap in time; of one ship alike, one of the two has to name no other."""
    lots: dict[Key, tuple[list[Spell], list[Spell]]] = defaultdict(lambda: ([], []))
    for side, spells in enumerate((before, found)):
        for spell in spells:
            for key in keys(spell):
                lots[key][side].append(spell)
    for old, new in lots.values():
        for pair in _swept(old, new):
            sides = (pair.before.other_mmsi is None) != (pair.now.other_mmsi is None)
            if (sides or keys is not _one_side) and _reachable(pair):
                yield pair


def _swept(before: list[Spell], found: list[Spell]) -> Iterator[_Pair]:
    """Pairs that overlap, in one pass along time."""
    running: tuple[list[Spell], list[Spell]] = [], []
    marked = [(spell.start_us, 0, spell) for spell in before] + [(spell.start_us, 1, spell) for spell in found]
    for start_us, side, spell in sorted(marked, key=lambda mark: mark[:2]):
        running[1 - side][:] = [other for other in running[1 - side] if other.end_us >= start_us]
        for other in running[1 - side]:
            pair = _Pair(other, spell) if side else _Pair(spell, other)
            if overlap_us(pair.before, pair.now) > 0:
                yield pair
        running[side].append(spell)


def overlap_us(one: Spell, other: Spell) -> int:
    """How long two events overlap; an instant within the other counts as a microsecond, ends that touch do not."""
    common = min(one.end_us, other.end_us) - max(one.start_us, other.start_us)
    instant = one.start_us == one.end_us or other.start_us == other.end_us
    return 1 if instant and common == 0 else common


def _reachable(pair: _Pair) -> bool:
    """Whether a ship can have been at both places; two ships that share an MMSI have often far apart."""
    before, now = pair.before, pair.now
    if before.kind not in OF_ONE_SHIP or before.lat is None or before.lon is None or now.lat is None or now.lon is None:
        return True
    moved_s = (abs(before.start_us - now.start_us) + abs(before.end_us - now.end_us)) / 1e6
    return _sphere_m(before.lat, before.lon, now.lat, now.lon) <= ROOM_M + FASTEST_M_S * moved_s


def _sphere_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    north, east = math.radians(lat_b - lat_a) / 2, math.radians(lon_b - lon_a) / 2
    chord = math.sin(north) ** 2 + math.cos(math.radians(lat_a)) * math.cos(math.radians(lat_b)) * math.sin(east) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))
