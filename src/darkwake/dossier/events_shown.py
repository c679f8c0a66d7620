"""Which events a page shows, and what stands around each: the reports of its ships and what these said of themselves.

Memory is bounded however long the tracks are: only reports around the events drawn are read, and of each ship the first and
the last report of every slot (a two hundredth of the time drawn), picked by the engine. A silence is longer than a slot or it
could not be seen, so no silence is lost; the page says how many reports there were and how many were drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.engine.clock import clock_us
from darkwake.events.ships import Ship, ships_of
from darkwake.events.track import US_PER_HOUR, US_PER_MINUTE
from darkwake.geo import wrap_lon

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.events.kinds import Known

Row = dict[str, Any]
Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]

MOST_LISTED = 20_000
"""Events on a page; more would make a file that browsers are slow to open (about 150 bytes each)."""
MOST_DRAWN = 400
"""Events with tracks and plots on a page (about 10 to 20 kB each)."""
SLOTS = 200
"""Slots of the time drawn around an event: finer could not be seen in plots of some 300 units."""
FACTS = ("loiter",)
"""Kinds whose probability says no more than that the positions stand so."""
DRAUGHT_SLOT_US = 6 * US_PER_HOUR
"""Statements are repeated every six minutes; one of each wording is kept in so long a time."""
LEAST_BESIDE_US, MOST_BESIDE_US = 1 * US_PER_HOUR, 12 * US_PER_HOUR
"""So long before and after an event is drawn: a quarter of it within these."""
LONGEST_SILENCE_US = 48 * US_PER_HOUR
"""Where a ship was silent, so long a silence is drawn whole."""
DRAUGHTS_BESIDE_US = 96 * US_PER_HOUR
"""Draughts are retyped with the next voyage: so long before and after an event they are asked for."""

_FIXES = ("us", "lat", "lon", "sog_kn", "cog_deg", "heading_deg", "source_id", "line")


@dataclass(frozen=True)
class Way:
    """What is drawn of one ship's reports around an event, in order of time."""

    us: Wholes
    lat: Floats
    lon: Floats
    """Degrees; the steps between them are below 180, so the numbers may pass 180."""
    sog_kn: Floats
    cog_deg: Floats
    heading_deg: Floats
    lines: tuple[tuple[str, int], ...]
    """File and line of each report."""
    reports: int
    """How many there were before thinning."""


_NONE = np.empty(0)
EMPTY_WAY = Way(np.empty(0, np.int64), _NONE, _NONE, _NONE, _NONE, _NONE, (), 0)


@dataclass(frozen=True)
class Shown:
    """An event and what stands around it."""

    row: Row
    """A row of ``Events``; ``factors`` as read from JSON."""
    span: tuple[int, int]
    """The time drawn, microseconds since 1970."""
    ways: tuple[Way, ...] = ()
    """Of the ship, and of the other one where there are two."""
    ships: tuple[Ship, ...] = ()
    names: tuple[str | None, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    """Evidence id to the name of the file."""

    @property
    def start_us(self) -> int:
        """Start of the event."""
        return epoch_us(self.row["start"])

    @property
    def end_us(self) -> int | None:
        """End of the event; ``None`` where it is still open."""
        return None if self.row["end"] is None else epoch_us(self.row["end"])

    @property
    def until_us(self) -> int:
        """End of the event, or of what is drawn of an open one."""
        return self.span[1] if self.end_us is None else self.end_us

    @property
    def mmsis(self) -> tuple[int, ...]:
        """The ship, and the other where there is one."""
        other = self.row["other_mmsi"]
        return (self.row["mmsi"],) if other is None else (self.row["mmsi"], other)

    @property
    def thinned(self) -> tuple[int, int]:
        """Reports drawn, and reports there were."""
        return sum(len(way.us) for way in self.ways), sum(way.reports for way in self.ways)


def epoch_us(moment: datetime) -> int:
    """Microseconds since 1970.

    >>> epoch_us(datetime(1970, 1, 1, 0, 1, tzinfo=UTC))
    60000000
    """
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def moment(us: int) -> datetime:
    """The time that is so many microseconds after 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Events in the order in which they are chosen: the likeliest of each kind in turn, of equals the longest.

    A loop of a thousand slow spells would else crowd out the few meetings, or the other way round.
    """
    by_kind: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (-row["probability"], -_lasting_s(row), row["event_id"])):
        by_kind.setdefault(row["kind"], []).append(row)
    placed = [(at, row["kind"] in FACTS, kind, row) for kind, ranked in by_kind.items() for at, row in enumerate(ranked)]
    return [row for *_, row in sorted(placed, key=lambda one: one[:3])]


def _lasting_s(row: Row) -> float:
    return float("inf") if row["end"] is None else (row["end"] - row["start"]).total_seconds()


def names_of(mmsis: set[int], known: Known) -> dict[int, str]:
    """The name that each ship sends most often; counted on the engine."""
    if not mmsis:
        return {}
    asked = known.engine.table(pa.table({"of_mmsi": pa.array(sorted(mmsis), pa.int64())}))
    said = known.statics.filter(known.statics.name.notnull()).join(asked, [known.statics.mmsi == asked.of_mmsi])
    counts = known.engine.arrow(said.group_by("mmsi", "name").aggregate(times=said.count())).to_pylist()
    return {row["mmsi"]: row["name"] for row in sorted(counts, key=lambda row: (row["times"], row["name"]))}


def shown(rows: Sequence[Row], known: Known, *, titles: Mapping[str, str] | None = None) -> list[Shown]:
    """Events with the reports around them.

    Args:
        rows: rows of ``Events`` with ``factors`` as read from JSON; so many that their tracks fit into memory.
        known: what they were found in.
        titles: names of files by their evidence ids.
    """
    spans = [span_of(row) for row in rows]
    ways = _ways(rows, spans, known)
    two = [[row["mmsi"], *([] if row["other_mmsi"] is None else [row["other_mmsi"]])] for row in rows]
    mmsis = {mmsi for pair in two for mmsi in pair}
    ships = ships_of(_statements(known.statics, spans), mmsis, known.engine) if mmsis else {}
    names = names_of(mmsis, known)
    given = titles or {}
    return [
        Shown(
            row,
            span,
            tuple(ways.get((at, side), EMPTY_WAY) for side in range(len(pair))),
            tuple(ships.get(mmsi, Ship()) for mmsi in pair),
            tuple(names.get(mmsi) for mmsi in pair),
            {one: given[one] for one in row["evidence"] if one in given},
        )
        for at, (row, span, pair) in enumerate(zip(rows, spans, two, strict=True))
    ]


def span_of(row: Row) -> tuple[int, int]:
    """The time to draw around an event, microseconds since 1970."""
    start = epoch_us(row["start"])
    if row["end"] is None:
        until = start + round(float(row["factors"].get("minutes") or 0) * US_PER_MINUTE)
    else:
        until = epoch_us(row["end"])
    beside = min(max((until - start) // 4, LEAST_BESIDE_US), MOST_BESIDE_US)
    beside = max(beside, min(_silent_us(row["factors"]), LONGEST_SILENCE_US))
    return start - beside, max(until, start) + beside


def _silent_us(factors: Mapping[str, Any]) -> int:
    """How long a ship of a meeting that was inferred was silent: her last report before lies no farther off."""
    named = [one.get("silent_hours") for one in factors.get("candidates") or []][:1]
    hours = [value for value in [*named, *(factors.get("silence_hours") or [])] if isinstance(value, int | float)]
    return round(max(hours, default=0.0) * US_PER_HOUR)


def _statements(statics: ir.Table, spans: Sequence[tuple[int, int]]) -> ir.Table:
    """Statements without their repetitions, and none long before the first or after the last event."""
    first = min((span[0] for span in spans), default=0) - DRAUGHTS_BESIDE_US
    last = max((span[1] for span in spans), default=0) + DRAUGHTS_BESIDE_US
    us = clock_us(statics.time)
    timely = statics.filter(us.isnull() | ((us >= first) & (us <= last)))
    slotted = timely.mutate(slot=(clock_us(timely.time) // DRAUGHT_SLOT_US).fill_null(-1))
    said = [word for word in statics.columns if word not in ("time", "source_id", "line")]
    return slotted.group_by("slot", *said).aggregate(
        time=slotted.time.min(), source_id=slotted.source_id.min(), line=slotted.line.min()
    )


def _ways(rows: Sequence[Row], spans: Sequence[tuple[int, int]], known: Known) -> dict[tuple[int, int], Way]:
    """Of each event and side the first and the last report of every slot."""
    asked = [
        (at, side, row[word], first, last, max((last - first) // SLOTS, 1))
        for at, (row, (first, last)) in enumerate(zip(rows, spans, strict=True))
        for side, word in enumerate(("track_id", "other_track_id"))
        if row[word] is not None
    ]
    if not asked:
        return {}
    names = ("event", "side", "of_track", "from_us", "until_us", "slot_us")
    table = known.engine.table(pa.table(dict(zip(names, map(list, zip(*asked, strict=True)), strict=True))))
    positions = known.positions.mutate(us=clock_us(known.positions.time)).select("track_id", *_FIXES)
    near = positions.join(
        table, [positions.track_id == table.of_track, positions.us >= table.from_us, positions.us <= table.until_us]
    )
    near = near.mutate(slot=(near.us - near.from_us) // near.slot_us)
    order = [near.us, near.source_id, near.line]
    slots = [near.event, near.side, near.slot]
    ranked = near.mutate(
        rank=ibis.row_number().over(ibis.window(group_by=slots, order_by=order)),
        back=ibis.row_number().over(ibis.window(group_by=slots, order_by=[one.desc() for one in order])),
    )
    ranked = ranked.mutate(in_slot=ranked["rank"] + ranked.back + 1)
    kept = ranked.filter((ranked["rank"] == 0) | (ranked.back == 0)).select("event", "side", "rank", "in_slot", *_FIXES)
    found = known.engine.arrow(kept).sort_by([(word, "ascending") for word in ("event", "side", "us", "source_id", "line")])
    return _by_side(found)


def _by_side(found: pa.Table) -> dict[tuple[int, int], Way]:
    keys = np.stack([found[word].to_numpy() for word in ("event", "side")], axis=1) if found.num_rows else np.empty((0, 2), int)
    pairs, firsts = np.unique(keys, axis=0, return_index=True)
    ends = [*firsts[1:].tolist(), found.num_rows][: len(firsts)]
    sides = zip(pairs.tolist(), firsts.tolist(), ends, strict=True)
    return {(event, side): _way(found.slice(first, end - first)) for (event, side), first, end in sides}


def _way(rows: pa.Table) -> Way:
    floats = {word: rows[word].cast(pa.float64()).to_numpy().astype(np.float64) for word in _FIXES[1:6]}
    first = rows["rank"].to_numpy() == 0
    lines = tuple(zip(rows["source_id"].to_pylist(), rows["line"].to_pylist(), strict=True))
    return Way(
        rows["us"].to_numpy().astype(np.int64),
        floats["lat"],
        _unwound(floats["lon"]),
        floats["sog_kn"],
        floats["cog_deg"],
        floats["heading_deg"],
        lines,
        int(rows["in_slot"].to_numpy()[first].sum()),
    )


def _unwound(lon: Floats) -> Floats:
    """Longitudes without leaps across the antimeridian.

    >>> _unwound(np.array([179.9, -179.9])).round(6).tolist()
    [179.9, 180.1]
    """
    return np.concatenate([lon[:1], lon[:1] + np.cumsum(wrap_lon(np.diff(lon)))]) if len(lon) else lon
