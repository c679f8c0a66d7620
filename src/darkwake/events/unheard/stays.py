"""Stays at sea of lone ships: the heard half of a transfer, if it was one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from darkwake.engine.clock import clock_us
from darkwake.events.berths import ELSEWHERE, IN_TRANSFER_AREA, Berths
from darkwake.events.track import (
    E10_PER_DEGREE,
    US_PER_HOUR,
    along_track,
    by_number,
    distance_mm,
    e10,
    mean_lat_e10,
    mean_lon_e10,
    sessions,
    strength,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from darkwake.engine import Engine

STAY_H = 3.0
"""A stay shorter than this is no half of a transfer."""
LONGEST_STAY_H = 96.0
"""A longer one is waiting (assumed)."""

AT_ANCHOR_STATUS, MOORED_STATUS = 1, 5
"""Navigational status (ITU-R M.1371, table 45)."""
LIES_KN, DRIFTS_KN, ASKEW_DEG = 0.5, 2.0, 40.0
"""A ship lies still below the one speed, and drifts below the other where her course and her heading differ by so much
(RTEC maritime, Pitsikalis et al. 2019: drifting is a difference of more than 40 degrees)."""
STAY_SILENT_US = round(2.5 * US_PER_HOUR)
"""A stay goes on across so long a silence (a satellite's pass, and one that was missed)."""
STAY_MISSES = 6
"""And across so many reports in a row of another kind, less one."""


@dataclass(frozen=True)
class Stay:
    """A time in which a ship lay or drifted."""

    track_id: str
    mmsi: int
    start_us: int
    end_us: int
    lat: float
    lon: float
    sources: tuple[str, ...]
    rank: int
    still: float
    """Share of slow positions with the status at anchor or moored."""
    shift_m: float
    reports: int
    where: int = ELSEWHERE
    """What kind of place it is (:class:`darkwake.events.berths.Where`)."""

    @property
    def hours(self) -> float:
        """How long."""
        return (self.end_us - self.start_us) / US_PER_HOUR


def lone_stays(positions: ir.Table, berths: Berths, engine: Engine) -> list[Stay]:
    """Stays at sea, where no others lie, in order of track and time."""
    rows = engine.arrow(_lain(positions)).sort_by([("track_id", "ascending"), ("start_us", "ascending")])
    lat, lon = (rows[word].to_numpy() / E10_PER_DEGREE for word in ("lat_e10", "lon_e10"))
    kinds = [where.kind for where in berths.at_each(lat, lon, [(track,) for track in rows["track_id"].to_pylist()])]
    found = []
    for row, where in zip(rows.to_pylist(), kinds, strict=True):
        place = (row["lat_e10"] / E10_PER_DEGREE, row["lon_e10"] / E10_PER_DEGREE)
        still, shift_m = row["still"] / row["reports"], row["shift_mm"] / 1000
        named = (row["first_source"], row["last_source"])
        ends = (row["start_us"], row["end_us"])
        stay = Stay(row["track_id"], row["mmsi"], *ends, *place, named, row["rank"], still, shift_m, row["reports"], where)
        if stay.hours <= LONGEST_STAY_H and where in (ELSEWHERE, IN_TRANSFER_AREA):
            found.append(stay)
    return found


def _lain(positions: ir.Table) -> ir.Table:
    """Times in which a ship lay or drifted, one row each."""
    turned = (positions.heading_deg - positions.cog_deg).abs() % 360.0
    askew = (ibis.least(turned, 360.0 - turned) > ASKEW_DEG).fill_null(False)
    lies = (positions.sog_kn < LIES_KN) | ((positions.sog_kn < DRIFTS_KN) & askew)
    heard = positions.select(
        "track_id",
        "mmsi",
        "source_id",
        "line",
        "nav_status",
        us=clock_us(positions.time),
        lat_e10=e10(positions.lat),
        lon_e10=e10(positions.lon),
        rank=strength(positions.origin),
        lies=lies.fill_null(False),
    )
    numbered = heard.mutate(number=ibis.row_number().over(along_track()))
    lying = numbered.filter(numbered.lies)
    order = by_number()
    apart = (lying.us - lying.us.lag().over(order) > STAY_SILENT_US) | (
        lying.number - lying.number.lag().over(order) > STAY_MISSES
    )
    spells = sessions(lying, ["track_id"], "number", apart, "spell")
    rows = _summed(spells)
    shift = distance_mm(rows.first_lat_e10, rows.first_lon_e10, rows.last_lat_e10, rows.last_lon_e10)
    return rows.mutate(shift_mm=shift).filter(lambda row: row.end_us - row.start_us >= round(STAY_H * US_PER_HOUR))


def _summed(spells: ir.Table) -> ir.Table:
    """One row a spell."""
    return spells.group_by(["track_id", "spell"]).aggregate(
        mmsi=spells.mmsi.min(),
        start_us=spells.us.min(),
        end_us=spells.us.max(),
        lat_e10=mean_lat_e10(spells.lat_e10),
        lon_e10=mean_lon_e10(spells.lon_e10),
        first_lat_e10=spells.lat_e10.argmin(spells.number),
        first_lon_e10=spells.lon_e10.argmin(spells.number),
        last_lat_e10=spells.lat_e10.argmax(spells.number),
        last_lon_e10=spells.lon_e10.argmax(spells.number),
        reports=spells.count(),
        still=spells.nav_status.isin((AT_ANCHOR_STATUS, MOORED_STATUS)).fill_null(False).cast("int64").sum().cast("int64"),
        first_source=spells.source_id.argmin(spells.number),
        last_source=spells.source_id.argmax(spells.number),
        rank=spells["rank"].max(),
    )
