"""What ships said of themselves, as the judgement of a meeting needs it: hull, type, draughts."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from darkwake.engine.clock import clock_us
from darkwake.events.hulls import Hull, hull
from darkwake.events.track import US_PER_HOUR
from darkwake.schema import WHOLE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

AFTER_US = 96 * US_PER_HOUR
"""A draught sent within so long after tells of the meeting (assumed; crews retype it with the next voyage)."""
SERVICE_TYPES = frozenset({31, 32, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59})
"""Towing, pilot, search and rescue, tug, port tender, anti-pollution, law enforcement and local craft (ITU-R M.1371-5)."""
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
    ordered = rows.sort_by([(word, "ascending") for word in ("mmsi", "us", "source_id", "line")]).to_pylist()
    said: dict[int, list[dict[str, Any]]] = {}
    for row in ordered:
        said.setdefault(row["mmsi"], []).append(row)
    return {mmsi: _ship(rows_of) for mmsi, rows_of in said.items()}


def _ship(rows: list[dict[str, Any]]) -> Ship:
    given = {word: _usual(rows, word) for word in ("name", "ship_type", *_DIMENSIONS)}
    offsets = tuple(given[word] for word in _DIMENSIONS[:4])
    size = hull((offsets[0], offsets[1], offsets[2], offsets[3]), given["length_m"] or None, given["beam_m"] or None)
    draughts = [(row["us"], row["draught_m"]) for row in rows if row["draught_m"] and row["us"] is not None]
    return Ship(given["name"], given["ship_type"], given["length_m"] or None, size, tuple(sorted(draughts)))


def _usual(rows: list[dict[str, Any]], word: str) -> Any:
    """What was said most often, not counting repeats in a row, which depend on how files were cut; of equals the smallest."""
    counts = Counter(value for value, _ in groupby(row[word] for row in rows if row[word] is not None))
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def types_of(one: Ship, other: Ship) -> int | None:
    """0 two tankers, 1 a tanker and another merchant ship, 2 a service craft, 3 two others; ``None`` where one is unknown."""
    if one.service or other.service:
        return 2
    if one.ship_type is None or other.ship_type is None:
        return None
    if one.tanker and other.tanker:
        return 0
    return 1 if one.tanker or other.tanker else 3


def draught_change(ship: Ship, start_us: int, end_us: int) -> tuple[float, float] | None:
    """The last draught before the middle of a meeting and the last within four days after it; ``None`` without both."""
    before, after = (bisect_right(ship.draughts, us, key=_sent) for us in ((start_us + end_us) // 2, end_us + AFTER_US))
    return (ship.draughts[before - 1][1], ship.draughts[after - 1][1]) if 0 < before < after else None


def _sent(draught: tuple[int, float]) -> int:
    return draught[0]


def names_of(ships: Mapping[int, Ship], mmsi: int) -> str | None:
    """The name that a ship sends."""
    return ships[mmsi].name if mmsi in ships else None
