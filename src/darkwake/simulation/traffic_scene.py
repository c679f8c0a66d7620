"""What a simulated world of ships is made of while it is laid, and its truth as a table.

The truth is what an examination compares with, and nothing else may read it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from darkwake.geo import wrap_lon
from darkwake.schema import TIME
from darkwake.simulation.traffic_legs import Leg, Log, place_beside, step, way
from darkwake.simulation.traffic_ships import Fleet, Vessel
from darkwake.simulation.traffic_waters import Anchorage, Atlas, Port
from darkwake.units import METRES_PER_NAUTICAL_MILE

TRUTH = pa.schema(
    {
        "truth_id": pa.string(),
        "what": pa.string(),
        "track_id": pa.string(),
        "other_track_id": pa.string(),
        "mmsi": pa.int64(),
        "other_mmsi": pa.int64(),
        "start": TIME,
        "end": TIME,
        "lat": pa.float64(),
        "lon": pa.float64(),
        "place_id": pa.string(),
        "contact": pa.bool_(),
        "silent": pa.string(),
        "detail": pa.string(),
    }
)
"""What happened: between two ships where there is another track; ``contact``: the hulls touch (but for fenders) from start to
end; ``silent``: whose transponder was off (none, first, second, both); ``detail``: a JSON object."""
BEGIN = datetime(2024, 5, 1, tzinfo=UTC)
HOUR_S, DAY_S = 3600.0, 86_400.0
KNOT_M_S = METRES_PER_NAUTICAL_MILE / 3600


@dataclass(frozen=True)
class Told:
    """One thing that truly happened, times in seconds from the start of the world."""

    what: str
    first: Vessel | None
    begin: float
    end: float
    lat: float
    lon: float
    second: Vessel | None = None
    place: int = -1
    contact: bool = False
    silent: str = "none"
    detail: str = "{}"


@dataclass(frozen=True)
class Falsehood:
    """A span in which a ship sends positions that are not hers."""

    ship: int
    kind: str
    begin: float
    end: float
    lat: float = 0.0
    lon: float = 0.0
    size: float = 0.0


class Scene:
    """A world while it is laid: ships, their logs, what is true, who is silent when."""

    def __init__(self, random: np.random.Generator, days: float) -> None:
        """Begin with an empty sea."""
        self.random, self.end_s = random, days * DAY_S
        self.fleet, self.atlas = Fleet(random), Atlas(random)
        self.logs: dict[int, Log] = {}
        self.told: list[Told] = []
        self.silences: list[tuple[int, float, float]] = []
        self.unheard: list[tuple[int, float, float]] = []
        """Spans whose reports are set aside, though sent."""
        self.falsehoods: list[Falsehood] = []
        self.outages: list[tuple[int, float, float]] = []
        """Port, begin, end: nobody hears ships around it."""
        self.busy: dict[int, list[tuple[float, float]]] = {}
        """Host to the spans in which another is beside her."""
        self.areas: dict[int, Anchorage] = {}
        """Port to the transfer area off it."""

    def log(self, kind: str, port: Port, time_s: float, lat: float, lon: float, *, length_m: float | None = None) -> Log:
        """The log of a new ship that begins at a place."""
        vessel = self.fleet.new(kind, port.number, length_m=length_m)
        self.logs[vessel.number] = Log(vessel, time_s, lat, lon)
        return self.logs[vessel.number]

    def forget(self, ships: int) -> None:
        """Take back the ships behind the first so many: what they were to do does not fit."""
        del self.fleet.vessels[ships:]
        for number in [number for number in self.logs if number >= ships]:
            del self.logs[number]
            self.busy.pop(number, None)

    def legs(self) -> list[Leg]:
        """The legs of all ships."""
        return [leg for log in self.logs.values() for leg in log.legs]

    def tell(
        self, what: str, log: Log, begin: float, end: float, other: Log | None = None, *, contact: bool = False,
        silent: str = "none", place: int = -1, **detail: object,
    ) -> None:  # fmt: skip
        """Note what is true, where the first ship was when it began; only what falls into the world's time."""
        begin, end = max(begin, 0.0), min(end, self.end_s)
        if begin >= end:
            return
        where = place_beside(log, begin) if not log.legs or log.legs[-1].host < 0 else (log.lat, log.lon)
        second = other.vessel if other else None
        self.told.append(
            Told(what, log.vessel, begin, end, *where, second, place, contact, silent, json.dumps(detail, sort_keys=True))
        )

    def tell_place(self, what: str, lat: float, lon: float, begin: float, end: float) -> None:
        """Note what is true of a place."""
        self.told.append(Told(what, None, begin, min(end, self.end_s), lat, lon))

    def silence(self, log: Log, begin: float, end: float, why: str) -> None:
        """A crew switches off."""
        self.silences.append((log.vessel.number, begin, end))
        self.tell("chosen silence", log, begin, end, silent="first", why=why)

    def hours(self, low: float, high: float) -> float:
        """Some time between so many hours, seconds."""
        return float(self.random.uniform(low, high)) * HOUR_S

    def moment(self, margin_h: float = 0.0) -> float:
        """A time in the world, not too near its ends."""
        margin = min(margin_h * HOUR_S, self.end_s / 3)
        return float(self.random.uniform(margin, self.end_s - margin))

    def on_way(self, port: Port, low: float = 1.0, high: float = 1.0, *, way_number: int | None = None) -> tuple[float, float]:
        """A place on a clear way out to sea, at a share of its length."""
        number = int(self.random.integers(len(port.ways))) if way_number is None else way_number % len(port.ways)
        course, metres = port.ways[number]
        astray = float(np.clip(self.random.normal(0.0, 0.7), -2.0, 2.0))
        return step(port.lat, port.lon, course + astray, metres * float(self.random.uniform(low, high)))

    def truth(self) -> pa.Table:
        """Rows of ``TRUTH`` in order of time."""
        rows: list[dict[str, object]] = []
        for told in sorted(self.told, key=lambda told: (told.begin, told.what)):
            track, mmsi = identity_at(told.first, told.begin)
            other_track, other_mmsi = identity_at(told.second, told.begin)
            place = self.atlas.rows[told.place]["place_id"] if told.place >= 0 else None
            rows.append(
                {
                    "truth_id": f"truth-{len(rows):05d}", "what": told.what, "track_id": track, "other_track_id": other_track,
                    "mmsi": mmsi, "other_mmsi": other_mmsi, "start": moment(told.begin), "end": moment(told.end),
                    "lat": told.lat, "lon": float(wrap_lon(told.lon)), "place_id": place, "contact": told.contact,
                    "silent": told.silent, "detail": told.detail,
                }
            )  # fmt: skip
        return pa.Table.from_pylist(rows, TRUTH)


def identity_at(vessel: Vessel | None, time_s: float) -> tuple[str | None, int | None]:
    """Track and MMSI of a ship at a time."""
    if vessel is None:
        return None, None
    later = vessel.moved_on
    return (later.track, later.mmsi) if later and time_s >= later.since else (vessel.track, vessel.mmsi)


def moment(seconds: float) -> datetime:
    """The time that is so many seconds from the start of the world."""
    return BEGIN + timedelta(seconds=round(seconds))


def times(seconds: NDArray[np.float64]) -> pa.Array:
    """The same for many, to the second."""
    us = np.round(seconds).astype(np.int64) * 1_000_000 + round(BEGIN.timestamp()) * 1_000_000
    return pa.array(us).cast(pa.timestamp("us")).cast(TIME)


def seconds_between(log: Log, to: tuple[float, float], speed_kn: float) -> float:
    """How long a ship takes to a place."""
    return way(log.lat, log.lon, *to)[0] / (speed_kn * KNOT_M_S)
