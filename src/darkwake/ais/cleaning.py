"""From values as sent to clean rows: codes for "none" become null, what cannot be goes to the quarantine with a reason.

Every row of a batch ends in exactly one of: a position, a position with static values, static values alone, something
else (counted by name), or the quarantine.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darkwake.ais.batch import POSITION_NUMBERS, Batch, Flags, Floats, Wholes
from darkwake.ais.quantities import REAL, nullable, quantity
from darkwake.ais.statics import Said, any_static, said_by
from darkwake.ais.times import NO_TIME, as_times
from darkwake.geo import cells
from darkwake.schema import TEXT, TIME, WHOLE, Reports

LAT_NONE, LON_NONE = 91.0, 181.0
"""Latitude and longitude "not available"."""
MMSI_MAX = 999_999_999

BAD_MMSI = "MMSI is not a whole number from 1 to 999999999"
BAD_LAT = "latitude lies beyond 90 degrees"
BAD_LON = "longitude lies beyond 180 degrees"
NO_POSITION = "no position"
NO_STATIC = "no static value"
AGE_UNKNOWN = "position of unknown age, nothing new besides"


@dataclass
class Clean:
    """What came of a batch; the rows carry neither source nor origin yet."""

    reports: pa.Table
    said: Said
    quarantine: list[tuple[int, str, str]]
    rows_in: int
    other: Counter[str]
    last_line: int
    """Last line of the batch."""
    clock_off_s: Counter[int] = field(default_factory=Counter)
    """See :class:`darkwake.ais.batch.Batch`."""


class _Verdict:
    """Which rows are set aside, each with the first reason found."""

    def __init__(self, rows: int) -> None:
        self.reasons: list[str] = []
        self.which = np.zeros(rows, dtype=np.int16)

    def aside(self, rows: Flags, reason: str) -> None:
        """Set rows aside that are not yet."""
        if rows.any():
            self.reasons.append(reason)
            self.which[rows & (self.which == 0)] = len(self.reasons)

    def kept(self) -> Flags:
        """Rows that are not set aside."""
        return np.asarray(self.which == 0)

    def listed(self, batch: Batch) -> list[tuple[int, str, str]]:
        """Line, reason and text of every row that is set aside."""
        rows = np.flatnonzero(self.which)
        return [(int(batch.lines[i]), self.reasons[self.which[i] - 1], batch.raw(int(i))) for i in rows]


def clean(batch: Batch, *, position_age: str = "reported") -> Clean:
    """The rows of one batch, cleaned.

    What each ship said of itself is still to be compared with what it said before (:class:`darkwake.ais.statics.Memory`).
    """
    verdict = _Verdict(len(batch))
    numbers = _position_numbers(batch, verdict)
    lat, lon = _coordinates(numbers, verdict)
    time = _times(batch)
    located = np.isfinite(lat) & np.isfinite(lon)
    static = batch.statics if batch.statics is not None else any_static(batch)
    wanted = batch.positions if batch.positions is not None else located | ~static
    verdict.aside(wanted & ~located & ~static, NO_POSITION if "lat" in batch.columns else NO_STATIC)
    verdict.aside((time == NO_TIME) & ((wanted & located) | _filled(batch, "time")), batch.no_time)
    kept = verdict.kept()
    is_report = kept & wanted & located & (position_age == "reported")
    mmsi = np.where(kept, numbers["mmsi"], 0.0).astype(np.int64)
    said = said_by(batch, mmsi, time, rows=np.flatnonzero(kept & static), alone=~is_report)
    reports = _reports(batch, np.flatnonzero(is_report), {**numbers, "mmsi": mmsi, "lat": lat, "lon": lon, "time": time})
    other = batch.other + said.other + Counter({AGE_UNKNOWN: int((kept & ~is_report & ~static).sum())})
    return Clean(
        reports, said, batch.set_aside + verdict.listed(batch), batch.rows_in, other, batch.last_line, batch.clock_off_s
    )


def _filled(batch: Batch, word: str) -> Flags:
    if word not in batch.columns:
        return np.zeros(len(batch), dtype=bool)
    return np.asarray(batch.columns[word].is_valid().to_numpy(zero_copy_only=False))


def _times(batch: Batch) -> Wholes:
    if "time" not in batch.columns:
        return np.full(len(batch), NO_TIME)
    return as_times(batch.columns["time"], batch.fields["time"])


def _position_numbers(batch: Batch, verdict: _Verdict) -> dict[str, Floats]:
    numbers = {}
    for word in POSITION_NUMBERS:
        numbers[word], unread = batch.numbers(word)
        if word != "nav_status":
            verdict.aside(unread, BAD_MMSI if word == "mmsi" else f"{word} cannot be read")
        if word in REAL:
            numbers[word] = quantity(word, numbers[word])
    mmsi = numbers["mmsi"]
    verdict.aside(~((mmsi >= 1) & (mmsi <= MMSI_MAX) & (mmsi == np.rint(mmsi))), BAD_MMSI)
    return numbers


def _coordinates(numbers: dict[str, Floats], verdict: _Verdict) -> tuple[Floats, Floats]:
    lat = np.where(numbers["lat"] == LAT_NONE, np.nan, numbers["lat"])
    lon = np.where(numbers["lon"] == LON_NONE, np.nan, numbers["lon"])
    verdict.aside(np.abs(lat) > 90.0, BAD_LAT)
    verdict.aside(np.abs(lon) > 180.0, BAD_LON)
    return lat, lon


def _reports(batch: Batch, rows: Wholes, values: dict[str, Any]) -> pa.Table:
    """The position rows, in the columns of :class:`Reports` but for source and origin."""
    if len(rows) < len(batch):
        values = {word: column[rows] for word, column in values.items()}
    lat, lon = values["lat"], values["lon"]
    columns = {
        "line": batch.lines[rows],
        "mmsi": values["mmsi"],
        "time": pa.array(values["time"]).cast(TIME),
        "lat": lat,
        "lon": lon,
        **{word: nullable(values[word]) for word in ("sog_kn", "cog_deg", "heading_deg")},
        "nav_status": nullable(values["nav_status"]).cast(WHOLE, safe=False),
        **{word: _only(word, batch.texts(word, rows)) for word in ("ais_class", "receiver")},
        "station": batch.texts("station", rows),
        "cell": pa.array(cells(lat, lon).astype(np.int64)),
    }
    return pa.table(columns)


def _only(word: str, text: pa.Array) -> pa.Array:
    allowed = Reports.columns[word].allowed
    if text.null_count == len(text):
        return text
    # A nautical word that is neither A nor B (a base station, a buoy) has no class.
    return pc.if_else(pc.is_in(text, pa.array(allowed, TEXT)), text, pa.scalar(None, TEXT))
