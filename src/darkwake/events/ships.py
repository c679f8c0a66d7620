"""What ships said of themselves, as the judgement of a meeting needs it: hull, type, draughts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from darkwake.engine.clock import clock_us
from darkwake.events.hulls import Floats, Hull, hull
from darkwake.events.track import US_PER_HOUR
from darkwake.schema import WHOLE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

AFTER_US = 96 * US_PER_HOUR
"""A draught sent within so long after tells of the meeting (assumed; crews retype it with the next voyage)."""
SERVICE_TYPES = frozenset({31, 32, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59})
"""Towing, pilot, search and rescue, tug, port tender, anti-pollution, law enforcement and local craft (ITU-R M.1371-5)."""
Wholes = NDArray[np.int64]
_DIMENSIONS = ("to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m", "length_m", "beam_m")


UNKNOWN_HULL = hull()


@dataclass(frozen=True)
class Ship:
    """A ship by what she said."""

    name: str | None = None
    ship_type: int | None = None
    length_m: float | None = None
    hull: Hull = UNKNOWN_HULL
    draughts: tuple[tuple[int, float], ...] = ()
    """Time and draught of each message that has one, in order of time."""

    @property
    def tanker(self) -> bool:
        """Whether her type is a tanker's."""
        return self.ship_type is not None and 80 <= self.ship_type <= 89

    @property
    def service(self) -> bool:
        """Whether she is a tug, a pilot's boat or other service craft."""
        return self.ship_type in SERVICE_TYPES


def ships_of(statics: ir.Table, mmsis: Collection[int], engine: Engine) -> dict[int, Ship]:
    """The ships with these MMSIs that said anything."""
    asked = engine.table(pa.table({"of_mmsi": pa.array(sorted(mmsis), WHOLE)}))
    known = statics.join(asked, statics.mmsi == asked.of_mmsi)
    rows = engine.arrow(
        known.select("mmsi", "source_id", "line", "name", "ship_type", *_DIMENSIONS, "draught_m", us=clock_us(statics.time))
    )
    ordered = rows.sort_by([(word, "ascending") for word in ("mmsi", "us", "source_id", "line")])
    named = ordered["mmsi"].combine_chunks().dictionary_encode()
    ship, numbers = named.indices.to_numpy().astype(np.int64), named.dictionary.to_pylist()
    given = [_usual(ship, ordered[word].combine_chunks(), len(numbers)) for word in ("name", "ship_type", *_DIMENSIONS)]
    draughts: list[list[tuple[int, float]]] = [[] for _ in numbers]
    sent = ordered.select(["us", "draught_m"]).append_column("ship", pa.array(ship)).drop_null()
    for at, us, draught in zip(*(sent[word].to_pylist() for word in ("ship", "us", "draught_m")), strict=True):
        if draught:
            draughts[at].append((us, draught))
    return {mmsi: _ship(*said, sent) for mmsi, *said, sent in zip(numbers, *given, draughts, strict=True)}


def _ship(name: str | None, ship_type: int | None, *rest: Any) -> Ship:
    bow, stern, port, starboard, length, beam, draughts = rest
    size = hull((bow, stern, port, starboard), length or None, beam or None)
    return Ship(name, ship_type, length or None, size, tuple(sorted(draughts)))


def _usual(ship: Wholes, said: pa.Array, ships: int) -> list[Any]:
    """What each ship said most often, but for repeats in a row, which depend on how files were cut; of equals the smallest.

    Args:
        ship: number of the ship of each row; ships and times are in order.
        said: what she said; null where nothing.
        ships: how many there are.
    """
    known = np.flatnonzero(said.is_valid().to_numpy(zero_copy_only=False))
    words = said.take(pa.array(known)).dictionary_encode()
    order = pc.array_sort_indices(words.dictionary).to_numpy()
    value = np.argsort(order)[words.indices.to_numpy()]
    key = ship[known] * len(order) + value
    again = np.sort(key[np.diff(key, prepend=-1) != 0])
    first = np.flatnonzero(np.diff(again, prepend=-1))
    times, key = np.diff(np.append(first, len(again))), again[first]
    # Of each ship's words the most frequent one stands first, of equals the smallest.
    best = np.lexsort((key, -times, key // max(1, len(order))))
    of, word = np.divmod(key[best], max(1, len(order)))
    chosen = np.diff(of, prepend=-1) != 0
    told: list[Any] = [None] * ships
    for at, saying in zip(of[chosen].tolist(), words.dictionary.take(pa.array(order[word[chosen]])).to_pylist(), strict=True):
        told[at] = saying
    return told


def types_of(ships: Sequence[Ship], one: Wholes, other: Wholes) -> Wholes:
    """0 two tankers, 1 a tanker and another merchant ship, 2 a service craft, 3 two others; -1 where one is unknown.

    Args:
        ships: some ships.
        one: numbers of the one ship of each pair.
        other: numbers of the other.
    """
    service, unknown, tanker = (
        np.array(told, np.int64)[one] + np.array(told, np.int64)[other]
        for told in (
            [ship.service for ship in ships],
            [ship.ship_type is None for ship in ships],
            [ship.tanker for ship in ships],
        )
    )
    return np.select([service > 0, unknown > 0, tanker == 2, tanker == 1], [2, -1, 0, 1], 3)


def draught_change(ship: Ship, start_us: int, end_us: int) -> tuple[float, float] | None:
    """The last draught before the middle of a meeting and the last within four days after it; ``None`` without both."""
    before, after = (bisect_right(ship.draughts, us, key=_sent) for us in ((start_us + end_us) // 2, end_us + AFTER_US))
    return (ship.draughts[before - 1][1], ship.draughts[after - 1][1]) if 0 < before < after else None


def _sent(draught: tuple[int, float]) -> int:
    return draught[0]


@dataclass(frozen=True)
class Draughts:
    """Draughts that ships sent, ship after ship by number, each one's in order of time."""

    ship: Wholes
    us: Wholes
    metres: Floats

    @classmethod
    def of(cls, ships: Sequence[Ship]) -> Draughts:
        """Those of some ships, numbered as they stand."""
        sent = [(at, us, metres) for at, ship in enumerate(ships) for us, metres in ship.draughts]
        columns = [np.array([row[at] for row in sent]) for at in range(3)]
        return cls(columns[0].astype(np.int64), columns[1].astype(np.int64), columns[2].astype(np.float64))

    def changes(self, ship: Wholes, start_us: Wholes, end_us: Wholes) -> tuple[Floats, Floats]:
        """What :func:`draught_change` says of many ships and meetings: before and after, nan without both."""
        before, after = (self._sent_by(ship, us) for us in ((start_us + end_us) // 2, end_us + AFTER_US))
        first = np.searchsorted(self.ship, ship)
        metres = np.append(self.metres, np.nan)
        known = (first < before) & (before < after)
        return np.where(known, metres[before - 1], np.nan), np.where(known, metres[after - 1], np.nan)

    def _sent_by(self, ship: Wholes, us: Wholes) -> Wholes:
        """How many stand in front of what a ship sends after a time."""
        times = np.sort(self.us)
        sent = self.ship * (len(times) + 1) + np.searchsorted(times, self.us)
        return np.searchsorted(sent, ship * (len(times) + 1) + np.searchsorted(times, us, side="right"))
