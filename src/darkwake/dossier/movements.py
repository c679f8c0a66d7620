"""What moved, as the maps draw it: tracks, gaps, encounters and ships seen in images, taken out of the case's tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import pyarrow.compute as pc
import shapely

from darkwake.dossier import words
from darkwake.dossier.book import Book, Row, simulated
from darkwake.dossier.coast import Point

MOST_GAPS = 20
"""Gaps drawn: those that ended first, then the longest."""
SILENCE = timedelta(hours=2)
"""A longer silence breaks the line: assumed, because a class A transponder sends every few seconds to minutes under way."""
MOST_TRACKS = 200
"""Tracks drawn, the longest first."""


@dataclass(frozen=True)
class Track:
    """One transmitter's way."""

    mmsi: int
    simulated: bool
    legs: tuple[tuple[Point, ...], ...]
    """The stretches between silences."""

    def thinned(self, tolerance_deg: float) -> Iterator[list[Point]]:
        """Each leg with fewer points, nowhere further off than the tolerance (Douglas & Peucker 1973)."""
        for leg in self.legs:
            if len(leg) > 1:
                kept = shapely.linestrings([(lon, lat) for lat, lon in leg]).simplify(tolerance_deg)
                yield [(lat, lon) for lon, lat in kept.coords]


@dataclass(frozen=True)
class Gap:
    """A silence: where it began, where it ended if it did, and how long it was."""

    start: Point
    end: Point | None
    hours: float
    label: str
    words: str
    simulated: bool

    @property
    def style(self) -> str:
        """How it is drawn; a simulated one is broken."""
        return "made-up-gap" if self.simulated else "gap"

    @property
    def middle(self) -> Point:
        """Half way between its ends, where its label stands."""
        lat, lon = self.end or self.start
        return (self.start[0] + lat) / 2, (self.start[1] + lon) / 2


@dataclass(frozen=True)
class Mark:
    """An encounter, or a ship seen in an image."""

    kind: str
    at: Point
    matched: bool
    simulated: bool

    @property
    def style(self) -> str:
        """How it is drawn; a simulated one is broken."""
        return f"{self.kind} {'matched' if self.matched else 'dark'}{' simulated' if self.simulated else ''}"


@dataclass(frozen=True)
class Movements:
    """All that moved."""

    tracks: tuple[Track, ...]
    gaps: tuple[Gap, ...]
    gaps_left_out: int
    marks: tuple[Mark, ...]

    @cached_property
    def points(self) -> list[Point]:
        """Every position drawn."""
        ends = [end for gap in self.gaps for end in (gap.start, gap.end) if end]
        return [*(point for one in self.tracks for leg in one.legs for point in leg), *ends, *(mark.at for mark in self.marks)]


def movements(book: Book) -> Movements:
    """What moved in a case."""
    gaps = sorted(
        (gap(row) for row in book.rows("events") if row["kind"] == "gap"),
        key=lambda one: (one.end is None, -one.hours, one.start),
    )
    encounters = [_encounter(row) for row in book.rows("events") if row["kind"] == "encounter"]
    seen = [_seen(row) for row in book.rows("sightings") if row["how"] == "image" and row["lat"] is not None]
    return Movements(_tracks(book), tuple(gaps[:MOST_GAPS]), max(len(gaps) - MOST_GAPS, 0), (*encounters, *seen))


def gap(row: Row) -> Gap:
    """A gap as the map needs it."""
    end = None if row["end_lat"] is None or row["end_lon"] is None else (row["end_lat"], row["end_lon"])
    made_up = simulated(row)
    if row["end"] is None:
        length, hours = "silent to the end of the data", float("inf")
    else:
        span = row["end"] - row["start"]
        length, hours = f"silent {words.duration(span)}", span.total_seconds() / 3600
    label = f"simulated: {length}" if made_up else length
    spoken = f"MMSI {row['mmsi']} {length} from {words.clock(row['start'])}" + (" (simulated)" if made_up else "")
    return Gap((row["lat"], row["lon"]), end, hours, label, spoken, made_up)


def _encounter(row: Row) -> Mark:
    return Mark("encounter", (row["lat"], row["lon"]), matched=True, simulated=simulated(row))


def _seen(row: Row) -> Mark:
    return Mark("seen", (row["lat"], row["lon"]), matched=row["mmsi"] is not None, simulated=simulated(row))


def _tracks(book: Book) -> tuple[Track, ...]:
    positions = book.arrow("positions")
    if positions.num_rows == 0:
        return ()
    ordered = positions.select(["track_id", "time", "lat", "lon", "mmsi", "origin"]).sort_by(
        [("track_id", "ascending"), ("time", "ascending"), ("lat", "ascending"), ("lon", "ascending")]
    )
    counts = pc.value_counts(ordered.column("track_id")).to_pylist()
    longest = sorted(counts, key=lambda one: (-one["counts"], one["values"]))[:MOST_TRACKS]
    return tuple(_track(ordered.filter(pc.equal(ordered.column("track_id"), one["values"]))) for one in longest)


def _track(rows: Any) -> Track:
    times = rows.column("time").to_pylist()
    legs: list[list[Point]] = []
    for before, now, lat, lon in zip(
        [None, *times], times, rows.column("lat").to_pylist(), rows.column("lon").to_pylist(), strict=False
    ):
        if before is None or now - before > SILENCE:
            legs.append([])
        legs[-1].append((lat, lon))
    origins = set(rows.column("origin").to_pylist())
    return Track(rows.column("mmsi")[0].as_py(), "simulated" in origins, tuple(map(tuple, legs)))
